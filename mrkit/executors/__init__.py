"""Where tasks run. An executor takes tasks and gives futures; what a task means is not its business.

Every executor runs `worker.perform` and differs in the place only: this thread (`serial`), threads, worker
processes, a cluster (`dask`, `spark`), or an executor from elsewhere (`futures`). Only the
modules that are used are imported.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import os
import pickle
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any

from mrkit import blame
from mrkit.errors import BadArgument, CannotTravel, ClusterError, short
from mrkit.interrupts import uninterrupted
from mrkit.pickling import by_value
from mrkit.tasks import Done, Failure, Task, Work

NAMES = ("serial", "threads", "processes")
DASK_ADDRESSES = ("tcp://", "tls://", "ws://", "wss://", "ucx://")


class Executor(ABC):
    """What the engine asks of an executor; what has a body here is true of most of them.

    One job at a time: `begin`, any number of `submit`, `end`. Workers may be kept from one job to the next until
    `close`, after which nothing is left of them.
    """

    name: str  # what to call it in a trace
    num_workers: int  # how many tasks run at the same time
    start_method: str | None = None  # how its processes start, if it has processes
    can_stop_tasks: bool = False  # whether a task that takes too long can be ended

    @property
    def most_pending(self) -> int:
        """How many tasks it takes at a time: more than it has workers, so that none of them waits."""
        return 2 * self.num_workers + 1

    @abstractmethod
    def begin(self, work: Work, stopped: threading.Event) -> None:
        """Get ready for a job's tasks, starting workers if there are none. `stopped` is set when the job is."""

    def path(self, name: str) -> str | None:
        """The new file that a task's output goes to; None where it stays in memory, or the worker names the file."""
        return None

    @abstractmethod
    def submit(self, task: Task, timeout: float | None = None) -> concurrent.futures.Future[Done | Failure]:
        """Run a task. The future fails only if the worker did or `timeout` seconds passed; else it is a `Failure`."""

    def flush(self) -> None:
        """No task follows before one of those submitted is done; for executors that run many tasks as one."""

    def seen(self) -> Iterable[tuple[str, int, int, str]]:
        """What workers do now, as far as can be seen: (stage, task, attempt, worker)."""
        return ()

    def end(self) -> None:
        """The job is over: stop what still runs of it and forget its intermediate data."""

    def close(self) -> None:
        """Stop all workers and leave nothing behind."""


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
    if executor == "processes":
        with uninterrupted():  # an import that is broken off may never work again in this process
            from mrkit.executors.processes import Processes

        return Processes(num_workers or available_cpus(), start_method)
    if _is_of("distributed", executor) or (isinstance(executor, str) and executor.startswith(DASK_ADDRESSES)):
        with _extra("dask", "A Dask cluster needs Dask"):
            from mrkit.executors.dask import Dask

        return Dask(executor, num_workers)
    if _is_of("pyspark", executor) or (isinstance(executor, str) and executor.startswith("spark://")):
        with _extra("spark", "Spark needs PySpark"):
            from mrkit.executors.spark import Spark

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


def available_cpus() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_versions(here: dict[str, str], there: dict[str, str], worker: str) -> None:
    """Raise `ClusterError` if a worker has not the versions that are here; each maps a package to its version."""
    for name, version in here.items():
        if there[name] != version:
            raise ClusterError(
                f"{name} is {version} here and {there[name]} on {worker}. "
                f"Functions travel only between equal versions: install the same on both."
            )


def pack_work(work: Work) -> bytes:
    """A job's functions by value, so that functions from a notebook's cells exist in the workers too."""
    try:
        return by_value(work)
    except Exception:
        for name in ("map_func", "reduce_func", "combiner", "partitioner"):
            function = getattr(work, name)
            try:
                by_value(function)
            except Exception as error:
                raise blame.cannot_travel(name, function, error) from error
        raise


def pack_task(task: Task) -> bytes:
    """A task by value, with its records."""
    try:
        return by_value(task)
    except Exception as error:
        raise CannotTravel(
            f"An input cannot be sent to the workers: {error}. Give the job file names or plain data, "
            f"and open files and connections inside the map function."
        ) from error


def load(packed: bytes) -> Any:
    """In a worker: the work or the task that was packed. Raises `CannotTravel` if something in it does not load."""
    try:
        return pickle.loads(packed)
    except Exception as error:
        raise CannotTravel(
            f"A function or an input of the job cannot be loaded in a worker: {type(error).__name__}: {error}. "
            f"The worker must be able to import what it needs, and whatever is pickled must load again."
        ) from error
