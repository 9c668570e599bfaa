"""A process at our side in which a learner's code runs: kept warm, ended when it takes too long or too much.

Serves `check` and `hint`. What the code does there (exits, fills the memory, waits for a keyboard) cannot hurt the
kernel, and the process has another `PYTHONHASHSEED` than all others, so a `hash` there is really another one. Where no
process can be started, as in a browser, the caller runs the code here. It knows nothing of exercises.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import linecache
import os
import pickle
import queue
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Any

from mrkit.functions import PACKAGE
from mrkit.machine import size_of, start_thread
from mrkit.pickling import by_value

MOST_BYTES = 1_000_000_000  # more than the process had at first: no answer to an exercise needs that
LOOK = 0.05  # seconds between two looks at its memory
GRACE = 2.0  # seconds that the process gets beyond the time of what it runs, which has a guard of its own

# Not the current folder at first, where somebody's module `struct` may be; a learner's own modules a moment later.
_START = "import os, sys; sys.path[:] = sys.argv[1].split(os.pathsep); from mrkit.learn.aside import serve; serve()"


class Ended(Exception):
    """The process is gone before it answered; `why` is "exits", "endless" or "memory"."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


class NoProcess(Exception):
    """There are no other processes on the system."""


class Aside:
    """One process at our side, started when it is first called. `seed` is its `PYTHONHASHSEED`.

    It loads the module `loads` at its start, so that this has been done when it is called.
    """

    def __init__(self, seed: int, loads: str):
        self.seed, self._loads = seed, loads
        self._process: subprocess.Popen | None = None
        self._replies: queue.SimpleQueue = queue.SimpleQueue()
        self._first_size = 0
        self._lock = threading.Lock()

    def call(self, function: Callable, *arguments: Any, seconds: float, files: tuple[str, ...] = ()) -> Any:
        """What `function(*arguments)` returns there; the texts of `files` go along, so that lines can be shown.

        Raises `Ended`, `NoProcess`, and whatever the function or pickle raises.
        """
        texts = {file: lines for file in files if (lines := linecache.getlines(file))}
        message = by_value((function, arguments, texts))
        with self._lock:
            self.start()
            try:
                return self._answer(message, seconds + GRACE)
            except BaseException:
                self.stop()
                raise

    def start(self) -> None:
        """Start the process if there is none, and do not wait for it."""
        if self.alive:
            return
        self.stop()
        if sys.platform in ("emscripten", "wasi"):
            raise NoProcess
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _START, os.pathsep.join(_safe_path()), self._loads, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"PYTHONHASHSEED": str(self.seed)},
            )
        except OSError:
            raise NoProcess from None
        atexit.register(self.stop)
        self._replies, self._first_size = queue.SimpleQueue(), 0
        start_thread(_read_all, self._process.stdout, self._replies, name="mrkit-aside")

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        atexit.unregister(self.stop)
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]

    def _answer(self, message: bytes, seconds: float) -> Any:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            _write(self._process.stdin, message)
        except OSError:
            raise Ended("exits") from None
        end = time.monotonic() + seconds
        while True:
            try:
                reply = self._replies.get(timeout=LOOK)
            except queue.Empty:
                if time.monotonic() > end:
                    raise Ended("endless") from None
                if self._grown():
                    raise Ended("memory") from None
                continue
            if reply is None:
                raise Ended("exits")
            good, value = pickle.loads(reply)
            if good:
                return value
            raise value

    def _grown(self) -> bool:
        size = size_of(self._process.pid)  # type: ignore[union-attr]
        self._first_size = self._first_size or min(size, MOST_BYTES // 4)
        return size > self._first_size + MOST_BYTES


def _safe_path() -> list[str]:
    """Where Python finds modules, without the current folder, unless mrkit itself is there."""
    ours, here = os.path.dirname(PACKAGE), os.path.realpath(os.curdir)
    return [place for place in sys.path if place == ours or (place and os.path.realpath(place) != here)]


loads = ""  # in such a process: the module that it was told to load


def serve() -> None:
    """In the process: answer one message after the other until the pipe ends. Nothing else can read or write there."""
    global loads
    loads = sys.argv[2]
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 - it stays open until the end
    importlib.import_module(loads)
    sys.path[:] = sys.argv[3:]
    while (message := _read(source)) is not None:
        _write(target, _reply(message))
    os._exit(0)  # a thread of the learner's may still run


def _reply(message: bytes) -> bytes:
    try:
        function, arguments, texts = pickle.loads(message)
        for file, lines in texts.items():
            linecache.cache[file] = (sum(map(len, lines)), None, lines, file)
        return by_value((True, function(*arguments)))
    except BaseException as error:
        try:
            return by_value((False, error))
        except Exception:
            return by_value((False, RuntimeError(f"{type(error).__name__}: {error}")))


def _write(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(struct.pack("!Q", len(message)) + message)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes | None:
    head = pipe.read(8)
    if len(head) < 8:
        return None
    return pipe.read(struct.unpack("!Q", head)[0])


def _read_all(pipe: IO[bytes], replies: queue.SimpleQueue) -> None:
    """Put each reply into the queue, and None when the process is gone."""
    with contextlib.suppress(OSError, ValueError):
        while (reply := _read(pipe)) is not None:
            replies.put(reply)
    replies.put(None)
