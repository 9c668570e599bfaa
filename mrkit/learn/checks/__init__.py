"""The checks, a file for each group: each looks at one thing that a real run could do differently.

A check takes a trial and some inputs and returns the first `Finding`, or None. It compares one way of running the
learner's functions with another; only `correctness` knows what the right results are. They run in this order.
"""

from __future__ import annotations

from collections.abc import Callable

from mrkit.errors import MrkitError
from mrkit.learn.checks.combining import combiner_times
from mrkit.learn.checks.contract import combiner_contract, map_contract, partitioner_contract, reduce_contract
from mrkit.learn.checks.correctness import correctness
from mrkit.learn.checks.cost import budget, load, probes
from mrkit.learn.checks.determinism import same_answer_elsewhere, same_answer_in_a_process, same_answer_twice
from mrkit.learn.checks.holding import buffered
from mrkit.learn.checks.isolation import placement, reducer_count, second_attempt, shared_state, splits
from mrkit.learn.checks.order import key_order, value_order
from mrkit.learn.findings import Finding
from mrkit.learn.trial import Stop, Trial, complaint

Check = Callable[[Trial, list], Finding | None]


def look(check: Check, trial: Trial, inputs: list) -> Finding | None:
    """What a check finds, whichever way it says so."""
    try:
        return check(trial, inputs)
    except Stop as stop:
        return stop.finding
    except MrkitError as error:
        return complaint(error)


COST: tuple[Check, ...] = (budget, load, buffered, probes)
ORDER: tuple[Check, ...] = (
    same_answer_twice,
    same_answer_elsewhere,
    map_contract,
    combiner_contract,
    reduce_contract,
    partitioner_contract,
    same_answer_in_a_process,
    value_order,
    key_order,
    shared_state,
    splits,
    placement,
    reducer_count,
    second_attempt,
    combiner_times,
    correctness,
    *COST,
)
STORE_ORDER: tuple[Check, ...] = (same_answer_twice, second_attempt, correctness)
FUNCTION_ORDER: tuple[Check, ...] = (same_answer_twice, same_answer_elsewhere, map_contract, correctness, probes)
