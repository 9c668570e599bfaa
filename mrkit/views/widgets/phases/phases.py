"""The data of a run as four linked tables: inputs, pairs, groups, results.

`Tables` holds the rows and answers a query (sort, search, filter, page, the picked row) with one page of each table;
it is pure. `PhaseView` is the widget: the browser asks, Python answers, and never more than a page of each table
travels. It must never hold back how much of the data was not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

import traitlets

from mrkit import arguments
from mrkit.errors import short
from mrkit.job import Run
from mrkit.views.style import KEY_MARKS, KEY_TINTS
from mrkit.views.widgets.living import LivingWidget, css, esm
from mrkit.words import count, key_text

PAGE = 10  # rows
MOST_KEYS = 200  # that the key filter proposes
TABLES = ("inputs", "pairs", "groups", "results")
COLUMNS = {
    "inputs": ("task", "worker", "input", "pairs"),
    "pairs": ("input", "key", "value", "partition"),
    "groups": ("partition", "key", "values", "count"),
    "results": ("partition", "key", "result"),
}


class Query(NamedTuple):
    """What is asked of one table; `filters` and `picked` are the same for all four."""

    sort: str = ""  # a column; in the order of the run without one
    down: bool = False
    search: str = ""
    page: int = 0
    key: str = ""
    worker: str = ""
    partition: str = ""
    picked: tuple[str, int] | None = None


class Tables:
    """The rows of a run, linked: input -> its pairs -> their group -> its result.

    >>> from mrkit import MapReduce
    >>> job = MapReduce(lambda line: [(word, 1) for word in line.split()], lambda item: sum(item[1]),
    ...                 num_partitions=2, executor="serial")
    >>> tables = Tables(job.run(["the dog", "the end"]))
    >>> tables.page("pairs", Query(search="the"))["rows"]
    [['1', 'the', '1', '0'], ['2', 'the', '1', '0']]
    >>> tables.relatives("groups", 0)["inputs"]
    [0, 1]
    """

    def __init__(self, run: Run):
        records, trace = run.records, run.trace
        self._records = records
        mapped = {task.task: task.worker for task in trace.tasks("map")}
        reduced = {task.task: task.worker for task in trace.tasks("reduce")}
        self._group = {group.key: number for number, group in enumerate(records.groups)}
        self._pairs_of_input: list[list[int]] = [[] for _ in records.inputs]
        self._pairs_of_group: list[list[int]] = [[] for _ in records.groups]
        self._group_of_pair: list[int | None] = []
        for number, pair in enumerate(records.pairs):
            self._pairs_of_input[pair.input].append(number)
            group = self._group.get(records.group_of(pair.key))
            self._group_of_pair.append(group)
            if group is not None:
                self._pairs_of_group[group].append(number)
        self._cells: dict[str, list[tuple]] = {
            "inputs": [
                (row.map_task, mapped.get(row.map_task, ""), row.record, len(self._pairs_of_input[number]))
                for number, row in enumerate(records.inputs)
            ],
            "pairs": [(pair.input + 1, pair.key, pair.value, pair.partition) for pair in records.pairs],
            "groups": [(group.partition, group.key, group.values, group.num_values) for group in records.groups],
            "results": [(group.partition, group.key, group.result) for group in records.groups],
        }
        totals = (records.num_inputs, records.num_pairs, records.num_groups, records.num_groups)
        self.totals = dict(zip(TABLES, totals, strict=True))
        self.workers = sorted({*mapped.values(), *reduced.values()}, key=lambda name: (len(name), name))
        self.partitions = sorted({group.partition for group in records.groups})
        self._worker_of_input = [mapped.get(row.map_task, "") for row in records.inputs]
        self._worker_of_group = [reduced.get(group.partition, "") for group in records.groups]
        self._ordered = lru_cache(maxsize=16)(self._order)
        self._lower = lru_cache(maxsize=len(TABLES))(self._all_text)

    @property
    def keys(self) -> list[str]:
        """The keys with most values, as text."""
        largest = sorted(self._records.groups, key=lambda group: -group.num_values)[:MOST_KEYS]
        return [key_text(group.key) for group in largest]

    def page(self, table: str, query: Query) -> dict[str, Any]:
        """One page of a table: its rows as text, their numbers, and how much more there is."""
        ids = self._ordered(table, query._replace(page=0))
        pages = max(1, -(-len(ids) // PAGE))
        page = min(max(0, query.page), pages - 1)
        shown = ids[page * PAGE : (page + 1) * PAGE]
        return {
            "rows": [self._text(table, number) for number in shown],
            "ids": shown,
            "marks": [self._mark(table, number) for number in shown],
            "page": page,
            "pages": pages,
            "count": len(ids),
            "kept": len(self._cells[table]),
            "total": self.totals[table],
        }

    def relatives(self, table: str, number: int) -> dict[str, list[int]]:
        """The rows of all tables that a row came from or went to, itself among them."""
        if table == "inputs":
            pairs = self._pairs_of_input[number]
        elif table == "pairs":
            pairs = [number]
        else:
            pairs = self._pairs_of_group[number]
        inputs = {number} if table == "inputs" else {self._records.pairs[pair].input for pair in pairs}
        groups = {group for pair in pairs if (group := self._group_of_pair[pair]) is not None}
        if table in ("groups", "results"):
            groups = {number}
        return {"inputs": sorted(inputs), "pairs": pairs, "groups": sorted(groups), "results": sorted(groups)}

    def say(self, picked: tuple[str, int] | None) -> str:
        """What the picked row is and what became of it; without one, what there is."""
        if picked is None:
            return self._say_all()
        table, number = picked
        related = self.relatives(table, number)
        pairs, groups = len(related["pairs"]), len(related["groups"])
        if table == "inputs":
            row = self._records.inputs[number]
            by = self._worker_of_input[number]
            return (
                f"Input {number + 1}, {short(row.record)}, was read by {by} in map task {row.map_task} and gave "
                f"{count(pairs, 'pair')}, which went to {count(groups, 'group')}."
            )
        if table == "pairs":
            pair = self._records.pairs[number]
            return (
                f"The pair ({short(pair.key)}, {short(pair.value)}) came from input {pair.input + 1} and went to "
                f"partition {pair.partition}."
            )
        group = self._records.groups[number]
        missing = "" if pairs == group.num_values else f" ({pairs:,} of the pairs are shown)"
        what, met = ("key", "value") if self._records.group_by is None else ("group", "pair")
        return (
            f"The {what} {short(group.key)} met {count(group.num_values, met)} in partition {group.partition}"
            f"{missing}, from {count(len(related['inputs']), 'input')}. {self._worker_of_group[number]} made "
            f"{short(group.result)} of them."
        )

    def _say_all(self) -> str:
        kept = ", ".join(
            count(self.totals[table], table[:-1])
            if len(self._cells[table]) == self.totals[table]
            else f"{len(self._cells[table]):,} of {count(self.totals[table], table[:-1])}"
            for table in TABLES
        )
        whole = self._records.complete
        return f"{kept}." if whole else f"{kept} were kept. Run the job with a larger `sample` to see more."

    # Which rows, in which order.

    def _order(self, table: str, query: Query) -> list[int]:
        ids: Iterable[int] = range(len(self._cells[table]))
        if query.picked is not None and query.picked[0] != table:
            ids = self.relatives(*query.picked)[table]
        if query.key or query.worker or query.partition:
            fits = self._filter(table, query)
            ids = filter(fits, ids)
        if query.search:
            wanted, text = query.search.lower(), self._lower(table)
            ids = (number for number in ids if wanted in text[number])
        if query.sort in COLUMNS[table]:
            return self._sorted(list(ids), table, COLUMNS[table].index(query.sort), query.down)
        return list(ids)

    def _sorted(self, ids: list[int], table: str, column: int, down: bool) -> list[int]:
        cells = self._cells[table]
        try:
            return sorted(ids, key=lambda number: cells[number][column], reverse=down)
        except Exception:  # values of several types, or of one that has no order
            return sorted(ids, key=lambda number: _any_order(cells[number][column]), reverse=down)

    def _filter(self, table: str, query: Query) -> Callable[[int], bool]:
        keys = self._wanted_keys(query.key) if query.key else None

        def fits(group: Any, partition: int) -> bool:
            return (keys is None or group in keys) and query.partition in ("", str(partition))

        def pair_fits(number: int) -> bool:
            pair = self._records.pairs[number]
            return fits(self._group_of_pair[number], pair.partition)

        if table == "inputs":
            free = keys is None and not query.partition
            return lambda number: (
                query.worker in ("", self._worker_of_input[number])
                and (free or any(map(pair_fits, self._pairs_of_input[number])))
            )
        if table == "pairs":
            return lambda number: (
                query.worker in ("", self._worker_of_input[self._records.pairs[number].input]) and pair_fits(number)
            )
        return lambda number: (
            query.worker in ("", self._worker_of_group[number]) and fits(number, self._records.groups[number].partition)
        )

    def _wanted_keys(self, wanted: str) -> set[int]:
        """The groups whose key is this text; if there is none, whose key contains it."""
        texts = [key_text(group.key, 200) for group in self._records.groups]
        exact = {number for number, text in enumerate(texts) if text == wanted}
        return exact or {number for number, text in enumerate(texts) if wanted.lower() in text.lower()}

    # Rows as text.

    def _text(self, table: str, number: int) -> list[str]:
        return [
            key_text(cell, 60) if name == "key" else _values(cell) if name == "values" else _plain(cell)
            for name, cell in zip(COLUMNS[table], self._cells[table][number], strict=True)
        ]

    def _all_text(self, table: str) -> list[str]:
        return [" ".join(self._text(table, number)).lower() for number in range(len(self._cells[table]))]

    def _mark(self, table: str, number: int) -> list | None:
        """The mark and the number of the tint of a row's key."""
        if table == "inputs":
            return None
        group = self._group_of_pair[number] if table == "pairs" else number
        return None if group is None else [KEY_MARKS[group % len(KEY_MARKS)], group % len(KEY_TINTS)]


