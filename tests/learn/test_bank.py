"""Every known wrong answer is caught, with the hint that is meant for it; no right one is refused.

A right one is tried on some seeds, and with `-m soak` on all 20. The last test prints what was measured.
"""

from __future__ import annotations

import time
from collections import Counter
from functools import cache

import bank
import fresh
import pytest

from mrkit.learn import check
from mrkit.learn.catalogue import find, lessons, questions
from mrkit.learn.exercise import Counterexample, Exercise, Prediction
from mrkit.learn.variant import asked

bank.modules()
WRONG = [answer for answer in bank.ANSWERS if answer.finding]
RIGHT = [answer for answer in bank.ANSWERS if not answer.finding]
FRESH_RIGHT = [answer for answer in fresh.ANSWERS if not answer.wrong]


def name(answer):
    return answer.name


def tried(answer, seed=0):
    built = answer.build()
    functions = isinstance(find(answer.exercise), Exercise)
    parts = built if functions and isinstance(built, tuple) else (built,)
    return check(answer.exercise, *parts, seed=seed)


@cache
def outcome(answer):
    start = time.perf_counter()
    result = tried(answer)
    return result, time.perf_counter() - start


@pytest.mark.parametrize("answer", WRONG, ids=name)
def test_wrong_answer_is_caught(answer):
    result, _ = outcome(answer)
    assert not result
    assert result.finding == answer.finding, result
    assert result.sentence


@pytest.mark.parametrize("answer", RIGHT, ids=name)
def test_right_answer_passes(answer):
    assert refused(answer, bank.some_seeds(answer.name)) == []


@pytest.mark.soak
@pytest.mark.parametrize("answer", RIGHT, ids=name)
def test_right_answer_passes_on_every_seed(answer):
    assert refused(answer, bank.SEEDS) == []


def refused(answer, seeds):
    seeds = [0] if varies(find(answer.exercise)) else seeds  # a variant has another right answer: see below
    return [result for seed in seeds if not (result := tried(answer, seed))]


def varies(question):
    return isinstance(question, Prediction) and question.variant is not None


@pytest.mark.parametrize("id", [id for number in lessons() for id, q in questions(number).items() if varies(q)])
def test_no_variant_is_easier_than_another(id):
    """Each has one right answer, and every mistake can be made in it and is told from all others."""
    for seed in range(1, 101):
        question = asked(id, seed)
        assert question.id == id
        assert question.text != find(id).text or seed > 1
        assert [mistake.id for mistake in question.mistakes] == [mistake.id for mistake in find(id).mistakes]
        if not callable(question.right):
            assert check(id, question.right, seed=seed)
        for mistake in question.mistakes:
            if not callable(mistake.value):
                assert check(id, mistake.value, seed=seed).finding == mistake.id
    assert len({asked(id, seed).text for seed in range(100)}) > 25


@pytest.mark.parametrize("lesson", lessons(), ids="lesson_{}".format)
def test_every_code_exercise_has_its_bank(lesson):
    kinds = Exercise | Counterexample
    for id in [id for id, question in questions(lesson).items() if isinstance(question, kinds)]:
        assert sum(answer.exercise == id for answer in WRONG) >= 6, f"{id} needs six wrong answers"
        assert sum(answer.exercise == id for answer in [*RIGHT, *FRESH_RIGHT]) >= 3, f"{id} needs three right answers"


@pytest.mark.parametrize("lesson", lessons(), ids="lesson_{}".format)
def test_every_mistake_and_edge_is_met(lesson):
    """A sentence that no known answer gets is a sentence that nobody has read."""
    for id, question in questions(lesson).items():
        if isinstance(question, Exercise):
            known = {mistake.id for mistake in question.mistakes} | {case.id for case in question.edges}
            assert known <= {answer.finding for answer in [*WRONG, *fresh.ANSWERS] if answer.exercise == id}, id


@pytest.mark.parametrize("lesson", lessons(), ids="lesson_{}".format)
def test_predictions_have_one_right_answer(lesson):
    for id, question in questions(lesson).items():
        if isinstance(question, Prediction) and not callable(question.right):
            assert check(id, question.right)


def test_what_was_measured(capsys):
    results = {answer: outcome(answer) for answer in WRONG}
    caught = sum(not result for result, _ in results.values())
    meant = sum(result.finding == answer.finding for answer, (result, _) in results.items())
    slowest = max([*results, *RIGHT], key=lambda answer: outcome(answer)[1])
    counts = Counter(answer.exercise for answer in bank.ANSWERS)
    with capsys.disabled():
        print(
            f"\n{len(counts)} exercises, {len(WRONG)} wrong answers: {caught / len(WRONG):.0%} caught, "
            f"{meant / len(WRONG):.1%} with the finding that is meant. {len(RIGHT)} right answers. "
            f"Slowest check: {outcome(slowest)[1]:.2f} s ({slowest.name})."
        )
    assert caught == len(WRONG)
    assert meant >= 0.95 * len(WRONG)
