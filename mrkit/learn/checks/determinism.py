"""The same input gives the same answer: twice, and in another process."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from mrkit import flow
from mrkit.errors import MrkitError, short
from mrkit.learn import guard
from mrkit.learn.aside import Aside, Ended, NoProcess
from mrkit.learn.catalogue import exercise_of, reference_to
from mrkit.learn.findings import Finding, Text, found
from mrkit.learn.same import form
from mrkit.learn.trial import Stop, Trial, Worker, streams, uses_hash
from mrkit.pickling import dumps

ELSEWHERE = Aside(seed=2, loads=__name__)  # another process than that of the checks, for what is equal in all of them
PROCESSES = ("one", "another", "a third", "a fourth", "a fifth")  # by chance, two of them may agree on a few texts


def same_answer_twice(trial: Trial, inputs: list) -> Finding | None:
    """Two fresh workers, the same inputs."""
    return _two_workers(trial, inputs, "not_deterministic", None, None)


def same_answer_elsewhere(trial: Trial, inputs: list) -> Finding | None:
    """Two workers in which `hash` of a text differs, as it does between processes."""
    if not any(map(uses_hash, trial.answer.values())):
        return None
    for other in PROCESSES[1:]:
        if finding := _two_workers(trial, inputs, "unstable_hash", PROCESSES[0], other):
            return finding
    return None


def same_answer_in_a_process(trial: Trial, inputs: list) -> Finding | None:
    """In here, and in really another one, with another `PYTHONHASHSEED`."""
    here = all_answers(trial, inputs)
    arguments = reference_to(trial.exercise), trial.packed, tuple(trial.answer), inputs
    try:
        there = ELSEWHERE.call(answers_of, *arguments, seconds=guard.SECONDS)
    except (NoProcess, Ended):
        return None
    for call, (rows, before) in here.items():
        _, after = there.get(call, (rows, before))  # another order of pairs is no fault: a set has none
        if before != after:
            rows = [*rows, ("one process", Text(before)), ("another process", Text(after))]
            return found("elsewhere", rows, given=_first_text(rows))
    return None


def answers_of(exercise: Any, packed: bytes, answered: tuple[str, ...], inputs: list) -> dict:
    """In the other process: what the functions that were sent say to every call."""
    trial = Trial.unpacked(exercise_of(exercise), packed, answered)
    try:
        return guard.guarded(lambda output: all_answers(trial, inputs, backwards="partitioner" in trial.parts))
    except guard.TooLong:
        return {}


def all_answers(trial: Trial, inputs: list, backwards: bool = False) -> dict[str, tuple[list, str]]:
    """Every call of a job on these inputs with what it gives, in a form that knows no order where none is promised.

    Another process has not placed the same keys before: `backwards` makes the last call first.
    """
    worker = trial.worker()
    compare = trial.exercise.compare or (lambda result: result)
    answers = {}
    calls = list(_calls(trial, inputs))
    for rows, call in calls[::-1] if backwards else calls:
        given = _tried(call, worker)
        mapped = rows[0][0] == "input" and isinstance(given, list)
        reduced = "values" in dict(rows) and not isinstance(given, str)
        known = form(sorted(map(form, given)) if mapped else compare(given) if reduced else given)
        answers[form(rows)] = rows, known
    return answers


def _two_workers(trial: Trial, inputs: list, id: str, *salts: str | None) -> Finding | None:
    one, other = map(trial.worker, salts)
    for rows, call in _calls(trial, inputs):
        before, after = _tried(call, one), _tried(call, other)
        if form(before) != form(after):
            rows = [*rows, ("first answer", before), ("second answer", after)]
            return found(id, rows, given=_first_text(rows)) if any(salts) else found(id, rows)
    return None


def _calls(trial: Trial, inputs: list) -> Iterator[tuple[list, Callable[[Worker], Any]]]:
    """Every call that a job on these inputs makes of the learner's functions, with the rows that describe it."""
    for record in trial.records(inputs):
        yield [("input", record)], lambda worker, record=record: worker.map(copy.deepcopy(record))  # type: ignore[misc]
    for key, values in _groups_or_none(trial, inputs).items():
        rows = [("key", key), ("values", values)]
        for part in ("combine", "reduce"):
            if trial.combines if part == "combine" else "reduce_func" in trial.parts and trial.group_by is None:
                yield (
                    (rows if part == "reduce" else [*rows, ("in", Text("the combiner"))]),
                    partial(_call, part, (key, values)),
                )
        if "partitioner" in trial.parts:
            yield [("key", key)], lambda worker, key=key: worker.place(key, 5)  # type: ignore[misc]
            yield [("key", key), ("partitions", 97)], lambda worker, key=key: worker.place(key, 97)  # type: ignore[misc]

    if trial.group_by is not None:
        for name, pairs in _streams_or_none(trial, inputs).items():
            yield [("group", name), ("pairs", pairs)], partial(_call, "reduce", (name, pairs))


def _call(part: str, item: tuple[Any, list], worker: Worker) -> Any:
    return getattr(worker, part)((item[0], copy.deepcopy(item[1])))


def _streams_or_none(trial: Trial, inputs: list) -> dict:
    try:
        return streams(trial, inputs)
    except (Stop, MrkitError):
        return {}


def _groups_or_none(trial: Trial, inputs: list) -> flow.Groups:
    """The groups, or none if the map function breaks its contract: that is another check's finding."""
    try:
        worker = trial.worker()
        return flow.group(flow.map_records(worker.map, trial.records(inputs)))
    except (Stop, MrkitError):
        return {}


def _tried(call: Callable[[Worker], Any], worker: Worker) -> Any:
    try:
        answer = call(worker)
        dumps(answer)
    except Stop as stop:
        return f"{stop.finding.id}"
    except Exception:
        return "something that cannot travel"
    return answer


def _first_text(rows: Iterable[tuple[str, Any]]) -> str:
    given = next((value for label, value in rows if label in ("key", "input")), "a")
    return short(given, 20)
