"""What happened in a virtual run: attempts at tasks, bytes on the network, and how they look as an ordinary `Trace`.

A trace made here begins with the event `Reckoned`, so that nothing that shows it can take it for a measurement.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from math import floor, log10
from typing import NamedTuple

from mrkit import events
from mrkit.cluster.parameters import Cluster
from mrkit.cluster.work import Job, MapTask, ReduceTask
from mrkit.trace import Trace

DONE, KILLED, OVER = "done", "its worker was killed", "the job was over"
STEPS = 200  # of a curve of rates, at most
MOST_BUCKETS = 200_000  # in a trace: of more, only their sums are told
EXECUTOR = "a virtual cluster"


class Kill(NamedTuple):
    """So many workers die `at` seconds after the job was submitted, and are started again at once."""

    at: float
    workers: int


class Attempt(NamedTuple):
    """One attempt at a task; `moving` are its seconds for writing or fetching intermediate data."""

    stage: str
    task: int
    machine: int
    began: float
    ended: float
    end: str
    backup: bool
    moving: float


class Rates(NamedTuple):
    """Bytes a second of input, shuffle and output, in steps of `step` seconds from the submission of the job."""

    step: float
    rows: tuple[tuple[float, float, float], ...]


@dataclass
class Outcome:
    """What happened. Times are seconds since the job was submitted."""

    cluster: Cluster
    job: Job
    seed: int
    kills: tuple[Kill, ...] = ()
    seconds: float = 0.0
    map_end: float = 0.0
    attempts: list[Attempt] = field(default_factory=list)
    lost: list[tuple[float, float]] = field(default_factory=list)  # (time, bytes read for nothing)
    moved: list[tuple[float, list[float]]] = field(default_factory=list)
    remote: int = 0  # map attempts that read their input over the network

    def rates(self) -> Rates:
        """Bytes a second over time. Input that was read for nothing, as its task must be done again, counts below 0."""
        step = _round_step(self.seconds / STEPS, 2 * self.cluster.tick)
        rows = [[0.0, 0.0, 0.0] for _ in range(int(self.seconds / step) + 1)]
        for attempt in self.attempts:
            if attempt.stage == "map" and attempt.end == DONE:
                _spread(rows, attempt.began, attempt.ended, self.job.maps[attempt.task].read, step)
        for time, size in self.lost:
            rows[min(int(time / step), len(rows) - 1)][0] -= size
        for time, (_, shuffle, output) in self.moved:
            row = rows[min(max(0, int((time - 1e-6) / step)), len(rows) - 1)]
            row[1] += shuffle
            row[2] += output
        return Rates(step, tuple((a / step, b / step, c / step) for a, b, c in rows))

    @property
    def wasted(self) -> float:
        """The share of all slots' busy time that was in attempts which did not count."""
        busy = sum(attempt.ended - attempt.began for attempt in self.attempts)
        lost = sum(attempt.ended - attempt.began for attempt in self.attempts if attempt.end != DONE)
        return lost / busy if busy else 0.0

    def named(self, name: str) -> Outcome:
        """The same of a job with another name."""
        return replace(self, job=replace(self.job, name=name))

    def trace(self) -> Trace:
        """As an ordinary trace, which says that it was reckoned."""
        return Trace(_events(self))


def _round_step(least: float, floor_: float) -> float:
    """The next of 1, 2, 5, 10, ... that is not below either."""
    wanted = max(least, floor_)
    power = 10.0 ** floor(log10(wanted))
    steps = [power, 2 * power, 5 * power, 10 * power]
    return steps[bisect_left(steps, wanted * (1 - 1e-9))]


def _spread(rows: list[list[float]], begin: float, end: float, size: float, step: float) -> None:
    """Add the bytes of an attempt to the steps in which it ran, evenly."""
    first, last = int(begin / step), min(int(end / step), len(rows) - 1)
    if first == last or end <= begin:
        rows[first][0] += size
        return
    rate = size / (end - begin)
    rows[first][0] += rate * ((first + 1) * step - begin)
    rows[last][0] += rate * (end - last * step)
    for i in range(first + 1, last):
        rows[i][0] += rate * step


# As events.


def _events(out: Outcome) -> Iterator[events.Event]:
    job, rates = out.job, out.rates()
    yield events.JobStarted(0.0, job.name, EXECUTOR, None, out.cluster.machines, len(job.maps))
    yield events.Reckoned(
        0.0, out.seed, 1 if out.cluster.shared_slots else 2, out.cluster.start_up, rates.step, rates.rows
    )
    told = []
    tries: dict[tuple[str, int], int] = defaultdict(int)
    makers = {"map": _map_figures(out), "reduce": _reduce_figures(out)}
    for attempt in sorted(out.attempts, key=lambda attempt: attempt.began):
        tries[attempt.stage, attempt.task] += 1
        told += _told(out, attempt, tries[attempt.stage, attempt.task], makers[attempt.stage])
    told.append(events.ReducePlanned(out.map_end, tuple((r, r + 1) for r in range(len(job.reduces)))))
    told.sort(key=lambda event: event.time)
    yield from told
    yield events.JobFinished(out.seconds, sum(task.results for task in job.reduces), None)


def _told(out: Outcome, attempt: Attempt, number: int, figures: _Figures) -> list[events.Event]:
    """What an engine would have said of an attempt."""
    stage, task, worker = attempt.stage, attempt.task, f"worker-{attempt.machine + 1}"
    submitted = out.cluster.start_up if number == 1 else attempt.began
    what = f"{'split' if stage == 'map' else 'partition'} {task}"
    told: list[events.Event] = [events.TaskSubmitted(submitted, stage, task, number, what, attempt.backup)]
    if attempt.end == DONE:
        begin, end = attempt.began, attempt.ended
        row = figures(task, begin, end, attempt.moving)
        return [*told, events.TaskFinished(end, stage, task, number, worker, submitted, begin, end, *row)]
    again = attempt.end == KILLED
    return [
        *told,
        events.TaskStarted(attempt.began, stage, task, number, worker),
        events.TaskFailed(attempt.ended, stage, task, number, worker, submitted, attempt.end, again),
    ]


_Figures = Callable[[int, float, float, float], tuple]  # task, began, ended, moving -> from `cpu` to `buckets`


def _map_figures(out: Outcome) -> _Figures:
    maps, shares = out.job.maps, _shares(out.job)

    def figures(task: int, began: float, ended: float, moving: float) -> tuple:
        about: MapTask = maps[task]
        buckets = tuple(
            (r, 0, round(about.pairs * records), round(about.out * size)) for r, records, size in shares if size
        )
        busy = ended - began - moving
        size = round(about.read), round(about.out)
        return busy, moving, 0, about.inputs, about.pairs, about.pairs, *size, buckets

    return figures


def _reduce_figures(out: Outcome) -> _Figures:
    reduces = out.job.reduces

    def figures(task: int, began: float, ended: float, moving: float) -> tuple:
        about: ReduceTask = reduces[task]
        size = round(about.size), round(about.out)
        return ended - began - moving, moving, 0, about.values, about.results, about.groups, *size

    return figures


def _shares(job: Job) -> list[tuple[int, float, float]]:
    """(reduce task, its share of the values, its share of the bytes); empty if the buckets would be too many."""
    if len(job.maps) * len(job.reduces) > MOST_BUCKETS:
        return []
    values = sum(task.values for task in job.reduces) or 1
    size = sum(task.size for task in job.reduces) or 1
    return [(r, task.values / values, task.size / size) for r, task in enumerate(job.reduces)]
