"""What the runs say: medians, ratios and targets, as a table of text and as JSON.

Pure functions of the runs; a chart takes its numbers from here too.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from statistics import median
from typing import Any

from tests.bench.program.contenders import ARTICLE, JOBS, POOL, TARGETS, Target
from tests.bench.program.measure import Measured

MB = 1_000_000


@dataclass(frozen=True)
class Ran:
    """One run of one contender: in which round, and what was measured."""

    job: str
    label: str
    round: int
    measured: Measured


@dataclass(frozen=True)
class Row:
    """The medians of one contender in one job, seconds and bytes, and its fastest and slowest run."""

    label: str
    seconds: float
    fastest: float
    slowest: float
    job_seconds: float
    largest: float
    tree: float
    runs: int


@dataclass(frozen=True)
class Told:
    """A whole session: the machine, the inputs' bytes by job, the runs, and who took no part or failed, and why."""

    machine: dict[str, Any]
    sizes: dict[str, int]
    runs: Sequence[Ran]
    left_out: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        """All of it as plain data, with the medians that were printed."""
        jobs = [job for job in JOBS if job in self.sizes]
        return {
            "machine": self.machine,
            "input_bytes": self.sizes,
            "runs": [
                {"job": ran.job, "contender": ran.label, "round": ran.round} | asdict(ran.measured) for ran in self.runs
            ],
            "medians": {job: [asdict(row) for row in rows(self.runs, job)] for job in jobs},
            "targets": [
                {"target": sentence(target), "ratio": ratio, "reached": ratio <= target.most}
                for target, ratio in reached(self.runs)
            ],
            "left_out": list(self.left_out),
        }


def rows(runs: Iterable[Ran], job: str) -> list[Row]:
    """The medians of each contender in a job, the fastest first."""
    of: dict[str, list[Measured]] = {}
    for ran in runs:
        if ran.job == job:
            of.setdefault(ran.label, []).append(ran.measured)
    found = [
        Row(
            label,
            median(one.seconds for one in measured),
            min(one.seconds for one in measured),
            max(one.seconds for one in measured),
            median(one.job_seconds for one in measured),
            median(one.largest for one in measured),
            median(one.tree for one in measured),
            len(measured),
        )
        for label, measured in of.items()
    ]
    return sorted(found, key=lambda row: row.seconds)


def reached(runs: Sequence[Ran]) -> list[tuple[Target, float]]:
    """Each target of which both sides ran, with the ratio of their medians."""
    found = []
    for target in TARGETS:
        by_label = {row.label: row for row in rows(runs, target.job)}
        if target.ours in by_label and target.theirs in by_label:
            ours, theirs = (getattr(by_label[label], target.figure) for label in (target.ours, target.theirs))
            found.append((target, ours / theirs))
    return found


def sentence(target: Target) -> str:
    """A target in words.

    >>> sentence(Target("sort", "mrkit", "dask.bag", 1.0))
    'sort: mrkit / dask.bag, time at most 1.00'
    """
    figure = "time" if target.figure == "seconds" else "peak memory of the largest process"
    return f"{target.job}: {target.ours} / {target.theirs}, {figure} at most {target.most:.2f}"


COLUMNS = ("", "program s", "from", "to", "job s", "x article", "x pool", "largest MB", "tree MB")


def table(runs: Sequence[Ran], job: str, nbytes: int) -> str:
    """The medians of a job as text: seconds from the start of the program and of the job alone, ratios, memory."""
    found = rows(runs, job)
    by_label = {row.label: row.seconds for row in found}
    article, pool = by_label.get(ARTICLE), by_label.get(POOL)
    cells = [COLUMNS] + [
        (
            row.label,
            f"{row.seconds:.2f}",
            f"{row.fastest:.2f}",
            f"{row.slowest:.2f}",
            f"{row.job_seconds:.2f}",
            _ratio(row.seconds, article),
            _ratio(row.seconds, pool),
            f"{row.largest / MB:,.0f}",
            f"{row.tree / MB:,.0f}",
        )
        for row in found
    ]
    rounds = max((row.runs for row in found), default=0)
    of = f"medians of {rounds} runs" if rounds > 1 else "one run"
    return f"{JOBS[job]}: {nbytes / MB:,.1f} MB, {of}\n\n{aligned(cells)}"


def targets(runs: Sequence[Ran]) -> str:
    """Which targets were reached."""
    return "\n".join(
        f"{'reached' if ratio <= target.most else 'MISSED':<8} {ratio:5.2f}  {sentence(target)}"
        for target, ratio in reached(runs)
    )


def aligned(cells: Sequence[Sequence[str]]) -> str:
    """Cells as columns, the first to the left and the others to the right.

    >>> print(aligned([("", "s"), ("mrkit", "1.5")]))
             s
    mrkit  1.5
    """
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in cells
    )


def machine(workers: int) -> dict[str, Any]:
    """What it ran on."""
    import psutil

    return {
        "system": platform.platform(terse=True),
        "processor": platform.machine(),
        "cores": psutil.cpu_count() or 1,
        "memory_bytes": psutil.virtual_memory().total,
        "workers": workers,
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in ("mrkit", "dask", "mrjob", "pyspark", "polars")},
    }


def machine_line(about: dict[str, Any]) -> str:
    """The machine in one line."""
    packages = ", ".join(f"{name} {version}" for name, version in about["packages"].items() if version)
    return (
        f"{about['system']} ({about['processor']}), {about['cores']} cores, {about['memory_bytes'] / 1e9:.0f} GB, "
        f"{about['workers']} workers, Python {about['python']}; {packages}"
    )


def _ratio(ours: float, theirs: float | None) -> str:
    return f"{ours / theirs:.2f}" if theirs else "-"


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
