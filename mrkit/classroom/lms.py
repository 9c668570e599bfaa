"""Grades back into a learning platform: the file that it gave you, with one column filled in.

Canvas and Moodle match students by columns of their own, so their export is the best form to fill: every other cell
stays as it was, and so does the cell of who handed in nothing. A lesson goes where its name is, and nowhere else.
Gradescope takes one `results.json` for each student. The user's file is never written to.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from mrkit.classroom.assignment import Assignment, assignments
from mrkit.classroom.grade import Class, Graded, slug, write
from mrkit.classroom.roster import Roster, Student, decoded, delimiter
from mrkit.classroom.tables import defused
from mrkit.errors import BadArgument, MrkitError

FIXED = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")  # what Canvas knows its students by
KINDS = ("canvas", "moodle", "gradescope")
NAMES = 10  # so many names a sentence has

Finds = dict[str, Callable[[str], Student | None]]  # a column, and who is meant by a cell of it


def write_all(out: Path, known: Class, wanted: list[str]) -> Iterator[str]:
    """Fill what was asked for, such as `canvas=gradebook.csv`; says what it wrote, line by line."""
    asked = [split(each) for each in wanted]
    for kind, name in asked:
        if kind == "gradescope":
            yield from _gradescope(out / "gradescope", known)
        else:
            several = [each for each, _ in asked].count(kind) > 1
            target = out / (f"{kind}-{slug(Path(name).stem)}.csv" if several else f"{kind}.csv")
            yield from _filled(Path(name), target, known, canvas if kind == "canvas" else moodle)


def split(wanted: str) -> tuple[str, str]:
    """What was asked for, as the kind of a platform and the name of its file.

    >>> split("canvas=gradebook.csv"), split("gradescope")
    (('canvas', 'gradebook.csv'), ('gradescope', ''))
    """
    kind, _, name = wanted.partition("=")
    if kind not in KINDS or bool(name) != (kind != "gradescope"):
        raise BadArgument(f"--lms takes canvas=FILE, moodle=FILE or gradescope, not {wanted!r}.")
    return kind, name


def _filled(source: Path, target: Path, known: Class, fill: Callable[[Sheet], Iterator[str]]) -> Iterator[str]:
    data = source.read_bytes()
    text = decoded(data, source)
    sign = delimiter(text)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign))
    if not rows:
        raise MrkitError(f"{source} is empty: it should be the file that the platform gave you.")
    width = len(rows[0])
    sheet = Sheet(source, [row and row + [""] * (width - len(row)) for row in rows], known)  # a row may end early
    said = list(fill(sheet))
    if not sheet.filled:
        target.unlink(missing_ok=True)  # nobody shall upload that of an earlier run
        yield from (f"{target}: not written.", *said)
        return
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=sign, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(sheet.rows)
    write(target, ("\ufeff" if data.startswith(b"\xef\xbb\xbf") else "") + file.getvalue())
    yield from (f"{target}: {len(sheet.filled)} students", *said, *sheet.missing())


class Sheet:
    """The file of a platform: whose each row is, and what is to be written into it."""

    def __init__(self, source: Path, rows: list[list[str]], known: Class):
        self.source, self.rows, self.known = source, rows, known
        self.roster = Roster(tuple(known.students))
        self.people: dict[int, Student] = {}
        self.filled: set[str] = set()

    def find_people(self, columns: Finds) -> None:
        """Say whose each row is: by the first column that knows, and only if no other row is the same student's."""
        for name, find in columns.items():
            place = self.place(name)
            taken = {student.id for student in self.people.values()}
            if place is None:
                continue
            cells = {n: row[place].strip() for n, row in enumerate(self.rows) if n and row and n not in self.people}
            here = {number: find(cell) for number, cell in cells.items() if cell}
            count = Counter(student.id for student in here.values() if student)
            sure = {n: one for n, one in here.items() if one and count[one.id] == 1 and one.id not in taken}
            self.people |= sure

    def place(self, name: str) -> int | None:
        """The number of a column, however its name is written."""
        names = [each.strip().casefold() for each in self.rows[0]]
        return names.index(name.casefold()) if name.casefold() in names else None

    def fill(self, lesson: Assignment, most: float | None, cell: Callable[[list[str], Graded, str], None]) -> Iterator:
        """Let `cell` write into the row of each who handed in the lesson; a sentence on those who did not."""
        if most and most != lesson.points:
            yield (
                f"  Lesson {lesson.lesson} has {lesson.points:g} points and {self.source.name} has {most:g}: "
                f"all are scaled, so that {lesson.points:g} points become {most:g}."
            )
        mine = {each.student.id: each for each in self.known.graded if each.assignment is lesson and each.hand_in}
        for number, student in self.people.items():
            if each := mine.get(student.id):
                share = each.score / lesson.points * most if most and lesson.points else each.score
                cell(self.rows[number], each, f"{round(share, 2):g}")
                self.filled.add(student.id)
        left = [student.id for student in self.people.values() if student.id not in mine]
        if left:
            yield f"  Left as it was, for want of a hand-in of lesson {lesson.lesson} that can be read: {listed(left)}."

    def missing(self) -> Iterator[str]:
        """A sentence on those of the class who have no row."""
        there = {student.id for student in self.people.values()}
        if left := [student.id for student in self.known.students if student.id not in there]:
            yield f"  {len(left)} of the class are not in {self.source}: {listed(left)}."


def listed(names: list[str]) -> str:
    """Names, but not all of a hundred.

    >>> listed(["ana", "bo"]), listed([*"abcdefghijkl"])
    ('ana, bo', 'a, b, c, d, e, f, g, h, i, j and 2 more')
    """
    more = len(names) - NAMES
    return ", ".join(names[:NAMES]) + (f" and {more} more" if more > 0 else "")


