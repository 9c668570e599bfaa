"""PySpark on this machine, with the same Python functions (its RDDs; data frames would not be Python's work)."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterable
from operator import add
from typing import Any

import pyspark

from tests.bench.program import functions as f

context: Any = None


def prepare(workers: int) -> None:
    """Start Java, once for a program."""
    global context
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "localhost",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "4g",
        "spark.driver.maxResultSize": "0",
        "spark.default.parallelism": str(4 * workers),
        "spark.python.unix.domain.socket.enabled": str(hasattr(socket, "AF_UNIX")).lower(),
        "spark.log.level": "ERROR",
    }
    conf = pyspark.SparkConf().setMaster(f"local[{workers}]").setAppName("bench").setAll(list(settings.items()))
    context = pyspark.SparkContext(conf=conf)


def _lines(files: list[str]) -> Any:
    return context.textFile(",".join(files))


def wordcount(files: list[str], workers: int) -> Iterable:
    """`reduceByKey` combines."""
    return _lines(files).flatMap(f.word_ones).reduceByKey(add).collect()


def index(files: list[str], workers: int) -> Iterable:
    """`groupByKey` does not."""
    return _lines(files).flatMap(f.postings).groupByKey().map(f.posting_list).collect()


def join(files: list[str], workers: int) -> Iterable:
    """Both tables are one input."""
    return _lines(files).flatMap(f.tagged).groupByKey().flatMap(f.joined).collect()


def stations(files: list[str], workers: int) -> Iterable:
    """`reduceByKey` combines."""
    found = _lines(files).flatMap(f.reading).reduceByKey(_extremes).collect()
    return [f.summary(station, parts) for station, parts in found]


def _extremes(one: f.Extremes, other: f.Extremes) -> f.Extremes:
    return min(one[0], other[0]), one[1] + other[1], one[2] + other[2], max(one[3], other[3])


def sort(files: list[str], workers: int) -> Iterable:
    """Spark takes a sample and ranges by itself."""
    return _lines(files).sortBy(str).collect()
