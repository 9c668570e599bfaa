"""A made-up class: everybody is graded, everybody gets the finding that the bank names, and nothing is lost.

Here a small class of three lessons; with `-m soak` a hundred students with all lessons, against the clock.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import made_class
import psutil
import pytest

from mrkit.classroom import ideas, notes, pages, tables
from mrkit.classroom.assignment import assignments
from mrkit.classroom.course import Course
from mrkit.classroom.grade import Class, Graded, grade, slug
from mrkit.classroom.outcome import Outcome
from mrkit.classroom.roster import Roster, Student, read
from mrkit.classroom.watch import Limits
from mrkit.cli import main

SMALL = pytest.param((30, ["01", "05", "12"]), id="small", marks=pytest.mark.timeout(300))
WHOLE = pytest.param((100, None), id="hundred", marks=[pytest.mark.soak, pytest.mark.timeout(900)])


@pytest.fixture(scope="module", params=[SMALL, WHOLE])
def school(request, tmp_path_factory):
    """A class after grading: its folder, its pupils, what came of it, and how long that took."""
    size, lessons = request.param
    root = tmp_path_factory.mktemp("class")
    pupils = made_class.make(root / "in", seed=18, size=size, lessons=lessons)
    roster = read(root / "roster.csv")
    start = time.perf_counter()
    known = grade(root / "in", root / "out", roster, limits=Limits(), jobs=2)
    return root, pupils, known, time.perf_counter() - start


def test_every_answer_gets_what_the_bank_names(school, capsys):
    _, pupils, known, seconds = school
    expected = {(pupil.id, id): what for pupil in pupils for id, what in pupil.expected.items()}
    got = {(each.student.id, outcome.exercise): outcome for each, outcome in known.outcomes()}
    assert got.keys() == expected.keys(), "nothing is lost, nothing is invented"
    tricks = {pupil.id: pupil.trick for pupil in pupils}
    different = {
        (*key, tricks[key[0]]): (what, got[key].status, got[key].finding, got[key].sentence)
        for key, what in expected.items()
        if got[key].status != what[0] or (what[0] == "failed" and got[key].finding != what[1])
    }
    with capsys.disabled():
        counts = Counter(outcome.status for outcome in got.values())
        print(
            f"\n{len(pupils)} students, {len(got)} answers in {seconds:.0f} s: {dict(counts)}; {len(different)} differ"
        )
    assert different == {}
    assert known.unreadable == []


def test_all_kinds_of_trouble_are_in_it(school):
    _, pupils, _, _ = school
    assert {trick.__name__ for trick in made_class.TRICKS} | {"endless_in_c"} <= {pupil.trick for pupil in pupils}
    assert any(not pupil.id.isascii() for pupil in pupils)


def test_nothing_is_left_behind(school):
    assert list(Path(tempfile.gettempdir()).glob("mrkit-grade-*")) == []
    mine = psutil.Process().children(recursive=True)
    orphans = [process for process in psutil.process_iter(["ppid", "cmdline"]) if process.info["ppid"] == 1]
    assert [p for p in mine if "one_student" in " ".join(p.cmdline())] == []
    assert [p for p in orphans if "one_student" in " ".join(p.info["cmdline"] or ())] == []


def test_two_hand_ins_are_both_named(school):
    root, _pupils, known, _ = school
    old = list((root / "in").rglob("old *"))
    assert old
    assert all(any(f"old {path.name[4:]}" in note for note in known.notes) for path in old)


def test_grades_add_up(school):
    root, pupils, known, _ = school
    found = ideas.ideas(known)
    tables.write_all(root / "out", known, found, {"05": "2026-11-30 00:00:00"})
    rows = {(row["student_id"], row["assignment"][:2]): row for row in stored(root / "out" / "grades.csv")}
    assert len(rows) == len(pupils) * len(known.lessons)
    points = {task.id: task.points for each in assignments().values() for task in each.tasks}
    for pupil in pupils:
        for lesson in known.lessons:
            mine = {id: what for id, what in pupil.expected.items() if id[:2] == lesson.lesson}
            row = rows[pupil.id, lesson.lesson]
            assert float(row["score"]) == sum(points[id] for id, what in mine.items() if what[0] == "passed")
            assert float(row["max_score"]) == lesson.points
            assert row["last_name"] == pupil.last_name
            assert row["timestamp"] == "", "no platform said when"
    assert {row["duedate"] for key, row in rows.items() if key[1] == "05"} == {"2026-11-30 00:00:00"}


def test_findings_are_counted_and_name_nobody(school):
    _root, pupils, known, _ = school
    tried = [(id, what[1]) for p in pupils for id, what in p.expected.items() if what[0] in ("failed", "timeout")]
    found = ideas.ideas(known)
    assert sorted((idea.exercise, one) for idea in found for one in idea.finding.split()) == sorted(set(tried))
    wrong = Counter((id, notes.line(id, finding).key) for id, finding in tried)
    assert {(i.exercise, notes.line(i.exercise, i.finding.split()[0]).key): i.students for i in found} == dict(wrong)
    assert [idea.students for idea in found] == sorted((idea.students for idea in found), reverse=True)
    for idea in found:
        assert idea.sentence
        assert idea.note, f"no line of the notes treats {idea.exercise} {idea.finding}"
        assert idea.place.startswith((f"notes/{idea.exercise[:2]}_", "notes/any_lesson.md"))
        words = idea.example.casefold()
        assert not any(name in words for pupil in pupils for name in (pupil.id, pupil.last_name.casefold()))


def test_exercises_are_tidy_and_hold_the_diary(school):
    root, _pupils, _known, _ = school
    rows = stored(root / "out" / "exercises.csv")
    assert [*rows[0]] == list(tables.EXERCISES)
    assert {row["status"] for row in rows} <= {"passed", "failed", "untouched", "unreadable", "timeout"}
    mine = [row for row in rows if row["attempts"]]
    assert mine
    votes = [row for row in rows if row["first_vote"]]
    assert votes
    assert all(row["second_vote"] for row in votes)


def test_a_second_run_grades_only_what_is_new(school):
    root, pupils, known, _seconds = school
    kept = {path: path.stat().st_mtime_ns for path in (root / "out" / "answers").iterdir()}
    lessons = [each.lesson for each in known.lessons]
    other = made_class.Pupil(pupils[0].id, pupils[0].first_name, pupils[0].last_name)
    for name in pupils[0].books:
        other.books[name] = made_class.student_book(name[:2])
    shutil.rmtree(root / "in" / pupils[0].id)
    made_class.write(root / "in", other, 0)
    again = grade(root / "in", root / "out", read(root / "roster.csv"), limits=Limits(), jobs=2)
    changed = {path.name for path in (root / "out" / "answers").iterdir() if path.stat().st_mtime_ns != kept.get(path)}
    assert changed == {f"{slug(pupils[0].id)}.json"}
    assert [each.lesson for each in again.lessons] == lessons
    assert sum(each.score for each in again.graded if each.student.id == pupils[0].id) == 0
    before = [(e.student.id, o.exercise, o.status, o.finding) for e, o in known.outcomes() if e.student.id != other.id]
    after = [(e.student.id, o.exercise, o.status, o.finding) for e, o in again.outcomes() if e.student.id != other.id]
    assert before == after


def stored(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# Small classes, by the command line.


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A roster of three, released, with one answer in it."""
    monkeypatch.chdir(tmp_path)
    Path("roster.csv").write_text(
        "id,last_name,first_name,email\nana,Müller,Ana,a@x.org\nbo,=1+1,Bo,\ncy,C,Cy,\n", "utf-8"
    )
    assert main(["release", "class", "--roster", "roster.csv", "--lessons", "12"]) == 0
    shutil.copytree("class", "in")
    return tmp_path


