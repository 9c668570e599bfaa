"""The commands for teachers: hand out, grade, see what the class got wrong, let it vote, translate.

They belong to the command `mrkit`; `commands` takes them in. What each of them does is the business of `classroom`.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from mrkit.cli.terminal import say, say_each

Roster = Annotated[
    Path | None, typer.Option("--roster", metavar="FILE", help="The class as CSV: id, last_name, first_name, email.")
]
Lessons = Annotated[
    str | None, typer.Option("--lessons", metavar="WHICH", help="Lessons, such as 05 or 01-06 or 01,03; or all.")
]

Language = Annotated[
    str | None, typer.Option("--language", metavar="CODE", help="In this language, such as de, as far as there is one.")
]


def release(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the lessons for students go.")],
    roster: Roster = None,
    lessons: Lessons = None,
    due: Annotated[
        str, typer.Option(metavar="DATE", help="When they are due, such as 2026-11-30 or 2026-11-30T18:00.")
    ] = "",
    course: Annotated[str, typer.Option(metavar="NAME", help="The name of the course.")] = "",
    in_class: Annotated[bool, typer.Option("--class", help="Quizzes are voted on twice before they answer.")] = False,
    language: Language = None,
) -> None:
    """Write the lessons for students, without solutions; with a roster, a folder for each, with numbers of its own."""
    from mrkit.classroom import course as courses
    from mrkit.classroom import release as hand_out
    from mrkit.classroom import roster as rosters
    from mrkit.lessons import editions

    wanted = hand_out.chosen(lessons)
    editions.check_language(language or "en")
    if roster is None:
        say_each(editions.release(folder, wanted, language or "en"))
        return
    everybody = rosters.read(roster)
    made = courses.find_or_make(roster, course, wanted, _date(due), language)
    say_each(hand_out.release(folder, everybody, made, wanted, "vote" if in_class else "answer"))
    say(f"The seeds come from {roster.resolve().with_name(courses.NAME)}: keep it, and keep it to yourself.")


def grade(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder or zip archive with what was handed in.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="OUT", help="Where grades and reports go.")] = Path(
        "graded"
    ),
    roster: Roster = None,
    lessons: Lessons = None,
    pattern: Annotated[
        str | None,
        typer.Option(metavar="REGEX", help="Whose a file is, by its path; with a group (?P<student_id>...)."),
    ] = None,
    lms: Annotated[
        list[str] | None, typer.Option(metavar="WHAT", help="canvas=FILE, moodle=FILE or gradescope; may be repeated.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Grade all, not only what is new.")] = False,
    jobs: Annotated[int, typer.Option("-j", "--jobs", min=1, metavar="N", help="Students at the same time.")] = 2,
    limit: Annotated[float, typer.Option(min=1, metavar="SECONDS", help="For each student.")] = 60,
    memory: Annotated[float, typer.Option(min=0.2, metavar="GB", help="For each student.")] = 1,
    language: Language = None,
) -> int:
    """Grade answers: points, wrong ideas, a report, and a page for each student.

    This is no sandbox: students' code runs with your rights. Grade where there are no secrets.
    """
    from mrkit.classroom import course as courses
    from mrkit.classroom import grade as grading
    from mrkit.classroom import ideas, pages, tables, watch
    from mrkit.classroom import lms as platforms
    from mrkit.classroom import release as hand_out
    from mrkit.classroom import roster as rosters

    everybody = rosters.of_class(roster, map(platforms.split, lms or []))
    course = courses.find(roster) if roster else None
    limits = watch.Limits(limit, int(memory * 1e9))
    wanted = hand_out.chosen(lessons) if lessons else None
    with _in(language or (course.language if course else None)), _stopped_by_sigterm():
        known = grading.grade(
            folder, out, everybody, course, pattern=pattern, lessons=wanted, limits=limits, jobs=jobs, again=again
        )
        found = ideas.ideas(known)
        tables.write_all(out, known, found, course.due if course else {})
        old = pages.write_all(out, known, found)
        say_each(platforms.write_all(out, known, lms or []))
    lessons_graded = ", ".join(each.lesson for each in known.lessons)
    say(f"{len(known.students)} students, lessons {lessons_graded}: {out}/report.html")
    if known.strangers:
        say(f"Not in the roster, graded but not counted: {', '.join(known.strangers)}")
    if old:
        say(f"Removed from {out}/feedback, as they belong to nobody now: {', '.join(path.name for path in old)}")
    for idea in found[:3]:
        say(f"{idea.students:>4}  {idea.exercise}  {idea.sentence}")
    _to_stderr(known.notes)
    _to_stderr(f"not read: {sentence}" for _, sentence in known.unreadable)
    return 3 if known.unreadable or known.guests else 0


@contextlib.contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """Who ends it by a signal gets what Ctrl-C does: no student's process and no folder stays behind."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def findings(
    folder: Annotated[Path, typer.Argument(metavar="GRADED", help="Where `mrkit grade` wrote to.")],
    top: Annotated[int, typer.Option(min=1, metavar="N", help="How many to show.")] = 10,
) -> None:
    """Show the most frequent wrong ideas of a class."""
    from mrkit.classroom import ideas, tables

    rows = tables.stored_findings(folder / "findings.csv")
    for row in rows[:top]:
        say(f"{row['students']:>4} ({float(row['share']):.0%})  {row['exercise']}  {row['sentence']}")
    if more := ideas.tied([int(row["students"]) for row in rows], top):
        say(f"{more} more had {rows[top - 1]['students']} students each.")


