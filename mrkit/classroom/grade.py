"""Grading a class: collect what was handed in, run each student's answers, and keep what came of it.

`grade` never stops because of one student. What it knows of a student goes into one file below OUT at once, so that a
second run grades only what is new. It serves `mrkit grade`; tables and pages are made from its `Class` elsewhere.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from mrkit import __version__
from mrkit.classroom import watch
from mrkit.classroom.assignment import Assignment, assignments
from mrkit.classroom.collect import Collected, Received, collect
from mrkit.classroom.course import Course
from mrkit.classroom.outcome import Outcome, said
from mrkit.classroom.roster import Roster, Student
from mrkit.classroom.watch import Limits, grade_student
from mrkit.errors import MrkitError
from mrkit.learn.language import current

KEPT = "answers"  # the folder below OUT
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}  # by Windows


@dataclass
class Graded:
    """One student and one lesson. `hand_in` is None where nothing that could be read was handed in."""

    student: Student
    assignment: Assignment
    outcomes: list[Outcome]
    hand_in: Received | None = None
    seed: int = 0

    @property
    def score(self) -> float:
        """All points."""
        return sum(outcome.score for outcome in self.outcomes)

    def diary(self, id: str) -> dict[str, Any]:
        """What the student's diary says of a question; {} if it was not handed in."""
        return self.hand_in.book.diary.get(id, {}) if self.hand_in else {}


@dataclass
class Class:
    """All that is known of a class after grading. Guests, who are not in the roster, do not count in it."""

    graded: list[Graded] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    guests: list[Graded] = field(default_factory=list)

    @property
    def students(self) -> list[Student]:
        """Everybody, in their order."""
        return list({each.student.id: each.student for each in self.graded}.values())

    @property
    def strangers(self) -> list[str]:
        """Those who handed in and are not in the roster."""
        return list(dict.fromkeys(each.student.id for each in self.guests))

    @property
    def lessons(self) -> list[Assignment]:
        """The lessons that are graded."""
        found = {each.assignment.lesson: each.assignment for each in self.graded}
        return [found[lesson] for lesson in sorted(found)]

    def outcomes(self) -> Iterator[tuple[Graded, Outcome]]:
        """Every outcome with whose it is."""
        for each in self.graded:
            for outcome in each.outcomes:
                yield each, outcome


def grade(
    folder: Path,
    out: Path,
    roster: Roster,
    course: Course | None = None,
    *,
    pattern: str | None = None,
    lessons: list[str] | None = None,
    limits: Limits,
    jobs: int = 2,
    again: bool = False,
) -> Class:
    """Grade all that is below a folder. Of the lessons, those that somebody handed in, or only the `lessons` named."""
    found = collect(folder, roster, pattern, leave=out)
    if lessons is not None:
        found.books = {key: book for key, book in found.books.items() if key[1] in lessons}
    wanted = lessons or sorted({lesson for _, lesson in found.books})
    work = [
        _Student(student, {lesson: found.books.get((student.id, lesson)) for lesson in wanted}, out, again, course)
        for student in _everybody(found, roster)
    ]
    with ThreadPoolExecutor(jobs) as pool:
        try:
            done = list(pool.map(lambda each: each.grade(limits), work))
        except BaseException:
            watch.stopping.set()
            pool.shutdown(cancel_futures=True)
            watch.stopping.clear()
            raise
    graded = [one for each in done for one in each]
    _mark_unreadable(graded, found)
    mine = {student.id for student in roster.students} or {each.student.id for each in graded}
    return Class(
        [each for each in graded if each.student.id in mine],
        [
            *found.notes,
            *(note for each in work for note in each.notes),
            *_late(graded, course.due if course else {}),
            *_missing(graded, found),
        ],
        found.unreadable,
        [each for each in graded if each.student.id not in mine and not _nothing(each)],
    )


def _everybody(found: Collected, roster: Roster) -> list[Student]:
    """Those of the roster in its order, then the others that handed something in."""
    known = {student.id: student for student in roster.students}
    others = {one.student for one in found.books.values()} | {student for student, _ in found.unreadable}
    return [*known.values(), *(Student(name) for name in sorted(others - known.keys()))]


