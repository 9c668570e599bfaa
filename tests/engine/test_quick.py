"""What C's loops do in a worker is what `flow` does: the same results, the same errors, nothing lost without a word."""

from __future__ import annotations

import threading
import time
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import multiset

from mrkit import MapReduce, flow
from mrkit.engine import plain, quick, shuffle
from mrkit.engine.tasks import TaskState
from mrkit.errors import BadPair, Cancelled, UserFunctionError

RECORDS = range(40)


def pairs(number):
    return [(number % 7, number)]


def total(item):
    return item[0], sum(item[1])


def listed(item):
    return item[0], list(item[1])


def job(map_func=pairs, reduce_func=total, **options):
    return MapReduce(map_func, reduce_func, executor="serial", num_partitions=1, **options)


@pytest.mark.parametrize("sample", [0, 3, 1000])
@pytest.mark.parametrize("bad", [0, 1, 9, 10, 39])
@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (None, r"The map function gave nothing back\. Is a `yield` or a `return` missing\?"),
        ("word", r"must return or yield \(key, value\) pairs; it gave 'word'"),
        (["word"], r"I need \(key, value\) pairs; the map function gave 'word'"),
        (7, r"must return or yield \(key, value\) pairs; it gave 7"),
    ],
)
def test_what_is_no_list_of_pairs_is_named_with_its_record(sample, bad, given, sentence):
    with pytest.raises(BadPair, match=sentence) as caught:
        job(lambda number: given if number == bad else pairs(number), sample=sample).run(RECORDS, 10)
    assert f"given {bad} (" in str(caught.value)


def test_the_map_function_is_not_heard_twice(capsys):
    def prints(number):
        print("at", number)
        return None if number == 5 else pairs(number)

    with pytest.raises(BadPair):
        job(prints, sample=0).run(RECORDS, 10)
    assert capsys.readouterr().out.count("at 5") == 1


@pytest.mark.parametrize("sample", [0, 1000])
@pytest.mark.parametrize("bad", [0, 5, 9, 39])
def test_a_stop_iteration_in_the_map_function_loses_no_records(sample, bad):
    def first_of_none(number):
        return [(number, next(iter([] if number == bad else [1])))]

    with pytest.raises(UserFunctionError, match=rf"`first_of_none` failed, given {bad} .*StopIteration"):
        job(first_of_none, sample=sample).run(RECORDS, 10)


@pytest.mark.parametrize("sample", [0, 1000])
@pytest.mark.parametrize("bad", [0, 3, 6])
def test_a_stop_iteration_in_the_reduce_function_loses_no_groups(sample, bad):
    def first_large(item):
        return next(value for value in item[1] if item[0] != bad)

    with pytest.raises(UserFunctionError, match=rf"`first_large` failed, given the key {bad} .*StopIteration"):
        job(reduce_func=first_large, sample=sample).run(RECORDS, 10)


@pytest.mark.parametrize("bad", [0, 3, 6])
def test_the_key_on_which_the_reduce_function_failed_is_named(bad):
    with pytest.raises(UserFunctionError, match=rf"given the key {bad} .*ZeroDivisionError"):
        job(reduce_func=lambda item: 1 / (item[0] - bad)).run(RECORDS, 10)


def test_what_was_met_is_known_in_the_middle_of_a_block():
    state = TaskState()
    records = state.records(["a", "b", "c"], None)
    assert [next(records), next(records)] == ["a", "b"]
    assert state.met() == (2, "b")


def test_a_task_that_may_be_stopped_looks_every_few_records():
    stop = threading.Event()
    state = TaskState()
    records = state.records(list(range(1000)), stop)
    assert list(islice(records, 100)) == list(range(100))
    stop.set()
    with pytest.raises(Cancelled):
        list(records)
    assert 100 <= state.met()[0] <= 116


keys = st.one_of(st.text(max_size=3), st.integers(), st.tuples(st.integers(0, 3), st.text("ab", max_size=1)))
plain_values = st.one_of(st.none(), st.integers(), st.floats(allow_nan=False), st.binary(max_size=3), st.text())
values = st.one_of(plain_values, st.tuples(plain_values, plain_values), st.lists(plain_values, max_size=2))
buckets = st.dictionaries(keys, st.lists(values, min_size=1, max_size=5), max_size=8)


@given(st.lists(buckets, max_size=4), st.booleans())
def test_buckets_come_back_as_they_were_written(parts, numbered):
    writer = shuffle.Writer(None)
    for bucket in parts:
        writer.add_bucket(bucket, {key: n for n, key in enumerate(bucket)} if numbered else None)
        writer.end_part()
    output = writer.close()
    for number, bucket in enumerate(parts):
        pieces = list(shuffle.read(output, number))
        if numbered:
            assert all(some == [list(bucket).index(key) for key in piece] for some, piece in pieces)
            pieces = [piece for _, piece in pieces]
        back = flow.merge(pieces)
        assert list(back.items()) == list(bucket.items())
        assert [*map(type, back)] == [*map(type, bucket)]


