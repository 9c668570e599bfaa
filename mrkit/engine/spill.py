"""Groups that do not fit in memory.

What has come in so far is divided by a hash of its keys into files, so that each file holds all there is of some of
the keys; then one file after another is grouped, and divided once more if it is still too large. A key with a very
large share of the values gets a file of its own and is streamed. (The Grace hash join of Kitsuregawa et al., 1983,
used for grouping.) The results then come out of order and are sorted by merging. Serves the reduce task; knows
nothing of the functions that will see the groups.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any

from mrkit import flow
from mrkit.engine import shuffle
from mrkit.engine.budget import Budget

FILES = 16  # that one level of spilling divides into
HOT_SHARE = 4  # a key with more than one in so many of the values is hot

RankedGroup = tuple[Any, Any, Any, int]  # rank of the key among all keys, key, values, their number


def grouped(
    pieces: Iterable[dict[Any, list]],
    budget: Budget | None,
    path: str | None,
    on_spill: Callable[[], None] = lambda: None,
    sort_keys: bool = False,
) -> Iterator[RankedGroup]:
    """Bring equal keys together, as `flow.merge` does, in bounded memory; beyond it, with files beside `path`.

    The groups come in the order in which their keys were first met, or sorted; after `on_spill` was called they do
    not, but `rank` says the order. The values of a group are to be read before the next group is asked for.

    >>> for rank, key, values, number in grouped([{"the": [1, 1]}, {"dog": [1], "the": [1]}], None, None):
    ...     print(rank, key, list(values), number)
    0 the [1, 1, 1] 3
    1 dog [1] 1
    """
    pieces = iter(pieces)
    groups: dict[Any, list] = {}
    held = 0
    for piece in pieces:
        flow.merge([piece], groups)
        if budget is not None and path is not None:
            held += len(piece) + sum(map(len, piece.values()))
            if budget.full(held):
                on_spill()
                overflow = _Overflow(f"{path}.0", 0, range(len(groups)), groups)
                met = len(groups)
                groups.clear()
                for piece in pieces:
                    overflow.add(range(met, met + len(piece)), piece)
                    met += len(piece)
                yield from overflow.groups(budget, sort_keys)
                return
    if sort_keys:
        groups = flow.sort(groups)
    for rank, (key, values) in enumerate(groups.items()):
        yield rank, key, iter(values), len(values)


class _Overflow:
    """One level of files for the groups of one partition: frames of (ranks, piece)."""

    def __init__(self, path: str, level: int, ranks: Iterable[int], groups: dict[Any, list]):
        self._path, self._level = path, level
        self._files = [shuffle.Writer(f"{path}.{number}") for number in range(FILES)]
        most = sum(map(len, groups.values())) / HOT_SHARE
        # A key that becomes hot later is found one level deeper, at the beginning of its file. So every level has
        # fewer keys than the one above it, and there is an end.
        self._hot = {
            key: _HotKey(f"{path}.hot{rank}", key, rank)
            for rank, (key, values) in zip(ranks, groups.items(), strict=True)
            if len(values) >= most
        }
        self.add(ranks, groups)

    def add(self, ranks: Iterable[int], groups: dict[Any, list]) -> None:
        """Divide some groups among the files."""
        divided: list[tuple[dict[Any, int], dict[Any, list]]] = [({}, {}) for _ in range(FILES)]
        for rank, (key, values) in zip(ranks, groups.items(), strict=True):
            if key in self._hot:
                self._hot[key].add(values)
            else:
                numbers, part = divided[hash((self._level, key)) % FILES]
                numbers[key], part[key] = rank, values
        for file, (numbers, part) in zip(self._files, divided, strict=True):
            for piece in shuffle.blocks(part):
                file.add(([numbers[key] for key in piece], piece))

    def groups(self, budget: Budget, sort_keys: bool) -> Iterator[RankedGroup]:
        """All groups, one file after the other."""
        for number, file in enumerate(self._files):
            output = file.close()
            path = f"{self._path}.{number}"
            yield from self._file_groups(output, budget, path, sort_keys)
            os.unlink(path)
        for hot in self._hot.values():
            yield from hot.group(sort_keys)

    def _file_groups(self, output: shuffle.Output, budget: Budget, path: str, sort_keys: bool) -> Iterator[RankedGroup]:
        groups: dict[Any, list] = {}
        ranks: dict[Any, int] = {}
        held = 0
        pieces: Iterator = shuffle.read(output, 0) if len(output) else iter(())
        for numbers, piece in pieces:
            for key, rank in zip(piece, numbers, strict=True):
                ranks.setdefault(key, rank)
            flow.merge([piece], groups)
            held += len(piece) + sum(map(len, piece.values()))
            if budget.full(held):
                deeper = _Overflow(f"{path}.d", self._level + 1, [ranks[key] for key in groups], groups)
                groups.clear()
                ranks.clear()
                for numbers, piece in pieces:
                    deeper.add(numbers, piece)
                yield from deeper.groups(budget, sort_keys)
                return
        if sort_keys:
            groups = flow.sort(groups)
        for key, values in groups.items():
            yield key if sort_keys else ranks[key], key, iter(values), len(values)


class _HotKey:
    """One key with a file of its own."""

    def __init__(self, path: str, key: Any, rank: int):
        self._path, self._key, self._rank = path, key, rank
        self._file = shuffle.Writer(path)
        self._number = 0

    def add(self, values: list) -> None:
        """More of its values."""
        self._number += len(values)
        for piece in shuffle.blocks({None: values}):
            self._file.add(piece[None])

    def group(self, sort_keys: bool) -> Iterator[RankedGroup]:
        """The group, its values streamed from the file."""
        with contextlib.closing(self._values(self._file.close())) as values:  # which may not be read to their end
            yield self._key if sort_keys else self._rank, self._key, values, self._number
        os.unlink(self._path)

    def _values(self, output: shuffle.Output) -> Generator[Any, None, None]:
        if len(output):
            with contextlib.closing(shuffle.read(output, 0)) as pieces:
                for piece in pieces:
                    yield from piece
