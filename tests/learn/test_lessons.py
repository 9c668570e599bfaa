"""The laws of a lesson's text: what every notebook says, in which order, and how plainly.

They hold for every notebook in notebooks/ and for its notes in mrkit/lessons/notes/. What runs the notebooks is
tests/notebooks/test_notebooks.py.
"""

from __future__ import annotations

import re
from pathlib import Path
from statistics import median

import nbformat
import pytest
from test_sentences import grade

from mrkit import learn, lessons, share
from mrkit.learn import glossary
from mrkit.learn.catalogue import find, questions
from mrkit.learn.exercise import Quiz

BOOKS = sorted(share.folder("notebooks").glob("*.ipynb"))
NOTES = Path(lessons.__file__).parent / "notes"
STAGES = ["Predict", "Run", "Investigate", "Modify", "Make"]
RUNS = re.compile(r"\.run\(|\blive\(|\bpanel\(|\b[Ee]xplorer\(")
LONGEST = 15  # lines of a code cell: the class still sees it whole on a projector

each_book = pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)


def cells(path):
    """The cells that a student gets: (kind, source)."""
    found = nbformat.read(path, as_version=4).cells
    return [(cell.cell_type, cell.source) for cell in found if "instructor" not in cell.metadata.get("tags", ())]


def prose(path):
    return [source for kind, source in cells(path) if kind == "markdown"]


def code(path):
    return [source for kind, source in cells(path) if kind == "code"]


def without_marks(source):
    """What a student sees of a cell: neither solutions nor hidden tests."""
    return re.sub(r"^ *### BEGIN .*?^ *### END [^\n]*\n?", "", source, flags=re.DOTALL | re.MULTILINE)


