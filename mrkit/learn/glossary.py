"""The one glossary: the handbook's, as terms, and as a page of Markdown that lies beside the lessons.

Lessons link a term where they first use it, as in `[map task](glossary.md#map-task)`. JupyterLab shows a linked
Markdown file as a page and goes to the heading of the term, offline; in a linked notebook it stays at the top. Serves
`mrkit lab`, which writes the page, and the tests, which look for terms without a link. The words are the handbook's:
nothing here explains a term of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from mrkit import share

NAME = "glossary.md"  # beside the lessons


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
    'glossary.md#map-task'
    """
    return f"{NAME}#{term.replace(' ', '-')}"


def page() -> str:
    """The glossary as Markdown: a heading for each term.

    >>> page().splitlines()[0]
    '# Glossary'
    """
    opening = "# Glossary\n\nThe words of the field, as mrkit and its lessons use them.\n"
    return "\n".join([opening, *(f"## {term}\n\n{meaning}\n" for term, meaning in terms().items())])


def told(markdown: str) -> str:
    """A text whose links to terms say, where the mouse rests, what the term means: also where no page can be opened.

    >>> told("A [worker](glossary.md#worker).")
    'A [worker](glossary.md#worker "The process or thread that runs tasks, one at a time.").'
    """

    def titled(found: re.Match) -> str:
        meaning = terms().get(found[1].replace("-", " "), "").replace('"', "'")
        return f'({NAME}#{found[1]} "{meaning}")' if meaning else found[0]

    return re.sub(rf"\({re.escape(NAME)}#([\w-]+)\)", titled, markdown)


def mentions(markdown: str) -> Iterator[tuple[str, str]]:
    """The terms that a text uses, in their order, each with the address that it links to, or "".

    Code, headings and the text of other links do not count.

    >>> list(mentions("A `key` is read by a [worker](glossary.md#worker). Workers run map tasks."))
    [('worker', 'glossary.md#worker'), ('worker', ''), ('map task', '')]
    """
    prose = re.sub(r"```[\s\S]*?```|`[^`]*`|^#.*|<[^>]*>", " ", markdown, flags=re.MULTILINE)
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
