"""Rates over time of a reckoned run: bytes a second of input, shuffle and output, as in the paper's figures 2 and 3."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mrkit import arguments
from mrkit.cluster import osdi04, reckon
from mrkit.errors import BadArgument
from mrkit.events import Reckoned
from mrkit.trace import Trace
from mrkit.views import style
from mrkit.views.canvas import begin, finish, plain, trace_of
from mrkit.views.pen import Axes, Figure
from mrkit.views.picture import new_figure
from mrkit.words import count, size

_LOOKS: tuple[tuple[str, str, Any], ...] = (
    ("input", style.MAP, "-"),
    ("shuffle", style.PARTITION, (0, (5, 1.5))),
    ("output", style.REDUCE, (0, (1.5, 1))),
)
Mark = tuple[str, float | None, float | None, str]  # kind, seconds since the first launch, bytes a second, words


@arguments.takes(marks=arguments.marks, longest=arguments.number(0), most=arguments.number(0))
def rates(run: Any, ax: Axes | None = None, *, marks: Sequence[Mark] = (), longest: float = 0, most: float = 0) -> Axes:
    """Bytes a second of input, shuffle and output, since the first worker was launched.

    `marks` are values known from elsewhere; `longest` and `most` fix the scales, in seconds and bytes a second.
    """
    trace = trace_of(run)
    about = _model(trace)
    unit, divisor = _unit(max(most, *(max(map(abs, row)) for row in about.rates)))
    times = [(i + 0.5) * about.step - about.start_up for i in range(len(about.rates))]
    ax = begin(ax, height=3.6)
    for kind, (name, colour, line) in enumerate(_LOOKS):
        values = [row[kind] / divisor for row in about.rates]
        ax.plot(times, values, color=colour, linestyle=line, linewidth=2, label=name)
        _label(ax, times, values, name, colour)
    _scale(ax, trace, marks, longest, most / divisor)
    _deaths(ax, trace)
    _draw_marks(ax, marks, divisor)
    ax.axhline(0, color=style.MUTED, linewidth=0.8)
    ax.grid(axis="y", color=style.GRID)
    rows = [(time, *row) for time, row in zip(times, about.rates, strict=True)]
    header = ("seconds", *(f"{name} ({unit})" for name, *_ in _LOOKS))
    table = [(time, *(value / divisor for value in row)) for time, *row in rows]
    return finish(
        ax,
        _title(trace),
        _alt(trace, marks),
        header,
        table,
        xlabel="seconds since the first worker was launched" + ("; dotted: what the paper says" if marks else ""),
        ylabel=unit,
        of=[trace],
    )


def _model(trace: Trace) -> Reckoned:
    if trace.model is None:
        raise BadArgument("Rates over time are known of a reckoned run only: simulate(cluster, job).")
    return trace.model


def _scale(ax: Axes, trace: Trace, marks: Sequence[Mark], longest: float, most: float) -> None:
    """Room for the curves and the marks; what is lost at once may go below the picture."""
    about = _model(trace)
    latest = max([trace.seconds - about.start_up, *(when for _, when, _, _ in marks if when is not None)])
    top = most or 1.12 * max(ax.dataLim.y1, 1e-12)
    lost = min(map(min, about.rates)) < 0
    ax.set_xlim(-about.start_up, longest or 1.02 * latest)
    ax.set_ylim(-0.25 * top if lost else 0, top)


def _unit(most: float) -> tuple[str, float]:
    return ("GB/s", 1e9) if most >= 1e9 else ("MB/s", 1e6)


def _label(ax: Axes, times: list[float], values: list[float], name: str, colour: str) -> None:
    top = max(range(len(values)), key=values.__getitem__)
    if values[top] > 0.02 * max(ax.dataLim.y1, 1e-12):
        ax.annotate(
            name,
            (times[top], values[top]),
            xytext=(4, 5),
            textcoords="offset points",
            size=style.SMALL,
            weight="bold",
            color=style.INK,
            bbox={"facecolor": style.PAPER, "edgecolor": colour, "boxstyle": "round,pad=0.15", "linewidth": 1.2},
        )


def _deaths(ax: Axes, trace: Trace) -> None:
    died: dict[float, set[str]] = {}
    for span in trace.failures:
        if span.error == "its worker was killed":
            died.setdefault(round(span.finished, 3), set()).add(span.worker)
    for when, workers in died.items():
        at = when - _model(trace).start_up
        ax.axvline(at, color=style.FAULT, linewidth=1.5, linestyle=(0, (2, 2)))
        words = f"{count(len(workers), 'busy worker')} killed"
        ax.text(at, 0.98, f" {words}", transform=ax.get_xaxis_transform(), va="top", size=style.SMALL)


def _draw_marks(ax: Axes, marks: Iterable[Mark], divisor: float) -> None:
    """What the paper says in words: a line at a time or a rate, with its words."""
    colours = {name: colour for name, colour, _ in _LOOKS}
    for number, (kind, when, rate, words) in enumerate(marks):
        line: dict[str, Any] = {"color": colours[kind], "linewidth": 1.0, "linestyle": ":"}
        text: dict[str, Any] = {"size": style.SMALL, "clip_on": True, "bbox": _GROUND}
        if rate is not None:
            ax.axhline(rate / divisor, **line)
            ax.text(0.99, rate / divisor, plain(words), transform=ax.get_yaxis_transform(), ha="right", **text)
        if when is not None:
            ax.axvline(when, **line)
            late = when > 0.6 * ax.get_xlim()[1]
            where: dict[str, Any] = {"ha": "right" if late else "left", "transform": ax.get_xaxis_transform()}
            ax.text(when, 0.88 - 0.13 * number, plain(f" {words} "), **where, **text)


_GROUND = {"facecolor": style.PAPER, "edgecolor": "none", "boxstyle": "square,pad=0.05", "alpha": 0.8}


def _title(trace: Trace) -> str:
    return f"{trace.job.name}: {trace.seconds:,.0f} s on {count(trace.job.num_workers, 'machine')}"


def _alt(trace: Trace, marks: Sequence[Mark]) -> str:
    about = _model(trace)
    said = ["Three curves of bytes a second over time."]
    for kind, (name, *_) in enumerate(_LOOKS):
        values = [row[kind] for row in about.rates]
        top = max(range(len(values)), key=values.__getitem__)
        if values[top] > 0:
            last = max(i for i, value in enumerate(values) if value > 0)
            first = next(i for i, value in enumerate(values) if value > 0)
            said.append(
                f"{name.capitalize()} from {_at(trace, first)} to {_at(trace, last)} seconds, "
                f"{size(values[top])} a second at most, at {_at(trace, top)}."
            )
        if min(values) < 0:
            said.append(f"{name.capitalize()} falls below zero where work is lost.")
    said += [f"The paper: {words}." for *_, words in marks]
    return " ".join(said)


def _at(trace: Trace, step: int) -> str:
    return f"{(step + 0.5) * _model(trace).step - _model(trace).start_up:,.0f}"


def paper_figures(seed: int = 0) -> Figure:
    """The runs of section 5 one under the other: figure 2 above, the three of figure 3 below on the same scales."""
    figure = new_figure(10, 15)
    axes = figure.subplots(len(osdi04.EXPERIMENTS))
    for ax, experiment in zip(axes, osdi04.EXPERIMENTS, strict=True):
        trace = reckon(experiment.cluster, experiment.job, seed, experiment.kills).named(experiment.name).trace()
        first = experiment is osdi04.grep
        scales: dict[str, float] = {"longest": 160, "most": 36e9} if first else {"longest": 1280, "most": 16e9}
        rates(trace, ax, marks=experiment.marks, **scales)
        _add_total(ax, experiment)
    return figure


def _add_total(ax: Axes, experiment: osdi04.Experiment) -> None:
    at = experiment.seconds - experiment.cluster.start_up
    ax.axvline(at, color=style.INK, linewidth=1.2)
    late = at > 0.8 * ax.get_xlim()[1]
    words: dict[str, Any] = {"ha": "right" if late else "left", "va": "top", "size": style.SMALL, "bbox": _GROUND}
    ax.text(at, 0.3, f" {experiment.seconds:,.0f} s in the paper ", transform=ax.get_xaxis_transform(), **words)
