"""Who gets the charts that `show` shows: the cell's output, or whoever catches them here.

A slider calls a function of the lesson's for each of its positions and wants the figures, not their pictures, which
take four times as long to draw. It needs no matplotlib.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_caught: ContextVar[list[Any] | None] = ContextVar("caught", default=None)


@contextmanager
def caught() -> Iterator[list[Any]]:
    """The figures that are shown inside of this block; they are not displayed.

    >>> with caught() as figures:
    ...     catch("a figure")
    True
    >>> figures, catch("another")
    (['a figure'], False)
    """
    figures: list[Any] = []
    before = _caught.set(figures)
    try:
        yield figures
    finally:
        _caught.reset(before)


def catch(figure: Any) -> bool:
    """Give a figure to whoever catches them; whether somebody does."""
    figures = _caught.get()
    if figures is not None:
        figures.append(figure)
    return figures is not None
