"""A net under what is neither mrkit's nor a user's function: starting workers, handing over tasks, reading the inputs.

Whatever is raised there comes out as one sentence, with its cause. Serves the driver and the attempts; an error that
says all there is to say already passes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import traceback
from collections.abc import Iterable, Iterator
from typing import Any

from mrkit.errors import CannotStart, InputError, MrkitError
from mrkit.functions import PACKAGE, shown_place

_ADVICE = {
    errno.EMFILE: "Use fewer workers, close files, or allow more open files (`ulimit -n`)",
    errno.ENFILE: "Use fewer workers, or close other programs",
    errno.ENOSPC: "Free some space, also in /dev/shm, or set the environment variable TMPDIR to a larger disk",
    errno.EAGAIN: "Use fewer workers: the system allows no more processes",
    errno.ENOMEM: "Use fewer workers: there is no memory for more processes",
    errno.EFBIG: "Allow larger files (`ulimit -f`)",
}


@contextlib.contextmanager
def starting(name: str) -> Iterator[None]:
    """While workers of the executor `name` are started, or get a task."""
    try:
        yield
    except (MrkitError, Warning):  # a warning, where the user wants them to be errors
        raise
    except Exception as error:
        root = _root(error)
        advice = _ADVICE.get(getattr(root, "errno", None) or 0)
        if name == "processes":
            advice = advice or "Use executor='threads' or 'serial' here, or ask `mrkit doctor`"
            raise CannotStart(f"The workers cannot start: {said(root)}. {advice}.") from error
        advice = advice or "Is it shut down, or broken? Make a new one, and a new job for it"
        raise CannotStart(f"The executor {name} takes no tasks: {said(root)}. {advice}.") from error


def read(inputs: Iterable) -> Iterator[Any]:
    """The inputs, or splits of them; what they raise is an `InputError`."""
    with reading():
        items = iter(inputs)
    while True:
        with reading():
            try:
                item = next(items)
            except StopIteration:
                return
        yield item


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """While the user's inputs are asked for something."""
    try:
        yield
    except MrkitError:
        raise
    except Exception as error:
        root = error.__cause__ if isinstance(error.__cause__, StopIteration) else error
        name = type(root).__name__
        text = f"{name}: {root}" if str(root) else name
        raise InputError(f"The inputs cannot be read{_place(error)}: {_one_line(text)}.") from root


def said(error: BaseException) -> str:
    """What an error says, without its number."""
    if isinstance(error, OSError) and error.strerror:
        return _one_line(error.strerror + (f": {error.filename!r}" if error.filename else ""))
    return _one_line(str(error)) or type(error).__name__


def _one_line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def _root(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def _place(error: Exception) -> str:
    """Where in the user's own text it was raised, if it was there."""
    frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    return next((shown_place(*at) for at in reversed(frames) if not at[0].startswith(PACKAGE + os.sep)), "")
