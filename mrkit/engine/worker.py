"""What happens inside a worker: one task, run by the functions of `flow`, measured, sampled and, if it fails, blamed.

Serves every executor: `perform(work, task)` is the same in a thread, a process or on another machine. It
knows nothing of pools, retries or other tasks, and it never raises: what went wrong comes back as a `Failure`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mrkit import faults, flow
from mrkit.counters import collecting
from mrkit.engine import blame, quick, shuffle, sorting, spill
from mrkit.engine.bucket_writer import BucketWriter
from mrkit.engine.result_writer import ResultWriter
from mrkit.engine.sampling import GroupNames, GroupsSeen, Sampler
from mrkit.engine.skipping import SKIPPED, hardened
from mrkit.engine.tasks import BETWEEN_STOPS, Done, Failure, Fetch, MapTask, Pace, ReduceTask, Task, TaskState, Work
from mrkit.errors import Cancelled, DamagedBucket
from mrkit.interpreter import applied
from mrkit.machine import cpu_seconds, peak_memory
from mrkit.partition import GroupBy

PRELOAD_SHARE = 16  # a task may read one part in so many of its memory at once
MOST_AT_ONCE = 4_096  # results that are made before any of them is written
MAIN = "main"  # what the main thread is called when it does a task itself


def perform(
    work: Work,
    task: Task,
    stop: threading.Event | None = None,
    fetch: Fetch | None = None,
    worker: str | None = None,
    here: bool = False,
) -> Done | Failure:
    """Run one task. `stop` is how a thread is asked to end, since it cannot be killed.

    `fetch` brings what map tasks wrote to this worker, if its place is not one that `shuffle.read` can read from.
    `worker` is the worker's name, if it has another than its thread or process. `here` says that the task runs where
    the job was called: then errors keep their tracebacks, and in the main thread prints are shown at once.
    """
    clock = work.clock_here()
    worker = worker or worker_name()
    state = TaskState()
    started, cpu = clock.now(), cpu_seconds()
    aloud_as = worker if here and threading.current_thread() is threading.main_thread() else ""
    with applied(work.settings), collecting(aloud_as) as (counts, printed):
        try:
            faults.strike(work.faults, task.stage, task.number, task.attempt)
            if isinstance(task, MapTask):
                outputs, sample = _map(work, task, state, stop)
            else:
                outputs, sample = _reduce(work, task, state, stop, fetch)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt) and worker == MAIN:
                raise  # the user's own interrupt, on the serial executor
            packed = blame.pack(error, work, task, state.met()[1])
            lost = _lost(error, task, state) if isinstance(error, DamagedBucket) else ()
            killed = isinstance(error, faults.WorkerKilled)
            return Failure(packed, printed.text(), worker, killed, lost, error if here else None)
    seconds, cpu = clock.now() - started, cpu_seconds() - cpu
    longer = _pause((work.slow_motion - 1) * cpu, stop)
    figures = state.figures | {
        "pickling": state.pickling * (1 + longer / seconds if seconds else 1),
        "started": started,
        "finished": started + seconds + longer,
        "cpu": cpu,
        "memory": peak_memory(),
        "counters": tuple(sorted(counts.items())),
        "skipped": tuple(state.skipped),
        "num_skipped": state.num_skipped,
    }
    return Done(outputs, figures, sample, printed.text(), worker, state.groups)


def _pause(seconds: float, stop: threading.Event | None) -> float:
    """Slow motion: what is left of a task's time when its work is done. How long that was."""
    if seconds <= 0:
        return 0.0
    before = time.perf_counter()
    (stop or threading.Event()).wait(seconds)
    return time.perf_counter() - before


