"""Bytes on a network, as a fluid: flows that share one core, max-min fair, each with a cap of its own.

In a step every flow moves by what its cap and its data allow, but by no more than the common level times its weight;
the level is the one at which the core is full. It knows flows and bytes, and nothing of tasks or machines.

The same arithmetic is here twice, with plain lists and with numpy: in the same order, so that both give the same answer
to the last bit. numpy is for thousands of flows; a browser's Python may have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import inf
from typing import Any

KINDS = ("input", "shuffle", "output")
SHUFFLE = KINDS.index("shuffle")
DONE = 1 - 1e-9  # of a flow's bytes: the rest is rounding

SIZE, MOVED, CAP, COST, WEIGHT, KIND, KEPT = range(7)  # the columns of a flow


def fair_level(rooms: Sequence[float], costs: Sequence[float], capacity: float) -> float:
    """How much each flow may move: the level at which the sum of cost * min(room, level) is the capacity.

    `rooms` are what the flows could move at most, `costs` how often each of their bytes crosses the core.

    >>> fair_level([1, 5, 9], [1, 1, 1], capacity=9)
    4.0
    """
    order = sorted(range(len(rooms)), key=rooms.__getitem__)
    taken = list(accumulate(costs[i] * rooms[i] for i in order))
    if not order or capacity >= taken[-1]:
        return inf
    left = list(accumulate(costs[i] for i in reversed(order)))[::-1]  # the cost of this one and all with more room
    for i, flow in enumerate(order):
        full = taken[i] - costs[flow] * rooms[flow]  # what those with less room take, all of it
        if full + left[i] * rooms[flow] >= capacity:
            return (capacity - full) / left[i]
    return rooms[order[-1]]  # only rounding comes here


class Flows:
    """The open flows, each with a number; a step moves them all. This one needs the standard library alone."""

    def __init__(self) -> None:
        self._rows: list[list[float] | None] = []
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self._rows) - len(self._free)

    def add(self, kind: int, size: float, cap: float, cost: float, weight: float) -> int:
        """A new flow; its number."""
        number = self._number()
        self._put(number, [size, 0.0, cap, cost, weight, kind, 0.0])
        return number

    def remove(self, number: int) -> None:
        """The flow is closed."""
        self._put(number, None)
        self._free.append(number)

    def _number(self) -> int:
        if self._free:
            return self._free.pop()
        self._rows.append(None)
        return len(self._rows) - 1

    def _put(self, number: int, row: list[float] | None) -> None:
        self._rows[number] = row

    def keep(self, ready: float, lost: float) -> None:
        """Some map output is about to be lost: each shuffle flow remembers which part of it it has fetched."""
        for row in self._rows:
            if row is not None:
                had = row[SIZE] * (ready + row[KEPT] * lost)
                row[KEPT] = row[MOVED] / had if had > 0 else 0.0

    def step(self, seconds: float, ready: float, lost: float, core: float) -> tuple[list[int], list[float]]:
        """Move all flows; the numbers of those that have ended, and the bytes that moved of each kind."""
        numbers = [number for number, row in enumerate(self._rows) if row is not None]
        rows: list[Any] = [self._rows[number] for number in numbers]
        rooms = [_room(row, seconds, ready, lost) for row in rows]
        level = fair_level(
            [room / row[WEIGHT] for room, row in zip(rooms, rows, strict=True)],
            [row[COST] * row[WEIGHT] for row in rows],
            core * seconds,
        )
        ended, moved = [], [0.0] * len(KINDS)
        for number, row, room in zip(numbers, rows, rooms, strict=True):
            step = min(room, row[WEIGHT] * level)
            row[MOVED] += step
            moved[row[KIND]] += step
            if row[MOVED] >= row[SIZE] * DONE:
                ended.append(number)
        return ended, moved


def _room(row: list[float], seconds: float, ready: float, lost: float) -> float:
    there = min(ready + row[KEPT] * lost, 1.0) if row[KIND] == SHUFFLE else 1.0
    return min(row[CAP] * seconds, max(there * row[SIZE] - row[MOVED], 0.0))


class ManyFlows(Flows):
    """The same with numpy, for thousands of flows."""

    def __init__(self) -> None:
        import numpy

        super().__init__()
        self._np = numpy
        self._table = numpy.zeros((7, 64))
        self._open = numpy.zeros(64, bool)

    def _put(self, number: int, row: list[float] | None) -> None:
        if number >= len(self._open):
            more = len(self._open)
            self._table = self._np.hstack([self._table, self._np.zeros((7, more))])
            self._open = self._np.hstack([self._open, self._np.zeros(more, bool)])
        self._open[number] = row is not None
        if row is not None:
            self._table[:, number] = row

    def keep(self, ready: float, lost: float) -> None:
        """As in `Flows`."""
        had = self._table[SIZE] * (ready + self._table[KEPT] * lost)
        self._table[KEPT] = self._np.divide(self._table[MOVED], had, out=self._np.zeros_like(had), where=had > 0)

    def step(self, seconds: float, ready: float, lost: float, core: float) -> tuple[list[int], list[float]]:
        """As in `Flows`."""
        np = self._np
        (numbers,) = self._open.nonzero()
        size, before, cap, cost, weight, kind, kept = self._table[:, numbers]
        there = np.where(kind == SHUFFLE, np.minimum(ready + kept * lost, 1.0), 1.0)
        room = np.minimum(cap * seconds, np.maximum(there * size - before, 0.0))
        step = np.minimum(room, weight * self._level(room / weight, cost * weight, core * seconds))
        after = before + step
        self._table[MOVED, numbers] = after
        moved = np.bincount(kind.astype(int), step, len(KINDS)).tolist()
        return numbers[after >= size * DONE].tolist(), moved

    def _level(self, rooms: Any, costs: Any, capacity: float) -> float:
        """`fair_level`, all at once."""
        np = self._np
        order = rooms.argsort(kind="stable")
        rooms, costs = rooms[order], costs[order]
        taken = np.cumsum(costs * rooms)
        if not len(order) or capacity >= taken[-1]:
            return inf
        full, left = taken - costs * rooms, np.cumsum(costs[::-1])[::-1]
        enough = full + left * rooms >= capacity
        if not enough.any():
            return float(rooms[-1])
        first = int(enough.argmax())
        return float((capacity - full[first]) / left[first])


def flows(most: int) -> Flows:
    """The kind that is quicker for so many flows, if it is there."""
    if most > 100:
        try:
            return ManyFlows()
        except ImportError:
            pass
    return Flows()
