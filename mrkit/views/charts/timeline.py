"""The timeline: what every worker did when.

It draws the rows of `mrkit.views.lanes`. In a row of more tasks than the eye can tell apart, the time is cut into
steps, and each step is filled from below by the shares of what was done in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from mrkit import arguments
from mrkit.trace import Span, Trace
from mrkit.views import style
from mrkit.views.canvas import NO_TASK, begin, finish, legend, nothing, plain, time_axis, trace_of, unfinished
from mrkit.views.crowd import crowd
from mrkit.views.lanes import Lane, Parts, lanes, parts_of, ready, shares, straggler
from mrkit.views.pen import Axes, PolyCollection
from mrkit.words import count, cut, duration, percent, sentence_list, times

MOST_ROWS = 100  # lanes that are drawn one by one
MOST_SINGLE = 200  # tasks of a lane that are drawn one by one
STEPS = 200  # of time, for a lane of more
MOST_FRAMED = 3  # second attempts that have a frame and their name
MOST_NUMBERED = 60  # tasks of a run that show their number
WIDE = 0.04  # of the job's time: a bar with room for its number
THIN = 0.003  # of the job's time: a block is drawn at least as wide
EDGED = 0.012  # of the job's time: a block that is wide enough for an edge
FOLDED = 0.045  # of the width: the start-up, however long it was
HALF = 0.29  # of the height of a bar, in lanes

_WORDS = {kind: kind for kind in ("map", "partition", "reduce")} | {
    "fault": "failed attempt",
    "outrun": "outrun attempt",
    "waiting": "waiting",
}


@arguments.takes(beside=arguments.items)
def timeline(run: Any, ax: Axes | None = None, *, beside: Iterable[Any] = ()) -> Axes:
    """What every worker did when: map, partition, reduce, waiting and failed attempts; the straggler has its name.

    `beside` are other runs, drawn elsewhere: the time axis is as long as theirs, so that lengths can be compared.
    """
    trace = trace_of(run)
    others = [trace_of(other) for other in beside]
    rows = lanes(trace)
    if len(rows) > MOST_ROWS:
        return crowd(trace, begin(ax, height=5.6))
    origin = ready(trace)
    parts = _from(origin, parts_of(trace))
    ax = begin(ax, height=min(9.0, 1.9 + 0.55 * len(rows)))
    if not trace.spans:
        return nothing(ax, unfinished(trace, NO_TASK))
    crowded = any(len(lane.spans) > MOST_SINGLE for lane in rows)
    shown = max(each.seconds - ready(each) for each in (trace, *others))  # seconds
    boxes = _boxes(trace, rows, parts, origin, shown)
    for kind, outlines in boxes.items():
        look = style.fill(kind) | {"linewidth": _edges(kind, outlines, shown)}
        ax.add_collection(PolyCollection(outlines, label=kind, **look))
    died = {span for span, ((kind, *_), *_) in parts.items() if kind == "fault"}
    _cross_out(ax, rows, died, origin)
    ax.set_xlim(origin, origin + shown)
    ax.set_ylim(len(rows) - 0.5, -0.6)
    if origin:
        _fold_start_up(ax, origin)
    every = -(-len(rows) // 16)
    named = range(0, len(rows), every)
    ax.set_yticks(named, [plain(cut(rows[i].label, 14)) for i in named])
    ax.tick_params(left=False)
    second = _repeats(trace, died)
    slow = None if second else straggler(trace)  # one frame says what the title says
    if len(trace.spans) <= MOST_NUMBERED:
        _number_tasks(ax, trace, rows, parts, WIDE * shown)
    for span in second if len(second) <= MOST_FRAMED else []:
        _frame(ax, trace, rows, span, f"{span.stage} task {span.task}, attempt {span.attempt}")
    if slow is not None:
        _frame(ax, trace, rows, slow, f"{_task(slow)}, {duration(slow.seconds)}")
    legend(ax, [(kind, _WORDS[kind]) for kind in _WORDS if boxes.get(kind)])
    note = "; heights are shares of the time" if crowded else ""
    since = f"since the {'workers were ready' if origin else 'job started'}{_slowed(trace)}"
    return finish(
        ax,
        _timeline_title(trace, slow, died, second),
        _timeline_alt(trace, rows, slow, second),
        ("worker", "stage", "task", "attempt", "what", "start (s)", "end (s)", "outcome"),
        _table(trace, origin),
        xlabel=f"{time_axis(ax, origin + shown, origin)} {since}{note}",
        of=[trace],
    )


def _slowed(trace: Trace) -> str:
    return f", in slow motion ({trace.slow_motion:g} times as long)" if trace.slow_motion > 1 else ""


def _table(trace: Trace, origin: float) -> list[tuple]:
    counted = _counted(trace)
    rows = []
    for s in sorted(trace.spans, key=lambda span: span.started):
        attempt = (s.stage, s.task, s.attempt)
        outcome = _outcome(s, counted.get(attempt, (0, 0)))
        rows.append((s.worker or "unknown", *attempt, s.what, s.started - origin, s.finished - origin, outcome))
    return rows


def _fold_start_up(ax: Axes, origin: float) -> None:
    """A strip before the time axis, with a torn edge: it stands for the start-up, whose length is written in it."""
    low, high = ax.get_ylim()
    end = ax.get_xlim()[1]
    left = origin - FOLDED * (end - origin)
    torn = [(origin - (origin - left) * (0.25 if i % 2 else 0.0), low + (high - low) * i / 12) for i in range(13)]
    ax.set_xlim(left, end)
    ax.add_collection(PolyCollection([[(left, low), *torn, (left, high)]], label="start-up", **style.fill("waiting")))
    ground = {"facecolor": style.PAPER, "edgecolor": "none", "boxstyle": "square,pad=0.1", "alpha": 0.8}
    words: dict[str, Any] = {"rotation": 90, "ha": "center", "va": "center", "size": style.SMALL, "bbox": ground}
    ax.text((left + origin) / 2, (low + high) / 2, plain(f"start-up {duration(origin)}"), **words)


def _from(origin: float, parts: dict[Span, Parts]) -> dict[Span, Parts]:
    """What attempts were made of since then; of one that was over, its end."""
    return {
        span: [(kind, max(start, origin), max(end, origin)) for kind, start, end in each]
        for span, each in parts.items()
    }


def _boxes(trace: Trace, rows: list[Lane], parts: dict[Span, Parts], origin: float, shown: float) -> dict[str, list]:
    """The outlines of each kind, in the order in which they are painted."""
    boxes: dict[str, list] = {kind: [] for kind in ("waiting", "map", "reduce", "partition", "outrun", "fault")}
    for y, lane in enumerate(rows):
        boxes["waiting"].append(_rectangle(max(lane.start, origin), max(lane.end, origin), y))
        times: dict[str, list] = {kind: [] for kind in boxes}
        for span in lane.spans:
            for kind, start, end in parts[span]:
                times[kind].append((start, end))
        if len(lane.spans) > MOST_SINGLE:
            _add_shares(boxes, {kind: times.pop(kind) for kind in ("map", "partition", "reduce")}, trace.seconds, y)
        least = THIN * shown
        for kind, intervals in times.items():
            drawn = [(start, end) for start, end in intervals if end > start or kind == "fault"]
            boxes[kind] += [_rectangle(start, max(end, start + least), y) for start, end in drawn]
    return boxes


def _edges(kind: str, outlines: list, seconds: float) -> list[float]:
    """A white edge parts the blocks of a row; it would eat what is thin, and cut what shows shares of the time."""
    wide = [len(each) == 4 and each[1][0] - each[0][0] > EDGED * seconds for each in outlines]
    return [style.LOOKS[kind].edge if each else 0.0 for each in wide]


def _cross_out(ax: Axes, rows: list[Lane], died: set[Span], origin: float) -> None:
    """A cross where an attempt died, however short it was."""
    dead = [(max(span.finished, origin), y) for y, lane in enumerate(rows) for span in lane.spans if span in died]
    if dead:
        look: dict[str, Any] = {"color": style.FAULT, "markeredgecolor": style.PAPER, "markeredgewidth": 1.2}
        ax.plot(*zip(*dead, strict=True), "X", markersize=13, clip_on=False, zorder=4, label="died", **look)


def _add_shares(boxes: dict[str, list], times: dict[str, list], seconds: float, y: int) -> None:
    """For each kind outlines with steps, each kind above the one before; where there was none of it, no outline."""
    edges = [step * seconds / STEPS for step in range(STEPS + 1)]
    below = [0.0] * STEPS
    for kind, intervals in times.items():
        above = [low + share for low, share in zip(below, shares(intervals, seconds, STEPS), strict=True)]
        for there, group in groupby(range(STEPS), key=lambda step: above[step] > below[step]):
            steps = list(group)
            if there:
                sides = [edges[n] for step in steps for n in (step, step + 1)]
                top, bottom = (
                    [y + HALF - 2 * HALF * row[n] for n in steps for _ in range(2)] for row in (above, below)
                )
                boxes[kind].append([*zip(sides, top, strict=True), *reversed(list(zip(sides, bottom, strict=True)))])
        below = above


def _rectangle(start: float, end: float, y: int) -> list[tuple[float, float]]:
    return [(start, y - HALF), (end, y - HALF), (end, y + HALF), (start, y + HALF)]


def _counted(trace: Trace) -> dict[tuple[str, int, int], tuple[int, int]]:
    """How many bad records each attempt left out, and how often it put data on disk because memory ran short."""
    done = (task for stage in ("map", "reduce") for task in trace.tasks(stage))
    return {(e.stage, e.task, e.attempt): (e.num_skipped, e.spills) for e in done}


def _outcome(span: Span, counted: tuple[int, int]) -> str:
    skipped, spills = counted
    more = [f"{skipped:,} skipped"] * (skipped > 0) + [count(spills, "spill")] * (spills > 0)
    return span.error or ", ".join(["done", *more])


def _number_tasks(ax: Axes, trace: Trace, rows: list[Lane], parts: dict[Span, Parts], room: float) -> None:
    """The number of a task in its bar, if that is longer than `room`."""
    counted = _counted(trace)
    for y, lane in enumerate(rows):
        for span in lane.spans:
            _, start, end = parts[span][0]
            if end - start > room:
                words: dict[str, Any] = {"size": style.SMALL, "ha": "center", "va": "center"}
                skipped, spills = counted.get((span.stage, span.task, span.attempt), (0, 0))
                label = [str(span.task)] + [f"\u2212{skipped:,}"] * (skipped > 0) + [f"\u2193{spills}"] * (spills > 0)
                ax.text((start + end) / 2, y, "\n".join(label), bbox=style.number_ground(), clip_on=True, **words)


def _repeats(trace: Trace, died: set[Span]) -> list[Span]:
    """The attempts that did what an attempt before them had failed at."""
    failed = {(span.stage, span.task) for span in died}
    return [span for span in trace.spans if span.ok and span.attempt > 1 and (span.stage, span.task) in failed]


def _frame(ax: Axes, trace: Trace, rows: list[Lane], span: Span, words: str) -> None:
    """A frame around the bar that the title speaks of, and its name above it."""
    y = next(i for i, lane in enumerate(rows) if span in lane.spans)
    edges = _rectangle(span.started, span.finished, y)
    ax.add_collection(PolyCollection([edges], facecolor="none", edgecolor=style.INK, linewidth=2, label="framed"))
    late = span.started + span.finished > trace.seconds + ready(trace)
    ax.annotate(
        plain(words),
        (span.finished if late else span.started, y - HALF),
        xytext=(0, 2),
        textcoords="offset points",
        ha="right" if late else "left",
        va="bottom",
        size=style.SMALL,
    )


def _task(span: Span) -> str:
    return f"{span.stage} task {span.task} ({cut(span.what, 40)})"


def _busy(trace: Trace) -> float:
    """The share of the workers' time since they were ready."""
    use, origin = trace.time_use, ready(trace)
    return (use.total - use.waiting) / (use.total * (1 - origin / trace.seconds)) if use.total else 0.0


