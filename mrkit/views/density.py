"""Thousands of attempts in one picture: how many were in each state at each time, and the few that stand out.

Pure functions of a `Trace`, for a chart and for a widget. It draws nothing and must never need matplotlib.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from mrkit.trace import Span, Trace
from mrkit.views.lanes import Parts, parts_of

KINDS = ("map", "partition", "reduce", "outrun", "fault")
SLOW = 1.8  # times the median of its stage: in a crowd that is enough to stand out
MOST_SLOW = 6  # that are drawn one by one


def density(trace: Trace, steps: int) -> dict[str, list[float]]:
    """For each kind of work, how many attempts were at it in each of so many equal steps of the job's time.

    >>> from mrkit import MapReduce
    >>> run = MapReduce(lambda n: [(n % 2, n)], lambda item: sum(item[1]), executor="serial").run([1, 2, 3])
    >>> [max(values) <= 1.001 for values in density(run.trace, 10).values()]
    [True, True, True, True, True]
    """
    return heaped(parts_of(trace).values(), trace.seconds, steps)


def heaped(attempts: Iterable[Parts], seconds: float, steps: int) -> dict[str, list[float]]:
    """The same of attempts that are given by their parts.

    >>> heaped([[("map", 0, 2)], [("map", 1, 2), ("partition", 2, 4)]], seconds=4, steps=2)["map"]
    [1.5, 0.0]
    """
    length = seconds / steps or 1.0
    found = {kind: [0.0] * steps for kind in KINDS}
    for parts in attempts:
        for kind, start, end in parts:
            row = found[kind]
            for step in range(max(0, int(start / length)), min(steps, int(end / length) + 1)):
                row[step] += max(0.0, min(end, (step + 1) * length) - max(start, step * length)) / length
    return found


def slowest(trace: Trace, most: int = MOST_SLOW) -> list[Span]:
    """The attempts that took most seconds more than is usual in their stage, outrun ones too; by their beginning."""
    found = []
    for stage in ("map", "reduce"):
        spans = [span for span in trace.spans if span.stage == stage]
        if len(spans) > 3:
            usual = median(span.seconds for span in spans)
            found += [(span.seconds - usual, span) for span in spans if span.seconds > SLOW * usual]
    found.sort(key=lambda pair: -pair[0])
    return sorted((span for _, span in found[:most]), key=lambda span: span.started)
