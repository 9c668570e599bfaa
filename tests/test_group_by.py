"""Order within groups: `group_by` is a sort by key and a walk through groups, of any size, on every executor."""

from __future__ import annotations

import copy
import itertools
import os
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import nothing_left

from mrkit import MapReduce, flow
from mrkit.engine import sorting
from mrkit.engine.sampling import MOST_NAMES, GroupNames
from mrkit.errors import BadArgument, BadKey, BadPartition, BadResult, CannotTravel, UserFunctionError
from mrkit.partition import GroupPartitioner, hash_partitioner


def first(key):
    return key[0]


def with_day(sale):
    shop, day, cents = sale
    yield (shop, day), cents


def all_of_it(item):
    group, pairs = item
    for key, value in pairs:
        yield group, key, value


def in_plain_python(map_func, inputs, group_by):
    """Each group with its pairs, sorted by key; pairs of equal keys as they came."""
    groups = defaultdict(list)
    for record in inputs:
        for key, value in map_func(record):
            groups[group_by(key)].append((key, value))
    return {group: sorted(pairs, key=lambda pair: pair[0]) for group, pairs in groups.items()}


def together(results):
    """The results of `all_of_it`, group by group; a group comes only once."""
    found = [(group, [(key, value) for _, key, value in rows]) for group, rows in itertools.groupby(results, first)]
    assert len(dict(found)) == len(found)
    return dict(found)


sales = st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 6), st.integers(0, 99)), max_size=40)


@given(sales, st.integers(1, 5), st.integers(1, 4))
def test_every_group_comes_once_with_its_pairs_in_order(rows, num_partitions, chunksize):
    job = MapReduce(with_day, all_of_it, group_by=first, num_partitions=num_partitions, executor="serial")
    run = job.run(rows, chunksize)
    expected = in_plain_python(with_day, rows, first)
    assert together(run.results) == expected
    assert run.results == flow.mapreduce(
        with_day, all_of_it, rows, chunksize, num_partitions=num_partitions, group_by=first
    )
    assert run.trace.num_groups == len(expected)
    assert run.trace.group_sizes == {
        size: sum(len(pairs) == size for pairs in expected.values()) for size in {len(p) for p in expected.values()}
    }


@given(sales)
def test_a_combiner_works_on_whole_keys(rows):
    def add(item):
        key, cents = item
        return key, sum(cents)

    job = MapReduce(with_day, all_of_it, group_by=first, combiner=add, num_partitions=2, executor="serial")
    totals = defaultdict(int)
    for (shop, day), cents in itertools.chain.from_iterable(map(with_day, rows)):
        totals[shop, day] += cents
    merged = defaultdict(int)
    for _, key, cents in job(rows, 5):
        merged[key] += cents
    assert merged == totals


@given(sales, st.integers(1, 12))
def test_runs_on_disk_give_the_order_of_memory(tmp_path_factory, rows, most):
    class Tight:
        def full(self, held):
            return held >= most

    folder = tmp_path_factory.mktemp("sort")
    pieces = [flow.group(itertools.chain.from_iterable(map(with_day, rows[n : n + 3]))) for n in range(0, len(rows), 3)]
    spills = []
    items = sorting.in_order(copy.deepcopy(pieces), Tight(), str(folder / "run"), lambda: spills.append(1))
    pairs = [(key, value) for key, values in items for value in values]
    assert pairs == [(key, value) for key, values in flow.sort(flow.merge(pieces)).items() for value in values]
    assert list(folder.iterdir()) == []
    if rows and most == 1:
        assert spills


def test_many_runs_are_merged_a_few_at_a_time(tmp_path, monkeypatch):
    opened = []
    read = sorting.shuffle.read

    def counting(output, part):
        opened.append(output.path)
        yield from read(output, part)
        opened.remove(output.path)

    monkeypatch.setattr(sorting.shuffle, "read", counting)

    class Tight:
        def full(self, held):
            return True

    pieces = [{(n * 7919) % 1009: [n]} for n in range(600)]
    most = 0
    keys = []
    for key, _ in sorting.in_order(pieces, Tight(), str(tmp_path / "run"), lambda: None):
        keys.append(key)
        most = max(most, len(opened))
    assert keys == sorted(keys)
    assert len(keys) == 600
    assert most <= sorting.FAN_IN
    assert os.listdir(tmp_path) == []


