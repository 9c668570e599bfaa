"""What each function may take and must give: pairs, a pair that keeps its key, a partition's number."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from mrkit.errors import BadKey, short
from mrkit.learn.checks.expected import MANY, PARTITIONS, groups_of_keys, is_pair
from mrkit.learn.findings import Finding, found
from mrkit.learn.same import alike, form
from mrkit.learn.trial import Stream, Trial, groups, streams
from mrkit.partition import canonical
from mrkit.pickling import dumps


def map_contract(trial: Trial, inputs: list) -> Finding | None:
    """Pairs that can be grouped and can travel; an input that stays as it was."""
    if trial.exercise.store or not {"map_func", "function"} & set(trial.answer):
        return None
    worker = trial.worker()
    for record in trial.records(inputs):
        mine, before = copy.deepcopy(record), form(record)
        given = worker.map(mine)
        rows = [("input" if "map_func" in trial.parts else "arguments", record)]
        finding = _bad_value(trial, given, rows) if "function" in trial.parts else _bad_pairs(given, rows)
        if finding:
            return finding
        if form(mine) != before:
            what = "record" if "map_func" in trial.parts else "arguments"
            return found("input_changed", [*rows, ("afterwards", mine)], what=what)
    return None


def _bad_value(trial: Trial, given: list, rows: list) -> Finding | None:
    (_, value), *_ = given
    if value is ...:
        return found("untouched")
    if value is None:
        return found("nothing", rows, role="function", word="return")
    return _unfit_to_travel(value, rows)


def _bad_pairs(given: Any, rows: list) -> Finding | None:
    if given is ...:
        return found("untouched")
    if given is None:
        return found("nothing", rows, role="map function", word="yield")
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        return found("pair", [*rows, ("you gave", given)], given=short(given, 40))
    pairs = list(given)
    if isinstance(given, dict | set | frozenset) and not all(map(is_pair, pairs)):
        return found("pair_dict" if isinstance(given, dict) else "pair_set", [*rows, ("you gave", given)])
    if isinstance(given, tuple) and len(pairs) == 2 and not all(map(is_pair, pairs)):
        return found("one_pair", [*rows, ("you gave", given)])
    for pair in pairs:
        if pair is ... or (is_pair(pair) and any(part is ... for part in pair)):
            return found("untouched")
        if not is_pair(pair):
            return _no_pair(pair, [*rows, ("you gave", pair)])
        finding = _bad_key(pair[0], [*rows, ("you gave", pair)]) or _unfit_to_travel(pair[1], rows)
        if finding:
            return finding
    return None


def _no_pair(given: Any, rows: list) -> Finding:
    if given is None:
        return found("pair_nothing", rows)
    if isinstance(given, set | frozenset):
        return found("pair_set", rows)
    return found("pair_generator" if hasattr(given, "gi_frame") else "pair", rows, given=short(given, 40))


def _bad_key(key: Any, rows: list) -> Finding | None:
    try:
        hash(key)
    except TypeError:
        if isinstance(key, list) and len(key) == 1:
            return found("key_in_list", rows)
        return found("key", rows, kind=type(key).__name__)
    try:
        canonical(key)
    except BadKey:
        return found("no_key", rows, given=short(key, 40))
    return None


def _unfit_to_travel(value: Any, rows: list) -> Finding | None:
    try:
        dumps(value)
    except Exception:
        if isinstance(value, tuple | list) and any(isinstance(part, Stream) for part in value):
            return found("stream_inside", [*rows, ("you gave", value)])
        return found("value", [*rows, ("you gave", value)], kind=type(value).__name__.replace("_", " "))
    return None


def combiner_contract(trial: Trial, inputs: list) -> Finding | None:
    """One pair with the same key, that looks like what map gives."""
    if not trial.combines:
        return None
    worker = trial.worker()
    for key, values in groups(trial, inputs).items():
        mine, before = copy.deepcopy(values), form(values)
        rows = [("key", key), ("values", values)]
        pair = worker.combine((key, mine))
        if pair is None:
            return found("nothing", rows, role="combiner", word="return")
        if pair is ... or (is_pair(pair) and any(part is ... for part in pair)):
            return found("untouched")
        rows.append(("you gave", pair))
        if hasattr(pair, "gi_frame"):
            return found("yield_in_reduce", rows, role="combiner")
        if not is_pair(pair):
            return found("pair", rows, given=short(pair, 40))
        if form(pair[0]) != form(key):
            return found("combiner_key", rows, key=short(key, 40), given=short(pair[0], 40))
        finding = _unfit_to_travel(pair[1], rows)
        if finding:
            return finding
        if form(mine) != before:
            return found("input_changed", rows, what="values")
        if not alike(pair[1], list(values)):
            before_after = {"before": short(values[0], 40), "after": short(pair[1], 40)}
            bare = isinstance(pair[1], tuple) and not any(isinstance(value, tuple) for value in values)
            return found("combiner_type_map" if bare else "combiner_type", rows, **before_after)
    return None


def reduce_contract(trial: Trial, inputs: list) -> Finding | None:
    """One result for each group (any number with `group_by`), that can travel; values that stay as they were."""
    if "reduce_func" not in trial.answer:
        return None
    if trial.group_by is not None:
        return _stream_contract(trial, inputs)
    worker = trial.worker()
    for key, values in groups(trial, inputs).items():
        mine, before = copy.deepcopy(values), form(values)
        rows = [("key", key), ("values", values)]
        result = worker.reduce((key, mine))
        if result is ... or (is_pair(result) and any(part is ... for part in result)):
            return found("untouched")
        if result is None:
            return found("nothing", rows, role="reduce function", word="return")
        rows.append(("you gave", result))
        if hasattr(result, "gi_frame"):
            return found("yield_in_reduce", rows, role="reduce function")
        finding = _unfit_to_travel(result, rows)
        if finding:
            return finding
        if form(mine) != before:
            return found("input_changed", rows, what="values")
    return None


def _stream_contract(trial: Trial, inputs: list) -> Finding | None:
    worker = trial.worker()
    for name, pairs in streams(trial, inputs).items():
        mine, before = copy.deepcopy(pairs), form(pairs)
        rows = [("group", name), ("pairs", pairs)]
        for result in worker.reduce((name, mine)):
            if is_pair(result) and any(part is ... for part in result):
                return found("untouched")
            finding = _unfit_to_travel(result, [*rows, ("you gave", result)])
            if finding:
                return finding
        if form(mine) != before:
            return found("input_changed", rows, what="values")
    return None


def partitioner_contract(trial: Trial, inputs: list) -> Finding | None:
    """A whole number within the range, for every key and number of partitions."""
    if "partitioner" not in trial.answer:
        return None
    for count in (*PARTITIONS[::-1], MANY):
        worker = trial.worker()
        for key in groups_of_keys(trial, inputs):
            number = worker.place(key, count)
            rows = [("key", key), ("partitions", count), ("you gave", number)]
            if number is ...:
                return found("untouched")
            if number is None:
                return found("nothing", rows[:2], role="partitioner", word="return")
            if isinstance(number, float):
                return found("not_whole", rows, key=short(key, 40), given=short(number, 40))
            if isinstance(number, str):
                return found("no_number", rows, key=short(key, 40), given=short(number, 40))
            if not hasattr(number, "__index__") or not 0 <= number.__index__() < count:
                names = {"key": short(key, 40), "given": short(number, 40)}
                return found("partition_number", rows, count=count, last=count - 1, **names)
    return None
