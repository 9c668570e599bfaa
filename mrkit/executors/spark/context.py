"""The way to Spark: a context that is given, or one made here, and what Spark's errors mean.

Serves `spark.py`. A context that was made here leaves nothing when it is closed, not even its Java process; one that
was given is the user's.
"""

from __future__ import annotations

import contextlib
import math
import platform
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from typing import Any

from pyspark import SparkConf, SparkContext
from pyspark.java_gateway import launch_gateway

from mrkit.errors import BadArgument, ClusterError, MrkitError, short

PATIENCE = 10.0  # seconds for a master to answer
FIRST_WORKER = 60.0  # seconds for a cluster to start a first worker: a Java process each


def context_of(spark: Any) -> SparkContext:
    """The context that was given, or that of the session."""
    try:
        context = spark if isinstance(spark, SparkContext) else spark.sparkContext
    except Exception as error:  # each version of Spark Connect has its own way to say it
        raise BadArgument(
            "A Spark Connect session cannot run Python functions over its partitions. Give the job a SparkContext, a "
            "session made with .master(...), or the master's URL."
        ) from error
    if not isinstance(context, SparkContext):
        raise BadArgument(f"executor must be a SparkSession, a SparkContext or a master's URL; not {short(spark)}.")
    return context


def settings(master: str, name: str) -> SparkConf:
    """Those of any Spark that mrkit starts: quiet, and fast in Python."""
    conf = SparkConf().setMaster(master).setAppName(name)
    conf.set("spark.ui.enabled", "false").set("spark.ui.showConsoleProgress", "false")
    if hasattr(socket, "AF_UNIX"):  # a task takes 9 ms instead of 25 (Spark 4.1 and later)
        conf.set("spark.python.unix.domain.socket.enabled", "true")
    return conf


@contextlib.contextmanager
def made(url: str, num_workers: int | None) -> Iterator[SparkContext]:
    """A context on the master at a URL, as quiet as it can be; after it nothing is left, not even its Java process."""
    _check_answer(url)
    if getattr(SparkContext, "_active_spark_context", None) is not None:  # else Spark says it, in its words
        raise BadArgument("This process has a Spark context already. Give the job that one: executor=spark.")
    conf = settings(url, "mrkit").set("spark.python.task.killTimeout", "100ms")
    if num_workers:
        conf.set("spark.cores.max", str(num_workers))
    with contextlib.ExitStack() as stack:
        try:
            with _own_interrupts():
                gateway = running_java()
                if gateway is None:
                    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
                    gateway = launch_gateway(conf, quiet)
                    stack.callback(end_java, gateway)
                context = SparkContext(conf=conf, gateway=gateway)
            stack.callback(context.stop)
            _wait_for_worker(context, url)
        except MrkitError:
            raise
        except Exception as error:
            java = "it needs Java 17 or newer, which did not run. Install it, or set JAVA_HOME."
            said = message_of(error)
            raise ClusterError(f"Spark did not start: {java if 'JAVA_GATEWAY' in said else in_short(said)}") from error
        yield context


def running_java() -> Any:
    """The way to the Java process that pyspark has started in this process, if there is one."""
    return getattr(SparkContext, "_gateway", None)


def end_java(gateway: Any) -> None:
    """End the Java process that pyspark leaves when a context is stopped."""
    SparkContext._gateway = SparkContext._jvm = None
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()


@contextlib.contextmanager
def _own_interrupts() -> Iterator[None]:
    """Spark puts in a handler that cancels all jobs of the context; ours is back after the block."""
    handler = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, handler)


def _check_answer(url: str) -> None:
    """Ask at the address first: Spark itself would try for a minute."""
    masters = re.findall(r"(?:^spark://|,)\[?([^\s,/]+?)\]?:(\d+)(?=,|$)", url)
    if not masters:
        raise BadArgument(f"A Spark master's URL looks like spark://HOST:7077; you gave {short(url)}.")
    said = ""
    for host, port in masters:
        try:
            socket.create_connection((host, int(port)), timeout=PATIENCE).close()
            return
        except (OSError, OverflowError) as error:
            said = str(error)
    raise ClusterError(f"No Spark master answers at {url}: {said}. Is the address right, and does one run there?")


def _executors(context: SparkContext) -> float:
    try:
        return len(context._jsc.sc().statusTracker().getExecutorInfos())
    except AttributeError:  # another Spark: then its first task waits for a worker
        return math.inf


def _wait_for_worker(context: SparkContext, url: str) -> None:
    end = time.monotonic() + FIRST_WORKER
    while _executors(context) < 2:  # the first is the driver
        if time.monotonic() > end:
            raise ClusterError(
                f"The Spark master at {url} gave no worker within {FIRST_WORKER:g} s. "
                f"Does it have workers with free cores and memory, and can they reach this machine?"
            )
        time.sleep(0.05)


# What Spark says.


def message_of(error: Exception) -> str:
    """What Spark says, without the stack of the Java code that says it."""
    try:
        return error.java_exception.getMessage() or str(error)  # type: ignore[attr-defined]
    except Exception:
        return str(error)


def explained(message: str) -> ClusterError:
    """The same as a sentence that says what to do."""
    module = re.search(r"No module named '(mrkit|cloudpickle)", message)
    if module:
        return ClusterError(
            f"A Spark worker cannot import {module[1]}. Install mrkit in the Python that the workers use "
            f"(PYSPARK_PYTHON names it)."
        )
    if "PYTHON_VERSION_MISMATCH" in message:
        there = re.search(r"different version: \D{0,3}(\d+\.\d+)", message)
        return ClusterError(
            f"Python is {platform.python_version()} here and {there[1] if there else 'another'} on a Spark worker. "
            f"Functions travel only between equal versions: name the same Python for both (PYSPARK_PYTHON)."
        )
    if re.search("stopped SparkContext|SparkContext was shut down|NoneType|Answer from Java|while sending", message):
        return ClusterError("The Spark context was stopped, or lost its cluster, while the job ran.")
    return ClusterError(f"Spark could not run the job: {in_short(message)}")


def in_short(message: str) -> str:
    """The line of it that says what happened."""
    raised = re.findall(r"^\w[\w.]*(?:Error|Exception): .*", message, re.MULTILINE) if "Traceback" in message else []
    said = raised[-1] if raised else next(iter(message.strip().splitlines()), "it does not say why")
    return said.rpartition("Exception: ")[2].partition(". Consider")[0]
