"""The browser's workers without a browser: here each answers when the test says so. A real one: tests/browser."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import textwrap
import threading
import types
import zipfile
from dataclasses import replace

import pytest
from oracle import TEXT, by_partition, total, words

from mrkit import MapReduce, hash_partitioner
from mrkit.engine.protocol import WorkerLost
from mrkit.engine.tasks import Done, MapTask, Work
from mrkit.errors import Cancelled, CannotStart
from mrkit.events import Clock
from mrkit.executors.web import client, crew, lacking, link, worker
from mrkit.executors.web.client import InBrowser, WebWorkers


class Bytes(bytes):
    def to_bytes(self):
        return bytes(self)


class StandIn:
    """A worker that is ready at once, and keeps what it is told until it is to answer."""

    all: list[StandIn]
    at_once = False  # whether it answers by itself
    wrong = ""  # why it does not start

    def __init__(self, heard):
        self.heard, self.told, self.ended = heard, [], False
        self.all.append(self)
        if self.wrong:
            threading.Timer(0.01, heard, [{"died": None, "said": self.wrong}]).start()
        else:
            heard({"ready": True})

    def say(self, **message):
        self.told.append(message)
        if self.at_once:
            self.answer()

    def answer(self):
        message = self.told[-1]
        work = None if message["work"] is None else Bytes(message["work"])
        done = worker.run(message["name"], work, Bytes(message["task"]))
        self.heard({"died": -9, "said": ""} if done is None else {"done": done})

    def end(self):
        self.ended = True


late: list = []  # what was to be called later


@pytest.fixture(autouse=True)
def links(monkeypatch):
    """All workers that were started."""
    performance = types.SimpleNamespace(timeOrigin=0, now=lambda: 0)
    monkeypatch.setitem(sys.modules, "js", types.SimpleNamespace(performance=performance, Worker=object))
    monkeypatch.setitem(sys.modules, "pyodide.ffi", types.SimpleNamespace(to_js=lambda data: data))
    monkeypatch.setattr(StandIn, "all", [], raising=False)
    monkeypatch.setattr(link, "Link", StandIn)
    monkeypatch.setattr(crew, "_spare", [])
    monkeypatch.setattr(crew, "later", lambda seconds, function, *arguments: late.append((function, arguments)))
    monkeypatch.setattr(client, "can_wait", lambda: True)
    late.clear()
    return StandIn.all


WORK = Work(words, total, None, hash_partitioner, 2, Clock.here("test"), map_tasks=5)


def task(number, line="the cat"):
    return MapTask(number, 1, [line], 0, None)


@pytest.fixture
def workers(links):
    """Two, at a job of five tasks."""
    workers = WebWorkers(2)
    workers.begin(WORK, threading.Event())
    return workers


def test_each_gets_one_task_and_the_functions_once(workers, links):
    given = [workers.submit(task(number)) for number in range(3)]
    assert [[message["name"] for message in each.told] for each in links] == [["worker-1"], ["worker-2"]]
    assert workers.seen() == [("map", 0, 1, "worker-1"), ("map", 1, 1, "worker-2")]
    assert [each.running() for each in given] == [True, True, False]
    links[1].answer()
    assert [each.done() for each in given] == [False, True, False]
    assert [each["work"] is None for each in links[1].told] == [False, True]
    assert workers.seen() == [("map", 0, 1, "worker-1"), ("map", 2, 1, "worker-2")]
    links[0].answer()
    links[1].answer()
    assert [each.result(0).worker for each in given] == ["worker-1", "worker-2", "worker-2"]
    assert workers.seen() == []


def test_no_more_are_started_than_there_are_tasks(links):
    WebWorkers(4).begin(WORK, threading.Event())
    assert len(links) == 4
    WebWorkers(4).begin(replace(WORK, map_tasks=1), threading.Event())
    assert len(links) == 4 + 2  # for two partitions


def test_one_that_is_killed_is_replaced_and_only_its_task_is_lost(workers, links):
    given = [workers.submit(task(number)) for number in range(3)]
    assert workers.kill_worker("worker-3") is None
    assert workers.kill_worker("worker-2") == "worker-2"
    assert (links[1].ended, given[1].exception(0).exitcode) == (True, -9)
    assert workers.seen() == [("map", 0, 1, "worker-1"), ("map", 2, 1, "worker-3")]
    assert links[2].told[0]["work"] is not None
    assert workers.kill_worker() == "worker-1"
    assert isinstance(given[0].exception(0), WorkerLost)


def test_one_whose_python_ends_is_replaced_too(workers, links):
    given = workers.submit(task(0))
    links[0].heard({"died": 3, "said": "exit"})
    assert given.exception(0).exitcode == 3
    assert [each.ended for each in links] == [True, False, False]


def test_a_task_is_taken_back_with_its_worker_if_one_is_at_it(workers, links):
    given = [workers.submit(task(number)) for number in range(4)]
    assert given[3].cancel()
    assert not given[0].cancel()
    assert isinstance(given[0].exception(0), WorkerLost)
    assert workers.seen() == [("map", 1, 1, "worker-2"), ("map", 2, 1, "worker-3")]
    links[1].answer()
    assert not given[1].cancel()
    assert [each.ended for each in links] == [True, False, False]


def test_a_task_that_takes_longer_than_it_may_ends_with_its_worker(workers, links):
    given = [workers.submit(task(0), timeout=-1), workers.submit(task(1), timeout=60)]
    assert workers.seen() == [("map", 1, 1, "worker-2")]
    assert isinstance(given[0].exception(0), TimeoutError)
    assert (links[0].ended, given[1].done()) == (True, False)


def test_times_lie_between_sending_and_answer(workers, links):
    before = WORK.clock.now()
    given = workers.submit(task(0))
    done = Done([], {"started": 0.0, "finished": before + 1_000_000}, b"", "", "worker-1")
    links[0].heard({"done": pickle.dumps((done, []))})
    figures = given.result(0).figures
    assert before <= figures["started"] <= figures["finished"] <= WORK.clock.now()


def test_workers_wait_for_the_next_job_but_not_one_that_does_not_end_its_task(workers, links):
    for number in range(3):
        workers.submit(task(number))
    workers.end()
    workers.close()
    links[0].answer()  # nobody wants it
    for function, arguments in late:
        function(*arguments)
    assert [each.ended for each in links] == [False, True]
    workers.begin(WORK, threading.Event())
    assert len(links) == 3
    workers.submit(task(0))
    assert links[0].told[-1]["work"] is not None


def test_not_all_of_many_workers_are_kept(links):
    workers = WebWorkers(9)
    workers.begin(replace(WORK, map_tasks=9), threading.Event())
    workers.close()
    assert [each.ended for each in links].count(False) == crew.MOST_SPARE


def test_a_job_that_is_stopped_does_not_wait_for_its_workers(links, monkeypatch):
    monkeypatch.setattr(StandIn, "wrong", "late")
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(Cancelled):
        WebWorkers(2).begin(WORK, stopped)


def test_one_that_does_not_start_says_why(links, monkeypatch):
    monkeypatch.setattr(StandIn, "wrong", "Not allowed")
    with pytest.raises(CannotStart, match="The workers cannot start: Not allowed"):
        WebWorkers(2).begin(WORK, threading.Event())


def test_when_no_other_starts_the_tasks_that_wait_are_told(workers, links, monkeypatch):
    monkeypatch.setattr(StandIn, "wrong", "no memory")
    given = [workers.submit(task(number)) for number in range(3)]
    workers.kill_worker()
    workers.kill_worker()
    with pytest.raises(CannotStart, match="no memory"):
        given[2].result(60)


def test_a_whole_job(links, monkeypatch):
    monkeypatch.setattr(StandIn, "at_once", True)
    job = MapReduce(words, total, 2, num_partitions=3, executor=InBrowser(2))
    for _ in range(2):
        run = job.run(TEXT, 2)
        assert run.results == by_partition(words, total, TEXT, 3, hash_partitioner)
        assert run.trace.job.start_method == "web worker"
    assert len(links) == 2


def test_if_none_starts_they_take_turns(links, monkeypatch, capsys):
    monkeypatch.setattr(StandIn, "wrong", "not here")
    job = MapReduce(words, total, 2, num_partitions=3, executor=InBrowser(2))
    for _ in range(2):
        assert job(TEXT, 2) == by_partition(words, total, TEXT, 3, hash_partitioner)
    assert capsys.readouterr().out.count("The workers cannot start: not here. So workers take turns") == 1


# What a worker lacks.


def test_a_file_or_a_module_is_given_if_it_is_there(tmp_path):
    (tmp_path / "song.txt").write_bytes(b"row")
    assert lacking.answer("file", str(tmp_path / "song.txt")) == b"row"
    assert lacking.answer("file", str(tmp_path / "nothing")) is None
    assert lacking.answer("file", str(tmp_path)) is None
    assert lacking.answer("module", "no_such_module") is None
    with zipfile.ZipFile(io.BytesIO(lacking.answer("module", "iniconfig"))) as files:
        assert any(name.endswith("iniconfig/__init__.py") for name in files.namelist())


def test_what_is_opened_or_imported_is_brought_once_for_each_job(tmp_path):
    code = """
        import importlib.util, os, shutil, sys
        from pathlib import Path
        from mrkit.executors.web import lacking
        folder = Path(sys.argv[1])
        os.chdir(folder)
        sys.dont_write_bytecode = True  # as there
        sys.path.insert(0, str(folder))
        (folder / "package").mkdir()
        (folder / "package" / "__init__.py").write_text("from package.inner import NUMBER")
        (folder / "package" / "inner.py").write_text("NUMBER = 42")
        open("here", "w").close()
        packed = lacking.answer("module", "package")
        shutil.rmtree("package")
        asked = []
        def ask(kind, name):
            asked.append((kind, os.path.basename(name)))
            return {"package": packed, "song.txt": b"row"}.get(os.path.basename(name))
        not_here = next(name for name in sorted(sys.stdlib_module_names) if importlib.util.find_spec(name) is None)
        fetching = lacking.Fetching(ask)
        fetching.begin()
        for _ in range(2):
            import package, package.inner
            with open("data/song.txt") as file:
                print(package.NUMBER, file.read())
            for name in ("nothing", "nothing.txt", not_here, "/proc/nothing.x"):
                try:
                    open(name) if "." in name else importlib.import_module(name)
                except OSError as error:
                    print(type(error).__name__)
                except ImportError as error:
                    print(type(error).__name__)
        print(asked)
        asked.clear()
        fetching.forget()
        print(os.listdir("data"), open("data/song.txt").read(), asked)
        import package
        print(asked[-1])
    """
    once = ["42 row"] + 2 * ["ModuleNotFoundError", "FileNotFoundError"]
    asked = [("module", "package"), ("file", "song.txt"), ("module", "nothing"), ("file", "nothing.txt")]
    again = ["[] row [('file', 'song.txt')]", "('module', 'package')"]
    assert fetching(code, tmp_path) == [*once, *once, str(asked), *again]


def test_what_a_task_has_written_is_told_when_it_ends(tmp_path):
    code = """
        import os, sys
        from mrkit.executors.web import lacking
        os.chdir(sys.argv[1])
        def ask(kind, name):
            return {"song.txt": b"row", "home": b""}.get(os.path.basename(name))
        fetching = lacking.Fetching(ask)
        fetching.begin()
        for name, how in (("home/new.txt", "a"), ("song.txt", "a"), ("other", "w"), ("other", "a"), ("gone", "w")):
            with open(name, how) as file:
                file.write(" your boat")
        os.unlink("gone")
        try:
            open("nowhere/file", "w")
        except OSError as error:
            print(type(error).__name__)
        for path, *rest in fetching.written():
            print(os.path.relpath(path), rest)
        print(fetching.written())
    """
    assert fetching(code, tmp_path) == [
        "FileNotFoundError",
        f"{os.path.join('home', 'new.txt')} [True, b' your boat']",
        "song.txt [True, b' your boat']",
        "other [False, b' your boat your boat']",
        "[]",
    ]


def test_what_a_task_has_written_comes_home(tmp_path):
    lacking.put([(str(tmp_path / "new" / "song"), True, b"row"), (str(tmp_path / "new" / "song"), True, b" row")])
    assert (tmp_path / "new" / "song").read_bytes() == b"row row"
    lacking.put([(str(tmp_path / "new" / "song"), False, b"boat"), (str(tmp_path / "new"), False, b"is a folder")])
    assert (tmp_path / "new" / "song").read_bytes() == b"boat"


def fetching(code, folder):
    """What a fresh Python prints in which a worker's files are fetched."""
    command = [sys.executable, "-c", textwrap.dedent(code), folder]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.stderr == ""
    return done.stdout.splitlines()
