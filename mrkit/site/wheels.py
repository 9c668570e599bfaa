"""Wheels for a browser's Python: the mrkit that runs here, and the language reference, which Pyodide leaves out.

And other people's without what nobody needs there: a browser unpacks them all at each start.
"""

from __future__ import annotations

import hashlib
import json
import sysconfig
import zipfile
from importlib import metadata
from pathlib import Path

import mrkit
from mrkit import share

STUBS = ("jedi/third_party/django-stubs/", "jedi/third_party/typeshed/stubs/")  # 4,700 files about others' packages


def write(folder: Path) -> None:
    """Write both wheels into a new folder."""
    folder.mkdir()
    package = Path(mrkit.__file__).parent
    files = {path: f"mrkit/{path.relative_to(package).as_posix()}" for path in package.rglob("*.*")}
    for name in ("data", "notebooks"):
        shared = share.folder(name)
        files |= {path: f"mrkit/_share/{name}/{path.relative_to(shared).as_posix()}" for path in shared.rglob("*.*")}
    _pack(folder, "mrkit", mrkit.__version__, files, metadata.distribution("mrkit").read_text("METADATA") or "")
    topics = Path(sysconfig.get_path("stdlib")) / "pydoc_data" / "topics.py"
    files = {topics: "pydoc_data/topics.py", topics.with_name("__init__.py"): "pydoc_data/__init__.py"}
    _pack(folder, "pydoc_data", "3.14", files, "Metadata-Version: 2.1\nName: pydoc_data\nVersion: 3.14\n")


def leave_out_stubs(folder: Path) -> None:
    """Completion does without them; with them a lesson starts two seconds later."""
    (path,) = folder.rglob("pyodide-lock/jedi-*.whl")
    full = path.rename(path.with_suffix(".full"))
    with zipfile.ZipFile(full) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if not name.startswith(STUBS):
                new.writestr(name, old.read(name))
    full.unlink()


def lock(folder: Path) -> None:
    """Write down anew what each wheel must be, after some were changed."""
    (path,) = folder.rglob("pyodide-lock/pyodide-lock.json")
    known = json.loads(path.read_text(encoding="utf-8"))
    for package in known["packages"].values():
        package["sha256"] = hashlib.sha256((path.parent / package["file_name"]).read_bytes()).hexdigest()
    path.write_text(json.dumps(known), encoding="utf-8")


def _pack(folder: Path, name: str, version: str, files: dict[Path, str], about: str) -> None:
    info = f"{name}-{version}.dist-info"
    kept = {path: where for path, where in files.items() if path.is_file() and path.suffix != ".pyc"}
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, where in sorted(kept.items()):
            wheel.write(path, where)
        wheel.writestr(f"{info}/METADATA", about)
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: mrkit\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "".join(f"{each},,\n" for each in wheel.namelist()))
