"""Answers as students write them, each a notebook cell as text with its mistake in a sentence.

They were written from the notebooks' texts alone, before the checks were changed, to see what these do not know. A file
for each lesson; a line `#%% wrong 01.length [finding]: mistake.` or `#%% right 01.length: way.` starts a cell. The
finding is what the check must answer. `ANSWERS` gives them in the form of the bank: a builder runs the cell where the
names of the lesson are known.
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

HEAD = re.compile(r"#%% (?P<kind>wrong|right) (?P<exercise>\d\d\.\w+)(?: \[(?P<finding>\w+)\])?: (?P<mistake>.*)")

# What the cells of the lesson before the exercise have defined, as far as an answer may use it.
KNOWN = """
from math import ceil
from mrkit import MapReduce, counter, hash_partitioner, stable_hash, text_lines
from mrkit.examples import STOP_WORDS as stop_words
import string
spaces = str.maketrans(dict.fromkeys(string.punctuation, " "))
more_stop_words = stop_words | {"one", "its", "on", "each", "you", "what"}
topics = {"break": "The break statement\\nends a loop."}
log = ["error disk full", "ok saved", "", "ok error fixed", "error disk full"]
hot = "red lamp"

def words(line):
    for word in line.split():
        yield word, 1

def swapped_pair(line):
    city, amount = line.split()
    yield int(amount), city

def clean(line):
    return line.translate(spaces).lower().split()

def wanted(word):
    if word in stop_words:
        counter("stop words left out")
    return word.isalpha() and word not in stop_words

def line_to_words(line):
    if not line.lstrip().startswith(".."):
        for word in clean(line):
            if wanted(word):
                yield word, 1

def makespan(tasks, workers):
    free = [0] * workers
    for task in tasks:
        free[free.index(min(free))] += task
    return max(free)
"""

NAMES = {"05.mean": ("parts", "add", "average")}  # the functions of an exercise that has several


class Fresh(NamedTuple):
    """An answer: the same as one of the bank, and the mistake in words."""

    exercise: str
    wrong: bool
    finding: str
    mistake: str
    cell: str
    number: int

    @property
    def name(self) -> str:
        return f"{self.exercise}-{self.number}"

    def namespace(self, names: dict[str, Any] | None = None) -> dict[str, Any]:
        """The names after the cell has run."""
        if names is None:
            names = {"__name__": "__main__"}
            exec(KNOWN, names)
        file = f"<fresh {self.name}>"
        linecache.cache[file] = (len(self.cell), None, self.cell.splitlines(True), file)
        exec(compile(self.cell, file, "exec"), names)
        return names

    def build(self) -> tuple:
        """The parts in the exercise's order."""
        names = self.namespace()
        if self.exercise in NAMES:
            return tuple(names[name] for name in NAMES[self.exercise])
        mine = re.findall(r"^(?:def )?(\w+)(?:\(.*:| =.*)$", self.cell, re.M)
        return (names[mine[-1]],)


def _cells() -> Iterator[Fresh]:
    for path in sorted(Path(__file__).parent.glob("lesson_*.txt")):
        for number, cell in enumerate(re.split(r"^(?=#%%)", path.read_text(encoding="utf-8"), flags=re.M)[1:]):
            head, _, body = cell.partition("\n")
            found = HEAD.fullmatch(head)
            assert found, head
            kind, exercise, finding, mistake = found.groups()
            yield Fresh(exercise, kind == "wrong", finding or "", mistake, body, number)


ANSWERS = list(_cells())
