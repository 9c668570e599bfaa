"""What user code can say from inside a task: count something, or print.

Both are kept with the task and travel back with its result, so they count once however often the task was tried,
and appear in the cell that ran the job whatever thread or process they come from.
"""

from __future__ import annotations

import contextlib
import io
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from typing import TextIO

from mrkit.errors import BadArgument, short

MOST_OUTPUT = 100_000  # characters kept of what one task prints

_here = threading.local()  # .counts and .output of the task that this thread is running


def counter(name: str, amount: int = 1) -> None:
    """Add `amount` to the job's counter `name`. Outside a job it does nothing.

    Use it in a map function, a reduce function or a combiner; the totals are in `run.counters`. A task that is tried
    again counts once. (Counters as in Dean and Ghemawat, "MapReduce", OSDI 2004, section 4.8.)

    >>> from mrkit import MapReduce, counter
    >>> def numbers(text):
    ...     if text.isdigit():
    ...         yield "sum", int(text)
    ...     else:
    ...         counter("not a number")
    >>> run = MapReduce(numbers, lambda item: sum(item[1]), executor="serial").run(["1", "x", "2"])
    >>> run.results, run.counters
    ([3], {'not a number': 1})
    """
    if not isinstance(name, str) or isinstance(amount, bool) or not isinstance(amount, int):
        raise BadArgument(f"A counter has a name and a whole amount; you gave {short(name)} and {short(amount)}.")
    counts = getattr(_here, "counts", None)
    if counts is not None:
        counts[name] += amount


def in_task() -> bool:
    """Whether this thread is at a task."""
    return hasattr(_here, "counts")


@contextlib.contextmanager
def collecting() -> Iterator[tuple[Counter, Printed]]:
    """Keep what the code inside the block counts and prints on this thread."""
    before = dict(vars(_here))
    counts: Counter = Counter()
    output = Printed()
    _here.counts, _here.output = counts, output
    try:
        with _listening():
            yield counts, output
    finally:
        vars(_here).clear()
        vars(_here).update(before)


class Printed(io.StringIO):
    """The text that one task prints, up to a limit."""

    left_out = 0

    def write(self, text: str) -> int:
        """Keep the text while there is room."""
        kept = text[: max(0, MOST_OUTPUT - self.tell())]
        self.left_out += len(text) - len(kept)
        super().write(kept)
        return len(text)

    def text(self) -> str:
        """All that was kept, and how much was not."""
        more = f"\n... and {self.left_out:,} more characters\n" if self.left_out else ""
        return self.getvalue() + more


class _Listener:
    """Stands in for sys.stdout: text from a thread that runs a task goes to the task, all other goes on."""

    def __init__(self, stream):
        self._stream = stream

    def write(self, text):
        return (getattr(_here, "output", None) or self._stream).write(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def __getattr__(self, name):
        return getattr(self._stream, name)


# One for each stream, kept: CPython's print() holds no reference to sys.stdout while it writes, and crashes if another
# thread puts back the stream before and so frees the listener (seen on 3.11).
_listeners: dict[int, _Listener] = {}
MOST_LISTENERS = 32  # streams that come and go, as in tests, are not kept for ever


def _listener(stream: TextIO) -> _Listener:
    if id(stream) not in _listeners:
        if len(_listeners) >= MOST_LISTENERS:
            del _listeners[next(iter(_listeners))]
        _listeners[id(stream)] = _Listener(stream)
    return _listeners[id(stream)]


_lock = threading.Lock()
_listening_tasks = 0


@contextlib.contextmanager
def _listening() -> Iterator[None]:
    # Threads share sys.stdout, so it is exchanged once, for as long as any task runs.
    global _listening_tasks
    with _lock:
        _listening_tasks += 1
        for name in ("stdout", "stderr"):
            if not isinstance(getattr(sys, name), _Listener):
                setattr(sys, name, _listener(getattr(sys, name)))
    try:
        yield
    finally:
        with _lock:
            _listening_tasks -= 1
            if _listening_tasks == 0:
                for name in ("stdout", "stderr"):
                    stream = getattr(sys, name)
                    if isinstance(stream, _Listener):
                        setattr(sys, name, stream._stream)
