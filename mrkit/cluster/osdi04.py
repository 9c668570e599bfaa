"""The four runs of section 5 of Dean and Ghemawat (OSDI 2004), as data: cluster, job, deaths, and the paper's seconds.

One set of figures, the defaults of `Cluster`, is for all of them. What the paper says in words about its figures 2 and
3 is here too, as marks for a chart; nothing is copied from a picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mrkit.cluster.history import Kill
from mrkit.cluster.parameters import GB, MB, TB, Cluster
from mrkit.cluster.work import Job


@dataclass(frozen=True)
class Experiment:
    """A run of the paper. `marks`: (kind, seconds since the first launch, bytes a second, words), None if unknown."""

    name: str
    cluster: Cluster
    job: Job
    seconds: float  # in the paper
    kills: tuple[Kill, ...] = ()
    marks: tuple[tuple[str, float | None, float | None, str], ...] = ()


PAPER = Cluster()
KILLED_AT = PAPER.start_up + 300  # "several minutes into the computation" (5.5)

_GREP = Job.even(1 * TB, 15_000, 1, kept=92_337 / 1e10, map_rate=50 * MB, name="grep")
_SORT = Job.even(1 * TB, 15_000, 4_000, map_rate=30 * MB, name="sort")

grep = Experiment(
    "grep",
    replace(PAPER, machines=1764),
    _GREP,
    150,
    marks=(
        ("input", None, 30 * GB, "peaks at over 30 GB/s"),
        ("input", 80, None, "map ends about 80 s in"),
    ),
)
_MARKS = (
    ("input", None, 13 * GB, "peaks at about 13 GB/s"),
    ("input", 200, None, "all map tasks are done before 200 s"),
    ("shuffle", 300, None, "a second batch is shuffled from about 300 s on"),
    ("shuffle", 600, None, "all shuffling is done at about 600 s"),
    ("output", 850, None, "writing ends at about 850 s"),
)
sort = Experiment("sort", PAPER, _SORT, 891, marks=_MARKS)
sort_without_backups = Experiment(
    "sort without backups",
    replace(PAPER, backups=False),
    _SORT,
    1283,
    marks=(("output", 960, None, "all but five reduce tasks are done at 960 s"),),
)
sort_200_killed = Experiment("sort, 200 killed", PAPER, _SORT, 933, kills=(Kill(KILLED_AT, 200),))

EXPERIMENTS = (grep, sort, sort_without_backups, sort_200_killed)