def _map(work: Work, task: MapTask, state: TaskState, stop) -> tuple[list[shuffle.Output], bytes]:
    sampler = Sampler(hardened(work, task, state), task.sample)
    writer = BucketWriter(work, task, state)
    outputs = flow.map_task(
        sampler.map_func,
        state.records(task.split, stop, 1 if sampler.map_func is not work.map_func else None),
        work.num_partitions,
        work.partitioner,
        work.combiner,
        mapping=sampler.map_records,
        grouping=writer.grouping,
        collect=writer.write_all,
    )
    records, last = state.met()
    if not state.all_given:
        quick.once_more(flow.map_records, sampler.map_func, last)
    if faults.loses(work.faults, task.number, task.attempt):
        outputs = [*map(shuffle.damage, outputs)]
    state.figures = {
        "records_in": records,
        "records_out": writer.num_pairs,
        "groups": writer.num_groups,
        "bytes_in": getattr(task.split, "size", None) or 0,
        "bytes_out": sum(output.size for output in outputs),
        "buckets": writer.sizes(),
        "spills": len(outputs) - 1,
    }
    with collecting():  # what the partitioner says here, it has said before
        return outputs, sampler.pack(lambda key: work.partitioner(key, work.num_partitions))


def _reduce(
    work: Work, task: ReduceTask, state: TaskState, stop: threading.Event | None, fetch: Fetch | None
) -> tuple[list[shuffle.Output], bytes]:
    writer = ResultWriter(task.path, work.ordered)
    reduce_func = hardened(work, task, state)
    seen = GroupsSeen(_wanted(work, task))
    before = time.perf_counter()
    outputs = fetch(task.sources) if fetch else shuffle.preload(task.sources, _preload(work))
    state.pickling += time.perf_counter() - before
    for number in range(task.last - task.first):
        part = _Part(work, task, number, state, stop, seen, writer)
        pieces = _read(outputs, task, number, state)
        flow.reduce_task(
            reduce_func,
            pieces,
            work.sort_keys,
            work.group_by,
            grouping=part.grouping,
            reducing=part.reducing,
            collect=part.write_all,
        )
    output = writer.close()
    state.pickling += writer.seconds
    state.figures = {
        "records_in": seen.values,
        "records_out": writer.number,
        "groups": sum(seen.sizes.values()),
        "bytes_in": sum(source.size for _, source in task.sources),
        "bytes_out": output.size,
        "largest": tuple((key, count) for count, key in seen.largest),
        "sizes": tuple(sorted(seen.sizes.items())),
        "spills": writer.spills,
    }
    return [output], seen.pack()


