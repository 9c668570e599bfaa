"""The wrong ideas of a class: which finding, how many students, what it looks like, and what the notes say to do."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from mrkit.classroom import notes
from mrkit.classroom.grade import Class
from mrkit.classroom.outcome import Outcome
from mrkit.classroom.roster import Student, plain

TRIED = ("failed", "timeout")


@dataclass(frozen=True)
class Idea:
    """One wrong idea: in which exercise, its sentence, how many had it, and a piece of code without a name."""

    exercise: str
    finding: str
    sentence: str
    students: int
    share: float
    example: str
    note: str = ""  # the line of the notes for teachers that treats it
    place: str = ""  # and where that stands


def ideas(known: Class) -> list[Idea]:
    """All of them, the most frequent first."""
    found: dict[tuple[str, str], list[tuple[Student, Outcome]]] = defaultdict(list)
    for each, outcome in known.outcomes():
        if outcome.status in TRIED:
            found[outcome.exercise, outcome.finding].append((each.student, outcome))
    size = len(known.students) or 1
    made = [_idea(id, finding, those, size, known.students) for (id, finding), those in found.items()]
    return sorted(made, key=lambda idea: (-idea.students, idea.exercise, idea.finding))


def _idea(id: str, finding: str, those: list[tuple[Student, Outcome]], size: int, everybody: list[Student]) -> Idea:
    sentence = Counter(outcome.sentence for _, outcome in those).most_common(1)[0][0]
    line = notes.line(id, finding)
    students = len({student.id for student, _ in those})
    return Idea(id, finding, sentence, students, students / size, _example(those, everybody), line.text, line.place)


def _example(those: list[tuple[Student, Outcome]], everybody: list[Student]) -> str:
    """The shortest code that shows it and that names nobody of the class."""
    names = {word for one in everybody for name in one.names for word in plain(name).split() if len(word) > 2}
    nameless = [o.code for _, o in those if o.code and not names & set(re.split(r"[\W_\d]+", o.code.casefold()))]
    return min(nameless, key=lambda code: (len(code), code), default="")
