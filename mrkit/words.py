"""Numbers and keys as people say them: "46 %", "4.1 s", "1,234 pairs". For titles, labels and text alternatives."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from mrkit.errors import short

_SPACE = "\u00a0"  # keeps a number and its unit on one line


def percent(share: float) -> str:
    """A share of 1 in per cent.

    >>> [percent(share).replace(chr(160), " ") for share in (0.456, 0.001, 0.997)]
    ['46 %', 'under 1 %', 'over 99 %']
    """
    if 0 < share < 0.005 or 0.995 <= share < 1:
        return f"under{_SPACE}1{_SPACE}%" if share < 0.5 else f"over{_SPACE}99{_SPACE}%"
    return f"{share * 100:.0f}{_SPACE}%"


def duration(seconds: float) -> str:
    """Seconds in the unit that fits.

    >>> [duration(s).replace(chr(160), " ") for s in (0.0004, 0.12, 4.11, 200)]
    ['0.4 ms', '120 ms', '4.1 s', '3 min 20 s']
    """
    if seconds >= 120:
        return f"{seconds // 60:.0f}{_SPACE}min{_SPACE}{seconds % 60:.0f}{_SPACE}s"
    if seconds >= 0.9995:
        return f"{seconds:.1f}{_SPACE}s"
    thousandths = seconds * 1000
    return f"{thousandths:.0f}{_SPACE}ms" if thousandths >= 9.5 else f"{thousandths:.1f}{_SPACE}ms"


def size(number: float) -> str:
    """Bytes in the unit that fits.

    >>> size(38_400_000).replace(chr(160), " ")
    '38 MB'
    """
    for unit, least in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= least:
            scaled = number / least
            return f"{scaled:.1f}{_SPACE}{unit}" if scaled < 10 else f"{scaled:,.0f}{_SPACE}{unit}"
    return f"{number:.0f}{_SPACE}B"


def count(number: int, word: str) -> str:
    """How many of what.

    >>> count(1, "pair").replace(chr(160), " "), count(1234, "pair").replace(chr(160), " ")
    ('1 pair', '1,234 pairs')
    """
    return f"{number:,}{_SPACE}{word}{'' if number == 1 else 's'}"


def amount(number: float) -> str:
    """A number that need not be whole, with as many digits as matter.

    >>> amount(19537.5), amount(4.6667)
    ('19,538', '4.67')
    """
    return f"{number:,.0f}" if number >= 1000 else f"{number:.3g}"


def times(factor: float) -> str:
    """A factor.

    >>> times(2.345), times(61.7)
    ('2.3', '62')
    """
    return f"{factor:.1f}" if factor < 10 else f"{factor:,.0f}"


def key_text(key: Any, limit: int = 24) -> str:
    r"""A key on one line, without quotes where it needs none.

    >>> key_text("self"), key_text(("a", 1)), key_text("two" + chr(10) + "lines")
    ('self', "('a', 1)", "'two\\nlines'")
    """
    clean = isinstance(key, str) and key.isprintable() and key.strip() == key != ""
    return cut(key if clean else short(key, limit), limit)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters.

    >>> cut("mapreduce", 6)
    'mapre…'
    """
    return text if len(text) <= limit else text[: limit - 1] + "…"


def sentence_list(items: list[str], most: int = 6) -> str:
    """Items as a sentence has them, the last ones only counted if there are many.

    >>> sentence_list(["a", "b", "c"]), sentence_list(list("abcdefgh"), most=2)
    ('a, b and c', 'a, b and 6 more')
    """
    if len(items) > most:
        items = [*items[:most], f"{len(items) - most:,} more"]
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1] if items else ""


def reduce_words(ranges: Iterable[tuple[int, int]]) -> str:
    """What to call reduce tasks that took these partitions, each from the first up to the second.

    >>> reduce_words([(0, 1), (1, 2)]), reduce_words([(0, 2), (2, 3)])
    ('partition', 'reduce task')
    """
    return "partition" if all(last == first + 1 for first, last in ranges) else "reduce task"


def capital(text: str) -> str:
    """A text that begins a sentence; its other letters stay, as in a name.

    >>> capital("with NumPy")
    'With NumPy'
    """
    return text[:1].upper() + text[1:]


def with_code(text: str) -> str:
    """Text as HTML, with what stands between backticks as code.

    >>> with_code("In a `with` block, 1 < 2.")
    'In a <code style="white-space:pre-wrap">with</code> block, 1 &lt; 2.'
    """
    return re.sub("`([^`]*)`", r'<code style="white-space:pre-wrap">\1</code>', escape(text))
