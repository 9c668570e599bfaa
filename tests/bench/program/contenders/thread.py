"""One thread and a dict: what a program without MapReduce would do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import chain

from tests.bench.program import functions as f


def wordcount(files: list[str], workers: int) -> Iterable:
    """Count as the lines come by."""
    return Counter(chain.from_iterable(map(f.words, _lines(files)))).items()


def index(files: list[str], workers: int) -> Iterable:
    """The files are read in order, so the postings come sorted."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for line in _lines(files):
        for word, number in f.postings(line):
            found[word].append(number)
    return found.items()


def join(files: list[str], workers: int) -> Iterable:
    """Remember the customers, then look up each order."""
    names, orders = {}, []
    for line in _lines(files):
        table, key, rest = line.split("\t", 2)
        if table == "customer":
            names[key] = rest
        else:
            orders.append((key, rest))
    return [(key, names[key], rest) for key, rest in orders if key in names]


def stations(files: list[str], workers: int) -> Iterable:
    """One pass."""
    return [f.summary(station, parts) for station, parts in f.lines_extremes(_lines(files)).items()]


def sort(files: list[str], workers: int) -> Iterable:
    """All records in memory."""
    return sorted(_lines(files))


def _lines(files: list[str]) -> Iterable[str]:
    return chain.from_iterable(map(f.lines_of, files))
