"""How a job's functions and tasks get to a worker: packed here, loaded there, refused in a sentence if they cannot.

Serves executors whose workers are other processes. It knows nothing of pools and clusters.
"""

from __future__ import annotations

import contextlib
import inspect
import pickle
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

from mrkit import modules
from mrkit.counters import in_task
from mrkit.engine.tasks import ReduceTask, Task, Work
from mrkit.errors import BadArgument, CannotTravel, ClusterError
from mrkit.functions import culprit, name_of, repeated
from mrkit.pickling import by_value


def pack_work(work: Work) -> bytes:
    """A job's functions by value, so that functions from a notebook's cells exist in the workers too."""
    try:
        packed = by_value(work)
    except Exception:
        for name in ("map_func", "reduce_func", "combiner", "partitioner", "group_by"):
            function = getattr(work, name)
            try:
                by_value(function)
            except Exception as error:
                raise cannot_travel(name, function, error) from error
        raise
    _warn_of_repeats(work)
    return packed


_warned: set[tuple[Any, str]] = set()


def _warn_of_repeats(work: Work) -> None:
    for function in (work.map_func, work.reduce_func, work.combiner, work.partitioner):
        variable, what = repeated(function)
        place = getattr(function, "__code__", None) or type(function).__qualname__, variable
        if variable and place not in _warned:
            _warned.add(place)
            warnings.warn(
                f"`{name_of(function)}` uses `{variable}`, {what}: every worker has a copy of it and goes on from the "
                f"same point. Make it inside the function, from the record that it is for.",
                stacklevel=2,
            )


def pack_task(task: Task) -> bytes:
    """A task by value, with its records; to reduce tasks the users' classes that records before had go along."""
    try:
        return by_value((task, modules.classes() if isinstance(task, ReduceTask) else ()))
    except Exception as error:
        raise CannotTravel(
            f"An input cannot be sent to the workers: {error}. Give the job file names or plain data, "
            f"and open files and connections inside the map function."
        ) from error


def load_work(packed: bytes, alone: bool = True) -> Work:
    """In a worker: a job's functions. `alone` says that no other job is at work in this process."""
    if alone:
        modules.forget()
    return load(packed)


def load_task(packed: bytes) -> Task:
    """In a worker: a task of the job that was loaded last."""
    return load(packed)[0]


def load(packed: bytes) -> Any:
    """What was packed. Raises `CannotTravel` if something in it does not load."""
    try:
        with _loading():
            return pickle.loads(packed)
    except (CannotTravel, BadArgument):
        raise
    except Exception as error:
        raise CannotTravel(
            f"A function or an input of the job cannot be loaded in a worker: {type(error).__name__}: {error}. "
            f"The worker must be able to import what it needs, and whatever is pickled must load again."
        ) from error


_here = threading.local()


@contextlib.contextmanager
def _loading() -> Iterator[None]:
    _here.loading = True
    try:
        yield
    finally:
        _here.loading = False


def refuse_in_import() -> None:
    """Raise `BadArgument` if a worker has just begun to import a module, and this is a job that the module starts.

    It would start workers that import the module, and so on without end.
    """
    names = [str(frame.f_globals.get("__name__")) for frame in _frames() if frame.f_code.co_name == "<module>"]
    at_work = getattr(_here, "loading", False) or (in_task() and _is_child())
    found = [name for name in names if name == "__mp_main__" or (at_work and name != "__main__")]
    if found:
        name = "the script" if "__mp_main__" in found else f"`{found[0]}`"
        raise BadArgument(
            f"This job does not start: a worker imports {name}, which starts a job when it is imported. "
            f'Put the job under `if __name__ == "__main__":` there.'
        )


def _is_child() -> bool:
    multiprocessing = sys.modules.get("multiprocessing")  # slow to load, and there in all that it starts
    return multiprocessing is not None and multiprocessing.parent_process() is not None


def _frames() -> Iterator[Any]:
    frame = inspect.currentframe()
    while frame is not None:
        yield frame
        frame = frame.f_back


def cannot_travel(name: str, value: Any, error: Exception) -> CannotTravel:
    """The error for a function of the job that cannot be sent to the workers, naming what it uses."""
    variable = culprit(value)
    uses = f" It uses `{variable}`, which cannot leave this process." if variable else ""
    return CannotTravel(
        f"The {name} `{name_of(value)}` cannot be sent to the workers: {error}.{uses} "
        f"Make what it needs inside the function, or use executor='threads'."
    )


def check_versions(here: dict[str, str], there: dict[str, str], worker: str) -> None:
    """Raise `ClusterError` if a worker has not the versions that are here; each maps a package to its version."""
    for name, version in here.items():
        if there[name] != version:
            raise ClusterError(
                f"{name} is {version} here and {there[name]} on {worker}. "
                f"Functions travel only between equal versions: install the same on both."
            )
