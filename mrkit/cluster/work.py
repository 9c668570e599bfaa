"""What a virtual cluster is given to do: tasks with their sizes in bytes and their times in seconds.

A job comes from nothing but figures (`Job.even`) or from a run that was measured (`Job.of_trace`). It knows no machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import inf
from typing import NamedTuple

from mrkit.cluster.parameters import MB
from mrkit.errors import BadArgument, short
from mrkit.trace import Trace

LARGEST = 200_000  # tasks of a job that is reckoned without being asked twice
TASKS_PER_SECOND = 25_000  # of this model, about, on a laptop


class MapTask(NamedTuple):
    """`read` bytes of input, `seconds` of computing on a machine of slowness 1, `out` bytes of intermediate data."""

    read: float
    seconds: float
    out: float
    inputs: int = 0
    pairs: int = 0


class ReduceTask(NamedTuple):
    """`size` bytes of intermediate data, `seconds` of computing, `out` bytes of results, each sent `copies` times."""

    size: float
    seconds: float
    out: float
    copies: float = 1.0
    values: int = 0
    groups: int = 0
    results: int = 0


@dataclass(frozen=True)
class Job:
    """The tasks of a job."""

    maps: tuple[MapTask, ...]
    reduces: tuple[ReduceTask, ...]
    name: str = "a job"

    def __post_init__(self) -> None:
        if not self.maps or not self.reduces:
            raise BadArgument("A job needs at least one map task and one reduce task: there is nothing to reckon.")
        least = min(min(min(task[:3]) for task in tasks) for tasks in (self.maps, self.reduces))
        if not 0 <= least < inf:
            raise BadArgument(f"Bytes and seconds of a task cannot be negative; you gave {least:g}.")

    @property
    def shuffled(self) -> float:
        """Bytes of intermediate data."""
        return sum(task.out for task in self.maps)

    def __len__(self) -> int:
        return len(self.maps) + len(self.reduces)

    @classmethod
    def even(
        cls,
        size: float,
        num_maps: int,
        num_reduces: int,
        *,
        kept: float = 1.0,
        map_rate: float = 50 * MB,
        reduce_rate: float = 2 * MB,
        copies: float = 2,
        record: float = 100,
        name: str = "a job",
        most_tasks: int = LARGEST,
    ) -> Job:
        """`size` bytes in equal splits, of which the share `kept` goes to equal partitions and comes out again.

        `map_rate` and `reduce_rate` are bytes a second that a machine of slowness 1 computes on, `copies` how often
        each byte of output crosses the network, `record` the bytes of a record.

        >>> Job.even(1e9, 10, 4).maps[0].read, Job.even(1e9, 10, 4).reduces[0].size
        (100000000.0, 250000000.0)
        """
        for what, number in (("map", num_maps), ("reduce", num_reduces)):
            if not isinstance(number, int) or number < 1:
                raise BadArgument(f"A job needs a whole number of {what} tasks, at least 1; you gave {short(number)}.")
        for what, rate in (("size", size), ("map_rate", map_rate), ("reduce_rate", reduce_rate), ("record", record)):
            if not rate > 0:
                raise BadArgument(f"{what} must be more than 0; you gave {rate}.")
        _check_number(num_maps + num_reduces, most_tasks)
        split, partition = size / num_maps, size * kept / num_reduces
        one = MapTask(split, split / map_rate, split * kept, round(split / record), round(split * kept / record))
        values = round(partition / record)
        two = ReduceTask(partition, partition / reduce_rate, partition, copies, values, values, values)
        return cls((one,) * num_maps, (two,) * num_reduces, name)

    @classmethod
    def of_trace(cls, trace: Trace, copies: int = 1, *, most_tasks: int = LARGEST) -> Job:
        """The tasks of a run as they were measured, `copies` times over: that many times the input.

        Reading the input is in the tasks' times. Their results stay where they are.

        >>> from mrkit import MapReduce
        >>> run = MapReduce(lambda n: [(n % 2, n)], lambda item: sum(item[1]), executor="serial").run([1, 2, 3])
        >>> len(Job.of_trace(run.trace, 10).maps) == 10 * len(run.trace.tasks("map"))
        True
        """
        maps, reduces = trace.tasks("map"), trace.tasks("reduce")
        if not maps or not reduces:
            raise BadArgument("This trace has no finished map and reduce tasks, so there is nothing to reckon from.")
        if not isinstance(copies, int) or copies < 1:
            raise BadArgument(f"copies must be a whole number, at least 1; you gave {short(copies)}.")
        _check_number(copies * (len(maps) + len(reduces)), most_tasks)
        sizes = [sum(column) for column in zip(*trace.matrix_bytes, strict=True)] or [task.bytes_in for task in reduces]
        mapping = [
            MapTask(0, t.finished - t.started, sum(row[3] for row in t.buckets), t.records_in, t.records_out)
            for t in maps
        ]
        reducing = [
            ReduceTask(size, t.finished - t.started, 0, 1, t.records_in, t.groups, t.records_out)
            for size, t in zip(sizes, reduces, strict=True)
        ]
        return cls(tuple(mapping) * copies, tuple(reducing) * copies, trace.job.name)

    def cut_anew(self, num_maps: int | None = None, num_reduces: int | None = None) -> Job:
        """The same work in so many map tasks and reduce tasks: another `chunksize`, another number of partitions.

        Each new task gets its share of the old tasks that lie where it lies. A combiner would change the bytes too, and
        one large key cannot be cut: of both this knows nothing.

        >>> job = Job((MapTask(0, 3.0, 30), MapTask(0, 1.0, 10)), (ReduceTask(40, 2.0, 0),))
        >>> [(task.seconds, task.out) for task in job.cut_anew(4).maps]
        [(1.5, 15.0), (1.5, 15.0), (0.5, 5.0), (0.5, 5.0)]
        """
        maps = [MapTask(r, s, o, round(i), round(p)) for r, s, o, i, p in _cut(self.maps, num_maps)]
        reduces = [
            ReduceTask(z, s, o, self.reduces[0].copies, round(v), round(g), round(n))
            for z, s, o, _, v, g, n in _cut(self.reduces, num_reduces)
        ]
        return Job(tuple(maps), tuple(reduces), self.name)


def _check_number(tasks: int, most: int) -> None:
    if tasks > most:
        raise BadArgument(
            f"To reckon {tasks:,} tasks takes about {tasks / TASKS_PER_SECOND:,.0f} s. Take larger tasks, at most "
            f"{most:,} of them; or say most_tasks={tasks} and wait."
        )


def _cut(rows: tuple, number: int | None) -> list[list[float]]:
    """The columns of some tasks, laid end to end and cut into `number` pieces of equal length."""
    if number is None or number == len(rows):
        return [list(row) for row in rows]
    columns = [list(accumulate(column, initial=0.0)) for column in zip(*rows, strict=True)]
    borders = [len(rows) * i / number for i in range(number + 1)]
    heights = [[_at(column, border) for border in borders] for column in columns]
    return [[column[i + 1] - column[i] for column in heights] for i in range(number)]


def _at(sums: list[float], place: float) -> float:
    whole = min(int(place), len(sums) - 2)
    return sums[whole] + (place - whole) * (sums[whole + 1] - sums[whole])
