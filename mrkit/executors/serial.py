"""One task after the other, in the thread that calls. Needs nothing but Python, and a debugger can step through."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import replace

from mrkit.counters import Kept, keep, put_back
from mrkit.engine.interrupts import interruptible
from mrkit.engine.protocol import Executor
from mrkit.engine.tasks import Done, Failure, Task, Work
from mrkit.engine.worker import perform


class Serial(Executor):
    """Runs each task at once, while `submit` is waiting."""

    name = "serial"
    num_workers = 1
    _kept: Kept | None = None  # what stdout was before the job

    @property
    def shows_prints(self) -> bool:
        """At once, so that a debugger can ask; a job in the background leaves it to who waits for it."""
        return threading.current_thread() is threading.main_thread()

    def __reduce__(self) -> tuple:
        """With a job that travels: the workers stay."""
        return Serial, ()

    def begin(self, work: Work, stopped: threading.Event) -> None:
        """Remember the work; its task looks at `stopped` before each record."""
        self._work, self._stop = replace(work, settings=None), stopped
        self._kept = keep()

    def submit(self, task: Task, timeout: float | None = None) -> Future[Done | Failure]:
        """Run the task now."""
        future: Future[Done | Failure] = Future()
        with interruptible():
            future.set_result(perform(self._work, task, self._stop, here=True))
        return future

    def end(self) -> None:
        """Whatever broke off a task, stdout is what it was."""
        if self._kept is not None:
            put_back(self._kept)
            self._kept = None
