"""The same files, graded by nbgrader and by `mrkit grade`: the same points.

Students here do nothing to their notebooks that nbgrader cannot bear; cells that only show something are left out, so
that its run of whole notebooks takes a minute.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path
from random import Random

import made_class
import pytest

from mrkit.classroom.assignment import source_of
from mrkit.cli import main
from mrkit.lessons import editions

pytestmark = [
    pytest.mark.skipif(not find_spec("nbgrader"), reason="nbgrader is not installed"),
    pytest.mark.timeout(300),
]

LESSONS = ["01", "12"]  # one with three functions, one with a number


def nbgrader(folder, *arguments):
    tools = str(Path(sys.executable).parent)  # nbgrader calls alembic by name
    own = {"MRKIT_PROGRESS": str(folder / "diary"), "PATH": os.pathsep.join([tools, os.environ["PATH"]])}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=folder, env=os.environ | own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def scores(folder):
    with warnings.catch_warnings(action="ignore"):  # its own
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
            given = [each for one in book.assignment_submissions("lessons") for each in one.notebooks]
            return {(one.student.id, grade.name): grade.auto_score for one in given for grade in one.grades}


def test_the_same_points_on_the_same_files(tmp_path, capsys):
    list(editions.release(tmp_path / "source" / "lessons", LESSONS))
    (tmp_path / "source" / "lessons" / "glossary.md").unlink()
    nbgrader(tmp_path, "generate_assignment", "lessons")
    released = {path.name[:2]: path for path in (tmp_path / "release" / "lessons").glob("*.ipynb")}
    rng = Random(3)
    for number in range(6):
        pupil = made_class.Pupil(f"student{number}", "", "")
        made_class.answered(pupil, LESSONS, rng)
        place = tmp_path / "submitted" / pupil.id / "lessons"
        place.mkdir(parents=True)
        for name, book in pupil.books.items():
            given = json.loads(released[name[:2]].read_text(encoding="utf-8"))
            given["cells"] = [_answered(cell, book) for cell in given["cells"]]
            given["cells"] = [cell for cell in given["cells"] if _counts(cell)]
            (place / name).write_text(json.dumps(given), encoding="utf-8")
    nbgrader(tmp_path, "autograde", "lessons")
    theirs = {key: score or 0.0 for key, score in scores(tmp_path).items()}
    assert main(["grade", str(tmp_path / "submitted"), "-o", str(tmp_path / "out")]) == 0
    with open(tmp_path / "out" / "exercises.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    ours = {(row["student_id"], f"{row['exercise'].replace('.', '-')}-check"): float(row["score"]) for row in rows}
    with capsys.disabled():
        print(f"\n{len(ours)} answers, {sum(ours.values()):g} points by mrkit, {sum(theirs.values()):g} by nbgrader")
    assert ours == theirs
    assert 0 < sum(ours.values()) < sum(float(row["max_score"]) for row in rows)


def _answered(cell, book):
    """The cell of the released notebook with what the student wrote into it."""
    mine = next((each for each in book["cells"] if each.get("id") == cell.get("id")), cell)
    return cell | {"source": source_of(mine)}


def _counts(cell):
    """Checks, what they check, and what that needs."""
    source = source_of(cell)
    needed = source.startswith(("from mrkit import", "from mrkit.learn import", "def ")) and ".run(" not in source
    return cell["cell_type"] == "code" and ("nbgrader" in cell["metadata"] or needed or "YOUR CODE" in source)
