"""How a worker process ends: in order after a success; else it is killed, with all that it has started.

In order means what it means for any program: its threads and pools end, what it gave to `atexit` runs, files that it
left open are written to their ends, and processes that it started and forgot are gone. Serves `processes`, in the
parent and in the workers; it knows nothing of pools and tasks.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import io
import os
import sys
import threading
from collections.abc import Callable, Iterable
from multiprocessing import util
from typing import Any

GRACE = 2.0  # seconds that workers have for it: then they are killed
ARCHIVES = {"zipfile": "ZipFile", "tarfile": "TarFile", "shelve": "Shelf"}  # what is written to a file, with an end
MARK = "MRKIT_POOL"  # in a worker's environment, and so in that of what it starts: whose they are
SUBREAPER = 36  # of <linux/prctl.h>
FIRST, LAST = 1000, -1000  # before and after multiprocessing ends what a worker started by it


def kill_what_they_started(processes: Iterable[int]) -> None:
    """Kill all descendants of some processes. These are held, so that they start no more: who calls kills them."""
    import psutil  # slow to load, and no worker that ends well needs it

    held: set[int] = set()
    found: list[psutil.Process] = []
    more = {number: _process(number) for number in processes}
    while more.keys() - held:
        for number in more.keys() - held:
            held.add(number)
            with contextlib.suppress(psutil.Error, AttributeError):
                more[number].suspend()
        more = _children(held)
        found += [process for number, process in more.items() if number not in held]
    for process in found:
        with contextlib.suppress(psutil.Error):
            process.kill()


def _process(number: int) -> Any:
    import psutil

    with contextlib.suppress(psutil.Error):
        return psutil.Process(number)


def _children(parents: set[int]) -> dict[int, Any]:
    import psutil

    return {process.pid: process for process in psutil.process_iter(["ppid"]) if process.info["ppid"] in parents}


def sweep(name: str, mark: str) -> None:
    """Kill what has this mark in its environment, under this name: nobody's children by now, but somebody started them.

    A process that was forked and runs no program of its own has the environment of whom it was forked from.
    """
    import psutil

    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(name) == mark:
                process.kill()


# In a worker.


def prepare(leave: Callable[[], None], forked: bool) -> None:
    """Have a worker that has just started end in order when it ends by itself; `leave` is the first that it does."""
    if forked:
        _call(atexit, "_clear")  # what its parent is to do at its end is not for us
        atexit.register(
            lambda: _call(util, "_exit_function")
        )  # from Python 3.13 on nobody else calls it in a forked process
    if sys.platform == "linux":  # whose parent has ended becomes our child, not that of the first process
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    util.Finalize(None, leave, exitpriority=FIRST)
    util.Finalize(None, end_what_we_started, exitpriority=LAST)


def finish(drop: Callable[[], None]) -> None:
    """End what runs in this process, run what was given to `atexit`, `drop` what nobody needs then, write all files.

    Python does that in a process that ends by itself, but not in one that was forked, and it ends pools too late.
    """
    _call(threading, "_shutdown")
    _call(atexit, "_run_exitfuncs")
    drop()
    gc.collect()
    _write_files()


def _call(module: Any, name: str) -> None:
    # Without them, what they do happens where Python does it by itself.
    getattr(module, name, lambda: None)()


def _write_files() -> None:
    """Those that were opened since the objects of the start were frozen: a parent that was forked writes its own."""
    objects = gc.get_objects()
    files = [thing for thing in objects if issubclass(type(thing), io.IOBase)]
    kinds = tuple(getattr(sys.modules[name], kind) for name, kind in ARCHIVES.items() if name in sys.modules)
    archives = [thing.close for thing in objects if issubclass(type(thing), kinds)]
    texts = [file.flush for file in files if isinstance(file, io.TextIOBase)]
    compressed = [file.close for file in files if _is_compressed(file)]  # with an end of their own, to be written
    buffered = [file.flush for file in files if isinstance(file, io.BufferedWriter | io.BufferedRandom)]
    for write in (*archives, *texts, *compressed, *buffered):  # from the outside to the inside
        with contextlib.suppress(Exception):  # a full disk, a reader who is gone: nobody is left who could be told
            write()


def _is_compressed(file: io.IOBase) -> bool:
    return isinstance(file, io.BufferedIOBase) and type(file).__module__ != "_io"


def end_what_we_started() -> None:
    """Kill the processes that this one has started and that still run."""
    if _has_children():
        kill_children()


def kill_children() -> None:
    """Kill all descendants of this process."""
    import psutil

    for child in psutil.Process().children():
        kill_what_they_started([child.pid])
        with contextlib.suppress(psutil.Error):
            child.kill()


def _has_children() -> bool:
    if sys.platform == "win32":
        return True
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass  # that one has ended
        return True
    return False
