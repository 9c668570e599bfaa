"""What the tests compare with: MapReduce in plain Python, and counts of what a job may leave behind.

Nothing here uses the code under test, so that both cannot be wrong in the same way.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

TEXT = [
    "the cat sat on the mat",
    "the dog sat on the log",
    "",
    "a cat and a dog",
    "the end",
    "and the cat and the dog and the mat",
    "log",
]


def words(line):
    for word in line.split():
        yield word, 1


def total(item):
    word, ones = item
    return word, sum(ones)


def by_length(key, num_partitions):
    return len(key) % num_partitions


def mapreduce(map_func, reduce_func, inputs: Iterable) -> list:
    """The results in the order in which their keys are first met."""
    groups: dict = {}
    for record in inputs:
        for key, value in map_func(record):
            groups.setdefault(key, []).append(value)
    return [reduce_func((key, values)) for key, values in groups.items()]


def by_partition(map_func, reduce_func, inputs: Iterable, num_partitions: int, partitioner: Callable) -> list:
    """The results partition by partition, within each in the order in which their keys are first met."""
    numbered = mapreduce(map_func, lambda item: (partitioner(item[0], num_partitions), reduce_func(item)), inputs)
    return [result for number, result in sorted(numbered, key=lambda pair: pair[0])]


def multiset(results: Iterable) -> list[str]:
    return sorted(map(repr, results))


# Counting what is left.


def workers() -> set[psutil.Process]:
    """All descendants of this process but the standard library's resource tracker and fork server."""
    return workers_of(psutil.Process())


def workers_of(process: psutil.Process) -> set[psutil.Process]:
    """The same of another process."""
    return set(_descendants(process))


def _descendants(process: psutil.Process) -> Iterator[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        for child in process.children():
            helper = _is_helper(child)
            # A fork server's children have its command line: only our own direct child can be the server.
            if not helper and _is_alive(child):
                yield child
            yield from _offspring(child) if helper else _descendants(child)


def _offspring(server: psutil.Process) -> Iterator[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        yield from (child for child in server.children(recursive=True) if _is_alive(child))


def _is_helper(process: psutil.Process) -> bool:
    try:
        line = " ".join(process.cmdline())
    except psutil.Error:
        return False
    return "multiprocessing.resource_tracker" in line or "multiprocessing.forkserver" in line


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def folders() -> set[str]:
    """The temporary folders of jobs."""
    return {path.name for path in Path(tempfile.gettempdir()).glob("mrkit-*")}


def until(true: Callable[[], object], seconds: float = 10) -> bool:
    """Whether it comes true in time. The time is a limit, not a measure."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@dataclass(frozen=True)
class Held:
    """What a process holds that a job could leave behind."""

    workers: set
    threads: set
    folders: set
    streams: tuple
    handlers: tuple
    main: tuple

    @classmethod
    def now(cls) -> Held:
        return cls(
            workers(),
            set(threading.enumerate()),
            folders(),
            (sys.stdout, sys.stderr),
            tuple(signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)),
            tuple(getattr(sys.modules["__main__"], name, None) for name in ("__file__", "__spec__", "__name__")),
        )

    def left(self) -> list[str]:
        """What there is now and was not then, in words."""
        now = Held.now()
        found = [f"process {p.pid}" for p in now.workers - self.workers]
        found += [f"thread {t.name}" for t in now.threads - self.threads]
        found += [f"folder {name}" for name in now.folders - self.folders]
        found += ["another stdout or stderr"] * (now.streams != self.streams)
        found += ["another signal handler"] * (now.handlers != self.handlers)
        found += ["another main module"] * (now.main != self.main)
        return found


@contextlib.contextmanager
def nothing_left() -> Iterator[None]:
    """After the block, however it ends, there is nothing that was not there before."""
    before = Held.now()
    try:
        yield
    finally:
        # The system needs a moment to forget a process that is dead already.
        until(lambda: not before.left(), seconds=2)
        left = before.left()
        assert not left, left


@contextlib.contextmanager
def interrupted_when(there: Path, then: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Ctrl-C as soon as a file is there, and then something more."""
    given_up = threading.Event()

    def watch() -> None:
        while not given_up.wait(0.01):
            if there.exists():
                os.kill(os.getpid(), signal.SIGINT)
                then()
                return

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        given_up.set()
        thread.join()
