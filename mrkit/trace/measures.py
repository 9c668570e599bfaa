"""The measures of one run: the numbers behind every chart and every sentence about it.

They come from the events of the run and from nothing else: times, sizes and counts, but no data, no pool and no
picture. Serves `Trace`, and whatever is made of one: the diagnosis, the Chrome trace, charts.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

from mrkit import arguments
from mrkit.errors import STOPPED, BadArgument, short
from mrkit.events import (
    BaselineMeasured,
    Event,
    JobFinished,
    JobStarted,
    Reckoned,
    ReducePlanned,
    SlowMotion,
    TaskFailed,
    TaskFinished,
    TaskStarted,
    TaskSubmitted,
    WorkerOutput,
)

Kind = TypeVar("Kind", bound=Event)

HOT = 2.0  # times the mean of the other tasks: the stage lasts twice as long as it must
STRAGGLER = 3.0  # times the median: twice can be chance on a busy machine


def hot_one(loads: Sequence[float]) -> int | None:
    """Which of some loads stands out: the largest, if it is `HOT` times the mean of the others; or None.

    >>> hot_one([10, 30, 12]), hot_one([10, 12]), hot_one([5])
    (1, None, None)
    """
    if len(loads) < 2:
        return None
    largest = max(range(len(loads)), key=loads.__getitem__)
    others = (sum(loads) - loads[largest]) / (len(loads) - 1)
    return largest if loads[largest] >= HOT * others and loads[largest] else None


def straggler_of(spans: Sequence[Span]) -> Span | None:
    """The slowest of at least three attempts, if it took `STRAGGLER` times the median; or None."""
    if len(spans) < 3:
        return None
    slowest = max(spans, key=lambda span: span.seconds)
    return slowest if slowest.seconds >= STRAGGLER * Quantiles.of(span.seconds for span in spans).median else None


class Span(NamedTuple):
    """One attempt at one task. `what` is its split or its partitions; `ok` is whether it succeeded.

    Times are seconds since the job started. `submitted` to `started` is waiting. A failed attempt measured
    nothing: it started when its worker was first seen at it or, if nobody saw, when it can have at the
    earliest; it finished when the failure was noticed; and `worker` is empty if nobody knows. A `backup` raced
    a slow attempt.
    """

    stage: str
    task: int
    attempt: int
    what: str
    worker: str
    submitted: float
    started: float
    finished: float
    ok: bool
    error: str = ""
    backup: bool = False

    @property
    def seconds(self) -> float:
        """How long the attempt ran."""
        return self.finished - self.started

    @property
    def waiting(self) -> float:
        """How long it waited for a worker."""
        return self.started - self.submitted


class Load(NamedTuple):
    """What one reduce task got: `records` values of `groups` keys in `bytes` bytes."""

    partition: int
    groups: int
    records: int
    bytes: int


class Quantiles(NamedTuple):
    """The spread of some numbers; `skew` is the largest divided by the median (1 is even)."""

    least: float
    quarter: float
    median: float
    three_quarters: float
    most: float

    @property
    def skew(self) -> float:
        """How many times the median the largest is; infinite if the median is 0 and the largest is not."""
        if self.median:
            return self.most / self.median
        return math.inf if self.most else 1.0

    @classmethod
    def of(cls, numbers: Iterable[float]) -> Quantiles:
        """Of at least one number.

        >>> Quantiles.of([1, 2, 3, 10]).median, Quantiles.of([1, 2, 3, 10]).skew
        (2.5, 4.0)
        """
        ordered = sorted(numbers)
        if not ordered:
            raise BadArgument("There is nothing to measure: the job had no such tasks.")
        if len(ordered) == 1:
            return cls(*ordered * 5)
        from statistics import quantiles  # slow to import, and jobs do not need it

        quarter, median, three = quantiles(ordered, n=4, method="inclusive")
        return cls(ordered[0], quarter, median, three, ordered[-1])


class TimeUse(NamedTuple):
    """Where the workers' time went, in seconds of all workers together."""

    map: float
    reduce: float
    pickling: float
    waiting: float  # workers with nothing to do, start-up included

    @property
    def total(self) -> float:
        """Workers times the length of the job."""
        return sum(self)


