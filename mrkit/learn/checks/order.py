"""No answer may depend on the order in which values or keys arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from mrkit.errors import short
from mrkit.learn.checks.expected import is_pair
from mrkit.learn.findings import Finding, found
from mrkit.learn.same import form
from mrkit.learn.trial import Trial, streams


def value_order(trial: Trial, inputs: list) -> Finding | None:
    """The values of each group in other orders."""
    if "reduce_func" not in trial.parts:
        return None
    given = streams(trial, inputs)
    mixed = _mixed if trial.group_by is None else _mixed_within_keys
    plain = _reduced(trial, given.items())
    orders: list[Callable[[list], list]] = [
        lambda values: values[::-1],
        lambda values: sorted(values, key=form),
        lambda values: Random(len(values)).sample(values, len(values)),
    ]
    for order in orders:
        other = _reduced(trial, ((key, mixed(values, order)) for key, values in given.items()))
        for key, values in given.items():
            before, after = plain[key], other[key]
            if _form(trial, before) != _form(trial, after):
                rows = [("key", key), ("values", values), ("you gave", before)]
                rows += [("other order", mixed(values, order)), ("you gave", after)]
                if said := trial.exercise.reordered(before, after):
                    return Finding("value_order", said).and_rows(rows)
                shown = _difference(key, before, after)
                id = "value_order" if trial.group_by is None else "unordered"
                return found(id, rows, key=short(key, 40), before=shown[0], after=shown[1])
    return None


def _mixed(values: list, order: Callable[[list], list]) -> list:
    return order(values)


def _mixed_within_keys(pairs: list, order: Callable[[list], list]) -> list:
    """The pairs of a group, where only the values of equal keys may come in another order."""
    keys: dict[Any, list] = {}
    for key, value in pairs:
        keys.setdefault(key, []).append(value)
    return [(key, value) for key, values in keys.items() for value in order(values)]


def key_order(trial: Trial, inputs: list) -> Finding | None:
    """The groups in another order, as if other keys had come to this worker before."""
    if "reduce_func" not in trial.parts:
        return None
    given = list(streams(trial, inputs).items())
    plain, other = _reduced(trial, given), _reduced(trial, given[::-1])
    for key, values in given:
        if _form(trial, plain[key]) != _form(trial, other[key]):
            rows = [("keys", [key for key, _ in given]), ("key", key), ("values", values)]
            return found("key_order", [*rows, ("you gave", plain[key]), ("keys reversed, you gave", other[key])])
    return None


def _reduced(trial: Trial, items: Iterable[tuple[Any, list]]) -> dict:
    worker = trial.worker()
    return {key: worker.reduce((key, values)) for key, values in items}


def _form(trial: Trial, result: Any) -> str:
    compare = trial.exercise.compare or (lambda result: result)
    return form(compare(result) if trial.group_by is None else list(map(compare, result)))


def _difference(key: Any, before: Any, after: Any) -> tuple[str, str]:
    """What differs, without the key if both results are pairs that begin with it."""
    if all(is_pair(result) and form(result[0]) == form(key) for result in (before, after)):
        before, after = before[1], after[1]
    return short(before, 40), short(after, 40)
