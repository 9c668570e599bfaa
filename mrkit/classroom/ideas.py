"""The wrong ideas of a class: which finding, how many students, what it looks like, and what the notes say to do.

Findings of one exercise that one line of the notes treats are one idea.
"""

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
    """One wrong idea: in which exercise, its sentence, how many had it, and a piece of code without a name.

    Of several findings the sentence is that of the most frequent, which is named first.
    """

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
            line = notes.line(outcome.exercise, outcome.finding)
            found[outcome.exercise, line.key or outcome.finding].append((each.student, outcome))
    made = [_idea(those, known.students) for those in found.values()]
    return sorted(made, key=lambda idea: (-idea.students, idea.exercise, idea.finding))


def _idea(those: list[tuple[Student, Outcome]], everybody: list[Student]) -> Idea:
    findings = Counter(sorted(outcome.finding for _, outcome in those))
    names = [name for name, _ in findings.most_common()]
    first = [outcome for _, outcome in those if outcome.finding == names[0]]
    sentence = Counter(outcome.sentence for outcome in first).most_common(1)[0][0]
    line = notes.line(first[0].exercise, names[0])
    students = len({student.id for student, _ in those})
    share = students / (len(everybody) or 1)
    example = _example(those, everybody)
    return Idea(first[0].exercise, " ".join(names), sentence, students, share, example, line.text, line.place)


def places(counts: list[int]) -> list[int]:
    """The place of each, of counts that fall: as many students, the same place.

    >>> places([5, 2, 2, 1])
    [1, 2, 2, 4]
    """
    return [counts.index(count) + 1 for count in counts]


def tied(counts: list[int], top: int) -> int:
    """How many of those after the first `top` have as many students as the last of these.

    >>> tied([5, 2, 2, 2], 2), tied([5, 2], 2)
    (2, 0)
    """
    return counts[top:].count(counts[top - 1]) if len(counts) > top else 0


def _example(those: list[tuple[Student, Outcome]], everybody: list[Student]) -> str:
    """The shortest code that shows it and that names nobody of the class."""
    names = {word for one in everybody for name in one.names for word in plain(name).split() if len(word) > 2}
    nameless = [o.code for _, o in those if o.code and not names & set(re.split(r"[\W_\d]+", o.code.casefold()))]
    return min(nameless, key=lambda code: (len(code), code), default="")
