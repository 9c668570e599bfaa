"""What the engine asks of an executor: the protocol behind which a task runs anywhere.

An executor decides where a task runs and how its buckets move, never what a task means.
"""

from __future__ import annotations

import concurrent.futures
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable

from mrkit.engine.tasks import Done, Failure, Task, Work


class Executor(ABC):
    """What the engine asks of an executor; what has a body here is true of most of them.

    One job at a time: `begin`, any number of `submit`, `end`. Workers may be kept from one job to the next until
    `close`, after which nothing is left of them.
    """

    name: str  # what to call it in a trace
    num_workers: int  # how many tasks run at the same time
    start_method: str | None = None  # how its processes start, if it has processes
    can_stop_tasks: bool = False  # whether a task that takes too long can be ended

    @property
    def shows_prints(self) -> bool:
        """Whether what a task prints has been shown when the task is done."""
        return False

    @property
    def most_pending(self) -> int:
        """How many tasks it takes at a time: more than it has workers, so that none of them waits."""
        return 2 * self.num_workers + 1

    @abstractmethod
    def begin(self, work: Work, stopped: threading.Event) -> None:
        """Get ready for a job's tasks, starting workers if there are none. `stopped` is set when the job is."""

    def path(self, name: str) -> str | None:
        """The new file that a task's output goes to; None where it stays in memory, or the worker names the file."""
        return None

    @abstractmethod
    def submit(self, task: Task, timeout: float | None = None) -> concurrent.futures.Future[Done | Failure]:
        """Run a task. The future fails only if the worker did or `timeout` seconds passed; else it is a `Failure`."""

    def flush(self) -> None:
        """No task follows before one of those submitted is done; for executors that run many tasks as one."""

    def seen(self) -> Iterable[tuple[str, int, int, str]]:
        """What workers do now, as far as can be seen: (stage, task, attempt, worker)."""
        return ()

    def end(self) -> None:
        """The job is over: stop what still runs of it and forget its intermediate data."""

    def close(self, in_order: bool = False) -> None:
        """Stop all workers and leave nothing behind; `in_order`, after a success, lets them end as programs do."""


class WorkerLost(Exception):
    """What a task's future fails with: its worker ended, or cannot be heard any more, without a word."""

    def __init__(self, exitcode: int | None):
        super().__init__("its worker was lost")
        self.exitcode = exitcode
