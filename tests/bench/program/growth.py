"""How a job's cost grows with its map tasks and partitions when the buckets are tiny, and what joins them.

Every map task makes one pair for each partition, so there are as many buckets as map tasks times partitions: up to a
million, each with next to nothing in it. The last two rows are the same data as the row before them, with
the number of partitions left open (so that they are joined) and with fifty inputs in each map task.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mrkit.errors import MrkitError
from mrkit.job import FINE_PARTITIONS
from tests.bench.program import measure
from tests.bench.program.answers import digest
from tests.bench.program.contenders import Way
from tests.bench.program.report import aligned

GRID = ((10, 10), (100, 100), (1000, 100), (100, 1000), (1000, 1000))  # inputs, keys


@dataclass(frozen=True)
class Ran:
    """One run: on which engine, with how many map tasks and partitions, and seconds of the job alone."""

    engine: str
    map_tasks: int
    partitions: int
    seconds: float

    @property
    def buckets(self) -> int:
        """How many there were."""
        return self.map_tasks * self.partitions


def runs(way: Way, scale: float, workers: int) -> Iterator[Ran]:
    """All sizes on one engine, one after another; workers are warm."""
    grid = [(max(2, int(m * scale)), max(2, int(r * scale))) for m, r in GRID]
    settings = [(m, r, 1, r) for m, r in grid] + [(*grid[-1], 1, None), (*grid[-1], 50, grid[-1][1])]
    for inputs, keys, chunksize, partitions in settings:
        arguments = [str(number) for number in (inputs, keys, chunksize, partitions or 0)]
        measured = measure.contestant(way.module, "growth", "growth", workers, arguments)
        if measured.answer != digest("growth", [(key, inputs) for key in range(keys)]):
            raise MrkitError(f"The answer of {way.label} is wrong with {inputs:,} inputs and {keys:,} keys.")
        yield Ran(way.label, -(-inputs // chunksize), partitions or FINE_PARTITIONS, measured.job_seconds)


def table(found: Sequence[Ran]) -> str:
    """The runs as text."""
    cells: list[tuple[str, ...]] = [("", "map tasks", "partitions", "buckets", "job s", "µs for each bucket")]
    for one in found:
        numbers = (f"{number:,}" for number in (one.map_tasks, one.partitions, one.buckets))
        cells.append((one.engine, *numbers, f"{one.seconds:.2f}", f"{one.seconds / one.buckets * 1e6:.1f}"))
    return aligned(cells)
