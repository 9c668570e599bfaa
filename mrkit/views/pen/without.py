"""What charts draw with where there is no matplotlib, as in a browser's Python: the names of `with_matplotlib`."""

from __future__ import annotations

import uuid
from typing import TypeVar

from mrkit.views.pen.axes import Axes
from mrkit.views.pen.figure import Figure
from mrkit.views.pen.letters import has_glyph, width
from mrkit.views.pen.marks import (
    Circle,
    FancyBboxPatch,
    LinearSegmentedColormap,
    Patch,
    Path,
    PathPatch,
    PolyCollection,
    Rectangle,
    Text,
)
from mrkit.views.pen.marks import Stroke as withStroke
from mrkit.views.pen.ticks import LogLocator, MaxNLocator

F = TypeVar("F", bound=Figure)

__all__ = [
    "Axes",
    "Circle",
    "FancyBboxPatch",
    "Figure",
    "LinearSegmentedColormap",
    "LogLocator",
    "MaxNLocator",
    "Patch",
    "Path",
    "PathPatch",
    "PolyCollection",
    "Rectangle",
    "ScaledTranslation",
    "Text",
    "families",
    "has_glyph",
    "image",
    "page",
    "svg",
    "width",
    "withStroke",
]


def page(kind: type[F], wide: float, high: float) -> F:
    """An empty figure of so many inches."""
    return kind((wide, high))


def image(figure: Figure) -> bytes | str:
    """The text of an SVG; its parts have names of their own, as it lies in the page beside others."""
    return figure.svg(f"c{uuid.uuid4().hex[:8]}")


def svg(figure: Figure, name: str) -> str:
    """The figure as the text of an SVG; `name` tells its parts from those of others on a page."""
    return figure.svg(name)


def families() -> list[str]:
    """No names: fonts are the browser's."""
    return []


def ScaledTranslation(right: float, up: float, scale: None) -> tuple[float, float]:
    """A shift by so many inches, in points."""
    return 72 * right, 72 * up
