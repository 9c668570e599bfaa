"""A chart as a picture that everyone can read: the image, its text alternative and its data as a table.

JupyterLab and nbconvert drop the metadata of images, so the text and the table travel as HTML around the image. A
picture holds no figure, no trace and no widget: it is drawn once, and stays in a saved notebook without a kernel.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from mrkit.errors import BadArgument, short
from mrkit.views import pen, stage, style
from mrkit.views.pen import Axes, Figure

PNG = "image/png"
MOST_ROWS = 100  # of a table; the others are counted


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


class Sheet(Figure):
    """A figure that shows itself in the same way."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        return Picture(self)._repr_mimebundle_(include, exclude)


def new_chart(height: float, width: float = 9.6) -> Axes:
    """An empty chart of so many inches."""
    return new_figure(width, height).add_subplot(axes_class=Chart)


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of so many inches, for one chart or several."""
    return pen.page(Sheet, width, height)


class Picture:
    """A drawn figure as a notebook shows it: `html` with the `image`, its `alt` text and tables.

    The image is a PNG (bytes), or an SVG (text) where there is no matplotlib.
    """

    def __init__(self, figure: Any):
        """Draw a figure, with what `describe` said of its Axes."""
        if not isinstance(figure, Figure):
            raise BadArgument(f"A picture needs a figure, as the charts have; you gave {short(figure)}.")
        told = [about for ax in figure.axes if (about := description(ax))]
        self.alt = " ".join(about.alt for about in told)
        self.width, self.height = (round(side * style.CSS_PIXELS) for side in figure.get_size_inches())
        self.image = pen.image(figure)
        drawn = self.image if isinstance(self.image, str) else f"data:{PNG};base64,{_base64(self.image)}"
        shown = style.on_page(drawn, self.alt, self.width, self.height, max(1, len(told)))
        self.html = (
            f'<figure class="mrkit-chart" style="margin:0">{shown}'
            f"{''.join(table(about) for about in told if about.rows)}</figure>"
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        data = {"text/html": self.html, "text/plain": self.alt}
        if isinstance(self.image, str):
            return data, {}
        return data | {PNG: _base64(self.image)}, {PNG: {"width": self.width, "height": self.height}}

    def __repr__(self) -> str:
        return self.alt


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


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
