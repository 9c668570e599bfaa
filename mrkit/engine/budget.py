"""How much memory a worker may use, and whether it is near that.

Python does not give freed memory back at once, so the size of the process alone does not say how much is in use. It
says when memory first ran short; after that, the number of things held at that moment is the measure, and the size
only where it grows beyond what it was. How many things there are between two looks at the size depends on how fast it
grows: things may be of ten bytes or of ten million.
"""

from __future__ import annotations

import time

from mrkit import machine

MOST_BETWEEN_LOOKS = 256  # things
LOOKS = 64  # at the size of the process while it grows by the limit
SLACK = 16  # one part in so many of the limit that the process may grow beyond what it was before
LEAST_THINGS, LEAST_BYTES = 5_000, 4_000_000  # that a task may always hold, however large its process is already
EMPTY = 0.75  # of the limit: a process below that has given its memory back
QUIET = 0.001  # seconds, too short for a process to fill the rest


class Budget:
    """Says when what a task holds must go to disk.

    >>> Budget(limit=1).full(held=10**9), Budget(limit=10**12).full(held=10**9)
    (True, False)
    """

    def __init__(self, limit: int):
        self._limit = limit
        self.between_looks = 1
        self._most: int | None = None  # things that could be held before
        self._looked = 0  # things that were held at the last look
        self._size = self._empty = self._ceiling = 0  # of the process: then, with nothing held, and the largest
        self._quiet_until = 0.0
        self.begin()

    def full(self, held: int) -> bool:
        """Whether a task that holds this many things (values and keys) should write them to disk now."""
        if held < self._looked:
            self.begin()
        if self._most is not None and held >= self._most:
            return True
        if held - self._looked < self.between_looks:
            return False
        if (now := time.perf_counter()) < self._quiet_until:
            return False
        size = machine.process_size()
        self._quiet_until = now + QUIET if size < EMPTY * self._ceiling else 0.0
        self._adapt(held - self._looked, size - self._size)
        self._looked, self._size = held, size
        if size <= self._ceiling or (size - self._empty < LEAST_BYTES and held < LEAST_THINGS):
            return False
        self._most = max(held, 1)
        return True

    def begin(self) -> None:
        """Nothing is held yet, or any more."""
        self._looked = 0
        self._size = self._empty = machine.process_size()
        if self._empty < EMPTY * self._limit:
            self._most = None
        # Freed memory is still counted, and is used again before the process grows.
        self._ceiling = self._limit if self._most is None else max(self._limit, self._empty + self._limit // SLACK)

    def _adapt(self, things: int, grown: int) -> None:
        faster = min(2 * self.between_looks, MOST_BETWEEN_LOOKS)
        wanted = self._limit // LOOKS * things // grown if grown > 0 else faster
        self.between_looks = max(1, min(wanted, faster))