def _again(died: set[Span], second: list[Span]) -> str:
    """How many of the failed attempts were repeated, and where."""
    done = {(span.stage, span.task) for span in second}
    number = sum((span.stage, span.task) in done for span in died)
    if not number:
        return ""
    who = f" on {second[0].worker}" if len(second) == 1 and second[0].worker else ""
    were = f"{'was' if number == 1 else 'were'} repeated{who}"
    return f" and {were}" if number == len(died) else f", {number:,} of them {were}"


def _timeline_title(trace: Trace, slow: Span | None, died: set[Span], second: list[Span]) -> str:
    late = len(trace.failures) - len(died)
    workers = count(trace.job.num_workers, "worker")
    if trace.stopped:
        return f"The job was stopped after {duration(trace.seconds)}"
    if trace.error:
        return f"The job failed after {duration(trace.seconds)}: {cut(trace.error, 90)}"
    if died:
        failed = f"{count(len(died), 'attempt')} failed{_again(died, second)}"
        return f"{failed}; the job took {duration(trace.seconds)}"
    if late:
        were = "was" if late == 1 else "were"
        return f"{count(late, 'attempt')} {were} outrun by another attempt at the same task"
    if trace.num_skipped:
        return f"{count(trace.num_skipped, 'bad record')} left out (\u2212); the job took {duration(trace.seconds)}"
    if trace.num_spills:
        return f"Memory ran short: {count(trace.num_spills, 'spill')} to disk (\u2193) in {duration(trace.seconds)}"
    if slow is not None:
        usual = trace.task_times(slow.stage).median
        return f"One {slow.stage} task took {times(slow.seconds / usual)} times as long as usual"
    were = "was" if trace.job.num_workers == 1 else "were"
    origin = ready(trace)
    after = f", after a start-up of {duration(origin)}" if origin else ""
    return f"{workers} {were} busy {percent(_busy(trace))} of {duration(trace.seconds - origin)}{after}"


