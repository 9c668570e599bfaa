"""The lessons in the browser: JupyterLite with a Pyodide that lies beside it, and mrkit's own wheel.

All comes from npm and PyPI while the site is built; whoever opens it asks nobody but the site.
"""

from __future__ import annotations

import json
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mrkit.site import books, offline, wheels
from mrkit.site.tool import python, run

PYODIDE = "314.0.7"
PYODIDE_FILES = {
    "package.json",
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "pyodide-lock.json",
    "python_stdlib.zip",
}
NOT_THERE = ["jupyterlab-widgets", "widgetsnbextension"]  # they are in JupyterLite already
CONFIG: dict[str, Any] = {
    "LiteBuildConfig": {
        "contents": ["files"],
        "federated_extensions": ["extension"],
        "output_dir": "made",
        "apps": ["lab", "notebooks", "tree"],
        "no_sourcemaps": True,
    },
    "PyodideLockAddon": {
        "enabled": True,
        "wheels": ["wheels"],
        "specs": ["ipywidgets", "micropip"],  # without micropip the kernel never starts
        "excludes_extra": NOT_THERE,
        # All that the kernel needs is named, or it looks each up once more.
        "prefetch_extra": ["mrkit", "pydoc-data", "jedi", "micropip", "piplite"],
    },
}
PAGE = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {"appName": "mrkit", "exposeAppInBrowser": True},
}
FOR_OLD_BROWSERS = ("build/fa-*.svg", "build/fa-*.eot", "build/fa-*.ttf")  # megabytes of the same letters
SETTINGS = {
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},  # light and dark, as the system
    "@jupyterlab/docmanager-extension:plugin": {
        "autosaveInterval": 10,  # seconds: whoever reloads the page finds what they wrote
        "defaultViewers": {"markdown": "Markdown Preview"},  # for the glossary
    },
}


def build(folder: Path, scratch: Path, own: list[Path], repository: str) -> Iterator[str]:
    """Put JupyterLite with the lessons into `folder`."""
    static = scratch / "static" / "pyodide"
    _fetch_pyodide(static, scratch)
    yield f"Pyodide {PYODIDE} is here"
    books.for_learners(scratch / "files", own, repository)
    wheels.write(scratch / "wheels")
    shutil.copytree(Path(__file__).parent / "extension", scratch / "extension")
    (scratch / "jupyter_lite_config.json").write_text(json.dumps(CONFIG))
    (scratch / "jupyter-lite.json").write_text(json.dumps(PAGE))
    (scratch / "overrides.json").write_text(json.dumps(SETTINGS))
    python("-m", "jupyterlite_core", "build", what="JupyterLite could not be made. Is there a network", folder=scratch)
    wheels.leave_out_stubs(scratch / "made")
    here = Path(__file__).parent
    program = here / "in_pyodide.mjs", scratch / "made", here / "bytecode.py"
    run("node", *program, what="Pyodide could not compile what lessons load")
    wheels.lock(scratch / "made")
    yield "What lessons load is compiled"
    shutil.move(scratch / "made", folder)
    _work_offline(folder)
    yield "The lessons run in the browser: lite"


def _fetch_pyodide(static: Path, scratch: Path) -> None:
    scratch.mkdir()
    npm = shutil.which("npm") or "npm"  # on Windows it is npm.cmd
    what = "Pyodide could not be had by npm. Is there a network"
    run(npm, "pack", "--silent", f"pyodide@{PYODIDE}", what=what, folder=scratch)
    with tarfile.open(next(scratch.glob("pyodide-*.tgz"))) as archive:
        wanted = [member for member in archive.getmembers() if Path(member.name).name in PYODIDE_FILES]
        archive.extractall(scratch, wanted, filter="data")
    static.parent.mkdir(parents=True)
    (scratch / "package").rename(static)
    lock = json.loads((static / "pyodide-lock.json").read_text(encoding="utf-8"))
    lock["packages"] = {}  # they lie on a CDN, which nobody shall ask
    (static / "pyodide-lock.json").write_text(json.dumps(lock))


def _work_offline(folder: Path) -> None:
    """The browser keeps all of this at the first visit."""
    for pattern in FOR_OLD_BROWSERS:
        for path in folder.glob(pattern):
            path.unlink()
    theirs = (folder / offline.NAME).rename(folder / f"jupyterlite-{offline.NAME}")
    offline.add(folder, "lessons", then=[theirs.name])
