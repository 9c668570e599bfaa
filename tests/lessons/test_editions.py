"""Lessons on their way: nothing of the user's is lost, no solution reaches a student."""

from __future__ import annotations

import itertools
import json
import re

import pytest

from mrkit import share
from mrkit.errors import BadArgument, MrkitError
from mrkit.lessons import editions


def cell(source, kind="code", tags=(), **more):
    extra = {"outputs": [], "execution_count": None} if kind == "code" else {}
    lines = source.splitlines(keepends=True)
    return {"cell_type": kind, "metadata": {"tags": list(tags)}, "source": lines, **extra, **more}


def notebook(*cells):
    return {"cells": list(cells), "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}


LESSON = notebook(
    cell("# Counting\nΩ is text, too.", "markdown"),
    cell(
        "def words(line):\n    ### BEGIN SOLUTION\n    for word in line.split():\n        yield word, 1\n"
        "    ### END SOLUTION\n\ncheck(words)",
        outputs=[{"output_type": "stream", "name": "stdout", "text": ["the answer is 42"]}],
        execution_count=7,
    ),
    cell("check(words)\n### BEGIN HIDDEN TESTS\nassert secret\n### END HIDDEN TESTS"),
    cell("Why?\n### BEGIN SOLUTION\nBecause.\n### END SOLUTION", "markdown"),
    cell("The answer key: 42", "markdown", tags=["instructor"]),
)


@pytest.fixture
def source(tmp_path, monkeypatch):
    """Two lessons that stand for those of mrkit."""
    folder = tmp_path / "shipped" / "notebooks"
    folder.mkdir(parents=True)
    for name in ("00_tour", "04_word_count"):
        (folder / f"{name}.ipynb").write_text(json.dumps(LESSON, ensure_ascii=False), encoding="utf-8")
    real = share.folder
    monkeypatch.setattr(share, "folder", lambda name: folder if name == "notebooks" else real(name))
    return folder


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "mine"


def sources_of(text):
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"]]


def sources(path):
    return sources_of(path.read_text(encoding="utf-8"))


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.ipynb")}


# Editions.


def test_the_student_edition_has_starters_and_no_solution(source, mine):
    list(editions.install(mine))
    path = mine / "04_word_count.ipynb"
    assert sources(path) == [
        "# Counting\nΩ is text, too.",
        "def words(line):\n    # YOUR CODE HERE\n    ...\n\ncheck(words)",
        "check(words)",
        "Why?\n*Your answer here.*",
    ]
    text = path.read_text(encoding="utf-8")
    for secret in ("SOLUTION", "HIDDEN", "secret", "42", "yield", "Because"):
        assert secret not in text
    assert all(cell.get("execution_count") is None for cell in json.loads(text)["cells"])


def test_a_starter_is_python_that_runs(source, mine):
    list(editions.install(mine))
    exec(sources(mine / "00_tour.ipynb")[1], {"check": lambda function: None})


def test_the_instructors_edition_is_the_lesson(source, mine):
    list(editions.install(mine, instructor=True))
    written = json.loads((mine / "00_tour.ipynb").read_text(encoding="utf-8"))
    assert written["metadata"].pop("mrkit")["edition"].startswith("instructor ")
    assert written == LESSON


@pytest.mark.parametrize(
    "text",
    [
        "### BEGIN SOLUTION\n1",
        "1\n### END SOLUTION",
        "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION",
        "### BEGIN HIDDEN TESTS\n1",
    ],
)
def test_unbalanced_marks_are_an_error_that_names_the_lesson(source, mine, text):
    (source / "04_word_count.ipynb").write_text(json.dumps(notebook(cell(text))))
    with pytest.raises(MrkitError, match=r"04_word_count\.ipynb has unbalanced marks"):
        list(editions.install(mine))


def test_every_lesson_of_mrkit_has_both_editions():
    assert editions.lessons()
    for lesson in editions.lessons():
        student, instructor = editions.edition(lesson, False), editions.edition(lesson, True)
        assert not re.search("(BEGIN|END) (SOLUTION|HIDDEN TESTS)", student)
        for each in (student, instructor):
            assert json.loads(each)["nbformat"] == 4
        assert len(json.loads(student)["cells"]) <= len(json.loads(instructor)["cells"])


def test_an_installation_without_lessons_says_so(source, mine):
    for path in source.iterdir():
        path.unlink()
    with pytest.raises(MrkitError, match="has no lessons"):
        list(editions.install(mine))


# Copies.


def test_a_first_copy_says_what_is_new(source, mine):
    assert list(editions.install(mine)) == ["new: 00_tour.ipynb", "new: 04_word_count.ipynb"]
    assert sorted(contents(mine)) == ["00_tour.ipynb", "04_word_count.ipynb"]


def test_nothing_is_overwritten_and_what_is_missing_comes_back(source, mine):
    list(editions.install(mine))
    (mine / "04_word_count.ipynb").unlink()
    work = json.loads((mine / "00_tour.ipynb").read_text(encoding="utf-8"))
    work["cells"].append(cell("my_work = 1"))
    (mine / "00_tour.ipynb").write_text(json.dumps(work))
    before = contents(mine)
    assert list(editions.install(mine)) == ["new: 04_word_count.ipynb"]
    after = contents(mine)
    assert after.pop("04_word_count.ipynb")
    assert after == before
    assert list(editions.install(mine)) == []


@pytest.mark.parametrize("existing", [b"", b"not json", b"[1]", b"{}", b"\xff\xfe", b'{"metadata": {"mrkit": 1}}'])
def test_any_file_of_that_name_is_kept(source, mine, existing):
    mine.mkdir()
    (mine / "00_tour.ipynb").write_bytes(existing)
    said = list(editions.install(mine))
    assert "kept: 00_tour.ipynb is your copy of another edition." in said[0]
    assert (mine / "00_tour.ipynb").read_bytes() == existing


def test_a_newer_edition_is_announced_but_not_taken(source, mine):
    list(editions.install(mine))
    before = contents(mine)
    newer = notebook(cell("# New", "markdown"))
    (source / "04_word_count.ipynb").write_text(json.dumps(newer))
    assert list(editions.install(mine)) == [
        "kept: 04_word_count.ipynb is your copy of another edition. "
        "`mrkit lab --reset 04_word_count` takes this one and keeps a backup."
    ]
    assert contents(mine) == before


def test_the_instructors_edition_does_not_replace_the_students(source, mine):
    list(editions.install(mine))
    before = contents(mine)
    assert len(list(editions.install(mine, instructor=True))) == 2
    assert contents(mine) == before


@pytest.mark.parametrize("name", ["04_word_count", "04_word_count.ipynb", "04"])
def test_reset_makes_a_backup_first(source, mine, name):
    list(editions.install(mine))
    original = contents(mine)
    (mine / "04_word_count.ipynb").write_bytes(b"my work")
    said = list(editions.reset(mine, name))
    backup = said[0].removeprefix("backup: ")
    assert re.fullmatch(r"04_word_count\.backup-\d{4}-\d\d-\d\d-\d{6}\.ipynb", backup)
    assert said[1:] == ["new: 04_word_count.ipynb"]
    assert contents(mine) == {**original, backup: b"my work"}


def test_reset_of_an_untouched_or_a_missing_lesson_needs_no_backup(source, mine):
    list(editions.install(mine))
    before = contents(mine)
    assert list(editions.reset(mine, "00")) == ["same: 00_tour.ipynb"]
    (mine / "00_tour.ipynb").unlink()
    assert list(editions.reset(mine, "00")) == ["new: 00_tour.ipynb"]
    assert contents(mine) == before


def test_a_backup_never_replaces_a_backup(source, mine, monkeypatch):
    class Frozen(editions.datetime):
        @classmethod
        def now(cls):
            return cls(2026, 3, 14, 15, 30, 12)

    monkeypatch.setattr(editions, "datetime", Frozen)
    list(editions.install(mine))
    for work in (b"first", b"second"):
        (mine / "00_tour.ipynb").write_bytes(work)
        if work == b"first":
            list(editions.reset(mine, "00"))
        else:
            with pytest.raises(FileExistsError):
                list(editions.reset(mine, "00"))
    assert (mine / "00_tour.backup-2026-03-14-153012.ipynb").read_bytes() == b"first"
    assert (mine / "00_tour.ipynb").read_bytes() == b"second"


@pytest.mark.parametrize(("name", "wrong"), [("99", "no"), ("", "no"), ("0", "more than one"), ("../x", "no")])
def test_reset_of_no_known_lesson_names_them(source, mine, name, wrong):
    with pytest.raises(BadArgument) as error:
        list(editions.reset(mine, name))
    assert str(error.value) == f"There is {wrong} lesson {name!r}. The lessons are: 00_tour, 04_word_count."
    assert not mine.exists()


def test_release_writes_student_editions_and_keeps_what_differs(source, mine):
    list(editions.install(mine, instructor=True))
    before = contents(mine)
    said = list(editions.release(mine))
    assert [line.split(":")[0] for line in said] == ["backup", "new", "backup", "new"]
    after = contents(mine)
    assert before["00_tour.ipynb"] in after.values()
    assert b"SOLUTION" not in after["00_tour.ipynb"] + after["04_word_count.ipynb"]
    assert list(editions.release(mine)) == ["same: 00_tour.ipynb", "same: 04_word_count.ipynb"]


def test_a_named_lesson_is_a_link_where_that_lesson_lies_beside_it(source, mine):
    text = "# Lesson 04\nSee lesson\n04, `lesson 04`, [lesson 04](x.md) and lesson 05."
    (source / "00_tour.ipynb").write_text(json.dumps(notebook(cell(text, "markdown"))), encoding="utf-8")
    list(editions.release(mine / "all"))
    linked = "# Lesson 04\nSee [lesson\n04](04_word_count.ipynb), `lesson 04`, [lesson 04](x.md) and lesson 05."
    assert sources(mine / "all" / "00_tour.ipynb") == [linked]
    list(editions.release(mine / "one", ["00"]))
    assert sources(mine / "one" / "00_tour.ipynb") == [text]


def test_what_comes_next_is_a_link_in_every_lesson():
    for lesson, after in itertools.pairwise(editions.lessons()):
        prose = "".join(sources_of(editions.edition(lesson, instructor=False)))
        ending = prose[prose.rindex("## What comes next") :] if "## What comes next" in prose else prose[-1500:]
        assert f"]({after.name})" in ending, lesson.name


def test_the_glossary_lies_beside_the_lessons_and_the_notes_for_instructors_only(source, mine):
    list(editions.install(mine))
    assert "## worker" in (mine / "glossary.md").read_text(encoding="utf-8")
    assert not (mine / "notes").exists()
    list(editions.install(mine / "teacher", instructor=True))
    assert (mine / "teacher" / "notes" / "00_tour.md").is_file()
    assert "mrkit release" in (mine / "teacher" / "notes" / "nbgrader.md").read_text(encoding="utf-8")
    assert {path.name for path in (mine / "teacher" / "notes").glob("*.html")} == {
        "14_peer_form.html",
        "14_rubric.html",
    }


def test_nbgrader_leaves_the_students_cells_alone():
    """It takes all that is in a solution cell without marks: so the students' edition has no solution cells."""
    solution, graded = {"solution": True, "grade_id": "a"}, {"grade": True, "grade_id": "b", "solution": False}
    cells = [cell("..."), cell("check(...)")]
    cells[0]["metadata"]["nbgrader"], cells[1]["metadata"]["nbgrader"] = solution, graded
    student = editions.student_edition(notebook(*cells))
    assert [each["metadata"].get("nbgrader") for each in student["cells"]] == [None, graded]
