"""What happens inside a worker: one task, run by the functions of `flow`, measured, sampled and, if it fails, blamed.

Serves every executor: `perform(work, task)` is the same in a thread, a process or on another machine. It
knows nothing of pools, retries or other tasks, and it never raises: what went wrong comes back as a `Failure`.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from mrkit import faults, flow
from mrkit.counters import collecting
from mrkit.engine import blame, shuffle, spill
from mrkit.engine.budget import CHECK_EVERY, Budget
from mrkit.engine.result_writer import ResultWriter
from mrkit.engine.sampling import GroupsSeen, Sampler
from mrkit.engine.skipping import SKIPPED, hardened
from mrkit.engine.tasks import Done, Failure, Fetch, MapTask, ReduceTask, Task, TaskState, Work
from mrkit.errors import Cancelled, DamagedBucket
from mrkit.machine import cpu_seconds, peak_memory

_NO_MORE: Any = object()
MAIN = "main"  # what the main thread is called when it does a task itself


def perform(
    work: Work,
    task: Task,
    stop: threading.Event | None = None,
    fetch: Fetch = shuffle.preload,
    worker: str | None = None,
) -> Done | Failure:
    """Run one task. `stop` is how a thread is asked to end, since it cannot be killed.

    `fetch` brings what map tasks wrote to this worker, if its place is not one that `shuffle.read` can read from.
    `worker` is the worker's name, if it has another than its thread or process.
    """
    clock = work.clock_here()
    worker = worker or worker_name()
    state = TaskState()
    started, cpu = clock.now(), cpu_seconds()
    with collecting() as (counts, printed):
        try:
            faults.strike(work.faults, task.stage, task.number, task.attempt)
            if isinstance(task, MapTask):
                outputs, sample = _map(work, task, state, stop)
            else:
                outputs, sample = _reduce(work, task, state, stop, fetch)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt) and worker == MAIN:
                raise  # the user's own interrupt, on the serial executor
            packed = blame.pack(error, work, task, state.record)
            lost = _lost(error, task, state) if isinstance(error, DamagedBucket) else ()
            return Failure(packed, printed.text(), worker, isinstance(error, faults.WorkerKilled), lost)
    figures = state.figures | {
        "pickling": state.pickling,
        "started": started,
        "finished": clock.now(),
        "cpu": cpu_seconds() - cpu,
        "memory": peak_memory(),
        "counters": tuple(sorted(counts.items())),
        "skipped": tuple(state.skipped),
        "num_skipped": state.num_skipped,
    }
    return Done(outputs, figures, sample, printed.text(), worker)


def _map(work: Work, task: MapTask, state: TaskState, stop) -> tuple[list[shuffle.Output], bytes]:
    map_func = hardened(work, task, state)
    sampler = Sampler(map_func, task.sample)
    records = _watched(task.split, state, stop)
    sampled = flow.map_records(sampler, islice(records, task.sample))
    pairs = chain(sampled, flow.map_records(map_func, records))
    outputs: list[shuffle.Output] = []
    rows: Counter = Counter()
    number = distinct = 0
    for groups in _within(pairs, work.budget() if task.path else None):
        number += sum(map(len, groups.values()))
        if work.combiner is not None:
            groups = flow.combine(work.combiner, groups)
        buckets = flow.partition(groups, work.num_partitions, work.partitioner)
        before = time.perf_counter()
        path = f"{task.path}.{len(outputs)}" if outputs else task.path
        outputs.append(shuffle.write(_pieces(buckets, groups, distinct, work.ordered), path))
        state.pickling += time.perf_counter() - before
        distinct += len(groups)
        _count_buckets(rows, buckets, outputs[-1])
    if faults.loses(work.faults, task.number, task.attempt):
        outputs = [*map(shuffle.damage, outputs)]
    state.figures = {
        "records_in": state.records,
        "records_out": number,
        "groups": distinct,
        "bytes_in": getattr(task.split, "size", None) or 0,
        "bytes_out": sum(output.size for output in outputs),
        "buckets": tuple(
            (part, rows[part, "groups"], rows[part, "values"], rows[part, "bytes"])
            for part in range(work.num_partitions)
            if rows[part, "groups"]
        ),
        "spills": len(outputs) - 1,
    }
    with collecting():  # what the partitioner says here, it has said before
        return outputs, sampler.pack(lambda key: work.partitioner(key, work.num_partitions))


def _within(pairs: Iterable[flow.Pair], budget: Budget | None) -> Iterator[flow.Groups]:
    """The pairs in groups: all at once, or as many at a time as the budget allows."""
    if budget is None:
        yield flow.group(pairs)
        return
    groups: flow.Groups = {}
    pairs = iter(pairs)
    held = 0
    while True:
        before = len(groups)
        first = next(pairs, _NO_MORE)
        if first is _NO_MORE:
            yield groups
            return
        flow.group(chain([first], islice(pairs, CHECK_EVERY - 1)), groups)
        held += CHECK_EVERY + len(groups) - before
        if budget.full(held):
            yield groups
            groups, held = {}, 0


def _count_buckets(rows: Counter, buckets: list[flow.Bucket], output: shuffle.Output) -> None:
    for part, bucket in enumerate(buckets):
        if bucket:
            rows[part, "groups"] += len(bucket)
            rows[part, "values"] += sum(map(len, bucket.values()))
            rows[part, "bytes"] += output.offsets[part + 1] - output.offsets[part]


def _pieces(buckets: list[flow.Bucket], groups: flow.Groups, first: int, ordered: bool) -> Iterator[Iterable]:
    """What to write for each partition: its bucket in pieces; if ordered, with the keys' positions in the task."""
    position = {key: number for number, key in enumerate(groups, first)} if ordered else {}
    for bucket in buckets:
        pieces = shuffle.blocks(bucket)
        yield (([position[key] for key in piece], piece) for piece in pieces) if ordered else pieces


