"""Makes Linux refuse what Windows refuses: a file that some process has open or mapped cannot be removed or replaced.

Python loads it at its start where this folder is on PYTHONPATH, in child processes too. It looks at mrkit's temporary
folders only, and asks /proc who holds a file.
"""

import errno
import os

_unlink, _rename, _replace = os.unlink, os.rename, os.replace


def _whole(path, folder):
    path = os.fsdecode(path)
    return path if folder is None else os.path.join(os.readlink(f"/proc/self/fd/{folder}"), path)


def _held(path):
    """Whether a process has this file open or mapped."""
    try:
        file = os.stat(path)
    except OSError:
        return False
    return any(_holds(process, path, file) for process in os.listdir("/proc") if process.isdigit())


def _holds(process, path, file):
    try:
        with open(f"/proc/{process}/maps") as maps:
            if any(line.rstrip().endswith(path) for line in maps):
                return True
        for handle in os.scandir(f"/proc/{process}/fd"):
            try:
                if os.path.samestat(os.stat(handle.path), file):
                    return True
            except OSError:  # closed in between
                pass
    except OSError:  # it has ended
        pass
    return False


def _check(path, folder=None):
    whole = _whole(path, folder)
    if "/mrkit-" in whole and _held(whole):
        raise PermissionError(errno.EACCES, "The process cannot access the file: it is used by another process", whole)


def unlink(path, *, dir_fd=None):
    _check(path, dir_fd)
    _unlink(path, dir_fd=dir_fd)


def rename(source, target, *, src_dir_fd=None, dst_dir_fd=None):
    _check(source, src_dir_fd)
    _rename(source, target, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)


def replace(source, target, *, src_dir_fd=None, dst_dir_fd=None):
    _check(source, src_dir_fd)
    _check(target, dst_dir_fd)
    _replace(source, target, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)


if os.path.isdir("/proc/self/fd"):
    os.unlink = os.remove = unlink
    os.rename, os.replace = rename, replace
