"""The lessons on their way to people: which edition they get, and where it goes.

The lessons in mrkit are the instructor's edition. Its solutions stand between nbgrader's marks, and cells that only
instructors need have the tag `instructor`; the student edition has neither. This module serves `mrkit lab` and the
classroom. It must never overwrite or lose a file of the user's.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from mrkit import share, version
from mrkit.errors import BadArgument, MrkitError
from mrkit.learn import glossary
from mrkit.learn.language import LOCALES, Say, translation

# Not in headings, code and links, which are found first.
LESSON = re.compile(
    r"^#.*|`[^`]*`|\[[^\]]*\]\([^)]*\)|\b(?:lesson|Lektion|lección)\s(\d\d)\b", re.IGNORECASE | re.MULTILINE
)
STARTERS = {"code": "# YOUR CODE HERE\n...", "markdown": "*Your answer here.*"}  # what stands for a solution
INSTRUCTOR_TAG = "instructor"
MARK = "### (BEGIN|END) SOLUTION"


def lessons() -> list[Path]:
    """The lessons that came with mrkit, in their order: the capstone, 14, is the last."""
    found = sorted(share.folder("notebooks").glob("*.ipynb"), key=lambda path: (path.stem.startswith("14"), path.stem))
    if not found:
        raise MrkitError("This installation of mrkit has no lessons in it. Install mrkit again.")
    return found


def number_of(lesson: Path) -> str:
    """The number of a lesson, which its file begins with.

    >>> number_of(Path("04_word_count.ipynb"))
    '04'
    """
    return lesson.stem.partition("_")[0]


def edition(lesson: Path, instructor: bool, language: str = "en", numbers: Collection[str] | None = None) -> str:
    """The text of a lesson as instructors or as students get it, marked with what it is.

    Where it names another lesson that lies beside it (one of `numbers`, or all), that is a link.
    """
    notebook = json.loads(lesson.read_text(encoding="utf-8"))
    if language != "en":
        translate(notebook, number_of(lesson), translation(language))
    if not instructor:
        try:
            notebook = student_edition(notebook)
        except ValueError as error:
            raise MrkitError(f"The lesson {lesson.name} has unbalanced marks: {error}.") from error
    if language == "en":  # as the glossary is
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                cell["source"] = glossary.told("".join(cell["source"])).splitlines(keepends=True)
    link_lessons(notebook, {number_of(path): path.name for path in _some(numbers) if path != lesson})
    digest = hashlib.sha256(_as_text(notebook).encode()).hexdigest()
    kind = "instructor" if instructor else "student"
    notebook["metadata"]["mrkit"] = {
        "edition": f"{kind} {digest[:16]}",
        "lesson": number_of(lesson),  # so that it is known under any name when it is handed in
        "version": version.__version__,
    }
    return _as_text(notebook)


def translate(notebook: dict[str, Any], number: str, tell: Say) -> None:
    """Put each cell of prose through `tell(key, english)`, cell by cell; what has no translation stays English."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            text = tell(f"{number}/cell/{cell.get('id', '')}", "".join(cell["source"]))
            cell["source"] = text.splitlines(keepends=True)


def link_lessons(notebook: dict[str, Any], names: dict[str, str]) -> None:
    """Make links of the words "lesson 01" in prose, for the lessons whose files `names` has by their numbers.

    >>> book = {"cells": [{"cell_type": "markdown", "source": ["Lesson 01 is next, then lesson 02."]}]}
    >>> link_lessons(book, {"01": "01_map.ipynb"})
    >>> book["cells"][0]["source"]
    ['[Lesson 01](01_map.ipynb) is next, then lesson 02.']
    """

    def linked(found: re.Match) -> str:
        return f"[{found[0]}]({names[found[1]]})" if found[1] in names else found[0]

    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = LESSON.sub(linked, "".join(cell["source"])).splitlines(keepends=True)