def plain(markdown):
    """Prose as it is read: without links, marks, code blocks and line ends inside a paragraph."""
    text = re.sub(r"```.*?```", "", markdown, flags=re.DOTALL)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^\W*(?:#+|[-*]|\d+\.) |\*\*", "", re.sub(r"\n(?=[^\n#\-*\d|])", " ", text), flags=re.MULTILINE)
    return re.sub(r"(\w)$", r"\1.", text, flags=re.MULTILINE)


def number(path):
    return path.stem.partition("_")[0]


def ids(path):
    """The questions that a notebook asks, in their order."""
    return list(dict.fromkeys(re.findall(r"""(?:quiz|check|parsons)\(\s*["']([\w.]+)["']""", "\n".join(code(path)))))


def test_there_are_lessons():
    assert len(BOOKS) >= 2


@each_book
def test_opening(path):
    first, *_ = cells(path)
    assert first[0] == "markdown"
    assert re.match(rf"# Lesson {number(path)}: \S", first[1])
    assert re.search(r"\*\*\d+ minutes\.\*\*", first[1])
    assert len(re.findall(r"^- ", first[1].partition("After this lesson you can")[2], re.MULTILINE)) >= 2
    assert "**You need:**" in first[1]


def minutes(path):
    """How long a learner takes, by a rule: 200 words a minute, 1/2 for a cell, 4 for an exercise, 2 for a vote.

    An estimate: it gives 24 minutes for lesson 00, and some 40 for lessons 05 to 07, as was reported.
    """
    words = sum(len(re.findall(r"[\w'-]+", plain(source))) for source in prose(path))
    asked = [re.match(r"check|parsons|quiz|task|hint|progress", source) for source in code(path)]
    kinds = [match.group() if match else "run" for match in asked]
    exercises, votes = len(re.findall(r"BEGIN HIDDEN TESTS", "".join(code(path)))), kinds.count("quiz")
    return words / 200 + kinds.count("run") / 2 + 4 * exercises + 2 * votes


@each_book
def test_minutes_are_those_of_the_rule(path):
    stated = int(re.search(r"\*\*(\d+) minutes\.", prose(path)[0]).group(1))
    if "In two sittings" not in prose(path)[0]:  # the capstone, where a question of one's own takes as long as it takes
        assert abs(stated - minutes(path)) <= 5


@each_book
def test_ending(path):
    ending = prose(path)[-1]
    assert "## Key points\n\n- " in ending
    assert "## What comes next\n" in ending
    assert code(path)[-1] == f'progress("{number(path)}")'
    assert cells(path)[-1][0] == "code"


@each_book
def test_predict_run_investigate_modify_make(path):
    headings = re.findall(rf"^#+ ({'|'.join(STAGES)})\b", "\n".join(prose(path)), re.MULTILINE)
    assert list(dict.fromkeys(headings)) == STAGES


@each_book
def test_a_prediction_comes_before_the_first_run(path):
    """A first look at the data may come earlier; the run that gives the lesson its heading "Run" may not."""
    numbered = list(enumerate(cells(path)))
    asked = next(i for i, (kind, source) in numbered if kind == "code" and "quiz(" in source)
    heading = next(i for i, (_, source) in numbered if re.search(r"^#+ Run\b", source, re.MULTILINE))
    run = next(i for i, (kind, source) in numbered if i > heading and kind == "code" and RUNS.search(source))
    assert asked < heading < run


@each_book
def test_prose_is_short_and_plain(path):
    """At most 120 words in a cell, and a Flesch-Kincaid grade of at most 9."""
    assert {source: len(plain(source).split()) for source in prose(path) if len(plain(source).split()) > 120} == {}
    assert {source: round(grade(plain(source)), 1) for source in prose(path) if grade(plain(source)) > 9} == {}


@each_book
def test_cells_are_short_and_prose_comes_first(path):
    lengths = [len(without_marks(source).strip().splitlines()) for source in code(path)]
    assert median(lengths) <= 4
    assert max(lengths) <= LONGEST
    kinds = "".join(kind[0] for kind, _ in cells(path))
    assert "ccccc" not in kinds  # at most what an exercise needs, the exercise, its check and its hint


@each_book
def test_figures_answer_a_question(path):
    """The text just before a chart or a widget asks what it answers."""
    names = set()
    text = ""
    for kind, source in cells(path):
        if kind == "markdown":
            text = source
        for imported in re.findall(r"^from mrkit\.views\S* import (.*)", source, re.MULTILINE):
            names |= set(re.split(r"\W+", imported))
        if kind == "code" and names and re.search(rf"\b({'|'.join(names)})\(", source):
            assert "?" in text, (source, text)


@each_book
def test_the_saved_text_of_a_question_uses_what_the_notebook_imported(path):
    source = "\n".join(code(path))
    imported = set(re.findall(r"\w+", " ".join(re.findall(r"^from mrkit\.learn import (.*)", source, re.MULTILINE))))
    for kind, id in re.findall(r"^(quiz|parsons)\(\"([^\"]+)\"\)$", source, re.MULTILINE):
        text = str(getattr(learn, kind)(id))
        assert set(re.findall(r"(\w+)\(\"\d\d\.", text)) <= imported, text


@each_book
def test_terms_are_linked_where_they_are_first_used(path):
    seen = {}
    for source in prose(path):
        for term, address in glossary.mentions(source):
            seen.setdefault(term, address)
    assert {term: address for term, address in seen.items() if address != glossary.link(term)} == {}


@each_book
def test_links_to_the_glossary_lead_somewhere(path):
    addresses = re.findall(r"\((glossary\.md[^)]*)\)", "\n".join(prose(path)))
    assert set(addresses) <= set(map(glossary.link, glossary.terms()))


def test_the_glossary_has_a_heading_for_every_term():
    headings = re.findall("^## (.+)$", glossary.page(), re.MULTILINE)
    assert headings == list(glossary.terms())
    assert len(headings) >= 30
    assert all(len(meaning.split()) >= 4 for meaning in glossary.terms().values())


@each_book
def test_every_question_of_the_lesson_is_asked(path):
    """So that `progress` can be complete; 2 to 4 exercises, and a quiz for the votes of a class."""
    asked = ids(path)
    assert sorted(asked) == sorted(questions(number(path)))
    exercises = [id for id in asked if not isinstance(find(id), Quiz)]
    assert 2 <= len(exercises) <= 4
    assert [id for id in questions(number(path)) if id in exercises] == exercises  # `progress` in the lesson's order
    assert len(asked) > len(exercises)


@each_book
def test_notes_for_teachers(path):
    """Minutes that add up, the votes to expect, the misconceptions, and an answer key that is right.

    What the lines for wrong answers say is in tests/classroom/test_notes.py.
    """
    notes = (NOTES / f"{path.stem}.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", notes, re.MULTILINE | re.DOTALL))
    sections.pop("Wrong answers", None)
    assert list(sections) == ["Minutes", "Expected votes", "Misconceptions", "Answer key"]
    head, *plan = re.findall(r"^\| *(\d+) *\| *(\d+) *\| *\S", sections["Minutes"], re.MULTILINE)
    assert head == ("50", "90")
    assert [sum(map(int, column)) for column in zip(*plan, strict=True)] == [50, 90]
    for id, question in questions(number(path)).items():
        assert f"**{id}**:" in sections["Answer key"]
        if isinstance(question, Quiz):
            right = next(letter for letter, choice in zip("abcdef", question.choices, strict=False) if choice.right)
            assert f"**{id}**: {right}." in sections["Answer key"]
            assert f"**{id}**" in sections["Expected votes"]
