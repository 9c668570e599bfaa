"""What a chart draws in: the methods of matplotlib's Axes that mrkit's charts call, each adding marks to a list.

Nothing is drawn here. A method that is not here says so in a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from mrkit.errors import MrkitError
from mrkit.views import style
from mrkit.views.pen import marks
from mrkit.views.pen.marks import AXES, DATA, Coords, Mark, Point, Text
from mrkit.views.pen.sides import Axis, Spine, Spines


class NotDrawn(MrkitError, AttributeError):
    """Something of matplotlib's that its stand-in cannot do."""


class Box(NamedTuple):
    """A rectangle of the figure, as parts of its width and height from the lower left."""

    x0: float = 0.0
    y0: float = 0.0
    x1: float = 1.0
    y1: float = 1.0

    @property
    def width(self) -> float:
        """Its part of the figure's width."""
        return self.x1 - self.x0

    def frozen(self) -> Box:
        """Itself: nobody can change it."""
        return self


class Legend(NamedTuple):
    """A list of looks and what they mean, held at its upper left corner."""

    handles: Sequence[Mark]
    labels: Sequence[str]
    at: Point
    coords: Coords
    columns: int
    size: float
    columnspacing: float = 1.4
    handlelength: float = 2.0
    handleheight: float = 0.7
    pad: float = 0.0


