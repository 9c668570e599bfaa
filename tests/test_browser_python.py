"""Where there is no matplotlib, pebble, psutil, process, thread, file lock or getrusage: as in a browser's Python.

The browser of this stand-in has no workers either; tests/browser/test_alone.py has a real one.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
import tomllib
import warnings
from pathlib import Path

import pytest
from packaging.requirements import Requirement

BLOCKED = """
import fcntl, pdb, resource, subprocess, sys, sysconfig, threading, types  # pdb asks for the platform when it is loaded
sysconfig.get_config_vars()  # reads a file that has the platform in its name
for name in ("matplotlib", "pebble", "psutil", "_multiprocessing", "_posixsubprocess"):
    sys.modules[name] = None  # importing it fails
del resource.getrusage, fcntl.flock
sys.platform = "emscripten"
sys.modules["js"] = types.SimpleNamespace(
    navigator=types.SimpleNamespace(hardwareConcurrency=2), WebAssembly=types.SimpleNamespace()
)
sys.modules["pyodide"] = types.SimpleNamespace()
sys.modules["pyodide.ffi"] = types.SimpleNamespace(can_run_sync=lambda: False)

def refuse(*arguments, **more):
    raise RuntimeError("can't start new thread")

def no_processes(*arguments, **more):
    raise OSError(138, "emscripten does not support processes.")

