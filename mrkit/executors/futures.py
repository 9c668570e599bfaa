"""Any `concurrent.futures.Executor`: the standard library's, Dask's `client.get_executor()`, and others.

Nothing is known of where its workers are, so functions, records and buckets travel as bytes with the tasks,
and workers that die are the executor's own affair.
"""

from __future__ import annotations

import concurrent.futures
import threading
import uuid
from concurrent.futures import Future
from dataclasses import replace

from mrkit.engine import blame
from mrkit.engine.protocol import Executor
from mrkit.engine.tasks import Done, Failure, Task, Work
from mrkit.engine.travel import load_task, load_work, pack_task, pack_work
from mrkit.engine.worker import perform, worker_name
from mrkit.errors import MrkitError
from mrkit.faults import softened
from mrkit.machine import available_cpus

_works: dict[str, Work] = {}  # in a worker: the job that it works for


class Futures(Executor):
    """Tasks through somebody else's executor, which is theirs to shut down. Outputs travel as bytes."""

    def __init__(self, executor: concurrent.futures.Executor, num_workers: int | None = None):
        self.name = type(executor).__name__
        self.num_workers = num_workers or getattr(executor, "_max_workers", None) or available_cpus()
        self._executor = executor
        self._running: set[Future] = set()

    def begin(self, work: Work, stopped: threading.Event) -> None:
        """Pack the functions."""
        self._running = set()
        self._job = uuid.uuid4().hex
        self._work = pack_work(replace(work, faults=softened(work.faults)))

    def submit(self, task: Task, timeout: float | None = None) -> Future[Done | Failure]:
        """Hand the task to the executor."""
        future = self._executor.submit(run, self._job, self._work, pack_task(task))
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return future

    def end(self) -> None:
        """Take back what has not begun."""
        for future in list(self._running):
            future.cancel()


def run(job: str, packed_work: bytes, packed_task: bytes) -> Done | Failure:
    """In a worker: load the job's functions the first time, then run the task."""
    try:
        work = _works.get(job)
        if work is None:
            work = load_work(packed_work)
            _works.clear()  # other threads may still be at other jobs: they hold theirs
            _works[job] = work
        task = load_task(packed_task)
    except MrkitError as error:
        return Failure(blame.pack_plain(error), "", worker_name())
    return perform(work, task)
