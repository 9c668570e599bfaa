"""A combiner may run on any part of the values, any number of times, or not at all."""

from __future__ import annotations

from mrkit.learn.checks.expected import first_difference, same_results
from mrkit.learn.findings import Finding, found, show
from mrkit.learn.trial import Stop, Trial, run


def combiner_times(trial: Trial, inputs: list) -> Finding | None:
    """The combiner not at all, once and twice."""
    if not trial.combines:
        return None
    never = run(trial, inputs, splits=2, combine=0)
    for times, id, word in ((1, "combiner_times", "once"), (2, "combiner_twice", "twice")):
        try:
            some = run(trial, inputs, splits=2, combine=times)
        except Stop as stop:
            if stop.finding.id != "raises":
                raise
            return found("combiner_type", stop.finding.rows, before="one thing", after="another")
        if not same_results(trial, never, some):
            before, after = first_difference(trial, never, some)
            rows = [("inputs", inputs), ("no combiner", never), (f"combiner {word}", some)]
            return found(id, rows, before=show(before, 40), after=show(after, 40))
    return None
