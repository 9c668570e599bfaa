"""The right answers of the lessons on joins and graphs, on the real data: plain Python and other engines agree.

Polars and networkx are not needed to run mrkit: where one of them is missing, its case is skipped.
"""

from __future__ import annotations

import bank
import pytest

from mrkit import MapReduce
from mrkit.datasets import stdlib_imports, stdlib_modules
from mrkit.examples import tagged

bank.modules()


def right_answers(exercise):
    found = [answer for answer in bank.ANSWERS if answer.exercise == exercise and not answer.finding]
    return pytest.mark.parametrize("build", [answer.build for answer in found], ids=lambda build: build.__name__)


def in_order(rows):
    return sorted(rows, key=repr)


# Lesson 10: the modules of this Python, and what they import.


@pytest.fixture(scope="module")
def tables():
    modules = [(row.module, row.lines) for row in stdlib_modules()]
    return modules, sorted({(row.imports, row.module) for row in stdlib_imports()})


def joined_by(reduce_func, tables):
    rows = [(tag, *row) for tag, table in zip("MI", tables, strict=True) for row in table]
    job = MapReduce(tagged, reduce_func, num_partitions=5, executor="serial")
    return in_order(row for result in job(rows[::-1], chunksize=300) for row in result)


@right_answers("10.join")
def test_the_join_of_the_real_tables_is_that_of_plain_python(build, tables):
    modules, imports = tables
    lines_of = dict(modules)
    plain = [(name, lines_of[name], who) for name, who in imports if name in lines_of]
    assert joined_by(build(), tables) == in_order(plain)


@right_answers("10.outer")
def test_no_import_of_the_real_tables_is_lost(build, tables):
    modules, imports = tables
    lines_of = dict(modules)
    assert joined_by(build(), tables) == in_order((name, lines_of.get(name), who) for name, who in imports)


@right_answers("10.merge")
def test_two_fingers_find_the_same_rows(build, tables):
    modules, imports = map(sorted, tables)
    lines_of = dict(modules)
    assert in_order(build()(modules, imports)) == in_order(
        (name, lines_of[name], who) for name, who in imports if name in lines_of
    )


def test_polars_joins_the_real_tables_alike(tables):
    polars = pytest.importorskip("polars")
    left = polars.DataFrame(tables[0], schema=["name", "lines"], orient="row")
    right = polars.DataFrame(tables[1], schema=["name", "who"], orient="row")
    (inner, *_), (outer, *_) = (
        [answer.build() for answer in bank.ANSWERS if answer.exercise == id and not answer.finding]
        for id in ("10.join", "10.outer")
    )
    for how, reduce_func in (("inner", inner), ("left", outer)):
        rows = right.join(left, on="name", how=how).select("name", "lines", "who").rows()
        assert joined_by(reduce_func, tables) == in_order(rows)
