"""What is known of a job while it runs: one snapshot of its events so far, in numbers and ready words.

Serves the live run, which shows snapshots. It is pure and needs no widget. It must never slow the job down: an event
costs it a few additions, and no event is looked at twice.
"""

from __future__ import annotations

import itertools
from collections import Counter, deque
from typing import Any

from mrkit.errors import STOPPED
from mrkit.events import (
    Event,
    JobFinished,
    JobStarted,
    ReducePlanned,
    SlowMotion,
    TaskFailed,
    TaskFinished,
    TaskStarted,
    TaskSubmitted,
    WorkerOutput,
)
from mrkit.words import count, duration, percent, reduce_words, size

MOST_WORKERS = 16  # rows of workers that are shown
MOST_BARS = 64  # bars of partitions; with more partitions neighbours share a bar
MOST_BLOCKS = 60  # blocks in a worker's row; with more tasks neighbours share a block
MOST_LINES = 3  # of what the workers printed
UNSEEN = 0.02  # seconds: a start-up that nobody sees


class LiveState:
    """What is known of a running job, from its events so far.

    >>> state = LiveState()
    >>> state.take(JobStarted(10.0, "words", "processes", "spawn", num_workers=2, num_splits=8))
    >>> state.snapshot(now=12.5)["status"], state.snapshot(now=12.5)["seconds"]
    ('running', 2.5)
    """

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._job: JobStarted | None = None
        self._end: JobFinished | None = None
        self._slow_motion = 1.0
        self._ranges: tuple[tuple[int, int], ...] = ()
        self._what: dict[tuple[str, int], str] = {}
        self._done: dict[tuple[str, int], TaskFinished] = {}
        self._totals: Counter = Counter()  # of all tasks that are done: ("map", "tasks"), ("reduce", "bytes"), ...
        self._values: Counter = Counter()  # partition -> values that wait in it
        self._counters: Counter = Counter()
        self._first: dict[str, float] = {}  # stage -> when its first task started
        self._seen: float | None = None  # when the first worker was seen at a task
        self._begun: float | None = None  # when the first task of all began, once one that is done says it
        self._largest = ("", 0)
        self._workers: dict[str, _WorkerRow] = {}
        self._at: dict[tuple[str, int, int], str] = {}  # attempt -> the worker that was seen at it
        self._failures: list[str] = []
        self._output: deque[tuple[str, str]] = deque(maxlen=MOST_LINES)

    def take(self, event: Event) -> None:
        """Learn of one event."""
        self.events.append(event)
        if isinstance(event, TaskFinished):
            self._finished(event)
        elif isinstance(event, TaskSubmitted):
            self._what[event.stage, event.task] = event.what
        elif isinstance(event, TaskStarted):
            self._started(event)
        elif isinstance(event, TaskFailed):
            self._failed(event)
        elif isinstance(event, WorkerOutput):
            lines = event.text.splitlines()[-MOST_LINES:]
            self._output.extend((event.worker, line[:200]) for line in lines)
        elif isinstance(event, ReducePlanned):
            self._ranges = event.ranges
        elif isinstance(event, JobStarted):
            self._job = event
        elif isinstance(event, JobFinished):
            self._end = event
        elif isinstance(event, SlowMotion):
            self._slow_motion = event.factor

    @property
    def _ready(self) -> float | None:
        """When the workers were ready: a worker is seen at a task a moment before or after it begins."""
        return self._seen if self._begun is None else self._begun

    def _started(self, event: TaskStarted) -> None:
        self._seen = event.time if self._seen is None else self._seen
        self._at[event.stage, event.task, event.attempt] = event.worker
        if (event.stage, event.task) not in self._done:
            self._worker(event.worker).begin(event)

    def _finished(self, event: TaskFinished) -> None:
        self._begun = event.started if self._begun is None else min(self._begun, event.started)
        before = self._done.get((event.stage, event.task))
        self._done[event.stage, event.task] = event
        self._add(event, 1)
        if before is not None:  # what it had made was lost, so it was done again
            self._add(before, -1)
        self._first.setdefault(event.stage, event.started)
        if event.largest and event.largest[0][1] > self._largest[1]:
            self._largest = event.largest[0]
        self._worker(event.worker).end(event, event.started, event.finished, event.stage)

    def _add(self, event: TaskFinished, sign: int) -> None:
        for name, amount in (("tasks", 1), ("records", event.records_out), ("buckets", len(event.buckets))):
            self._totals[event.stage, name] += sign * amount
        self._totals[event.stage, "bytes"] += sign * (event.bytes_out if event.stage == "map" else event.bytes_in)
        for partition, _, values, _ in event.buckets:
            self._values[partition] += sign * values
        for name, amount in event.counters:
            self._counters[name] += sign * amount

    def _failed(self, event: TaskFailed) -> None:
        name = event.worker or self._at.get((event.stage, event.task, event.attempt), "")
        if name:
            worker = self._worker(name)
            worker.end(event, worker.since or event.submitted, event.time, "fault")
        what = self._what.get((event.stage, event.task), "")
        where = f" on {name}" if name else ""
        then = "It is tried again." if event.again else "It is not tried again."
        self._failures.append(
            f"{event.stage} task {event.task} ({what}), attempt {event.attempt}, failed{where}: {event.error}. {then}"
        )

    def _worker(self, name: str) -> _WorkerRow:
        return self._workers.setdefault(name, _WorkerRow())

    # What is shown of it.

    def snapshot(self, now: float) -> dict[str, Any]:
        """All that is shown, as plain data; `now` is the time in seconds since the epoch."""
        job = self._job
        if job is None:
            return {"status": "ready", "title": "", "about": "", "seconds": 0.0, "left": ""}
        seconds = max(0.0, (self._end.time if self._end else now) - job.time)
        ready = max(0.0, (self._ready or job.time) - job.time)
        axis = _axis(seconds - ready)
        phases, sizes = self._phases(), self._sizes()
        left = "" if self._end else self._left(now)
        return {
            "status": self._status(),
            "title": job.name,
            "about": self._about(job),
            "seconds": round(seconds, 3),
            "start_up": None if self._ready is None else round(ready, 3) if ready > UNSEEN else 0.0,
            "ticks": [[round(1000 * tick / axis[-1]), f"{tick:,g}"] for tick in axis],
            "left": left,
            "error": (self._end.error if self._end else None) or "",
            "phases": phases,
            "workers": self._rows(job, seconds, ready, axis[-1]),
            "more_workers": max(0, len(self._workers) - MOST_WORKERS),
            "partitions": self._bars(sizes),
            "load": self._load(sizes),
            "counters": [[name, f"{number:,}"] for name, number in sorted(self._counters.items())],
            "attempts": self._attempts(),
            "output": [f"{worker}: {line}" for worker, line in self._output],
            "summary": self._summary(seconds, ready, phases, left),
        }

    def _status(self) -> str:
        if self._end is None:
            return "running"
        if self._end.error is None:
            return "done"
        stopped = self._end.error == STOPPED or self._end.error.startswith("KeyboardInterrupt")
        return "stopped" if stopped else "failed"

    def _about(self, job: JobStarted) -> str:
        how = f"{job.executor} ({job.start_method})" if job.start_method else job.executor
        tasks = "" if job.num_splits is None else f"{count(job.num_splits, 'map task')}, "
        slow = f", in slow motion ({self._slow_motion:g} times as long)" if self._slow_motion > 1 else ""
        return f"{tasks}{count(job.num_workers, 'worker')}, {how}{slow}"

    def _phases(self) -> list[dict[str, Any]]:
        """Each phase's name, the share of it that is done, and the same in words."""
        assert self._job is not None
        mapped, reduced = self._totals["map", "tasks"], self._totals["reduce", "tasks"]
        splits = mapped if self._ranges else self._job.num_splits
        written, read = self._totals["map", "bytes"], self._totals["reduce", "bytes"]
        buckets = self._totals["map", "buckets"]
        return [
            {
                "phase": "map",
                "share": _share(mapped, splits),
                "text": f"{_tasks(mapped, splits)}, {count(self._totals['map', 'records'], 'pair')}",
            },
            {
                "phase": "partition",
                "share": _share(read, written) if self._ranges else 0.0,
                "ready": _share(mapped, splits),
                "text": f"{size(written)} in {count(buckets, 'bucket')}, {size(read)} read",
            },
            {
                "phase": "reduce",
                "share": _share(reduced, len(self._ranges)),
                "text": f"{_tasks(reduced, len(self._ranges))}, {count(self._totals['reduce', 'records'], 'result')}"
                if self._ranges
                else ("its tasks are being planned" if mapped and mapped == splits else "waits for all map tasks"),
            },
        ]

    def _left(self, now: float) -> str:
        """How long the present phase will take if it goes on as it went so far; nothing if that is too early."""
        assert self._job is not None
        stage = "reduce" if self._ranges else "map"
        tasks = self._totals[stage, "tasks"]
        if tasks < min(self._job.num_workers, 4) or stage not in self._first:
            return ""
        if stage == "map":
            done, total = tasks, self._job.num_splits
        else:  # by size: reduce tasks can be of very different size
            done, total = self._totals["reduce", "bytes"], self._totals["map", "bytes"]
        if not total or not 0 < done < total:
            return ""
        left = (now - self._first[stage]) * (total - done) / done
        return f"about {f'{left:.1f} s' if left < 10 else duration(left)} of {stage} left"

    def _rows(self, job: JobStarted, seconds: float, ready: float, length: float) -> list[dict[str, Any]]:
        """A row for each worker; blocks are (kind, start, length, task) in thousandths of the time axis."""
        scale, origin = 1000 / length, job.time + ready
        rows = []
        for name in sorted(self._workers, key=lambda name: (len(name), name))[:MOST_WORKERS]:
            worker = self._workers[name]
            blocks = list(worker.blocks)
            if worker.at is not None and self._end is None:
                blocks.append((f"{worker.at[0]} now", worker.since, job.time + seconds, str(worker.at[1])))
            rows.append(
                {
                    "name": name,
                    "doing": self._doing(worker),
                    "blocks": [
                        [kind, round((start - origin) * scale), max(1, round((end - start) * scale)), task]
                        for kind, begin, end, task in blocks
                        for start in [max(begin, origin)]
                    ],
                }
            )
        waiting = "is starting" if self._ready is None else "has had no task yet"
        empty: dict[str, Any] = {
            "name": "",
            "doing": waiting if self._end is None else "had nothing to do",
            "blocks": [],
        }
        return rows + [empty] * (min(job.num_workers, MOST_WORKERS) - len(rows))

    def _doing(self, worker: _WorkerRow) -> str:
        if worker.at is None:
            return worker.said
        stage, task, attempt = worker.at
        if self._end is not None:
            return f"was at {stage} {task} when the job ended"
        again = f" (attempt {attempt})" if attempt > 1 else ""
        return f"{stage} {task}: {self._what.get((stage, task), '')}{again}"

    def _sizes(self) -> list[int]:
        """How many values each partition holds, or each reduce task once these are planned."""
        if self._ranges:
            return [sum(self._values[p] for p in range(*each)) for each in self._ranges]
        return [self._values[p] for p in range(max(self._values, default=-1) + 1)]

    def _bars(self, sizes: list[int]) -> list[int]:
        """The same, no more than fit beside each other."""
        share = -(-len(sizes) // MOST_BARS) or 1
        return [sum(sizes[first : first + share]) for first in range(0, len(sizes), share)]

    def _load(self, sizes: list[int]) -> str:
        """The same in words."""
        total = sum(sizes)
        if not total:
            return "nothing yet"
        each = reduce_words(self._ranges)
        largest = max(sizes)
        number = sizes.index(largest)
        if len(sizes) == 1:
            said = f"one {each} holds {count(total, 'value')}"
        elif largest * len(sizes) < 2 * total:
            said = f"{count(len(sizes), each)}, the largest holds {percent(largest / total)} of the values"
        else:
            said = f"{each} {number} holds {percent(largest / total)} of the values"
        key, values = self._largest
        return f"{said}; the key {key} alone {percent(values / total)}" if values > 0.1 * total else said

    def _attempts(self) -> str:
        if not self._failures:
            return "no attempt has failed"
        more = f" ({len(self._failures)} failed attempts in all)" if len(self._failures) > 1 else ""
        return self._failures[-1] + more

    def _summary(self, seconds: float, ready: float, phases: list[dict[str, Any]], left: str) -> str:
        """The whole in a sentence, for those who listen."""
        state = {"running": "Running for", "done": "Done in", "stopped": "Stopped after", "failed": "Failed after"}
        said = ". ".join(f"{phase['phase']}: {phase['text']}" for phase in phases)
        start_up = f", {duration(ready)} of it start-up" if ready > UNSEEN else ""
        whole = f"{state[self._status()]} {duration(seconds)}{start_up}. {said}."
        return whole + (f" {left.capitalize()}." if left else "")


Block = tuple[str, float, float, str]  # kind, start, end, task


class _WorkerRow:
    """One worker's row: what it does now, and what it did."""

    def __init__(self) -> None:
        self.at: tuple[str, int, int] | None = None
        self.since = 0.0
        self.said = ""
        self.blocks: list[Block] = []

    def begin(self, event: TaskStarted) -> None:
        task = (event.stage, event.task, event.attempt)
        if self.at != task:
            self.at, self.since = task, event.time

    def end(self, event: TaskFinished | TaskFailed, start: float, end: float, kind: str) -> None:
        if self.at == (event.stage, event.task, event.attempt):
            self.at, self.since = None, 0.0
        verb = "failed at" if kind == "fault" else "has done"
        self.said = f"{verb} {event.stage} {event.task}"
        self.blocks.append((kind, start, end, str(event.task)))
        if len(self.blocks) > 2 * MOST_BLOCKS:
            self.blocks = _joined(self.blocks)


def _joined(blocks: list[Block]) -> list[Block]:
    """Half as many blocks: each with its neighbour, if both are of one kind. Then it has no number.

    >>> _joined([("map", 0, 1, "0"), ("map", 2, 3, "1"), ("fault", 4, 5, "2"), ("map", 6, 7, "2")])
    [('map', 0, 3, ''), ('fault', 4, 5, '2'), ('map', 6, 7, '2')]
    """
    halved: list[Block] = []
    for number, block in enumerate(blocks):
        if number % 2 and halved[-1][0] == block[0]:
            halved[-1] = (block[0], halved[-1][1], block[2], "")
        else:
            halved.append(block)
    return halved


def _axis(seconds: float) -> list[float]:
    """The ticks of a time axis, the last of them at or after the time so far.

    It grows by leaps, so that blocks stand still between them.

    >>> _axis(0.3), _axis(5.1)
    ([0.0, 0.5, 1.0, 1.5, 2.0], [0.0, 2.0, 4.0, 6.0, 8.0, 10.0])
    """
    ends = ((end * 10**power, steps) for power in itertools.count() for end, steps in ((2, 4), (5, 5), (10, 5)))
    end, steps = next((end, steps) for end, steps in ends if seconds <= end)
    return [end * tick / steps for tick in range(steps + 1)]


def _share(part: float, whole: float | None) -> float:
    return round(min(1.0, part / whole), 4) if whole else 0.0


def _tasks(done: int, total: int | None) -> str:
    return f"{count(done, 'task')} so far" if total is None else f"{done:,} of {count(total, 'task')}"
