"""How much memory a value takes, roughly and quickly: for whoever must not keep too much of what passes by."""

from __future__ import annotations

import sys
from itertools import chain, islice
from typing import Any

DEPTH = 2  # how far into lists of lists it looks
LOOKED_AT = 20  # items of each; the others are taken to be like them

_LIGHT = frozenset({int, float, bool, type(None)})
_ITEMS = frozenset({tuple, list, set, frozenset})
_TEXTS = frozenset({str, bytes})


def weight(value: Any, depth: int = DEPTH) -> int:
    """Bytes that a value takes in memory, with what is in it.

    >>> weight(1) < weight("a" * 100) < weight(["a" * 100] * 100) < 100_000
    True
    """
    kind = value.__class__
    if kind in _LIGHT:
        return 32
    try:
        size = sys.getsizeof(value, 64)
    except Exception:  # its class counts by itself, and cannot
        return 64
    if not (kind in _ITEMS or kind is dict):
        return size if kind in _TEXTS else max(size, _elsewhere(value))
    if not depth or not value:
        return size
    items = chain.from_iterable(value.items()) if kind is dict else value
    seen = [weight(item, depth - 1) for item in islice(items, LOOKED_AT)]
    return size + sum(seen) * len(value) * (2 if kind is dict else 1) // len(seen)


def _elsewhere(value: Any) -> int:
    """Bytes of a table or an array (of Polars, Arrow, NumPy) that are not Python's, as it says itself; or none."""
    try:
        size = value.estimated_size() if hasattr(value, "estimated_size") else getattr(value, "nbytes", 0)
    except Exception:  # a name that means something else there
        return 0
    return size if isinstance(size, int) else 0
