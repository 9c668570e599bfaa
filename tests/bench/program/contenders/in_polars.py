"""Polars, as the limit: a query engine in Rust, with all cores and no Python in its loops."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from typing import Any

import polars as pl

from mrkit.examples import STOP_WORDS
from tests.bench.program import functions as f


def wordcount(files: list[str], workers: int) -> Iterable:
    """Explode the lines to words and count."""
    words = _words(lines(files)).group_by("word").agg(pl.len())
    return words.collect().rows()


def index(files: list[str], workers: int) -> Iterable:
    """Each different word of a line once."""
    parts = pl.col("line").str.splitn("\t", 2).struct
    numbered = lines(files).select(number=parts.field("field_0").cast(pl.Int64), line=parts.field("field_1"))
    found = _words(numbered).unique().group_by("word").agg(pl.col("number").sort())
    return found.collect().rows()


def join(files: list[str], workers: int) -> Iterable:
    """An inner join."""
    return joined(rows(files)).collect().rows()


def rows(files: list[str]) -> pl.LazyFrame:
    """The rows of both tables; mrkit's map function reads them so too."""
    return pl.scan_csv(files, has_header=False, separator="\t", quote_char=None, new_columns=["table", "key", "rest"])


def joined(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The query for the join; mrkit's reduce function uses it too."""
    customers = rows.filter(pl.col("table") == "customer").select("key", name="rest")
    orders = rows.filter(pl.col("table") == "order").select("key", "rest")
    return customers.join(orders, on="key")


def stations(files: list[str], workers: int) -> Iterable:
    """One `group_by`."""
    return [f.summary(row[0], row[1:]) for row in station_extremes(files).collect().iter_rows()]


def station_extremes(files: list[str]) -> Any:
    """The query for (station, lowest, sum, number, highest); mrkit's map function uses it too."""
    value = pl.col("value")
    schema = {"station": pl.String, "value": pl.Float64}
    table = pl.scan_csv(files, has_header=False, separator=";", quote_char=None, schema=schema)
    return table.group_by("station").agg(low=value.min(), total=value.sum(), number=pl.len(), high=value.max())


def sort(files: list[str], workers: int) -> Iterable:
    """A sort."""
    return lines(files).sort("line").collect()["line"].to_list()


def lines(files: list[str]) -> Any:
    """The lines of files as a table; mrkit's map function reads them so too."""
    # No line of ours has this character, so a line is one column.
    schema = {"line": pl.String}
    return pl.scan_csv(files, has_header=False, separator="\x01", quote_char=None, schema=schema)


def _words(lines: Any) -> Any:
    """`functions.words` in Polars' language: the column "line" becomes one row for each "word"."""
    spaces = f"[{re.escape(string.punctuation)}\\s]+"
    words = pl.col("line").str.replace_all(spaces, " ").str.to_lowercase().str.split(" ")
    return (
        lines.filter(~pl.col("line").str.strip_chars_start().str.starts_with(".."))
        .with_columns(words)
        .explode("line")
        .filter(pl.col("line").str.contains(r"^\p{L}+$") & ~pl.col("line").is_in(list(STOP_WORDS)))
        .rename({"line": "word"})
    )
