"""JupyterLab with the lessons: where they lie, and how it is opened so that nothing asks the network."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def default_folder() -> Path:
    """Where the lessons go if nobody says: in the home folder, so that the same work is found from everywhere."""
    return Path.home() / "mrkit-lessons"


def open_jupyterlab(folder: Path, browser: bool = True, language: str = "en") -> int:
    """Open the lessons in JupyterLab and wait until it ends; its exit status.

    A workspace of its own, so that tabs of other work stay out; no news, no look for updates, no shop of extensions:
    nothing asks the network.
    """
    first = next(iter(sorted(path.name for path in folder.glob("00*.ipynb"))), "")
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder.absolute()}"]
    command += [f"--LabApp.default_url=/lab/workspaces/mrkit/tree/{first}", "--LabApp.extension_manager=readonly"]
    command += [] if browser else ["--no-browser"]
    command += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    ours = str(Path(__file__).parent / "jupyter")  # holds the settings that keep it quiet
    paths = [ours, *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    own = {"JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}
    own |= {"MRKIT_LANGUAGE": language} if language != "en" else {}  # kernels inherit it
    lab = subprocess.Popen(command, env=os.environ | own)
    with _signals_left_to(lab):
        return lab.wait()


@contextmanager
def _signals_left_to(process: subprocess.Popen) -> Iterator[None]:
    """Ctrl-C reaches the whole process group: JupyterLab asks, and we wait for what it decides."""
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, lambda *_: None),
        signal.SIGTERM: signal.signal(signal.SIGTERM, lambda *_: process.terminate()),
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
