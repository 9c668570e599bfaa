"""What the words around the code point to is there: files, modules, links, options."""

from __future__ import annotations

import ast
import io
import pkgutil
import re
import shutil
import subprocess
import tokenize
from pathlib import Path

import pytest

from tests.bench.program.command import parser

ROOT = Path(__file__).parents[1]
LIST = ["git", "ls-files", "-co", "--exclude-standard"]
LISTED = subprocess.run(LIST, cwd=ROOT, capture_output=True, text=True).stdout if shutil.which("git") else ""
FILES = [ROOT / name for name in LISTED.splitlines() if (ROOT / name).is_file()]
if not FILES:  # not a checkout, such as an unpacked archive; or no git
    FILES = [path for folder in ("mrkit", "tests", "data", "hub", "notebooks") for path in (ROOT / folder).rglob("*.*")]
    FILES += ROOT.glob("*.*")
PATHS = {path.relative_to(ROOT).as_posix() for path in FILES}
PAGES = [path for path in FILES if path.suffix == ".md"]
NOT_OURS = {"nbgrader_config.py"}

FILE = re.compile(r"(?<![\w./:*{-])[\w./-]*\w\.(?:py|js|css)\b(?!\.\w|[(])")
MODULE = re.compile(r"\bmrkit(?:\.\w+)+")
LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")


def words_about(path: Path) -> str:
    """The docstrings and comments of a Python file, the comments of a script or a style sheet, all of a page."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text if path.suffix == ".md" else "\n".join(re.findall(r"/\*.*?\*/|(?<!:)//[^\n]*", text, re.DOTALL))
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    said = [ast.get_docstring(node) or "" for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)]
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return "\n".join([*said, *(token.string for token in tokens if token.type == tokenize.COMMENT)])


def plain(text: str) -> str:
    """Without examples: what a doctest or a fenced block names is made there."""
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return re.sub(r"^ *>>>.*?(?=\n\s*\n|\Z)", "", text, flags=re.DOTALL | re.MULTILINE)


def is_there(name: str) -> bool:
    """Whether a path ends with this name; `NN` stands for the number of any lesson."""
    ending = re.compile("(?:.*/)?" + re.escape(name).replace("NN", r"\d\d"))
    return any(map(ending.fullmatch, PATHS))


def test_every_file_that_is_named_exists():
    lost = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in FILES
        if path.suffix in (".py", ".js", ".css", ".md")
        for name in FILE.findall(plain(words_about(path)))
        if name not in NOT_OURS and not is_there(name)
    ]
    assert lost == []


def test_every_module_that_is_named_exists():
    def there(name):
        try:
            pkgutil.resolve_name(name)
        except (ImportError, AttributeError):
            return False
        return True

    named = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in FILES
        if path.suffix in (".py", ".js", ".css", ".md", ".rst")
        for name in MODULE.findall(plain(words_about(path) if path.suffix != ".rst" else path.read_text("utf-8")))
    }
    assert [pair for pair in sorted(named) if not there(pair[1])] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(page):
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link.partition("#")[0]).exists()] == []


def test_the_options_that_the_benchmarks_readme_names_exist():
    page = (ROOT / "tests" / "bench" / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"--\w[\w-]*", page)) <= set(parser().format_help().replace(",", " ").split())
    assert ".venv/bin/python -m tests.bench.program\n" in page
