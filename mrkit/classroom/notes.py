"""The lines of the notes for teachers that treat a wrong idea, each found by its exercise and the finding's id.

A lesson's notes have them under `## Wrong answers`, as "- **05.mean** `sum` `count`: If they ...: do ...". What any
exercise may meet is in `any_lesson.md`, without an exercise. It serves the report, which may lie open: no line has a
solution in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from mrkit import lessons
from mrkit.learn.language import say

FOLDER = Path(lessons.__file__).parent / "notes"
ANY = "any_lesson"
_ITEM = re.compile(r"- (?:\*\*(?P<exercise>[\w.]+)\*\* )?(?P<findings>(?:`\w+` ?)+): (?P<text>.+)")


class Line(NamedTuple):
    """What to do, where that stands, and its key for translators, which is that of its first finding."""

    text: str = ""
    place: str = ""
    key: str = ""


def line(exercise: str, finding: str) -> Line:
    """The exercise's own line for a finding, else the one for any lesson; an empty one if there is neither.

    >>> line("05.mean", "sum").place.partition(",")[0], line("05.mean", "nothing").place.partition(",")[0]
    ('notes/05_combiners.md', 'notes/any_lesson.md')
    """
    known = lines()
    found = known.get((exercise, finding)) or known.get(("", finding)) or Line()
    return found._replace(text=say(found.key, found.text))


@cache
def lines() -> dict[tuple[str, str], Line]:
    """Every line by exercise and finding; the exercise is "" where it is for any."""
    return {key: made for path in sorted(FOLDER.glob("*.md")) for key, made in read(path)}


def read(path: Path) -> Iterator[tuple[tuple[str, str], Line]]:
    """The lines of one file of notes."""
    for number, item in _items(path.read_text(encoding="utf-8")):
        if found := _ITEM.fullmatch(item):
            findings = re.findall(r"\w+", found["findings"])
            key = f"notes/{found['exercise'] or 'any'}/{findings[0]}"
            line = Line(found["text"], f"notes/{path.name}, line {number}", key)
            yield from (((found["exercise"] or "", finding), line) for finding in findings)


def _items(text: str) -> Iterator[tuple[int, str]]:
    """Each item of a list in one line, with the number of its first one."""
    for found in re.finditer(r"^- .*(?:\n  .*)*", text, re.MULTILINE):
        yield text.count("\n", 0, found.start()) + 1, re.sub(r"\n +", " ", found[0])
