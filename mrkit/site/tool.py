"""A program of others that takes part in making the site: run, and if it fails, why, in a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from mrkit.errors import MrkitError


def python(*arguments: str | Path, what: str, folder: Path | None = None, surroundings: Mapping[str, str] = {}) -> None:
    """Run a module of this Python."""
    run(sys.executable, *arguments, what=what, folder=folder, surroundings=surroundings)


def run(*command: str | Path, what: str, folder: Path | None = None, surroundings: Mapping[str, str] = {}) -> None:
    """Run a program quietly; `MrkitError`, which begins with `what` could not be done, if it fails."""
    done = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env=os.environ | {"PYTHONWARNINGS": "ignore"} | dict(surroundings),
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        lines = [line.strip() for line in f"{done.stdout}\n{done.stderr}".splitlines() if line.strip()]
        said = [line for line in lines if "Error" in line][:1] or lines[-1:]
        raise MrkitError(f"{what}: {''.join(said)[:300] or 'it does not say why'}")
