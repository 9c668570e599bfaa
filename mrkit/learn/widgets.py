"""Questions on the screen: one small widget class, whose JavaScript is in quiz.js and parsons.js.

It is loaded when a question is shown inside a kernel, and not before. Elsewhere, and in a saved notebook, the same
question is text. A widget only shows and asks; what an answer means is said by the functions that it is given.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mrkit.learn.result import Result


def bundle(kind: str, state: dict, judge: Callable[[Any], Result], twin: Any) -> dict[str, Any]:
    """How a notebook shows a question: as a widget if there is a kernel, and always as HTML and as text.

    `state` is what the JavaScript of this `kind` shows; `judge` turns what it sends back into a result.
    """
    texts = {"text/plain": str(twin), "text/html": twin._repr_html_()}
    if not _in_a_kernel():
        return texts
    try:
        widget = _widget_class(kind)(state, judge)
    except ImportError:
        return texts
    shown = widget._repr_mimebundle_()
    data = shown[0] if isinstance(shown, tuple) else shown  # the second part is metadata
    return {**data, **texts}


def _in_a_kernel() -> bool:
    ipython = sys.modules.get("IPython")
    return hasattr(ipython and ipython.get_ipython(), "kernel")


@functools.cache
def _widget_class(kind: str) -> type:
    import anywidget
    import traitlets

    folder = Path(__file__).parent

    class Question(anywidget.AnyWidget):
        """`state` goes to the screen, `given` comes from it, `verdict` goes back as HTML."""

        _esm = (folder / f"{kind}.js").read_text(encoding="utf-8")
        _css = (folder / "question.css").read_text(encoding="utf-8")
        state = traitlets.Dict().tag(sync=True)
        given = traitlets.Dict().tag(sync=True)
        verdict = traitlets.Dict().tag(sync=True)

        def __init__(self, state: dict, judge: Callable[[Any], Result]):
            super().__init__(state=state)
            self._judge = judge
            self.observe(self._answer, names="given")

        def _answer(self, change: Any) -> None:
            result = self._judge(change["new"]["answer"])
            self.verdict = {"number": change["new"]["number"], "html": result._repr_html_(), "passed": bool(result)}

    return Question
