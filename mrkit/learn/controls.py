"""`press` and `slide`: a function of the lesson's, called again as often as the learner likes.

What the first call shows stays in the notebook, as text and pictures. While the kernel lives, a button or a slider
stands over it, and shows what the newest call shows. Neither knows what the function does. A slider's picture follows
while it is dragged, on the axes of the first picture.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

from mrkit import arguments
from mrkit.errors import BadArgument
from mrkit.learn.language import say
from mrkit.learn.widgets.question import bundle
from mrkit.views.stage import caught

WORDS = {"pale": "pale: as it was at {value}"}

# A kernel may hear two controls on two threads; what a function prints and draws belongs to one of them.
_ONE_AT_A_TIME = threading.Lock()


@arguments.takes(function=arguments.function, label=arguments.text)
def press(function: Callable[[], Any], label: str) -> Control:
    """A button with this label: each press calls the function, and shows what it prints and displays.

    >>> press(lambda: print("7 3 1"), "Shake")
    7 3 1
    """
    return Control(label, lambda _: function())


@arguments.takes(function=arguments.function, label=arguments.text, values=arguments.numbers_in_order)
def slide(function: Callable[[int], Any], label: str, values: range, start: int) -> Control:
    """A slider from the first to the last of `values`.

    The function is called with values on the way, and ahead of time with those around them: it should only show.

    Give its charts axes that are the same for all values, so that the picture can be read while it moves.

    Raises `BadArgument` if `start` is not one of the values.

    >>> slide(lambda workers: print(60 / workers, "seconds"), "workers", range(1, 9), start=2)
    workers: 2
    30.0 seconds
    """
    if start not in values:
        raise BadArgument(f"start must be one of the values, {values}; you gave {start!r}.")
    return Control(label, function, values, start)


class Shown:
    """What a call showed: texts and other displays as MIME bundles, and figures. As HTML, the figures are pictures."""

    def __init__(self, parts: list[dict[str, str]], figures: Sequence[Any] = ()):
        self.parts, self.figures = parts, figures
        self._pictures = [_picture(figure) for figure in figures]

    def __repr__(self) -> str:
        return "\n".join([*(part["text/plain"] for part in self.parts), *map(repr, self._pictures)])

    def _repr_html_(self) -> str:
        return _html(self.parts) + "".join(picture.html for picture in self._pictures)


class Screen:
    """What a call showed, for a living control: its figures are drawn to move."""

    def __init__(self, parts: list[dict[str, str]], drawn: Iterable[str], failed: bool = False):
        self.parts, self.drawn, self.failed = parts, drawn, failed

    def _repr_html_(self) -> str:
        # What the kernel has run so far: with other cells, the same position may show another picture.
        from IPython import get_ipython

        ran = getattr(get_ipython(), "execution_count", 0)
        keep = "" if self.failed else f' data-mrkit-ran="{ran}"'
        return f"<div{keep}>{_html(self.parts)}{''.join(self.drawn)}</div>"


def _html(parts: list[dict[str, str]]) -> str:
    plain = '<pre style="margin:0">{}</pre>'
    return "".join(part.get("text/html") or plain.format(escape(part["text/plain"])) for part in parts)


def _picture(figure: Any) -> Any:
    from mrkit.views.picture import Picture

    return Picture(figure)


class Control:
    """A button, or with values a slider."""

    def __init__(self, label: str, function: Callable[[Any], Any], values: range | None = None, start: Any = None):
        self.label, self.function, self.values, self.start = label, function, values, start
        self._moving: list[Any] = []  # how the first, second … chart of each call is drawn

    def at(self, value: Any) -> Screen:
        """What the function shows for a value, for the screen; of an error, its last line."""
        with _ONE_AT_A_TIME:
            parts, figures, failed = self._call(value)
            try:
                return Screen(parts, self._drawn(figures), failed)
            except Exception as error:  # the screen waits for an answer
                return Screen([{"text/plain": f"{type(error).__name__}: {error}"}], [], failed=True)

    def _call(self, value: Any) -> tuple[list[dict[str, str]], list[Any], bool]:
        from IPython.utils.capture import capture_output

        failed = ""
        with caught() as figures, capture_output() as captured:
            try:
                self.function(value)
            except Exception as error:
                failed = f"{type(error).__name__}: {error}"
        texts = [{"text/plain": text.rstrip()} for text in (captured.stdout, failed) if text]
        return [*texts, *(output.data for output in captured.outputs)], figures, bool(failed)

    def _drawn(self, figures: Sequence[Any]) -> list[str]:
        if not figures:
            return []
        from mrkit.views.moving import Moving

        self._moving += [Moving() for _ in figures[len(self._moving) :]]
        return [moving.draw(figure) for moving, figure in zip(self._moving, figures, strict=False)]

    def __repr__(self) -> str:
        return repr(self._first())

    def _first(self) -> Shown:
        parts, figures, _ = self._call(self.start)
        said = [] if self.values is None else [{"text/plain": f"{self.label}: {self.start}"}]
        return Shown(said + parts, figures)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        first = self._first()
        own = first.parts if self.values is None else first.parts[1:]  # a slider says its value itself
        state: dict[str, Any] = {"label": self.label, "html": Screen(own, self._drawn(first.figures))._repr_html_()}
        if self.values is not None:
            state |= {"min": self.values[0], "max": self.values[-1], "step": self.values.step, "start": self.start}
            state["words"] = {name: say(f"words/controls/{name}", words) for name, words in WORDS.items()}
        return bundle("control", state, self.at, first)
