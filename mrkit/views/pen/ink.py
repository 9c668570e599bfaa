"""A figure as SVG: each mark at its place, in the order in which it covers others.

Colours stand in `style`, so that a page can put its own variables there. All words are escaped, whatever they hold.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import singledispatchmethod
from html import escape
from math import hypot
from typing import Any

from mrkit.views import style
from mrkit.views.pen import layout, marks, telling
from mrkit.views.pen.layout import Frame, Placed, Rect
from mrkit.views.pen.letters import FONTS
from mrkit.views.pen.marks import Mark, Point

# What the mouse rests on is outlined in the colour of words, which is seen in each theme and with forced colours. All
# else lets it through: words before a bar, and what a slider left behind.
HOVERED = (
    "<style>.mrkit-told{pointer-events:all}.mrkit-told>circle{fill:none}"
    ".mrkit-ghost .mrkit-told,.mrkit-ghost-line .mrkit-told{pointer-events:none}"
    f".mrkit-told:hover>*{{stroke:{style.INK}!important;stroke-width:2px!important}}</style>"
)
REACH = 6  # points from a line's point, where the mouse is near it
NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FARTHEST = 1e5  # points: where a line that leaves the picture ends
LONG, BROAD = 6.0, 2.5  # points: the tip of an arrow
DASHES: dict[str, Sequence[float]] = {"--": (3.7, 1.6), ":": (1.0, 1.65)}
HATCHES = {  # how wide and how high a tile is, and the lines on it
    "///": (8, 8, "M-1 1 1-1M0 8 8 0M7 9 9 7"),
    "\\\\\\": (8, 8, "M-1 7 1 9M0 0 8 8M7-1 9 1"),
    "xxx": (8, 8, "M-1 1 1-1M0 8 8 0M7 9 9 7M-1 7 1 9M0 0 8 8M7-1 9 1"),
    "..": (6, 12, "M1.5 3h.01M4.5 9h.01"),
}
MARKERS: dict[str, list[Point]] = {  # corners, in sizes from the middle, downwards
    "s": [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)],
    "D": [(0, -0.707), (0.707, 0), (0, 0.707), (-0.707, 0)],
    "^": [(0, -0.5), (0.5, 0.5), (-0.5, 0.5)],
    "v": [(0, 0.5), (0.5, -0.5), (-0.5, -0.5)],
    "X": [
        *[(-0.25, -0.5), (0, -0.25), (0.25, -0.5), (0.5, -0.25), (0.25, 0), (0.5, 0.25)],
        *[(0.25, 0.5), (0, 0.25), (-0.25, 0.5), (-0.5, 0.25), (-0.25, 0), (-0.5, -0.25)],
    ],
    "|": [(0, -0.5), (0, 0.5)],
}


def written(frames: Sequence[Frame], wide: float, high: float, name: str) -> str:
    """The text of an SVG, `wide` by `high` points; `name` tells its parts from those of others on a page."""
    drawing = Drawing(name)
    parts = [part for frame in frames for part in drawing.chart(frame)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}"'
        f" font-family='{FONTS}' pointer-events='none'>{HOVERED}"
        f"<g>{''.join(drawing.defined.values())}{''.join(parts)}</g></svg>"
    )


class Drawing:
    """The parts of one SVG; `defined` are those that others refer to."""

    def __init__(self, name: str):
        self.name = name
        self.defined: dict[str, str] = {}
        self._room = 0  # for so many marks more that say something

    def chart(self, frame: Frame) -> Iterator[str]:
        """All of one chart."""
        frame, whole, self._room = layout.square(frame), frame, telling.MOST
        ax = frame.ax
        layers: list[tuple[float, str]] = [(mark.zorder, self._named(mark, frame)) for mark in ax.marks]
        if ax.axison:
            layers += [(0.5, self.axis(frame, name)) for name in ("x", "y")] + [(2.5, self.spines(frame))]
        if ax.title.get_text():
            layers.append((3, self.text(layout.placed(ax.title, frame))))
        if ax.key:
            layers.append((5, "".join(map(self.entry, layout.entries(frame, ax.key)))))
        yield from (part for _, part in sorted(layers, key=lambda layer: layer[0]))
        if ax.colours:
            yield from self.chart(layout.bar_frame(whole))

    def _named(self, mark: Mark, frame: Frame) -> str:
        drawn = self.draw(mark, frame)
        return f'<g id="{escape(mark.gid)}">{drawn}</g>' if mark.gid else drawn

    # Marks.

    @singledispatchmethod
    def draw(self, mark: Any, frame: Frame) -> str:
        """One mark."""
        raise NotImplementedError(type(mark))

    @draw.register
    def _(self, mark: marks.Patch, frame: Frame) -> str:
        return self.filled(mark, _path(mark.outline(), frame.at), self.clip(frame))

    @draw.register
    def _(self, mark: marks.Rectangle, frame: Frame) -> str:
        drawn = self.filled(mark, _path(mark.outline(), frame.at), self.clip(frame))
        return self.told([drawn], [telling.of_bar(frame.ax, mark)]) if mark.fill else drawn

    @draw.register
    def _(self, mark: marks.PolyCollection, frame: Frame) -> str:
        if len(mark.polygons) > self._room or mark.is_frame():
            return "".join(self.draw(patch, frame) for patch in mark.patches())
        said = [telling.of_box(frame.ax, mark.get_label(), corners) for corners in mark.polygons]
        return self.told([self.draw(patch, frame) for patch in mark.each()], said)

    @draw.register
    def _(self, mark: marks.Line2D, frame: Frame) -> str:
        points = [frame.at(x, y, mark.coords) for x, y in zip(mark.xs, mark.ys, strict=True)]
        clip = self.clip(frame) if mark.clip_on else ""
        drawn = ""
        if mark.linestyle != "none" and len(points) > 1:
            look = _stroke(mark.color, mark.linewidth, mark.linestyle) + f";stroke-linecap:{mark.cap}"
            outline: marks.Outline = [("M", points[:1]), ("L", points[1:])]
            drawn = _shape(_path(outline), f"fill:none;{look}{_seen(mark.alpha)}", clip)
        said = telling.of_points(frame.ax, mark) if len(points) <= self._room else []
        if mark.marker:
            look = f"fill:{mark.markerfacecolor};{_stroke(mark.markeredgecolor, mark.markeredgewidth)}"
            shapes = [_marker(mark.marker, mark.markersize, point) for point in points]
            shapes = shapes if said else ["".join(shapes)]
            return drawn + self.told([_shape(each, look + _seen(mark.alpha), clip) for each in shapes], said)
        near = [f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{REACH}"/>' for x, y in points]
        seen = [(circle, words) for circle, words in zip(near, said, strict=False) if words]
        return drawn + "".join(self.told([circle], [words]) for circle, words in seen)

    @draw.register
    def _(self, mark: marks.Dots, frame: Frame) -> str:
        return self.draw(mark.line, frame)

    @draw.register
    def _(self, mark: marks.Image, frame: Frame) -> str:
        left, right, low, high = mark.extent
        wide, tall = (right - left) / len(mark.cells[0]), (low - high) / len(mark.cells)
        cells = [(x, y, number) for y, row in enumerate(mark.cells) for x, number in enumerate(row)]
        boxes = [marks.Rectangle((left + x * wide, high + y * tall), wide, tall) for x, y, _ in cells]
        said = [telling.of_cell(frame.ax, *cell) for cell in cells if len(cells) <= self._room]
        found: dict[Any, list[str]] = {}  # cells of one colour are one shape, unless each says something
        for cell, box in zip(cells, boxes, strict=True):
            look = (mark.colour(cell[2]), cell if any(said) else None)
            found.setdefault(look, []).append(_path(box.outline(), frame.at))
        crisp = ' shape-rendering="crispEdges"'
        return self.told([_shape("".join(paths), f"fill:{look[0]}", crisp) for look, paths in found.items()], said)

    @draw.register
    def _(self, mark: marks.Text, frame: Frame) -> str:
        drawn = self.text(layout.placed(mark, frame)) if frame.shows(mark) else ""
        return f"<g{self.clip(frame)}>{drawn}</g>" if mark.clip_on and drawn else drawn

    @draw.register
    def _(self, mark: marks.Arrow, frame: Frame) -> str:
        (x0, y0), (x1, y1) = frame.at(*mark.start), frame.at(*mark.end)
        length = hypot(x1 - x0, y1 - y0) or 1.0
        right, down = (x1 - x0) / length, (y1 - y0) / length
        back = x, y = x1 - LONG * right, y1 - LONG * down
        tip = [(x1, y1), (x - BROAD * down, y + BROAD * right), (x + BROAD * down, y - BROAD * right)]
        look = f"{_stroke(mark.color, mark.linewidth)};fill:{mark.color}{_seen(mark.alpha)}"
        return _shape(_path([("M", [(x0, y0)]), ("L", [back]), *marks.polygon(tip)]), look)

    def told(self, drawn: list[str], said: list[str]) -> str:
        """Marks, each with what it says where the mouse rests on it."""
        if not any(said) or len(drawn) > self._room:
            return "".join(drawn)
        self._room -= len(drawn)
        pairs = zip(drawn, map(marks.as_it_stands, said), strict=True)
        return "".join(f'<g class="mrkit-told"><title>{_xml(words)}</title>{each}</g>' for each, words in pairs)

    def filled(self, mark: marks.Patch, path: str, more: str = "") -> str:
        """A filled outline, with its hatch over it."""
        edged = mark.edgecolor != "none" and mark.linewidth > 0
        look = f"fill:{mark.facecolor if mark.fill else 'none'}"
        look += f";{_stroke(mark.edgecolor, mark.linewidth, mark.linestyle)}" if edged else ""
        drawn = _shape(path, look + _seen(mark.alpha), more)
        if mark.hatch:
            drawn += _shape(path, f"fill:url(#{self.hatch(mark.hatch, mark.edgecolor)})", more)
        return drawn

    def text(self, said: Placed) -> str:
        """Words, with the ground under them."""
        text, rect = said.text, said.rect
        drawn = _ground(text, rect) if text.bbox else ""
        x, y = (rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2
        lines = text.lines()
        place, anchor = {"left": (rect.left, "start"), "right": (rect.right, "end")}.get(text.ha, (x, "middle"))
        turn = ""
        first = rect.top + layout.UP * text.size
        if text.rotation:
            place, anchor, turn = x, "middle", f' transform="rotate(-90 {_number(x)} {_number(y)})"'
            first = y - (len(lines) - 1) * layout.step(text) / 2 + (layout.UP - layout.DOWN) * text.size / 2
        look = f"font-size:{text.size:g}px;fill:{text.color};text-anchor:{anchor}"
        look += ";font-weight:bold" * (text.weight == "bold")
        for effect in text.path_effects:
            look += f";paint-order:stroke;stroke-linejoin:round;{_stroke(effect.foreground, effect.linewidth)}"
        spans = "".join(
            f'<tspan x="{_number(place)}" y="{_number(first + number * layout.step(text))}">{_said(line)}</tspan>'
            for number, line in enumerate(lines)
        )
        return f'{drawn}<text{turn} style="{look}">{spans}</text>'

    # What stands at the sides.

    def axis(self, frame: Frame, name: str) -> str:
        """The grid, the ticks, the numbers and the name of an axis, as one group."""
        parts = [self._ticks(frame, name, which) for which in ("minor", "major")]
        parts += [self.text(said) for said in layout.axis_words(frame, name) if said.text.get_text().strip()]
        return f'<g class="mrkit-axis">{"".join(parts)}</g>'

    def _ticks(self, frame: Frame, name: str, which: str) -> str:
        axis, wide = (frame.ax.xaxis, True) if name == "x" else (frame.ax.yaxis, False)
        length, grid = axis.lengths[which], axis.grids.get(which)
        coords = frame.ax.get_xaxis_transform() if wide else frame.ax.get_yaxis_transform()
        ticks, lines, other = "", "", 0 if wide else int(frame.ax.mirrored)
        tick = f"v{length:g}" if wide else f"h{length if other else -length:g}"
        line = f"V{_number(frame.rect.top)}" if wide else f"H{_number(frame.rect.right)}"
        for number in axis.numbers(which, frame.wide if wide else frame.high):
            x, y = frame.at(number, other, coords) if wide else frame.at(other, number, coords)
            start = f"M{_number(x)} {_number(y)}"
            ticks, lines = (ticks + start + tick if length else ""), lines + start + line
        drawn = _shape(lines, f"fill:none;{_stroke(grid.color, grid.linewidth)}") if grid and lines else ""
        return drawn + (_shape(ticks, f"fill:none;{_stroke(style.MUTED, 0.8)}") if ticks else "")

    def spines(self, frame: Frame) -> str:
        """The lines of the frame."""
        left, top, right, bottom = frame.rect
        ends = {
            "left": [(left, top), (left, bottom)],
            "right": [(right, top), (right, bottom)],
            "top": [(left, top), (right, top)],
            "bottom": [(left, bottom), (right, bottom)],
        }
        return "".join(
            _shape(_path([("M", ends[name][:1]), ("L", ends[name][1:])]), f"fill:none;{_stroke(spine.color, 0.8)}")
            for name, spine in frame.ax.spines.items()
            if spine.visible
        )

    def entry(self, entry: layout.Entry) -> str:
        """A line of a legend."""
        handle, (left, top, right, bottom) = entry.handle, entry.rect
        if isinstance(handle, marks.Patch):
            outline = marks.polygon([(left, top), (right, top), (right, bottom), (left, bottom)])
            shown = self.filled(handle, _path(outline))
        else:
            shown = self._sample(handle, entry.rect)
        return shown + self.text(entry.said)

    def _sample(self, handle: Any, rect: Rect) -> str:
        """A short piece of a line, with its marker."""
        y = (rect.top + rect.bottom) / 2
        outline: marks.Outline = [("M", [(rect.left, y)]), ("L", [(rect.right, y)])]
        drawn = _shape(_path(outline), f"fill:none;{_stroke(handle.color, handle.linewidth, handle.linestyle)}")
        if handle.marker:
            shape = _marker(handle.marker, handle.markersize, ((rect.left + rect.right) / 2, y))
            drawn += _shape(shape, f"fill:{handle.markerfacecolor}")
        return drawn

    # What others refer to.

    def clip(self, frame: Frame) -> str:
        """The attribute that cuts off what is outside of a frame."""
        left, top, right, bottom = frame.rect
        path = _path(marks.polygon([(left, top), (right, top), (right, bottom), (left, bottom)]))
        return f' clip-path="url(#{self._define("clipPath", "", path, "")})"'

    def hatch(self, hatch: str, colour: str) -> str:
        """The name of a pattern."""
        wide, high, path = HATCHES[hatch]
        look = f' style="fill:none;stroke:{colour};stroke-linecap:round;stroke-width:{2 if hatch == ".." else 1}"'
        return self._define("pattern", f' patternUnits="userSpaceOnUse" width="{wide}" height="{high}"', path, look)

    def _define(self, tag: str, more: str, path: str, look: str) -> str:
        """The name of something that is drawn once; it has the same in every drawing of this name."""
        content = f'{more}><path d="{path}"{look}/></{tag}>'
        name = f"{self.name}-{zlib.crc32(content.encode()):x}"
        self.defined[name] = f'<defs><{tag} id="{name}"{content}</defs>'
        return name


def _path(outline: marks.Outline, at: Callable[[float, float], Point] | None = None) -> str:
    """The data of a path."""
    return "".join(
        command + " ".join(f"{_number(x)} {_number(y)}" for x, y in (at(*point) if at else point for point in points))
        for command, points in outline
    )


def _marker(kind: str, size: float, at: Point) -> str:
    x, y = at
    if kind == "o":
        return _path(marks.Circle(at, size / 2).outline())
    corners = [(x + size * right, y + size * down) for right, down in MARKERS[kind]]
    return _path(marks.polygon(corners))


def _shape(path: str, look: str, more: str = "") -> str:
    return f'<path d="{path}" style="{look}"{more}/>'


def _stroke(colour: str, width: float, dashes: marks.Dashes = "-") -> str:
    pattern = DASHES.get(dashes, ()) if isinstance(dashes, str) else dashes[1]
    dashed = f";stroke-dasharray:{' '.join(_number(part * width) for part in pattern)}" if pattern else ""
    return f"stroke:{colour};stroke-width:{_number(width)}{dashed}"


def _seen(alpha: float) -> str:
    return f";opacity:{alpha:g}" if alpha != 1 else ""


def _ground(text: marks.Text, rect: Rect) -> str:
    """The rectangle under words."""
    look: dict[str, Any] = text.bbox or {}
    pad = marks.options(look["boxstyle"])["pad"] * text.size if "boxstyle" in look else look.get("pad", 4.0)
    left, top, right, bottom = rect.grown(pad)
    corner = pad if "round" in look.get("boxstyle", "") else 0.0
    outline = marks.FancyBboxPatch((left, top), right - left, bottom - top, f"round,pad=0,rounding_size={corner}")
    edge = look.get("edgecolor", "none")
    line = f";{_stroke(edge, look.get('linewidth', 1.0))}" if edge != "none" else ""
    return _shape(_path(outline.outline()), f"fill:{look['facecolor']}{line}{_seen(look.get('alpha', 1.0))}")


def _number(value: float) -> str:
    return f"{max(-FARTHEST, min(FARTHEST, round(value, 2))):.9g}"


def _said(words: str) -> str:
    """Words that cannot become markup; a browser would drop plain spaces at their ends."""
    return _xml(words).replace(" ", "\u00a0")


def _xml(words: str) -> str:
    return escape(NOT_XML.sub("\ufffd", words), quote=False)
