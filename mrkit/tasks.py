"""What happens inside a worker: one task, run by the functions of `flow`, measured, sampled and, if it fails, blamed.

Serves every executor: `perform(work, task)` is the same in a thread, a process or on another machine. It
knows nothing of pools, retries or other tasks, and it never raises: what went wrong comes back as a `Failure`.
"""

from __future__ import annotations

import multiprocessing
import platform
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import chain, islice
from typing import Any

from mrkit import blame, flow, shuffle
from mrkit.counters import collecting
from mrkit.errors import Cancelled, short
from mrkit.events import Clock
from mrkit.partition import Partitioner

SAMPLE_BYTES = 1_000_000  # most that one task's sample may weigh
MOST_LARGEST = 10  # keys with most values that a reduce task names


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
    """Reduce the partitions from `first` on: `sources` are those partitions' frames of every map task."""

    number: int
    attempt: int
    first: int
    sources: tuple[shuffle.Output, ...]
    sample: frozenset
    path: str | None
    stage = "reduce"


Task = MapTask | ReduceTask


@dataclass
class Done:
    """A task's result, and what was seen on the way. `figures` are fields of `events.TaskFinished`."""

    output: shuffle.Output
    figures: dict[str, Any]
    sample: bytes
    printed: str
    worker: str


@dataclass
class Failure:
    """A task that did not succeed, with the error as bytes that any process can load."""

    error: bytes
    printed: str
    worker: str


@dataclass
class _Progress:
    """Where a task is: what blame and the figures need to know."""

    record: Any = None
    records: int = 0
    figures: dict[str, Any] = field(default_factory=dict)


def perform(work: Work, task: Task, stop: threading.Event | None = None) -> Done | Failure:
    """Run one task. `stop` is how a thread is asked to end, since it cannot be killed."""
    clock = work.clock_here()
    progress = _Progress()
    started, cpu = clock.now(), _cpu()
    with collecting() as (counts, printed):
        try:
            run: Callable = _map if isinstance(task, MapTask) else _reduce
            output, sample = run(work, task, progress, stop)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt) and threading.current_thread() is threading.main_thread():
                if multiprocessing.parent_process() is None:
                    raise  # the user's own interrupt, on the serial executor
            return Failure(blame.pack(error, work, task, progress.record), printed.text(), worker_name())
    figures = progress.figures | {
        "started": started,
        "finished": clock.now(),
        "cpu": _cpu() - cpu,
        "memory": _memory(),
        "counters": tuple(sorted(counts.items())),
    }
    return Done(output, figures, sample, printed.text(), worker_name())


def _map(work: Work, task: MapTask, progress: _Progress, stop) -> tuple[shuffle.Output, bytes]:
    sampler = _Sampler(work.map_func, task.sample)
    records = _watched(task.split, progress, stop)
    sampled = flow.map_records(sampler, islice(records, task.sample))
    groups = flow.group(chain(sampled, flow.map_records(work.map_func, records)))
    pairs = sum(map(len, groups.values()))
    if work.combiner is not None:
        groups = flow.combine(work.combiner, groups)
    buckets = flow.partition(groups, work.num_partitions, work.partitioner)
    before = time.perf_counter()
    output = shuffle.write(_with_positions(groups, buckets) if work.ordered else buckets, task.path)
    progress.figures = {
        "pickling": time.perf_counter() - before,
        "records_in": progress.records,
        "records_out": pairs,
        "groups": len(groups),
        "bytes_in": getattr(task.split, "size", None) or 0,
        "bytes_out": output.offsets[-1],
        "buckets": tuple(
            (number, len(bucket), sum(map(len, bucket.values())), output.offsets[number + 1] - output.offsets[number])
            for number, bucket in enumerate(buckets)
            if bucket
        ),
    }
    return output, sampler.pack(work)


