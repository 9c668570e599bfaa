"""Grades back into a learning platform: the file that it gave you, with one column filled in.

Canvas and Moodle match students by columns of their own, so their export is the best form to fill: every other cell
stays as it was. Gradescope takes one `results.json` for each student. The user's file is never written to.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from mrkit.classroom.grade import Class, Graded, slug, write
from mrkit.classroom.roster import Roster, Student, decoded, delimiter
from mrkit.classroom.tables import defused
from mrkit.errors import BadArgument, MrkitError

FIXED = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")  # what Canvas knows its students by
KINDS = ("canvas", "moodle", "gradescope")


def write_all(out: Path, known: Class, wanted: list[str]) -> Iterator[str]:
    """Fill what was asked for, such as `canvas=gradebook.csv`; says what it wrote, line by line."""
    for each in wanted:
        kind, _, name = each.partition("=")
        if kind not in KINDS or bool(name) != (kind != "gradescope"):
            raise BadArgument(f"--lms takes canvas=FILE, moodle=FILE or gradescope, not {each!r}.")
        if kind == "gradescope":
            yield _gradescope(out / "gradescope", known)
        else:
            fill = canvas if kind == "canvas" else moodle
            yield _filled(Path(name), out / f"{kind}.csv", known, fill)


def _filled(source: Path, target: Path, known: Class, fill: Callable[[list[list[str]], Class], int]) -> str:
    data = source.read_bytes()
    text = decoded(data, source)
    sign = delimiter(text)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign))
    if not rows:
        raise MrkitError(f"{source} is empty: it should be the file that the platform gave you.")
    width = len(rows[0])
    rows = [row and row + [""] * (width - len(row)) for row in rows]  # a row may end early
    found = fill(rows, known)
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=sign, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(rows)
    mark = "\ufeff" if data.startswith(b"\xef\xbb\xbf") else ""
    write(target, mark + file.getvalue())
    missing = len(known.students) - found
    return f"{target}: {found} students" + (f"; {missing} of the class are not in {source}" if missing else "")


# Canvas.


def canvas(rows: list[list[str]], known: Class) -> int:
    """Fill a column for each lesson that was graded; how many students were found."""
    head = rows[0]
    if "Student" not in head or "ID" not in head:
        raise MrkitError("This is not a gradebook of Canvas: it has no columns `Student` and `ID`.")
    people = _People(known, [head.index(n) for n in ("SIS User ID", "SIS Login ID", "Student", "ID") if n in head])
    for lesson in known.lessons:
        place = _column(rows, rf"(^|\W|_)(lesson )?{lesson.lesson}(\W|_|$)", f"Lesson {lesson.lesson}")
        for row in rows[1:]:
            if row and row[0].strip() == "Points Possible":
                row[place] = row[place].strip() or f"{lesson.points:g}"
            elif student := people.find(row):
                row[place] = f"{people.score(student, lesson.lesson):g}"
    return people.found(rows)


def _column(rows: list[list[str]], pattern: str, name: str) -> int:
    """The column of a lesson; a new one at the end if there is none."""
    for place, title in enumerate(rows[0]):
        if title not in FIXED and re.search(pattern, title, re.IGNORECASE):
            return place
    width = len(rows[0])
    for row in rows:
        row += [""] * (width - len(row)) + [name if row is rows[0] else ""]
    return width


# Moodle.


def moodle(rows: list[list[str]], known: Class) -> int:
    """Fill Grade and Feedback comments of a grading worksheet; how many students were found."""
    head = rows[0]
    if "Grade" not in head or not {"Full name", "Email address", "Identifier"} & set(head):
        raise MrkitError("This is not a grading worksheet of Moodle: it has no column `Grade`.")
    places = [head.index(name) for name in ("Email address", "ID number", "Username", "Full name") if name in head]
    people = _People(known, places)
    for row in rows[1:]:
        if student := people.find(row):
            most = row[head.index("Maximum Grade")] if "Maximum Grade" in head else ""
            row[head.index("Grade")] = people.share(student, most)
            if "Feedback comments" in head:
                row[head.index("Feedback comments")] = people.sentences(student)
    return people.found(rows)


class _People:
    """The students of a file, known by some of its columns."""

    def __init__(self, known: Class, places: list[int]):
        self.known, self.places = known, places
        self.roster = Roster(tuple(known.students))

    def find(self, row: list[str]) -> Student | None:
        cells = [row[place] for place in self.places if place < len(row) and row[place].strip()]
        return next((student for cell in cells if (student := self.roster.find(cell))), None)

    def found(self, rows: list[list[str]]) -> int:
        return len({student.id for row in rows[1:] if (student := self.find(row))})

    def mine(self, student: Student) -> list[Graded]:
        return [each for each in self.known.graded if each.student.id == student.id]

    def score(self, student: Student, lesson: str) -> float:
        return sum(each.score for each in self.mine(student) if each.assignment.lesson == lesson)

    def share(self, student: Student, most: str) -> str:
        """All points, as a share of what the platform takes for the most."""
        score = sum(each.score for each in self.mine(student))
        points = sum(each.assignment.points for each in self.mine(student))
        try:
            return f"{score / points * float(most.replace(',', '.')):.2f}"
        except (ValueError, ZeroDivisionError):
            return f"{score:g}"

    def sentences(self, student: Student) -> str:
        outcomes = [outcome for each in self.mine(student) for outcome in each.outcomes]
        return defused(" ".join(f"{o.exercise}: {o.sentence}" for o in outcomes if o.status != "passed"))


# Gradescope.


def _gradescope(folder: Path, known: Class) -> str:
    for student in known.students:
        outcomes = [o for each in known.graded if each.student.id == student.id for o in each.outcomes]
        tests = [
            {"name": o.exercise, "score": o.score, "max_score": o.max_score, "output": o.sentence} for o in outcomes
        ]
        results = {"score": sum(outcome.score for outcome in outcomes), "tests": tests}
        write(folder / slug(student.id) / "results.json", json.dumps(results, indent=1, ensure_ascii=False))
    return f"{folder}: results.json for {len(known.students)} students"
