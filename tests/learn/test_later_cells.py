"""The lesson goes on with each right answer, of the bank and of the fresh ones: the cells after the exercise run."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import bank
import fresh
import pytest

from mrkit.learn.catalogue import find
from mrkit.learn.exercise import Exercise

bank.modules()
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def shown_by_nobody(*arguments, **named):
    """In place of what only draws."""


def without_marks(source):
    return "\n".join(line for line in source.splitlines() if not line.lstrip().startswith("###"))


@cache
def code_cells(lesson):
    (path,) = NOTEBOOKS.glob(f"{lesson}_*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [without_marks("".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"]


DRAWS = re.compile(r"(show|live|Player|phases|slide|press|explorer|hint|quiz|progress|check|parsons|load)\(")


def uses(id):
    """What the cells that use an answer begin with."""
    return re.compile(rf'^if check\("{id}"', re.MULTILINE)


def cells_before(lesson, id):
    """What the lesson has run when it first uses the answer; what only draws is left out."""
    cells = code_cells(lesson)
    first = next(i for i, cell in enumerate(cells) if uses(id).search(cell))
    return [cell for cell in cells[:first] if not DRAWS.match(cell)]


def last_cells(lesson, id):
    """The cells from the first to the last that use the answer."""
    cells = code_cells(lesson)
    places = [i for i, cell in enumerate(cells) if uses(id).search(cell)]
    return [cell for cell in cells[places[0] : places[-1] + 1] if not DRAWS.match(cell)] if places else []


@cache
def names_before(lesson, id):
    """What the lesson has defined when it first uses the answer."""
    names = {"__name__": "__main__"}
    for cell in cells_before(lesson, id):
        exec(cell, names)
        names |= {word: shown_by_nobody for word in ("show", "slide", "press", "live_") if word in names}
    return names


USED = [answer for answer in fresh.ANSWERS if not answer.wrong and last_cells(answer.exercise[:2], answer.exercise)]
USED = [answer for answer in USED if isinstance(find(answer.exercise), Exercise) and answer.exercise[:2] not in ("13",)]


KNOWN = [answer for answer in bank.ANSWERS if not answer.finding and last_cells(answer.exercise[:2], answer.exercise)]
KNOWN = [answer for answer in KNOWN if isinstance(find(answer.exercise), Exercise) and answer.exercise[:2] != "13"]


def asked_for(id):
    """The names by which the lesson hands the parts of an answer to the check."""
    calls = (re.search(rf'check\("{id}", ([^)]*)\)', cell) for cell in code_cells(id[:2]))
    return next(call[1] for call in calls if call).split(", ")


def go_on(id, answer):
    """Run the cells that use an answer, which `answer` puts into the lesson's names."""
    names = names_before(id[:2], id)  # that very dictionary: the lesson's functions look into it
    before = dict(names)
    try:
        answer(names)
        for cell in last_cells(id[:2], id):
            exec(cell, names)
    finally:
        names.clear()
        names.update(before)


@pytest.mark.parametrize("answer", USED, ids=lambda answer: answer.name)
def test_the_lesson_goes_on_with_a_right_answer(answer):
    go_on(answer.exercise, lambda names: exec(answer.cell, names))


@pytest.mark.parametrize("answer", KNOWN, ids=lambda answer: f"{answer.exercise}-{answer.build.__name__}")
def test_the_lesson_goes_on_with_a_known_right_answer(answer):
    parts = answer.build()
    parts = parts if isinstance(parts, tuple) else (parts,)
    go_on(answer.exercise, lambda names: names.update(zip(asked_for(answer.exercise), parts, strict=True)))
