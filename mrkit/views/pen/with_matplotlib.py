"""What charts draw with where matplotlib is: its own classes, its fonts, and its images.

The only module of mrkit that knows matplotlib; `without` has the same names for where it is not.
"""

from __future__ import annotations

import io
import re
from functools import cache
from typing import TypeVar

import matplotlib
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import PolyCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Circle, FancyBboxPatch, Patch, PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.ticker import LogLocator, MaxNLocator
from matplotlib.transforms import ScaledTranslation
from PIL import Image

from mrkit.views import style

SHARPNESS = 2  # pixels of an image for each of CSS
NO_DATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
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
    """An empty figure of so many inches. It is not one of pyplot's, so nobody has to close it."""
    layout = ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.12)
    figure = kind(figsize=(wide, high), layout=layout, facecolor=style.PAPER)
    FigureCanvasAgg(figure)
    return figure


def image(figure: Figure) -> bytes | str:
    """A PNG in 256 colours, a third of the size: it stays for good. The page shines through the paper."""
    drawn, small = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=style.CSS_PIXELS * SHARPNESS, pil_kwargs={"compress_level": 1})
    few = Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    few.save(small, "png", transparency=few.getpixel((0, 0)))
    return small.getvalue()


def svg(figure: Figure, name: str) -> str:
    """The figure as the text of an SVG of no size of its own; `name` tells its parts from those of others on a page."""
    text = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        FigureCanvasSVG(figure).print_svg(text, metadata=NO_DATA)  # figure.savefig would draw it twice
    drawn = text.getvalue()
    return re.sub(r' (width|height)="[\d.]+pt"', "", drawn[drawn.index("<svg") :], count=2)


def width(text: str, points: float, weight: str = "normal") -> float:
    """How many inches a line is wide."""
    font = font_manager.FontProperties(family=families(), size=points, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)[0] / 72


@cache
def families() -> list[str]:
    """The fonts that are installed, of those that charts want."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return [family for family in style.FONTS if family in installed]


def has_glyph(letter: str) -> bool:
    """Whether one of these fonts has the letter."""
    return ord(letter) in _glyphs()


@cache
def _glyphs() -> frozenset[int]:
    fonts = (font_manager.get_font(font_manager.findfont(family)) for family in families())
    return frozenset().union(*(font.get_charmap() for font in fonts)) - {ord("\n"), ord("\t"), ord("\r")}
