"""The temporary folders of jobs, and what to say when one cannot be made or written.

It serves whoever puts intermediate data on a disk. It knows files and folders, not jobs or workers.
"""

from __future__ import annotations

import errno

from mrkit.errors import DiskFull

_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_NO_DESCRIPTORS = {errno.EMFILE, errno.ENFILE}
_GONE = {errno.ENOENT, errno.ENOTDIR}


def cannot_write(folder: str, error: OSError) -> DiskFull:
    """The error for a folder in which no file can be made or written.

    >>> print(cannot_write("/tmp/mrkit-1", OSError(errno.ENOSPC, "No space left on device")))
    Intermediate data cannot be written to /tmp/mrkit-1: No space left on device. Free some space, or set the
    environment variable TMPDIR to a folder on a larger disk.
    """
    advice = "Set the environment variable TMPDIR to a folder that can be written to."
    if error.errno in _NO_ROOM:
        advice = "Free some space, or set the environment variable TMPDIR to a folder on a larger disk."
    elif error.errno in _NO_DESCRIPTORS:
        advice = "Use fewer workers, or allow more open files: `ulimit -n 4096` in a terminal."
    elif error.errno in _GONE:
        advice = "Has a program that cleans up removed it? Run the job again: it makes a new one."
    return DiskFull(f"Intermediate data cannot be written to {folder}: {error.strerror or error}. {advice}")
