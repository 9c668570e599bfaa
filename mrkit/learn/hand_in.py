"""`hand_in`: the student's own act of putting a lesson's diary into the notebook that goes to the teacher.

It says in words what it writes. That is: attempts, hints, findings and votes of the lesson. No code, no time of day.
Who does not run it is graded all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from mrkit.errors import BadArgument
from mrkit.learn import diary
from mrkit.learn.catalogue import lessons, questions
from mrkit.learn.handout import handout
from mrkit.learn.language import say
from mrkit.learn.result import Card

MIME = "application/vnd.mrkit.progress+json"
WORDS = {
    "cell": "## Hand in\n\nRun this cell last, read what it says, and save the notebook. It is your own choice.",
    "head": "Handed in with this notebook: lesson {lesson}",
    "about": "This is what your teacher gets with the notebook: how often you tried, which hints you took, what was "
    "found, and how you voted. No code of yours, no time of day.\nSave the notebook, then hand it in.",
    "nothing": "nothing yet",
    "tried": "attempts: {attempts}",
    "passed": "passed",
    "hints": "hints: {hints}",
    "voted": "voted {votes}",
    "then": "then",
    "found": "found: {findings}",
}


def hand_in(lesson: str) -> HandIn:
    """Put what your diary says of a lesson into this cell's output, so that it goes along with the notebook."""
    known = lessons()
    if lesson not in known:
        raise BadArgument(f"There is no lesson {lesson!r}; the lessons are {', '.join(known)}.")
    entries = diary.entries()
    return HandIn(lesson, {id: entries[id] for id in questions(lesson) if id in entries})


@dataclass(frozen=True, repr=False)
class HandIn(Card):
    """The diary of one lesson, in words and as data."""

    lesson: str
    entries: dict[str, diary.Entry]

    @property
    def data(self) -> dict[str, Any]:
        """What goes into the notebook."""
        return {
            "format": 1,
            "lesson": self.lesson,
            "student": handout().student,
            "day": date.today().isoformat(),
            "questions": {id: _data(entry) for id, entry in self.entries.items()},
        }

    def _card(self) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
        rows = tuple((id, _words(entry)) for id, entry in self.entries.items())
        return "note", _said("head", lesson=self.lesson), _said("about"), rows or (("", _said("nothing")),)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {**super()._repr_mimebundle_(), MIME: self.data}


def _data(entry: diary.Entry) -> dict[str, Any]:
    return {
        "attempts": entry.attempts,
        "passed": entry.passed,
        "hints": entry.rungs,
        "findings": entry.findings,
        "votes": entry.votes,
    }


def _words(entry: diary.Entry) -> str:
    said = [_said("tried", attempts=entry.attempts)] if entry.attempts else []
    said += [_said("passed")] if entry.attempts and entry.passed else []
    said += [_said("hints", hints=entry.rungs)] if entry.rungs else []
    said += [_said("voted", votes=f" {_said('then')} ".join(entry.votes))] if entry.votes else []
    said += [_said("found", findings=", ".join(entry.findings))] if entry.findings else []
    return "; ".join(said)


def _said(key: str, **fill: Any) -> str:
    return say(f"words/hand_in/{key}", WORDS[key]).format(**fill)
