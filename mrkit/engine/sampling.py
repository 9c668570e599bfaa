"""What a task keeps of the data that passes through it: the sample behind `Run.records`, and the largest keys.

It serves learners' eyes and must cost the job next to nothing: the first records and groups are kept, the rest is only
counted.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import nlargest, nsmallest
from itertools import chain, islice
from typing import Any

from mrkit import flow
from mrkit.engine import quick
from mrkit.engine.plain import kept
from mrkit.engine.spill import RankedGroup
from mrkit.engine.weight import weight
from mrkit.errors import BadKey, short
from mrkit.partition import stable_hash
from mrkit.pickling import dumps

SAMPLE_BYTES = 1_000_000  # most that one task's sample may weigh
RECORD_BYTES = 32_000  # times the records that a task should keep: most that its sample may weigh
MOST_LARGEST = 10  # keys with most values that a reduce task names
MOST_PAIRS = 200  # of one sampled record
MOST_VALUES = 200  # of one sampled group, and results of one
MOST_NAMES = 1000  # groups of a partition that are looked for in others

_NO_MORE: Any = object()


@dataclass(frozen=True)
class SampledRecord:
    """One record and the pairs that the map function made of it: (key, value, partition) each."""

    record: Any
    pairs: tuple[tuple[Any, Any, int], ...]
    position: int


@dataclass(frozen=True)
class SampledGroup:
    """One group as the reduce function saw it, and its result."""

    partition: int
    key: Any
    values: tuple
    num_values: int
    result: Any


class Sampler:
    """Maps the first `limit` records so that it remembers each with its first pairs, and the rest as `flow` does."""

    def __init__(self, map_func: Callable, limit: int):
        self.map_func = map_func
        self._limit = limit
        self._room = min(SAMPLE_BYTES, limit * RECORD_BYTES)
        self._seen: list[tuple[Any, list]] = []

    def map_records(self, map_func: Callable, records: Iterator) -> Iterator[flow.Pair]:
        """What `flow.map_records` does."""
        sampled = flow.map_records(self._remembered, islice(records, self._limit))
        return chain(sampled, quick.map_records(map_func, records))

    def _remembered(self, record: Any) -> Any:
        self._room -= weight(record)
        as_it_was = kept(record) if self._room >= 0 else None
        pairs = self.map_func(record)
        if isinstance(pairs, str | bytes) or not isinstance(pairs, Iterable):
            return pairs  # flow says what is wrong with it
        if self._room < 0:
            return pairs
        rest = iter(pairs)
        head: list = []
        self._seen.append((as_it_was, head))
        return chain(self._remembering(islice(rest, MOST_PAIRS), head), rest)

    def _remembering(self, pairs: Iterable, memory: list) -> Iterator:
        for pair in pairs:
            self._room -= weight(pair)
            if self._room >= 0:
                memory.append(kept(pair))
            yield pair

    def pack(self, partition_of: Callable[[Any], int]) -> bytes:
        """The sample, with the partition of each key."""
        return _pack_within(
            [
                SampledRecord(record, tuple((key, value, partition_of(key)) for key, value in pairs), position)
                for position, (record, pairs) in enumerate(self._seen)
            ],
            SAMPLE_BYTES,
        )


def _pack_within(sample: list, limit: int) -> bytes:
    """Pickle as much of a sample as fits; nothing if it cannot be pickled."""
    while sample:
        try:
            packed = dumps(sample)
        except Exception:
            return b""
        if len(packed) <= limit:
            return packed
        sample = sample[: len(sample) // 2]
    return b""


class GroupsSeen:
    """What a reduce task notes of the groups on their way to the reduce function."""

    def __init__(self, wanted: frozenset):
        self._wanted = wanted
        self._room = SAMPLE_BYTES
        self.sizes: Counter = Counter()
        self.largest: list[tuple[int, str]] = []
        self.sample: list[SampledGroup] = []
        self.values = 0
        self.rank = 0
        self.key: Any = None
        self._sampled: tuple[int, Any, tuple, int] | None = None
        self._heads: dict[Any, tuple[int, Any, tuple, int]] = {}  # of groups whose results are to come
        self._results: list | None = None  # of the group of pairs that is sampled now

    def watch(self, groups: Iterator[RankedGroup], partition: int) -> Iterator[tuple[Any, Iterable]]:
        """The groups as the reduce function wants them: (key, values)."""
        for self.rank, self.key, values, number in groups:
            self.values += number
            self._measure(number)
            if self._wanted and self.key in self._wanted:
                values = iter(values)
                head = self._head(values)
                if self._room >= 0:
                    self._sampled = partition, self.key, tuple(map(kept, head)), number
                values = chain(head, values)
            yield self.key, values

    def note(self, groups: flow.Groups, partition: int) -> None:
        """The same of all groups of a partition at once; `results` will be told what became of them."""
        numbers = [*map(len, groups.values())]
        self.values += sum(numbers)
        self._measure_all(numbers, groups)
        self._heads = {}
        wanted = self._wanted & groups.keys()
        for key in groups if wanted else ():
            if key in wanted and self._room >= 0:
                head = self._head(iter(groups[key]))
                if self._room >= 0:
                    self._heads[key] = partition, key, tuple(map(kept, head[:MOST_VALUES])), len(groups[key])

    def results(self, keys: list, results: list) -> None:
        """What the reduce function made of the groups of these keys."""
        if not self._heads.keys().isdisjoint(keys):
            for key, result in zip(keys, results, strict=True):
                if key in self._heads:
                    self._sampled = self._heads.pop(key)
                    self.result(result)

    def _measure_all(self, numbers: list[int], groups: flow.Groups) -> None:
        sizes = Counter(numbers)
        self.sizes.update(sizes)
        floor, left = 0, MOST_LARGEST  # the number of values that the last of the largest has
        for floor in sorted(sizes, reverse=True):
            left -= sizes[floor]
            if left <= 0:
                break
        if len(self.largest) == MOST_LARGEST and max(sizes, default=0) <= self.largest[-1][0]:
            return
        larger = [(number, short(key)) for number, key in zip(numbers, groups, strict=True) if number > floor]
        equal = (key for number, key in zip(numbers, groups, strict=True) if number == floor)
        last = [(floor, short(key)) for key in islice(equal, MOST_LARGEST - len(larger))]
        self.largest = nlargest(MOST_LARGEST, [*self.largest, *larger, *last])

    def counted(self, items: Iterable[tuple[Any, list]]) -> Iterator[tuple[Any, list]]:
        """Keys with some of their values, counted when the next one is asked for: the group that ends had them."""
        for key, values in items:
            yield key, values
            self.values += len(values)

    def watch_streams(
        self, groups: Iterable[tuple[Any, Iterator]], partition: int
    ) -> Iterator[tuple[Any, Iterator[flow.Pair]]]:
        """Groups of pairs, whose values went through `counted`. How many they are is known when they are over."""
        before = self.values
        for self.key, pairs in groups:
            sampled = self.key in self._wanted
            head = tuple(islice(pairs, MOST_VALUES)) if sampled else ()
            as_it_was = tuple(map(kept, head))
            self._results = [] if sampled else None
            yield self.key, chain(head, pairs) if sampled else pairs
            deque(pairs, 0)
            number, before = self.values - before, self.values
            self._measure(number)
            if self._results is not None:
                self.sample.append(SampledGroup(partition, self.key, as_it_was, number, self._results))

    def _measure(self, number: int) -> None:
        """One more group of so many values."""
        self.sizes[number] += 1
        if len(self.largest) < MOST_LARGEST or number > self.largest[-1][0]:
            self.largest = nlargest(MOST_LARGEST, [*self.largest, (number, short(self.key))])

    def _head(self, values: Iterator) -> list:
        """The first values of a group, as far as there is room for them; their last one may be one too many."""
        head: list = []
        while self._room >= 0 and len(head) < MOST_VALUES and (value := next(values, _NO_MORE)) is not _NO_MORE:
            head.append(value)
            self._room -= weight(value)
        return head

    def result(self, result: Any) -> None:
        """What the reduce function made of the group that it got last."""
        if self._results is not None and len(self._results) < MOST_VALUES:
            self._results.append(result)
        if self._sampled is not None:
            self._room -= weight(result)
            if self._room < 0:
                self._sampled = None
                return
            self.sample.append(SampledGroup(*self._sampled, result))
            self._sampled = None

    def pack(self) -> bytes:
        """The sample."""
        return _pack_within(self.sample, SAMPLE_BYTES)


class GroupNames:
    """Some of the groups of a partition, so that one which is in two partitions can be noticed.

    Kept are those with the smallest hashes: all of them if they are few, and of many the same ones as another
    partition keeps that has them too.
    """

    def __init__(self) -> None:
        self.kept: set[tuple[int, str]] = set()  # hash and text
        self._limit = 1 << 32

    def note(self, group: Any) -> None:
        """One more group."""
        try:
            number = stable_hash(group)
        except BadKey:
            return  # who knows what equals it in another process?
        if number < self._limit:
            self.kept.add((number, short(group)))
            if len(self.kept) >= 2 * MOST_NAMES:
                self.kept = set(nsmallest(MOST_NAMES, self.kept))
                self._limit = max(self.kept)[0]
