"""Questions about a job that only another run can answer: more workers, larger chunks, other partitions, a combiner.

Each control asks one question; Run answers it with charts of the new run, the run before pale beside them, and a few
sentences on what changed. `Experiment`, `difference` and `table` are pure; `Explorer` puts them behind ipywidgets. The
job runs in the background, so the kernel answers meanwhile; nothing that goes wrong in it may escape as a traceback.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from html import escape
from typing import Any, NamedTuple

import ipywidgets
import traitlets
from IPython.display import display

from mrkit import arguments
from mrkit.errors import STOPPED, BadArgument
from mrkit.events import BaselineMeasured, Event
from mrkit.job import MapReduce
from mrkit.machine import available_cpus
from mrkit.running import Running
from mrkit.trace import Trace
from mrkit.views.widgets.live.live import NOTHING, beside, why
from mrkit.views.widgets.living import LivingWidget, css, esm
from mrkit.words import count, duration, percent, sentence_list, times, with_code

SIZES = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
CHUNKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
ALIKE = 0.05  # two times that differ by less are the same
PALE = 0.35


class Settings(NamedTuple):
    """What the controls say. `chunksize` 0 leaves it to mrkit; `size` and `skew` are 0 where the inputs have none."""

    workers: int
    chunksize: int
    partitions: int
    combiner: bool
    size: int = 0
    skew: float = 0.0


class Experiment(NamedTuple):
    """One run of the session: its number, how it was set, what happened; `kept` stays for comparison."""

    number: int
    settings: Settings
    trace: Trace
    kept: bool = False


def difference(before: Experiment, after: Experiment) -> str:
    """What was changed from one run to the next, and what that did, in two sentences.

    >>> from mrkit import MapReduce
    >>> run = MapReduce(lambda n: [(n % 2, n)], lambda item: sum(item[1]), executor="serial").run([1, 2, 3])
    >>> experiment = Experiment(1, Settings(1, 0, 2, False), run.trace)
    >>> difference(experiment, experiment)
    'Nothing was changed since run 1: about as fast.'
    """
    old, new = before.trace, after.trace
    change = new.seconds / old.seconds - 1
    speed = f"{percent(abs(change))} {'slower' if change > 0 else 'faster'}"
    if abs(change) < ALIKE:
        speed = "about as fast"
    changed = _changed(before.settings, after.settings)
    if not changed:
        return f"Nothing was changed since run {before.number}: {speed}."
    effects = _effects(old, new)
    return f"Since run {before.number}: {sentence_list(changed)}. The effect: {sentence_list([*effects, speed])}."


def _changed(before: Settings, after: Settings) -> list[str]:
    names = {
        "workers": "workers",
        "chunksize": "inputs in a task",
        "partitions": "partitions",
        "combiner": "combiner",
        "size": "inputs",
        "skew": "skew",
    }
    return [
        f"{names[name]} {_shown(name, old)} → {_shown(name, new)}"
        for name, old, new in zip(Settings._fields, before, after, strict=True)
        if old != new
    ]


def _effects(before: Trace, after: Trace) -> list[str]:
    """The figures that moved by half or more."""
    measures: dict[str, Callable[[Trace], float]] = {
        "map tasks": lambda trace: len(trace.tasks("map")),
        "values shuffled": lambda trace: trace.num_shuffled,
        "in the largest reduce task": lambda trace: max((load.records for load in trace.partitions), default=0),
    }
    effects = []
    for name, measure in measures.items():
        old, new = measure(before), measure(after)
        if old and new and not 2 / 3 < new / old < 3 / 2:
            effects.append(f"{old:,} → {new:,} {name}")
    old_wait, new_wait = (trace.time_use.waiting / (trace.time_use.total or 1) for trace in (before, after))
    if abs(new_wait - old_wait) > 0.1:
        effects.append(f"workers wait {percent(new_wait)} of the time instead of {percent(old_wait)}")
    return effects


def _shown(name: str, value: Any) -> str:
    if name == "combiner":
        return "on" if value else "off"
    if name == "chunksize" and not value:
        return "automatic"
    return f"{value:,}"


HEADER = (
    *("run", "workers", "inputs in a task", "partitions", "combiner", "inputs", "skew"),
    *("seconds", "one thread", "map tasks", "values shuffled", "largest partition", "waiting"),
)


def table(experiments: Iterable[Experiment]) -> list[tuple[str, ...]]:
    """The runs of a session as numbers, a row for each, with the columns of `HEADER`."""
    return [_row(experiment) for experiment in experiments]


def _row(experiment: Experiment) -> tuple[str, ...]:
    trace, settings = experiment.trace, experiment.settings
    largest = max((load.records for load in trace.partitions), default=0)
    use = trace.time_use
    return (
        f"{experiment.number}{' (kept)' if experiment.kept else ''}",
        *(_shown(name, getattr(settings, name)) for name in ("workers", "chunksize", "partitions", "combiner")),
        f"{trace.num_inputs:,}",
        f"{settings.skew:.1f}" if settings.size else "",
        f"{trace.seconds:.2f}",
        f"{trace.baseline:.2f}" if trace.baseline else "",
        f"{len(trace.tasks('map')):,}",
        f"{trace.num_shuffled:,}",
        percent(largest / trace.num_shuffled) if trace.num_shuffled else "",
        percent(use.waiting / use.total) if use.total else "",
    )


def picture(experiment: Experiment, before: Experiment | None) -> Any:
    """The charts of a run as one `Picture`, those of the run before pale beside them."""
    from mrkit.views import charts
    from mrkit.views.picture import Picture, new_figure

    wide = before is not None
    figure = new_figure(10 if wide else 8.5, 9.2)
    grid = figure.add_gridspec(3, 2 if wide else 1, height_ratios=(2.6, 3, 3))
    top = figure.add_subplot(grid[0, :])
    if before is None:
        charts.time_use(experiment.trace, ax=top)
    else:
        charts.compare(before.trace, experiment.trace, ax=top)
    for row, chart in enumerate((charts.timeline, charts.partition_load), start=1):
        now = chart(experiment.trace, ax=figure.add_subplot(grid[row, 0]))
        if before is not None:
            then = chart(before.trace, ax=figure.add_subplot(grid[row, 1]))
            _pale(then, f"Run {before.number}: ")
            _same_scale(now, then, "x" if row == 1 else "y")
    return Picture(figure)


def _same_scale(one: Any, other: Any, axis: str) -> None:
    most = max(ax.get_xlim()[1] if axis == "x" else ax.get_ylim()[1] for ax in (one, other))
    for ax in (one, other):
        ax.set(**{f"{axis}lim": (None, most)})


def _pale(ax: Any, label: str) -> None:
    for artist in [*ax.patches, *ax.collections, *ax.lines]:
        artist.set_alpha(PALE)
    for text in ax.texts:
        text.set_fontweight("normal")
    ax.set_title(label + ax.get_title(loc="left"), loc="left", fontweight="normal", fontsize=12, wrap=True)


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
        if not callable(inputs) and iter(inputs) is iter(inputs):
            raise BadArgument("The explorer runs the job many times: give it a list of inputs, not a stream.")
        self._functions = map_func, reduce_func, combiner
        self._inputs = inputs
        self._running: Running | None = None
        self._watcher: threading.Thread | None = None
        self._baselines: dict[tuple, float] = {}
        self._kept: Any = None
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
                description="use the combiner" if self._functions[2] else "no combiner was given",
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
        self._run_button.on_click(lambda _: self.run())
        self._stop_button.on_click(lambda _: self.stop())
        self._keep_button.on_click(lambda _: self.keep())
        self._release_button.on_click(lambda _: self.release())
        self._status, self._charts, self._said, self._runs = (ipywidgets.HTML() for _ in range(4))
        self._status.add_class("explorer-status")
        self._charts.add_class("explorer-charts")
        self._runs.add_class("explorer-runs")
        self._say("Choose, guess what will happen, then press Run to see your first run here.")
        buttons = _box("buttons", self._run_button, self._stop_button, self._keep_button, self._release_button)
        questions = [_question(name, control) for name, control in self._controls.items()]
        left = _box("controls", *questions, buttons, self._status, self._said)
        return _box("", _box("top", left, self._charts), self._runs)

    def _say(self, text: str, problem: bool = False) -> None:
        looks = ' class="explorer-problem" role="alert"' if problem else ' role="status"'
        self._status.value = f"<div{looks}>{with_code(text)}</div>"

    def _show(self) -> None:
        """Draw the last run, beside the one it is compared with."""
        experiment, before = self.experiments[-1], self._compared()
        said = experiment.trace.diagnosis()[:3]
        if before is not None:
            said.insert(0, difference(before, experiment))
        self._said.value = "".join(f"<p>{with_code(sentence)}</p>" for sentence in said)
        self._runs.value = self._table()
        self._charts.value = picture(experiment, before).html
        self._keep_button.disabled = experiment.kept
        self._release_button.disabled = not any(each.kept for each in self.experiments)
        self._keep_picture()

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
            f"<details><summary>All runs of this session as numbers ({len(self.experiments)})</summary>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></details>"
        )

    # What the buttons do.

    @property
    def settings(self) -> Settings:
        """What the controls say now."""
        return Settings(**{name: control.value for name, control in self._controls.items()})

    def run(self) -> None:
        """Run the job as the controls say, in the background."""
        if self._running is not None and not self._running.done():
            return
        self.wait()
        settings = self.settings
        try:
            inputs = self._inputs(settings.size, settings.skew) if callable(self._inputs) else self._inputs
            job = self._job(settings)
            fresh = self._same(settings) not in self._baselines
            events: list[Event] = []
            self._running = job.start(inputs, settings.chunksize or None, baseline=fresh, hooks=[events.append])
        except Exception as error:
            self._say(str(error) or type(error).__name__, problem=True)
            return
        self._switch(running=True)
        self._say(f"Run {len(self.experiments) + 1} is running.")
        self._watcher = beside(self._watch, self._running, settings, events)

    def stop(self) -> None:
        """Stop the run; nothing is left of it when this returns."""
        if self._running is not None:
            self._running.cancel()

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

    def _watch(self, running: Running, settings: Settings, events: list[Event]) -> None:
        """Wait for a run, then show it. On a thread of its own: it must not raise."""
        try:
            while not running.done():
                time.sleep(0.05)
            if not events or Trace(events).error is not None:
                problem = why(running)
                self._say(problem, problem=problem != STOPPED)
                return
            trace = self._with_baseline(Trace(events), settings)
            self.experiments.append(Experiment(len(self.experiments) + 1, settings, trace))
            self._say(_how_fast(trace))
            self._show()
        except Exception as error:
            self._say(str(error) or type(error).__name__, problem=True)
        finally:
            self._switch(running=False)

    def _with_baseline(self, trace: Trace, settings: Settings) -> Trace:
        """The time in one thread is measured once for each kind of inputs."""
        same = self._same(settings)
        if trace.baseline is not None:
            self._baselines[same] = trace.baseline
            return trace
        return Trace([*trace.events, BaselineMeasured(trace.events[-1].time, self._baselines[same])])

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

    def _keep_picture(self) -> None:
        """Leave the last run in the notebook; it is seen where the controls are not (see explorer.js)."""
        if self._kept is not None:
            said = "".join(f"<div>{part.value}</div>" for part in (self._said, self._charts, self._runs))
            html = f'<div data-mrkit-kept="{self.place}">{said}</div>'
            self._kept.update({"text/html": html, "text/plain": _how_fast(self.experiments[-1].trace)}, raw=True)


def _how_fast(trace: Trace) -> str:
    said = f"{duration(trace.seconds)} with {count(trace.job.num_workers, 'worker')}"
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
    "skew": "How unequal should the keys be? (0: all alike)",
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
