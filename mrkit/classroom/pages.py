"""The pages: a report on the class, and one page for each student, each in one file that needs no network.

They are made by jinja2 from the files in `templates/`. The report names nobody above its fold; a student's page shows
no solution and no other student. Every chart is a table as well, and nothing is said in colour alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from mrkit.classroom import tables
from mrkit.classroom.grade import Class, Graded, slug, write
from mrkit.classroom.ideas import Idea, places, tied
from mrkit.classroom.phrases import phrase
from mrkit.learn import result
from mrkit.learn.catalogue import find
from mrkit.learn.language import current, say
from mrkit.words import with_code

MANY = 5  # attempts at one exercise; who needs more may need help
TOP = 10
MARK = '<meta name="generator" content="mrkit">'  # by which a page of an earlier run is known


@cache
def _templates() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("mrkit.classroom")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"code": with_code, "percent": lambda share: f"{share:.0%}", "points": lambda n: f"{n:g}"}
    return made


def render(template: str, **what: Any) -> str:
    """A template filled in, in the language that was asked for."""
    return _templates().get_template(template).render(language=current(), t=phrase, **what)


def write_all(out: Path, known: Class, ideas: list[Idea]) -> list[Path]:
    """The report, and the students' pages, below `out`; the pages of an earlier run that were removed."""
    write(out / "report.html", report(known, ideas))
    everybody: dict[str, list[Graded]] = {}
    for each in (*known.graded, *known.guests):
        everybody.setdefault(each.student.id, []).append(each)
    pages = {out / "feedback" / f"{slug(id)}.html": mine for id, mine in everybody.items()}
    for place, mine in pages.items():
        write(place, feedback(mine))
    old = [place for place in (out / "feedback").glob("*.html") if place not in pages and _ours(place)]
    for place in old:
        place.unlink()
    return old


def _ours(place: Path) -> bool:
    return MARK in place.read_text(encoding="utf-8", errors="replace")[:400]


# One student.


def feedback(mine: list[Graded]) -> str:
    """The page of one student."""
    student = mine[0].student
    name = f"{student.first_name} {student.last_name}".strip() or student.id
    return render("feedback.html", name=name, mine=mine, title=_title, status=_status)


def _status(status: str) -> str:
    words = result.WORDS.get(status)
    return say(f"words/{status}", words) if words else phrase(f"feedback/{status}")


def _title(id: str) -> str:
    question = find(id)
    return getattr(question, "title", "") or getattr(question, "question", "")


# The class.


@dataclass(frozen=True)
class Bar:
    """How many passed an exercise, failed it, or left it untouched."""

    exercise: str
    title: str
    passed: int
    failed: int
    untouched: int

    @property
    def all(self) -> int:
        """All students, as a number to divide by."""
        return self.passed + self.failed + self.untouched or 1


@dataclass(frozen=True)
class Votes:
    """The votes on one question by letter: before, after, and as the notes expect them."""

    id: str
    question: str
    rows: list[tuple[str, str, bool, float, float, float | None]]
    voters: int


def report(known: Class, ideas: list[Idea]) -> str:
    """The page for the teacher."""
    counts = [idea.students for idea in ideas]
    needing = who_needs_help(known)
    return render(
        "report.html",
        today=date.today().isoformat(),
        known=known,
        bars=list(bars(known)),
        ideas=list(zip(places(counts), ideas[:TOP], strict=False)),
        tied=tied(counts, TOP),
        votes=list(votes(known)),
        few=len(needing),
        help=needing[:TOP],
        lessons=known.lessons,
        totals=_totals(known),
        many=MANY,
    )


def bars(known: Class) -> Iterable[Bar]:
    """One for each exercise, in the order of the lessons."""
    counts: dict[str, Counter] = {}
    for _, outcome in known.outcomes():
        kind = {"passed": "passed", "failed": "failed", "timeout": "failed"}.get(outcome.status, "untouched")
        counts.setdefault(outcome.exercise, Counter())[kind] += 1
    for id in sorted(counts, key=lambda id: [*counts].index(id)):
        count = counts[id]
        yield Bar(id, _title(id), count["passed"], count["failed"], count["untouched"])


def votes(known: Class) -> Iterable[Votes]:
    """First and second votes from the diaries that were handed in."""
    given: dict[str, list[list[str]]] = {}
    for each in known.graded:
        for id in tables.votes(each):
            given.setdefault(id, []).append(each.diary(id)["votes"])
    for id in sorted(given):
        question: Any = find(id)
        rows = []
        for letter, choice in zip(ascii_lowercase, question.choices, strict=False):
            before = [vote[0] == letter for vote in given[id]]
            after = [vote[-1] == letter for vote in given[id]]
            share = (sum(before) / len(before), sum(after) / len(after))
            rows.append((letter, choice.text, choice.right, *share, getattr(choice, "expect", None)))
        yield Votes(id, question.question, rows, len(given[id]))


def who_needs_help(known: Class) -> list[tuple[str, str]]:
    """Students with less than half of the points, or many attempts at one exercise; fewest points first, and why."""
    found = []
    for student in known.students:
        mine = [each for each in known.graded if each.student.id == student.id]
        score, points = sum(each.score for each in mine), sum(each.assignment.points for each in mine)
        often = [o.exercise for each in mine for o in each.outcomes if each.diary(o.exercise).get("attempts", 0) > MANY]
        if 2 * score < points or often:
            outcomes = [outcome for each in mine for outcome in each.outcomes]
            failed = [outcome.exercise for outcome in outcomes if outcome.status in ("failed", "timeout")]
            untouched = [outcome.exercise for outcome in outcomes if outcome.status in ("untouched", "unreadable")]
            why = [phrase("report/why/points", score=f"{score:g}", points=f"{points:g}")]
            why += _why(failed, untouched, often)
            found.append((score / points if points else 0.0, -len(failed), student.id, "; ".join(why)))
    return [(id, why) for _, _, id, why in sorted(found, key=lambda each: each[:2])]


def _why(failed: list[str], untouched: list[str], often: list[str]) -> Iterable[str]:
    if failed:
        yield phrase("report/why/failed", exercises=", ".join(failed))
    if untouched and not failed and not often:
        yield phrase("report/why/nothing")
    elif untouched:
        yield phrase("report/why/untouched", exercises=", ".join(untouched))
    if often:
        yield phrase("report/why/often", many=MANY, exercises=", ".join(often))


def _totals(known: Class) -> list[tuple[str, str, list[Graded | None], float]]:
    """For each student: id, name, what came of each lesson, and all points."""
    rows = []
    for student in known.students:
        mine = {each.assignment.lesson: each for each in known.graded if each.student.id == student.id}
        row = [mine.get(lesson.lesson) for lesson in known.lessons]
        name = f"{student.first_name} {student.last_name}".strip()
        rows.append((student.id, name, row, sum(each.score for each in mine.values())))
    return rows