def bears(title: str, lesson: Assignment) -> bool:
    """Whether a title names this lesson.

    >>> lesson = assignments()["05"]
    >>> [bears(t, lesson) for t in ("Lesson 5: Combiners (771)", "05_combiners", "Quiz 05", "Lesson 15")]
    [True, True, False, False]
    """
    words = r"[\W_]+".join(map(re.escape, lesson.name.split("_")))
    number = rf"(lesson|lektion|lecci[oó]n)[\W_]*0*{int(lesson.lesson)}(?!\d)"
    pattern = rf"(?<![^\W_])({words}(?![^\W_])|{number})|^\s*{lesson.lesson}(?!\d)"
    return bool(re.search(pattern, title, re.IGNORECASE))


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


# Canvas.


def canvas(sheet: Sheet) -> Iterator[str]:
    """Fill the column of each lesson that was graded; of one lesson alone a new one, if there is none."""
    if "Student" not in sheet.rows[0] or "ID" not in sheet.rows[0]:
        raise MrkitError("This is not a gradebook of Canvas: it has no columns `Student` and `ID`.")
    find = sheet.roster.find
    sheet.find_people({"ID": sheet.roster.by_canvas, "SIS User ID": find, "SIS Login ID": find, "Student": find})
    for lesson in sheet.known.lessons:
        title = f"Lesson {lesson.lesson}"
        places = [n for n, name in enumerate(sheet.rows[0]) if name not in FIXED and bears(name, lesson)]
        if len(places) > 1:
            both = " and ".join(f"`{sheet.rows[0][place]}`" for place in places)
            yield f"  {title}: nothing was written, as {both} both bear its name. Take one out of {sheet.source}."
        elif not places and len(sheet.known.lessons) > 1:
            yield (
                f"  {title}: nothing was written, as no column of {sheet.source} bears its name. "
                f"With `--lessons {lesson.lesson} -o graded-{lesson.lesson}` it gets a new one."
            )
        else:
            yield from _fill_column(sheet, lesson, places[0] if places else _new_column(sheet.rows, title))


def _fill_column(sheet: Sheet, lesson: Assignment, place: int) -> Iterator[str]:
    points = next((row for row in sheet.rows[1:] if row and row[0].strip() == "Points Possible"), [])
    if points and not points[place].strip():
        points[place] = f"{lesson.points:g}"

    def cell(row: list[str], each: Graded, score: str) -> None:
        row[place] = score

    yield from sheet.fill(lesson, _number(points[place]) if points else None, cell)


def _new_column(rows: list[list[str]], name: str) -> int:
    width = len(rows[0])
    for row in rows:
        row += [""] * (width - len(row)) + [name if row is rows[0] else ""]
    return width


# Moodle.


def moodle(sheet: Sheet) -> Iterator[str]:
    """Fill Grade and Feedback comments of a grading worksheet, which is of one lesson."""
    grade, most, comments = map(sheet.place, ("Grade", "Maximum grade", "Feedback comments"))
    if grade is None or not {"Full name", "Email address", "Identifier"} & set(sheet.rows[0]):
        raise MrkitError("This is not a grading worksheet of Moodle: it has no column `Grade`.")
    find = sheet.roster.find
    columns: Finds = {"Identifier": sheet.roster.by_moodle}
    sheet.find_people(columns | dict.fromkeys(("Email address", "ID number", "Username", "Full name"), find))
    lesson, problem = _lesson_of(sheet)
    if lesson is None:
        yield problem
        return

    def cell(row: list[str], each: Graded, score: str) -> None:
        row[grade] = score.replace(".", ",") if most is not None and "," in row[most] else score
        if comments is not None:
            row[comments] = _sentences(each)

    given = [row[most] for row in sheet.rows[1:] if row] if most is not None else []
    yield from sheet.fill(lesson, next(filter(None, map(_number, given)), None), cell)


def _lesson_of(sheet: Sheet) -> tuple[Assignment | None, str]:
    """The lesson that a worksheet is of: its name says it, or there is only one."""
    graded = sheet.known.lessons
    named = [lesson for lesson in assignments().values() if bears(sheet.source.stem, lesson)]
    fitting = [lesson for lesson in graded if lesson in named or not named]
    if len(fitting) == 1:
        return fitting[0], ""
    numbers = ", ".join(lesson.lesson for lesson in graded)
    if named:
        return None, f"  {sheet.source} bears the name of another lesson than those that were graded ({numbers})."
    return None, (
        f"  A worksheet of Moodle is of one lesson, and the name of {sheet.source} does not say which of {numbers}. "
        f"Choose one, such as `--lessons {graded[0].lesson} -o graded-{graded[0].lesson}`."
    )


def _sentences(each: Graded) -> str:
    return defused(" ".join(f"{o.exercise}: {o.sentence}" for o in each.outcomes if o.status != "passed"))


# Gradescope.


def _gradescope(folder: Path, known: Class) -> Iterator[str]:
    """A file for each who handed in; of several lessons, which are several assignments there, in a folder for each."""
    for lesson in known.lessons:
        place = folder / lesson.lesson if len(known.lessons) > 1 else folder
        mine = [each for each in known.graded if each.assignment is lesson and each.hand_in]
        for each in mine:
            tests = [
                {"name": o.exercise, "score": o.score, "max_score": o.max_score, "output": o.sentence}
                for o in each.outcomes
            ]
            text = json.dumps({"score": each.score, "tests": tests}, indent=1, ensure_ascii=False)
            write(place / slug(each.student.id) / "results.json", text)
        yield f"{place}: results.json for {len(mine)} students"
