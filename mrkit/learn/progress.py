"""`progress`: what is done so far, read from the diary. Nothing of it leaves the machine."""

from __future__ import annotations

from dataclasses import dataclass

from mrkit.errors import BadArgument
from mrkit.learn import diary
from mrkit.learn.catalogue import lessons, questions
from mrkit.learn.exercise import Quiz
from mrkit.learn.result import Card

KEPT_IN_BROWSER = (
    "This is kept in this browser only, in the file progress.jsonl: in the list of files, download it to keep it, and "
    "upload it to go on elsewhere."
)


@dataclass(frozen=True)
class Line:
    """One question: whether it is `done`, and after how many attempts and hints."""

    id: str
    title: str
    done: bool
    attempts: int
    hints: int

    def __str__(self) -> str:
        if not self.attempts:
            return "not tried yet"
        state = "done" if self.done else "not yet"
        hints = f", {_many(self.hints, 'hint')}" if self.hints else ""
        return f"{state}, {_many(self.attempts, 'attempt')}{hints}"


@dataclass(frozen=True, repr=False)
class ProgressCard(Card):
    """The questions of one lesson or of all, with what became of them."""

    lines: tuple[Line, ...]

    @property
    def done(self) -> int:
        """How many questions have been answered right."""
        return sum(line.done for line in self.lines)

    def _card(self) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
        rows = tuple((f"{'✔' if line.done else '○'} {line.id}  {line.title}", str(line)) for line in self.lines)
        sentence = KEPT_IN_BROWSER if diary.in_browser() else "This is kept on your machine only."
        return "note", f"{self.done} of {len(self.lines)} done", sentence, rows


def progress(lesson: str | None = None) -> ProgressCard:
    """What is done: in one lesson (such as "01") or in all."""
    known = lessons()
    if lesson is not None and lesson not in known:
        raise BadArgument(f"There is no lesson {lesson!r}; the lessons are {', '.join(known)}.")
    entries = diary.entries()
    lines = []
    for number in known if lesson is None else [lesson]:
        for id, question in questions(number).items():
            entry = entries.get(id, diary.Entry())
            title = "Quiz" if isinstance(question, Quiz) else question.title
            lines.append(Line(id, title, entry.passed, entry.attempts, entry.rungs))
    return ProgressCard(tuple(lines))


def _many(count: int, what: str) -> str:
    return f"{count} {what}" + "s" * (count != 1)
