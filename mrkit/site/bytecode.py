"""The bytecode of what a lesson's start loads: without it a browser's Python compiles all that anew at each start.

A program for that Python (see in_pyodide.mjs), since bytecode is of one version of Python. The sources stay beside it,
so that tracebacks, `??` and the data sets about the standard library have them.
"""

import importlib
import importlib.util
import json
import os
import py_compile
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import mrkit
from mrkit.lessons import editions

KERNEL = ("piplite.piplite", "pyodide_kernel")  # what JupyterLite imports
STDLIB = Path("static/pyodide/python_stdlib.zip")
WHEELS = Path("static/pyodide-lock")


def main() -> None:
    """Load what any lesson loads first, and put the bytecode of it into the site's archives."""
    for name in KERNEL:
        importlib.import_module(name)
    for lesson in editions.lessons():
        exec(_first_cell(lesson), {})
    loaded = {str(path) for module in [*sys.modules.values()] if (path := getattr(module, "__file__", None))}
    stdlib = next(path for path in sys.path if path.endswith(".zip"))
    _add(STDLIB, stdlib, loaded, lambda name: f"{name}c")
    installed = Path(mrkit.__file__).parents[1]
    for wheel in WHEELS.glob("*.whl"):
        _add(wheel, str(installed), loaded, importlib.util.cache_from_source)


def _first_cell(lesson: Path) -> str:
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    return next("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def _add(archive: Path, lies: str, loaded: set[str], place: Callable[[str], str]) -> None:
    """Add the bytecode of those modules that are loaded; it is marked as true, so that nobody looks at the source."""
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as files:
        for name in files.namelist():
            if f"{lies}/{name}" in loaded:
                files.writestr(place(name), _compiled(files.read(name), f"{lies}/{name}"))


def _compiled(source: bytes, path: str) -> bytes:
    here, made = Path("/module.py"), Path("/module.pyc")
    here.write_bytes(source)
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(os.fspath(here), os.fspath(made), path, doraise=True, invalidation_mode=mode)
    return made.read_bytes()


if __name__ == "__main__":
    main()
