"""More than memory holds, in many keys or in one group: how large each process gets, and how much longer the job takes.

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
from tests.bench.program.contenders import GROUP, MEMORY, Way
from tests.bench.program.contenders.ours import GROUP_LIMIT, MEMORY_LIMIT
from tests.bench.program.report import MB, aligned

TIMES = 10  # as many distinct keys as fit
MOST_GROWTH = 1.4  # of the time for each megabyte


@dataclass(frozen=True)
class Kind:
    """What does not fit: the job, its limit, how much of the full input it takes, and the most MB for any process."""

    title: str
    way: Way
    limit: str
    share: float
    most_mb: int


KEYS = Kind("More keys than fit", MEMORY, MEMORY_LIMIT, 1.0, 450)
GROUPED = Kind("One group, in the order of its keys", GROUP, GROUP_LIMIT, 0.1, 250)


@dataclass(frozen=True)
class Ran:
    """One run: bytes of input, how many distinct keys it really had, and what was measured."""

    input_bytes: int
    keys: int
    measured: measure.Measured


def keys_that_fit(limit: str) -> int:
    """How many keys with a list of one small number a worker could hold if it held nothing else."""
    key, values = "key0000000000", [1]
    slot = sys.getsizeof(dict.fromkeys(range(100_000))) / 100_000
    return int(parse_size(limit) / (sys.getsizeof(key) + sys.getsizeof(values) + slot))


def runs(scale: float, workers: int, folder: Path, kind: Kind = KEYS) -> Iterator[Ran]:
    """A tenth of the input, then all of it. Raises `MrkitError` if a key or an amount got lost."""
    most = TIMES * keys_that_fit(kind.limit)
    for part in (scale * kind.share / 10, scale * kind.share):
        files = data.make("memory", max(1000, int(data.FULL["memory"] * part)), folder / str(part), workers, most)
        keys, amount = expected(files, most)
        measured = measure.contestant(kind.way.module, kind.way.function, "memory", workers, files)
        if measured.answer != digest("memory", [(keys, amount)]):
            raise MrkitError(f"The answer is wrong: there are {keys:,} keys, with {amount:,} in sum.")
        yield Ran(data.size_of(files), keys, measured)
        for path in files:
            Path(path).unlink()


def expected(files: Sequence[str], most: int) -> tuple[int, int]:
    """How many distinct keys there are, and the sum of all amounts: by a bit for each key, in one thread."""
    met = bytearray(most)
    amount = 0
    for path in files:
        with open(path, "rb") as file:
            for line in file:
                met[int(line[3:13])] = 1
                amount += line[14] - ord("0")
    return met.count(1), amount


def table(found: Sequence[Ran], kind: Kind = KEYS) -> str:
    """The runs as text, with the two limits."""
    cells = [("input MB", "distinct keys", "times what fits", "job s", "s for each GB", "largest MB", "tree MB")]
    for one in found:
        cells.append((
            f"{one.input_bytes / MB:,.0f}".rjust(8),
            f"{one.keys:,}",
            f"{one.keys / keys_that_fit(kind.limit):.1f}",
            f"{one.measured.job_seconds:.1f}",
            f"{_rate(one):.1f}",
            f"{one.measured.largest / MB:,.0f}",
            f"{one.measured.tree / MB:,.0f}",
        ))  # fmt: skip
    largest = max(one.measured.largest for one in found) / MB
    growth = _rate(found[-1]) / _rate(found[0])
    return (
        f"{kind.title}: memory_limit={kind.limit!r}\n\n{aligned(cells)}\n\n"
        f"{_verdict(largest, kind.most_mb)} largest process {largest:,.0f} MB, at most {kind.most_mb}\n"
        f"{_verdict(growth, MOST_GROWTH)} time for each MB {growth:.2f} times that of a tenth, at most {MOST_GROWTH}"
    )


def _rate(one: Ran) -> float:
    return one.measured.job_seconds / one.input_bytes * 1e9


def _verdict(value: float, most: float) -> str:
    return f"{'reached' if value <= most else 'MISSED':<8}"
