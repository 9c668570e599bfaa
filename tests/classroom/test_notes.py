"""Every wrong idea has a line in the notes for teachers that says what to do about it."""

from __future__ import annotations

import re
from typing import get_args

import bank
import pytest
from test_sentences import grade

from mrkit.classroom import notes, outcome
from mrkit.learn.catalogue import lessons, questions
from mrkit.learn.exercise import Question, Quiz
from mrkit.learn.findings import SAME, SENTENCES
from mrkit.lessons import editions

bank.modules()
GRADING = outcome.SENTENCES.keys() - {"missing", "untouched", "not_handed_in", "unreadable"}  # nobody tried
FINE = {"untouched", "passed", "breaks"}
CHECKS = ({SAME.get(id, id) for id in SENTENCES} | {"contract"}) - FINE
each_lesson = pytest.mark.parametrize("lesson", lessons(), ids="lesson_{}".format)


def own_findings(lesson):
    """What only this lesson's exercises can find: (exercise, finding)."""
    found = {(each.exercise, each.finding) for each in bank.ANSWERS if each.exercise.startswith(lesson)}
    own: set[tuple[str, str]] = set()
    for id, question in questions(lesson).items():
        if isinstance(question, get_args(Question)) and not isinstance(question, Quiz):
            cases = (*getattr(question, "mistakes", ()), *getattr(question, "edges", ()))
            own |= {(id, case.id) for case in cases}
            own |= {(id, "distractor")} if getattr(question, "distractors", ()) else set()
    return own | {(id, finding) for id, finding in found if finding not in {"", *FINE, *CHECKS, *GRADING}}


def missing(wanted, path):
    known = dict(notes.read(path))
    return sorted(wanted - known.keys())


@each_lesson
def test_every_finding_of_a_lesson_has_its_line(lesson):
    (path,) = notes.FOLDER.glob(f"{lesson}_*.md")
    left = [f"- **{id}** `{finding}`: If ...: do ..." for id, finding in missing(own_findings(lesson), path)]
    assert left == [], f"Add to {path.name}, under '## Wrong answers':\n" + "\n".join(left)


def test_what_any_exercise_may_meet_has_its_line():
    left = [
        f"- `{finding}`: If ...: do ..." for finding in sorted(CHECKS | GRADING) if not notes.line("", finding).text
    ]
    assert left == [], "Add to any_lesson.md:\n" + "\n".join(left)


@each_lesson
def test_no_line_is_left_over(lesson):
    (path,) = notes.FOLDER.glob(f"{lesson}_*.md")
    for (id, finding), line in notes.read(path):
        assert finding in CHECKS or (id, finding) in own_findings(lesson), f"{line.place}: no {finding} in {id}"


def test_no_line_for_any_lesson_is_left_over():
    known = {finding for _, finding in dict(notes.read(notes.FOLDER / f"{notes.ANY}.md"))}
    assert known == CHECKS | GRADING


def test_no_finding_has_two_lines():
    for path in notes.FOLDER.glob("*.md"):
        keys = [key for key, _ in notes.read(path)]
        assert sorted(keys) == sorted(set(keys)), path.name


@pytest.mark.parametrize("path", sorted(notes.FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_a_line_says_when_and_what_to_do_and_gives_no_solution_away(path):
    solved = _solutions(path.stem)
    for _, line in notes.read(path):
        assert re.match(r"If [^:]+: \w+", line.text), line
        assert grade(line.text) <= 9, line
        assert [code for code in solved if code in line.text] == [], line


def _solutions(lesson):
    """The lines that a student has to write."""
    books = [path.read_text(encoding="utf-8") for path in editions.lessons() if path.stem == lesson]
    found = [code for text in books for code in re.findall(r"### BEGIN SOLUTION\\n(.*?)### END", text, re.DOTALL)]
    lines = [line.strip(' ",') for code in found for line in code.replace('\\"', '"').split("\\n")]
    return [line for line in lines if len(line) > 12]
