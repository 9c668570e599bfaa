"""The wrong ideas of a class: which finding, how many students, what it looks like, and where the notes speak of it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mrkit import lessons
from mrkit.classroom.grade import Class
from mrkit.classroom.outcome import Outcome
from mrkit.classroom.roster import Student, plain

TRIED = ("failed", "timeout")
_COMMON = re.compile(
    "and|are|but|does|for|from|has|have|how|its|not|one|that|the|then|they|this|was|what|when|which|who|with|you|your"
    "|all|also|can|could|each|gave|gives?|get|into|more|must|only|other|out|same|than|their|them|there|will"
)


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
    line, place = note(id, sentence)
    students = len({student.id for student, _ in those})
    return Idea(id, finding, sentence, students, students / size, _example(those, everybody), line, place)


def _example(those: list[tuple[Student, Outcome]], everybody: list[Student]) -> str:
    """The shortest code that shows it and that names nobody of the class."""
    names = {word for one in everybody for name in one.names for word in plain(name).split() if len(word) > 2}
    nameless = [o.code for _, o in those if o.code and not names & set(re.split(r"[\W_\d]+", o.code.casefold()))]
    return min(nameless, key=lambda code: (len(code), code), default="")


# The notes for teachers.


def note(id: str, sentence: str) -> tuple[str, str]:
    """The line of the lesson's notes that treats a wrong idea, and its place.

    Where no misconception fits, only the place in the answer key: a report may lie open, and has no solution in it.
    """
    lines = _lines(id.partition(".")[0])
    wanted = _words(sentence)
    scored = [(len(wanted & _words(text)) / (len(wanted) or 1), -number, text, place)
              for number, text, place, section in lines if section == "Misconceptions"]  # fmt: skip
    best = max(scored, default=(0.0, 0, "", ""))
    if best[0] >= 0.4:
        return re.sub(r"\*+([^*]+)\*+", r"\1", best[2]), best[3]
    return "", next((f"{place}, the answer key" for _, text, place, _ in lines if f"**{id}**:" in text), "")


@cache
def _lines(lesson: str) -> list[tuple[int, str, str, str]]:
    """The paragraphs and list items of the notes: line number, text, place, section."""
    found: list[tuple[int, str, str, str]] = []
    for path in (Path(lessons.__file__).parent / "notes").glob(f"{lesson}_*.md"):
        section = ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("## "):
                section = line[3:]
            elif line.startswith("  ") and found:
                found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}", *found[-1][2:])
            elif line.strip():
                found.append((number, line.removeprefix("- "), f"notes/{path.name}, line {number}", section))
    return found


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]{3,}", text.casefold()) if not _COMMON.fullmatch(word)}
