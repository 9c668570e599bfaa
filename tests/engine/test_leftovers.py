"""Whatever way a job ends, nothing of it is left: no process, no thread, no temporary folder, no other stdout."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import pytest
from oracle import TEXT, folders, interrupted_when, nothing_left, total, until, words, workers

from mrkit import MapReduce, SimpleMapReduce
from mrkit.errors import Cancelled, InputError, MrkitError, UserFunctionError, WorkerDied
from mrkit.executors.processes import Processes

START_METHODS = multiprocessing.get_all_start_methods()
WHERE = ["serial", "threads", *START_METHODS]
USUAL = ["serial", "threads", "spawn"]  # where the start method makes no difference
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def job_on(where, map_func=words, reduce_func=total, **options):
    if where in START_METHODS:
        return MapReduce(map_func, reduce_func, 2, start_method=where, **options)
    return MapReduce(map_func, reduce_func, 2, executor=where, **options)


def waiting(there: Path, func):
    """The function, but at its first call it says so and then takes its time, in small steps."""

    def wait(item):
        there.touch()
        for _ in range(3000):
            time.sleep(0.01)
        return func(item)

    return wait


@pytest.mark.parametrize("where", WHERE)
def test_after_a_good_end(where):
    with nothing_left():
        job = job_on(where)
        assert job.run(iter(TEXT), baseline=True).results
        assert job([]) == []
    with nothing_left():
        assert job.start(TEXT).result(timeout=30).results


def test_after_a_good_end_of_the_article():
    with nothing_left():
        assert SimpleMapReduce(words, total, 2)(TEXT)


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("stage", ["map", "reduce"])
def test_after_an_error_of_the_user(where, stage):
    def bad(item):
        raise ValueError("bad")

    with nothing_left(), pytest.raises(UserFunctionError):
        job_on(where, bad if stage == "map" else words, bad if stage == "reduce" else total)(TEXT, 1)


@pytest.mark.parametrize("where", USUAL)
def test_after_an_error_while_others_work(where, tmp_path):
    def map_func(n):
        if n == 1:
            assert until((tmp_path / "0").exists) or where == "serial"
            raise ValueError
        (tmp_path / str(n)).touch()
        for _ in range(0 if where == "serial" else 3000):
            time.sleep(0.01)
        yield n, n

    with nothing_left(), pytest.raises(UserFunctionError):
        job_on(where, map_func)(range(10), 1)


@pytest.mark.parametrize("where", USUAL)
def test_after_bad_arguments_to_a_call(where):
    with nothing_left():
        job = job_on(where)
        for call in (lambda: job("text"), lambda: job(["a"], 0), lambda: job.start(3).result(timeout=30)):
            with pytest.raises(MrkitError):
                call()


@pytest.mark.parametrize("where", USUAL)
def test_after_inputs_that_fail(where):
    def inputs():
        yield from TEXT
        raise LookupError("no more")

    with nothing_left(), pytest.raises(InputError, match="no more"):
        job_on(where)(inputs(), 1)


@pytest.mark.parametrize("what", ["function", "input", "value", "result"])
def test_after_something_that_cannot_travel(what):
    lock = threading.Lock()
    job = job_on(
        "spawn",
        {"function": lambda line: lock, "value": lambda line: [(line, threading.Lock())]}.get(what, words),
        (lambda item: threading.Lock()) if what == "result" else total,
    )
    with nothing_left(), pytest.raises(MrkitError, match=r"cannot (be sent|travel)"):
        job([lock] if what == "input" else TEXT, 1)


@pytest.mark.parametrize("where", START_METHODS)
@pytest.mark.parametrize("stage", ["map", "reduce"])
def test_after_the_death_of_a_worker(where, stage):
    def die(item):
        os._exit(3)

    job = job_on(where, die if stage == "map" else words, die if stage == "reduce" else total, max_attempts=1)
    with nothing_left(), pytest.raises(WorkerDied):
        job(TEXT, 1)


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("stage", ["map", "reduce"])
def test_after_a_cancel(where, stage, tmp_path):
    if where == "serial":
        pytest.skip("it cannot be stopped within one call of a function")
    there = tmp_path / "there"
    with nothing_left():
        job = job_on(where, waiting(there, words) if stage == "map" else words, waiting(there, total))
        running = job.start(TEXT, 1)
        assert until(there.exists)
        running.cancel()
        with pytest.raises(Cancelled):
            running.result(timeout=0)


@pytest.mark.parametrize("where", USUAL)
@pytest.mark.parametrize("moment", [0.0, 0.05, 0.3])
def test_after_a_cancel_at_any_moment(where, moment):
    with nothing_left():
        running = job_on(where, lambda n: time.sleep(0.01) or [(n, n)]).start(range(100), 1)
        time.sleep(moment)
        running.cancel()
        with contextlib.suppress(Cancelled):
            running.result(timeout=0)


@POSIX
@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("stage", ["map", "reduce"])
def test_after_an_interrupt(where, stage, tmp_path):
    there = tmp_path / "there"
    job = job_on(where, waiting(there, words) if stage == "map" else words, waiting(there, total))
    with nothing_left(), pytest.raises(KeyboardInterrupt), interrupted_when(there):
        job(TEXT, 1)
    assert job_on(where)(["a a"]) == [("a", 2)]


@POSIX
@pytest.mark.parametrize("where", USUAL)
def test_after_an_interrupt_the_same_job_runs_again(where, tmp_path):
    there = tmp_path / "there"

    def first_time(line):
        if not there.exists():
            there.touch()
            for _ in range(3000):
                time.sleep(0.01)
        return words(line)

    with nothing_left(), job_on(where, first_time) as job:
        with pytest.raises(KeyboardInterrupt), interrupted_when(there):
            job(["a a"])
        assert job(["a a"]) == [("a", 2)]


@POSIX
def test_after_an_interrupt_while_a_worker_is_deep_in_c(tmp_path):
    """A regular expression that backtracks for ages hears no signal and no exception."""
    there = tmp_path / "there"

    def map_func(line):
        there.touch()
        re.match("(a+)+$", "a" * 60 + "b")
        yield line, 1

    with nothing_left(), pytest.raises(KeyboardInterrupt), interrupted_when(there):
        MapReduce(map_func, total, 2)(TEXT, 1)


@POSIX
@pytest.mark.parametrize("where", START_METHODS)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_after_an_interrupt_at_any_moment(where):
    """The moments in which workers start and end are the delicate ones. (In os.fork itself Python loses it.)"""
    for moment in (0.0, 0.02, 0.1, 0.4):
        with nothing_left():
            timer = threading.Timer(moment, os.kill, (os.getpid(), signal.SIGINT))
            try:
                timer.start()
                job_on(where, lambda n: time.sleep(0.02) or [(n, n)])(range(100), 1)
            except KeyboardInterrupt:
                pass
            timer.join()


@POSIX
@pytest.mark.parametrize("pause", [0.0, 0.02, 0.1])
def test_after_two_interrupts_in_a_row(tmp_path, pause):
    """An impatient user's second Ctrl-C comes while the first is cleaning up."""
    there = tmp_path / "there"
    with nothing_left():
        again = threading.Timer(pause, os.kill, (os.getpid(), signal.SIGINT))

        try:
            try:
                with interrupted_when(there, then=again.start):
                    MapReduce(waiting(there, words), total, 2)(TEXT, 1)
            finally:
                again.join()
        except KeyboardInterrupt:
            pass


