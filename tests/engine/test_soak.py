"""Many runs with random faults, each compared with plain Python.

A short form runs with the other tests. The long one, 300 runs: `pytest tests/engine/test_soak.py -m soak -s`.
"""

import contextlib
import multiprocessing
import os
import random
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest

from mrkit import MapReduce, counter, faults
from mrkit.errors import MrkitError

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


class Report(Counter):
    """What happened in all runs; the last three must be 0."""

    def __str__(self):
        rows = ("runs", "faults", "hangs", "wrong answers", "leftovers")
        return ", ".join(f"{self[row]} {row}" for row in rows)


def one_run(rng, report):
    """A job of random shape with random faults; what it gives must be what plain Python gives."""
    executor, start_method = rng.choice(PLACES)
    lines = [" ".join(rng.choices("abcdefghij", k=rng.randrange(8))) for _ in range(rng.randrange(1, 80))]
    chunksize, partitions = rng.randrange(1, 30), rng.randrange(1, 5)
    tasks = -(-len(lines) // chunksize)
    plan = faults.random_faults(rng.randrange(10**9), tasks, partitions, rng.randrange(4), seconds=0.1)
    job = MapReduce(
        words,
        total,
        2,
        combiner=rng.choice([None, add_up]),
        num_partitions=partitions,
        executor=executor,
        start_method=start_method,
        faults=plan,
        speculative=rng.random() < 0.3,
        task_timeout=30 if executor == "processes" else None,
    )
    report["runs"] += 1
    report["faults"] += len(plan)
    running = job.start(lines, chunksize)
    try:
        run = running.result(timeout=HANGS)
    except TimeoutError:
        report["hangs"] += 1
        running.cancel()
        return
    except MrkitError as error:  # no plan kills a task more often than it is tried
        print(f"\n{executor} {start_method} {plan}: {error}")
        report["wrong answers"] += 1
        return
    wanted = Counter(word for line in lines for word in line.split())
    report["wrong answers"] += dict(run.results) != wanted or run.counters != {"lines": len(lines)}


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


def soak(runs, seed):
    rng = random.Random(seed)
    report = Report()
    before = things()
    for _ in range(runs):
        one_run(rng, report)
    deadline = time.monotonic() + 5  # the system may need a moment to take killed processes away
    while things() - before and time.monotonic() < deadline:
        time.sleep(0.1)
    report["leftovers"] = len(things() - before)
    print(f"\nSoak with seed {seed}: {report}.")
    assert not report["hangs"]
    assert not report["wrong answers"]
    assert not report["leftovers"]


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """Other tests make folders at the same time."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded, use of fork:DeprecationWarning")
def test_a_short_soak():
    soak(runs=12, seed=int(os.environ.get("SOAK_SEED", "1")))


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_long_soak():
    soak(runs=300, seed=int(os.environ.get("SOAK_SEED", str(random.randrange(10**6)))))
