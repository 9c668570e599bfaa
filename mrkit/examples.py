"""The classic jobs, each in a few lines: the functions that a learner would write.

They serve the command line, the lessons and the tests, as examples and as parts: give a map function and a
reduce function of one section to `MapReduce`. They are plain functions of their arguments: they know nothing
of workers, keep no state from call to call and never change what they are given.
"""

from __future__ import annotations

import multiprocessing
import re
import string
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import groupby, pairwise
from typing import Any

from mrkit.inputs import text_lines

Key = Hashable

# ------------------------------------------------------------------------- word count: the article's program

STOP_WORDS = frozenset(
    "a an and are as be by for if in is it of or py rst that the to with".split()  # noqa: SIM905  (easier to read)
)

_PUNCTUATION_TO_SPACES = str.maketrans(dict.fromkeys(string.punctuation, " "))


def file_to_words(path: str) -> Iterator[tuple[str, int]]:
    r"""Map a text file to a pair for each of its words, but not for stop words and comments (`..`).

    Says which worker reads which file.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     song = pathlib.Path(folder, "song.rst")
    ...     _ = song.write_text(".. a comment\nRow, row the boat!")
    ...     list(file_to_words(song))
    MainProcess reading ...song.rst
    [('row', 1), ('row', 1), ('boat', 1)]
    """
    print(multiprocessing.current_process().name, "reading", path)
    for line in text_lines(path):
        if line.lstrip().startswith(".."):
            continue
        for word in line.translate(_PUNCTUATION_TO_SPACES).split():
            word = word.lower()
            if word.isalpha() and word not in STOP_WORDS:
                yield word, 1


def count_words(item: tuple[str, Iterable[int]]) -> tuple[str, int]:
    """Reduce a word and its ones to the word and their sum. It can be the combiner as well.

    >>> count_words(("row", [1, 1]))
    ('row', 2)
    """
    word, ones = item
    return word, sum(ones)


def words(line: str) -> Iterator[tuple[str, int]]:
    """Map a line to a pair for each of its words, as they are.

    >>> from mrkit import MapReduce
    >>> MapReduce(words, count_words, num_partitions=1, executor="serial")(["the cat", "the dog"])
    [('the', 2), ('cat', 1), ('dog', 1)]
    """
    for word in line.split():
        yield word, 1


# -------------------------------------------------------------------------------- grep: all lines that match


def matching(pattern: str) -> Callable[[str], list[tuple[str, int]]]:
    """Make a map function that keeps the lines in which the regular expression is found.

    >>> from mrkit import MapReduce
    >>> grep = MapReduce(matching("c.t"), count_words, num_partitions=1, executor="serial")
    >>> grep(["the cat", "the dog", "uncut", "the cat"])
    [('the cat', 2), ('uncut', 1)]
    """
    found = re.compile(pattern).search

    def grep(line: str) -> list[tuple[str, int]]:
        return [(line, 1)] if found(line) else []

    return grep


# --------------------------------------------------------- sort: order comes from partitions and sorted keys


def as_key(record: Key) -> list[tuple[Key, int]]:
    """Map a record to itself, as the key.

    >>> from mrkit import MapReduce, RangePartitioner
    >>> halves = RangePartitioner.from_sample([5, 1, 4], num_partitions=2)
    >>> MapReduce(as_key, copies, partitioner=halves, sort_keys=True, executor="serial")([5, 1, 4, 1])
    [[1, 1], [4], [5]]
    """
    return [(record, 1)]


def copies(item: tuple[Key, Iterable[int]]) -> list[Key]:
    """Reduce a record to a list in which it stands as often as it came."""
    record, ones = item
    return [record] * sum(ones)


# --------------------------------------------------------------- inverted index: which documents have a word


