"""Engines for a lesson: a Dask cluster and a Spark session, both on this machine, without noise and without network.

What is missing here is said in one sentence, and the lesson goes on without it. Each engine is started once and kept
until `stop`, or until Python ends. It knows nothing of jobs,
which take an engine as their `executor`.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from typing import Any

from mrkit.share import folder
from mrkit.trace import Trace

_started: dict[str, Any] = {}


def local_dask(num_workers: int = 2) -> Any:
    """A client of a Dask cluster of so many worker processes; without Dask, "processes" and a sentence."""
    if sys.platform == "emscripten":
        print("There is no Dask in a browser: what says Dask here runs on the browser's workers.")
        return "processes"
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        print("Dask is not installed (pip install 'mrkit[dask]'): what says Dask here runs on worker processes.")
        return "processes"
    if "dask" not in _started:
        cluster = LocalCluster(
            n_workers=num_workers, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL
        )
        _started["dask"] = Client(cluster, set_as_default=False)
    return _started["dask"]


def local_spark(num_workers: int = 2) -> Any:
    """A Spark session with so many workers, in about ten seconds; where Spark or Java is missing, None and a word."""
    if sys.platform == "emscripten":
        print("There is no Spark in a browser. You see a recorded run of it instead.")
        return None
    try:
        from pyspark import SparkContext
        from pyspark.errors import PySparkRuntimeError
        from pyspark.java_gateway import launch_gateway
        from pyspark.sql import SparkSession
    except ImportError:
        print("Spark is not installed (pip install 'mrkit[spark]'). You see a recorded run of it instead.")
        return None
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        print("Spark needs Java, version 17 or newer. You see a recorded run of it instead.")
        return None
    if "spark" not in _started:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        from mrkit.executors.spark.context import settings

        conf = settings(f"local[{num_workers}]", "mrkit lesson")
        conf.set("spark.driver.bindAddress", "127.0.0.1").set("spark.driver.host", "127.0.0.1")
        try:
            java = launch_gateway(conf, {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL})
        except PySparkRuntimeError:
            print("Spark did not start: it needs Java, version 17 or newer. You see a recorded run of it instead.")
            return None
        _started["spark"] = SparkSession(SparkContext(conf=conf, gateway=java))
        _started["spark"].sparkContext.parallelize(range(num_workers), num_workers).map(_ready).collect()
    return _started["spark"]


def _ready(worker: int) -> int:
    """Run once on each worker, so that its Python is there, with mrkit loaded, before the lesson's job."""
    from mrkit.executors.spark import worker as spark_worker

    return worker + len(spark_worker.VERSIONS)


def recorded_spark() -> Trace:
    """The trace of lesson 13's job on Spark, as it ran on two cores of some other machine."""
    return Trace.from_json((folder("data") / "runs" / "spark_word_count.json").read_text(encoding="utf-8"))


def stop() -> None:
    """End all engines that were started here."""
    if "dask" in _started:
        client = _started.pop("dask")
        cluster = client.cluster
        client.close()
        cluster.close()
    if "spark" in _started:
        from mrkit.executors.spark.context import end_java, running_java

        java = running_java()
        _started.pop("spark").stop()
        end_java(java)
