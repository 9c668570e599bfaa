"""What fails before, beside and around the user's functions is one sentence of mrkit's, and blames nobody else."""

from __future__ import annotations

import concurrent.futures
import os

import pytest
from oracle import TEXT, nothing_left, total, words
from programs import WORDS, said

from mrkit import MapReduce, MrkitError
from mrkit.errors import BadKey, CannotStart, InputError, UserFunctionError

posix = pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
TRY = (
    WORDS
    + """
import os, sys
def attempt(job, inputs=("a b", "a")):
    try:
        print("results", sorted(job(inputs)))
    except MrkitError as error:
        print(type(error).__name__, error)
        print("caused by", type(error.__cause__).__name__)
    except BaseException as error:
        print("RAW", type(error).__name__, error)
"""
)


# Starting.


@posix
def test_a_working_folder_that_is_gone(tmp_path):
    program = f"""{TRY}
if __name__ == "__main__":
    os.makedirs("gone"); os.chdir("gone"); os.rmdir("../gone")
    attempt(MapReduce(words, total, 2))
"""
    out = said(tmp_path, program)
    assert out == "results [('a', 2), ('b', 1)]" or out.startswith("CannotStart The workers cannot start")
    assert "RAW" not in out


@posix
@pytest.mark.parametrize("limit", ["RLIMIT_NOFILE, (64, 64)", "RLIMIT_FSIZE, (100, 100)", "RLIMIT_NOFILE, (12, 12)"])
def test_limits_of_the_system(tmp_path, limit):
    program = f"""{TRY}
import resource, signal
if __name__ == "__main__":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    import mrkit.executors.processes
    resource.setrlimit(resource.{limit})
    attempt(MapReduce(words, total, 40))
"""
    out = said(tmp_path, program)
    assert out.startswith("CannotStart The workers cannot start: "), out
    assert "caused by" in out
    assert len(out.splitlines()) == 2


@posix
def test_semaphores_that_are_not_to_be_had(tmp_path):
    program = f"""{TRY}
import _multiprocessing
class SemLock:
    def __init__(self, *_):
        raise OSError(28, "No space left on device")
    SEM_VALUE_MAX = 10
    @staticmethod
    def _rebuild(*_): pass
if __name__ == "__main__":
    import mrkit.executors.processes, multiprocessing.synchronize
    multiprocessing.synchronize._multiprocessing = type("M", (), {{"SemLock": SemLock}})
    attempt(MapReduce(words, total, 2))
"""
    out = said(tmp_path, program)
    assert out.startswith("CannotStart The workers cannot start: No space left on device"), out
    assert "caused by OSError" in out


def test_a_job_inside_a_daemon_process(tmp_path):
    program = f"""{TRY}
import multiprocessing
def inside():
    attempt(MapReduce(words, total, 2))
    attempt(MapReduce(words, total, executor="threads"))
if __name__ == "__main__":
    child = multiprocessing.get_context("spawn").Process(target=inside, daemon=True)
    child.start(); child.join()
"""
    out = said(tmp_path, program)
    assert out.startswith("CannotStart The workers cannot start: daemonic processes are not allowed to have children")
    assert "executor='threads'" in out
    assert out.splitlines()[-1] == "results [('a', 2), ('b', 1)]"


def test_a_temporary_folder_that_was_emptied_between_two_warm_runs(tmp_path, monkeypatch):
    import shutil
    import tempfile

    with nothing_left(), MapReduce(words, total, 2) as job:
        expected = sorted(job(TEXT))
        for _ in range(2):
            for folder in os.listdir(tempfile.gettempdir()):
                if folder.startswith("mrkit-"):
                    shutil.rmtree(os.path.join(tempfile.gettempdir(), folder))
            assert sorted(job(TEXT)) == expected
    assert sorted(job(TEXT)) == expected


def test_a_pool_of_somebody_else_that_is_shut():
    pool = concurrent.futures.ThreadPoolExecutor(2)
    pool.shutdown()
    with pytest.raises(CannotStart, match=r"ThreadPoolExecutor .*cannot schedule new futures after shutdown") as caught:
        MapReduce(words, total, executor=pool)(TEXT)
    assert isinstance(caught.value.__cause__, RuntimeError)


