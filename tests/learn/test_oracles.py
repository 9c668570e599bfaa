"""The right answers of the lessons on joins and graphs, on the real data: plain Python and other engines agree.

Polars and networkx are not needed to run mrkit: where one of them is missing, its case is skipped.
"""

from __future__ import annotations

import bank
import pytest

from mrkit import MapReduce
from mrkit.datasets import import_graph, stdlib_imports, stdlib_modules
from mrkit.examples import (
    gather_rank,
    nearest,
    settle_rank,
    share_rank,
    start_nodes,
    start_pages,
    tagged,
    tell_neighbours,
)

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


# Lesson 11: the graph of imports.

START = "antigravity"


@pytest.fixture(scope="module")
def graph():
    return import_graph()


def plain_distances(graph):
    found, waiting = {START: 0}, [START]
    for name in waiting:
        for link in graph[name]:
            if link not in found:
                found[link] = found[name] + 1
                waiting.append(link)
    return found


def searched(graph, tell, near, go_on):
    before, now = [], start_nodes(graph, START)
    with MapReduce(tell, near, combiner=near, num_partitions=3, executor="serial") as search:
        while not before or go_on(before, now):
            before, now = now, search(now, chunksize=50)
    return {name: distance for name, (distance, _) in now if distance is not None}


@right_answers("11.round")
def test_the_search_of_the_real_graph_is_that_of_a_plain_queue(build, graph):
    assert searched(graph, *build(), lambda before, after: dict(before) != dict(after)) == plain_distances(graph)


@right_answers("11.stop")
def test_the_rule_to_stop_ends_the_search_when_it_is_done(build, graph):
    assert searched(graph, tell_neighbours, nearest, build()) == plain_distances(graph)


def test_networkx_finds_the_same_distances(graph):
    networkx = pytest.importorskip("networkx")
    paths = networkx.single_source_shortest_path_length(networkx.DiGraph(graph), START)
    assert searched(graph, tell_neighbours, nearest, lambda one, two: dict(one) != dict(two)) == dict(paths)


def ranked(graph, give_back, rounds):
    pages = start_pages(graph)
    with MapReduce(share_rank, gather_rank, combiner=gather_rank, executor="serial") as surf:
        for _ in range(rounds):
            pages = give_back(surf(pages, chunksize=50), 0.85)
    return {name: rank for name, (rank, _) in pages}


def plain_ranks(graph, rounds):
    ranks = dict.fromkeys(graph, 1 / len(graph))
    for _ in range(rounds):
        new = dict.fromkeys(graph, 0.15 / len(graph))
        for name, links in graph.items():
            for link in links or graph:  # from a dead end the surfer jumps to any page
                new[link] += 0.85 * ranks[name] / len(links or graph)
        ranks = new
    return ranks


@right_answers("11.mass")
def test_the_ranks_of_the_real_graph_are_those_of_plain_python(build, graph):
    ranks = ranked(graph, build(), 3)
    assert ranks == pytest.approx(plain_ranks(graph, 3))
    assert sum(ranks.values()) == pytest.approx(1)


def test_the_matrix_of_networkx_leads_to_the_same_ranks(graph):
    networkx = pytest.importorskip("networkx")
    names = list(graph)
    matrix = networkx.google_matrix(networkx.DiGraph(graph), alpha=0.85, nodelist=names)
    ranks = [1 / len(names)] * len(names)
    for _ in range(3):
        ranks = ranks @ matrix
    expected = dict(zip(names, ranks.tolist(), strict=True))
    assert ranked(graph, settle_rank, 3) == pytest.approx(expected)