def _plain(cell: Any) -> str:
    return cell if isinstance(cell, str) and len(cell) <= 200 else short(cell, 200)


def _values(values: tuple) -> str:
    return ", ".join(short(value, 40) for value in values[:20]) + (", ..." if len(values) > 20 else "")


def _any_order(cell: Any) -> tuple[str, str]:
    return type(cell).__name__, short(cell)


class PhaseView(LivingWidget):
    """The four tables in a notebook. `query` is what the browser asks, `answer` is what it shows."""

    _esm = esm(__file__)
    _css = css(__file__)

    query = traitlets.Dict().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    columns = traitlets.Dict(COLUMNS).tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)

    def __init__(self, run: Run):
        self._tables = Tables(run)
        choices = {
            "keys": self._tables.keys,
            "workers": self._tables.workers,
            "partitions": list(map(str, self._tables.partitions)),
        }
        super().__init__(choices=choices)
        self._ask({"new": {}})

    @traitlets.observe("query")
    def _ask(self, change: Any) -> None:
        asked = change["new"]
        queries = {table: self._read(asked, table) for table in TABLES}
        self.answer = {table: self._tables.page(table, query) for table, query in queries.items()} | {
            "said": self._tables.say(queries["inputs"].picked),
            "number": asked.get("number", 0),
        }

    def _read(self, asked: dict[str, Any], table: str) -> Query:
        """The query for one table; what makes no sense is left out, since it comes from a browser."""
        own = asked.get(table, {})
        picked = asked.get("picked")
        if picked and picked[0] in TABLES and 0 <= int(picked[1]) < len(self._tables._cells[picked[0]]):
            picked = (picked[0], int(picked[1]))
        else:
            picked = None
        texts = {name: str(asked.get(name, "")) for name in ("key", "worker", "partition", "search")}
        page = int(own.get("page", 0))
        return Query(str(own.get("sort", "")), bool(own.get("down")), page=page, picked=picked, **texts)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:  # type: ignore[override]
        tables = "".join(_static(self._tables, table) for table in TABLES)
        said = self._tables.say(None)
        return self.over(f"<p>{escape(said)}</p>{tables}", said)


def _static(tables: Tables, table: str) -> str:
    """The first page of a table, for a notebook without a kernel."""
    page = tables.page(table, Query())
    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS[table])
    rows = "".join(f"<tr>{''.join(_cells(row))}</tr>" for row in page["rows"])
    more = page["kept"] - len(page["rows"])
    rest = f" (the first {len(page['rows'])} of {page['kept']:,})" if more else ""
    return f"<table><caption>{table}{rest}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cells(row: list[str]) -> Iterator[str]:
    return (f"<td>{escape(text)}</td>" for text in row)


@arguments.takes(run=arguments.instance(Run, "a Run, as in job.run(inputs)"))
def phases(run: Run) -> PhaseView:
    """The inputs, pairs, groups and results of a run as linked tables.

    Sort by a column's name, search, filter by key, worker or partition; pick a row to see where it came from and what
    became of it in the other tables.
    """
    return PhaseView(run)
