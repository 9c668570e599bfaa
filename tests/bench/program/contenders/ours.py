"""mrkit, in each of the ways that a job can be written for it."""

from __future__ import annotations

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain
from typing import Any
from zlib import crc32

from mrkit import MapReduce, RangePartitioner, SimpleMapReduce, text_lines
from mrkit.examples import count_words, file_to_words
from tests.bench.program import functions as f

MEMORY_LIMIT = "256MB"
GROUP_LIMIT = "64MB"
SORTED = 32  # partitions for each worker, so that one is in the cache while it is sorted
where: dict[str, Any] = {}  # an executor or a start method: modules such as `ours_on_dask` put theirs here


def wordcount(files: list[str], workers: int) -> Iterable:
    """A line at a time, with a combiner."""
    return MapReduce(f.word_ones, f.total, workers, combiner=f.total, **where)(text_lines(files))


def wordcount_lists(files: list[str], workers: int) -> Iterable:
    """A file at a time: the map function returns all its pairs in one list."""
    return MapReduce(_all_ones, f.total, workers, combiner=f.total)(files, 1)


def _all_ones(path: str) -> Iterable[tuple[str, int]]:
    return [pair for line in f.lines_of(path) for pair in f.word_ones(line)]


def wordcount_article(files: list[str], workers: int) -> Iterable:
    """The article's own functions, unchanged; its class from mrkit."""
    return SimpleMapReduce(file_to_words, count_words, workers)(files)


def wordcount_splits(files: list[str], workers: int) -> Iterable:
    """The map function counts within its split."""
    return MapReduce(_count, f.total, workers, map_split=True, **where)(text_lines(files))


def _count(lines: Iterable[str]) -> Iterable[tuple[str, int]]:
    return Counter(chain.from_iterable(map(f.words, lines))).items()


def index(files: list[str], workers: int) -> Iterable:
    """No combiner can shorten a list of postings."""
    return MapReduce(f.postings, f.posting_list, workers, **where)(text_lines(files))


def index_splits(files: list[str], workers: int) -> Iterable:
    """The map function makes an index of its split."""
    return MapReduce(_index, _postings, workers, map_split=True, **where)(text_lines(files))


def _index(lines: Iterable[str]) -> Iterable[tuple[str, tuple[int, ...]]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for line in lines:
        for word, number in f.postings(line):
            found[word].append(number)
    return ((word, tuple(numbers)) for word, numbers in found.items())


def _postings(item: tuple[str, Iterable[tuple[int, ...]]]) -> tuple[str, list[int]]:
    word, parts = item
    return word, sorted(chain.from_iterable(parts))


def join(files: list[str], workers: int) -> Iterable:
    """Both tables are one input, as in the paper."""
    job = MapReduce(f.tagged, f.joined, workers, **where)
    return list(chain.from_iterable(job(text_lines(files))))


def join_splits(files: list[str], workers: int) -> Iterable:
    """The map function divides the rows, and each reduce task joins its share of them."""
    number = 4 * workers
    return _by_shares(partial(_rows_by_share, number), _join_share, number, files, workers)


def _rows_by_share(number: int, lines: Iterable[str]) -> Iterable[tuple[int, tuple[str, ...]]]:
    shares: list[list[str]] = [[] for _ in range(number)]
    for line in lines:
        row = line.split("\t", 2)
        shares[crc32(row[1].encode()) % number] += row
    return enumerate(map(tuple, shares))


def _join_share(item: tuple[int, Iterable[tuple[str, ...]]]) -> list[f.Row]:
    names, orders = {}, []
    for flat in item[1]:
        fields = iter(flat)
        for table, key, rest in zip(fields, fields, fields, strict=True):
            if table == "customer":
                names[key] = rest
            else:
                orders.append((key, rest))
    return [(key, names[key], rest) for key, rest in orders if key in names]


def _by_shares(map_func: Callable, reduce_func: Callable, number: int, files: list[str], workers: int) -> list:
    """Keys are the numbers of the reduce tasks."""
    own: dict[str, Any] = {"partitioner": _share, "num_partitions": number}
    job = MapReduce(map_func, reduce_func, workers, map_split=True, **own, **where)
    return list(chain.from_iterable(job(text_lines(files))))


def _share(key: int, number: int) -> int:
    return key


def stations(files: list[str], workers: int) -> Iterable:
    """A line at a time, with a combiner."""
    return MapReduce(f.reading, f.climate, workers, combiner=f.merged, **where)(text_lines(files))


def stations_splits(files: list[str], workers: int) -> Iterable:
    """The map function goes through its split by itself."""
    return MapReduce(_extremes, f.climate, workers, map_split=True, **where)(text_lines(files))


def _extremes(lines: Iterable[str]) -> Iterable[tuple[str, f.Extremes]]:
    return f.lines_extremes(lines).items()


def sort(files: list[str], workers: int) -> Iterable:
    """As TeraSort: borders from a sample, each partition sorted by key."""
    borders = RangePartitioner.from_sample(f.sample(files), SORTED * workers)
    job = MapReduce(f.keyed, f.records, workers, partitioner=borders, sort_keys=True, **where)
    return list(chain.from_iterable(job(text_lines(files))))


def sort_splits(files: list[str], workers: int) -> Iterable:
    """The map function divides the records at borders from a sample, and each reduce task sorts its share."""
    keys, number = sorted(f.sample(files)), 4 * workers
    borders = [keys[len(keys) * i // number] for i in range(1, number)]
    return _by_shares(partial(_records_by_share, borders), _sort_share, number, files, workers)


def _records_by_share(borders: list[str], lines: Iterable[str]) -> Iterable[tuple[int, tuple[str, ...]]]:
    shares: list[list[str]] = [[] for _ in range(len(borders) + 1)]
    for line in lines:
        shares[bisect(borders, line[: f.KEY])].append(line)
    return enumerate(map(tuple, shares))


def _sort_share(item: tuple[int, Iterable[tuple[str, ...]]]) -> list[str]:
    return sorted(chain.from_iterable(item[1]))


def memory(files: list[str], workers: int) -> Iterable:
    """More keys than fit: the sum for each of them. The answer is how many there were, and the sum of all sums."""
    job = MapReduce(_amount, f.total, workers, memory_limit=MEMORY_LIMIT)
    number = sums = 0
    for number, (_, amount) in enumerate(job.stream(text_lines(files)), 1):  # noqa: B007
        sums += amount
    return [(number, sums)]


def one_group(files: list[str], workers: int) -> Iterable:
    """One group of all keys, which comes in their order: the answer is as above."""
    return MapReduce(_amount, _in_order, workers, group_by=_all, memory_limit=GROUP_LIMIT)(text_lines(files))


def _all(key: str) -> str:
    return "all"


def _in_order(item: tuple[str, Iterable[tuple[str, int]]]) -> Iterable[tuple[int, int]]:
    number, sums, last = 0, 0, ""
    for key, amount in item[1]:
        assert last <= key
        number, sums, last = number + (key != last), sums + amount, key
    yield number, sums


def growth(files: list[str], workers: int) -> Iterable:
    """A pair for each key from each input. Here `files` are numbers: inputs, keys, chunksize, partitions."""
    inputs, keys, chunksize, partitions = map(int, files)
    job = MapReduce(
        lambda number: [(key, 1) for key in range(keys)],
        f.total,
        workers,
        partitioner=lambda key, number: key % number,
        num_partitions=partitions or None,
        **where,
        sample=0,
    )
    return job(range(inputs), chunksize)


def _amount(line: str) -> list[tuple[str, int]]:
    key, amount, _ = line.split(" ", 2)
    return [(key, int(amount))]
