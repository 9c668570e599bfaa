"""Predictions from a run on one worker: made traces with costs known by hand. No time of this machine is judged."""

from __future__ import annotations

import made_events as made
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrkit import MapReduce
from mrkit.cluster import Cluster, Job, simulate
from mrkit.cluster.local import DRIVER, LAUNCH, Costs, predict
from mrkit.errors import BadArgument

PAUSE = 0.002


def one_worker(maps, reduces, computing=1.0, start_up=0.5, between=0.25, after=0.1):
    """A run on one worker of such tasks, with `PAUSE` between two of a stage."""
    rows, now = [], start_up
    for stage, tasks in (("map", maps), ("reduce", reduces)):
        for task, seconds in enumerate(tasks):
            rows.append(made.finished(stage, task, at=now, seconds=seconds, cpu=computing * seconds))
            now += seconds + PAUSE
        now += between - PAUSE
    return made.trace(*rows, seconds=now - between + after, num_workers=1)


def test_the_costs_of_a_run_are_read_from_its_trace():
    found = Costs.of(one_worker([1, 2, 3], [1, 1], computing=0.5))
    assert found == pytest.approx(Costs(start_up=0.5, pause=PAUSE, between=0.25, after=0.1, computing=0.5), abs=1e-6)


def test_on_one_worker_it_says_what_was_measured():
    trace = one_worker([1, 2, 3], [1, 1])
    assert predict(trace, 1, cores=4) == pytest.approx(trace.seconds, abs=3 * PAUSE)


def test_two_workers_by_hand():
    trace = one_worker([1, 2, 3], [1, 1])
    # 1 and 2 go first, 3 follows the 1; then both reduce tasks at once. Each task has its pause.
    expected = 0.5 + LAUNCH + (1 + 3 + 2 * PAUSE) + (1 + PAUSE) + 0.25 + 0.1
    assert predict(trace, 2, cores=4) == pytest.approx(expected)


def test_where_all_processors_are_busy_the_driver_takes_its_share_of_each_task():
    trace = one_worker([0.002] * 500, [0.01] * 2)
    free, busy = (predict(trace, 2, cores=cores) for cores in (3, 2))
    assert busy - free == pytest.approx((250 + 1) * DRIVER, abs=1e-4)
    waiting = one_worker([0.002] * 500, [0.01] * 2, computing=0)
    assert predict(waiting, 2, cores=2) == pytest.approx(free, rel=1e-3), "tasks that wait need no processor"


def test_the_driver_is_the_limit_of_tiny_tasks():
    trace = one_worker([0.00001] * 2000, [0.00001])
    assert predict(trace, 64, cores=64) >= 0.5 + 2001 * DRIVER


def test_more_workers_than_processors_gain_nothing_where_tasks_compute():
    trace = one_worker([1] * 32, [1] * 8, start_up=0)
    four, eight = (predict(trace, workers, cores=4) for workers in (4, 8))
    assert eight == pytest.approx(four, rel=0.02)
    asleep = one_worker([1] * 32, [1] * 8, start_up=0, computing=0)
    assert predict(asleep, 8, cores=4) < 0.6 * predict(asleep, 4, cores=4)


def test_other_chunks_and_partitions_cost_their_pauses():
    trace = one_worker([1] * 8, [1] * 4, start_up=0, between=0, after=0)
    assert predict(trace, 1, cores=2, num_maps=800) == pytest.approx(predict(trace, 1, cores=2) + 792 * PAUSE, abs=0.01)
    assert predict(trace, 8, cores=9, num_reduces=1) > predict(trace, 8, cores=9, num_reduces=8) + 3


@given(st.lists(st.floats(0.001, 5), min_size=1, max_size=20), st.integers(1, 8))
def test_never_faster_than_the_longest_task_or_the_work_shared(maps, workers):
    trace = one_worker(maps, [0.5])
    found = predict(trace, workers, cores=8)
    assert found >= 0.5 + max(maps) + 0.5
    assert found >= 0.5 + sum(maps) / workers + 0.5


def test_a_real_run_can_be_asked():
    job = MapReduce(lambda n: [(n % 3, n)], lambda item: sum(item[1]), 1, num_partitions=2, executor="threads")
    trace = job.run(range(40), chunksize=4).trace
    assert 0 < predict(trace, 2, cores=2, num_maps=20) < 60


def test_what_cannot_be_predicted_from():
    two = made.trace(made.finished("map", 0), made.finished("reduce", 0))
    with pytest.raises(BadArgument, match="a real run on one worker: num_workers=1"):
        predict(two, 2, cores=2)
    with pytest.raises(BadArgument, match="a real run"):
        predict(simulate(Cluster(machines=1), Job.even(1e8, 3, 2)), 2, cores=2)
    with pytest.raises(BadArgument, match="at least one processor"):
        predict(one_worker([1], [1]), 2, cores=0)
    with pytest.raises(BadArgument, match="no finished map and reduce tasks"):
        predict(made.trace(num_workers=1), 2, cores=2)
