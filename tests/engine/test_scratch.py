"""A job's folder is there while its owner lives, and not longer; when it cannot be, one sentence says why."""

import errno
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import pytest
from oracle import TEXT, folders, multiset, nothing_left, total, until, words, workers

from mrkit import MapReduce, flow
from mrkit.cli import doctor
from mrkit.engine import scratch
from mrkit.errors import Cancelled, CannotStart, DiskFull, MrkitError, TaskTimeout
from mrkit.executors import processes

WANTED = multiset(flow.mapreduce(words, total, TEXT))
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
FORKSERVER = pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="no fork server")


@pytest.fixture
def place(monkeypatch):
    """A temporary folder of one's own, with a short path for sockets."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", None)
        yield Path(folder)
        for left in Path(folder).iterdir():
            left.chmod(0o700)


def of_a_killed_owner(place, code="os.kill(os.getpid(), signal.SIGKILL)"):
    code = f"import os, signal\nfrom mrkit.engine import scratch\nprint(scratch.new_folder(), flush=True)\n{code}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    return Path(done.stdout.strip())


@POSIX
def test_the_folder_of_a_killed_process_is_swept_by_the_next_job(place):
    left = of_a_killed_owner(place)
    (left / "bucket").write_bytes(b"x")
    assert left.exists()
    assert multiset(MapReduce(words, total, 1)(TEXT)) == WANTED
    assert not left.exists()
    assert list(place.glob("mrkit-*")) == []


def test_a_file_that_somebody_holds_for_a_moment_does_not_keep_the_folder(place, monkeypatch):
    """On Windows it cannot be removed then."""
    tries = []
    remove = shutil.rmtree
    monkeypatch.setattr(shutil, "rmtree", lambda *a, **k: tries.append(a) or (len(tries) > 2 and remove(*a, **k)))
    folder = scratch.new_folder()
    scratch.remove(folder)
    assert len(tries) == 3
    assert not folder.exists()


@POSIX
def test_the_doctor_sweeps_too(place):
    left = of_a_killed_owner(place)
    remarks = [remark.text for remark in doctor.temporary_space()]
    assert remarks[0] == f"Removed from {place}: 1 folders of jobs that were killed"
    assert not left.exists()


def test_what_lives_or_is_not_ours_stays(place):
    own = scratch.new_folder()
    with subprocess.Popen(
        [sys.executable, "-c", "from mrkit.engine import scratch\nprint(scratch.new_folder(), flush=True)\ninput()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        living = Path(other.stdout.readline().strip())
        (place / "mrkit-somebody").mkdir()
        (place / "mrkit-somebody" / "file").touch()
        (place / "mrkit-new").mkdir()
        (place / "mrkit-new" / scratch.LOCK).touch()  # about to be locked
        if os.name == "posix":
            (place / "mrkit-link").symlink_to(place / "mrkit-somebody")
        assert scratch.sweep() == 0
        assert own.exists()
        assert living.exists()
        assert (place / "mrkit-new").exists()
        other.communicate("\n")
    assert scratch.sweep() == 1
    assert not living.exists()
    scratch.remove(own)
    assert not own.exists()


@POSIX
@pytest.mark.parametrize("when", ["first", "last"])
def test_a_job_killed_in_its_first_or_last_tenth_is_swept(place, when):
    code = f"""
import os, signal
from mrkit import MapReduce
from mrkit.executors import processes

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

processes.Board.clear = die
if {when!r} == "last":
    processes.Board.clear = lambda self: None
    processes.Processes.end = die
