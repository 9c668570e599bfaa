"""The one glossary: the handbook's, as terms, and as a notebook that lies beside the lessons.

Lessons link a term where they first use it, as in `[map task](glossary.ipynb#map-task)`. A notebook, because JupyterLab
shows it as a page and finds the heading of a term in it, offline. It serves `mrkit lab`, which writes the notebook, and
the tests, which look for terms without a link. The words are the handbook's: nothing here explains a term of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from mrkit import share

NAME = "glossary.ipynb"  # beside the lessons


@cache
def terms() -> dict[str, str]:
    """What each term means.

    >>> terms()["worker"]
    'The process or thread that runs tasks, one at a time.'
    """
    source = (share.folder("data") / "handbook" / "glossary.rst").read_text(encoding="utf-8")
    entries = re.findall(r"^(\w[\w ]*)\n((?: {4}.*\n)+)", source, re.MULTILINE)
    return {term: " ".join(meaning.split()) for term, meaning in entries}


def link(term: str) -> str:
    """The address of a term, for a lesson.

    >>> link("map task")
    'glossary.ipynb#map-task'
    """
    return f"{NAME}#{term.replace(' ', '-')}"


def notebook() -> dict[str, Any]:
    """The glossary as a notebook: a cell with a heading for each term."""
    opening = "# Glossary\n\nThe words of the field, as mrkit and its lessons use them."
    texts = [opening, *(f"## {term}\n\n{meaning}" for term, meaning in terms().items())]
    return {
        "cells": [
            {
                "cell_type": "markdown",
                "id": f"term-{number}",
                "metadata": {},
                "source": text.splitlines(keepends=True),
            }
            for number, text in enumerate(texts)
        ],
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def mentions(markdown: str) -> Iterator[tuple[str, str]]:
    """The terms that a text uses, in their order, each with the address that it links to, or "".

    Code, headings and the text of other links do not count.

    >>> list(mentions("A `key` is read by a [worker](glossary.ipynb#worker). Workers run map tasks."))
    [('worker', 'glossary.ipynb#worker'), ('worker', ''), ('map task', '')]
    """
    prose = re.sub(r"```.*?```|`[^`]*`|^#.*$|<[^>]*>", " ", markdown, flags=re.DOTALL | re.MULTILINE)
    for found in re.finditer(rf"\[([^\]]*)\]\(([^)]*)\)|\b({_names()})s?\b", prose, re.IGNORECASE):
        text, address, plain = found.groups()
        if plain:
            yield _term(plain), ""
        elif inside := re.search(rf"\b({_names()})s?\b", text, re.IGNORECASE):
            yield _term(inside[1]), address


def _names() -> str:
    longest_first = sorted(terms(), key=len, reverse=True)
    return "|".join(r"\s+".join(map(re.escape, term.split())) for term in longest_first)


def _term(text: str) -> str:
    return " ".join(text.lower().split())
