"""The timeline of more workers than there are lines on a screen: how many did what, and the stragglers one by one."""

from __future__ import annotations

from typing import Any

from mrkit.trace import Span, Trace
from mrkit.views import style
from mrkit.views.canvas import finish, legend, plain, time_axis
from mrkit.views.density import KINDS, density, slowest
from mrkit.views.lanes import outrun
from mrkit.views.pen import Axes
from mrkit.words import count, duration

STEPS = 240
LINE = 0.075  # of the height of the crowd: a straggler's bar, below it
_GROUND = {"facecolor": style.PAPER, "edgecolor": "none", "boxstyle": "square,pad=0.08"}
_WORDS = {"outrun": "outrun attempt", "fault": "failed attempt"}


def crowd(trace: Trace, ax: Axes) -> Axes:
    """The states of all workers as stacked areas over time, and below them a bar for each straggler."""
    found, slow = density(trace, STEPS), slowest(trace)
    edges = [trace.seconds * i / STEPS for i in range(STEPS + 1)]
    below = [0.0] * STEPS
    shown = [kind for kind in KINDS if max(found[kind]) > 0]
    for kind in shown:
        above = [low + more for low, more in zip(below, found[kind], strict=True)]
        look = style.fill(kind) | {"linewidth": 0}
        ax.fill_between(edges, [*below, below[-1]], [*above, above[-1]], step="post", **look)
        below = above
    most = max(below)
    _stragglers(ax, trace, slow, most)
    ax.set_xlim(0, trace.seconds)
    ax.set_ylim(-LINE * most * (1.6 * len(slow) + 0.8 * bool(slow)), 1.05 * most)
    ax.set_yticks([tick for tick in ax.get_yticks() if 0 <= tick <= 1.05 * most])
    legend(ax, [(kind, _WORDS.get(kind, kind)) for kind in shown])
    header = ("from (s)", "to (s)", *shown)
    rows = [(edges[i], edges[i + 5], *(sum(found[kind][i : i + 5]) / 5 for kind in shown)) for i in range(0, STEPS, 5)]
    unit = f"{time_axis(ax, trace.seconds)} since the job started"
    return finish(ax, _title(trace), _alt(trace, slow, most), header, rows, xlabel=unit, ylabel="attempts", of=[trace])


def _stragglers(ax: Axes, trace: Trace, slow: list[Span], most: float) -> None:
    lost = outrun(trace)
    for number, span in enumerate(slow):
        kind = span.stage if span.ok else "outrun" if span in lost else "fault"
        y = -LINE * most * (1.6 * number + 1.6)
        ax.barh(y, span.seconds, left=span.started, height=LINE * most, **style.fill(kind))
        words: dict[str, Any] = {"va": "center", "ha": "center", "size": style.SMALL, "bbox": _GROUND}
        middle = min(max(span.started + span.finished, 0.4 * trace.seconds), 1.6 * trace.seconds) / 2
        ax.text(middle, y, plain(_said(span)), **words)


def _said(span: Span) -> str:
    return f"{span.stage} {span.task} on {span.worker}, {duration(span.seconds)}"


def _title(trace: Trace) -> str:
    workers, took = count(trace.job.num_workers, "worker"), duration(trace.seconds)
    last = max(trace.spans, key=lambda span: span.finished * span.ok)
    busy = sorted(span.finished for span in trace.spans if span.ok)
    nearly = busy[int(0.99 * (len(busy) - 1))]
    if trace.seconds - nearly > 0.15 * trace.seconds:
        return (
            f"99 % of the tasks were done after {duration(nearly)}, the last, {last.stage} task {last.task}, at {took}"
        )
    return f"{workers} took {took} for {count(len(trace.tasks('map')) + len(trace.tasks('reduce')), 'task')}"


def _alt(trace: Trace, slow: list[Span], most: float) -> str:
    said = [
        f"Stacked areas over {duration(trace.seconds)}: how many attempts were in each state, "
        f"{round(most):,} at most. Map ran from {_from_to(trace, 'map')}, reduce from {_from_to(trace, 'reduce')}."
    ]
    if slow:
        said.append(f"Below, the {count(len(slow), 'attempt')} that took longest for their stage:")
        said += [f"{_said(span)}{'' if span.ok else ', ' + span.error};" for span in slow]
    lost = len(outrun(trace))
    failed = len(trace.failures) - lost
    said.append(f"{count(lost, 'attempt')} outrun, {count(failed, 'attempt')} failed.")
    return " ".join(said)


def _from_to(trace: Trace, stage: str) -> str:
    first, last = trace.stage_times(stage)
    return f"{duration(first)} to {duration(last)}"
