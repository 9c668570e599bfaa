"""Whether two contenders gave the same answer.

An answer is written as lines and digested: the sum of the lines' digests where order means nothing, so that nobody has
to sort, and a digest of all of them in turn where order is the point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any


def _in_tabs(item: Iterable[Any]) -> str:
    return "\t".join(map(str, item))


# An item of an answer as a line. JSON, where an answer came that way, makes lists of tuples.
LINES: dict[str, Callable[[Any], str]] = {
    "wordcount": _in_tabs,
    "index": lambda item: f"{item[0]}\t{_in_tabs(item[1])}",
    "join": _in_tabs,
    "stations": lambda item: _in_tabs((item[0], *map(float, item[1:]))),
    "sort": str,
    "memory": _in_tabs,
    "growth": _in_tabs,
}


def digest(job: str, answer: Iterable[Any]) -> str:
    """A short text that is the same for equal answers of a job; for a sort, only in the same order.

    >>> digest("wordcount", [("the", 2), ("cat", 1)]) == digest("wordcount", [["cat", 1], ["the", 2]])
    True
    >>> digest("sort", ["a", "b"]) == digest("sort", ["b", "a"])
    False
    """
    line_of = LINES[job]
    number = sums = 0
    in_turn = blake2b(digest_size=8)
    for number, item in enumerate(answer, 1):  # noqa: B007
        line = line_of(item).encode() + b"\n"
        if job == "sort":
            in_turn.update(line)
        else:
            sums += int.from_bytes(blake2b(line, digest_size=8).digest(), "big")
    found = in_turn.hexdigest() if job == "sort" else f"{sums % 2**64:016x}"
    return f"{number:,} items, {found}"