def _reduce(
    work: Work, task: ReduceTask, state: TaskState, stop: threading.Event | None, fetch: Fetch
) -> tuple[list[shuffle.Output], bytes]:
    seen = GroupsSeen(task.sample)
    results = ResultWriter(task.path, work.ordered)
    reduce_func = hardened(work, task, state)
    before = time.perf_counter()
    outputs = fetch(task.sources)
    state.pickling += time.perf_counter() - before
    for part in range(task.last - task.first):
        pieces = _read(outputs, task, part, state)
        order: dict[Any, tuple[int, int]] | None = {} if work.ordered else None
        if order is not None:
            pieces = _noting_order(pieces, order, task, state)
        budget = work.budget() if order is None else None
        path = task.path and f"{task.path}.{part}"
        groups = spill.grouped(pieces, budget, path, results.spilled, work.sort_keys)
        reduced = flow.reduce_groups(reduce_func, seen.watch(groups, task.first + part))
        for result in _watched(reduced, state, stop):
            if result is not SKIPPED:
                results.add(order[seen.key] if order is not None else seen.rank, result)
                seen.result(result)
        results.end_part()
    output = results.close()
    state.pickling += results.seconds
    state.figures = {
        "records_in": seen.values,
        "records_out": results.number,
        "groups": sum(seen.sizes.values()),
        "bytes_in": sum(source.size for _, source in task.sources),
        "bytes_out": output.size,
        "largest": tuple((key, count) for count, key in seen.largest),
        "sizes": tuple(sorted(seen.sizes.items())),
        "spills": results.spills,
    }
    return [output], seen.pack()


def _read(outputs: tuple[shuffle.Output, ...], task: ReduceTask, part: int, state: TaskState) -> Iterator:
    for state.source, output in enumerate(outputs):
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


def _noting_order(
    pieces: Iterable, order: dict[Any, tuple[int, int]], task: ReduceTask, state: TaskState
) -> Iterator[flow.Bucket]:
    """Note for each key where it was first met: (map task, position among the keys of that task)."""
    for positions, piece in pieces:
        for key, position in zip(piece, positions, strict=True):
            order.setdefault(key, (task.sources[state.source][0], position))
        yield piece


def _watched(records: Iterable, state: TaskState, stop: threading.Event | None) -> Iterator:
    for state.records, state.record in enumerate(records, 1):
        if stop is not None and stop.is_set():
            raise Cancelled
        yield state.record


# What a worker knows of itself.


def worker_name() -> str:
    """The name of this worker: its thread's, or its process's if it runs tasks in its main thread."""
    import multiprocessing  # slow to load, and needed only where tasks run

    thread = threading.current_thread()
    if thread is not threading.main_thread():
        return thread.name
    process = multiprocessing.current_process().name
    return MAIN if process == "MainProcess" else process
