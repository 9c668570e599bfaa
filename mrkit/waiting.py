"""How one waits for what goes on elsewhere: with threads where there are some; in a browser, while its events go on.

A browser's Python has one thread, but most browsers can put a function aside in the middle until something has
happened (WebAssembly's promise integration; `can_wait` says whether that goes here and now). So a queue can be waited
for, and a function can go on beside the cell, a little whenever all others wait. Serves the engine and whoever starts
something in the background. It knows no job.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import gc
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from mrkit.machine import start_thread

A_WHILE = 0.05  # seconds after which a browser wants to look at its events
MUCH = 100_000  # objects more than at the last collection: their garbage is worth one


def can_wait() -> bool:
    """Whether this function, in a browser, may wait for an event.

    >>> can_wait()  # here are threads
    False
    """
    if sys.platform != "emscripten":
        return False
    from pyodide.ffi import can_run_sync

    return can_run_sync()


COULD_WAIT = can_wait()  # when mrkit was loaded, as a rule by a cell


class Queue(Protocol):
    """What one waits at for the next thing: the part of `queue.SimpleQueue` that is used."""

    def put(self, item: Any) -> None:
        """One thing more."""

    def get(self, *, timeout: float | None = None) -> Any:
        """The next thing; `queue.Empty` if none comes in so many seconds."""


def new_queue() -> Queue:
    """A queue that can be waited at here.

    >>> waiting = new_queue()
    >>> waiting.put("news")
    >>> waiting.get(timeout=1)
    'news'
    """
    return EventQueue() if can_wait() else queue.SimpleQueue()


class EventQueue:
    """A queue of a browser's: whoever waits at it lets events happen."""

    def __init__(self) -> None:
        self._items: deque[Any] = deque()
        self._news: Any = None  # a future of the event loop
        self._looked = time.monotonic()

    def put(self, item: Any) -> None:
        """One thing more; who waits is told."""
        self._items.append(item)
        _set(self._news)

    def get(self, *, timeout: float | None = None) -> Any:
        """The next thing; `queue.Empty` if none comes in so many seconds."""
        if not self._items:
            self._wait(timeout)
        elif time.monotonic() - self._looked > A_WHILE:  # else a stop would never be heard
            self._wait(0)
        if not self._items:
            raise queue.Empty
        return self._items.popleft()

    def _wait(self, timeout: float | None) -> None:
        self._news = _new_future()
        until(self._news, timeout)
        self._looked = time.monotonic()


def until(news: Any, timeout: float | None = None) -> None:
    """In a browser: put this function aside until a future of the event loop is done, or so many seconds are over."""
    from pyodide.ffi import run_sync

    late = None if timeout is None else news.get_loop().call_later(timeout, _set, news)
    with _collecting_by_hand():
        run_sync(news)
    if late is not None:
        late.cancel()


def result_of(future: concurrent.futures.Future, timeout: float) -> None:
    """Wait until a future is done, at most so many seconds."""
    if not can_wait():
        concurrent.futures.wait([future], timeout)
    elif not future.done():
        news = _new_future()
        future.add_done_callback(lambda _: _set(news))
        until(news, timeout)


def happened(event: threading.Event, timeout: float) -> bool:
    """Whether an event is set within so many seconds, or a little more.

    >>> happened(threading.Event(), 0.001)
    False
    """
    if not can_wait():
        return event.wait(timeout)
    time.sleep(timeout)  # in a browser, its events happen meanwhile
    return event.is_set()


class Beside:
    """A function that goes on beside the cell in a browser, a little whenever all others wait."""

    def __init__(self, function: Callable, arguments: tuple):
        self._function, self._arguments = function, arguments
        self._over = _new_future()
        self._over.get_loop().call_soon(self._run)

    def _run(self) -> None:
        try:
            with _collecting_by_hand():
                self._function(*self._arguments)
        finally:
            _set(self._over)

    def is_alive(self) -> bool:
        """Whether it goes on."""
        return not self._over.done()

    def join(self) -> None:
        """Wait for its end, where one can wait: the answer to a click cannot."""
        if can_wait() and self.is_alive():
            until(self._over)


_aside = 0  # how many functions are put aside, or will be


@contextlib.contextmanager
def _collecting_by_hand() -> Iterator[None]:
    """Python does not collect garbage by itself: it looks at functions that are put aside, and Pyodide 314.0 breaks.

    That is issue 6464 of pyodide/pyodide, mended after 314.0.7. A collection of all that there is does not look there.
    """
    global _aside
    _aside += 1
    gc.disable()
    if gc.get_count()[0] > MUCH:
        gc.collect()
    try:
        yield
    finally:
        _aside -= 1
        if not _aside:
            gc.enable()


def start(function: Callable, *arguments: Any, name: str, daemon: bool = True) -> threading.Thread | Beside | None:
    """Let a function go on beside what is done here: in a thread or, in a browser, aside; None where neither goes.

    >>> start(print, "hello", name="greeter").join()
    hello
    """
    if sys.platform == "emscripten" and _can_put_aside():
        return Beside(function, arguments)
    return start_thread(function, *arguments, name=name, daemon=daemon)


def later(seconds: float, function: Callable, *arguments: Any) -> None:
    """In a browser: call a function when so many seconds are over and nothing else is done."""
    import asyncio

    asyncio.get_running_loop().call_later(seconds, function, *arguments)


def _can_put_aside() -> bool:
    """Whether this browser can, even where this very function cannot wait."""
    import js

    return hasattr(js.WebAssembly, "Suspending")


def _new_future() -> Any:
    import asyncio  # slow to load

    return asyncio.get_running_loop().create_future()


def _set(news: Any) -> None:
    if news is not None and not news.done():
        news.set_result(None)
