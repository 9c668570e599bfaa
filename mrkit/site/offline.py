"""What opens without a network: a folder of the site gets a service worker, which keeps its files in the browser.

Two folders have one: `lite`, whose lessons JupyterLite's own worker serves too, and the site itself for its pages.
What the browser does lies in `workers/`; each file goes with its hash, so that no browser keeps a mix of two builds.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

WORKERS = Path(__file__).parent / "workers"
NAME = "service-worker.js"


def add(folder: Path, worker: str, leave_out: str = "", then: Iterable[str] = ()) -> None:
    """Write the worker of a folder, which keeps all but what lies in `leave_out` and runs the scripts `then` last."""
    files = {
        name: f"sha256-{base64.b64encode(hashlib.sha256((folder / name).read_bytes()).digest()).decode()}"
        for name in sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        if not _is_left_out(name, leave_out)
    }
    version = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:16]
    head = f"const FILES = {json.dumps(files)};\nconst VERSION = {json.dumps(version)};\n"
    texts = [(WORKERS / f"{name}.js").read_text(encoding="utf-8") for name in ("kept", worker)]
    last = "".join(f"importScripts({json.dumps(script)});\n" for script in then)
    (folder / NAME).write_text("\n".join([head, *texts, last]), encoding="utf-8")


def _is_left_out(name: str, folder: str) -> bool:
    """Also what nobody who reads asks for: the hidden files, which some hosts do not give, and maps for developers."""
    place = Path(name)
    return place.name.startswith(".") or place.suffix == ".map" or folder in place.parts[:1] or name == NAME
