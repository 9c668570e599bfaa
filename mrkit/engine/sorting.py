"""A partition's pairs in the order of their keys, however many they are.

What fits in memory is sorted there. Beyond that, what came in so far is sorted and written to disk as a run, and in the
end the runs are merged, a few at a time (external merge sort, as in Hadoop's reduce tasks). The values of one key
stay in the order in which they came. Serves the reduce task of a job with `group_by`; knows no groups and no functions.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import chain
from typing import Any

from mrkit import flow
from mrkit.engine import quick, shuffle
from mrkit.engine.budget import Budget
from mrkit.engine.weight import weight
from mrkit.errors import BadKey

FAN_IN = 16  # runs that are merged at a time: each holds one frame in memory
FRAME = 2_000  # values in a frame of a run

Items = Iterator[tuple[Any, list]]  # (key, some of its values), in the order of the keys


def in_order(
    pieces: Iterable[dict[Any, list]], budget: Budget | None, path: str | None, on_spill: Callable[[], None]
) -> Items:
    """The keys of all pieces in order, each with its values, a part at a time; files beside `path` while it lasts.

    >>> list(in_order([{"the": [1, 1]}, {"dog": [1], "the": [2]}], None, None, print))
    [('dog', [1]), ('the', [1, 1, 2])]
    """
    runs: list[shuffle.Output] = []
    groups: dict[Any, list] = {}
    held = 0
    for piece in pieces:
        held += len(piece) + sum(map(len, piece.values()))
        quick.merge(piece, groups)
        if budget is not None and path is not None and budget.full(held):
            on_spill()
            runs.append(_write(flow.sort(groups).items(), f"{path}.{len(runs)}"))
            groups.clear()
            held = 0
    last = flow.sort(groups).items()
    if not runs:
        yield from last
        return
    level = 0
    while len(runs) >= FAN_IN:
        level += 1
        parts = [runs[start : start + FAN_IN] for start in range(0, len(runs), FAN_IN)]
        runs = [_write(merged(part), f"{path}.{level}.{number}") for number, part in enumerate(parts)]
    yield from merged(runs, last)


def merged(runs: list[shuffle.Output], *more: Iterable[tuple[Any, list]]) -> Items:
    """What stands in some runs, and in memory, in order; of equal keys first what was first. The runs are removed."""
    streams = (chain.from_iterable(shuffle.read(run, 0)) for run in runs)
    try:
        yield from merge(*streams, *more, key=_key)
    except TypeError as error:
        raise BadKey(flow.unsortable(error)) from error
    for run in runs:
        os.unlink(run.path or "")


def _write(items: Iterable[tuple[Any, list]], path: str) -> shuffle.Output:
    return shuffle.write([_frames(items)], path)


def _frames(items: Iterable[tuple[Any, list]]) -> Iterator[list[tuple[Any, list]]]:
    frame: list[tuple[Any, list]] = []
    held = size = 0
    for key, values in items:
        for start in range(0, len(values), FRAME):
            part = values[start : start + FRAME]
            for few, heavy in _within_bytes(part):
                frame.append((key, few))
                held += len(few)
                size += heavy
                if held >= FRAME or size >= shuffle.FRAME_BYTES:
                    yield frame
                    frame, held, size = [], 0, 0
    if frame:
        yield frame


def _within_bytes(values: list) -> Iterator[tuple[list, int]]:
    """Some values in as many lists as it takes for none to be too heavy, if they are much alike; and its bytes."""
    size = weight(values)
    if size <= shuffle.FRAME_BYTES:
        yield values, size
        return
    step = max(1, len(values) * shuffle.FRAME_BYTES // size)
    for start in range(0, len(values), step):
        few = values[start : start + step]
        yield few, weight(few)


def _key(item: tuple[Any, list]) -> Any:
    return item[0]
