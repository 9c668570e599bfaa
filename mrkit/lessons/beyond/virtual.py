"""A virtual cluster: how long a job would take on machines that are not there, reckoned from a run that was.

It takes the task times and bucket sizes that a trace has measured, and a few figures of the cluster. It is a model for
lessons, and leaves out much: it runs nothing, and must never be shown as a measurement.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from itertools import chain, repeat
from typing import NamedTuple

from mrkit.errors import BadArgument
from mrkit.trace import Trace


class Forecast(NamedTuple):
    """Seconds of each phase, one after the other."""

    start_up: float
    map: float
    shuffle: float
    reduce: float

    @property
    def total(self) -> float:
        """Seconds of the whole job."""
        return sum(self)


def makespan(task_seconds: Iterable[float], machines: int) -> float:
    """When the last task is done, if a machine that is free takes the next task of the list.

    >>> makespan([3, 2, 2, 9, 1], 2)
    12
    """
    if machines < 1:
        raise BadArgument(f"A cluster needs at least one machine; you gave {machines}.")
    ends: list[float] = []
    for seconds in task_seconds:
        free = heapq.heappop(ends) if len(ends) == machines else 0
        heapq.heappush(ends, free + seconds)
    return max(ends, default=0)


def forecast(
    trace: Trace,
    machines: int,
    *,
    bandwidth: float,
    latency: float = 0.0,
    start_up: float = 0.0,
    copies: int = 1,
) -> Forecast:
    """How long the job of a trace would take on so many machines, by a model of four phases in a row.

    - Start-up: the driver starts one machine after the other, each in `start_up` seconds.
    - Map, reduce: a machine does one task at a time. Each task takes as long as it was measured.
    - Shuffle: machines share one network of `bandwidth` bytes a second. Of n machines each keeps an n-th of what it
      made, the rest travels. Each machine waits `latency` seconds for a first answer from every other.

    `copies` is how many times the input there is, in as many times the tasks.

    >>> from mrkit import MapReduce
    >>> run = MapReduce(lambda n: [(n % 2, n)], lambda item: sum(item[1]), executor="serial").run([1, 2, 3])
    >>> forecast(run.trace, 4, bandwidth=1e6, start_up=0.5).start_up
    2.0
    """
    if bandwidth <= 0:
        raise BadArgument(f"The bandwidth must be more than 0 bytes a second; you gave {bandwidth}.")
    return Forecast(
        start_up=machines * start_up,
        map=makespan(_seconds(trace, "map", copies), machines),
        shuffle=travelling(trace, machines, copies) / bandwidth + (machines - 1) * latency,
        reduce=makespan(_seconds(trace, "reduce", copies), machines),
    )


def travelling(trace: Trace, machines: int, copies: int = 1) -> float:
    """How many bytes of the buckets cross the network between so many machines: on one machine, none."""
    return trace.shuffled_bytes * copies * (machines - 1) / machines


def _seconds(trace: Trace, stage: str, copies: int) -> Iterable[float]:
    measured = [task.finished - task.started for task in trace.tasks(stage)]
    return chain.from_iterable(repeat(measured, copies))
