"""What the master of a virtual cluster knows of the tasks of one stage: which wait, run and are done, and by whom.

It gives out tasks, those near their input first, and late in the stage each running one once more, as a backup. It
knows machines by their numbers and slots as opaque things; it knows no clock and no network.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any


class Stage:
    """The tasks of "map" or of "reduce". `near` lists, for each machine, the tasks whose input it holds."""

    def __init__(self, tasks: Sequence[Any], rng: Random, near: Sequence[list[int]] = ()):
        self.tasks, self._rng, self._near = tasks, rng, near
        self._pending = list(range(len(tasks)))[::-1]  # a stack; may hold tasks that were taken for their place
        self.waiting = set(self._pending)
        self.running: dict[int, list[Any]] = {}  # task: its slots
        self.done_by: dict[int, int] = {}  # task: machine
        self._backups: list[int] = []  # a stack of tasks to be given out once more
        self._offered: set[int] = set()  # the tasks that have been on it
        self.idle: list[Any] = []  # the events that idle slots wait for

    @property
    def over(self) -> bool:
        """Whether all tasks are done."""
        return len(self.done_by) == len(self.tasks)

    def take(self, machine: int, slot: Any) -> tuple[int, bool] | None:
        """The next task for a free slot, and whether it is a backup; None if there is nothing to do."""
        for stack in (self._near[machine] if self._near else [], self._pending):
            while stack:
                task = stack.pop()
                if task in self.waiting:
                    self.waiting.remove(task)
                    self.running[task] = [slot]
                    return task, False
        return self._take_backup(machine, slot)

    def _take_backup(self, machine: int, slot: Any) -> tuple[int, bool] | None:
        own: list[int] = []  # this machine runs them already
        found = None
        while self._backups and found is None:
            task = self._backups.pop()
            if machine in (other.machine for other in self.running.get(task, ())):
                own.append(task)
            elif task in self.running:
                self.running[task].append(slot)
                found = task, True
        self._backups += own
        return found

    def offer_backups(self, share: float) -> None:
        """When no task waits and this share is done: everything in progress is given out once more, in any order."""
        if len(self.done_by) < share * len(self.tasks) or self.waiting:
            return
        new = sorted(self.running.keys() - self._offered)
        if new:
            self._offered.update(new)
            self._rng.shuffle(new)
            self._backups += new
            self.wake()

    def put_back(self, tasks: Iterable[int]) -> None:
        """These tasks wait once more: their machine died, or what they had made is gone."""
        for task in tasks:
            self._offered.discard(task)
            self.waiting.add(task)
            self._pending.append(task)
        self.wake()

    def lose(self, machines: set[int]) -> list[int]:
        """The tasks that these machines had done are not done any more; which they are."""
        gone = [task for task, machine in self.done_by.items() if machine in machines]
        for task in gone:
            del self.done_by[task]
        return gone

    def wake(self) -> None:
        """Let all idle slots ask again, in any order: a fixed one would give slow tasks to the same machines."""
        self._rng.shuffle(self.idle)
        for event in self.idle:
            if not event.triggered:
                event.succeed()
        self.idle.clear()