def answer(student, source, lesson="12_failure", id="12-backup"):
    path = Path("in", student, f"{lesson}.ipynb")
    book = json.loads(path.read_text(encoding="utf-8"))
    next(cell for cell in book["cells"] if cell["id"] == id)["source"] = source
    path.write_text(json.dumps(book), encoding="utf-8")


def seed(student):
    return json.loads(Path("class", student, "student.json").read_text(encoding="utf-8"))["seed"]


def test_the_same_seed_at_each_fetch_and_another_for_each_student(course):
    before = {name: seed(name) for name in ("ana", "bo", "cy")}
    assert len(set(before.values())) == 3
    shutil.rmtree("class")
    assert main(["release", "class", "--roster", "roster.csv", "--lessons", "12"]) == 0
    assert {name: seed(name) for name in before} == before
    secret = json.loads(Path("course.json").read_text())["secret"]
    assert not any(secret in path.read_text(encoding="utf-8") for path in Path("class").rglob("*") if path.is_file())


def test_what_release_writes_has_no_solution_and_ends_with_hand_in(course):
    book = json.loads(Path("class/ana/12_failure.ipynb").read_text(encoding="utf-8"))
    text = json.dumps(book)
    assert "SOLUTION" not in text
    assert book["metadata"]["mrkit"]["lesson"] == "12"
    assert "".join(book["cells"][-1]["source"]).endswith('hand_in("12")')
    assert "".join(book["cells"][-3]["source"]) == 'progress("12")'


