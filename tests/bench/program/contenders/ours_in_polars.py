"""mrkit, with Polars for what is done within a split and within a share of the keys.

It runs on threads: Polars does not need Python's lock, so worker processes would only start and load it once more each.
What goes from map to reduce is a table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain
from typing import Any

import polars as pl

from mrkit import MapReduce, text_lines
from tests.bench.program import functions as f
from tests.bench.program.contenders import in_polars

WHOLE = "1GB"  # so that a split is a file
HERE: dict[str, Any] = {"executor": "threads", "map_split": True}


def stations(files: list[str], workers: int) -> Iterable:
    """The extremes of a file are a row for each station."""
    return MapReduce(_extremes, f.climate, workers, **HERE)(text_lines(files, WHOLE))


def _extremes(split: Any) -> Iterable[tuple[str, f.Extremes]]:
    table = in_polars.station_extremes([split.path]).collect()
    return ((row[0], row[1:]) for row in table.iter_rows())


def join(files: list[str], workers: int) -> Iterable:
    """The rows of a file are divided by a hash of their key; each reduce task joins its share."""
    number = 4 * workers
    tables = _by_share(partial(_rows, number), _joined, number, files, workers)
    return list(chain.from_iterable(table.iter_rows() for table in tables))


def _rows(number: int, split: Any) -> Iterable[tuple[int, pl.DataFrame]]:
    rows = in_polars.rows([split.path]).with_columns(share=pl.col("key").hash() % number)
    return _divided(rows.collect())


def _joined(item: tuple[int, Iterable[pl.DataFrame]]) -> pl.DataFrame:
    return in_polars.joined(pl.concat(item[1]).lazy()).collect()


def sort(files: list[str], workers: int) -> Iterable:
    """The records of a file are divided at borders from a sample; each reduce task sorts its share."""
    keys, number = sorted(f.sample(files)), 4 * workers
    borders = [keys[len(keys) * i // number] for i in range(1, number)]
    tables = _by_share(partial(_records, borders), _sorted, number, files, workers)
    return list(chain.from_iterable(table["line"].to_list() for table in tables))


def _records(borders: list[str], split: Any) -> Iterable[tuple[int, pl.DataFrame]]:
    lines = in_polars.lines([split.path]).collect()
    shares = pl.Series("share", borders).search_sorted(lines["line"].str.slice(0, f.KEY), side="right")
    return _divided(lines.with_columns(share=shares))


def _sorted(item: tuple[int, Iterable[pl.DataFrame]]) -> pl.DataFrame:
    return pl.concat(item[1]).sort("line")


def _by_share(
    map_func: Callable, reduce_func: Callable, number: int, files: list[str], workers: int
) -> Iterable[pl.DataFrame]:
    job = MapReduce(map_func, reduce_func, workers, partitioner=_itself, num_partitions=number, **HERE)
    return job(text_lines(files, WHOLE))


def _itself(key: int, number: int) -> int:
    return key


def _divided(table: pl.DataFrame) -> Iterable[tuple[int, pl.DataFrame]]:
    """A pair for each share of a table's rows."""
    parts = table.partition_by("share", include_key=False, as_dict=True)
    return ((share, part) for (share,), part in parts.items())
