"""The site: lessons that run in a browser alone, and all that mrkit has to read, as a folder for any static host.

Serves `mrkit site`. JupyterLite makes the lessons in the browser (lite.py), Sphinx makes the pages (pages.py, and what
it is told lies in `pages/`). Whoever reads the site asks nobody but the site. It must never touch a folder that has
other files in it, and half a site never stands where a whole one was.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mrkit.errors import BadArgument, NotInstalled
from mrkit.installation import version_of
from mrkit.site import books, lite, offline, pages

MARK = ".mrkit-site"  # the file that says whose folder this is
NEEDED = ("jupyterlite-core", "jupyterlite-pyodide-kernel", "pyodide-lock", "sphinx", "myst-nb", "furo")


def build(folder: Path, own: Path | None = None, repository: str = "") -> Iterator[str]:
    """Build the site into `folder`; says what was done, line by line.

    `own` is a folder with more notebooks. `repository` is the `OWNER/NAME` on GitHub from which Binder and Colab take
    the lessons; without one no page offers them.
    """
    _check(folder, own, repository)
    notebooks, complaints = books.sort_out(own)
    yield from complaints
    folder.absolute().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".mrkit-site-", dir=folder.absolute().parent) as name:
        scratch = Path(name)
        yield from lite.build(scratch / "lite", scratch / "for lite", notebooks, repository)
        yield from pages.build(scratch / "made", scratch / "for pages", notebooks, repository)
        (scratch / "lite").rename(scratch / "made" / "lite")
        offline.add(scratch / "made", "pages", leave_out="lite")
        (scratch / "made" / MARK).write_text("Made by `mrkit site`, which may replace this folder.\n", encoding="utf-8")
        (scratch / "made" / ".nojekyll").touch()  # or GitHub leaves out what begins with an underscore
        if folder.exists():
            os.replace(folder, scratch / "before")
        os.replace(scratch / "made", folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    yield f"The site is in {folder}: {size / 1e6:.0f} MB. Any web server will do to look at it, such as:"
    yield f"python -m http.server --bind 127.0.0.1 --directory {folder}"


def _check(folder: Path, own: Path | None, repository: str) -> None:
    if folder.exists() and not folder.is_dir():
        raise BadArgument(f"{folder} is a file. Name a folder for the site.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise BadArgument(f"{folder} has other files in it, and they stay as they are. Name a new folder for the site.")
    if own is not None and not any(own.glob("*.ipynb")):
        raise BadArgument(f"There is no notebook in {own}.")
    if repository and not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise BadArgument(f"A repository is named OWNER/NAME, as on GitHub; you gave {repository!r}.")
    if missing := [name for name in NEEDED if not version_of(name)]:
        raise NotInstalled(
            f"A site needs {', '.join(missing)}: with Python 3.12 or newer, python -m pip install 'mrkit[site]'"
        )
    if not shutil.which("npm"):
        raise NotInstalled("A site needs Pyodide, which comes by npm, and npm is not here: install Node (nodejs.org).")