def test_each_student_is_graded_by_the_numbers_that_are_theirs(course):
    from mrkit.learn.variant import asked

    right = asked("12.backup", seed("ana")).right
    for student in ("ana", "bo"):
        answer(student, f"saved = {right}")
    assert main(["grade", "in", "--roster", "roster.csv"]) == 0
    rows = {row["student_id"]: row for row in stored("graded/exercises.csv") if row["exercise"] == "12.backup"}
    assert (rows["ana"]["status"], rows["ana"]["variant"]) == ("passed", str(seed("ana")))
    assert rows["bo"]["status"] == ("passed" if asked("12.backup", seed("bo")).right == right else "failed")


def test_a_seed_that_was_changed_does_not_count(course, capsys):
    Path("in/ana/student.json").write_text(json.dumps({"student": "ana", "seed": seed("bo")}))
    assert main(["grade", "in", "--roster", "roster.csv"]) == 0
    assert "ana's student.json has another seed than the course gave" in capsys.readouterr().err
    assert {row["variant"] for row in stored("graded/exercises.csv") if row["student_id"] == "ana"} == {
        "",
        str(seed("ana")),
    }


def test_who_handed_in_nothing_has_a_row_and_a_sentence(course, capsys):
    shutil.rmtree("in/cy")
    Path("in/bo/12_failure.ipynb").write_text("{")
    assert main(["grade", "in", "--roster", "roster.csv"]) == 3
    err = capsys.readouterr().err
    assert "cy handed in nothing" in err
    assert "not read: bo/12_failure.ipynb" in err
    status = {row["student_id"]: (row["status"], row["finding"]) for row in stored("graded/exercises.csv")}
    assert status["cy"] == ("untouched", "not_handed_in")
    assert status["bo"] == ("unreadable", "unreadable")
    assert {row["student_id"] for row in stored("graded/grades.csv")} == {"ana", "bo", "cy"}


def test_who_is_not_in_the_roster_is_graded_and_named_but_not_counted(course, capsys):
    Path("roster.csv").write_text("id\nana\nbo\n", "utf-8")
    Path("in/zed").mkdir()
    Path("in/zed/05_combiners.ipynb").write_text("{")
    answer("cy", "saved = 0")
    assert main(["grade", "in", "--roster", "roster.csv", "--lessons", "05,12", "--lms", "gradescope"]) == 3
    said = capsys.readouterr()
    assert "2 students, lessons 05, 12" in said.out
    assert "Not in the roster, graded but not counted: cy, zed" in said.out
    assert "zed is not in the roster" in said.err
    assert "0 students" in said.out, "of lesson 05"
    assert {row["student_id"] for row in stored("graded/grades.csv")} == {"ana", "bo", "cy", "zed"}
    assert stored("graded/findings.csv") == [], "cy is not of the class"
    report = Path("graded/report.html").read_text(encoding="utf-8")
    assert "Students: 2" in report
    assert "not counted: 2." in report
    page = Path("graded/feedback/zed.html").read_text(encoding="utf-8")
    assert ("Lesson 05" in page, "Lesson 12" in page) == (True, False)
    assert main(["grade", "in", "--roster", "roster.csv", "--lessons", "12"]) == 3