def _reduce(work: Work, task: ReduceTask, progress: _Progress, stop) -> tuple[shuffle.Output, bytes]:
    sizes: Counter = Counter()
    largest: list[tuple[int, str]] = []
    results: list = []
    order: list[tuple[int, int]] = []
    sample: list[SampledGroup] = []
    pickling = 0.0
    sources = [shuffle.read(source) for source in task.sources]
    for partition in range(task.first, task.first + len(task.sources[0]) if task.sources else task.first):
        before = time.perf_counter()
        buckets = [next(source) for source in sources]
        if work.ordered:
            order += _first_positions(buckets)
            buckets = [bucket and bucket[0] for bucket in buckets]
        groups = flow.merge(buckets)
        pickling += time.perf_counter() - before
        first = len(results)
        results.extend(_watched(flow.reduce_groups(work.reduce_func, groups), progress, stop))
        counts = list(map(len, groups.values()))
        sizes.update(counts)
        top = nlargest(MOST_LARGEST, zip(counts, range(len(counts)), groups, strict=True))
        largest = nlargest(MOST_LARGEST, [*largest, *((count, short(key)) for count, _, key in top)])
        if task.sample:
            sample += [
                SampledGroup(partition, key, tuple(islice(values, MOST_VALUES)), len(values), results[first + i])
                for i, (key, values) in enumerate(groups.items())
                if key in task.sample
            ]
    before = time.perf_counter()
    output = shuffle.write([(results, order) if work.ordered else results], task.path)
    progress.figures = {
        "pickling": pickling + time.perf_counter() - before,
        "records_in": sum(size * groups for size, groups in sizes.items()),
        "records_out": len(results),
        "groups": sum(sizes.values()),
        "bytes_in": sum(source.offsets[-1] - source.offsets[0] for source in task.sources),
        "bytes_out": output.offsets[-1],
        "largest": tuple((key, count) for count, key in largest),
        "sizes": tuple(sorted(sizes.items())),
    }
    return output, _pack_within(sample, SAMPLE_BYTES)


def _with_positions(groups: flow.Groups, buckets: list[flow.Bucket]) -> list:
    """Each bucket with the positions that its keys have among all keys of the task."""
    position = {key: number for number, key in enumerate(groups)}
    return [bucket and (bucket, [position[key] for key in bucket]) for bucket in buckets]


def _first_positions(buckets: list) -> list[tuple[int, int]]:
    """For each key, in the order in which `flow.merge` meets them: (map task, position) of its first pair."""
    first: dict[Any, tuple[int, int]] = {}
    for number, bucket in enumerate(buckets):
        for key, position in zip(*bucket, strict=True) if bucket else ():
            first.setdefault(key, (number, position))
    return list(first.values())


def _watched(records: Iterable, progress: _Progress, stop: threading.Event | None) -> Iterator:
    for progress.record in records:
        if stop is not None and stop.is_set():
            raise Cancelled("The job was stopped.")
        progress.records += 1
        yield progress.record


# The sample: what a learner may look at afterwards.

MOST_PAIRS = 200  # of one sampled record
MOST_VALUES = 200  # of one sampled group


@dataclass(frozen=True)
class SampledRecord:
    """One record and the pairs that the map function made of it: (key, value, partition) each."""

    record: Any
    pairs: tuple[tuple[Any, Any, int], ...]
    position: int


@dataclass(frozen=True)
class SampledGroup:
    """One group as the reduce function saw it, and its result."""

    partition: int
    key: Any
    values: tuple
    num_values: int
    result: Any


class _Sampler:
    """Calls the map function and remembers each record with its first pairs."""

    def __init__(self, map_func: Callable, limit: int):
        self._map_func = map_func
        self._limit = limit
        self._seen: list[tuple[Any, list]] = []

    def __call__(self, record: Any) -> Any:
        pairs = self._map_func(record)
        if isinstance(pairs, str | bytes) or not isinstance(pairs, Iterable):
            return pairs  # flow says what is wrong with it
        rest = iter(pairs)
        head: list = []
        self._seen.append((record, head))
        return chain(_remembering(islice(rest, MOST_PAIRS), head), rest)

    def pack(self, work: Work) -> bytes:
        return _pack_within(
            [
                SampledRecord(
                    record, tuple((k, v, work.partitioner(k, work.num_partitions)) for k, v in pairs), position
                )
                for position, (record, pairs) in enumerate(self._seen)
            ],
            SAMPLE_BYTES,
        )


def _remembering(items: Iterable, memory: list) -> Iterator:
    for item in items:
        memory.append(item)
        yield item


def _pack_within(sample: list, limit: int) -> bytes:
    """Pickle as much of a sample as fits; nothing if it cannot be pickled."""
    while sample:
        try:
            packed = shuffle.dumps(sample)
        except Exception:
            return b""
        if len(packed) <= limit:
            return packed
        sample = sample[: len(sample) // 2]
    return b""


# What a worker knows of itself.


def worker_name() -> str:
    """The name of this worker: its process's, or in the main process its thread's."""
    process = multiprocessing.current_process().name
    if process != "MainProcess":
        return process
    thread = threading.current_thread()
    return "main" if thread is threading.main_thread() else thread.name


def _cpu() -> float:
    return getattr(time, "thread_time", time.process_time)()


def _memory() -> int:
    """The largest size of this process so far, in bytes; 0 where the system does not say."""
    try:
        # Not getrusage(): on Linux a spawned process inherits its parent's peak there.
        with open("/proc/self/status", "rb") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith(b"VmHWM"))
    except (OSError, StopIteration):
        pass
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return psutil.Process().memory_info().peak_wset
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
