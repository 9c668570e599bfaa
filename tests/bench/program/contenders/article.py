"""The article's class, written anew from its description: map in a pool, group in the parent, reduce in the pool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain
from multiprocessing import Pool
from typing import Any

from mrkit.examples import count_words, file_to_words
from tests.bench.program import functions as f


class ArticleMapReduce:
    """`map_func` takes one input, `reduce_func` one (key, values)."""

    def __init__(self, map_func: Callable, reduce_func: Callable, num_workers: int | None = None):
        self.map_func = map_func
        self.reduce_func = reduce_func
        self.pool = Pool(num_workers)

    def partition(self, mapped_values: Iterable[tuple[Any, Any]]) -> Iterable[tuple[Any, list]]:
        """Group the values by key."""
        grouped = defaultdict(list)
        for key, value in mapped_values:
            grouped[key].append(value)
        return grouped.items()

    def __call__(self, inputs: Iterable, chunksize: int = 1) -> list:
        """Map, partition, reduce."""
        mapped = self.pool.map(partial(_as_list, self.map_func), inputs, chunksize=chunksize)
        partitioned = self.partition(chain.from_iterable(mapped))
        return self.pool.map(self.reduce_func, partitioned)


def _as_list(map_func: Callable, given: Any) -> list:
    return list(map_func(given))  # a generator cannot be sent from process to process


def _each_line(map_func: Callable, path: str) -> list:
    return [pair for line in f.lines_of(path) for pair in map_func(line)]


def _run(map_func: Callable, reduce_func: Callable, files: list[str], workers: int) -> list:
    job = ArticleMapReduce(map_func, reduce_func, workers)
    with job.pool:
        return job(files)


def wordcount(files: list[str], workers: int) -> list:
    """The article's own functions, unchanged."""
    return _run(file_to_words, count_words, files, workers)


def index(files: list[str], workers: int) -> list:
    """All postings go through the parent."""
    return _run(partial(_each_line, f.postings), f.posting_list, files, workers)


def join(files: list[str], workers: int) -> list:
    """So do all rows."""
    return list(chain.from_iterable(_run(partial(_each_line, f.tagged), f.joined, files, workers)))


def stations(files: list[str], workers: int) -> list:
    """Plain numbers, since nothing is combined."""
    return _run(partial(_each_line, _degrees), _climate, files, workers)


def _degrees(line: str) -> list[tuple[str, float]]:
    station, degrees = line.split(";")
    return [(station, float(degrees))]


def _climate(item: tuple[str, list[float]]) -> tuple[str, float, float, float]:
    station, values = item
    return f.summary(station, (min(values), sum(values), len(values), max(values)))


def sort(files: list[str], workers: int) -> list:
    """The class knows no order of keys: its results are sorted at the end."""
    return sorted(chain.from_iterable(_run(partial(_each_line, f.keyed), f.records, files, workers)))
