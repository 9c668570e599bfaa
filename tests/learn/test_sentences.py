"""Every sentence that a learner reads: a Flesch-Kincaid grade of 9 at most, and never more than two together."""

from __future__ import annotations

import re

import pytest

from mrkit.learn.catalogue import lessons, questions
from mrkit.learn.exercise import Counterexample, Exercise, Parsons, Prediction, Quiz
from mrkit.learn.findings import SENTENCES
from mrkit.learn.hints import CLOSED, FIRST, NEXT, PROMISE

FILL = {
    "role": "map function",
    "part": "map_func",
    "error": "ValueError: no",
    "count": "3",
    "word": "yield",
    "what": "record",
    "kind": "list",
    "right": "3",
    "name": "seen",
    "one": "dog",
    "other": "cat",
    "seconds": "5",
    "last": "2",
    "key": "'a'",
    "given": "'cat'",
    "before": "4",
    "after": "7",
    "value": "3",
}
TERMS = {"combiner", "partitioner", "reducer", "function", "process", "average", "generator"}  # taught words


def syllables(word):
    """The number of syllables; a word that the lessons teach counts as two, as it is no longer new."""
    word = re.sub(r"[^a-z]", "", word.lower())
    if word.removesuffix("s").removesuffix("es") in TERMS or word in TERMS:
        return 2
    groups = len(re.findall(r"[aeiouy]+", re.sub(r"(?<![aeiouy])e$|(?<=[^td])ed$|(?<=[^sxzh])es$", "", word)))
    return max(1, groups)


def grade(text):
    """The Flesch-Kincaid grade of a text; code between backticks is one word."""
    text = re.sub(r"`[^`]*`", "it", text)
    sentences = [s for s in re.split(r"[.!?:;](?:\s|$)|\n", text) if s.strip()]
    words = re.findall(r"[A-Za-z0-9'_]+", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def number_of_sentences(text):
    return len(re.findall(r"[.!?](?:\s|$)", re.sub(r"`[^`]*`", "it", text)))


def test_the_measure():
    assert grade("The cat sat on the mat.") < 1
    assert grade("Deterministic reexecution necessitates idempotent transformation semantics.") > 20


@pytest.mark.parametrize("id", SENTENCES)
def test_findings(id):
    text = SENTENCES[id].replace("\n", " ").format(**FILL)
    assert grade(text) <= 9
    assert number_of_sentences(text) <= 2


@pytest.mark.parametrize("text", [CLOSED, FIRST, NEXT, PROMISE])
def test_hint_words(text):
    assert grade(text) <= 9


def sentences(question):
    if isinstance(question, Quiz):
        return [choice.says for choice in question.choices]
    found = []
    if isinstance(question, Exercise):
        found += [case.sentence for case in question.edges] + [*question.says.values(), question.worth]
    if isinstance(question, Exercise | Prediction):
        found += [mistake.sentence for mistake in question.mistakes]
    if isinstance(question, Prediction):
        found.append(question.otherwise)
    if isinstance(question, Parsons):
        found += question.distractors.values()
    return found


@pytest.mark.parametrize("lesson", lessons(), ids="lesson_{}".format)
def test_exercises(lesson):
    hard = {}
    for id, question in questions(lesson).items():
        for text in sentences(question):
            assert 1 <= number_of_sentences(text) <= 2, (id, text)
        hints = getattr(question, "hints", None)
        if isinstance(question, Prediction | Counterexample | Parsons):
            assert hints.case, f"{id} has no input to show: its third rung must be in words"
        texts = sentences(question) + ([hints.idea, hints.line, hints.case] if hints else [question.question])
        hard |= {text: round(grade(text), 1) for text in texts if text and grade(text) > 9}
    assert hard == {}
