"""What is drawn, as data: lines, filled outlines, images and texts, in the coordinates that they were given in.

A mark knows neither where it will be on the page nor how it is written there. The names are those of matplotlib's
artists, and so is what they take, as far as mrkit's charts use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mrkit.views import style

Point = tuple[float, float]
Outline = list[tuple[str, list[Point]]]  # commands of SVG, with their points
Dashes = str | tuple[float, Sequence[float]]
CORNER = 0.5523  # how far the handles of a quarter of a circle stand from its ends, in radii


@dataclass(frozen=True)
class Coords:
    """What x and y count: "data", or "axes fraction" from the lower left; and a shift by points, to the upper right."""

    x: str = "data"
    y: str = "data"
    shift: Point = (0.0, 0.0)

    def __add__(self, shift: Point) -> Coords:
        return replace(self, shift=shift)


DATA, AXES = Coords(), Coords("axes fraction", "axes fraction")


class Mark:
    """Anything that is drawn; marks with a larger `zorder` cover the others."""

    def __init__(self, zorder: float, label: str = ""):
        self.zorder, self._label, self.gid = zorder, label, ""

    def get_label(self) -> str:
        """Its name, for a legend."""
        return self._label

    def set_gid(self, gid: str) -> None:
        """A name that it has on the page."""
        self.gid = gid


class Line2D(Mark):
    """Points that are joined by a line, or have a marker each, or both."""

    def __init__(
        self,
        xs: Iterable[float],
        ys: Iterable[float],
        *,
        color: str = style.INK,
        linewidth: float = 1.5,
        linestyle: Dashes = "-",
        marker: str = "",
        markersize: float = 6.0,
        markerfacecolor: str = "",
        markeredgecolor: str = "",
        markeredgewidth: float = 1.0,
        solid_capstyle: str = "butt",
        alpha: float = 1.0,
        zorder: float = 2,
        label: str = "",
        clip_on: bool = True,
        coords: Coords = DATA,
    ):
        super().__init__(zorder, label)
        self.xs, self.ys, self.coords = list(map(float, xs)), list(map(float, ys)), coords
        self.color, self.linewidth, self.linestyle, self.cap = color, linewidth, linestyle, solid_capstyle
        self.marker, self.markersize, self.markeredgewidth = marker, markersize, markeredgewidth
        self.markerfacecolor, self.markeredgecolor = markerfacecolor or color, markeredgecolor or color
        self.alpha, self.clip_on = alpha, clip_on

    def get_xdata(self) -> list[float]:
        """Where its points are, from left to right."""
        return self.xs

    def get_ydata(self) -> list[float]:
        """And from below."""
        return self.ys


class Patch(Mark):
    """A filled outline. One without an outline shows in a legend what others look like."""

    def __init__(
        self,
        *,
        facecolor: str = style.MAP,
        edgecolor: str = "none",
        linewidth: float = 1.0,
        linestyle: Dashes = "-",
        hatch: str = "",
        alpha: float = 1.0,
        fill: bool = True,
        zorder: float = 1,
        label: str = "",
    ):
        super().__init__(zorder, label)
        self.facecolor, self.edgecolor, self.linewidth, self.linestyle = facecolor, edgecolor, linewidth, linestyle
        self.hatch, self.alpha, self.fill = hatch, alpha, fill

    def outline(self) -> Outline:
        """Its edge."""
        return []


class Filled(Patch):
    """The inside of any outline."""

    def __init__(self, outline: Outline, **look: Any):
        super().__init__(**look)
        self._outline = outline

    def outline(self) -> Outline:
        """The one that was given."""
        return self._outline


class PathPatch(Filled):
    """The inside of a path."""

    def __init__(self, path: Path, **look: Any):
        super().__init__(path.outline, **look)


class Rectangle(Patch):
    """A rectangle from its corner at the smaller numbers on; a bar is `around` its place on one axis, "x" or "y"."""

    def __init__(self, xy: Point, width: float, height: float, around: str = "", **look: Any):
        super().__init__(**look)
        self.around = around
        self.x, self.y, self.width, self.height = float(xy[0]), float(xy[1]), float(width), float(height)

    def outline(self) -> Outline:
        """Its four corners."""
        right, upper = self.x + self.width, self.y + self.height
        return polygon([(self.x, self.y), (right, self.y), (right, upper), (self.x, upper)])

    def get_x(self) -> float:
        """Its left side."""
        return self.x

    def get_y(self) -> float:
        """Its lower side."""
        return self.y

    def get_width(self) -> float:
        """How wide it is."""
        return self.width

    def get_height(self) -> float:
        """How high it is."""
        return self.height


class FancyBboxPatch(Rectangle):
    """A rectangle with round corners: `boxstyle` is "round,pad=0,rounding_size=" and their radius."""

    def __init__(self, xy: Point, width: float, height: float, boxstyle: str, **look: Any):
        super().__init__(xy, width, height, **look)
        self.radius = options(boxstyle)["rounding_size"]

    def outline(self) -> Outline:
        """Four sides and four curves."""
        left, low, right, high = self.x, self.y, self.x + self.width, self.y + self.height
        r = self.radius
        return [
            ("M", [(left + r, low)]),
            *_side((right - r, low), (right, low), (right, low + r)),
            *_side((right, high - r), (right, high), (right - r, high)),
            *_side((left + r, high), (left, high), (left, high - r)),
            *_side((left, low + r), (left, low), (left + r, low)),
            ("Z", []),
        ]


def _side(end: Point, corner: Point, after: Point) -> Outline:
    return [("L", [end]), ("Q", [corner, after])]


class Circle(Patch):
    """A circle in the numbers of its axes."""

    def __init__(self, xy: Point, radius: float, **look: Any):
        super().__init__(**look)
        self.centre, self.radius = xy, radius

    def outline(self) -> Outline:
        """Four quarters."""
        x, y = self.centre
        r, c = self.radius, CORNER * self.radius
        return [
            ("M", [(x + r, y)]),
            ("C", [(x + r, y + c), (x + c, y + r), (x, y + r)]),
            ("C", [(x - c, y + r), (x - r, y + c), (x - r, y)]),
            ("C", [(x - r, y - c), (x - c, y - r), (x, y - r)]),
            ("C", [(x + c, y - r), (x + r, y - c), (x + r, y)]),
            ("Z", []),
        ]


class Path:
    """Points, and what leads to each: a move, a line, a curve of three points, or the way back to the first."""

    MOVETO, LINETO, CURVE4, CLOSEPOLY = "M", "L", "C", "Z"

    def __init__(self, points: Sequence[Point], codes: Sequence[str]):
        self.outline: Outline = []
        for point, code in zip(points, codes, strict=True):
            last = self.outline[-1] if self.outline else ("", [])
            if code == self.CURVE4 == last[0] and len(last[1]) < 3:
                last[1].append(point)
            else:
                self.outline.append((code, [] if code == self.CLOSEPOLY else [point]))


class PolyCollection(Mark):
    """Polygons of one look; their edges may differ in width."""

    def __init__(
        self,
        polygons: Iterable[Sequence[Point]],
        *,
        linewidth: float | Sequence[float] = 1.0,
        zorder: float = 1,
        label: str = "",
        **look: Any,
    ):
        super().__init__(zorder, label)
        self.polygons = list(polygons)
        self.widths = [linewidth] * len(self.polygons) if isinstance(linewidth, int | float) else list(linewidth)
        self._look = look

    def each(self) -> list[Filled]:
        """A filled outline for each polygon."""
        pairs = zip(self.polygons, self.widths, strict=True)
        return [Filled(polygon(points), linewidth=width, **self._look) for points, width in pairs]

    def patches(self) -> list[Filled]:
        """One filled outline for all polygons with edges of the same width."""
        found: dict[float, Outline] = {}
        for points, width in zip(self.polygons, self.widths, strict=True):
            found.setdefault(width, []).extend(polygon(points))
        return [Filled(outline, linewidth=width, **self._look) for width, outline in found.items()]

    def is_frame(self) -> bool:
        """Whether it goes around other marks, and covers none."""
        return self._look.get("facecolor") == "none"

    def get_paths(self) -> list[Sequence[Point]]:
        """The polygons."""
        return self.polygons


class Dots(Mark):
    """A dot of the same size at each point: what `scatter` draws. `s` is the square of a dot's width in points."""

    def __init__(self, line: Line2D):
        super().__init__(line.zorder, line.get_label())
        self.line = line

    def get_offsets(self) -> list[Point]:
        """Where they are."""
        return list(zip(self.line.xs, self.line.ys, strict=True))


