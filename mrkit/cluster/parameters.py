"""The machines of a virtual cluster: every figure that the model needs, with its meaning, unit, default and source.

It is the one place that says so: the docstring, the sensitivity table, the page FIGURES.md beside this file and
the tests all read it here. The defaults are the cluster of Dean and Ghemawat (OSDI 2004), section 5.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from math import inf, isinf, isnan
from typing import Any, NamedTuple

from mrkit.errors import BadArgument

KB, MB, GB, TB = 1e3, 1e6, 1e9, 1e12

PAPER, PERIOD, FITTED, CHOSEN = "paper", "period", "fitted", "chosen"


class Parameter(NamedTuple):
    """What one figure means. `kind` is "paper", "period" (its hardware), "fitted" or "chosen"; `source` says more."""

    name: str
    default: Any
    unit: str
    meaning: str
    kind: str
    source: str
    least: float
    most: float


def _figure(
    default: Any, unit: str, meaning: str, kind: str, source: str, least: float = 0.0, most: float = inf
) -> Any:
    about = {"unit": unit, "meaning": meaning, "kind": kind, "source": source, "least": least, "most": most}
    return field(default=default, metadata=about)


@dataclass(frozen=True)
class Cluster:
    """The machines of a virtual cluster, and how its master works."""

    machines: int = _figure(1746, "", "workers that the job has", PAPER, "5.5; grep had 1,764 (5.2)", least=1)
    start_up: float = _figure(
        60.0, "s", "before the first worker is launched: opening 1,000 files, asking where the input lies", PAPER, "5.2"
    )
    launch_rate: float = _figure(
        30.0, "workers/s", "workers that get the program", FITTED, "figure 2 peaks about 60 s after the first launch"
    )
    boot: float = _figure(
        10.0,
        "s",
        "until a launched, or restarted, worker asks for a task",
        CHOSEN,
        "in figure 2 little is read at first",
    )
    handout: float = _figure(
        0.0005,
        "s",
        "of the master for each task that it gives out, one after the other",
        CHOSEN,
        "grep gets 450 tasks/s",
    )
    task_cost: float = _figure(
        0.1,
        "s",
        "of a worker for each task, before it reads anything: open its file, make its output",
        CHOSEN,
        "hardly matters",
    )
    file_cost: float = _figure(
        100e-6, "s", "of a map task for each of the R pieces that it writes", CHOSEN, "0.4 s of 9 s in sort"
    )
    disk_read: float = _figure(30 * MB, "bytes/s", "reading from a disk", PAPER, "3.6, a healthy disk")
    disk_write: float = _figure(
        15 * MB, "bytes/s", "writing to a disk", FITTED, "5.3: sort's map tasks write about half of their time"
    )
    core: float = _figure(
        6.25 * GB,
        "bytes/s",
        "through the core of the network, all machines together",
        FITTED,
        "sort takes 891 s; half of 100 Gbps, the lower figure of 5.1, as GFS reached 1/2 to 3/4 (SOSP 2003, 6.1)",
    )
    link: float = _figure(94 * MB, "bytes/s", "of one machine's link", PERIOD, "3/4 of a gigabit; GFS, SOSP 2003, 6.1")
    seek: float = _figure(
        0.010, "s", "before each piece of map output that a reduce task fetches", PERIOD, "an IDE disk"
    )
    fetchers: int = _figure(10, "", "pieces that a reduce task fetches at a time", CHOSEN, "hardly matters", least=1)
    chunk_copies: int = _figure(
        3, "", "copies of each split of the input, on machines drawn at random", PAPER, "3.4", least=1
    )
    holders: int = _figure(1800, "", "machines that hold input, the job's own among them", PAPER, "5.1", least=1)
    locality: bool = _figure(True, "", "whether the master gives a worker the splits that it holds", PAPER, "3.4")
    spread: float = _figure(
        0.25, "", "of the machines: the standard deviation of the logarithm of their slowness", FITTED, "tails, by eye"
    )
    ill: float = _figure(
        0.003, "", "share of the machines that are ill: stragglers", FITTED, "five stragglers, 5.4", most=1
    )
    ill_factor: float = _figure(
        7.5,
        "",
        "times as long as a healthy one an ill machine computes, reads and writes",
        FITTED,
        "1,283 s of 5.4",
        least=1,
    )
    backups: bool = _figure(True, "", "whether there are backup tasks", PAPER, "3.6, 5.4")
    backup_at: float = _figure(
        0.95,
        "",
        "share of a stage's tasks done when the rest get backups",
        CHOSEN,
        "3.6: a few percent more work",
        most=1,
    )
    shared_slots: bool = _figure(
        False, "", "whether a worker does one task at a time and reduce waits for map, as in mrkit", PAPER, "figure 3"
    )
    tick: float = _figure(
        1.0, "s", "a step of the network: a figure of the model, not of a machine", CHOSEN, "0.25 to 2 s"
    )

    def __post_init__(self) -> None:
        for about in parameters():
            _check(about, getattr(self, about.name))

    @property
    def unlimited(self) -> bool:
        """Whether bytes take no time on the network at all."""
        return self.core == self.link == inf and not self.seek


_RATES = ("launch_rate", "disk_read", "disk_write", "core", "link", "tick")  # nothing ends if one of them is 0


def parameters() -> list[Parameter]:
    """Every figure of a `Cluster`, in its order."""
    return [
        Parameter(f.name, f.default, *(f.metadata[name] for name in Parameter._fields[2:])) for f in fields(Cluster)
    ]


def _check(about: Parameter, value: Any) -> None:
    kind = type(about.default)
    right = isinstance(value, kind) if kind is bool else isinstance(value, int | float) and not isinstance(value, bool)
    if not right or isnan(value) or (kind is int and (isinf(value) or value != int(value))):
        raise BadArgument(f"{about.name} must be {_KINDS[kind]}; you gave {value!r}. It is: {about.meaning}.")
    if value <= 0 and about.name in _RATES:
        raise BadArgument(f"{about.name} must be more than 0; you gave {value:g}. It is: {about.meaning}.")
    if not about.least <= value <= about.most:
        top = f" and at most {about.most:g}" if about.most < inf else ""
        raise BadArgument(
            f"{about.name} must be at least {about.least:g}{top}; you gave {value:g}. It is: {about.meaning}."
        )


_KINDS = {int: "a whole number", float: "a number", bool: "True or False"}


def shown(value: Any, unit: str = "") -> str:
    """A figure as people write it.

    >>> shown(6.25e9, "bytes/s"), shown(0.0005, "s"), shown(True), shown(1746)
    ('6.25 GB/s', '0.5 ms', 'True', '1,746')
    """
    if unit.startswith("bytes"):
        for name, size in (("TB", TB), ("GB", GB), ("MB", MB), ("kB", KB)):
            if size <= value < inf:
                return f"{value / size:g} {name}{unit[5:]}"
    if unit == "s" and 0 < value < 0.1:
        return f"{value * 1000:g} ms"
    number = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else f"{value}"
    return f"{number.removesuffix('.0')} {unit}".strip()


def _as_text(about: Parameter) -> str:
    said = f"{about.kind} {about.source}" if about.kind == PAPER else f"{about.kind}: {about.source}"
    return f"    - `{about.name}` ({shown(about.default, about.unit)}): {about.meaning}. Source: {said}."


Cluster.__doc__ = f"{Cluster.__doc__}\n\n" + "\n".join(map(_as_text, parameters())) + "\n    "
