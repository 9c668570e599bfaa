"""What Windows does with open files, on Linux: nothing fails and nothing stays behind.

Here are the cases that found something once. CI runs the tests of faults, interrupts, leftovers and spilling with the
same stand-in (`PYTHONPATH=tests/like_windows`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

LIKE_WINDOWS = Path(__file__).parent / "like_windows"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the stand-in asks /proc")


def started(code, folder, **how):
    script = folder / "job.py"
    script.write_text(textwrap.dedent(code))
    environment = os.environ | {"PYTHONPATH": str(LIKE_WINDOWS), "TMPDIR": str(folder)}
    how = {"stdout": subprocess.PIPE} | how
    return subprocess.Popen([sys.executable, script], env=environment, text=True, **how)


def until(condition, patience=60):
    deadline = time.monotonic() + patience
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_the_stand_in_refuses_what_windows_refuses(tmp_path):
    code = """
        import os, tempfile
        folder = tempfile.mkdtemp(prefix="mrkit-")
        for name in ("open", "shut"):
            with open(os.path.join(folder, name), "w") as file:
                if name == "open":
                    try:
                        os.unlink(file.name)
                    except PermissionError:
                        print("refused")
        import shutil
        shutil.rmtree(folder)
    """
    job = started(code, tmp_path)
    assert job.communicate(timeout=60)[0] == "refused\n"
    assert not list(tmp_path.glob("mrkit-*"))


@pytest.mark.parametrize("sort_keys", [False, True])
def test_a_reduce_function_that_does_not_read_all_values_of_a_spilled_key(tmp_path, sort_keys):
    code = f"""
        from mrkit import MapReduce
        def first(item):
            return item[0], next(item[1])
        def pairs(n):
            for number in range(8_000):
                yield ("hot" if number % 2 else f"{{number % 100:03}}"), "x" * 100
        if __name__ == "__main__":
            job = MapReduce(pairs, first, 2, memory_limit=1, num_partitions=1, sort_keys={sort_keys})
            run = job.run(range(2), 1)
            assert any(task.spills for task in run.trace.tasks("reduce"))
            print(len(run.results), dict(run.results)["hot"] == "x" * 100)
    """
    job = started(code, tmp_path)
    assert job.communicate(timeout=100)[0] == "51 True\n"
    assert not list(tmp_path.glob("mrkit-*"))


def test_a_warm_job_that_is_dropped_leaves_nothing(tmp_path):
    code = """
        import gc, glob, os, tempfile, time
        from mrkit import MapReduce
        if __name__ == "__main__":
            job = MapReduce(lambda n: [(n % 2, n)], lambda item: sum(item[1]), 2)
            job.__enter__()
            print(job([1, 2, 3]))
            del job
            gc.collect()
            print(glob.glob(os.path.join(tempfile.gettempdir(), "mrkit-*")))
    """
    job = started(code, tmp_path)
    assert job.communicate(timeout=60)[0] == "[4, 2]\n[]\n"


@pytest.mark.parametrize("stage", ["map", "reduce"])
def test_a_killed_parent_leaves_nothing_although_its_workers_have_files_open(tmp_path, stage):
    code = f"""
        import pathlib, time
        from mrkit import MapReduce
        def slow():
            pathlib.Path({str(tmp_path)!r}, "there").touch()
            time.sleep(60)
        def pairs(n):
            for number in range(5_000):
                yield number % 100, "x" * 50
            if {stage!r} == "map":
                slow()
        def total(item):
            next(item[1])
            slow()
        if __name__ == "__main__":
            MapReduce(pairs, total, 2, memory_limit=1)(range(4), 1)
    """
    job = started(code, tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert until((tmp_path / "there").exists)
    assert list(tmp_path.glob("mrkit-*"))
    job.kill()
    job.wait()
    assert until(lambda: not list(tmp_path.glob("mrkit-*")))


def test_two_kernels_write_the_diary_at_once(tmp_path):
    code = f"""
        import os, sys
        os.environ["MRKIT_PROGRESS"] = {str(tmp_path / "diary.jsonl")!r}
        from mrkit.learn import diary
        for number in range(200):
            diary.note(sys.argv[1] if len(sys.argv) > 1 else "me", "attempt", code=str(number) * 50, passed=False)
    """
    script = tmp_path / "writer.py"
    script.write_text(textwrap.dedent(code))
    writers = [subprocess.Popen([sys.executable, script, f"kernel-{number}"]) for number in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    lines = [line for line in (tmp_path / "diary.jsonl").read_text().splitlines() if line]
    assert len(lines) == 600
    assert all(line.startswith("{") and line.endswith("}") for line in lines)
