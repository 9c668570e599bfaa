"""Data for the lessons that every machine already has, so that nothing is ever downloaded.

It knows where four kinds of data are: mrkit's handbook, Python's language reference, the source of the
standard library, and generators that make the rest from a seed. It serves the lessons, the command line
and the tests. It must never open a network connection, write a file it was not asked for, read a user's
own files, or let one seed give two different outputs on two machines.
"""

from __future__ import annotations

import ast
import contextlib
import random
import shutil
import sys
import sysconfig
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Context, Decimal
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import NamedTuple

from mrkit import arguments
from mrkit.errors import BadArgument, InputError, short
from mrkit.interpreter import collector_at_rest
from mrkit.share import folder

# ---------------------------------------------------------------------------------------------- text


def handbook() -> list[Path]:
    """The files of mrkit's handbook, sorted by name: plain ASCII, reStructuredText.

    >>> [path.name for path in handbook()][:3]
    ['combiners.rst', 'failure.rst', 'glossary.rst']
    """
    return sorted((folder("data") / "handbook").glob("*.rst"))


def language_reference() -> dict[str, str]:
    """Python's language reference, as topic -> text: what `help("if")` shows, some 80 topics.

    >>> "while" in language_reference()["while"]
    True
    """
    from pydoc_data.topics import topics  # most of a megabyte, so only when it is asked for

    return dict(topics)


# ------------------------------------------------------------------------------- the standard library


class Module(NamedTuple):
    """One module: its dotted name, its path below the standard library's folder, its number of lines."""

    module: str
    path: str
    lines: int


class Function(NamedTuple):
    """One `def`: its module, its qualified name, its line (from 1), and how many parameters it has.

    `self`, `*args` and `**kwargs` count as one parameter each.
    """

    module: str
    function: str
    line: int
    args: int


class Import(NamedTuple):
    """One import: the module that holds it, the module it asks for, and the line (from 1)."""

    module: str
    imports: str
    line: int


def stdlib_files(limit: int | None = None) -> list[Path]:
    """The `.py` files of the standard library, sorted by their path in it; at most `limit` of them.

    A file belongs when Python lists its top name in `sys.stdlib_module_names`: so neither site-packages
    nor files made for one build. Folders of tests are left out: they hold broken files on purpose, and
    some systems do not install them. `InputError` where Python keeps its library in an archive.

    >>> [path.name for path in stdlib_files(limit=1)]
    ['__future__.py']
    """
    limit = sys.maxsize if limit is None else arguments.whole(0)("limit", limit)
    root = _root()
    tops = [top for top in root.glob("*") if top.name.removesuffix(".py") in sys.stdlib_module_names]
    paths = [path for top in tops for path in ([top] if top.suffix else top.rglob("*.py"))]
    found = [path.relative_to(root) for path in paths]
    if not found:
        raise InputError(f"This Python keeps no source of its standard library in {root}.")
    wanted = (path for path in found if not {"test", "tests", "idle_test"} & set(path.parts))
    return [root / path for path in sorted(wanted, key=PurePath.as_posix)[:limit]]


def stdlib_modules() -> list[Module]:
    """The table of modules: one row for each file of `stdlib_files()`.

    >>> [row.path for row in stdlib_modules() if row.module == "json.decoder"]
    ['json/decoder.py']
    """
    return list(_modules(_root()))


def stdlib_functions() -> list[Function]:
    """The table of functions and methods, inner ones too, by file and line.

    >>> [row.args for row in stdlib_functions() if row[:2] == ("bisect", "insort_left")]
    [5]
    """
    return list(_tables(_root())[0])


def stdlib_imports() -> list[Import]:
    """The table of imports, wherever in a file they stand, of modules of the standard library.

    Names are whole: `from .decoder import JSONDecoder` inside `json` asks for `json.decoder`. A module
    that is not Python source, such as `sys`, or that only another system has, such as `winreg`, is
    named as well.

    >>> sorted({row.imports for row in stdlib_imports() if row.module == "json" and "." in row.imports})
    ['json.decoder', 'json.encoder']
    """
    return list(_tables(_root())[1])


def import_graph() -> dict[str, list[str]]:
    """Who imports whom, as module -> sorted modules, where a package counts as one module.

    Every module that is imported is a key too, so modules without source, such as `sys`, have an empty
    list: dead ends, which PageRank must care for. A module does not point at itself.

    >>> import_graph()["bisect"]
    ['_bisect']
    """
    graph: dict[str, set[str]] = {_top(name): set() for name in _names().values()}
    for row in stdlib_imports():
        graph[_top(row.module)].add(_top(row.imports))
        graph.setdefault(_top(row.imports), set())
    return {module: sorted(graph[module] - {module}) for module in sorted(graph)}


