"""Whether a cell was run for itself, or as one of many, as by "Run all above".

Who runs many asks for each before the one above it has ended. A request says by its sender's clock when it was sent,
and how long a cell takes is measured here: so it is known, on that clock alone, until when the kernel was busy.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any


class Requests:
    """Follows what a kernel is asked for; `sent` says when the request that it is at was sent, in seconds.

    >>> requests = Requests(lambda: 0.0)
    >>> requests.begin()
    >>> requests.alone
    True
    """

    def __init__(self, sent: Callable[[], float], clock: Callable[[], float] = time.perf_counter):
        self.alone = True
        self._sent, self._clock = sent, clock
        self._busy_until = self._began = float("-inf")  # on the sender's clock
        self._started = clock()

    def begin(self, *_: Any) -> None:
        """A cell begins."""
        with contextlib.suppress(Exception):  # of a kernel that is like none we know: all is as if run alone
            sent = self._sent()
            self.alone = sent >= self._busy_until
            self._began = max(sent, self._busy_until)
        self._started = self._clock()

    def end(self, *_: Any) -> None:
        """A cell has ended."""
        self._busy_until = self._began + self._clock() - self._started


def _sent() -> float:
    """When the kernel's request was sent."""
    from IPython import get_ipython

    date = get_ipython().kernel.get_parent()["header"]["date"]
    return (datetime.fromisoformat(date) if isinstance(date, str) else date).timestamp()


requests = Requests(_sent)


def watch() -> None:
    """From now on, in a kernel, with each cell. Twice is as good as once."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython and ipython.get_ipython()
    if hasattr(shell, "kernel"):
        shell.events.register("pre_run_cell", requests.begin)
        shell.events.register("post_run_cell", requests.end)
