"""Charts of time: where it went, speedup, and two runs compared.

They read a `Trace` and draw; a number that Trace does not have is a small pure function here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matplotlib.axes import Axes

from mrkit.errors import BadArgument
from mrkit.trace import TimeUse, Trace
from mrkit.views import style
from mrkit.views.charts.canvas import NO_TASK, begin, finish, legend, nothing, plain, time_axis, trace_of, unfinished
from mrkit.words import count, duration, percent, sentence_list, times

# Where the time went.


def _parts(use: TimeUse) -> dict[str, float]:
    return {"map": use.map, "partition": use.pickling, "reduce": use.reduce, "waiting": use.waiting}


def _stack(ax: Axes, y: float, trace: Trace) -> None:
    """A bar as long as the job, divided as the workers' time was."""
    left = 0.0
    for kind, seconds in _parts(trace.time_use).items():
        length = seconds / trace.job.num_workers
        ax.barh(y, length, left=left, height=0.56, **style.fill(kind))
        left += length


def time_use(run: Any, ax: Axes | None = None) -> Axes:
    """Where the workers' time went, beside the same job in one thread if the run has that baseline."""
    trace = trace_of(run)
    ax = begin(ax, height=3.1 if trace.baseline else 2.6)
    parts, total = _parts(trace.time_use), trace.time_use.total
    if not trace.spans or not total:
        return nothing(ax, unfinished(trace, NO_TASK))
    workers = count(trace.job.num_workers, "worker")
    _stack(ax, 0, trace)
    ax.set_yticks([0], [workers])
    if trace.baseline:
        ax.barh(1, trace.baseline, height=0.56, **style.fill("baseline"))
        ax.set_yticks([0, 1], [workers, "one thread"])
    lengths = [trace.seconds, trace.baseline or 0.0]
    for y, length in enumerate(lengths):
        if length:
            ax.text(length, y, f" {duration(length)}", va="center", size=style.TEXT)
    ax.set_xlim(0, 1.14 * max(lengths))
    ax.set_ylim(len(ax.get_yticks()) - 0.5, -0.5)
    ax.tick_params(left=False)
    legend(ax, [(kind, f"{kind} {percent(seconds / total)}") for kind, seconds in parts.items()])
    rows: list[tuple] = [(kind, seconds, percent(seconds / total)) for kind, seconds in parts.items()]
    shares = [f"{kind} {duration(seconds)} ({percent(seconds / total)})" for kind, seconds in parts.items()]
    alt = (
        f"A bar of {duration(trace.seconds)} for {workers}, divided by what they did, added over all workers: "
        f"{sentence_list(shares)}."
    )
    if trace.baseline:
        rows.append(("one thread, the whole job", trace.baseline, ""))
        alt += f" Below it a bar of {duration(trace.baseline)}: the same job in one thread."
    header = ("part", "seconds of all workers", "share")
    return finish(ax, _time_use_title(trace), alt, header, rows, xlabel=time_axis(ax, max(lengths)))


def _time_use_title(trace: Trace) -> str:
    use = trace.time_use
    kind, most = max(_parts(use).items(), key=lambda part: part[1])
    if not trace.speedup:
        return f"{percent(most / use.total)} of the workers' time was {kind}"
    return _against_one(trace.job.num_workers, trace.speedup, "one thread")


def _against_one(workers: int, factor: float, what: str) -> str:
    """How so many workers do, in words."""
    many, one = count(workers, "worker"), workers == 1
    if factor >= 1:
        return f"{many} {'is' if one else 'are'} {times(factor)} times as fast as {what}"
    return f"{many} {'needs' if one else 'need'} {times(1 / factor)} times as long as {what}"


# Speedup.

NO_GAIN = 0.99  # a fitted serial fraction above it says only that the law does not fit


