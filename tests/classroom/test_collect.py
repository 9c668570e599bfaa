"""What was handed in, in every form; and what is not as it should be becomes one sentence."""

from __future__ import annotations

import io
import json
import os
import zipfile
from datetime import datetime

import pytest

from mrkit.classroom.collect import collect
from mrkit.classroom.roster import BadRoster, Roster, Student, of_class, plain, read
from mrkit.errors import BadArgument, MrkitError

CLASS = Roster(
    (
        Student("ana", "Müller", "Ana", "ana@example.org"),
        Student("bo", "O'Neil", "Bo", "bo@example.org", ("4711",)),
        Student("cy", "de la Cruz", "Cy"),
    )
)


def book(lesson="05", mark=1, **metadata):
    cell = {"cell_type": "code", "source": [f"mark = {mark}"], "metadata": {}, "outputs": []}
    made = {"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    if lesson:
        made["metadata"] = {"mrkit": {"lesson": lesson}, **metadata}
    return json.dumps(made)


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "in"
    place.mkdir()
    return place


def put(folder, path, text=None):
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(book() if text is None else text, encoding="utf-8")
    return place


def archive(entries):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, text in entries.items():
            made.writestr(name, text)
    return file.getvalue()


@pytest.mark.parametrize(
    "path",
    [
        "ana/05_combiners.ipynb",
        "ana/deep/er/my homework.ipynb",
        "submitted/ana/lessons/05_combiners.ipynb",
        "ana.ipynb",
        "ana_05_combiners.ipynb",
        "05_combiners-ana.ipynb",
        "Ana Müller_123_assignsubmission_file/05_combiners.ipynb",
        "Müller Ana_123_assignsubmission_file_/x.ipynb",
        "Course-Lesson 5-99/Ana Mu\u0308ller_123_assignsubmission_file/05.ipynb",  # as macOS writes it
        "müllerana_LATE_123_456_05_combiners-2.ipynb",
        "mullerana/../ana/x.ipynb",
        "ANA@example.org/x.ipynb",
    ],
)
def test_forms_that_are_understood(folder, path):
    (folder / "mullerana").mkdir()
    put(folder, path)
    assert set(collect(folder, CLASS).books) == {("ana", "05")}


@pytest.mark.parametrize(
    "entries",
    [
        {"ana/05.ipynb": book()},
        {"Ana Müller_12_assignsubmission_file/05.ipynb": book()},
        {"müllerana_12_34_05_combiners.ipynb": book()},
        {"ana.zip": archive({"05.ipynb": book()})},
        {"__MACOSX/ana/._05.ipynb": "junk", "ana/05.ipynb": book(), "ana/.ipynb_checkpoints/05.ipynb": book()},
        {"../../ana/05.ipynb": book()},
        {"\\ana\\05.ipynb": book()},
    ],
)
def test_archives_are_read_and_never_unpacked(folder, entries):
    (folder / "all.zip").write_bytes(archive(entries))
    before = sorted(folder.parent.rglob("*"))
    assert set(collect(folder, CLASS).books) == {("ana", "05")}
    assert sorted(folder.parent.rglob("*")) == before


def test_without_a_roster_folders_and_archives_are_the_students(folder):
    put(folder, "zoë/a.ipynb")
    (folder / "yan.zip").write_bytes(archive({"05.ipynb": book()}))
    (folder / "all.zip").write_bytes(archive({"uma/05.ipynb": book(), "vic/05.ipynb": book()}))
    assert {student for student, _ in collect(folder, Roster()).books} >= {"zoë", "yan"}


def test_one_archive_of_many_names_nobody(folder):
    (folder / "all.zip").write_bytes(archive({"uma/05.ipynb": book(), "vic/05.ipynb": book()}))
    assert {student for student, _ in collect(folder, Roster()).books} == {"uma", "vic"}


def test_student_json_says_whose_it_is(folder):
    put(folder, "whatever/05.ipynb")
    put(folder, "whatever/student.json", '{"student": "ana", "seed": 4711}')
    (one,) = collect(folder, CLASS).books.values()
    assert (one.student, one.seed) == ("ana", 4711)


def test_a_students_file_in_anothers_folder_is_told(folder):
    put(folder, "bo/05.ipynb")
    put(folder, "bo/student.json", '{"student": "ana", "seed": 4711}')
    found = collect(folder, CLASS)
    assert set(found.books) == {("ana", "05")}
    assert any("bo/05.ipynb" in note and "ana" in note for note in found.notes)


def test_of_two_the_later_counts_and_both_are_named(folder):
    new, old = put(folder, "ana/a.ipynb", book(mark=2)), put(folder, "ana/b.ipynb", book(mark=1))
    os.utime(old, (1e9, 1e9))
    found = collect(folder, CLASS)
    assert found.books["ana", "05"].book.cells == ("mark = 2",)
    assert [new.name in note and old.name in note for note in found.notes] == [True]


def test_a_timestamp_of_nbgrader_counts(folder):
    put(folder, "submitted/ana/x/05.ipynb")
    put(folder, "submitted/ana/x/timestamp.txt", "2026-11-02 10:11:12.5 UTC\n")
    (one,) = collect(folder, CLASS).books.values()
    assert one.when == datetime(2026, 11, 2, 10, 11, 12, 500000)


def test_a_pattern_of_ones_own(folder):
    put(folder, "x/2026-bo-final.ipynb")
    assert set(collect(folder, CLASS, r"\d+-(?P<student_id>\w+)-").books) == {("bo", "05")}
    for wrong in ("(", "(?P<student>x)"):
        with pytest.raises(BadArgument, match="--pattern"):
            collect(folder, CLASS, wrong)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "damaged"),
        ("[]", "damaged"),
        ("", "damaged"),
        ('{"cells": 5}', "damaged"),
        ('{"cells": [1, null, {"outputs": 5}]}', "which lesson"),
        ("[" * 100_000, "damaged"),
        (book(None), "which lesson"),
        (book("99"), "no lesson 99"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(folder, text, words):
    put(folder, "ana/x.ipynb", text)
    put(folder, "bo/05.ipynb")
    found = collect(folder, CLASS)
    assert set(found.books) == {("bo", "05")}
    ((student, sentence),) = found.unreadable
    assert (student, words in sentence) == ("ana", True)
    assert "ana/x.ipynb" in sentence


def test_a_notebook_of_200_mb_is_refused_in_a_sentence(folder):
    with open(put(folder, "ana/05.ipynb"), "wb") as file:
        file.truncate(200_000_000)
    ((student, sentence),) = collect(folder, CLASS).unreadable
    assert (student, "100 MB" in sentence) == ("ana", True)


def test_links_out_of_the_folder_are_not_followed(folder, tmp_path):
    outside = put(tmp_path, "secret/05.ipynb")
    (folder / "bo").mkdir()
    os.symlink(outside, folder / "bo" / "05.ipynb")
    os.symlink(outside.parent, folder / "cy")
    put(folder, "ana/05.ipynb")
    found = collect(folder, CLASS)
    assert set(found.books) == {("ana", "05")}
    assert found.unreadable == [("bo", "bo/05.ipynb: a link out of the folder.")]
    assert any("cy" in note and "link" in note for note in found.notes)


def bomb():
    return archive({f"{i}.ipynb": b"0" * 99_000_000 for i in range(12)})


def deep():
    data = archive({"05.ipynb": book()})
    for _ in range(6):
        data = archive({"in.zip": data})
    return data


def lying():
    """An archive whose index says that its one file is small."""
    data = archive({"05.ipynb": b"0" * 150_000_000})
    size = (150_000_000).to_bytes(4, "little")
    return data.replace(size, (1000).to_bytes(4, "little"))


@pytest.mark.parametrize("make", [bomb, deep, lying, lambda: b"PK not a zip", lambda: archive({"a.ipynb": "x"})[:-30]])
def test_bad_archives_are_one_sentence(folder, make):
    (folder / "ana.zip").write_bytes(make())
    put(folder, "bo/05.ipynb")
    found = collect(folder, CLASS)
    assert set(found.books) == {("bo", "05")}
    assert len(found.unreadable) == 1
    assert "ana" in found.unreadable[0][1]


def test_an_archive_with_a_password_is_told(folder):
    data = bytearray(archive({"05.ipynb": book()}))
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(mark) + at] |= 1
    (folder / "ana.zip").write_bytes(bytes(data))
    ((_, sentence),) = collect(folder, CLASS).unreadable
    assert "password" in sentence or "cannot be read" in sentence


