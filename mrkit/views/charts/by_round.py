"""What a job that runs again and again does from round to round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mrkit import arguments
from mrkit.errors import BadArgument
from mrkit.views import style
from mrkit.views.canvas import begin, finish, nothing, plain, round_ticks
from mrkit.views.pen import Axes, MaxNLocator
from mrkit.words import amount, count, cut

COLOURS = (style.MAP, style.PARTITION, style.REDUCE, style.FAULT, style.MUTED)
MARKS = "osD^v"
HATCHES = ("", "///", "\\\\\\", "xxx", "..")


@arguments.takes(series=arguments.rows, what=arguments.text, until=arguments.whole(0, optional=True))
def by_round(
    series: Mapping[str, Sequence[float]],
    what: str,
    *,
    until: int | None = None,
    stacked: bool = False,
    log: bool = False,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Numbers of each round, from round 0 on, as lines or as stacked bars; `what` they count.

    Rounds after `until` are not drawn, on the same scale, so that a slider can move it. `log` is for numbers that fall
    by about the same factor each round.
    """
    if len(series) > len(COLOURS) or (stacked and log):
        raise BadArgument(f"by_round draws at most {len(COLOURS)} series, and stacked bars have no log axis.")
    ax = begin(ax, height=4.2)
    rounds = max(map(len, series.values()), default=0)
    if not rounds:
        return nothing(ax, "No round has run yet.")
    shown = rounds if until is None else min(rounds, until + 1)
    (_stack if stacked else _lines)(ax, {name: numbers[:shown] for name, numbers in series.items()})
    _scale(ax, series, rounds, stacked, log)
    name, numbers = next(iter(series.items()))
    title = title or f"{cut(name, 32)}: from {amount(numbers[0])} to {amount(numbers[:shown][-1])} in " + count(
        max(len(numbers[:shown]) - 1, 0), "round"
    )
    said = "; ".join(f"{name}: {', '.join(map(amount, numbers[:shown]))}" for name, numbers in series.items())
    drawn = "Stacked bars" if stacked else "Lines"
    rows = [(n, *(numbers[n] if n < len(numbers) else "" for numbers in series.values())) for n in range(shown)]
    alt = f"{drawn} of {what} by round, from round 0 on. {said}."
    return finish(ax, title, alt, ("round", *series), rows, xlabel="round", ylabel=what)


def _lines(ax: Axes, series: Mapping[str, Sequence[float]]) -> None:
    for (name, numbers), colour, mark in zip(series.items(), COLOURS, MARKS, strict=False):
        ax.plot(
            range(len(numbers)),
            numbers,
            color=colour,
            marker=mark,
            markersize=8,
            linewidth=2.5,
            label=plain(cut(name, 24)),
        )


def _stack(ax: Axes, series: Mapping[str, Sequence[float]]) -> None:
    bottom = [0.0] * max(map(len, series.values()))
    for (name, numbers), colour, hatch in zip(series.items(), COLOURS, HATCHES, strict=False):
        base = bottom[: len(numbers)]
        look = {"color": colour, "hatch": hatch, "edgecolor": style.PAPER, "label": plain(cut(name, 24))}
        ax.bar(range(len(numbers)), numbers, bottom=base, width=0.75, **look)  # type: ignore[arg-type]
        bottom[: len(numbers)] = [low + number for low, number in zip(base, numbers, strict=True)]


def _scale(ax: Axes, series: Mapping[str, Sequence[float]], rounds: int, stacked: bool, log: bool) -> None:
    """The scale of all rounds, whatever is drawn of them."""
    every = [number for numbers in series.values() for number in numbers]
    if log:
        positive = [number for number in every if number > 0] or [1.0]
        ax.set_yscale("log")
        ax.set_ylim(min(positive) / 2, max(positive) * 2)
    elif stacked:
        sums = [sum(numbers[n] for numbers in series.values() if n < len(numbers)) for n in range(rounds)]
        ax.set_ylim(0, 1.08 * (max(sums) or 1))
    else:
        ax.set_ylim(min(0, *every), 1.08 * (max(every) or 1))
    ax.set_xlim(-0.6, max(rounds, 2) - 0.4)
    ax.xaxis.set_major_locator(MaxNLocator(10, integer=True))
    if log:
        ax.yaxis.set_major_formatter("{x:,.10g}")
    else:
        round_ticks(ax.yaxis, 6)
    ax.grid(axis="y", color=style.GRID)
    if len(series) > 1:
        ax.legend(fontsize=style.TEXT, frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.2)
