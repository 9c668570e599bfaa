"""The tables: grades, exercises and findings as CSV files that a spreadsheet, a script and nbgrader's friends can read.

UTF-8 with a mark, as spreadsheets want it; RFC 4180. No cell can become a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mrkit.classroom.grade import Class, Graded, day, write
from mrkit.classroom.ideas import Idea
from mrkit.errors import MrkitError
from mrkit.learn.exercise import Prediction, Quiz

GRADES = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)
EXERCISES = (
    *("student_id", "lesson", "exercise", "status", "finding", "score", "max_score"),
    *("attempts", "hints", "first_vote", "second_vote", "variant", "seconds"),
)
FINDINGS = ("exercise", "finding", "sentence", "students", "share", "example")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_all(out: Path, known: Class, ideas: Iterable[Idea], due: Mapping[str, str]) -> None:
    """All three below `out`; `due` says when each lesson is."""
    write(out / "grades.csv", text(GRADES, grades(known, due)))
    write(out / "exercises.csv", text(EXERCISES, exercises(known)))
    rows = [(i.exercise, i.finding, i.sentence, i.students, round(i.share, 3), i.example) for i in ideas]
    write(out / "findings.csv", text(FINDINGS, rows))


def text(head: Sequence[str], rows: Iterable[Sequence[Any]], delimiter: str = ",") -> str:
    """A table as the text of a CSV file."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return "\ufeff" + file.getvalue()


def defused(cell: Any) -> Any:
    """A text that no spreadsheet takes for a formula.

    >>> defused("=HYPERLINK(1)"), defused("Ana"), defused(-1)
    ("'=HYPERLINK(1)", 'Ana', -1)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def grades(known: Class, due: Mapping[str, str]) -> Iterable[tuple]:
    """A row for each student and lesson, with nbgrader's columns; the time is what a platform noted, else empty."""
    for each in (*known.graded, *known.guests):
        one, when = each.student, day(each.hand_in.when) if each.hand_in and each.hand_in.stamped else ""
        who = (one.id, one.last_name, one.first_name, one.email)
        yield (
            each.assignment.name,
            due.get(each.assignment.lesson, ""),
            when,
            *who,
            each.score,
            0.0,
            each.score,
            each.assignment.points,
        )


def exercises(known: Class) -> Iterable[tuple]:
    """A row for each student and exercise, and for each question that was voted on."""
    for each in (*known.graded, *known.guests):
        for outcome in each.outcomes:
            points = (outcome.status, outcome.finding, outcome.score, outcome.max_score)
            yield _row(each, outcome.exercise, points, outcome.seconds)
        for id in votes(each):
            last = each.diary(id)["votes"][-1:]
            right = each.diary(id)["passed"]
            yield _row(each, id, ("passed" if right else "failed", "".join(last), 0.0, 0.0), 0.0)


def votes(each: Graded) -> list[str]:
    """The questions of the lesson that this student voted on."""
    from mrkit.learn.catalogue import questions

    asked = questions(each.assignment.lesson)
    return [id for id, question in asked.items() if isinstance(question, Quiz) and each.diary(id).get("votes")]


def _row(each: Graded, id: str, points: tuple, seconds: float) -> tuple:
    diary = each.diary(id)
    first, second = [*diary.get("votes", []), "", ""][:2]
    known = (diary.get("attempts", ""), diary.get("hints", ""), first, second)
    status, finding, score, most = points
    variant = each.seed if each.seed and varies(id) else ""
    return (each.student.id, each.assignment.lesson, id, status, finding, score, most, *known, variant, seconds)


def varies(id: str) -> bool:
    """Whether a question is another one for each seed."""
    from mrkit.learn.catalogue import find

    question = find(id)
    return isinstance(question, Prediction) and getattr(question, "variant", None) is not None


def stored_findings(path: Path) -> list[dict[str, str]]:
    """The rows of findings.csv as it was written before; `MrkitError` if it is not there, or damaged."""
    if not path.exists():
        raise MrkitError(f"There is no {path}: `mrkit grade` writes it.")
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
        return [{column: row[column] for column in FINDINGS} for row in rows]
    except (ValueError, KeyError, csv.Error) as error:
        raise MrkitError(f"{path} is not as `mrkit grade` writes it. Grade again.") from error
