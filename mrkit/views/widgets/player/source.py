"""The user's functions as text, and which of their lines ran.

Serves the record player. A line is found by running the function once more, in the kernel, on data that it has had
before: so only for as many records as are shown, only while that is quick, and what it prints or counts is swallowed.
Whatever cannot be found out is left out: this module must never stop a picture.
"""

from __future__ import annotations

import functools
import inspect
import linecache
import sys
import textwrap
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import CodeType
from typing import Any

from mrkit.counters import collecting
from mrkit.errors import short
from mrkit.functions import plain

SECONDS = 1.0  # most that all looking for lines of one function may take
UNKNOWN = -1  # no line


@dataclass(frozen=True)
class FunctionText:
    """The text of one function: `lines` of (kind, text), where kind is "keyword", "string", "comment" or ""."""

    name: str
    lines: tuple[tuple[tuple[str, str], ...], ...]


def source_of(function: Any) -> FunctionText | None:
    r"""The text of a function, without its indentation; None if there is none.

    >>> def double(number):
    ...     return 2 * number
    >>> print(*source_of(double).lines, sep="\n")
    (('keyword', 'def'), ('', ' double(number):'))
    (('', '    '), ('keyword', 'return'), ('', ' 2 * number'))
    """
    try:
        text = textwrap.dedent(inspect.getsource(plain(function))).rstrip()
    except (OSError, TypeError):
        return None
    name = getattr(function, "__name__", type(function).__name__)
    if name == "<lambda>":
        return FunctionText("a lambda", coloured(_lambda(plain(function).__code__, text)))
    return FunctionText(name, coloured(text))


def _lambda(code: CodeType, text: str) -> str:
    """A lambda without the rest of its line; the whole text, if it has more lines or cannot be told from the rest."""
    places = [(begin, end) for first, last, begin, end in code.co_positions() if first == last and begin and end]
    line = linecache.getline(code.co_filename, code.co_firstlineno)
    if "\n" in text or text not in line or not places:
        return text
    first, last = min(begin for begin, _ in places), max(end for _, end in places)
    raw = line.encode()  # the columns are of bytes
    begin = raw.rfind(b"lambda", 0, first)
    if begin < 0:
        return text
    found, rest = raw[begin:last].decode(), raw[last:].decode()
    while found.count("(") > found.count(")") and rest:  # brackets around the whole value are no part of its place
        found, rest = found + rest[0], rest[1:]
    return found


def coloured(text: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Python text as lines of (kind, text)."""
    from pygments.lexers import PythonLexer
    from pygments.token import Comment, Keyword, Operator, String

    names = {Keyword: "keyword", Operator.Word: "keyword", String: "string", Comment: "comment"}
    lines: list[list[tuple[str, str]]] = [[]]
    for token, part in PythonLexer(stripnl=False, ensurenl=False).get_tokens(text):
        kind = next((name for group, name in names.items() if token in group), "")
        for number, piece in enumerate(part.split("\n")):
            if number:
                lines.append([])
            if lines[-1] and lines[-1][-1][0] == kind:
                lines[-1][-1] = kind, lines[-1][-1][1] + piece
            elif piece:
                lines[-1].append((kind, piece))
    return tuple(map(tuple, lines))


def lines_of_pairs(map_func: Callable, records: Iterable, expected: Iterable[list]) -> list[list[int]]:
    """For each record: which line of the function gave each of its `expected` pairs, counted from 0.

    A function that returns its pairs all at once gave them in the line of its `return`.

    >>> def words(line):
    ...     for word in line.split():
    ...         yield word, 1
    >>> lines_of_pairs(words, ["the cat"], [[("the", 1), ("cat", 1)]])
    [[2, 2]]
    """
    found = []
    until = time.perf_counter() + SECONDS
    for record, pairs in zip(records, expected, strict=True):
        lines = _lines(map_func, record, pairs) if time.perf_counter() < until else []
        found.append(lines or [UNKNOWN] * len(pairs))
    return found


def lines_of_returns(function: Callable, arguments: Iterable[tuple]) -> list[int]:
    """For each of the `arguments`: which line of the function returned its result, counted from 0.

    >>> def sign(number):
    ...     if number < 0:
    ...         return "-"
    ...     return "+"
    >>> lines_of_returns(sign, [(-5,), (5,)])
    [2, 3]
    """
    found = []
    until = time.perf_counter() + SECONDS
    for given in arguments:
        line = UNKNOWN
        if time.perf_counter() < until:
            try:
                with collecting():
                    line = _run(function, *given)[1]
            except Exception:
                pass
        found.append(line)
    return found


def lines_of_results(reduce_func: Callable, groups: Iterable[tuple], expected: Iterable[list]) -> list[int]:
    """For each (group, pairs) of a job with `group_by`: which line gave the first of its `expected` results.

    >>> def days(item):
    ...     shop, pairs = item
    ...     for (_, day), cents in pairs:
    ...         yield shop, day
    >>> lines_of_results(days, [("a", iter([(("a", 3), 5)]))], [[("a", 3)]])
    [3]
    """
    found = []
    until = time.perf_counter() + SECONDS
    for group, results in zip(groups, expected, strict=True):
        lines = _lines(reduce_func, group, results[:1], short) if time.perf_counter() < until else []
        found.append(lines[0] if lines else UNKNOWN)
    return found


def _of_pair(pair: Any) -> str:
    return short(tuple(pair))


def _lines(function: Callable, record: Any, expected: list, form: Callable[[Any], str] = _of_pair) -> list[int]:
    """The lines that gave these pairs or results; empty if the function does not give them again."""
    seen = []
    try:
        with collecting():
            given, line = _run(function, record)
            generator = given if inspect.isgenerator(given) else None
            for made, _ in zip(given, expected, strict=False):
                if generator is not None and generator.gi_frame is not None:
                    line = _relative(function, generator.gi_code, generator.gi_frame.f_lineno)
                seen.append((form(made), line))
    except Exception:
        return []
    if [text for text, _ in seen] != [form(one) for one in expected]:
        return []
    return [line for _, line in seen]


def _run(function: Callable, *given: Any) -> tuple[Any, int]:
    """The result of a call, and the line of the function that returned it."""
    code = getattr(plain(function), "__code__", None)
    line = UNKNOWN

    def watch(frame, event, _):
        nonlocal line
        if event == "call":
            return watch if frame.f_code is code else None
        if event == "return":
            line = _relative(function, frame.f_code, frame.f_lineno)
        return watch

    if sys.gettrace() is not None:  # a debugger or a coverage tool is at work
        return function(*given), UNKNOWN
    sys.settrace(watch)
    try:
        return function(*given), line
    finally:
        sys.settrace(None)


def _relative(function: Callable, code: CodeType, line: int) -> int:
    """A line of the file as a line of the function's text; none if it is outside."""
    own = plain(function).__code__
    first, count = _extent(own)
    return line - first if code.co_filename == own.co_filename and 0 <= line - first < count else UNKNOWN


@functools.lru_cache(maxsize=32)
def _extent(code: CodeType) -> tuple[int, int]:
    """Where the text of a function begins in its file, and how many lines it has."""
    try:
        lines, first = inspect.getsourcelines(code)
    except (OSError, TypeError):
        return 0, 0
    return first, len(lines)
