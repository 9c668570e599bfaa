"""What mrkit costs besides the user's functions: watching, starts, tiny inputs, each pair, the import.

Each figure is a median of runs that alternate with what they are compared to.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

from mrkit import MapReduce, flow, text_lines
from mrkit.datasets import handbook
from mrkit.examples import count_words, words
from tests.bench.program import data
from tests.bench.program import functions as f
from tests.bench.program.report import aligned

TEXT = 20_000_000  # bytes of word count, at scale 1
TASKS = 2000  # that do nothing, at scale 1
TINY = 100_000  # inputs, at scale 1
RECORDS = 400_000  # to be put in order, at scale 1
MODULES = (10, 1_000, 10_000)  # functions in a module, at scale 1


@dataclass(frozen=True)
class Figure:
    """One line of the table: what, how much of which unit, and how much it may be at most."""

    name: str
    value: float
    unit: str
    most: float | None = None


def figures(scale: float, rounds: int, workers: int, folder: Path) -> Iterator[Figure]:
    """All of them, each as soon as it is known."""
    yield from watching(scale, rounds, workers, folder)
    yield from starts(rounds, workers)
    yield from tiny_inputs(scale, rounds, workers)
    yield from order(scale, rounds, workers, folder)
    yield from each_pair(scale, rounds, workers, folder)
    yield from users_modules(scale, rounds, workers)
    yield from importing(rounds)


def table(found: list[Figure]) -> str:
    """The figures as text.

    >>> print(table([Figure("import mrkit", 80.0, "ms", 100)]))
                  measured  at most
    import mrkit  80.00 ms      100  reached
    """
    rows = [("", "measured", "at most", "")]
    for one in found:
        verdict = "" if one.most is None else "reached" if one.value <= one.most else "MISSED"
        most = "" if one.most is None else f"{one.most:g}"
        rows.append((one.name, f"{one.value:.2f} {one.unit}", most, verdict))
    return aligned(rows)


def watching(scale: float, rounds: int, workers: int, folder: Path) -> Iterator[Figure]:
    """A trace, a sample, hooks and a bar of progress, against none of them; then the same for tasks that do nothing."""
    events: list[Any] = []
    files = data.make("wordcount", max(1000, int(TEXT * scale)), folder, workers)
    on: dict[str, Any] = {"hooks": [events.append], "progress": True}
    off: dict[str, Any] = {"sample": 0}

    def job(options: dict[str, Any]) -> MapReduce:
        return MapReduce(f.word_ones, f.total, workers, combiner=f.total, **options)

    with job(on) as watched, job(off) as unwatched:
        lines = text_lines(files)
        with_it, without = _alternating(rounds, lambda: watched(lines), lambda: unwatched(lines))
        yield Figure("watching on / off, word count", with_it / without, "x", 1.03)

    number = max(20, int(TASKS * scale))
    inputs = range(number)
    with MapReduce(_nothing, _first, workers, **on) as all_on, MapReduce(_nothing, _first, workers, **off) as all_off:
        with_it, without = _alternating(rounds, lambda: all_on(inputs, 1), lambda: all_off(inputs, 1))
        yield Figure("watching, for each task", (with_it - without) / number * 1e6, "µs", 20)
        yield Figure("a task that does nothing", without / number * 1e6, "µs")


def starts(rounds: int, workers: int) -> Iterator[Figure]:
    """A job of four files on workers that are there, and a first one that has to start them."""
    files = [str(path) for path in handbook()[:4]]
    with MapReduce(_file_words, count_words, workers) as job:
        (warm,) = _alternating(5 * rounds, lambda: job(files, 1))
    yield Figure("4 files, warm workers", warm * 1e3, "ms", 15)
    code = (  # it imports what a user's program does, and no more: the rest is part of the first run
        "import sys, time; from mrkit import SimpleMapReduce; from mrkit.examples import count_words, file_to_words; "
        "before = time.perf_counter(); "
        f"SimpleMapReduce(file_to_words, count_words, {workers})(sys.argv[1:]); print(time.perf_counter() - before)"
    )
    said = [subprocess.check_output([sys.executable, "-c", code, *files], text=True) for _ in range(rounds)]
    cold = [float(text.splitlines()[-1]) for text in said]
    yield Figure("4 files, first run", median(cold), "s", 0.5)


def tiny_inputs(scale: float, rounds: int, workers: int) -> Iterator[Figure]:
    """Many inputs of next to no work, in the default chunks, against one thread that takes them all in one."""
    inputs = list(range(max(100, int(TINY * scale))))
    with MapReduce(_last_digit, count_words, workers) as job:
        pool, serial = _alternating(
            rounds, lambda: job(inputs), lambda: flow.mapreduce(_last_digit, count_words, inputs, len(inputs))
        )
    yield Figure(f"{len(inputs):,} tiny inputs / one thread", pool / serial, "x", 1.5)


def order(scale: float, rounds: int, workers: int, folder: Path) -> Iterator[Figure]:
    """The same records in the order of their keys: by `group_by`, a group for each first letter, and by `sort_keys`."""
    files = data.make("sort", max(1000, int(RECORDS * scale)), folder / "order", workers)
    lines = text_lines(files)
    with (
        MapReduce(f.keyed, _in_turn, workers, group_by=_letter) as grouped,
        MapReduce(f.keyed, f.records, workers, sort_keys=True) as sorted_keys,
    ):
        with_it, without = _alternating(rounds, lambda: grouped(lines), lambda: sorted_keys(lines))
    yield Figure("group_by / sort_keys", with_it / without, "x", 1.3)


def _letter(key: str) -> str:
    return key[0]


def _in_turn(item: tuple[str, Iterable[tuple[str, str]]]) -> Iterator[str]:
    for key, rest in item[1]:
        yield key + rest


def each_pair(scale: float, rounds: int, workers: int, folder: Path) -> Iterator[Figure]:
    """Processor time of all processes for each pair, less what the user's functions take by themselves.

    The difference between many files and a few of them: starting the workers takes its time in both.
    """
    repeated = data.make("wordcount", max(2000, int(TEXT * scale)), folder / "repeated", workers)
    different = data.make("sort", max(1000, int(RECORDS * scale)), folder / "different", workers)
    for name, job, files, most in (
        ("keys that repeat", (f.word_ones, f.total), repeated, 150),
        ("keys that are all different", (f.keyed, f.records), different, 900),
    ):
        few = files[: len(files) // 4]
        ours = [median(_cpu_of_job(*job, some, workers) for _ in range(rounds)) for some in (files, few)]
        alone = [median(_cpu_alone(*job, some) for _ in range(rounds)) for some in (files, few)]
        pairs = [sum(1 for line in text_lines(some) for _ in job[0](line)) for some in (files, few)]
        cost = (ours[0] - ours[1] - alone[0] + alone[1]) / max(1, pairs[0] - pairs[1])
        yield Figure(f"a pair, {name}", cost * 1e9, "ns", most)


def _cpu_of_job(map_func: Callable, reduce_func: Callable, files: list[str], workers: int) -> float:
    before = _cpu()
    with MapReduce(map_func, reduce_func, workers) as job:
        job(text_lines(files))
    return _cpu() - before  # the workers have ended


def _cpu_alone(map_func: Callable, reduce_func: Callable, files: list[str]) -> float:
    before = _cpu()
    for line in text_lines(files):
        for _ in map_func(line):
            pass
    mapped = _cpu() - before
    groups = flow.group(flow.map_records(map_func, text_lines(files)))
    before = _cpu()
    for key, values in groups.items():
        reduce_func((key, iter(values)))
    return mapped + _cpu() - before


def _cpu() -> float:
    """Seconds of processor time that this process has taken, and those that it started and that have ended."""
    taken = os.times()
    return taken.user + taken.system + taken.children_user + taken.children_system


def users_modules(scale: float, rounds: int, workers: int) -> Iterator[Figure]:
    """A module of the user's that goes along with a job, with all that is in it, against one with nothing in it."""
    for number in MODULES:
        number = max(1, int(number * scale))
        large, empty = _module("mrkit_bench_large", number), _module("mrkit_bench_empty", 0)
        with (
            MapReduce(functools.partial(_with_module, large), _first, workers) as job,
            MapReduce(functools.partial(_with_module, empty), _first, workers) as other,
        ):
            with_it, without = _alternating(rounds, lambda job=job: job([1]), lambda other=other: other([1]))
        yield Figure(f"a module of {number:,} functions, by value", (with_it - without) * 1e3, "ms")


