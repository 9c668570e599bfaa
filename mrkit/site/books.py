"""The notebooks of the site: mrkit's lessons as learners get them and with their answers, and somebody's own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from mrkit.lessons import editions

# Before all else where the site has a place on GitHub. `import` first: a browser's Python loads what that names.
INSTALL = """# Where mrkit is missing, as on Colab, it is installed; elsewhere this does nothing.
try:
    import mrkit
except ImportError:
    %pip install --quiet "mrkit @ git+https://github.com/{repository}\""""


def for_learners(folder: Path, own: Iterable[Path], repository: str) -> None:
    """Write the same files that `mrkit lab` copies, and `own`; with a repository each first installs mrkit."""
    list(editions.install(folder))
    for path in sorted(folder.glob("*.ipynb")) if repository else ():
        book = json.loads(path.read_text(encoding="utf-8"))
        cell = {"cell_type": "code", "id": "install", "source": INSTALL.format(repository=repository)}
        book["cells"].insert(0, cell | {"metadata": {}, "outputs": [], "execution_count": None})
        _write(path, book)
    _add(folder, own)


def answered(folder: Path, own: Iterable[Path]) -> None:
    """Write the lessons with their answers, without what only nbgrader and teachers need, and `own`."""
    list(editions.install(folder, instructor=True))
    shutil.rmtree(folder / "notes")  # they are among the pages already
    for path in sorted(folder.glob("*.ipynb")):
        book = editions.answered_edition(json.loads(path.read_text(encoding="utf-8")))
        for cell in book["cells"]:
            _place_pictures(cell)
        _write(path, book)
    _add(folder, own)


def sort_out(own: Path | None) -> tuple[list[Path], list[str]]:
    """Somebody's own notebooks in a folder; and a sentence for each that cannot be taken."""
    import nbformat

    taken = {path.name for path in editions.lessons()}
    good, complaints = [], []
    for path in sorted(own.glob("*.ipynb")) if own else ():
        try:
            nbformat.read(path, as_version=4)
        except Exception as error:  # whatever is in the file
            complaints.append(f"left out: {path.name} is no notebook that can be read: {str(error)[:100]}")
        else:
            if path.name in taken:
                complaints.append(f"left out: {path.name} has the name of a lesson of mrkit's. Give it another one.")
            else:
                good.append(path)
    return good, complaints


def _place_pictures(cell: dict) -> None:
    """Sphinx knows no attachments: the pictures go into the text."""
    for name, kinds in cell.pop("attachments", {}).items():
        for kind, data in kinds.items():
            text = "".join(cell["source"])
            cell["source"] = text.replace(f"attachment:{name}", f"data:{kind};base64,{''.join(data)}")


def _add(folder: Path, own: Iterable[Path]) -> None:
    for path in own:
        shutil.copy(path, folder)


def _write(path: Path, book: dict) -> None:
    path.write_text(json.dumps(book, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
