"""The medians as a picture: for each job a panel of times and one of memory.

It draws what `report.rows` found and measures nothing. mrkit is blue, all others are grey; the limit is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mrkit.views import style
from tests.bench.program.contenders import JOBS, POLARS
from tests.bench.program.report import MB, Row, Told, machine_line, rows

BAR = 0.27  # inches of height for each contender
WIDTH = 12.5


def draw(told: Told, path: Path) -> Path:
    """Write the chart as a PNG; returns its path."""
    jobs = [(job, found) for job in JOBS if (found := rows(told.runs, job))]
    heights = [BAR * len(found) + 0.8 for _, found in jobs]
    figure = Figure(figsize=(WIDTH, sum(heights) + 0.9), layout="constrained", facecolor=style.PAPER)
    FigureCanvasAgg(figure)
    panels = figure.subplots(len(jobs), 2, squeeze=False, height_ratios=heights)
    for (job, found), (left, right) in zip(jobs, panels, strict=True):
        _bars(left, found, [row.seconds for row in found], "{:.2f} s")
        _bars(right, found, [row.tree / MB for row in found], "{:,.0f} MB")
        _marks(right, [row.largest / MB for row in found])
        right.set_yticklabels([])
        left.set_title(f"{JOBS[job]}, {told.sizes[job] / MB:,.0f} MB", **_TITLE)
        right.set_title("Peak memory; the line is the largest process", **_TITLE)
    figure.suptitle(fill(machine_line(told.machine), 110), fontsize=style.SMALL, color=style.MUTED)
    figure.savefig(path, dpi=110)
    return path


_TITLE: dict[str, Any] = {"fontsize": style.TEXT, "color": style.INK, "loc": "left"}


def _bars(ax: Any, found: Sequence[Row], values: Sequence[float], text: str) -> None:
    places = range(len(found))
    bars = ax.barh(places, values, height=0.72)
    for bar, row in zip(bars, found, strict=True):
        bar.set(**_look(row.label))
    ax.bar_label(bars, [text.format(value) for value in values], padding=4, fontsize=style.SMALL, color=style.INK)
    ax.set_yticks(places, [row.label for row in found], fontsize=style.SMALL, color=style.INK)
    ax.invert_yaxis()
    ax.set_xlim(0, 1.18 * max(values, default=1))
    ax.set_xticks([])
    ax.spines[["top", "right", "bottom"]].set_visible(False)
    ax.tick_params(length=0)


def _look(label: str) -> dict[str, Any]:
    if label == POLARS:
        return {"facecolor": style.PAPER, "edgecolor": style.MUTED, "linewidth": 1.2}
    colour = style.MAP if label.startswith("mrkit") else style.DOTS
    return {"facecolor": colour, "edgecolor": colour}


def _marks(ax: Any, values: Sequence[float]) -> None:
    for place, value in enumerate(values):
        ax.plot([value, value], [place - 0.36, place + 0.36], color=style.INK, linewidth=2)
