"""Where the questions of the lessons are: one module for each lesson, loaded when one of its ids is asked for."""

from __future__ import annotations

import importlib
import pkgutil
from difflib import get_close_matches
from typing import get_args

from mrkit import arguments
from mrkit.errors import BadArgument
from mrkit.learn.exercise import Exercise, Parsons, Question, Quiz
from mrkit.learn.language import spoken

LESSONS = "mrkit.lessons"  # the content is found by name: what asks and checks knows none of it


def lessons() -> list[str]:
    """The numbers of the lessons that have questions, such as "01"."""
    names = (module.name for module in pkgutil.iter_modules(importlib.import_module(LESSONS).__path__))
    return sorted(name.removeprefix("lesson_") for name in names if name.startswith("lesson_"))


def questions(lesson: str) -> dict[str, Question]:
    """All questions of a lesson by id, in the order in which they are defined."""
    module = importlib.import_module(f"{LESSONS}.lesson_{lesson}")
    found = [value for value in vars(module).values() if isinstance(value, get_args(Question))]
    return {question.id: question for question in found}


@arguments.takes(id=arguments.text)
def find(id: str) -> Question:
    """The question with this id.

    >>> find("01.length").title
    'Count words by length'
    """
    lesson = str(id).partition(".")[0]
    known = questions(lesson) if lesson in lessons() else {}
    if id not in known:
        every = [name for number in lessons() for name in questions(number)]
        close = get_close_matches(str(id), every, n=1)
        advice = f" Do you mean {close[0]!r}?" if close else f" The lessons are {', '.join(lessons())}."
        raise BadArgument(f"There is no exercise called {id!r}.{advice}")
    return spoken(known[id])


def how_to_answer(question: Question) -> str:
    """The call that takes an answer to a question of this kind, for those who used another one.

    >>> how_to_answer(find("01.length"))
    "check('01.length', ...)"
    """
    if isinstance(question, Quiz):
        return f"quiz({question.id!r}).answer(...)"
    return f"parsons({question.id!r})" if isinstance(question, Parsons) else f"check({question.id!r}, ...)"


def reference_to(exercise: Exercise) -> str | Exercise:
    """An exercise as it travels to another process: by its id, if that is known there."""
    lesson = exercise.id.partition(".")[0]
    known = questions(lesson) if lesson in lessons() else {}
    return exercise.id if known.get(exercise.id) is exercise else exercise


def exercise_of(reference: str | Exercise) -> Exercise:
    """The exercise, where the reference has arrived."""
    if not isinstance(reference, str):
        return reference
    found = questions(reference.partition(".")[0])[reference]
    assert isinstance(found, Exercise)
    return found
