"""Lesson 10, Joins: what its exercises and quizzes ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from mrkit.learn.exercise import Case, Choice, Exercise, Hints, Mistake, Quiz
from mrkit.learn.reading import reads_at_most
from mrkit.learn.same import form

NAMES = ["json", "re", "os", "sys", "this", "random", "ast", "io"]
IMPORTERS = ["site", "cmd", "pdb", "glob", "csv", "dis"]

Row = tuple[str, tuple[str, Any]]  # (key, (table, rest)), as map gives it


def tables(values: Iterable) -> tuple[list, list]:
    """The rests of the rows of one key: those of the modules, and those of the imports."""
    rows = list(values)
    return [rest for table, rest in rows if table == "M"], [rest for table, rest in rows if table == "I"]


def by_key(rows: list[Row]) -> dict[str, list]:
    """The values of each key, in plain Python."""
    groups: dict[str, list] = {}
    for key, value in rows:
        groups.setdefault(key, []).append(value)
    return groups


def in_any_order(result: Any) -> Any:
    """A list of rows, and a list in a row, in an order of its own: rows may come in any."""
    if not isinstance(result, list | tuple):
        return result
    return sorted(map(_row, result), key=form)


def _row(row: Any) -> Any:
    return tuple(in_any_order(part) for part in row) if isinstance(row, list | tuple) else row


def each_key(rows_of: Callable[[str, list, list], Any]) -> Callable[[list], list]:
    """Results as somebody makes them who gives `rows_of(key, lines, importers)` for each key."""
    return lambda rows: [rows_of(key, *tables(values)) for key, values in by_key(rows).items()]


def some_rows(rng: Random) -> list[Row]:
    """Rows of both tables, tagged and in no order: keys with several rows, and keys that one table alone has."""
    rows: list[Row] = []
    sizes = [(1, 2), (2, 2), (1, 1), (1, 0), (0, 2)]
    for name, (modules, imports) in zip(rng.sample(NAMES, len(sizes)), sizes, strict=True):
        rows += [(name, ("M", lines)) for lines in rng.sample(range(20, 2000), modules)]
        rows += [(name, ("I", importer)) for importer in rng.sample(IMPORTERS, imports)]
    return rng.sample(rows, len(rows))


# ---------------------------------------------------------------------------------- 10.join: rows that meet


def _self_joined(item: tuple) -> list[tuple]:
    key, values = item
    rests = [rest for _, rest in values]
    return [(key, one, other) for one in rests for other in rests]


JOIN = Exercise(
    id="10.join",
    title="Join the rows of a key",
    parts=("reduce_func",),
    inputs=some_rows,
    reference=each_key(lambda key, lines, importers: [(key, a, b) for a in lines for b in importers]),
    compare=in_any_order,
    mistakes=(
        Mistake(
            "self",
            "You joined all rows with all, so rows of one table met each other. Look at the table of each.",
            reduce_func=_self_joined,
        ),
        Mistake(
            "swapped",
            "The columns have changed places. First comes the key, then the lines, then who imports it.",
            results=each_key(lambda key, a, b: [(key, y, x) for x in a for y in b]),
        ),
        Mistake(
            "no_key",
            "Your rows do not say whose they are. Put the key first.",
            results=each_key(lambda key, a, b: [(x, y) for x in a for y in b]),
        ),
        Mistake(
            "shape",
            "You gave a pair in a pair. A row is flat: `(key, lines, importer)`.",
            results=each_key(lambda key, a, b: [(key, (x, y)) for x in a for y in b]),
        ),
        Mistake(
            "nested",
            "You gave one row with a list in it. Each importer makes a row of its own.",
            results=each_key(lambda key, a, b: [(key, x, b) for x in a if b]),
        ),
        Mistake(
            "outer",
            "You kept modules that nobody imports. An inner join drops what has no partner.",
            results=each_key(lambda key, a, b: [(key, x, y) for x in a for y in b or [None]]),
        ),
        Mistake(
            "outer_imports",
            "You kept imports of a module that has no row. An inner join drops what has no partner.",
            results=each_key(lambda key, a, b: [(key, x, y) for x in a or [None] for y in b]),
        ),
        Mistake(
            "set",
            "Rows in a set lose their copies, and each row counts. Give a list.",
            results=each_key(lambda key, a, b: {(key, x, y) for x in a for y in b}),
        ),
    ),
    edges=(
        Case(
            "only_modules",
            [("this", ("M", 28))],
            "A key may have rows of one table alone. Then it gives no row: an empty list.",
        ),
        Case(
            "only_imports",
            [("sys", ("I", "os")), ("sys", ("I", "site"))],
            "A key may have rows of one table alone. Then it gives no row: an empty list.",
        ),
        Case(
            "two_by_three",
            [("re", ("M", lines)) for lines in (300, 310)]
            + [("re", ("I", importer)) for importer in ("cmd", "pdb", "csv")],
            "Two rows of one table and three of the other make six rows.",
        ),
        Case(
            "copies",
            [("io", ("M", 90)), ("io", ("I", "cmd")), ("io", ("I", "cmd"))],
            "Two equal rows are two rows, and both stay. A set keeps one of them.",
        ),
    ),
    says={
        "value_order": "Rows of both tables come mixed, and each row of one table meets each row of the other.",
        "nothing": "A key without a partner gives an empty list.",
        "read_twice": "The first loop read all rows. Sort them into two lists in one loop.",
    },
    hints=Hints(
        idea="Sort the rows into two lists, one for each table. Then let each row of one meet each of the other.",
        line="When do you know that all rows of the module have come? Only after the whole loop.",
        twin="Who can eat what, by taste; values are ('guest', name) or ('dish', name):\n"
        "`def menu(item):`\n"
        "`    taste, rows = item`\n"
        "`    guests, dishes = [], []`\n"
        "`    for kind, name in rows:`\n"
        "`        (guests if kind == 'guest' else dishes).append(name)`\n"
        "`    return [(taste, g, d) for g in guests for d in dishes]`\n"
        "The two loops in the last line make all pairs, and none if a list is empty.",
    ),
    worth="Only one of the two lists must be in memory. If the shorter one comes first, the other can stream by.",
)

# -------------------------------------------------------------------- 10.outer: what has no partner stays

OUTER = Exercise(
    id="10.outer",
    title="Keep every import",
    parts=("reduce_func",),
    inputs=some_rows,
    reference=each_key(lambda key, a, b: [(key, x, y) for x in a or [None] for y in b]),
    compare=in_any_order,
    mistakes=(
        Mistake(
            "inner",
            "Imports of modules without a row are lost. They should stay, with None for the lines.",
            results=each_key(lambda key, a, b: [(key, x, y) for x in a for y in b]),
        ),
        Mistake(
            "full",
            "You kept modules that nobody imports, too. That is a full join; only imports must all stay.",
            results=each_key(lambda key, a, b: [(key, x, y) for x in a or [None] for y in b or [None]]),
        ),
        Mistake(
            "other_side",
            "You kept the other side: modules that nobody imports. Every import should stay.",
            results=each_key(lambda key, a, b: [(key, x, y) for x in a for y in b or [None]]),
        ),
        Mistake(
            "zero",
            "You gave 0 lines where nothing is known. An empty module has 0 lines; this one has no row: None.",
            results=each_key(lambda key, a, b: [(key, x, y) for x in a or [0] for y in b]),
        ),
        Mistake(
            "text",
            "You gave a text where nothing is known. Give None, without quotes.",
            results=each_key(lambda key, a, b: [(key, x, y) for x in a or ["None"] for y in b]),
        ),
        Mistake(
            "always_none",
            "Each import has a row with None, even beside its real ones. None is for those without a partner.",
            results=each_key(lambda key, a, b: [(key, x, y) for x in [*a, None] for y in b]),
        ),
        Mistake(
            "nested",
            "You gave one row with a list in it. Each importer makes a row of its own.",
            results=each_key(lambda key, a, b: [(key, x, b) for x in a or [None] if b]),
        ),
        Mistake(
            "two_columns",
            "A row without a partner has three columns too. The place of the lines has None in it.",
            results=each_key(lambda key, a, b: [(key, x, y) for x in a for y in b] or [(key, y) for y in b]),
        ),
    ),
    edges=(
        Case(
            "nobody",
            [("this", ("M", 28))],
            "Nobody imports this module. Only imports must stay, so it gives no row.",
        ),
        Case(
            "no_module",
            [("sys", ("I", "os"))],
            "This module has no row of its own. Its import stays, with None for the lines.",
        ),
    ),
    says={
        "value_order": "Rows of both tables come mixed, so look at the table in each of them.",
        "nothing": "Every key gives a list, which may be empty.",
    },
    hints=Hints(
        idea="Start from your inner join. What must stand in for the lines when the list of modules is empty?",
        line="Which of your two lists is empty for a module without source? What does the loop over it do then?",
        twin="All guests, with a dish of their taste or None:\n"
        "`def menu(item):`\n"
        "`    taste, rows = item`\n"
        "`    guests, dishes = [], []`\n"
        "`    for kind, name in rows:`\n"
        "`        (guests if kind == 'guest' else dishes).append(name)`\n"
        "`    return [(taste, g, d) for g in guests for d in dishes or [None]]`\n"
        "`dishes or [None]` is the dishes, or one None if there are none. No guest is lost.",
    ),
    worth="An inner join drops rows without a word. If a count falls after a join, look there first.",
)

# ------------------------------------------------------------------- 10.merge: two fingers, two sorted tables

Table = list[tuple[str, Any]]


def merged(modules: Table, imports: Table) -> list[tuple]:
    """All rows of the join, by a dictionary."""
    rests = defaultdict(list)
    for key, importer in imports:
        rests[key].append(importer)
    return [(key, lines, importer) for key, lines in modules for importer in rests[key]]


def some_tables(rng: Random) -> list[tuple[Table, Table]]:
    """Pairs of sorted tables with runs of equal keys; one has a table without rows, one has one key only.

    In one a single row meets at the end; in one a name comes back after many others.
    """
    given: list[tuple[Table, Table]] = [_two_tables(rng, last_in_both=number < 2) for number in range(4)]
    same: Table = [("re", 300), ("re", 310)]
    ends: tuple[Table, Table] = ([("io", 90), ("re", 300)], [("os", "cmd"), ("re", "csv")])
    late: tuple[Table, Table] = (
        [("re", lines) for lines in range(6)],
        [*((f"m{n:02}", "cmd") for n in range(30)), ("re", "csv")],
    )
    few: list[tuple[Table, Table]] = [(same, [("re", name) for name in IMPORTERS[:3]]), *_FEW]
    return [*few, ends, *given, ([], [("re", "cmd")]), ([("re", 300)], []), late]


_FEW: list[tuple[Table, Table]] = [  # small ones, which can be read when they fail
    ([("io", 90), ("re", 300)], [("io", "csv"), ("re", "cmd"), ("re", "pdb")]),
    ([("io", 90), ("re", 300), ("re", 310)], [("os", "cmd"), ("re", "cmd")]),
    ([("re", 300), ("sys", 40)], [("io", "csv"), ("re", "cmd"), ("sys", "pdb")]),
]


def _two_tables(rng: Random, last_in_both: bool) -> tuple[Table, Table]:
    names = sorted(rng.sample(NAMES, 6))
    sizes = rng.sample([(2, 3), (1, 2), (2, 2), (0, 3), (1, 0)], 5)
    sizes.insert(5 if last_in_both else 0, (2, 2))
    lines = iter(rng.sample(range(20, 2000), 12))
    modules = [(name, next(lines)) for name, (rows, _) in zip(names, sizes, strict=True) for _ in range(rows)]
    imports = [
        (name, importer)
        for name, (_, rows) in zip(names, sizes, strict=True)
        for importer in rng.sample(IMPORTERS, rows)
    ]
    return modules, imports


def enough_reads(modules: Table, imports: Table) -> int:
    """Places that two careful fingers read: each row, a look ahead, and a run again for each row that it meets."""
    return 2 * (len(modules) + len(imports) + len(merged(modules, imports)))


def _walk(match: tuple[int, int], differ: str = "smaller") -> Callable[[Table, Table], list[tuple]]:
    """Two fingers that move so far after a match; and if the keys differ, the one at the smaller key, or another."""

    def walk(modules: Table, imports: Table) -> list[tuple]:
        i = j = 0
        rows = []
        while i < len(modules) and j < len(imports):
            (key, lines), (other, importer) = modules[i], imports[j]
            if key == other:
                rows.append((key, lines, importer))
                i, j = i + match[0], j + match[1]
            elif differ == "both":
                i, j = i + 1, j + 1
            elif (key < other) == (differ == "smaller"):
                i += 1
            else:
                j += 1
        return rows

    return walk


def _without_last_run(modules: Table, imports: Table) -> list[tuple]:
    last = max((key for key, _ in modules), default="")
    return [row for row in merged(modules, imports) if row[0] != last]


def _first_of_equal(modules: Table, imports: Table) -> list[tuple]:
    return merged(list(dict(modules[::-1]).items())[::-1], list(dict(imports[::-1]).items())[::-1])


MERGE = Exercise(
    id="10.merge",
    title="Join two sorted tables",
    parts=("function",),
    inputs=some_tables,
    reference=merged,
    compare=in_any_order,
    mistakes=(
        Mistake(
            "both_move",
            "Both fingers move on after a match. If a key has two rows here and three there, six rows come out.",
            function=_walk((1, 1)),
        ),
        Mistake(
            "only_imports",
            "You treat a module's key as unique: its second row meets nobody. Keys may repeat in both tables.",
            function=_walk((0, 1)),
        ),
        Mistake(
            "only_modules",
            "You treat an import's key as unique: its second row meets nobody. Keys may repeat in both tables.",
            function=_walk((1, 0)),
        ),
        Mistake(
            "wrong_finger",
            "The finger at the larger key moves. Its partner may still come: move the one at the smaller key.",
            function=_walk((1, 1), "larger"),
        ),
        Mistake(
            "both_differ",
            "When the keys differ, both fingers move. Only the smaller key can have no partner any more.",
            function=_walk((1, 1), "both"),
        ),
        Mistake(
            "first",
            "You keep one row of each key. All rows of a run count.",
            function=_first_of_equal,
        ),
        Mistake(
            "last_run",
            "The last run of equal keys never comes out. What you hold at the end must be given too.",
            function=_without_last_run,
        ),
        Mistake(
            "swapped",
            "The columns have changed places. First comes the key, then the lines, then who imports it.",
            function=lambda modules, imports: [(key, b, a) for key, a, b in merged(modules, imports)],
        ),
    ),
    also=(reads_at_most(enough_reads, "rows"),),
    says={
        "input_changed": "Leave both tables as they are, and let your fingers be numbers.",
    },
    hints=Hints(
        idea="Two fingers, one in each table. If their keys differ, the finger at the smaller key moves on.",
        line="What happens at a match? All rows with that key in one table meet all with that key in the other.",
        twin="Names that two sorted lists share, where names may repeat, with how many pairs they make:\n"
        "`def shared(one, other):`\n"
        "`    i = j = 0`\n"
        "`    while i < len(one) and j < len(other):`\n"
        "`        if one[i] < other[j]: i += 1`\n"
        "`        elif one[i] > other[j]: j += 1`\n"
        "`        else:`\n"
        "`            name, a, b = one[i], i, j`\n"
        "`            while i < len(one) and one[i] == name: i += 1`\n"
        "`            while j < len(other) and other[j] == name: j += 1`\n"
        "`            print(name, (i - a) * (j - b))`\n"
        "At a match both fingers go to the end of their runs. What lies between are the two runs.",
    ),
    worth="Each table is read once, in its order. A database does the same with two sorted files.",
)

# ------------------------------------------------------------------------ 10.choose: by what must be moved


def cheapest(small: int, large: int, workers: int, memory: int, cut_alike: bool) -> str:
    """Which join moves the fewest bytes.

    >>> cheapest(10, 1000, 4, 100, False), cheapest(10, 1000, 200, 100, False)
    ('broadcast', 'reduce-side')
    """
    if cut_alike:
        return "map-side"
    return "broadcast" if small <= memory and small * workers < small + large else "reduce-side"


def _by(fits: Callable[..., bool]) -> Callable[..., str]:
    """Somebody who broadcasts by another rule."""

    def choose(small: int, large: int, workers: int, memory: int, cut_alike: bool) -> str:
        if cut_alike:
            return "map-side"
        return "broadcast" if fits(small, large, workers, memory) else "reduce-side"

    return choose


def _cut_last(small: int, large: int, workers: int, memory: int, cut_alike: bool) -> str:
    choice = cheapest(small, large, workers, memory, False)
    return choice if choice == "broadcast" or not cut_alike else "map-side"


def some_choices(rng: Random) -> list[tuple]:
    """(small, large, workers, memory, cut_alike), with ties, and tables that fit in one memory but not in all."""
    k = rng.randint(2, 9)
    return rng.sample(
        [
            (k, 100 * k, 4, 50 * k, False),  # broadcast
            (k, 100 * k, 200, 50 * k, False),  # too many workers
            (10 * k, 1000 * k, 4, 5 * k, False),  # too large for the memory
            (10 * k, 1000 * k, 4, 10 * k, False),  # just fits
            (10 * k, 1000 * k, 4, 2000 * k, False),  # even the large one would fit
            (10 * k, 30 * k, 4, 20 * k, False),  # a tie
            (10 * k, 40 * k, 4, 20 * k, False),  # one table's worth below the tie
            (10 * k, 35 * k, 4, 20 * k, False),  # 40 here, 45 there
            (k, 100 * k, 4, 50 * k, True),  # cut alike, and broadcast would be cheap too
            (10 * k, 1000 * k, 4, 5 * k, True),
            (50 * k, 60 * k, 8, 70 * k, False),  # about as large as each other
            (30 * k, 30 * k, 4, 60 * k, False),
        ],
        12,
    )


CHOOSE = Exercise(
    id="10.choose",
    title="Which join moves least?",
    parts=("function",),
    inputs=some_choices,
    reference=cheapest,
    mistakes=(
        Mistake(
            "no_memory",
            "You never ask for the memory. Each worker must hold the whole small table to broadcast it.",
            function=_by(lambda small, large, workers, memory: small * workers < small + large),
        ),
        Mistake(
            "only_memory",
            "You broadcast whatever fits. With many workers all those copies are more than both tables.",
            function=_by(lambda small, large, workers, memory: small <= memory),
        ),
        Mistake(
            "sizes",
            "You compare one copy of the small table. It goes to each worker: small times workers.",
            function=_by(lambda small, large, workers, memory: small <= memory and small < large),
        ),
        Mistake(
            "large_alone",
            "In a reduce-side join both tables travel: compare with small and large together.",
            function=_by(lambda small, large, workers, memory: small <= memory and small * workers < large),
        ),
        Mistake(
            "large_memory",
            "You ask whether the large table fits. The large one stays where it is; the small one must fit.",
            function=_by(lambda small, large, workers, memory: large <= memory and small * workers < small + large),
        ),
        Mistake(
            "one_memory",
            "You put all copies into one memory. Each worker has its own, and holds one copy.",
            function=_by(
                lambda small, large, workers, memory: small * workers <= memory and small * workers < small + large
            ),
        ),
        Mistake(
            "cut_last",
            "You ask last whether the tables are cut alike. Then nothing is shuffled, so ask that first.",
            function=_cut_last,
        ),
        Mistake(
            "tie",
            "When both move as much, choose reduce-side: then no worker must hold a table.",
            function=_by(lambda small, large, workers, memory: small <= memory and small * workers <= small + large),
        ),
        Mistake(
            "just_fits",
            "A table that is exactly as large as the memory still fits.",
            function=_by(lambda small, large, workers, memory: small < memory and small * workers < small + large),
        ),
        Mistake(
            "always",
            "You always broadcast. A table may not fit, and with many workers the copies are more than both tables.",
            function=_by(lambda *given: True),
        ),
        Mistake(
            "never",
            "You never broadcast. A small table sent to a few workers is much less than both tables.",
            function=_by(lambda *given: False),
        ),
    ),
    hints=Hints(
        idea="Write down the bytes that each of the three moves. Then ask which of them can be done at all.",
        line="How many copies of the small table travel? And which tables travel to a reduce task?",
        twin="Visit a friend, or meet in town? You pay for each walk, the town pays for a bus:\n"
        "`def meet(walk, guests, bus, has_room):`\n"
        "`    if has_room and walk * guests < bus:`\n"
        "`        return 'at home'`\n"
        "`    return 'in town'`\n"
        "First what is possible, then what costs less. Each guest walks, so the walk counts for each of them.",
    ),
    worth="A database asks the same before it joins, and often has to guess the sizes.",
)

# ------------------------------------------------------------------------------------------- questions

Q1 = Quiz(
    id="10.q1",
    question="A key is in two rows of one table and in three rows of the other. In how many rows of the join is it?",
    choices=(
        Choice("5, all of them", "That is how many rows come in. A row of the join is made of two.", expect=0.35),
        Choice(
            "6, each of the two with each of the three",
            "Equal keys, every row with every row: 2 times 3.",
            right=True,
            expect=0.4,
        ),
        Choice(
            "3, one for each row of the longer table",
            "That is so if the key is unique in the other table. Here it is not.",
            expect=0.15,
        ),
        Choice("2, until one table is used up", "Rows are not used up. Each meets all of its partners.", expect=0.1),
    ),
)

Q2 = Quiz(
    id="10.q2",
    question="The rows of one key meet in one call of the reduce function. Which of them come first?",
    choices=(
        Choice(
            "Those of the smaller table",
            "Nobody has told the engine which table is small. To it, a row is a value like any other.",
            expect=0.25,
        ),
        Choice(
            "Those of the table that was named first",
            "It may look so on one machine. On a cluster it depends on which map task is done first.",
            expect=0.3,
        ),
        Choice("No order is promised", "Order is had by asking for it, and nobody asked.", right=True, expect=0.45),
    ),
)

Q3 = Quiz(
    id="10.q3",
    question="You want to find the modules that nobody imports. Which join shows them?",
    choices=(
        Choice("An inner join", "It drops all rows that have no partner, so it drops just these.", expect=0.2),
        Choice(
            "An outer join that keeps all modules",
            "They are the rows with nothing in the place of the importer.",
            right=True,
            expect=0.45,
        ),
        Choice(
            "An outer join that keeps all imports",
            "It keeps imports whose module has no row. That is the other side.",
            expect=0.35,
        ),
    ),
)

Q4 = Quiz(
    id="10.q4",
    question="You use twice as many workers. Which join moves about twice as many bytes?",
    choices=(
        Choice(
            "The reduce-side join",
            "Each row still travels once, to the task of its key. How many workers there are does not matter.",
            expect=0.25,
        ),
        Choice(
            "The join that sends the small table to all",
            "Each worker needs a copy, so twice as many copies travel.",
            right=True,
            expect=0.4,
        ),
        Choice("Both of them", "In the reduce-side join each row travels once, whoever gets it.", expect=0.25),
        Choice("Neither", "Copies of the small table: one for each worker. There are twice as many now.", expect=0.1),
    ),
)
