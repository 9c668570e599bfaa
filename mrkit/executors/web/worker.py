"""What runs in a Web Worker, which has a Python of its own: it loads a job's functions once and does its tasks.

Serves worker.js, which hands the bytes over. It imports no JavaScript but the clock.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import platform
import tempfile
import time
from dataclasses import replace
from typing import Any

from mrkit.engine import blame
from mrkit.engine.tasks import Failure, Work
from mrkit.engine.travel import load_task, load_work, pack_work
from mrkit.engine.worker import perform
from mrkit.errors import MrkitError
from mrkit.events import Clock
from mrkit.executors.surroundings import Surroundings, surroundings, take_on
from mrkit.executors.web.lacking import Fetching
from mrkit.interpreter import apply

_work: Work | None = None  # of the job that was loaded last


def pack(work: Work) -> bytes:
    """In the notebook's Python: a job's functions, with what a worker must know of where they come from."""
    return pickle.dumps((surroundings(), _origin(), pack_work(work)))


def _ask(kind: str, name: str) -> bytes | None:
    from mrkit_home import ask  # worker.js gives it
    from pyodide.ffi import run_sync

    given = run_sync(ask(kind, name))
    return None if given is None else given.to_bytes()


_fetching = Fetching(_ask)


def begin() -> None:
    """From now on, what is missing is asked for."""
    _fetching.begin()


def run(name: str, work: Any, task: Any) -> Any:
    """Do a task, after a job's first `work`; the answer as bytes, and none if this worker is to die."""
    from pyodide.ffi import to_js

    try:
        if work is not None:
            _load(work.to_bytes())
        assert _work is not None
        done = perform(_work, load_task(task.to_bytes()), worker=name)
    except MrkitError as error:
        done = Failure(blame.pack_plain(error), "", name)
    if isinstance(done, Failure) and done.died:  # as the plan of faults says
        return None
    return to_js(pickle.dumps((done, _fetching.written())))


def _load(packed: bytes) -> None:
    global _work
    around: Surroundings
    around, origin, packed_work = pickle.loads(packed)
    _fetching.forget()
    for folder in (around[1] or os.sep, tempfile.gettempdir()):
        with contextlib.suppress(OSError):
            os.makedirs(folder, exist_ok=True)
    take_on(around)
    work = load_work(packed_work)
    apply(work.settings or {})
    clock = Clock(platform.node(), work.clock.offset + _origin() - origin)
    _work = replace(work, settings=None, clock=clock)


def _origin() -> float:
    """When this Python's `perf_counter` was 0, by the clock that all workers of a page share."""
    import js

    return (js.performance.timeOrigin + js.performance.now()) / 1000 - time.perf_counter()
