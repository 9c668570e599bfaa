"""Worker processes on this machine, by pebble: they can be killed, and one that dies takes only its task along.

Each pool has one private folder. A job's functions lie there in a file that every worker loads once, and so do the
buckets: the parent sends and receives only small messages. Workers ignore the interrupt (their parent handles it) and
end by themselves, with the folder, when their parent is gone.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import gc
import multiprocessing
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
import weakref
from concurrent.futures import Future, InvalidStateError
from dataclasses import replace
from multiprocessing import connection
from pathlib import Path
from typing import Any

from pebble import CONSTS, ProcessPool

from mrkit import modules
from mrkit.engine import blame, scratch
from mrkit.engine.attempts import how_it_ended
from mrkit.engine.interrupts import interruptible, uninterrupted
from mrkit.engine.protocol import Executor, WorkerLost
from mrkit.engine.tasks import Done, Failure, Task, Work
from mrkit.engine.travel import load_task, load_work, pack_task, pack_work
from mrkit.engine.worker import perform, worker_name
from mrkit.errors import BadArgument, Cancelled, CannotStart, DiskFull, MrkitError
from mrkit.executors import ending, sockets
from mrkit.executors.board import Board
from mrkit.executors.starting import CONTEXTS, NumberedContext, deaf_children
from mrkit.executors.surroundings import SAFE_PATH, safe_path, surroundings, take_on, users_environment
from mrkit.installation import check
from mrkit.interpreter import apply

DEFAULT_START_METHOD = "spawn"  # a kernel runs threads: a forked child may wait for ever for a lock of theirs
START_TOGETHER = 3.0  # seconds that the first task waits for all workers, so that one does not do it all
LOOK_AT_PARENT = 1.0  # seconds between two looks
LOOKS_WHEN_ASKED = 4  # a kernel that is shut down asks its workers first, and ends some seconds later
LOOK_AT_GRACE = 0.1  # seconds until a cancel is noticed while workers end
TAKE_TOGETHER = 1.0  # seconds that a worker's first task of a stage waits for the others to have one
START_TRIES = 3  # times that workers are started of which none comes up
MOST_WATCHED = 60  # processes: Windows waits for no more at once
SAYS_WITHIN = 30.0  # seconds that a process has to say why it does not start
UNNOTICED = 1.0  # seconds that pebble has to notice that a worker died
POOLS = 3  # that may break while a task is handed over
NOWHERE = 5.0  # seconds that a task may be with no worker at all
CONSTS.sleep_unit = 0.02  # seconds between two looks of pebble's at its workers: a job's end waits for such a look


class Processes(Executor):
    """A pool of processes named worker-1, worker-2, ...; one that replaces another gets the next number."""

    name = "processes"
    start_method: str
    can_stop_tasks = True

    def __init__(self, num_workers: int, start_method: str | None = None):
        self.num_workers = num_workers
        self.start_method = start_method or DEFAULT_START_METHOD
        if self.start_method not in multiprocessing.get_all_start_methods():
            here = ", ".join(multiprocessing.get_all_start_methods())
            raise BadArgument(f"start_method {self.start_method!r} does not exist on this system; use one of {here}.")
        self._pool: ProcessPool | None = None
        self._wanted = num_workers  # workers for this job: no more than it has tasks
        self._size = 0  # workers of the pool
        self._folder: Path | None = None
        self._job: Path | None = None
        self._board: Board | None = None
        self._stopped = threading.Event()
        self._running: dict[Watched, tuple[str, int, int]] = {}
        _living.add(self)

    def __reduce__(self) -> tuple:
        """With a job that travels: the workers stay."""
        return Processes, (self.num_workers, self.start_method)

    def begin(self, work: Work, stopped: threading.Event) -> None:
        """Put the functions where workers find them, and start the workers unless they are there."""
        packed, together = pack_work(work), self._together(work)
        if self._folder is not None and not (scratch.is_whole(self._folder) and (self._folder / "board").exists()):
            self.close(in_order=True)  # a program that cleans up took it: the workers would not find things
        try:
            self._make_folders(pickle.dumps((surroundings(), together, packed)))
        except DiskFull as error:
            raise CannotStart(f"The workers cannot start: {error}") from error.__cause__
        self._running = {}
        self._stopped = stopped
        self._missing: dict[Future, float] = {}
        self._idle_since: float | None = None
        assert self._board is not None
        self._board.clear()
        if self._pool is not None:
            self._context.stopped = stopped
        self._wanted = self.num_workers if work.map_tasks is None else max(1, *together.values())
        self._warm_pool()

    def _together(self, work: Work) -> dict[str, int]:
        """How many workers get a task in each stage, as far as that is known."""
        tasks = {"map": work.map_tasks or 0, "reduce": work.num_partitions if work.map_tasks != 0 else 0}
        return {stage: min(self.num_workers, number) for stage, number in tasks.items()}

    def _make_folders(self, work: bytes) -> None:
        """One for the workers, unless they have it, and in it one for the job."""
        if self._folder is None:
            with uninterrupted():  # a folder that nobody remembers yet would stay
                self._make_folder()
        assert self._folder is not None
        self._job = self._folder / uuid.uuid4().hex
        with scratch.writing_to(self._folder):
            self._job.mkdir(mode=0o700)
            (self._job / "work").write_bytes(work)

    def _make_folder(self) -> None:
        folder = scratch.new_folder()
        try:
            with scratch.writing_to(folder):
                self._board = Board.new(folder / "board")
        except BaseException:
            scratch.remove(folder)
            raise
        self._folder = folder
        # A job that is dropped without an end still takes its folder along.
        weakref.finalize(self, _remove, folder, self._board)

    def path(self, name: str) -> str:
        """Outputs are files in the job's folder."""
        return str(self._job / name)  # type: ignore[operator]

    def submit(self, task: Task, timeout: float | None = None) -> Future[Done | Failure]:
        """Queue the task for the next free process."""
        identity = task.stage, task.number, task.attempt
        packed = pack_task(task)
        future = Watched(self._schedule(str(self._job), identity, packed), timeout)
        running = self._running  # not `self`, which pebble's threads would then keep alive
        running[future] = identity
        future.add_done_callback(lambda _: running.pop(future, None))
        future.watch()
        return future

    def _schedule(self, *arguments: Any) -> Future:
        for _ in range(POOLS):
            with contextlib.suppress(RuntimeError):  # the pool has just broken: all its workers died
                return self._warm_pool().schedule(run, args=arguments)
        return self._warm_pool().schedule(run, args=arguments)

    def seen(self) -> list[tuple[str, int, int, str]]:
        """What the workers have written on their board."""
        if self._board is None or self._pool is None:
            return []
        rows = self._board.read()
        self._give_up_lost_tasks(rows)
        self._end_overdue_tasks({identity for identity in rows.values() if identity})
        return [(*identity, f"worker-{number}") for number, identity in rows.items() if identity]

    def _give_up_lost_tasks(self, rows: dict[int, tuple[str, int, int] | None]) -> None:
        """Fail the tasks that nobody will finish: pebble may miss a worker that dies just after it took one."""
        now = time.monotonic()
        if any(worker.is_forgotten() for worker in list(self._context.started)):
            self._give_up_pool()  # its fork server was killed: nobody hears of these workers any more
            return
        exits = {worker.number: worker.exitcode for worker in list(self._context.started)}
        died = {rows.get(number): code for number, code in exits.items() if code is not None}
        alive = {rows.get(number, "starting") for number, code in exits.items() if code is None}
        for future, identity in list(self._running.items()):
            if identity in alive or not (future.running() or identity in died):
                self._missing.pop(future, None)
            elif now - self._missing.setdefault(future, now) > (UNNOTICED if identity in died else NOWHERE):
                _fail(future, WorkerLost(died.get(identity)))
        if not self._running or alive - {None}:
            self._idle_since = None
        elif self._idle_since is None:
            self._idle_since = now
        elif now - self._idle_since > NOWHERE:  # all workers wait, and so do we: their pipe is broken
            self._give_up_pool()

    def _give_up_pool(self) -> None:
        for future in list(self._running):
            _fail(future, WorkerLost(None))
        self._stop_pool()
        self._idle_since = None  # or the next pool would be stopped at once

    def _end_overdue_tasks(self, at_work: set[tuple[str, int, int]]) -> None:
        """Those that take longer than they may. Pebble could do it, but by a clock that somebody may set."""
        for future, identity in list(self._running.items()):
            if identity in at_work and future.is_overdue():
                _fail(future, TimeoutError())

    def kill_worker(self, name: str | None = None) -> str | None:
        """Kill a process that is at a task now, or the one of this name if it is; its name, or None if all are idle."""
        at_work = {worker for *_, worker in self.seen() if name in (None, worker)}
        for worker in list(self._context.started) if at_work else ():
            if f"worker-{worker.number}" in at_work and worker.exitcode is None:
                worker.kill()
                return f"worker-{worker.number}"
        return None

    def end(self) -> None:
        """If tasks still run, they belong to a job that failed: the workers go with them."""
        if any(not future.done() for future in list(self._running)):
            self._stop_pool()
        if self._job is not None:
            shutil.rmtree(self._job, ignore_errors=True)
            self._job = None

    def close(self, in_order: bool = False) -> None:
        """End all workers, in order or not, and remove the folder."""
        try:
            self._stop_pool(in_order)
        finally:
            self._stop_pool()  # once more, if an impatient user interrupted that
            if self._folder is not None:
                _remove(self._folder, self._board)
                self._folder = self._board = None

    def _warm_pool(self) -> ProcessPool:
        if self._pool is not None and not self._pool.active:  # broken: a worker died between two tasks
            self._stop_pool()
        if self._pool is not None and self._size < self._wanted:
            self._stop_pool(in_order=True)
        tries = 0
        while self._pool is None:
            tries += 1
            try:
                environment = users_environment() | {ending.MARK: str(self._folder)}
                with uninterrupted(), deaf_children(), safe_path():
                    try:
                        self._start_pool(environment)
                    finally:
                        check("executor='processes'", "pebble")  # slow, and the workers need their time anyway
            except (RuntimeError, OSError, EOFError):  # such as a fork server that was killed
                self._stop_pool()
                self._check_stopped()
                if tries == START_TRIES:
                    raise
                continue
            if not self._wait_for_workers():
                code = self._context.started[0].exitcode
                self._stop_pool()
                if not os.path.exists(self._folder or ""):
                    gone = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
                    raise CannotStart(f"The workers cannot start: {scratch.cannot_write(str(self._folder), gone)}")
                if tries == START_TRIES:
                    raise CannotStart(f"The workers cannot start: {_what_it_said(code)}.")
        return self._pool

    def _start_pool(self, environment: dict[str, str]) -> None:
        if self.start_method == "forkserver":
            sockets.make_room()
        self._context = CONTEXTS[self.start_method]()
        self._context.stopped = self._stopped
        self._size = self._wanted
        self._pool = ProcessPool(
            self._size,
            initializer=_start_worker,
            initargs=(os.getpid(), str(self._folder), environment),
            context=self._context,
        )
        assert self._board is not None
        self._dropped = weakref.finalize(self, _end, self._pool, self._context, self._board, self._folder)
        self._pool.active  # noqa: B018  (asking makes pebble start the workers)

    def _check_stopped(self) -> None:
        if self._stopped.is_set():
            raise Cancelled
        with interruptible():
            pass  # an interrupt that waits is raised here

    def _wait_for_workers(self) -> bool:
        """Until all have started, or one fails to: else the first would do a small job alone. False: none came up."""
        assert self._board is not None
        deadline = time.monotonic() + START_TOGETHER
        while len(self._board.read()) < self._size and time.monotonic() < deadline:
            died = sum(worker.exitcode is not None for worker in list(self._context.started))
            if died and self._board.read():
                return True
            if died and (died >= self._size or not self._pool.active):  # type: ignore[union-attr]
                return False
            self._check_stopped()
            with interruptible():
                time.sleep(0.002)
        return True

    def _stop_pool(self, in_order: bool = False) -> None:
        with uninterrupted():
            if self._pool is None:
                return
            assert self._board is not None
            try:
                if in_order:
                    _let_go(self._pool, self._context, self._board, self._stopped)
            finally:
                _stop(self._pool, self._context, self._folder)
                self._dropped.detach()
                self._pool = None


