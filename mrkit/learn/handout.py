"""What a teacher gave with the lessons: who the student is, with which seed, and how quizzes behave in class.

`mrkit release --roster` writes `student.json` beside the notebooks; `MRKIT_STUDENT` (the same text, or a path) comes
before it. Without either the seed is 0, and every question is as it stands in the lesson.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

NAME = "student.json"


@dataclass(frozen=True)
class Handout:
    """`quizzes` is "vote" where a class votes first and hears the verdict with the second vote."""

    student: str = ""
    seed: int = 0
    course: str = ""
    quizzes: str = "answer"
    language: str = "en"


def handout() -> Handout:
    """What holds here and now; a file that is missing or damaged says nothing."""
    named = os.environ.get("MRKIT_STUDENT", "")
    try:
        text = named if named.lstrip().startswith("{") else Path(named or NAME).read_text(encoding="utf-8")
        stored = json.loads(text)
    except (OSError, ValueError):
        return Handout()
    return Handout(**_known(stored)) if isinstance(stored, dict) else Handout()


def _known(stored: dict) -> dict:
    kinds = {"student": str, "seed": int, "course": str, "quizzes": str, "language": str}
    return {name: stored[name] for name, kind in kinds.items() if isinstance(stored.get(name), kind)}