def amdahl(measured: Iterable[tuple[int, float]]) -> float | None:
    """The serial fraction of a job that fits best, by least squares, to (workers, speedup) measurements.

    Amdahl's law: with a serial fraction s, n workers take s + (1 - s) / n of the time. That is linear in s, so the
    best s has a formula; it is then kept between 0 (all work can be shared) and 1 (none). None if nothing was
    measured with more than one worker.

    >>> amdahl([(1, 1.0), (2, 1 / 0.6), (4, 1 / 0.4)])
    0.2
    """
    points = [(1 / workers, 1 / speedup) for workers, speedup in measured]
    below = sum((1 - ideal) ** 2 for ideal, _ in points)
    if not below:
        return None
    best = sum((time - ideal) * (1 - ideal) for ideal, time in points) / below
    return round(min(1.0, max(0.0, best)), 12)


def speedup(runs: Iterable, ax: Axes | None = None) -> Axes:
    """How many times faster than one thread with more workers: measured, ideal, and Amdahl's law fitted.

    One of the runs must have a baseline (`job.run(inputs, baseline=True)`) or have had one worker.
    """
    traces = sorted(map(trace_of, runs), key=lambda trace: trace.job.num_workers)
    ax = begin(ax, height=4.8)
    traces = [trace for trace in traces if trace.spans and not trace.error]
    if not traces:
        return nothing(ax, "There is no speedup to see: no run has done any work.")
    base, what = _one(traces)
    points = [(trace.job.num_workers, base / trace.seconds) for trace in traces]
    most = max(2, points[-1][0])
    steps = [1 + (most - 1) * i / 100 for i in range(101)]
    serial = amdahl(points)
    ax.plot([1, most], [1, most], color=style.MUTED, linestyle=(0, (5, 3)), linewidth=2, label="ideal")
    ends: list[tuple[float, float, str]] = [(most, float(most), "╌╌ ideal")]
    if serial is not None:
        fitted = [1 / (serial + (1 - serial) / n) for n in steps]
        ax.plot(steps, fitted, color=style.PARTITION, linewidth=2.5, label="Amdahl")
        ends.append((most, fitted[-1], f"━ Amdahl, {percent(serial)} serial"))
    ax.axhline(1, color=style.MUTED, linewidth=1.5, linestyle=":")
    ax.plot(*zip(*points, strict=True), "o", color=style.MAP, markersize=10, label="measured", zorder=3)
    top = 1.12 * max(most, *(y for _, y in points))
    ax.set_ylim(0, top)
    ax.set_xlim(0.8, 1.36 * most)
    ax.set_xticks(_apart([1, *(n for n, _ in points)], most / 16))
    last = points[-1]
    ends.append((*last, f"● measured, {times(last[1])}"))
    _label_ends(ax, ends, top)
    ax.grid(axis="y", color=style.GRID)
    curve = [None if serial is None else 1 / (serial + (1 - serial) / n) for n, _ in points]
    rows = [(n, t.seconds, y, n, law or "") for (n, y), t, law in zip(points, traces, curve, strict=True)]
    alt = f"Points of speedup against workers: {sentence_list([f'{times(y)} with {n}' for n, y in points], most=10)}."
    if serial is not None:
        alt += f" A curve of Amdahl's law, with {percent(serial)} of the work serial, ends at {times(fitted[-1])}; "
        alt += f"the straight ideal line ends at {most}."
    return finish(
        ax,
        _speedup_title(last, what, serial),
        alt,
        ("workers", "seconds", "speedup", "ideal", "Amdahl"),
        rows,
        xlabel="workers",
        ylabel=f"times as fast as {what}",
    )


def _one(traces: list[Trace]) -> tuple[float, str]:
    """The seconds without parallelism, and what they are of."""
    baselines = [trace.baseline for trace in traces if trace.baseline]
    if baselines:
        return min(baselines), "one thread"
    alone = [trace.seconds for trace in traces if trace.job.num_workers == 1]
    if not alone:
        raise BadArgument("Speedup needs a run with baseline=True, or one with one worker, to compare with.")
    return min(alone), "one worker"


def _apart(numbers: list[int], least: float) -> list[int]:
    """Those numbers, from the largest down, that leave room for each other."""
    kept: list[int] = []
    for number in sorted(set(numbers), reverse=True):
        if not kept or kept[-1] - number >= least:
            kept.append(number)
    return kept[::-1]


