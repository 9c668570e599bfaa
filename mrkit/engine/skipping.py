"""Bad records: what a task leaves out when the job says `on_error="skip"`, and those that a plan of faults makes bad.

It wraps the user's function for one task; a job that skips nothing runs the function itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mrkit import faults, flow
from mrkit.engine import blame
from mrkit.engine.tasks import Task, TaskState, Work
from mrkit.errors import TooManySkipped, short
from mrkit.functions import users_line

MOST_SKIPPED = 20  # that one task lists; all are counted
SKIPPED = object()  # in place of a result


def hardened(work: Work, task: Task, state: TaskState) -> Callable:
    """The user's function of this task: one that fails where the plan says so and skips what it fails on."""
    function = work.map_func if task.stage == "map" else work.reduce_func
    if task.stage == "map" and (failing := faults.fails(work.faults, task.number)):
        function = _Failing(function, failing, state)
    if work.max_skipped is None:
        return function
    return _Skipping(function, work, task, state)


class _Failing:
    """Raises on some records, as a plan of faults says."""

    def __init__(self, map_func: Callable, failing: frozenset[int], state: TaskState):
        self._map_func, self._failing, self._state = map_func, failing, state

    def __call__(self, record: Any) -> Any:
        number = self._state.met()[0] - 1
        if number in self._failing:
            raise faults.PlannedFailure(f"Record {number} fails, as planned.")
        return self._map_func(record)


class _Skipping:
    """Leaves out what the function fails on, as a whole: a record counts with all its pairs or with none."""

    def __init__(self, function: Callable, work: Work, task: Task, state: TaskState):
        self._function, self._work, self._task, self._state = function, work, task, state

    def __call__(self, given: Any) -> Any:
        try:
            if self._task.stage == "reduce":
                result = self._function(given)
                return iter(list(result)) if self._work.group_by is not None else result
            pairs = list(flow.map_records(self._function, [given]))
            flow.partition(flow.group(pairs), self._work.num_partitions, self._work.partitioner)
            return pairs
        except Exception as error:
            self._skip(given, error)
            return (SKIPPED if self._work.group_by is None else iter(())) if self._task.stage == "reduce" else ()

    def _skip(self, given: Any, error: Exception) -> None:
        state, what = self._state, given[0] if self._task.stage == "reduce" else given
        state.num_skipped += 1
        if len(state.skipped) < MOST_SKIPPED:
            file, line = users_line(error.__traceback__, self._function)
            state.skipped.append((short(what), f"{type(error).__name__}: {error}", file, line))
        if state.num_skipped > (self._work.max_skipped or 0):
            raise TooManySkipped(blame.too_many_skipped(state.num_skipped, *state.skipped[0][:2])) from error
