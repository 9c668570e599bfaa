"""A chart as a picture that everyone can read: the image, its text alternative and its data as a table.

JupyterLab and nbconvert drop the metadata of images, so the text and the table travel as HTML around the image. A
picture holds no figure, no trace and no widget: it is drawn once, and stays in a saved notebook without a kernel.
"""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from PIL import Image

from mrkit.errors import BadArgument, short
from mrkit.views import stage, style

MOST_ROWS = 100  # of a table; the others are counted
CSS_PIXELS = 96  # per inch, so that 12 points are 12 points
SHARPNESS = 2  # pixels of the image for each of them


class Description(NamedTuple):
    """What an Axes shows, for those who cannot see it: a message, what is seen, and the data as a table."""

    title: str
    alt: str
    header: Sequence[str]
    rows: Sequence[Sequence[Any]]


_descriptions: WeakKeyDictionary[Axes, Description] = WeakKeyDictionary()


def describe(ax: Axes, title: str, alt: str, header: Sequence[str] = (), rows: Iterable[Sequence[Any]] = ()) -> None:
    """Say in words what an Axes shows; its Picture will carry it."""
    _descriptions[ax] = Description(title, alt, header, list(rows))


def description(ax: Axes) -> Description | None:
    """What `describe` said of an Axes."""
    return _descriptions.get(ax)


class Chart(Axes):
    """An Axes in a figure of its own: as the last value of a cell it shows itself, as a Picture."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        return Picture(self.get_figure())._repr_mimebundle_(include, exclude)


def new_chart(height: float, width: float = 9.6) -> Axes:
    """An empty chart of so many inches. It is not one of pyplot's, so nobody has to close it."""
    return new_figure(width, height).add_subplot(axes_class=Chart)


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of so many inches, for one chart or several."""
    layout = ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.12)
    figure = Figure(figsize=(width, height), layout=layout, facecolor=style.PAPER)
    FigureCanvasAgg(figure)
    return figure


class Picture:
    """A drawn figure as a notebook shows it: `html` with the image, its alt text and tables; `png`; `alt`."""

    def __init__(self, figure: Any):
        """Draw a figure, with what `describe` said of its Axes."""
        if not isinstance(figure, Figure):
            raise BadArgument(f"A picture needs a figure of matplotlib; you gave {short(figure)}.")
        told = [about for ax in figure.axes if (about := description(ax))]
        self.alt = " ".join(about.alt for about in told)
        self.width, self.height = (round(side * CSS_PIXELS) for side in figure.get_size_inches())
        self.png = _png(figure)
        source = f"data:image/png;base64,{self._base64()}"
        shown = style.on_page(source, self.alt, self.width, self.height, max(1, len(told)))
        self.html = (
            f'<figure class="mrkit-chart" style="margin:0">{shown}'
            f"{''.join(table(about) for about in told if about.rows)}</figure>"
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        data = {"text/html": self.html, "image/png": self._base64(), "text/plain": self.alt}
        return data, {"image/png": {"width": self.width, "height": self.height}}

    def __repr__(self) -> str:
        return self.alt

    def _base64(self) -> str:
        return base64.b64encode(self.png).decode("ascii")


def show(chart: Any, *arguments: Any, **options: Any) -> None:
    """Show a chart in the cell's output, once, with its text alternative and its table.

    `chart` is an Axes, a figure, or a function that makes one of the arguments: `show(timeline, run)`. Outside a
    notebook, where nothing can be drawn, its text alternative is printed.
    """
    drawn = chart(*arguments, **options) if isinstance(chart, Callable) else chart  # type: ignore[arg-type]
    figure = drawn.get_figure() if isinstance(drawn, Axes) else drawn
    if not isinstance(figure, Figure):
        raise BadArgument(f"show needs a chart, as in show(timeline, run); you gave {short(chart)}.")
    if "matplotlib.pyplot" in sys.modules:  # or the notebook would draw it again at the end of the cell
        sys.modules["matplotlib.pyplot"].close(figure)
    if stage.catch(figure):
        return
    from IPython.display import display

    display(Picture(figure))


def _png(figure: Figure) -> bytes:
    """The image in 256 colours, a third of the size: it stays for good. The page shines through the paper."""
    drawn, small = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=CSS_PIXELS * SHARPNESS, pil_kwargs={"compress_level": 1})
    few = Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    few.save(small, "png", transparency=few.getpixel((0, 0)))
    return small.getvalue()


def table(about: Description) -> str:
    """The data of a chart as HTML, folded away."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in about.header)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(_cell(value))}</td>" for value in row) + "</tr>"
        for row in about.rows[:MOST_ROWS]
    )
    left = len(about.rows) - MOST_ROWS
    rest = f"<p>{left:,} more rows are not shown.</p>" if left > 0 else ""
    return (
        f"<details><summary>As a table: {escape(about.title)}</summary>"
        f'<div style="overflow:auto;max-height:24em"><table><caption>{escape(about.title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{rest}</div></details>"
    )


def _cell(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"
