"""How a job's functions and tasks get to a worker: packed here, loaded there, refused in a sentence if they cannot.

Serves executors whose workers are other processes. It knows nothing of pools and clusters.
"""

from __future__ import annotations

import pickle
from typing import Any

from mrkit.engine.tasks import Task, Work
from mrkit.errors import CannotTravel, ClusterError
from mrkit.functions import culprit, name_of
from mrkit.pickling import by_value


def pack_work(work: Work) -> bytes:
    """A job's functions by value, so that functions from a notebook's cells exist in the workers too."""
    try:
        return by_value(work)
    except Exception:
        for name in ("map_func", "reduce_func", "combiner", "partitioner", "group_by"):
            function = getattr(work, name)
            try:
                by_value(function)
            except Exception as error:
                raise cannot_travel(name, function, error) from error
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


def cannot_travel(name: str, value: Any, error: Exception) -> CannotTravel:
    """The error for a function of the job that cannot be sent to the workers, naming what it uses."""
    variable = culprit(value)
    uses = f" It uses `{variable}`, which belongs to this process only." if variable else ""
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
