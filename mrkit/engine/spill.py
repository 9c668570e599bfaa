"""Groups that do not fit in memory.

What has come in so far is divided by a hash of its keys among the buckets of one file, so that each bucket holds all
there is of some of the keys; then one bucket after another is grouped, and divided once more if it is still too large,
by other bits of the hash. A key with a very large share of the values gets a bucket of its own and is streamed. (The
Grace hash join of Kitsuregawa et al., 1983, used for grouping.) There is one file for each level, and two levels are
enough for four thousand times the memory. The results then come out of order and are sorted by merging. Serves the
reduce task; knows nothing of the functions that will see the groups.
"""

from __future__ import annotations

import contextlib
import os
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any

from mrkit import flow
from mrkit.engine import quick, shuffle
from mrkit.engine.budget import Budget

BITS = 6  # of the hash that one level divides by
BUCKETS = 1 << BITS
LEVELS = 5  # which is all bits of the hash; keys that still share a bucket are grouped in memory
HOT_SHARE = 4  # a key with more than one in so many of the values is hot

RankedGroup = tuple[Any, Any, Any, int]  # rank of the key among all keys, key, values, their number
RankedPiece = tuple[Iterable[int], dict[Any, list]]  # ranks of the keys, some of their values


def gathered(
    pieces: Iterable[dict[Any, list]],
    budget: Budget | None,
    path: str | None,
    on_spill: Callable[[], None] = lambda: None,
    sort_keys: bool = False,
) -> flow.Groups | Iterator[RankedGroup]:
    """Bring equal keys together, as `flow.merge` does, in bounded memory; beyond it, with files beside `path`.

    What fits in memory is there as a whole, in the order in which the keys were first met, or sorted. The pieces are
    the caller's to give away. Otherwise, after `on_spill` was called, the groups come one by one and out of order, but
    `rank` says the order; the values of a group are to be read before the next group is asked for.

    >>> gathered([{"the": [1, 1]}, {"dog": [1], "the": [1]}], None, None)
    {'the': [1, 1, 1], 'dog': [1]}
    """
    pieces = iter(pieces)
    groups: flow.Groups = {}
    held = 0
    for piece in pieces:
        if budget is not None and path is not None:
            held += things(piece)
        quick.merge(piece, groups)
        if budget is not None and path is not None and budget.full(held):
            on_spill()
            return _divided(groups, pieces, budget, path, sort_keys)
    return flow.sort(groups) if sort_keys else groups


def _divided(
    groups: flow.Groups, pieces: Iterator[dict[Any, list]], budget: Budget, path: str, sort_keys: bool
) -> Iterator[RankedGroup]:
    level = _Level(path, 0, range(len(groups)), groups)
    ranked = _ranked(pieces, len(groups))
    groups.clear()
    yield from level.groups(ranked, budget, sort_keys)


def one_by_one(groups: flow.Groups | Iterator[RankedGroup]) -> Iterator[RankedGroup]:
    """What `gathered` gave, in the same form whether it fitted in memory or not.

    >>> for rank, key, values, number in one_by_one({"the": [1, 1, 1], "dog": [1]}):
    ...     print(rank, key, list(values), number)
    0 the [1, 1, 1] 3
    1 dog [1] 1
    """
    if not isinstance(groups, dict):
        return groups
    return ((rank, key, iter(values), len(values)) for rank, (key, values) in enumerate(groups.items()))


def things(piece: dict[Any, list]) -> int:
    """How much a piece is to a budget: its keys and its values."""
    return len(piece) + sum(map(len, piece.values()))


def _ranked(pieces: Iterable[dict[Any, list]], met: int) -> Iterator[RankedPiece]:
    for piece in pieces:
        yield range(met, met + len(piece)), piece
        met += len(piece)


