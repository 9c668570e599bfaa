"""Progress bars: one for each phase, in a terminal and in a notebook alike.

A hook like any other, and the only module that knows tqdm. It never outlives its job.
"""

from __future__ import annotations

import threading
from typing import Any

from tqdm.auto import tqdm

from mrkit.events import Event, JobStarted, ReducePlanned, TaskFinished


class _Bar(tqdm):
    monitor_interval = 0  # by default a thread watches the bars, and stays


_Bar.set_lock(threading.RLock())  # tqdm's own lock starts a process, which stays


class ProgressBars:
    """A hook that shows how many tasks of each phase are done.

    Its bars are closed when its `with` block ends, however it ends. A job with `progress=True` makes one for
    each run. The map tasks of a stream of inputs are counted without a total.

    >>> from mrkit import MapReduce
    >>> with ProgressBars() as progress:
    ...     job = MapReduce(lambda x: [(x % 2, x)], lambda item: sum(item[1]), executor="serial", hooks=[progress])
    ...     job(range(4))
    [4, 2]
    """

    def __init__(self) -> None:
        self._stage = ""
        self._bar: Any = None

    def __enter__(self) -> ProgressBars:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def __call__(self, event: Event) -> None:
        """Follow what happens."""
        if isinstance(event, JobStarted):
            self._open("map", event.num_splits)
        elif isinstance(event, ReducePlanned):
            self._open("reduce", len(event.ranges) if self._bar.n else 0)  # without map tasks none is run
        elif isinstance(event, TaskFinished) and event.stage == self._stage:
            self._bar.update()
            if self._bar.n == self._bar.total:
                self._close()

    def _open(self, stage: str, total: int | None) -> None:
        self._close()
        self._stage, self._bar = stage, _Bar(desc=f"{stage:6}", total=total, unit=" tasks")

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
