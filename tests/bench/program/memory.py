"""More distinct keys than memory holds: how large each process gets, and how much longer the job takes.

The same job runs on a tenth of the input first: the time for each megabyte should hardly grow.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mrkit.errors import MrkitError
from mrkit.inputs import parse_size
from tests.bench.program import data, measure
from tests.bench.program.answers import digest
from tests.bench.program.contenders import MEMORY
from tests.bench.program.contenders.ours import MEMORY_LIMIT
from tests.bench.program.report import MB, aligned

TIMES = 10  # as many distinct keys as fit
MOST_MB = 450  # for any process
MOST_GROWTH = 1.4  # of the time for each megabyte


@dataclass(frozen=True)
class Ran:
    """One run: bytes of input, how many distinct keys it really had, and what was measured."""

    input_bytes: int
    keys: int
    measured: measure.Measured


def keys_that_fit() -> int:
    """How many keys with a list of one small number a worker could hold if it held nothing else."""
    key, values = "key0000000000", [1]
    slot = sys.getsizeof(dict.fromkeys(range(100_000))) / 100_000
    return int(parse_size(MEMORY_LIMIT) / (sys.getsizeof(key) + sys.getsizeof(values) + slot))


def runs(scale: float, workers: int, folder: Path) -> Iterator[Ran]:
    """A tenth of the input, then all of it. Raises `MrkitError` if a key or an amount got lost."""
    for part in (scale / 10, scale):
        files = data.make("memory", max(1000, int(data.FULL["memory"] * part)), folder / str(part), workers, _keys())
        keys, amount = expected(files)
        measured = measure.contestant(MEMORY.module, MEMORY.function, "memory", workers, files)
        if measured.answer != digest("memory", [(keys, amount)]):
            raise MrkitError(f"The answer is wrong: there are {keys:,} keys, with {amount:,} in sum.")
        yield Ran(data.size_of(files), keys, measured)
        for path in files:
            Path(path).unlink()


def _keys() -> int:
    return TIMES * keys_that_fit()


def expected(files: Sequence[str]) -> tuple[int, int]:
    """How many distinct keys there are, and the sum of all amounts: by a bit for each key, in one thread."""
    met = bytearray(_keys())
    amount = 0
    for path in files:
        with open(path, "rb") as file:
            for line in file:
                met[int(line[3:13])] = 1
                amount += line[14] - ord("0")
    return met.count(1), amount


def table(found: Sequence[Ran]) -> str:
    """The runs as text, with the two limits."""
    cells = [("input MB", "distinct keys", "times what fits", "job s", "s for each GB", "largest MB", "tree MB")]
    for one in found:
        cells.append((
            f"{one.input_bytes / MB:,.0f}".rjust(8),
            f"{one.keys:,}",
            f"{one.keys / keys_that_fit():.1f}",
            f"{one.measured.job_seconds:.1f}",
            f"{_rate(one):.1f}",
            f"{one.measured.largest / MB:,.0f}",
            f"{one.measured.tree / MB:,.0f}",
        ))  # fmt: skip
    largest = max(one.measured.largest for one in found) / MB
    growth = _rate(found[-1]) / _rate(found[0])
    return (
        f"memory_limit={MEMORY_LIMIT!r}\n\n{aligned(cells)}\n\n"
        f"{_verdict(largest, MOST_MB)} largest process {largest:,.0f} MB, at most {MOST_MB}\n"
        f"{_verdict(growth, MOST_GROWTH)} time for each MB {growth:.2f} times that of a tenth, at most {MOST_GROWTH}"
    )


def _rate(one: Ran) -> float:
    return one.measured.job_seconds / one.input_bytes * 1e9


def _verdict(value: float, most: float) -> str:
    return f"{'reached' if value <= most else 'MISSED':<8}"
