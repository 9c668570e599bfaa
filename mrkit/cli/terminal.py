"""Talking to a terminal: each line is there when it is true, and it is no fault when nobody reads on."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterable


class ReaderGone(BaseException):
    """Nobody reads the output any more: `mrkit wordcount | head -1`. It ends a job, as Ctrl-C does."""


class CannotWrite(BaseException):
    """The output cannot be written, to a full disk for instance. It ends a job, too."""


def say(text: str, end: str = "\n") -> None:
    """Print now."""
    try:
        print(text, end=end, flush=True)
    except OSError as error:
        if reader_is_gone(error):
            raise ReaderGone from None
        why = error.strerror or error
        raise CannotWrite(f"The output cannot be written: {why}. Free some space, or write it elsewhere.") from None


def say_each(lines: Iterable[str]) -> None:
    """Print each line when it comes."""
    for line in lines:
        say(line)


def reader_is_gone(error: OSError) -> bool:
    """Whether nobody reads our output any more; Windows calls that an invalid argument."""
    closed = (errno.EPIPE, errno.ESHUTDOWN, *([errno.EINVAL] if sys.platform == "win32" else []))
    return error.errno in closed and error.filename is None
