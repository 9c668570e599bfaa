"""A pool written by hand in which the users' own functions are called, for each record and for each key.

It shows what that costs by itself: here is no check, no trace, no limit of memory and nobody who dies.
"""

from __future__ import annotations

import gc
import marshal
import tempfile
from bisect import bisect
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from zlib import crc32

from tests.bench.program import functions as f

Groups = dict[str, list]


@dataclass(frozen=True)
class Job:
    """The functions of a job, how many parts its pairs are divided into, and by what."""

    map_func: Callable
    reduce_func: Callable
    parts: int
    combiner: Callable | None = None
    lines: int | None = None  # that a combiner gets at a time; None: a file
    borders: tuple[str, ...] = ()  # of parts in the order of keys

    def part_of(self, key: str) -> int:
        """By a hash, or by the borders."""
        return bisect(self.borders, key) if self.borders else crc32(key.encode()) % self.parts


def wordcount(files: list[str], workers: int) -> Iterable:
    """With a combiner."""
    return _run(Job(f.word_ones, f.total, workers, f.total), files, workers)


def index(files: list[str], workers: int) -> Iterable:
    """No combiner can shorten a list of postings."""
    return _run(Job(f.postings, f.posting_list, workers), files, workers)


def join(files: list[str], workers: int) -> Iterable:
    """Both tables are one input."""
    return list(chain.from_iterable(_run(Job(f.tagged, f.joined, 4 * workers), files, workers)))


def stations(files: list[str], workers: int) -> Iterable:
    """With a combiner, while the pairs are in the processor's cache."""
    return _run(Job(f.reading, f.climate, workers, f.merged, lines=4000), files, workers)


def sort(files: list[str], workers: int) -> Iterable:
    """Borders from a sample, each part sorted by key."""
    keys, number = sorted(f.sample(files)), 32 * workers
    borders = tuple(keys[len(keys) * i // number] for i in range(1, number))
    return list(chain.from_iterable(_run(Job(f.keyed, f.records, number, borders=borders), files, workers)))


def _run(job: Job, files: list[str], workers: int) -> list:
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(workers, initializer=gc.disable) as pool:
        written = [str(Path(folder, str(i))) for i in range(len(files))]
        list(pool.map(partial(_map, job), files, written))
        parts = [[f"{path}.{part}" for path in written] for part in range(job.parts)]
        return list(chain.from_iterable(pool.map(partial(_reduce, job), parts)))


def _map(job: Job, path: str, written: str) -> None:
    lines = f.lines_of(path)
    groups = _grouped(job, lines) if job.combiner is None else _combined(job, lines)
    parts: list[Groups] = [{} for _ in range(job.parts)]
    for key, values in groups.items():
        parts[job.part_of(key)][key] = values
    for number, part in enumerate(parts):
        flat = list(part), [*map(len, part.values())], list(chain.from_iterable(part.values()))
        Path(f"{written}.{number}").write_bytes(marshal.dumps(flat, 2))


def _combined(job: Job, lines: Iterable[str]) -> Groups:
    assert job.combiner is not None
    combined: Groups = {}
    lines = iter(lines)
    while groups := _grouped(job, islice(lines, job.lines)):
        for item in groups.items():
            key, value = job.combiner(item)
            combined.setdefault(key, []).append(value)
    return combined


def _grouped(job: Job, lines: Iterable[str]) -> Groups:
    groups: Groups = {}
    for line in lines:
        for key, value in job.map_func(line):
            if key in groups:
                groups[key].append(value)
            else:
                groups[key] = [value]
    return groups


def _reduce(job: Job, paths: list[str]) -> list:
    groups: Groups = {}
    for path in paths:
        keys, counts, values = marshal.loads(Path(path).read_bytes())
        start = 0
        for key, count in zip(keys, counts, strict=True):
            if key in groups:
                groups[key] += values[start : start + count]
            else:
                groups[key] = values[start : start + count]
            start += count
    return [job.reduce_func((key, groups[key])) for key in (sorted(groups) if job.borders else groups)]