@dataclass(frozen=True)
class Measures:
    """What can be counted and timed in the events of a run."""

    events: tuple[Event, ...]

    def __init__(self, events: Iterable[Event]):
        object.__setattr__(self, "events", tuple(events))

    def of_kind(self, kind: type[Kind]) -> Iterator[Kind]:
        """The events of one kind, in order."""
        if not isinstance(kind, type) or not issubclass(kind, Event):
            raise BadArgument(f"kind must be a class of mrkit.events; you gave {short(kind)}.")
        return (event for event in self.events if isinstance(event, kind))

    # The job as a whole.

    @cached_property
    def job(self) -> JobStarted:
        """How the job began: its name, executor and number of workers."""
        started = next(self.of_kind(JobStarted), None)
        if started is None:
            raise BadArgument("These are not the events of a run: none of them is JobStarted.")
        return started

    @cached_property
    def model(self) -> Reckoned | None:
        """What a model says of itself, if one made this up (`mrkit.cluster`)."""
        return next(self.of_kind(Reckoned), None)

    @property
    def reckoned(self) -> bool:
        """Whether a model made this up: then nothing in it was measured."""
        return self.model is not None

    @cached_property
    def slow_motion(self) -> float:
        """How many times longer than its work every task lasted, to be watched; 1 is as it is."""
        return next((event.factor for event in self.of_kind(SlowMotion)), 1.0)

    @cached_property
    def slots(self) -> int:
        """How many tasks can run at a time: one for each worker, or two where a model gives it a second place."""
        return self.job.num_workers * (self.model.slots if self.model else 1)

    @cached_property
    def seconds(self) -> float:
        """From the start of the job to its end, without the baseline."""
        ends = [event.time for event in self.events if not isinstance(event, _AFTER_THE_JOB)]
        return max(ends) - self.job.time

    @cached_property
    def start_up(self) -> float:
        """Seconds until the first task started: the time that starting the workers takes.

        A failed attempt counts if a worker was seen at it; of others nobody knows when they started.
        """
        seen = {(event.stage, event.task, event.attempt) for event in self.of_kind(TaskStarted)}
        begun = (span.started for span in self.spans if span.ok or (span.stage, span.task, span.attempt) in seen)
        return max(0.0, min(begun, default=0.0))

    @cached_property
    def error(self) -> str | None:
        """What ended the job early, if anything did."""
        return next((event.error for event in self.of_kind(JobFinished)), None)

    @cached_property
    def stopped(self) -> bool:
        """Whether somebody stopped the job, so that its end is no failure."""
        return self.error is not None and (self.error == STOPPED or self.error.startswith("KeyboardInterrupt"))

    @cached_property
    def baseline(self) -> float | None:
        """Seconds of the same job in one thread, if that was asked for."""
        return next((event.seconds for event in self.of_kind(BaselineMeasured)), None)

    @cached_property
    def speedup(self) -> float | None:
        """How many times faster than one thread; below 1 the pool cost more than it gained."""
        return self.baseline / self.seconds if self.baseline and self.seconds else None

    @cached_property
    def counters(self) -> dict[str, int]:
        """The totals of what user code counted, each task once."""
        totals: Counter = Counter()
        for task in self.tasks("map") + self.tasks("reduce"):
            totals.update(dict(task.counters))
        return dict(sorted(totals.items()))

    @cached_property
    def skipped(self) -> list[tuple[str, str, str, int]]:
        """The first bad records that were left out, as (input, error, file, line)."""
        return [row for stage in ("map", "reduce") for task in self.tasks(stage) for row in task.skipped]

    @cached_property
    def num_skipped(self) -> int:
        """How many bad records were left out."""
        return sum(task.num_skipped for stage in ("map", "reduce") for task in self.tasks(stage))

    @cached_property
    def output(self) -> list[WorkerOutput]:
        """What tasks printed."""
        return list(self.of_kind(WorkerOutput))

    # Tasks and workers.

    @cached_property
    def spans(self) -> list[Span]:
        """Every attempt at every task, in the order in which they ended."""
        seen: dict[tuple, TaskStarted] = {}
        submitted: dict[tuple, TaskSubmitted] = {}
        free: dict[str, float] = {}  # when each worker ended its last task
        spans = []
        for e in self.events:
            if isinstance(e, TaskSubmitted):
                submitted[e.stage, e.task, e.attempt] = e
            elif isinstance(e, TaskStarted):
                seen.setdefault((e.stage, e.task, e.attempt), e)
            elif isinstance(e, TaskFinished):
                spans.append(self._span(e, submitted, e.worker, e.started, e.finished))
                free[e.worker] = e.finished
            elif isinstance(e, TaskFailed):
                start = seen.get((e.stage, e.task, e.attempt))
                worker = e.worker or (start.worker if start else "")
                started = max(e.submitted, start.time if start else free.get(worker, e.submitted))
                spans.append(self._span(e, submitted, worker, min(started, e.time), e.time))
        return spans

    def _span(
        self,
        e: TaskFinished | TaskFailed,
        submitted: dict[tuple, TaskSubmitted],
        worker: str,
        started: float,
        finished: float,
    ) -> Span:
        sent = submitted.get((e.stage, e.task, e.attempt))
        return Span(
            stage=e.stage,
            task=e.task,
            attempt=e.attempt,
            what=sent.what if sent else "",
            worker=worker,
            submitted=e.submitted - self.job.time,
            started=started - self.job.time,
            finished=finished - self.job.time,
            ok=isinstance(e, TaskFinished),
            error=e.error if isinstance(e, TaskFailed) else "",
            backup=sent.backup if sent else False,
        )

    @cached_property
    def failures(self) -> list[Span]:
        """The attempts that did not succeed, in the order in which they ended."""
        return [span for span in self.spans if not span.ok]

    @cached_property
    def workers(self) -> list[str]:
        """The workers that were seen at a task, in the order of their numbers."""
        names = {span.worker for span in self.spans if span.worker}
        return sorted(names, key=lambda name: (len(name), name))

    @cached_property
    def rows(self) -> list[tuple[str, list[Span]]]:
        """The attempts as the rows of a timeline, (worker, spans by start), with no overlap within a row.

        Each worker has one row, or more if it ran several attempts at a time. The last rows, of worker "",
        are attempts of which nobody knows the worker.
        """
        rows: list[tuple[str, list[Span]]] = []
        by_worker: dict[str, list[Span]] = defaultdict(list)
        for span in sorted(self.spans, key=lambda span: (span.started, span.finished)):
            by_worker[span.worker].append(span)
        for worker in [*self.workers, ""]:
            own: list[list[Span]] = []
            for span in by_worker[worker]:
                row = next((row for row in own if row[-1].finished <= span.started), None)
                if row is None:
                    own.append([span])
                else:
                    row.append(span)
            rows += [(worker, row) for row in own]
        return rows

    def tasks(self, stage: str) -> list[TaskFinished]:
        """The finished tasks of a stage ("map" or "reduce"), in task order.

        A task that had to be done again, because what it made was lost, is there once.
        """
        arguments.stage("stage", stage)
        done = {event.task: event for event in self.of_kind(TaskFinished) if event.stage == stage}
        return [done[number] for number in sorted(done)]

    def stage_times(self, stage: str) -> tuple[float, float]:
        """When the first task of a stage started and the last one ended, in seconds since the job started."""
        arguments.stage("stage", stage)
        spans = [span for span in self.spans if span.stage == stage]
        if not spans:
            return (0.0, 0.0)
        return min(span.started for span in spans), max(span.finished for span in spans)

    def task_times(self, stage: str) -> Quantiles:
        """The spread of the seconds that the tasks of a stage took."""
        return Quantiles.of(task.finished - task.started for task in self.tasks(stage))

    @cached_property
    def time_use(self) -> TimeUse:
        """Where the workers' time went."""
        pickling = sum(task.pickling for task in self.of_kind(TaskFinished))
        work: dict[str, float] = defaultdict(float)
        for task in self.of_kind(TaskFinished):
            work[task.stage] += task.finished - task.started - task.pickling
        waiting = self.seconds * self.slots - sum(work.values()) - pickling
        return TimeUse(work["map"], work["reduce"], pickling, max(0.0, waiting))

    @cached_property
    def cpu(self) -> float:
        """Seconds of processor time that all tasks used."""
        return sum(task.cpu for task in self.of_kind(TaskFinished))

    @cached_property
    def peak_memory(self) -> int:
        """The largest size of any worker's process, in bytes; 0 if unknown."""
        return max(self.memory.values(), default=0)

    @cached_property
    def memory(self) -> dict[str, int]:
        """The largest size of each worker's process, in bytes. Threads share one process."""
        peaks: dict[str, int] = {}
        for task in self.of_kind(TaskFinished):
            peaks[task.worker] = max(task.memory, peaks.get(task.worker, 0))
        return peaks

    # Data.

    @cached_property
    def num_inputs(self) -> int:
        """How many records the map function read."""
        return sum(task.records_in for task in self.tasks("map"))

    @cached_property
    def input_bytes(self) -> int:
        """The size of the splits; 0 for inputs that do not know theirs, such as a list."""
        return sum(task.bytes_in for task in self.tasks("map"))

    @cached_property
    def num_pairs(self) -> int:
        """How many pairs the map function made."""
        return sum(task.records_out for task in self.tasks("map"))

    @cached_property
    def num_shuffled(self) -> int:
        """How many values went from map to reduce: the pairs, or fewer if there is a combiner."""
        return sum(bucket[2] for task in self.tasks("map") for bucket in task.buckets)

    @cached_property
    def num_combined(self) -> int:
        """How many values travel if every map task sends one for each of its keys, as with a combiner."""
        return sum(task.groups for task in self.tasks("map"))

    @cached_property
    def shuffled_bytes(self) -> int:
        """The size of all buckets."""
        return sum(task.bytes_out for task in self.tasks("map"))

    @cached_property
    def num_spills(self) -> int:
        """How often memory ran short and intermediate data or results went to disk."""
        return sum(task.spills for stage in ("map", "reduce") for task in self.tasks(stage))

    @cached_property
    def num_groups(self) -> int:
        """How many distinct keys there were."""
        return sum(task.groups for task in self.tasks("reduce"))

    @cached_property
    def num_results(self) -> int:
        """How many results the reduce function gave."""
        return sum(task.records_out for task in self.tasks("reduce"))

    @cached_property
    def result_bytes(self) -> int:
        """The size of the results."""
        return sum(task.bytes_out for task in self.tasks("reduce"))

    @cached_property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """Which of the partitioner's numbers each reduce task took: from the first up to the second."""
        return next((event.ranges for event in self.of_kind(ReducePlanned)), ())

    @cached_property
    def matrix(self) -> list[list[int]]:
        """The shuffle: `matrix[m][r]` values went from map task m to reduce task r."""
        return self._matrix(column=2)

    @cached_property
    def matrix_bytes(self) -> list[list[int]]:
        """The shuffle in bytes."""
        return self._matrix(column=3)

    def _matrix(self, column: int) -> list[list[int]]:
        ends = [last for _, last in self.ranges]
        rows = []
        for task in self.tasks("map"):
            row = [0] * len(ends)
            for bucket in task.buckets if ends else ():
                row[min(bisect_right(ends, bucket[0]), len(ends) - 1)] += bucket[column]
            rows.append(row)
        return rows

    @cached_property
    def partitions(self) -> list[Load]:
        """What each reduce task got."""
        return [Load(t.task, t.groups, t.records_in, t.bytes_in) for t in self.tasks("reduce")]

    @cached_property
    def partition_sizes(self) -> Quantiles:
        """The spread of the values that the reduce tasks got."""
        return Quantiles.of(load.records for load in self.partitions)

    @cached_property
    def largest_keys(self) -> list[tuple[str, int]]:
        """The keys that most values reached the reduce function for, as (key, values), largest first."""
        keys = [pair for task in self.tasks("reduce") for pair in task.largest]
        return sorted(keys, key=lambda pair: (-pair[1], pair[0]))[:10]

    @cached_property
    def group_sizes(self) -> dict[int, int]:
        """How many groups have how many values: {values: groups}."""
        sizes: Counter = Counter()
        for task in self.tasks("reduce"):
            sizes.update(dict(task.sizes))
        return dict(sorted(sizes.items(), reverse=True))

    # In words, and for other programs.


_AFTER_THE_JOB = (BaselineMeasured, JobFinished)
