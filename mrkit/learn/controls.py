"""`press` and `slide`: a function of the lesson's, called again as often as the learner likes.

What the first call shows stays in the notebook, as text and pictures. While the kernel lives, a button or a slider
stands over it, and shows what the newest call shows. Neither knows what the function does.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from mrkit import arguments
from mrkit.errors import BadArgument
from mrkit.learn.widgets.question import bundle


@arguments.takes(function=arguments.function, label=arguments.text)
def press(function: Callable[[], Any], label: str) -> Control:
    """A button with this label: each press calls the function, and shows what it prints and displays.

    >>> press(lambda: print("7 3 1"), "Shake")
    7 3 1
    """
    return Control(label, lambda _: function())


@arguments.takes(function=arguments.function, label=arguments.text, values=arguments.numbers_in_order)
def slide(function: Callable[[int], Any], label: str, values: range, start: int) -> Control:
    """A slider from the first to the last of `values`: letting go calls the function with the value.

    Raises `BadArgument` if `start` is not one of the values.

    >>> slide(lambda workers: print(60 / workers, "seconds"), "workers", range(1, 9), start=2)
    workers: 2
    30.0 seconds
    """
    if start not in values:
        raise BadArgument(f"start must be one of the values, {values}; you gave {start!r}.")
    return Control(label, function, values, start)


class Shown:
    """What a call showed: MIME bundles in their order, as one text and as one piece of HTML."""

    def __init__(self, parts: list[dict[str, str]]):
        self.parts = parts

    def __repr__(self) -> str:
        return "\n".join(part["text/plain"] for part in self.parts)

    def _repr_html_(self) -> str:
        plain = '<pre style="margin:0">{}</pre>'
        return "".join(part.get("text/html") or plain.format(escape(part["text/plain"])) for part in self.parts)


class Control:
    """A button, or with values a slider."""

    def __init__(self, label: str, function: Callable[[Any], Any], values: range | None = None, start: Any = None):
        self.label, self.function, self.values, self.start = label, function, values, start

    def at(self, value: Any) -> Shown:
        """What the function shows for a value; of an error, its last line."""
        from IPython.utils.capture import capture_output

        failed = ""
        with capture_output() as captured:
            try:
                self.function(value)
            except Exception as error:
                failed = f"{type(error).__name__}: {error}"
        texts = [{"text/plain": text.rstrip()} for text in (captured.stdout, failed) if text]
        return Shown([*texts, *(output.data for output in captured.outputs)])

    def __repr__(self) -> str:
        return repr(self._first())

    def _first(self) -> Shown:
        shown = self.at(self.start)
        said = [] if self.values is None else [{"text/plain": f"{self.label}: {self.start}"}]
        return Shown(said + shown.parts)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        first = self._first()
        state: dict[str, Any] = {"label": self.label, "html": first._repr_html_()}
        if self.values is not None:
            # The slider says its value itself.
            state |= {"min": self.values[0], "max": self.values[-1], "step": self.values.step, "start": self.start}
            state["html"] = Shown(first.parts[1:])._repr_html_()
        return bundle("control", state, self.at, first)
