"""Worker threads in this process: no pickling of functions, but one interpreter lock for all of them.

So they are for functions that wait, or whose work is done by a library that lets go of the lock, as Polars does.
"""

from __future__ import annotations

import contextvars
import ctypes
import threading
from concurrent.futures import Future, ThreadPoolExecutor

from mrkit.engine.protocol import Executor
from mrkit.engine.tasks import Done, Failure, Task, Work
from mrkit.engine.worker import perform
from mrkit.errors import BadArgument, Cancelled

GRACE = 0.2  # seconds that a thread has to reach its next record before it is interrupted


class Threads(Executor):
    """A pool of threads named worker-1, worker-2, ..."""

    name = "threads"

    def __init__(self, num_workers: int):
        self.num_workers = num_workers
        self._pool: ThreadPoolExecutor | None = None
        self._running: set[Future] = set()

    def __reduce__(self) -> tuple:
        """With a job that travels: the workers stay."""
        return Threads, (self.num_workers,)

    def begin(self, work: Work, stopped: threading.Event) -> None:
        """Start the threads unless they are there."""
        self._work, self._stop = work, stopped
        self._context = contextvars.copy_context()  # what belongs to the thread that calls, as decimal's precision
        self._running = set()
        if self._pool is None:
            self._threads: list[threading.Thread] = []
            self._pool = ThreadPoolExecutor(self.num_workers, initializer=_enlist, initargs=(self._threads,))

    def submit(self, task: Task, timeout: float | None = None) -> Future[Done | Failure]:
        """Queue the task for the next free thread."""
        assert self._pool is not None
        try:
            future = self._pool.submit(self._context.copy().run, self._perform, task)
        except RuntimeError as error:  # as in a browser
            raise BadArgument(f"A thread cannot be had here: {error}. Use executor='processes' or 'serial'.") from error
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return future

    def _perform(self, task: Task) -> Done | Failure:
        return perform(self._work, task, self._stop, here=True)

    def end(self) -> None:
        """If tasks still run, they belong to a job that failed: the threads are given up with them."""
        if any(not future.done() for future in list(self._running)):
            self.close()

    def close(self, in_order: bool = False) -> None:
        """End all threads: politely at their next record, then by an exception between two lines of Python."""
        if self._pool is None:
            return
        self._stop.set()
        pool, self._pool = self._pool, None
        pool.shutdown(wait=False, cancel_futures=True)
        for thread in list(self._threads):
            thread.join(GRACE)
            for doubled in range(4):
                if not thread.is_alive():
                    break
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(thread.ident or 0), ctypes.py_object(Cancelled)
                )
                thread.join(GRACE * 2**doubled)  # a second one too soon would hit the tidying after the first


_enlisting = threading.Lock()


def _enlist(threads: list[threading.Thread]) -> None:
    """In a new thread: its name says which of them it is."""
    with _enlisting:
        threads.append(threading.current_thread())
        threading.current_thread().name = f"worker-{len(threads)}"
