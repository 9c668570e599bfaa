"""`hint`: a ladder of four rungs, each for a new failed attempt. It reads the diary and the last failed check."""

from __future__ import annotations

from dataclasses import dataclass

from mrkit import flow
from mrkit.errors import BadArgument, MrkitError, short
from mrkit.learn import alone, diary, verdict
from mrkit.learn.checks import expected
from mrkit.learn.exercise import Quiz
from mrkit.learn.findings import Text, show
from mrkit.learn.guard import guarded
from mrkit.learn.language import say
from mrkit.learn.result import Card
from mrkit.learn.trial import Stop, Trial, streams
from mrkit.learn.variant import asked

RUNGS = ("The idea", "Where to look", "A small case", "A worked twin")

RUNG = "{name}: hint {number} of {count}"
FIRST = "Try something first, however rough, and check it. Then I can help."
NEXT = "The next hint comes after another attempt: change something and check it again."
CLOSED = "This cell ran together with others, so the hint stays closed. Run this cell by itself to open it."
PROMISE = "The next hint is a small case that fails. Run the check once more, then ask again."


@dataclass(frozen=True, repr=False)
class Hint(Card):
    """One rung of the ladder: `rung` counts from 1, and is 0 where no hint was given yet."""

    id: str
    rung: int
    text: str
    rows: tuple[tuple[str, str], ...] = ()

    def _card(self) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
        name = "Hint"
        if self.rung:
            name = say(f"words/rung/{self.rung}", RUNGS[self.rung - 1])
            name = say("words/rung", RUNG).format(name=name, number=self.rung, count=len(RUNGS))
        return "note", f"{name} ({self.id})", self.text, self.rows


def hint(id: str) -> Hint:
    """The next rung of the exercise's ladder, if there was a new failed attempt since the last; else the last again.

    A cell that ran together with others, as by "Run all above", opens no new rung. The rungs name the idea, point at
    the line, show the smallest input that failed phase by phase, and solve a twin of the problem. Raises `BadArgument`
    for an unknown id.
    """
    question = asked(id)
    if isinstance(question, Quiz):
        raise BadArgument(f"{id!r} is a quiz: its choices say what is wrong with them.")
    entry = diary.entries().get(id, diary.Entry())
    may_climb = entry.may_climb and entry.rungs < len(RUNGS)
    if entry.rungs == 0 and not may_climb:
        return Hint(id, 0, say("words/first", FIRST))
    if may_climb and not alone.requests.alone:
        return Hint(id, 0, say("words/closed", CLOSED))
    rung = entry.rungs + may_climb
    hints = question.hints
    text = (hints.idea, hints.line, "", hints.twin)[rung - 1]
    rows: tuple = ()
    if rung == 2 and verdict.lines.get(id):
        rows = (("your line", verdict.lines[id]),)
    if rung == 3:
        text, rows = _small_case(id, hints.case)
        if not text and entry.passed:  # nothing fails any more
            rung, text = 4, hints.twin
        elif not text:
            return Hint(id, 2, f"{hints.line}\n{say('words/promise', PROMISE)}")
    if may_climb:
        text = f"{text}\n{diary.note(id, 'rung', rung=rung)}".rstrip()
    elif rung < len(RUNGS):
        text = f"{text}\n{say('words/next', NEXT)}"
    return Hint(id, rung, text, rows)


def _small_case(id: str, in_words: str) -> tuple[str, tuple]:
    """The last failed case, phase by phase, or else the author's words."""
    if id not in verdict.last:
        return in_words, ()
    try:
        rows = guarded(lambda output: steps(*verdict.last[id]))
    except BaseException:  # whatever it was, it ends with this hint
        return in_words, ()
    return "This is the smallest input that failed, step by step, with your functions.", tuple(rows)


def steps(trial: Trial, inputs: list) -> list[tuple[str, str]]:
    """What the learner's functions make of the inputs, phase by phase, as far as they get."""
    if "function" in trial.parts:
        return _calls(trial, inputs)
    rows: list[tuple[str, str]] = []
    try:
        worker = trial.worker()
        for record in trial.records(inputs):
            given = worker.map(record)
            rows.append((f"map {short(record, 40)}", Text(_listed(given))))
        groups = flow.group(flow.map_records(trial.worker().map, trial.records(inputs)))
        if trial.combines:
            groups = flow.combine(worker.combine, groups)
            rows += ((f"combined {short(key, 40)}", short(values, 120)) for key, values in groups.items())
        for key, values in (groups if trial.group_by is None else streams(trial, inputs, combine=1)).items():
            result = worker.reduce((key, values))
            rows.append((f"reduce {short(key, 40)} {short(values, 60)}", short(result, 120)))
        wanted = expected.reference(trial, inputs)
        rows.append(("should be", ", ".join(short(result, 60) for result in wanted) or "nothing"))
    except (Stop, MrkitError) as error:
        rows.append(("then", str(error)))
    return rows


def _calls(trial: Trial, inputs: list) -> list[tuple[str, str]]:
    """What a plain function gives for each of these arguments, as far as it gets, and what it should give."""
    rows: list[tuple[str, str]] = []
    for arguments, right in zip(inputs, expected.reference(trial, inputs), strict=True):
        rows.append(("arguments", short(arguments, 120)))
        try:
            (given,) = expected.results(trial, [arguments])
        except (Stop, MrkitError) as error:
            given = Text(error)
        rows += [("you gave", show(given, 120)), ("should be", short(right, 120))]
    return rows


def _listed(given: object) -> str:
    if not isinstance(given, list | tuple):
        return short(given, 120)
    return ", ".join(short(pair, 40) for pair in given[:8]) + (", ..." if len(given) > 8 else "") or "no pair"
