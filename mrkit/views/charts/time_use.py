"""Where the workers' time went."""

from __future__ import annotations

from typing import Any

from mrkit.trace import TimeUse, Trace
from mrkit.views import style
from mrkit.views.canvas import NO_TASK, begin, finish, legend, nothing, time_axis, trace_of, unfinished
from mrkit.views.pen import Axes
from mrkit.words import count, duration, percent, sentence_list, times

ROOM = 0.13  # of the longest bar: a part that long has room for its name


def _parts(use: TimeUse) -> dict[str, float]:
    return {"map": use.map, "partition": use.pickling, "reduce": use.reduce, "waiting": use.waiting}


def _stack(ax: Axes, y: float, trace: Trace, longest: float) -> None:
    """A bar as long as the job, divided as the workers' time was; a part with room for its name has it."""
    left = 0.0
    for kind, seconds in _parts(trace.time_use).items():
        length = seconds / trace.slots
        ax.barh(y, length, left=left, height=0.56, label=kind, **style.fill(kind))
        if length > ROOM * longest:
            place: dict[str, Any] = {"ha": "center", "va": "center", "size": style.SMALL}
            ax.text(left + length / 2, y, kind, bbox=style.number_ground(), **place)
        left += length


def time_use(run: Any, ax: Axes | None = None) -> Axes:
    """Where the workers' time went, beside the same job in one thread if the run has that baseline."""
    trace = trace_of(run)
    ax = begin(ax, height=3.1 if trace.baseline else 2.6)
    parts, total = _parts(trace.time_use), trace.time_use.total
    if not trace.spans or not total:
        return nothing(ax, unfinished(trace, NO_TASK))
    workers = count(trace.job.num_workers, "worker")
    _stack(ax, 0, trace, max(trace.seconds, trace.baseline or 0.0))
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
    title, unit = _time_use_title(trace), time_axis(ax, max(lengths))
    return finish(ax, title, alt, header, rows, xlabel=unit, of=[trace])


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
