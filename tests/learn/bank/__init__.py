"""Known answers to the exercises: wrong ones with the finding that each must get, and right ones.

One module for each lesson. A builder returns an answer: a function, a tuple of parts in the exercise's order, or a
value. What it remembers lies in its closure, as it would lie in a notebook's variables, so that it can be copied.
`SURVIVORS` in a module explains the changes of right answers that are still right: {(builder, change): why}.
"""

from __future__ import annotations

import importlib
import pkgutil
import zlib
from collections.abc import Callable
from typing import NamedTuple


class Answer(NamedTuple):
    """An answer to an exercise. `finding` is what a wrong one must get, and "" for a right one."""

    exercise: str
    finding: str
    build: Callable

    @property
    def name(self):
        return f"{self.build.__module__.removeprefix('bank.')}-{self.exercise}-{self.build.__name__}"


ANSWERS: list[Answer] = []
SEEDS = range(20)


def some_seeds(name: str) -> list[int]:
    """A fifth of the seeds, others for each answer, and the first: together they are all."""
    return sorted({0, *SEEDS[zlib.crc32(name.encode()) % 5 :: 5]})


def right(exercise: str) -> Callable:
    """Mark a builder: this answer is right."""
    return wrong(exercise, "")


def wrong(exercise: str, finding: str) -> Callable:
    """Mark a builder: this answer is wrong, and a check must find this."""

    def mark(build: Callable) -> Callable:
        ANSWERS.append(Answer(exercise, finding, build))
        return build

    return mark


def modules() -> list:
    """The banks of all lessons."""
    return [importlib.import_module(f"bank.{module.name}") for module in pkgutil.iter_modules(__path__)]
