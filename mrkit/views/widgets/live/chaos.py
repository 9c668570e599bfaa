"""A job with a kill button: Run, Stop, and a way to end a worker in the middle of its task.

It is the panel of `live` with one button more, and rows of workers that can be clicked. It serves the lesson on
failure: the learner kills a process that is really at work, and watches another one do its task again. It only asks
the job to kill; what follows is the job's own business, and the picture in the end is drawn from what happened.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import traitlets

from mrkit import arguments
from mrkit.errors import MrkitError
from mrkit.job import MapReduce
from mrkit.views.widgets.live.live import PAUSE, LiveRun, Panel
from mrkit.views.widgets.living import esm

NOBODY = "No worker is at a task now. Press Run, then click a worker, or Kill, while it works."
IDLE = "{} is at no task now. Click it while it works."
KILLED = "{} was killed. Another worker does its task again."


class KillView(LiveRun):
    """The live run with a kill button; `said` is what became of the last click."""

    _esm = esm(__file__)

    said = traitlets.Unicode("").tag(sync=True)


@arguments.takes(job=arguments.instance(MapReduce, "a MapReduce job"))
def chaos(job: MapReduce, inputs: Iterable, chunksize: int | None = None) -> Chaos:
    """Show a panel with Run, Stop and Kill, and return at once. The job needs `executor="processes"`.

    Without a browser: `.run()`, `.kill()`, and `.result()` for the `Run`.
    """
    shown = Chaos(job, inputs, chunksize)
    shown.view.show()
    return shown


class Chaos(Panel):
    """A job that is started, stopped and hurt by its buttons."""

    view: KillView

    def __init__(self, job: MapReduce, inputs: Iterable, chunksize: int | None = None):
        super().__init__(job, inputs, chunksize, KillView(buttons=True))
        self._job = job

    def run(self) -> None:
        """Start the job, unless it is running."""
        if self._running is None or self._running.done():
            self.view.said = ""
        super().run()

    def kill(self, seconds: float = 10, worker: str | None = None) -> str | None:
        """Kill a worker that is at a task, or this one, and return its name; None if for so many seconds there is none.

        `BadArgument` if the job's workers are not processes.
        """
        end = time.monotonic() + seconds
        name = self._job.kill_worker(worker)
        while name is None and time.monotonic() < end and self._running is not None and not self._running.done():
            time.sleep(PAUSE / 2)
            name = self._job.kill_worker(worker)
        nobody = NOBODY if worker is None else IDLE.format(worker)
        self.view.said = nobody if name is None else KILLED.format(name)
        return name

    def _clicked(self, widget: Any, message: dict[str, Any], buffers: Any) -> None:
        super()._clicked(widget, message, buffers)
        if message.get("click") == "kill":
            try:
                self.kill(0, message.get("worker"))
            except MrkitError as error:  # nobody would see it raised
                self.view.said = str(error)
