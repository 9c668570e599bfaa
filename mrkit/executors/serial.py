"""One task after the other, in the thread that calls. Needs nothing but Python, and a debugger can step through."""

from __future__ import annotations

import threading
from concurrent.futures import Future

from mrkit.tasks import Done, Failure, Task, Work, perform


class Serial:
    """Runs each task at once, while `submit` is waiting."""

    name = "serial"
    start_method = None
    can_stop_tasks = False
    num_workers = 1

    def begin(self, work: Work, stopped: threading.Event) -> None:
        """Remember the work; its task looks at `stopped` before each record."""
        self._work, self._stop = work, stopped

    def path(self, name: str) -> None:
        """Outputs stay in memory."""

    def submit(self, task: Task, timeout: float | None = None) -> Future[Done | Failure]:
        """Run the task now."""
        future: Future[Done | Failure] = Future()
        future.set_result(perform(self._work, task, self._stop))
        return future

    def seen(self) -> tuple:
        """Nothing runs when anyone can look."""
        return ()

    def end(self) -> None:
        """Nothing to stop, nothing to forget."""

    def close(self) -> None:
        """No workers to stop."""