def test_a_damaged_file_is_of_the_lesson_that_its_name_says(course):
    Path("in/bo/05_combiners.ipynb").write_text("{")
    Path("in/bo/12_failure.ipynb").unlink()
    assert main(["grade", "in", "--roster", "roster.csv", "--lessons", "05,12"]) == 3
    mine = {(row["lesson"], row["status"]) for row in stored("graded/exercises.csv") if row["student_id"] == "bo"}
    assert mine == {("05", "unreadable"), ("12", "untouched")}


def test_pages_that_belong_to_nobody_now_are_removed(course, capsys):
    assert main(["grade", "in", "--roster", "roster.csv"]) == 0
    Path("graded/feedback/mine.html").write_text("<p>own</p>")
    Path("roster.csv").write_text("id\nana\nbo\n", "utf-8")
    shutil.rmtree("in/cy")
    assert main(["grade", "in", "--roster", "roster.csv"]) == 0
    assert "belong to nobody now: cy.html" in capsys.readouterr().out
    assert {path.name for path in Path("graded/feedback").iterdir()} == {"ana.html", "bo.html", "mine.html"}


def test_a_gradebook_of_canvas_is_the_class_where_there_is_no_roster(course, capsys):
    head = "Student,ID,SIS User ID,SIS Login ID,Section,12_failure (77)\n    Points Possible,,,,,20\n"
    Path("book.csv").write_text(head + '"O\'Neill, Ana",7101,a1,ana16,A,\n"Müller, Bo",7102,b1,bo17,A,5\n', "utf-8")
    Path("down").mkdir()
    shutil.copy("class/ana/12_failure.ipynb", "down/oneillana_LATE_7101_99_12_failure.ipynb")
    assert main(["grade", "down", "--lms", "canvas=book.csv"]) == 0
    said = capsys.readouterr()
    assert "2 students, lessons 12" in said.out
    assert "for want of a hand-in of lesson 12 that can be read: bo17." in said.out
    assert "ana16 handed in lesson 12 late" in said.err
    assert [row["12_failure (77)"] for row in stored("graded/canvas.csv")] == ["20", "0", "5"]


def test_an_archive_will_do_for_a_folder(course):
    shutil.make_archive("all", "zip", "in")
    assert main(["grade", "all.zip", "--roster", "roster.csv"]) == 0
    assert {row["student_id"] for row in stored("graded/grades.csv") if row["raw_score"]} == {"ana", "bo", "cy"}
    assert all(row["status"] != "not_handed_in" for row in stored("graded/exercises.csv"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
def test_nothing_stays_when_grading_is_told_to_end(course, tmp_path):
    answer("ana", "def backup_wins(*_):\n    while True:\n        pass")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-m", "mrkit", "grade", "in", "-o", "out"]
    process = subprocess.Popen(command, env=os.environ | {"TMPDIR": str(scratch)}, stderr=subprocess.PIPE)
    while not list(scratch.glob("mrkit-grade-*")):
        assert process.poll() is None
        time.sleep(0.05)
    process.terminate()
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, b"")
    assert not list(scratch.glob("mrkit-grade-*"))


def test_no_cell_becomes_a_formula(course):
    assert main(["grade", "in", "--roster", "roster.csv"]) == 0
    raw = Path("graded/grades.csv").read_bytes()
    assert raw.startswith("\ufeff".encode())
    assert raw.count(b"\r\n") == raw.count(b"\n") == 4
    names = [row["last_name"] for row in stored("graded/grades.csv")]
    assert names == ["Müller", "'=1+1", "C"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["grade", "nowhere"], "no folder nowhere"),
        (["grade", "in", "--roster", "none.csv"], "none.csv"),
        (["grade", "in", "--lms", "blackboard=x"], "--lms takes"),
        (["grade", "in", "--lms", "canvas"], "--lms takes"),
        (["grade", "in", "--lessons", "77"], "no lesson '77'"),
        (["release", "x", "--lessons", "77"], "no lesson '77'"),
        (["findings", "nowhere"], "mrkit grade"),
        (["votes", "99.q1"], "no exercise"),
        (["votes", "12.q1", "--class", "../../evil"], "part of a file's name"),
        (["cards", "-o", "class"], "class cannot be written: Is a directory"),
        (["findings", "class"], "is not as `mrkit grade` writes it"),
        (["votes", "12.backup"], "not a quiz"),
        (["votes", "12.q1", "--before", "z=3"], "no 'z'"),
        (["translate", "not-a-language"], "code of a language"),
    ],
)
def test_a_wrong_command_is_one_sentence(course, capsys, arguments, words):
    Path("class/findings.csv").write_text("students,share\n1\n")
    there = set(course.rglob("*"))
    assert main(arguments) == 1
    assert set(course.rglob("*")) <= there | {course / "graded"} | set((course / "graded").rglob("*"))
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


