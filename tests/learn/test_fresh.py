"""Answers that were written anew, from the texts alone: the wrong ones are caught, the right ones pass and live on.

"Live on" means that the cells of the lesson that come after the exercise run with each of them.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import fresh
import pytest

from mrkit.learn import check, parsons
from mrkit.learn.catalogue import find
from mrkit.learn.exercise import Exercise, Parsons, Prediction
from mrkit.learn.findings import SENTENCES

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
WRONG = [answer for answer in fresh.ANSWERS if answer.wrong]
RIGHT = [answer for answer in fresh.ANSWERS if not answer.wrong]
SEEDS = range(20)


def name(answer):
    return answer.name


# Sentences that say where a result is wrong, and not what made it so: a student has to find that out.
GENERAL = {id for id in SENTENCES if id.startswith("wrong")} | {"no_results"}
MOST_GENERAL = 0.02  # of the wrong answers: there were 0.15 at first


def tried(answer, seed=0):
    if isinstance(find(answer.exercise), Parsons):
        return parsons(answer.exercise).order(*answer.build()[0])
    return check(answer.exercise, *answer.build(), seed=seed)


@pytest.mark.parametrize("answer", WRONG, ids=name)
def test_wrong_answer_is_caught(answer):
    result = tried(answer)
    assert not result
    assert result.finding == answer.finding, f"{answer.mistake} {result}"


def test_general_sentences_stay_rare():
    assert sum(answer.finding in GENERAL for answer in WRONG) <= MOST_GENERAL * len(WRONG)


@pytest.mark.parametrize("answer", RIGHT, ids=name)
def test_right_answer_passes(answer):
    question = find(answer.exercise)
    varies = isinstance(question, Prediction) and question.variant is not None  # each variant has its own right answer
    assert [result for seed in ([0] if varies else SEEDS) if not (result := tried(answer, seed))] == []


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


USED = [answer for answer in RIGHT if last_cells(answer.exercise[:2], answer.exercise)]
USED = [answer for answer in USED if isinstance(find(answer.exercise), Exercise) and answer.exercise[:2] not in ("13",)]


@pytest.mark.parametrize("answer", USED, ids=name)
def test_the_lesson_goes_on_with_a_right_answer(answer):
    lesson = answer.exercise[:2]
    names = names_before(lesson, answer.exercise)  # that very dictionary: the lesson's functions look into it
    before = dict(names)
    try:
        exec(answer.cell, names)
        for cell in last_cells(lesson, answer.exercise):
            exec(cell, names)
    finally:
        names.clear()
        names.update(before)
