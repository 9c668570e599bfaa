"""How workers end: in order after a success, as any program; else they are killed, with all that they started."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psutil
import pytest
from oracle import interrupted_when, nothing_left, total, until, words
from programs import said

from mrkit import MapReduce, SimpleMapReduce
from mrkit.errors import MrkitError, TaskTimeout, UserFunctionError

METHODS = multiprocessing.get_all_start_methods()
posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def leaving_traces(folder: Path):
    """A map function whose process has unfinished business when the job is over."""

    def map_func(n):
        import atexit
        import builtins
        import gzip
        import zipfile

        if not hasattr(builtins, "mrkit_test_files"):
            here = folder / str(os.getpid())
            builtins.mrkit_test_files = [open(f"{here}.text", "w"), gzip.open(f"{here}.gz", "wt")]  # noqa: SIM115
            builtins.mrkit_test_archive = zipfile.ZipFile(f"{here}.zip", "w")
            builtins.mrkit_test_archive.writestr("name", "text")
            atexit.register(Path(f"{here}.atexit").write_text, "done")
        for file in builtins.mrkit_test_files:
            file.write(f"{n}\n")
        yield n % 2, n

    return map_func


def check_traces(folder: Path, numbers, runs: int = 1) -> None:
    import gzip
    import zipfile

    expected = sorted([*numbers] * runs)
    texts = [file.read_text() for file in folder.glob("*.text")]
    unpacked = [gzip.decompress(file.read_bytes()).decode() for file in folder.glob("*.gz")]
    for written in (texts, unpacked):
        assert sorted(map(int, "".join(written).split())) == expected
    for archive in folder.glob("*.zip"):
        assert zipfile.ZipFile(archive).read("name") == b"text"
    ended = {file.stem for file in folder.glob("*.atexit")}
    assert ended == {file.stem for file in folder.glob("*.text")}
    assert ended


def sums(item):
    return item[0], sum(item[1])


# After a success.


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("way", ["call", "warm", "stream", "start"])
def test_files_are_written_and_atexit_runs(tmp_path, method, way):
    def job():
        return MapReduce(leaving_traces(tmp_path), sums, 2, start_method=method)

    with nothing_left():
        if way == "call":
            job()(range(20), 1)
        elif way == "warm":
            with job() as warm:
                warm(range(20), 1)
                warm(range(20), 1)
        elif way == "stream":
            list(job().stream(range(20), 1))
        else:
            job().start(range(20), 1).result(60)
    check_traces(tmp_path, range(20), 2 if way == "warm" else 1)


def test_a_stream_that_nobody_reads_to_its_end(tmp_path):
    with nothing_left():
        for _ in MapReduce(leaving_traces(tmp_path), sums, 2).stream(range(20), 1):
            break
    check_traces(tmp_path, range(20))


def test_the_article_s_class_too(tmp_path):
    with nothing_left():
        SimpleMapReduce(leaving_traces(tmp_path), sums, 2)(range(20))
    check_traces(tmp_path, range(20))


def test_after_a_warm_pool_was_exchanged_for_a_larger_one(tmp_path):
    with nothing_left(), MapReduce(leaving_traces(tmp_path), sums, 2, num_partitions=1) as job:
        job([1])
        job(range(2, 20), 1)
    check_traces(tmp_path, range(1, 20))


FORGETS = """
import os, sys
from mrkit import MapReduce
def map_func(n):
    import builtins, multiprocessing, concurrent.futures
    if not hasattr(builtins, "pools"):
        builtins.pools = [
            concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")),
            concurrent.futures.ThreadPoolExecutor(1),
            multiprocessing.get_context("spawn").Pool(1),
        ]
        builtins.file = open("file", "w")
    builtins.file.write("last words")
    assert builtins.pools[0].submit(abs, -1).result() == builtins.pools[1].submit(abs, -1).result() == 1
    assert builtins.pools[2].map(abs, [-1]) == [1]
    return [(n, n)]
if __name__ == "__main__":
    job = MapReduce(map_func, lambda item: item[0], 1, start_method=sys.argv[1])
    if sys.argv[2] == "warm":
        job.__enter__()
    print(job([1]), flush=True)
