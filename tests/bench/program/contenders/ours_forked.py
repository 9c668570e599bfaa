"""mrkit on workers that are forked, as those of the pool by hand are: the jobs of `ours`, unchanged."""

from __future__ import annotations

from tests.bench.program.contenders import ours
from tests.bench.program.contenders.ours import (
    index,
    index_splits,
    join,
    join_splits,
    sort,
    sort_splits,
    stations,
    stations_splits,
    wordcount,
    wordcount_splits,
)

__all__ = [
    "index",
    "index_splits",
    "join",
    "join_splits",
    "prepare",
    "sort",
    "sort_splits",
    "stations",
    "stations_splits",
    "wordcount",
    "wordcount_splits",
]


def prepare(workers: int) -> None:
    """Nothing runs yet that a fork could harm."""
    ours.where["start_method"] = "fork"
