"""What travels against what one call holds, both on log axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log

from mrkit import arguments
from mrkit.views import style
from mrkit.views.canvas import begin, finish, nothing, plain
from mrkit.views.pen import Axes, LogLocator, withStroke
from mrkit.words import amount, cut, sentence_list

Point = tuple[float, float]  # (records that travel, the largest thing that one call holds)


@arguments.takes(
    points=arguments.places, picked=arguments.text, least=arguments.maybe_point, most=arguments.maybe_point
)
def trade_off(
    points: Mapping[str, Point],
    *,
    picked: str = "",
    title: str = "",
    least: Point | None = None,
    most: Point | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Named ways to do one job: (records that travel, the largest thing that one call holds) of each.

    `picked` is the name of the point that a slider moves. The scale goes from `least` to `most`, or further if a point
    lies outside.
    """
    ax = begin(ax, height=4.6)
    if not points:
        return nothing(ax, "There is nothing to weigh: no way was named.")
    everywhere = [*points.values(), *filter(None, (least, most))]
    ax.set(xscale="log", yscale="log")
    ax.set_xlim(*_around([x for x, _ in everywhere]))
    ax.set_ylim(*_around([y for _, y in everywhere]))
    for name, below in _labels_below(points).items():
        main = name == picked
        look = {"color": style.REDUCE, "marker": "D"} if main else {"color": style.PARTITION, "marker": "o"}
        ax.plot(*points[name], markersize=11, zorder=3, **look)  # type: ignore[arg-type]
        place = log(points[name][0] / ax.get_xlim()[0]) / log(ax.get_xlim()[1] / ax.get_xlim()[0])
        ax.annotate(
            plain(cut(name, 28)),
            points[name],
            (0, -9 if below else 8),
            textcoords="offset points",
            size=style.TEXT,
            ha=_side(place),
            va="top" if below else "bottom",
            path_effects=[withStroke(linewidth=4, foreground=style.PAPER)],  # a line must not cross the letters
        )
    for axis in (ax.xaxis, ax.yaxis):
        low, high = axis.get_view_interval()
        axis.set_major_locator(LogLocator(subs=(1, 2, 5) if high / low < 200 else (1,)))
        axis.set_major_formatter("{x:,.10g}")
        axis.set_minor_formatter("")
        axis.grid(True, which="major", color=style.GRID)
    fewest = min(points, key=lambda name: points[name][0])
    smallest = min(points, key=lambda name: points[name][1])
    title = title or (
        f"{cut(fewest, 28)} does best on both axes"
        if fewest == smallest
        else f"{cut(fewest, 28)} sends least, {cut(smallest, 28)} holds least"
    )
    said = sentence_list([f"{n} sends {amount(x)} and holds {amount(y)}" for n, (x, y) in points.items()], most=10)
    rows = [(name, x, y) for name, (x, y) in points.items()]
    header = ("way", "records that travel", "largest thing that one call holds")
    alt = f"Points on log axes: {said}."
    return finish(ax, title, alt, header, rows, xlabel=header[1], ylabel="largest thing held")


def _labels_below(points: Mapping[str, Point]) -> dict[str, bool]:
    """Whose name stands below its point, because another's stands beside it."""
    below: dict[str, bool] = {}
    for name, (x, y) in points.items():
        near = [other for other in below if 1 / 3 < points[other][0] / x < 3 and 2 / 3 < points[other][1] / y < 1.5]
        below[name] = bool(near) and not below[near[-1]]
    return below


def _side(place: float) -> str:
    """Where a name is held: it stays inside the picture."""
    if place > 0.85:
        return "right"
    return "left" if place < 0.15 else "center"


def _around(numbers: Sequence[float]) -> tuple[float, float]:
    """A log scale's ends, with room around the numbers."""
    least, largest = max(min(numbers), 0.5), max(*numbers, 1)
    return least / 2.2, max(largest * 2.2, 10 * least)
