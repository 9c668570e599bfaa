"""Whether the results are right; if not, which known mistake gives the same."""

from __future__ import annotations

from typing import Any

from mrkit.errors import short
from mrkit.learn.checks.expected import is_pair, reference, results, same_results, unmatched
from mrkit.learn.findings import ROLES, Finding, Text, found, named
from mrkit.learn.same import form
from mrkit.learn.trial import Trial


def correctness(trial: Trial, inputs: list) -> Finding | None:
    """What plain Python makes of the same inputs."""
    given, expected = results(trial, inputs), reference(trial, inputs)
    if same_results(trial, given, expected):
        return None
    if not given and expected and "map_func" in trial.answer:
        return found("no_results", [("inputs", inputs)], role=ROLES["map_func"])
    yours, right = unmatched(trial, given, expected), unmatched(trial, expected, given)
    one = "function" in trial.parts and len(inputs) == 1
    rows: list[tuple[str, Any]] = [("arguments", inputs[0]) if one else ("inputs", inputs)]
    rows += [("you gave", yours[0] if len(yours) == 1 else yours)] if yours else [("you gave", Text("nothing for it"))]
    rows += [("should be", right[0] if len(right) == 1 else right)] if right else [("should be", Text("not there"))]
    return _described(rows, yours, right)


def _described(rows: list, yours: list, right: list) -> Finding:
    """What is wrong about the first result that is wrong, as far as it can be seen."""
    keys = [{form(result[0]) for result in some if is_pair(result)} for some in (yours, right)]
    if yours and not right and is_pair(yours[0]):
        return found("wrong_extra", rows, key=short(yours[0][0], 40))
    if right and not yours and is_pair(right[0]):
        return found("wrong_missing", rows, key=short(right[0][0], 40))
    if not yours or not right:
        return found("wrong", rows)
    given, wanted = yours[0], right[0]
    if is_pair(given) and is_pair(wanted) and keys[0] & keys[1]:
        wanted = next((result for result in right if form(result[0]) == form(given[0])), wanted)
        if form(given[0]) == form(wanted[0]):
            given, wanted = given[1], wanted[1]
    fill = {"given": short(given, 40), "right": short(wanted, 40)}
    if _kind(given) != _kind(wanted):
        return found("wrong_kind", rows, kind=named(_kind(given)), other=named(_kind(wanted)), **fill)
    if isinstance(given, int | float) and isinstance(wanted, int | float):
        return found("wrong_less" if given < wanted else "wrong_more", rows, **fill)
    return found("wrong", rows)


def _kind(value: Any) -> str:
    names = {bool: "yes or no", str: "text", dict: "dictionary", tuple: "pair" if is_pair(value) else "tuple"}
    names[type(None)] = "nothing"
    return "number" if type(value) in (int, float) else names.get(type(value), type(value).__name__)