MapReduce(lambda x: [(x, 1)], lambda item: item[0], 2)([1, 2, 3])
"""
    subprocess.run([sys.executable, "-c", code], timeout=60, capture_output=True)
    assert until(lambda: scratch.sweep() or not list(place.glob("mrkit-*")))
    assert list(place.glob("mrkit-*")) == []


@pytest.mark.parametrize("what", ["folder", "lock", "board"])
def test_a_warm_pool_makes_a_new_folder_when_a_cleaner_took_the_old_one(place, what):
    with MapReduce(words, total, 2) as job:
        assert multiset(job(TEXT)) == WANTED
        [folder] = place.glob("mrkit-*")
        shutil.rmtree(folder) if what == "folder" else (folder / what).unlink()
        assert multiset(job(TEXT)) == WANTED
        assert multiset(job(TEXT)) == WANTED
    assert list(place.glob("mrkit-*")) == []


def test_a_cleaner_in_the_middle_of_a_job_is_one_sentence(place):
    def slowly(line):
        time.sleep(0.3)
        return words(line)

    with nothing_left(), MapReduce(slowly, total, 2) as job:
        running = job.start(TEXT, 1)
        assert until(lambda: list(place.glob("mrkit-*/*/map-*")))
        shutil.rmtree(next(place.glob("mrkit-*")))
        with pytest.raises(MrkitError, match=r"Has a program that cleans up removed it\? Run the job again"):
            running.result(60)
        assert multiset(job(TEXT)) == WANTED


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="rights of POSIX")
@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EMFILE, errno.ENOENT, errno.EDQUOT], ids=os.strerror
)
@pytest.mark.parametrize("where", ["mkdtemp", "board", "work"])
def test_a_folder_that_cannot_be_made_is_one_sentence(place, monkeypatch, number, where):
    def fail(*_, **__):
        raise OSError(number, os.strerror(number))

    if where == "mkdtemp":
        monkeypatch.setattr(tempfile, "mkdtemp", fail)
    elif where == "board":
        monkeypatch.setattr(processes.Board, "new", fail)
    else:
        monkeypatch.setattr(Path, "mkdir", fail)
    with nothing_left(), pytest.raises(CannotStart, match=rf"{os.strerror(number)}\. [A-Z].*(TMPDIR|ulimit)"):
        MapReduce(words, total, 1)(TEXT)
    assert list(place.iterdir()) == []


def test_a_temporary_folder_that_is_gone_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(CannotStart, match=r"gone: No such file.*TMPDIR to a folder that is there"):
        MapReduce(words, total, 1)(TEXT)


def test_a_bucket_that_cannot_be_opened_is_not_blamed_on_the_user(place):
    def out_of_descriptors(line):
        import builtins

        def fail(*_, **__):
            raise OSError(errno.EMFILE, "Too many open files")

        builtins.open = fail  # in the worker
        return words(line)

    with nothing_left(), pytest.raises(DiskFull, match=r"Too many open files\. Use fewer workers, or allow more open"):
        MapReduce(out_of_descriptors, total, 1)(TEXT)


# Workers.


@POSIX
def test_workers_that_all_die_while_a_task_is_packed_cost_nothing(monkeypatch):
    pack = processes.pack_task
    killed = []

    def pack_after_a_massacre(task):
        if len(killed) < 2:
            for worker in workers():
                worker.kill()
                killed.append(worker)
            time.sleep(0.5)  # until pebble has seen it
        return pack(task)

    monkeypatch.setattr(processes, "pack_task", pack_after_a_massacre)
    with nothing_left():
        assert multiset(MapReduce(words, total, 2)(TEXT, 1)) == WANTED
    assert killed


@POSIX
def test_a_pool_that_breaks_between_a_look_and_a_task_is_made_anew(monkeypatch):
    class Broken:
        active = True

        def schedule(self, *_, **__):
            raise RuntimeError("Unexpected error within the Pool")

    job = MapReduce(words, total, 2)
    warm, broken = job._executor._warm_pool, [Broken(), Broken()]
    monkeypatch.setattr(job._executor, "_warm_pool", lambda: broken.pop() if broken else warm())
    with nothing_left():
        assert multiset(job(TEXT, 1)) == WANTED


def fork_server():
    for child in psutil.Process().children():
        if "multiprocessing.forkserver" in " ".join(child.cmdline()):
            return child
    return None


@FORKSERVER
@pytest.mark.parametrize("when", ["before", "in a job", "between"])
def test_a_killed_fork_server_costs_nothing(place, when, tmp_path):
    def slowly(line):
        (tmp_path / "there").touch()
        time.sleep(0.2)
        return words(line)

    with MapReduce(words, total, 1, start_method="forkserver") as job:
        job(TEXT)
    with nothing_left(), MapReduce(slowly, total, 2, start_method="forkserver", max_attempts=5) as job:
        if when == "before":
            fork_server().kill()
        running = job.start(TEXT, 1)
        if when == "in a job":
            assert until((tmp_path / "there").exists)
            fork_server().kill()
        assert multiset(running.result(60).results) == WANTED
        if when == "between":
            fork_server().kill()
            time.sleep(0.5)
            assert list(place.glob("mrkit-*"))  # what its workers did not remove
        assert multiset(job(TEXT)) == WANTED


def test_a_wall_clock_that_jumps_kills_no_task(monkeypatch):
    def slowly(line):
        time.sleep(0.3)
        return words(line)

    real, jumped = time.time, []
    monkeypatch.setattr(time, "time", lambda: real() + 3600 * len(jumped))
    job = MapReduce(slowly, total, 2, task_timeout=30)
    running = job.start(TEXT, 1)
    for _ in range(3):
        time.sleep(0.3)
        jumped.append(1)
    run = running.result(60)
    assert multiset(run.results) == WANTED
    assert all(span.ok for span in run.trace.spans)


def test_a_task_that_is_overdue_ends_also_while_the_wall_clock_stands(monkeypatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    with nothing_left(), pytest.raises(TaskTimeout):
        MapReduce(lambda line: time.sleep(600), total, 1, task_timeout=0.5, max_attempts=2)(TEXT[:1])


@pytest.mark.parametrize("start_method", multiprocessing.get_all_start_methods())
def test_a_stop_while_workers_start_is_heard_before_they_have(start_method, monkeypatch):
    monkeypatch.setattr(processes, "START_TOGETHER", 60)
    with nothing_left():
        job = MapReduce(words, total, 32, start_method=start_method, num_partitions=64)
        running = job.start(TEXT * 20, 1)
        assert until(lambda: job._executor._pool is not None or running.done())
        running.cancel()
        with pytest.raises(Cancelled):
            running.result(5)
        assert len(job._executor._context.started) <= 32


@POSIX
def test_a_worker_told_to_end_leaves_the_folder_of_a_living_pool(place):
    with MapReduce(words, total, 2) as job:
        job(TEXT)
        for worker in workers():
            worker.send_signal(signal.SIGTERM)
        assert until(lambda: not workers())
        assert len(folders()) == 1
        assert multiset(job(TEXT)) == WANTED


def test_a_folder_that_is_taken_away_while_workers_start(place, capfd):
    def clean():
        assert until(lambda: list(place.glob("mrkit-*/*/work")), 20)
        for folder in place.glob("mrkit-*"):
            shutil.rmtree(folder, ignore_errors=True)

    cleaner = threading.Thread(target=clean)
    cleaner.start()
    with MapReduce(words, total, 2, start_method="spawn") as job:
        with pytest.raises(MrkitError, match="Has a program that cleans up removed it"):
            job(TEXT, 1)
        cleaner.join()
        assert multiset(job(TEXT, 1)) == WANTED
    assert capfd.readouterr().err == ""
