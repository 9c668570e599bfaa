"""The tables that `mrkit cluster` prints: the paper's totals beside the model's, its figures, what moves the totals.

All numbers here are reckoned, and every table says so in its first line.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from mrkit import MapReduce
from mrkit.cluster import osdi04, reckon
from mrkit.cluster.osdi04 import Experiment
from mrkit.cluster.parameters import Cluster, parameters, shown
from mrkit.cluster.spread import Spread
from mrkit.cluster.work import Job

CHANGE = 0.2  # of each figure, up and down


def paper_table(seeds: int) -> Iterator[str]:
    """The four totals, a line at a time: each over so many seeds, beside the paper's, with the error."""
    yield f"Reckoned by a model, not measured: section 5 of Dean and Ghemawat (2004), {seeds} seeds, one set of figures"
    yield f"{'run':<22}{'paper':>8}{'median':>9}{'range':>16}{'error':>9}{'largest':>9}{'reckoned in':>13}"
    for experiment in osdi04.EXPERIMENTS:
        yield _paper_line(experiment, seeds)


def _paper_line(experiment: Experiment, seeds: int) -> str:
    before = time.process_time()
    runs = [reckon(experiment.cluster, experiment.job, seed, experiment.kills).seconds for seed in range(seeds)]
    each = (time.process_time() - before) / seeds
    spread = Spread.of(runs)
    worst = max((total / experiment.seconds - 1 for total in runs), key=abs)
    return (
        f"{experiment.name:<22}{_seconds(experiment.seconds):>8}{_seconds(spread.median):>9}"
        f"{f'{spread.least:,.0f} to {spread.most:,.0f}':>16}{_percent(spread.median / experiment.seconds - 1):>9}"
        f"{_percent(worst):>9}{each:>11.2f} s"
    )


def _seconds(number: float) -> str:
    return f"{number:,.0f} s"


def _percent(change: float) -> str:
    return f"{100 * change:+.1f} %"


# The figures.


def figures_table() -> list[tuple[str, str, str, str]]:
    """Every figure of the model as (name, value, where it is from, what it means); those of the two jobs are last."""
    rows = [
        (about.name, shown(about.default, about.unit), f"{about.kind}: {about.source}", about.meaning)
        for about in parameters()
    ]
    return [*rows, *_JOBS]


_JOBS = [
    ("M, R", "15,000; 1 or 4,000", "paper: 5.2, 5.3", "map tasks and reduce tasks"),
    ("size, kept", "1 TB; 92,337 records of 10 billion, or all", "paper: 5.2, 5.3", "input, and what goes to reduce"),
    ("map_rate of grep", "50 MB/s", "fitted: figure 2 peaks at over 30 GB/s", "bytes that a map task computes on"),
    ("map_rate of sort", "30 MB/s", "fitted: figure 3 peaks at about 13 GB/s", "bytes that a map task computes on"),
    ("reduce_rate", "2 MB/s", "fitted: sort takes 891 s, writing begins late", "bytes that a reduce task sorts"),
    ("copies", "2", "paper: 5.3", "of each byte of output, which cross the network"),
    ("kill", "200 workers at 360 s", "paper: 5.5, several minutes into it", "deaths of the last run"),
]


# What moves the totals.


def sensitivity(seeds: int, workers: int | None = None) -> list[tuple[str, list[float]]]:
    """How the four totals move if a figure is 20 % smaller or larger: (the change, the changes of the totals).

    The same seeds are behind both sides of each comparison. The work is shared by processes: it is a MapReduce.
    """
    cases = [(number, *case, seed) for number in range(4) for case in _cases() for seed in range(seeds)]
    job = MapReduce(_one_case, _median, workers, num_partitions=8)
    found = dict(job(cases))
    changes = [case for case in _cases() if case != ("", "")]
    return [
        (
            f"{name} {shown(value) if isinstance(value, bool) else f'{value - 1:+.0%}'.replace('%', ' %')}",
            [found[number, name, value] / found[number, "", ""] - 1 for number in range(4)],
        )
        for name, value in changes
    ]


def _cases() -> list[tuple[str, Any]]:
    """(figure, factor or value): nothing changed, then every figure."""
    cases: list[tuple[str, Any]] = [("", "")]
    for about in parameters():
        if isinstance(about.default, bool):
            cases.append((about.name, not about.default))
        else:
            cases += [(about.name, 1 - CHANGE), (about.name, 1 + CHANGE)]
    cases += [(name, factor) for name in ("map_rate", "reduce_rate") for factor in (1 - CHANGE, 1 + CHANGE)]
    return [case for case in cases if case[0] not in _NOT_VARIED]


_NOT_VARIED = {"shared_slots", "backups"}  # another system; the third run is the change


def _one_case(case: tuple[int, str, Any, int]) -> Iterator[tuple[tuple[int, str, Any], float]]:
    number, name, value, seed = case
    experiment = osdi04.EXPERIMENTS[number]
    cluster, job = _changed(experiment, name, value)
    yield (number, name, value), reckon(cluster, job, seed, experiment.kills).seconds


def _changed(experiment: Experiment, name: str, value: Any) -> tuple[Cluster, Job]:
    cluster, job = experiment.cluster, experiment.job
    if name == "map_rate":
        return cluster, replace(job, maps=tuple(t._replace(seconds=t.seconds / value) for t in job.maps))
    if name == "reduce_rate":
        return cluster, replace(job, reduces=tuple(t._replace(seconds=t.seconds / value) for t in job.reduces))
    if not name or isinstance(value, bool):
        return (replace(cluster, **{name: value}) if name else cluster), job
    changed = getattr(cluster, name) * value
    if name in ("ill", "backup_at"):
        changed = min(1.0, changed)
    return replace(cluster, **{name: round(changed) if isinstance(getattr(cluster, name), int) else changed}), job


def _median(item: tuple[tuple, Iterable[float]]) -> tuple[tuple, float]:
    case, seconds = item
    return case, Spread.of(seconds).median


def sensitivity_table(rows: Iterable[tuple[str, list[float]]], seeds: int) -> Iterator[str]:
    """The changes as lines; what is under 3 % is too close to tell, and shown as a dot."""
    yield f"Reckoned, not measured: how the totals move (medians of {seeds} seeds; under 3 % a dot)"
    yield f"{'change':<22}" + "".join(f"{experiment.name:>22}" for experiment in osdi04.EXPERIMENTS)
    for name, changes in rows:
        cells = [f"{_percent(change) if abs(change) >= 0.03 else '.':>22}" for change in changes]
        yield f"{name:<22}{''.join(cells)}"
