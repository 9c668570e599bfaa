"""Threads that really run at once: on a Python without the interpreter lock, and as a stress on any other."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import threading
from collections import Counter

import pytest

from mrkit import MapReduce, counter

FREE = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
ROUNDS = 20 if FREE else 3


def pairs(number):
    counter("numbers")
    for divisor in range(1, 8):
        if number % divisor == 0:
            yield divisor, number


def summary(item):
    divisor, numbers = item
    numbers = list(numbers)
    return divisor, len(numbers), sum(numbers), numbers == sorted(numbers)


EXPECTED = sorted(
    (divisor, len(range(divisor, 4001, divisor)), sum(range(divisor, 4001, divisor)), True) for divisor in range(1, 8)
)


@pytest.mark.parametrize("executor", ["serial", "threads"])
def test_many_runs_are_all_right(executor):
    for _ in range(ROUNDS):
        job = MapReduce(pairs, summary, 8, executor=executor, num_partitions=5)
        run = job.run(range(1, 4001), 25)
        assert sorted(run.results) == EXPECTED
        assert run.counters["numbers"] == 4000


def test_many_jobs_at_once():
    """Each in a thread of its own, each with threads of its own."""
    outcomes: Counter = Counter()
    lock = threading.Lock()

    def work():
        result = sorted(MapReduce(pairs, summary, 4, executor="threads", num_partitions=3)(range(1, 4001), 100))
        with lock:
            outcomes[result == EXPECTED] += 1

    threads = [threading.Thread(target=work) for _ in range(2 * ROUNDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {True: 2 * ROUNDS}


def test_a_warm_job_with_a_combiner():
    def total(item):
        return item[0], sum(item[1])

    with MapReduce(lambda n: [(n % 7, n)], total, 8, executor="threads", combiner=total) as job:
        for _ in range(ROUNDS):
            assert sorted(job(range(7000), 50)) == [(rest, sum(range(rest, 7000, 7))) for rest in range(7)]


@pytest.mark.skipif(not FREE, reason="this Python has the interpreter lock")
def test_importing_mrkit_does_not_bring_the_lock_back():
    code = "import sys, mrkit, mrkit.views, mrkit.learn; print(sys._is_gil_enabled())"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("False\n", "")
