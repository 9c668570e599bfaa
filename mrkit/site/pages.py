"""The pages to read: gathered from where they lie in the package, and made by Sphinx, which also runs the lessons."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from urllib.parse import quote

import mrkit
from mrkit import share
from mrkit.lessons import editions
from mrkit.site import books
from mrkit.site.tool import python

ANSI = re.compile(r"\x1b\[[\d;]*m")  # colours of a terminal
TEMPLATES = Path(__file__).parent / "pages"
LESSONS = """---
orphan: true
---

# Do the lessons

Each opens in JupyterLab inside this browser, with a Python of its own: nothing to install. Click a cell and press Shift
and Enter (on a phone, the triangle above) to run it. What you write is saved in this browser.

| Lesson | in this browser | to read |
|---|---|---|
"""


def build(folder: Path, scratch: Path, own: list[Path], repository: str) -> Iterator[str]:
    """Put the pages into `folder`. A notebook that fails is named, and its page shows how far it came."""
    gather(scratch)
    books.answered(scratch / "notebooks", own)
    (scratch / "lessons.md").write_text(_to_do(scratch / "notebooks", own), encoding="utf-8")
    yield "All lessons run once, for their pictures: this takes some minutes"
    surroundings = {"MRKIT_SITE_REPOSITORY": repository, "MRKIT_PROGRESS": str(scratch / "progress.jsonl")}
    python("-m", "sphinx", "-q", scratch, folder, what="The pages could not be made", surroundings=surroundings)
    for report in sorted((folder / "reports").rglob("*.err.log")):
        said = ANSI.sub("", report.read_text(encoding="utf-8")).strip().splitlines()[-1]
        yield f"failed: {report.name.removesuffix('.err.log')}.ipynb: {said[:200]}"
    shutil.rmtree(folder / "reports", ignore_errors=True)
    shutil.rmtree(folder / ".doctrees")
    yield f"The pages are made: {len(list(folder.rglob('*.html')))}"


def gather(scratch: Path) -> None:
    """Lay all sources as they lie in the repository, so that their links to each other are right."""
    package = Path(mrkit.__file__).parent
    shutil.copytree(TEMPLATES, scratch, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(share.folder("data"), scratch / "data")
    for page in package.rglob("*.md"):
        inside = page.relative_to(package)
        if inside.parts[0] not in ("_share", "site"):
            _copy(page, scratch / "mrkit" / inside)
    benchmarks = Path("tests", "bench", "README.md")
    _copy(share.folder("tests").parent / benchmarks, scratch / benchmarks)
    installed = metadata.distribution("mrkit")
    (scratch / "README.md").write_text(str(installed.metadata.json["description"]), encoding="utf-8")
    (scratch / "LICENSE").write_text(installed.read_text("licenses/LICENSE") or "", encoding="utf-8")


def _to_do(notebooks: Path, own: list[Path]) -> str:
    """The page that leads to each lesson: to do it, or to read it."""
    return LESSONS + "".join(_row(notebooks / path.name) for path in [*editions.lessons(), *own])


def _row(path: Path) -> str:
    do = f'<a href="lite/lab/index.html?path={quote(path.name)}">Do it</a>'
    return f"| {_title(path)} | {do} | {{doc}}`with answers <notebooks/{path.stem}>` |\n"


def _title(path: Path) -> str:
    """The first line of a notebook, if that is a heading; or its name."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    first = "".join(cells[0]["source"]).partition("\n")[0] if cells else ""
    return first[2:].replace("|", "\\|") if first.startswith("# ") else path.stem


def _copy(page: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(page, place)