_Def = ast.FunctionDef | ast.AsyncFunctionDef


def _root() -> Path:
    """Where the standard library lies. A browser's Python has it in a zip: unpacked, once, into the page's memory."""
    root = Path(sysconfig.get_path("stdlib"))
    if sys.platform == "emscripten":
        root = Path("/", *root.parts[1:])  # from two slashes to one
        archive = next((path for path in sys.path if path.endswith(".zip")), None)
        if archive and not (root / "os.py").exists():
            shutil.unpack_archive(archive, root)
    return root


def _names() -> dict[Path, str]:
    """The dotted module name of each file."""
    root = _root()
    dotted = {path: ".".join(path.relative_to(root).with_suffix("").parts) for path in stdlib_files()}
    return {path: name.removesuffix(".__init__") for path, name in dotted.items()}


def _top(module: str) -> str:
    return module.partition(".")[0]


@cache
def _modules(root: Path) -> tuple[Module, ...]:
    return tuple(
        Module(name, path.relative_to(root).as_posix(), path.read_bytes().count(b"\n"))
        for path, name in _names().items()
    )


@cache
def _tables(root: Path) -> tuple[tuple[Function, ...], tuple[Import, ...]]:
    """The rows of both tables below `root`: all files are parsed once in a process, a second, and the rows are kept."""
    known = sys.stdlib_module_names.union(_names().values())
    functions: list[Function] = []
    imports: list[Import] = []
    for module, package, tree in _sources():
        functions += (Function(module, name, node.lineno, _parameters(node.args)) for name, node in _functions(tree))
        for node in _statements(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                imports += (Import(module, name, node.lineno) for name in _imported(node, package, known))
    return tuple(functions), tuple(imports)


def _sources() -> Iterator[tuple[str, str, ast.Module]]:
    """(module, the package it sits in, its syntax tree) for each file that can be parsed."""
    for path, module in _names().items():
        tree = _parse(path)
        if tree:
            yield module, module if path.name == "__init__.py" else module.rpartition(".")[0], tree


def _parse(path: Path) -> ast.Module | None:
    """The syntax tree of a file, or None where it is not this Python's grammar, or not text."""
    with contextlib.suppress(SyntaxError, ValueError), collector_at_rest():  # which takes a third of the time
        return ast.parse(path.read_bytes())
    return None


def _inside(node: ast.AST) -> list[ast.AST]:
    """The statements directly inside `node`. Expressions hold none, and skipping them saves most time."""
    blocks = ("body", "handlers", "orelse", "finalbody", "cases")
    return [statement for block in blocks if block in node._fields for statement in getattr(node, block)]


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """All statements of a file, in the order of its lines."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(_inside(node)))


def _functions(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, _Def]]:
    for statement in _inside(node):
        inner = prefix
        if isinstance(statement, _Def):
            yield prefix + statement.name, statement
            inner = f"{prefix}{statement.name}."
        elif isinstance(statement, ast.ClassDef):
            inner = f"{prefix}{statement.name}."
        yield from _functions(statement, inner)


def _parameters(args: ast.arguments) -> int:
    named = len(args.posonlyargs) + len(args.args) + len(args.kwonlyargs)
    return named + (args.vararg is not None) + (args.kwarg is not None)


def _imported(node: ast.Import | ast.ImportFrom, package: str, known: frozenset[str]) -> list[str]:
    """The known modules that an import statement asks for, each as far as its dotted name is known."""
    if isinstance(node, ast.Import):
        asked = [alias.name for alias in node.names]
    else:
        parents = package.split(".")[: package.count(".") + 2 - node.level] if node.level else []
        source = [*parents, node.module] if node.module else parents
        asked = [".".join([*source, alias.name]) for alias in node.names]
    found = [_longest(name, known) for name in asked]
    return [name for name in dict.fromkeys(found) if name]


def _longest(name: str, known: frozenset[str]) -> str:
    """`name`, or the longest leading part of it that is a module: `os.path.join` gives `os`."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name


# ---------------------------------------------------------------------------------------- generators
#
# The same bytes for the same seed, everywhere: only Random.random(), whose sequence Python promises to
# keep, and whole numbers made from it. No float is ever printed, no set walked, no locale asked.

#: Plausible yearly means in degrees Celsius, for exercises; not a record of any year.
STATIONS: Mapping[str, float] = MappingProxyType({
    "Accra": 26.9, "Algiers": 18.0, "Anchorage": 2.9, "Athens": 18.8, "Auckland": 15.4, "Bangkok": 28.9,
    "Bergen": 7.9, "Berlin": 10.3, "Bogotá": 13.9, "Bratislava": 10.9, "Brisbane": 20.6, "Cairo": 22.1,
    "Cape Town": 16.8, "Chicago": 10.2, "Cork": 9.9, "Dakar": 24.5, "Delhi": 25.2, "Dubai": 28.2,
    "Edinburgh": 9.3, "Fairbanks": -2.1, "Hanoi": 24.0, "Havana": 25.3, "Helsinki": 6.1, "Istanbul": 14.8,
    "Jakarta": 27.4, "Kathmandu": 18.4, "Kraków": 9.2, "La Paz": 8.7, "Lagos": 27.0, "Lima": 19.4,
    "Lisbon": 17.4, "London": 11.5, "Madrid": 15.2, "Manila": 28.0, "Melbourne": 15.4, "Montreal": 7.1,
    "Mumbai": 27.4, "Nairobi": 18.9, "Nuuk": -1.2, "Oslo": 6.4, "Paris": 12.3, "Quito": 14.2,
    "Reykjavík": 5.1, "Rome": 15.9, "São Paulo": 19.8, "Seoul": 12.8, "Singapore": 27.6, "Sydney": 18.3,
    "Tokyo": 15.8, "Toronto": 9.4, "Vancouver": 10.6, "Yakutsk": -8.4,
})  # fmt: skip

#: The same for January and for July, so that stations differ in two ways.
JANUARY: Mapping[str, float] = MappingProxyType({
    "Accra": 28.0, "Algiers": 11.0, "Anchorage": -8.5, "Athens": 10.2, "Auckland": 20.0, "Bangkok": 27.2,
    "Bergen": 2.2, "Berlin": 1.0, "Bogotá": 13.8, "Bratislava": 0.5, "Brisbane": 25.0, "Cairo": 14.0,
    "Cape Town": 21.5, "Chicago": -3.8, "Cork": 5.8, "Dakar": 21.5, "Delhi": 14.0, "Dubai": 19.2,
    "Edinburgh": 4.2, "Fairbanks": -22.2, "Hanoi": 17.0, "Havana": 22.2, "Helsinki": -3.1, "Istanbul": 6.5,
    "Jakarta": 26.9, "Kathmandu": 10.8, "Kraków": -1.0, "La Paz": 9.8, "Lagos": 27.4, "Lima": 23.0,
    "Lisbon": 11.6, "London": 5.7, "Madrid": 6.4, "Manila": 26.5, "Melbourne": 20.5, "Montreal": -9.2,
    "Mumbai": 24.5, "Nairobi": 19.5, "Nuuk": -7.9, "Oslo": -3.2, "Paris": 5.0, "Quito": 14.5, "Reykjavík": 0.5,
    "Rome": 7.6, "São Paulo": 22.8, "Seoul": -2.0, "Singapore": 26.8, "Sydney": 23.5, "Tokyo": 5.4,
    "Toronto": -3.4, "Vancouver": 4.2, "Yakutsk": -37.5,
})  # fmt: skip
JULY: Mapping[str, float] = MappingProxyType({
    "Accra": 26.0, "Algiers": 25.5, "Anchorage": 15.2, "Athens": 29.3, "Auckland": 11.0, "Bangkok": 29.2,
    "Bergen": 15.0, "Berlin": 19.8, "Bogotá": 13.6, "Bratislava": 22.0, "Brisbane": 15.0, "Cairo": 28.5,
    "Cape Town": 12.5, "Chicago": 24.3, "Cork": 15.5, "Dakar": 27.5, "Delhi": 31.2, "Dubai": 36.2,
    "Edinburgh": 15.0, "Fairbanks": 17.0, "Hanoi": 29.8, "Havana": 28.0, "Helsinki": 18.1, "Istanbul": 24.5,
    "Jakarta": 27.5, "Kathmandu": 24.2, "Kraków": 19.5, "La Paz": 7.0, "Lagos": 25.6, "Lima": 17.0,
    "Lisbon": 23.2, "London": 19.0, "Madrid": 26.0, "Manila": 28.5, "Melbourne": 10.5, "Montreal": 21.5,
    "Mumbai": 28.0, "Nairobi": 16.8, "Nuuk": 7.2, "Oslo": 18.0, "Paris": 20.6, "Quito": 14.3, "Reykjavík": 11.5,
    "Rome": 25.2, "São Paulo": 16.6, "Seoul": 25.3, "Singapore": 28.2, "Sydney": 13.0, "Tokyo": 25.7,
    "Toronto": 22.5, "Vancouver": 18.2, "Yakutsk": 19.6,
})  # fmt: skip

_CLOCK = date(2026, 3, 1)
# strftime would ask the locale
_MONTHS = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
]  # fmt: skip
_PAGES = [
    "/", "/lessons", "/lessons/map.html", "/lessons/partition.html", "/lessons/reduce.html", "/style.css",
    "/logo.png", "/lessons/wordcount.html", "/handbook", "/handbook/keys.html", "/search?q=shuffle",
    "/handbook/glossary.html", "/about", "/lessons/skew.html", "/handbook/trace.html", "/favicon.ico",
    "/lessons/joins.html", "/lessons/graphs.html", "/news", "/robots.txt", "/handbook/failure.html",
    "/search?q=combiner", "/contact", "/old/index.html",
]  # fmt: skip
_STATUSES = [200] * 86 + [304] * 6 + [404] * 4 + [301] * 2 + [500, 503]

