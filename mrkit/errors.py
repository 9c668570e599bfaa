"""Every error that mrkit raises, each with one or two sentences that say what to do.

They all derive from `MrkitError`, so that one `except` catches them. Most are born in a worker, so they can be
pickled: an error holds words, not the objects that they speak of.
"""

from __future__ import annotations

import re
from typing import Any


class MrkitError(Exception):
    """The base of all errors of mrkit."""


class BadArgument(MrkitError, ValueError):
    """A job was given an argument that it cannot work with."""


class InputError(MrkitError):
    """An input cannot be read: a missing file, a wrong encoding, a broken archive."""


class UserFunctionError(MrkitError):
    """One of the user's functions failed or broke its contract; the message names it, its input and its line.

    If the function raised an exception, that exception is this error's cause.
    """


class BadPair(UserFunctionError):
    """A map function or a combiner gave something that is not a `(key, value)` pair."""


class BadKey(UserFunctionError):
    """A key that cannot be grouped: not hashable, not equal to itself, or of unknown equality."""


class BadPartition(UserFunctionError):
    """A partitioner gave something that is not a whole number from 0 to num_partitions - 1."""


class BadResult(UserFunctionError):
    """A reduce function gave something that its job cannot take as results."""


class CannotTravel(UserFunctionError):
    """A function, a value or a result that cannot be sent to another process."""


class CannotStart(MrkitError):
    """Workers cannot be started, or take no tasks: it is the system, or who owns them, that refuses."""


class WorkerDied(MrkitError):
    """A worker process ended in the middle of a task, as often as the job allows."""


class TaskTimeout(MrkitError):
    """A task took longer than `task_timeout`, as often as the job allows."""


class TooManySkipped(MrkitError):
    """More bad records than `max_skipped`."""


class DamagedBucket(MrkitError):
    """Intermediate data was lost or changed between the map task and the reduce task.

    `map_tasks` are those whose output it was, if whoever raises it knows.
    """

    map_tasks: tuple[int, ...] = ()


class DiskFull(MrkitError):
    """Intermediate data could not be written."""


class NotInstalled(MrkitError, ImportError):
    """Something that this part of mrkit needs is missing, too old or broken."""


class ClusterError(MrkitError):
    """A cluster cannot be reached, or cannot run mrkit's tasks; the message says what it lacks."""


STOPPED = "The job was stopped."  # what `Cancelled` says, and so a trace


class Cancelled(MrkitError):
    """The job was stopped before it ended."""

    def __init__(self, text: str = STOPPED):
        super().__init__(text)


_PASSWORD = re.compile(r"(?<!github)://[^\s/@:]*:[^\s/@]*@")
_LONGEST = 500  # letters before a long text is cut: a URL's password ends before


def without_password(text: str) -> str:
    """A text in which URLs have lost their `user:password@`.

    >>> without_password("sftp://me:secret@example.org/a.txt")
    'sftp://example.org/a.txt'
    """
    return _PASSWORD.sub("://", text) if "://" in text else text


def short(value: Any, limit: int = 80) -> str:
    """`repr(value)`, cut to `limit` characters, and never an exception.

    >>> short("x" * 100, limit=12)
    "'xxxxxxxx..."
    """
    try:
        # A long text is cut first: its repr would be made only to be thrown away.
        if isinstance(value, str):
            value = without_password(value[: limit + _LONGEST])
        text = without_password(repr(value[: limit + 1] if isinstance(value, str | bytes) else value))
    except Exception as error:
        text = f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    return text if len(text) <= limit else text[: limit - 3] + "..."
