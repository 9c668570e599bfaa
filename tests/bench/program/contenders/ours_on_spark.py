"""mrkit on a local Spark of as many cores: the jobs of `ours`, unchanged."""

from __future__ import annotations

from tests.bench.program.contenders import ours, spark
from tests.bench.program.contenders.ours import growth, index, join, sort, stations, wordcount

__all__ = ["growth", "index", "join", "prepare", "sort", "stations", "wordcount"]


def prepare(workers: int) -> None:
    """Start Spark."""
    spark.prepare(workers)
    ours.where["executor"] = spark.context