def made(*students):
    """A class in which each student has these statuses in lesson 05, and findings."""
    lesson = assignments()["05"]
    graded = []
    for name, given in students:
        outcomes = [
            Outcome(task.id, status, finding, f"A sentence on {finding}.", task.points)
            for task, (status, finding) in zip(lesson.tasks, given, strict=True)
        ]
        graded.append(Graded(Student(name), lesson, outcomes))
    return Class(graded)


RIGHT, NONE = ("passed", "passed"), ("untouched", "untouched")


def wrong(finding):
    return "failed", finding


def test_findings_that_one_line_of_the_notes_treats_are_one_idea():
    rest = [RIGHT] * (len(assignments()["05"].tasks) - 1)
    given = [(name, [wrong(finding), *rest]) for name, finding in [("a", "sum"), ("b", "count"), ("c", "sum")]]
    (idea,) = ideas.ideas(made(*given, ("d", [RIGHT, *rest])))
    assert (idea.finding, idea.sentence, idea.students, idea.share) == ("sum count", "A sentence on sum.", 3, 0.75)


def test_who_needs_help_is_sorted_by_points_and_has_a_limit():
    size = len(assignments()["05"].tasks)
    few = [wrong("sum")] * (size - 1) + [RIGHT]
    given = {"all": [RIGHT] * size, "none": [NONE] * size, "wrong": [wrong("sum")] * size, "few": few}
    listed = pages.who_needs_help(made(*given.items()))
    assert [name for name, _ in listed] == ["wrong", "none", "few"]
    assert listed[1][1] == "0 of 7 points; nothing that can be graded"
    assert "not passed: 05.mean" in listed[0][1]
    many = made(*((f"s{i}", [NONE] * size) for i in range(15)))
    report = pages.report(many, [])
    assert "15 of 15 students have less than half" in report
    assert "Listed are the 10" in report


def test_ideas_with_as_many_students_share_a_place(capsys, tmp_path):
    size = len(assignments()["05"].tasks)
    known = made(*((f"s{i}", [wrong(f"f{i // 2}"), *[RIGHT] * (size - 1)]) for i in range(24)))
    found = ideas.ideas(known)
    report = pages.report(known, found)
    assert report.count('<li value="1">') == pages.TOP
    assert "As many students (2) had each of 2 more ideas" in report
    tables.write_all(tmp_path, known, found, {})
    assert main(["findings", str(tmp_path), "--top", "5"]) == 0
    assert "7 more had 2 students each." in capsys.readouterr().out


def test_a_second_release_keeps_only_what_a_student_changed(course):
    again = ["release", "class", "--roster", "roster.csv", "--lessons", "12", "--class"]
    Path("class/bo/student.json").write_text('{"student": "bo", "seed": 1}')
    assert main(again) == 0
    assert json.loads(Path("class/ana/student.json").read_text("utf-8"))["quizzes"] == "vote"
    assert [path.parent.name for path in Path("class").rglob("*backup*")] == ["bo"]


