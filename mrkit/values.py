"""The values of a group, as a reduce function or a combiner gets them: to be read once, where the function runs.

One kind of iterator on every executor. It knows how the values are read and says in a sentence what goes wrong when
they are taken for a list; it knows no keys and no functions. Reading them costs what reading a list costs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

FIRST = "use `values = list(values)` first"
NO_LENGTH = f"values can be read once and have no length; {FIRST}."
NO_PLACES = f"values can be read once, from front to back, and have no places; {FIRST}."
READ_TWICE = f"values can be read once, and this is the second time; {FIRST}."
KEPT = f"the values of a group are gone when the function returns; {FIRST}"


TWICE = "the pairs of a group come once, and this is the second time; keep what you need while you read them."
OVER = "the pairs of a group are gone when its function has ended; keep what you need while you read them."


class Values:
    """The values of a group: for one pass from front to back, or one `next` after another.

    >>> sum(Values([1, 2, 3]))
    6
    >>> values = Values([1, 2, 3])
    >>> next(values), list(values)
    (1, [2, 3])
    >>> max(values)
    Traceback (most recent call last):
    TypeError: values can be read once, and this is the second time; use `values = list(values)` first.
    """

    __slots__ = ("_items", "_marks", "_pass", "_tail")
    twice, kept = READ_TWICE, KEPT
    _last: Any = ()  # what the pass comes to after the last value

    def __init__(self, items: Iterable):
        self._items = items
        self._pass: Iterator | None = None

    def __iter__(self) -> Iterator:
        if self._pass is None:
            self._marks: list = []
            self._tail = iter(self._marks)  # which has ended for good when the pass has come to it
            self._pass = _Pass(self._items, self._tail, self._last)
            return self._pass
        self._marks.append(True)
        if not next(self._tail, False):
            raise TypeError(self.twice)
        return self._pass

    def __next__(self) -> Any:
        return next(self._pass if self._pass is not None else iter(self))

    def __getitem__(self, place: Any) -> Any:
        raise TypeError(NO_PLACES)

    def __reduce__(self) -> Any:
        raise TypeError(self.kept)

    def __repr__(self) -> str:
        return "<the values of a group>"


class Stream(Values):
    """The pairs of a group in the order of their keys, as they come from disk or memory: until the group is over.

    >>> stream = Stream(iter([(1, "a"), (2, "b")]))
    >>> next(stream)
    (1, 'a')
    >>> stream.end()
    >>> next(stream)
    Traceback (most recent call last):
    TypeError: the pairs of a group are gone when its function has ended; keep what you need while you read them.
    """

    __slots__ = ("_last",)
    twice, kept = TWICE, OVER.removesuffix(".")

    def __init__(self, items: Iterable):
        super().__init__(items)
        self._last = _End()

    def __iter__(self) -> Iterator:
        iter(self._last)
        return super().__iter__()

    def end(self) -> None:
        """The group is over: pass by what nobody read, and say so to whoever reads on."""
        if self._pass is None:
            iter(self)
        deque(self._items, 0)
        self._last.is_over = True


class _Pass(chain):
    """What reads the values: in C, and like them it stays where it is."""

    __slots__ = ()

    def __reduce__(self) -> Any:
        raise TypeError(KEPT)

    def __repr__(self) -> str:
        return "<the values of a group>"


class _End:
    """What follows the last pair of a group: nothing, or that the group is over."""

    is_over = False

    def __iter__(self) -> Iterator:
        if self.is_over:
            raise TypeError(OVER)
        return iter(())
