"""Lessons for a class: a folder for each student, with the lessons, who they are for, and a cell to hand them in.

`student.json` says the student, the seed and how quizzes behave. Made again, it is the same: a student who fetches
twice gets the same questions. No solution and no secret of the course goes into a student's folder.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from mrkit.classroom.course import Course
from mrkit.classroom.grade import slug
from mrkit.classroom.roster import Roster
from mrkit.errors import BadArgument
from mrkit.learn import glossary
from mrkit.learn.hand_in import WORDS
from mrkit.learn.handout import NAME
from mrkit.learn.language import translation
from mrkit.lessons import editions

OWN = {"student", "seed", "course", "quizzes", "language"}  # what a release writes into student.json


def release(folder: Path, roster: Roster, course: Course, lessons: list[str], quizzes: str = "answer") -> Iterator[str]:
    """Write everything below `folder`; says what it did, a line for each student."""
    language = course.language
    some = [path for path in editions.lessons() if editions.number_of(path) in lessons]
    books = {path.name: edition(path, language, lessons) for path in some}
    for student in roster.students:
        place = folder / slug(student.id)
        own = {"student": student.id, "seed": course.seed(student.id), "course": course.name}
        own |= {"quizzes": quizzes} if quizzes != "answer" else {}
        own |= {"language": language} if language != "en" else {}
        files = {NAME: json.dumps(own, ensure_ascii=False) + "\n", glossary.NAME: glossary.page(), **books}
        _drop_older(place / NAME, own)
        said = [line for name, text in files.items() for line in editions.write(place / name, text)]
        new = sum(line.startswith("new") for line in said)
        yield f"{place}: {new} new files" if new else f"{place}: nothing new"


def _drop_older(place: Path, own: dict[str, Any]) -> None:
    """Take away a student.json of an earlier release; one that a student has changed becomes a backup later."""
    try:
        there = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    if (
        isinstance(there, dict)
        and there.keys() <= OWN
        and all(there.get(key) == own[key] for key in ("student", "seed"))
    ):
        place.unlink()


def edition(path: Path, language: str = "en", numbers: Collection[str] | None = None) -> str:
    """A lesson for students with a cell at its end that hands it in."""
    notebook: dict[str, Any] = json.loads(editions.edition(path, False, language, numbers))
    lesson = notebook["metadata"]["mrkit"]["lesson"]
    source = f'from mrkit.learn import hand_in\n\nhand_in("{lesson}")'
    code: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": "hand-in",
        "metadata": {},
        "outputs": [],
    }
    words = {"cell_type": "markdown", "id": "hand-in-words", "metadata": {}}
    notebook["cells"] += [_with(words, translation(language)("words/hand_in/cell", WORDS["cell"])), _with(code, source)]
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _with(cell: dict[str, Any], source: str) -> dict[str, Any]:
    return cell | {"source": source.splitlines(keepends=True)}


def chosen(text: str | None) -> list[str]:
    """The lessons that somebody means: `01-06`, `05`, `01,03`, or all.

    >>> chosen("01-03,12")
    ['01', '02', '03', '12']
    """
    known = [editions.number_of(path) for path in editions.lessons()]
    if not text:
        return known
    found: list[str] = []
    for part in text.split(","):
        first, _, last = (each.strip().zfill(2) for each in part.partition("-"))
        wanted = [lesson for lesson in known if first <= lesson <= (last if "-" in part else first)]
        if not wanted:
            raise BadArgument(f"There is no lesson {part.strip()!r}; the lessons are {', '.join(known)}.")
        found += wanted
    return sorted(set(found))
