"""A job on its way in the background: to await, to ask, to cancel.

The thread that drives the job never prints: what workers say is kept until the side that waits can print it, because
a notebook knows only there which cell it belongs to.
"""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from mrkit import arguments
from mrkit.events import WorkerOutput
from mrkit.waiting import result_of, start

WAKE_UP = 0.2  # seconds


class Running:
    """A job on its way: await it, cancel it, or ask whether it is done."""

    def __init__(self, run: Callable[..., Any], show: Callable[[WorkerOutput], None]):
        self._future: Future = Future()
        self._future.set_running_or_notify_cancel()  # from now on only the job itself ends it, not who awaits it
        self._stopped = threading.Event()
        self._show = show
        self._output: list[WorkerOutput] = []
        self._reader: Callable[[], None] | None = None
        self._thread = start(self._drive, run, name="mrkit-job", daemon=False)
        if self._thread is None:  # where nothing goes on beside, it runs now
            self._drive(run)

    def done(self) -> bool:
        """Whether the job has ended, well or not."""
        return self._future.done()

    @arguments.takes(function=arguments.function)
    def then(self, function: Callable[[Running], object]) -> None:
        """Call a function with this when the job has ended."""
        self._future.add_done_callback(lambda _: function(self))

    def cancel(self) -> None:
        """Stop the job; its workers are gone when this returns."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def result(self, timeout: float | None = None) -> Any:
        """The `Run`, after at most `timeout` seconds; raises what the job raised."""
        arguments.patience("timeout", timeout)
        try:
            end = None if timeout is None else time.monotonic() + timeout
            while not self._future.done() and (end is None or time.monotonic() < end):
                # In steps: Windows hears Ctrl-C only between two of them.
                result_of(self._future, WAKE_UP if end is None else min(WAKE_UP, max(0, end - time.monotonic())))
            return self._future.result(0)
        finally:
            self._print_output()

    def __await__(self):
        import asyncio  # slow to import, and few jobs are awaited

        loop = asyncio.get_running_loop()
        here = contextvars.copy_context()  # a notebook knows by its context which cell a print belongs to

        def read() -> None:
            loop.call_soon_threadsafe(self._print_output, context=here)

        self._reader = read
        read()
        future = asyncio.wrap_future(self._future)
        future.add_done_callback(_seen)
        try:
            while not future.done():  # ipykernel hears an interrupt only when its loop wakes up
                yield from asyncio.wait([future], timeout=WAKE_UP).__await__()
            return future.result()
        except (asyncio.CancelledError, GeneratorExit, KeyboardInterrupt):
            self._stopped.set()
            raise
        finally:
            self._reader = None
            self._print_output()

    def _drive(self, run: Callable[..., Any]) -> None:
        try:
            self._future.set_result(run(self._stopped, self._keep))
        except BaseException as error:
            self._future.set_exception(error)

    def _keep(self, output: WorkerOutput) -> None:
        self._output.append(output)
        if (read := self._reader) is not None:
            read()

    def _print_output(self) -> None:
        while self._output:
            self._show(self._output.pop(0))


def _seen(future: Any) -> None:
    """How it ended is known: asyncio need not tell it later, in a cell that has nothing to do with it."""
    if not future.cancelled():
        future.exception()
