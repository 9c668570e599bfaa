"""Many runs with random faults, planned ones and others from outside, each compared with plain Python.

A short form runs with the other tests. The long one, of 300 runs or SOAK_RUNS:
`pytest tests/engine/test_soak.py -m soak -s`.
"""

import contextlib
import functools
import multiprocessing
import os
import random
import shutil
import signal
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
from dask_cluster import Cluster
from oracle import until, workers

from mrkit import MapReduce, counter, faults
from mrkit.errors import MrkitError
from mrkit.executors import processes

HANGS = 60  # seconds without an end
PLACES = [("serial", None), ("threads", None), *(("processes", m) for m in multiprocessing.get_all_start_methods())]


def words(line):
    counter("lines")
    for word in line.split():
        yield word, 1


def total(item):
    word, ones = item
    return word, sum(ones)


def add_up(item):
    return total(item)


# Faults from outside. Each gets dice, and the job that is at work, of worker processes.


def swap(rng, job):
    """Two bucket files change places."""
    if len(files := _buckets(2)) == 2:
        first, second = files
        with contextlib.suppress(OSError):
            os.rename(first, f"{first}.away")
            os.rename(second, first)
            os.rename(f"{first}.away", second)


def zero(rng, job):
    """A bucket file is nothing but zeros, as after a power cut."""
    for path in _buckets(1):
        with contextlib.suppress(OSError), open(path, "r+b") as file:
            file.write(bytes(os.path.getsize(path)))


def cleaner(rng, job):
    """A program that cleans up takes the temporary folder."""
    time.sleep(rng.random() * 0.5)
    for folder in Path(tempfile.gettempdir()).glob("mrkit-*"):
        shutil.rmtree(folder, ignore_errors=True)


def clock(rng, job):
    """Somebody sets the clock."""
    real = time.time
    time.sleep(rng.random() * 0.5)
    hours = rng.choice([-3600, 3600])
    time.time = lambda: real() + hours


def start_up(rng, job):
    """A worker is killed while it starts, or a little later."""
    if until(workers, 5):
        time.sleep(rng.random() * 0.3)
        for worker in list(workers())[:1]:
            with contextlib.suppress(psutil.Error):
                worker.kill()


def packing(rng, job):
    """All workers are killed while a task is packed for them."""
    pack, left = processes.pack_task, [1]

    def deadly(task):
        if left and left.pop():
            for worker in workers():
                with contextlib.suppress(psutil.Error):
                    worker.kill()
        return pack(task)

    processes.pack_task = deadly


def fork_server(rng, job):
    """The fork server is killed; its children live on."""
    from multiprocessing.forkserver import _forkserver

    time.sleep(rng.random() * 0.5)
    if _forkserver._forkserver_pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(_forkserver._forkserver_pid, signal.SIGKILL)


def dask_client(rng, job):
    """The client of a Dask cluster is closed."""
    time.sleep(rng.random() * 0.5)
    job.client.close()


def _buckets(number):
    found = lambda: sorted(Path(tempfile.gettempdir()).glob("mrkit-*/*/map-*"))[:number]  # noqa: E731
    return found() if until(lambda: len(found()) == number, 2) else []


AT_ONCE = {packing}
MAY_END_IT = {cleaner, dask_client}  # in a sentence; the next run of the job must be right
OUTSIDE = [swap, zero, cleaner, clock, start_up, packing] if os.name == "posix" else [clock]


@contextlib.contextmanager
def from_outside(fault, rng, job):
    """While a job runs."""
    before = time.time, processes.pack_task
    thread = threading.Thread(target=fault, args=(rng, job), name="from outside") if fault else None
    if thread is not None:
        thread.start()
        if fault in AT_ONCE:
            thread.join()
    try:
        yield
    finally:
        if thread is not None:
            thread.join()
        time.time, processes.pack_task = before


class Report(Counter):
    """What happened in all runs; the last four must be 0."""

    def __str__(self):
        return ", ".join(f"{self[row]} {row}" for row in ("runs", "faults", "hangs", "wrong", "odd", "left"))