def _timeline_alt(trace: Trace, rows: list[Lane], slow: Span | None, second: list[Span]) -> str:
    origin = ready(trace)
    length = duration(trace.seconds - origin)
    said = [f"{count(len(rows), 'row')} of bars, one row for each worker, from 0 to {length}{_slowed(trace)}."]
    if origin:
        said.append(f"Before it a strip for the start-up, which took {duration(origin)}.")
    for stage in ("map", "reduce"):
        done = len(trace.tasks(stage))
        if done:
            first, last = trace.stage_times(stage)
            start, end = duration(first - origin), duration(last - origin)
            said.append(f"{count(done, f'{stage} task')} ran from {start} to {end}.")
    work = [f"{lane.label} {count(len(lane.spans), 'attempt') if lane.spans else 'none'}" for lane in rows]
    said.append(f"Attempts at tasks: {sentence_list(work, most=8)}.")
    if trace.num_skipped:
        said.append(f"{count(trace.num_skipped, 'bad record')} left out.")
    if trace.num_spills:
        said.append(f"Memory ran short: {count(trace.num_spills, 'spill')} to disk.")
    for span in trace.failures[:5]:
        said.append(f"Stopped early: {_task(span)}, attempt {span.attempt}: {cut(span.error, 80)}.")
    for span in second[:5]:
        said.append(f"Done again: {_task(span)}, attempt {span.attempt}, on {span.worker or 'an unknown worker'}.")
    if slow is not None:
        said.append(f"The longest bar is {_task(slow)} with {duration(slow.seconds)}.")
    return " ".join(said)