def test_a_time_in_the_path_counts(folder):
    put(folder, "x-ana-2026-11-30-18-05-00.ipynb")
    put(folder, "y-ana-2026-11-29-18-05-00.ipynb")
    found = collect(folder, CLASS, r"-(?P<student_id>\w+?)-(?P<timestamp>[\d-]+)\.")
    (one,) = found.books.values()
    assert (one.place[0], str(one.when), one.stamped) == ("x", "2026-11-30 18:05:00", True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_told_and_not_waited_for(folder):
    os.mkfifo(folder / "ana.ipynb")
    put(folder, "bo/05.ipynb")
    found = collect(folder, CLASS)
    assert set(found.books) == {("bo", "05")}
    assert found.unreadable == [("ana", "ana.ipynb: it is no ordinary file.")]


@pytest.mark.parametrize("name", ["a\"b'c", "a,b;c", "=1+1", "über æ", "a\nb", " ", "-rf"])
def test_odd_names(folder, name):
    put(folder, f"{name}/05.ipynb")
    (one,) = collect(folder, Roster()).books.values()
    assert one.student == name


def test_who_is_not_in_the_roster_is_graded_and_told(folder):
    put(folder, "dora/05.ipynb")
    found = collect(folder, CLASS)
    assert set(found.books) == {("dora", "05")}
    assert found.notes == ["dora/05.ipynb: dora is not in the roster."]


def test_another_version_is_told(folder):
    put(folder, "ana/05.ipynb", book(mrkit={"lesson": "05", "version": "0.0.1"}))
    assert any("0.0.1" in note for note in collect(folder, CLASS).notes)


def test_nothing_at_all_is_an_error(folder, tmp_path):
    with pytest.raises(MrkitError, match="no notebook"):
        collect(folder, CLASS)
    with pytest.raises(MrkitError, match="no folder"):
        collect(tmp_path / "nowhere", CLASS)


# Names as Canvas writes them.


GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Lesson 05
    Points Possible,,,,,10
,,,,,Manual Posting
"O'Neill, Ana",7101,ana16,ana16,A,7103
"García-Ruiz, Émile",7102,emile,emile,A,
"Müller, Bo",7103,bo,bo,A,
"""


def in_canvas(tmp_path, folder, *names, text=GRADEBOOK):
    (tmp_path / "gradebook.csv").write_text(text, encoding="utf-8")
    for name in names:
        put(folder, f"{name}_05_combiners.ipynb")
    return read(tmp_path / "gradebook.csv")


def test_canvas_own_number_says_whose_a_file_is(tmp_path, folder):
    gradebook = in_canvas(tmp_path, folder, "anybody_7101_1", "müllerbo_LATE_7102_2")
    assert {student for student, _ in collect(folder, gradebook).books} == {"ana16", "emile"}


def test_a_roster_learns_the_numbers_of_a_gradebook(tmp_path, folder):
    in_canvas(tmp_path, folder, "oneillana_7101_1", "garcíaruizémile_7102_2", "müllerbo_9999_3")
    (tmp_path / "own.csv").write_text(
        "id,last_name,first_name\nx1,O'Neill,Ana\nx2,García-Ruiz,Émile\nbo,M,Bo\n", "utf-8"
    )
    known = of_class(tmp_path / "own.csv", [("canvas", str(tmp_path / "gradebook.csv"))])
    assert [student.canvas for student in known.students] == ["7101", "7102", "7103"]
    found = collect(folder, known)
    assert {student for student, _ in found.books} == {"x1", "x2", "müllerbo (9999)"}
    assert of_class(None, [("canvas", str(tmp_path / "gradebook.csv"))]).by_canvas("7101").id == "ana16"
    assert of_class(None) == Roster()


def test_a_name_with_another_number_is_somebody_else(tmp_path, folder):
    gradebook = in_canvas(tmp_path, folder, "müllerbo_9999_3")
    found = collect(folder, gradebook)
    assert found.notes == ["müllerbo_9999_3_05_combiners.ipynb: müllerbo (9999) is not in the roster."]


def test_two_of_one_name_are_told_apart_by_moodles_numbers_or_stay_two(tmp_path, folder):
    for number in (48000, 48001):
        put(folder, f"Ana Müller_{number}_assignsubmission_file/05.ipynb")
    (tmp_path / "own.csv").write_text(
        "id,last_name,first_name,email\na,Müller,Ana,a@x.org\nb,Müller,Ana,b@x.org\n", "utf-8"
    )
    head = "Identifier,Full name,Email address,Grade\n"
    rows = "Participant 48000,Ana Müller,b@x.org,\nParticipant 48001,Ana Müller,a@x.org,\n"
    (tmp_path / "worksheet.csv").write_text(head + rows, "utf-8")
    known = of_class(tmp_path / "own.csv", [("moodle", str(tmp_path / "worksheet.csv"))])
    found = {student: one.place for (student, _), one in collect(folder, known).books.items()}
    assert {student: "48000" in place for student, place in found.items()} == {"a": False, "b": True}
    assert known.by_moodle("Participant 48001").id == "a"
    unknown = collect(folder, read(tmp_path / "own.csv"))
    assert {student for student, _ in unknown.books} == {"Ana Müller (48000)", "Ana Müller (48001)"}


@pytest.mark.parametrize("name", ["oneilana_1_2", "ONEILANA_1_2", "garciaruizemile_1_2", "garcíaruizémile_LATE_1_2"])
def test_without_numbers_names_are_compared_by_their_letters(folder, name):
    known = Roster((Student("a", "O'Neil", "Ana"), Student("e", "García-Ruiz", "Émile"), Student("x", "ONeill", "Ana")))
    put(folder, f"{name}_05_combiners.ipynb")
    put(folder, "Émile Garcia Ruiz_7_assignsubmission_file/05.ipynb")
    assert {student for student, _ in collect(folder, known).books} == {"e", "a" if "ana" in name.casefold() else "e"}


def test_two_whose_letters_are_the_same_are_told_apart_or_not_at_all():
    known = Roster((Student("a", "Müller", "Ana"), Student("b", "Muller", "Ana"), Student("c", "M'uller", "Ana")))
    assert (known.find("müllerana").id, known.find("mullerana").id, known.find("mul.lerana")) == ("a", "b", None)


# The roster.


def roster(tmp_path, text, encoding="utf-8"):
    (tmp_path / "roster.csv").write_bytes(text.encode(encoding))
    return read(tmp_path / "roster.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_roster_in_any_form(tmp_path, sign, encoding):
    text = "id,last_name,first_name,email\r\nana,Müller,Ana,a@x.org\r\n\r\nbo,Ö,Bo,\r\n".replace(",", sign)
    found = roster(tmp_path, text, encoding)
    assert [student.id for student in found.students] == ["ana", "bo"]
    assert found.students[0].last_name == "Müller"


def test_other_names_of_columns_and_quotes(tmp_path):
    found = roster(tmp_path, 'Username,Surname,Section\nana,"Mü,""x""",A\nbo,B,A\n')
    assert found.students[0].last_name == 'Mü,"x"'
    assert found.find("A") is None, "what two have in common is nobody's name"
    assert found.find("ANA").id == "ana"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "its columns are: none"),
        ("id\n", "no students"),
        ("name,mail\nana,x\n", "needs a column `id`"),
        ("id,email\nana,\nbo,\nAna,\n", "'Ana' twice, in lines 2 and 4"),
        ("id,email\n,x@y\n", "line 2: this student has no id"),
    ],
)
def test_a_roster_that_cannot_be_used_is_one_sentence(tmp_path, text, words):
    with pytest.raises(BadRoster, match=words.replace("(", r"\(")):
        roster(tmp_path, text)


