"""Programs as a stranger writes them: files in a folder of their own, run by a fresh Python, looked at from outside."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

WORDS = """
from mrkit import MapReduce, SimpleMapReduce, MrkitError, counter
def words(line):
    return [(word, 1) for word in line.split()]
def total(item):
    return item[0], sum(item[1])
"""


def write(folder: Path, **files: str) -> None:
    """Modules in a folder, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(text))


def run(folder: Path, program: str, seconds: float = 100, **options) -> subprocess.CompletedProcess:
    """What a program printed and how it ended."""
    write(folder, main=program)
    return subprocess.run(
        [sys.executable, "main.py"], cwd=folder, capture_output=True, text=True, timeout=seconds, **options
    )


def said(folder: Path, program: str, **options) -> str:
    """What a program that ends well printed."""
    done = run(folder, program, **options)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout.strip()
