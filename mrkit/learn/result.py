"""What the learner gets back: one sentence and the smallest case, as a small card and as the same words in plain text.

A card knows nothing of checks. Its colours are JupyterLab's own, so that light and dark themes and a projector just
work; what it says is never in colour alone.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from mrkit.learn.language import say
from mrkit.words import with_code

PASSED, FAILED, UNTOUCHED = "passed", "failed", "untouched"
WORDS = {PASSED: "Correct", FAILED: "Not yet", UNTOUCHED: "Not attempted", "note": ""}
PLAY = "Play my solution"
_SIGNS = {PASSED: "✔", FAILED: "✘", UNTOUCHED: "○", "note": "→"}
_COLOURS = {
    PASSED: "var(--jp-success-color1, #2e7d32)",
    FAILED: "var(--jp-error-color1, #c62828)",
    UNTOUCHED: "var(--jp-border-color0, #888)",
    "note": "var(--jp-info-color1, #0277bd)",
}


class CheckFailed(AssertionError):
    """Raised by `Result.require()`; it says the check's sentence."""


class Card(ABC):
    """A sentence with a head and rows, to be shown by a notebook or printed."""

    @abstractmethod
    def _card(self) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
        """Its tone, head, sentence and rows."""

    def __repr__(self) -> str:
        tone, head, sentence, rows = self._card()
        width = max((len(label) for label, _ in rows), default=0)
        lines = [f"{_SIGNS[tone]} {head}", *(f"  {line}" for line in sentence.splitlines())]
        return "\n".join(lines + [f"    {label:{width}}  {_indent(text, width + 6)}" for label, text in rows])

    def _repr_html_(self) -> str:
        tone, head, sentence, rows = self._card()
        paragraphs = "".join(f'<p style="margin:2px 0">{with_code(line)}</p>' for line in sentence.splitlines())
        table = "".join(
            f'<tr style="background:none"><th scope="row" style="text-align:left;font-weight:normal;'
            f'vertical-align:top;padding:1px 12px 1px 0;color:var(--jp-content-font-color2, #555)">{escape(label)}</th>'
            f'<td style="text-align:left;padding:1px 0"><code style="white-space:pre-wrap">{escape(text)}</code>'
            f"</td></tr>"
            for label, text in rows
        )
        return (
            f'<div role="status" style="border-left:5px solid {_COLOURS[tone]};padding:4px 12px;margin:4px 0;'
            f"max-width:48em;color:var(--jp-content-font-color1, inherit);"
            f'font:var(--jp-content-font-size1, 14px) var(--jp-ui-font-family, sans-serif)">'
            f'<p style="margin:2px 0"><strong>{_SIGNS[tone]} {escape(head)}</strong></p>{paragraphs}'
            + (f'<table style="margin:4px 0;border:none"><tbody>{table}</tbody></table>' if table else "")
            + "</div>"
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}


@dataclass(frozen=True, repr=False)
class Result(Card):
    """What a check, a quiz or a puzzle says of an answer; true if it is right.

    `finding` is the id of what was found ("passed" if nothing), `sentence` what it means, `rows` the smallest case.
    """

    id: str
    status: str
    finding: str
    sentence: str
    rows: tuple[tuple[str, str], ...] = ()
    case: Any = field(default=None, compare=False)  # the inputs that failed, for the hints
    remark: str = field(default="", compare=False)  # what else there is to know, and not of the answer
    play: Callable[[], Any] | None = field(default=None, compare=False)  # gives what a right answer can show, as HTML

    def __getstate__(self) -> dict[str, Any]:
        """A pickled result says all and plays nothing: the functions of an answer may not travel."""
        return vars(self) | {"play": None}

    def __bool__(self) -> bool:
        return self.status == PASSED

    def require(self) -> Result:
        """The result itself if it is right; else `CheckFailed`, so that a notebook or a grader stops here."""
        if not self:
            raise CheckFailed(f"{self.id}: {self.sentence}")
        return self

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """While nbgrader grades, the text of what did not pass is 0: that is how a cell says its points."""
        shown = super()._repr_mimebundle_()
        if self.play is not None and "NBGRADER_EXECUTION" not in os.environ:
            from mrkit.learn.widgets.question import bundle

            play = self.play
            state = {"card": self._repr_html_(), "label": say("words/play", PLAY)}
            return bundle("play", state, lambda _: play(), self)
        return shown | {"text/plain": "0"} if "NBGRADER_EXECUTION" in os.environ and not self else shown

    def _card(self) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
        head = f"{say(f'words/{self.status}', WORDS[self.status])} ({self.id})"
        return self.status, head, f"{self.sentence}\n{self.remark}".strip(), self.rows


def _indent(text: str, width: int) -> str:
    return text.replace("\n", "\n" + " " * width)
