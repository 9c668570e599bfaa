"""Gets the tasks of a stage done although workers die, hang or dawdle.

Every task may be tried several times, one after the other (its worker died or took too long) or side by side (a
backup for a straggler); the first attempt that succeeds counts and the others are forgotten, so nothing counts
twice. It knows no phases: what a task means is the engine's business, where it runs the executor's.
"""

from __future__ import annotations

import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Future
from dataclasses import dataclass, replace
from typing import Any

from mrkit import events
from mrkit.engine import blame
from mrkit.engine.interrupts import interruptible, uninterrupted
from mrkit.engine.net import starting
from mrkit.engine.protocol import Executor
from mrkit.engine.tasks import KEPT, Done, Task
from mrkit.errors import Cancelled, TaskTimeout, TooManySkipped, WorkerDied
from mrkit.waiting import new_queue

TICK = 0.1  # seconds between two looks at the workers, and the longest time until a stop is noticed
BACKUP_AFTER = 1.5  # times the median of its stage that a task must have run to get a backup
LEAST_BACKUP_AGE = 0.2  # seconds that it must have run: shorter tasks are not worth a second worker


Repair = Callable[[Task, tuple[int, ...]], Task]
Meanwhile = Callable[[int, Done], None]


@dataclass(frozen=True)
class Patience:
    """What a job puts up with."""

    max_attempts: int = 3
    task_timeout: float | None = None
    speculative: bool = False
    max_skipped: int | None = None


@dataclass
class _Attempt:
    task: Task
    what: str
    submitted: float
    running_since: float | None = None
    worker: str = ""
    backup: bool = False


