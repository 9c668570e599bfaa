"""The list of a class: who its students are, and by which names their files may come back.

It reads the file that a teacher has: comma, semicolon or tab, UTF-8 or what Excel writes, nbgrader's column names or
those of Canvas and Moodle. What is wrong with it is said in one sentence with the line; nothing is guessed.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from mrkit.errors import MrkitError

COLUMNS = {
    "id": ("sis login id", "id", "student_id", "student id", "username", "user name", "login"),
    "last_name": ("last_name", "last name", "surname", "family name"),
    "first_name": ("first_name", "first name", "given name"),
    "email": ("email", "email address", "e-mail"),
}
FULL = ("student", "full name", "name")  # one column for both names, as Canvas and Moodle have it
NOBODY = ("Points Possible", "Student, Test")  # rows of Canvas that are no students
PARTICIPANT = ("email address", "id number", "username", "full name")  # whose a row of Moodle's worksheet is
CANVAS = {"student", "id", "section"}  # columns by which a gradebook of Canvas is known
NAMING = {"student", "id", "sis user id", "sis login id", "integration id"}  # those of its columns that name somebody
_BARE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})


class BadRoster(MrkitError):
    """The list of the class cannot be used as it is."""


@dataclass(frozen=True)
class Student:
    """One student; `also` are other names that files of theirs may carry, `canvas` and `moodle` numbers."""

    id: str
    last_name: str = ""
    first_name: str = ""
    email: str = ""
    also: tuple[str, ...] = ()
    canvas: str = ""
    moodle: tuple[str, ...] = ()  # of each assignment another one

    @property
    def names(self) -> set[str]:
        """All names by which this student may be called, in the form of `plain`."""
        return {plain(name) for name in (self.id, self.email, *self._full, *self.also) if plain(name)}

    @property
    def bare_names(self) -> set[str]:
        """The full names in the form of `bare`, for systems that drop what is no letter."""
        return {bare(name) for name in (*self._full, *self.also) if re.search(r"[^\W\d_]", name)}

    @property
    def _full(self) -> tuple[str, ...]:
        first, last = self.first_name, self.last_name
        return (f"{first} {last}", f"{last} {first}", f"{last}{first}") if first and last else ()


@dataclass(frozen=True)
class Roster:
    """The students in the order of the file."""

    students: tuple[Student, ...] = ()

    def find(self, name: str) -> Student | None:
        """The one student with this name: an id, an address, a full name in any order, at last without its signs."""
        wanted = plain(name)
        found = [student for student in self.students if plain(student.id) == wanted]
        found = found or [student for student in self.students if wanted in student.names]
        found = found or [student for student in self.students if bare(name) in student.bare_names]
        return found[0] if len(found) == 1 else None

    def by_canvas(self, number: str) -> Student | None:
        """The student to whom Canvas has given this number, where that is known."""
        return next((student for student in self.students if number and student.canvas == number), None)

    def by_moodle(self, number: str) -> Student | None:
        """The student who is Moodle's `Participant NUMBER` of some assignment, where that is known."""
        digits = number.rpartition(" ")[2]
        return next((student for student in self.students if digits in student.moodle), None)

    def with_canvas(self, gradebook: Roster) -> Roster:
        """The same students with the numbers that a gradebook of Canvas has for them."""
        rows = [(row.canvas, (row.id, *row.also, f"{row.first_name} {row.last_name}")) for row in gradebook.students]
        found = self._numbers(rows)
        return Roster(tuple(replace(one, canvas=found.get(one.id, one.canvas)) for one in self.students))

    def with_moodle(self, worksheet: Path) -> Roster:
        """The same students with the numbers that a grading worksheet of Moodle has for them, in its `Identifier`."""
        (_, head), *rows = table(worksheet) or [(0, [])]
        names = [name.strip().casefold() for name in head]
        if "identifier" not in names:
            return self
        places = [names.index(name) for name in PARTICIPANT if name in names]
        cells = [row + [""] * (len(names) - len(row)) for _, row in rows]
        identifier = names.index("identifier")
        found = self._numbers((row[identifier].rpartition(" ")[2], [row[place] for place in places]) for row in cells)
        mine = {id: (number,) for id, number in found.items()}
        return Roster(tuple(replace(one, moodle=one.moodle + mine.get(one.id, ())) for one in self.students))

    def _numbers(self, rows: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
        """By id the number of each student whom the names of exactly one row mean."""
        numbers: dict[str, list[str]] = {}
        for number, names in rows:
            known = (self.find(name) for name in names if name.strip() and name != number)
            if student := next(filter(None, known), None):
                numbers.setdefault(student.id, []).append(number)
        return {id: found[0] for id, found in numbers.items() if len(found) == 1}


def plain(name: str) -> str:
    r"""A name without case, marks of writing systems that differ, and the signs that systems put between its parts.

    >>> plain("Müller,  Ana") == plain("mu\u0308ller_ana")
    True
    """
    return re.sub(r"[\s_,.'’-]+", " ", unicodedata.normalize("NFKC", name).casefold()).strip()


def bare(name: str) -> str:
    """The letters and digits of a name without their accents, as Canvas writes it into the name of a file.

    >>> bare("O'Neill, Émile"), bare("García-Ruiz"), bare("Łukasz")
    ('oneillemile', 'garciaruiz', 'lukasz')
    """
    signs = unicodedata.normalize("NFKD", name.casefold()).translate(_BARE)
    return "".join(sign for sign in signs if sign.isalnum())


def read(path: Path) -> Roster:
    """The roster in a file; `BadRoster` if it cannot be used."""
    rows = table(path)
    head = [name.strip().casefold() for name in rows[0][1]] if rows else []
    places = {what: next((head.index(n) for n in names if n in head), None) for what, names in COLUMNS.items()}
    if places["id"] is None:
        known = ", ".join(rows[0][1]) if rows else "none"
        raise BadRoster(f"{path} needs a column `id` with a name for each student; its columns are: {known}.")
    full = next((head.index(name) for name in FULL if name in head), None)
    students = [(line, _student(row, head, places, full)) for line, row in rows[1:] if _somebody(row, head)]
    _refuse_doubles(path, students)
    return Roster(tuple(_only_own([student for _, student in students])))


def _somebody(row: list[str], head: list[str]) -> bool:
    """Canvas has rows for points and for how grades are posted; the latter have no name."""
    return row[0].strip() not in NOBODY and bool(row[0].strip() or not set(head) >= CANVAS)


def of_class(roster: Path | None, files: Iterable[tuple[str, str]] = ()) -> Roster:
    """A class by its roster, with the numbers that platforms' files know; without a roster Canvas's gradebook is it."""
    found = read(roster) if roster else None
    for kind, name in files:
        if kind == "canvas":
            known = read(Path(name))
            found = found.with_canvas(known) if found else known
        elif kind == "moodle" and found:
            found = found.with_moodle(Path(name))
    return found or Roster()


def table(path: Path) -> list[tuple[int, list[str]]]:
    """The rows of a CSV file with their lines, whatever its delimiter and encoding; empty rows are left out."""
    text = decoded(path.read_bytes(), path)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text))
    try:
        return [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise BadRoster(f"{path} is not a CSV file: {error}, in line {rows.line_num}.") from error


def _student(row: list[str], head: list[str], places: dict[str, int | None], full: int | None) -> Student:
    cells = [cell.strip() for cell in row] + [""] * (len(head) - len(row))
    given = {what: cells[place] if place is not None else "" for what, place in places.items()}
    if full is not None and "," in cells[full] and not given["last_name"]:
        given["last_name"], given["first_name"] = (part.strip() for part in cells[full].split(",", 1))
    canvas = cells[head.index("id")] if set(head) >= CANVAS else ""
    given["id"] = given["id"] or canvas
    naming = [i for i in range(len(cells)) if not canvas or (i < len(head) and head[i] in NAMING)]
    also = tuple(cells[i] for i in naming if i not in places.values() and cells[i])
    return Student(given["id"], given["last_name"], given["first_name"], given["email"], also, canvas)


def decoded(data: bytes, path: Path) -> str:
    """Text in UTF-8 or UTF-16 with mark, else in what Windows in Western Europe writes."""
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadRoster(f"{path} is not a text file. If it is of a spreadsheet, save it as CSV there.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def delimiter(text: str) -> str:
    """The sign between the columns of the first line."""
    first = text.partition("\n")[0]
    return max(",;\t|", key=first.count)


def _refuse_doubles(path: Path, students: list[tuple[int, Student]]) -> None:
    if not students:
        raise BadRoster(f"{path} has no students in it.")
    lines: dict[str, int] = {}
    for line, student in students:
        if not student.id:
            raise BadRoster(f"{path}, line {line}: this student has no id.")
        if plain(student.id) in lines:
            raise BadRoster(f"{path} has {student.id!r} twice, in lines {lines[plain(student.id)]} and {line}.")
        lines[plain(student.id)] = line


def _only_own(students: list[Student]) -> Iterable[Student]:
    """What many have in common, such as a section, is nobody's name."""
    count = Counter(name for student in students for name in {plain(other) for other in student.also})
    for student in students:
        own = tuple(other for other in student.also if count[plain(other)] == 1)
        yield replace(student, also=own)
