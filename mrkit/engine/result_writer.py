"""What a reduce task writes: its results, in the order in which their keys were first met.

Serves the reduce task. Where groups were spilled, they come out of order: their results are written as sorted runs
and merged. It knows ranks and results, not keys or functions.
"""

from __future__ import annotations

import os
import time
from heapq import merge
from itertools import chain
from typing import Any

from mrkit.engine import shuffle

RESULTS_IN_FRAME = 5_000


class ResultWriter:
    """Writes the results of a reduce task, each part in the order in which its keys were first met.

    >>> results = ResultWriter(None)
    >>> results.add(0, "the")
    >>> results.end_part()
    >>> list(shuffle.read(results.close(), 0))
    [['the']]
    """

    def __init__(self, path: str | None, keep_ranks: bool = False):
        self._path, self._keep_ranks = path, keep_ranks
        self._writer = shuffle.Writer(path)
        self._block: list[tuple[Any, Any]] = []  # (rank, result)
        self._runs: list[shuffle.Output] = []  # of a part whose groups were spilled: sorted runs, to be merged
        self._run: shuffle.Writer | None = None
        self._begun = False
        self._last: Any = None  # rank in this run
        self.seconds = 0.0
        self.number = self.spills = 0

    def spilled(self) -> None:
        """The groups of this part come out of order from here on."""
        self.spills += 1
        self._new_run()

    def count_spill(self) -> None:
        """Something of this part went to disk, and its groups come in order all the same."""
        self.spills += 1

    def add(self, rank: Any, result: Any) -> None:
        """One more result; `rank` is that of its key."""
        if self._run is not None:
            if self._begun and rank < self._last:
                self._flush()
                self._new_run()
            self._begun, self._last = True, rank
        self._block.append((rank, result))
        self.number += 1
        if len(self._block) >= RESULTS_IN_FRAME:
            self._flush()

    def end_part(self) -> None:
        """All results of this part are there."""
        self._flush()
        if self._run is not None:
            self._runs.append(self._run.close())
            self._run = None
            self._merge_runs()
        self._writer.end_part()

    def close(self) -> shuffle.Output:
        """Where they were written."""
        return self._writer.close()

    def _flush(self) -> None:
        before = time.perf_counter()
        if self._block:
            if self._run is not None:
                self._run.add(self._block)
            else:
                self._writer.add(self._block if self._keep_ranks else [result for _, result in self._block])
            self._block = []
        self.seconds += time.perf_counter() - before

    def _new_run(self) -> None:
        if self._run is not None:
            self._runs.append(self._run.close())
        self._begun = False
        self._run = shuffle.Writer(self._path and f"{self._path}.run{self.spills}.{len(self._runs)}")

    def _merge_runs(self) -> None:
        ordered = merge(*(chain.from_iterable(shuffle.read(run, 0)) for run in self._runs if len(run)), key=_rank)
        for rank, result in ordered:
            self._block.append((rank, result))
            if len(self._block) >= RESULTS_IN_FRAME:
                self._flush()
        self._flush()
        for run in self._runs:
            if run.path is not None:
                os.unlink(run.path)
        self._runs = []


def _rank(pair: tuple[Any, Any]) -> Any:
    return pair[0]
