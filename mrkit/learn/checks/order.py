"""No answer may depend on the order in which values or keys arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from mrkit.errors import short
from mrkit.learn.checks.expected import is_pair
from mrkit.learn.findings import Finding, found
from mrkit.learn.same import form
from mrkit.learn.trial import Trial, groups


def value_order(trial: Trial, inputs: list) -> Finding | None:
    """The values of each group in other orders."""
    if "reduce_func" not in trial.parts:
        return None
    given = groups(trial, inputs)
    plain = _reduced(trial, given.items())
    orders: list[Callable[[list], list]] = [
        lambda values: values[::-1],
        lambda values: sorted(values, key=form),
        lambda values: Random(len(values)).sample(values, len(values)),
    ]
    for order in orders:
        other = _reduced(trial, ((key, order(values)) for key, values in given.items()))
        for key, values in given.items():
            before, after = plain[key], other[key]
            if _form(trial, before) != _form(trial, after):
                rows = [("key", key), ("values", values), ("you gave", before)]
                rows += [("other order", order(values)), ("you gave", after)]
                shown = _difference(key, before, after)
                return found("value_order", rows, key=short(key, 40), before=shown[0], after=shown[1])
    return None


def key_order(trial: Trial, inputs: list) -> Finding | None:
    """The groups in another order, as if other keys had come to this worker before."""
    if "reduce_func" not in trial.parts:
        return None
    given = list(groups(trial, inputs).items())
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
    compare = trial.exercise.compare
    return form(compare(result) if compare else result)


def _difference(key: Any, before: Any, after: Any) -> tuple[str, str]:
    """What differs, without the key if both results are pairs that begin with it."""
    if all(is_pair(result) and form(result[0]) == form(key) for result in (before, after)):
        before, after = before[1], after[1]
    return short(before, 40), short(after, 40)
