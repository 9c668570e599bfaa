"""`check`: the learner's answer, run in many ways until one of them shows what is wrong, or none does.

It puts the parts together: is there an answer at all (`answers`), the checks in their order (`checks`), under a guard
(`guard`), the smallest case (`shrink`), the words (`findings`), and the diary. It never shows a solution, and nothing
that the learner's code does comes out of it as an exception.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

from mrkit.counters import Printed
from mrkit.errors import BadArgument, MrkitError, short
from mrkit.functions import definition
from mrkit.learn import answers, aside, checks, diary, guard, own
from mrkit.learn.aside import Aside, Ended, NoProcess
from mrkit.learn.catalogue import exercise_of, how_to_answer, reference_to
from mrkit.learn.checks import expected, look
from mrkit.learn.checks.determinism import ELSEWHERE
from mrkit.learn.exercise import Case, Counterexample, Exercise, OwnJob, Parsons, Prediction, Quiz
from mrkit.learn.facts import EXPLAINS, SURE, Fact, facts
from mrkit.learn.findings import Finding, Text, found
from mrkit.learn.guard import TooLong, guarded
from mrkit.learn.handout import handout
from mrkit.learn.language import current
from mrkit.learn.playing import Played, can_be_played
from mrkit.learn.result import FAILED, PASSED, UNTOUCHED, Result
from mrkit.learn.same import form
from mrkit.learn.shrink import smallest
from mrkit.learn.trial import Stop, Trial, complaint
from mrkit.learn.variant import asked

CASES = 5  # lists of inputs for each check
ENOUGH = 300  # inputs in all of them: more tell nothing new, and a check must answer at once
SLOW = 1.0  # seconds for one call: less is slow, more does perhaps not end
MOST_PRINTED = 300  # characters shown of what the learner's code printed on the smallest case

CHECKER = Aside(seed=1, loads=__name__)  # where the checks of an answer run
lines: dict[str, str] = {}  # by id: the learner's own line to which the last check pointed
last: dict[str, tuple[Trial, list]] = {}  # by id: the last answer that failed, and on what; for the hints


def check(id: str, *answer: Any, seed: int | None = None, **parts: Any) -> Result:
    """Check an answer: the learner's functions in the order of the exercise's parts or by name, or one value.

    `seed` says which inputs are tried, and which variant of a question is meant: the student's own unless it is given.

    The result is true if the answer is right, and shows itself in a notebook. Raises `BadArgument` for an unknown id.

    >>> def swapped(word):
    ...     yield 1, len(word)
    >>> check("01.length", swapped).finding
    'swapped'
    """
    seed = handout().seed if seed is None else seed
    question = asked(id, seed)
    if isinstance(question, Quiz | Parsons):
        raise BadArgument(f"{id!r} is not for check(): use {how_to_answer(question)}.")
    return check_question(question, answer, parts, seed)


def check_question(
    question: Exercise | Prediction | Counterexample | OwnJob, answer: tuple, parts: dict[str, Any], seed: int = 0
) -> Result:
    """The same for a question that is at hand, written down in the diary."""
    if isinstance(question, Exercise):
        result = _of_functions(question, answer, parts, seed)
        code = answers.fingerprint({**dict(zip(question.parts, answer, strict=False)), **parts})
    elif isinstance(question, OwnJob):
        job = answer[0] if len(answer) == 1 else ...
        result = _of_job(question, job, seed)
        code = answers.fingerprint(job.parts | {"plain": job.plain} if isinstance(job, own.MyJob) else {})
    else:
        value = answer[0] if len(answer) == 1 else parts.get("answer", ...)
        result = _of_value(question, value)
        code = answers.fingerprint({"answer": value})
    if result.status == UNTOUCHED:
        return result
    remark = diary.note(question.id, "attempt", passed=bool(result), code=code, finding=result.finding)
    return replace(result, remark=remark)


def _of_functions(exercise: Exercise, answer: tuple, parts: dict[str, Any], seed: int) -> Result:
    finding = answers.missing(exercise, answer, parts)
    if finding is None:
        functions = {**dict(zip(exercise.parts, answer, strict=False)), **parts}
        trial = Trial(exercise, functions)
        finding, case = _at_our_side(trial, seed)
        if finding is not None:
            lines[exercise.id] = next((text for label, text in finding.rows if label in ("line", "your line")), "")
        if finding is not None and case is not None:
            last[exercise.id] = trial, case
        else:
            last.pop(exercise.id, None)
    if finding is not None:
        return _result(exercise.id, finding)
    finding = found("passed_value" if "function" in exercise.parts else "passed")
    result = _result(exercise.id, replace(finding, why=exercise.worth))
    return replace(result, play=partial(Played, trial)) if can_be_played(exercise) else result


def _of_job(question: OwnJob, job: Any, seed: int) -> Result:
    finding = own.missing(question, job)
    return _result(question.id, finding) if finding else _of_functions(own.exercise(question, job), (), job.parts, seed)


def _at_our_side(trial: Trial, seed: int) -> tuple[Finding | None, list | None]:
    """What was found, in a process that may die of it; here where there is no other process."""
    try:
        trial.packed  # noqa: B018 - raises if something cannot travel
    except Stop as stop:
        return stop.finding, None
    trial.facts = {part: facts(function) for part, function in trial.answer.items()}
    try:
        files = tuple({definition(function)[0] for function in trial.answer.values()} - {""})
        arguments = reference_to(trial.exercise), trial.packed, trial.facts, seed, guard.SECONDS, current()
        return CHECKER.call(examine_packed, *arguments, seconds=guard.SECONDS, files=files)
    except Ended as end:
        role = trial.role(trial.exercise.parts[0])
        return found(end.why, role=role, seconds=f"{guard.SECONDS:g}"), None
    except Exception:  # there is no other process, or what it needs of this one cannot travel
        return examine_guarded(trial, seed)


def examine_packed(
    exercise: str | Exercise, packed: bytes, known: dict[str, list[Fact]], seed: int, seconds: float, language: str
) -> tuple[Finding | None, list | None]:
    """The same where the functions have arrived."""
    os.environ["MRKIT_LANGUAGE"] = language
    trial = Trial.unpacked(exercise_of(exercise), packed, tuple(known))
    trial.facts = known
    return examine_guarded(trial, seed, seconds)


def examine_guarded(trial: Trial, seed: int, seconds: float | None = None) -> tuple[Finding | None, list | None]:
    """The first finding with its smallest inputs, or nothing, after some seconds at most."""
    try:
        return guarded(lambda output: examine(trial, output, seed), seconds)
    except TooLong:
        part, rows = trial.now
        seconds = seconds or guard.SECONDS
        id = "slow" if time.monotonic() - trial.since < min(SLOW, seconds / 2) else "endless"
        return found(id, rows or (), role=trial.role(part), seconds=f"{seconds:g}"), None
    except MrkitError as error:
        return complaint(error), None
    except MemoryError:
        return found("memory", role=trial.role(trial.now[0])), None


def examine(trial: Trial, output: Printed, seed: int) -> tuple[Finding | None, list | None]:
    """The first finding with its smallest inputs, or nothing."""
    exercise = trial.exercise
    order = checks.FUNCTION_ORDER if "function" in exercise.parts else checks.ORDER
    order = checks.STORE_ORDER if exercise.store else order
    ordinary = [Case("", inputs, "") for inputs in _lists(exercise, seed)]
    for cases, checks_ in ((ordinary, order), (exercise.edges, _on_edges(order))):  # what everybody meets first
        for check in checks_:
            for case in cases:
                finding = look(check, trial, case.inputs)
                if finding is not None:
                    return _smallest(trial, check, case, ordinary, finding, output)
    return None, None


def _lists(exercise: Exercise, seed: int) -> list[list]:
    """The lists of inputs; fewer where they are long."""
    lists: list[list] = []
    for number in range(CASES):
        if len(lists) < 2 or sum(map(len, lists)) < ENOUGH:
            lists.append(exercise.inputs(Random(f"{exercise.id} {seed} {number}")))
    return lists


def _on_edges(order: tuple) -> list:
    """On a special input the right result comes first, so that it can be said what is special; load says nothing."""
    rest = [check for check in order if check not in (checks.correctness, checks.load)]
    return [checks.correctness, *rest]


def _smallest(
    trial: Trial, check: Callable, case: Case, ordinary: list[Case], finding: Finding, output: Printed
) -> tuple[Finding, list]:
    def fails(inputs: list) -> bool:
        try:
            expected.reference(trial, inputs)
        except Exception:
            return False  # not an input of this exercise any more
        again = look(check, trial, inputs)
        return again is not None and (again.id == finding.id or check is checks.correctness)

    # What a job costs shows on many inputs only.
    inputs = case.inputs if check in checks.COST else smallest(case.inputs, fails)
    output.seek(0)
    output.truncate()
    again = look(check, trial, inputs) or finding
    rows = again.rows
    if printed := output.getvalue().strip():
        rows = (*rows, ("you printed", Text(printed[:MOST_PRINTED])))
    return replace(_in_words(trial, check, case, ordinary, again, inputs), rows=rows), inputs


def _in_words(
    trial: Trial, check: Callable, case: Case, ordinary: list[Case], finding: Finding, inputs: list
) -> Finding:
    """The finding with what the exercise knows about it."""
    told = _told_by_text(trial, finding, case, SURE)
    if told is not None:
        return told
    if finding.id in ("value_order", "wrong") and trial.nested:
        return found("nested_loops")
    if finding.id in ("combiner_times", "combiner_type"):
        known = expected.combining_mistake(trial, [case.inputs for case in ordinary])
        if known:
            return replace(finding, id=known.id, sentence=known.sentence, why="")
    if finding.id == "split" and trial.exercise.lists:  # what is wrong in a whole split is so in its parts
        known = expected.mistake_of(trial, [case.inputs for case in ordinary])
        if known:
            return Finding(known.id, known.sentence)
    if check is not checks.correctness:
        weak = _told_by_text(trial, finding, case, set(EXPLAINS) - SURE)
        if weak is not None:
            return weak
        told_all = finding.id == "value_order" and not finding.why  # by the exercise
        why = "" if told_all else case.sentence or trial.exercise.says.get(finding.id) or finding.why
        return replace(finding, why=why)
    if case.sentence:
        return _told_by_text(trial, finding, case, {"split_at_space"}) or Finding(case.id, case.sentence)
    mistake = expected.mistake_of(trial, [case.inputs for case in ordinary])
    if mistake:
        return Finding(mistake.id, mistake.sentence)
    weak = _told_by_text(trial, finding, case, set(EXPLAINS) - SURE)
    return weak or _left_out(trial, finding, inputs, case) or finding


def _left_out(trial: Trial, finding: Finding, inputs: list, case: Case) -> Finding | None:
    """Where other inputs do give pairs, what came to nothing was left out."""
    if finding.id != "no_results" or len(inputs) > 1 or not expected.results(trial, case.inputs):
        return None
    return found("left_out", role=trial.role("map_func"), given=short(inputs[0], 40))


def _told_by_text(trial: Trial, finding: Finding, case: Case, ids: set[str]) -> Finding | None:
    """The fact in the text of a function that explains the finding, with the learner's own line."""
    for part, some in trial.facts.items():
        for fact in some:
            explains = fact.id in ids and finding.id in EXPLAINS[fact.id]
            if not explains or not _fits(trial, part, case, finding, fact.id):
                continue
            word = "yield" if part == "map_func" else "return"
            told = found(fact.id, role=trial.role(part), name=fact.name, word=word)
            why = trial.exercise.says.get(fact.id) or told.why
            rows = [row for row in finding.rows if row[0] != "line"]
            return replace(told, id=told.id, why=why, rows=(("your line", Text(fact.line)), *rows))
    return None


