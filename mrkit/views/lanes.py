"""Who did what when: the rows of a timeline, and the task that stands out in them.

Pure functions of a `Trace`, for the chart and for the terminal. It draws nothing and must never need matplotlib.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mrkit.events import TaskFailed, TaskFinished
from mrkit.trace import Span, Trace, straggler_of

MATTERS = 0.1  # of the job's time
AT_ONCE = 0.02  # of the job's time: a start-up that is not worth a strip


class Lane(NamedTuple):
    """One row: a worker, its attempts, and from when to when it was there to work."""

    label: str
    spans: list[Span]
    start: float
    end: float


def lanes(trace: Trace) -> list[Lane]:
    """A row for each worker; then attempts of which nobody knows the worker; then workers that got no task.

    >>> from mrkit import MapReduce
    >>> run = MapReduce(lambda n: [(n % 2, n)], lambda item: sum(item[1]), executor="serial").run([1, 2, 3])
    >>> [lane.label for lane in lanes(run.trace)]
    ['main']
    """
    replaced = len(trace.workers) > trace.job.num_workers
    first = trace.workers[: trace.job.num_workers]
    rows = []
    for worker, spans in trace.rows:
        start = 0.0 if worker in first else spans[0].started
        end = trace.seconds if worker and not replaced else max(span.finished for span in spans)
        rows.append(Lane(worker or "not known", spans, start, end))
    idle = trace.job.num_workers - len(rows)
    if idle > 0:
        rows.append(Lane("1 other" if idle == 1 else f"{idle} others", [], 0.0, trace.seconds))
    return rows


def ready(trace: Trace) -> float:
    """When the first worker had a task, in seconds since the job started: a picture's time begins there. 0 if at once.

    >>> from mrkit import MapReduce
    >>> run = MapReduce(lambda n: [(n % 2, n)], lambda item: sum(item[1]), executor="serial").run([1, 2, 3])
    >>> ready(run.trace) < 0.1
    True
    """
    return trace.start_up if trace.start_up > AT_ONCE * trace.seconds else 0.0


def outrun(trace: Trace) -> set[Span]:
    """The attempts that were stopped because another attempt at the same task was faster: no fault of theirs."""
    failed = trace.of_kind(TaskFailed) if trace.error is None else ()
    lost = {(e.stage, e.task, e.attempt) for e in failed if not e.again}
    return {span for span in trace.failures if (span.stage, span.task, span.attempt) in lost}


Parts = list[tuple[str, float, float]]  # kind, start, end


def parts_of(trace: Trace) -> dict[Span, Parts]:
    """What each attempt was made of: a map task writes its buckets at its end, a reduce task reads them first."""
    pickling = {(e.stage, e.task, e.attempt): e.pickling for e in trace.of_kind(TaskFinished)}
    stopped = outrun(trace)
    parts: dict[Span, Parts] = {}
    for span in trace.spans:
        start, end, spent = span.started, span.finished, pickling.get((span.stage, span.task, span.attempt), 0.0)
        if not span.ok:
            parts[span] = [("outrun" if span in stopped else "fault", start, end)]
        elif span.stage == "map":
            parts[span] = [("map", start, end - spent), ("partition", end - spent, end)]
        else:
            parts[span] = [("reduce", start + spent, end), ("partition", start, start + spent)]
    return parts


def straggler(trace: Trace) -> Span | None:
    """The task that took much longer than is usual in its stage, if there is one that mattered."""
    found = []
    for stage in ("map", "reduce"):
        spans = [span for span in trace.spans if span.stage == stage and span.ok]
        longest = straggler_of(spans)
        if longest is not None and longest.seconds > MATTERS * trace.seconds:
            found.append(longest)
    return max(found, key=lambda span: span.seconds, default=None)


def shares(intervals: Iterable[tuple[float, float]], seconds: float, steps: int) -> list[float]:
    """How much of each of so many equal steps of time is within the intervals (start, end), as parts of 1.

    >>> shares([(0, 1), (1.5, 4)], seconds=4, steps=2)
    [0.75, 1.0]
    """
    length = seconds / steps
    found = [0.0] * steps
    for start, end in intervals:
        for step in range(max(0, int(start / length)), min(steps, int(end / length) + 1)):
            found[step] += max(0.0, min(end, (step + 1) * length) - max(start, step * length)) / length
    return found
