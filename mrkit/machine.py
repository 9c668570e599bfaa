"""What this machine has and what this process takes of it: cores, memory, processor time.

Serves whoever plans (the job, the doctor) and whoever measures (a worker). It knows no job. Where the system does not
say, as in a browser, it answers with the least that is safe.
"""

from __future__ import annotations

import functools
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

DEFAULT_SHARE = 0.5  # of the machine's free memory that all workers together may take
_PAGE = os.sysconf("SC_PAGE_SIZE") if sys.platform == "linux" else 0
LEAST = 64_000_000  # bytes for a worker, unless that is more than its share: Python needs some room


def available_cpus() -> int:
    """How many processors this process may use: of the machine, by its affinity, and by the quota of its container."""
    if sys.platform == "emscripten":
        import js

        return js.navigator.hardwareConcurrency
    if hasattr(os, "process_cpu_count"):  # Python 3.13; it knows -X cpu_count too
        cpus = os.process_cpu_count()
    elif hasattr(os, "sched_getaffinity"):
        cpus = len(os.sched_getaffinity(0))
    else:
        cpus = os.cpu_count()
    return max(1, min([cpus or 1, *_quotas()]))


def default_limit(num_workers: int) -> int | None:
    """What each worker may take when the user did not say: a fair share of half of what is free now.

    None where nobody knows what is free.
    """
    if sys.platform == "emscripten":
        return None
    free = free_memory()
    return max(min(LEAST, free // num_workers), int(free * DEFAULT_SHARE) // num_workers)


def free_memory() -> int:
    """How many bytes this process and its workers can still take, of the machine's memory and of their container's."""
    return max(1, min([_available(), *(limit - used for limit, used in _memory_groups())]))


def _available() -> int:
    said = re.search(r"^MemAvailable: +(\d+) kB$", _read(PROC.parent / "meminfo"), re.MULTILINE)
    if said is not None:  # every job asks, and psutil, which reads the same, takes 9 ms to load
        return int(said[1]) * 1024
    import psutil

    return psutil.virtual_memory().available


def total_memory() -> int:
    """How many bytes there are in all, on the machine or, if that is less, for its container."""
    import psutil

    return min([psutil.virtual_memory().total, *(limit for limit, _ in _memory_groups())])


# Control groups (Linux): a container's share of the machine, which the machine's own figures do not show.

PROC = Path("/proc/self")


def _quotas() -> Iterator[int]:
    """How many processors each group around this process may use, rounded up, where it has a quota."""
    for group in _groups("cpu"):
        quota, _, period = _read(group / "cpu.max").partition(" ")
        quota = quota or _read(group / "cpu.cfs_quota_us")
        period = period or _read(group / "cpu.cfs_period_us")
        if quota.isdigit() and period.isdigit() and int(period):
            yield -(-int(quota) // int(period))


def _memory_groups() -> Iterator[tuple[int, int]]:
    """The limit of each group around this process, and how much of it is in use and could not be given back."""
    for group in _groups("memory"):
        limits = [_read(group / name) for name in ("memory.max", "memory.high", "memory.limit_in_bytes")]
        used = _read(group / "memory.current") or _read(group / "memory.usage_in_bytes")
        stat = dict(line.split(" ", 1) for line in _read(group / "memory.stat").splitlines() if " " in line)
        cached = stat.get("total_inactive_file", stat.get("inactive_file", "0"))
        for limit in filter(str.isdigit, limits):
            yield int(limit), max(0, int(used or 0) - int(cached))


def _groups(controller: str) -> Iterator[Path]:
    """The folders of the groups that a process is in, of versions 1 and 2, from the inside to the outside."""
    mounts = [_mount(line) for line in _read(PROC / "mountinfo").splitlines()]
    for line in _read(PROC / "cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        for root, folder, kind, options in mounts:
            first = kind == "cgroup" and controller in controllers.split(",") and controller in options.split(",")
            if first or (kind == "cgroup2" and not controllers):
                inside = path[len(root) :] if root != "/" and path.startswith(root) else path
                here = folder / inside.strip("/")
                outer = [here, *here.parents]
                yield from outer[: outer.index(folder) + 1]


def _mount(line: str) -> tuple[str, Path, str, str]:
    """A mounted file system: the folder of it that is mounted, where, its kind and its options."""
    before, _, after = line.partition(" - ")
    fields, kinds = before.split(" "), after.split(" ")
    return fields[3], Path(fields[4].replace("\\040", " ")), kinds[0], kinds[-1]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""


@functools.lru_cache(1)
def _statm(process: int) -> int:
    """Where the system says how much memory a process takes: open from the first look on, since there are many."""
    return os.open(f"/proc/{process}/statm", os.O_RDONLY | os.O_CLOEXEC)


def process_size() -> int:
    """How much memory this process takes, in bytes; 0 where the system does not say."""
    if sys.platform == "linux":
        try:
            return int(os.pread(_statm(os.getpid()), 100, 0).split()[1]) * _PAGE
        except (OSError, ValueError, IndexError):  # no file can be opened any more, or somebody has closed all of ours
            return 0
    try:
        import psutil
    except ImportError:  # a browser's Python
        return 0
    return psutil.Process().memory_info().rss


def size_of(process: int) -> int:
    """How much memory another process takes, in bytes; 0 if it is gone.

    >>> size_of(os.getpid()) > 1_000_000
    True
    """
    import psutil

    try:
        itself = psutil.Process(process)
        # On Windows the python.exe of a virtual environment only starts the Python that is meant.
        together = [itself, *itself.children()] if sys.platform == "win32" else [itself]
        return sum(each.memory_info().rss for each in together)
    except psutil.Error:
        return 0


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
