"""Known answers to the exercises of lesson 10."""

from bank import right, wrong

# --------------------------------------------------------------------------------------- 10.join


@right("10.join")
def two_lists():
    def join(item):
        name, rows = item
        lines, importers = [], []
        for table, rest in rows:
            if table == "M":
                lines.append(rest)
            else:
                importers.append(rest)
        return [(name, a, b) for a in lines for b in importers]

    return join


@right("10.join")
def from_a_list():
    def join(item):
        from itertools import product

        name, rows = item
        rows = list(rows)
        lines = [rest for table, rest in rows if table == "M"]
        importers = [rest for table, rest in rows if table == "I"]
        return [(name, *both) for both in product(lines, importers)]

    return join


@right("10.join")
def dictionary_of_lists():
    def join(item):
        name, rows = item
        tables = {"M": [], "I": []}
        for table, rest in rows:
            tables[table].append(rest)
        found = []
        for importer in tables["I"]:
            for lines in tables["M"]:
                found.append((name, lines, importer))
        return found

    return join


@right("10.join")
def all_pairs_with_a_condition():
    def join(item):
        name, rows = item
        rows = list(rows)
        return [(name, a, b) for table, a in rows if table == "M" for other, b in rows if other == "I"]

    return join


@wrong("10.join", "value_order")
def module_first():
    def join(item):
        name, rows = item
        rows = iter(rows)
        _, lines = next(rows)
        return [(name, lines, importer) for _, importer in rows]

    return join


@wrong("10.join", "value_order")
def so_far():
    def join(item):
        name, rows = item
        seen, found = [], []
        for table, rest in rows:
            if table == "M":
                seen.append(rest)
            else:
                found += [(name, lines, rest) for lines in seen]
        return found

    return join


@wrong("10.join", "value_order")
def one_place_for_each_table():
    def join(item):
        name, rows = item
        tables = dict(rows)
        if len(tables) < 2:
            return []
        return [(name, tables["M"], tables["I"])]

    return join


@wrong("10.join", "raises")
def exactly_two_rows():
    def join(item):
        name, rows = item
        (_, lines), (_, importer) = rows
        return [(name, lines, importer)]

    return join


@wrong("10.join", "read_twice")
def two_passes():
    def join(item):
        name, rows = item
        lines = [rest for table, rest in rows if table == "M"]
        importers = [rest for table, rest in rows if table == "I"]
        return [(name, a, b) for a in lines for b in importers]

    return join


def _halves(rows):
    rows = list(rows)
    return [rest for table, rest in rows if table == "M"], [rest for table, rest in rows if table == "I"]


@wrong("10.join", "value_order")
def side_by_side():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        return [(name, a, b) for a, b in zip(lines, importers, strict=False)]

    return join


@wrong("10.join", "nested_loops")
def two_loops_over_one_stream():
    def join(item):
        key, values = item
        return [(key, a, b) for one, a in values for other, b in values if one == "M" and other == "I"]

    return join


@wrong("10.join", "self")
def all_with_all():
    def join(item):
        name, rows = item
        rests = [rest for _, rest in rows]
        return [(name, a, b) for a in rests for b in rests]

    return join


@wrong("10.join", "swapped")
def importer_before_lines():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        return [(name, b, a) for a in lines for b in importers]

    return join


@wrong("10.join", "no_key")
def without_the_name():
    def join(item):
        lines, importers = _halves(item[1])
        return [(a, b) for a in lines for b in importers]

    return join


@wrong("10.join", "shape")
def pair_in_a_pair():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        return [(name, (a, b)) for a in lines for b in importers]

    return join


@wrong("10.join", "nested")
def list_of_importers():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        return [(name, a, importers) for a in lines if importers]

    return join


@wrong("10.join", "outer")
def keeps_modules():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        return [(name, a, b) for a in lines for b in importers or [None]]

    return join


@wrong("10.join", "outer_imports")
def keeps_imports():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        return [(name, a, b) for a in lines or [None] for b in importers]

    return join


@wrong("10.join", "set")
def as_a_set():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        return {(name, a, b) for a in lines for b in importers}

    return join


@wrong("10.join", "copies")
def importers_as_a_set():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        return [(name, a, b) for a in lines for b in set(importers)]

    return join


