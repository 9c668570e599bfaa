"""What an answer gives when it is run, and what it should give: for the checks that compare the two."""

from __future__ import annotations

import copy
import time
from typing import Any

from mrkit import flow
from mrkit.errors import MrkitError
from mrkit.learn.exercise import Mistake
from mrkit.learn.findings import Text
from mrkit.learn.same import form, forms
from mrkit.learn.trial import Stop, Trial, groups, run

MANY = 200  # partitions, more than most jobs have keys
PARTITIONS = (1, 2, 3, 5)  # numbers that a partitioner is tried with


def results(trial: Trial, inputs: list) -> list:
    """The results of an ordinary run: two splits (one, if that is the input), two partitions, a combiner if any."""
    if trial.exercise.store:
        return [stored(trial, inputs)]
    if "function" in trial.parts:
        worker = trial.worker()
        return [value for record in inputs for _, value in worker.map(copy.deepcopy(record))]
    return run(trial, inputs, splits=1 if trial.exercise.lists else 2, partitions=2)


def stored(trial: Trial, inputs: list, attempts: int = 1) -> Any:
    """What is in the store when the task ran so many times, each time in a fresh worker."""
    store = None
    for _ in range(attempts):
        worker = trial.worker()
        worker.store = worker.store if store is None else store
        for record in trial.records(inputs):
            worker.map(copy.deepcopy(record))
        store = worker.store
    return store


def reference(trial: Trial, inputs: list) -> list:
    """The right results, from the exercise's own plain Python."""
    exercise = trial.exercise
    if "function" in exercise.parts:
        return [exercise.reference(*copy.deepcopy(record)) for record in inputs]
    before, trial.now = trial.now, ("plain", [("inputs", inputs)])  # it may be the learner's own loop
    trial.since = time.monotonic()
    right = exercise.reference(copy.deepcopy(inputs))
    trial.now = before
    return [right] if exercise.store else list(right)


def mistake_of(trial: Trial, cases: list[list]) -> Mistake | None:
    """The mistake that gives the learner's results on every case; if there are several, with the same pairs too."""
    alike = [m for m in trial.exercise.mistakes if all(_mistaken(trial, m, inputs) for inputs in cases)]
    exact = (m for m in alike if all(_same_pairs(trial, m, inputs) for inputs in cases))
    return next(exact, alike[0] if alike else None)


def combining_mistake(trial: Trial, cases: list[list]) -> Mistake | None:
    """The mistake whose combiner, or reduce function behind a combiner, gives what the learner's gives."""
    for mistake in trial.exercise.mistakes:
        for part in ("combiner", "reduce_func"):
            if part in mistake.parts and all(_same_part(trial, mistake, part, inputs) for inputs in cases):
                return mistake
    return None


def _same_part(trial: Trial, mistake: Mistake, part: str, inputs: list) -> bool:
    call = "combine" if part == "combiner" else "reduce"
    mine, theirs = getattr(trial.worker(), call), getattr(_with(trial, mistake).worker(), call)
    try:
        items = _combined_in_halves(trial, inputs)
        return all(form(mine(copy.deepcopy(item))) == form(theirs(copy.deepcopy(item))) for item in items)
    except (Stop, MrkitError):
        return False


def _combined_in_halves(trial: Trial, inputs: list) -> list[tuple]:
    """The groups, and for those of some size what the combiner made of two unequal parts."""
    items, worker = [], trial.worker()
    for key, values in groups(trial, inputs).items():
        items.append((key, values))
        if len(values) > 2:
            items.append((key, [worker.combine((key, copy.deepcopy(part)))[1] for part in (values[:1], values[1:])]))
    return items


def _mistaken(trial: Trial, mistake: Mistake, inputs: list) -> bool:
    try:
        if mistake.results is not None:
            wrong = list(mistake.results(copy.deepcopy(inputs)))
        elif mistake.parts and not (trial.combines and "map_func" not in mistake.parts):  # combining_mistake's
            wrong = results(_with(trial, mistake), inputs)
        else:
            return False
        return same_results(trial, results(trial, inputs), wrong)
    except (Stop, MrkitError):
        return False


def _same_pairs(trial: Trial, mistake: Mistake, inputs: list) -> bool:
    if "map_func" not in mistake.parts or trial.exercise.store:
        return False
    return form(groups(trial, inputs)) == form(groups(_with(trial, mistake), inputs))


def _with(trial: Trial, mistake: Mistake) -> Trial:
    return Trial(trial.exercise, trial.answer | mistake.parts)


def groups_of_keys(trial: Trial, inputs: list) -> list:
    """The distinct keys, in the order first met."""
    return list(flow.group(flow.map_records(trial.worker().map, trial.records(inputs))))


def same_results(trial: Trial, one: list, other: list) -> bool:
    compare = trial.exercise.compare or (lambda result: result)
    if trial.exercise.parts == ("function",):
        return [form(compare(result)) for result in one] == [form(compare(result)) for result in other]
    return forms(map(compare, one)) == forms(map(compare, other))


def unmatched(trial: Trial, results: list, others: list) -> list:
    """Those results that have no partner among the others."""
    left = forms(_form_value(trial, other) for other in others)
    lonely = []
    for result in results:
        name = form(_form_value(trial, result))
        if left[name]:
            left[name] -= 1
        else:
            lonely.append(result)
    return lonely


def _form_value(trial: Trial, result: Any) -> Any:
    return trial.exercise.compare(result) if trial.exercise.compare else result


def first_difference(trial: Trial, one: list, other: list) -> tuple[Any, Any]:
    """The first result that differs, in both; their numbers of results if there is no such pair."""
    mine, theirs = unmatched(trial, one, other), unmatched(trial, other, one)
    if not mine or not theirs:
        return Text(f"{len(one)} results"), Text(f"{len(other)} results")
    before = mine[0]
    after = next((r for r in theirs if is_pair(r) and is_pair(before) and form(r[0]) == form(before[0])), theirs[0])
    if is_pair(before) and is_pair(after) and form(before[0]) == form(after[0]):
        before, after = before[1], after[1]
    return before, after


def by_key(results: list) -> dict[str, list]:
    """Those results that are pairs, by their first part."""
    keyed: dict[str, list] = {}
    for result in filter(is_pair, results):
        keyed.setdefault(form(result[0]), []).append(result)
    return keyed


def is_pair(pair: Any) -> bool:
    return isinstance(pair, tuple | list) and len(pair) == 2