def test_a_group_larger_than_memory_is_streamed():
    def many(number):
        for i in range(3000):
            yield ("all", (i * 7919 + number) % 100_003), number

    def ordered(item):
        group, pairs = item
        last = (group, -1)
        count = 0
        for key, _ in pairs:
            assert last <= key
            last = key
            count += 1
        yield group, count

    with nothing_left():
        run = MapReduce(many, ordered, 2, group_by=first, num_partitions=2, memory_limit="1").run(range(40), 5)
    assert run.results == [("all", 120_000)]
    assert sum(task.spills for task in run.trace.tasks("map")) > 0
    assert sum(task.spills for task in run.trace.tasks("reduce")) > 1


def test_the_default_partitioner_looks_at_the_group():
    by_group = GroupPartitioner(first)
    for key in [("a", 1), ("a", 2), ("b", 1)]:
        assert by_group(key, 7) == hash_partitioner(key[0], 7)


def test_a_partitioner_of_ones_own_gets_the_whole_key():
    seen = set()

    def by_shop(key, num_partitions):
        seen.add(key)
        return ord(key[0]) % num_partitions

    rows = [("a", 2, 1), ("b", 1, 1), ("a", 1, 1)]
    job = MapReduce(with_day, all_of_it, group_by=first, partitioner=by_shop, num_partitions=2, executor="serial")
    assert together(job(rows)) == in_plain_python(with_day, rows, first)
    assert seen == {("a", 1), ("a", 2), ("b", 1)}


@pytest.mark.parametrize("num_partitions", [None, 3])
def test_a_group_in_two_partitions_is_one_sentence(num_partitions):
    def by_day(key, num_partitions):
        return key[1] % num_partitions

    job = MapReduce(
        with_day, all_of_it, group_by=first, partitioner=by_day, num_partitions=num_partitions, executor="serial"
    )
    with pytest.raises(BadPartition, match=r"`by_day` puts keys of the group 'a' into partition 0 and "):
        job([("a", 0, 1), ("a", 1, 1)])


def test_of_many_groups_the_same_ones_are_kept_for_the_comparison():
    one, other = GroupNames(), GroupNames()
    for number in range(20 * MOST_NAMES):
        one.note(number)
        other.note(number * 5)
    assert len(one.kept) < 2 * MOST_NAMES
    assert len(one.kept & other.kept) > MOST_NAMES / 20


def test_groups_that_the_order_of_keys_tears_apart_are_one_sentence():
    job = MapReduce(
        lambda sale: [((sale[1], sale[0]), 1)],
        all_of_it,
        group_by=lambda key: key[1],
        num_partitions=1,
        executor="serial",
    )
    with pytest.raises(BadKey, match=r"group 'a' do not stand side by side .* Put first into the key .* group_by"):
        job([("a", 1, 1), ("b", 2, 1), ("a", 3, 1)])


# What goes wrong, in a sentence.


def keeps_the_stream(item):
    yield item


def reads_twice(item):
    yield max(item[1])
    yield min(item[1])


def reads_too_late(item, kept=[]):  # noqa: B006
    if kept:
        yield list(kept.pop())
    kept.append(item[1])
    yield next(item[1])


ROWS = [("a", 2, 5), ("b", 1, 7), ("a", 1, 3), ("b", 4, 1)]
MISTAKES = [
    ({"group_by": "shop"}, BadArgument, r"group_by must be a function; you gave 'shop'"),
    (
        {"group_by": lambda key: key[7]},
        UserFunctionError,
        r"group_by function `<lambda>` failed, given the key \('a'",
    ),
    ({"group_by": list}, BadKey, r"group \['a', 2\] is a list, which can change, so it cannot be a group"),
    ({"group_by": lambda key: float("nan")}, BadKey, r"NaN cannot be a group.*from the group_by function `<lambda>`"),
    ({"group_by": lambda key: object()}, BadKey, r"mrkit cannot know which groups equal it.*group_by function"),
    (
        {"reduce_func": lambda item: [1]},
        BadResult,
        r"reduce function yields its results.*returned \[1\]. Write `yield`",
    ),
    ({"reduce_func": lambda item: None}, BadResult, r"returned None.*given the group '[ab]'"),
    ({"reduce_func": keeps_the_stream}, CannotTravel, r"the pairs of a group are gone when its function has ended"),
    ({"reduce_func": reads_twice}, UserFunctionError, r"pairs of a group come once, and this is the second time; keep"),
    (
        {"reduce_func": reads_too_late},
        UserFunctionError,
        r"gone when its function has ended; keep what",
    ),
    ({"reduce_func": lambda item: iter([len(item[1])])}, UserFunctionError, r"can be read once and have no length"),
    (
        {"map_func": lambda sale: [(sale[1] if sale[1] > 1 else "one", 1)], "group_by": lambda key: 0},
        BadKey,
        r"keys cannot be sorted: .*Use keys of one kind.*It came from the map function `<lambda>`",
    ),
]


