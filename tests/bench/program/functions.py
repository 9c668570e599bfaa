"""The user's functions of the five jobs: the same ones for every contender.

They are plain Python, written for speed as far as one record at a time allows, so that what differs is the way they are
run. Only Polars, the limit, says the same in its own language.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from mrkit.examples import STOP_WORDS

Pairs = Iterable[tuple[Any, Any]]

# Word count, by the article's rule for what a word is.

_TO_SPACES = str.maketrans(dict.fromkeys(string.punctuation, " "))


def words(line: str) -> list[str]:
    """The words of a line: lower case, letters only, no stop words, nothing from a comment.

    >>> words("The (quick) fox, 2 dogs"), words(".. a comment")
    (['quick', 'fox', 'dogs'], [])
    """
    if line.lstrip().startswith(".."):
        return []
    return [word for word in line.translate(_TO_SPACES).lower().split() if word.isalpha() and word not in STOP_WORDS]


def word_ones(line: str) -> Pairs:
    """Map a line: a one for each of its `words`, in one loop.

    >>> word_ones("The quick fox")
    [('quick', 1), ('fox', 1)]
    """
    if line.lstrip().startswith(".."):
        return []
    found = line.translate(_TO_SPACES).lower().split()
    return [(word, 1) for word in found if word.isalpha() and word not in STOP_WORDS]


def total(item: tuple[str, Iterable[int]]) -> tuple[str, int]:
    """Reduce or combine: the sum of the ones."""
    word, ones = item
    return word, sum(ones)


# Inverted index: every line in which a word stands.


def postings(line: str) -> Pairs:
    r"""Map a numbered line: its number for each different word.

    >>> postings("70\tto be or not to be")
    [('not', 70)]
    """
    number, _, text = line.partition("\t")
    here = int(number)
    return [(word, here) for word in dict.fromkeys(words(text))]


def posting_list(item: tuple[str, Iterable[int]]) -> tuple[str, list[int]]:
    """Reduce a word: all its numbers, sorted."""
    word, numbers = item
    return word, sorted(numbers)


# Join of customers and their orders.

Row = tuple[str, str, str]


def tagged(line: str) -> Pairs:
    r"""Map a row of either table: its key, its table and the rest.

    >>> tagged("order\tc7\t2 lamps")
    [('c7', ('order', '2 lamps'))]
    """
    table, key, rest = line.split("\t", 2)
    return [(key, (table, rest))]


def joined(item: tuple[str, Iterable[tuple[str, str]]]) -> list[Row]:
    """Reduce a key: (key, customer, order) for each of its orders, if there is such a customer."""
    key, rows = item
    rests: dict[str, list[str]] = {"customer": [], "order": []}
    for table, rest in rows:
        rests[table].append(rest)
    return [(key, name, order) for name in rests["customer"] for order in rests["order"]]


# Minimum, mean and maximum of each weather station.

Extremes = tuple[float, float, int, float]  # lowest, sum, number, highest


def reading(line: str) -> Pairs:
    """Map a line such as `Oslo;-3.4`.

    >>> reading("Oslo;-3.4")
    [('Oslo', (-3.4, -3.4, 1, -3.4))]
    """
    station, degrees = line.split(";")
    value = float(degrees)
    return [(station, (value, value, 1, value))]


def extremes(values: Iterable[Extremes]) -> Extremes:
    """Bring parts together."""
    values = iter(values)
    low, total, number, high = next(values)
    for least, part, count, most in values:
        if least < low:
            low = least
        if most > high:
            high = most
        total += part
        number += count
    return low, total, number, high


def merged(item: tuple[str, Iterable[Extremes]]) -> tuple[str, Extremes]:
    """Combine the parts of a station."""
    return item[0], extremes(item[1])


def climate(item: tuple[str, Iterable[Extremes]]) -> tuple[str, float, float, float]:
    """Reduce a station: (name, lowest, mean, highest)."""
    return summary(item[0], extremes(item[1]))


def summary(station: str, parts: Extremes) -> tuple[str, float, float, float]:
    """What a station's parts say. Sums of tenths are rounded to tenths, so that no order of adding is seen.

    >>> summary("Oslo", (-3.4, 0.1 + 0.2, 2, 5.0))
    ('Oslo', -3.4, 0.15, 5.0)
    """
    low, total, number, high = parts
    return station, low, round(total, 1) / number, high


def lines_extremes(lines: Iterable[str]) -> dict[str, Extremes]:
    """Map many lines at once: what a dict and a loop can do."""
    stations: dict[str, list] = {}
    for line in lines:
        station, degrees = line.split(";")
        value = float(degrees)
        if station in stations:
            seen = stations[station]
            if value < seen[0]:
                seen[0] = value
            elif value > seen[3]:
                seen[3] = value
            seen[1] += value
            seen[2] += 1
        else:
            stations[station] = [value, value, 1, value]
    return {station: tuple(seen) for station, seen in stations.items()}


# Sort of 100-byte records by their 10-byte keys; equal keys by the rest.

KEY = 10


def keyed(record: str) -> Pairs:
    """Map a record: its key and the rest.

    >>> keyed("0123456789and so on")
    [('0123456789', 'and so on')]
    """
    return [(record[:KEY], record[KEY:])]


def records(item: tuple[str, Iterable[str]]) -> list[str]:
    """Reduce a key: its records, whole again."""
    key, rests = item
    return [key + rest for rest in sorted(rests)]


# Common to all.


def lines_of(path: str) -> Iterator[str]:
    """The lines of a file, without their line ends."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield line[:-1]  # every line that data.py writes has an end


def sample(files: list[str], number: int = 2000) -> list[str]:
    """The keys of some records, for the borders of a sort: the first of each file."""
    return [line[:KEY] for path in files for line in islice(lines_of(path), -(-number // len(files)))]
