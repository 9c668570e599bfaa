"""Totals over several seeds: a median with its range, and whether two of them differ by enough to say so.

One run of the model is chance as much as a run of a real cluster; no number of one seed is shown alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from mrkit.cluster import reckon
from mrkit.cluster.parameters import Cluster
from mrkit.cluster.work import Job
from mrkit.trace import spread
from mrkit.trace.spread import Spread

SEEDS = 5
TOO_CLOSE = 0.03  # the model's own steps of time, and chance, move a median by as much


def totals(cluster: Cluster, job: Job, kills: Iterable[tuple[float, int]] = (), seeds: int = SEEDS) -> Spread:
    """How long the job takes, over so many seeds.

    >>> print(str(totals(Cluster(machines=50), Job.even(10e9, 200, 50))).replace(chr(160), " "))
    281 s (274 to 325)
    """
    kills = list(kills)
    return Spread.of(reckon(cluster, job, seed, kills).seconds for seed in range(seeds))


def difference(before: Spread, after: Spread) -> str:
    """What a change did, in words.

    >>> difference(Spread(100, 98, 103), Spread(102, 99, 104)), difference(Spread(100, 98, 103), Spread(130, 120, 140))
    ('too close to tell', '1.3 times as long')
    """
    return spread.difference(before, after, TOO_CLOSE)
