"""mrkit on a Dask cluster of as many workers: the jobs of `ours`, unchanged."""

from __future__ import annotations

import logging

from distributed import Client, LocalCluster

from tests.bench.program.contenders import ours
from tests.bench.program.contenders.ours import growth, index, join, sort, stations, wordcount

__all__ = ["growth", "index", "join", "prepare", "sort", "stations", "wordcount"]


def prepare(workers: int) -> None:
    """Start a scheduler and workers on this machine."""
    options = {"dashboard_address": ":0", "silence_logs": logging.ERROR}
    ours.where["executor"] = Client(LocalCluster(n_workers=workers, threads_per_worker=1, **options))
