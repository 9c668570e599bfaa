"""What happened, one frozen dataclass for each kind of thing that can happen in a job.

An event holds numbers and text only, so that it can be stored as JSON and read again by anyone. Times are
seconds since the epoch; durations are seconds; sizes are bytes. A hook is any callable that takes one event.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mrkit.errors import short


@dataclass(frozen=True)
class Event:
    """The base of all events. `time` is when the engine learned of it."""

    time: float


Hook = Callable[[Event], None]


@dataclass(frozen=True)
class JobStarted(Event):
    """A job begins. `num_splits` is None when the inputs are a stream of unknown length."""

    name: str
    executor: str
    start_method: str | None
    num_workers: int
    num_splits: int | None


@dataclass(frozen=True)
class SlowMotion(Event):
    """To be watched, every task of this run lasts longer than its work: by `factor` times the work's processor time."""

    factor: float


@dataclass(frozen=True)
class Reckoned(Event):
    """It was no run: a model of a cluster reckoned it, from this seed. Nothing in the trace was measured.

    `rates` are bytes a second of input, shuffle and output in steps of `step` seconds since the job was submitted;
    the first worker was launched after `start_up` seconds. A worker does up to `slots` tasks at a time.
    """

    seed: int
    slots: int
    start_up: float
    step: float
    rates: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True)
class TaskSubmitted(Event):
    """A task waits for a worker. `what` names its split or partitions; a `backup` races a slow attempt."""

    stage: str
    task: int
    attempt: int
    what: str
    backup: bool = False


@dataclass(frozen=True)
class TaskStarted(Event):
    """A worker was seen at a task. Only executors that can look at their workers send it."""

    stage: str
    task: int
    attempt: int
    worker: str


@dataclass(frozen=True)
class TaskFinished(Event):
    """A task is done. All its figures were measured in the worker.

    `records_in` and `records_out` are inputs and pairs in the map stage, values and results in the reduce
    stage. `groups` is the number of distinct keys. `buckets` has a row (partition, groups, records, bytes)
    for each bucket that a map task made. `pickling` is the time for writing or reading intermediate data,
    `memory` the largest size of the worker's process so far. `largest` are the keys with most values, as
    (key, values); `sizes` says how many groups have how many values. `skipped` lists the first bad records as
    (input, error, file, line) of `num_skipped` in all. `spills` is how often memory ran short and data went to disk.
    """

    stage: str
    task: int
    attempt: int
    worker: str
    submitted: float
    started: float
    finished: float
    cpu: float
    pickling: float
    memory: int
    records_in: int
    records_out: int
    groups: int
    bytes_in: int
    bytes_out: int
    buckets: tuple[tuple[int, int, int, int], ...] = ()
    largest: tuple[tuple[str, int], ...] = ()
    sizes: tuple[tuple[int, int], ...] = ()
    counters: tuple[tuple[str, int], ...] = ()
    skipped: tuple[tuple[str, str, str, int], ...] = ()
    num_skipped: int = 0
    spills: int = 0


@dataclass(frozen=True)
class TaskFailed(Event):
    """An attempt at a task did not succeed; `again` says whether there will be another."""

    stage: str
    task: int
    attempt: int
    worker: str
    submitted: float
    error: str
    again: bool


@dataclass(frozen=True)
class WorkerOutput(Event):
    """What a task printed."""

    stage: str
    task: int
    worker: str
    text: str


@dataclass(frozen=True)
class ReducePlanned(Event):
    """All map tasks are done. Reduce task r gets their partitions `ranges[r][0]` up to `ranges[r][1]`."""

    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class BaselineMeasured(Event):
    """The same job took `seconds` in one thread, without a pool."""

    seconds: float


@dataclass(frozen=True)
class JobFinished(Event):
    """The job has ended, well if `error` is None."""

    num_results: int
    error: str | None


class Emitter:
    """Gives every event to every hook. One that raises is reported once and dropped: it cannot hurt the job.

    >>> seen = []
    >>> Emitter([seen.append]).emit(BaselineMeasured(0.0, seconds=2.5))
    >>> seen
    [BaselineMeasured(time=0.0, seconds=2.5)]
    """

    def __init__(self, hooks: Iterable[Hook]):
        self._hooks = list(hooks)

    def emit(self, event: Event) -> None:
        """Tell all hooks."""
        for hook in list(self._hooks):
            try:
                hook(event)
            except Exception:
                self._hooks = [other for other in self._hooks if other is not hook]
                text = "The hook %s raised and is dropped; the job goes on."
                logging.getLogger("mrkit").exception(text, short(hook))


@dataclass(frozen=True)
class Clock:
    """Seconds since the epoch, with the resolution of `perf_counter`.

    A worker on the same machine reads its parent's clock, because `perf_counter` counts from one moment for
    all processes of a machine; `time.time()` moves in steps of 15 ms on some systems.
    """

    host: str
    offset: float

    @classmethod
    def here(cls, host: str) -> Clock:
        """The clock of this process on this host."""
        return cls(host, time.time() - time.perf_counter())

    def now(self) -> float:
        """The time now."""
        return self.offset + time.perf_counter()
