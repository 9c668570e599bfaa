"""Where a process looks for modules and files, and its environment: what a worker takes on from its parent.

All of it may have changed since the last job, so it goes along with each. Serves executors whose workers are on this
machine.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import threading
from collections.abc import Iterator, MutableMapping

SAFE_PATH = "PYTHONSAFEPATH"  # what tells a new Python not to look in the current folder
Surroundings = tuple[list[str], str | None, dict[str, str]]

_safe = threading.Lock()
_starts = 0
_theirs: str | None = None  # what the user has there


@contextlib.contextmanager
def safe_path() -> Iterator[None]:
    """What is started meanwhile does not look for modules in the current folder."""
    # A new Python looks for its own modules in the current folder first, before it hears where its parent looks: there
    # may be somebody's module `struct`. What a notebook can import, its workers can: they get its path a moment later.
    global _starts, _theirs
    with _safe:
        if not _starts:
            _theirs = os.environ.get(SAFE_PATH)
        _starts += 1
        os.environ[SAFE_PATH] = "1"
    try:
        yield
    finally:
        with _safe:
            _starts -= 1
            if not _starts:
                _put_back(os.environ)


def users_environment() -> dict[str, str]:
    """The environment of this process as its user knows it, though a thread may be starting a worker."""
    with _safe:
        found = dict(os.environ)
        if _starts:
            _put_back(found)
        return found


def _put_back(environment: MutableMapping[str, str]) -> None:
    if _theirs is None:
        environment.pop(SAFE_PATH, None)
    else:
        environment[SAFE_PATH] = _theirs


def surroundings() -> Surroundings:
    """Those of this process."""
    try:
        folder: str | None = os.getcwd()
    except OSError:  # it was removed
        folder = None
    return list(sys.path), folder, users_environment()


def take_on(given: Surroundings, keep: tuple[str, ...] = ()) -> None:
    """In a worker: have the same; of its environment, `keep` says what is the worker's own."""
    path, folder, theirs = given
    sys.path[:] = path
    importlib.invalidate_caches()
    if folder is not None:
        with contextlib.suppress(OSError):
            os.chdir(folder)
    theirs = theirs | {name: os.environ[name] for name in keep}
    for name in os.environ.keys() - theirs.keys():
        del os.environ[name]
    os.environ.update(theirs)