class Image(Mark):
    """A matrix of coloured cells around whole numbers, or between the ends of a bar of colours."""

    def __init__(self, cells: Sequence[Sequence[float]], colours: Colours, least: float, most: float, extent: Any):
        super().__init__(0)
        self.cells, self.colours, self.least, self.most, self.extent = cells, colours, least, most, extent

    def colour(self, number: float) -> str:
        """Of a cell."""
        return self.colours((number - self.least) / (self.most - self.least or 1))


class Colours:
    """Colours that change evenly from the first to the last of a list.

    >>> Colours(["#000000", "#ffffff"])(0.5)
    '#808080'
    """

    def __init__(self, named: Sequence[str]):
        self.stops = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in named]

    def __call__(self, share: float) -> str:
        place = max(0.0, min(1.0, share)) * (len(self.stops) - 1)
        first = min(int(place), len(self.stops) - 2)
        pairs = zip(self.stops[first], self.stops[first + 1], strict=True)
        return "#" + "".join(f"{round(one + (other - one) * (place - first)):02x}" for one, other in pairs)


class LinearSegmentedColormap:
    """Where matplotlib has the function that makes such colours."""

    @staticmethod
    def from_list(name: str, colors: Sequence[str]) -> Colours:
        """Colours in this order; nobody here asks for their name."""
        return Colours(colors)


