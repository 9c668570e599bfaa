"""What this machine has and what this process takes of it: cores, memory, processor time.

Serves whoever plans (the job, the doctor) and whoever measures (a worker). It knows no job. Where the system does not
say, as in a browser, it answers with the least that is safe.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

DEFAULT_SHARE = 0.5  # of the machine's free memory that all workers together may take
LEAST = 128_000_000  # bytes for a worker: Python and the user's libraries need room too


def available_cpus() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def default_limit(num_workers: int) -> int:
    """What each worker may take when the user did not say: a fair share of half of what is free now."""
    import psutil

    return max(LEAST, int(psutil.virtual_memory().available * DEFAULT_SHARE) // num_workers)


def process_size() -> int:
    """How much memory this process takes, in bytes."""
    if sys.platform == "linux":
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    try:
        import psutil
    except ImportError:  # a browser's Python
        return 0
    return psutil.Process().memory_info().rss


def peak_memory() -> int:
    """The largest size of this process so far, in bytes; 0 where the system does not say."""
    try:
        # Not getrusage(): on Linux a spawned process inherits its parent's peak there.
        with open("/proc/self/status", "rb") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith(b"VmHWM"))
    except (OSError, StopIteration):
        pass
    if sys.platform == "win32":
        import psutil

        return psutil.Process().memory_info().peak_wset
    try:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    except (ImportError, AttributeError):  # a browser's Python has only half of it
        return 0
    return peak if sys.platform == "darwin" else peak * 1024


def cpu_seconds() -> float:
    """Processor time that this thread has used, in seconds."""
    return getattr(time, "thread_time", time.process_time)()


def start_thread(function: Callable, *arguments: Any, name: str, daemon: bool = True) -> threading.Thread | None:
    """A new thread that runs a function; None where there are no threads, as in a browser.

    >>> start_thread(print, "hello", name="greeter").join()
    hello
    """
    thread = threading.Thread(target=function, args=arguments, name=name, daemon=daemon)
    try:
        thread.start()
    except RuntimeError:
        return None
    return thread
