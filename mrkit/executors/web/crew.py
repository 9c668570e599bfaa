"""Workers in a browser: each does one task at a time, and can be ended in the middle of it.

One takes two seconds to start, so those that a job does not need any more wait for the next one. Serves `client`, which
hands the tasks out. It knows no JavaScript (`link`).
"""

from __future__ import annotations

import contextlib
import pickle
from concurrent.futures import Future, InvalidStateError
from typing import Any

from mrkit.engine.protocol import WorkerLost
from mrkit.engine.tasks import Done
from mrkit.errors import CannotStart
from mrkit.events import Clock
from mrkit.executors.web import lacking, link
from mrkit.waiting import later

MOST_SPARE = 4  # workers that wait for a job: each is a Python of some 100 MB
GRACE = 0.5  # seconds that a worker has to end a task that nobody wants any more, before it is ended itself
KILLED = -9  # as a process that was killed says


class Given(Future):
    """A task for a worker, and what becomes of it."""

    _worker: WebWorker | None = None
    _since = 0.0

    def __init__(self, identity: tuple[str, int, int], packed: bytes, timeout: float | None, clock: Clock):
        super().__init__()
        self.identity, self.packed, self._timeout, self._clock = identity, packed, timeout, clock

    def begin(self, worker: WebWorker) -> None:
        """A worker is at it from now on."""
        self._worker, self._since = worker, self._clock.now()

    def cancel(self) -> bool:
        """End the task, with its worker if one is at it."""
        if super().cancel():
            return True
        if self._worker is not None and not self.done():
            self._worker.lose(WorkerLost(KILLED))
        return False

    def is_overdue(self) -> bool:
        """Whether a worker is at it for longer than it may take."""
        return self._timeout is not None and self._clock.now() - self._since > self._timeout

    def end(self, result: Any) -> None:
        """The answer, or the error that stands for it."""
        if isinstance(result, Done):  # the clocks of two workers agree but for a tenth of a millisecond
            now, figures = self._clock.now(), result.figures
            figures |= {name: min(max(figures[name], self._since), now) for name in ("started", "finished")}
        with contextlib.suppress(InvalidStateError):
            if isinstance(result, Exception):
                self.set_exception(result)
            else:
                self.set_result(result)


class WebWorker:
    """A worker: it starts, is `ready`, is at a task or waits for one, and is gone at some time."""

    def __init__(self) -> None:
        self.ready: Future[None] = Future()
        self.at: Given | None = None
        self.gone = False
        self._job = ""
        self._link = link.Link(self._hear)

    def is_free(self) -> bool:
        """Whether it can take a task."""
        return self.ready.done() and self.at is None and not self.gone

    def take(self, given: Given, name: str, job: str, work: bytes) -> None:
        """Begin a task of a job, whose functions go along the first time."""
        self.at = given
        given.begin(self)
        known, self._job = self._job == job, job
        self._link.say(name=name, work=None if known else work, task=given.packed)

    def lose(self, error: Exception) -> None:
        """End it, with the task that it is at."""
        given, self.at = self.at, None
        self.end()
        if not self.ready.done():
            self.ready.set_exception(error)
        if given is not None:
            given.end(error)

    def end(self) -> None:
        """Nothing is left of it."""
        if not self.gone:
            self.gone = True
            self._link.end()

    def _hear(self, message: dict[str, Any]) -> None:
        if "ready" in message:
            self.ready.set_result(None)
        elif "done" in message:
            given, self.at = self.at, None
            done, written = pickle.loads(message["done"])
            lacking.put(written)
            if given is not None:
                given.end(done)
        elif self.ready.done():
            self.lose(WorkerLost(message["died"]))
        else:
            self.lose(CannotStart(f"The workers cannot start: {message['said'] or 'the browser does not say why'}."))


_spare: list[WebWorker] = []


def hire() -> WebWorker:
    """A worker for a job: one that waits for work, or else a new one."""
    while _spare:
        worker = _spare.pop(0)
        if not worker.gone:
            return worker
    return WebWorker()


def let_go(worker: WebWorker) -> None:
    """A job does not need it any more: it waits for the next one, when it has ended what it is at."""
    if worker.at is not None:
        later(GRACE, _keep, worker)
    else:
        _keep(worker)


def _keep(worker: WebWorker) -> None:
    if worker.at is not None or len(_spare) >= MOST_SPARE:
        worker.end()
    elif not worker.gone:
        _spare.append(worker)
