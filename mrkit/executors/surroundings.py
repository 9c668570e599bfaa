"""Where a process looks for modules and files, and its environment: what a worker takes on from its parent.

All of it may have changed since the last job, so it goes along with each. Serves executors whose workers are on this
machine.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys

Surroundings = tuple[list[str], str | None, dict[str, str]]


def surroundings() -> Surroundings:
    """Those of this process."""
    try:
        folder: str | None = os.getcwd()
    except OSError:  # it was removed
        folder = None
    return list(sys.path), folder, dict(os.environ)


def take_on(given: Surroundings, keep: tuple[str, ...] = ()) -> None:
    """In a worker: have the same; of its environment, `keep` says what is the worker's own."""
    path, folder, environment = given
    sys.path[:] = path
    importlib.invalidate_caches()
    if folder is not None:
        with contextlib.suppress(OSError):
            os.chdir(folder)
    environment = environment | {name: os.environ[name] for name in keep}
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    os.environ.update(environment)
