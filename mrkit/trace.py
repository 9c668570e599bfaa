"""What one run was like: the numbers behind every chart and every sentence about it.

A trace is made of events and nothing else, so a stored one answers the same questions as a fresh one. It knows times,
sizes and counts, but no data, no pool and no picture.
"""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from mrkit import events
from mrkit.errors import BadArgument
from mrkit.events import Event

Kind = TypeVar("Kind", bound=Event)

FORMAT = 1  # of the JSON


class Span(NamedTuple):
    """One attempt at one task. `what` is its split or its partitions; `ok` is whether it succeeded.

    Times are seconds since the job started. `submitted` to `started` is waiting. Of a failed attempt only the
    time when that was noticed is known (`finished`; `started` is then when it was submitted).
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
        """How many times the median the largest is."""
        return self.most / self.median if self.median else float(self.most > 0) or 1.0

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
        quarter, median, three = statistics.quantiles(ordered, n=4, method="inclusive")
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
class Trace:
    """All that is known of a run, from its events.

    >>> from mrkit import MapReduce
    >>> run = MapReduce(lambda line: [(word, 1) for word in line.split()], lambda item: sum(item[1]),
    ...                 num_partitions=2, executor="serial").run(["the dog", "the end"])
    >>> run.trace.num_pairs, run.trace.matrix
    (4, [[1, 1], [1, 1]])
    >>> Trace.from_json(run.trace.to_json()) == run.trace
    True
    """

    events: tuple[Event, ...]

    def __init__(self, events: Iterable[Event]):
        object.__setattr__(self, "events", tuple(events))

    def __repr__(self) -> str:
        return f"<Trace of {self.job.name!r}: {len(self.spans)} task attempts in {self.seconds:.2f} s>"

    def of_kind(self, kind: type[Kind]) -> Iterator[Kind]:
        """The events of one kind, in order."""
        return (event for event in self.events if isinstance(event, kind))

    # The job as a whole.

    @cached_property
    def job(self) -> events.JobStarted:
        """How the job began: its name, executor and number of workers."""
        return next(self.of_kind(events.JobStarted))

    @cached_property
    def seconds(self) -> float:
        """From the start of the job to its end, without the baseline."""
        ends = [event.time for event in self.events if not isinstance(event, _AFTER_THE_JOB)]
        return max(ends) - self.job.time

    @cached_property
    def error(self) -> str | None:
        """What ended the job early, if anything did."""
        return next((event.error for event in self.of_kind(events.JobFinished)), None)

    @cached_property
    def baseline(self) -> float | None:
        """Seconds of the same job in one thread, if that was asked for."""
        return next((event.seconds for event in self.of_kind(events.BaselineMeasured)), None)

    @cached_property
    def speedup(self) -> float | None:
        """How many times faster than one thread; below 1 the pool cost more than it gained."""
        return self.baseline / self.seconds if self.baseline and self.seconds else None

    @cached_property
    def counters(self) -> dict[str, int]:
        """The totals of what user code counted."""
        totals: Counter = Counter()
        for done in self.of_kind(events.TaskFinished):
            totals.update(dict(done.counters))
        return dict(sorted(totals.items()))

    @cached_property
    def output(self) -> list[events.WorkerOutput]:
        """What tasks printed."""
        return list(self.of_kind(events.WorkerOutput))

    # Tasks and workers.

    @cached_property
    def spans(self) -> list[Span]:
        """Every attempt at every task, in the order in which they ended."""
        start = self.job.time
        what = {(e.stage, e.task): e.what for e in self.of_kind(events.TaskSubmitted)}
        spans = []
        for e in self.events:
            if isinstance(e, events.TaskFinished):
                times = e.submitted - start, e.started - start, e.finished - start
                spans.append(Span(e.stage, e.task, e.attempt, what.get((e.stage, e.task), ""), e.worker, *times, True))
            elif isinstance(e, events.TaskFailed):
                times = e.submitted - start, e.submitted - start, e.time - start
                name = what.get((e.stage, e.task), "")
                spans.append(Span(e.stage, e.task, e.attempt, name, e.worker, *times, False, e.error))
        return spans

    @cached_property
    def workers(self) -> list[str]:
        """The workers that finished a task, in the order of their numbers."""
        names = {span.worker for span in self.spans if span.worker}
        return sorted(names, key=lambda name: (len(name), name))

    def tasks(self, stage: str) -> list[events.TaskFinished]:
        """The finished tasks of a stage ("map" or "reduce"), in task order."""
        done = [event for event in self.of_kind(events.TaskFinished) if event.stage == stage]
        return sorted(done, key=lambda event: event.task)

    def stage_times(self, stage: str) -> tuple[float, float]:
        """When the first task of a stage started and the last one ended, in seconds since the job started."""
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
        pickling = sum(task.pickling for task in self.of_kind(events.TaskFinished))
        work = {
            stage: sum(t.finished - t.started - t.pickling for t in self.tasks(stage)) for stage in ("map", "reduce")
        }
        waiting = self.seconds * self.job.num_workers - sum(work.values()) - pickling
        return TimeUse(work["map"], work["reduce"], pickling, max(0.0, waiting))

    @cached_property
    def cpu(self) -> float:
        """Seconds of processor time that all tasks used."""
        return sum(task.cpu for task in self.of_kind(events.TaskFinished))

    @cached_property
    def peak_memory(self) -> int:
        """The largest size of any worker, in bytes; 0 if unknown."""
        return max((task.memory for task in self.of_kind(events.TaskFinished)), default=0)

    # Data.

    @cached_property
    def num_inputs(self) -> int:
        """How many records the map function read."""
        return sum(task.records_in for task in self.tasks("map"))

    @cached_property
    def num_pairs(self) -> int:
        """How many pairs the map function made."""
        return sum(task.records_out for task in self.tasks("map"))

    @cached_property
    def num_shuffled(self) -> int:
        """How many values went from map to reduce: the pairs, or fewer if there is a combiner."""
        return sum(map(sum, self.matrix))

    @cached_property
    def shuffled_bytes(self) -> int:
        """The size of all buckets."""
        return sum(task.bytes_out for task in self.tasks("map"))

    @cached_property
    def num_groups(self) -> int:
        """How many distinct keys there were."""
        return sum(task.groups for task in self.tasks("reduce"))

    @cached_property
    def num_results(self) -> int:
        """How many results the reduce function gave."""
        return sum(task.records_out for task in self.tasks("reduce"))

    @cached_property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """Which of the partitioner's numbers each reduce task took: from the first up to, not with, the second."""
        return next((event.ranges for event in self.of_kind(events.ReducePlanned)), ())

    @cached_property
    def matrix(self) -> list[list[int]]:
        """The shuffle: `matrix[m][r]` values went from map task m to reduce task r."""
        return self._matrix(column=2)

    @cached_property
    def matrix_bytes(self) -> list[list[int]]:
        """The shuffle in bytes."""
        return self._matrix(column=3)

    def _matrix(self, column: int) -> list[list[int]]:
        reducer = {p: r for r, (first, last) in enumerate(self.ranges) for p in range(first, last)}
        rows = []
        for task in self.tasks("map"):
            row = [0] * len(self.ranges)
            for bucket in task.buckets:
                if bucket[0] in reducer:
                    row[reducer[bucket[0]]] += bucket[column]
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

    def diagnosis(self) -> list[str]:
        """What stands out about this run, in sentences, each with the figure behind it."""
        from mrkit.diagnosis import diagnose

        return diagnose(self)

    def to_json(self, path: str | Path | None = None) -> str:
        """All events as JSON; written to `path` if there is one."""
        rows = [{"event": type(event).__name__, **asdict(event)} for event in self.events]
        text = json.dumps({"mrkit_trace": FORMAT, "events": rows}, indent=1)
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text

    @classmethod
    def from_json(cls, source: str | Path) -> Trace:
        """The trace that `to_json` wrote: its text, or the path of its file."""
        text = source if isinstance(source, str) and source.lstrip().startswith("{") else _read(source)
        try:
            stored = json.loads(text)
            if stored["mrkit_trace"] != FORMAT:
                raise BadArgument("This trace was written by another version of mrkit.")
            return cls(_event(row) for row in stored["events"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, BadArgument):
                raise
            raise BadArgument(f"This is not a trace that mrkit wrote: {type(error).__name__}: {error}") from error

    def to_chrome(self, path: str | Path | None = None) -> str:
        """The timeline in the Trace Event Format, for Perfetto (ui.perfetto.dev) or chrome://tracing."""
        from mrkit.chrome import chrome_trace

        text = json.dumps(chrome_trace(self))
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text


_AFTER_THE_JOB = (events.BaselineMeasured, events.JobFinished)
_KINDS = {kind.__name__: kind for kind in Event.__subclasses__()}


def _read(path: str | Path) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise BadArgument(f"There is no trace to read at {path}: {error.strerror}.") from error


def _event(row: dict[str, Any]) -> Event:
    kind = _KINDS[row.pop("event")]
    known = {field.name for field in fields(kind)}
    if set(row) != known:
        raise BadArgument(f"This is not a trace that mrkit wrote: {kind.__name__} has other fields.")
    return kind(**{name: _tuples(value) for name, value in row.items()})


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
