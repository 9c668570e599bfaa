"""What a mark says where the mouse rests on it: its label, and its numbers as the axes write them.

It knows axes and words, and no SVG. A chart without axes says nothing: what it counts is not for readers.
"""

from __future__ import annotations

from collections.abc import Sequence

from mrkit.views.pen.axes import Axes
from mrkit.views.pen.marks import DATA, Line2D, Point, Rectangle
from mrkit.views.pen.sides import Axis

MOST = 250  # marks of a chart that say something: with thousands, the drawing would double


def of_bar(ax: Axes, bar: Rectangle) -> str:
    """What a rectangle says."""
    xs, ys = _ends(bar.x, bar.width, bar.around == "x"), _ends(bar.y, bar.height, bar.around == "y")
    return _said(ax, bar.get_label(), xs, ys)


def of_box(ax: Axes, label: str, corners: Sequence[Point]) -> str:
    """What a polygon says: of a rectangle, how far it goes."""
    xs, ys = zip(*corners, strict=True)
    if len(set(xs)) > 2 or len(set(ys)) > 2:
        return label if ax.axison else ""
    return _said(ax, label, (min(xs), max(xs)), (min(ys), max(ys)))


def of_points(ax: Axes, line: Line2D) -> list[str]:
    """What each point of a line says: nothing, if it is no data or not in sight."""
    if line.coords != DATA:
        return []
    points = zip(line.xs, line.ys, strict=True)
    return [_said(ax, line.get_label(), (x, x), (y, y)) if _is_in(ax, x, y) else "" for x, y in points]


def of_cell(ax: Axes, x: float, y: float, number: float) -> str:
    """What a cell of a matrix says, of which a bar of colours tells what its numbers are."""
    return f"{_said(ax, '', (x, x), (y, y))}\n{_on(ax.colours.yaxis, number, number)}" if ax.colours else ""


def _said(ax: Axes, label: str, xs: Point, ys: Point) -> str:
    lines = [_on(ax.xaxis, *xs), _on(ax.yaxis, *ys)]
    if ax.yaxis.has_words():  # first what it is
        lines.reverse()
    return "\n".join(filter(None, [label, *lines])) if ax.axison else ""


def _on(axis: Axis, low: float, high: float) -> str:
    written, name = axis.said(low, high), axis.label.get_text().partition(";")[0]
    return f"{name}: {written}" if name and written else written


def _ends(low: float, length: float, is_around: bool) -> Point:
    """Of a bar where it goes from and to, or twice the place that it stands at."""
    return (low + length / 2, low + length / 2) if is_around else (low, low + length)


def _is_in(ax: Axes, x: float, y: float) -> bool:
    return ax.xaxis.scale.holds(x) and ax.yaxis.scale.holds(y)
