"""The classic jobs against the same thing in plain Python."""

from __future__ import annotations

import re
import string
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrkit import MapReduce, RangePartitioner
from mrkit.datasets import handbook, import_graph, stdlib_imports, stdlib_modules, weather
from mrkit.errors import InputError
from mrkit.examples import (
    STOP_WORDS,
    add_up,
    as_key,
    by_day,
    copies,
    count_words,
    file_to_words,
    first_part,
    followers,
    gather_rank,
    joined,
    joined_in_order,
    matching,
    mean,
    posting_list,
    postings,
    reached,
    reading,
    settle_rank,
    share_rank,
    shares,
    start_pages,
    tagged,
    tagged_first,
    words,
)

LETTERS = st.text(alphabet="abc .,'", max_size=20)


def run(map_func, reduce_func, inputs, **options):
    return MapReduce(map_func, reduce_func, executor="serial", **options)(inputs, chunksize=2)


def words_of(text):
    """The words that the article counts, in another way than the job's."""
    lines = [line for line in text.splitlines() if not re.match(r"\s*\.\.", line)]
    found = re.split(f"[{re.escape(string.punctuation)}\\s]+", "\n".join(lines).lower())
    return [word for word in found if word.isalpha() and word not in STOP_WORDS]


def test_the_stop_words_are_the_articles():
    assert sorted(STOP_WORDS) == [
        *("a", "an", "and", "are", "as", "be", "by", "for", "if", "in", "is"),
        *("it", "of", "or", "py", "rst", "that", "the", "to", "with"),
    ]


def test_word_count_of_the_handbook(capsys):
    files = handbook()
    counts = run(file_to_words, count_words, files, combiner=count_words)
    expected = Counter(word for path in files for word in words_of(path.read_text(encoding="utf-8")))
    assert dict(counts) == expected
    assert len(counts) == len(expected) > 500
    assert [line.split(" reading ")[1] for line in capsys.readouterr().out.splitlines()] == list(map(str, files))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Row, row your BOAT!", ["row", "row", "your", "boat"]),
        (".. a comment", []),
        ("   \t.. note:: indented", []),
        ("..", []),
        (". no comment", ["no", "comment"]),
        ("two..dots", ["two", "dots"]),
        ("it's x2 2 under_score a-b", ["s", "under", "score", "b"]),  # x2 and 2 have a digit; it, a are stop words
        ("The THE the", []),
        ("Straße ÉTÉ", ["straße", "été"]),
        ("", []),
    ],
)
def test_which_words_of_a_line_count(tmp_path, line, expected):
    path = tmp_path / "line.rst"
    path.write_text(line, encoding="utf-8")
    assert list(file_to_words(str(path))) == [(word, 1) for word in expected]


def test_a_file_that_is_no_text_is_named_in_words(tmp_path):
    (tmp_path / "picture.rst").write_bytes(b"caf\xe9")
    with pytest.raises(InputError, match=r"picture\.rst.* is not utf-8 text"):
        run(file_to_words, count_words, [str(tmp_path / "picture.rst")])


@given(st.lists(LETTERS))
def test_words_are_counted_with_and_without_a_combiner(lines):
    expected = Counter(" ".join(lines).split())
    assert dict(run(words, count_words, lines)) == expected
    assert dict(run(words, count_words, lines, combiner=count_words)) == expected


@given(st.lists(LETTERS), st.sampled_from(["a", "^b", "c$", "a.*c", r"\."]))
def test_grep(lines, pattern):
    expected = Counter(line for line in lines if re.search(pattern, line))
    assert dict(run(matching(pattern), count_words, lines)) == expected


@given(st.lists(st.integers(-9, 9), min_size=1), st.integers(1, 4))
def test_sort(numbers, parts):
    ranges = RangePartitioner.from_sample(numbers, parts)
    found = run(as_key, copies, numbers, partitioner=ranges, sort_keys=True, combiner=count_words)
    assert [number for same in found for number in same] == sorted(numbers)


@given(st.dictionaries(st.text("xyz", min_size=1, max_size=2), LETTERS))
def test_inverted_index(documents):
    expected: dict = {}
    for name in sorted(documents):
        for word in set(documents[name].lower().split()):
            expected.setdefault(word, []).append(name)
    assert dict(run(postings, posting_list, documents.items())) == expected


def test_mean_with_and_without_a_combiner():
    lines = list(weather(500))
    values: dict = {}
    for line in lines:
        station, degrees = line.split(";")
        values.setdefault(station, []).append(float(degrees))
    expected = {station: pytest.approx(sum(v) / len(v)) for station, v in values.items()}
    assert dict(run(reading, mean, lines)) == expected
    assert dict(run(reading, mean, lines, combiner=add_up)) == expected
    assert len(expected) > 40


