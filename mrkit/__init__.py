"""mrkit: MapReduce you can see.

You write two functions; mrkit runs them as a real MapReduce on your machine and shows every record on its way from
input to result.
"""

from mrkit.counters import counter
from mrkit.errors import MrkitError
from mrkit.inputs import text_lines
from mrkit.job import MapReduce, Run, SimpleMapReduce
from mrkit.partition import RangePartitioner, hash_partitioner, stable_hash
from mrkit.trace import Trace

__version__ = "0.1.0"

__all__ = [
    "MapReduce",
    "MrkitError",
    "RangePartitioner",
    "Run",
    "SimpleMapReduce",
    "Trace",
    "counter",
    "hash_partitioner",
    "stable_hash",
    "text_lines",
]
