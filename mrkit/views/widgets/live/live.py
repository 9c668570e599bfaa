"""A job while it runs: progress, workers, partitions, counters, and the time that is left.

`LiveRun` is the hook that shows the snapshots of state.py, at most ten a second and always the last one. Serves
`live` (a call that blocks its cell) and `panel` (Run and Stop, the job in a background thread).
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import traitlets
from IPython.display import display

from mrkit import arguments
from mrkit.errors import BadArgument
from mrkit.events import Event
from mrkit.job import MapReduce, Run
from mrkit.machine import start_thread
from mrkit.running import Running
from mrkit.trace import Trace
from mrkit.views.widgets.live.state import LiveState
from mrkit.views.widgets.living import LivingWidget, css, esm
from mrkit.waiting import happened
from mrkit.words import count, duration, with_code

PAUSE = 0.1  # seconds between two snapshots
HOW_TO_STOP = "In a browser this cell runs to its end. To be able to stop a job, write panel(job, inputs) in its place."
NOTHING = {"text/html": "", "text/plain": ""}


class LiveRun(LivingWidget):
    """The hook that shows a job while it runs: `with LiveRun() as view: job.run(inputs, hooks=[view])`.

    Events may come on any thread. While the `with` block lasts, one thread of its own sends what has changed, so that
    the last event before a long silence is seen too.
    """

    _esm = esm(__file__)
    _css = css(__file__)

    snapshot = traitlets.Dict().tag(sync=True)
    buttons = traitlets.Bool(False).tag(sync=True)
    hint = traitlets.Unicode("").tag(sync=True)  # what can be done while the job runs

    def __init__(self, **traits: Any):
        super().__init__(**traits)
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._sender: threading.Thread | None = None
        self._ending: Any = None  # the output that the still picture goes to
        self.restart()

    def restart(self) -> None:
        """Forget the last run."""
        self._state = LiveState()
        self._sent = 0.0
        self.snapshot = self._state.snapshot(0.0)

    def __call__(self, event: Event) -> None:
        """Take one event of the job."""
        with self._lock:
            self._state.take(event)
        if self._sender is None and time.monotonic() - self._sent >= PAUSE:
            self.send_snapshot()

    def send_snapshot(self) -> None:
        """Show how things stand now."""
        with self._lock:
            snapshot = self._state.snapshot(time.time())
        self._sent = time.monotonic()
        self.snapshot = snapshot

    def __enter__(self):
        self._over.clear()
        self._sender = start_thread(self._send_all, name="mrkit-live")  # None in a browser: there each event does it
        return self

    def __exit__(self, *_: object) -> None:
        if self._sender is not None:
            self._over.set()
            self._sender.join()
            self._sender = None
        self.send_snapshot()

    def _send_all(self) -> None:
        known = 0
        while not happened(self._over, PAUSE):
            if len(self._state.events) != known or time.monotonic() - self._sent >= 1:
                known = len(self._state.events)
                self.send_snapshot()

    @property
    def trace(self) -> Trace | None:
        """What happened so far; None before the job has started."""
        events = list(self._state.events)
        return Trace(events) if events else None

    # What the notebook keeps.

    def bundle(self) -> dict[str, str]:
        """The output that the view shows itself over."""
        text = "A live view of a job: run this cell again to see it."
        return self.over(f"<p>{text}</p>", text)

    def show(self) -> None:
        """Put the view into the output of the running cell, and under a panel a place for the picture of its run."""
        self._ending = display(self.bundle(), raw=True, display_id=True)
        if self.buttons:
            self._ending = display(NOTHING, raw=True, display_id=True)

    def show_ending(self) -> None:
        """Show a still picture of the run: under a panel, else in the place of the view."""
        if self._ending is not None:
            place = self.place if self.buttons else ""
            self._ending.update(ending(self.trace, place) if self.trace else NOTHING, raw=True)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:  # type: ignore[override]
        return self.bundle()


def ending(trace: Trace, place: str = "") -> dict[str, str]:
    """A run that is over, as the output of a cell: a picture, and the diagnosis in words.

    How it ended is left out on the page where the living panel of this `place` says it.
    """
    from mrkit.views import charts
    from mrkit.views.picture import Picture, new_figure

    found = trace.diagnosis()[trace.stopped :]  # that it was stopped is said once
    words = [_how_it_ended(trace), *(each for each in found if trace.error is None or trace.error not in each)]
    said = "".join(f"<li>{with_code(sentence)}</li>" for sentence in words[1:])
    html = f'<ul class="mrkit-diagnosis"><li data-mrkit-said="{place}">{with_code(words[0])}</li>{said}</ul>'
    bundle = {"text/plain": "\n".join(words)}
    if trace.spans:
        drawn = [charts.timeline] + [charts.partition_load] * bool(trace.partitions)
        figure = new_figure(9.5, 3.6 * len(drawn))
        for number, chart in enumerate(drawn, start=1):
            chart(trace, ax=figure.add_subplot(len(drawn), 1, number))
        picture = Picture(figure)
        html += picture.html
        bundle["text/plain"] += f"\n{picture.alt}"
    return {"text/html": html} | bundle


def _how_it_ended(trace: Trace) -> str:
    if trace.error is not None:
        return f"{trace.job.name}: ended early after {duration(trace.seconds)}. {trace.error}"
    done = f"{trace.job.name}: done in {duration(trace.seconds)} on {count(trace.job.num_workers, 'worker')}"
    made = f"{count(trace.num_pairs, 'pair')} and {count(trace.num_results, 'result')}"
    return f"{done}; {count(trace.num_inputs, 'input')} became {made}."


@arguments.takes(job=arguments.instance(MapReduce, "a MapReduce job"))
def live(job: MapReduce, inputs: Iterable, chunksize: int | None = None) -> Run:
    """Run a job and show it while it runs; the cell waits, and the kernel's interrupt stops it.

    In a browser alone there is no interrupt, which is said beside: use `panel` for a job that may have to be stopped.
    When the job has ended, a still picture with its diagnosis takes the view's place. Raises what the job raises.
    """
    view = LiveRun(hint=HOW_TO_STOP if sys.platform == "emscripten" else "")
    view.show()
    try:
        with view:
            return job.run(inputs, chunksize, hooks=[view])
    finally:
        view.show_ending()
        view.close()


@arguments.takes(job=arguments.instance(MapReduce, "a MapReduce job"))
def panel(job: MapReduce, inputs: Iterable, chunksize: int | None = None) -> Panel:
    """Show a panel with Run and Stop, and return at once.

    Run starts the job in a background thread; other cells can run meanwhile. `panel.result()` waits for the `Run`.
    """
    shown = Panel(job, inputs, chunksize)
    shown.view.show()
    return shown


class Panel:
    """A job that is started and stopped by its buttons: `run()`, `stop()`, and `result()` for the `Run`."""

    def __init__(self, job: MapReduce, inputs: Iterable, chunksize: int | None = None, view: LiveRun | None = None):
        self.view = view or LiveRun(buttons=True)
        self.view.on_msg(self._clicked)
        self._start: Callable[[], Running] = lambda: job.start(inputs, chunksize, hooks=[self.view])
        self._running: Running | None = None
        self._watcher: threading.Thread | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: its buttons are above; or call run(), stop() and result()>"

    def run(self) -> None:
        """Start the job, unless it is running."""
        if self._running is not None and not self._running.done():
            return
        self.wait()
        self.view.restart()
        self.view.show_ending()
        self._running = self._start()
        self._watcher = start_thread(self._watch, self._running, name="mrkit-watch")
        if self._watcher is None:  # a browser: there the job says when it has ended
            self._running.then(self._watch)

    def stop(self) -> None:
        """Stop the job; nothing is left of it when this returns."""
        if self._running is not None:
            self._running.cancel()

    def result(self, timeout: float | None = None) -> Run:
        """The `Run`, after at most `timeout` seconds; raises what the job raised."""
        if self._running is None:
            raise BadArgument("The job was not started yet: press Run first.")
        return self._running.result(timeout)

    def wait(self) -> None:
        """Wait until the job and its last picture are done."""
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None

    def _watch(self, running: Running) -> None:
        with self.view:
            while not running.done():
                time.sleep(PAUSE / 2)
        if self.view.trace is None:  # not even begun
            self.view.snapshot = {"status": "failed", "error": why(running)}
        self.view.show_ending()

    def _clicked(self, _widget: Any, message: dict[str, Any], _buffers: Any) -> None:
        if message.get("click") == "run":
            self.run()
        elif message.get("click") == "stop":
            self.stop()


def why(running: Running) -> str:
    """What ended a job early, in words; nothing if it went well."""
    try:
        running.result(0)
    except Exception as error:
        return str(error)
    return ""
