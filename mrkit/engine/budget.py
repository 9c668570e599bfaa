"""How much memory a worker may use, and whether it is near that.

Python does not give freed memory back at once, so the size of the process alone does not say how much is in use. It
says when memory first ran short; after that, the number of things held at that moment is the measure.
"""

from __future__ import annotations

from mrkit.machine import process_size

CHECK_EVERY = 5_000  # things between two looks at the size of the process


class Budget:
    """Says when what a task holds must go to disk.

    >>> Budget(limit=1).full(held=10**9), Budget(limit=10**12).full(held=10**9)
    (True, False)
    """

    def __init__(self, limit: int):
        self._limit = limit
        self._checked = 0
        self._most: int | None = None  # things that could be held before

    def full(self, held: int) -> bool:
        """Whether a task that holds this many things (values and keys) should write them to disk now."""
        if self._most is not None and held >= self._most:
            return True
        if 0 <= held - self._checked < CHECK_EVERY:
            return False
        self._checked = held
        size = process_size()
        if size <= self._limit:
            return False
        if self._most is None:
            self._most = max(held, 1)
            return True
        self._limit = max(self._limit, size)  # freed memory is still counted: the number of things decides
        return False
