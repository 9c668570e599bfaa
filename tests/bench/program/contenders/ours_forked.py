"""mrkit on workers that are forked, as those of the pool by hand are: the jobs of `ours`, unchanged."""

from __future__ import annotations

from tests.bench.program.contenders import ours
from tests.bench.program.contenders.ours import index, join, sort, stations, wordcount

__all__ = ["index", "join", "prepare", "sort", "stations", "wordcount"]


def prepare(workers: int) -> None:
    """Nothing runs yet that a fork could harm."""
    ours.where["start_method"] = "fork"
