"""Questions on the screen: one small living widget, with a JavaScript for each kind (quiz.js, parsons.js and others).

It is loaded when a question is shown inside a kernel, and not before. What the notebook keeps is the same question as
text (see mrkit.views.widgets.living). A widget only shows and asks; what an answer means is said by the functions that
it is given.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def bundle(kind: str, state: dict, judge: Callable[[Any], Any], twin: Any) -> dict[str, str]:
    """How a notebook shows a question: as HTML and as text, and if there is a kernel a widget stands over them.

    `state` is what the JavaScript of this `kind` shows; `judge` turns what it sends back into a result,
    or into anything else that has HTML.
    """
    texts = {"text/plain": str(twin), "text/html": twin._repr_html_()}
    if not _in_a_kernel():
        return texts
    try:
        widget = _widget_class(kind)(state, judge)
    except ImportError:
        return texts
    return widget.over(f"<div>{texts['text/html']}</div>", texts["text/plain"])


def _in_a_kernel() -> bool:
    ipython = sys.modules.get("IPython")
    return hasattr(ipython and ipython.get_ipython(), "kernel")


@functools.cache
def _widget_class(kind: str) -> type:
    import traitlets

    from mrkit.views.widgets.living import LivingWidget, css, esm

    folder = Path(__file__).parent

    class Question(LivingWidget):
        """`state` goes to the screen, `given` comes from it, `verdict` goes back as HTML."""

        _esm = esm(folder / kind)
        _css = css(folder / "question")
        state = traitlets.Dict().tag(sync=True)
        given = traitlets.Dict().tag(sync=True)
        verdict = traitlets.Dict().tag(sync=True)

        def __init__(self, state: dict, judge: Callable[[Any], Any]):
            super().__init__(state=state)
            self._judge = judge
            self.observe(self._answer, names="given")

        def _answer(self, change: Any) -> None:
            result = self._judge(change["new"]["answer"])
            self.verdict = {"number": change["new"]["number"], "html": result._repr_html_(), "passed": bool(result)}

    return Question
