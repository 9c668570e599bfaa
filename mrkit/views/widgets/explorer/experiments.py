"""What was tried in an explorer: how it was set, what happened, and what changed, in words and as numbers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from mrkit.trace import Trace, spread
from mrkit.trace.spread import NOTHING, Spread, middle
from mrkit.words import percent, sentence_list


class Settings(NamedTuple):
    """What the controls say. `chunksize` 0 leaves it to mrkit; `size` and `skew` are 0 where the inputs have none."""

    workers: int
    chunksize: int
    partitions: int
    combiner: bool
    size: int = 0
    skew: float = 0.0


class Experiment(NamedTuple):
    """One setting that was tried: its number, how it was set, what happened each time; `kept` stays for comparison."""

    number: int
    settings: Settings
    traces: tuple[Trace, ...]
    kept: bool = False

    @property
    def trace(self) -> Trace:
        """The run that took neither long nor short."""
        return middle(self.traces)

    @property
    def spread(self) -> Spread:
        """How long the runs took."""
        return Spread.of(trace.seconds for trace in self.traces)


def difference(before: Experiment, after: Experiment) -> str:
    """What was changed from one run to the next, and what that did, in two sentences.

    >>> from mrkit import MapReduce
    >>> run = MapReduce(lambda n: [(n % 2, n)], lambda item: sum(item[1]), executor="serial").run([1, 2, 3])
    >>> experiment = Experiment(1, Settings(1, 0, 2, False), (run.trace,))
    >>> difference(experiment, experiment)
    'Nothing was changed since run 1, and the time is the same but for chance.'
    """
    said = spread.difference(before.spread, after.spread)
    changed = _changed(before.settings, after.settings)
    since = f"since run {before.number}"
    if not changed and said == NOTHING:
        return f"Nothing was changed {since}, and the time is the same but for chance."
    if not changed:
        return f"Nothing was changed {since}, and yet the run was {said}: your machine does other things as well."
    time = f"the time is {NOTHING}" if said == NOTHING else f"{said}"
    effects = [*_effects(before.trace, after.trace), time]
    return f"{since.capitalize()}: {sentence_list(changed)}. The effect: {sentence_list(effects)}."


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
    *(
        "seconds",
        "fastest to slowest",
        "one thread",
        "map tasks",
        "values shuffled",
        "largest partition",
        "waiting or starting",
    ),
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
        f"{trace.seconds:.3g}",
        f"{experiment.spread.least:.3g} to {experiment.spread.most:.3g}" if len(experiment.traces) > 1 else "",
        f"{trace.baseline:.3g}" if trace.baseline else "",
        f"{len(trace.tasks('map')):,}",
        f"{trace.num_shuffled:,}",
        percent(largest / trace.num_shuffled) if trace.num_shuffled else "",
        percent(use.waiting / use.total) if use.total else "",
    )
