"""The board: what each worker is at, in a small shared file.

Serves the parent and the workers of `processes`; it knows nothing of pools and processes.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

STAGES = ("map", "reduce")


class Board:
    """A small shared file on which every worker writes the task that it is at; the parent looks when it likes.

    One slot for each worker and no locks, so a worker that is killed while it writes leaves nobody waiting.
    """

    _SLOT = struct.Struct("<iiii")  # index in STATES, task, attempt; the last stage of this job that it had a task of
    _SLOTS = 1024  # worker numbers beyond that share slots
    STATES = ("starting", "idle", *STAGES, "leaving")
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
        state, reached = self.STATES.index(stage), self._slot(worker)[-1]
        if stage in STAGES:
            reached = max(reached, state)
        self._SLOT.pack_into(self._memory, self._place(worker), state, task, attempt, reached)

    def clear(self) -> None:
        """Wipe what workers of an earlier job have left."""
        for worker in self.read():
            self._SLOT.pack_into(self._memory, self._place(worker), self.STATES.index("idle"), 0, 0, 0)

    def read(self) -> dict[int, tuple[str, int, int] | None]:
        """What each worker that has started is at: (stage, task, attempt), or None if it waits."""
        return {
            worker: None if state == 1 else (self.STATES[state], task, attempt)
            for worker, (state, task, attempt, _) in enumerate(self._SLOT.iter_unpack(self._memory[:]))
            if state
        }

    def state(self, worker: int) -> str:
        """What one worker is at, in a word."""
        return self.STATES[self._slot(worker)[0]]

    def num_at(self, stage: str) -> int:
        """How many workers have had a task of this stage, or a later one, in this job."""
        reached = memoryview(self._memory[:]).cast("i")[3::4].tolist()  # quick: workers ask again and again
        return len(reached) - sum(map(reached.count, range(self.STATES.index(stage))))

    def _slot(self, worker: int) -> tuple[int, ...]:
        return self._SLOT.unpack_from(self._memory, self._place(worker))

    def _place(self, worker: int) -> int:
        return worker % self._SLOTS * self._SLOT.size

    def close(self) -> None:
        """Let go of the file."""
        self._memory.close()
