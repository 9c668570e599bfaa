"""What a stranger met who tried objects with slots, values that cannot come back, and keys of two kinds."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mrkit import MapReduce, RangePartitioner
from mrkit.errors import BadKey, BadPartition, CannotTravel
from mrkit.values import FIRST

PLACES = ["serial", "threads", "processes"]


def classes():
    """Written in a function, as in a cell: they travel by value."""

    class Point:
        __slots__ = ("x",)

    class Named(Point):
        __slots__ = ("name",)

    @dataclass(slots=True)
    class Row:
        number: int

    @dataclass(frozen=True, slots=True)
    class Fixed:
        number: int

    def named(number):
        made = Named()
        made.x, made.name = number, f"n{number}"
        return made

    return Row, Fixed, named


@pytest.mark.parametrize("where", PLACES)
def test_objects_with_slots_travel_there_and_back(where):
    Row, Fixed, named = classes()
    rows = MapReduce(lambda n: [(n % 2, Row(n))], lambda item: Row(sum(row.number for row in item[1])), executor=where)
    assert sorted(row.number for row in rows(range(4))) == [2, 4]
    keys = MapReduce(lambda n: [(Fixed(n % 2), n)], lambda item: (item[0], sum(item[1])), executor=where)
    assert sorted((key.number, total) for key, total in keys(range(4))) == [(0, 2), (1, 4)]
    passed = MapReduce(lambda one: [(1, one)], lambda item: next(item[1]), executor=where)
    (back,) = passed([named(5)])
    assert (back.x, back.name, hasattr(back, "__dict__")) == (5, "n5", False)


def lost():
    """An error that cannot be made again from what pickle keeps of it."""

    class Lost(Exception):  # here: tblib, which comes with Dask, teaches pickle all that are there when it is loaded
        def __init__(self, what, where):
            super().__init__(f"{what} at {where}")

    return Lost("a", 1)


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("combiner", [None, lambda item: (item[0], next(item[1]))])
def test_a_value_that_cannot_come_back_names_the_function_that_gave_it(where, combiner):
    def gives(number):
        return [(1, lost())]

    job = MapReduce(gives, lambda item: 1, executor=where, combiner=combiner)
    role = "combiner `<lambda>`" if combiner else "map function `gives`"
    with pytest.raises(CannotTravel, match=rf"A key or a value was sent but cannot be loaded.*It came from the {role}"):
        job([1])


@pytest.mark.parametrize("where", PLACES)
def test_a_result_that_cannot_come_back_names_the_reduce_function(where):
    def keeps(item):
        return [lost()]

    with pytest.raises(CannotTravel, match=r"A result was sent but cannot be loaded.*the reduce function `keeps`"):
        MapReduce(lambda n: [(1, n)], keeps, executor=where)([1])


def test_keys_of_two_kinds_are_shown():
    job = MapReduce(lambda n: [(None if n == 3 else n, 1)], len, executor="serial", sort_keys=True, num_partitions=1)
    with pytest.raises(BadKey, match=r"Use keys of one kind \(here: \d, None\)"):
        job(range(6))


def test_one_piece_of_advice_is_enough():
    with pytest.raises(CannotTravel) as caught:
        MapReduce(lambda n: [(1, n)], lambda item: map(str, item[1]), executor="serial")([1])
    said = str(caught.value)
    assert FIRST in said
    assert "a list or a tuple of its items" not in said
    assert ".." not in said.replace("..`", "")


def test_a_partitioner_of_mrkits_has_no_line_of_the_users():
    job = MapReduce(lambda n: [(n, 1)], len, executor="serial", partitioner=RangePartitioner([1]), num_partitions=3)
    with pytest.raises(BadPartition) as caught:
        job([1])
    assert "partition.py" not in str(caught.value)
