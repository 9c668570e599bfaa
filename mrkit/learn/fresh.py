"""`in_fresh_python`: what a program prints that knows nothing of this one, for lessons on what two processes share."""

from __future__ import annotations

import os
import subprocess
import sys


def in_fresh_python(code: str) -> str:
    """What a fresh Python prints that runs this program; in a browser it is a second Pyodide, with mrkit alone.

    >>> in_fresh_python("print(6 * 7)")
    '42'
    """
    if sys.platform == "emscripten":
        from mrkit.executors.web import fresh

        print("A browser starts no process: this is a fresh Pyodide, in a worker of its own.")
        return fresh.run(code)
    usual = os.environ | {"PYTHONHASHSEED": "random"}
    return subprocess.run([sys.executable, "-c", code], env=usual, capture_output=True, text=True).stdout.strip()