"""


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("way", ["cold", "warm"])
def test_a_script_with_pools_in_a_workers_globals_ends(tmp_path, method, way):
    """Its output is read to the end, which comes when the last process that could write to it is gone."""
    (tmp_path / "script.py").write_text(FORGETS)
    done = subprocess.run(
        [sys.executable, "script.py", method, way], cwd=tmp_path, capture_output=True, text=True, timeout=90
    )
    assert (done.stdout, done.stderr, done.returncode) == ("[1]\n", "", 0)
    assert (tmp_path / "file").read_text() == "last words"


def starting_sleepers(folder: Path, then=lambda: None):
    """A map function that starts processes, one in a session of its own, which start others, and waits for none."""

    def map_func(n):
        there = f"{folder}/$$"
        child = f"sleep 500 & echo $$ $! > {there}.new; mv {there}.new {there}.pids; wait"
        for session in (False, True):
            subprocess.Popen(["sh", "-c", child], start_new_session=session)
        while len(list(folder.glob("*.pids"))) < 2:
            time.sleep(0.01)
        then()
        return [(n, n)]

    return map_func


def sleepers(folder: Path) -> list[int]:
    return [int(pid) for file in folder.glob("*.pids") for pid in file.read_text().split()]


def are_gone(pids) -> bool:
    def alive(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE

    end = time.monotonic() + 10  # what was killed ends when the machine comes to it
    while any(map(alive, pids)) and time.monotonic() < end:
        time.sleep(0.01)
    return not any(map(alive, pids))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere they are the first process's")
def test_processes_whose_parents_have_ended_are_gone(tmp_path):
    def map_func(n):
        subprocess.run(["sh", "-c", f"sleep 500 & echo $! > {tmp_path}/1.pids"])
        return [(n, n)]

    with nothing_left():
        MapReduce(map_func, sums, 1)([1])
    assert len(sleepers(tmp_path)) == 1
    assert are_gone(sleepers(tmp_path))


@posix
@pytest.mark.parametrize("method", METHODS)
def test_processes_that_a_function_forgot_are_gone(tmp_path, method):
    with nothing_left():
        MapReduce(starting_sleepers(tmp_path), sums, 1, start_method=method)([1])
        assert len(sleepers(tmp_path)) == 4
        assert are_gone(sleepers(tmp_path))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("what", ["atexit", "thread"])
def test_a_worker_that_does_not_end_is_killed_after_the_grace(tmp_path, method, what):
    def map_func(n):
        import atexit

        if what == "atexit":
            atexit.register(time.sleep, 500)
        else:
            threading.Thread(target=time.sleep, args=(500,)).start()
        return [(n, n)]

    with nothing_left():
        assert MapReduce(map_func, sums, 1, start_method=method)([1]) == [(1, 1)]


@posix
def test_an_interrupt_while_a_worker_takes_its_time_to_end(tmp_path, monkeypatch):
    from mrkit.executors import ending

    monkeypatch.setattr(ending, "GRACE", 500)
    there = tmp_path / "there"

    def map_func(n):
        import atexit

        atexit.register(lambda: (there.touch(), time.sleep(500)))
        return [(n, n)]

    with nothing_left(), pytest.raises(KeyboardInterrupt), interrupted_when(there):
        MapReduce(map_func, sums, 1)([1])


def test_a_cancel_while_a_worker_takes_its_time_to_end(tmp_path, monkeypatch):
    from mrkit.executors import ending

    monkeypatch.setattr(ending, "GRACE", 500)
    there = tmp_path / "there"

    def map_func(n):
        import atexit

        atexit.register(lambda: (there.touch(), time.sleep(500)))
        return [(n, n)]

    with nothing_left():
        running = MapReduce(map_func, sums, 1).start([1])
        assert until(there.exists)
        running.cancel()
        assert running.result(0).results == [(1, 1)]


# After anything else.


@posix
@pytest.mark.parametrize("method", METHODS)
def test_after_an_error_all_that_was_started_is_killed(tmp_path, method):
    with nothing_left(), pytest.raises(UserFunctionError):
        MapReduce(starting_sleepers(tmp_path, lambda: 1 / 0), sums, 1, start_method=method)([1])
    assert are_gone(sleepers(tmp_path))


@posix
@pytest.mark.parametrize("method", METHODS)
def test_what_a_worker_had_started_is_gone_although_it_died_by_itself(tmp_path, method):
    dies_once = starting_sleepers(tmp_path, lambda: (tmp_path / "died").exists() or leave(tmp_path / "died"))
    with nothing_left():
        assert MapReduce(dies_once, sums, 1, start_method=method)([1])
        assert are_gone(sleepers(tmp_path))
    with nothing_left(), pytest.raises(MrkitError):
        MapReduce(starting_sleepers(tmp_path, lambda: os._exit(3)), sums, 1, start_method=method, max_attempts=1)([1])
    assert are_gone(sleepers(tmp_path))


def leave(mark):
    mark.touch()
    os._exit(3)


@posix
def test_after_an_error_nothing_is_run_at_the_end(tmp_path):
    def map_func(n):
        import atexit

        atexit.register((tmp_path / "ended").touch)
        raise ValueError(n)

    with nothing_left(), pytest.raises(UserFunctionError):
        MapReduce(map_func, sums, 1)([1])
    assert not (tmp_path / "ended").exists()


@posix
@pytest.mark.parametrize("method", METHODS)
def test_after_an_interrupt_all_that_was_started_is_killed(tmp_path, method):
    there = tmp_path / "there"
    work = starting_sleepers(tmp_path, lambda: (there.touch(), time.sleep(500)))
    with nothing_left(), pytest.raises(KeyboardInterrupt), interrupted_when(there):
        MapReduce(work, sums, 1, start_method=method)([1])
    assert are_gone(sleepers(tmp_path))


@posix
def test_after_a_timeout_all_that_was_started_is_killed(tmp_path):
    def slow(n):
        if n:
            return [(n, n)]
        return starting_sleepers(tmp_path, lambda: time.sleep(500))(n)

    with nothing_left(), MapReduce(slow, sums, 2, task_timeout=3, max_attempts=1) as job:
        with pytest.raises(TaskTimeout):
            job([0])
        assert until(lambda: are_gone(sleepers(tmp_path)))
        assert job([1]) == [(1, 1)]


@posix
@pytest.mark.parametrize("method", METHODS)
def test_when_the_parent_is_killed_all_that_was_started_goes(tmp_path, method):
    program = f"""
