"""What user code can say from inside a task: count something, or print.

Both are kept with the task and travel back with its result, so they count once however often the task was tried,
and appear in the cell that ran the job whatever thread or process they come from.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import sys
import threading
import weakref
from collections import Counter
from collections.abc import Iterator
from typing import Any, TextIO

from mrkit.errors import BadArgument, short

MOST_OUTPUT = 100_000  # characters kept of what one task prints

DEBUGGERS = {"pdb", "bdb", "cmd", "IPython.core.debugger"}  # what they print is for now

_here = threading.local()  # .task that this thread is running
_tasks: dict[int, _Task] = {}  # of all threads, by their identity
_born: weakref.WeakSet[threading.Thread] = weakref.WeakSet()  # threads that tasks have started


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
    task = _current()
    if task is _UNKNOWN:
        raise BadArgument(
            "counter() was called in a thread that one of several tasks has started, and nobody knows which. Count in "
            "the thread that runs the function, or use executor='processes'."
        )
    if task is not None:
        task.count(name, amount)


class _Task:
    """What a task has counted and printed so far, and which threads were there before it."""

    def __init__(self, output: Printed | None):
        self.output = output
        self.counts: Counter = Counter()
        self._lock = threading.Lock()
        self.before = set(threading.enumerate()) - set(_born)

    def count(self, name: str, amount: int) -> None:
        with self._lock:  # threads of one task count side by side
            self.counts[name] += amount


_UNKNOWN = _Task(None)


def _current() -> _Task | None:
    """The task that this thread runs, or that has started this thread."""
    task = getattr(_here, "task", None)
    if task is not None or not _tasks:
        return task
    thread = threading.current_thread()
    possible = [task for task in list(_tasks.values()) if thread not in task.before]
    return possible[0] if len(possible) == 1 else _UNKNOWN if possible else None


def in_task() -> bool:
    """Whether this thread is at a task."""
    return getattr(_here, "task", None) is not None


@contextlib.contextmanager
def collecting(aloud_as: str = "") -> Iterator[tuple[Counter, Printed]]:
    """Keep what the code inside the block counts and prints, and the threads that it starts.

    With `aloud_as`, what it prints is shown at once, marked with this name, and a debugger works.
    """
    before, thread = getattr(_here, "task", None), threading.get_ident()
    with _listening(debugger=bool(aloud_as)):
        output = Printed(aloud_as)
        _here.task = _tasks[thread] = task = _Task(output)
        try:
            yield task.counts, output
        finally:
            output.end()
            _born.update(set(threading.enumerate()) - task.before)
            _here.task = before
            if before is None:
                del _tasks[thread]
            else:
                _tasks[thread] = before


class Printed(io.StringIO):
    """The text that one task prints, up to a limit; shown at once if there is a name to show it as."""

    left_out = 0

    def __init__(self, aloud_as: str = ""):
        super().__init__()
        self._mark = f"[{aloud_as}] " if aloud_as else ""
        self._stream = getattr(sys.stdout, "stream", sys.stdout)
        self._line_begins = True
        self._lock = threading.RLock()

    def write(self, text: str) -> int:
        """Keep the text while there is room."""
        with self._lock:
            kept = text[: max(0, MOST_OUTPUT - self.tell())]
            self.left_out += len(text) - len(kept)
            super().write(kept)
            self._show(kept)
        return len(text)

    def text(self) -> str:
        """All that was kept, and how much was not."""
        more = f"\n... and {self.left_out:,} more characters\n" if self.left_out else ""
        return self.getvalue() + more

    def end(self) -> None:
        """The task is over: what is shown at once ends with a line, and with what was left out."""
        if self.left_out:
            self._show(f"\n... and {self.left_out:,} more characters")
        if not self._line_begins:
            self._show("\n")

    def _show(self, text: str) -> None:
        for line in text.splitlines(keepends=True) if self._mark else ():
            show(self._mark + line if self._line_begins else line, end="", stream=self._stream)
            self._line_begins = line.endswith("\n")


class _Listener:
    """Stands in for sys.stdout: text from a thread that runs a task goes to the task, all other goes on."""

    def __init__(self, stream):
        self.stream = stream

    def write(self, text):
        task = _current()
        return (self.stream if task is None or task.output is None or _debugging() else task.output).write(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def __getattr__(self, name):
        return getattr(self.stream, name)


def _debugging() -> bool:
    """Whether it is a debugger that prints, which waits for an answer."""
    frame = inspect.currentframe()
    writer = frame and frame.f_back and frame.f_back.f_back
    return writer is not None and writer.f_globals.get("__name__") in DEBUGGERS


def _no_debugger(*args, **options):
    """What `breakpoint()` does in a task that nobody sits in front of."""
    if in_task() and os.environ.get("PYTHONBREAKPOINT") != "0":
        raise BadArgument(
            "breakpoint() waits for an answer, and nobody can give one to a worker. Run the job with executor='serial'."
        )
    return _breakpointhook(*args, **options)


_breakpointhook = sys.breakpointhook


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
_listening_in: list[int] = []  # the threads of the tasks for which stdout is exchanged


@contextlib.contextmanager
def _listening(debugger: bool) -> Iterator[None]:
    # Threads share sys.stdout, so it is exchanged once, for as long as any task runs.
    global _breakpointhook
    thread = threading.get_ident()
    with _lock:
        _listening_in.append(thread)
        if sys.breakpointhook is not _no_debugger and not debugger:
            _breakpointhook, sys.breakpointhook = sys.breakpointhook, _no_debugger
        for name in ("stdout", "stderr"):
            if not isinstance(getattr(sys, name), _Listener):
                setattr(sys, name, _listener(getattr(sys, name)))
    try:
        yield
    finally:
        with _lock:
            _listening_in.remove(thread)
            _listen_no_more()


def _listen_no_more() -> None:
    if _listening_in:
        return
    if sys.breakpointhook is _no_debugger:
        sys.breakpointhook = _breakpointhook
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, _Listener):
            setattr(sys, name, stream.stream)


Kept = tuple[int, Any]


def keep() -> Kept:
    """What `put_back` needs to know of this thread, before it runs tasks that an interrupt may break off anywhere."""
    return _listening_in.count(threading.get_ident()), getattr(_here, "task", None)


def put_back(kept: Kept) -> None:
    """Forget the tasks of this thread that were broken off in the middle of their own tidying."""
    number, task = kept
    thread = threading.get_ident()
    with _lock:
        while _listening_in.count(thread) > number:
            _listening_in.remove(thread)
        _listen_no_more()
    _here.task = task
    if task is None:
        _tasks.pop(thread, None)
    else:
        _tasks[thread] = task


def show(text: str, end: str = "\n", stream: TextIO | None = None) -> None:
    r"""Print, also what the terminal has no letter for.

    >>> import io
    >>> narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)
    >>> show("caf\xe9", end="", stream=narrow)
    >>> narrow.buffer.getvalue()
    b'caf\\xe9'
    """
    stream = sys.stdout if stream is None else stream
    try:
        print(text, end=end, file=stream)
    except UnicodeEncodeError:
        encoding = getattr(stream, "encoding", None) or "ascii"
        print(text.encode(encoding, "backslashreplace").decode(encoding), end=end, file=stream)