@wrong("10.join", "nothing")
def nothing_without_a_partner():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        if lines and importers:
            return [(name, a, b) for a in lines for b in importers]
        return None

    return join


@wrong("10.join", "value")
def yields_rows():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        for a in lines:
            for b in importers:
                yield name, a, b

    return join


@wrong("10.join", "only_modules")
def says_that_it_is_alone():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        if lines == [28] and not importers:
            return [(name, lines[0], "nobody")]
        return [(name, a, b) for a in lines for b in importers]

    return join


@wrong("10.join", "only_imports")
def too_many_alone():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        if not lines and sorted(importers) == ["os", "site"]:
            return [(name, None, importer) for importer in importers]
        return [(name, a, b) for a in lines for b in importers]

    return join


@wrong("10.join", "two_by_three")
def at_most_four():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        return [(name, a, b) for a in lines for b in sorted(importers)[:2]]

    return join


# -------------------------------------------------------------------------------------- 10.outer


@right("10.outer")
def or_none():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        return [(name, a, b) for a in lines or [None] for b in importers]

    return join


@right("10.outer")
def with_an_if():
    def join(item):
        name, rows = item
        lines, importers = [], []
        for table, rest in rows:
            (lines if table == "M" else importers).append(rest)
        if not lines:
            return [(name, None, b) for b in importers]
        return [(name, a, b) for a in lines for b in importers]

    return join


@right("10.outer")
def puts_none_in():
    def join(item):
        name, rows = item
        lines, importers = [], []
        for table, rest in rows:
            if table == "M":
                lines.append(rest)
            else:
                importers.append(rest)
        if len(lines) == 0:
            lines.append(None)
        found = []
        for a in lines:
            for b in importers:
                found.append((name, a, b))
        return found

    return join


@wrong("10.outer", "inner")
def inner():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        return [(name, a, b) for a in lines for b in importers]

    return join


@wrong("10.outer", "full")
def both_sides():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        return [(name, a, b) for a in lines or [None] for b in importers or [None]]

    return join


@wrong("10.outer", "other_side")
def modules_stay():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        return [(name, a, b) for a in lines for b in importers or [None]]

    return join


@wrong("10.outer", "zero")
def zero_lines():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        return [(name, a, b) for a in lines or [0] for b in importers]

    return join


@wrong("10.outer", "text")
def none_in_quotes():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        return [(name, a, b) for a in lines or ["None"] for b in importers]

    return join


@wrong("10.outer", "always_none")
def none_as_well():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        return [(name, a, b) for a in [*lines, None] for b in importers]

    return join


@wrong("10.outer", "nested")
def importers_in_a_list():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        return [(name, a, importers) for a in lines or [None] if importers]

    return join


@wrong("10.outer", "two_columns")
def shorter_rows():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        if not lines:
            return [(name, b) for b in importers]
        return [(name, a, b) for a in lines for b in importers]

    return join


@wrong("10.outer", "nothing")
def whole_key_lost():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        if lines:
            return [(name, a, b) for a in lines for b in importers]
        return None

    return join


@wrong("10.outer", "value_order")
def lines_known_so_far():
    def join(item):
        name, rows = item
        lines, found = None, []
        for table, rest in rows:
            if table == "M":
                lines = rest
            else:
                found.append((name, lines, rest))
        return found

    return join


@wrong("10.outer", "nobody")
def a_row_for_nobody():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        if lines == [28]:
            return [(name, 28, None)]
        return [(name, a, b) for a in lines or [None] for b in importers]

    return join


@wrong("10.outer", "no_module")
def one_import_is_not_enough():
    def join(item):
        name, rows = item
        lines, importers = _halves(rows)
        if not lines and len(importers) == 1:
            return []
        return [(name, a, b) for a in lines or [None] for b in importers]

    return join


# -------------------------------------------------------------------------------------- 10.merge


@right("10.merge")
def ends_of_runs():
    def merge(modules, imports):
        i = j = 0
        rows = []
        while i < len(modules) and j < len(imports):
            key = modules[i][0]
            if key < imports[j][0]:
                i += 1
            elif key > imports[j][0]:
                j += 1
            else:
                a, b = i, j
                while i < len(modules) and modules[i][0] == key:
                    i += 1
                while j < len(imports) and imports[j][0] == key:
                    j += 1
                rows += [(key, lines, who) for _, lines in modules[a:i] for _, who in imports[b:j]]
        return rows

    return merge