def votes(
    id: Annotated[str, typer.Argument(metavar="QUIZ", help="Such as 05.q2.")],
    name: Annotated[str, typer.Option("--class", metavar="NAME", help="Counts are kept in votes-NAME.csv.")] = "class",
    before: Annotated[str | None, typer.Option(metavar="COUNTS", help="The first vote: a=4,b=12,c=3.")] = None,
    after: Annotated[str | None, typer.Option(metavar="COUNTS", help="The second vote.")] = None,
    chat: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A saved chat, or - for the terminal; counted as the next vote.")
    ] = None,
    language: Language = None,
) -> None:
    """Count a class's votes, before and after it has talked, and say what to do next."""
    from mrkit.learn import vote

    ballot = vote(id, name)
    for when, given in (("before", before), ("after", after)):
        if given is not None:
            ballot.count(when, _counts(given))
    if chat is not None:
        text = sys.stdin.read() if str(chat) == "-" else chat.read_text(encoding="utf-8", errors="replace")
        ballot.count("after" if ballot.right("before") is not None else "before", text)
    with _in(language):
        say(str(ballot))


def cards(
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="Where the page goes.")] = Path("cards.html"),
    language: Language = None,
) -> None:
    """Write cards to vote with, to be printed: A to D, four to a page."""
    from mrkit.classroom.cards import cards
    from mrkit.classroom.grade import write

    with _in(language):
        write(out, cards())
    say(f"{out}: print it, one page for each student")


def translate(
    language: Annotated[str, typer.Argument(metavar="CODE", help="The language, such as de.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FOLDER", help="Where CODE.po is; or in mrkit itself.")
    ] = None,
) -> None:
    """Write a PO file with every sentence that learners read; what is translated already stays."""
    from mrkit.classroom.translate import translate
    from mrkit.learn.language import LOCALES

    say(translate(language, out or LOCALES))


COMMANDS: list[Callable[..., Any]] = [release, grade, findings, votes, cards, translate]


def _in(language: str | None) -> AbstractContextManager[None]:
    """All that is written in here is in this language, if one is asked for; one sentence if there is none."""
    from mrkit.learn.language import speaking
    from mrkit.lessons import editions

    if language is None:
        return nullcontext()
    editions.check_language(language)
    return speaking(language)


def _date(text: str) -> str:
    """A time as it is kept; a day without a time ends at its end."""
    from datetime import date, datetime, time

    try:
        with contextlib.suppress(ValueError):
            return str(datetime.combine(date.fromisoformat(text), time(23, 59, 59)))
        return str(datetime.fromisoformat(text).replace(microsecond=0, tzinfo=None)) if text else ""
    except ValueError:
        raise typer.BadParameter(f"--due {text!r} is not a date such as 2026-11-30.") from None


def _counts(text: str) -> dict[str, int]:
    try:
        pairs = (part.partition("=") for part in text.split(","))
        return {letter.strip().lower(): int(number) for letter, _, number in pairs}
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no list of counts such as a=4,b=12,c=3.") from None


def _to_stderr(lines: Iterable[str]) -> None:
    for line in lines:
        print("mrkit:", line, file=sys.stderr)
