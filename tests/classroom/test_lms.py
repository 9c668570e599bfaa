"""Files of platforms come back with one column changed; the user's own file is not touched."""

from __future__ import annotations

import csv
import io
import json

import pytest

from mrkit.classroom.assignment import assignments
from mrkit.classroom.grade import Class, Graded
from mrkit.classroom.lms import write_all
from mrkit.classroom.outcome import Outcome
from mrkit.classroom.roster import Student
from mrkit.errors import BadArgument, MrkitError

ANA = Student("ana", "Müller", "Ana", "ana@x.org")
BO = Student("bo", "O'Neil", "Bo", "bo@x.org", ("4711",))
HEAD = "Student,ID,SIS User ID,SIS Login ID,Section,Lesson 05 Combiners (771),Final Score"
CANVAS = f"""{HEAD}\r
    Points Possible,,,,,7.0,(read only)\r
"Müller, Ana",101,s1,ana,"Mon, 9",,50\r
"O'Neil, Bo",102,4711,other,Mon,3,60\r
"Test, Student",103,s9,zzz,Mon,,0\r
"""
MOODLE = """Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Feedback comments
Participant 1,Ana Müller,ana@x.org,Submitted,,100.00,Yes,
Participant 2,Bo O'Neil,,Submitted,,100.00,Yes,
Participant 3,Nobody Here,n@x.org,No submission,,100.00,Yes,
"""


def graded(student, passed, lesson="05"):
    made = []
    for task in assignments()[lesson].tasks:
        ok = task.id in passed
        made.append(Outcome(task.id, "passed" if ok else "failed", "x", "=A sentence.", task.points))
    return Graded(student, assignments()[lesson], made)


@pytest.fixture
def known():
    return Class([graded(ANA, {"05.mean", "05.budget"}), graded(BO, {"05.buffer"})])


def rows(text):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def filled(tmp_path, known, kind, text, encoding="utf-8"):
    source = tmp_path / "from the platform.csv"
    source.write_bytes(text.encode(encoding))
    (said,) = write_all(tmp_path / "out", known, [f"{kind}={source}"])
    assert source.read_bytes() == text.encode(encoding), "the user's file is as it was"
    return (tmp_path / "out" / f"{kind}.csv").read_bytes().decode("utf-8"), said


def changed(before, after):
    assert len(before) == len(after)
    pairs = [
        (i, j, old, new)
        for i, row in enumerate(before)
        for j, (old, new) in enumerate(zip(row, after[i], strict=False))
    ]
    return {(i, j): (old, new) for i, j, old, new in pairs if old != new}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_canvas_gets_one_column_changed(tmp_path, known, encoding):
    text, said = filled(tmp_path, known, "canvas", CANVAS, encoding)
    assert changed(rows(CANVAS), rows(text)) == {(2, 5): ("", "5"), (3, 5): ("3", "2")}
    assert "2 students" in said
    assert text.endswith("\r\n")


def test_canvas_gets_a_column_where_there_is_none(tmp_path, known):
    text, _ = filled(tmp_path, known, "canvas", CANVAS.replace("Lesson 05 Combiners (771)", "Homework 9"))
    assert [row[-1] for row in rows(text)] == ["Lesson 05", "7", "5", "2", ""]
    assert changed(rows(CANVAS.replace("Lesson 05 Combiners (771)", "Homework 9")), rows(text)) == {}


def test_moodle_gets_grade_and_feedback(tmp_path, known):
    text, _ = filled(tmp_path, known, "moodle", MOODLE)
    after = rows(text)
    assert {j for _, j in changed(rows(MOODLE), after)} == {4, 7}
    assert [row[4] for row in after[1:]] == ["71.43", "28.57", ""]
    assert after[1][7] == "05.buffer: =A sentence."
    assert after[3] == rows(MOODLE)[3]


def test_rows_that_end_early_are_filled_all_the_same(tmp_path, known):
    short = "Full name,Email address,Grade,Maximum Grade\nAna Müller\n\nBo O'Neil,bo@x.org,,100\n"
    text, said = filled(tmp_path, known, "moodle", short)
    assert [row[2:3] for row in rows(text)] == [["Grade"], ["5"], [], ["28.57"]]
    assert "2 students" in said


def test_gradescope_gets_a_file_for_each(tmp_path, known):
    list(write_all(tmp_path, known, ["gradescope"]))
    results = json.loads((tmp_path / "gradescope" / "ana" / "results.json").read_text(encoding="utf-8"))
    assert results["score"] == 5
    assert results["tests"][0] == {"name": "05.mean", "score": 3.0, "max_score": 3.0, "output": "=A sentence."}


def test_who_is_not_in_the_file_is_told(tmp_path, known):
    _, said = filled(tmp_path, known, "canvas", "\n".join(CANVAS.splitlines()[:3]))
    assert "1 of the class are not in" in said


@pytest.mark.parametrize(
    ("kind", "text"), [("canvas", ""), ("canvas", "a,b\n"), ("moodle", "Grade\n"), ("moodle", CANVAS)]
)
def test_another_file_is_one_sentence(tmp_path, known, kind, text):
    with pytest.raises(MrkitError, match=r"is empty|This is not"):
        filled(tmp_path, known, kind, text)


def test_an_unknown_platform_is_one_sentence(tmp_path, known):
    with pytest.raises(BadArgument, match="--lms takes"):
        list(write_all(tmp_path, known, ["blackboard=x"]))