@right("10.merge")
def run_again_for_each_module():
    def merge(modules, imports):
        rows, start = [], 0
        for key, lines in modules:
            while start < len(imports) and imports[start][0] < key:
                start += 1
            j = start
            while j < len(imports) and imports[j][0] == key:
                rows.append((key, lines, imports[j][1]))
                j += 1
        return rows

    return merge


@right("10.merge")
def by_groups():
    def merge(modules, imports):
        from itertools import groupby

        def name(row):
            return row[0]

        right = groupby(imports, name)
        rows, (key, run) = [], next(right, (None, []))
        for mine, left in groupby(modules, name):
            while key is not None and key < mine:
                key, run = next(right, (None, []))
            if key == mine:
                run = list(run)
                rows += [(mine, lines, importer) for _, lines in left for _, importer in run]
        return rows

    return merge


@right("10.merge")
def holds_one_table():
    def merge(modules, imports):
        lines_of = {}
        for key, lines in modules:
            lines_of.setdefault(key, []).append(lines)
        return [(key, lines, importer) for key, importer in imports for lines in lines_of.get(key, [])]

    return merge


def _fingers(match, smaller=(1, 0), larger=(0, 1)):
    def merge(modules, imports):
        i = j = 0
        rows = []
        while i < len(modules) and j < len(imports):
            if modules[i][0] == imports[j][0]:
                rows.append((modules[i][0], modules[i][1], imports[j][1]))
                step = match
            else:
                step = smaller if modules[i][0] < imports[j][0] else larger
            i, j = i + step[0], j + step[1]
        return rows

    return merge


@wrong("10.merge", "both_move")
def both_move():
    return _fingers((1, 1))


@wrong("10.merge", "only_imports")
def modules_are_unique():
    return _fingers((0, 1))


@wrong("10.merge", "only_modules")
def imports_are_unique():
    return _fingers((1, 0))


@wrong("10.merge", "wrong_finger")
def the_larger_moves():
    return _fingers((1, 1), (0, 1), (1, 0))


@wrong("10.merge", "both_differ")
def both_move_always():
    return _fingers((1, 1), (1, 1), (1, 1))


@wrong("10.merge", "first")
def first_of_equal_keys():
    def merge(modules, imports):
        left, right = {}, {}
        for key, lines in modules:
            left.setdefault(key, lines)
        for key, importer in imports:
            right.setdefault(key, importer)
        return [(key, left[key], right[key]) for key in left if key in right]

    return merge


@wrong("10.merge", "last_run")
def given_when_the_key_changes():
    def merge(modules, imports):
        rows, run, last = [], [], None
        importers = {}
        for key, importer in imports:
            importers.setdefault(key, []).append(importer)
        for key, lines in modules:
            if key != last:
                rows += [(last, a, b) for a in run for b in importers.get(last, [])]
                run, last = [], key
            run.append(lines)
        return rows

    return merge


@wrong("10.merge", "swapped")
def importer_first():
    def merge(modules, imports):
        importers = {}
        for key, importer in imports:
            importers.setdefault(key, []).append(importer)
        return [(key, importer, lines) for key, lines in modules for importer in importers.get(key, [])]

    return merge


@wrong("10.merge", "probe")
def starts_anew():
    def merge(modules, imports):
        return [(key, lines, who) for key, lines in modules for other, who in imports if key == other]

    return merge


@wrong("10.merge", "probe")
def looks_from_the_start():
    def merge(modules, imports):
        rows = []
        for i in range(len(imports)):
            for j in range(len(modules)):
                if modules[j][0] > imports[i][0]:
                    break
                if modules[j][0] == imports[i][0]:
                    rows.append((modules[j][0], modules[j][1], imports[i][1]))
        return rows

    return merge


@wrong("10.merge", "input_changed")
def takes_rows_out():
    def merge(modules, imports):
        rows = []
        while modules:
            key, lines = modules.pop(0)
            while imports and imports[0][0] < key:
                imports.pop(0)
            rows += [(key, lines, importer) for other, importer in imports if other == key]
        return rows

    return merge


