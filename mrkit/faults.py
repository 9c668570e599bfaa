"""Faults on purpose, for lessons and tests: which task loses its worker, is slow, fails or loses its data.

A plan is data. The same plan gives the same story on every run, because tasks have the same numbers on every run.
Workers carry it out in `worker`; nothing else knows of it.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mrkit import arguments
from mrkit.errors import BadArgument, MrkitError

KINDS = ("kill", "slow", "fail", "lose")


class WorkerKilled(MrkitError):
    """What a fault raises where no process is ours to kill: the task ends as if its worker had died."""


class PlannedFailure(Exception):
    """What a record raises that a plan says must fail."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong. Make it with `kill`, `slow`, `fail` or `lose`."""

    kind: str
    stage: str
    task: int
    attempt: int = 1
    seconds: float = 0.0
    record: int = 0
    soft: bool = False  # the task ends as if its worker had died, but the worker, which is not ours, lives

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.stage not in ("map", "reduce"):
            raise BadArgument("A fault is made with kill, slow, fail or lose, for the stage 'map' or 'reduce'.")
        for name, least in (("task", 0), ("attempt", 1), ("record", 0)):
            arguments.whole(least)(name, getattr(self, name))
        arguments.number(0)("seconds", self.seconds)


def kill(stage: str, task: int, attempt: int = 1) -> Fault:
    """The worker dies when it begins this attempt at a task of the stage "map" or "reduce".

    >>> from mrkit import MapReduce
    >>> job = MapReduce(lambda word: [(word, 1)], lambda item: item[0], executor="serial", faults=[kill("map", 0)])
    >>> run = job.run(["cat"])
    >>> run.results, [(span.attempt, span.ok) for span in run.trace.spans if span.stage == "map"]
    (['cat'], [(1, False), (2, True)])
    """
    return Fault("kill", stage, task, attempt)


def slow(stage: str, task: int, seconds: float, attempt: int = 1) -> Fault:
    """Make an attempt at a task `seconds` longer."""
    return Fault("slow", stage, task, attempt, seconds=seconds)


def fail(task: int, record: int) -> Fault:
    """The map function fails on a record (counted from 0) of a map task, in every attempt."""
    return Fault("fail", "map", task, record=record)


def lose(task: int) -> Fault:
    """What a map task wrote is damaged before it is read."""
    return Fault("lose", "map", task)


@arguments.takes(
    seed=arguments.seed,
    map_tasks=arguments.whole(1),
    reduce_tasks=arguments.whole(1),
    number=arguments.whole(0, 100_000),
    seconds=arguments.number(0),
)
def random_faults(seed: int, map_tasks: int, reduce_tasks: int, number: int = 3, seconds: float = 0.5) -> list[Fault]:
    """Some faults that a job survives (kill, slow, lose), the same for the same seed.

    >>> random_faults(7, map_tasks=4, reduce_tasks=2, number=2) == random_faults(7, 4, 2, 2)
    True
    """
    import random  # slow to import, and jobs do not need it

    rng = random.Random(seed)
    faults = []
    for _ in range(number):
        stage = rng.choice(("map", "reduce"))
        task = rng.randrange(map_tasks if stage == "map" else reduce_tasks)
        kind = rng.choice(("kill", "slow", "lose") if stage == "map" else ("kill", "slow"))
        attempt = 1 if kind == "lose" else rng.choice((1, 2))
        faults.append(Fault(kind, stage, task, attempt, seconds=seconds if kind == "slow" else 0.0))
    return faults


def softened(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """The same plan for workers that are not ours to kill.

    >>> softened([kill("map", 0)])[0].soft
    True
    """
    return tuple(replace(fault, soft=True) for fault in faults)


def check(faults: Any) -> tuple[Fault, ...]:
    """The plan as a tuple; an error in one sentence if it is none."""
    plan = tuple(faults) if isinstance(faults, Iterable) else (faults,)
    if not all(isinstance(fault, Fault) for fault in plan):
        raise BadArgument("faults must be a list made with mrkit.faults: kill, slow, fail, lose or random_faults.")
    return plan


# In a worker.


def strike(faults: Sequence[Fault], stage: str, task: int, attempt: int) -> None:
    """Do to this attempt what the plan says."""
    for fault in faults:
        if (fault.stage, fault.task, fault.attempt) == (stage, task, attempt):
            if fault.kind == "slow":
                time.sleep(fault.seconds)
            elif fault.kind == "kill":
                _die(fault.soft)


def fails(faults: Sequence[Fault], task: int) -> frozenset[int]:
    """The records of a map task that must fail."""
    return frozenset(fault.record for fault in faults if fault.kind == "fail" and fault.task == task)


def loses(faults: Sequence[Fault], task: int, attempt: int) -> bool:
    """Whether what this map attempt wrote is to be damaged."""
    return any(fault.kind == "lose" and (fault.task, fault.attempt) == (task, attempt) for fault in faults)


def _die(soft: bool) -> None:
    import multiprocessing

    if soft or multiprocessing.parent_process() is None:
        raise WorkerKilled("The worker was killed by the plan of faults.")
    if hasattr(signal, "SIGKILL"):
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(137)
