"""From a number to a place on an axis, as a share of its length: evenly, or by powers of ten."""

from __future__ import annotations

from math import log10

TINY = 1e-300  # stands for what has no logarithm


class Scale:
    """The ends of an axis, and whether it is logarithmic. The first end may be the larger one."""

    def __init__(self) -> None:
        self.ends = (0.0, 1.0)
        self.log = False

    def share(self, number: float) -> float:
        """Where a number is: 0 at the first end, 1 at the other.

        >>> scale = Scale()
        >>> scale.ends, scale.log = (1, 100), True
        >>> scale.share(10)
        0.5
        """
        low, high = map(self._straight, self.ends)
        return (self._straight(number) - low) / (high - low)

    def holds(self, number: float) -> bool:
        """Whether a number is on the axis, or at one of its ends."""
        return -1e-9 <= self.share(number) <= 1 + 1e-9

    def set(self, first: float, last: float) -> None:
        """New ends; if they are equal they are drawn apart."""
        apart = 0.05 * (abs(first) or 1.0) if first == last else 0.0
        self.ends = float(first) - apart, float(last) + apart

    def _straight(self, number: float) -> float:
        return log10(max(number, TINY)) if self.log else number