def test_a_count_or_a_date_that_is_none_is_a_wrong_command(course, capsys):
    assert main(["votes", "12.q1", "--before", "many"]) == 2
    assert main(["release", "x", "--roster", "roster.csv", "--due", "soon"]) == 2


def test_students_from_outside_the_roster_get_a_seed_of_their_own():
    course = Course("c", "secret")
    assert 10_000 <= course.seed("ana") < 100_000
    assert course.seed("ana") != Course("c", "other").seed("ana")


def test_nothing_is_written_outside_out(course):
    os.makedirs("in/..hidden", exist_ok=True)
    before = set(course.rglob("*"))
    for student in ("ana", "bo", "cy"):
        answer(student, "saved = open('../../../evil.txt', 'w')")
    assert main(["grade", "in", "--roster", "roster.csv", "-o", "out"]) == 0
    new = set(course.rglob("*")) - before
    assert {path.relative_to(course).parts[0] for path in new} == {"out"}


def test_a_page_for_each_student_with_no_solution_in_it(course):
    answer("ana", "saved = 0")
    assert main(["grade", "in", "--roster", "roster.csv"]) == 0
    page = Path("graded/feedback/ana.html").read_text(encoding="utf-8")
    assert "Nobody waits for the slow attempt" in page
    assert "Feedback for Ana Müller" in page
    assert "Bo" not in page
    assert len(list(Path("graded/feedback").iterdir())) == 3


def test_names_of_files_are_safe():
    roster = Roster((Student("../x/ü"), Student("..")))
    names = [slug(student.id) for student in roster.students]
    assert all("/" not in name and "." not in name for name in names)
    assert len({slug("a/b"), slug("a_b"), slug("A_B"), slug("a.b")}) == 4
    assert len(f".{slug(chr(0x20BB7) * 300)}.json.1234567".encode()) < 256
    assert not {slug("con"), slug("Com1"), slug("nul")} & {"con", "com1", "nul"}


def test_the_report_names_nobody_above_the_fold(course):
    answer("ana", "saved = 0")
    assert main(["grade", "in", "--roster", "roster.csv"]) == 0
    report = Path("graded/report.html").read_text(encoding="utf-8")
    folded = re.sub(r"<details>.*?</details>", "", report, flags=re.DOTALL)
    assert "ana" not in folded.replace("Canada", "")
    assert "ana" in report
    assert pages.MANY == 5
    assert "http" not in report, "offline"


def test_who_is_late_is_told_where_a_platform_says_when(course, capsys):
    assert main(["release", "class", "--roster", "roster.csv", "--lessons", "12", "--due", "2026-11-30"]) == 0
    for name, stamp in (("ana", "2026-11-30 23:10:00 UTC"), ("bo", "2026-12-01 00:10:00.5 UTC")):
        Path("in", name, "timestamp.txt").write_text(stamp)
    shutil.move("in/cy/12_failure.ipynb", "in/cy_LATE_1_2_12_failure.ipynb")
    os.utime("in/ana/12_failure.ipynb", (1_900_000_000, 1_900_000_000))  # the time of a file is that of a copy
    capsys.readouterr()
    assert main(["grade", "in", "--roster", "roster.csv"]) == 0
    late = [line for line in capsys.readouterr().err.splitlines() if "late" in line]
    assert late == [
        "mrkit: bo handed in lesson 12 late: bo/12_failure.ipynb.",
        "mrkit: cy handed in lesson 12 late: cy_LATE_1_2_12_failure.ipynb.",
    ]
    rows = {row["student_id"]: row for row in stored("graded/grades.csv")}
    assert {row["duedate"] for row in rows.values()} == {"2026-11-30 23:59:59"}
    assert {row["late_submission_penalty"] for row in rows.values()} == {"0.0"}
    assert rows["bo"]["timestamp"] == "2026-12-01 00:10:00"
