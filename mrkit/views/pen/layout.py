"""Where everything is on the page: the frames of the charts, and the rectangles of their words, in points from above.

A figure's charts stand one below the other, as large as the words around them allow. It measures, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from mrkit.views.pen.axes import Axes, Box, Legend
from mrkit.views.pen.letters import width
from mrkit.views.pen.marks import AXES, DATA, Coords, Mark, Point, Text

UP, DOWN = 0.76, 0.21  # of a letter's size: what is above its line and below
PADS = (7.2, 8.6)  # points around each chart: beside, and above and below
TICK_PAD, LABEL_PAD = 3.5, 4.0
BAR_GAP, BAR_SHARE = 10.0, 0.05  # a bar of colours: from its chart, and how wide it is for its height
SMALLEST = 10.0  # points: of a chart that has no room


class Rect(NamedTuple):
    """A rectangle on the page."""

    left: float
    top: float
    right: float
    bottom: float

    def grown(self, by: float) -> Rect:
        """With a margin around it."""
        return Rect(self.left - by, self.top - by, self.right + by, self.bottom + by)


class Placed(NamedTuple):
    """Words, and the rectangle that they fill; `across` and `along`: whether they need room beside, above and below."""

    text: Text
    rect: Rect
    across: bool = True
    along: bool = True


class Frame(NamedTuple):
    """A chart and the rectangle between its axes."""

    ax: Axes
    rect: Rect

    @property
    def wide(self) -> float:
        """How long the x axis is."""
        return self.rect.right - self.rect.left

    @property
    def high(self) -> float:
        """How long the y axis is."""
        return self.rect.bottom - self.rect.top

    def at(self, x: float, y: float, coords: Coords = DATA) -> Point:
        """The place on the page."""
        right = self.ax.xaxis.scale.share(x) if coords.x == "data" else x
        up = self.ax.yaxis.scale.share(y) if coords.y == "data" else y
        return self.rect.left + right * self.wide + coords.shift[0], self.rect.bottom - up * self.high - coords.shift[1]

    def shows(self, text: Text) -> bool:
        """Whether words are drawn: those that belong to a place outside are not."""
        data = text.coords == DATA
        inside = self.ax.xaxis.scale.holds(text.x) and self.ax.yaxis.scale.holds(text.y)
        return bool(text.get_text().strip()) and (text.anywhere or not data or inside)


# The words of a chart.


def placed(text: Text, frame: Frame) -> Placed:
    """Words at their place."""
    x, y = frame.at(text.x, text.y, text.coords)
    return Placed(text, _held(text, x + text.offset[0], y - text.offset[1]))


def step(text: Text) -> float:
    """From line to line."""
    return (UP * text.linespacing + DOWN) * text.size


def _held(text: Text, x: float, y: float) -> Rect:
    lines = text.lines()
    wide = max(width(line, text.size, text.weight) for line in lines) * 72
    high = (UP + DOWN) * text.size + (len(lines) - 1) * step(text)
    if text.rotation:
        wide, high = high, wide
    left = x - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[text.ha]
    below = {"bottom": 0.0, "center": 0.5, "top": 1.0, "baseline": DOWN * text.size / high}[text.va]
    bottom = y + high * below
    return Rect(left, bottom - high, left + wide, bottom)


def words(frame: Frame) -> Iterator[Placed]:
    """All words of a chart but those in its legend, as they are drawn."""
    ax = frame.ax
    if ax.axison:
        for name in ("x", "y"):
            yield from axis_words(frame, name)
    if ax.title.get_text():
        yield placed(ax.title, frame)._replace(across=False)
    yield from (placed(text, frame) for text in ax.texts if frame.shows(text))


def axis_words(frame: Frame, name: str) -> list[Placed]:
    """The numbers at an axis, and its name beyond them."""
    axis, beside = (frame.ax.xaxis, False) if name == "x" else (frame.ax.yaxis, True)
    away = axis.lengths["major"] + TICK_PAD
    other = 1.0 if frame.ax.mirrored else 0.0
    found = []
    for number, written in axis.words(frame.high if beside else frame.wide):
        look: dict[str, Any] = {"size": axis.size, "va": "center" if beside else "top", "ha": "center"}
        if beside:
            look |= {"ha": "left" if other else "right", "coords": Coords("axes fraction", "data")}
            text = Text(other, number, written, offset=(away if other else -away, 0.0), **look)
        else:
            text = Text(number, 0, written, offset=(0.0, -away), coords=Coords("data", "axes fraction"), **look)
        found.append(placed(text, frame))
    if axis.label.get_text():
        longest = max((_side(each.rect, beside) for each in found), default=-TICK_PAD)
        found.append(_label(frame, axis.label, away + longest + LABEL_PAD, beside))
    return found


def _side(rect: Rect, beside: bool) -> float:
    return rect.right - rect.left if beside else rect.bottom - rect.top


def _label(frame: Frame, label: Text, away: float, beside: bool) -> Placed:
    label.coords = AXES
    if beside:
        right = frame.ax.mirrored
        label.x, label.y, label.va, label.ha = float(right), 0.5, "center", "left" if right else "right"
        label.offset = (away if right else -away, 0.0)
    else:
        label.x, label.y, label.ha, label.va, label.offset = 0.5, 0.0, "center", "top", (0.0, -away)
    return placed(label, frame)._replace(across=beside, along=not beside)


class Entry(NamedTuple):
    """A line of a legend."""

    handle: Mark
    rect: Rect
    said: Placed


def entries(frame: Frame, key: Legend) -> list[Entry]:
    """The lines of a legend, column by column."""
    size = key.size
    x, top = (place + key.pad for place in frame.at(*key.at, key.coords))
    high = (key.handleheight - 0.35 * (key.handleheight - 0.7)) * size
    found: list[Entry] = []
    for column in _split(list(zip(key.handles, key.labels, strict=True)), key.columns):
        y = top
        for handle, label in column:
            rect = Rect(x, y, x + key.handlelength * size, y + high)
            text = Text(0, 0, label, size=size, va="center")
            said = _held(text, rect.right + 0.8 * size, y + high / 2)
            found.append(Entry(handle, rect, Placed(text, said)))
            y += max(high, said.bottom - said.top) + 0.5 * size
        x = max(entry.said.rect.right for entry in found[-len(column) :]) + key.columnspacing * size
    return found


def _split(items: list, parts: int) -> list[list]:
    """As even as it goes, the first ones longer."""
    short, longer = divmod(len(items), parts)
    ends = [number * short + min(number, longer) for number in range(parts + 1)]
    return [items[start:end] for start, end in pairwise(ends) if end > start]


# The frames of a figure.


def frames(axes: Sequence[Axes], ratios: Sequence[float], wide: float, high: float) -> list[Frame]:
    """The frame of each chart on a page of so many points, after the room that its words need."""
    margins = [Rect(0, 0, 0, 0)] * len(axes)
    for _ in range(3):  # the words move with their frames
        rects = _rects(margins, ratios, wide, high)
        margins = [_margins(Frame(ax, rect)) for ax, rect in zip(axes, rects, strict=True)]
    rects = _rects(margins, ratios, wide, high)
    return [Frame(ax, _kept(ax, rect, wide, high)) for ax, rect in zip(axes, rects, strict=True)]


def _rects(margins: Sequence[Rect], ratios: Sequence[float], wide: float, high: float) -> list[Rect]:
    """Charts of one width below each other, with their margins; their heights are as the ratios say."""
    left, right = (max(side) + PADS[0] for side in zip(*((each.left, each.right) for each in margins), strict=True))
    taken = sum(each.top + each.bottom + 2 * PADS[1] for each in margins)
    unit = max(SMALLEST, (high - taken) / sum(ratios))
    y, found = 0.0, []
    for each, ratio in zip(margins, ratios, strict=True):
        top = y + each.top + PADS[1]
        y = top + unit * ratio + each.bottom + PADS[1]
        found.append(Rect(left, top, max(left + SMALLEST, wide - right), top + unit * ratio))
    return found


def _margins(frame: Frame) -> Rect:
    """How far the words stick out of a frame on each side."""
    inner, found = frame.rect, [each for each in words(frame) if not each.text.clip_on]
    found += [entry.said for entry in entries(frame, frame.ax.key)] if frame.ax.key else []
    if frame.ax.colours:
        found += [each._replace(along=False) for each in words(bar_frame(frame))]
    across = [each.rect for each in found if each.across]
    along = [each.rect for each in found if each.along]
    return Rect(
        max([0.0, *(inner.left - rect.left for rect in across)]),
        max([0.0, *(inner.top - rect.top for rect in along)]),
        max([0.0, *(rect.right - inner.right for rect in across)]),
        max([0.0, *(rect.bottom - inner.bottom for rect in along)]),
    )


def _kept(ax: Axes, rect: Rect, wide: float, high: float) -> Rect:
    """The place that the chart was told to keep, if it was."""
    if ax.held is None:
        return rect
    return Rect(ax.held.x0 * wide, (1 - ax.held.y1) * high, ax.held.x1 * wide, (1 - ax.held.y0) * high)


def box(rect: Rect, wide: float, high: float) -> Box:
    """A rectangle as parts of the page, from below."""
    return Box(rect.left / wide, 1 - rect.bottom / high, rect.right / wide, 1 - rect.top / high)


def square(frame: Frame) -> Frame:
    """The frame in which a step to the right is as long as one upwards, if the chart wants that."""
    if not frame.ax.equal:
        return frame
    across, up = (abs(ends[1] - ends[0]) for ends in (frame.ax.get_xlim(), frame.ax.get_ylim()))
    scale = min(frame.wide / across, frame.high / up)
    x, y = (frame.wide - scale * across) / 2, (frame.high - scale * up) / 2
    left, top, right, bottom = frame.rect
    return Frame(frame.ax, Rect(left + x, top + y, right - x, bottom - y))


def bar_frame(frame: Frame) -> Frame:
    """The place of a chart's bar of colours."""
    left = frame.rect.right + BAR_GAP
    return Frame(frame.ax.colours, Rect(left, frame.rect.top, left + BAR_SHARE * frame.high, frame.rect.bottom))  # type: ignore[arg-type]
