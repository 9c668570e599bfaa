"""Where an axis has its ticks, and how their numbers are written: round steps, as in 0, 500, 1000.

The classes have the names, and give the ticks, of matplotlib's own; they serve an axis that draws without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, floor, inf, log10

Formatter = Callable[[float, int | None], str]
NEAR = 1e-10  # of a step: an end that is as near to a tick is on it
MANY_DECADES = 9


class MaxNLocator:
    """At most so many steps between ticks; a step is one of `steps` times a power of ten."""

    def __init__(
        self,
        nbins: int,
        steps: Sequence[float] = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10),
        integer: bool = False,
    ):
        self.nbins, self.steps, self.integer = nbins, sorted({1, *steps, 10}), integer

    def tick_values(self, low: float, high: float) -> list[float]:
        """Ticks that reach to both ends, or just beyond.

        >>> MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(0, 1234)
        [0.0, 500.0, 1000.0, 1500.0]
        """
        low, high = sorted((low, high))
        if high - low <= 1e-13 * max(abs(low), abs(high), 1e-300):
            return [low]
        for step in self._sizes((high - low) / self.nbins):
            if self.integer and floor(high) - ceil(low) >= 1:
                step = max(1.0, step)
            first, last = floor(low / step + NEAR), ceil(high / step - NEAR)
            ticks = [number * step for number in range(first, last + 1)]
            if sum(low <= tick <= high for tick in ticks) > 1:
                break
        return [float(f"{tick:.12g}") for tick in ticks]

    def _sizes(self, least: float) -> list[float]:
        """The smallest step that is large enough, and the smaller ones, for where it gives a single tick."""
        power = 10.0 ** floor(log10(least))
        sizes = [step * power * ten for ten in (0.1, 1) for step in self.steps[:-1]]
        sizes += [10 * power, 10 * self.steps[1] * power]
        if self.integer:
            sizes = [size for size in sizes if size < 1 or abs(size - round(size)) < 0.001]
        enough = next((number for number, size in enumerate(sizes) if size >= least), len(sizes) - 1)
        return sizes[enough::-1]


class LogLocator:
    """Powers of ten, or those times each of `subs`; where they are too few, even steps."""

    def __init__(self, subs: Sequence[float] = (1.0,)):
        self.subs = subs

    def tick_values(self, low: float, high: float) -> list[float]:
        """Ticks between both ends, on them too.

        >>> LogLocator((1, 2, 5)).tick_values(2, 60)
        [2.0, 5.0, 10.0, 20.0, 50.0]
        """
        low, high = sorted((low, high))
        first, last = floor(log10(low) + NEAR), ceil(log10(high) - NEAR)
        every = max(1, ceil((last - first) / MANY_DECADES))
        ticks = [sub * 10.0**power for power in range(first, last + 1, every) for sub in self.subs]
        inside = [tick for tick in ticks if low * (1 - NEAR) <= tick <= high * (1 + NEAR)]
        return inside if len(inside) > 1 else MaxNLocator(MANY_DECADES, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)


class FixedLocator:
    """These ticks."""

    def __init__(self, ticks: Sequence[float]):
        self.ticks = list(map(float, ticks))

    def tick_values(self, low: float = -inf, high: float = inf) -> list[float]:
        """All of them."""
        return self.ticks


Locator = MaxNLocator | LogLocator | FixedLocator


def automatic(points: float, size: float) -> MaxNLocator:
    """As many ticks as have room on an axis of so many points, if each needs `size`."""
    return MaxNLocator(max(1, min(9, floor(points / size))), steps=[1, 2, 2.5, 5, 10])


def formatter(given: str | Formatter) -> Formatter:
    """How a number is written: by a function of it and its place, or as `{x:,.0f}` says.

    >>> formatter("{x:,.0f}")(-1234.0, 0)
    '−1,234'
    """
    return given if callable(given) else lambda x, _: given.format(x=x).replace("-", "\u2212")


def alike(ticks: Sequence[float]) -> Formatter:
    """Numbers with as many decimals as the one among them that needs most.

    >>> alike([0, 0.5, 1])(1, None)
    '1.0'
    """
    step = max(map(abs, ticks), default=1.0) or 1.0
    fits = (n for n in range(12) if all(abs(round(tick, n) - tick) < 1e-9 * step for tick in ticks))
    digits = next(fits, 12)
    return lambda x, _: f"{x:.{digits}f}".replace("-", "\u2212")