def _fits(trial: Trial, part: str, case: Case, finding: Finding, fact: str) -> bool:
    """Whether a fact can be the cause in this part, on this case."""
    if fact in ("over_letters", "asks_whole"):
        return _text_given(trial, part, case)
    if fact == "whole_pair":
        return part in ("reduce_func", "combiner")
    if fact == "divides_by":
        return part == "partitioner"
    if fact == "or_enough":  # what should not be there was let in
        return any(text == "not there" for _, text in finding.rows)
    if fact == "renamed":
        return trial.exercise.store is not None
    return not (trial.exercise.store and fact in ("gives_nothing", "input_unused"))


def _text_given(trial: Trial, part: str, case: Case) -> bool:
    return part == "map_func" and not trial.exercise.lists and isinstance(case.inputs[0], str)


def _of_value(question: Prediction | Counterexample, value: Any) -> Result:
    if value is ... or value is None:
        return _result(question.id, found("untouched"))
    judge: Callable = _predicted if isinstance(question, Prediction) else _disagrees
    try:
        return _result(question.id, guarded(lambda output: judge(question, value)))
    except Exception:  # a value that not even compares, such as a number too large for any other
        return _result(question.id, found("bad_value", [("answer", Text(type(value).__name__))]))
    except TooLong:
        return _result(question.id, found("endless", [("answer", value)], role="answer", seconds=f"{guard.SECONDS:g}"))


