"""How worker processes start, by each start method, and how one pool knows and ends those that it has started.

Serves `processes`, which gives a context to pebble in place of the standard library's. A worker is started deaf to
Ctrl-C, without the parent's main script, and without the current folder on its path. Jobs and tasks are not known here.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
import weakref
from collections.abc import Iterable, Iterator
from multiprocessing import context
from typing import Any

from mrkit.engine.interrupts import is_interrupted
from mrkit.executors import ending
from mrkit.executors.board import Board
from mrkit.executors.surroundings import safe_path

ENDS_WITHIN = 1.0  # seconds that a process which was killed has to go

_starting = threading.Lock()
_forks = threading.Lock()


@contextlib.contextmanager
def _main_hidden() -> Iterator[None]:
    # spawn and forkserver run the parent's main script again in the worker, which breaks a script without
    # `if __name__ == "__main__"`. Functions travel by value, so a worker does not need the script.
    main = sys.modules["__main__"]
    with _starting:
        hidden: dict[str, Any] = {name: vars(main).pop(name) for name in ("__file__", "__spec__") if name in vars(main)}
        main.__spec__ = None
        try:
            yield
        finally:
            del main.__spec__
            vars(main).update(hidden)


@contextlib.contextmanager
def deaf_children() -> Iterator[None]:
    """What is started meanwhile does not hear Ctrl-C, nor the end of the terminal."""
    # Ctrl-C reaches the workers too, and pebble makes them ignore it only once they are up: until then it is blocked,
    # which a process inherits. So is the end of the terminal: the resource tracker must live to remove semaphores.
    # (A fork server that starts here stays deaf, with all its children.)
    if sys.platform == "win32":
        with _deaf_console():
            yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _deaf_console() -> Iterator[None]:
    # What Windows has in its place: a process that starts now never hears Ctrl-C, and neither do we for that moment.
    hear = ctypes.windll.kernel32.SetConsoleCtrlHandler  # type: ignore[attr-defined,unused-ignore]
    hear(None, True)
    try:
        yield
    finally:
        hear(None, False)


class _NumberedProcess:
    number = 0
    is_forked = False

    def run(self) -> None:
        self.name = f"worker-{self.number}"
        super().run()  # type: ignore[misc]

    @property
    def exitcode(self) -> int | None:
        # pebble takes status 0 for a worker that was meant to end; ours never are, so it means os._exit(0).
        code = super().exitcode  # type: ignore[misc]
        return 256 if code == 0 else code

    def kill(self) -> None:
        """With all that it has started."""
        if self.pid is not None and self.exitcode is None:  # type: ignore[attr-defined]
            ending.kill_what_they_started([self.pid])  # type: ignore[attr-defined]
            self.kill_alone()

    def kill_alone(self) -> None:
        super().kill()  # type: ignore[misc]

    def is_forgotten(self) -> bool:
        """Whether it is said to have ended, because whoever started it has, but has not."""
        return False

    def end_for_good(self) -> None:
        """After `kill`: by its number, if that did not reach it."""

    terminate = kill  # pebble asks first, but a worker that is asked waits whether its parent ends too

    def start(self) -> None:
        with _main_hidden(), deaf_children(), safe_path():
            super().start()  # type: ignore[misc]


class _SpawnWorker(_NumberedProcess, context.SpawnProcess):
    pass


class NumberedContext:
    """A start method's way to make processes, for one pool: it numbers its workers, knows them, and ends them."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[Any] = []
        self.stopped = threading.Event()  # set when the job is, for whom workers start
        self._writers: list[Any] = []  # of the pipes to the workers and from them
        self._is_over = False
        self.has_lost = False  # a worker that ended before it was told to: what it had started may still run
        _contexts.add(self)

    def Pipe(self, duplex: bool = True) -> Any:
        ends = super().Pipe(duplex)  # type: ignore[misc]
        self._writers.append(ends[1])
        return ends

    def Process(self, *args: Any, **kwargs: Any) -> Any:
        if self._is_over or is_interrupted() or self.stopped.is_set():
            raise OSError("the job was stopped while its workers started")
        worker = self._kind(*args, **kwargs)  # type: ignore[attr-defined]
        worker.number = len(self.started) + 1
        if worker.is_forked:
            worker.siblings = self
        self.started.append(worker)
        return worker

    def let_go(self, board: Board) -> list[Any]:
        """Those that wait for a task are told to end, by the end of what they read; the others are killed."""
        self.look_for_lost()
        self._is_over = True
        alive = [worker for worker in self.started if worker.pid is not None and worker.exitcode is None]
        leaving = [worker for worker in alive if board.state(worker.number) == "idle"]
        self.kill(worker for worker in alive if worker not in leaving)
        for worker in leaving:
            board.write(worker.number, Board.LEAVING)
        self.close_writers()
        return leaving

    def look_for_lost(self) -> None:
        """Before workers are told to end: see whether one has ended by itself."""
        if not self._is_over:
            self.has_lost = any(worker.pid is not None and worker.exitcode is not None for worker in self.started)

    def kill(self, workers: Iterable[Any]) -> None:
        """Kill workers with all that they have started."""
        alive = [worker for worker in workers if worker.pid is not None and worker.exitcode is None]
        if alive:
            ending.kill_what_they_started([worker.pid for worker in alive])
        for worker in alive:
            worker.kill_alone()

    def close_writers(self) -> None:
        """Nothing more comes from this process."""
        for writer in self._writers:
            writer.close()


_contexts: weakref.WeakSet[NumberedContext] = weakref.WeakSet()
_forking: NumberedContext | None = None  # whose worker is about to be forked


def _close_what_was_inherited() -> None:
    """In any process that is forked: workers hear of the end of a pipe only when nobody else could write to it."""
    for pool in list(_contexts):
        if pool is not _forking:
            pool.close_writers()


class _SpawnContext(NumberedContext, context.SpawnContext):  # type: ignore[misc]
    _kind = _SpawnWorker


CONTEXTS: dict[str, Any] = {"spawn": _SpawnContext}

if sys.platform != "win32":
    os.register_at_fork(after_in_child=_close_what_was_inherited)

    class _ForkWorker(_NumberedProcess, context.ForkProcess):
        is_forked = True
        siblings: NumberedContext

        def start(self) -> None:
            global _forking
            with _forks:
                _forking = self.siblings
                try:
                    super().start()
                finally:
                    _forking = None

    class _ForkServerWorker(_NumberedProcess, context.ForkServerProcess):
        """A child of the fork server, which says how it ended; if the server is killed, nobody does."""

        _itself: Any = None

        def start(self) -> None:
            import psutil  # slow to load, and no worker needs it

            super().start()
            with contextlib.suppress(psutil.Error):
                self._itself = psutil.Process(self.pid)  # knows it from another process with its number

        def is_forgotten(self) -> bool:
            return self.exitcode is not None and self._is_alive()

        def end_for_good(self) -> None:
            if self._is_alive():
                import psutil

                with contextlib.suppress(psutil.Error):
                    self._itself.kill()
                    self._itself.wait(ENDS_WITHIN)

        def _is_alive(self) -> bool:
            if self._itself is None:
                return False
            import psutil

            with contextlib.suppress(psutil.Error):
                return self._itself.status() != psutil.STATUS_ZOMBIE
            return False

    class _ForkContext(NumberedContext, context.ForkContext):  # type: ignore[misc]
        _kind = _ForkWorker

    class _ForkServerContext(NumberedContext, context.ForkServerContext):  # type: ignore[misc]
        _kind = _ForkServerWorker

    CONTEXTS |= {"fork": _ForkContext, "forkserver": _ForkServerContext}
