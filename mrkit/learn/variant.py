"""Questions whose numbers differ from student to student: `task` shows yours, and the check knows them too.

A `Prediction` with a `variant` is another question for each seed, equally difficult: the same mistakes can be made in
each. With the seed 0 it is the one that stands in the lesson.
"""

from __future__ import annotations

from random import Random
from typing import Any

from mrkit.errors import BadArgument
from mrkit.learn.catalogue import find
from mrkit.learn.exercise import Prediction, Question
from mrkit.learn.handout import handout
from mrkit.learn.language import spoken
from mrkit.words import with_code


def asked(id: str, seed: int | None = None) -> Question:
    """The question with this id as it is for a seed; if none is given, for the student who sits here."""
    question = find(id)
    seed = handout().seed if seed is None else seed
    if not seed or not isinstance(question, Prediction) or question.variant is None:
        return question
    return spoken(question.variant(Random(f"{id} {seed}")))


def task(id: str) -> Task:
    """The text of a question, with the numbers that are yours.

    >>> task("06.makespan")
    The reduce tasks take 3, 2, 2, 9 and 1 seconds, in this order. There are two workers.
    When does the last task end?
    """
    question = asked(id)
    if not isinstance(question, Prediction) or not question.text:
        raise BadArgument(f"{id!r} has no numbers of your own: its text is in the lesson.")
    return Task(question.text)


class Task:
    """A text to read."""

    def __init__(self, text: str):
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        lines = "".join(f"<p style='margin:2px 0'>{with_code(line)}</p>" for line in self.text.splitlines())
        return f'<div style="max-width:48em">{lines}</div>'

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}
