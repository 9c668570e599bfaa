"""The lessons run: every notebook of both editions, from top to bottom, in a fresh kernel, offline.

Each edition is run once; all that is asked of its outputs is asked of that run. What the lessons say, and how, is in
tests/learn/test_lessons.py.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import nbformat
import pytest
from nbclient import NotebookClient

from mrkit import share
from mrkit.lessons import editions

BOOKS = sorted(share.folder("notebooks").glob("*.ipynb"))
EDITIONS = ("instructor", "student")
CELL_LIMIT = 60  # seconds: only a cell that hangs takes as long; times are not judged here

# Read by every Python process that a kernel starts: it refuses to talk to other machines.
OFFLINE = """
import sys

def stay_here(event, arguments):
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if host not in ("127.0.0.1", "::1", "localhost", None, ""):
        raise PermissionError(f"a lesson wants to talk to {host}")

sys.addaudithook(stay_here)
"""

each_book = pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)


def read(path, edition="instructor"):
    return nbformat.reads(editions.edition(path, instructor=edition == "instructor"), as_version=4)


def is_check(cell):
    return cell.metadata.get("nbgrader", {}).get("grade", False)


def lines(source):
    """The lines of a text without their indentation, whole: between line ends."""
    return "\n" + "\n".join(line.strip() for line in source.splitlines() if line.strip()) + "\n"


# As it is stored.


@each_book
def test_stored_without_outputs(path):
    text = path.read_text(encoding="utf-8")
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    for cell in book.cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)
    assert book.metadata.kernelspec.name == "python3"
    assert text == nbformat.writes(book) + "\n"


@each_book
def test_ready_for_nbgrader(path):
    """Solutions stand in cells of their own kind, and a graded cell fails if the answer is wrong."""
    code = [cell for cell in read(path).cells if cell.cell_type == "code"]
    ids = [cell.metadata.nbgrader.grade_id for cell in code if "nbgrader" in cell.metadata]
    assert len(ids) == len(set(ids))
    for cell in code:
        assert bool(cell.metadata.get("nbgrader", {}).get("solution")) == ("### BEGIN SOLUTION" in cell.source)
    graded = list(filter(is_check, code))
    for cell in graded:
        assert cell.metadata.nbgrader.points > 0
        assert cell.metadata.nbgrader.locked
        hidden = re.search("### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", cell.source, re.DOTALL)
        assert ".require()" in hidden[1]
    assert len(graded) >= 2


@each_book
def test_student_edition_has_no_solution(path):
    text = "\n".join(lines(cell.source) for cell in read(path, "student").cells)
    assert not re.search(r"(BEGIN|END) (SOLUTION|HIDDEN)|\.require\(|notes/", text)
    for cell in read(path).cells:
        for solution in re.findall("### BEGIN SOLUTION\n(.*?) *### END SOLUTION", cell.source, re.DOTALL):
            assert lines(solution) not in text


# As it runs.


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory):
    """The environment of the kernels: offline, and with a diary and settings of their own."""
    folder = tmp_path_factory.mktemp("notebooks")
    (folder / "sitecustomize.py").write_text(OFFLINE, encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    own = {"PYTHONPATH": path, "IPYTHONDIR": str(folder / "ipython")}
    return os.environ | own


@pytest.fixture(
    scope="module", params=[(p, e) for p in BOOKS for e in EDITIONS], ids=lambda param: f"{param[0].stem}-{param[1]}"
)
def done(request, surroundings, tmp_path_factory):
    """A notebook of one edition after it ran, and which edition it is."""
    path, edition = request.param
    folder = tmp_path_factory.mktemp("work")
    book = read(path, edition)
    client = NotebookClient(book, timeout=CELL_LIMIT, kernel_name="python3", resources={"metadata": {"path": folder}})
    client.shutdown_kernel = "immediate"  # asked politely, it waits seconds for a helper of multiprocessing's
    client.execute(env=surroundings | {"MRKIT_PROGRESS": str(folder / "progress.jsonl")})
    return book, edition


def outputs(book):
    return [(cell, output) for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]


def shown(book):
    return [(cell, output.data) for cell, output in outputs(book) if "data" in output]


def test_offline_means_offline(surroundings):
    code = "import socket; socket.create_connection(('192.0.2.1', 9), timeout=1)"
    refused = subprocess.run(
        [sys.executable, "-c", code], env=surroundings, capture_output=True, text=True, timeout=60, check=False
    )
    assert "a lesson wants to talk to 192.0.2.1" in refused.stderr


def test_runs_without_errors_and_warnings(done):
    book, _ = done
    assert all(cell.execution_count for cell in book.cells if cell.cell_type == "code")
    assert [output.text for _, output in outputs(book) if output.get("name") == "stderr"] == []


def test_checks_pass_or_say_that_nothing_was_tried(done):
    book, edition = done
    says = {cell.metadata.nbgrader.grade_id: data["text/plain"] for cell, data in shown(book) if is_check(cell)}
    assert len(says) == sum(map(is_check, book.cells))
    wanted = "✔ Correct" if edition == "instructor" else "○ Not attempted"
    assert {id: text for id, text in says.items() if not text.startswith(wanted)} == {}


class Images(HTMLParser):
    """The text alternatives of all images in a page; "" for one that has none."""

    def __init__(self, html):
        super().__init__()
        self.alts = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.alts.append((dict(attributes).get("alt") or "").strip())


def test_figures_have_a_text_alternative(done):
    """JupyterLab shows the HTML of an output, not its PNG: so the HTML must have the image, with its text."""
    book, _ = done
    figures = 0
    for cell, data in shown(book):
        alts = Images(data.get("text/html", "")).alts
        assert "" not in alts, cell.source
        assert alts or not any(kind.startswith("image/") for kind in data), cell.source
        figures += len(alts)
    assert figures
