"""The inputs of the five jobs: text files in a temporary folder, made from the standard library and from seeds.

Each file of a job can be made by itself, so all cores make them. The same size gives the same bytes on every machine
with the same version of Python (the text is that of its standard library).
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path

from mrkit import datasets

FILES = {"wordcount": 40}  # with the article's class, and with mrjob and dask.bag, each is a task
MANY = 16  # of any other job
LEAST = 4  # of one job, when it is small
SMALL = 100_000  # bytes or records; with fewer, a job has the least files

# At scale 1: bytes of text, or records.
FULL = {
    "wordcount": 100_000_000,
    "index": 20_000_000,
    "join": 1_000_000,
    "stations": 10_000_000,
    "sort": 1_000_000,
    "memory": 30_000_000,
}
LINE = 100  # bytes of one line of "sort" and of "memory"
SCATTER = 2_147_483_647  # a prime, so that its multiples meet every key, in no order to speak of


def make(job: str, size: int, folder: Path, workers: int, keys: int = 0) -> list[str]:
    """Make the input of a job, of `size` bytes or records; the names of its files. `keys` is for "memory" only."""
    folder.mkdir(parents=True)
    number = LEAST if size < SMALL else FILES.get(job, MANY)
    borders = [size * i // number for i in range(number + 1)]
    paths = [str(folder / f"{i:02d}.txt") for i in range(number)]
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        list(pool.map(_write, [job] * number, range(number), borders, borders[1:], paths, [keys] * number))
    return paths


def size_of(files: Iterable[str]) -> int:
    """Bytes of these files together."""
    return sum(Path(path).stat().st_size for path in files)


def _write(job: str, number: int, begin: int, end: int, path: str, keys: int) -> None:
    lines = memory(begin, end, keys) if job == "memory" else _MAKERS[job](number, end - begin)
    datasets.write(lines, path)


def text(number: int, size: int) -> Iterator[str]:
    """About `size` bytes of the standard library's source, from another place for each file."""
    sources = datasets.stdlib_files()
    begin = number * len(sources) // MANY % len(sources)
    for path in cycle(sources[begin:] + sources[:begin]):
        for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
            line = line.translate(_NO_CONTROLS)
            size -= len(line.encode()) + 1
            if size < 0:
                return
            yield line


# A contender may take a form feed, say, for a line end or a space.
_NO_CONTROLS = dict.fromkeys([*range(9), *range(10, 32), *range(127, 161), 0x2028, 0x2029, 0xFEFF])


def numbered_text(number: int, size: int) -> Iterator[str]:
    """The lines of `text`, each after its number and a tab."""
    return (f"{number * 10_000_000 + i}\t{line}" for i, line in enumerate(text(number, size)))


def tables(number: int, size: int) -> Iterator[str]:
    """Rows of two tables, shuffled: one customer for ten orders, and some orders of nobody."""
    draw = random.Random(number).random
    customers = size // 11
    first = number * 10_000_000
    for i in range(size):
        if i * customers // size != (i + 1) * customers // size:
            customer = first + i * customers // size
            yield f"customer\tc{customer}\tname of customer {customer}"
        else:
            # Customers of any file: most orders meet their customer in the reduce task only.
            buyer = int(draw() * LEAST) * 10_000_000 + int(draw() * customers * 1.05)
            yield f"order\tc{buyer}\t{1 + int(draw() * 9)} of {datasets._GOODS[int(draw() * 20)]}, order {first + i}"


def weather(number: int, size: int) -> Iterator[str]:
    """Readings of weather stations."""
    return datasets.weather(size, seed=number)


def records(number: int, size: int) -> Iterator[str]:
    """Records of 100 bytes with their line end; the first 10 are the key, in no order."""
    draw = random.Random(number).choices
    letters = string.digits + string.ascii_letters  # in the order of their bytes, and no tool quotes them
    for i in range(size):
        head = "".join(draw(letters, k=10)) + f"{number:03d}{i:09d}"
        yield head.ljust(LINE - 1, ".")


def memory(begin: int, end: int, keys: int) -> Iterator[str]:
    """Lines of 100 bytes: a key, and a number from 0 to 9. All keys come before the first one comes again."""
    filler = "." * (LINE - 17)
    for i in range(begin, end):
        key = i * SCATTER % keys
        yield f"key{key:010d} {i * 7 // 3 % 10} {filler}"


_MAKERS: dict[str, Callable[[int, int], Iterator[str]]] = {
    "wordcount": text,
    "index": numbered_text,
    "join": tables,
    "stations": weather,
    "sort": records,
}
