"""What is given to a job: functions of the wrong shape, numbers of any kind, tables; and the article's class."""

from __future__ import annotations

import functools
import threading

import numpy
import pytest
from oracle import TEXT, mapreduce, nothing_left, total, words

from mrkit import MapReduce, SimpleMapReduce
from mrkit.errors import BadArgument, CannotTravel


def yields(item):
    yield item[0]


def two(key, values):
    return key, sum(values)


def none():
    return []


async def awaits(item):
    return item


class Reducer:
    def __call__(self, key, values):
        return key

    def yields(self, item):
        yield item


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"reduce_func": yields}, "reduce_func `yields` uses `yield`, but gives one result. Use `return`."),
        ({"reduce_func": Reducer().yields}, "uses `yield`"),
        ({"reduce_func": functools.partial(yields)}, "uses `yield`"),
        (
            {"reduce_func": two},
            "reduce_func `two` takes (key, values), but is called with one pair: write `def f(item)",
        ),
        ({"reduce_func": Reducer()}, "is called with one pair"),
        ({"reduce_func": lambda: 1}, "is called with one pair"),
        ({"combiner": yields}, "combiner `yields` uses `yield`"),
        ({"combiner": two}, "is called with one pair"),
        ({"map_func": none}, "map_func `none` takes (), but is called with one input"),
        ({"map_func": lambda key, value: []}, "is called with one input"),
        ({"map_func": awaits}, "map_func `awaits` is async"),
        ({"reduce_func": awaits}, "is async"),
        ({"partitioner": lambda key: 0}, "is called with a key and the number of partitions"),
    ],
)
def test_the_shape_of_a_function_is_looked_at_when_the_job_is_made(options, said):
    with pytest.raises(BadArgument) as caught:
        MapReduce(**({"map_func": words, "reduce_func": total, "executor": "serial"} | options))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("function", [len, print, max, int, str.split, functools.partial(two, values=[1]), dict.items])
def test_functions_that_fit_pass(function):
    MapReduce(function, lambda *item, **more: 1, executor="serial")
    MapReduce(lambda line, n=3: [], function, executor="serial")


def test_group_by_may_yield():
    MapReduce(words, yields, group_by=lambda key: key, executor="serial")


@pytest.mark.parametrize("executor", ["serial", "processes"])
@pytest.mark.parametrize("misuse", [lambda item: item, lambda item: item[1], lambda item: numpy.max(item[1])])
def test_values_do_not_get_away(executor, misuse):
    with pytest.raises(CannotTravel, match="values"):
        MapReduce(words, misuse, 1, executor=executor)(["a b"])


def test_whole_numbers_of_any_kind(tmp_path):
    two = numpy.int64(2)
    job = MapReduce(
        words, total, two, num_partitions=two, sample=two, max_attempts=two, max_skipped=two, executor="threads"
    )
    assert sorted(job(TEXT, two)) == sorted(mapreduce(words, total, TEXT))
    for bad in (True, 2.0, "2", numpy.float64(2), 0, -1, numpy.int64(0)):
        with pytest.raises(BadArgument, match="num_workers must be a whole number"):
            MapReduce(words, total, bad)


@pytest.mark.parametrize("rows", ["itertuples", "iter_rows"])
def test_a_table_gets_advice(rows):
    frame = type("DataFrame", (), {"columns": ["a", "b"], "__iter__": lambda self: iter("ab"), rows: lambda self: []})
    with pytest.raises(BadArgument, match=f"A DataFrame gives its columns, not its rows.* use `{rows}"):
        MapReduce(words, total, executor="serial")(frame())


# What travels.


class Document:
    def __init__(self, text):
        self.text = text

    @functools.cached_property
    def words(self):
        return self.text.split()


@functools.singledispatch
def weight(value):
    return 1


@weight.register
def _(value: str):
    return len(value) + weight(0)


def test_cached_properties_and_single_dispatch_travel():
    class Local:
        def __init__(self, text):
            self.text = text

        @functools.cached_property
        def words(self):
            return self.text.split()

    @functools.singledispatch
    def local(value):
        return 1

    @local.register
    def _(value: list):
        return sum(map(local, value))

    class Method:
        @functools.singledispatchmethod
        def of(self, value):
            return 0

        @of.register
        def _(self, value: int):
            return value

    def map_func(line):
        for word in Document(line).words + Local(line).words:
            yield word, weight(word) + local([1, 2]) + Method().of(3)

    job = MapReduce(map_func, total, 1)
    assert sorted(job(["a bb"])) == [("a", 14), ("bb", 16)]


class KeepsItsJob:
    def __init__(self, executor="processes"):
        self.factor = 3
        self.job = MapReduce(self.map, self.reduce, 1, executor=executor)

    def map(self, n):
        yield 0, n * self.factor

    def reduce(self, item):
        return sum(item[1])


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_a_job_that_is_kept_in_self(executor):
    mine = KeepsItsJob(executor)
    with nothing_left():
        with mine.job:
            assert mine.job([1, 2]) == [9]
            assert mine.job([1, 2]) == [9]
        assert MapReduce(mine.map, mine.reduce, 1)([1]) == [3]


class HoldsALock:
    def __init__(self):
        self.inner = type("Inner", (), {})()
        self.inner.lock = threading.Lock()

    def map(self, n):
        return [(n, self.inner.lock)]

    def __call__(self, n):
        return []


def test_the_attribute_that_cannot_travel_is_named():
    helper = HoldsALock()
    for function, owner in [(helper.map, "self"), (helper, "self"), (lambda n: helper.map(n), "helper")]:
        with pytest.raises(CannotTravel) as caught:
            MapReduce(function, total, 1)([1])
        assert f"It uses `{owner}.inner.lock`, which cannot leave this process." in str(caught.value)


# The article's class.


def test_the_drop_in_has_what_the_articles_class_has():
    counter = SimpleMapReduce(words, total, 2)
    assert (counter.map_func, counter.reduce_func) == (words, total)
    with nothing_left():
        assert counter.pool.map(len, ["a", "bb", "ccc"], chunksize=2) == [1, 2, 3]
        counter.map_func = lambda line: [(line, 1)]
        assert counter(["a b", "a b"]) == [("a b", 2)]
        counter.pool.close()
        counter.pool.join()


class Sorted(SimpleMapReduce):
    def partition(self, mapped_values):
        return sorted(super().partition(mapped_values), reverse=True)


class ByLetter(SimpleMapReduce):
    def partition(self, mapped_values):
        groups = {}
        for key, value in mapped_values:
            groups.setdefault(key[0], []).append(value)
        return groups.items()


class OwnCall(SimpleMapReduce):
    def __call__(self, inputs, chunksize=1):
        responses = self.pool.map(self.map_func, inputs, chunksize=chunksize)
        return self.pool.map(self.reduce_func, self.partition(pair for pairs in responses for pair in pairs))


def listed(line):
    return [(word, 1) for word in line.split()]


@pytest.mark.parametrize("chunksize", [1, 3])
def test_an_overridden_partition_is_obeyed(chunksize):
    plain = mapreduce(words, total, TEXT)
    with nothing_left():
        assert Sorted(words, total, 2)(TEXT, chunksize) == sorted(plain, reverse=True)
        by_letter = ByLetter(words, total, 2)(TEXT, chunksize)
        assert OwnCall(listed, total, 2)(TEXT, chunksize) == plain
    letters = mapreduce(lambda line: ((word[0], 1) for word in line.split()), total, TEXT)
    assert by_letter == letters
    with pytest.raises(BadArgument, match="its own `partition` can only be called"):
        Sorted(words, total, 1).run(TEXT)
