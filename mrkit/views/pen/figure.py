"""A figure without matplotlib: charts below each other on a page of so many inches, and the file that it becomes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from mrkit.errors import BadArgument
from mrkit.views.pen import ink, layout, marks
from mrkit.views.pen.axes import Axes, Box


class Figure:
    """A page for charts; `axes` are those that it has."""

    def __init__(self, figsize: tuple[float, float]):
        self._inches = figsize
        self._ratios: Sequence[float] = ()
        self.axes: list[Axes] = []
        self.places: dict[Axes, Box] = {}
        self.dpi, self.dpi_scale_trans = 72.0, None

    def add_subplot(self, rows: int = 1, columns: int = 1, number: int = 1, axes_class: type[Axes] = Axes) -> Axes:
        """The next chart, below those that are there."""
        if columns != 1:
            raise BadArgument("Without matplotlib, the charts of a figure stand below each other: give one column.")
        self.axes.append(axes_class(self))
        return self.axes[-1]

    def subplots(self, rows: int = 1, columns: int = 1, height_ratios: Sequence[float] = ()) -> list[Axes]:
        """So many charts below each other, as high as their ratios say."""
        self._ratios = height_ratios
        return [self.add_subplot(rows, columns, number + 1) for number in range(rows)]

    def colorbar(self, image: marks.Image, *, ax: Axes, label: str) -> ColourBar:
        """What the colours of an image mean, to the right of its chart."""
        ax.colours = bar = Axes(self)
        bar.mirrored = True
        steps = [[image.least + (image.most - image.least) * (n + 0.5) / 100] for n in range(100)]
        extent = (0, 1, image.most, image.least)
        bar.imshow(steps, cmap=image.colours, vmin=image.least, vmax=image.most, extent=extent)
        bar.set_ylim(image.least, image.most)
        bar.set_xticks([])
        bar.set_ylabel(label)
        return ColourBar(bar)

    def frames(self) -> list[layout.Frame]:
        """Where its charts are."""
        wide, high = (72 * side for side in self._inches)
        ratios = self._ratios or [1.0] * len(self.axes)
        found = layout.frames(self.axes, ratios, wide, high) if self.axes else []
        self.places = {frame.ax: layout.box(frame.rect, wide, high) for frame in found}
        return found

    def svg(self, name: str = "mrkit") -> str:
        """The figure as the text of an SVG; `name` tells its parts from those of others on a page."""
        wide, high = (72 * side for side in self._inches)
        return ink.written(self.frames(), wide, high, name)

    def savefig(self, file: Any, *, format: str = "", **looks: Any) -> None:
        """Write it into a file, as SVG."""
        path = os.fspath(file) if isinstance(file, str | os.PathLike) else ""
        if (format or path.rpartition(".")[2]) != "svg":
            raise BadArgument("Without matplotlib, a chart is saved as SVG only: savefig('chart.svg').")
        if not path:
            file.write(self.svg())
            return
        with open(path, "w", encoding="utf-8") as opened:
            opened.write(self.svg())

    @property
    def bbox(self) -> Box:
        """The page, in points."""
        return Box(0.0, 0.0, *(self.dpi * side for side in self._inches))

    def get_size_inches(self) -> tuple[float, float]:
        """How wide and how high it is."""
        return self._inches

    def get_figheight(self) -> float:
        """How high it is."""
        return self._inches[1]

    def set_size_inches(self, wide: float, high: float) -> None:
        """Another size."""
        self._inches = (wide, high)

    def set_layout_engine(self, name: str) -> None:
        """Nothing: a chart that has a place of its own keeps it."""

    def set_facecolor(self, color: str) -> None:
        """Nothing: the page shines through."""


class ColourBar:
    """A bar of colours; `ax` is the chart that it is."""

    def __init__(self, ax: Axes):
        self.ax = ax
