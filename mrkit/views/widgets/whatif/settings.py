"""What can be asked of a virtual cluster, and the answer as plain numbers.

`CONTROLS` says what there is to turn, `Settings` how it stands, `answer` what follows. The job is the paper's sort at a
seventeenth of its size, on 100 machines with as much of the core for each: small enough to be reckoned while a slider
is dragged, with the standard library and SimPy alone. Pure: no widget, no picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from statistics import median
from types import MappingProxyType
from typing import Any, NamedTuple

from mrkit.cluster import Cluster, Job, Kill, Outcome, osdi04, reckon
from mrkit.cluster.history import DONE, KILLED, Attempt
from mrkit.cluster.parameters import GB, MB
from mrkit.cluster.spread import Spread
from mrkit.errors import BadArgument
from mrkit.views.density import MOST_SLOW, SLOW, heaped
from mrkit.views.lanes import Parts

SEEDS = 5
STEPS = 100
MACHINES = 100
SHARE = MACHINES / 1746  # of the paper's sort
SIZE = round(1000 * SHARE) * GB


class Control(NamedTuple):
    """One thing to turn: its name, question, unit, and from where to where in which steps; a switch has no range."""

    name: str
    question: str
    unit: str = ""
    least: float = 0
    most: float = 1
    step: float = 0


CONTROLS = (
    Control("machines", "How many machines?", "", 10, 300, 10),
    Control("maps", "How many map tasks (M)?", "", 50, 4000, 50),
    Control("reduces", "How many reduce tasks (R)?", "", 10, 1500, 10),
    Control("core", "What can the core of the network carry?", "MB/s", 50, 1500, 10),
    Control("copies", "How many copies of each result are written?", "", 1, 3, 1),
    Control("locality", "Does a task go where its split lies?"),
    Control("start_up", "How long until the first worker starts?", "s", 0, 120, 5),
    Control("ill", "How many machines are slow?", "%", 0, 10, 1),
    Control("ill_factor", "How many times as long do these take?", "times", 1, 20, 0.5),
    Control("backups", "Are there backup tasks?"),
    Control("backup_at", "Backup tasks begin when so many tasks are done?", "%", 50, 100, 1),
    Control("killed", "How many workers die?", "", 0, 100, 5),
    Control("kill_at", "When do they die?", "s", 0, 1200, 20),
)


@dataclass(frozen=True)
class Settings:
    """How the controls stand."""

    machines: int = MACHINES
    maps: int = 850
    reduces: int = 230
    core: float = 360
    copies: int = 2
    locality: bool = True
    start_up: float = 60
    ill: float = 2
    ill_factor: float = 7.5
    backups: bool = True
    backup_at: float = 95
    killed: int = 0
    kill_at: float = 360

    @classmethod
    def of(cls, values: dict[str, Any]) -> Settings:
        """From what a browser sends: known names only, whole numbers where they are wanted."""
        plain = cls()
        known = {name: value for name, value in values.items() if hasattr(plain, name)}
        return cls(**{name: type(getattr(plain, name))(value) for name, value in known.items()})

    @property
    def cluster(self) -> Cluster:
        """The machines."""
        return replace(
            osdi04.PAPER,
            machines=self.machines,
            holders=round(1800 / 1746 * self.machines),
            launch_rate=osdi04.PAPER.launch_rate * self.machines / 1746,
            core=self.core * MB,
            locality=self.locality,
            start_up=self.start_up,
            ill=self.ill / 100,
            ill_factor=self.ill_factor,
            backups=self.backups,
            backup_at=self.backup_at / 100,
        )

    @property
    def job(self) -> Job:
        """The sort."""
        return Job.even(SIZE, self.maps, self.reduces, map_rate=30 * MB, copies=self.copies, name="sort")

    @property
    def kills(self) -> list[Kill]:
        """The deaths."""
        return [Kill(self.kill_at, self.killed)] if self.killed else []

    def changed(self, other: Settings) -> list[str]:
        """What is different in another one, as "machines 100 → 200"."""
        return [
            f"{_SAID.get(control.name, control.name.replace('_', ' '))} {_shown(getattr(self, control.name))} → "
            f"{_shown(getattr(other, control.name))}{f' {control.unit}' if control.unit else ''}"
            for control in CONTROLS
            if getattr(self, control.name) != getattr(other, control.name)
        ]


_SAID = {  # where a name in code is no plain word
    "maps": "map tasks",
    "reduces": "reduce tasks",
    "core": "core of the network",
    "ill": "slow machines",
    "ill_factor": "how slow they are",
    "backups": "backup tasks",
    "backup_at": "backup tasks begin at",
    "killed": "workers that die",
    "kill_at": "when they die",
}


def _shown(value: Any) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else f"{value:,g}"


class Slow(NamedTuple):
    """An attempt that stands out."""

    kind: str
    name: str
    start: float
    end: float
    said: str


class Answer(NamedTuple):
    """What follows from some settings: totals, and the run of seed 0 as curves; or the sentence why there is none."""

    settings: Settings
    total: Spread | None
    problem: str = ""
    seconds: float = 0.0
    map_end: float = 0.0
    step: float = 1.0
    rates: tuple[tuple[float, float, float], ...] = ()
    states: Mapping[str, list[float]] = MappingProxyType({})
    slow: tuple[Slow, ...] = ()
    seeds: int = 0


def answer(settings: Settings, seeds: int = SEEDS) -> Answer:
    """Reckon it.

    >>> answer(Settings(killed=200)).problem
    'You cannot kill 200 of 100 machines.'
    """
    try:
        runs = [reckon(settings.cluster, settings.job, seed, settings.kills) for seed in range(seeds)]
    except BadArgument as error:
        return Answer(settings, None, str(error))
    first = runs[0]
    step, rows = first.rates()
    states = heaped(map(_parts, first.attempts), first.seconds, STEPS)
    total = Spread.of(run.seconds for run in runs)
    return Answer(settings, total, "", first.seconds, first.map_end, step, rows, states, tuple(_slowest(first)), seeds)


def _parts(attempt: Attempt) -> Parts:
    start, end, moving = attempt.began, attempt.ended, attempt.moving
    if attempt.end != DONE:
        return [("fault" if attempt.end == KILLED else "outrun", start, end)]
    if attempt.stage == "map":
        return [("map", start, end - moving), ("partition", end - moving, end)]
    return [("partition", start, start + moving), ("reduce", start + moving, end)]


def _slowest(out: Outcome) -> Iterable[Slow]:
    """The attempts that took most more seconds than is usual in their stage."""
    found = []
    for stage in ("map", "reduce"):
        own = [attempt for attempt in out.attempts if attempt.stage == stage]
        usual = median(attempt.ended - attempt.began for attempt in own)
        found += [(a.ended - a.began - usual, a) for a in own if a.ended - a.began > SLOW * usual]
    found.sort(key=lambda pair: -pair[0])
    for _, a in sorted(found[:MOST_SLOW], key=lambda pair: pair[1].began):
        kind = a.stage if a.end == DONE else "fault" if a.end == KILLED else "outrun"
        end = "" if a.end == DONE else f"; {a.end}"
        backup = " (a backup)" if a.backup else ""
        said = f"{a.stage} task {a.task}{backup} on worker {a.machine + 1}: {a.ended - a.began:,.0f} s{end}"
        yield Slow(kind, f"{a.stage} {a.task}", a.began, a.ended, said)
