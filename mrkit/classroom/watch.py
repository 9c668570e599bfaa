"""One student's code in a process of its own, watched: time, memory, and what it leaves behind.

`grade_student` starts `mrkit.classroom.one_student` in an empty folder and reads what it says. If the process dies,
hangs or swells, the exercise that it was at gets the blame, and a fresh process goes on with the next. Whatever
happens: every exercise has an outcome, and no process and no file is left.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mrkit.classroom.outcome import Outcome, said
from mrkit.executors import ending
from mrkit.learn.language import current
from mrkit.machine import size_of

LOOK = 0.2  # seconds between two looks at the memory
SHARE = 4  # one exercise may use this part of a student's time; the rest is for the others
_MARK = "MRKIT_GRADING"  # in the environment of everything that a student's code starts
_KEPT = ("PATH", "PYTHONPATH", "SYSTEMROOT", "VIRTUAL_ENV", "LANG", "LC_ALL", "TZ")  # nothing that may be secret


stopping = threading.Event()  # somebody pressed Ctrl-C: no more student is worth waiting for


@dataclass(frozen=True)
class Limits:
    """What one student may use: seconds in all, and bytes of memory."""

    seconds: float = 60.0
    memory: int = 1_000_000_000

    @property
    def each(self) -> float:
        """Seconds for one exercise; a check itself gives up an endless loop after five."""
        return max(self.seconds / SHARE, min(self.seconds, 8.0))


@dataclass
class _Work:
    """What is still to do for one student, and what came of the rest."""

    books: list[dict[str, Any]]
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def left(self) -> list[dict[str, Any]]:
        books = [book | {"tasks": [t for t in book["tasks"] if t["id"] not in self.outcomes]} for book in self.books]
        return [book for book in books if book["tasks"]]

    def points(self, id: str) -> float:
        return next(task["points"] for book in self.books for task in book["tasks"] if task["id"] == id)


def grade_student(books: list[dict[str, Any]], seed: int, limits: Limits) -> list[Outcome]:
    """The outcomes of all exercises of one student, in their order.

    A book is a lesson's plan (`Assignment.plan()`) with the student's code `cells`.
    """
    if stopping.is_set():
        raise KeyboardInterrupt
    work = _Work(books)
    end = time.monotonic() + limits.seconds
    last = ""
    while books := work.left():
        remaining = end - time.monotonic()
        if remaining <= 0:
            for task in (task for book in books for task in book["tasks"]):
                outcome = said("no_time", task["id"], task["points"], "timeout")
                outcome.sentence = outcome.sentence.replace(task["id"], last or "another one")
                work.outcomes[task["id"]] = outcome
            break
        last = _round(work, {"books": books, "seed": seed, "memory": limits.memory}, limits, end)
    return [work.outcomes[task["id"]] for book in work.books for task in book["tasks"]]


def _round(work: _Work, job: dict[str, Any], limits: Limits, end: float) -> str:
    """One process, until it has done all or is ended; the exercise that it was at."""
    now, why, code = job["books"][0]["tasks"][0]["id"], "", ""
    started = time.monotonic()
    with _process(job, limits) as (process, lines):
        while True:
            line = _next(lines)
            if line is None or "end" in line or "again" in line:
                break
            if "start" in line:
                now, code, started = line["start"], line["code"], time.monotonic()
            elif "done" in line:
                work.outcomes[now] = Outcome(**line["done"] | {"code": code})
            if stopping.is_set():
                raise KeyboardInterrupt
            late = time.monotonic() > min(end, started + limits.each)
            if late or (not lines and size_of(process.pid) > limits.memory):
                why = "timeout" if late else "memory"
                break
        if line is None:
            process.wait()
    if now not in work.outcomes:
        work.outcomes[now] = _blamed(now, work.points(now), why, process.returncode, time.monotonic() - started, limits)
    work.outcomes[now].code = code
    return now


def _blamed(id: str, points: float, why: str, status: int | None, seconds: float, limits: Limits) -> Outcome:
    """The outcome of the exercise during which the process came to its end."""
    if why == "timeout":
        outcome = said("timeout", id, points, "timeout", seconds=f"{seconds:.0f}")
    elif why == "memory":
        outcome = said("memory", id, points, limit=f"{limits.memory / 1e9:g} GB")
    elif status is not None and status < 0:
        outcome = said("died", id, points, how=_signal(-status))
    else:
        outcome = said("exits", id, points)
    outcome.seconds = round(seconds, 3)
    return outcome


@contextlib.contextmanager
def _process(job: dict[str, Any], limits: Limits) -> Iterator[tuple[subprocess.Popen, _Lines]]:
    mark = uuid.uuid4().hex
    # What cannot be deleted (a folder without rights, on Windows a file still open) must not stop the others.
    with tempfile.TemporaryDirectory(prefix="mrkit-grade-", ignore_cleanup_errors=True) as folder:
        own = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP", "USERPROFILE"), folder)
        own |= {"MRKIT_PROGRESS": os.path.join(folder, "diary"), "PYTHONHASHSEED": "0", "PYTHONUTF8": "1", _MARK: mark}
        own |= {"MRKIT_STUDENT": json.dumps({"student": "", "seed": job["seed"]}), "PYTHONDONTWRITEBYTECODE": "1"}
        own |= {"MRKIT_LANGUAGE": current()}
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "mrkit.classroom.one_student"],
            cwd=folder,
            env={name: os.environ[name] for name in _KEPT if name in os.environ} | own,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=os.name != "nt",
        )
        try:
            yield process, _Lines(process, job)
        finally:
            _end(process, mark)


class _Lines:
    """What the process says, read by a thread, so that we can look at other things meanwhile."""

    def __init__(self, process: subprocess.Popen, job: dict[str, Any]):
        self._queue: queue.SimpleQueue = queue.SimpleQueue()
        self._process, self._job = process, job
        threading.Thread(target=self._read, daemon=True).start()

    def get(self, seconds: float) -> bytes | None:
        """The next line; b"" at the end, None if there is none yet."""
        try:
            return self._queue.get(timeout=seconds)
        except queue.Empty:
            return None

    def __bool__(self) -> bool:
        return not self._queue.empty()

    def _read(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        with contextlib.suppress(OSError, ValueError):  # it died before it had read all
            self._process.stdin.write(json.dumps(self._job).encode())
            self._process.stdin.close()
        with contextlib.suppress(OSError, ValueError):
            for line in self._process.stdout:
                self._queue.put(line)
        self._queue.put(b"")


def _next(lines: _Lines) -> dict[str, Any] | None:
    """What it said, {} if nothing yet, None at the end."""
    line = lines.get(LOOK)
    if line is None:
        return {}
    try:
        said = json.loads(line) if line else None
    except ValueError:
        return {}
    return said if isinstance(said, dict) else None if not line else {}


def _end(process: subprocess.Popen, mark: str) -> None:
    """Kill the process and all that it has started, whatever group they have fled to."""
    if os.name != "nt":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        with contextlib.suppress(OSError, ValueError):
            if stream:
                stream.close()
    ending.sweep(_MARK, mark)


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