def student_edition(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook without its solutions, hidden tests, outputs and the cells for instructors.

    A cell that had a solution loses nbgrader's metadata too: from a solution cell without marks nbgrader takes all that
    is in it, and here that is the learner's start. `ValueError` if a mark is opened and not closed.
    """
    cells = []
    for cell in notebook["cells"]:
        if INSTRUCTOR_TAG in cell["metadata"].get("tags", ()):
            continue
        source = "".join(cell["source"])
        source = _without(source, "SOLUTION", STARTERS.get(cell["cell_type"], ""))
        source = _without(source, "HIDDEN TESTS", "")
        metadata = dict(cell["metadata"])
        if metadata.get("nbgrader", {}).get("solution"):
            del metadata["nbgrader"]
        cell = cell | {"metadata": metadata, "source": source.splitlines(keepends=True)}
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
        cells.append(cell)
    return notebook | {"cells": cells}


def answered_edition(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook to read: with its solutions, without the marks, hidden tests and the cells for instructors."""
    cells = [cell for cell in notebook["cells"] if INSTRUCTOR_TAG not in cell["metadata"].get("tags", ())]
    for cell in cells:
        source = _without("".join(cell["source"]), "HIDDEN TESTS", "")
        lines = [line for line in source.splitlines(keepends=True) if not re.fullmatch(MARK, line.strip())]
        cell["source"] = lines
    return notebook | {"cells": cells}


def _without(source: str, mark: str, starter: str) -> str:
    r"""Put `starter`, as far indented as the mark, in the place of all that stands between BEGIN and END marks.

    >>> print(_without("def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION", "SOLUTION", "..."))
    def f():
        ...
    """
    kept: list[str] = []
    inside = False
    for line in source.split("\n"):
        begins, ends = f"BEGIN {mark}" in line, f"END {mark}" in line
        if begins == inside and (begins or ends):
            raise ValueError(f"{line.strip()!r} is one too many")
        if begins:
            indent = line[: len(line) - len(line.lstrip())]
            # A body cannot be empty, but at the margin a `...` would only show as the cell's value.
            kept += [indent + part for part in starter.splitlines() if indent or part != "..."]
        elif not ends and not inside:
            kept.append(line)
        inside = begins or (inside and not ends)
    if inside:
        raise ValueError(f"'BEGIN {mark}' has no end")
    return "\n".join(kept)


def _as_text(notebook: dict[str, Any]) -> str:
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


# Copies.


def check_language(language: str) -> None:
    """`BadArgument` if there is no translation into a language."""
    known = sorted(path.stem for path in LOCALES.glob("*.po"))
    if language != "en" and language not in known:
        raise BadArgument(f"There are no lessons in {language!r}; there are some in en, {', '.join(known)}.")


def install(folder: Path, instructor: bool = False, language: str = "en") -> Iterator[str]:
    """Copy all lessons to `folder` that are not there; what is there stays. Says what it did, line by line."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in _pages(instructor):
        if not (folder / name).exists():
            list(write(folder / name, text))  # not worth a line of its own
    for lesson in lessons():
        text = edition(lesson, instructor, language)
        place = folder / lesson.name
        try:
            with open(place, "x", encoding="utf-8", newline="\n") as file:
                file.write(text)
            yield f"new: {lesson.name}"
        except FileExistsError:
            if _edition_of(place.read_text(encoding="utf-8", errors="replace")) != _edition_of(text):
                yield (
                    f"kept: {lesson.name} is your copy of another edition. "
                    f"`mrkit lab --reset {lesson.stem}` takes this one and keeps a backup."
                )


def reset(folder: Path, name: str, instructor: bool = False, language: str = "en") -> Iterator[str]:
    """Put a lesson back to how it came. The user's copy is kept beside it, with the time in its name."""
    lesson = _named(name)
    yield from write(folder / lesson.name, edition(lesson, instructor, language))


def release(folder: Path, numbers: Collection[str] | None = None, language: str = "en") -> Iterator[str]:
    """Write the student edition of all lessons, or of some, to `folder`; what differs from it is kept as a backup."""
    for name, text in _pages(instructor=False):
        list(write(folder / name, text))
    for lesson in _some(numbers):
        yield from write(folder / lesson.name, edition(lesson, False, language, numbers))


def _some(numbers: Collection[str] | None) -> list[Path]:
    """The lessons with these numbers, or all."""
    return [path for path in lessons() if numbers is None or number_of(path) in numbers]


def _pages(instructor: bool) -> Iterator[tuple[str, str]]:
    """What lies beside the lessons: the glossary that they link to; for instructors the notes, and what to print."""
    yield glossary.NAME, glossary.page()
    if instructor:
        for note in sorted((Path(__file__).parent / "notes").glob("*.[mh]*")):
            yield f"notes/{note.name}", note.read_text(encoding="utf-8")


def write(place: Path, text: str) -> Iterator[str]:
    """Put a file there whole; one that is there and differs is kept as a backup."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists() and place.read_bytes() == text.encode():
        yield f"same: {place.name}"
        return
    if place.exists():
        yield f"backup: {_back_up(place).name}"
    # Written beside it and then renamed, so that there is never half a lesson.
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8", newline="\n")
    os.replace(draft, place)
    yield f"new: {place.name}"


def _back_up(place: Path) -> Path:
    backup = place.with_name(f"{place.stem}.backup-{datetime.now():%Y-%m-%d-%H%M%S}{place.suffix}")
    with open(backup, "xb") as file:  # never over another backup
        file.write(place.read_bytes())
    return backup


def _named(name: str) -> Path:
    """The lesson that `name` means: its file, with or without the ending, or the beginning of it, such as 04."""
    found = [lesson for lesson in lessons() if lesson.name.startswith(name)] if name else []
    if len(found) != 1:
        names = ", ".join(lesson.stem for lesson in lessons())
        raise BadArgument(f"There is {'more than one' if found else 'no'} lesson {name!r}. The lessons are: {names}.")
    return found[0]


def _edition_of(text: str) -> str | None:
    """Which edition a notebook once was; None if it does not say."""
    try:
        return json.loads(text)["metadata"]["mrkit"]["edition"]
    except (ValueError, LookupError, TypeError):
        return None