ROWS = st.lists(st.tuples(st.sampled_from(["left", "right"]), st.integers(0, 3), st.text("ab", max_size=2)))


@given(ROWS)
def test_join(rows):
    lefts = [row for row in rows if row[0] == "left"]
    rights = [row for row in rows if row[0] == "right"]
    expected = [(key, a, b) for _, key, a in lefts for _, other, b in rights if key == other]
    found = [row for rows in run(tagged, joined("left", "right"), rows) for row in rows]
    assert sorted(found) == sorted(expected)


def plain_pagerank(graph, rounds, damping=0.85):
    size = len(graph)
    ranks = dict.fromkeys(graph, 1 / size)
    for _ in range(rounds):
        new = {
            name: (1 - damping) / size + damping * sum(rank for page, rank in ranks.items() if not graph[page]) / size
            for name in graph
        }
        for page, links in graph.items():
            for link in links:
                new[link] += damping * ranks[page] / len(links)
        ranks = new
    return ranks


def pagerank(graph, rounds, **options):
    pages = start_pages(graph)
    with MapReduce(share_rank, gather_rank, combiner=gather_rank, **options) as step:
        for _ in range(rounds):
            pages = settle_rank(step(pages))
    return pages


GRAPHS = st.integers(1, 6).flatmap(
    lambda size: st.fixed_dictionaries({page: st.lists(st.integers(0, size - 1), unique=True) for page in range(size)})
)


@given(GRAPHS)
def test_pagerank_with_dead_ends_keeps_the_mass(graph):
    pages = pagerank(graph, 3, executor="serial")
    assert {name: rank for name, (rank, _) in pages} == pytest.approx(plain_pagerank(graph, 3))
    assert sum(rank for _, (rank, _) in pages) == pytest.approx(1)
    assert {name: list(links) for name, (_, links) in pages} == graph


def test_pagerank_of_the_standard_library_on_a_warm_pool():
    graph = import_graph()
    pages = pagerank(graph, 2, num_workers=2)
    assert {name: rank for name, (rank, _) in pages} == pytest.approx(plain_pagerank(graph, 2))


# Order within a group.

SALES = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 20), st.integers(1, 50)), max_size=30)


@given(SALES, st.integers(1, 200), st.integers(1, 4))
def test_secondary_sort_finds_the_day_on_which_a_goal_was_reached(sales, goal, num_partitions):
    expected = []
    for shop in {shop for shop, _, _ in sales}:
        total = 0
        for day, cents in sorted((day, cents) for other, day, cents in sales if other == shop):
            total += cents
            if total >= goal:
                expected.append((shop, day))
                break
    found = run(by_day, reached(goal), sales, group_by=first_part, num_partitions=num_partitions)
    assert sorted(found) == sorted(expected)


@given(st.lists(st.lists(st.sampled_from(["a", "b", "cat", "*"]), max_size=6).map(" ".join), max_size=8), st.booleans())
def test_order_inversion_gives_the_shares_of_followers(lines, combined):
    both = Counter(two for line in lines for two in pairwise(line.split()))
    totals = Counter(word for line in lines for word in line.split()[:-1])
    options = {"combiner": count_words} if combined else {}
    found = run(followers, shares, lines, group_by=first_part, **options)
    assert sorted(found) == sorted((one, other, number / totals[one]) for (one, other), number in both.items())


ROWS = st.lists(st.tuples(st.sampled_from(["module", "import"]), st.integers(0, 4), st.integers()), max_size=20)


@given(ROWS)
def test_a_join_whose_small_side_comes_first_is_the_join_in_any_order(rows):
    expected = [
        (key, a, b)
        for table, key, a in rows
        for other, same, b in rows
        if (table, other) == ("module", "import") and key == same
    ]
    found = run(tagged_first("module"), joined_in_order, rows, group_by=first_part)
    assert sorted(found) == sorted(expected)
    in_any_order = run(tagged, joined("module", "import"), rows)
    assert sorted(found) == sorted(row for joined_rows in in_any_order for row in joined_rows)


def test_a_join_of_the_standard_librarys_own_tables():
    modules = [("module", row.module, row.lines) for row in stdlib_modules()]
    imports = [("import", row.imports, row.module) for row in stdlib_imports()]
    lines = {row.module: row.lines for row in stdlib_modules()}
    found = run(tagged_first("module"), joined_in_order, imports + modules, group_by=first_part)
    assert sorted(found) == sorted((name, lines[name], by) for _, name, by in imports if name in lines)
