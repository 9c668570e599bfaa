"""`check`: the learner's answer, run in many ways until one of them shows what is wrong, or none does.

It puts the parts together: is there an answer at all (`answers`), the checks in their order (`checks`), under a guard
(`guard`), the smallest case (`shrink`), the words (`findings`), and the diary. It never shows a solution, and nothing
that the learner's code does comes out of it as an exception.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from mrkit.counters import Printed
from mrkit.errors import BadArgument
from mrkit.learn import answers, checks, diary, guard, own
from mrkit.learn.catalogue import how_to_answer
from mrkit.learn.checks import expected, look
from mrkit.learn.exercise import Case, Counterexample, Exercise, OwnJob, Parsons, Prediction, Quiz
from mrkit.learn.findings import ROLES, Finding, Text, found
from mrkit.learn.guard import TooLong, guarded
from mrkit.learn.handout import handout
from mrkit.learn.result import FAILED, PASSED, UNTOUCHED, Result
from mrkit.learn.same import form
from mrkit.learn.shrink import smallest
from mrkit.learn.trial import Trial
from mrkit.learn.variant import asked

CASES = 5  # lists of inputs for each check
MOST_PRINTED = 300  # characters shown of what the learner's code printed on the smallest case

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
    if result.status != UNTOUCHED:
        diary.note(question.id, "attempt", passed=bool(result), code=code, finding=result.finding)
    return result


def _of_functions(exercise: Exercise, answer: tuple, parts: dict[str, Any], seed: int) -> Result:
    finding = answers.missing(exercise, answer, parts)
    if finding is None:
        functions = {**dict(zip(exercise.parts, answer, strict=False)), **parts}
        trial = Trial(exercise, functions)
        try:
            finding, case = guarded(lambda output: examine(trial, output, seed))
        except TooLong:
            part, rows = trial.now
            finding, case = found("endless", rows or (), role=ROLES[part], seconds=f"{guard.SECONDS:g}"), None
        if finding is not None and case is not None:
            last[exercise.id] = trial, case
        else:
            last.pop(exercise.id, None)
    if finding is None:
        value = "function" in exercise.parts
        finding = found("passed_value" if value else "passed")
    return _result(exercise.id, finding)


def _of_job(question: OwnJob, job: Any, seed: int) -> Result:
    finding = own.missing(question, job)
    return _result(question.id, finding) if finding else _of_functions(own.exercise(question, job), (), job.parts, seed)


def examine(trial: Trial, output: Printed, seed: int) -> tuple[Finding | None, list | None]:
    """The first finding with its smallest inputs, or nothing."""
    exercise = trial.exercise
    order = checks.FUNCTION_ORDER if "function" in exercise.parts else checks.ORDER
    order = checks.STORE_ORDER if exercise.store else order
    ordinary = [Case("", exercise.inputs(Random(f"{exercise.id} {seed} {i}")), "") for i in range(CASES)]
    for check in order:
        for case in [*ordinary, *exercise.edges]:
            finding = look(check, trial, case.inputs)
            if finding is not None:
                return _smallest(trial, check, case, ordinary, finding, output)
    return None, None


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
    return replace(_in_words(trial, check, case, ordinary, again), rows=rows), inputs


def _in_words(trial: Trial, check: Callable, case: Case, ordinary: list[Case], finding: Finding) -> Finding:
    """The finding with what the exercise knows about it."""
    if check is not checks.correctness:
        why = case.sentence or trial.exercise.says.get(finding.id) or finding.why
        return replace(finding, why=why)
    if case.sentence:
        return Finding(case.id, case.sentence)
    mistake = expected.mistake_of(trial, [case.inputs for case in ordinary])
    return Finding(mistake.id, mistake.sentence) if mistake else finding


def _of_value(question: Prediction | Counterexample, value: Any) -> Result:
    if value is ... or value is None:
        return _result(question.id, found("untouched"))
    judge: Callable = _predicted if isinstance(question, Prediction) else _disagrees
    try:
        return _result(question.id, guarded(lambda output: judge(question, value)))
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
    return found("agree" if form(both[0]) == form(both[1]) else "breaks", rows)


def _result(id: str, finding: Finding) -> Result:
    status = {"passed": PASSED, "breaks": PASSED, "untouched": UNTOUCHED}.get(finding.id, FAILED)
    return Result(id, status, finding.id, finding.words, finding.rows)
