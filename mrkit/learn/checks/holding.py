"""What a reduce function holds while it reads pairs that come in order: as little as it needs, or all of them."""

from __future__ import annotations

import inspect
import weakref
from collections import deque
from collections.abc import Iterator
from random import Random
from types import FrameType
from typing import Any

from mrkit.learn.findings import Finding, found
from mrkit.learn.trial import Stream, Trial, streams

MORE = 20  # lists of inputs, so that some group is large
LEAST = 10  # keys of a group, or nothing can be said
SHARE = 0.8  # of a group's keys: so many things held are all of them
DEEP = 6  # frames between the stream and the function that reads it


def buffered(trial: Trial, inputs: list) -> Finding | None:
    """Whether it keeps a whole group, or waits for its end, where one pass is enough."""
    if trial.group_by is None or "reduce_func" not in trial.answer:
        return None
    name = trial.exercise.id
    many = [record for n in range(MORE) for record in trial.exercise.inputs(Random(f"{name} more {n}"))]
    given = streams(trial, [*inputs, *many], combine=1)
    group, pairs = max(given.items(), key=lambda item: _keys(item[1]))
    if _keys(pairs) < LEAST:
        return None
    stream = Watched(pairs)
    results = trial.worker().parts["reduce_func"]((group, stream))
    read = []  # pairs, when each result came
    for _ in results:
        stream.look(getattr(results, "gi_frame", None))
        read.append(stream.read)
    if stream.most < SHARE * _keys(pairs):
        return None
    waited = len(read) > 1 and read[0] == len(pairs)
    rows = [("group", group), ("pairs", pairs), ("held", stream.most)]
    return found("buffered" if waited else "buffered_kept", rows, count=len(pairs))


def _keys(pairs: list) -> int:
    return len({key for key, _ in pairs})


class _Pair(tuple):
    """A pair of which can be known whether somebody still has it: its mark lives as long."""

    mark: _Mark


class _Mark:
    """A weak reference to a tuple is not to be had; to this it is."""


class Watched(Stream):
    """A stream of pairs that sees how many of them are kept, or how far lists and the like have grown meanwhile."""

    def __init__(self, pairs: list):
        super().__init__(pairs)
        self._alive: weakref.WeakSet = weakref.WeakSet()
        self._sizes: dict[str, int] = {}  # of the function's variables when they were first seen
        self.read = self.most = 0

    def __next__(self) -> Any:
        self.look(_reader())
        pair = _Pair(super().__next__())
        self.read += 1
        pair.mark = _Mark()
        self._alive.add(pair.mark)
        return pair

    def look(self, frame: FrameType | None) -> None:
        """How much is held now, as far as can be seen from here."""
        self.most = max([self.most, len(self._alive), *self._growth(frame)])

    def _growth(self, frame: FrameType | None) -> Iterator[int]:
        for _ in range(DEEP):
            if frame is None or frame.f_globals.get("__name__") == __name__:
                return
            for name, value in list(frame.f_locals.items()):
                if isinstance(value, list | dict | set | deque):
                    if self.read == 0:
                        self._sizes[name] = len(value)
                    yield len(value) - self._sizes.get(name, 0)
            frame = frame.f_back


def _reader() -> FrameType | None:
    """Who asks for the next pair."""
    here = inspect.currentframe()
    try:
        return here.f_back.f_back if here and here.f_back else None
    finally:
        del here  # a frame that knows itself stays, and all that it holds
