"""Bad records: what a task leaves out when the job says `on_error="skip"`, and those that a plan of faults makes bad.

It wraps the user's function for one task; a job that skips nothing runs the function itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mrkit import blame, faults, flow
from mrkit.errors import TooManySkipped, short
from mrkit.tasks import Progress, Task, Work

MOST_SKIPPED = 20  # that one task lists; all are counted
SKIPPED = object()  # in place of a result


def hardened(work: Work, task: Task, progress: Progress) -> Callable:
    """The user's function of this task: one that fails where the plan says so and skips what it fails on."""
    function = work.map_func if task.stage == "map" else work.reduce_func
    if task.stage == "map" and (failing := faults.fails(work.faults, task.number)):
        function = _Failing(function, failing, progress)
    if work.max_skipped is None:
        return function
    return _Skipping(function, work, task, progress)


class _Failing:
    """Raises on some records, as a plan of faults says."""

    def __init__(self, map_func: Callable, failing: frozenset[int], progress: Progress):
        self._map_func, self._failing, self._progress = map_func, failing, progress

    def __call__(self, record: Any) -> Any:
        if self._progress.records - 1 in self._failing:
            raise faults.PlannedFailure(f"Record {self._progress.records - 1} fails, as planned.")
        return self._map_func(record)


class _Skipping:
    """Leaves out what the function fails on, as a whole: a record counts with all its pairs or with none."""

    def __init__(self, function: Callable, work: Work, task: Task, progress: Progress):
        self._function, self._work, self._task, self._progress = function, work, task, progress

    def __call__(self, given: Any) -> Any:
        try:
            if self._task.stage == "reduce":
                return self._function(given)
            pairs = list(flow.map_records(self._function, [given]))
            flow.partition(flow.group(pairs), self._work.num_partitions, self._work.partitioner)
            return pairs
        except Exception as error:
            self._skip(given, error)
            return SKIPPED if self._task.stage == "reduce" else ()

    def _skip(self, given: Any, error: Exception) -> None:
        progress, what = self._progress, given[0] if self._task.stage == "reduce" else given
        progress.num_skipped += 1
        if len(progress.skipped) < MOST_SKIPPED:
            file, line = blame.users_line(error.__traceback__, self._function)
            progress.skipped.append((short(what), f"{type(error).__name__}: {error}", file, line))
        if progress.num_skipped > (self._work.max_skipped or 0):
            raise TooManySkipped(blame.too_many_skipped(progress.num_skipped, *progress.skipped[0][:2])) from error
