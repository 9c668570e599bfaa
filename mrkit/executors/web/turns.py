"""Workers that take turns in the one Python that there is: for a browser whose own workers cannot be waited for.

They are to be seen as workers are: each has its own copy of the job's functions and of the variables that these use,
and all data is pickled on its way. Only modules are shared, and nothing runs at the same time.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import replace
from itertools import cycle

from mrkit.engine import blame
from mrkit.engine.protocol import Executor
from mrkit.engine.tasks import Done, Failure, Task, Work
from mrkit.engine.travel import load, load_task, pack_task, pack_work
from mrkit.engine.worker import perform
from mrkit.errors import MrkitError
from mrkit.faults import softened
from mrkit.pickling import apart


class Turns(Executor):
    """Runs each task at once, while `submit` is waiting, by the next of its workers.

    >>> Turns(2).num_workers
    2
    """

    name = "processes"
    start_method = "in turns"

    def __init__(self, num_workers: int):
        self.num_workers = num_workers

    def begin(self, work: Work, stopped: threading.Event) -> None:
        """Pack the functions; each worker loads them before its first task."""
        self._stopped = stopped
        pack_work(work)  # which says what cannot travel
        self._packed = apart(replace(work, faults=softened(work.faults), settings=None))
        self._works: dict[str, Work] = {}
        self._names = cycle([f"worker-{number}" for number in range(1, self.num_workers + 1)])

    def submit(self, task: Task, timeout: float | None = None) -> Future[Done | Failure]:
        """Run the task now."""
        future: Future[Done | Failure] = Future()
        name = next(self._names)
        packed = pack_task(task)
        try:
            if name not in self._works:
                self._works[name] = load(self._packed)
            future.set_result(perform(self._works[name], load_task(packed), self._stopped, worker=name))
        except MrkitError as error:
            future.set_result(Failure(blame.pack_plain(error), "", name))
        return future
