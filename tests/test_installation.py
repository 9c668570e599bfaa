"""A Python or a library that is too old, missing or broken, and two mrkits: one sentence that says how to mend it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from importlib import metadata
from pathlib import Path

import pytest

from mrkit import installation
from mrkit.cli import doctor

ROOT = Path(__file__).parent.parent


def run(*arguments, path=()):
    """Exit status and what a fresh Python says, with these folders first on its path."""
    code = f"import sys; sys.path[:0] = {[*map(str, path)]!r}\n"
    command = [sys.executable, "-c", code + textwrap.dedent(arguments[0]), *arguments[1:]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    return done.returncode, done.stdout, done.stderr


def package(folder, name, code="", version="1.0"):
    """A library of that name, and what pip would write of it."""
    (folder / f"{name}.py").write_text(code)
    information = folder / f"{name}-{version}.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    return folder


COMMAND = """
    from mrkit.cli import main
    sys.exit(main(sys.argv[1:]))
"""
JOB = """
    from mrkit import MapReduce, MrkitError
    try:
        MapReduce(len, len)
    except MrkitError as error:
        print(error)
"""


def test_here_all_is_well():
    assert list(installation.faults()) == []
    installation.check("this", "pebble", "matplotlib")


def test_the_doctor_knows_the_pythons_of_the_metadata():
    known = [
        line.rpartition(" ")[2]
        for line in metadata.metadata("mrkit").get_all("Classifier")
        if line.startswith("Programming Language :: Python :: 3.")
    ]
    assert tuple(known) == installation.TESTED
    assert f"Python {known[0]} to {known[-1]}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_doctor_says_that_a_python_is_not_tested(monkeypatch):
    assert [remark.level for remark in doctor.python()] == ["ok"]
    monkeypatch.setattr(doctor, "TESTED", ("3.2", "3.3"))
    (remark,) = doctor.python()
    assert remark.level == "note"
    assert remark.text.endswith(". mrkit is tested with Python 3.2 to 3.3 only")


def test_a_python_that_is_too_old():
    code = "sys.version_info = (3, 9, 1, 'final', 0)\nimport mrkit\n"
    status, said, error = run(code)
    assert error.splitlines()[-1].startswith("ImportError: mrkit needs Python 3.11 or newer; this is Python 3.9")
    status, said, error = run("sys.version_info = (3, 9, 1, 'final', 0)\nsys.argv[0] = '/bin/mrkit'\nimport mrkit\n")
    assert (status, said, error.count("\n")) == (1, "", 1)
    assert error.startswith("mrkit: mrkit needs Python 3.11 or newer")


@pytest.mark.parametrize("name", ["cloudpickle", "pebble", "typer"])
def test_a_library_that_is_missing_or_too_old_for_the_command_line(tmp_path, name):
    old = package(tmp_path, name, "__version__ = '0.1'\n", "0.1")
    status, _, error = run(COMMAND, "wordcount", path=[old])
    assert status == 1
    assert f"{name} 0.1" in error.splitlines()[-1] or f"here is 0.1: {installation.AGAIN} {name}" in error
    if name != "cloudpickle":  # which `import mrkit` itself needs
        assert error.count("\n") == 1


def test_a_pool_that_is_too_old_or_missing(tmp_path):
    _, said, _ = run(JOB, path=[package(tmp_path, "pebble", version="5.1.0")])
    assert said.startswith("executor='processes' cannot be used: pebble 5.1.0 is too old; mrkit needs 5.2.2 or newer: ")
    _, said, _ = run("sys.modules['pebble'] = None\n" + textwrap.dedent(JOB))
    assert said.startswith("executor='processes' cannot be used")
    assert installation.AGAIN in said


@pytest.mark.parametrize(
    "code", ["import no_such_module", "raise AttributeError('numpy has no such thing')", "raise OSError('bad DLL')"]
)
def test_a_broken_matplotlib(tmp_path, code):
    place = package(tmp_path, "matplotlib", code + "\n", "99.0")
    asked = "import mrkit.views\ntry:\n    mrkit.views.timeline\nexcept mrkit.MrkitError as error:\n    print(error)\n"
    _, said, _ = run(asked, path=[place])
    assert said.startswith("mrkit.views.timeline cannot be used")
    assert said.count("\n") == 1
    assert installation.AGAIN in said
    _, said, _ = run("from mrkit.cli import doctor\nfor one in doctor.packages(): print(*one)\n", path=[place])
    assert "ok cloudpickle" not in said


def test_the_doctor_finds_a_broken_library(monkeypatch):
    monkeypatch.setattr(doctor, "_broken", lambda name: "ImportError: half of it" if name == "matplotlib" else "")
    problems = [remark.text for remark in doctor.packages() if remark.level == "problem"]
    assert len(problems) == 1
    assert "is broken (ImportError: half of it): python -m pip install" in problems[0]


def test_two_mrkits(tmp_path):
    second = package(tmp_path, "mrkit", version="0.0.9")
    (tmp_path / "mrkit.py").unlink()
    code = "from mrkit import installation\nprint(*installation.faults(), sep='\\n')\n"
    _, said, _ = run(code, path=[second])
    assert said.startswith("mrkit is installed twice: 0.0.9 in ")
    assert "pip uninstall mrkit" in said


def test_what_no_list_knows_is_told_as_python_says_it():
    said = installation.explained("The chart", ImportError("libfoo.so:\n no such file", name="cloudpickle"))
    assert said.startswith("The chart cannot be used, because something that it needs is broken (libfoo.so: no such")
