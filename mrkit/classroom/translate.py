"""PO files for translators: every sentence that a learner reads, by its key, with what is new and what has changed.

Weblate and Crowdin read PO. The key of a sentence is the message's context. When the English text has changed, the old
translation is kept and marked fuzzy, and is not used until somebody has looked at it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mrkit.classroom import notes, outcome
from mrkit.classroom.grade import write
from mrkit.classroom.phrases import PHRASES
from mrkit.errors import BadArgument
from mrkit.learn import result
from mrkit.learn.catalogue import lessons, questions
from mrkit.learn.findings import KINDS, LABELS, ROLES, SENTENCES
from mrkit.learn.language import LOCALES, with_words
from mrkit.lessons import editions


def translate(language: str, folder: Path = LOCALES) -> str:
    """Write `LANGUAGE.po`: what was translated stays, what is new is added; says how much there is."""
    from babel import Locale, UnknownLocaleError
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po, write_po

    try:
        Locale.parse(language)
    except (UnknownLocaleError, ValueError) as error:
        raise BadArgument(f"{language!r} is not the code of a language, such as de or es.") from error
    place = folder / f"{language}.po"
    old: dict[str, Any] = {}
    if place.exists():
        with open(place, "rb") as file:
            old = {message.context: message for message in read_po(file) if message.context}
    catalog = Catalog(locale=language, project="mrkit", header_comment="# The sentences of mrkit.", fuzzy=False)
    new, changed = 0, 0
    for key, english in messages().items():
        before = old.get(key)
        new += before is None
        stale = bool(before and before.string and (before.fuzzy or before.id != english))
        changed += stale
        earlier = (before.previous_id or [before.id]) if before and stale else ()
        flags = {"fuzzy"} if stale else set()
        catalog.add(english, before.string if before else "", context=key, flags=flags, previous_id=earlier)
    write(place, _text(catalog, write_po))
    done = sum(bool(message.string) and not message.fuzzy for message in catalog if message.id)
    return f"{place}: {done} of {len(messages())} sentences; {new} new, {changed} to be looked at again"


def _text(catalog: Any, write_po: Any) -> str:
    from io import BytesIO

    file = BytesIO()
    write_po(file, catalog, width=0, include_previous=True, omit_header=False, sort_output=False)
    lines = file.getvalue().decode().splitlines()
    # Dates would change a file in which nothing has changed.
    return "\n".join(line for line in lines if not line.startswith(('"POT-Creation-Date', '"PO-Revision-Date'))) + "\n"


def messages() -> dict[str, str]:
    """Every English sentence by its key, in the order of the lessons."""
    found: dict[str, str] = {}
    found |= {f"findings/{id}": text for id, text in SENTENCES.items()}
    found |= {f"roles/{role}": role for role in ROLES.values()}
    found |= {f"kinds/{kind}": kind for kind in KINDS}
    found |= {f"labels/{label}": label for label in LABELS}
    found |= dict(_words())
    found |= {f"grading/{id}": text for id, text in outcome.SENTENCES.items()}
    found |= {f"pages/{key}": text for key, text in PHRASES.items()}
    found |= {line.key: line.text for line in notes.lines().values()}
    for path in editions.lessons():
        found |= dict(_cells(path))
    for number in lessons():
        for question in questions(number).values():
            with_words(question, lambda key, english: found.setdefault(key, english))
    return {key: english for key, english in found.items() if english.strip()}


def _words() -> Iterator[tuple[str, str]]:
    from importlib import import_module

    asked, told = import_module("mrkit.learn.quiz"), import_module("mrkit.learn.hints")
    for room in ("ballot", "hand_in", "parsons", "laying", "controls", "compared"):
        words_of = import_module(f"mrkit.learn.{room}").WORDS
        yield from ((f"words/{room}/{name}", words) for name, words in words_of.items())
    yield from ((f"words/rung/{number}", name) for number, name in enumerate(told.RUNGS, 1))
    yield "words/rung", told.RUNG
    yield from ((f"words/{name}", words) for name, words in result.WORDS.items())
    yield "words/play", result.PLAY
    yield from ((f"words/{name}", words) for name, words in asked.BUTTONS.items())
    yield from ((f"words/{name}/tip", words) for name, words in asked.TIPS.items())
    yield "words/second", asked.SECOND
    words = {"first": told.FIRST, "next": told.NEXT, "promise": told.PROMISE, "closed": told.CLOSED}
    yield from ((f"words/{name}", text) for name, text in words.items())
    yield "words/lost", import_module("mrkit.learn.diary").LOST


def _cells(path: Path) -> Iterator[tuple[str, str]]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and editions.INSTRUCTOR_TAG not in cell["metadata"].get("tags", ()):
            yield f"{editions.number_of(path)}/cell/{cell.get('id', '')}", "".join(cell["source"])
