"""A place for the socket of a fork server, whose path may have some hundred bytes and no more.

Python makes it in its temporary folder, and TMPDIR may be long: then it goes to a folder with a short name. Serves
the start of worker processes; knows nothing of workers.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from multiprocessing import util

from mrkit.errors import CannotStart

LONGEST = 107 if sys.platform == "linux" else 103  # bytes of a path
NAMES = len("/pymp-12345678/listener-12345678")  # what Python appends to the path of the temporary folder
SHORT = ("/tmp", "/var/tmp")


def make_room() -> None:
    """See to it that a fork server that starts in this process can have its socket."""
    if _size(tempfile.gettempdir()) + NAMES > LONGEST:
        for folder in SHORT:
            with contextlib.suppress(OSError):
                _make_folder_in(folder)
                break
    folder = util.get_temp_dir()
    if _size(folder) + NAMES - len("/pymp-12345678") > LONGEST:
        raise CannotStart(
            f'The workers cannot start: the path of {folder} is too long for the socket that start_method="forkserver" '
            'needs. Set the environment variable TMPDIR to a shorter path and start Python anew, or use "spawn".'
        )


def _size(path: str) -> int:
    return len(os.fsencode(path))


def _make_folder_in(folder: str) -> None:
    # Python makes it once for each process, and removes it in the end; it offers no other way to say where.
    before = tempfile.tempdir
    tempfile.tempdir = folder
    try:
        util.get_temp_dir()
    finally:
        tempfile.tempdir = before