@pytest.mark.parametrize("where", ["threads", *START_METHODS])
def test_after_a_warm_block(where):
    with nothing_left():
        before = workers(), set(threading.enumerate())
        with job_on(where) as job:
            for _ in range(2):
                assert job(TEXT)
            assert (workers(), set(threading.enumerate())) != before


def test_after_a_warm_block_that_ends_with_an_error():
    with nothing_left(), contextlib.suppress(ZeroDivisionError), job_on("spawn") as job:
        assert job(TEXT)
        raise ZeroDivisionError


def test_an_error_in_a_warm_block_leaves_no_data_of_the_failed_run():
    with nothing_left(), job_on("spawn", lambda n: [(n, 1 // n)]) as job:
        for _ in range(2):
            with pytest.raises(UserFunctionError):
                job([1, 2, 0, 3], 1)
        (folder,) = folders()
        left = [path for path in Path(_temporary(), folder).rglob("*") if path.is_dir()]
        assert left == []


def _temporary() -> str:
    import tempfile

    return tempfile.gettempdir()


@pytest.mark.parametrize("where", ["threads", *START_METHODS])
def test_a_warm_job_that_is_dropped(where):
    """`with` is what the handbook asks for; who forgets it must not collect workers."""
    with nothing_left():
        job = job_on(where)
        job.__enter__()
        assert job(TEXT)
        del job
        gc.collect()


@pytest.mark.parametrize("where", USUAL)
def test_a_hook_that_is_interrupted(where):
    """An interrupt may come while a hook runs: it is not the hook's error."""

    def hook(event):
        if type(event).__name__ == "TaskFinished":
            raise KeyboardInterrupt

    with nothing_left(), pytest.raises(KeyboardInterrupt):
        job_on(where, hooks=[hook])(TEXT, 1)


@pytest.mark.parametrize("where", USUAL)
def test_prints_after_a_job_go_where_they_went(where, capsys):
    with nothing_left():
        with pytest.raises(UserFunctionError):
            job_on(where, lambda line: print("in the job") or 1 / 0)(TEXT, 1)
        capsys.readouterr()
        print("after the job")
        assert capsys.readouterr().out == "after the job\n"


SCRIPT = """
import os, sys, time
from pathlib import Path
from mrkit import MapReduce

there = Path(sys.argv[1])

def slow(n):
    (there / str(os.getpid())).touch()
    time.sleep(0.01 if sys.argv[3] == "warm" else 60)
    yield n, os.getpid()

def main():
    with MapReduce(slow, lambda item: item[0], 2, start_method=sys.argv[2]) as job:
        job(range(20), 1)
        (there / "warm").touch()
        time.sleep(60)

if __name__ == "__main__":
    main()
"""


@contextlib.contextmanager
def script(tmp_path, start_method, how):
    """A process that runs a job; gives it and its workers' process ids."""
    there, temporary = tmp_path / "there", tmp_path / "tmp"
    there.mkdir()
    temporary.mkdir()
    (tmp_path / "script.py").write_text(SCRIPT)
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "script.py"), str(there), start_method, how],
        env=os.environ | {"TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        ready = (there / "warm").exists if how == "warm" else lambda: len(list(there.iterdir())) == 2
        assert until(lambda: ready() or process.poll() is not None, 30)
        assert process.poll() is None, process.stdout.read()
        found = psutil.Process(process.pid).children(recursive=True)
        assert len(found) >= 2
        assert any(temporary.glob("mrkit-*"))
        yield process, found, temporary
    finally:
        process.kill()
        process.communicate()


def gone(processes) -> bool:
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


@POSIX
@pytest.mark.parametrize("how", ["working", "warm"])
@pytest.mark.parametrize("start_method", START_METHODS)
def test_a_parent_that_is_killed_leaves_nothing(tmp_path, start_method, how):
    with script(tmp_path, start_method, how) as (process, found, temporary):
        process.kill()
        process.wait(10)
        assert until(lambda: gone(found), 10), found
        assert until(lambda: not any(temporary.glob("mrkit-*")), 10)


@POSIX
@pytest.mark.parametrize("start_method", START_METHODS)
@pytest.mark.parametrize("how", ["working", "warm"])
def test_a_parent_that_is_interrupted_with_its_workers_leaves_nothing(tmp_path, start_method, how):
    """Ctrl-C in a terminal reaches the whole process group."""
    with script(tmp_path, start_method, how) as (process, found, temporary):
        os.killpg(process.pid, signal.SIGINT)
        out, _ = process.communicate(timeout=20)
        assert out.rstrip().endswith("KeyboardInterrupt")
        assert out.count("Traceback") == 1
        assert until(lambda: gone(found), 10), found
        assert list(temporary.glob("mrkit-*")) == []


@POSIX
def test_a_parent_that_is_terminated_leaves_nothing(tmp_path):
    with script(tmp_path, "spawn", "working") as (process, found, temporary):
        process.terminate()
        process.wait(10)
        assert until(lambda: gone(found), 10), found
        assert until(lambda: not any(temporary.glob("mrkit-*")), 10)


def test_a_script_that_forgets_to_close_ends():
    code = (
        "from mrkit import MapReduce\n"
        "job = MapReduce(lambda n: [(n, 1)], lambda item: item[0], 2)\n"
        "job.__enter__()\n"
        "print(len(job(range(3))))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr, done.returncode) == ("3\n", "", 0)


def test_a_script_that_ends_while_a_job_is_running():
    code = (
        "import time\n"
        "from mrkit import MapReduce\n"
        "running = MapReduce(lambda n: time.sleep(0.05) or [(n, 1)], lambda item: item[0], 2).start(range(10), 1)\n"
        "time.sleep(0.3)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


# The counting itself must be able to find something.


def test_the_counting_finds_a_thread():
    release = threading.Event()
    thread = threading.Thread(target=release.wait)
    with pytest.raises(AssertionError, match="thread"), nothing_left():
        thread.start()
    release.set()
    thread.join()


def test_the_counting_finds_a_process_and_a_folder():
    pool = Processes(1)
    job = MapReduce(words, total, executor=pool)
    try:
        with pytest.raises(AssertionError, match=r"process \d+.*folder mrkit-"), nothing_left():
            job(TEXT)
    finally:
        pool.close()


@pytest.mark.skipif("forkserver" not in START_METHODS, reason="no forkserver here")
def test_the_counting_finds_a_child_of_the_fork_server():
    pool = Processes(1, "forkserver")
    job = MapReduce(words, total, executor=pool)
    try:
        with pytest.raises(AssertionError, match=r"process \d+"), nothing_left():
            job(TEXT)
    finally:
        pool.close()


def test_the_counting_finds_another_stdout():
    with pytest.raises(AssertionError, match="stdout"), nothing_left():
        before, sys.stdout = sys.stdout, None
    sys.stdout = before


@pytest.mark.skipif(os.name == "nt", reason="modes of files are another thing there")
def test_intermediate_data_is_private():
    """Nobody else on the machine can read what the workers write."""

    def look(_):
        folder = next(Path(tempfile.gettempdir()).glob("mrkit-*"))
        return [(str(path), path.stat().st_mode & 0o777) for path in (folder, *folder.rglob("*")) if path.is_dir()]

    modes = MapReduce(look, lambda item: (item[0], *item[1]), 1)([1])
    assert len(modes) >= 2
    assert {mode for _, mode in modes} == {0o700}
