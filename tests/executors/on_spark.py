"""A Spark for tests: on this machine, quiet, gone at the end; skips where PySpark or Java is not there."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys

import pytest

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "512m",
    "spark.python.task.killTimeout": "100ms",
}


def needs_spark():
    """The module pyspark."""
    pyspark = pytest.importorskip("pyspark", reason="PySpark is not installed: pip install 'mrkit[spark]'")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("There is no Java, which Spark needs.", allow_module_level=True)
    return pyspark


@contextlib.contextmanager
def environment():
    """For processes that Spark starts: this Python, and what the tests import."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("PYTHONPATH", os.path.dirname(os.path.dirname(__file__)))
        yield


@contextlib.contextmanager
def local_spark():
    """A user's context with two workers, and the user's own handler of interrupts."""
    pyspark = needs_spark()
    from mrkit.executors.spark.context import end_java

    with environment():
        handler = signal.getsignal(signal.SIGINT)
        context = pyspark.SparkContext(conf=pyspark.SparkConf().setMaster("local[2]").setAll(list(SETTINGS.items())))
        signal.signal(signal.SIGINT, handler)
        context.setLogLevel("OFF")
        gateway = pyspark.SparkContext._gateway
        try:
            yield context
        finally:
            context.stop()
            end_java(gateway)
