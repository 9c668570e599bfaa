"""Whether the results are right; if not, which known mistake gives the same."""

from __future__ import annotations

from typing import Any

from mrkit.learn.checks.expected import reference, results, same_results, unmatched
from mrkit.learn.findings import ROLES, Finding, Text, found
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
    return found("wrong", rows)
