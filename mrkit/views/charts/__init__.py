"""Charts: `chart(run_or_trace, ax=None) -> Axes`, each with one message, which is its title.

They draw and do no more: numbers come from `Trace`. Each draws in the Axes that it is given, or makes a figure that
shows itself in a notebook, with a text alternative and a table (see `mrkit.views.picture`).
"""

from mrkit.views.charts.data_charts import partition_load, rank_frequency, shuffle_matrix, top_k
from mrkit.views.charts.flow import flow
from mrkit.views.charts.time_charts import amdahl, compare, speedup, time_use
from mrkit.views.charts.timeline import timeline

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
