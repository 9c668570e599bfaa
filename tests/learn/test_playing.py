"""Play my solution: the learner's own functions, in the record player, on an input of the exercise's kind."""

from __future__ import annotations

import json
import pickle
from random import Random

import pytest

from mrkit.learn import check
from mrkit.learn.catalogue import lessons, questions
from mrkit.learn.exercise import Exercise
from mrkit.learn.playing import MOST_INPUTS, can_be_played, player_of
from mrkit.learn.trial import Trial

EXERCISES = [each for number in lessons() for each in questions(number).values() if isinstance(each, Exercise)]


def by_letter(line):
    for word in line.split():
        yield word[0], 1


def test_a_right_answer_is_played_with_the_learners_own_functions():
    result = check("00.letter", by_letter)
    assert result
    html = result.play()._repr_html_()
    assert "Record player of by_letter and total" in html
    assert "data-mrkit-place" in html


def test_the_player_shows_an_input_of_the_exercise_on_two_workers():
    exercise = next(each for each in EXERCISES if each.id == "00.letter")
    told = json.loads(player_of(Trial(exercise, {"map_func": by_letter})).rows)
    inputs = exercise.inputs(Random(exercise.id))[:MOST_INPUTS]
    assert [text for _, text, _ in told["inputs"]] == inputs
    assert len(told["tasks"]) == len(told["workers"]) == 2
    assert "".join(part for line in told["sources"]["map"]["lines"] for _, part in line).startswith("def by_letter")


def test_a_partitioner_alone_is_played_too():
    exercise = next(each for each in EXERCISES if each.id == "02.letter")
    told = json.loads(player_of(Trial(exercise, {"partitioner": lambda key, number: ord(key[0]) % number})).rows)
    for _, key, _ in told["pairs"]:
        assert told["groups"][key][0] == ord(told["keys"][key][0]) % 2


def test_a_right_answer_that_was_pickled_says_the_same_and_plays_nothing():
    result = check("00.letter", by_letter)
    stored = pickle.loads(pickle.dumps(result))
    assert stored == result
    assert repr(stored) == repr(result)
    assert stored.play is None
    assert result.play is not None


@pytest.mark.parametrize("answer", [lambda line: [(line, 1)], ...])
def test_nothing_is_played_that_is_not_right(answer):
    assert check("00.letter", answer).play is None


def test_what_is_no_job_is_not_played():
    assert {each.id for each in EXERCISES if not can_be_played(each)} >= {"02.group", "05.budget", "12.idempotent"}
    assert check("02.group", lambda pairs: {key: [v for k, v in pairs if k == key] for key, _ in pairs}).play is None


def test_a_job_that_cannot_run_is_a_sentence():
    from mrkit.learn.playing import Played

    exercise = next(each for each in EXERCISES if each.id == "00.letter")

    def fails(line):
        raise OSError("<no more>")

    assert "This cannot be played here" in Played(Trial(exercise, {"map_func": fails}))._repr_html_()


@pytest.mark.parametrize("number", lessons())
def test_correct_is_followed_by_what_is_worth_saying(number):
    for each in questions(number).values():
        if isinstance(each, Exercise):
            assert each.worth.endswith("."), each.id
