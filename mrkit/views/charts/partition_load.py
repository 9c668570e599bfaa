"""How much each reduce task got, beside an even share."""

from __future__ import annotations

from typing import Any

from mrkit import arguments
from mrkit.trace import Trace, hot_one
from mrkit.views import style
from mrkit.views.canvas import (
    NOTHING_SHUFFLED,
    begin,
    finish,
    nothing,
    plain,
    round_ticks,
    trace_of,
    unfinished,
)
from mrkit.views.pen import Axes
from mrkit.words import amount, count, cut, percent, reduce_words

MOST_BARS = 200
PALE = 0.28  # how much is seen of another run
EVEN = 1.1  # times an even share: a load counts as even up to here


@arguments.takes(most=arguments.number(1, optional=True), tasks=arguments.whole(1, optional=True))
def partition_load(
    run: Any,
    ax: Axes | None = None,
    *,
    before: Any = None,
    most: float | None = None,
    tasks: int | None = None,
) -> Axes:
    """How many values each reduce task got, with an even share as a line; the hot key is a solid block with its name.

    `before` is another run, drawn pale behind this one on the same axes. `most` values and `tasks` reduce tasks are
    where the axes end: give them where a slider changes the run.
    """
    trace = trace_of(run)
    ax = begin(ax)
    loads, total = _loads(trace), trace.num_shuffled
    pale = _loads(trace_of(before)) if before is not None else []
    if not loads or not total:
        return nothing(ax, unfinished(trace, NOTHING_SHUFFLED))
    step = -(-len(loads) // MOST_BARS)
    bars = [max(loads[i : i + step]) for i in range(0, len(loads), step)]
    even, hot = total / len(loads), max(range(len(loads)), key=loads.__getitem__)
    skewed = hot_one(loads) is not None
    places = [i * step + (step - 1) / 2 for i in range(len(bars))]
    dressed = style.fill("partition") | ({"hatch": "", "linewidth": 0} if len(bars) > 40 else {})
    wide = step * (0.8 if len(bars) <= 40 else 1.0)
    ax.bar(places, bars, width=wide, **dressed)
    key, values = _hot_key(trace, hot)
    if skewed and key:
        ax.bar(places[hot // step], values, width=wide, color=style.PARTITION, label="hot key")
    _draw_pale(ax, pale, step)
    ax.axhline(even, color=style.INK, linewidth=1.5, linestyle=(0, (5, 3)))
    room = max(tasks or 0, len(loads), len(pale))
    ax.set_xlim(-0.6, room - 0.4)
    ax.set_ylim(0, 1.16 * max(most or 0, loads[hot], *pale))
    ax.xaxis.set_major_formatter("{x:,.0f}")
    if room <= 20:
        ax.set_xticks(range(room))
    round_ticks(ax.yaxis, 6, integer=True)
    side: dict[str, Any] = {
        "xycoords": ("axes fraction", "data"),
        "textcoords": "offset points",
        "va": "center",
        "size": style.SMALL,
    }
    ax.annotate(f"even share\n{amount(even)}", (1, even), xytext=(4, 0), **side)
    named = f"the key {cut(key, 24)} has {values:,} of {count(loads[hot], 'value')}"
    if skewed and key:
        late = hot > 0.6 * room
        place: dict[str, Any] = {"ha": "right" if late else "left", "va": "bottom", "size": style.SMALL}
        x = hot + (0.4 if late else -0.4) * step
        above = max([loads[hot], *pale])  # also of the bars of the other run, which may stand in its way
        ax.annotate(plain(named), (x, above), xytext=(0, 3), textcoords="offset points", **place)
    where = reduce_words(trace.ranges)
    share = percent(loads[hot] / total)
    alt = (
        f"{count(len(loads), 'bar')}, one for each {where}: the highest is {where} {hot} with {loads[hot]:,} values, "
        f"the lowest has {min(loads):,}, an even share would be {amount(even)}."
        + (f" In {where} {hot} {named}." if key else "")
        + (f" Pale behind them another run, whose highest bar has {max(pale):,}." if pale else "")
    )
    fair = f"an even share is {percent(1 / len(loads))}"
    title = f"{where.capitalize()} {hot} holds {share} of the values; {fair}"
    if loads[hot] <= EVEN * even:
        title = f"The load is even: the largest {where} holds {share} of the values; {fair}"
    if len(loads) == 1:
        title = f"One {where} holds all {count(total, 'value')}"
    reduced = {load.partition: (load.groups, load.bytes) for load in trace.partitions}
    rows = [(number, load, *reduced.get(number, ("", ""))) for number, load in enumerate(loads)]
    label = where + (f" (each bar is the largest of {step})" if step > 1 else "")
    header = (where, "values", "keys", "bytes")
    return finish(ax, title, alt, header, rows, xlabel=label, ylabel="values", of=[trace])


def _loads(trace: Trace) -> list[int]:
    """How many values each reduce task got."""
    return [sum(column) for column in zip(*trace.matrix, strict=True)]


def _draw_pale(ax: Axes, loads: list[int], step: int) -> None:
    """The bars of another run: pale behind the bars of this one, and their outline before them."""
    if not loads:
        return
    bars = [max(loads[i : i + step]) for i in range(0, len(loads), step)]
    places = [i * step + (step - 1) / 2 for i in range(len(bars))]
    ax.bar(places, bars, width=0.8 * step, color=style.PARTITION, alpha=PALE, zorder=0.5, label="before")
    ax.bar(places, bars, width=0.8 * step, fill=False, edgecolor=style.MUTED, linestyle=(0, (2, 2)))


def _hot_key(trace: Trace, partition: int) -> tuple[str, int]:
    """The key with most values of one reduce task."""
    keys = (pair for task in trace.tasks("reduce") if task.task == partition for pair in task.largest)
    return max(keys, key=lambda pair: pair[1], default=("", 0))
