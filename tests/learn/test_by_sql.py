"""What the lessons compute on real data, computed once more by SQLite: another engine, by other people."""

from __future__ import annotations

import ast
import itertools
import re
import sqlite3
from datetime import date

import nbformat
import pytest

from mrkit import MapReduce, share, text_lines
from mrkit.datasets import handbook, language_reference, sales


def solutions(name):
    """The functions that a notebook defines, solutions and given ones, without running what it runs."""
    book = nbformat.read(share.folder("notebooks") / f"{name}.ipynb", as_version=4)
    kept = []
    for cell in book.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade") is not True:
            kept += [node for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef)]
    names = {"re": re, "date": date, "groupby": itertools.groupby, "pairwise": itertools.pairwise, "GOAL": 100_000}
    exec(compile(ast.Module(kept, []), name, "exec"), names)
    return names


@pytest.fixture
def sql():
    with sqlite3.connect(":memory:") as connection:
        yield connection
    connection.close()


def query(sql, text):
    return sql.execute(text).fetchall()


def words_table(sql, texts, words_of):
    """One row for each word of each text: which text, which place, which word."""
    sql.execute("create table words (text, place integer, word)")
    rows = [(text, place, word) for text, words in texts for place, word in enumerate(words_of(words))]
    sql.executemany("insert into words values (?, ?, ?)", rows)
    sql.execute("create index by_place on words (text, place)")


@pytest.fixture(scope="module")
def eight():
    return solutions("08_index")


def test_the_index_of_the_help_pages(sql, eight):
    pages = sorted(language_reference().items())
    words_table(sql, pages, eight["words_of"])
    counted = query(sql, "select word, text, count(*) from words group by word, text order by word, text")
    job = MapReduce(eight["counted"], eight["counted_list"], num_partitions=4, executor="serial")
    index = dict(job(pages, chunksize=20))
    assert [(word, page, times) for word in sorted(index) for page, times in index[word]] == counted
    plain = MapReduce(eight["postings"], eight["posting_list"], executor="serial")(pages)
    assert dict(plain) == {word: [page for page, _ in listed] for word, listed in index.items()}
    asked = "select text from words where word = 'loop' intersect select text from words where word = 'else'"
    assert eight["both"](*(dict(plain)[word] for word in ("loop", "else"))) == [page for (page,) in query(sql, asked)]


def test_the_neighbours_in_the_handbook_as_pairs_as_stripes_and_in_pieces(sql, eight):
    lines = list(text_lines(handbook()))
    words_table(sql, enumerate(lines), eight["words_of"])
    beside = (
        "select one.word, other.word, count(*) from words one join words other on one.text = other.text "
        "and other.place between one.place - 2 and one.place + 2 and other.place != one.place group by 1, 2"
    )
    counted = {(word, neighbour): times for word, neighbour, times in query(sql, beside)}
    pairs = MapReduce(eight["pairs"], eight["total"], combiner=eight["total"], executor="serial")(lines, 300)
    assert dict(pairs) == counted
    stripes = MapReduce(eight["stripes"], eight["add"], combiner=eight["add"], executor="serial")(lines, 300)
    assert {(word, other): times for word, stripe in stripes for other, times in stripe.items()} == counted


@pytest.fixture(scope="module")
def nine():
    return solutions("09_order")


@pytest.fixture
def sold(sql, nine):
    """The sales as rows, and as a table."""
    rows = [nine["row"](line) for line in sales(6000)]
    sql.execute("create table sales (shop, day integer, cents integer)")
    sql.executemany("insert into sales values (?, ?, ?)", rows)
    return rows


def test_the_day_on_which_each_shop_reached_the_goal(sql, sold, nine):
    summed = "select shop, day, sum(cents) over (partition by shop order by day) as so_far from sales"
    reached = query(sql, f"select shop, min(day) from ({summed}) where so_far >= 100000 group by shop")
    job = MapReduce(
        nine["by_day"], nine["first_past_in_order"], group_by=nine["first_part"], num_partitions=4, executor="serial"
    )
    assert sorted(job(sold, chunksize=1000)) == reached
    assert len(reached) == 40


def test_the_longest_pause_of_each_shop(sql, sold, nine):
    steps = "select shop, day - lag(day) over (partition by shop order by day) as step from sales"
    longest = query(sql, f"select shop, max(step) from ({steps}) group by shop")
    job = MapReduce(nine["sale_by_day"], nine["pause"], group_by=nine["first_part"], executor="serial")
    assert sorted(job(sold, chunksize=1000)) == longest


def test_the_shares_of_what_follows_a_word(sql, nine):
    lines = list(text_lines(handbook()))
    words_table(sql, enumerate(lines), nine["words_of"])
    twos = (
        "select one.word as word, other.word as follower, count(*) as times from words one join words other "
        "on one.text = other.text and other.place = one.place + 1 group by 1, 2"
    )
    shares = query(sql, f"select word, follower, 1.0 * times / sum(times) over (partition by word) from ({twos})")
    for functions in (("followers", "shares"), ("two_by_two", "shares_at_the_end")):
        map_func, reduce_func = (nine[name] for name in functions)
        job = MapReduce(map_func, reduce_func, combiner=nine["total"], group_by=nine["first_part"], executor="serial")
        given = {(word, follower): share for word, follower, share in job(lines, chunksize=300)}
        assert given == pytest.approx({(word, follower): share for word, follower, share in shares})