_living: weakref.WeakSet[Processes] = weakref.WeakSet()


@atexit.register  # after pebble's: so it runs before that one, which would kill the workers
def _end_with_the_program() -> None:
    """Workers that were kept warm, and whose job is still there, have their grace as well."""
    for processes in list(_living):
        processes.close(in_order=True)


def _end(pool: ProcessPool, context: NumberedContext, board: Board, folder: Path | None) -> None:
    """A job that kept its workers warm was dropped."""
    try:
        _let_go(pool, context, board, threading.Event())
    finally:
        _stop(pool, context, folder)


def _let_go(pool: ProcessPool, context: NumberedContext, board: Board, stopped: threading.Event) -> None:
    """Tell the workers that wait for a task to end in order, and wait for that, but not long."""
    deadline = time.monotonic() + ending.GRACE
    pool.stop()
    leaving = context.let_go(board)
    with interruptible():
        while leaving and time.monotonic() < deadline and not stopped.is_set():
            ended = connection.wait([worker.sentinel for worker in leaving[:MOST_WATCHED]], timeout=LOOK_AT_GRACE)
            leaving = [worker for worker in leaving if worker.sentinel not in ended]


def _stop(pool: ProcessPool, context: NumberedContext, folder: Path | None) -> None:
    context.look_for_lost()
    pool.stop()
    # Killed before pebble closes its pipes: a worker that is still starting would complain about them.
    context.kill(context.started)
    pool.join()
    for worker in context.started:
        worker.end_for_good()
    if context.has_lost:
        ending.sweep(ending.MARK, str(folder))


