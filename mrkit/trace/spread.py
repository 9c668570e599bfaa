"""How long a job takes when it runs more than once: a median with its range, and whether two of them differ at all.

One run is chance as much as skill: a machine has other things to do. So a change is said to have done something only
where chance would hardly have done as much.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median_low
from typing import Any, NamedTuple, TypeVar

from mrkit.words import duration, times

Timed = TypeVar("Timed", bound=Any)  # what has seconds

CLOSE = 0.1  # of the time: less than what the same run differs by on a machine that does other things
CLOSE_ALONE = 0.2  # the same, where one of the two ran only once
CLEAR = 2.0  # times as long: so much is no chance, though the slowest of one meets the fastest of the other
NOTHING = "too close to tell"


class Spread(NamedTuple):
    """Seconds of a job over some runs."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Spread:
        """Of the times of some runs. Where two are in the middle it is the quicker one, as in `middle`.

        >>> Spread.of([4.0, 1.0, 2.0, 3.0])
        Spread(median=2.0, least=1.0, most=4.0)
        """
        totals = sorted(seconds)
        return cls(median_low(totals), totals[0], totals[-1])

    @property
    def alone(self) -> bool:
        """There was one run, or chance did nothing."""
        return self.least == self.most

    def __str__(self) -> str:
        if self.median < 10:
            return f"{duration(self.median)} ({duration(self.least)} to {duration(self.most)})"
        return f"{self.median:,.0f}\u00a0s ({self.least:,.0f} to {self.most:,.0f})"


def middle(runs: Sequence[Timed]) -> Timed:
    """The run that took neither long nor short; of two in the middle the quicker one."""
    return sorted(runs, key=lambda run: run.seconds)[(len(runs) - 1) // 2]


def difference(before: Spread, after: Spread, close: float | None = None) -> str:
    """What a change did, in words: nothing that can be told, where the two ranges meet or the medians hardly differ.

    With `close`, what is less counts as no difference: for reckoned times, where only a median in the other's range is
    chance.

    >>> difference(Spread(30, 29, 33), Spread(2, 1.9, 2.2)), difference(Spread(10, 9, 11), Spread(16, 15, 18))
    ('15 times as fast', '1.6 times as long')
    >>> difference(Spread(10, 9, 12), Spread(11, 9, 12))
    'too close to tell'
    """
    factor = before.median / after.median
    larger = max(factor, 1 / factor)
    if close is None:
        close = CLOSE_ALONE if before.alone or after.alone else CLOSE
        overlap = larger < CLEAR and before.least <= after.most and after.least <= before.most
    else:
        overlap = False
    inside = before.least <= after.median <= before.most and after.least <= before.median <= after.most
    if larger < 1 + close or inside or overlap:
        return NOTHING
    said = f"{larger:.2f}" if larger < 1.1 else times(larger)
    return f"{said} times as {'fast' if factor > 1 else 'long'}"
