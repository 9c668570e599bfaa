"""What a map task writes: a bucket for each partition, at once or as many pairs at a time as memory allows.

Serves the map task, as `result_writer` serves the reduce task. Where a combiner has much to do, it gets the pairs some
at a time, while they are in the processor's cache, and what it makes of them stays in memory until all is there. It
knows pairs, groups and buckets, not the functions that make them.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from mrkit import flow
from mrkit.engine import quick, shuffle
from mrkit.engine.plain import have_plain_values, make_independent
from mrkit.engine.spill import things
from mrkit.engine.tasks import MapTask, TaskState, Work

LEAST_PAIRS, FOR_A_KEY, MOST_KEYS = 4_000, 30, 300  # of what is combined at a time: it is to fit in the cache
_NO_MORE: Any = object()


class BucketWriter:
    """Groups the pairs of a map task for `flow.map_task`, and writes the buckets that it makes of them."""

    def __init__(self, work: Work, task: MapTask, state: TaskState):
        self._work, self._path, self._state = work, task.path, state
        self._budget = work.budget("map") if task.path else None
        self._full = False  # whether the groups that were handed out last must go to disk
        self._positions: dict[Any, int] = {}  # of keys in the task, if the order over all partitions matters
        self._sizes: Counter = Counter()
        self.num_pairs = self.num_groups = 0

    def grouping(self, pairs: Iterable[flow.Pair]) -> Iterator[flow.Groups]:
        """The pairs in groups, counted; in as few pieces as may be."""
        at_once = self._budget is None and self._work.combiner is None
        for groups in flow.all_at_once(pairs) if at_once else self._pieces(iter(pairs)):
            self.num_pairs += sum(map(len, groups.values()))
            if self._work.ordered:
                self._positions = {key: number for number, key in enumerate(groups, self.num_groups)}
            yield groups

    def _pieces(self, pairs: Iterator[flow.Pair]) -> Iterator[flow.Groups]:
        """A new piece begins where memory is full, and for a combiner after some pairs that have few keys.

        What can be changed might come under another key too: from there on, only memory ends a piece.
        """
        small = self._work.combiner is not None and not self._work.ordered
        groups: flow.Groups = {}
        held = 0
        while (first := next(pairs, _NO_MORE)) is not _NO_MORE:
            before, following = len(groups), LEAST_PAIRS if self._budget is None else self._budget.between_looks
            flow.group(chain([first], islice(pairs, following - 1)), groups)
            held += following + len(groups) - before
            self._full = self._budget is not None and self._budget.full(held)
            enough = small and held >= max(LEAST_PAIRS, FOR_A_KEY * len(groups))
            if enough:
                small = enough = len(groups) <= MOST_KEYS and have_plain_values(groups)
            if enough or self._full:
                yield groups if enough else self._independent(groups)
                groups, held = {}, 0
        self._full = True
        yield self._independent(groups)

    def _independent(self, groups: flow.Groups) -> flow.Groups:
        return groups if self._work.combiner is None else make_independent(groups)

    def write_all(self, pieces: Iterator[list[flow.Bucket]]) -> list[shuffle.Output]:
        """Write the buckets to a file, and to one more each time that memory was full."""
        outputs: list[shuffle.Output] = []
        for buckets in self._together(pieces):
            before = time.perf_counter()
            path = f"{self._path}.{len(outputs)}" if outputs else self._path
            outputs.append(self._write(buckets, path))
            self._state.pickling += time.perf_counter() - before
            self._count(buckets, outputs[-1])
        return outputs

    def _together(self, pieces: Iterator[list[flow.Bucket]]) -> Iterator[list[flow.Bucket]]:
        """The buckets of some pieces as one, as far as memory allows."""
        held = None
        for buckets in pieces:
            held = buckets if held is None else [*map(_joined, held, buckets)]
            if self._full or (self._budget is not None and self._budget.full(sum(map(things, held)))):
                yield held
                held = None
        if held is not None:
            yield held

    def _write(self, buckets: list[flow.Bucket], path: str | None) -> shuffle.Output:
        with shuffle.writing(path) as writer:
            for bucket in buckets:
                writer.add_bucket(bucket, self._positions if self._work.ordered else None)
                writer.end_part()
        return writer.close()

    def _count(self, buckets: list[flow.Bucket], output: shuffle.Output) -> None:
        for part, bucket in enumerate(buckets):
            if bucket:
                self.num_groups += len(bucket)
                self._sizes[part, "groups"] += len(bucket)
                self._sizes[part, "values"] += sum(map(len, bucket.values()))
                self._sizes[part, "bytes"] += output.offsets[part + 1] - output.offsets[part]

    def sizes(self) -> tuple[tuple[int, int, int, int], ...]:
        """Of every bucket that is not empty: (partition, groups, values, bytes)."""
        return tuple(
            (part, self._sizes[part, "groups"], self._sizes[part, "values"], self._sizes[part, "bytes"])
            for part in sorted(part for part, what in self._sizes if what == "groups")
        )


def _joined(bucket: flow.Bucket, more: flow.Bucket) -> flow.Bucket:
    if not bucket:
        return more
    quick.merge(more, bucket)
    return bucket
