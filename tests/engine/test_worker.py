"""A worker runs the page that learners read: `flow` itself."""

from __future__ import annotations

from collections import Counter

import pytest
from oracle import TEXT, total, words

from mrkit import MapReduce, SimpleMapReduce, flow
from mrkit.engine import bucket_writer


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


def count(item):
    """A combiner that could not take what it gives: it shows who combines twice."""
    return item[0], (len(list(item[1])),)


def lists(item):
    return item[0], list(item[1])


def add_counts(item):
    return item[0], sum(number for (number,) in item[1])


LEAST, MOST = bucket_writer.LEAST_PAIRS, bucket_writer.FOR_A_KEY * bucket_writer.MOST_KEYS  # pairs of a piece
MANY = 5 * LEAST + 3  # pairs
PIECES = 3 * MOST + 5  # pairs, which a combiner sees in several pieces if they have few keys


@pytest.mark.parametrize("size", [LEAST - 1, LEAST, LEAST + 1, PIECES])
@pytest.mark.parametrize("keys", [1, bucket_writer.MOST_KEYS, bucket_writer.MOST_KEYS + 1])
def test_a_combiner_sees_every_pair_once_in_however_many_pieces(size, keys):
    job = MapReduce(
        lambda number: [(number % keys, number)], add_counts, combiner=count, executor="serial", num_partitions=3
    )
    run = job.run(range(size), size)
    assert dict(run.results) == Counter(number % keys for number in range(size))
    (task,) = run.trace.tasks("map")
    assert (task.records_out, task.groups, task.spills) == (size, min(keys, size), 0)


@pytest.mark.parametrize("memory_limit", [1, "1GB"])
def test_in_small_pieces_and_in_little_memory_every_pair_is_combined_once(memory_limit):
    def spread(number):
        return [((number % 7, place), number) for place in range(40)]

    job = MapReduce(spread, add_counts, 1, combiner=count, memory_limit=memory_limit)
    run = job.run(range(7 * 300), 7 * 150)
    assert dict(run.results) == {(number, place): 300 for number in range(7) for place in range(40)}
    assert (run.trace.num_spills > 0) == (memory_limit == 1)


@pytest.mark.parametrize("kind", [MapReduce, SimpleMapReduce])
@pytest.mark.parametrize("memory_limit", [1, "1GB"])
@pytest.mark.parametrize("keys", [1, LEAST // 3, 3 * LEAST, MANY])
def test_keys_that_hardly_come_twice_are_written_some_at_a_time(kind, memory_limit, keys):
    def spread(number):
        return [(number * 7 % keys, number)]

    job = kind(spread, lists, 1, **({"memory_limit": memory_limit} if kind is MapReduce else {}))
    run = job.run(range(MANY), MANY)
    expected = {}
    for number in range(MANY):
        expected.setdefault(number * 7 % keys, []).append(number)
    assert {key: list(values) for key, values in run.results} == expected
    if kind is SimpleMapReduce:
        assert [key for key, _ in run.results] == list(expected)
    (task,) = run.trace.tasks("map")
    assert task.records_out == MANY


def test_a_value_that_is_changed_after_it_was_given_is_as_it_was_in_the_end():
    def growing(number):
        row = []
        for place in range(3 * LEAST):
            row.append(place)
            yield place, row if place % LEAST == 7 else place

    job = MapReduce(growing, lists, executor="serial", num_partitions=3)
    found = {key: len(values[0]) for key, values in job([1]) if isinstance(values[0], list)}
    assert found == {7: 3 * LEAST, LEAST + 7: 3 * LEAST, 2 * LEAST + 7: 3 * LEAST}


@pytest.mark.parametrize("late", [0, LEAST + 7, 20 * LEAST + 7])
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

    inputs = range(late + PIECES)
    combined = MapReduce(spread, add, combiner=add, executor="serial", num_partitions=2).run(inputs, len(inputs))
    for key, found in combined.results:
        assert set(found) == {"shared", key}
