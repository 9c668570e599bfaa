"""How much faster more workers are: measured, ideal, and Amdahl's law fitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mrkit import arguments
from mrkit.errors import BadArgument
from mrkit.machine import available_cpus
from mrkit.trace import Trace
from mrkit.views import style
from mrkit.views.canvas import begin, finish, nothing, plain, trace_of
from mrkit.views.charts.time_use import _against_one
from mrkit.views.pen import Axes
from mrkit.words import percent, sentence_list, times

FREE = 0.25  # of their time, for which workers wait for a processor or the disk on a machine that is free
NONE: Mapping[int, float] = {}
NO_GAIN = 0.99  # a fitted serial fraction above it says only that the law does not fit


@arguments.takes(measured=arguments.items)
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


def _law(serial: float, workers: float) -> float:
    """Amdahl's law: how many times as fast."""
    return 1 / (serial + (1 - serial) / workers)


@arguments.takes(runs=arguments.items, recorded=arguments.mapping)
def speedup(runs: Iterable, ax: Axes | None = None, *, recorded: Mapping[int, float] = NONE) -> Axes:
    """How many times faster than one thread with more workers: measured, ideal, and Amdahl's law fitted.

    One of the runs must have a baseline (`job.run(inputs, baseline=True)`) or have had one worker. Where processes had
    to wait for a processor or the disk the title says so: the fit then may tell of the machine, not of the job.
    `recorded` are the speedups of the same job on a free machine, by workers; they are drawn beside in that case.
    """
    traces = sorted(map(trace_of, runs), key=lambda trace: trace.job.num_workers)
    ax = begin(ax, height=4.8)
    traces = [trace for trace in traces if trace.spans and not trace.error]
    if not traces:
        return nothing(ax, "There is no speedup to see: no run has done any work.")
    base, what = _one(traces)
    points = [(trace.job.num_workers, base / trace.seconds) for trace in traces]
    waited = _waited(traces)
    beside = sorted(recorded.items()) if waited > FREE else []
    most = max(2, *(n for n, _ in [*points, *beside]))
    steps = [1 + (most - 1) * i / 100 for i in range(101)]
    serial = amdahl(points)
    ax.plot([1, most], [1, most], color=style.MUTED, linestyle=(0, (5, 3)), linewidth=2, label="ideal")
    ends: list[tuple[float, float, str]] = [(most, float(most), "╌╌ ideal")]
    if serial is not None:
        fitted = [_law(serial, n) for n in steps]
        ax.plot(steps, fitted, color=style.PARTITION, linewidth=2.5, label="Amdahl")
        ends.append((most, fitted[-1], f"━ Amdahl, {percent(serial)} serial"))
    if beside:
        _draw_recorded(ax, beside, steps)
        ends.append((*beside[-1], f"◇ recorded, {times(beside[-1][1])}"))
    ax.axhline(1, color=style.MUTED, linewidth=1.5, linestyle=":")
    ax.plot(*zip(*points, strict=True), "o", color=style.MAP, markersize=10, label="measured", zorder=3)
    top = 1.12 * max(most, *(y for _, y in [*points, *beside]))
    ax.set_ylim(0, top)
    ax.set_xlim(0.8, 1.36 * most)
    ax.set_xticks(_apart([1, *(n for n, _ in points)], most / 16))
    last = points[-1]
    ends.append((*last, f"● measured, {times(last[1])}"))
    _label_ends(ax, ends, top)
    ax.grid(axis="y", color=style.GRID)
    curve = ["" if serial is None else _law(serial, n) for n, _ in points]
    rows = [(n, t.seconds, y, n, law) for (n, y), t, law in zip(points, traces, curve, strict=True)]
    alt = f"Points of speedup against workers: {sentence_list([f'{times(y)} with {n}' for n, y in points], most=10)}."
    if serial is not None:
        alt += f" A curve of Amdahl's law, with {percent(serial)} of the work serial, ends at {times(fitted[-1])}; "
        alt += f"the straight ideal line ends at {most}."
    if beside:
        alt += f" Recorded on a free machine: {sentence_list([f'{times(y)} with {n}' for n, y in beside], most=10)}."
    return finish(
        ax,
        _speedup_title(last, what, serial, waited, bool(beside)),
        alt,
        ("workers", "seconds", "speedup", "ideal", "Amdahl"),
        rows,
        xlabel="workers",
        ylabel=f"times as fast as {what}",
        of=traces,
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


def _waited(traces: list[Trace]) -> float:
    """The share of their tasks' time for which workers had no processor, where there was one for each of them.

    Of processes only, at their own pace: threads wait for each other, and in slow motion all wait to be watched.
    """
    cpus = available_cpus()
    own = [trace for trace in traces if trace.job.executor == "processes" and trace.slow_motion == 1]
    took = [(trace.time_use, trace.cpu) for trace in own if trace.job.num_workers <= cpus and trace.cpu]
    worked = sum(use.map + use.reduce + use.pickling for use, _ in took)
    return max(0.0, 1 - sum(cpu for _, cpu in took) / worked) if worked else 0.0


def _draw_recorded(ax: Axes, points: list[tuple[int, float]], steps: list[float]) -> None:
    """The same job on a free machine: hollow points, and the law fitted to them."""
    serial = amdahl(points)
    if serial is not None:
        look: dict[str, Any] = {"linewidth": 1.5, "linestyle": (0, (2, 2)), "label": "Amdahl, recorded"}
        ax.plot(steps, [_law(serial, n) for n in steps], color=style.PARTITION, **look)
    look = {"markerfacecolor": style.PAPER, "markeredgecolor": style.MAP, "markeredgewidth": 2}
    ax.plot(*zip(*points, strict=True), "D", markersize=9, label="recorded", zorder=3, **look)


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


def _speedup_title(last: tuple[int, float], what: str, serial: float | None, waited: float, beside: bool) -> str:
    if waited > FREE:
        see = "look at the recorded run" if beside else "the fit says little"
        waiting = f"the workers waited for a processor or the disk {percent(waited)} of their time"
        return f"This machine may not have been free: {waiting}; {see}"
    said = _against_one(*last, what)
    if last[1] < 1:
        return f"{said}: the pool costs more than it gains"
    return said if serial is None or serial > NO_GAIN else f"{said}, as if {percent(serial)} of the work were serial"
