"""What is to be graded: the exercises of each lesson, the names that hold their answers, and their points.

It is read from the instructor's edition of the lessons, whose cells say `check("05.mean", parts, add, average)` and
carry nbgrader's `points`. So a new lesson is graded as soon as it is there. It knows nothing of students.
"""

from __future__ import annotations

import ast
import functools
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mrkit.classroom.extract import Sources, parse
from mrkit.lessons import editions

CALLS = ("check", "parsons", "answer")


@dataclass(frozen=True)
class Task:
    """One exercise: its check as the teacher's cell calls it, the names that this needs, and its points."""

    id: str
    call: str
    names: tuple[str, ...]
    points: float


@dataclass(frozen=True)
class Assignment:
    """One lesson: its exercises, and the code cells that its students were given."""

    lesson: str
    name: str
    tasks: tuple[Task, ...]
    given: tuple[str, ...]

    @property
    def points(self) -> float:
        """All that can be had."""
        return sum(task.points for task in self.tasks)

    def plan(self) -> dict[str, Any]:
        """The same as plain data, for the process that grades."""
        return asdict(self)


@functools.cache
def assignments() -> dict[str, Assignment]:
    """Every lesson by its number.

    >>> assignments()["05"].tasks[0].call
    'check("05.mean", parts, add, average)'
    """
    made = map(_assignment, editions.lessons())
    return {each.lesson: each for each in made}


def lesson_of(notebook: dict[str, Any]) -> str | None:
    """Which lesson a notebook is: its metadata say so, else its heading, such as `# Lesson 05`."""
    named = _dict(_dict(notebook.get("metadata")).get("mrkit")).get("lesson")
    if isinstance(named, str):
        return named
    for cell in notebook.get("cells", ()):
        if found := cell.get("cell_type") == "markdown" and re.match(r"#+ Lesson (\d+)\b", source_of(cell)):
            return found.group(1)
    return None


def source_of(cell: dict[str, Any]) -> str:
    """The text of a cell, which may be stored as lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(map(str, source))


def code_cells(notebook: dict[str, Any]) -> list[str]:
    """The sources of the code cells, in their order."""
    return [source_of(cell) for cell in notebook["cells"] if cell.get("cell_type") == "code"]


def _assignment(path: Path) -> Assignment:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    tasks = [task for cell in notebook["cells"] if (task := _task(cell))]
    given = tuple(code_cells(editions.student_edition(notebook)))
    return Assignment(editions.number_of(path), path.stem, tuple(tasks), given)


def _task(cell: dict[str, Any]) -> Task | None:
    marks = cell["metadata"].get("nbgrader", {})
    if not marks.get("grade") or cell["cell_type"] != "code":
        return None
    source = re.sub(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", "", source_of(cell), flags=re.DOTALL)
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS and node.args:
            call = next(s for s in parse(source).body if isinstance(s, ast.Expr) and node.func.id in ast.dump(s))
            names = dict.fromkeys(n.id for n in ast.walk(call.value) if isinstance(n, ast.Name) and n.id not in CALLS)
            id = ast.literal_eval(node.args[0])
            return Task(id, ast.get_source_segment(source, call.value) or "", tuple(names), float(marks["points"]))
    return None


def _dict(value: Any) -> dict:
    return value if isinstance(value, dict) else {}


def sources(assignment: dict[str, Any], cells: list[str]) -> Sources:
    """The statements to look for answers in: what the lesson gave, then what the student has made of it."""
    return Sources().add(assignment["given"]).add(cells)
