"""Checks of exercises with `group_by`, of reading once, and of a job of the learner's own."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from test_findings import HINTS, fails, tried

from mrkit import MapReduce
from mrkit.learn import my_job
from mrkit.learn.exercise import Exercise, OwnJob
from mrkit.learn.reading import reads_at_most


def first(key):
    return key[0]


def some_sales(rng):
    return [(f"shop {rng.randrange(3)}", rng.randrange(1, 60), rng.randrange(100, 999)) for _ in range(10)]


def longest_pauses(sales):
    days = defaultdict(set)
    for shop, day, _ in sales:
        days[shop].add(day)
    for shop, seen in days.items():
        row = sorted(seen)
        yield shop, max((b - a for a, b in pairwise(row)), default=0)


PAUSE = Exercise(
    "t.pause",
    "The longest time without a sale",
    ("map_func", "reduce_func"),
    some_sales,
    lambda sales: list(longest_pauses(sales)),
    HINTS,
    group_by=first,
)
HOME = Exercise(
    "t.home",
    "Home",
    ("partitioner",),
    lambda rng: [(rng.choice(["dog", "cat", "cow", "pig"]), rng.choice("*abcde")) for _ in range(12)],
    lambda keys: list(keys),
    HINTS,
    given={"reduce_func": lambda item: (key for key, ones in item[1])},
    group_by=first,
)


def by_day(sale):
    shop, day, cents = sale
    yield (shop, day), cents


def one_pass(item):
    shop, pairs = item
    last, longest = None, 0
    for (_, day), _ in pairs:
        if last is not None:
            longest = max(longest, day - last)
        last = day
    yield shop, longest


def test_one_pass_over_pairs_in_order_is_right_on_every_seed():
    assert [result for seed in range(20) if not (result := tried(PAUSE, by_day, one_pass, seed=seed))] == []


def test_other_right_ways():
    def with_pairs(item):
        shop, pairs = item
        (_, last), _ = next(pairs)
        longest = 0
        for (_, day), _ in pairs:
            longest, last = max(longest, day - last), day
        return iter([(shop, longest)])

    assert tried(PAUSE, by_day, with_pairs)
    assert tried(PAUSE, lambda sale: [((sale[0], sale[1], sale[2]), None)], lambda item: one_pass_of_three(item))


def one_pass_of_three(item):
    return one_pass((item[0], (((key[0], key[1]), value) for key, value in item[1])))


@pytest.mark.parametrize(
    "map_func",
    [lambda sale: [(sale[0], sale[1])], lambda sale: [((sale[0],), sale[1])], lambda sale: [((sale[0], 0), sale[1])]],
    ids=["shop alone", "a key of one part", "day in the value"],
)
def test_a_key_without_what_orders_it(map_func):
    def pauses(item):
        shop, pairs = item
        last, longest = None, 0
        for _, day in pairs:
            longest = max(longest, day - last) if last is not None else 0
            last = day
        yield shop, longest

    sentence = fails("unordered", PAUSE, map_func, pauses)
    assert "Your key does not hold what orders it" in sentence


def test_a_key_that_has_no_group():
    assert "cannot use the key" in fails("unordered", PAUSE, lambda sale: [(sale[1], sale[0])], one_pass)


def test_return_in_place_of_yield():
    assert "Write `yield`" in fails("nothing", PAUSE, by_day, lambda item: (item[0], sum(1 for _ in item[1])))
    assert fails("nothing", PAUSE, by_day, lambda item: [*one_pass(item)].clear())


def test_sorting_or_listing_what_comes_in_order():
    def sorts(item):
        yield from one_pass((item[0], sorted(item[1])))

    def lists(item):
        shop, pairs = item
        days = [day for (_, day), _ in pairs]
        yield shop, max((b - a for a, b in pairwise(days)), default=0)

    def appends(item):
        shop, pairs = item
        days = []
        for (_, day), _ in pairs:
            days.append(day)
        yield shop, max((b - a for a, b in pairwise(days)), default=0)

    for reduce_func in (sorts, lists, appends):
        assert "You kept all" in fails("buffered", PAUSE, by_day, reduce_func), reduce_func


def test_waiting_for_the_end_with_many_results():
    every = Exercise(
        "t.every",
        "Each sale",
        ("map_func", "reduce_func"),
        some_sales,
        lambda sales: [(shop, day) for shop, day, _ in sales],
        HINTS,
        group_by=first,
    )

    def waits(item):
        days = [day for (_, day), _ in item[1]]
        for day in days:
            yield item[0], day

    def streams(item):
        for (_, day), _ in item[1]:
            yield item[0], day

    def largest_three(item):
        yield from heapq.nlargest(3, (day for (_, day), _ in item[1]))

    assert "before you gave the first result" in fails("buffered", every, by_day, waits)
    assert tried(every, by_day, streams)
    largest = Exercise(
        "t.largest", "Three", every.parts, some_sales, lambda sales: list(top_three(sales)), HINTS, group_by=first
    )
    assert tried(largest, by_day, largest_three), "some must be held"


def top_three(sales):
    days = defaultdict(list)
    for shop, day, _ in sales:
        days[shop].append(day)
    for row in days.values():
        yield from heapq.nlargest(3, row)


def test_what_was_remembered_of_the_group_before():
    def remembers(item):
        shop, pairs = item
        longest = 0
        for (_, day), _ in pairs:
            longest = max(longest, day - remembers.last) if remembers.last is not None else 0
            remembers.last = day
        yield shop, longest

    def keeps(item, last=[None]):  # noqa: B006
        remembers.last, last[0] = last[0], None
        yield from remembers(item)
        last[0] = remembers.last

    remembers.last = None
    fails("key_order", PAUSE, by_day, remembers)
    fails("mutable_default", PAUSE, by_day, keeps)


def test_reading_pairs_twice():
    def twice(item):
        yield item[0], len(list(item[1])) + len(list(item[1]))

    fails("read_twice", PAUSE, by_day, twice)


def test_a_partitioner_must_keep_groups_together():
    assert tried(HOME, lambda key, n: sum(key[0].encode()) % n)
    sentence = fails("placement", HOME, lambda key, n: sum(str(key).encode()) % n)
    assert "met different reducers" in sentence


# Reading once.


def in_both(one, other):
    return [name for name in one if name in other]


QUERY = Exercise(
    "t.query",
    "Names in both lists",
    ("function",),
    lambda rng: [tuple(sorted(rng.sample("abcdefghijklmno", 7)) for _ in range(2)) for _ in range(4)],
    lambda one, other: sorted(set(one) & set(other)),
    HINTS,
    also=(reads_at_most(lambda one, other: len(one) + len(other), "names"),),
)


def two_fingers(one, other):
    i = j = 0
    both = []
    while i < len(one) and j < len(other):
        if one[i] == other[j]:
            both.append(one[i])
            i, j = i + 1, j + 1
        elif one[i] < other[j]:
            i += 1
        else:
            j += 1
    return both


def test_two_fingers_read_each_name_once_and_a_search_does_not():
    assert tried(QUERY, two_fingers)
    assert tried(QUERY, lambda one, other: sorted(set(one) & set(other)))
    assert "names; 14 are enough" in fails("probe", QUERY, in_both)
    fails("probe", QUERY, lambda one, other: [a for a in one for b in other if a == b])
    fails("probe", QUERY, lambda one, other: [a for a in one if other.count(a)])


# A job of one's own.

OWN = OwnJob("t.own", "A job of your own", HINTS)
LINES = ["the cat", "the dog", "a cat and a dog", "the end", "and the dog", "a mat", "the mat", "a log and a dog"]


def words(line):
    for word in line.split():
        yield word, 1


def total(item):
    word, ones = item
    return word, sum(ones)


def by_hand(lines):
    return list(Counter(word for line in lines for word in line.split()).items())


def test_jobs_of_several_patterns_are_right():
    def letters(line):
        yield line[0], len(line)

    def largest(item):
        return item[0], max(item[1])

    def plain_largest(lines):
        most = {}
        for line in lines:
            most[line[0]] = max(most.get(line[0], 0), len(line))
        return most

    def lines_in_order(item):
        for (_, line), _ in item[1]:
            yield item[0], line

    def plain_lines(lines):
        return sorted((line[0], line) for line in lines)

    keyed = my_job(lambda line: [((line[0], line), 1)], lines_in_order, LINES, plain_lines, group_by=first)
    jobs = [
        my_job(words, total, LINES, by_hand),
        my_job(words, total, iter(LINES), by_hand, combiner=total),
        my_job(letters, largest, LINES, plain_largest, combiner=largest),
        keyed,
    ]
    for job in jobs:
        assert tried(OWN, job), tried(OWN, job)


@pytest.mark.parametrize("job", [..., None, my_job(..., total, LINES, by_hand), my_job(words, total, LINES, ...)])
def test_what_was_not_begun(job):
    assert tried(OWN, job).finding == "untouched"


def test_a_loop_that_is_the_job_is_no_evidence():
    job = MapReduce(words, total, executor="serial")

    def imports(lines):
        from mrkit import flow

        return flow.mapreduce(words, total, lines)

    def helper(lines):
        return job(lines)

    for plain in (lambda lines: job(lines), imports, lambda lines: helper(lines)):
        assert "proves nothing" in fails("no_evidence", OWN, my_job(words, total, LINES, plain))
    uses_map = my_job(words, total, LINES, lambda lines: Counter(w for line in lines for w, _ in words(line)))
    assert "`words`" in fails("no_evidence", OWN, uses_map)


def test_what_a_job_of_ones_own_may_lack():
    def first_and_last(item):
        values = list(item[1])
        return item[0], values[0]

    def numbered(line, seen=[]):  # noqa: B006
        seen.append(line)
        return [(word, len(seen)) for word in line.split()]

    def mean(item):
        values = list(item[1])
        return item[0], sum(values) / len(values)

    def lengths(line):
        return [(line[0], len(line))]

    def plain_mean(lines):
        rows = defaultdict(list)
        for line in lines:
            rows[line[0]].append(len(line))
        return {key: sum(row) / len(row) for key, row in rows.items()}

    assert "8 or more" in fails("few_inputs", OWN, my_job(words, total, LINES[:3], by_hand))
    assert "one reducer" in fails(
        "one_key", OWN, my_job(lambda line: [("all", 1)], total, LINES, lambda lines: [("all", len(lines))])
    )
    fails("value_order", OWN, my_job(lambda line: [(line[0], line)], first_and_last, LINES, by_hand))
    fails("mutable_default", OWN, my_job(numbered, total, LINES, by_hand))
    fails("combiner_times", OWN, my_job(lengths, mean, LINES, plain_mean, combiner=mean))
    fails("wrong", OWN, my_job(words, lambda item: (item[0], 2 * sum(item[1])), LINES, by_hand))
    fails("raises", OWN, my_job(words, total, LINES, lambda lines: lines["a"]))
    fails("nothing", OWN, my_job(words, total, LINES, lambda lines: by_hand(lines).clear()))
    assert "my_job" in fails("not_job", OWN, words)