def test_names_are_compared_as_people_do():
    assert plain("Müller,  Ana") == plain("mu\u0308ller_ana")
    assert CLASS.find("de la Cruz, Cy").id == CLASS.find("Cy de la Cruz").id == "cy"
    assert CLASS.find("4711").id == "bo"


def test_a_gradebook_of_canvas_is_a_roster(tmp_path):
    head = "Student,ID,SIS User ID,SIS Login ID,Section,Lesson 05\n    Points Possible,,,,,7\n"
    found = roster(tmp_path, head + '"de la Cruz, María",101,s1,maria,"Mon, 9",\n"Student, Test",9,,x,Mon,\n')
    (maria,) = found.students
    assert (maria.id, maria.last_name, maria.first_name) == ("maria", "de la Cruz", "María")
    for name in ("María de la Cruz", "de la cruzmaría", "101", "s1", "de la Cruz, María"):
        assert found.find(name) == maria


def test_the_line_of_a_double_is_the_files_own(tmp_path):
    with pytest.raises(BadRoster, match="in lines 2 and 5"):
        roster(tmp_path, "id,note\nana,a\n\nbo,\nana,\n")


def test_a_roster_that_is_no_table_is_one_sentence(tmp_path):
    (tmp_path / "roster.csv").write_bytes(archive({"xl/workbook.xml": "<x/>"}))
    with pytest.raises(BadRoster, match="is not a text file"):
        read(tmp_path / "roster.csv")
    with pytest.raises(BadRoster, match="is not a CSV file: field larger than"):
        roster(tmp_path, "id\n" + "x" * 200_000)
