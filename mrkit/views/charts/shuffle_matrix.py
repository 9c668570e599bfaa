"""How many values each map task sent to each reduce task, as a matrix."""

from __future__ import annotations

from typing import Any

from mrkit.trace import hot_one
from mrkit.views import style
from mrkit.views.canvas import (
    NOTHING_SHUFFLED,
    begin,
    dress,
    finish,
    nothing,
    pooled,
    round_ticks,
    trace_of,
    unfinished,
)
from mrkit.views.pen import Axes, LinearSegmentedColormap
from mrkit.words import count, percent, reduce_words, size

MOST_CELLS = 40  # rows or columns of a matrix that can be told apart
_ORANGES = LinearSegmentedColormap.from_list("mrkit", [style.PAPER, "#FBE3BD", "#F0B155"])


def shuffle_matrix(run: Any, ax: Axes | None = None) -> Axes:
    """How many values each map task sent to each reduce task, as a matrix."""
    trace = trace_of(run)
    ax = begin(ax, height=min(6.5, 2.2 + 0.34 * max(4, len(trace.tasks("map")))))
    total = trace.num_shuffled
    if not total:
        return nothing(ax, unfinished(trace, NOTHING_SHUFFLED))
    matrix = trace.matrix
    tall, wide = (-(-side // MOST_CELLS) for side in (len(matrix), len(matrix[0])))
    cells = pooled(matrix, tall, wide)
    most = max(map(max, cells))
    image = ax.imshow(cells, cmap=_ORANGES, vmin=0, vmax=most, aspect="auto", interpolation="nearest")
    _index_ticks(ax.yaxis, len(cells), tall)
    _index_ticks(ax.xaxis, len(cells[0]), wide)
    sent = ""
    if len(cells) <= 16 and len(cells[0]) * len(f"{most:,}") <= 64:
        _outline(ax, cells)
        if wide == 1 and len(cells[0]) * len(f"{total:,}") <= 48:  # the title speaks of the sums
            sent = ", and below it the values that go there"
            sums = [f"{r}\n{sum(column):,}" for r, column in enumerate(zip(*cells, strict=True))]
            ax.set_xticks(range(len(sums)), sums)
        for y, row in enumerate(cells):
            for x, value in enumerate(row):
                ax.text(x, y, f"{value:,}", ha="center", va="center", size=style.TEXT)
    else:
        bar = ax.figure.colorbar(image, ax=ax, label="values")
        round_ticks(bar.ax.yaxis, integer=True)
        dress(bar.ax)
    empty = sum(not value for row in matrix for value in row)
    buckets = len(matrix) * len(matrix[0])
    columns = [sum(column) for column in zip(*matrix, strict=True)]
    hot = max(range(len(columns)), key=columns.__getitem__)
    alt = (
        f"A matrix of {count(len(matrix), 'map task')} by {count(len(columns), 'reduce task')}, darker where more "
        f"values went. {empty:,} of {count(buckets, 'bucket')} hold nothing, the fullest {max(map(max, matrix)):,} "
        f"values. The column with most values is {hot}: {columns[hot]:,}, {percent(columns[hot] / total)} of all."
    )
    header = ("map task", *(f"to reduce task {r}" for r in range(len(columns))))
    where = reduce_words(trace.ranges)
    travel = f"{count(total, 'value')} ({size(trace.shuffled_bytes)}) travel in {count(buckets - empty, 'bucket')}"
    return finish(
        ax,
        f"{percent(columns[hot] / total)} of the values go to {reduce_words(trace.ranges)} {hot}"
        if hot_one(columns) is not None
        else travel,
        alt,
        header if len(header) <= MOST_CELLS else ("map task", "values sent"),
        [(m, *row) if len(header) <= MOST_CELLS else (m, sum(row)) for m, row in enumerate(matrix)],
        xlabel=where + (f" ({wide} in each column)" if wide > 1 else sent),
        ylabel="map task" + (f" ({tall} in each row)" if tall > 1 else ""),
        of=[trace],
    )


def _outline(ax: Axes, cells: list[list[int]]) -> None:
    """A line around each cell: an empty one is as white as the page."""
    ax.set_yticks([y - 0.5 for y in range(1, len(cells))], minor=True)
    ax.set_xticks([x - 0.5 for x in range(1, len(cells[0]))], minor=True)
    ax.grid(which="minor", color=style.DOTS, linewidth=0.6)
    ax.tick_params(which="minor", length=0)


def _index_ticks(axis: Any, number: int, step: int) -> None:
    """Numbers of tasks at the cells: all of few, some of many."""
    every = -(-number // 12)
    shown = range(0, number, every)
    axis.set_ticks(list(shown), [f"{i * step:,}" for i in shown])
    axis.set_tick_params(length=0)