@given(st.lists(st.tuples(buckets, buckets), max_size=4), st.tuples(buckets, buckets), st.booleans())
def test_parts_come_back_as_they_were_written_whatever_came_between(pieces, last, numbered):
    parts = shuffle.Parts(None, 2)

    def numbers(piece):
        return {key: 7 for bucket in piece for key in bucket} if numbered else None

    for piece in pieces:
        parts.add_buckets(piece, numbers(piece))
    output = parts.close(last, numbers(last))
    for number in range(2):
        back = list(shuffle.read(output, number))
        if numbered:
            assert all(set(numbers) == {7} for numbers, _ in back)
            back = [bucket for _, bucket in back]
        assert list(flow.merge(back).items()) == list(flow.merge(piece[number] for piece in [*pieces, last]).items())


@pytest.mark.parametrize("bad", [0, 256, 300])
def test_on_a_worker_process_too_what_is_no_list_of_pairs_is_named_with_its_record(bad):
    job = MapReduce(lambda number: None if number == bad else pairs(number), total, 1, sample=0)
    with pytest.raises(BadPair, match=rf"The map function gave nothing back\. .* given {bad} "):
        job.run(range(400), 400)


@pytest.mark.parametrize("executor", ["serial", "processes"])
@pytest.mark.parametrize("bad", [0, 256, 300])
def test_a_map_function_of_c_s_is_named_too_whatever_record_it_fails_on(executor, bad):
    job = MapReduce(dict.items, total, 1, executor=executor, sample=0)
    with pytest.raises(UserFunctionError, match=rf"items` failed, given {bad}: TypeError"):
        job.run([{number: 1} if number != bad else bad for number in range(400)], 400)


@settings(max_examples=60)
@given(st.lists(buckets, max_size=4))
def test_merging_lists_that_may_be_kept_is_merging(parts):
    expected = list(flow.merge(parts).items())
    groups = {}
    for bucket in parts:
        quick.merge({key: list(values) for key, values in bucket.items()}, groups)
    assert list(groups.items()) == expected


class Text(str):
    pass


class Row(tuple):
    pass


@pytest.mark.parametrize("value", [Text("a"), Row((1, 2)), (Text("a"), 1), [1], ([1],), {1}, bytearray(b"a"), object])
def test_what_may_change_or_is_more_than_it_seems_is_not_plain(value):
    assert not plain.are_plain([1, value])
    writer = shuffle.Writer(None)
    writer.add_bucket({"key": [value]})
    ((back,),) = (piece["key"] for piece in shuffle.read(writer.close(), 0))
    assert back == value
    assert type(back) is type(value)


def test_a_list_that_refers_to_itself_survives():
    ring = [1]
    ring.append(ring)
    writer = shuffle.Writer(None)
    writer.add_bucket({"ring": [ring]})
    writer.add([ring])
    bucket, results = shuffle.read(writer.close(), 0)
    assert bucket["ring"][0][1] is bucket["ring"][0]
    assert results[0][1] is results[0]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 30), max_size=60), st.integers(1, 20), st.integers(1, 4), st.booleans())
def test_results_are_those_of_flow(numbers, chunksize, num_partitions, sort_keys):
    run = MapReduce(
        pairs,
        lambda item: (item[0], list(item[1])),
        executor="serial",
        num_partitions=num_partitions,
        sort_keys=sort_keys,
    ).run(numbers, chunksize)
    assert multiset(run.results) == multiset(
        flow.mapreduce(pairs, lambda item: (item[0], list(item[1])), numbers, chunksize, num_partitions)
    )
    groups = {}
    for number in numbers:
        groups.setdefault(number % 7, []).append(number)
    sizes = sorted((len(values) for values in groups.values()), reverse=True)
    largest = sorted((n for task in run.trace.tasks("reduce") for _, n in task.largest), reverse=True)
    assert largest[:10] == sizes[:10]
    assert {key: list(group.values) for group in run.records.groups for key in [group.key]} == groups


def test_a_task_whose_records_take_long_looks_at_each():
    stop = threading.Event()
    state = TaskState()
    records = state.records(list(range(1000)), stop)
    for _ in range(3):
        next(records)
        time.sleep(0.02)
    stop.set()
    with pytest.raises(Cancelled):
        list(records)
    assert state.met()[0] == 3
