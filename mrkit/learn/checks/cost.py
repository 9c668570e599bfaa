"""Right, but at what price: records that travel, the load of partitions, and what a lesson probes besides."""

from __future__ import annotations

import copy

from mrkit.learn.findings import Finding, found
from mrkit.learn.guard import TooLong
from mrkit.learn.trial import Stop, Trial, map_side


def budget(trial: Trial, inputs: list) -> Finding | None:
    """How many records travelled."""
    if trial.exercise.budget is None:
        return None
    moved = sum(len(values) for row in map_side(trial, inputs) for bucket in row for values in bucket.values())
    enough = trial.exercise.budget(inputs)
    if moved <= enough:
        return None
    rows = [("inputs", inputs), ("records moved", moved)]
    return found("budget", rows, before=f"{moved:,}", after=f"{enough:,}")


def load(trial: Trial, inputs: list) -> Finding | None:
    """How evenly the records are spread over four reducers."""
    if trial.exercise.balance is None:
        return None
    (row,) = map_side(trial, inputs, partitions=4) or [[]]
    loads = [sum(map(len, bucket.values())) for bucket in row]
    if not loads or max(loads) <= trial.exercise.balance * sum(loads):
        return None
    rows = [("inputs", inputs), ("records for each reducer", loads)]
    if max(loads) == sum(loads):
        return found("load", rows)
    return found("load_share", rows, count=4, before=max(loads), after=sum(loads))


def probes(trial: Trial, inputs: list) -> Finding | None:
    """What only this exercise asks for."""
    for probe in trial.exercise.also:
        try:
            finding = probe(trial.worker().parts, copy.deepcopy(inputs))
        except (TooLong, Stop):
            raise
        except BaseException as error:
            name = f"{type(error).__name__}: {error}".rstrip(": .")
            finding = found("raises", [("inputs", inputs)], role=trial.role(trial.exercise.parts[0]), error=name)
        if finding is not None:
            return finding
    return None
