"""A virtual cluster: how long a job would take on machines that are not there, and what would happen meanwhile.

A discrete-event simulation of one job: workers, tasks, backups and deaths as events, bytes on the network as a fluid.
It reproduces section 5 of Dean and Ghemawat (OSDI 2004) with one set of figures, and answers "what if" in a second. It
serves lessons and whoever asks how many machines to take; it runs nothing, and must never be shown as a measurement.

>>> from mrkit.cluster import Cluster, Job, simulate
>>> trace = simulate(Cluster(machines=50), Job.even(10e9, 200, 50), seed=1)
>>> trace.reckoned, len(trace.tasks("map"))
(True, 200)
"""

from __future__ import annotations

from collections.abc import Iterable

from mrkit import arguments
from mrkit.cluster.history import Kill, Outcome
from mrkit.cluster.parameters import Cluster
from mrkit.cluster.work import Job, MapTask, ReduceTask
from mrkit.errors import BadArgument
from mrkit.trace import Trace

__all__ = ["Cluster", "Job", "Kill", "MapTask", "Outcome", "ReduceTask", "reckon", "simulate"]


@arguments.takes(
    cluster=arguments.instance(Cluster, "a Cluster"),
    job=arguments.instance(Job, "a Job of mrkit.cluster"),
    seed=arguments.seed,
    kills=arguments.points,
)
def simulate(cluster: Cluster, job: Job, seed: int = 0, kills: Iterable[tuple[float, int]] = ()) -> Trace:
    """A run of the job on the cluster, reckoned, as an ordinary trace; the same seed gives the same run.

    Each of `kills` is (seconds since the job was submitted, workers that die then).
    """
    return reckon(cluster, job, seed, kills).trace()


@arguments.takes(
    cluster=arguments.instance(Cluster, "a Cluster"),
    job=arguments.instance(Job, "a Job of mrkit.cluster"),
    seed=arguments.seed,
    kills=arguments.points,
)
def reckon(cluster: Cluster, job: Job, seed: int = 0, kills: Iterable[tuple[float, int]] = ()) -> Outcome:
    """As `simulate`, but only what happened, without making a trace of it."""
    from mrkit.cluster.simulation import Simulation  # it loads SimPy

    return Simulation(cluster, job, seed, [_checked(Kill(*kill), cluster) for kill in kills]).run()


def _checked(kill: Kill, cluster: Cluster) -> Kill:
    if not 0 <= kill.at < float("inf"):
        raise BadArgument(f"Workers can be killed at a moment after the job's submission; you gave {kill.at} s.")
    if not isinstance(kill.workers, int) or kill.workers < 0:
        raise BadArgument(f"The number of workers to kill is a whole number, at least 0; you gave {kill.workers!r}.")
    if kill.workers > cluster.machines:
        raise BadArgument(f"You cannot kill {kill.workers:,} of {cluster.machines:,} machines.")
    return kill
