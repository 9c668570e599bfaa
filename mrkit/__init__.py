"""mrkit: MapReduce you can see.

You write two functions; mrkit runs them as a real MapReduce on your machine and shows every record on its way from
input to result.

The house, in the order in which to read it:

    flow.py          MapReduce on one page, as pure functions; workers run this very page
    partition.py     which partition a key belongs to
    job.py           MapReduce and SimpleMapReduce: what to compute, and the call that computes it
    events.py        what happened, one dataclass for each kind; hooks get them
    trace/           all that is known of one run, made of its events
    views/           a run as pictures: charts/ and widgets/, a file or a folder for each; pen/ is what charts draw with
    learn/           what makes a notebook a lesson: checks, hints, quizzes; lessons/ has their content
    inputs/          text files and URLs that know their own splits
    engine/          internal: how tasks get done although workers die and memory is short; its door has a map
    executors/       where tasks run: serial, threads, processes, futures, dask/, spark/
    cluster/         a virtual cluster: a job reckoned on machines that are not there; it runs nothing
    site/            the web site: lessons in a browser alone, and all there is to read
    cli/             the command `mrkit`

Small rooms beside them: counters, records, faults, arguments, errors, words, functions, pickling, machine, waiting,
datasets, examples.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  (before anything that an older Python cannot even read)
    _said = "mrkit needs Python 3.11 or newer; this is Python {}.{}, {}".format(*sys.version_info[:2], sys.executable)
    if sys.argv[0] == "-m" or sys.argv[0].endswith(("mrkit", "mrkit.exe")):
        sys.exit("mrkit: " + _said)
    raise ImportError(_said)

from mrkit import moved
from mrkit.counters import counter
from mrkit.errors import MrkitError
from mrkit.inputs import text_lines
from mrkit.job import MapReduce, Run, SimpleMapReduce
from mrkit.partition import RangePartitioner, hash_partitioner, stable_hash
from mrkit.trace import Trace
from mrkit.version import __version__

__all__ = [
    "MapReduce",
    "MrkitError",
    "RangePartitioner",
    "Run",
    "SimpleMapReduce",
    "Trace",
    "__version__",
    "counter",
    "hash_partitioner",
    "stable_hash",
    "text_lines",
]

moved.follow()