class Text(Mark):
    """Words at a place, `offset` by points to the upper right; `bbox` is the look of the ground under them.

    They are drawn wherever that place is, or only inside of the axes if not `anywhere`.
    """

    def __init__(
        self,
        x: float,
        y: float,
        text: str,
        *,
        coords: Coords = DATA,
        offset: Point = (0.0, 0.0),
        ha: str = "left",
        va: str = "baseline",
        size: float = style.TEXT,
        weight: str = "normal",
        color: str = style.INK,
        rotation: float = 0.0,
        linespacing: float = 1.2,
        bbox: dict[str, Any] | None = None,
        path_effects: Sequence[Any] = (),
        zorder: float = 3,
        clip_on: bool = False,
        anywhere: bool = True,
    ):
        super().__init__(zorder)
        self.x, self.y, self.coords, self.offset = float(x), float(y), coords, offset
        self.ha, self.va, self.rotation, self.linespacing = ha, va, rotation, linespacing
        self.size, self.weight, self.color = size, weight, color
        self.bbox, self.path_effects, self.clip_on, self.anywhere = bbox, path_effects, clip_on, anywhere
        self.set_text(text)

    def get_text(self) -> str:
        """The words, as they were given."""
        return self._text

    def set_text(self, text: str) -> None:
        """Other words."""
        self._text = str(text)

    def lines(self) -> list[str]:
        """The words as they are drawn."""
        return as_it_stands(self._text).split("\n")

    def get_position(self) -> Point:
        """Where it is held, without its offset."""
        return self.x, self.y

    def get_color(self) -> str:
        """Of its letters."""
        return self.color

    def set_color(self, color: str) -> None:
        """Another colour."""
        self.color = color

    def set_fontsize(self, size: float) -> None:
        """Another size."""
        self.size = size

    def set_fontfamily(self, families: Sequence[str]) -> None:
        """Nothing: the page has its fonts."""


class Arrow(Mark):
    """A line with a tip at its end."""

    def __init__(self, start: Point, end: Point, *, color: str, linewidth: float, alpha: float, arrowstyle: str = ""):
        super().__init__(3)
        self.start, self.end, self.color, self.linewidth, self.alpha = start, end, color, linewidth, alpha


@dataclass(frozen=True)
class Stroke:
    """A line around letters, behind them: what `withStroke` makes."""

    linewidth: float
    foreground: str


def as_it_stands(words: str) -> str:
    r"""Words for a reader: matplotlib wants a dollar as `\$`, or it is a formula.

    >>> as_it_stands(r"5\$")
    '5$'
    """
    return words.replace(r"\$", "$")


def polygon(points: Sequence[Point]) -> Outline:
    """Straight lines from point to point and back.

    >>> polygon([(0, 0), (1, 0), (1, 1)])
    [('M', [(0, 0)]), ('L', [(1, 0), (1, 1)]), ('Z', [])]
    """
    return [("M", [points[0]]), ("L", list(points[1:])), ("Z", [])]


def options(boxstyle: str) -> dict[str, float]:
    """The numbers in a box's style.

    >>> options("round,pad=0.15")
    {'pad': 0.15}
    """
    return {name: float(value) for name, _, value in (part.partition("=") for part in boxstyle.split(",")[1:])}
