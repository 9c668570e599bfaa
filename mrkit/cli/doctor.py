"""What this machine has, and what would go wrong: the checks behind `mrkit doctor`.

Each check really tries what it speaks of where it can, and says in words what it found. Serves a teacher before the
lesson and whoever reports a fault. It must change nothing on the machine, and nothing may keep it waiting for ever.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Literal, NamedTuple

from mrkit import MapReduce, share
from mrkit.executors import sweep_folders
from mrkit.installation import AGAIN, TESTED, faults, version_of
from mrkit.machine import available_cpus, free_memory, total_memory

PATIENCE = 60.0  # seconds that a job of two tiny tasks may take to start its workers
SHOWN = ("jupyterlab", "ipykernel", "ipywidgets", "anywidget", "matplotlib")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
GB = 10**9
HUB, EACH = GB, GB  # memory of JupyterHub itself, and of a student: server, kernel, two workers, measured at 0.6 GB


class Remark(NamedTuple):
    """One line: all is well ("ok"), something to know ("note"), or something that mrkit needs is broken ("problem")."""

    level: Literal["ok", "note", "problem"]
    text: str


def findings(students: int | None = None) -> Iterator[Remark]:
    """What all checks found, one after the other. A check that fails is a problem itself.

    With a number of `students`, also what so many at once on this machine need.
    """
    yield from classroom(students) if students else ()
    for check in (python, machine, workers, temporary_space, packages, kernel, lessons, browser, clusters):
        try:
            yield from check()
        except Exception as error:
            what = check.__name__.replace("_", " ")
            yield Remark("problem", f"Looking at {what} failed: {type(error).__name__}: {error}")


def classroom(students: int) -> Iterator[Remark]:
    """Whether a class fits on this machine: a Jupyter server for all, a kernel and two workers for each."""
    import psutil

    needed, there = HUB + students * EACH, psutil.virtual_memory().total
    text = f"{students} students need about {needed / GB:.0f} GB of memory ({EACH / GB:g} GB each); "
    text += f"this machine has {there / GB:.0f} GB"
    yield Remark("ok" if needed <= there else "problem", text)
    cores = available_cpus()
    if students > cores:
        text = (
            f"{students} students share {cores} cores, so what lesson 07 measures is a lottery: use its recorded runs"
        )
        yield Remark("note", text)
    yield Remark("note", "Give each student num_workers=2 and a memory limit of 1 GB; the lessons ask for no more")


def python() -> Iterator[Remark]:
    """Which Python runs, and where."""
    known = ".".join(platform.python_version_tuple()[:2]) in TESTED
    tested = "" if known else f". mrkit is tested with Python {TESTED[0]} to {TESTED[-1]} only"
    here = f"Python {platform.python_version()} on {platform.platform(terse=True)}, {sys.executable}"
    yield Remark("ok" if known else "note", here + tested)


def machine() -> Iterator[Remark]:
    """Cores and memory."""
    cores, there = available_cpus(), os.cpu_count() or 1
    of = f" of the machine's {there}, which is the share of this process or container" if cores < there else ""
    one = ". Workers take turns on it, so nothing will be faster than one thread" if cores == 1 else ""
    yield Remark("note" if one else "ok", f"Cores: {cores}{of}{one}")
    total, free = total_memory(), free_memory()
    small = ". Close other programs: JupyterLab and workers need about one" if free < GB else ""
    yield Remark("note" if small else "ok", f"Memory: {total / GB:.1f} GB, of which {free / GB:.1f} GB are free{small}")


def workers() -> Iterator[Remark]:
    """Whether worker processes start, under each start method: by running a small job."""
    from mrkit.executors.processes import DEFAULT_START_METHOD

    for method in sorted(multiprocessing.get_all_start_methods(), key=lambda name: name != DEFAULT_START_METHOD):
        default = method == DEFAULT_START_METHOD
        wrong = try_workers(method)
        if not wrong:
            yield Remark("ok", f"Workers start by {method}{' (the default)' if default else ''}")
        elif default:
            yield Remark("problem", f"Workers do not start by {method}, the default: {wrong}")
        else:
            yield Remark("note", f"Workers do not start by {method}: {wrong} Do not choose this start_method")


def try_workers(start_method: str, patience: float = PATIENCE) -> str:
    """Run a small job in two processes; what went wrong, or nothing."""
    job = MapReduce(lambda number: [(number % 2, number)], lambda item: sum(item[1]), 2, start_method=start_method)
    running = job.start([1, 2, 3, 4], chunksize=2)
    try:
        results = running.result(patience).results
    except TimeoutError:
        running.cancel()
        return f"a small job did not end within {patience:g} seconds."
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "" if sorted(results) == [4, 6] else f"a small job gave {results}."


def temporary_space() -> Iterator[Remark]:
    """Room for the buckets between map and reduce."""
    with tempfile.TemporaryFile() as file:
        file.write(b"mrkit")
    folder = tempfile.gettempdir()
    if left := sweep_folders():
        yield Remark("note", f"Removed from {folder}: {left} folders of jobs that were killed")
    free = shutil.disk_usage(folder).free
    variable = "TEMP" if os.name == "nt" else "TMPDIR"
    little = f". Large jobs need more: set {variable} to a folder with more room" if free < GB else ""
    yield Remark("note" if little else "ok", f"Free in {folder}: {free / GB:.1f} GB{little}")


def packages() -> Iterator[Remark]:
    """What mrkit needs, in which version, and whether it can be loaded."""
    for fault in faults():
        yield Remark("problem", fault)
    for name in SHOWN:
        if not (version := version_of(name)):
            yield Remark("problem", f"{name} is not installed, and lessons need it: {AGAIN} mrkit")
        elif said := _broken(name):
            yield Remark("problem", f"{name} {version} is broken ({said}): {AGAIN} {name}")
        else:
            yield Remark("ok", f"{name} {version}")


def _broken(name: str) -> str:
    """What a fresh Python says that cannot load a package."""
    module = {"matplotlib": "matplotlib.figure"}.get(name, name)
    done = subprocess.run(
        [sys.executable, "-c", f"import {module}"], capture_output=True, text=True, errors="replace", timeout=PATIENCE
    )
    return done.stderr.strip().rpartition("\n")[2] if done.returncode else ""


def kernel() -> Iterator[Remark]:
    """The one kernel version with known faults."""
    version = version_of("ipykernel") or ""
    if version.startswith("7.0."):
        text = f"ipykernel {version} loses what a widget sends while a job runs, so Stop may not work: "
        yield Remark("note", text + "python -m pip install --upgrade ipykernel")


def lessons() -> Iterator[Remark]:
    """The files that come with mrkit."""
    for folder, pattern, what in (("notebooks", "*.ipynb", "lessons"), ("data", "handbook/*.rst", "handbook")):
        number = len(list(share.folder(folder).glob(pattern)))
        if number:
            yield Remark("ok", f"The {what}: {number} files in {share.folder(folder)}")
        else:
            yield Remark("problem", f"The {what} did not come with this mrkit: install it again")


def browser() -> Iterator[Remark]:
    """Chromium, for those who work on mrkit."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        yield Remark("ok", f"A browser for the browser tests: {found}")
    else:
        yield Remark("note", "No Chromium: only mrkit's own browser tests need it; JupyterLab opens in any browser")


def clusters() -> Iterator[Remark]:
    """What runs the same jobs on other machines; nothing needs it."""
    for name, extra in (("distributed", "dask"), ("pyspark", "spark")):
        version = version_of(name)
        missing = f"is not installed; jobs on a cluster of its kind need it: pip install 'mrkit[{extra}]'"
        yield Remark("ok" if version else "note", f"{name} {version or missing}")
    java = shutil.which("java")
    if not java:
        yield Remark("note", "Java was not found; only pyspark needs it, version 17 or newer")
    else:
        said = subprocess.run(
            [java, "-version"], capture_output=True, text=True, errors="replace", timeout=PATIENCE
        ).stderr
        yield Remark("ok", f"Java: {java}, {said.partition(chr(10))[0]}")
