"""Nothing passes from task to task but pairs: no variables, no order of splits, no number of reducers."""

from __future__ import annotations

import copy
from typing import Any

from mrkit.errors import short
from mrkit.learn.checks.expected import (
    PARTITIONS,
    by_key,
    first_difference,
    groups_of_keys,
    mistake_of,
    reference,
    same_results,
    stored,
)
from mrkit.learn.findings import Finding, found, show
from mrkit.learn.same import form, state
from mrkit.learn.trial import Trial, run

MOST_SPLITS = 20  # each is a fresh worker


def shared_state(trial: Trial, inputs: list) -> Finding | None:
    """One worker for all inputs, and a fresh one for each."""
    if "map_func" not in trial.answer or trial.exercise.lists:
        return None
    worker = trial.worker()
    before = state(worker.parts["map_func"])
    for record in inputs:
        here = worker.map(copy.deepcopy(record))
        fresh = trial.worker().map(copy.deepcopy(record))
        if form(here) != form(fresh):
            after = state(worker.parts["map_func"])
            changed = [name for name, value in after.items() if before.get(name) != value]
            rows = [("inputs", inputs), ("input", record), ("after the others", here), ("on a fresh worker", fresh)]
            return found("shared_state", rows, name=changed[0]) if changed else _split_finding(trial, inputs, rows)
    return None


def splits(trial: Trial, inputs: list) -> Finding | None:
    """The same inputs in one, two and three splits."""
    return _split_finding(trial, inputs, [("inputs", inputs)])


def _split_finding(trial: Trial, inputs: list, rows: list) -> Finding | None:
    plain = run(trial, inputs, splits=1, combine=0)
    wrong = trial.exercise.lists and not same_results(trial, plain, reference(trial, inputs))
    if wrong and mistake_of(trial, [inputs]):
        return None  # wrong in one split already, and it is known why
    for count in (2, 3, min(len(inputs), MOST_SPLITS)):
        other = run(trial, inputs, splits=count, combine=0)
        if not same_results(trial, plain, other):
            before, after = first_difference(trial, plain, other)
            rows = [*rows, ("one split", plain), (f"{count} splits", other)]
            return found("split", rows, before=show(before, 40), count=count, after=show(after, 40))
    return None


def placement(trial: Trial, inputs: list) -> Finding | None:
    """Keys that are equal, or that the exercise wants together, in one partition."""
    keys = groups_of_keys(trial, inputs)
    together = trial.exercise.together or trial.group_by or (lambda key: key)
    for count in PARTITIONS:
        place = trial.worker().place
        first: dict[Any, tuple[Any, Any]] = {}
        for key in keys:
            number = place(key, count)
            other, there = first.setdefault(together(key), (key, number))
            if there != number:
                rows = [("partitions", count), (_name(other), there), (_name(key), number)]
                return found("placement", rows, one=_name(other), other=_name(key))
    return None


def _name(key: Any) -> str:
    return f"({', '.join(map(str, key))})" if isinstance(key, tuple) else short(key, 40)


def reducer_count(trial: Trial, inputs: list) -> Finding | None:
    """One partition, and three."""
    plain = run(trial, inputs, splits=3, partitions=1, combine=0)
    for count in PARTITIONS[1:]:
        other = run(trial, inputs, splits=3, partitions=count, combine=0)
        if not same_results(trial, plain, other):
            rows = [("inputs", inputs), ("1 partition", plain), (f"{count} partitions", other)]
            before, after = by_key(plain), by_key(other)
            for key, made in after.items():
                if len(made) > len(before.get(key, ())) == 1:
                    return found("reducer_count", rows, count=count, key=short(made[0][0], 40), after=len(made))
            return found("reducer_count_other", rows, count=count)
    return None


def second_attempt(trial: Trial, inputs: list) -> Finding | None:
    """Each task twice on its worker; what the second attempt gave is what counts."""
    if trial.exercise.store:
        return _stored_twice(trial, inputs)
    once = run(trial, inputs, splits=2, combine=0)
    twice = run(trial, inputs, splits=2, combine=0, attempts=2)
    if same_results(trial, once, twice):
        return None
    rows = [("inputs", inputs), ("tasks ran once", once), ("tasks ran twice", twice)]
    return found("second_attempt_lost", rows)


def _stored_twice(trial: Trial, inputs: list) -> Finding | None:
    once, twice = stored(trial, inputs, 1), stored(trial, inputs, 2)
    if form(once) == form(twice):
        return None
    rows = [("inputs", inputs), ("ran once, stored", once), ("ran twice, stored", twice)]
    if not isinstance(once, dict) or once.keys() != twice.keys():
        return found("second_attempt", rows)
    name = next(name for name in once if form(once[name]) != form(twice[name]))
    return found(_how_it_differs(once[name], twice[name]), rows)


def _how_it_differs(once: Any, twice: Any) -> str:
    if isinstance(once, str) and isinstance(twice, str) and twice.startswith(once):
        return "second_attempt_added"
    counted = isinstance(once, int | float) and isinstance(twice, int | float) and twice == 2 * once
    return "second_attempt" if counted else "second_attempt_text"
