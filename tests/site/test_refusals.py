"""`mrkit site` says in a sentence why it makes nothing, and touches nothing then."""

from __future__ import annotations

import json
import shutil

import pytest

from mrkit import site
from mrkit.cli import commands as cli
from mrkit.lessons import editions
from mrkit.site import books, lite, tool


@pytest.fixture
def ready(monkeypatch):
    """As if all were installed."""
    monkeypatch.setattr(site, "version_of", lambda name: "1.0")
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")


@pytest.fixture
def said(capsys):
    def run(*arguments):
        status = cli.main(["site", *map(str, arguments)])
        return status, capsys.readouterr().err.strip()

    return run


def test_a_folder_with_other_files_stays_as_it_is(tmp_path, said, ready):
    (tmp_path / "thesis.txt").write_text("three years")
    status, sentence = said(tmp_path)
    assert status == 1
    assert "has other files in it" in sentence
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_is_no_folder(tmp_path, said, ready):
    (tmp_path / "page").write_text("")
    assert said(tmp_path / "page") == (1, f"mrkit: {tmp_path / 'page'} is a file. Name a folder for the site.")


def test_what_is_not_installed_is_named_with_what_to_type(tmp_path, said, monkeypatch):
    monkeypatch.setattr(site, "version_of", lambda name: None if name == "furo" else "1.0")
    status, sentence = said(tmp_path / "new")
    assert status == 1
    assert "needs furo: " in sentence
    assert "pip install 'mrkit[site]'" in sentence
    assert not (tmp_path / "new").exists()


def test_without_npm_it_says_where_that_comes_from(tmp_path, said, ready, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "install Node" in said(tmp_path / "new")[1]


def test_a_repository_is_an_owner_and_a_name(tmp_path, said, ready):
    assert "OWNER/NAME" in said(tmp_path / "new", "--repository", "https://somewhere")[1]


def test_a_folder_without_notebooks_is_named(tmp_path, said, ready):
    assert said(tmp_path / "new", "--lessons", tmp_path) == (1, f"mrkit: There is no notebook in {tmp_path}.")


def test_without_a_network_nothing_is_made(tmp_path, said, ready, monkeypatch):
    def no_network(*command, what, **more):
        tool.python("-c", "raise OSError('getaddrinfo ENOTFOUND')", what=what)

    monkeypatch.setattr(lite, "run", no_network)
    status, sentence = said(tmp_path / "new")
    assert status == 1
    assert "Is there a network: OSError: getaddrinfo ENOTFOUND" in sentence
    assert list(tmp_path.iterdir()) == []


def test_own_notebooks_that_cannot_be_taken_are_named(tmp_path):
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "Mine"}
    book = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    for name, text in {"00_tour": book, "mine": book, "torn": book[:20]}.items():
        (tmp_path / f"{name}.ipynb").write_text(text)
    good, complaints = books.sort_out(tmp_path)
    assert [path.name for path in good] == ["mine.ipynb"]
    assert [line.split()[2] for line in complaints] == ["00_tour.ipynb", "torn.ipynb"]


# The notebooks of the site.


def test_learners_get_what_mrkit_lab_copies(tmp_path):
    list(editions.install(tmp_path / "lab"))
    books.for_learners(tmp_path / "site", [], "")
    lab = {path.name: path.read_bytes() for path in (tmp_path / "lab").iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "site").iterdir()} == lab


def test_from_a_repository_they_begin_by_installing_mrkit(tmp_path):
    books.for_learners(tmp_path, [], "a-school/mrkit")
    for path in tmp_path.glob("*.ipynb"):
        first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
        assert "github.com/a-school/mrkit" in first
        assert first.index("import mrkit") < first.index("%pip")


def test_pages_to_read_have_the_answers_and_no_marks(tmp_path):
    books.answered(tmp_path, [])
    texts = [path.read_text(encoding="utf-8") for path in tmp_path.glob("*.ipynb")]
    assert len(texts) == len(editions.lessons())
    assert not any(mark in text for text in texts for mark in (" SOLUTION", "HIDDEN TESTS", "attachment:", ".require("))
    [tour] = [text for text in texts if "# Lesson 00" in text]
    assert "data:image/png;base64," in tour
