"""dask.bag with its scheduler of processes. `foldby` does what its manual advises in place of the slow `groupby`."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from itertools import chain
from operator import add, itemgetter
from typing import Any

import dask
import dask.bag

from tests.bench.program import functions as f


def _lines(files: list[str], workers: int) -> Any:
    dask.config.set(scheduler="processes", num_workers=workers)
    return dask.bag.read_text(files).map(str.rstrip, "\n")


def wordcount(files: list[str], workers: int) -> Iterable:
    """`frequencies` is a bag's own word count."""
    return _lines(files, workers).map(f.words).flatten().frequencies().compute()


def index(files: list[str], workers: int) -> Iterable:
    """Lists of postings, brought together."""
    return _grouped(_lines(files, workers).map(f.postings).flatten()).map(f.posting_list).compute()


def join(files: list[str], workers: int) -> Iterable:
    """Rows of both tables, brought together by key."""
    return _grouped(_lines(files, workers).map(f.tagged).flatten()).map(f.joined).flatten().compute()


def stations(files: list[str], workers: int) -> Iterable:
    """Folded within each file, then over all."""
    pairs = _lines(files, workers).map(f.reading).flatten()
    found = pairs.foldby(itemgetter(0), _fold, None, _extremes).compute()
    return [f.summary(station, parts) for station, parts in found]


def sort(files: list[str], workers: int) -> Iterable:
    """A bag cannot sort: its records are grouped by borders from a sample, and each group is sorted."""
    keys = sorted(f.sample(files))
    number = 4 * workers
    borders = [keys[len(keys) * i // number] for i in range(1, number)]
    found = _grouped(_lines(files, workers).map(_in_range, borders)).map(_sorted).compute()
    return list(chain.from_iterable(records for _, records in sorted(found, key=itemgetter(0))))


def _grouped(pairs: Any) -> Any:
    return pairs.foldby(itemgetter(0), _append, None, add)


def _append(values: list | None, pair: tuple[Any, Any]) -> list:
    if values is None:
        return [pair[1]]
    values.append(pair[1])
    return values


def _fold(parts: f.Extremes | None, pair: tuple[str, f.Extremes]) -> f.Extremes:
    return pair[1] if parts is None else _extremes(parts, pair[1])


def _extremes(one: f.Extremes, other: f.Extremes) -> f.Extremes:
    return min(one[0], other[0]), one[1] + other[1], one[2] + other[2], max(one[3], other[3])


def _in_range(record: str, borders: list[str]) -> tuple[int, str]:
    return bisect(borders, record[: f.KEY]), record


def _sorted(item: tuple[int, list[str]]) -> tuple[int, list[str]]:
    return item[0], sorted(item[1])
