"""The values of a group: read once, in C, on every executor alike, and explained when they are taken for a list."""

from __future__ import annotations

import heapq
import pickle
import statistics
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import cloudpickle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrkit import MapReduce, MrkitError
from mrkit.pickling import dumps
from mrkit.values import KEPT, NO_LENGTH, NO_PLACES, READ_TWICE, Stream, Values

EXECUTORS = ["serial", "threads", "processes", ThreadPoolExecutor]


def outcome(reduce_func, executor, **options):
    """What a job over one group of three values gives, or its error in words; most groups of a job are sampled."""
    pool = executor(2) if isinstance(executor, type) else executor
    job = MapReduce(lambda n: [("key", n)], reduce_func, 1, executor=pool, **options)
    try:
        return job([3, 1, 2])
    except MrkitError as error:
        return str(error)
    finally:
        if isinstance(executor, type):
            pool.shutdown()


@given(st.lists(st.integers(), min_size=1))
def test_one_pass_gives_what_a_list_gives(numbers):
    for read in (list, tuple, sum, min, max, sorted, set, Counter, statistics.mean, statistics.pvariance):
        assert read(Values(numbers)) == read(numbers)
    assert heapq.nlargest(len(numbers) + 1, Values(numbers)) == heapq.nlargest(len(numbers) + 1, numbers)
    assert list(map(str, Values(numbers))) == [*map(str, numbers)]


@given(st.lists(st.integers(), min_size=1))
def test_a_reader_that_stops_may_go_on(numbers):
    values = Values(numbers)
    first = next(values)
    assert [first, *values] == numbers
    values = Values(numbers)
    for first in values:  # noqa: B007
        break
    assert [first, *values] == numbers, "also where there was only one"
    reader = iter(Values(numbers))
    assert [*zip(reader, reader, strict=False)] == [*zip(numbers[::2], numbers[1::2], strict=False)]


@pytest.mark.parametrize("kind", [Values, Stream])
def test_asked_for_a_reader_again_before_the_end_it_is_the_same_one(kind):
    values = kind([1, 2, 3, 4])
    assert [*zip(values, values, strict=True)] == [(1, 2), (3, 4)]
    values = kind([1, 2, 3])
    first, second = iter(values), iter(values)
    assert (next(first), next(second), next(values)) == (1, 2, 3)
    assert list(values) == []  # no reader has come to the end before
    with pytest.raises(TypeError, match="second time"):
        list(values)


def test_they_are_an_iterator_whose_reading_is_not_python():
    values = Values([1])
    assert isinstance(values, Iterator)
    assert bool(values)
    step = type(iter(values)).__next__
    assert not hasattr(step, "__code__"), "a wrapper of C"
    assert next(values) == 1
    with pytest.raises(StopIteration):
        next(values)


@pytest.mark.parametrize(
    ("misuse", "sentence"),
    [
        (lambda item: len(item[1]), NO_LENGTH),
        (lambda item: item[1][0], NO_PLACES),
        (lambda item: (lambda values: max(values) - min(values))(item[1]), READ_TWICE),
        (lambda item: item, KEPT),
        (lambda item: (item[0], [item[1]]), KEPT),
        (lambda item: iter(item[1]), KEPT),
        (lambda item: map(str, item[1]), "Use a list or a tuple of its items."),
    ],
    ids=["length", "place", "twice", "kept", "kept_within", "kept_reader", "kept_by_another"],
)
@pytest.mark.parametrize("executor", EXECUTORS, ids=str)
def test_a_reduce_function_that_takes_them_for_a_list_gets_a_sentence(executor, misuse, sentence):
    said = outcome(misuse, executor)
    assert sentence in said
    assert "reduce function `<lambda>`" in said
    assert sentence in outcome(misuse, executor, sort_keys=True)


@pytest.mark.parametrize("executor", EXECUTORS, ids=str)
def test_a_combiner_that_takes_them_for_a_list_gets_a_sentence(executor):
    said = outcome(lambda item: (item[0], sum(item[1])), executor, combiner=lambda item: (item[0], item[1][0]))
    assert NO_PLACES in said
    assert "combiner `<lambda>`" in said


@pytest.mark.parametrize("pack", [pickle.dumps, cloudpickle.dumps, dumps])
@pytest.mark.parametrize("kept", [Values, lambda items: iter(Values(items)), lambda items: map(str, Values(items))])
def test_they_cannot_be_pickled(pack, kept):
    with pytest.raises(TypeError):
        pack(kept([1, 2]))


def test_what_python_says_of_a_missing_length_names_their_class():
    # mrkit.engine.blame makes a sentence of this text.
    with pytest.raises(TypeError, match=f"'{Values.__name__}' has no len"):
        len(Values([1]))