_COLOURS = [
    "red", "blue", "green", "white", "black", "yellow", "grey", "brown", "orange", "violet",
]  # fmt: skip
_GOODS = [
    "lamp", "chair", "table", "mug", "plate", "clock", "vase", "shelf", "carpet", "mirror", "basket",
    "pillow", "curtain", "bench", "stool", "frame", "candle", "tray", "drawer", "hook",
]  # fmt: skip


@arguments.takes(stations=arguments.mapping)
def weather(lines: int, seed: int = 0, stations: Mapping[str, float] = STATIONS) -> Iterator[str]:
    """`lines` readings such as `Oslo;-3.4`: a station, a semicolon, degrees Celsius with one decimal.

    Each reading lies within 15 degrees of its station's mean in `stations`, most of them near it; every
    station is equally likely. The first lines do not depend on `lines`. `BadArgument` for a negative
    number, no stations, a mean outside -80 to 80, or a name with a semicolon or a line break.

    >>> list(weather(3))
    ['Rome;20.6', 'Oslo;4.5', 'Havana;28.3']
    """
    if not stations:
        raise BadArgument("stations must hold at least one station.")
    for name, mean in stations.items():
        _within(f"The mean of {name!r}", mean, -80, 80)
        if not isinstance(name, str) or ";" in name or name.splitlines() != [name]:
            raise BadArgument(f"A station's name needs text without ';' or line breaks; you gave {name!r}.")
    return _weather(arguments.whole(0)("lines", lines), _draws(seed), dict(stations))


