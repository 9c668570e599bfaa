"""Charts: `chart(run_or_trace, ax=None) -> Axes`, each with one message, which is its title; a file for each.

They draw and do no more: numbers come from `Trace`. Each draws in the Axes that it is given, or makes a figure that
shows itself in a notebook, with a text alternative and a table (see `mrkit.views.picture`). `canvas` is shared.
"""

from mrkit.views.charts.compare import compare
from mrkit.views.charts.flow import flow
from mrkit.views.charts.partition_load import partition_load
from mrkit.views.charts.rank_frequency import rank_frequency
from mrkit.views.charts.shuffle_matrix import shuffle_matrix
from mrkit.views.charts.speedup import amdahl, speedup
from mrkit.views.charts.time_use import time_use
from mrkit.views.charts.timeline import timeline
from mrkit.views.charts.top_k import top_k

__all__ = [
    "amdahl",
    "compare",
    "flow",
    "partition_load",
    "rank_frequency",
    "shuffle_matrix",
    "speedup",
    "time_use",
    "timeline",
    "top_k",
]
