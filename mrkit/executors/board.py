"""The board: what each worker is at, in a small shared file.

Serves the parent and the workers of `processes`; it knows nothing of pools and processes.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path


class Board:
    """A small shared file on which every worker writes the task that it is at; the parent looks when it likes.

    One slot for each worker and no locks, so a worker that is killed while it writes leaves nobody waiting.
    """

    _SLOT = struct.Struct("<iii")  # index in STATES, task, attempt
    _SLOTS = 1024  # worker numbers beyond that share slots
    STATES = ("starting", "idle", "map", "reduce", "leaving")
    LEAVING = ("leaving", 0, 0)  # written by the parent: a worker that waits is to end, and in order

    def __init__(self, path: Path):
        with open(path, "r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 0)

    @classmethod
    def new(cls, path: Path) -> Board:
        """A board with nothing on it."""
        path.write_bytes(bytes(cls._SLOT.size * cls._SLOTS))
        return cls(path)

    def write(self, worker: int, identity: tuple[str, int, int] | None) -> None:
        """Worker number `worker` is at this (stage, task, attempt) now; None when it waits for one."""
        stage, task, attempt = identity or ("idle", 0, 0)
        place = worker % self._SLOTS * self._SLOT.size
        self._SLOT.pack_into(self._memory, place, self.STATES.index(stage), task, attempt)

    def clear(self) -> None:
        """Wipe what workers of an earlier job have left."""
        for worker in self.read():
            self.write(worker, None)

    def read(self) -> dict[int, tuple[str, int, int] | None]:
        """What each worker that has started is at: (stage, task, attempt), or None if it waits."""
        return {
            worker: None if state == 1 else (self.STATES[state], task, attempt)
            for worker, (state, task, attempt) in enumerate(self._SLOT.iter_unpack(self._memory[:]))
            if state
        }

    def state(self, worker: int) -> str:
        """What one worker is at, in a word."""
        state, _, _ = self._SLOT.unpack_from(self._memory, worker % self._SLOTS * self._SLOT.size)
        return self.STATES[state]

    def close(self) -> None:
        """Let go of the file."""
        self._memory.close()