threading.Thread.start = refuse
subprocess.Popen.__init__ = no_processes
"""


def told(code):
    """What a fresh Python prints that has nothing of this."""
    program = textwrap.dedent(BLOCKED) + textwrap.dedent(code)
    warned = "error" if warnings.filters[0][0] == "error" else "ignore"  # pytest -W default: old libraries warn
    done = subprocess.run([sys.executable, "-W", warned, "-c", program], capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Python's resource module is not there")


@pytest.mark.parametrize("module", ["mrkit", "mrkit.views", "mrkit.learn", "mrkit.datasets", "mrkit.examples"])
def test_it_can_be_imported(module):
    assert told(f"import {module}; print({module}.__name__)") == f"{module}\n"


def test_a_job_runs_on_the_serial_executor():
    code = """
        from mrkit import MapReduce, counter, text_lines
        def words(line):
            counter("lines")
            print("reading")
            for word in line.split():
                yield word, 1
        def total(item):
            return item[0], sum(item[1])
        job = MapReduce(words, total, combiner=total, num_partitions=2, executor="serial")
        run = job.run(["the cat", "the dog"])
        print(sorted(run.results), run.counters["lines"], run.trace.num_pairs)
        print(str(run.explain("the"))[:14], len(run.trace.to_json()) > 100, bool(run.trace.diagnosis()))
        print(list(job.stream(["a b"])))
    """
    lines = told(code).splitlines()
    assert [line for line in lines if "reading" not in line] == [
        "[('cat', 1), ('dog', 1), ('the', 2)] 2 4",
        "'the': 2 pairs True True",
        "[('a', 1), ('b', 1)]",
    ]
    assert sum("reading" in line for line in lines) == 3


def test_memory_is_not_known_and_that_is_no_error():
    code = """
        import builtins
        from mrkit import MapReduce, machine
        def no_proc(path, *arguments, opened=open, **more):
            if str(path).startswith("/proc"):
                raise FileNotFoundError(path)
            return opened(path, *arguments, **more)
        builtins.open = no_proc
        print(machine.peak_memory(), machine.process_size(), machine.available_cpus() >= 1)
        print(MapReduce(lambda n: [(n, n)], lambda item: item[0], executor="serial")([1]))
    """
    assert told(code) == "0 0 True\n[1]\n"


def test_checks_quizzes_and_tables_work():
    code = """
        from mrkit.learn import check, quiz, hint
        from mrkit import MapReduce
        print(bool(str(quiz("03.q2"))), bool(str(check("03.max", lambda item: (item[0], max(item[1]))))))
        from mrkit import views
        run = MapReduce(lambda n: [(n % 2, n)], lambda item: sum(item[1]), executor="serial").run(range(4))
        print(len(str(views.phases(run)._repr_mimebundle_())) > 100)
    """
    assert told(code).splitlines()[-1] == "True"


def test_there_is_neither_dask_nor_spark():
    code = """
        from mrkit.learn.engines import local_dask, local_spark
        print(local_dask(), local_spark())
    """
    dask, spark, got = told(code).splitlines()
    assert (dask[:16], spark[:17]) == ("There is no Dask", "There is no Spark")
    assert got == "processes None"


def test_progress_outlasts_the_page_and_says_how_it_is_saved(tmp_path):
    code = f"""
        import pathlib
        from mrkit.learn import answer, diary, progress
        diary.DRIVE = pathlib.Path({str(tmp_path)!r})
        answer("03.q2", "a")
        print(diary.entries()["03.q2"].attempts, "progress.jsonl" in str(progress("03")))
    """
    assert told(code) == "1 True\n"
    assert '"03.q2"' in (tmp_path / "progress.jsonl").read_text()


def test_the_standard_library_is_read_from_its_zip(tmp_path):
    code = f"""
        import pathlib, sysconfig, zipfile
        from mrkit import datasets
        library = pathlib.Path(sysconfig.get_path("stdlib"))
        with zipfile.ZipFile({str(tmp_path / "library.zip")!r}, "w") as archive:
            for name in ("bisect.py", "json/__init__.py"):
                archive.write(library / name, name)
        sys.path.insert(0, {str(tmp_path / "library.zip")!r})
        sysconfig.get_path = lambda name: {str(tmp_path / "lib")!r}
        print([row.module for row in datasets.stdlib_modules()])
    """
    assert told(code) == "['bisect', 'json']\n"


def test_a_live_view_says_what_to_do_where_no_interrupt_is_heard():
    code = """
        from mrkit import MapReduce
        from mrkit.views.widgets.live import live
        views = []
        live.LiveRun.show = lambda view: views.append(view)
        live.live(MapReduce(lambda n: [(n, n)], lambda item: item[0], executor="serial"), [1])
        print(views[0].hint)
    """
    assert told(code).endswith("write panel(job, inputs) in its place.\n")


def test_what_is_not_there_is_told_in_a_sentence():
    code = """
        from mrkit import MapReduce, MrkitError
        for options in ({"executor": "threads"}, {"start_method": "fork"}):
            try:
                print(MapReduce(lambda n: [(n, n)], len, **options)([1]))
            except MrkitError as error:
                print(error)
    """
    assert told(code).splitlines() == [
        "A thread cannot be had here: can't start new thread. Use executor='processes' or 'serial'.",
        "In a browser every worker starts as a fresh Python: leave out start_method.",
    ]


def test_workers_take_turns_and_that_is_said_once():
    code = """
        from mrkit import MapReduce
        seen = []
        def words(line):
            seen.append(line)
            print(len(seen))
            yield line, 1
        job = MapReduce(words, lambda item: (item[0], sum(item[1])), 2, num_partitions=2)
        for _ in range(2):
            run = job.run(["the", "cat", "the"], 1)
            print(sorted(run.results), sorted(run.trace.workers), run.trace.job.executor, run.trace.job.start_method)
        print(seen)
    """
    said, *lines = told(code).splitlines()
    assert said.startswith("This browser has no Web Workers. So workers take turns")
    # Each has a copy of its own of what its functions use, and a new one for the next job.
    once = ["[worker-1] 1", "[worker-2] 1", "[worker-1] 2"]
    result = "[('cat', 1), ('the', 2)] ['worker-1', 'worker-2'] processes in turns"
    assert lines == [*once, result, *once, result, "[]"]


def test_a_record_travels_to_a_worker_that_takes_its_turn_as_to_any_other():
    code = """
        import threading
        from mrkit import MapReduce, MrkitError
        record = []
        MapReduce(lambda given: [(0, given.append(1))], len, 2)([record])
        print(record)
        lock = threading.Lock()
        for function, inputs in ((lambda n: [(n, lock)], [1]), (lambda n: [(n, 1)], [lock]), (lambda n: 1 / 0, [1])):
            try:
                MapReduce(function, len, 2)(inputs)
            except MrkitError as error:
                print(type(error).__name__)
    """
    assert told(code).splitlines()[1:] == ["[]", "CannotTravel", "CannotTravel", "UserFunctionError"]


def test_the_wheel_can_be_installed_there():
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    browser = {"sys_platform": "emscripten", "python_version": "3.14", "python_full_version": "3.14.0"}
    wanted = map(Requirement, project["dependencies"])
    there = {one.name for one in wanted if one.marker is None or one.marker.evaluate(browser)}
    assert there == {"anywidget", "cloudpickle", "ipywidgets", "simpy", "tqdm"}
