"""From an input that fails to the smallest one that fails in the same way (delta debugging, Zeller 1999)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

SECONDS = 0.15  # a check must answer at once: a smaller case is not worth a pause


def smallest(inputs: list, fails: Callable[[list], bool], seconds: float = SECONDS) -> list:
    """The inputs with as much left out as possible, while `fails` still says so; at least one stays.

    Whole inputs go first, then words of those that are text.

    >>> smallest(["a b", "c d", "e f"], lambda inputs: any("d" in line for line in inputs))
    ['d']
    """
    end = time.perf_counter() + seconds
    inputs = _fewer(inputs, fails, end)
    for i, record in enumerate(inputs):
        if isinstance(record, str) and len(record.split()) > 1:
            fails_with = partial(_with_words, fails, inputs, i)
            words = _fewer(record.split(), fails_with, end)
            if fails_with(words):
                inputs = [*inputs[:i], " ".join(words), *inputs[i + 1 :]]
    return inputs


def _with_words(fails: Callable[[list], bool], inputs: list, i: int, words: list) -> bool:
    return fails([*inputs[:i], " ".join(words), *inputs[i + 1 :]])


def _fewer(items: list, fails: Callable[[list], bool], end: float) -> list:
    size = len(items) // 2
    while size >= 1:
        for fewer in _without(items, size):
            if time.perf_counter() > end:
                return items
            if fewer and fails(fewer):
                items = fewer
                size = min(size, len(items))
                break
        else:
            size //= 2
    return items


def _without(items: list, size: int) -> Iterator[list]:
    """The items without a run of `size` of them, for each place where it can be; the last first."""
    for start in reversed(range(0, len(items), size)):
        yield items[:start] + items[start + size :]