import time
from pathlib import Path
from test_ending import starting_sleepers, sums
from mrkit import MapReduce
if __name__ == "__main__":
    MapReduce(starting_sleepers(Path("."), lambda: time.sleep(500)), sums, 1, start_method="{method}")([1])
"""
    (tmp_path / "main.py").write_text(program)
    here = Path(__file__).parent
    path = os.pathsep.join(map(str, [here, here.parent]))
    with subprocess.Popen([sys.executable, "main.py"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}) as process:
        assert until(lambda: len(sleepers(tmp_path)) == 4 or process.poll() is not None, 60)
        assert process.poll() is None
        process.kill()
    assert until(lambda: are_gone(sleepers(tmp_path)), 20)


# What belongs to the parent.


@pytest.mark.skipif("fork" not in METHODS, reason="no fork here")
def test_what_a_forked_worker_has_from_its_parent_is_the_parents(tmp_path):
    program = """
        import atexit, os
        from mrkit import MapReduce
        if __name__ == "__main__":
            pid = os.getpid()
            atexit.register(lambda: print("the end", os.getpid() == pid))
            file = open("file", "w")
            file.write("once")
            MapReduce(lambda n: [(n, n)], lambda item: item[0], 2, start_method="fork")([1, 2], 1)
        """
    assert said(tmp_path, program) == "the end True"
    assert (tmp_path / "file").read_text() == "once"


@pytest.mark.skipif("fork" not in METHODS, reason="no fork here")
@pytest.mark.parametrize("method", METHODS)
def test_workers_end_in_order_although_others_were_forked_meanwhile(tmp_path, monkeypatch, method):
    """Whoever was forked has the pipes, and workers would wait for what it might still write."""
    from mrkit.executors import ending

    monkeypatch.setattr(ending, "GRACE", 60)
    with nothing_left(), ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        with MapReduce(leaving_traces(tmp_path), sums, 2, start_method=method) as job:
            job(range(5), 1)
            pool.submit(abs, -1).result()
            with MapReduce(words, total, 2, start_method="fork") as other:
                other(["a"])
                job(range(5), 1)
                job.__exit__(None, None, None)
                check_traces(tmp_path, range(5), 2)