def importing(rounds: int) -> Iterator[Figure]:
    """`import mrkit` in a fresh Python, less what Python takes to start."""
    run = [sys.executable, "-c"]
    with_it, without = _alternating(
        2 * rounds,
        lambda: subprocess.check_call([*run, "import mrkit"]),
        lambda: subprocess.check_call([*run, "pass"]),
    )
    yield Figure("import mrkit", (with_it - without) * 1e3, "ms", 100)


def _alternating(rounds: int, *functions: Callable[[], Any]) -> list[float]:
    """Median seconds of each, after one call that is not counted."""
    times: list[list[float]] = [[] for _ in functions]
    with contextlib.redirect_stderr(io.StringIO()):  # bars of progress are drawn, but not here
        for number in range(rounds + 1):
            for function, taken in zip(functions, times, strict=True):
                before = time.perf_counter()
                function()
                if number:
                    taken.append(time.perf_counter() - before)
    return [median(taken) for taken in times]


def _nothing(number: int) -> list[tuple[int, int]]:
    return [(0, number)]


def _with_module(module: ModuleType, number: int) -> list[tuple[int, int]]:
    return [(len(vars(module)), number)]


def _module(name: str, functions: int) -> ModuleType:
    module = sys.modules[name] = ModuleType(name)  # as a cell makes one: it has no file
    lines = (
        "def f{0}(x, scale=2):",
        "    total = 0",
        "    for n in range(x):",
        "        total += n",
        "    return total * {0}",
    )
    text = "\n".join(lines) + "\n"
    exec("".join(text.format(number) for number in range(functions)), vars(module))
    return module


def _first(item: tuple[int, Any]) -> int:
    return item[0]


def _last_digit(number: int) -> list[tuple[int, int]]:
    return [(number % 10, 1)]


def _file_words(path: str) -> list[tuple[str, int]]:
    return [pair for line in f.lines_of(path) for pair in words(line)]
