"""The temporary folders of jobs: made, locked while their owner lives, swept when it is gone.

It serves whoever puts intermediate data on a disk, and says what to do when that cannot be. Each folder holds a file
that its owner has locked; the system gives a lock back when a process ends, however it ends, so nobody has to guess
whether a folder is still somebody's. It knows files and folders, not jobs or workers.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from mrkit.errors import DiskFull

PREFIX = "mrkit-"
LOCK = "lock"
TRIES, TRY_AGAIN = 5, 0.05  # on Windows somebody may hold a file for a moment: a look for viruses, another's sweep
OLD = 86_400.0  # seconds: an empty folder without a lock may be about to get one, unless it is older

_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_NO_DESCRIPTORS = {errno.EMFILE, errno.ENFILE}

_owned: dict[Path, BinaryIO] = {}  # by this process: it can lock them a second time, so it must remember


def cannot_write(folder: str, error: OSError) -> DiskFull:
    """The error for a folder in which no file can be made or written.

    >>> print(cannot_write("/tmp/mrkit-1", OSError(errno.ENOSPC, "No space left on device")))
    Intermediate data cannot be written to /tmp/mrkit-1: No space left on device. Free some space, or set the
    environment variable TMPDIR to a folder on a larger disk.
    """
    advice = "Set the environment variable TMPDIR to a folder that is there and can be written to."
    if error.errno in _NO_ROOM:
        advice = "Free some space, or set the environment variable TMPDIR to a folder on a larger disk."
    elif error.errno in _NO_DESCRIPTORS:
        advice = "Use fewer workers, or allow more open files: `ulimit -n 4096` in a terminal."
    elif (not os.path.exists(folder) and os.path.basename(folder).startswith(PREFIX)) or _in_lost_folder(folder):
        advice = "Has a program that cleans up removed it? Run the job again: it makes a new one."
    return DiskFull(f"Intermediate data cannot be written to {folder}: {error.strerror or error}. {advice}")


def _in_lost_folder(folder: str) -> bool:
    parent = os.path.dirname(folder)
    return os.path.basename(parent).startswith(PREFIX) and not os.path.exists(folder)


@contextlib.contextmanager
def writing_to(folder: str | os.PathLike[str]) -> Iterator[None]:
    """What is made or written in the block lies in this folder; if that cannot be, the error says so."""
    try:
        yield
    except OSError as error:
        raise cannot_write(os.fspath(folder), error) from error


def new_folder() -> Path:
    """A private folder that belongs to this process; those whose owners are gone are removed first."""
    import shutil  # slow to load, as is tempfile; needed only where there are folders
    import tempfile

    try:
        place = tempfile.gettempdir()
    except OSError as error:
        raise cannot_write("any temporary folder", error) from error
    with writing_to(place):
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        try:
            _owned[folder] = _locked_file(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    sweep()
    return folder


def is_whole(folder: Path) -> bool:
    """Whether a folder of this process is still there: a program that cleans up may take it, or files in it."""
    return (folder / LOCK).exists()


def remove(folder: Path) -> None:
    """A folder of this process, with all that is in it."""
    import shutil  # see new_folder

    lock = _owned.pop(folder, None)
    if lock is not None:
        lock.close()  # first, or it could not be removed on Windows
    for _ in range(TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.lexists(folder):
            break
        time.sleep(TRY_AGAIN)


def forget() -> None:
    """In a process that was forked: the folders are its parent's."""
    _owned.clear()


def is_orphan(folder: Path) -> bool:
    """Whether the process that made a folder is gone."""
    if folder in _owned:
        return False
    try:
        with open(folder / LOCK, "r+b") as file:
            return os.fstat(file.fileno()).st_size > 0 and _lock(file)  # given back at once
    except OSError:
        return False


def sweep() -> int:
    """Remove the folders that processes which were killed have left; how many there were."""
    import shutil  # see new_folder
    import tempfile

    removed = 0
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX) and _is_ours(entry) and _is_left(entry):
                shutil.rmtree(entry.path, ignore_errors=True)
                removed += not os.path.exists(entry.path)
    return removed


def _is_ours(entry: os.DirEntry) -> bool:
    with contextlib.suppress(OSError):
        found = entry.stat(follow_symlinks=False)
        return entry.is_dir(follow_symlinks=False) and (not hasattr(os, "getuid") or found.st_uid == os.getuid())
    return False


def _is_left(entry: os.DirEntry) -> bool:
    if is_orphan(Path(entry.path)):
        return True
    with contextlib.suppress(OSError):  # killed before it had a lock
        return not _files(entry.path) and time.time() - entry.stat().st_mtime > OLD
    return False


def _files(folder: str) -> list[str]:
    """Those that are not empty."""
    return [name for name in os.listdir(folder) if os.path.getsize(os.path.join(folder, name))]


def _locked_file(folder: Path) -> BinaryIO:
    """A file with this process's number in it as soon as it is locked: whoever sees it empty knows that it is new."""
    file = open(folder / LOCK, "x+b")  # noqa: SIM115  (as long as the folder is)
    try:
        _lock(file)
        file.write(b"%d" % os.getpid())
        file.flush()
    except BaseException:
        file.close()
        raise
    return file


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> bool:
        """Lock a file for this process, if nobody else has."""
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: BinaryIO) -> bool:
        """Lock a file for this process, if nobody else has; its children do not inherit that."""
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
