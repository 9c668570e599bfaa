"""Drives one job over an executor: map tasks, then reduce tasks, each tried again if its worker dies.

The engine holds sizes and places of the intermediate data, never the data. It reads inputs only a little ahead of the
workers, so an endless stream of them needs no memory. It tells what happens as events and knows nothing of who
listens. It runs on the thread that calls it, and on that thread alone.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from itertools import accumulate, islice
from typing import Any

from mrkit import blame, events, flow, shuffle
from mrkit.counters import collecting
from mrkit.errors import Cancelled, MrkitError, WorkerDied, short
from mrkit.executors import Executor
from mrkit.records import Records
from mrkit.tasks import Done, Failure, MapTask, ReduceTask, Task, Work

TICK = 0.1  # seconds between two looks at the workers, and the longest time until a stop is noticed
TASKS_PER_WORKER = 4  # with chunksize=None: enough tasks to even out their differences, few enough to be cheap
LARGEST_CHUNK = 4096  # records
BYTES_PER_REDUCE_TASK = 16_000_000


@dataclass(frozen=True)
class Plan:
    """How a job is to run: everything that does not change its results."""

    chunksize: int | None = None
    join_partitions: bool = False  # partitions are finer than needed: one reduce task may take several
    sample: int = 1000
    max_attempts: int = 3
    baseline: bool = False


@dataclass
class _Attempt:
    task: Task
    submitted: float
    what: str


@dataclass
class Engine:
    """One run of one job."""

    name: str
    work: Work
    plan: Plan
    executor: Executor
    hooks: Iterable[events.Hook]
    stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._emitter = events.Emitter(self.hooks)
        self._finished: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._samples: dict[tuple[str, int], list] = {}

    def run(self, inputs: Iterable) -> tuple[list, Records]:
        """The results of the job, and a sample of its intermediate data."""
        splits, number = self._splits(inputs)
        self._tell(
            events.JobStarted,
            name=self.name,
            executor=self.executor.name,
            start_method=self.executor.start_method,
            num_workers=self.executor.num_workers,
            num_splits=number,
        )
        results: list = []
        try:
            try:
                self.executor.begin(self.work)
                results = self._run_stages(splits, number)
            finally:
                self.executor.end()
            if self.plan.baseline:
                self._tell(events.BaselineMeasured, seconds=self._one_thread(splits))
        except BaseException as error:
            said = str(error) if isinstance(error, MrkitError) else f"{type(error).__name__}: {error}"
            self._tell(events.JobFinished, num_results=0, error=said)
            raise
        self._tell(events.JobFinished, num_results=len(results), error=None)
        return results, Records.of(self._samples, self._ranges, *self._totals)

    def _run_stages(self, splits: Iterable[Iterable], number: int | None) -> list:
        mapped = self._run_stage(self._map_tasks(splits, number))
        outputs = [done.output for done in mapped]
        self._ranges = self._reduce_ranges(outputs)
        self._tell(events.ReducePlanned, ranges=self._ranges)
        reduced = self._run_stage(self._reduce_tasks(outputs) if outputs else iter(()))
        self._totals = _totals(mapped, reduced)
        return self._collect(reduced)

    # Tasks.

    def _splits(self, inputs: Iterable) -> tuple[Iterable[Iterable], int | None]:
        """The splits, and how many there are if that is known without reading the inputs."""
        if hasattr(inputs, "splits") or hasattr(inputs, "__len__"):
            size = self.plan.chunksize
            if size is None and hasattr(inputs, "__len__"):
                size = -(-len(inputs) // (TASKS_PER_WORKER * self.executor.num_workers))
            splits = list(flow.split(inputs, max(1, size or 1)))
            return splits, len(splits)
        stream = flow.split(inputs, self.plan.chunksize) if self.plan.chunksize else self._growing_splits(inputs)
        if self.plan.baseline:  # the inputs are needed twice
            splits = list(stream)
            return splits, len(splits)
        return stream, None

    def _growing_splits(self, inputs: Iterable) -> Iterator[list]:
        """Of a stream of unknown length: small splits first, so that a short stream feeds all workers."""
        records, size = iter(inputs), 1
        while True:
            for _ in range(TASKS_PER_WORKER * self.executor.num_workers):
                split = list(islice(records, size))
                if not split:
                    return
                yield split
            size = min(2 * size, LARGEST_CHUNK)

    def _map_tasks(self, splits: Iterable[Iterable], number: int | None) -> Iterator[tuple[Task, str]]:
        first = 0
        left = self.plan.sample
        for index, split in enumerate(splits):
            share = min(left, -(-self.plan.sample // number) if number else 100)
            left -= share
            yield MapTask(index, 1, split, share, self._path("map", index)), _name_split(split, first)
            first += len(split) if isinstance(split, list) else 0

    def _reduce_ranges(self, outputs: list[shuffle.Output]) -> tuple[tuple[int, int], ...]:
        """Which partitions each reduce task takes. Neighbours are joined, so their order stays."""
        count = self.work.num_partitions
        if not self.plan.join_partitions:
            return tuple((partition, partition + 1) for partition in range(count))
        sizes = [sum(o.offsets[p + 1] - o.offsets[p] for o in outputs) for p in range(count)]
        tasks = min(count, max(self.executor.num_workers, -(-sum(sizes) // BYTES_PER_REDUCE_TASK)))
        sums = list(accumulate(sizes, initial=0))
        borders = [0]
        for task in range(1, tasks):
            fair = sums[-1] * task / tasks
            nearest = min(range(borders[-1] + 1, count - tasks + task + 1), key=lambda p: abs(sums[p] - fair))
            borders.append(nearest)
        return tuple(zip(borders, [*borders[1:], count], strict=True))

    def _reduce_tasks(self, outputs: list[shuffle.Output]) -> Iterator[tuple[Task, str]]:
        wanted: dict[int, set] = {}
        for (stage, _), sample in self._samples.items():
            if stage == "map":
                for record in sample:
                    for key, _, partition in record.pairs:
                        wanted.setdefault(partition, set()).add(key)
        for number, (first, last) in enumerate(self._ranges):
            sources = tuple(output.slice(first, last) for output in outputs)
            sample = frozenset().union(*(wanted.get(partition, ()) for partition in range(first, last)))
            what = f"partition {first}" if last == first + 1 else f"partitions {first} to {last - 1}"
            yield ReduceTask(number, 1, first, sources, sample, self._path("reduce", number)), what

    # Running them.

    def _run_stage(self, tasks: Iterator[tuple[Task, str]]) -> list[Done]:
        """Run all tasks of a stage, a few more at a time than there are workers; their results in task order."""
        done: dict[int, Done] = {}
        again: deque[tuple[Task, str]] = deque()
        running: dict[Future, _Attempt] = {}
        while True:
            while len(running) < 2 * self.executor.num_workers + 1:
                if (next_task := again.popleft() if again else next(tasks, None)) is None:
                    break
                self._submit(*next_task, running)
            if not running:
                return [done[number] for number in sorted(done)]
            future = self._next_finished()
            if future is not None and (attempt := running.pop(future, None)) is not None:
                result = self._result(future, attempt)
                if isinstance(result, Done):
                    done[attempt.task.number] = result
                else:
                    again.append((result, attempt.what))

    def _submit(self, task: Task, what: str, running: dict[Future, _Attempt]) -> None:
        submitted = self._now()
        self._tell(events.TaskSubmitted, stage=task.stage, task=task.number, attempt=task.attempt, what=what)
        future = self.executor.submit(task)
        running[future] = _Attempt(task, submitted, what)
        future.add_done_callback(self._finished.put)

    def _next_finished(self) -> Future | None:
        if self.stopped.is_set():
            raise Cancelled("The job was stopped.")
        for stage, task, attempt, worker in self.executor.seen():
            self._tell(events.TaskStarted, stage=stage, task=task, attempt=attempt, worker=worker)
        try:
            return self._finished.get(timeout=TICK)
        except queue.Empty:
            return None

    def _result(self, future: Future, attempt: _Attempt) -> Done | Task:
        """What a task made, or the task to try instead. An error of the user's ends the job here."""
        task = attempt.task
        try:
            result = future.result()
        except Exception as error:  # not the task failed but its worker
            return self._try_again(task, attempt, "", error)
        if result.printed:
            self._tell(
                events.WorkerOutput, stage=task.stage, task=task.number, worker=result.worker, text=result.printed
            )
        if isinstance(result, Failure):
            error = blame.unpack(result.error)
            self._tell_failure(task, attempt, result.worker, str(error), again=False)
            raise error
        self._tell(
            events.TaskFinished,
            stage=task.stage,
            task=task.number,
            attempt=task.attempt,
            worker=result.worker,
            submitted=attempt.submitted,
            **result.figures,
        )
        if result.sample:
            self._samples[task.stage, task.number] = pickle.loads(result.sample)
        return result

    def _try_again(self, task: Task, attempt: _Attempt, worker: str, error: Exception) -> Task:
        said = _why_worker_died(error)
        again = task.attempt < self.plan.max_attempts
        self._tell_failure(task, attempt, worker, said, again)
        if not again:
            times = "once" if task.attempt == 1 else f"{task.attempt} times"
            raise WorkerDied(
                f"The worker died {times} at {task.stage} task {task.number} ({attempt.what}): {said}. "
                f"Look at what your function does with this input: memory, os._exit, or a C library?"
            ) from error
        attempts = task.attempt + 1
        return replace(task, attempt=attempts, path=self._path(task.stage, task.number, attempts))

    def _path(self, stage: str, number: int, attempt: int = 1) -> str | None:
        return self.executor.path(f"{stage}-{number}-{attempt}")

    # The end.

    def _collect(self, reduced: list[Done]) -> list:
        """All results: partition by partition, or in the order in which their keys were first met."""
        results: list = []
        order: list = []
        for done in reduced:
            for part in shuffle.read(done.output):
                if part and self.work.ordered:
                    order += part[1]
                    part = part[0]
                results += part
            if done.output.path is not None:
                os.unlink(done.output.path)
        if self.work.ordered:
            return [result for _, result in sorted(zip(order, results, strict=True), key=lambda pair: pair[0])]
        return results

    def _one_thread(self, splits: Iterable[Iterable]) -> float:
        """Seconds that the same job takes by `flow` alone: no pool, no pickling, no measuring."""
        work = self.work
        before = time.perf_counter()
        with collecting():  # what it counts and prints has been counted and printed by the job itself
            outputs = [
                flow.map_task(work.map_func, split, work.num_partitions, work.partitioner, work.combiner)
                for split in splits
            ]
            for buckets in zip(*outputs, strict=True):
                flow.reduce_task(work.reduce_func, buckets)
        return time.perf_counter() - before

    # Telling.

    def _now(self) -> float:
        return self.work.clock.now()

    def _tell(self, kind: Callable[..., events.Event], **fields: Any) -> None:
        self._emitter.emit(kind(self._now(), **fields))

    def _tell_failure(self, task: Task, attempt: _Attempt, worker: str, error: str, again: bool) -> None:
        self._tell(
            events.TaskFailed,
            stage=task.stage,
            task=task.number,
            attempt=task.attempt,
            worker=worker,
            submitted=attempt.submitted,
            error=error,
            again=again,
        )


def _totals(mapped: list[Done], reduced: list[Done]) -> tuple[int, int, int]:
    """How many inputs, pairs and groups there were."""
    return (
        sum(done.figures["records_in"] for done in mapped),
        sum(done.figures["records_out"] for done in mapped),
        sum(done.figures["groups"] for done in reduced),
    )


def _name_split(split: Iterable, first: int) -> str:
    if not isinstance(split, list):
        return str(split)
    if len(split) == 1:
        return short(split[0], limit=40)
    return f"inputs {first + 1} to {first + len(split)}"


def _why_worker_died(error: Exception) -> str:
    code = getattr(error, "exitcode", None)
    if code is None:
        return f"{type(error).__name__}: {error}"
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        return f"it was killed by signal {name}"
    return f"it ended with exit status {code % 256}"
