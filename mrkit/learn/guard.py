"""A learner's code, run so that it cannot hurt: it may loop for ever, print for ever, exit or recurse.

The code runs in a thread of its own, because a thread can be told to stop on every system and from a kernel's main
thread, and can be left behind where it does not listen (`time.sleep`). A browser's Python has no threads; there a
trace function looks at the clock. Only a single endless call into C, such as `sum(itertools.count())`, cannot be ended.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from mrkit.counters import Printed, collecting
from mrkit.machine import start_thread

# Far more than any check needs, on a slow machine too; in a browser, where all is slower, a busy one takes five.
SECONDS = 10.0 if sys.platform == "emscripten" else 5.0
LOOK = 0.1  # seconds between two looks at the thread, so that the kernel's interrupt gets through
TRIES = 20  # how often a thread is told to stop: a bare `except:` may swallow it


class TooLong(BaseException):
    """The time is up. Not an Exception, so that `except Exception` does not swallow it."""


def guarded(function: Callable[[Printed], Any], seconds: float | None = None) -> Any:
    r"""What `function(output)` returns or raises; `TooLong` after `seconds`. What it prints goes to `output`.

    >>> guarded(lambda output: (print("hello"), output.text()))
    (None, 'hello\n')
    """
    seconds = SECONDS if seconds is None else seconds
    run = _Run(function)
    thread = start_thread(run, name="mrkit-check")
    if thread is None:
        _with_clock(run, seconds)
        return run.outcome()
    end = time.monotonic() + seconds
    try:
        while not run.done.wait(LOOK) and time.monotonic() < end:
            pass
    finally:
        if not run.done.is_set():  # too long, or interrupted
            _stop(thread, run)
    return run.outcome()


class _Run:
    def __init__(self, function: Callable[[Printed], Any]):
        self.function = function
        self.done = threading.Event()
        self.value: Any = None
        self.error: BaseException | None = TooLong()

    def __call__(self) -> None:
        try:
            try:
                with collecting() as (_, output):
                    self.value = self.function(output)
                self.error = None
            except BaseException as error:
                self.error = error
        except TooLong:  # it came between two lines of ours
            pass
        finally:
            self.done.set()

    def outcome(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.value


def _stop(thread: threading.Thread, run: _Run) -> None:
    for _ in range(TRIES):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(TooLong))
        if run.done.wait(LOOK / 2):
            break


def _with_clock(run: _Run, seconds: float) -> None:
    end = time.monotonic() + seconds

    def look(frame, event, argument):
        if time.monotonic() > end:
            raise TooLong
        ours = frame.f_globals.get("__name__", "").startswith("mrkit.")
        return None if ours and event == "call" else look  # line by line only through the learner's code

    before = sys.gettrace()
    sys.settrace(look)
    try:
        run()
    finally:
        sys.settrace(before)