def one_run(rng, report, cluster=None):
    """A job of random shape with random faults; what it gives must be what plain Python gives."""
    executor, start_method = ("dask", None) if cluster else rng.choice(PLACES)
    lines = [" ".join(rng.choices("abcdefghij", k=rng.randrange(8))) for _ in range(rng.randrange(1, 80))]
    chunksize, partitions = rng.randrange(1, 30), rng.randrange(1, 5)
    tasks = -(-len(lines) // chunksize)
    plan = faults.random_faults(rng.randrange(10**9), tasks, partitions, rng.randrange(4), seconds=0.1)
    client = cluster.another_client() if executor == "dask" else None
    make_job = functools.partial(
        MapReduce,
        words,
        total,
        2 if client is None else None,
        combiner=rng.choice([None, add_up]),
        num_partitions=partitions,
        start_method=start_method,
        faults=plan,
        speculative=rng.random() < 0.3,
        task_timeout=30 if executor == "processes" else None,
    )
    job = make_job(executor=client or executor)
    fault = None
    if client is not None:
        job.client = client
        fault = rng.choice([None, dask_client])
    if executor == "processes" and rng.random() < 0.5:
        fault = rng.choice(OUTSIDE + [fork_server] * (start_method == "forkserver"))
    report["runs"] += 1
    report["faults"] += len(plan) + (fault is not None)
    wanted = Counter(word for line in lines for word in line.split())
    attempt = functools.partial(one_attempt, job, lines, chunksize, wanted, report)
    with from_outside(fault, rng, job):
        said = attempt()
    if said and fault in MAY_END_IT:
        if client is not None:
            client = cluster.another_client()
            attempt = functools.partial(one_attempt, make_job(executor=client), lines, chunksize, wanted, report)
        said = attempt()
    if client is not None:
        client.close()
    if said:
        report["odd"] += 1
        print(f"\n{executor} {start_method} {fault and fault.__name__} {plan}: {said}")


def one_attempt(job, lines, chunksize, wanted, report):
    """What went wrong, if anything did."""
    running = job.start(lines, chunksize)
    try:
        run = running.result(timeout=HANGS)
    except TimeoutError:
        report["hangs"] += 1
        running.cancel()
        return "a hang"
    except Exception as error:  # no plan kills a task more often than it is tried
        return f"{type(error).__name__}: {error}" if isinstance(error, MrkitError) else f"RAW {error!r}"
    report["wrong"] += dict(run.results) != wanted or run.counters != {"lines": len(lines)}
    return ""


def things():
    """Processes, threads and folders of this process: other tests may keep some, a job must leave none."""
    found = set(Path(tempfile.gettempdir()).glob("mrkit-*"))
    found |= {t.name for t in threading.enumerate() if t.name.startswith(("worker-", "mrkit-"))}
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            command = " ".join(process.cmdline())
            if not any(helper in command for helper in ("resource_tracker", "forkserver")):  # the standard library's
                found.add(process.pid)
    return found


def soak(runs, seed, cluster=None):
    rng = random.Random(seed)
    report = Report()
    before = things()
    for _ in range(runs):
        one_run(rng, report, cluster)
    deadline = time.monotonic() + 5  # the system may need a moment to take killed processes away
    while things() - before and time.monotonic() < deadline:
        time.sleep(0.1)
    report["left"] = len(things() - before)
    print(f"\nSoak with seed {seed}: {report}.")
    assert not any(report[row] for row in ("hangs", "wrong", "odd", "left"))


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """Other tests make folders at the same time."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_a_short_soak():
    soak(runs=12, seed=int(os.environ.get("SOAK_SEED", "1")))


@pytest.fixture
def cluster(tmp_path_factory):
    """A Dask cluster, where Dask is."""
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'mrkit[dask]'")
    cluster = Cluster(tmp_path_factory.mktemp("dask"))
    yield cluster
    cluster.close()


def long(cluster=None):
    runs, seed = os.environ.get("SOAK_RUNS", "300"), os.environ.get("SOAK_SEED", str(random.randrange(10**6)))
    soak(int(runs), int(seed), cluster)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_long_soak():
    long()


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.filterwarnings("ignore:unclosed (transport|event loop|<socket):ResourceWarning")
def test_a_long_soak_on_dask(cluster):
    long(cluster)
    assert until(lambda: not cluster.files(), 20), cluster.files()
