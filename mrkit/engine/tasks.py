"""What is asked of a worker, and what it answers: plain data that travels.

Serves all who hand tasks over: the engine makes them, executors bring them to a worker, and `worker.perform` does them.
"""

from __future__ import annotations

import platform
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from mrkit import faults
from mrkit.engine import shuffle
from mrkit.engine.budget import Budget
from mrkit.errors import Cancelled
from mrkit.events import Clock
from mrkit.interpreter import Settings
from mrkit.partition import GroupBy, GroupPartitioner, Partitioner


@dataclass(frozen=True)
class Work:
    """What a job computes; every worker gets it once."""

    map_func: Callable
    reduce_func: Callable
    combiner: Callable | None
    partitioner: Partitioner
    num_partitions: int
    clock: Clock
    ordered: bool = False  # whether the order in which keys were first met is kept over all partitions
    sort_keys: bool = False  # whether a partition's keys are handled in their order
    group_by: GroupBy | None = None  # what the group of a key is called
    memory_limit: int | None = None  # bytes of a worker's memory beyond which it uses the disk
    max_skipped: int | None = None  # records that may fail; None: the first one ends the job
    faults: tuple[faults.Fault, ...] = ()
    slow_motion: float = 1.0  # times the length of its work that every task lasts, to be watched
    settings: Settings | None = None  # of the interpreter, where workers do not have them yet
    map_tasks: int | None = None  # how many there are, if that is known
    budgets: dict[tuple[str, int], Budget] = field(default_factory=dict, repr=False, compare=False)

    @property
    def may_tear_groups(self) -> bool:
        """Whether keys of one group may end in several partitions: a partitioner of one's own knows no groups."""
        return self.group_by is not None and not isinstance(self.partitioner, GroupPartitioner)

    def budget(self, stage: str) -> Budget | None:
        """The measure of whether memory runs short, for a task that begins; None if it does not matter.

        What a task has learnt of it in this thread, the next one knows.
        """
        if self.memory_limit is None:
            return None
        budget = self.budgets.setdefault((stage, threading.get_ident()), Budget(self.memory_limit))
        budget.begin()
        return budget

    def clock_here(self) -> Clock:
        """The parent's clock on the parent's machine, the machine's own elsewhere."""
        return self.clock if self.clock.host == platform.node() else Clock.here(platform.node())


@dataclass(frozen=True)
class MapTask:
    """Map one split. `sample` is how many of its records to keep for the learner's eyes."""

    number: int
    attempt: int
    split: Iterable
    sample: int
    path: str | None
    stage = "map"


@dataclass(frozen=True)
class ReduceTask:
    """Reduce the partitions from `first` up to `last`: `sources` are their parts of (map task, what it wrote)."""

    number: int
    attempt: int
    first: int
    last: int
    sources: shuffle.Sources
    sample: frozenset
    path: str | None
    stage = "reduce"


Task = MapTask | ReduceTask
KEPT = ("records_in", "records_out", "groups", "buckets", "skipped")  # figures that the engine needs to the end
Fetch = Callable[[shuffle.Sources], tuple[shuffle.Output, ...]]


@dataclass(slots=True)
class Done:
    """A task's result, and what was seen on the way. `figures` are fields of `events.TaskFinished`.

    `groups` are some of the groups of each partition, hash and text, where equal ones may be in two partitions.
    """

    outputs: list[shuffle.Output]
    figures: dict[str, Any]
    sample: bytes
    printed: str
    worker: str
    groups: dict[int, set[tuple[int, str]]] = field(default_factory=dict)


@dataclass
class Failure:
    """A task that did not succeed, with the error as bytes that any process can load.

    `raised` is the error itself, where the task ran in the process that asks.
    `died` says that not the task failed but its worker; `lost` are the map tasks whose outputs could not be read.
    """

    error: bytes
    printed: str
    worker: str
    died: bool = False
    lost: tuple[int, ...] = ()
    raised: BaseException | None = None


@dataclass
class TaskState:
    """Where a task is: what blame and the figures need to know."""

    source: int = 0
    pickling: float = 0.0  # seconds
    all_given: bool = False  # whether every record of the split was asked for
    figures: dict[str, Any] = field(default_factory=dict)
    skipped: list[tuple[str, str, str, int]] = field(default_factory=list)  # input, error, file and line
    num_skipped: int = 0
    groups: dict[int, set[tuple[int, str]]] = field(default_factory=dict)
    _block: Collection = ()
    _ahead: Iterator = field(default_factory=lambda: iter(()))
    _before: int = 0

    def records(self, split: Iterable, stop: threading.Event | None, most: int | None = None) -> Iterator:
        """The records of the task, one after the other; `Cancelled` soon after `stop` is set.

        With `most`, only so many are given before it is known how many they are.
        """
        return chain.from_iterable(self._blocks(split, stop, most))

    def _blocks(self, split: Iterable, stop: threading.Event | None, most: int | None) -> Iterator[Iterator]:
        pace = Pace(BETWEEN_STOPS if most is None else most)
        for block in _in_blocks(split):
            if stop is None and most is None:
                yield self.follow(block)
                continue
            start = 0
            while start < len(block):
                if stop is not None and stop.is_set():
                    raise Cancelled
                number = pace.next()
                yield self.follow(block[start : start + number])
                start += number
        self.all_given = True

    def follow(self, block: Collection) -> Iterator:
        """Hand out some records, or keys."""
        self._before += len(self._block)
        self._block, self._ahead = block, iter(block)
        return self._ahead

    def met(self) -> tuple[int, Any]:
        """How many records (or keys) were handed out, and the last of them; the rest of them is not, from here on."""
        number = len(self._block) - sum(1 for _ in self._ahead)
        self._block = list(islice(self._block, number))
        return self._before + number, self._block[-1] if number else None


BETWEEN_STOPS = 16  # records or results, of a task that may be asked to stop
QUICK = 0.01  # seconds for as many as were handed out last


class Pace:
    """How many records to hand out before the next look at whether to stop: one where each takes long."""

    def __init__(self, most: int):
        self._most, self._number, self._since = most, 0, 0.0

    def next(self) -> int:
        """So many now; as many as were asked for before are done."""
        now = time.perf_counter()
        quick = now - self._since < QUICK
        self._number, self._since = min(2 * self._number if quick else self._number // 4, self._most) or 1, now
        return self._number


def _in_blocks(split: Iterable) -> Iterator[list]:
    """The records of a split, as many at a time as are in memory anyway."""
    if isinstance(split, list):
        return iter((split,))
    return split.blocks() if hasattr(split, "blocks") else ([record] for record in split)