class Attempts:
    """Runs one stage of a job."""

    def __init__(
        self,
        executor: Executor,
        patience: Patience,
        tell: Callable[..., None],
        now: Callable[[], float],
        stopped: threading.Event,
    ):
        self._executor, self._patience, self._tell, self._now = executor, patience, tell, now
        self._stopped = stopped
        self._finished = new_queue()
        self._running: dict[Future, _Attempt] = {}
        self._again: deque[tuple[Task, str]] = deque()
        self.begun: dict[int, int] = {}  # task -> number of its last attempt
        self._done: dict[int, Done] = {}
        self._num_skipped = 0  # records, by the tasks that are done
        self._seconds: list[float] = []  # that finished tasks took
        self._looked = 0.0

    def run(
        self, tasks: Iterator[tuple[Task, str]], repair: Repair | None = None, meanwhile: Meanwhile | None = None
    ) -> list[Done]:
        """Run all tasks, each given with what it works on; what they made, in task order.

        No more tasks are taken at a time than the executor wants. `repair(task, lost)` gives the task anew when
        the outputs of the map tasks `lost` could not be read. `meanwhile(number, done)` gets each task that is done,
        while others run.
        """
        with uninterrupted():  # a future or a queue that is broken off may stay locked
            while True:
                self._fill(tasks)
                self._executor.flush()
                if not self._running:
                    return [self._done[number] for number in sorted(self._done)]
                future = self._next_finished()
                if future is not None and (attempt := self._running.pop(future, None)) is not None:
                    self._take(future, attempt, repair)
                    if meanwhile is not None and (done := self._done.get(attempt.task.number)) is not None:
                        meanwhile(attempt.task.number, done)

    def _fill(self, tasks: Iterator[tuple[Task, str]]) -> None:
        while len(self._running) < self._executor.most_pending:
            following = self._again.popleft() if self._again else self._next(tasks)
            if following is None:
                return
            self._submit(*following)

    def _next(self, tasks: Iterator[tuple[Task, str]]) -> tuple[Task, str] | None:
        with interruptible():  # the inputs may be a stream that is slow
            return next(tasks, None)

    def _submit(self, task: Task, what: str, backup: bool = False) -> None:
        self.begun[task.number] = task.attempt
        submitted = self._now()
        self._tell(
            events.TaskSubmitted, stage=task.stage, task=task.number, attempt=task.attempt, what=what, backup=backup
        )
        with starting(self._executor.name):
            future = self._executor.submit(task, self._patience.task_timeout)
        self._running[future] = _Attempt(task, what, submitted, backup=backup)
        future.add_done_callback(self._finished.put)

    def _next_finished(self) -> Future | None:
        if self._stopped.is_set():
            raise Cancelled
        if time.monotonic() - self._looked > TICK:
            self._looked = time.monotonic()
            self._look_at_workers()
            if self._patience.speculative:
                self._back_up_stragglers()
        try:
            with interruptible():
                return self._finished.get(timeout=TICK)
        except queue.Empty:
            return None

    def _look_at_workers(self) -> None:
        at_work = self._at_work()
        for future, attempt in self._running.items():
            self._note_worker(attempt, at_work)
            if attempt.running_since is None and (attempt.worker or future.running()):
                attempt.running_since = time.monotonic()

    def _at_work(self) -> dict[tuple[str, int, int], str]:
        return {(stage, task, attempt): worker for stage, task, attempt, worker in self._executor.seen()}

    def _note_worker(self, attempt: _Attempt, at_work: dict[tuple[str, int, int], str]) -> None:
        task = attempt.task
        worker = at_work.get((task.stage, task.number, task.attempt), "")
        if worker and not attempt.worker:
            attempt.worker = worker
            self._tell(events.TaskStarted, stage=task.stage, task=task.number, attempt=task.attempt, worker=worker)

    def _back_up_stragglers(self) -> None:
        """Give a second worker to the slowest tasks when workers are free (Dean and Ghemawat, section 3.6)."""
        if not self._seconds or len(self._running) >= self._executor.num_workers:
            return
        median = sorted(self._seconds)[len(self._seconds) // 2]
        limit = max(LEAST_BACKUP_AGE, BACKUP_AFTER * median)
        alone = [a for a in self._running.values() if len(self._rivals(a.task.number)) == 1]
        for attempt in alone:
            if attempt.running_since is not None and time.monotonic() - attempt.running_since > limit:
                self._submit(self._next_attempt(attempt.task), attempt.what, backup=True)
                return

    def _rivals(self, number: int) -> list[Future]:
        return [future for future, attempt in self._running.items() if attempt.task.number == number]

    def _next_attempt(self, task: Task) -> Task:
        attempt = self.begun[task.number] + 1
        return replace(task, attempt=attempt, path=self._executor.path(f"{task.stage}-{task.number}-{attempt}"))

    def _take(self, future: Future, attempt: _Attempt, repair: Repair | None) -> None:
        """A finished attempt: take what it made, or see that the task is tried again. A user's error ends here."""
        task = attempt.task
        try:
            result = future.result()
        except (Exception, CancelledError) as error:  # not the task failed but its worker
            self._note_worker(attempt, self._at_work())  # the board still says who died
            self._try_again(attempt, attempt.worker, _why_worker_died(error, self._patience.task_timeout), error)
            return
        if result.printed:
            self._tell(
                events.WorkerOutput, stage=task.stage, task=task.number, worker=result.worker, text=result.printed
            )
        if isinstance(result, Done):
            self._accept(result, attempt)
        elif result.lost and repair is not None:
            self._tell_failure(attempt, result.worker, str(blame.unpack(result.error)), again=True)
            self._again.append((repair(self._next_attempt(task), result.lost), attempt.what))
        elif result.died:
            died = blame.unpack(result.error)
            self._try_again(attempt, result.worker, str(died), died)
        else:
            failure = blame.unpack(result.error)
            if result.raised is not None:
                failure = blame.with_original(failure, result.raised)
            self._tell_failure(attempt, result.worker, str(failure), again=False)
            raise failure

    def _accept(self, done: Done, attempt: _Attempt) -> None:
        task = attempt.task
        for future in self._rivals(task.number):
            future.cancel()
            loser = self._running.pop(future)
            self._tell_failure(loser, loser.worker, "another attempt was faster", again=False)
        self._done[task.number] = done
        self._num_skipped += done.figures["num_skipped"]
        self._seconds.append(done.figures["finished"] - done.figures["started"])
        self._tell(
            events.TaskFinished,
            stage=task.stage,
            task=task.number,
            attempt=task.attempt,
            worker=done.worker,
            submitted=attempt.submitted,
            **done.figures,
        )
        done.figures = {name: done.figures[name] for name in KEPT if name in done.figures}
        self._check_skipped()

    def _check_skipped(self) -> None:
        if self._patience.max_skipped is None:
            return
        skipped = self._num_skipped
        if skipped > self._patience.max_skipped:
            given, error, _, _ = next(row for done in self._done.values() for row in done.figures["skipped"])
            raise TooManySkipped(blame.too_many_skipped(skipped, given, error))

    def _try_again(self, attempt: _Attempt, worker: str, said: str, error: BaseException) -> None:
        task = attempt.task
        rival = bool(self._rivals(task.number))
        again = rival or self.begun[task.number] < self._patience.max_attempts
        self._tell_failure(attempt, worker, said, again)
        if rival:
            return  # another attempt at it is still running
        if not again:
            raise self._given_up(attempt, said, error) from error
        self._again.append((self._next_attempt(task), attempt.what))

    def _given_up(self, attempt: _Attempt, said: str, error: BaseException) -> WorkerDied | TaskTimeout:
        task = attempt.task
        times = "once" if task.attempt == 1 else f"{task.attempt} times"
        place = f"{task.stage} task {task.number} ({attempt.what})"
        if isinstance(error, TimeoutError):
            return TaskTimeout(
                f"{place[0].upper()}{place[1:]} was tried {times}, each time longer than the task_timeout of "
                f"{self._patience.task_timeout:g} s. Does your function come to an end on this input?"
            )
        advice = "Look at what your function does with this input: memory, os._exit, or a C library?"
        if getattr(error, "exitcode", 0) is None or isinstance(error, BrokenExecutor):  # nobody knows what they did
            advice = "Was it killed from outside, or did it not come up at all? `mrkit doctor` tries to start some."
        return WorkerDied(f"The worker died {times} at {place}: {said}. {advice}")

    def _tell_failure(self, attempt: _Attempt, worker: str, error: str, again: bool) -> None:
        task = attempt.task
        self._tell(
            events.TaskFailed,
            stage=task.stage,
            task=task.number,
            attempt=task.attempt,
            worker=worker,
            submitted=attempt.submitted,
            error=error,
            again=again,
        )


def _why_worker_died(error: BaseException, task_timeout: float | None) -> str:
    code: Any = getattr(error, "exitcode", None)
    if isinstance(error, TimeoutError) and task_timeout is not None:
        return f"it took longer than {task_timeout:g} s"
    if code is None:
        return f"{type(error).__name__}: {error}"
    return f"it {how_it_ended(code)}"


def how_it_ended(code: int) -> str:
    """What the exit code of a process says.

    >>> how_it_ended(3), how_it_ended(256), how_it_ended(0xC00000FD)  # the last one is Windows's, for a full stack
    ('ended with exit status 3', 'ended with exit status 0', 'ended with exit status 0xC00000FD')
    """
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        return f"was killed by signal {name}"
    return f"ended with exit status {code % 256 if code < 1 << 16 else f'0x{code:X}'}"
