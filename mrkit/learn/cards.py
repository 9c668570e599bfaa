"""`cards`: values as a row of cards. Shown again by a button, in another order, each moves to its new place.

It serves lesson 03, where the values of a group come in any order. It only shows; who is where is the caller's.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from mrkit import arguments
from mrkit.errors import BadArgument, short
from mrkit.views import style
from mrkit.words import key_text


@arguments.takes(values=arguments.numbers_in_order, order=arguments.numbers_in_order)
def cards(values: Sequence, order: Sequence[int]) -> None:
    """Show the values in an order: `order` has their places in `values`.

    >>> cards([4, 9, -2], [2, 0, 1])
    -2  4  9
    """
    from IPython.display import display

    if len(order) != len(values) or any(place not in order for place in range(len(values))):
        raise BadArgument(f"order has each place of the values once, from 0 on; you gave {short(order)}.")
    display(Cards(values, order))


class Cards:
    """A row of cards, each known by its place among the values, so that the page can move it."""

    def __init__(self, values: Sequence, order: Sequence[int]):
        self.shown = [(place, key_text(values[place])) for place in order]

    def __repr__(self) -> str:
        return "  ".join(text for _, text in self.shown)

    def _repr_html_(self) -> str:
        look = f"display:inline-block;margin:4px;padding:6px 14px;border-radius:6px;border:1px solid {style.MUTED};"
        look += f"color:{style.INK};font:600 1.3em var(--jp-code-font-family, monospace);background:"
        drawn = (
            f'<span data-mrkit-moves="{place}" style="{look}{style.key_look(place)[0]}">{escape(text)}</span>'
            for place, text in self.shown
        )
        return f'<div class="mrkit-cards">{"".join(drawn)}</div>'