def _preload(work: Work) -> int:
    return min(shuffle.PRELOAD, (work.memory_limit or shuffle.PRELOAD * PRELOAD_SHARE) // PRELOAD_SHARE)


def _wanted(work: Work, task: ReduceTask) -> frozenset:
    """The groups of which a sample is wanted."""
    if work.group_by is None:
        return task.sample
    with collecting():  # what group_by says here, it has said before
        return frozenset(map(work.group_by, task.sample))


@dataclass
class _Part:
    """One partition of a reduce task: its groups, in bounded memory, on their way in; its results on their way out."""

    work: Work
    task: ReduceTask
    number: int  # among the task's partitions
    state: TaskState
    stop: threading.Event | None
    seen: GroupsSeen
    writer: ResultWriter

    def __post_init__(self) -> None:
        # Where each key was first met, if the order over all partitions matters: (map task, position in that task).
        self._order: dict[Any, tuple[int, int]] = {}
        self._whole: flow.Groups | None = None  # all groups, where they fit in memory and nothing is noted of each

    def grouping(self, pieces: Iterable, sort_keys: bool, group_by: GroupBy | None) -> Iterable[tuple[Any, Iterable]]:
        """What `flow.merged` does, for groups of any size, watched on their way to the reduce function."""
        path = self.task.path and f"{self.task.path}.{self.number}"
        partition = self.task.first + self.number
        if group_by is not None:
            return self._streams(pieces, path, group_by)
        budget = None if self.work.ordered else self.work.budget("reduce")
        if self.work.ordered:
            pieces = self._noting_order(pieces)
        groups = spill.gathered(pieces, budget, path, self.writer.spilled, sort_keys)
        if isinstance(groups, dict) and not self.work.ordered and self.work.max_skipped is None:
            self._whole = groups
            self.seen.note(groups, partition)
            return groups.items()
        return self.seen.watch(spill.one_by_one(groups), partition)

    def reducing(self, reduce_func: Callable, groups: Iterable[tuple[Any, Iterable]]) -> Iterator:
        """What `flow.reduce_groups` does, quickly where nothing is noted of each group."""
        if self._whole is None:
            return flow.reduce_groups(reduce_func, groups)
        return quick.reduce_groups(reduce_func, self.state.follow(list(self._whole)), self._whole.values())

    def _streams(self, pieces: Iterable, path: str | None, group_by: GroupBy) -> Iterator[tuple[Any, Iterator]]:
        partition = self.task.first + self.number
        items = self.seen.counted(sorting.in_order(pieces, self.work.budget("reduce"), path, self.writer.count_spill))
        names = GroupNames()
        for name, pairs in self.seen.watch_streams(flow.streams(items, group_by), partition):
            if self.stop is not None and self.stop.is_set():
                raise Cancelled  # a group without results is one too
            if self.work.may_tear_groups:
                names.note(name)
            yield name, pairs
        self.state.groups[partition] = names.kept

    def _noting_order(self, pieces: Iterable) -> Iterator[flow.Bucket]:
        for positions, piece in pieces:
            source = self.task.sources[self.state.source][0]
            for key, position in zip(piece, positions, strict=True):
                self._order.setdefault(key, (source, position))
            yield piece

    def write_all(self, results: Iterator) -> None:
        """Write every result; with the rank of its group, if the order is not that in which they come."""
        if self._whole is not None:
            self._write_blocks(results, self._whole)
        else:
            for result in self._until_stopped(results):
                if result is not SKIPPED:
                    rank = self._order[self.seen.key] if self.work.ordered else self.seen.rank
                    self.writer.add(rank, result)
                    self.seen.result(result)
        self.writer.end_part()

    def _write_blocks(self, results: Iterator, groups: flow.Groups) -> None:
        """Some results at a time: more of them while they are small."""
        keys = iter(groups)
        most, done = 1, 0
        pace = Pace(BETWEEN_STOPS if self.stop else MOST_AT_ONCE)
        while block := quick.some(results, min(most, pace.next())):
            if self.stop is not None and self.stop.is_set():
                raise Cancelled
            light = self.writer.add_all(block) < shuffle.FRAME_BYTES // 4
            self.seen.results(list(islice(keys, len(block))), block)
            done += len(block)
            most = min(2 * most, MOST_AT_ONCE) if light else 1 + most // 4
        if done < len(groups):
            key = self.state.met()[1]
            quick.once_more(flow.reduce_groups, self.work.reduce_func, (key, groups[key]))

    def _until_stopped(self, results: Iterator) -> Iterator:
        for result in results:
            if self.stop is not None and self.stop.is_set():
                raise Cancelled
            yield result


def _read(outputs: tuple[shuffle.Output, ...], task: ReduceTask, part: int, state: TaskState) -> Iterator:
    for state.source, output in enumerate(outputs):
        if not output.has(part):
            continue
        pieces = shuffle.read(output, part)
        while True:
            before = time.perf_counter()
            piece = next(pieces, None)
            state.pickling += time.perf_counter() - before
            if piece is None:
                break
            yield piece


def _lost(error: DamagedBucket, task: Task, state: TaskState) -> tuple[int, ...]:
    """The map tasks whose outputs are gone or damaged."""
    return error.map_tasks or (task.sources[state.source][0],)  # type: ignore[union-attr]


# What a worker knows of itself.


def worker_name() -> str:
    """The name of this worker: its thread's, or its process's if it runs tasks in its main thread."""
    import multiprocessing  # slow to load, and needed only where tasks run

    thread = threading.current_thread()
    if thread is not threading.main_thread():
        return thread.name
    process = multiprocessing.current_process().name
    return MAIN if process == "MainProcess" else process
