"""Whether the results are right; if not, which known mistake gives the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mrkit.errors import short
from mrkit.learn.checks.expected import is_pair, reference, results, same_results, unmatched
from mrkit.learn.findings import ROLES, Finding, Text, found, named
from mrkit.learn.same import form, forms
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
    if yours and not right:
        return found("wrong_extra", rows, key=short(_name(yours[0]), 40))
    if right and not yours:
        return found("wrong_missing", rows, key=short(_name(right[0]), 40))
    if not yours:
        return found("wrong", rows)
    given, wanted = yours[0], right[0]
    if is_pair(given) and is_pair(wanted):
        wanted = next((each for each in right if is_pair(each) and form(each[0]) == form(given[0])), wanted)
        if form(given[0]) != form(wanted[0]):
            if len(yours) > len(right):
                return found("wrong_count", rows, count=len(yours), other=len(right))
            return _wrong_key(rows, given[0], wanted[0])
        given, wanted = given[1], wanted[1]
    return _wrong_value(rows, given, wanted)


def _name(result: Any) -> Any:
    """What a result is known by: its key, if it has one."""
    return result[0] if is_pair(result) else result


def _wrong_key(rows: list, given: Any, wanted: Any) -> Finding:
    if isinstance(given, tuple) and isinstance(wanted, tuple) and len(given) == len(wanted):
        for one, other in zip(given, wanted, strict=True):
            if form(one) != form(other):
                return found("wrong_key_part", rows, given=short(one, 40), right=short(other, 40))
    if _kind(given) != _kind(wanted):
        kinds = {"kind": named(_kind(given)), "other": named(_kind(wanted))}
        return found("wrong_key_kind", rows, given=short(given, 40), right=short(wanted, 40), **kinds)
    return found("wrong_key", rows, given=short(given, 40), right=short(wanted, 40))


def _wrong_value(rows: list, given: Any, wanted: Any) -> Finding:
    fill = {"given": short(given, 40), "right": short(wanted, 40)}
    if _kind(given) != _kind(wanted):
        return found("wrong_kind", rows, kind=named(_kind(given)), other=named(_kind(wanted)), **fill)
    if isinstance(given, bool):
        return found("wrong_yes", rows, **fill)
    if isinstance(given, int | float):
        return found("wrong_less" if given < wanted else "wrong_more", rows, **fill)
    if isinstance(given, Mapping):
        return _wrong_table(rows, given, wanted)
    if isinstance(given, list | tuple):
        return _wrong_list(rows, list(given), list(wanted), fill)
    return found("wrong_text", rows, **fill)


def _wrong_table(rows: list, given: Mapping, wanted: Mapping) -> Finding:
    extra = [key for key in given if key not in wanted]
    missing = [key for key in wanted if key not in given]
    if extra and missing:
        return _wrong_key(rows, extra[0], missing[0])
    if missing:
        return found("wrong_missing", rows, key=short(missing[0], 40))
    if extra:
        return found("wrong_extra", rows, key=short(extra[0], 40))
    key = next((key for key in wanted if form(given[key]) != form(wanted[key])), None)
    return found("wrong", rows) if key is None else _wrong_value(rows, given[key], wanted[key])


def _wrong_list(rows: list, given: list, wanted: list, fill: dict[str, str]) -> Finding:
    more, less = forms(given) - forms(wanted), forms(wanted) - forms(given)
    if not more and not less:
        return found("wrong_order", rows, **fill)
    if more and less:
        one, other = (
            next(each for each in some if form(each) in left) for some, left in ((given, more), (wanted, less))
        )
        return _wrong_value(rows, one, other)
    some, left = (given, more) if more else (wanted, less)
    value = short(next(each for each in some if form(each) in left), 40)
    return found("wrong_list_more" if more else "wrong_list_less", rows, value=value, **fill)


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return "dictionary"
    names = {bool: "yes or no", str: "text", tuple: "pair" if is_pair(value) else "tuple", type(None): "nothing"}
    return "number" if type(value) in (int, float) else names.get(type(value), type(value).__name__)
