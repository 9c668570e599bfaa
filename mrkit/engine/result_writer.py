"""What a reduce task writes: its results, in the order in which their keys were first met.

Serves the reduce task. Where groups were spilled, they come out of order: their results are written as sorted runs
and merged. It knows ranks and results, not keys or functions.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from heapq import merge
from itertools import chain
from typing import Any

from mrkit.engine import shuffle
from mrkit.engine.weight import weight

RESULTS_IN_FRAME = 5_000
FAN_IN = 8  # sorted runs that are merged at a time: of each, a frame is in memory and a file is open


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
        self._block: list = []  # results, or (rank, result)
        self._weight = 0  # of the results in the block, about
        self._runs: shuffle.Writer | None = None  # of a part whose groups were spilled: sorted runs, to be merged
        self._files = 0  # of runs
        self._begun = False
        self._last: Any = None  # rank in this run
        self.seconds = 0.0
        self.number = self.spills = 0

    def spilled(self) -> None:
        """The groups of this part come out of order from here on."""
        self.spills += 1
        self._runs = self._new_runs()
        self._begun = False

    def count_spill(self) -> None:
        """Something of this part went to disk, and its groups come in order all the same."""
        self.spills += 1

    def add(self, rank: Any, result: Any) -> None:
        """One more result; `rank` is that of its key."""
        if self._runs is not None:
            if self._begun and rank < self._last:
                self._flush(self._runs)
                self._runs.end_part()
            self._begun, self._last = True, rank
        self.number += 1
        self._keep(rank, result, self._runs or self._writer)

    def add_all(self, results: list) -> int:
        """Some more results, in order, where no ranks are kept; about how many bytes they have."""
        size = weight(results)
        self.number += len(results)
        self._block += results
        self._hold(size, self._writer)
        return size

    def end_part(self) -> None:
        """All results of this part are there."""
        self._flush(self._runs or self._writer)
        if self._runs is not None:
            runs, self._runs = self._runs, None
            self._merge(runs.close())
        self._writer.end_part()

    def close(self) -> shuffle.Output:
        """Where they were written."""
        return self._writer.close()

    def _keep(self, rank: Any, result: Any, writer: shuffle.Writer) -> None:
        self._block.append((rank, result) if self._has_ranks(writer) else result)
        self._hold(weight(result), writer)

    def _has_ranks(self, writer: shuffle.Writer) -> bool:
        return self._keep_ranks or writer is not self._writer

    def _hold(self, size: int, writer: shuffle.Writer) -> None:
        self._weight += size
        if len(self._block) >= RESULTS_IN_FRAME or self._weight >= shuffle.FRAME_BYTES:
            self._flush(writer)

    def _flush(self, writer: shuffle.Writer) -> None:
        before = time.perf_counter()
        if self._block:
            writer.add(self._block)
            self._block, self._weight = [], 0
        self.seconds += time.perf_counter() - before

    def _new_runs(self) -> shuffle.Writer:
        self._files += 1
        return shuffle.Writer(self._path and f"{self._path}.runs{self._files}")

    def _merge(self, runs: shuffle.Output) -> None:
        """Merge the runs, some at a time to longer ones, until they are the part itself."""
        while len(runs) > FAN_IN:
            longer = self._new_runs()
            for first in range(0, len(runs), FAN_IN):
                self._merge_some(runs, range(first, min(first + FAN_IN, len(runs))), longer)
                longer.end_part()
            _remove(runs)
            runs = longer.close()
        self._merge_some(runs, range(len(runs)), self._writer)
        _remove(runs)

    def _merge_some(self, runs: shuffle.Output, which: Iterable[int], writer: shuffle.Writer) -> None:
        for rank, result in merge(*(chain.from_iterable(shuffle.read(runs, run)) for run in which), key=_rank):
            self._keep(rank, result, writer)
        self._flush(writer)


def _remove(runs: shuffle.Output) -> None:
    if runs.path is not None:
        os.unlink(runs.path)


def _rank(pair: tuple[Any, Any]) -> Any:
    return pair[0]
