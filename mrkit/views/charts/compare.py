"""Two runs of one job, one above the other on one axis."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes

from mrkit import arguments
from mrkit.trace import Trace
from mrkit.views import style
from mrkit.views.canvas import begin, finish, legend, nothing, plain, time_axis, trace_of
from mrkit.views.charts.time_use import _parts, _stack
from mrkit.words import count, duration, percent, sentence_list


@arguments.takes(names=arguments.two_texts)
def compare(before: Any, after: Any, ax: Axes | None = None, *, names: tuple[str, str] = ("before", "after")) -> Axes:
    """Two runs, one above the other, by their names: how long they took, and what for."""
    traces = [trace_of(before), trace_of(after)]
    ax = begin(ax, height=3.3)
    if not all(trace.spans for trace in traces):
        return nothing(ax, "There is nothing to compare: one of the runs did no work.")
    for y, trace in enumerate(traces):
        _stack(ax, y, trace)
        ax.text(trace.seconds, y, f" {duration(trace.seconds)}", va="center", size=style.TEXT)
    ax.set_yticks([0, 1], [f"{plain(name)}\n{_setting(trace)}" for name, trace in zip(names, traces, strict=True)])
    ax.set_xlim(0, 1.14 * max(trace.seconds for trace in traces))
    ax.set_ylim(1.5, -0.5)
    ax.tick_params(left=False)
    legend(ax, [(kind, kind) for kind in _parts(traces[0].time_use)])
    rows = _differences(*traces)
    alt = "Two bars, divided by what the workers did. " + " ".join(
        f"{name.capitalize()}: {duration(trace.seconds)} with {_setting(trace).replace(chr(10), ' and ')}, of which "
        + sentence_list([f"{kind} {percent(s / trace.time_use.total)}" for kind, s in _parts(trace.time_use).items()])
        + "."
        for name, trace in zip(names, traces, strict=True)
    )
    unit = time_axis(ax, max(trace.seconds for trace in traces))
    return finish(ax, _compare_title(*traces), alt, ("", *names), rows, xlabel=unit, of=traces)


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
