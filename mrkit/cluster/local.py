"""How long a job would take on more workers of this machine, with other chunks or partitions: from a run on one worker.

It takes what the trace has measured: the tasks, the start, the pauses between two tasks of a worker, the time between
the stages and after the last. Tasks that compute need a processor, and so does the driver, which has something to do
for every task: where all processors are busy with workers, the driver takes its share from them. It is valid on a
machine that has nothing else to do.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import inf
from statistics import median
from typing import NamedTuple

from mrkit.cluster import reckon
from mrkit.cluster.parameters import Cluster
from mrkit.cluster.work import Job
from mrkit.errors import BadArgument
from mrkit.events import TaskFinished
from mrkit.trace import Span, Trace

DRIVER = 0.0005  # seconds of the driver's processor for each task: to pack it, send it, and take what comes back
LAUNCH = 0.01  # seconds that the parent needs for each further process, one after the other


class Costs(NamedTuple):
    """What a run on one worker cost besides its tasks, in seconds; `computing` is the tasks' share of a processor."""

    start_up: float
    pause: float  # of the worker between two tasks of a stage
    between: float  # the last map task's end and the first reduce task's start
    after: float  # the last task's end
    computing: float

    @classmethod
    def of(cls, trace: Trace) -> Costs:
        """As the trace has them."""
        maps, reduces = (_in_order(trace, stage) for stage in ("map", "reduce"))
        gaps = [later.started - sooner.finished for spans in (maps, reduces) for sooner, later in pairwise(spans)]
        busy = sum(task.finished - task.started for task in trace.of_kind(TaskFinished))
        return cls(
            start_up=trace.start_up,
            pause=max(0.0, median(gaps)) if gaps else 0.0,
            between=max(0.0, reduces[0].started - maps[-1].finished),
            after=max(0.0, trace.seconds - max(span.finished for span in trace.spans)),
            computing=min(1.0, trace.cpu / busy) if busy else 1.0,
        )


def predict(
    trace: Trace, workers: int, cores: int, *, num_maps: int | None = None, num_reduces: int | None = None
) -> float:
    """Seconds of the job of a trace on so many workers, reckoned; in as many tasks as it had, or in others.

    >>> from mrkit import MapReduce
    >>> run = MapReduce(lambda n: [(n % 2, n)], lambda item: sum(item[1]), executor="serial").run([1, 2, 3])
    >>> 0 < predict(run.trace, 2, cores=2) < 60
    True
    """
    if trace.job.num_workers != 1 or trace.reckoned:
        raise BadArgument("A prediction needs a real run on one worker: num_workers=1.")
    if cores < 1:
        raise BadArgument(f"A machine has at least one processor; you gave {cores}.")
    job, costs = Job.of_trace(trace).cut_anew(num_maps, num_reduces), Costs.of(trace)
    share = DRIVER * costs.computing if workers >= cores else 0.0
    crowded = 1 + costs.computing * (max(1.0, workers / cores) - 1)
    out = reckon(replace(_BARE, machines=workers), _stretched(job, crowded, costs.pause + share))
    working = max(out.seconds, len(job) * DRIVER)  # the driver works ahead, so it is seen only where it is the limit
    start_up = costs.start_up * max(1.0, workers / cores) + LAUNCH * (workers - 1)
    return start_up + working + costs.between + costs.after


_BARE = Cluster(
    start_up=0,
    launch_rate=inf,
    boot=0,
    handout=0,
    task_cost=0,
    file_cost=0,
    disk_read=inf,
    disk_write=inf,
    core=inf,
    link=inf,
    seek=0,
    spread=0,
    ill=0,
    backups=False,
    shared_slots=True,
)


def _stretched(job: Job, factor: float, extra: float) -> Job:
    """Every task a little longer."""
    return replace(
        job,
        maps=tuple(task._replace(seconds=task.seconds * factor + extra) for task in job.maps),
        reduces=tuple(task._replace(seconds=task.seconds * factor + extra) for task in job.reduces),
    )


def _in_order(trace: Trace, stage: str) -> list[Span]:
    return sorted((span for span in trace.spans if span.ok and span.stage == stage), key=lambda span: span.started)