def _remove(folder: Path, board: Board | None) -> None:
    """The folder with all that is in it; on Windows nothing goes that is open, the board included."""
    if board is not None:
        board.close()
    scratch.remove(folder)


def _what_it_said(exitcode: int | None) -> str:
    """Why a worker did not come up: a process like it is asked."""
    command = [sys.executable, "-P", "-c", "import mrkit.executors.processes"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=SAYS_WITHIN)
        lines = asked.stderr.split("\n") if asked.returncode else []
    except (OSError, subprocess.SubprocessError) as error:
        lines = [str(error)]
    said = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f"one {how_it_ended(exitcode or 0)}" + (
        f", and said: {said.rstrip('.')}" if said else " before it was ready"
    )


def _fail(future: Future, error: Exception) -> None:
    with contextlib.suppress(InvalidStateError):  # it ended after all
        future.set_exception(error)


class Watched(Future):
    """A task at a worker: pebble's future, but what ends it here does not disturb pebble, which may end it as well."""

    def __init__(self, theirs: Future, timeout: float | None):
        super().__init__()
        self._theirs, self._timeout = theirs, timeout
        self._since: float | None = None

    def watch(self) -> None:
        """From now on, what becomes of pebble's becomes of this one."""
        self._theirs.add_done_callback(self._take)

    def running(self) -> bool:
        """Whether a worker has taken the task."""
        return self._theirs.running() and not self.done()

    def cancel(self) -> bool:
        """End the task, with its worker if one has taken it."""
        self._theirs.cancel()
        return super().cancel()

    def set_exception(self, error: BaseException | None) -> None:
        """The task is given up, also by its worker."""
        super().set_exception(error)
        self._theirs.cancel()

    def is_overdue(self) -> bool:
        """To be asked while a worker is at it: whether it has been for longer than the task may take."""
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        return self._timeout is not None and now - self._since > self._timeout

    def _take(self, theirs: Future) -> None:
        with contextlib.suppress(InvalidStateError):  # it has ended here before
            if theirs.cancelled():
                super().cancel()
            elif (error := theirs.exception()) is not None:
                super().set_exception(error)
            else:
                self.set_result(theirs.result())


