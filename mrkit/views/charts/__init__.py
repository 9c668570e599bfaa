"""Charts: `chart(run_or_trace, ax=None) -> Axes`, each with one message, which is its title; a file for each.

They draw and do no more: numbers come from `Trace`, or are given (`bars`, `by_round`, `ripples`, `trade_off`).
Each draws in the Axes that it is given, or makes a figure that shows itself in a notebook, with a text alternative and
a table (see `mrkit.views.picture`). What they share is in `mrkit.views.canvas`. A new chart is a file here, named as
the chart, and a line below.
"""

from mrkit.views.charts.bars import bars
from mrkit.views.charts.by_round import by_round
from mrkit.views.charts.compare import compare
from mrkit.views.charts.flow import flow
from mrkit.views.charts.partition_load import partition_load
from mrkit.views.charts.rank_frequency import rank_frequency
from mrkit.views.charts.rates import rates
from mrkit.views.charts.ripples import ripples
from mrkit.views.charts.shuffle_matrix import shuffle_matrix
from mrkit.views.charts.speedup import amdahl, speedup
from mrkit.views.charts.tape import tape
from mrkit.views.charts.time_use import time_use
from mrkit.views.charts.timeline import timeline
from mrkit.views.charts.top_k import top_k
from mrkit.views.charts.trade_off import trade_off

__all__ = [
    "amdahl",
    "bars",
    "by_round",
    "compare",
    "flow",
    "partition_load",
    "rank_frequency",
    "rates",
    "ripples",
    "shuffle_matrix",
    "speedup",
    "tape",
    "time_use",
    "timeline",
    "top_k",
    "trade_off",
]
