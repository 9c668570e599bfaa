"""How often each key occurs, from the most frequent on, on log axes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import floor, log10
from typing import Any

from mrkit.views import style
from mrkit.views.canvas import NOTHING_SHUFFLED, begin, finish, nothing, plain, trace_of, unfinished
from mrkit.views.pen import Axes
from mrkit.words import count, cut, percent, sentence_list


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
        axis.set_major_formatter("{x:,.0f}")
        axis.set_minor_formatter("")
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
    label = f"values of the key{combined}"
    return finish(ax, title, alt, header, rows, xlabel="rank of the key", ylabel=label, of=[trace])


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
