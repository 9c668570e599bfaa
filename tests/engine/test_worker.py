"""A worker runs the page that learners read: `flow` itself."""

from __future__ import annotations

from collections import Counter

import pytest
from oracle import TEXT, total, words

from mrkit import MapReduce, SimpleMapReduce, flow
from mrkit.engine import worker


@pytest.mark.parametrize("kind", [MapReduce, SimpleMapReduce])
def test_every_task_is_a_call_of_flow(kind, monkeypatch):
    called = []
    for name in ("map_task", "reduce_task"):
        step = getattr(flow, name)
        monkeypatch.setattr(
            flow, name, lambda *args, name=name, step=step, **more: called.append(name) or step(*args, **more)
        )
    job = kind(words, total, 1)
    job._executor = MapReduce(words, total, executor="serial")._executor
    run = job.run(TEXT, chunksize=2)
    assert called.count("map_task") == len(run.trace.tasks("map"))
    assert called.count("reduce_task") == sum(last - first for first, last in run.trace.ranges)


PIECES = 3 * worker.PIECE + 5  # pairs, which a combiner sees in several pieces if they have few keys


@pytest.mark.parametrize("size", [worker.PIECE - 1, worker.PIECE, worker.PIECE + 1, PIECES])
@pytest.mark.parametrize("keys", [1, worker.MOST_KEYS, worker.MOST_KEYS + 1])
def test_a_combiner_sees_every_pair_once_in_however_many_pieces(size, keys):
    def count(item):
        return item[0], (len(list(item[1])),)  # what it gives, it could not take

    def add(item):
        return item[0], sum(number for (number,) in item[1])

    job = MapReduce(lambda number: [(number % keys, number)], add, combiner=count, executor="serial", num_partitions=3)
    run = job.run(range(size), size)
    assert dict(run.results) == Counter(number % keys for number in range(size))
    (task,) = run.trace.tasks("map")
    assert (task.records_out, task.groups, task.spills) == (size, min(keys, size), 0)


@pytest.mark.parametrize("late", [0, worker.PIECE + 7])
def test_pieces_leave_one_object_under_two_keys_as_it_was(late):
    shared = ["shared"]

    def spread(number):
        return [(number % 2, shared if number >= late and number % 100 < 2 else (number,))]

    def add(item):
        lists = [value for value in item[1] if isinstance(value, list)]
        if lists:
            lists[0].append(item[0])  # changes what it was given
            return item[0], lists[0]
        return item[0], ()

    inputs = range(late, late + PIECES)
    combined = MapReduce(spread, add, combiner=add, executor="serial", num_partitions=2).run(inputs, PIECES)
    for key, found in combined.results:
        assert set(found) == {"shared", key}
