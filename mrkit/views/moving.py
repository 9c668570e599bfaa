"""A chart that a slider moves: drawn as lines of SVG, on axes that stay where the first drawing had them.

`Moving.draw` gives HTML for a living widget (widgets/moving.js puts it on the page): the title and the text
alternative beside the drawing, so that a longer title moves nothing; colours that follow the page's theme; and a name
on all that moves, so that the drawing before can stay behind it as a pale ghost.
"""

from __future__ import annotations

import re
import uuid
from html import escape
from typing import Any

from mrkit.views import pen, style
from mrkit.views.pen import Figure
from mrkit.views.picture import description, table

_PAGE = re.compile("|".join(style.PAGE), re.IGNORECASE)
WIDE, RATIO = 11.0, 2.6  # inches across, and how many times as wide as high: it fills a cell, and not the screen


class Moving:
    """The charts of one slider, or of one run. A name of its own tells their parts from those of others on the page."""

    def __init__(self) -> None:
        self._name = f"m{uuid.uuid4().hex[:8]}"
        self._places: list[Any] = []

    def draw(self, figure: Figure) -> str:
        """The HTML of one figure."""
        told = [about for ax in figure.axes if (about := description(ax))]
        titles = " ".join(about.title for about in told if about.title)
        said = escape(" ".join(about.alt for about in told))
        tables = "".join(table(about) for about in told if about.rows)
        drawn = self._svg(figure).replace("<svg ", f'<svg role="img" aria-label="{said}" ', 1)
        return (
            f'<figure class="mrkit-moving"><figcaption class="mrkit-moving-title">{escape(titles)}</figcaption>'
            f"{drawn}{tables}</figure>"
        )

    def _svg(self, figure: Figure) -> str:
        for ax in figure.axes:
            ax.set_title("", loc="left")
        height = figure.get_figheight()
        figure.set_size_inches(max(WIDE, RATIO * height), height)
        self._name_moving(figure)
        self._hold(figure)
        drawn = pen.svg(figure, self._name)
        if not self._places:
            self._places = [ax.get_position(original=True).frozen() for ax in figure.axes]
        return themed(drawn)

    def _name_moving(self, figure: Figure) -> None:
        parts = [part for ax in figure.axes for part in [*ax.patches, *ax.collections, *ax.lines]]
        for number, part in enumerate(parts):
            part.set_gid(f"{self._name}-moving-{number}")

    def _hold(self, figure: Figure) -> None:
        """Put the axes where the first drawing had them."""
        if len(self._places) == len(figure.axes):
            figure.set_layout_engine("none")
            for ax, place in zip(figure.axes, self._places, strict=True):
                ax.set_position(place)


def themed(svg: str) -> str:
    """An SVG in the page's own colours, which a dark theme changes.

    >>> themed('<path style="fill: #1b1f24"/>')
    '<path style="fill: var(--mrkit-ink, #1b1f24)"/>'
    """
    return _PAGE.sub(lambda found: f"var(--mrkit-{style.PAGE[found[0].upper()]}, {found[0]})", svg)
