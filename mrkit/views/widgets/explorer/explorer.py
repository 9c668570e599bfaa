"""Questions about a job that only another run can answer: more workers, larger chunks, other partitions, a combiner.

Each control asks one question; Run answers it with one chart in view, the run before pale or beside it on the same
axes, and a few sentences on what changed. Every setting runs several times on workers that are there already, so that
neither their start nor chance is taken for its effect. `experiments.py` has what is pure; `Explorer` puts it behind
ipywidgets. The job runs in the background, so the kernel answers meanwhile; nothing that goes wrong in it may escape
as a traceback.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets
import traitlets
from IPython.display import display

from mrkit import arguments
from mrkit.errors import STOPPED, BadArgument
from mrkit.events import BaselineMeasured, Event
from mrkit.job import MapReduce
from mrkit.machine import available_cpus
from mrkit.trace import Trace
from mrkit.views import style
from mrkit.views.lanes import ready
from mrkit.views.widgets.explorer.experiments import HEADER, Experiment, Settings, difference, table
from mrkit.views.widgets.live.live import NOTHING, why
from mrkit.views.widgets.living import LivingWidget, css, esm
from mrkit.waiting import Beside, happened, start
from mrkit.words import count, duration, times, with_code

SIZES = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
CHUNKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
REPEATS, ENOUGH = 5, 4.0  # how often a setting runs, and the seconds after which that is often enough
FEW = 20  # inputs with which the workers are started
LOW = 2.9  # inches: the height of a chart that would be higher than the others
VIEWS = ("Time", "Workers", "Load", "Numbers")


def pictures(experiment: Experiment, before: Experiment | None) -> dict[str, Any]:
    """The chart of each view, as a figure: alone, or with the run before on the same axes."""
    from mrkit.views import charts
    from mrkit.views.picture import new_chart

    trace, flat = experiment.trace, new_chart(LOW)
    if before is None:
        drawn = charts.time_use(trace), charts.timeline(trace), charts.partition_load(trace, flat)
    else:
        names = (f"run {before.number}", f"run {experiment.number}")
        drawn = (
            charts.compare(before.traces, experiment.traces, names=names),
            _with_end(charts.timeline(trace, beside=[before.trace]), trace, before),
            charts.partition_load(trace, flat, before=before.trace),
        )
    _say_which(drawn[1], experiment)
    return dict(zip(VIEWS, (ax.figure for ax in drawn), strict=False))


def _say_which(ax: Any, experiment: Experiment) -> None:
    """In its title: these are the tasks of one run, and the time above is of several."""
    from mrkit.views.picture import describe, description

    about, often = description(ax), len(experiment.traces)
    if about is not None and often > 1:
        one = f"Run {experiment.number}, the middle one of {often} ({duration(experiment.trace.seconds)})"
        describe(ax, f"{one}: {about.title[:1].lower()}{about.title[1:]}", *about[1:])


def _with_end(ax: Any, trace: Trace, before: Experiment) -> Any:
    """A timeline with a line where the run before ended."""
    from mrkit.views.canvas import plain

    end = ready(trace) + before.trace.seconds - ready(before.trace)
    ax.axvline(end, color=style.MUTED, linewidth=2, linestyle=(0, (4, 3)))
    side: dict[str, Any] = {"ha": "right", "va": "bottom", "size": style.SMALL, "color": style.INK}
    whole = f", {duration(before.trace.seconds)} with its start-up" if ready(before.trace) else ""
    ax.text(end, -0.6, plain(f"run {before.number} ended{whole} "), **side)
    return ax


class Explorer(LivingWidget):
    """The controls and what they show. `experiments` are the runs of this session."""

    _esm = esm(__file__)
    _css = css(__file__)

    controls = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        map_func: Callable,
        reduce_func: Callable,
        inputs: Any,
        combiner: Callable | None = None,
    ):
        if not callable(inputs) and _is_stream(inputs):
            raise BadArgument("The explorer runs the job many times: give it a list of inputs, not a stream.")
        self._functions = map_func, reduce_func, combiner
        self._inputs = inputs
        self._watcher: threading.Thread | Beside | None = None
        self._baselines: dict[tuple, float] = {}
        self._kept: Any = None
        self._stopped = threading.Event()
        self._drawn: dict[str, str] = {}  # the HTML of each view
        self.experiments: list[Experiment] = []
        self._box = self._build()
        super().__init__(controls=self._box.model_id)

    # What is on the screen.

    def _build(self) -> ipywidgets.Widget:
        cpus = available_cpus()
        full = {"layout": ipywidgets.Layout(width="auto")}
        self._controls: dict[str, ipywidgets.Widget] = {
            "workers": ipywidgets.IntSlider(value=cpus, min=1, max=max(4, 2 * cpus), **full),
            "chunksize": ipywidgets.SelectionSlider(
                options=[("automatic", 0), *((f"{number:,}", number) for number in CHUNKS)], **full
            ),
            "partitions": ipywidgets.IntSlider(value=4, min=1, max=32, **full),
            "combiner": ipywidgets.Checkbox(
                description="combiner" if self._functions[2] else "none given",
                disabled=self._functions[2] is None,
                indent=False,
                **full,
            ),
        }
        if callable(self._inputs):
            sizes = [(f"{number:,}", number) for number in SIZES]
            self._controls["size"] = ipywidgets.SelectionSlider(options=sizes, value=10_000, **full)
            self._controls["skew"] = ipywidgets.FloatSlider(value=1.0, min=0, max=2, step=0.1, **full)
        self._run_button = ipywidgets.Button(description="Run", button_style="primary")
        self._stop_button = ipywidgets.Button(description="Stop", disabled=True)
        self._keep_button = ipywidgets.Button(description="Keep this run for comparison", disabled=True)
        self._release_button = ipywidgets.Button(description="Compare with the run before", disabled=True)
        self._view = ipywidgets.ToggleButtons(options=VIEWS)
        self._run_button.on_click(lambda _: self.run())
        self._stop_button.on_click(lambda _: self.stop())
        self._keep_button.on_click(lambda _: self.keep())
        self._release_button.on_click(lambda _: self.release())
        self._view.observe(lambda _: self._turn(), "value")
        self._status, self._chart, self._said = (ipywidgets.HTML() for _ in range(3))
        self._status.add_class("explorer-status")
        self._chart.add_class("explorer-chart")
        self._said.add_class("explorer-said")
        self._say("Choose, guess what will happen, then press Run to see your first run here.")
        questions = [_question(name, control) for name, control in self._controls.items()]
        go = _box("buttons", self._run_button, self._stop_button)
        look = _box("look", self._view, self._keep_button, self._release_button)
        return _box("", _box("strip", *questions, go), self._status, look, self._chart, self._said)

    def _say(self, text: str, problem: bool = False) -> None:
        looks = ' class="explorer-problem" role="alert"' if problem else ' role="status"'
        self._status.value = f"<div{looks}>{with_code(text)}</div>"

    def _show(self) -> None:
        """Draw the last run, beside the one it is compared with."""
        experiment, before = self.experiments[-1], self._compared()
        figures = pictures(experiment, before)
        said = experiment.trace.diagnosis()[:2]
        if before is not None:
            said.insert(0, difference(before, experiment))
        self._said.value = "".join(f"<p>{with_code(sentence)}</p>" for sentence in said)
        self._keep_picture(experiment, figures["Time"])  # first: what is drawn for the screen loses its title
        self._drawn = {name: _drawn(figure) for name, figure in figures.items()} | {"Numbers": self._table()}
        self._turn()
        self._keep_button.disabled = experiment.kept
        self._release_button.disabled = not any(each.kept for each in self.experiments)

    def _turn(self) -> None:
        """Show the view that was chosen."""
        self._chart.value = self._drawn.get(self._view.value, "")

    def _compared(self) -> Experiment | None:
        """The kept run, or else the one before."""
        earlier = self.experiments[:-1]
        return next((experiment for experiment in earlier if experiment.kept), earlier[-1] if earlier else None)

    def _table(self) -> str:
        head = "".join(f'<th scope="col">{name}</th>' for name in HEADER)
        current = len(self.experiments) - 1
        rows = "".join(
            ('<tr aria-current="true">' if number == current else "<tr>")
            + "".join(f"<td>{escape(cell)}</td>" for cell in row)
            + "</tr>"
            for number, row in enumerate(table(self.experiments))
        )
        return (
            '<div class="explorer-runs"><table><caption>All runs of this session</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    # What the buttons do.

    @property
    def settings(self) -> Settings:
        """What the controls say now."""
        return Settings(**{name: control.value for name, control in self._controls.items()})

    def run(self) -> None:
        """Run the job as the controls say, in the background."""
        if self._watcher is not None and self._watcher.is_alive():
            return
        self.wait()
        settings = self.settings
        try:
            inputs = self._made(settings)
            job = self._job(settings)
        except Exception as error:
            self._say(str(error) or type(error).__name__, problem=True)
            return
        self._stopped.clear()
        self._switch(running=True)
        self._say(f"Run {len(self.experiments) + 1}: the workers start.")
        self._watcher = start(self._watch, job, inputs, settings, name="mrkit-watch")
        if self._watcher is None:  # where nothing goes on beside, it runs now
            self._watch(job, inputs, settings)

    def stop(self) -> None:
        """Stop the run; nothing is left of it when this returns."""
        self._stopped.set()
        self.wait()

    def wait(self) -> None:
        """Wait until the run and its charts are done."""
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None

    def keep(self) -> None:
        """Compare all runs to come with the last one."""
        self.experiments = [
            experiment._replace(kept=experiment is self.experiments[-1]) for experiment in self.experiments
        ]
        self._show()
        self._say(f"Run {self.experiments[-1].number} is kept: the next runs are compared with it.")

    def release(self) -> None:
        """Compare each run with the one before again."""
        self.experiments = [experiment._replace(kept=False) for experiment in self.experiments]
        self._show()

    def _made(self, settings: Settings) -> Any:
        """The inputs, which can be read for each of the runs."""
        if not callable(self._inputs):
            return self._inputs
        inputs = self._inputs(settings.size, settings.skew)
        return list(inputs) if _is_stream(inputs) else inputs

    def _job(self, settings: Settings) -> MapReduce:
        map_func, reduce_func, combiner = self._functions
        return MapReduce(
            map_func,
            reduce_func,
            settings.workers,
            combiner=combiner if settings.combiner else None,
            num_partitions=settings.partitions,
            sample=0,
        )

    def _same(self, settings: Settings) -> tuple:
        """What the time in one thread depends on."""
        return settings.combiner, settings.size, settings.skew

    def _watch(self, job: MapReduce, inputs: Any, settings: Settings) -> None:
        """Run the job some times, then show it. On a thread of its own: it must not raise."""
        try:
            with job:
                measured = self._measured(job, inputs, settings)
            traces = tuple(self._with_baseline(trace, settings) for trace in measured)
            self.experiments.append(Experiment(len(self.experiments) + 1, settings, traces))
            self._show()
            self._say(_how_fast(self.experiments[-1]))
        except _Ended as ended:
            self._say(str(ended), problem=str(ended) != STOPPED)
        except Exception as error:
            self._say(str(error) or type(error).__name__, problem=True)
        finally:
            self._switch(running=False)

    def _measured(self, job: MapReduce, inputs: Any, settings: Settings) -> list[Trace]:
        """The runs of a job on warm workers, until chance can be told from the rest."""
        with contextlib.suppress(_Ended):  # an error that is one of the whole job's too will be said then
            self._once(job, list(itertools.islice(inputs, FEW)), None)
        traces: list[Trace] = []
        begun = time.monotonic()
        while len(traces) < REPEATS and (not traces or time.monotonic() < begun + ENOUGH):
            self._say(f"Run {len(self.experiments) + 1}: time {len(traces) + 1} of up to {REPEATS}.")
            fresh = self._same(settings) not in self._baselines
            traces.append(self._once(job, inputs, settings.chunksize or None, fresh))
            if traces[-1].baseline is not None:
                self._baselines[self._same(settings)] = traces[-1].baseline
                begun = time.monotonic()
        return traces

    def _once(self, job: MapReduce, inputs: Any, chunksize: int | None, baseline: bool = False) -> Trace:
        if self._stopped.is_set():
            raise _Ended(STOPPED)
        events: list[Event] = []
        running = job.start(inputs, chunksize, baseline=baseline, hooks=[events.append])
        while not running.done():
            if happened(self._stopped, 0.02):
                running.cancel()
        if self._stopped.is_set():
            raise _Ended(STOPPED)
        if not events or Trace(events).error is not None:
            raise _Ended(why(running))
        return Trace(events)

    def _with_baseline(self, trace: Trace, settings: Settings) -> Trace:
        """The time in one thread is measured once for each kind of inputs."""
        if trace.baseline is not None:
            return trace
        return Trace([*trace.events, BaselineMeasured(trace.events[-1].time, self._baselines[self._same(settings)])])

    def _switch(self, running: bool) -> None:
        self._run_button.disabled, self._stop_button.disabled = running, not running
        for name, control in self._controls.items():
            control.disabled = running or (name == "combiner" and self._functions[2] is None)

    # What the notebook keeps.

    def _ipython_display_(self) -> None:
        # The picture has an output of its own: to change it must not disturb the controls.
        text = "An explorer with controls for this job: run this cell again to use it."
        display(self.over(f"<p>{text}</p>", text), raw=True)
        self._kept = display(NOTHING, raw=True, display_id=True)

    def _keep_picture(self, experiment: Experiment, figure: Any) -> None:
        """Leave the last run in the notebook; it is seen where the controls are not (see explorer.js)."""
        if self._kept is not None:
            from mrkit.views.picture import Picture

            said = f"<div>{self._said.value}</div>{Picture(figure).html}{self._table()}"
            html = f'<div data-mrkit-kept="{self.place}">{said}</div>'
            self._kept.update({"text/html": html, "text/plain": _how_fast(experiment)}, raw=True)


def _is_stream(inputs: Any) -> bool:
    """Whether it can be read only once."""
    return iter(inputs) is iter(inputs)


def _drawn(figure: Any) -> str:
    from mrkit.views.moving import Moving

    return Moving().draw(figure)


class _Ended(Exception):
    """A run that ended early, and why."""


def _how_fast(experiment: Experiment) -> str:
    trace, often = experiment.trace, len(experiment.traces)
    took = duration(trace.seconds) if often == 1 else f"{experiment.spread} in {often} runs"
    said = f"{took} with {count(trace.job.num_workers, 'warm worker')}"
    if not trace.speedup:
        return f"{said}."
    factor = trace.speedup if trace.speedup >= 1 else 1 / trace.speedup
    return f"{said}: {times(factor)} times as {'fast' if trace.speedup >= 1 else 'slow'} as one thread."


QUESTIONS = {
    "workers": "How many workers should share the work?",
    "chunksize": "How many inputs should one task take?",
    "partitions": "Into how many partitions should the keys go?",
    "combiner": "Should map tasks shrink their pairs before they travel?",
    "size": "How many inputs should there be?",
    "skew": "How unequal should the keys be?",
}


def _question(name: str, control: ipywidgets.Widget) -> ipywidgets.Widget:
    label = ipywidgets.HTML(f"<b>{escape(QUESTIONS[name])}</b>")
    label.add_class("explorer-question")
    control.tooltip = QUESTIONS[name]
    box = ipywidgets.VBox([label, control])
    box.add_class("explorer-control")
    return box


def _box(name: str, *children: ipywidgets.Widget) -> ipywidgets.Widget:
    box = ipywidgets.Box(children)
    box.add_class(f"explorer-{name}" if name else "explorer")
    return box


@arguments.takes(
    map_func=arguments.function,
    reduce_func=arguments.function,
    inputs=arguments.items_or_function,
    combiner=arguments.maybe_function,
)
def explorer(map_func: Callable, reduce_func: Callable, inputs: Any, combiner: Callable | None = None) -> Explorer:
    """Try a job with other workers, chunks, partitions and combiner, and see what changes.

    `inputs` is a list or other collection of inputs, or a function `(size, skew) -> inputs`; then there are controls
    for these two as well. Each run is drawn beside the one before, or beside the one that was kept.
    """
    return Explorer(map_func, reduce_func, inputs, combiner)
