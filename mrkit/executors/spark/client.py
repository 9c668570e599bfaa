"""Apache Spark: a stage is a Spark job, a task is a Spark task, the shuffle is Spark's.

Map tasks become an RDD of what they wrote, in chunks, which Spark keeps. For the reduce tasks it is cut into their
ranges and Spark brings the pieces together. What a task says of itself (figures, counters, prints, or its error) comes
back through an accumulator as soon as its Spark task is done; intermediate data never passes through the driver.

Spark tries a task again when its worker dies, runs lost map tasks again and may race stragglers (spark.speculation),
all under the same attempt number: what succeeded counts once, the lost time is not in the trace. Nor is the moment when
a task starts, before it is done. A context or session of the user's is theirs to stop.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import shutil
import tempfile
import threading
import uuid
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from pyspark import InheritableThread, SparkContext, StorageLevel

from mrkit.engine import blame
from mrkit.engine.protocol import Executor
from mrkit.engine.tasks import Done, Failure, ReduceTask, Task, Work
from mrkit.engine.travel import load, pack_task, pack_work
from mrkit.errors import CannotTravel, ClusterError
from mrkit.executors.spark.context import context_of, explained, in_short, made, message_of
from mrkit.executors.spark.worker import UNWANTED, VERSIONS, Telling, cut, itself, run_map, run_reduce
from mrkit.faults import softened
from mrkit.inputs import parse_size

TASKS_AHEAD = 1_000  # tasks taken at a time: a stage of so many is one Spark job


class Spark(Executor):
    """Tasks on a `SparkContext`, on a `SparkSession`'s, or on one made here for the master at a URL."""

    name = "spark"
    most_pending = TASKS_AHEAD

    def __init__(self, spark: Any, num_workers: int | None = None):
        self._url = spark if isinstance(spark, str) else None
        self._context = None if isinstance(spark, str) else context_of(spark)
        self._limit, self._made = num_workers, contextlib.ExitStack()
        self._job: _SparkJob | None = None

    @property
    def num_workers(self) -> int:  # type: ignore[override]
        """How many tasks Spark runs at the same time, as it says now."""
        context = self._connected()
        return self._limit or context.defaultParallelism

    def begin(self, work: Work, stopped: threading.Event) -> None:
        """Hand the functions to Spark, which brings them to its workers."""
        context = self._connected()
        if work.memory_limit is None:  # Spark's own aggregations in Python go to disk at the same size
            work = replace(work, memory_limit=parse_size(context.getConf().get("spark.python.worker.memory", "512m")))
        self._job = _SparkJob(context, pack_work(replace(work, faults=softened(work.faults))), self.num_workers)

    def path(self, name: str) -> str:
        """A file on the driver's disk; tasks write to files of their own, on their worker's."""
        assert self._job is not None
        return str(self._job.folder / name)

    def submit(self, task: Task, timeout: float | None = None) -> Future[Done | Failure]:
        """Keep the task for the next Spark job."""
        assert self._job is not None
        return self._job.submit(task)

    def flush(self) -> None:
        """Start a Spark job unless there is enough to do already."""
        assert self._job is not None
        self._job.flush()

    def end(self) -> None:
        """Cancel what runs on Spark, and have it forget the job's data."""
        if self._job is not None:
            self._job.end()
            self._job = None

    def close(self, in_order: bool = False) -> None:
        """Stop the context, if it was made here."""
        if self._url is not None:
            self._context = None
            self._made.close()

    def _connected(self) -> SparkContext:
        if self._context is None:
            assert self._url is not None
            self._context = self._made.enter_context(made(self._url, self._limit))
        try:
            self._context.defaultParallelism  # noqa: B018  (a context that was stopped cannot say)
        except Exception as error:
            stopped = "The Spark context has been stopped. Make a new one, and a new job for it."
            raise ClusterError(stopped) from error
        return self._context


# One job.


@dataclass(eq=False)
class Submitted:
    """A task on its way: packed, with the partitions that it takes if it is a reduce task.

    `name` is another in each Spark job that it is part of, so that only what the last one wrote is taken.
    """

    stage: str
    identity: str
    packed: bytes
    partitions: tuple[int, int]
    future: Future[Done | Failure]
    name: str = ""