@pytest.mark.parametrize(("wrong", "kind", "sentence"), MISTAKES, ids=lambda value: getattr(value, "__name__", ""))
def test_each_mistake_is_one_sentence(wrong, kind, sentence):
    right = {"map_func": with_day, "reduce_func": all_of_it, "group_by": first, "num_partitions": 1}
    with pytest.raises(kind, match=sentence):
        MapReduce(**right | wrong, executor="serial")(ROWS)


def test_keys_without_an_order_are_noticed_while_runs_are_merged():
    def numbers_then_words(number):
        yield from ((i if number else str(i), i) for i in range(20_000))

    job = MapReduce(
        numbers_then_words,
        all_of_it,
        1,
        group_by=lambda key: 0,
        num_partitions=1,
        memory_limit="1",
    )
    with nothing_left(), pytest.raises(BadKey, match=r"cannot be sorted: .* came from the map function"):
        job([0, 1], 1)


def test_a_group_that_fails_is_skipped_as_a_whole():
    def picky(item):
        shop, pairs = item
        for key, value in pairs:
            yield shop, key, value
            if shop == "a":
                raise ValueError("not a")

    job = MapReduce(with_day, picky, group_by=first, num_partitions=1, executor="serial", on_error="skip")
    run = job.run(ROWS)
    assert together(run.results) == {"b": [(("b", 1), 7), (("b", 4), 1)]}
    assert [(skipped.stage, skipped.given) for skipped in run.skipped] == [("reduce", "'a'")]


def test_a_reduce_function_may_stop_early_and_give_nothing():
    def first_of_a(item):
        shop, pairs = item
        if shop == "a":
            yield next(pairs)

    run = MapReduce(with_day, first_of_a, group_by=first, num_partitions=1, executor="serial").run(ROWS)
    assert run.results == [(("a", 1), 3)]
    assert (run.trace.num_groups, run.trace.num_results) == (2, 1)
    assert run.trace.group_sizes == {2: 2}, "what was not read counts too"


# What was kept.


def test_records_and_explain_show_the_group_with_its_pairs_in_order():
    run = MapReduce(with_day, all_of_it, group_by=first, num_partitions=2, executor="serial").run(ROWS)
    group = next(group for group in run.records.groups if group.key == "a")
    assert group.values == ((("a", 1), 3), (("a", 2), 5))
    assert group.num_values == 2
    assert group.result == [("a", ("a", 1), 3), ("a", ("a", 2), 5)]
    assert run.records.complete
    explained = run.explain("a")
    assert [pair.key for pair in explained.pairs] == [("a", 2), ("a", 1)]
    assert str(explained).startswith("'a': 2 pairs of 2 inputs")


def test_a_sampled_group_is_still_streamed():
    rows = [("a", day, 1) for day in range(1000)]
    run = MapReduce(with_day, all_of_it, group_by=first, num_partitions=1, executor="serial", sample=10).run(rows)
    (group,) = run.records.groups
    assert (len(run.results), group.num_values, len(group.values)) == (1000, 1000, 200)


@settings(max_examples=15, deadline=None)
@given(sales)
def test_a_baseline_is_the_same_job(rows):
    job = MapReduce(with_day, all_of_it, group_by=first, num_partitions=2, executor="threads", num_workers=2)
    assert together(job.run(rows, baseline=True).results) == in_plain_python(with_day, rows, first)