def postings(document: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Map a document, given as (name, text), to a pair (word, name) for each different word in lower case.

    >>> from mrkit import MapReduce
    >>> index = MapReduce(postings, posting_list, num_partitions=1, executor="serial")
    >>> index([("b", "the cat"), ("a", "The dog and the cat")])
    [('the', ['a', 'b']), ('cat', ['a', 'b']), ('dog', ['a']), ('and', ['a'])]
    """
    name, text = document
    for word in dict.fromkeys(text.lower().split()):
        yield word, name


def posting_list(item: tuple[str, Iterable[str]]) -> tuple[str, list[str]]:
    """Reduce a word and its documents to the word and their sorted names."""
    word, names = item
    return word, sorted(set(names))


# --------------------------------------------------------------------- mean: what cannot be its own combiner


def reading(line: str) -> list[tuple[str, tuple[float, int]]]:
    """Map a line such as `Oslo;-3.4` to its station and a (sum, count) of one value.

    >>> from mrkit import MapReduce
    >>> job = MapReduce(reading, mean, combiner=add_up, num_partitions=1, executor="serial")
    >>> job(["Oslo;1.0", "Rome;20.5", "Oslo;4.0"])
    [('Oslo', 2.5), ('Rome', 20.5)]
    """
    station, degrees = line.split(";")
    return [(station, (float(degrees), 1))]


def add_up(item: tuple[Key, Iterable[tuple[float, int]]]) -> tuple[Key, tuple[float, int]]:
    """Combine (sum, count) pairs to one: means cannot be averaged, but sums and counts can be added.

    >>> add_up(("Oslo", [(1.0, 1), (9.0, 2)]))
    ('Oslo', (10.0, 3))
    """
    key, parts = item
    total, count = 0.0, 0
    for part, number in parts:
        total += part
        count += number
    return key, (total, count)


def mean(item: tuple[Key, Iterable[tuple[float, int]]]) -> tuple[Key, float]:
    """Reduce (sum, count) pairs to the mean.

    >>> mean(("Oslo", [(1.0, 1), (9.0, 3)]))
    ('Oslo', 2.5)
    """
    key, (total, count) = add_up(item)
    return key, total / count


# ------------------------------------------------------------------ join: rows of two tables with equal keys


def tagged(row: tuple[str, Key, Any]) -> list[tuple[Key, tuple[str, Any]]]:
    """Map a row, given as (table, key, rest), to its key, and remember which table it came from.

    >>> from mrkit import MapReduce
    >>> join = MapReduce(tagged, joined("city", "river"), num_partitions=1, executor="serial")
    >>> join([("river", "France", "Seine"), ("city", "France", "Paris"), ("city", "Norway", "Oslo"),
    ...       ("city", "France", "Lyon")])
    [[('France', 'Paris', 'Seine'), ('France', 'Lyon', 'Seine')], []]
    """
    table, key, rest = row
    return [(key, (table, rest))]


def joined(left: str, right: str) -> Callable[[tuple[Key, Iterable[tuple[str, Any]]]], list[tuple]]:
    """Make a reduce function that joins the rows of one key: all (key, left rest, right rest), an inner join.

    It keeps the rows of a key in memory, because the rows of both tables arrive in any order.
    """

    def join(item: tuple[Key, Iterable[tuple[str, Any]]]) -> list[tuple]:
        key, rows = item
        rests: dict[str, list] = {left: [], right: []}
        for table, rest in rows:
            rests[table].append(rest)
        return [(key, a, b) for a in rests[left] for b in rests[right]]

    return join


# --------------------------------------------------- order within a group: what `group_by` is for, three times


def first_part(key: tuple) -> Any:
    """Name the group of a key of several parts: its first part. The other parts decide the order in the group.

    >>> first_part(("shop 9", 31))
    'shop 9'
    """
    return key[0]


def by_day(sale: tuple[Key, int, int]) -> list[tuple[tuple[Key, int], int]]:
    """Map a sale, given as (shop, day, cents), to a key that holds what orders it (secondary sort).

    >>> from mrkit import MapReduce
    >>> job = MapReduce(by_day, reached(10), group_by=first_part, num_partitions=1, executor="serial")
    >>> job([("a", 3, 5), ("b", 1, 4), ("a", 1, 6), ("a", 2, 7)])
    [('a', 2)]
    """
    shop, day, cents = sale
    return [((shop, day), cents)]


def reached(goal: int) -> Callable[[tuple[Key, Iterable]], Iterator[tuple[Key, int]]]:
    """Make a reduce function: the day on which a shop's sales reached the goal, if they did. It holds one number."""

    def reach(item: tuple[Key, Iterable]) -> Iterator[tuple[Key, int]]:
        shop, sales = item
        total = 0
        for (_, day), cents in sales:
            total += cents
            if total >= goal:
                yield shop, day
                return

    return reach


TOTAL = ""  # sorts before every word


def followers(line: str) -> Iterator[tuple[tuple[str, str], int]]:
    """Map a line: for each word that another follows, one for the two and one for the total of the first.

    >>> from mrkit import MapReduce
    >>> job = MapReduce(followers, shares, group_by=first_part, combiner=count_words, num_partitions=1,
    ...                 executor="serial")
    >>> job(["the cat", "the dog", "the cat"])
    [('the', 'cat', 0.6666666666666666), ('the', 'dog', 0.3333333333333333)]
    """
    found = line.split()
    for word, follower in pairwise(found):
        yield (word, follower), 1
        yield (word, TOTAL), 1


def shares(item: tuple[str, Iterable]) -> Iterator[tuple[str, str, float]]:
    """Reduce a word: which share of its followers each one is. The total comes first (order inversion)."""
    word, counts = item
    total = 0
    for (_, follower), pairs in groupby(counts, lambda pair: pair[0]):
        number = sum(count for _, count in pairs)
        if follower == TOTAL:
            total = number
        else:
            yield word, follower, number / total


def tagged_first(small: str) -> Callable[[tuple[str, Key, Any]], list[tuple[tuple[Key, bool], Any]]]:
    """Make a map function for a join: the rows of the small table come before those of the other.

    >>> from mrkit import MapReduce
    >>> join = MapReduce(tagged_first("city"), joined_in_order, group_by=first_part, num_partitions=1,
    ...                  executor="serial")
    >>> join([("river", "France", "Seine"), ("city", "France", "Paris"), ("river", "France", "Loire")])
    [('France', 'Paris', 'Seine'), ('France', 'Paris', 'Loire')]
    """

    def tag(row: tuple[str, Key, Any]) -> list[tuple[tuple[Key, bool], Any]]:
        table, key, rest = row
        return [((key, table != small), rest)]

    return tag


def joined_in_order(item: tuple[Key, Iterable]) -> Iterator[tuple]:
    """Reduce a key: all (key, small rest, other rest), an inner join that holds the rows of the small table alone."""
    key, rows = item
    held: list[Any] = []
    for (_, other), rest in rows:
        if other:
            yield from ((key, row, rest) for row in held)
        else:
            held.append(rest)


# ------------------------------------------------- breadth-first search: how far away, a round for each step

Node = tuple[Key, tuple[int | None, list]]  # (name, (distance or None, names of the nodes that it points to))


def start_nodes(graph: Mapping[Key, Iterable], start: Key) -> list[Node]:
    """The nodes of a graph (name -> names it points to): the start is 0 away, of all others nothing is known.

    >>> start_nodes({"a": ["b"], "b": []}, "a")
    [('a', (0, ['b'])), ('b', (None, []))]
    """
    return [(name, (0 if name == start else None, list(links))) for name, links in graph.items()]


def tell_neighbours(node: Node) -> Iterator[tuple[Key, tuple[int | None, list]]]:
    """Map a node: it sends itself, and along each of its arrows how far that is, if it knows its own distance.

    >>> from mrkit import MapReduce
    >>> nodes = start_nodes({"a": ["b"], "b": ["c"], "c": ["a"]}, "a")
    >>> with MapReduce(tell_neighbours, nearest, combiner=nearest, executor="serial") as search:
    ...     for _ in range(2):
    ...         nodes = search(nodes)
    >>> sorted(nodes)
    [('a', (0, ['b'])), ('b', (1, ['c'])), ('c', (2, ['a']))]
    """
    name, (distance, links) = node
    yield name, (distance, links)
    if distance is not None:
        for link in links:
            yield link, (distance + 1, [])


def nearest(item: tuple[Key, Iterable[tuple[int | None, list]]]) -> Node:
    """Reduce a node: the smallest distance that it was told, and its arrows. It can be the combiner as well."""
    name, parts = item
    best: int | None = None
    links: list = []
    for distance, kept in parts:
        if distance is not None and (best is None or distance < best):
            best = distance
        links = links or kept
    return name, (best, links)


# ----------------------------------------------------------------- PageRank: a job that runs again and again

Page = tuple[Key, tuple[float, tuple]]  # (name, (rank, names of the pages that it links to))


def start_pages(graph: Mapping[Key, Iterable]) -> list[Page]:
    """The pages of a graph (name -> names it links to, where every name is a key), all of one rank, in sum 1.

    >>> start_pages({"a": ["b"], "b": []})
    [('a', (0.5, ('b',))), ('b', (0.5, ()))]
    """
    return [(name, (1 / len(graph), tuple(links))) for name, links in graph.items()]


def share_rank(page: Page) -> Iterator[tuple[Key, tuple[float, tuple]]]:
    """Map a page: it sends its rank, in equal shares, along its links, and its links to itself."""
    name, (rank, links) = page
    yield name, (0.0, links)
    for link in links:
        yield link, (rank / len(links), ())


def gather_rank(item: tuple[Key, Iterable[tuple[float, tuple]]]) -> Page:
    """Reduce a page: the sum of the shares that reached it, and its links. It can be the combiner as well.

    >>> gather_rank(("b", [(0.5, ()), (0.0, ("a",)), (0.25, ())]))
    ('b', (0.75, ('a',)))
    """
    name, parts = item
    rank, links = 0.0, ()
    for share, kept in parts:
        rank += share
        links = links or kept
    return name, (rank, links)


def settle_rank(pages: list[Page], damping: float = 0.85) -> list[Page]:
    """What follows each round: all pages share what dead ends lost, and what random jumps bring.

    Pages without links send nothing on, so the round loses their rank. The sum of all ranks is 1 again.

    >>> from mrkit import MapReduce
    >>> pages = start_pages({"a": ["b"], "b": ["a", "c"], "c": []})
    >>> with MapReduce(share_rank, gather_rank, combiner=gather_rank, executor="serial") as step:
    ...     for _ in range(20):
    ...         pages = settle_rank(step(pages))
    >>> sorted((name, f"{rank:.3f}") for name, (rank, _) in pages)
    [('a', '0.303'), ('b', '0.394'), ('c', '0.303')]
    """
    lost = 1 - sum(rank for _, (rank, _) in pages)
    to_each = (1 - damping + damping * lost) / len(pages)
    return [(name, (damping * rank + to_each, links)) for name, (rank, links) in pages]