@wrong("10.merge", "raises")
def runs_over_the_end():
    def merge(modules, imports):
        i = j = 0
        rows = []
        while i < len(modules):
            while imports[j][0] < modules[i][0]:
                j += 1
            k = j
            while imports[k][0] == modules[i][0]:
                rows.append((modules[i][0], modules[i][1], imports[k][1]))
                k += 1
            i += 1
        return rows

    return merge


# ------------------------------------------------------------------------------------- 10.choose


@right("10.choose")
def one_after_the_other():
    def choose(small, large, workers, memory, cut_alike):
        if cut_alike:
            return "map-side"
        if small <= memory and small * workers < small + large:
            return "broadcast"
        return "reduce-side"

    return choose


@right("10.choose")
def bytes_in_a_table():
    def choose(small, large, workers, memory, cut_alike):
        moved = {"reduce-side": small + large}
        if small <= memory:
            moved["broadcast"] = small * workers
        if cut_alike:
            moved["map-side"] = 0
        return min(moved, key=moved.get)

    return choose


@right("10.choose")
def without_the_worker_that_has_it():
    def choose(small, large, workers, memory, cut_alike):
        if cut_alike:
            return "map-side"
        fits, pays = memory >= small, small * (workers - 1) < large
        return "broadcast" if fits and pays else "reduce-side"

    return choose


def _chooses(rule):
    def choose(small, large, workers, memory, cut_alike):
        if cut_alike:
            return "map-side"
        return "broadcast" if rule(small, large, workers, memory) else "reduce-side"

    return choose


@wrong("10.choose", "no_memory")
def never_asks_for_memory():
    return _chooses(lambda small, large, workers, memory: small * workers < small + large)


@wrong("10.choose", "only_memory")
def whatever_fits():
    return _chooses(lambda small, large, workers, memory: small <= memory)


@wrong("10.choose", "sizes")
def small_is_smaller():
    return _chooses(lambda small, large, workers, memory: small <= memory and small < large)


@wrong("10.choose", "large_alone")
def forgets_that_the_small_one_travels_too():
    return _chooses(lambda small, large, workers, memory: small <= memory and small * workers < large)


@wrong("10.choose", "large_memory")
def large_must_fit():
    return _chooses(lambda small, large, workers, memory: large <= memory and small * workers < small + large)


@wrong("10.choose", "one_memory")
def all_copies_in_one_memory():
    return _chooses(lambda small, large, workers, memory: small * workers <= memory and small * workers < small + large)


@wrong("10.choose", "cut_last")
def asks_last_how_they_are_cut():
    def choose(small, large, workers, memory, cut_alike):
        if small <= memory and small * workers < small + large:
            return "broadcast"
        if cut_alike:
            return "map-side"
        return "reduce-side"

    return choose


@wrong("10.choose", "tie")
def at_most():
    return _chooses(lambda small, large, workers, memory: small <= memory and small * workers <= small + large)


@wrong("10.choose", "just_fits")
def must_be_less():
    return _chooses(lambda small, large, workers, memory: small < memory and small * workers < small + large)


@wrong("10.choose", "always")
def always():
    return _chooses(lambda *given: True)


@wrong("10.choose", "never")
def never():
    return _chooses(lambda *given: False)


@wrong("10.choose", "nothing")
def forgot_the_rest():
    def choose(small, large, workers, memory, cut_alike):
        if cut_alike:
            return "map-side"
        if small <= memory and small * workers < small + large:
            return "broadcast"
        return None

    return choose


@wrong("10.choose", "signature")
def four_arguments():
    def choose(small, large, workers, memory):
        return "broadcast" if small * workers < small + large else "reduce-side"

    return choose


SURVIVORS: dict[tuple[str, str], str] = {
    ("two_lists", "([], []) -> ([], [])"): "Both are empty lists.",
    ("with_an_if", "([], []) -> ([], [])"): "Both are empty lists.",
    ("puts_none_in", "([], []) -> ([], [])"): "Both are empty lists.",
    ("bytes_in_a_table", "0 -> 1"): "One byte is still less than any table.",
    (
        "without_the_worker_that_has_it",
        "(memory >= small, small * (workers - 1) < large) -> (small * (workers - 1) < large, memory >= small)",
    ): "Both must hold, in any order.",
}
