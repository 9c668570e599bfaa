"""What the learner has done so far, in a file on this machine: which exercises, when, passed or not.

A line of JSON for each thing done, only ever added to: two kernels may write at once, and a line that was damaged is
skipped. Of the learner's code it keeps a short hash, to know one attempt from another. If the file cannot be written,
it lasts as long as this process, and the learner is told once. Nothing here leaves the machine.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from mrkit.learn.language import say

LOST = (
    "Your progress cannot be written down ({why}), so it will be lost when this kernel ends: make room there, "
    "or let the variable MRKIT_PROGRESS name another file and start the kernel anew."
)
DRIVE = Path("/drive")  # JupyterLite's files, as its Python sees them
_unwritten: list[dict] = []  # where the file cannot be written


@dataclass
class Entry:
    """All that is known of one question."""

    passed: bool = False
    attempts: int = 0  # a check that is run twice on the same answer is one
    last: str | None = None  # hash of the answer tried last
    rungs: int = 0  # of its hints that were shown
    failed_since_rung: set[str] = field(default_factory=set)  # hashes of answers
    seen: set[str] = field(default_factory=set)  # hashes of answers up to the last rung
    findings: list[str] = field(default_factory=list)  # what was found, each once, in the order in which it came
    votes: list[str] = field(default_factory=list)  # on a quiz: the first choice, then the last

    @property
    def may_climb(self) -> bool:
        """Whether there was a new failed attempt since the last hint."""
        return self.passed or bool(self.failed_since_rung - self.seen)


def path() -> Path:
    """The file: `MRKIT_PROGRESS` if that is set, else in the user's folder for application data.

    In a browser it lies beside the lessons, in the one folder that outlasts the page: there it can be saved and put
    back by hand.
    """
    if named := os.environ.get("MRKIT_PROGRESS"):
        return Path(named)
    if in_browser():
        return DRIVE / "progress.jsonl"
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "mrkit" / "progress.jsonl"


def in_browser() -> bool:
    """Whether this is JupyterLite, whose files the browser keeps.

    >>> in_browser()
    False
    """
    return sys.platform == "emscripten" and DRIVE.is_dir()


def note(id: str, what: str, **more: Any) -> str:
    """Write down that something happened: an "attempt" (`passed`, `code`, `finding`), a "rung", a "vote".

    What the learner has to know of that: nothing, unless it cannot be written for the first time.
    """
    line = {"time": round(time.time()), "id": id, "what": what, **more}
    try:
        path().parent.mkdir(parents=True, exist_ok=True)
        with open(path(), "ab", buffering=0, opener=_private) as file, _alone(file.fileno()):
            # The first line end closes a line that was cut short.
            _write(file, ("\n" + json.dumps(line) + "\n").encode())
    except (OSError, RuntimeError) as error:  # read-only, a full disk, or no home
        _unwritten.append(line)
        return "" if len(_unwritten) > 1 else say("words/lost", LOST).format(why=str(error).partition("] ")[2] or error)
    return ""


def _write(file: BinaryIO, data: bytes) -> None:
    if file.write(data) < len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path()))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextlib.contextmanager
def _alone(file: int) -> Iterator[None]:
    """No other process writes to this file now, so that lines of two kernels do not mix."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(file, 1 << 30, os.SEEK_SET)  # a byte that is never there: others may read those that are
        msvcrt.locking(file, msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            os.lseek(file, 1 << 30, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_UNLCK, 1)
    else:
        with contextlib.suppress(ImportError, AttributeError, OSError):  # a browser, or a disk that cannot: no harm
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)  # until the file is closed
        yield


def entries() -> dict[str, Entry]:
    """Everything known, by id."""
    known: dict[str, Entry] = {}
    for line in _lines():
        entry = known.setdefault(line["id"], Entry())
        if line["what"] == "rung":
            entry.rungs += 1
            entry.seen |= entry.failed_since_rung
            entry.failed_since_rung = set()
        elif line["what"] == "attempt":
            entry.attempts += line.get("code") != entry.last or entry.attempts == 0
            entry.last = line.get("code")
            entry.passed = entry.passed or line.get("passed") is True
            if not line.get("passed"):
                entry.failed_since_rung.add(str(line.get("code")))
                if (found := str(line.get("finding") or "")) and found not in entry.findings:
                    entry.findings.append(found)
        elif line["what"] == "vote":
            entry.votes = [*entry.votes[:1], str(line.get("choice"))]
    return known


def forget() -> None:
    """Start anew: the file is removed."""
    _unwritten.clear()
    with contextlib.suppress(OSError, RuntimeError):
        path().unlink(missing_ok=True)


def _lines() -> Iterator[dict]:
    try:
        text = path().read_text(encoding="utf-8", errors="replace")
    except (OSError, RuntimeError):
        text = ""
    for line in text.splitlines():
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict) and isinstance(event.get("id"), str) and "what" in event:
            yield event
    yield from _unwritten
