"""Values that nobody can change: which they are, and what is to be done where others might be.

A map function may give one list under two keys. What is done to it under one key must show under no other, and what a
sample remembers must stay as it was. Serves whoever keeps, writes or groups values; knows no keys and no functions.
"""

from __future__ import annotations

import contextlib
import copy
import pickle
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from types import FunctionType
from typing import Any

from mrkit.pickling import dumps

PLAIN = {str, int, float, bool, bytes, complex, type(None)}


def are_plain(values: Collection, holders: Iterable[type] = (tuple,)) -> bool:
    """Whether all are of the types that nobody can change, or tuples (or other `holders`) of them.

    >>> are_plain([1, "a", ("b", 2)]), are_plain([[1]]), are_plain([([1],)])
    (True, False, False)
    """
    kinds = set(map(type, values))
    if kinds <= PLAIN:
        return True
    if not kinds <= PLAIN.union(holders):
        return False
    held = values if kinds.isdisjoint(PLAIN) else (value for value in values if value.__class__ not in PLAIN)
    return set(map(type, chain.from_iterable(held))) <= PLAIN


def kept(value: Any) -> Any:
    """A value as it is now, whatever a function does to it later: a copy, if it can be changed and copied.

    >>> row = [1]
    >>> seen = kept(row)
    >>> row.append(2)
    >>> seen
    [1]
    """
    if are_plain((value,)):
        return value
    try:
        return pickle.loads(dumps(value))
    except Exception:
        return value


def have_plain_values(groups: dict[Any, list], inside: bool = True) -> bool:
    """Whether nobody can change any value of these groups; without a look `inside`, tuples are taken at their word.

    >>> have_plain_values({"a": [1, 2], "b": [(3, 4)]}), have_plain_values({"a": [[1]]})
    (True, False)
    """
    kinds = set(map(type, chain.from_iterable(groups.values())))
    if kinds <= PLAIN or not inside:
        return kinds <= PLAIN | {tuple}
    return are_plain(list(chain.from_iterable(groups.values())))


def make_independent(groups: dict[Any, list]) -> dict[Any, list]:
    """Copy what would otherwise be one object under several keys: what is done to it under one shows under no other.

    >>> row = [1]
    >>> groups = make_independent({"a": [row], "b": [row, row]})
    >>> groups["a"][0] is groups["b"][0]
    False
    """
    if have_plain_values(groups):
        return groups
    owners: dict[int, int] = {}
    for owner, values in enumerate(groups.values()):
        for place, value in enumerate(values):
            if any(owners.setdefault(id(part), owner) != owner for part in _parts(value, 3)):
                with contextlib.suppress(Exception):  # what cannot be copied stays one
                    values[place] = copy.deepcopy(value)
    return groups


def _parts(value: Any, depth: int) -> Iterator[Any]:
    """What can be changed of a value: itself, or what it holds."""
    kind = value.__class__
    if kind in PLAIN or isinstance(value, type | FunctionType):
        return
    if kind is not tuple:
        yield value
    held = value.values() if kind is dict else value if kind in (list, tuple) else ()
    if depth and not set(map(type, held)) <= PLAIN:
        for part in held:
            yield from _parts(part, depth - 1)
