"""Who takes part, in which jobs. Each contender is a module with one function for each job, or for each way to do it.

A function gets the names of the job's files and the number of workers, and returns the whole answer as a list or a
view. A contender that is not installed is left out, with a line that says how to get it. `prepare`, where a module
has it, is what its users do once at the start of a program.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.util import find_spec

JOBS = {
    "wordcount": "Word count",
    "index": "Inverted index, full postings",
    "join": "Reduce-side join",
    "stations": "Minimum, mean and maximum by weather station",
    "sort": "Total sort of 100-byte records",
}

ARTICLE, THREAD, POOL = "the article's class", "one thread", "a pool by hand"
BY_RECORD, FORKED = "by hand, record by record", "mrkit, workers forked"
FORKED_SPLITS = "mrkit, whole splits, workers forked"
IN_SPLITS = "mrkit, Polars in splits"
SPLITS = "mrkit, whole splits"
LISTS = "mrkit, combiner, a list for a file"
DASK, MRJOB, SPARK, POLARS = "dask.bag", "mrjob local", "PySpark local", "Polars"


@dataclass(frozen=True)
class Way:
    """One way to do a job: who does it, and by which function of which module."""

    label: str
    module: str
    function: str
    needs: tuple[str, ...] = ()  # modules
    install: str = ""
    java: bool = False
    slow_to_start: bool = False  # by seconds, whatever the job: not for a quick look

    def missing(self) -> str | None:
        """What keeps it from running here, and what to do; None if nothing does.

        >>> Way("Nobody", "nobody", "", ("no_such_module",), "no-such-package").missing()
        'Nobody is left out: python -m pip install no-such-package'
        """
        if not all(map(find_spec, self.needs)):
            return f"{self.label} is left out: python -m pip install {self.install}"
        if self.java and shutil.which("java") is None:
            return f"{self.label} is left out: it needs Java, of version 17 or later"
        return None


_EXTRA = "'mrkit[bench]'"
OTHERS = (
    (ARTICLE, "article", (), False),
    (THREAD, "thread", (), False),
    (POOL, "pool", (), False),
    (BY_RECORD, "by_record", (), False),
    (FORKED, "ours_forked", (), False),
    (DASK, "dask_bag", ("dask",), False),
    (MRJOB, "mrjob_local", ("mrjob", "pipes"), True),  # Python 3.13 has no `pipes`, which mrjob needs
    (SPARK, "spark", ("pyspark",), True),
    (POLARS, "in_polars", ("polars",), False),
)

# What mrkit itself can be asked in more than one way. The first of a job is the one that is like the others.
OURS = {
    "wordcount": (
        ("mrkit, combiner", "wordcount"),
        (LISTS, "wordcount_lists"),
        ("mrkit, article's functions", "wordcount_article"),
        (SPLITS, "wordcount_splits"),
    ),
    "index": (("mrkit", "index"), (SPLITS, "index_splits")),
    "join": (("mrkit", "join"), (SPLITS, "join_splits"), (IN_SPLITS, "join")),
    "stations": (
        ("mrkit, combiner", "stations"),
        (SPLITS, "stations_splits"),
        (IN_SPLITS, "stations"),
    ),
    "sort": (("mrkit", "sort"), (SPLITS, "sort_splits"), (IN_SPLITS, "sort")),
}
MEMORY = Way("mrkit", "ours", "memory")
GROUP = Way("mrkit, group_by", "ours", "one_group")


def ways(job: str) -> list[Way]:
    """All ways to do a job, mrkit's first.

    >>> [way.label for way in ways("sort")][:4]
    ['mrkit', 'mrkit, whole splits', 'mrkit, Polars in splits', 'mrkit, whole splits, workers forked']
    """
    ours = [
        Way(label, "ours_in_polars", function, ("polars",), _EXTRA)
        if label == IN_SPLITS
        else Way(label, "ours", function)
        for label, function in OURS[job]
    ]
    others = [
        Way(label, module, job, needs, _EXTRA, java=label == SPARK, slow_to_start=slow)
        for label, module, needs, slow in OTHERS
    ]
    return [*ours, Way(FORKED_SPLITS, "ours_forked", f"{job}_splits"), *others]


LOCAL, ON_DASK, ON_SPARK = "mrkit, worker processes", "mrkit on Dask", "mrkit on Spark"


def engines(job: str) -> list[Way]:
    """The same functions by mrkit on each engine.

    >>> [way.label for way in engines("sort")]
    ['mrkit, worker processes', 'mrkit on Dask', 'mrkit on Spark']
    """
    function = OURS[job][0][1]
    return [
        Way(LOCAL, "ours", function),
        Way(ON_DASK, "ours_on_dask", function, ("distributed",), "'mrkit[dask]'"),
        Way(ON_SPARK, "ours_on_spark", function, ("pyspark",), "'mrkit[spark]'", java=True, slow_to_start=True),
    ]


@dataclass(frozen=True)
class Target:
    """A ratio of medians that mrkit means to reach."""

    job: str
    ours: str
    theirs: str
    most: float
    figure: str = "seconds"


TARGETS = (
    Target("wordcount", "mrkit, article's functions", ARTICLE, 0.60),
    Target("wordcount", "mrkit, article's functions", ARTICLE, 0.10, "largest"),
    Target("wordcount", "mrkit, combiner", POOL, 1.25),
    Target("wordcount", LISTS, POOL, 1.6),
    Target("wordcount", SPLITS, POOL, 1.0),
    Target("index", "mrkit", POOL, 1.2),
    Target("join", "mrkit", POOL, 1.5),
    Target("stations", "mrkit, combiner", POOL, 1.6),
    Target("sort", "mrkit", POOL, 2.0),
    *(Target(job, way, POOL, 1.15) for job in ("index", "join", "stations", "sort") for way in (SPLITS, FORKED_SPLITS)),
    *(Target(job, IN_SPLITS, POLARS, 1.3) for job in ("join", "stations", "sort")),
    *(Target(job, OURS[job][0][0], other, 1.0) for job in JOBS for other in (DASK, MRJOB, SPARK)),
)