def _predicted(question: Prediction, value: Any) -> Finding:
    if _is(question.right, value, question.tolerance):
        return found("passed_value")
    rows = [("your answer", value), *_so_far(question.right, value)]
    for mistake in question.mistakes:
        if _is(mistake.value, value, question.tolerance):
            return Finding(mistake.id, mistake.sentence).and_rows(rows)
    return Finding("wrong", question.otherwise).and_rows(rows)


def _so_far(right: Any, value: Any) -> list[tuple[str, Text]]:
    """Of an answer with several names, how many are right."""
    if not isinstance(right, dict) or not isinstance(value, dict):
        return []
    good = sum(name in value and form(value[name]) == form(wanted) for name, wanted in right.items())
    return [("right so far", Text(f"{good} of {len(right)}"))]


def _is(right: Any, value: Any, tolerance: float) -> bool:
    if callable(right):
        try:
            return bool(right(value))
        except Exception:
            return False
    if tolerance and isinstance(value, int | float) and isinstance(right, int | float):
        return abs(value - right) <= tolerance * abs(right)
    return form(right) == form(value)


def _disagrees(question: Counterexample, value: Any) -> Finding:
    refused = question.accepts(value)
    if refused:
        return Finding("bad_input", refused).and_rows([("your answer", value)])
    try:
        both = question.one(value), question.other(value)
    except Exception as error:
        return found("bad_input", [("your answer", value)], error=f"{type(error).__name__}: {error}".rstrip(": ."))
    rows = [("your answer", value), *zip(question.names, both, strict=True)]
    if form(both[0]) != form(both[1]):
        return found("breaks", rows)
    why = question.agrees(value)
    return Finding("agree", why).and_rows(rows) if why else found("agree", rows)


def _result(id: str, finding: Finding) -> Result:
    status = {"passed": PASSED, "breaks": PASSED, "untouched": UNTOUCHED}.get(finding.id, FAILED)
    return Result(id, status, finding.id, finding.words, finding.rows)


with contextlib.suppress(NoProcess):  # what is needed soon
    if aside.loads == __name__:
        ELSEWHERE.start()
    elif "ipykernel" in sys.modules:  # a notebook: the process is ready when the first answer is
        CHECKER.start()