def sales(lines: int, seed: int = 0, skew: float = 1.1) -> Iterator[str]:
    """`lines` sales such as `2026-03-14,shop 12,red lamp,4.95`: day, shop, product, price.

    Days of 2026, in no order, and 40 shops are equally likely. The 200 products follow Zipf's law: the
    k-th is sold in proportion to 1 / k ** skew, so 0 is even and 2 gives most sales to one key. The first
    lines do not depend on `lines`. `BadArgument` for a negative number, or a skew outside 0 to 10.

    >>> list(sales(2))
    ['2026-11-05,shop 9,blue bench,46.52', '2026-06-03,shop 21,red chair,11.08']
    """
    _within("skew", skew, 0, 10)
    return _sales(arguments.whole(0)("lines", lines), _draws(seed), skew)


def web_log(lines: int, seed: int = 0, bad: float = 0.01) -> Iterator[str]:
    """`lines` lines of a web server's log, in the common log format and in order of time.

    Some visitors and some pages come far more often than others. About a share `bad` of the lines is
    damaged: cut off, without a numeric status, or not from the log at all. All others are the same for
    any `bad`, and the first lines do not depend on `lines`. `BadArgument` for a negative number, or a
    share outside 0 to 1.

    >>> next(web_log(1))
    '10.0.9.48 - - [01/Mar/2026:00:00:02 +0000] "GET /lessons/partition.html HTTP/1.1" 200 1263'
    """
    _within("bad", bad, 0, 1)
    return _web_log(arguments.whole(0)("lines", lines), _draws(seed), bad)


