"""The learner's language: sentences by key, from a PO file, and English where there is no translation.

A key names a sentence for ever (`05.mean/mistake/sum`, `findings/value_order`, `00/cell/c03`); the English text stands
beside it, so that a translation of a sentence that has changed since is not used. Ids, code and keywords stay. It
serves everything that a learner reads, and nothing may break for want of a translation.
"""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from mrkit.learn.exercise import Case, Choice, Hints, Mistake
from mrkit.learn.handout import handout

LOCALES = Path(__file__).parents[1] / "lessons" / "locale"
PARTS = {"mistakes": "mistake", "edges": "edge", "choices": "choice", "says": "says", "distractors": "distractor"}
PARTS["hints"] = "hint"
TEXTS = ("title", "question", "otherwise", "text", "worth")  # of a question

Say = Callable[[str, str], str]


def current() -> str:
    """The language that was asked for: `MRKIT_LANGUAGE`, else what the handout says, else English."""
    return os.environ.get("MRKIT_LANGUAGE") or handout().language


@contextlib.contextmanager
def speaking(language: str) -> Iterator[None]:
    """Everything in this language, in all threads and in processes that are started meanwhile."""
    before = os.environ.get("MRKIT_LANGUAGE")
    os.environ["MRKIT_LANGUAGE"] = language
    try:
        yield
    finally:
        del os.environ["MRKIT_LANGUAGE"]
        if before is not None:
            os.environ["MRKIT_LANGUAGE"] = before


def say(key: str, english: str) -> str:
    """A sentence in the learner's language."""
    language = current()
    return english if language == "en" else translation(language)(key, english)


def translation(language: str) -> Say:
    """A function from a key and the English sentence to the sentence in a language."""
    known = _catalog(language)

    def spoken(key: str, english: str) -> str:
        source, said = known.get(key, ("", ""))
        return said if said and source == english else english

    return spoken


@functools.cache
def _catalog(language: str) -> dict[str, tuple[str, str]]:
    """The English and the translated sentence by key; {} where the file or the library that reads it is missing."""
    try:
        from babel.messages.pofile import read_po

        with open(LOCALES / f"{Path(language).name}.po", "rb") as file:
            messages = list(read_po(file))
    except (ImportError, OSError, ValueError):
        return {}
    return {str(each.context): (str(each.id), str(each.string)) for each in messages if each.context and not each.fuzzy}


# Questions.


def spoken(question: Any) -> Any:
    """A question with all that it says in the learner's language."""
    return question if current() == "en" else with_words(question, say)


def with_words(question: Any, tell: Say) -> Any:
    """A question whose every sentence has gone through `tell(key, english)`."""
    changes: dict[str, Any] = {}
    for name in TEXTS:
        if text := getattr(question, name, ""):
            changes[name] = tell(f"{question.id}/{name}", text)
    for name, kind in PARTS.items():
        if value := getattr(question, name, None):
            changes[name] = _part(f"{question.id}/{kind}", value, tell)
    return replace(question, **changes)


def _part(key: str, value: Any, tell: Say) -> Any:
    if isinstance(value, Hints):
        words = {field.name: getattr(value, field.name) for field in fields(value)}
        return replace(value, **{name: text and tell(f"{key}/{name}", text) for name, text in words.items()})
    if isinstance(value, tuple):
        named = zip(_names(value), value, strict=False)
        return tuple(_one(f"{key}/{name}", each, tell) for name, each in named)
    return {name: tell(f"{key}/{name}", text) for name, text in value.items()}


def _names(values: tuple) -> Iterator[str]:
    yield from (getattr(value, "id", letter) for value, letter in zip(values, ascii_lowercase, strict=False))


def _one(key: str, value: Any, tell: Say) -> Any:
    if isinstance(value, Mistake):
        return Mistake(value.id, tell(key, value.sentence), results=value.results, value=value.value, **value.parts)
    if isinstance(value, Case):
        return replace(value, sentence=tell(key, value.sentence))
    if isinstance(value, Choice):
        return replace(value, text=tell(f"{key}/text", value.text), says=tell(f"{key}/says", value.says))
    assert is_dataclass(value)
    return value
