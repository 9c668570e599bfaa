"""Runs a command and sees from outside how long it takes, and how much memory it and all its descendants have.

The largest process is exact on Linux, where the kernel keeps each process's peak (VmHWM); elsewhere it is the largest
of the samples. The whole tree is the largest sum of a sample: pages that a fork shares are counted in each process.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

from mrkit.errors import MrkitError

SAMPLE_EVERY = 0.05  # seconds
PATIENCE = 1800.0  # seconds that one run may take


class RunFailed(MrkitError):
    """A contender that ended without an answer."""


@dataclass(frozen=True)
class Measured:
    """One run: seconds from its start to its answer, of these the job's own, and bytes of memory at the peak."""

    seconds: float
    job_seconds: float
    largest: int
    tree: int
    answer: str


def contestant(module: str, function: str, job: str, workers: int, files: Sequence[str]) -> Measured:
    """One run of one contender, in a fresh process."""
    command = [sys.executable, "-m", "tests.bench.program.contestant", module, function, job, str(workers), *files]
    with tempfile.TemporaryFile() as stderr:
        before = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
        timer = threading.Timer(PATIENCE, _end, [process.pid])
        timer.start()
        try:
            with Sampler(process.pid) as sampler:
                first = process.stdout.readline()  # type: ignore[union-attr]
                seconds = time.perf_counter() - before
            second = process.stdout.readline()  # type: ignore[union-attr]
            process.wait()
        finally:
            timer.cancel()
            _end(process.pid)
            process.stdout.close()  # type: ignore[union-attr]
            process.wait()
        if not second:
            stderr.seek(0)
            said = stderr.read().decode(errors="replace").strip().splitlines()
            raise RunFailed(f"It ended with status {process.returncode}: {said[-1] if said else 'no message'}")
        report: dict[str, Any] = json.loads(first) | json.loads(second)
        return Measured(seconds, report["job_seconds"], sampler.largest, sampler.tree, report["answer"])


class Sampler:
    """While its block runs: the memory of a process and all its descendants, at their peaks, in bytes."""

    def __init__(self, process: int):
        self._root = psutil.Process(process)
        self._peaks: dict[int, int] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="mrkit-bench-sampler")
        self.tree = 0

    @property
    def largest(self) -> int:
        """The peak of the largest process."""
        return max(self._peaks.values(), default=0)

    def __enter__(self) -> Sampler:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self._look()
            if self._ended.wait(SAMPLE_EVERY):
                self._look()
                return

    def _look(self) -> None:
        total = 0
        try:
            processes = [self._root, *self._root.children(recursive=True)]
        except psutil.Error:
            return
        for process in processes:
            try:
                now = process.memory_info().rss
                total += now
                self._peaks[process.pid] = max(self._peaks.get(process.pid, 0), now, _peak(process.pid))
            except psutil.Error:  # it has ended
                pass
        self.tree = max(self.tree, total)


def _peak(process: int) -> int:
    try:
        with open(Path("/proc", str(process), "status"), "rb") as status:
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith(b"VmHWM")), 0)
    except OSError:  # another system, or it has ended
        return 0


def _end(process: int) -> None:
    """Kill a contender that still runs, and all that it started."""
    try:
        root = psutil.Process(process)
        tree = [root, *root.children(recursive=True)]
    except psutil.Error:
        return
    for one in tree:
        with contextlib.suppress(psutil.Error):
            one.kill()