# In a worker.

_loaded: tuple[str, Work] | None = None
_together: dict[str, int] = {}  # of the job that is loaded: stage -> workers that get a task
_board: Board | None = None


def run(job: str, identity: tuple[str, int, int], packed_task: bytes) -> Done | Failure:
    """Load the job's functions the first time, then run the task."""
    global _loaded, _together
    assert _board is not None
    _board.write(_number(), identity)
    try:
        if _loaded is None or _loaded[0] != job:
            with scratch.writing_to(job):
                packed = (Path(job) / "work").read_bytes()
            around, _together, packed_work = pickle.loads(packed)
            take_on(around, keep=(ending.MARK,))
            work = load_work(packed_work)
            apply(work.settings or {})
            _loaded = job, replace(work, settings=None)
        _let_others_take(identity[0])
        return perform(_loaded[1], load_task(packed_task))
    except MrkitError as error:
        return Failure(blame.pack_plain(error), "", worker_name())
    finally:
        _board.write(_number(), None)


def _let_others_take(stage: str) -> None:
    """Wait until each worker has a first task of this stage: one that is quick would take the others' as well."""
    assert _board is not None
    together = _together.pop(stage, 0)  # its second task does not wait
    deadline = time.monotonic() + TAKE_TOGETHER
    while _board.num_at(stage) < together and time.monotonic() < deadline:
        time.sleep(0.0002)  # tasks may be short: the workers are to be seen side by side