class _SparkJob:
    """What Spark holds and does for one job of ours."""

    def __init__(self, context: SparkContext, packed_work: bytes, num_workers: int):
        self._context, self._num_workers = context, num_workers
        self._group = f"mrkit-{uuid.uuid4().hex}"
        self._waiting: deque[Submitted] = deque()
        self._running: dict[str, Submitted] = {}
        self._unwanted: list[str] = []
        self._numbers = itertools.count()
        self._threads: list[threading.Thread] = []
        self._mapped: list[Any] = []  # RDDs of what map tasks wrote
        self._work = context.broadcast((VERSIONS, packed_work))
        self._broadcast: list[Any] = [self._work]
        self._telling = Telling(self._take)
        self._told: Any = context.accumulator([], self._telling)  # type: ignore[arg-type,unused-ignore]
        self._over = False
        self.folder = Path(tempfile.mkdtemp(prefix="mrkit-"))

    def submit(self, task: Task) -> Future[Done | Failure]:
        """Keep a task for the next Spark job."""
        partitions = (task.first, task.last) if isinstance(task, ReduceTask) else (0, 0)
        identity = f"{task.stage}-{task.number}-{task.attempt}"
        submitted = Submitted(task.stage, identity, pack_task(task), partitions, Future())
        self._waiting.append(submitted)
        return submitted.future

    def flush(self) -> None:
        """Start Spark jobs for what waits, if a worker would have nothing to do, or if it is much."""
        if len(self._running) >= self._num_workers and len(self._waiting) < TASKS_AHEAD // 2:
            return
        tasks = [self._waiting.popleft() for _ in range(len(self._waiting))]
        for stage, group in itertools.groupby(sorted(tasks, key=attrgetter("stage")), key=attrgetter("stage")):
            self._start(stage, list(group))

    def _start(self, stage: str, tasks: list[Submitted]) -> None:
        number = next(self._numbers)
        for task in tasks:
            task.name = f"{task.identity}-{number}"
            self._running[task.name] = task
        thread = InheritableThread(target=partial(self._run, stage, tasks), name=f"{self._group}-{number}")
        self._threads.append(thread)
        thread.start()

    def end(self) -> None:
        """Cancel what runs, and leave nothing on Spark or on the disk."""
        self._over = True
        for thread in self._threads:
            while thread.is_alive():  # more than once: it may be just about to start its Spark job
                with contextlib.suppress(Exception):  # a context that was stopped runs nothing
                    self._context.cancelJobGroup(self._group)
                thread.join(0.1)
        self._telling.take = _ignore
        with contextlib.suppress(Exception):
            for rdd in self._mapped:
                rdd.unpersist()
            for broadcast in self._broadcast:
                broadcast.destroy()
        shutil.rmtree(self.folder, ignore_errors=True)

    # In a thread for each Spark job.

    def _run(self, stage: str, tasks: list[Submitted]) -> None:
        try:
            self._context.setJobGroup(self._group, f"mrkit: {stage}, {len(tasks)} tasks", interruptOnCancel=True)
            self._context.setLocalProperty(UNWANTED, " ".join(self._unwanted))
            rdd = self._map(tasks) if stage == "map" else self._reduce(tasks)
            if not self._over:
                getattr(rdd, "_jrdd", rdd).count()  # rdd.count() sends all of it to Python once more
            self._give_up(tasks, "it lost what a task told")
        except Exception as error:
            self._failed(tasks, message_of(error))

    def _map(self, tasks: list[Submitted]) -> Any:
        packed = self._context.parallelize([(task.name, task.packed) for task in tasks], len(tasks))
        mapped = packed.mapPartitions(partial(run_map, self._group, self._work, self._told))
        self._mapped.append(mapped.persist(StorageLevel.MEMORY_AND_DISK))
        return mapped

    def _reduce(self, tasks: list[Submitted]) -> Any:
        packed = self._context.broadcast([(task.name, task.packed) for task in tasks])
        self._broadcast.append(packed)
        written = self._context.union(self._mapped).coalesce(self._num_workers)  # fewer, larger blocks in the shuffle
        pieces = written.mapPartitions(partial(cut, [task.partitions for task in tasks]))
        shuffled = pieces.partitionBy(len(tasks), itself)
        return shuffled.mapPartitionsWithIndex(partial(run_reduce, self._group, self._work, self._told, packed))

    def _failed(self, tasks: list[Submitted], message: str) -> None:
        """A Spark job failed. If a worker died, the task that it died at counts as tried; others go into the next."""
        if not re.search("Python worker exited|ExecutorLostFailure|Connection reset|Broken pipe", message):
            self._give_up(tasks, message)
            return
        number = re.search(r"Task (\d+) in stage", message)
        at = tasks[int(number[1])] if number and int(number[1]) < len(tasks) else None
        undone = self._undone(tasks)
        died = [at] if at in undone else undone
        for task in undone:
            if task not in died:
                self._waiting.append(task)
            elif task.future.set_running_or_notify_cancel():
                task.future.set_exception(SparkWorkerDied(in_short(message)))

    def _give_up(self, tasks: list[Submitted], message: str) -> None:
        for task in self._undone(tasks):
            self._settle(task, Failure(blame.pack_plain(explained(message)), "", ""))

    def _undone(self, tasks: list[Submitted]) -> list[Submitted]:
        """Those that have not told anything; they are not part of this Spark job any more."""
        undone = [task for task in tasks if self._running.pop(task.name, None) is not None]
        self._unwanted += [task.name for task in undone if task.stage == "map"]
        return undone

    # In the thread that pyspark takes what accumulators get with.

    def _take(self, told: list[tuple[str, bytes]]) -> None:
        for name, packed in told:
            task = self._running.pop(name, None)  # None: Spark did it once more, or nobody waits any longer
            if task is not None:
                try:
                    self._settle(task, load(packed))
                except CannotTravel as error:
                    self._settle(task, Failure(blame.pack_plain(error), "", ""))

    def _settle(self, task: Submitted, result: Done | Failure) -> None:
        if task.future.set_running_or_notify_cancel():
            task.future.set_result(result)


class SparkWorkerDied(Exception):
    """A Python process of Spark's, or an executor with all of them, ended in the middle of a task."""


def _ignore(told: list) -> None:
    pass
