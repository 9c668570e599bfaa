"""Drives one job over an executor: all map tasks, then all reduce tasks.

The engine holds sizes and places of the intermediate data, never the data. It reads inputs only a little ahead of the
workers, so an endless stream of them needs no memory. It tells what happens as events and knows nothing of who
listens. It runs on the thread that calls it, and on that thread alone.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, islice
from typing import Any

from mrkit import events, flow
from mrkit.counters import collecting
from mrkit.engine import blame, shuffle
from mrkit.engine.attempts import Attempts, Patience
from mrkit.engine.interrupts import interruptible, uninterrupted
from mrkit.engine.net import read, reading, starting
from mrkit.engine.protocol import Executor
from mrkit.engine.tasks import Done, MapTask, ReduceTask, Task, Work
from mrkit.errors import CannotTravel, DamagedBucket, MrkitError, short
from mrkit.interpreter import collector_at_rest
from mrkit.records import Records

TASKS_PER_WORKER = 4  # with chunksize=None: enough tasks to even out their differences, few enough to be cheap
LARGEST_CHUNK = 4096  # records
STREAM_SAMPLE = 100  # records sampled of each split of a stream, until the sample is full
BYTES_PER_REDUCE_TASK = 4_000_000  # of more than one for each worker: results of some are read while others run


@dataclass(frozen=True)
class Plan:
    """How a job is to run: everything that does not change its results."""

    chunksize: int | None = None
    join_partitions: bool = False  # partitions are finer than needed: one reduce task may take several
    sample: int = 1000
    patience: Patience = field(default_factory=Patience)
    whole_splits: bool = False  # the map function takes a split at a time, not a record
    baseline: bool = False


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
        self._samples: dict[tuple[str, int], list] = {}
        self._splits: dict[int, Any] = {}  # of map tasks, in case one must be run again
        self._mapped: list[Done] = []
        self._map_attempts: dict[int, int] = {}
        self._repairs: Counter[int] = Counter()
        self._reduce_attempts: dict[int, int] = {}
        self._reduce_repairs: Counter[int] = Counter()
        self._totals = (0, 0, 0)
        self._ranges: tuple[tuple[int, int], ...] = ()
        self._early: dict[int, list[list]] = {}  # results of reduce tasks that were read while others ran

    def run(self, inputs: Iterable) -> list:
        """Run the job; its results."""
        [results] = self.blocks(inputs, at_once=True)
        return results

    def blocks(self, inputs: Iterable, at_once: bool = False) -> Iterator[list]:
        """The same, some results at a time or all `at_once`."""
        number = 0
        try:
            with interruptible():
                splits, known = self._split(inputs)
            self._tell(
                events.JobStarted,
                name=self.name,
                executor=self.executor.name,
                start_method=self.executor.start_method,
                num_workers=self.executor.num_workers,
                num_splits=known,
            )
            if self.work.slow_motion > 1:
                self._tell(events.SlowMotion, factor=self.work.slow_motion)
            try:
                with starting(self.executor.name):
                    self.executor.begin(replace(self.work, map_tasks=known), self.stopped)
                for block in self._results(self._run_stages(splits, known, at_once), at_once):
                    number += len(block)
                    yield block
            finally:
                with uninterrupted():
                    self.executor.end()
            if self.plan.baseline:
                self._tell(events.BaselineMeasured, seconds=self._one_thread(splits))
        except BaseException as error:
            said = str(error) if isinstance(error, MrkitError) else f"{type(error).__name__}: {error}"
            self._tell(events.JobFinished, num_results=0, error=said)
            raise
        self._tell(events.JobFinished, num_results=number, error=None)

    def records(self) -> Records:
        """A sample of the intermediate data, after the run."""
        return Records.of(self._samples, self._ranges, *self._totals, self.work.group_by)

    def _run_stages(self, splits: Iterable[Iterable], number: int | None, at_once: bool) -> list[Done]:
        mapping = self._attempts()
        mapped = mapping.run(self._map_tasks(splits, number))
        self._mapped, self._map_attempts = mapped, mapping.begun
        self._keep_samples("map", mapped)
        self._ranges = self._reduce_ranges(mapped)
        self._tell(events.ReducePlanned, ranges=self._ranges)
        reducing = self._attempts()
        early = self._read_early if at_once else None
        reduced = reducing.run(self._reduce_tasks(), self._repaired, early) if mapped else []
        self._reduce_attempts = reducing.begun
        self._keep_samples("reduce", reduced)
        blame.check_groups(self.work, [done.groups for done in reduced])
        self._totals = (
            sum(done.figures["records_in"] for done in mapped),
            sum(done.figures["records_out"] for done in mapped),
            sum(done.figures["groups"] for done in reduced),
        )
        return reduced

    def _keep_samples(self, stage: str, done: list[Done]) -> None:
        for number, task in enumerate(done):
            if task.sample:
                with contextlib.suppress(Exception):  # what cannot be loaded again is said of the results
                    self._samples[stage, number] = pickle.loads(task.sample)
                task.sample = b""

    def _attempts(self) -> Attempts:
        return Attempts(self.executor, self.plan.patience, self._tell, self.work.clock.now, self.stopped)

    # Map.

    def _split(self, inputs: Iterable) -> tuple[Iterable[Iterable], int | None]:
        """The splits, and how many there are if that is known without reading the inputs."""
        if hasattr(inputs, "splits") or isinstance(inputs, Sized):
            size = self.plan.chunksize
            if size is None and isinstance(inputs, Sized):
                with reading():
                    size = -(-len(inputs) // (TASKS_PER_WORKER * self.executor.num_workers))
            splits = list(self._as_records(read(flow.split(inputs, size or 1))))
            return splits, len(splits)
        size = self.plan.chunksize
        stream = self._as_records(read(flow.split(inputs, size) if size else self._growing_splits(inputs)))
        if self.plan.baseline:  # the inputs are needed twice
            splits = list(stream)
            return splits, len(splits)
        return stream, None

    def _as_records(self, splits: Iterator[Iterable]) -> Iterator[Iterable]:
        return ([split] for split in splits) if self.plan.whole_splits else splits

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
            share = -(-left // (number - index)) if number else min(left, STREAM_SAMPLE)
            left -= min(share, len(split)) if isinstance(split, list) else share
            self._keep_split(index, split, known=number is not None)
            yield MapTask(index, 1, split, share, self._path("map", index, 1)), self._name_split(split, first)
            first += len(split) if isinstance(split, list) else 0

    def _name_split(self, split: Iterable, first: int) -> str:
        return _name(next(iter(split)) if self.plan.whole_splits else split, first)

    def _keep_split(self, index: int, split: Iterable, known: bool) -> None:
        # A stream's records are nowhere else: they go to disk, where the outputs that may get lost are too.
        path = self._path("split", index, 1)
        if known:
            self._splits[index] = split
        elif path is not None:
            with contextlib.suppress(TypeError, pickle.PicklingError):  # the executor says what cannot travel
                self._splits[index] = shuffle.write([[split]], path)

    def _path(self, stage: str, number: int, attempt: int) -> str | None:
        return self.executor.path(f"{stage}-{number}-{attempt}")

    # Reduce.

    def _reduce_ranges(self, mapped: list[Done]) -> tuple[tuple[int, int], ...]:
        """Which partitions each reduce task takes. Neighbours are joined, so their order stays."""
        count = self.work.num_partitions
        if not self.plan.join_partitions:
            return tuple((partition, partition + 1) for partition in range(count))
        sizes = [0] * count
        for done in mapped:
            for partition, _, _, size in done.figures["buckets"]:
                sizes[partition] += size
        tasks = min(count, max(self.executor.num_workers, -(-sum(sizes) // BYTES_PER_REDUCE_TASK)))
        sums = list(accumulate(sizes, initial=0))
        borders = [0]
        for task in range(1, tasks):
            fair = sums[-1] * task / tasks
            free = range(borders[-1] + 1, count - tasks + task + 1)
            borders.append(min(free, key=lambda partition: abs(sums[partition] - fair)))
        return tuple(zip(borders, [*borders[1:], count], strict=True))

    def _reduce_tasks(self) -> Iterator[tuple[Task, str]]:
        wanted: dict[int, set] = {}
        for (stage, _), sample in self._samples.items():
            for kept in sample if stage == "map" else ():
                for key, _, partition in kept.pairs:
                    wanted.setdefault(partition, set()).add(key)
        for number, (first, last) in enumerate(self._ranges):
            keys = frozenset(key for partition in range(first, last) for key in wanted.get(partition, ()))
            yield self._reduce_task(number, 1, keys)

    def _reduce_task(self, number: int, attempt: int, keys: frozenset) -> tuple[Task, str]:
        first, last = self._ranges[number]
        path, sources = self._path("reduce", number, attempt), self._sources(first, last)
        what = f"partition {first}" if last == first + 1 else f"partitions {first} to {last - 1}"
        return ReduceTask(number, attempt, first, last, sources, keys, path), what

    def _sources(self, first: int, last: int) -> shuffle.Sources:
        parts = ((task, output.parts(first, last)) for task, done in enumerate(self._mapped) for output in done.outputs)
        return tuple((task, part) for task, part in parts if part.size)

    def _repaired(self, task: Task, lost: tuple[int, ...]) -> Task:
        """A reduce task anew, with the map tasks run again whose outputs were lost and are not yet replaced."""
        assert isinstance(task, ReduceTask)
        now = self._sources(task.first, task.last)
        unchanged = {number for number in lost if _of(number, now) == _of(number, task.sources)}
        if unchanged:
            self._map_again(sorted(unchanged))
            now = self._sources(task.first, task.last)
        return replace(task, sources=now)

    def _map_again(self, lost: list[int]) -> None:
        attempts = self._attempts()
        again = dict(zip(lost, attempts.run(self._map_task_again(number) for number in lost), strict=True))
        self._mapped = [again.get(number, done) for number, done in enumerate(self._mapped)]
        self._map_attempts |= attempts.begun

    def _map_task_again(self, lost: int) -> tuple[Task, str]:
        kept = self._splits.get(lost)
        if kept is None:
            raise DamagedBucket("Intermediate data was lost, and the inputs were a stream that cannot be read again.")
        self._repairs[lost] += 1
        if self._repairs[lost] > self.plan.patience.max_attempts:
            raise DamagedBucket(f"What map task {lost} writes is damaged every time. Is the disk broken, or full?")
        split = next(shuffle.read(kept, 0)) if isinstance(kept, shuffle.Output) else kept
        attempt = self._map_attempts[lost] + 1
        task = MapTask(lost, attempt, split, 0, self._path("map", lost, attempt))
        return task, f"{self._name_split(split, 0)}, once more"

    # The end.

    def _results(self, reduced: list[Done], at_once: bool) -> Iterator[list]:
        """All results in blocks: partition by partition, or in the order in which their keys were first met."""
        blocks = self._blocks(reduced)
        if not self.work.ordered and not at_once:
            yield from blocks
            return
        with collector_at_rest():
            results = [*chain.from_iterable(blocks)]
            if self.work.ordered:
                results.sort(key=lambda pair: pair[0])
                results = [result for _, result in results]
        yield results

    def _read_early(self, number: int, done: Done) -> None:
        """Results that the caller wants all at once are read while workers are at other tasks."""
        # What is wrong with them is said when they are needed.
        with interruptible(), contextlib.suppress(MrkitError), collector_at_rest():
            self._early[number] = [*_rest(done, 0)]
            _remove_outputs(done)

    def _blocks(self, reduced: list[Done]) -> Iterator[list]:
        for number, done in enumerate(reduced):
            yield from self._early.pop(number) if number in self._early else self._blocks_of(number, done)

    def _blocks_of(self, number: int, done: Done) -> Iterator[list]:
        given = 0  # results of this task: what it wrote may get lost while it is read
        while True:
            try:
                for block in _rest(done, given):
                    given += len(block)
                    yield block
                break
            except DamagedBucket:
                done = self._reduce_again(number)
            except CannotTravel as error:
                raise blame.of_a_result(error, self.work) from error.__cause__
        _remove_outputs(done)

    def _reduce_again(self, number: int) -> Done:
        """What a reduce task wrote is gone; its order is that of its keys, so it writes the same."""
        self._reduce_repairs[number] += 1
        if self._reduce_repairs[number] > self.plan.patience.max_attempts:
            raise DamagedBucket(f"What reduce task {number} writes is damaged every time. Is the disk broken, or full?")
        attempt = self._reduce_attempts[number] + 1
        attempts = self._attempts()
        task, what = self._reduce_task(number, attempt, frozenset())
        [done] = attempts.run(iter([(task, f"{what}, once more")]), self._repaired)
        self._reduce_attempts |= attempts.begun
        return done

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
                flow.reduce_task(work.reduce_func, buckets, work.sort_keys, work.group_by)
        return time.perf_counter() - before

    def _tell(self, kind: Callable[..., events.Event], **fields: Any) -> None:
        self._emitter.emit(kind(self.work.clock.now(), **fields))


def _rest(done: Done, given: int) -> Iterator[list]:
    """The results of a reduce task in blocks, but for the first ones."""
    for output in done.outputs:
        for part in range(len(output)):
            with contextlib.closing(shuffle.read(output, part)) as blocks:
                for block in blocks:
                    rest, given = block[given:], max(0, given - len(block))
                    if rest:
                        yield rest


def _remove_outputs(done: Done) -> None:
    for output in done.outputs:
        if output.path is not None:
            with contextlib.suppress(OSError):
                os.unlink(output.path)
    done.outputs.clear()


def _name(split: Iterable, first: int) -> str:
    if not isinstance(split, list):
        return str(split)
    if len(split) == 1:
        return short(split[0], limit=40)
    return f"inputs {first + 1} to {first + len(split)}"


def _of(number: int, sources: shuffle.Sources) -> list[shuffle.Output]:
    return [output for task, output in sources if task == number]
