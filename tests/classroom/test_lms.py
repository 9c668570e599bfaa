"""Files of platforms come back with one column changed; the user's own file is not touched."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import pytest

from mrkit.classroom.assignment import assignments
from mrkit.classroom.collect import Received
from mrkit.classroom.grade import Class, Graded
from mrkit.classroom.lms import write_all
from mrkit.classroom.notebook import Book
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


def graded(student, passed, lesson="05", there=True):
    made = []
    for task in assignments()[lesson].tasks:
        ok = task.id in passed
        made.append(Outcome(task.id, "passed" if ok else "failed", "x", "=A sentence.", task.points))
    when = datetime(2026, 11, 30)
    return Graded(
        student, assignments()[lesson], made, Received(student.id, lesson, "x", Book(), when) if there else None
    )


@pytest.fixture
def known():
    return Class([graded(ANA, {"05.mean", "05.budget"}), graded(BO, {"05.buffer"})])


def rows(text):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def filled(tmp_path, known, kind, text, encoding="utf-8", name="from the platform"):
    source = tmp_path / f"{name}.csv"
    source.write_bytes(text.encode(encoding))
    said = "\n".join(write_all(tmp_path / "out", known, [f"{kind}={source}"]))
    assert source.read_bytes() == text.encode(encoding), "the user's file is as it was"
    target = tmp_path / "out" / f"{kind}.csv"
    return target.read_bytes().decode("utf-8") if target.exists() else "", said


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
    assert [row[2:3] for row in rows(text)] == [["Grade"], ["71.43"], [], ["28.57"]]
    assert "2 students" in said


def test_gradescope_gets_a_file_for_each(tmp_path, known):
    list(write_all(tmp_path, known, ["gradescope"]))
    results = json.loads((tmp_path / "gradescope" / "ana" / "results.json").read_text(encoding="utf-8"))
    assert results["score"] == 5
    assert results["tests"][0] == {"name": "05.mean", "score": 3.0, "max_score": 3.0, "output": "=A sentence."}


def test_who_is_not_in_the_file_is_told(tmp_path, known):
    _, said = filled(tmp_path, known, "canvas", "\n".join(CANVAS.splitlines()[:3]))
    assert "1 of the class are not in" in said
    assert said.endswith("platform.csv: bo.")


@pytest.mark.parametrize(
    ("kind", "text"), [("canvas", ""), ("canvas", "a,b\n"), ("moodle", "Grade\n"), ("moodle", CANVAS)]
)
def test_another_file_is_one_sentence(tmp_path, known, kind, text):
    with pytest.raises(MrkitError, match=r"is empty|This is not"):
        filled(tmp_path, known, kind, text)


def test_an_unknown_platform_is_one_sentence(tmp_path, known):
    with pytest.raises(BadArgument, match="--lms takes"):
        list(write_all(tmp_path, known, ["blackboard=x"]))


def test_who_handed_in_nothing_keeps_the_cell_and_is_named(tmp_path):
    known = Class([graded(ANA, {"05.mean"}), graded(BO, set(), there=False)])
    text, said = filled(tmp_path, known, "canvas", CANVAS)
    assert changed(rows(CANVAS), rows(text)) == {(2, 5): ("", "3")}
    assert "Left as it was, for want of a hand-in of lesson 05 that can be read: bo." in said
    text, _ = filled(tmp_path, known, "moodle", MOODLE)
    assert [row[4] for row in rows(text)[1:]] == ["42.86", "", ""]


def test_each_lesson_goes_where_its_name_is_and_nowhere_else(tmp_path, known):
    known.graded.append(graded(ANA, set(), "03"))
    text, said = filled(tmp_path, known, "canvas", CANVAS)
    assert {j for _, j in changed(rows(CANVAS), rows(text))} == {5}
    assert rows(text)[2][5] == "5"
    assert "Lesson 03: nothing was written" in said
    assert "`--lessons 03 -o graded-03`" in said
    text, said = filled(tmp_path, known, "moodle", MOODLE)
    assert text == ""
    assert "does not say which of 03, 05. Choose one, such as `--lessons 03 -o graded-03`" in said
    text, said = filled(tmp_path, known, "moodle", MOODLE, name="Grades-CS-Lesson 05-77")
    assert [row[4] for row in rows(text)[1:]] == ["71.43", "28.57", ""]
    assert "03." not in text


def test_a_file_of_another_lesson_is_not_filled_and_an_old_one_is_gone(tmp_path, known):
    filled(tmp_path, known, "moodle", MOODLE)
    text, said = filled(tmp_path, known, "moodle", MOODLE, name="Grades-CS-Lesson 03-77")
    assert (text, "bears the name of another lesson" in said) == ("", True)
    text, said = filled(tmp_path, known, "canvas", CANVAS.replace("Final Score", "05_combiners"))
    assert (text, "both bear its name" in said) == ("", True)


def test_points_are_scaled_to_what_the_platform_takes_for_the_most(tmp_path, known):
    text, said = filled(tmp_path, known, "canvas", CANVAS.replace("7.0", "10"))
    assert [row[5] for row in rows(text)[1:4]] == ["10", "7.14", "2.86"]
    assert "Lesson 05 has 7 points" in said
    assert "so that 7 points become 10" in said
    text, said = filled(tmp_path, known, "moodle", MOODLE.replace("100.00", "10.00").replace("Maximum G", "Maximum g"))
    assert [row[4] for row in rows(text)[1:]] == ["7.14", "2.86", ""]
    assert "7 points become 10" in said
    assert "become" not in filled(tmp_path, known, "moodle", MOODLE.replace("100.00", "7.00"))[1]


def test_two_rows_with_the_name_of_one_student_are_nobodys(tmp_path, known):
    double = CANVAS.replace(",4711,other,", ",,,") + '"O\'Neil, Bo",109,,,Mon,4,60\r\n'
    text, said = filled(tmp_path, known, "canvas", double)
    assert changed(rows(double), rows(text)) == {(2, 5): ("", "5")}
    assert "1 of the class are not in" in said


def test_who_of_several_lessons_handed_in_has_a_folder_of_each_for_gradescope(tmp_path, known):
    known.graded.append(graded(ANA, set(), "03"))
    list(write_all(tmp_path, known, ["gradescope"]))
    found = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("results.json")]
    assert sorted(found) == [f"gradescope/{each}/results.json" for each in ("03/ana", "05/ana", "05/bo")]