@pytest.mark.parametrize("name", ["sitecustomize", "killed"])
@posix
def test_workers_that_never_come_up_say_what_they_said(tmp_path, name):
    how = {"sitecustomize": "raise SystemExit('no licence found')", "killed": "import os; os.kill(os.getpid(), 9)"}[
        name
    ]
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(f"import os\nif 'BAD' in os.environ:\n    {how}\n")
    program = f"""{TRY}
if __name__ == "__main__":
    os.environ["BAD"] = "1"
    attempt(MapReduce(words, total, 2))
"""
    from programs import run

    done = run(tmp_path, program, env={**os.environ, "PYTHONPATH": str(tmp_path / "site")})
    assert done.stdout.startswith("CannotStart The workers cannot start"), done.stdout
    assert "your function" not in done.stdout
    assert ("no licence found" if name == "sitecustomize" else "SIGKILL") in done.stdout


# Reading the inputs.


def raising():
    yield "a b"
    raise OSError("the disk is gone")


class Refuses:
    def __iter__(self):
        raise OSError("the disk is gone")


class Broken(list):
    def __iter__(self):
        yield "a"
        raise OSError("the disk is gone")


class NoLength(list):
    def __len__(self):
        raise OSError("the disk is gone")


class BadSplits:
    def splits(self):
        yield ["a"]
        raise OSError("the disk is gone")


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
@pytest.mark.parametrize("make", [raising, Refuses, lambda: Broken("ab"), lambda: NoLength("ab"), BadSplits])
def test_inputs_that_raise(executor, make):
    with pytest.raises(InputError, match="OSError: the disk is gone") as caught:
        MapReduce(words, total, 2, executor=executor)(make())
    assert isinstance(caught.value.__cause__, OSError)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("executor", ["serial", "threads"])
def test_an_input_that_stops_the_iteration_by_mistake(executor):
    def stops():
        yield next(iter([]))

    with pytest.raises(InputError, match="StopIteration"):
        MapReduce(words, total, 2, executor=executor)(stops())


def test_an_interrupt_in_the_inputs_is_an_interrupt():
    def interrupted():
        yield "a"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        MapReduce(words, total, executor="serial")(interrupted())


# Blame.


@posix
@pytest.mark.parametrize("executor", ["processes"])
def test_too_many_open_files_while_spilling_is_not_the_users_fault(tmp_path, executor):
    program = f"""{TRY}
def many(n):
    import resource
    for i in range(20_000):
        yield (n, i), "x" * 50
def count(item):
    return len(list(item[1]))
def low():
    import resource
    resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))
class Low:
    def __init__(self): pass
    def __setstate__(self, state): low()
    def __getstate__(self): return 1
    def __call__(self, key, n): return 0
if __name__ == "__main__":
    attempt(MapReduce(many, count, 1, num_partitions=1, memory_limit=1, partitioner=Low(), sample=0), range(8))
"""
    out = said(tmp_path, program)
    assert "reduce function" not in out
    assert "what your function does" not in out
    assert "RAW" not in out


def deep_key(depth):
    key = ()
    for _ in range(depth):
        key = (key,)
    return key


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_a_key_that_is_nested_too_deeply_is_the_keys_fault(executor):
    job = MapReduce(lambda n: [(deep_key(n), 1)], lambda item: 1, 1, executor=executor)
    with pytest.raises(BadKey, match=r"nested too deeply.*map function `<lambda>`") as caught:
        job([1500])
    assert "partitioner" not in str(caught.value)


@pytest.mark.parametrize("executor", ["serial", "processes"])
@pytest.mark.parametrize("where", ["map", "reduce", "combine"])
def test_mrkits_own_fault_is_told_as_such(executor, where):
    """An error that no frame of the user's is in."""
    import mrkit.engine.shuffle as shuffle

    class Breaks:
        def __reduce__(self):
            return breaking, ()

    def breaking():
        from mrkit.engine import spill

        def fails(*_):
            raise OSError(24, "Too many open files")

        spill.gathered = fails
        return lambda *_: 0

    before = shuffle.write
    from mrkit.engine import spill

    grouped = spill.gathered
    try:
        if executor == "serial":
            breaking()
        job = MapReduce(words, total, 1, partitioner=lambda k, n: 0, executor=executor, num_partitions=1)
        if executor == "processes":
            job._partitioner = Breaks()
        with pytest.raises(MrkitError) as caught:
            job(["a"])
    finally:
        shuffle.write, spill.gathered = before, grouped
    assert not isinstance(caught.value, UserFunctionError)
    assert "reduce function" not in str(caught.value)
    assert "Too many open files" in str(caught.value)


def test_functions_of_c_are_still_blamed():
    with pytest.raises(UserFunctionError, match="map function `len` failed, given 1"):
        MapReduce(len, total, executor="serial")([1])
    with pytest.raises(UserFunctionError, match="reduce function `int` failed"):
        MapReduce(words, int, executor="serial")(["a"])
