"""Cards to vote with, on paper: A to D, four to a page, told apart by letter, shape and grey, not by colour alone."""

from __future__ import annotations

from mrkit.classroom.pages import render

SHAPES = {
    "A": '<circle cx="50" cy="50" r="42"/>',
    "B": '<rect x="10" y="10" width="80" height="80"/>',
    "C": '<polygon points="50,6 96,92 4,92"/>',
    "D": '<polygon points="50,4 96,50 50,96 4,50"/>',
}
GREYS = {"A": "#ffffff", "B": "#d0d0d0", "C": "#8c8c8c", "D": "#3a3a3a"}


def cards() -> str:
    """The page, to be printed; each copy is one student's set."""
    return render("cards.html", cards=[(letter, SHAPES[letter], GREYS[letter], letter == "D") for letter in SHAPES])
