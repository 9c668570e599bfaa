"""The flow of records: from inputs through map tasks and partitions to results, in bands as wide as records are many.

It draws a `Trace`; beyond a dozen tasks, neighbours share a block.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mrkit.views import style
from mrkit.views.canvas import (
    NOTHING_SHUFFLED,
    begin,
    finish,
    nothing,
    pooled,
    several,
    sums,
    trace_of,
    unfinished,
)
from mrkit.views.pen import Axes, Path, PathPatch, Rectangle
from mrkit.words import count, reduce_words

MOST_BLOCKS = 12
GAPS = 0.45  # of the height, for all gaps of a column
BLOCK = 0.13  # half the width of a block; columns are 1 apart
THIN = 0.008  # least height of a block, so that few records are seen too


def flow(run: Any, ax: Axes | None = None) -> Axes:
    """Records on their way: inputs, map tasks, partitions, results. Widths are numbers of records."""
    trace = trace_of(run)
    ax = begin(ax, height=5.6)
    if not trace.ranges or not trace.num_pairs:
        return nothing(ax, unfinished(trace, NOTHING_SHUFFLED))
    tall, wide = (-(-len(side) // MOST_BLOCKS) for side in (trace.matrix, trace.ranges))
    matrix = pooled(trace.matrix, tall, wide)
    read = sums([task.records_in for task in trace.tasks("map")], tall)
    made = sums([task.records_out for task in trace.tasks("map")], tall)
    results = {task.task: task.records_out for task in trace.tasks("reduce")}
    gave = sums([results.get(number, 0) for number in range(len(trace.ranges))], wide)
    got = [sum(column) for column in zip(*matrix, strict=True)]
    scale = (1 - GAPS) / max(sum(read), sum(made), sum(got), sum(gave))
    columns = [_column([n * scale for n in numbers]) for numbers in ([sum(read)], made, got, [sum(gave)])]
    sent = [(m, r, n, n) for m, row in enumerate(matrix) for r, n in enumerate(row)]
    links = [
        [(0, m, *numbers) for m, numbers in enumerate(zip(read, made, strict=True))],
        sent,
        [(r, 0, *numbers) for r, numbers in enumerate(zip(got, gave, strict=True))],
    ]
    for x, colour in enumerate((style.MUTED, style.MAP, style.PARTITION)):
        _bands(ax, x, links[x], columns[x], columns[x + 1], scale, colour)
    where = reduce_words(trace.ranges)
    mappers = [several(m, tall, len(trace.matrix)) for m in range(len(made))]
    reducers = [several(r, wide, len(trace.ranges)) for r in range(len(got))]
    for x, (kind, names) in enumerate(
        (("baseline", [""]), ("map", mappers), ("partition", reducers), ("reduce", [""]))
    ):
        _blocks(ax, x, kind, columns[x], names)
    values = "value" if trace.num_shuffled < trace.num_pairs else "pair"
    headings = (
        count(trace.num_inputs, "input"),
        f"{count(len(trace.matrix), 'map task')}\n{count(trace.num_pairs, 'pair')}",
        f"{count(len(trace.ranges), where)}\n{count(trace.num_shuffled, values)}",
        count(trace.num_results, "result"),
    )
    for x, heading in enumerate(headings):
        ax.text(x, columns[x][0][0] - 0.03, heading, ha="center", va="bottom", size=style.TEXT, linespacing=1.3)
    note: dict[str, Any] = {"ha": "center", "va": "bottom", "size": style.SMALL}
    ax.text(1.5, 1.1, "a band or block is as high as the number of its records", **note)
    ax.set(xlim=(-0.35, 3.35), ylim=(1.11, -0.17))
    ax.set_axis_off()
    alt = (
        f"Bands from left to right, as wide as their numbers of records: {count(trace.num_inputs, 'input')} into "
        f"{count(len(trace.matrix), 'map task')}, which made {count(trace.num_pairs, 'pair')}; {trace.num_shuffled:,} "
        f"values on to {count(len(trace.ranges), where)}, {min(got):,} to {max(got):,} in each block; "
        f"and from there {count(trace.num_results, 'result')}."
    )
    became = f"{count(trace.num_pairs, 'pair')}, and these {count(trace.num_results, 'result')}"
    title = f"{count(trace.num_inputs, 'input')} became {became}"
    if trace.num_shuffled < trace.num_pairs:
        title = f"The combiner lets {trace.num_shuffled:,} of {count(trace.num_pairs, 'pair')} travel"
    rows: list[tuple] = [("inputs to map task", mappers[m], a, b) for _, m, a, b in links[0]]
    rows += [(f"map task to {where}", f"{mappers[m]} to {reducers[r]}", a, b) for m, r, a, b in sent]
    rows += [(f"{where} to results", reducers[r], a, b) for r, _, a, b in links[2]]
    return finish(ax, title, alt, ("step", "which", "records in", "records out"), rows, of=[trace])


def _column(heights: Sequence[float]) -> list[tuple[float, float]]:
    """Blocks below each other, centred between 0 and 1: (top, bottom) each."""
    gap = min(0.06, GAPS / max(1, len(heights) - 1))
    top = (1 - sum(heights) - gap * (len(heights) - 1)) / 2
    blocks = []
    for height in heights:
        blocks.append((top, top + height))
        top += height + gap
    return blocks


def _bands(
    ax: Axes, x: int, links: list[tuple], left: list[tuple], right: list[tuple], scale: float, colour: str
) -> None:
    """Draw each link (block on the left, block on the right, records that leave, records that arrive)."""
    leave = [
        (top + bottom) / 2 - scale * sum(n for i, _, n, _ in links if i == at) / 2
        for at, (top, bottom) in enumerate(left)
    ]
    arrive = [
        (top + bottom) / 2 - scale * sum(n for _, i, _, n in links if i == at) / 2
        for at, (top, bottom) in enumerate(right)
    ]
    curve = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    for source, target, out, into in links:
        a, b, start, half, end = leave[source], arrive[target], x + BLOCK, x + 0.5, x + 1 - BLOCK
        leave[source] += (c := out * scale)
        arrive[target] += (d := into * scale)
        points = [
            (start, a),
            (half, a),
            (half, b),
            (end, b),
            (end, b + d),
            (half, b + d),
            (half, a + c),
            (start, a + c),
        ]
        if out or into:
            path = Path([*points, points[0]], curve)
            ax.add_patch(PathPatch(path, facecolor=colour, edgecolor=colour, alpha=0.3, linewidth=0.4, label="band"))


def _blocks(ax: Axes, x: int, kind: str, blocks: list[tuple[float, float]], names: list[str]) -> None:
    words: dict[str, Any] = {"size": style.SMALL, "ha": "center", "va": "center", "bbox": style.number_ground()}
    for (top, bottom), name in zip(blocks, names, strict=True):
        low, height = (top, bottom - top) if bottom - top > THIN else ((top + bottom - THIN) / 2, THIN)
        look = style.fill(kind) | ({} if height > 4 * THIN else {"hatch": "", "linewidth": 0})
        ax.add_patch(Rectangle((x - BLOCK, low), 2 * BLOCK, height, label=kind, **look))
        if name:
            ax.text(x, (top + bottom) / 2, name, **words)
