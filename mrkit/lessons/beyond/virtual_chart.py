"""The picture of a virtual cluster: what twice and four times as many machines would gain.

It draws what `mrkit.lessons.beyond.virtual` reckons, says that it is reckoned, and does no more.
"""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes

from mrkit.lessons.beyond.virtual import Forecast, forecast
from mrkit.views import style
from mrkit.views.charts.canvas import begin, finish, legend, time_axis, trace_of
from mrkit.words import count, duration, sentence_list, times

KINDS = {"start_up": "waiting", "map": "map", "shuffle": "partition", "reduce": "reduce"}
WORDS = {"start_up": "start-up"}


def cluster_time(run: Any, machines: int, ax: Axes | None = None, **cluster: Any) -> Axes:
    """The phases of a job on so many machines, twice and four times as many; `cluster` is what `forecast` takes."""
    trace = trace_of(run)
    rows = {number: forecast(trace, number, **cluster) for number in (machines, 2 * machines, 4 * machines)}
    ax = begin(ax, height=3.8)
    for y, phases in enumerate(rows.values()):
        left = 0.0
        for phase, seconds in phases._asdict().items():
            ax.barh(y, seconds, left=left, height=0.56, **style.fill(KINDS[phase]))
            left += seconds
        ax.text(left, y, f" {duration(left)}", va="center", size=style.TEXT)
    longest = max(phases.total for phases in rows.values())
    ax.set_yticks(range(len(rows)), [count(number, "machine") for number in rows])
    ax.set_xlim(0, 1.16 * longest)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.tick_params(left=False)
    legend(ax, [(kind, WORDS.get(phase, phase)) for phase, kind in KINDS.items()])
    header = ("machines", *(WORDS.get(phase, phase) + " (s)" for phase in KINDS), "all (s)")
    table = [(number, *phases, phases.total) for number, phases in rows.items()]
    return finish(ax, _title(rows), _alt(rows), header, table, xlabel=f"reckoned {time_axis(ax, longest)}, not a run")


def _title(rows: dict[int, Forecast]) -> str:
    (few, slow), (many, fast), *_ = rows.items()
    gain = slow.total / fast.total
    how = f"{times(gain)} times as fast" if gain >= 1 else f"{times(1 / gain)} times as slow"
    return f"{count(many, 'machine')} would be {how} as {few:,}"


def _alt(rows: dict[int, Forecast]) -> str:
    said = ["Three bars, reckoned, not measured."]
    for number, phases in rows.items():
        parts = [f"{WORDS.get(phase, phase)} {duration(seconds)}" for phase, seconds in phases._asdict().items()]
        said.append(f"{count(number, 'machine')}: {duration(phases.total)}, of which {sentence_list(parts)}.")
    return " ".join(said)