class _Level:
    """One file of frames (ranks, piece): at each round of writing, a part for every bucket and for every hot key."""

    def __init__(self, path: str, level: int, ranks: Iterable[int], groups: dict[Any, list]):
        self._path, self._level = path, level
        self._file = shuffle.Writer(f"{path}.{level}")
        most = sum(map(len, groups.values())) / HOT_SHARE
        # A key that becomes hot later is found one level deeper, at the beginning of its bucket.
        hot = [(key, rank) for rank, (key, values) in zip(ranks, groups.items(), strict=True) if len(values) >= most]
        self._hot = {key: number for number, (key, _) in enumerate(hot, BUCKETS)}
        self._hot_ranks = [rank for _, rank in hot]
        self._hot_sizes = dict.fromkeys(self._hot, 0)
        self._add(ranks, groups)

    def groups(self, more: Iterator[RankedPiece], budget: Budget, sort_keys: bool) -> Iterator[RankedGroup]:
        """All groups, one bucket after the other, when what is still to come was divided as well."""
        self._pour(more, budget)
        output = self._file.close()
        parts = BUCKETS + len(self._hot)
        for bucket in range(BUCKETS):
            yield from self._grouped(_parts(output, bucket, parts), budget, sort_keys)
        for (key, number), rank in zip(self._hot.items(), self._hot_ranks, strict=True):
            with contextlib.closing(_values(output, number, parts)) as values:  # which may not be read to their end
                yield key if sort_keys else rank, key, values, self._hot_sizes[key]
        os.unlink(f"{self._path}.{self._level}")

    def _pour(self, more: Iterator[RankedPiece], budget: Budget) -> None:
        """Divide some memory's fill at a time, so that what is written at once to a bucket is not tiny."""
        groups: dict[Any, list] = {}
        ranks: dict[Any, int] = {}
        held = 0
        for numbers, piece in more:
            held += _merge(numbers, piece, ranks, groups)
            if budget.full(held):
                self._add(ranks.values(), groups)
                ranks, groups, held = {}, {}, 0
        self._add(ranks.values(), groups)

    def _add(self, ranks: Iterable[int], groups: dict[Any, list]) -> None:
        divided: list[tuple[dict[Any, int], dict[Any, list]]] = [({}, {}) for _ in range(BUCKETS + len(self._hot))]
        for rank, (key, values) in zip(ranks, groups.items(), strict=True):
            if key in self._hot:
                self._hot_sizes[key] += len(values)
            numbers, part = divided[self._hot[key] if key in self._hot else _bucket(key, self._level)]
            numbers[key], part[key] = rank, values
        for numbers, part in divided:
            self._file.add_bucket(part, numbers)
            self._file.end_part()

    def _grouped(self, pieces: Iterator[RankedPiece], budget: Budget, sort_keys: bool) -> Iterator[RankedGroup]:
        groups: dict[Any, list] = {}
        ranks: dict[Any, int] = {}
        held = 0
        for numbers, piece in pieces:
            held += _merge(numbers, piece, ranks, groups)
            if budget.full(held) and self._level + 1 < LEVELS:
                level = _Level(self._path, self._level + 1, ranks.values(), groups)
                groups.clear()
                ranks.clear()
                yield from level.groups(pieces, budget, sort_keys)
                return
        if sort_keys:
            groups = flow.sort(groups)
        for key, values in groups.items():
            yield key if sort_keys else ranks[key], key, iter(values), len(values)


def _bucket(key: Any, level: int) -> int:
    """Of which bucket a key is, by other bits at each level. CRC-32 mixes them: those of `hash` may be all the same."""
    return zlib.crc32(hash(key).to_bytes(8, "little", signed=True)) >> BITS * level & BUCKETS - 1


def _parts(output: shuffle.Output, first: int, step: int) -> Generator[RankedPiece, None, None]:
    for part in range(first, len(output), step):
        with contextlib.closing(shuffle.read(output, part)) as pieces:
            yield from pieces


def _values(output: shuffle.Output, first: int, step: int) -> Generator[Any, None, None]:
    """The values of a hot key, streamed from the file."""
    with contextlib.closing(_parts(output, first, step)) as pieces:
        for _, piece in pieces:
            for values in piece.values():
                yield from values


def _merge(numbers: Iterable[int], piece: dict[Any, list], ranks: dict[Any, int], groups: dict[Any, list]) -> int:
    """One more piece to some groups, each key with the rank that it had first; how many things that was."""
    for key, rank in zip(piece, numbers, strict=True):
        ranks.setdefault(key, rank)
    held = things(piece)
    quick.merge(piece, groups)
    return held