def _label_ends(ax: Axes, ends: list[tuple[float, float, str]], top: float) -> None:
    """Words at the right end of each line, moved apart where they would overlap."""
    least = top * 0.075
    y = float("-inf")
    ground = {"facecolor": style.PAPER, "edgecolor": "none", "boxstyle": "square,pad=0.1"}
    place: dict[str, Any] = {"xytext": (12, 0), "textcoords": "offset points", "va": "center", "bbox": ground}
    for x, at, words in sorted(ends, key=lambda end: end[1]):
        y = max(at, y + least)
        ax.annotate(plain(words), (x, y), size=style.TEXT, **place)


def _speedup_title(last: tuple[int, float], what: str, serial: float | None) -> str:
    said = _against_one(*last, what)
    if last[1] < 1:
        return f"{said}: the pool costs more than it gains"
    return said if serial is None or serial > NO_GAIN else f"{said}, as if {percent(serial)} of the work were serial"


# Two runs.


def compare(before: Any, after: Any, ax: Axes | None = None) -> Axes:
    """Two runs, one above the other: how long they took, and what for."""
    traces = [trace_of(before), trace_of(after)]
    ax = begin(ax, height=3.3)
    if not all(trace.spans for trace in traces):
        return nothing(ax, "There is nothing to compare: one of the runs did no work.")
    for y, trace in enumerate(traces):
        _stack(ax, y, trace)
        ax.text(trace.seconds, y, f" {duration(trace.seconds)}", va="center", size=style.TEXT)
    ax.set_yticks(
        [0, 1], [f"{name}\n{_setting(trace)}" for name, trace in zip(("before", "after"), traces, strict=True)]
    )
    ax.set_xlim(0, 1.14 * max(trace.seconds for trace in traces))
    ax.set_ylim(1.5, -0.5)
    ax.tick_params(left=False)
    legend(ax, [(kind, kind) for kind in _parts(traces[0].time_use)])
    rows = _differences(*traces)
    alt = "Two bars, divided by what the workers did. " + " ".join(
        f"{name.capitalize()}: {duration(trace.seconds)} with {_setting(trace).replace(chr(10), ' and ')}, of which "
        + sentence_list([f"{kind} {percent(s / trace.time_use.total)}" for kind, s in _parts(trace.time_use).items()])
        + "."
        for name, trace in zip(("before", "after"), traces, strict=True)
    )
    unit = time_axis(ax, max(trace.seconds for trace in traces))
    return finish(ax, _compare_title(*traces), alt, ("", "before", "after"), rows, xlabel=unit)


def _setting(trace: Trace) -> str:
    workers, tasks = count(trace.job.num_workers, "worker"), len(trace.tasks("map"))
    return f"{workers}, {tasks:,}\u00a0+\u00a0{len(trace.tasks('reduce')):,} tasks"


def _compare_title(before: Trace, after: Trace) -> str:
    change = after.seconds / before.seconds - 1
    took = f"{duration(after.seconds)} instead of {duration(before.seconds)}"
    if abs(change) < 0.03:
        return f"About as fast: {took}"
    return f"{percent(abs(change))} {'slower' if change > 0 else 'faster'}: {took}"


def _differences(*traces: Trace) -> list[tuple]:
    measures = {
        "seconds": lambda t: t.seconds,
        "seconds in one thread": lambda t: t.baseline or "",
        "workers": lambda t: t.job.num_workers,
        "map tasks": lambda t: len(t.tasks("map")),
        "reduce tasks": lambda t: len(t.tasks("reduce")),
        "pairs": lambda t: t.num_pairs,
        "values shuffled": lambda t: t.num_shuffled,
        "bytes shuffled": lambda t: t.shuffled_bytes,
        "groups": lambda t: t.num_groups,
        "results": lambda t: t.num_results,
        "failed attempts": lambda t: sum(not span.ok for span in t.spans),
    }
    rows = [(name, *map(measure, traces)) for name, measure in measures.items()]
    uses = [_parts(trace.time_use) for trace in traces]
    return rows + [(f"{kind}, seconds of all workers", *(use[kind] for use in uses)) for kind in uses[0]]
