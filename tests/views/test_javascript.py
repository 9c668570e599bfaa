"""The widgets' JavaScript keeps the laws of the Python: short functions, true imports and headers, tests.

What needs Node is skipped where there is none; what can be read from the text is held everywhere.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

import mrkit
from mrkit.views.widgets.living import esm

PACKAGE = Path(mrkit.__file__).parent
TESTS = Path(__file__).parents[1]
FILES = sorted(PACKAGE.rglob("*.js"))
TEST_FILES = sorted(path for path in TESTS.rglob("*.js") if "browser" not in path.parts)
WIDGETS = [path for path in FILES if "\nexport default " in path.read_text(encoding="utf-8")]
SCREEN = 60  # lines
WIDTH = 120

IMPORT = re.compile(r'^import (?:\{([^}]*)\}|\* as \w+) from "(\..+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function|const|class) (\w+)", re.MULTILINE)
TOP_LEVEL = re.compile(r"^(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)
OPENS = re.compile(r"^(\s*).*(\bfunction\b|=>).*[{(]$")


def text_of(path):
    return path.read_text(encoding="utf-8")


def functions(text):
    """How many lines each function has that begins on one line and ends on a later one, by their indentation."""
    lines = text.splitlines()
    for start, line in enumerate(lines):
        if opens := OPENS.match(line):
            closes = (number for number in range(start + 1, len(lines)) if re.match(opens[1] + r"[})]", lines[number]))
            yield line.strip(), next(closes) - start + 1


def imports(path):
    """What a file imports: for each other file the names."""
    found = IMPORT.findall(text_of(path))
    return {(path.parent / other).resolve(): set(re.findall(r"\w+", names)) for names, other in found}


def test_functions_are_found_with_their_lengths():
    text = "export function a() {\n  each(() => {\n    b();\n  });\n}\nconst c = () => 1;\n"
    assert list(functions(text)) == [("export function a() {", 5), ("each(() => {", 3)]


@pytest.mark.parametrize("path", [*FILES, *TEST_FILES], ids=lambda path: path.name)
def test_no_function_is_longer_than_a_screen_and_no_line_wider(path):
    assert [found for found in functions(text_of(path)) if found[1] > SCREEN] == []
    assert [line for line in text_of(path).splitlines() if len(line) > WIDTH] == []


@pytest.mark.parametrize("path", [*FILES, *TEST_FILES], ids=lambda path: path.name)
def test_a_file_imports_only_what_another_one_gives(path):
    for other, names in imports(path).items():
        assert other.is_file(), other
        assert names <= set(EXPORT.findall(text_of(other))), other.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_gives_only_what_another_one_needs(path):
    needed = set().union(*(imports(other).get(path, set()) for other in [*FILES, *TEST_FILES]))
    assert set(EXPORT.findall(text_of(path))) <= needed


@pytest.mark.parametrize("path", WIDGETS, ids=lambda path: path.name)
def test_a_name_means_one_thing_in_all_files_of_a_widget(path):
    joined = esm(path)
    assert [each for each, times in Counter(TOP_LEVEL.findall(joined)).items() if times > 1] == []
    assert joined.count("export default") == 1
    assert not re.search(r"^import|^export (?!default)", joined, re.MULTILINE)


def test_no_two_files_need_each_other():
    def reached(path):
        return set(imports(path)).union(*map(reached, imports(path)))  # endless if they did

    assert all(path not in reached(path) for path in FILES)


@pytest.mark.parametrize("path", [*FILES, *PACKAGE.rglob("*.css"), *TEST_FILES], ids=lambda path: path.name)
def test_a_header_says_what_the_file_is_and_names_files_that_exist(path):
    header = re.match(r"((?://.*\n)+)|/\*.*?\*/|(?=\.)", text_of(path), re.DOTALL)
    assert header, "a file begins with what it is"
    comments = re.findall(r"//[^\n]*|/\*.*?\*/", text_of(path), re.DOTALL)
    known = {each.name for each in [*PACKAGE.rglob("*.*"), *TESTS.rglob("*.*")]}
    named = set(re.findall(r"\b[\w-]+\.(?:py|js|css)\b", " ".join(comments)))
    assert named <= known, named - known


def test_the_folder_of_the_project_does_not_say_what_kind_of_modules_lie_below():
    """Or the programs of JupyterLab in `.venv` below it would be taken for modules of that kind."""
    assert "type" not in json.loads(text_of(TESTS.parent / "package.json"))


# With Node.


@pytest.fixture
def node():
    """The path of Node, or a sentence that says how to get it."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("the tests of the JavaScript need Node (https://nodejs.org); nothing else does")
    return found


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=100)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_what_is_pure_passes_its_own_tests(node):
    said = run(node, "--test", "--test-reporter=tap", *(path for path in TEST_FILES if ".test." in path.name))
    assert int(re.search(r"^# pass (\d+)$", said, re.MULTILINE)[1]) > 40


@pytest.mark.parametrize("path", WIDGETS, ids=lambda path: path.name)
def test_the_files_of_a_widget_make_one_module(node, path, tmp_path):
    made = tmp_path / "widget.mjs"
    made.write_text(esm(path), encoding="utf-8")
    ask = f"import({json.dumps(made.as_uri())}).then((m) => console.log(Object.keys(m.default).sort().join()))"
    assert run(node, "-e", ask).strip() == "initialize,render"
