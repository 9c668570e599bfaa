"""What a map task writes: a bucket for each partition, at once or as many pairs at a time as memory allows.

Serves the map task, as `result_writer` serves the reduce task. Pairs are handled some at a time, while they are in the
processor's cache, where that is worth it: where a combiner makes few of many, or where hardly a key comes twice, so
that their buckets may become bytes at once. What is made of them stays in memory until all is there. It knows pairs,
groups and buckets, not the functions that make them.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice, pairwise
from typing import Any

from mrkit import flow
from mrkit.engine import quick, shuffle
from mrkit.engine.plain import have_plain_values, make_independent
from mrkit.engine.spill import things
from mrkit.engine.tasks import MapTask, TaskState, Work

LEAST_PAIRS = 4_000  # of a piece: few enough to fit in the cache
FOR_A_BUCKET = 80  # pairs of a piece that is written at once: a bucket of few takes as long as one of some more
FOR_A_KEY, MOST_KEYS = 30, 300  # pairs for each key, and keys, of a piece that is combined
LOOKED_INTO = 8  # the first pieces, and after them one in so many: a map function's tuples hold the same kinds


class BucketWriter:
    """Groups the pairs of a map task for `flow.map_task`, and writes the buckets that it makes of them."""

    def __init__(self, work: Work, task: MapTask, state: TaskState):
        self._work, self._path, self._state = work, task.path, state
        self._budget = work.budget("map") if task.path else None
        self._least = LEAST_PAIRS if work.combiner is not None else max(LEAST_PAIRS, FOR_A_BUCKET * work.num_partitions)
        self._may_divide = work.combiner is None or not work.ordered  # the pairs, where memory does not ask for it
        self._candidates = 0  # groups that were worth to be a piece
        self._over = False  # whether the last pair was given
        self._full = False  # whether the groups that were handed out last must go to disk
        self._positions: dict[Any, int] = {}  # of keys in the task, if the order over all partitions matters
        self._sizes: Counter = Counter()
        self.num_pairs = self.num_groups = 0

    def grouping(self, pairs: Iterable[flow.Pair]) -> Iterator[flow.Groups]:
        """The pairs in groups, counted; in one piece or in some."""
        for groups in self._pieces(chain(pairs, self._notice_end())):
            self.num_pairs += sum(map(len, groups.values()))
            if self._work.ordered:
                self._positions = {key: number for number, key in enumerate(groups, self.num_groups)}
            yield groups

    def _pieces(self, pairs: Iterator[flow.Pair]) -> Iterator[flow.Groups]:
        """A new piece begins where memory is full, and after some pairs where that is worth it."""
        groups: flow.Groups = {}
        held = in_piece = 0  # things since memory was full, pairs since the last piece
        while not self._over:
            before, following = len(groups), self._least if self._budget is None else self._budget.between_looks
            flow.group(islice(pairs, following), groups)  # only there are pairs asked for: `blame` knows it
            in_piece += following
            held += following + len(groups) - before
            self._full = self._budget is not None and self._budget.full(held)
            enough = in_piece >= self._least and self._is_worth_it(groups, in_piece)
            if (enough or self._full) and not self._over:
                yield groups if enough else self._independent(groups)
                groups, in_piece = {}, 0
                held = 0 if self._full or self._work.combiner is not None else held
        self._full = True
        yield self._independent(groups)

    def _notice_end(self) -> Iterator[flow.Pair]:
        self._over = True
        yield from ()

    def _is_worth_it(self, groups: flow.Groups, pairs: int) -> bool:
        """Whether these go on as a piece: few keys to a combiner, or nearly as many keys as pairs to the buckets.

        What can be changed might come under another key too: from there on, only memory ends a piece. What kind each
        value is, is always asked; what a combiner's tuples hold, of every eighth piece once eight were in order.
        """
        if self._work.combiner is None:
            worth_it = 2 * len(groups) > pairs
        else:
            worth_it = FOR_A_KEY * len(groups) <= pairs and len(groups) <= MOST_KEYS
        if worth_it and self._may_divide:
            self._candidates += 1
            inside = self._candidates <= LOOKED_INTO or self._candidates % LOOKED_INTO == 0
            self._may_divide = have_plain_values(groups, inside or self._work.combiner is None)
        return worth_it and self._may_divide

    def _independent(self, groups: flow.Groups) -> flow.Groups:
        return groups if self._work.combiner is None else make_independent(groups)

    def write_all(self, pieces: Iterator[list[flow.Bucket]]) -> list[shuffle.Output]:
        """Write the buckets to a file, and to one more each time that memory was full."""
        outputs: list[shuffle.Output] = []
        parts: shuffle.Parts | None = None  # of pieces that became bytes while they were in the processor's cache
        for buckets in pieces if self._work.combiner is None else self._together(pieces):
            before = time.perf_counter()
            path = f"{self._path}.{len(outputs)}" if outputs else self._path
            numbers = self._positions if self._work.ordered else None
            parts = parts or shuffle.Parts(path, len(buckets))
            if self._full or self._work.combiner is not None:
                outputs.append(parts.close(buckets, numbers))
                parts = None
            else:
                parts.add_buckets(buckets, numbers, plain=True)  # or they would not be a piece
            self._state.pickling += time.perf_counter() - before
            self._count(buckets)
        for output in outputs:
            self._measure(output)
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

    def _count(self, buckets: list[flow.Bucket]) -> None:
        for part, bucket in enumerate(buckets):
            if bucket:
                self.num_groups += len(bucket)
                self._sizes[part, "groups"] += len(bucket)
                self._sizes[part, "values"] += sum(map(len, bucket.values()))

    def _measure(self, output: shuffle.Output) -> None:
        for part, (start, end) in enumerate(pairwise(output.offsets)):
            if start < end:
                self._sizes[part, "bytes"] += end - start

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
