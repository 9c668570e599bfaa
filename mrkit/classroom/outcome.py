"""What became of one exercise of one student: plain data that goes into every table and page.

The sentences here are those that only grading can say; all others come from the checks themselves.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from mrkit.learn.language import say

STATUSES = ("passed", "failed", "untouched", "unreadable", "timeout")

SENTENCES = {
    "missing": "Not attempted: `{name}` is not in this notebook.",
    "syntax_error": "{error}",
    "code_raises": "Your code stopped with {error}.",
    "exits": "Your code tried to end the whole program. Use `return` instead.",
    "died": "Your code made Python itself stop ({how}).",
    "memory": "Your code used more than {limit}. Does it keep more than it needs?",
    "timeout": "Your code was still running after {seconds} seconds. Does every loop end?",
    "no_time": "There was no time left for this one: {exercise} used it up.",
    "untouched": "Not attempted yet: what the lesson gave is still there.",
    "not_handed_in": "Nothing was handed in.",
    "unreadable": "This notebook could not be read.",
}


@dataclass
class Outcome:
    """One exercise: `finding` is the id of what was found, `sentence` what it means, `rows` the smallest case."""

    exercise: str
    status: str
    finding: str
    sentence: str
    max_score: float
    rows: list[list[str]] = field(default_factory=list)
    seconds: float = 0.0
    code: str = ""  # the student's own, without remarks

    @property
    def lesson(self) -> str:
        """The number of its lesson."""
        return self.exercise.partition(".")[0]

    @property
    def score(self) -> float:
        """The points: all or none."""
        return self.max_score if self.status == "passed" else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain data, to be stored."""
        return asdict(self)


def said(finding: str, exercise: str, points: float, status: str = "failed", **fill: Any) -> Outcome:
    """An outcome that no check has said.

    >>> said("memory", "05.mean", 3, limit="1 GB").sentence
    'Your code used more than 1 GB. Does it keep more than it needs?'
    """
    sentence = say(f"grading/{finding}", SENTENCES[finding]).format(exercise=exercise, **fill)
    return Outcome(exercise, status, finding, sentence, points)
