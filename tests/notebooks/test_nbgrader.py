"""The lessons in nbgrader, as a teacher would use them: generate an assignment, submit, autograde, read the gradebook.

Two courses: one from the instructor edition as it is stored, one from what `mrkit release` writes. Each exercise is
submitted right, wrong and untouched. Submissions here lack the cells that only show something, so that this takes a
minute; with `-m soak` they are whole.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest

from mrkit.lessons import editions

pytestmark = pytest.mark.skipif(not find_spec("nbgrader"), reason="nbgrader is not installed")

SHOWS = re.compile(
    r"\.run\(|\b(assert|for|MapReduce|live|chaos|show|Player|explorer|interact|display|quiz|hint|progress)\(|panel"
)
STATES = ("right", "wrong", "untouched")
WHOLE = pytest.param(True, marks=[pytest.mark.soak, pytest.mark.timeout(1800)], id="whole")
PARTS = pytest.param(False, marks=pytest.mark.timeout(300), id="exercises")


def graded(book):
    """The positions of the checks by id; what is checked stands in the cell before."""
    grades = [cell.metadata.get("nbgrader", {}).get("grade") for cell in book.cells]
    return {book.cells[i].metadata.nbgrader.grade_id: i for i, grade in enumerate(grades) if grade}


def wrong(solution):
    """An answer that was tried and is wrong: functions that give 0, a value of no use, lines in a wrong order."""
    functions = re.findall(r"^def (\w+)", solution, re.MULTILINE)
    name = solution.partition(" = ")[0]
    value = '["a"]' if name == "order" else "-1"
    return "\n".join(f"{name} = lambda *given: 0" for name in functions) or f"{name} = {value}"


class Course:
    """A course folder of nbgrader's with all lessons as one assignment."""

    def __init__(self, folder):
        self.folder = folder
        self.source, self.released = folder / "source" / "lessons", folder / "release" / "lessons"
        self.source.mkdir(parents=True)

    def nbgrader(self, *arguments):
        own = {"MRKIT_PROGRESS": str(self.folder / "diary")}
        command = [sys.executable, "-m", "nbgrader", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=os.environ | own, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]

    def submit(self, student, start, whole, offset):
        """Hand in the notebooks of a folder, each third exercise right, wrong, untouched; says which is which."""
        place = self.folder / "submitted" / student / "lessons"
        place.mkdir(parents=True)
        states = {}
        for lesson in editions.lessons():
            solved, book = nbformat.read(lesson, 4), nbformat.read(start / lesson.name, 4)
            answers = {id: solved.cells[i - 1].source for id, i in graded(solved).items()}
            for id, i in graded(book).items():
                states[id] = STATES[(len(states) + offset) % 3]
                if states[id] != "untouched":
                    book.cells[i - 1].source = answers[id] if states[id] == "right" else wrong(answers[id])
            kept = {i - step for i in graded(book).values() for step in (0, 1)}
            if not whole:
                book.cells = [cell for i, cell in enumerate(book.cells) if i in kept or not SHOWS.search(cell.source)]
                for cell in book.cells:
                    cell.source = re.sub("^from mrkit.views.*\n", "", cell.source, flags=re.MULTILINE)
            nbformat.write(book, place / lesson.name)
        return states

    def scores(self):
        """By student and check: the points that nbgrader gave, and the most that it could give."""
        with warnings.catch_warnings(action="ignore"):  # its own
            from nbgrader.api import Gradebook

            with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}") as book:
                notebooks = [each for one in book.assignment_submissions("lessons") for each in one.notebooks]
                grades = [(one.student.id, grade) for one in notebooks for grade in one.grades]
                assert not any(grade.needs_manual_grade for _, grade in grades)
                return {(student, grade.name): (grade.score, grade.max_score) for student, grade in grades}


@pytest.fixture
def course(tmp_path, monkeypatch):
    tools = str(Path(sys.executable).parent)  # nbgrader calls alembic by name
    monkeypatch.setenv("PATH", os.pathsep.join([tools, os.environ["PATH"]]))
    return Course(tmp_path)


def expected(states):
    books = [nbformat.read(lesson, 4) for lesson in editions.lessons()]
    points = {id: float(book.cells[i].metadata.nbgrader.points) for book in books for id, i in graded(book).items()}
    return {
        (student, id): (points[id] if state == "right" else 0.0, points[id])
        for student, each in states.items()
        for id, state in each.items()
    }


@pytest.mark.parametrize("whole", [PARTS, WHOLE])
def test_from_the_instructor_edition(course, tmp_path, whole):
    """Students may work on what nbgrader gives them, or on a copy that they got from `mrkit lab`."""
    for lesson in editions.lessons():
        shutil.copy(lesson, course.source)
    course.nbgrader("generate_assignment", "lessons")
    for path in course.released.glob("*.ipynb"):
        assert not re.search("(BEGIN|END) (SOLUTION|HIDDEN)", path.read_text(encoding="utf-8"))
    states = {"given": course.submit("given", course.released, whole, 0)}
    if whole:
        list(editions.release(tmp_path / "own"))
        states["own"] = course.submit("own", tmp_path / "own", whole, 1)
    course.nbgrader("autograde", "lessons")
    assert course.scores() == expected(states)


@pytest.mark.parametrize("whole", [PARTS, WHOLE])
def test_from_what_release_writes(course, whole):
    """It goes through nbgrader as it is: students get each cell as mrkit wrote it."""
    list(editions.release(course.source))
    course.nbgrader("generate_assignment", "lessons")
    for path in course.source.glob("*.ipynb"):
        before, after = nbformat.read(path, 4), nbformat.read(course.released / path.name, 4)
        assert [cell.source for cell in after.cells] == [cell.source for cell in before.cells]
    states = {"given": course.submit("given", course.released, whole, 1)}
    course.nbgrader("autograde", "lessons")
    assert course.scores() == expected(states)