def _number() -> int:
    return multiprocessing.current_process().number  # type: ignore[attr-defined]


def _is_forked() -> bool:
    return multiprocessing.current_process().is_forked  # type: ignore[attr-defined]


def _start_worker(parent: int, folder: str, environment: dict[str, str]) -> None:
    global _board
    scratch.forget()
    os.environ.update(environment)  # a fork server has that of the time when it was started
    for name in {SAFE_PATH} - environment.keys():  # that was for this process, not for those that it starts
        os.environ.pop(name, None)
    try:
        _board = Board(Path(folder) / "board")
    except OSError:  # somebody took it, or the parent is gone: it would be told in vain here
        os._exit(1)
    watch = threading.Thread(target=_die_with, args=(parent, folder), name="mrkit-parent-watch", daemon=True)
    ending.prepare(lambda: _leave(watch, parent, folder), _is_forked())
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)  # a map task makes millions of small objects and hardly a cycle
    _board.write(_number(), None)
    _end_by_signal(parent, folder)
    watch.start()


_left = threading.Event()
_was_asked = False  # by a signal to end


def _state() -> str:
    """What this worker is at; nothing if its board is gone, with the parent."""
    assert _board is not None
    with contextlib.suppress(ValueError):
        return _board.state(_number())
    return ""


def _leave(watch: threading.Thread, parent: int, folder: str) -> None:
    if _state() != Board.LEAVING[0]:
        watch.join()  # the pipe broke because the parent is gone: the folder goes first, and then we do
    ending.finish(_drop_work)
    if _was_asked and any(_gone(parent) for _ in range(LOOKS_WHEN_ASKED)):
        _remove_last(folder)
    _left.set()


def _drop_work() -> None:
    global _loaded
    _loaded = None
    modules.forget()


def _end_by_signal(parent: int, folder: str) -> None:
    """A closed terminal or kernel tells all processes at once to end: then nobody else takes the folder along.

    A worker that waits for a task ends in order, as a kernel that is shut down asks its children to.
    """

    def end(number: int, _: object) -> None:
        global _was_asked
        if _state() == "idle" and _board is not None:
            _board.write(_number(), Board.LEAVING)
            _was_asked = True
            raise EOFError  # which pebble takes for the end of its tasks
        if _state() == Board.LEAVING[0]:
            return
        if _gone(parent):
            _remove_last(folder)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:  # which is what nohup asks for
            signal.signal(number, end)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGHUP})  # see _deaf_children


def _die_with(parent: int, folder: str) -> None:
    """End this process when its parent is gone, however it went."""
    while not _gone(parent):
        pass
    if _state() == Board.LEAVING[0]:
        _left.wait(ending.GRACE)
    ending.end_what_we_started()
    _remove_last(folder)  # last: it may start somebody who waits for our end
    os._exit(1)


_REMOVER = """
import os, shutil, sys, time
for _ in range(300):
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    if not os.path.exists(sys.argv[1]):
        break
    time.sleep(0.1)
"""


def _remove_last(folder: str) -> None:
    """If the parent is gone, and not only a fork server that started us.

    What a worker still has open cannot go on Windows: then somebody else waits for its end.
    """
    deadline = time.monotonic() + LOOK_AT_PARENT  # its lock goes a little later than its pipes
    while not scratch.is_orphan(Path(folder)):
        if time.monotonic() > deadline:
            return
        time.sleep(0.02)
    _remove(Path(folder), _board)
    if os.path.exists(folder):
        command = [sys.executable, "-P", "-c", _REMOVER, folder]
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _gone(parent: int) -> bool:
    """Whether the parent is gone, or goes within the time between two looks."""
    process = multiprocessing.parent_process()
    ended = connection.wait([process.sentinel], timeout=LOOK_AT_PARENT)  # type: ignore[union-attr]
    return bool(ended) or not _alive(parent)


def _alive(process: int) -> bool:
    if sys.platform == "win32":
        return True  # the sentinel is enough there
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
