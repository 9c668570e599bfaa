"""A Python in the browser alone: Pyodide in a Web Worker, as JupyterLite has it, served from one folder.

`Alone` is one page with one such kernel. It runs code and gives what that printed; an error comes out as text too.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from serving import served

import mrkit

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
HOW = "a browser alone needs Pyodide (npm install, or $PYODIDE: the folder of the npm package pyodide)"
LIBRARIES = ["cloudpickle", "pytest", "pluggy", "iniconfig", "packaging", "pygments"]  # all of pure Python
SITE = Path("lib/python3.14/site-packages")  # in the browser


def pyodide() -> Path | None:
    """The folder of the npm package `pyodide`."""
    places = [Path(os.environ.get("PYODIDE", "")), ROOT / "node_modules" / "pyodide"]
    return next((place.resolve() for place in places if (place / "pyodide.asm.wasm").is_file()), None)


def pack(file: Path) -> None:
    """That Python's disk: mrkit as it is here, libraries as they are installed here, and the contract's test."""
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("oracle.py", "executors/test_contract.py", "executors/a_users_module.py"):
            archive.write(ROOT / "tests" / name, Path("home/pyodide/tests") / name)
        for path in sorted(Path(mrkit.__file__).parent.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, SITE / "mrkit" / path.relative_to(Path(mrkit.__file__).parent))
        for folder in ("data", "notebooks"):
            for path in sorted((ROOT / folder).rglob("*")):
                if path.is_file():
                    archive.write(path, SITE / "mrkit/_share" / path.relative_to(ROOT))
        for name in LIBRARIES:
            for path in importlib.metadata.files(name) or ():
                if path.suffix != ".pyc" and ".." not in path.parts:
                    archive.write(path.locate(), SITE / path)


@contextlib.contextmanager
def kernel_served(folder: Path) -> Iterator[str]:
    """The address at which the folder with the page, Pyodide and its disk is served."""
    found = pyodide()
    assert found is not None
    for path in (HERE / "pyodide").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "pyodide").symlink_to(found)
    pack(folder / "disk.zip")
    with served(folder) as address:
        yield f"{address}/index.html"


class Alone:
    """One page whose kernel runs code."""

    def __init__(self, page, address: str):
        self.page = page
        self.said: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.goto(address)

    def run(self, code: str) -> str:
        """What the code printed; raises what went wrong."""
        answer = self.page.evaluate("code => globalThis.run(code)", code)
        if answer["error"]:
            raise AssertionError(f"{answer['output']}\n{answer['error']}")
        return answer["output"]
