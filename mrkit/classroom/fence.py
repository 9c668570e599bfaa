"""What a student's code may not do while it is graded: use the network, start programs, write outside its folder.

An audit hook sees what Python does and says no. **This is no sandbox**: code that means harm finds a way around it.
It keeps honest mistakes, and code that was written for another machine, from doing damage. It serves the process that
grades one student, and cannot be taken down again.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

NETWORK = {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}
PROGRAMS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "os.spawn"}
CHANGES = {
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown"),
    *("shutil.rmtree", "shutil.move", "os.kill", "os.killpg"),
}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def close(folder: Path) -> None:
    """Shut everything but `folder` from now on, in this process."""
    home = _real(folder)
    nowhere = _real(os.devnull)

    def allowed(path: Any) -> bool:
        if isinstance(path, int):
            return True  # a file that is open already
        where = _real(path)
        return where in (nowhere, home) or where.startswith(home + os.sep)

    def look(event: str, arguments: tuple) -> None:
        if event in NETWORK:
            raise PermissionError("there is no network while answers are graded")
        if event in PROGRAMS:
            raise PermissionError("no other program can be started while answers are graded")
        if event == "open" and arguments[2] & _WRITES and not allowed(arguments[0]):
            raise PermissionError("files can be written only here while answers are graded")
        if event in CHANGES and not all(allowed(path) for path in arguments[:1]):
            raise PermissionError("files can be changed only here while answers are graded")
        if event in ("os.kill", "os.killpg"):
            raise PermissionError("no signal can be sent while answers are graded")

    sys.addaudithook(look)


def _real(path: Any) -> str:
    return os.path.normcase(os.path.realpath(os.fsdecode(path)))


def limit(memory: int, file_size: int = 100_000_000) -> None:
    """Set the system's own limits for this process, where there are any: memory, size of files, no core dumps."""
    try:
        import resource
    except ImportError:  # Windows; whoever started us watches the memory
        return
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, file_size), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # the system has a lower one, or none at all
            continue


def peak() -> int:
    """The most memory that this process has had so far, in bytes; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
