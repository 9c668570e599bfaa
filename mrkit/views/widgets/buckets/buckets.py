"""The shuffle as a matrix to point at: a row for each map task, a column for each partition, and their records beside.

It shows what the chart `shuffle_matrix` shows, which is also what a saved notebook keeps of it. To point at a row, a
column or a cell lights its task, its partition and, among the records that were kept, those that went that way; and
says so in a sentence. Everything is sent once: at most `MOST` rows and columns, and `RECORDS` records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby, islice, zip_longest
from typing import Any

import traitlets

from mrkit import arguments
from mrkit.errors import BadArgument
from mrkit.job import Run
from mrkit.views.canvas import pooled, several
from mrkit.views.charts.shuffle_matrix import shuffle_matrix
from mrkit.views.picture import Picture
from mrkit.views.style import KEY_MARKS, KEY_TINTS
from mrkit.views.widgets.living import LivingWidget, css, esm
from mrkit.words import capital, count, cut, key_text, reduce_words

MOST = 14  # rows or columns; of more, neighbours share one
RECORDS = 72  # that are shown


class Buckets(LivingWidget):
    """The matrix in a notebook; `shown` is all that the page draws."""

    _esm = esm(__file__)
    _css = css(__file__)

    shown = traitlets.Dict().tag(sync=True)

    def __init__(self, run: Run):
        self._picture = Picture(shuffle_matrix(run).figure)
        super().__init__(shown=contents(run))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:  # type: ignore[override]
        return self.over(self._picture.html, self._picture.alt)


def contents(run: Run) -> dict[str, Any]:
    """The numbers, the sentence of each row, column and cell, and the records with their row and column.

    >>> from mrkit import MapReduce
    >>> job = MapReduce(lambda word: [(word, 1)], lambda item: sum(item[1]), executor="serial")
    >>> shown = contents(job.run(["a", "b", "a"], chunksize=2))
    >>> shown["rows"], shown["records"][0]["text"]
    (['0', '1'], 'a: 1')
    """
    trace = run.trace
    if not trace.num_shuffled:
        raise BadArgument("Buckets need a run that shuffled something; in this one no pair travelled.")
    tall, wide = (-(-len(side) // MOST) for side in (trace.matrix, trace.ranges))
    cells = pooled(trace.matrix, tall, wide)
    where = reduce_words(trace.ranges)
    numbers = [several(m, tall, len(trace.matrix)) for m in range(len(cells))]
    heads = [several(r, wide, len(trace.ranges)) for r in range(len(cells[0]))]
    rows, columns = [_named("map task", each) for each in numbers], [_named(where, each) for each in heads]
    what = {span.task: cut(span.what, 40) for span in trace.spans if span.stage == "map" and span.ok}
    read = [what.get(m, "") if tall == 1 else "" for m in range(len(cells))]
    records = _records(run, tall, wide)
    return {
        "cells": cells,
        "rows": numbers,
        "columns": heads,
        "row_name": "map task",
        "column_name": where,
        "rows_said": [_row_said(*each) for each in zip(rows, read, cells, strict=True)],
        "columns_said": [_column_said(*each) for each in zip(columns, zip(*cells, strict=True), strict=True)],
        "cells_said": [
            [
                f"{capital(row)} sent {count(value, 'value')} to {column}."
                for column, value in zip(columns, line, strict=True)
            ]
            for row, line in zip(rows, cells, strict=True)
        ],
        "records": records,
        "some": _some_said(len(records), trace.num_pairs),
    }


def _named(what: str, numbers: str) -> str:
    return f"{what}s {numbers}" if "–" in numbers else f"{what} {numbers}"


def _row_said(name: str, read: str, row: list[int]) -> str:
    to = sum(value > 0 for value in row)
    return (
        f"{capital(name)}{f' read {read} and' if read else ''} sent {count(sum(row), 'value')} to {count(to, 'place')}."
    )


def _column_said(name: str, column: tuple[int, ...]) -> str:
    came = sum(value > 0 for value in column)
    return f"{capital(name)} got {count(sum(column), 'value')} from {count(came, 'place')}."


def _some_said(shown: int, pairs: int) -> str:
    made = f"of the {count(pairs, 'pair')} that the map function made"
    if not shown:
        return f"None {made} was kept."
    return f"{shown:,} {made}, chosen evenly from the cells; where a line ends means nothing."


def _records(run: Run, tall: int, wide: int) -> list[dict[str, Any]]:
    """Some of the kept pairs, as many of each shown cell as far as there are any, in the order of their tasks."""
    records, trace = run.records, run.trace
    column_of = {p: task // wide for task, (first, last) in enumerate(trace.ranges) for p in range(first, last)}
    found: dict[tuple[int, int], list] = defaultdict(list)
    for pair in records.pairs:
        if pair.partition in column_of:
            found[records.inputs[pair.input].map_task // tall, column_of[pair.partition]].append(pair)
    each = max(1, RECORDS // max(1, len(found)))
    keys = {group.key: number for number, group in enumerate(records.groups)}
    shown = []
    for row, column in _spread(found, RECORDS):
        for pair in found[row, column][:each]:
            number = keys.get(records.group_of(pair.key), 0)
            look = {"mark": KEY_MARKS[number % len(KEY_MARKS)], "tint": number % len(KEY_TINTS)}
            shown.append(
                {"row": row, "column": column, "text": f"{key_text(pair.key, 24)}: {key_text(pair.value, 16)}"} | look
            )
    return shown


def _spread(cells: Iterable[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """At most so many of the cells, as many of each row as far as it has any, each row from a column further on.

    >>> _spread([(0, 0), (0, 1), (1, 0), (1, 1)], most=2)
    [(0, 0), (1, 1)]
    """
    rows = [list(row) for _, row in groupby(sorted(cells), key=lambda cell: cell[0])]
    turned = [row[number % len(row) :] + row[: number % len(row)] for number, row in enumerate(rows)]
    by_turns = (cell for cells in zip_longest(*turned) for cell in cells if cell is not None)
    return sorted(islice(by_turns, most))


@arguments.takes(run=arguments.instance(Run, "a Run, as in job.run(inputs)"))
def buckets(run: Run) -> Buckets:
    """The buckets of a run as a matrix: how many values each map task sent to each partition.

    Point at a row, a column or a cell to see which records went that way.
    """
    return Buckets(run)
