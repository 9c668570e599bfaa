"""The sample of the intermediate data agrees with plain Python, and says what it left out."""

from __future__ import annotations

import threading
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrkit import MapReduce, hash_partitioner
from mrkit.errors import BadArgument

LINES = ["the cat sat", "the dog", "", "a cat and a dog", "the end"]


def words(line):
    for word in line.split():
        yield word, len(line)


def total(item):
    word, numbers = item
    return word, sum(numbers)


def expected(lines):
    """(pairs with the number of their line, groups) in plain Python."""
    pairs = [(number, *pair) for number, line in enumerate(lines) for pair in words(line)]
    groups = defaultdict(list)
    for _, key, value in pairs:
        groups[key].append(value)
    return pairs, groups


@given(
    lines=st.lists(st.lists(st.sampled_from("abcd"), max_size=4).map(" ".join), max_size=8),
    chunksize=st.integers(1, 4),
    num_partitions=st.none() | st.integers(1, 4),
)
def test_all_is_kept_of_a_small_job(lines, chunksize, num_partitions):
    job = MapReduce(words, total, executor="serial", num_partitions=num_partitions)
    run = job.run(lines, chunksize)
    records, (pairs, groups) = run.records, expected(lines)
    assert records.complete
    assert (records.num_inputs, records.num_pairs, records.num_groups) == (len(lines), len(pairs), len(groups))
    assert [row.record for row in records.inputs] == lines
    assert [row.map_task for row in records.inputs] == [n // chunksize for n in range(len(lines))]
    assert [row.position for row in records.inputs] == [n % chunksize for n in range(len(lines))]
    assert [(pair.input, pair.key, pair.value) for pair in records.pairs] == pairs
    assert {group.key: list(group.values) for group in records.groups} == groups
    assert [group.result for group in records.groups] == run.results
    where = {group.key: group.partition for group in records.groups}
    for pair in records.pairs:
        assert pair.partition == where[pair.key] < len(run.trace.partitions)
        if num_partitions:
            assert pair.partition == hash_partitioner(pair.key, num_partitions)


@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_the_records_are_the_same_on_every_executor(executor):
    serial = MapReduce(words, total, executor="serial", num_partitions=3).run(LINES, 2).records
    assert MapReduce(words, total, 2, executor=executor, num_partitions=3).run(LINES, 2).records == serial


@given(sample=st.integers(0, 20), chunksize=st.integers(1, 5))
def test_a_sample_is_bounded_and_says_what_it_left_out(sample, chunksize):
    records = MapReduce(words, total, executor="serial", sample=sample).run(LINES * 3, chunksize).records
    everything = MapReduce(words, total, executor="serial").run(LINES * 3, chunksize).records
    assert len(records.inputs) == min(sample, 15)
    assert records.complete == (sample >= 15)
    assert set(records.inputs) <= set(everything.inputs)
    assert {pair[1:] for pair in records.pairs} <= {pair[1:] for pair in everything.pairs}
    assert set(records.groups) <= set(everything.groups)
    assert {pair.key for pair in records.pairs} == {group.key for group in records.groups}
    assert f"{len(records.inputs)} of 15 inputs" in repr(records)
    assert f"{len(records.pairs)} of {everything.num_pairs} pairs" in repr(records)


def test_a_large_group_shows_its_first_values_and_their_number():
    records = MapReduce(lambda n: [("k", n)], lambda item: sum(item[1]), executor="serial").run(range(5000)).records
    [group] = records.groups
    assert group.num_values == 5000
    assert group.values == tuple(range(len(group.values)))
    assert len(group.values) < 1000
    assert len(records.inputs) == 1000
    assert not records.complete


def test_values_that_cannot_be_kept_are_left_out():
    job = MapReduce(lambda lock: [("lock", 1)], lambda item: item[0], executor="threads")
    run = job.run([threading.Lock()])
    assert run.results == ["lock"]
    assert run.records.inputs == ()
    assert run.records.num_inputs == 1


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=4).map(" ".join), max_size=8), st.integers(1, 4))
def test_an_explanation_names_every_source_of_a_result(lines, chunksize):
    run = MapReduce(words, total, executor="serial").run(lines, chunksize)
    pairs, groups = expected(lines)
    for key, result in run.results:
        why = run.explain(key)
        sources = sorted({number for number, name, _ in pairs if name == key})
        assert (why.key, why.result, why.complete) == (key, (key, result), True)
        assert [pair.value for pair in why.pairs] == groups[key]
        assert [row.record for row in why.inputs] == [lines[number] for number in sources]
        assert list(why.map_tasks) == sorted({number // chunksize for number in sources})
        assert str(why).splitlines()[1:] == [
            f"  map task {number // chunksize} read {lines[number]!r}" for number in sources
        ]


def test_an_explanation_in_words():
    run = MapReduce(words, total, executor="serial", num_partitions=1).run(LINES, 1)
    assert str(run.explain("sat")).splitlines()[0] == (
        "'sat': 1 pair of 1 input, made by map task 0, met in partition 0 and became ('sat', 11)."
    )
    assert str(run.explain("a")).startswith("'a': 2 pairs of 1 input, made by map task 3, ")
    assert str(run.explain("cat")).startswith("'cat': 2 pairs of 2 inputs, made by map tasks 0, 3, ")


def test_an_explanation_from_a_sample_says_so():
    run = MapReduce(words, total, executor="serial", sample=1).run(LINES, 1)
    assert not run.explain("the").complete
    assert "at least" in str(run.explain("the"))


def test_what_cannot_be_explained():
    complete = MapReduce(words, total, executor="serial").run(LINES)
    with pytest.raises(BadArgument, match="no such key"):
        complete.explain("mouse")
    with pytest.raises(BadArgument, match="no such key"):
        complete.explain(["not", "hashable"])
    with pytest.raises(BadArgument, match="larger `sample`"):
        MapReduce(words, total, executor="serial", sample=1).run(LINES, 1).explain("dog")
