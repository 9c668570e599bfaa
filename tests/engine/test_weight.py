"""What a value weighs, about."""

from __future__ import annotations

import sys

import pytest

from mrkit import MapReduce
from mrkit.engine.weight import weight


class Table:
    """As Polars' tables are: what it holds is nowhere that Python looks."""

    def __init__(self, size):
        self.size = size

    def estimated_size(self):
        return self.size

    def __reduce__(self):
        pickled.append(self.size)
        return Table, (self.size,)


pickled: list[int] = []


class Odd:
    """Names that mean something else here."""

    nbytes = "many"

    def estimated_size(self, of_what):
        raise AssertionError


@pytest.mark.parametrize("value", [1, "a" * 1000, ["a"] * 1000, {"a": [1, 2]}, (), Odd(), Odd, object()])
def test_what_python_can_see_is_weighed_by_python(value):
    assert weight(value) >= min(32, sys.getsizeof(value))


def test_tables_and_arrays_say_themselves_what_they_weigh():
    numpy = pytest.importorskip("numpy")
    numbers = numpy.zeros(100_000)
    assert weight(Table(5_000_000)) == 5_000_000
    assert 800_000 <= weight(numbers[:]) < 900_000, "a view of somebody else's numbers"
    assert weight([Table(1_000)] * 10) >= 10_000


def test_a_sample_takes_no_copy_of_large_tables():
    def divided(number):
        return [(share, Table(5_000_000)) for share in range(4)]

    def together(item):
        return Table(sum(table.size for table in item[1]))

    job = MapReduce(divided, together, 1, executor="serial")
    pickled.clear()
    run = job.run(range(10))
    assert [table.size for table in run.results] == [50_000_000] * 4
    assert pickled.count(5_000_000) == 40, "once each, on their way from map to reduce"
    assert pickled.count(50_000_000) == 4
