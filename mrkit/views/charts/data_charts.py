"""Charts of data: the shuffle, the load of partitions, the frequency of keys, the largest results.

They read a `Trace` (`top_k` reads results) and draw. What is too fine for the eye is put together first, by the pure
functions at the end, and the chart says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest
from itertools import accumulate
from math import floor, log10
from numbers import Real
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator, NullFormatter, StrMethodFormatter

from mrkit.errors import BadArgument, short
from mrkit.trace import Trace
from mrkit.views import style
from mrkit.views.charts.canvas import begin, dress, finish, nothing, plain, trace_of, unfinished
from mrkit.words import amount, count, cut, key_text, percent, sentence_list, size

NOTHING_SHUFFLED = "Nothing was shuffled: the map function made no pairs."

MOST_CELLS = 40  # rows or columns of a matrix that can be told apart
MOST_BARS = 200
EVEN, SKEWED = 1.25, 1.5  # below, above: times an even share

# The shuffle.

_ORANGES = LinearSegmentedColormap.from_list("mrkit", [style.PAPER, "#FBE3BD", style.PARTITION])


def shuffle_matrix(run: Any, ax: Axes | None = None) -> Axes:
    """How many values each map task sent to each reduce task, as a matrix."""
    trace = trace_of(run)
    matrix = trace.matrix
    ax = begin(ax, height=min(6.5, 2.2 + 0.34 * max(4, len(matrix))))
    total = trace.num_shuffled
    if not total:
        return nothing(ax, unfinished(trace, NOTHING_SHUFFLED))
    tall, wide = (-(-side // MOST_CELLS) for side in (len(matrix), len(matrix[0])))
    cells = pooled(matrix, tall, wide)
    most = max(map(max, cells))
    image = ax.imshow(cells, cmap=_ORANGES, vmin=0, vmax=most, aspect="auto", interpolation="nearest")
    _index_ticks(ax.yaxis, len(cells), tall)
    _index_ticks(ax.xaxis, len(cells[0]), wide)
    if len(cells) <= 16 and len(cells[0]) * len(f"{most:,}") <= 64:
        for y, row in enumerate(cells):
            for x, value in enumerate(row):
                ax.text(x, y, f"{value:,}", ha="center", va="center", size=style.SMALL)
    else:
        bar = ax.figure.colorbar(image, ax=ax, format=StrMethodFormatter("{x:,.0f}"), label="values")
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
    travel = f"{count(total, 'value')} ({size(trace.shuffled_bytes)}) travel in {count(buckets - empty, 'bucket')}"
    skewed = columns[hot] > SKEWED * total / len(columns)
    return finish(
        ax,
        f"{percent(columns[hot] / total)} of the values go to {reduce_words(trace)} {hot}" if skewed else travel,
        alt,
        header if len(header) <= MOST_CELLS else ("map task", "values sent"),
        [(m, *row) if len(header) <= MOST_CELLS else (m, sum(row)) for m, row in enumerate(matrix)],
        xlabel=reduce_words(trace) + (f" ({wide} in each column)" if wide > 1 else ""),
        ylabel="map task" + (f" ({tall} in each row)" if tall > 1 else ""),
    )


def _index_ticks(axis: Any, number: int, step: int) -> None:
    """Numbers of tasks at the cells: all of few, some of many."""
    every = -(-number // 12)
    shown = range(0, number, every)
    axis.set_ticks(list(shown), [f"{i * step:,}" for i in shown])
    axis.set_tick_params(length=0)


def reduce_words(trace: Trace) -> str:
    """What to call a reduce task: by its partition, if it has just one."""
    single = all(last == first + 1 for first, last in trace.ranges)
    return "partition" if single else "reduce task"


# The load of partitions.


def partition_load(run: Any, ax: Axes | None = None) -> Axes:
    """How many values each reduce task got, with an even share as a line; the hot key has its name."""
    trace = trace_of(run)
    ax = begin(ax)
    loads, total = [sum(column) for column in zip(*trace.matrix, strict=True)], trace.num_shuffled
    if not loads or not total:
        return nothing(ax, unfinished(trace, NOTHING_SHUFFLED))
    step = -(-len(loads) // MOST_BARS)
    bars = [max(loads[i : i + step]) for i in range(0, len(loads), step)]
    even, hot = total / len(loads), max(range(len(loads)), key=loads.__getitem__)
    skewed = loads[hot] > SKEWED * even
    places = [i * step + (step - 1) / 2 for i in range(len(bars))]
    dressed = style.fill("partition") | ({"hatch": "", "linewidth": 0} if len(bars) > 40 else {})
    ax.bar(places, bars, width=step * (0.8 if len(bars) <= 40 else 1.0), **dressed)
    ax.axhline(even, color=style.INK, linewidth=1.5, linestyle=(0, (5, 3)))
    ax.set_xlim(-0.6, len(loads) - 0.4)
    ax.set_ylim(0, 1.16 * loads[hot])
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    if len(loads) <= 20:
        ax.set_xticks(range(len(loads)))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    side: dict[str, Any] = {
        "xycoords": ("axes fraction", "data"),
        "textcoords": "offset points",
        "va": "center",
        "size": style.SMALL,
    }
    ax.annotate(f"even share\n{amount(even)}", (1, even), xytext=(4, 0), **side)
    key, values = _hot_key(trace, hot)
    named = f"the key {cut(key, 24)} has {values:,} of {count(loads[hot], 'value')}"
    if skewed and key:
        late = hot > 0.6 * len(loads)
        place: dict[str, Any] = {"ha": "right" if late else "left", "va": "bottom", "size": style.SMALL}
        x = hot + (0.4 if late else -0.4) * step
        ax.annotate(plain(named), (x, loads[hot]), xytext=(0, 3), textcoords="offset points", **place)
    where = reduce_words(trace)
    share = percent(loads[hot] / total)
    alt = (
        f"{count(len(loads), 'bar')}, one for each {where}: the highest is {where} {hot} with {loads[hot]:,} values, "
        f"the lowest has {min(loads):,}, an even share would be {amount(even)}."
        + (f" In {where} {hot} {named}." if key else "")
    )
    fair = f"an even share is {percent(1 / len(loads))}"
    title = f"{where.capitalize()} {hot} holds {share} of the values; {fair}"
    if loads[hot] < EVEN * even:
        title = f"The load is even: the largest {where} holds {share} of the values; {fair}"
    if len(loads) == 1:
        title = f"One {where} holds all {count(total, 'value')}"
    reduced = {load.partition: (load.groups, load.bytes) for load in trace.partitions}
    rows = [(number, load, *reduced.get(number, ("", ""))) for number, load in enumerate(loads)]
    label = where + (f" (each bar is the largest of {step})" if step > 1 else "")
    return finish(ax, title, alt, (where, "values", "keys", "bytes"), rows, xlabel=label, ylabel="values")


def _hot_key(trace: Trace, partition: int) -> tuple[str, int]:
    """The key with most values of one reduce task."""
    keys = (pair for task in trace.tasks("reduce") if task.task == partition for pair in task.largest)
    return max(keys, key=lambda pair: pair[1], default=("", 0))


# The frequency of keys.


def rank_frequency(run: Any, ax: Axes | None = None) -> Axes:
    """How many values each key has, from the most frequent key on, with log axes (a straight line is Zipf's law)."""
    trace = trace_of(run)
    ax = begin(ax, height=4.8)
    ranks = rank_steps(trace.group_sizes)
    if not ranks:
        return nothing(ax, unfinished(trace, NOTHING_SHUFFLED))
    keys, values = ranks[-1][1], sum((last - first + 1) * n for first, last, n in ranks)
    xs = [rank for first, last, _ in ranks for rank in (first, last)]
    ys = [n for *_, n in ranks for _ in range(2)]
    ax.plot(xs, ys, color=style.PARTITION, linewidth=2.5, solid_capstyle="round", label="keys")
    named = [(rank, *key) for rank, key in enumerate(trace.largest_keys[:3], 1)]
    ax.plot([n[0] for n in named], [n[2] for n in named], "o", color=style.PARTITION, markersize=9, label="largest")
    ax.set(
        xscale="log",
        yscale="log",
        xlim=(0.8, max(10, 1.6 * keys)),
        ylim=(0.8 * 10 ** floor(log10(ys[-1])), max(20, 4 * ys[0])),
    )
    words = [f"{rank}. {plain(cut(key, 24))}: {number:,}" for rank, key, number in named]
    place: dict[str, Any] = {
        "transform": ax.transAxes,
        "ha": "right",
        "va": "top",
        "linespacing": 1.4,
        "size": style.TEXT,
    }
    ax.text(0.98, 0.96, "\n".join(words), **place)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axis.set_minor_formatter(NullFormatter())
        axis.grid(True, which="major", color=style.GRID)
    head = max(1, keys // 100)
    share = percent(top_values(ranks, head) / values)
    once = trace.group_sizes.get(1, 0)
    combined = " after combining" if trace.num_shuffled < trace.num_pairs else ""
    alt = (
        f"A falling line on log axes: {count(keys, 'key')} with {count(values, 'value')}{combined}. It starts with "
        f"{sentence_list([f'{cut(key, 24)} ({n:,})' for _, key, n in named])}, and {count(once, 'key')} "
        f"{'has' if once == 1 else 'have'} one value only."
    )
    first = f"The first {head:,} keys of {keys:,} hold" if head > 1 else f"The first key of {keys:,} holds"
    title = f"{first} {share} of the values"
    rows = [(f"{first:,} to {last:,}" if last > first else f"{first:,}", n) for first, last, n in ranks]
    header = ("rank", "values of each key")
    return finish(ax, title, alt, header, rows, xlabel="rank of the key", ylabel=f"values of the key{combined}")


def rank_steps(group_sizes: dict[int, int]) -> list[tuple[int, int, int]]:
    """Which ranks, from the first to the last, have how many values.

    >>> rank_steps({5: 1, 2: 3})
    [(1, 1, 5), (2, 4, 2)]
    """
    sizes = sorted(group_sizes.items(), reverse=True)
    ends = accumulate(groups for _, groups in sizes)
    return [(last - groups + 1, last, values) for (values, groups), last in zip(sizes, ends, strict=True)]


def top_values(ranks: Sequence[tuple[int, int, int]], keys: int) -> int:
    """How many values the first `keys` keys have.

    >>> top_values([(1, 1, 5), (2, 4, 2)], 2)
    7
    """
    return sum((min(last, keys) - first + 1) * values for first, last, values in ranks if first <= keys)


# The largest results.

LARGEST = 1e300  # number that can be drawn; this leaves out infinity and NaN too


def top_k(results: Any, ax: Axes | None = None, k: int = 20) -> Axes:
    """The `k` largest of the results of a Run, or of a list of (key, number); equal numbers in the order of keys."""
    results = getattr(results, "results", results)
    _check_results(results)
    top = nsmallest(k, results, key=lambda result: (-result[1], _alphabetical(result[0])))
    ax = begin(ax, height=1.5 + 0.3 * max(3, len(top)))
    if not top:
        return nothing(ax, "There are no results to show.")
    names = [key_text(key) for key, _ in top]
    numbers = [float(number) for _, number in top]
    said = [_exactly(number) for _, number in top]
    ax.barh(range(len(top)), numbers, height=0.72, **style.fill("reduce"))
    ax.set_yticks(range(len(top)), list(map(plain, names)))
    ax.set_ylim(len(top) - 0.4, -0.6)
    ax.tick_params(left=False)
    for y, (number, figure) in enumerate(zip(numbers, said, strict=True)):
        ax.text(max(0, number), y, f" {figure}", va="center", size=style.SMALL)
    span = max(0, *numbers) - min(0, *numbers) or 1
    ax.set_xlim(min(0, *numbers), max(0, *numbers) + 0.14 * span)
    ax.xaxis.set_major_locator(MaxNLocator(6))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.10g}"))
    pairs = [f"{name} {figure}" for name, figure in zip(names, said, strict=True)]
    alt = f"{count(len(top), 'bar')}, from the largest result down: {sentence_list(pairs, most=10)}."
    leaders = [f"{cut(short(key), 16)} with {_exactly(number)}" for key, number in top[:2]]
    title = f"The largest result is {leaders[0]}" + (f", then {leaders[1]}" if len(top) > 1 else "")
    left = len(results) - len(top)
    xlabel = f"the largest of {count(len(results), 'result')}" if left else "result"
    return finish(ax, title, alt, ("key", "result"), top, xlabel=xlabel)


def _alphabetical(key: Any) -> tuple[int, Any]:
    """A key's place: numbers, then text, then tuples part by part. Keys of several types have no order of their own."""
    if isinstance(key, Real):
        return 0, key
    if isinstance(key, tuple):
        return 2, tuple(map(_alphabetical, key))
    return 1, key if isinstance(key, str) else short(key)


def _exactly(number: Any) -> str:
    return f"{number:,}" if isinstance(number, int) and abs(number) < 10**12 else f"{float(number):,.6g}"


def _check_results(results: Any) -> None:
    for result in results:
        pair = isinstance(result, tuple | list) and len(result) == 2 and isinstance(result[1], Real)
        if not pair or not abs(result[1]) <= LARGEST:
            raise BadArgument(f"top_k needs results that are (key, number) pairs; one of them is {short(result)}.")


# Less for the eye.


def pooled(matrix: Sequence[Sequence[int]], tall: int, wide: int) -> list[list[int]]:
    """The sums of blocks of so many rows and columns; the last ones may be smaller.

    >>> pooled([[1, 2, 3], [4, 5, 6]], 2, 2)
    [[12, 9]]
    """
    rows = [[sum(column) for column in zip(*matrix[i : i + tall], strict=True)] for i in range(0, len(matrix), tall)]
    return [sums(row, wide) for row in rows]


def sums(numbers: Sequence[int], step: int) -> list[int]:
    """The sums of so many numbers at a time."""
    return [sum(numbers[i : i + step]) for i in range(0, len(numbers), step)]
