"""`executor="processes"` in a browser: the workers are Web Workers, each with a Python of its own.

Nothing but messages goes between them: functions once for each worker and job, then records and buckets as bytes with
the tasks. Whoever waits for them lets the browser's events happen, in which the answers come.
"""

from __future__ import annotations

import threading
import uuid
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future

from mrkit.counters import show
from mrkit.engine.attempts import TICK
from mrkit.engine.protocol import Executor, WorkerLost
from mrkit.engine.tasks import Done, Failure, Task, Work
from mrkit.engine.travel import pack_task
from mrkit.errors import Cancelled, CannotStart
from mrkit.executors.web import crew, link
from mrkit.executors.web.crew import KILLED, Given, WebWorker
from mrkit.executors.web.turns import Turns
from mrkit.executors.web.worker import pack
from mrkit.waiting import COULD_WAIT, can_wait, result_of


class WebWorkers(Executor):
    """A crew of workers named worker-1, worker-2, ...; one that replaces another gets the next number."""

    name = "processes"
    start_method = "web worker"
    can_stop_tasks = True

    def __init__(self, num_workers: int):
        self.num_workers = num_workers
        self._crew: dict[str, WebWorker] = {}
        self._number = 0  # of the worker that came last
        self._waiting: deque[Given] = deque()

    def __reduce__(self) -> tuple:
        """With a job that travels: the workers stay."""
        return WebWorkers, (self.num_workers,)

    def begin(self, work: Work, stopped: threading.Event) -> None:
        """Pack the functions, and wait until there are workers: else the first one would do a small job alone."""
        self._job, self._work, self._clock = uuid.uuid4().hex, pack(work), work.clock
        tasks = self.num_workers if work.map_tasks is None else max(work.map_tasks, work.num_partitions)
        while len(self._crew) < min(self.num_workers, tasks):
            self._hire()
        for worker in list(self._crew.values()):
            while not worker.ready.done():
                if stopped.is_set():
                    raise Cancelled
                result_of(worker.ready, TICK)
            worker.ready.result()

    def _hire(self) -> None:
        self._number += 1
        worker = self._crew[f"worker-{self._number}"] = crew.hire()
        worker.ready.add_done_callback(lambda _: self._feed())

    def submit(self, task: Task, timeout: float | None = None) -> Given:
        """Queue the task for the next free worker."""
        given = Given((task.stage, task.number, task.attempt), pack_task(task), timeout, self._clock)
        given.add_done_callback(lambda _: self._feed())
        self._waiting.append(given)
        self._feed()
        return given

    def _feed(self) -> None:
        """Give each free worker a task; who is gone is replaced."""
        for name, worker in list(self._crew.items()):
            if worker.gone:
                self._replace(name, worker)
            elif worker.is_free() and (given := self._next()) is not None:
                worker.take(given, name, self._job, self._work)

    def _replace(self, name: str, worker: WebWorker) -> None:
        if self._crew.pop(name, None) is None:
            return  # done, while this was on its way
        error = worker.ready.exception()
        if error is None:
            self._hire()
        elif not self._crew:  # the next one would not start either
            while (given := self._next()) is not None:
                given.end(error)

    def _next(self) -> Given | None:
        while self._waiting:
            if (given := self._waiting.popleft()).set_running_or_notify_cancel():
                return given
        return None

    def seen(self) -> list[tuple[str, int, int, str]]:
        """What the workers are at. A task that takes longer than it may ends now."""
        for worker in list(self._crew.values()):
            if worker.at is not None and worker.at.is_overdue():
                worker.lose(TimeoutError())
        return [(*worker.at.identity, name) for name, worker in self._crew.items() if worker.at is not None]

    def kill_worker(self, name: str | None = None) -> str | None:
        """Kill a worker that is at a task now, or the one of this name if it is; its name, or None if all are idle."""
        for each, worker in list(self._crew.items()):
            if worker.at is not None and name in (None, each):
                worker.lose(WorkerLost(KILLED))
                return each
        return None

    def end(self) -> None:
        """What still runs belongs to a job that failed: those who are at it are let go."""
        self._waiting.clear()
        for name, worker in list(self._crew.items()):
            if worker.at is not None:
                crew.let_go(self._crew.pop(name))

    def close(self, in_order: bool = False) -> None:
        """The workers wait for another job."""
        self.end()
        workers, self._crew, self._number = self._crew, {}, 0
        for worker in workers.values():
            crew.let_go(worker)


class InBrowser(Executor):
    """Web Workers where they can be waited for, or else workers that take turns; which, is known when a job begins."""

    name = "processes"
    can_stop_tasks = True

    def __init__(self, num_workers: int):
        self.num_workers = num_workers
        self._workers, self._turns = WebWorkers(num_workers), Turns(num_workers)
        self._now: WebWorkers | Turns = self._workers

    def __reduce__(self) -> tuple:
        """With a job that travels: the workers stay."""
        return InBrowser, (self.num_workers,)

    @property
    def start_method(self) -> str:  # type: ignore[override]
        """How the workers of a job start that begins here."""
        return (self._turns if why_not() else self._workers).start_method

    def begin(self, work: Work, stopped: threading.Event) -> None:
        """Begin with the browser's workers, or without them."""
        why = why_not()
        try:
            if not why:
                self._now = self._workers
                self._now.begin(work, stopped)
        except CannotStart as error:
            why = str(error)
        if why:
            _say_once(why)
            self._now = self._turns
            self._now.begin(work, stopped)

    def submit(self, task: Task, timeout: float | None = None) -> Future[Done | Failure]:
        """Give the task to them."""
        return self._now.submit(task, timeout)

    def seen(self) -> Iterable[tuple[str, int, int, str]]:
        """What they are at."""
        return self._now.seen()

    def kill_worker(self, name: str | None = None) -> str | None:
        """Kill a worker that is at a task; one that takes turns is at none while somebody else can ask."""
        return None if isinstance(self._now, Turns) else self._now.kill_worker(name)

    def end(self) -> None:
        """The job is over."""
        self._now.end()

    def close(self, in_order: bool = False) -> None:
        """The workers wait for another job."""
        self._workers.close()


def why_not() -> str:
    """Why this browser's workers cannot be had here; nothing if they can."""
    if not link.are_there():
        return "This browser has no Web Workers."
    if can_wait():
        return ""
    if COULD_WAIT:
        return "A job that a button starts cannot wait for the browser's workers."
    return "This browser cannot wait for its workers here."


_said: set[str] = set()


def _say_once(why: str) -> None:
    if why not in _said:
        _said.add(why)
        show(
            f"{why} So workers take turns in the one Python that there is, each with its own copy of the functions: "
            f"nothing runs at the same time, and no task can be stopped."
        )
