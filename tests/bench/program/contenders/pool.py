"""A `ProcessPoolExecutor` tuned by hand for each job: what an engineer would write who had the time.

Where the answer of a file is small, the parent brings the answers together. Where it is not, the workers exchange
their data through files, and the parent sees results only.
"""

from __future__ import annotations

import marshal
import tempfile
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path
from zlib import crc32

from tests.bench.program import functions as f


def wordcount(files: list[str], workers: int) -> Iterable:
    """A `Counter` for each file."""
    counts: Counter[str] = Counter()
    with ProcessPoolExecutor(workers) as pool:
        for part in pool.map(_count, files):
            counts.update(part)
    return counts.items()


def _count(path: str) -> Counter[str]:
    return Counter(chain.from_iterable(map(f.words, f.lines_of(path))))


def index(files: list[str], workers: int) -> Iterable:
    """An index for each file, in the order of the files: so the postings come sorted."""
    found: dict[str, list[int]] = {}
    with ProcessPoolExecutor(workers) as pool:
        for part in pool.map(_index, files):
            for word, numbers in part.items():
                if word in found:
                    found[word] += numbers
                else:
                    found[word] = numbers
    return found.items()


def _index(path: str) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for line in f.lines_of(path):
        for word, number in f.postings(line):
            found[word].append(number)
    return dict(found)


def stations(files: list[str], workers: int) -> Iterable:
    """A dict for each file."""
    found: dict[str, f.Extremes] = {}
    with ProcessPoolExecutor(workers) as pool:
        for part in pool.map(_extremes, files):
            for station, parts in part.items():
                found[station] = f.extremes([found[station], parts]) if station in found else parts
    return [f.summary(station, parts) for station, parts in found.items()]


def _extremes(path: str) -> dict[str, f.Extremes]:
    return f.lines_extremes(f.lines_of(path))


def join(files: list[str], workers: int) -> Iterable:
    """The rows of both tables are divided by a hash of their key."""
    return _through_files(files, workers, _divide_rows, _join_rows)


def _divide_rows(number: int, path: str) -> list[list]:
    parts: list[list] = [[] for _ in range(number)]
    for line in f.lines_of(path):
        table, key, rest = line.split("\t", 2)
        parts[crc32(key.encode()) % number].append((table, key, rest))
    return parts


def _join_rows(rows: Iterable) -> list:
    names, orders = {}, []
    for table, key, rest in rows:
        if table == "customer":
            names[key] = rest
        else:
            orders.append((key, rest))
    return [(key, names[key], rest) for key, rest in orders if key in names]


def sort(files: list[str], workers: int) -> Iterable:
    """The records are divided at borders from a sample."""
    keys = sorted(f.sample(files))
    number = 4 * workers
    borders = [keys[len(keys) * i // number] for i in range(1, number)]
    return _through_files(files, workers, partial(_divide_records, borders), sorted)


def _divide_records(borders: list[str], number: int, path: str) -> list[list]:
    parts: list[list] = [[] for _ in range(number)]
    for line in f.lines_of(path):
        parts[bisect(borders, line[: f.KEY])].append(line)
    return parts


def _through_files(files: list[str], workers: int, divide: Callable, reduce: Callable) -> list:
    number = 4 * workers
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(workers) as pool:
        written = [str(Path(folder, str(i))) for i in range(len(files))]
        list(pool.map(partial(_write_parts, divide, number), files, written))
        parts = [[f"{path}.{part}" for path in written] for part in range(number)]
        return list(chain.from_iterable(pool.map(partial(_read_parts, reduce), parts)))


def _write_parts(divide: Callable, number: int, path: str, written: str) -> None:
    for part, rows in enumerate(divide(number, path)):
        Path(f"{written}.{part}").write_bytes(marshal.dumps(rows))


def _read_parts(reduce: Callable, paths: list[str]) -> list:
    return reduce(chain.from_iterable(marshal.loads(Path(path).read_bytes()) for path in paths))
