"""Totals over several seeds: a median with its range, and whether two of them differ by enough to say so.

One run of the model is chance as much as a run of a real cluster; no number of one seed is shown alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from typing import NamedTuple

from mrkit.cluster import reckon
from mrkit.cluster.parameters import Cluster
from mrkit.cluster.work import Job
from mrkit.words import duration

SEEDS = 5
TOO_CLOSE = 0.03  # the model's own steps of time, and chance, move a median by as much


class Spread(NamedTuple):
    """Seconds of a job over some seeds."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Spread:
        """Of the totals of some runs."""
        totals = sorted(seconds)
        return cls(median(totals), totals[0], totals[-1])

    def __str__(self) -> str:
        if self.median < 10:
            return f"{duration(self.median)} ({duration(self.least)} to {duration(self.most)})"
        return f"{self.median:,.0f}\u00a0s ({self.least:,.0f} to {self.most:,.0f})"


def totals(cluster: Cluster, job: Job, kills: Iterable[tuple[float, int]] = (), seeds: int = SEEDS) -> Spread:
    """How long the job takes, over so many seeds.

    >>> print(str(totals(Cluster(machines=50), Job.even(10e9, 200, 50))).replace(chr(160), " "))
    281 s (274 to 325)
    """
    kills = list(kills)
    return Spread.of(reckon(cluster, job, seed, kills).seconds for seed in range(seeds))


def difference(before: Spread, after: Spread) -> str:
    """What a change did, in words: nothing that can be told, where each median is in the range of the other.

    >>> difference(Spread(100, 98, 103), Spread(102, 99, 104)), difference(Spread(100, 98, 103), Spread(130, 120, 140))
    ('too close to tell', '30 % slower')
    """
    change = after.median / before.median - 1
    inside = before.least <= after.median <= before.most and after.least <= before.median <= after.most
    if abs(change) < TOO_CLOSE or inside:
        return "too close to tell"
    return f"{abs(change):.0%} {'slower' if change > 0 else 'faster'}".replace("%", " %")
