"""What stands at the sides of a chart: an axis with its ticks, numbers and name, and the lines of the frame.

It knows numbers and words alone; where they are on the page is a matter of `layout`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10
from typing import Any, NamedTuple

from mrkit.views import style
from mrkit.views.pen import ticks
from mrkit.views.pen.marks import Text
from mrkit.views.pen.scales import Scale

ROOM = {"x": 3, "y": 2}  # how many times its size a number takes on an axis
LENGTHS = {"major": 3.5, "minor": 2.0}  # of the ticks, in points
NEAR = 0.01  # of a step from word to word: that is at its tick
USUAL = 250.0  # points: the length of an axis of which nobody knows it yet


class Grid(NamedTuple):
    """The look of the lines at the ticks."""

    color: str = style.GRID
    linewidth: float = 0.8


class Axis:
    """One axis: `name` is "x" or "y"."""

    def __init__(self, name: str):
        self.name = name
        self.scale = Scale()
        self.label = Text(0, 0, "", rotation=90 if name == "y" else 0)
        self.size = style.TEXT
        self.lengths = dict(LENGTHS)
        self.grids: dict[str, Grid] = {}
        self._locators: dict[str, Any] = {}
        self._formatter: ticks.Formatter | None = None
        self._labels: list[str] | None = None

    # What a chart says.

    def set_major_locator(self, locator: ticks.Locator) -> None:
        """Where the ticks are."""
        self._locators["major"] = locator

    def set_major_formatter(self, given: str | ticks.Formatter) -> None:
        """How their numbers are written."""
        self._formatter, self._labels = ticks.formatter(given), None

    def set_minor_formatter(self, given: str | ticks.Formatter) -> None:
        """Nothing: the ticks between have no numbers."""

    def set_ticks(self, numbers: Sequence[float], labels: Sequence[str] | None = None, minor: bool = False) -> None:
        """Ticks at these numbers, with these words if there are some."""
        self._locators["minor" if minor else "major"] = ticks.FixedLocator(numbers)
        if not minor:
            self._labels = None if labels is None else list(labels)

    def set_tick_params(self, which: str = "major", length: float | None = None, labelsize: float = 0.0) -> None:
        """How long ticks are, and how large their words."""
        if length is not None:
            self.lengths[which] = length
        self.size = labelsize or self.size

    def grid(self, visible: bool = True, which: str = "major", **look: Any) -> None:
        """Lines at the ticks."""
        self.grids.pop(which, None)
        if visible:
            self.grids[which] = Grid(**look)

    def set_scale(self, name: str) -> None:
        """Even, or by powers of ten: "linear" or "log"."""
        self.scale.log = name == "log"

    def get_view_interval(self) -> tuple[float, float]:
        """The smaller and the larger end."""
        low, high = sorted(self.scale.ends)
        return low, high

    # What is to be drawn.

    def numbers(self, which: str = "major", points: float = USUAL) -> list[float]:
        """The numbers at ticks, on an axis of so many points."""
        locator = self._locators.get(which) or self._usual(which, points)
        found = locator.tick_values(*self.scale.ends) if locator else []
        return [number for number in found if self.scale.holds(number)]

    def words(self, points: float = USUAL) -> list[tuple[float, str]]:
        """Each number at a tick, with how it is written."""
        shown = self.numbers("major", points)
        if self._labels is not None:
            given = zip(self._locators["major"].tick_values(), self._labels, strict=True)
            return [(number, label) for number, label in given if self.scale.holds(number)]
        write = self._formatter or ticks.alike(shown)
        return [(number, write(number, place)) for place, number in enumerate(shown)]

    def has_words(self) -> bool:
        """Whether it has words for its ticks, and not numbers."""
        return self._labels is not None

    def said(self, low: float, high: float) -> str:
        """Where something is that goes from here to there: the words of its tick, or its ends; from 0 on, one."""
        if self.has_words():
            given = zip(self._locators["major"].tick_values(), self._labels or (), strict=True)
            return "".join(label for number, label in given if low - NEAR <= number <= high + NEAR)
        if not self.numbers():  # nobody shall read it
            return ""
        ends = [low, high] if low and low != high else [high or low]
        return " to ".join(map(self._written, ends))

    def _written(self, number: float) -> str:
        """A number with a digit or two more than can be seen."""
        length = abs(number) if self.scale.log else abs(self.scale.ends[1] - self.scale.ends[0])
        digits = max(0, 4 - floor(log10(length))) if length else 0
        return (self._formatter or ticks.formatter("{x:,.10g}"))(round(number, digits), None)

    def _usual(self, which: str, points: float) -> ticks.Locator | None:
        if self.scale.log:
            return ticks.LogLocator() if which == "major" else ticks.LogLocator(range(2, 10))
        return ticks.automatic(points, self.size * ROOM[self.name]) if which == "major" else None


class Spine:
    """A line of the frame."""

    def __init__(self) -> None:
        self.visible, self.color = True, style.MUTED

    def set_visible(self, visible: bool) -> None:
        """Whether it is drawn."""
        self.visible = visible

    def set_color(self, color: str) -> None:
        """Another colour."""
        self.color = color


class Spines(dict[str, Spine]):
    """The four lines of the frame, by name; several at once by a list of names, and all by `[:]`."""

    def __getitem__(self, names: Any) -> Any:
        if isinstance(names, str):
            return super().__getitem__(names)
        return Together([self[name] for name in (self if isinstance(names, slice) else names)])


class Together:
    """Several lines that are told the same."""

    def __init__(self, spines: Sequence[Spine]):
        self.spines = spines

    def set_visible(self, visible: bool) -> None:
        """Whether they are drawn."""
        for spine in self.spines:
            spine.set_visible(visible)

    def set_color(self, color: str) -> None:
        """Another colour."""
        for spine in self.spines:
            spine.set_color(color)