class Axes:
    """A chart: its marks in the order in which they were made, two axes, a frame, a title and perhaps a legend."""

    def __init__(self, figure: Any):
        self.figure = figure
        self.xaxis, self.yaxis = Axis("x"), Axis("y")
        self.spines = Spines({side: Spine() for side in ("left", "right", "bottom", "top")})
        self.title = Text(0, 0, "")
        self.axison, self.equal = True, False
        self.texts: list[Text] = []
        self.lines: list[marks.Line2D] = []
        self.patches: list[marks.Patch] = []
        self.collections: list[Mark] = []
        self.images: list[marks.Image] = []
        self.marks: list[Mark] = []
        self.key: Legend | None = None
        self.colours: Axes | None = None  # a bar of them, to the right
        self.mirrored = False  # whether the y axis stands to the right
        self.held: Box | None = None  # a place of its own, whatever has room

    transAxes = AXES

    def get_xaxis_transform(self) -> Coords:
        """X as in the data, y as a part of the height."""
        return Coords("data", "axes fraction")

    def get_yaxis_transform(self) -> Coords:
        """Y as in the data, x as a part of the width."""
        return Coords("axes fraction", "data")

    def __getattr__(self, name: str) -> Any:
        raise NotDrawn(f"There is no {name!r} here: without matplotlib, Axes have what mrkit's own charts need.")

    # Lines and points.

    def plot(self, xs: Any, ys: Any, fmt: str = "", **look: Any) -> list[marks.Line2D]:
        """A line through points, or a marker at each of them if `fmt` is one."""
        xs, ys = ([values] if isinstance(values, int | float) else values for values in (xs, ys))
        if fmt:
            look = {"marker": fmt, "linestyle": "none"} | look
        return [self._add(self.lines, marks.Line2D(xs, ys, **look))]

    def axhline(self, y: float, **look: Any) -> marks.Line2D:
        """A line from side to side."""
        return self._add(self.lines, marks.Line2D([0, 1], [y, y], coords=self.get_yaxis_transform(), **look))

    def axvline(self, x: float, **look: Any) -> marks.Line2D:
        """A line from the bottom to the top."""
        return self._add(self.lines, marks.Line2D([x, x], [0, 1], coords=self.get_xaxis_transform(), **look))

    def scatter(
        self,
        xs: Iterable[float],
        ys: Iterable[float],
        *,
        s: float,
        facecolor: str,
        edgecolor: str,
        linewidth: float,
        zorder: float = 1,
        label: str = "",
    ) -> marks.Dots:
        """A dot at each point."""
        look: dict[str, Any] = {"markerfacecolor": facecolor, "markeredgecolor": edgecolor, "linestyle": "none"}
        look |= {"markeredgewidth": linewidth, "markersize": s**0.5, "marker": "o", "zorder": zorder, "label": label}
        return self._add(self.collections, marks.Dots(marks.Line2D(xs, ys, **look)))

    # What is filled.

    def bar(self, x: Any, height: Any, width: float = 0.8, bottom: Any = 0.0, **look: Any) -> list[marks.Rectangle]:
        """Bars that stand, each around its x."""
        places, heights, bottoms = _rows(x, height, bottom)
        return [
            self.add_patch(marks.Rectangle((at - width / 2, low), width, high, "x", **_filled(look)))
            for at, high, low in zip(places, heights, bottoms, strict=True)
        ]

    def barh(self, y: Any, width: Any, height: float = 0.8, left: Any = 0.0, **look: Any) -> list[marks.Rectangle]:
        """Bars that lie, each around its y."""
        places, widths, lefts = _rows(y, width, left)
        return [
            self.add_patch(marks.Rectangle((start, at - height / 2), long, height, "y", **_filled(look)))
            for at, long, start in zip(places, widths, lefts, strict=True)
        ]

    def fill_between(
        self, xs: Sequence[float], low: Sequence[float], high: Sequence[float], *, step: str, **look: Any
    ) -> marks.PolyCollection:
        """What lies between two lines of steps, each from its x to the next."""
        edges = [x for pair in pairwise(xs) for x in pair]
        upper, lower = ([y for y in ys[:-1] for _ in range(2)] for ys in (high, low))
        outline = [*zip(edges, upper, strict=True), *reversed(list(zip(edges, lower, strict=True)))]
        return self.add_collection(marks.PolyCollection([outline], **look))

    def stairs(
        self, values: Sequence[float], edges: Sequence[float], *, color: str, baseline: None, **look: Any
    ) -> Any:
        """A line of steps, each from its edge to the next."""
        points = [(x, y) for y, ends in zip(values, pairwise(edges), strict=True) for x in ends]
        outline: marks.Outline = [("M", points[:1]), ("L", points[1:])]
        return self.add_patch(marks.Filled(outline, fill=False, edgecolor=color, **look))

    def imshow(
        self,
        cells: Sequence[Sequence[float]],
        *,
        cmap: marks.Colours,
        vmin: float,
        vmax: float,
        aspect: str = "auto",
        interpolation: str = "nearest",
        extent: Any = None,
    ) -> marks.Image:
        """A matrix of coloured cells, the first row above."""
        left, right, low, high = extent or (-0.5, len(cells[0]) - 0.5, len(cells) - 0.5, -0.5)
        self.set_xlim(left, right)
        self.set_ylim(low, high)
        return self._add(self.images, marks.Image(cells, cmap, vmin, vmax, (left, right, low, high)))

    def add_patch(self, patch: Any) -> Any:
        """A filled outline."""
        return self._add(self.patches, patch)

    def add_collection(self, collection: Any) -> Any:
        """Many outlines of one look."""
        return self._add(self.collections, collection)

    # Words.

    def text(self, x: float, y: float, s: str, *, transform: Coords = DATA, **look: Any) -> Text:
        """Words at a place."""
        return self._add(self.texts, Text(x, y, s, coords=transform, **look))

    def annotate(
        self,
        text: str,
        xy: Point,
        xytext: Point | None = None,
        *,
        xycoords: tuple[str, str] = ("data", "data"),
        textcoords: str = "",
        arrowprops: dict[str, Any] | None = None,
        annotation_clip: bool | None = None,
        **look: Any,
    ) -> Text:
        """Words beside a place, so many points away; or an arrow from `xytext` to that place."""
        if arrowprops is not None:
            self.marks.append(marks.Arrow(xytext or xy, xy, **arrowprops))
        offset = xytext if xytext and textcoords == "offset points" else (0.0, 0.0)
        coords = Coords(*xycoords)
        return self._add(
            self.texts, Text(*xy, text, coords=coords, offset=offset, anywhere=annotation_clip is False, **look)
        )

    def legend(
        self,
        handles: Sequence[Mark] | None = None,
        labels: Sequence[str] | None = None,
        *,
        loc: str,
        bbox_to_anchor: Point,
        bbox_transform: Coords = AXES,
        fontsize: float,
        borderaxespad: float,
        ncols: int = 1,
        frameon: bool = False,
        borderpad: float = 0.4,
        **sizes: float,
    ) -> Legend:
        """What each look means: of those handles, or of all that has a label."""
        named = [mark for mark in [*self.lines, *self.patches] if mark.get_label()]
        firsts = {mark.get_label(): mark for mark in reversed(named)}
        handles = handles or [mark for mark in named if firsts[mark.get_label()] is mark]
        labels = labels or [mark.get_label() for mark in handles]
        pad = (borderaxespad + borderpad) * fontsize
        self.key = Legend(handles, labels, bbox_to_anchor, bbox_transform, ncols, fontsize, pad=pad, **sizes)
        return self.key

    def set_title(self, label: str, *, loc: str, pad: float = 6.0, **look: Any) -> Text:
        """What stands above, from the left on."""
        self.title = Text(0, 1, label, coords=AXES, offset=(0.0, pad), **look)
        return self.title

    def get_title(self, loc: str = "left") -> str:
        """The words above."""
        return self.title.get_text()

    def set_xlabel(self, words: str) -> None:
        """What x is."""
        self.xaxis.label.set_text(words)

    def set_ylabel(self, words: str) -> None:
        """What y is."""
        self.yaxis.label.set_text(words)

    def get_xlabel(self) -> str:
        """What x is."""
        return self.xaxis.label.get_text()

    def get_ylabel(self) -> str:
        """What y is."""
        return self.yaxis.label.get_text()

    # Axes.

    def set(self, **values: Any) -> None:
        """Several at once: `set(xlim=(0, 1))`."""
        for name, value in values.items():
            getattr(self, f"set_{name}")(value)

    def set_xlim(self, left: Any, right: float | None = None) -> None:
        """Its ends, as two numbers or a pair."""
        self.xaxis.scale.set(*(left if right is None else (left, right)))

    def set_ylim(self, bottom: Any, top: float | None = None) -> None:
        """Its ends, as two numbers or a pair."""
        self.yaxis.scale.set(*(bottom if top is None else (bottom, top)))

    def get_xlim(self) -> Point:
        """Its ends."""
        return self.xaxis.scale.ends

    def get_ylim(self) -> Point:
        """Its ends."""
        return self.yaxis.scale.ends

    def set_xscale(self, name: str) -> None:
        """Even, or by powers of ten: "linear" or "log"."""
        self.xaxis.set_scale(name)

    def set_yscale(self, name: str) -> None:
        """Even, or by powers of ten: "linear" or "log"."""
        self.yaxis.set_scale(name)

    def set_xticks(self, numbers: Sequence[float], labels: Sequence[str] | None = None, minor: bool = False) -> None:
        """Ticks at these numbers."""
        self.xaxis.set_ticks(numbers, labels, minor)

    def set_yticks(self, numbers: Sequence[float], labels: Sequence[str] | None = None, minor: bool = False) -> None:
        """Ticks at these numbers."""
        self.yaxis.set_ticks(numbers, labels, minor)

    def get_yticks(self) -> list[float]:
        """The numbers at ticks."""
        return self.yaxis.numbers()

    def get_yticklabels(self) -> list[Text]:
        """The words at ticks."""
        return [Text(0, number, words) for number, words in self.yaxis.words()]

    def tick_params(
        self,
        *,
        which: str = "major",
        left: bool = True,
        length: float | None = None,
        labelsize: float = 0.0,
        labelcolor: str = style.INK,
        labelfontfamily: Sequence[str] = (),
        color: str = style.MUTED,
    ) -> None:
        """How long ticks are (`left=False`: none at y), and how large their words; colours are as in all charts."""
        for axis in (self.xaxis, self.yaxis):
            axis.set_tick_params(which, 0.0 if axis is self.yaxis and not left else length, labelsize)

    def grid(self, visible: bool = True, which: str = "major", axis: str = "both", **look: Any) -> None:
        """Lines at the ticks of one axis, or both."""
        for each in (self.xaxis, self.yaxis):
            if axis in ("both", each.name):
                each.grid(visible, which, **look)

    def set_aspect(self, aspect: str) -> None:
        """With "equal", a step to the right is as long as one upwards."""
        self.equal = aspect == "equal"

    def set_axis_off(self) -> None:
        """No axes and no frame."""
        self.axison = False

    def set_axisbelow(self, below: bool) -> None:
        """Nothing: the grid is always below."""

    def set_facecolor(self, color: str) -> None:
        """Nothing: the page shines through."""

    # What is asked of it.

    @property
    def dataLim(self) -> Box:
        """The ends of what was drawn as lines."""
        xs, ys = (
            [number for line in self.lines if line.coords == DATA for number in side(line)] or [0.0]
            for side in (marks.Line2D.get_xdata, marks.Line2D.get_ydata)
        )
        return Box(min(xs), min(ys), max(xs), max(ys))

    def findobj(self, kind: type) -> list[Any]:
        """All marks of a kind, with the words at its sides."""
        own = [self.title, self.xaxis.label, self.yaxis.label]
        return [mark for mark in [*self.marks, *own] if isinstance(mark, kind)]

    def get_figure(self) -> Any:
        """The figure that it is in."""
        return self.figure

    def get_subplotspec(self) -> None:
        """None: it is as wide as its figure."""

    def get_position(self, original: bool = False) -> Box:
        """Its place in the figure, once that is laid out."""
        return self.held or self.figure.places.get(self, Box())

    def set_position(self, place: Box) -> None:
        """Keep this place."""
        self.held = place

    def _add(self, among: list, mark: Any) -> Any:
        among.append(mark)
        self.marks.append(mark)
        return mark


def _rows(*values: Any) -> list[list[float]]:
    """Lists of the same length, of lists and single numbers."""
    lengths = [len(value) for value in values if not isinstance(value, int | float)]
    most = max(lengths, default=1)
    return [[value] * most if isinstance(value, int | float) else list(value) for value in values]


def _filled(look: dict[str, Any]) -> dict[str, Any]:
    """Matplotlib's `color` is the colour of a bar."""
    return {"facecolor" if name == "color" else name: value for name, value in look.items()}