@arguments.takes(lines=arguments.items, path=arguments.path)
def write(lines: Iterable[str], path: str | Path) -> Path:
    r"""Write `lines` to `path` as UTF-8, each with a `\n` on every system, and return the path.

    >>> import os
    >>> write(["Oslo;-3.4"], os.devnull).name == os.path.basename(os.devnull)
    True
    """
    path = Path(path)
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines)
    except (OSError, UnicodeError) as error:
        raise BadArgument(f"The lines cannot be written to {short(str(path))}: {error}.") from error
    return path


def _weather(lines: int, draw: Callable[[], float], stations: dict[str, float]) -> Iterator[str]:
    names = [f"{name};" for name in stations]
    tenths = [round(mean * 10) for mean in stations.values()]
    text = {t: f"{'-' * (t < 0)}{abs(t) // 10}.{abs(t) % 10}" for t in range(-950, 951)}
    outcomes = len(names) * 151 * 151
    for _ in range(lines):
        station, dice = divmod(int(draw() * outcomes), 151 * 151)
        yield names[station] + text[tenths[station] + dice // 151 + dice % 151 - 150]  # two dice: a peak


def _sales(lines: int, draw: Callable[[], float], skew: float) -> Iterator[str]:
    days = [(date(2026, 1, 1) + timedelta(day)).isoformat() for day in range(365)]
    heads = [f"{day},shop {shop}," for day in days for shop in range(1, 41)]
    products = [f"{colour} {thing}" for colour in _COLOURS for thing in _GOODS]
    tails = [[f"{name},{price}" for price in _prices(k)] for k, name in enumerate(products)]
    ends = _zipf(len(products), skew)
    outcomes = len(heads) * 8
    for _ in range(lines):
        head, price = divmod(int(draw() * outcomes), 8)
        yield heads[head] + tails[bisect(ends, int(draw() * ends[-1]))][price]


def _prices(product: int) -> list[str]:
    """The eight prices of a product: its list price, and up to 35 per cent off, in cents."""
    cents = [(495 + product * 737 % 9500) * (100 - off) // 100 for off in range(0, 40, 5)]
    return [f"{c // 100}.{c % 100:02d}" for c in cents]


def _zipf(ranks: int, skew: float) -> list[int]:
    """Where the share of each rank ends. Decimal rounds alike on every machine; a float's `**` may not."""
    exact = Context(prec=28)
    power = Decimal(-skew)
    weights = [exact.exp(exact.multiply(power, exact.ln(rank))) for rank in range(1, ranks + 1)]
    return list(accumulate(int(exact.scaleb(weight, 12)) for weight in weights))


def _web_log(lines: int, draw: Callable[[], float], bad: float) -> Iterator[str]:
    ends = list(accumulate(1000 // rank for rank in range(1, len(_PAGES) + 1)))
    hosts = [f"10.0.{number // 250}.{number % 250 + 1}" for number in range(4000)]
    second, stamp = 0, _stamp(0)
    for _ in range(lines):
        gap, request = divmod(int(draw() * 3 * ends[-1]), ends[-1])
        if gap:
            second += gap
            stamp = _stamp(second)
        chance = draw()
        host = hosts[int(chance * chance * len(hosts))]  # squared, so that a few visitors come most often
        code, size = divmod(int(draw() * 100 * 20_000), 20_000)
        status = _STATUSES[code]
        page = _PAGES[bisect(ends, request)]
        sent = "-" if status == 304 else size + 120
        line = f'{host} - - [{stamp}] "GET {page} HTTP/1.1" {status} {sent}'
        damage = draw()  # drawn for each line, so that the other lines do not depend on `bad`
        yield line if damage >= bad else _damaged(line, int(damage / bad * 3))


def _damaged(line: str, kind: int) -> str:
    if kind == 0:
        return line[:30]
    if kind == 1:
        return line[: line.rindex('"') + 1] + " error"
    return "*** log file turned over ***"


def _stamp(second: int) -> str:
    minute, second = divmod(second, 60)
    return f"{_minute(minute)}:{second:02d} +0000"


@lru_cache(maxsize=1)  # a log stays within one minute for many lines
def _minute(minute: int) -> str:
    days, minute = divmod(minute, 24 * 60)
    day = _CLOCK + timedelta(days)
    return f"{day.day:02d}/{_MONTHS[day.month - 1]}/{day.year}:{minute // 60:02d}:{minute % 60:02d}"


def _draws(seed: int) -> Callable[[], float]:
    return random.Random(arguments.whole(0)("seed", seed)).random


def _within(name: str, value: float, low: float, high: float) -> None:
    if not isinstance(value, int | float) or not low <= value <= high:
        raise BadArgument(f"{name} must be a number from {low} to {high}; you gave {value!r}.")
