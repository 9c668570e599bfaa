"""Where tasks run. An executor takes tasks and gives futures; what a task means is not its business.

Every executor runs `worker.perform` and differs in the place only: this thread (`serial`), threads, worker
processes, in a browser its own workers (`web`), a cluster (`dask`, `spark`), or an executor from elsewhere (`futures`).
Only the modules that are used are imported.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import re
import sys
from collections.abc import Iterator
from typing import Any

from mrkit.engine.interrupts import uninterrupted
from mrkit.engine.protocol import Executor
from mrkit.errors import BadArgument, NotInstalled, short
from mrkit.machine import available_cpus

NAMES = ("serial", "threads", "processes")
DASK_ADDRESSES = ("tcp://", "tls://", "ws://", "wss://", "ucx://")
MOST_IN_BROWSER = 4  # workers, unless somebody wants more: each is a Python of some 100 MB that takes seconds to start
_PLACE = re.compile(r"[a-z]+://[^/\s]*[^/\s:]:\d+(/.*)?")  # a host and a port


def make(executor: Any, num_workers: int | None, start_method: str | None) -> Executor:
    """The executor that a job's arguments ask for; an error in one sentence if they make no sense.

    >>> make("serial", None, None).name
    'serial'
    """
    if start_method is not None and executor != "processes":
        raise BadArgument("start_method goes with executor='processes' only.")
    if executor == "serial":
        from mrkit.executors.serial import Serial

        return Serial()
    if executor == "threads":
        from mrkit.executors.threads import Threads

        return Threads(num_workers or available_cpus())
    if executor == "processes" and sys.platform == "emscripten":
        if start_method not in (None, "spawn"):
            raise BadArgument("In a browser every worker starts as a fresh Python: leave out start_method.")
        from mrkit.executors.web.client import InBrowser

        return InBrowser(num_workers or min(available_cpus(), MOST_IN_BROWSER))
    if executor == "processes":
        with uninterrupted(), _processes():  # an import that is broken off may never work again in this process
            from mrkit.executors.processes import Processes

        return Processes(num_workers or available_cpus(), start_method)
    if _is_of("distributed", executor) or (isinstance(executor, str) and executor.startswith(DASK_ADDRESSES)):
        if isinstance(executor, str) and not _PLACE.fullmatch(executor):
            raise BadArgument(
                f"{short(executor)} is no address of a Dask scheduler: write its host and its port, as in "
                f"'tcp://localhost:8786'."
            )
        with _extra("dask", "A Dask cluster needs Dask"):
            from mrkit.executors.dask.client import Dask

        return Dask(executor, num_workers)
    if _is_of("pyspark", executor) or (isinstance(executor, str) and executor.startswith("spark://")):
        with _extra("spark", "Spark needs PySpark"):
            from mrkit.executors.spark.client import Spark

        return Spark(executor, num_workers)
    if isinstance(executor, concurrent.futures.Executor):
        from mrkit.executors.futures import Futures

        return Futures(executor, num_workers)
    if hasattr(executor, "begin") and hasattr(executor, "submit"):
        return executor
    names = ", ".join(map(repr, NAMES))
    raise BadArgument(
        f"executor must be one of {names}, a Dask client or its scheduler's address, a Spark session or its master's "
        f"URL, or a concurrent.futures.Executor; not {short(executor)}."
    )


@contextlib.contextmanager
def _processes() -> Iterator[None]:
    """An installation may be half done."""
    try:
        yield
    except ImportError as error:
        from mrkit.installation import explained

        why = explained("executor='processes'", error)
        raise NotInstalled(f"{why}. executor='serial' needs nothing.") from error


def sweep_folders() -> int:
    """Remove what jobs that were killed have left on the disk; how many folders that was."""
    from mrkit.engine import scratch

    return scratch.sweep()


@contextlib.contextmanager
def _extra(name: str, need: str) -> Iterator[None]:
    """What is imported here comes with an extra of mrkit's."""
    try:
        yield
    except ImportError as error:
        raise BadArgument(f"{need} here: pip install 'mrkit[{name}]'.") from error


def _is_of(package: str, executor: Any) -> bool:
    """Whether a package's own class made it; asked in a way that loads nothing. Their pools are `Futures`."""
    made_there = type(executor).__module__.partition(".")[0] == package
    return made_there and not isinstance(executor, concurrent.futures.Executor)
