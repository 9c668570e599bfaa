"""The phases by hand: each is a pure function with a law."""

from __future__ import annotations

import copy
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import by_length, by_partition, mapreduce, multiset, total, words

from mrkit import flow
from mrkit.errors import BadKey, BadPair, BadPartition

keys = st.one_of(st.text("abc", max_size=3), st.integers(-2, 2), st.booleans(), st.none())
pairs = st.lists(st.tuples(keys, st.integers()), max_size=30)
lines = st.lists(st.text("ab c", max_size=8), max_size=12)


@given(st.lists(st.integers(), max_size=30), st.integers(1, 7))
def test_splits_are_the_inputs_in_pieces(inputs, chunksize):
    splits = list(flow.split(inputs, chunksize))
    assert [record for split in splits for record in split] == inputs
    assert all(len(split) == chunksize for split in splits[:-1])
    assert all(1 <= len(split) <= chunksize for split in splits)
    assert list(flow.split(iter(inputs), chunksize)) == splits


def test_splitting_takes_no_more_than_it_gives():
    taken: list = []
    splits = flow.split((taken.append(n) or n for n in range(10)), 3)
    assert next(splits) == [0, 1, 2]
    assert taken == [0, 1, 2]


@given(pairs)
def test_groups_are_those_of_a_dictionary(found):
    expected: dict = {}
    for key, value in found:
        expected.setdefault(key, []).append(value)
    assert flow.group(found) == expected
    assert list(flow.group(found)) == list(expected)
    assert list(map(type, flow.group(found))) == list(map(type, expected))  # of equal keys, the first one is kept


@given(pairs, st.integers(1, 5))
def test_a_partition_loses_and_doubles_nothing(found, number):
    groups = flow.group(found)
    buckets = flow.partition(groups, number)
    assert len(buckets) == number
    assert Counter(key for bucket in buckets for key in bucket) == Counter(groups.keys())
    assert all(bucket[key] == groups[key] for bucket in buckets for key in bucket)
    assert all(list(bucket) == [key for key in groups if key in bucket] for bucket in buckets)


@given(pairs, st.integers(0, 30))
def test_merging_is_grouping_later(found, border):
    assert flow.merge([flow.group(found[:border]), flow.group(found[border:])]) == flow.group(found)
    assert list(flow.merge([flow.group(found[:border]), flow.group(found[border:])])) == list(flow.group(found))


@given(lines, st.integers(1, 4), st.integers(1, 5), st.sampled_from([None, total]))
def test_the_whole(inputs, chunksize, number, combiner):
    results = flow.mapreduce(words, total, inputs, chunksize, number, by_length, combiner)
    assert results == by_partition(words, total, inputs, number, by_length)
    assert multiset(results) == multiset(mapreduce(words, total, inputs))


@given(pairs)
def test_no_phase_changes_what_it_is_given(found):
    groups = flow.group(found)
    buckets = flow.partition(groups, 3)
    before = copy.deepcopy((found, groups, buckets))
    flow.merge(buckets)
    flow.combine(lambda item: (item[0], sum(item[1])), groups)
    list(flow.reduce_groups(lambda item: list(item[1]), groups.items()))
    flow.reduce_task(lambda item: list(item[1]), buckets)
    assert (found, groups, buckets) == before


@given(pairs)
def test_sorted_groups(found):
    texts = [(str(key), value) for key, value in found]
    assert list(flow.sort(flow.group(texts))) == sorted({key for key, _ in texts})
    assert flow.sort(flow.group(texts)) == flow.group(texts)


def test_map_is_lazy_where_the_function_is():
    """A map function that yields without end can be looked at."""

    def endless(record):
        while True:
            yield record, 1

    stream = flow.map_records(endless, ["a", "b"])
    assert [next(stream) for _ in range(3)] == [("a", 1)] * 3


def test_values_can_be_read_once():
    assert list(flow.reduce_groups(lambda item: list(item[1]), {"a": [1, 2]}.items())) == [[1, 2]]
    with pytest.raises(TypeError, match="the second time"):
        list(flow.reduce_groups(lambda item: (list(item[1]), list(item[1])), {"a": [1, 2]}.items()))


def test_what_goes_wrong_has_a_sentence():
    for bad in (None, "text", 3):
        with pytest.raises(BadPair):
            flow.map_task(lambda record, bad=bad: bad, ["a"], 1)
    for bad in ("ab", None, ("a",), {"a": 1, "b": 2}):
        with pytest.raises(BadPair, match="I need"):
            flow.map_task(lambda record, bad=bad: [bad], ["a"], 1)
    with pytest.raises(BadKey, match="is a list"):
        flow.map_task(lambda record: [([1], 1)], ["a"], 1)
    with pytest.raises(BadKey, match="NaN"):
        flow.map_task(lambda record: [(float("nan"), 1)], ["a"], 1, combiner=total)
    with pytest.raises(BadPartition, match="from 0 to 1"):
        flow.map_task(words, ["a"], 2, lambda key, number: 2)
    with pytest.raises(BadPair, match="keep its key"):
        flow.map_task(words, ["a"], 2, combiner=lambda item: ("other", 1))


def test_a_type_error_of_the_users_own_is_not_taken_for_a_bad_key():
    def broken(record):
        yield "a", 1
        yield "b", 1 + "x"

    with pytest.raises(TypeError, match="unsupported operand"):
        flow.map_task(broken, ["a"], 1)
