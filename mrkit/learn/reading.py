"""How often a function reads its lists: a probe for exercises in which one pass is enough.

A finger that stays where it is reads nothing new; each move to another place counts. So two fingers that walk along two
sorted lists read each place once, and a search that starts anew for every name does not. It knows no exercise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mrkit.learn.findings import Finding, found


class Counted(list):
    """A list that counts how often another place of it is read than the last one.

    >>> names = Counted("abcd")
    >>> names[0], names[0], names[1], "c" in names
    ('a', 'a', 'b', True)
    >>> names.reads
    5
    """

    def __init__(self, items: Any):
        super().__init__(items)
        self.reads, self._last = 0, -1

    def _read(self, place: int) -> None:
        if place != self._last:
            self.reads, self._last = self.reads + 1, place

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            self.reads += len(range(*place.indices(len(self))))
        else:
            self._read(place % len(self) if len(self) else 0)
        return super().__getitem__(place)

    def __iter__(self) -> Iterator:
        for place, item in enumerate(super().__iter__()):
            self._read(place)
            yield item

    def __reversed__(self) -> Iterator:
        return (self[place] for place in range(len(self) - 1, -1, -1))

    def __contains__(self, item: Any) -> bool:
        return any(item == other for other in self)

    def index(self, item: Any, *among: Any) -> int:
        """Where an item stands; all before it are read."""
        place = super().index(item, *among)
        self.reads += place + 1
        return place

    def count(self, item: Any) -> int:
        """How often an item is there; all are read."""
        self.reads += len(self)
        return super().count(item)

    def __add__(self, other: Any) -> list:
        self.reads += len(self)
        return super().__add__(other)


def reads_at_most(enough: Callable[..., int], what: str) -> Callable[[dict, list], Finding | None]:
    """A probe for `Exercise.also`: of its lists, a plain function reads no more than `enough(*arguments)` places.

    >>> probe = reads_at_most(lambda one, other: len(one) + len(other), "names")
    >>> probe({"function": lambda one, other: [name for name in one if name in other]}, [(list("abcd"), list("wxyz"))])
    Finding(id='probe', sentence='You read 20 names; 8 are enough.', rows=(('arguments', "(['a', ...
    """

    def probe(parts: dict[str, Callable], inputs: list) -> Finding | None:
        for arguments in inputs:
            given = [Counted(each) if isinstance(each, list) else each for each in arguments]
            parts["function"](*given)
            before = sum(each.reads for each in given if isinstance(each, Counted))
            after = enough(*arguments)
            if before > after:
                return found("probe", [("arguments", arguments)], before=before, what=what, after=after)
        return None

    return probe