def _late(graded: list[Graded], due: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each late hand-in. The time of a file says nothing: it may be that of a copy."""
    for each in graded:
        one, end = each.hand_in, due.get(each.assignment.lesson)
        if one and (one.late or (one.stamped and end and day(one.when) > end)):
            yield f"{each.student.id} handed in lesson {each.assignment.lesson} late: {one.place}."


def _missing(graded: list[Graded], found: Collected) -> Iterator[str]:
    """A sentence for each student of whom there is no file at all."""
    there = {one.student for one in found.books.values()} | {student for student, _ in found.unreadable}
    for student in dict.fromkeys(each.student.id for each in graded):
        if student not in there:
            yield f"{student} handed in nothing."


def _mark_unreadable(graded: list[Graded], found: Collected) -> None:
    """Who handed in only what cannot be read has not just left it untouched; the file's name may say which lesson."""
    for each in graded:
        places = [place for student, place in found.unreadable if student == each.student.id]
        named = [lesson for lesson in assignments().values() if any(lesson.name in place for place in places)]
        if each.hand_in is None and places and (each.assignment in named or not named):
            tasks = each.assignment.tasks
            each.outcomes = [said("unreadable", task.id, task.points, "unreadable") for task in tasks]


def _nothing(each: Graded) -> bool:
    return all(outcome.finding == "not_handed_in" for outcome in each.outcomes)


class _Student:
    """One student's hand-ins on their way to outcomes, and what is kept of them."""

    def __init__(
        self, student: Student, books: dict[str, Received | None], out: Path, again: bool, course: Course | None
    ):
        self.student, self.books, self.again = student, books, again
        self.notes: list[str] = []
        self.place = out / KEPT / f"{slug(student.id)}.json"
        given = next((book.seed for book in books.values() if book and book.seed), 0)
        self.seed = course.seed(student.id) if course and given else given
        if given != self.seed:
            self.notes.append(
                f"{student.id}'s student.json has another seed than the course gave: the course's counts."
            )

    def grade(self, limits: Limits) -> list[Graded]:
        """One `Graded` for each lesson."""
        kept = {} if self.again else self._kept()
        keys = {lesson: _key(book, self.seed) for lesson, book in self.books.items() if book}
        new = [lesson for lesson, key in keys.items() if kept.get(lesson, {}).get("key") != key]
        plans = [assignments()[lesson].plan() | {"cells": list(self.books[lesson].book.cells)} for lesson in new]  # type: ignore
        outcomes = grade_student(plans, self.seed, limits)
        for lesson in new:
            mine = [outcome.as_dict() for outcome in outcomes if outcome.lesson == lesson]
            kept[lesson] = {"key": keys[lesson], "outcomes": mine}
        if new:
            self._keep(kept)
        return [self._graded(lesson, kept) for lesson in self.books]

    def _graded(self, lesson: str, kept: dict[str, Any]) -> Graded:
        assignment, book = assignments()[lesson], self.books[lesson]
        if book is None:
            none = [said("not_handed_in", task.id, task.points, "untouched") for task in assignment.tasks]
            return Graded(self.student, assignment, none)
        return Graded(self.student, assignment, [Outcome(**one) for one in kept[lesson]["outcomes"]], book, self.seed)

    def _kept(self) -> dict[str, Any]:
        try:
            stored = json.loads(self.place.read_text(encoding="utf-8"))
            return stored if isinstance(stored, dict) else {}
        except (OSError, ValueError):
            return {}

    def _keep(self, what: dict[str, Any]) -> None:
        write(self.place, json.dumps(what, indent=1))


def _key(hand_in: Received, seed: int) -> str:
    """What an outcome depends on."""
    plan = assignments()[hand_in.lesson].plan()
    text = json.dumps([__version__, plan, hand_in.book.cells, seed, current()])
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def slug(name: str) -> str:
    """A student's name as the name of a file: nothing in it that a system could take for something else.

    >>> slug("ana"), slug("../Ana/Müller")[:11]
    ('ana', '___Ana_Müll')
    """
    safe = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in name[:40])  # of any writing, this fits
    if safe == name and safe.casefold() == safe and safe not in RESERVED:
        return safe
    return f"{safe}-{hashlib.blake2b(name.encode('utf-8', 'surrogatepass'), digest_size=3).hexdigest()}"


def write(place: Path, text: str) -> None:
    """Put a file there whole, and its folder if that is missing; `MrkitError` if it cannot be written."""
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(text.encode("utf-8", "replace"))
        os.replace(draft, place)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise MrkitError(f"{place} cannot be written: {error.strerror or error}.") from error


def day(when: datetime) -> str:
    """A time as nbgrader writes it."""
    return f"{when:%Y-%m-%d %H:%M:%S}"
