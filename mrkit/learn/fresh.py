"""`in_fresh_python`: what a program prints that knows nothing of this one, for lessons on what two processes share."""

from __future__ import annotations

import os
import subprocess
import sys

from mrkit import arguments
from mrkit.errors import BadArgument


@arguments.takes(code=arguments.text)
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
    program = code.encode(errors="backslashreplace")  # of what no file can hold
    done = subprocess.run([sys.executable, "-"], env=usual, input=program, capture_output=True)
    said, error = done.stdout.decode().strip(), done.stderr.decode(errors="replace").strip()
    if done.returncode:
        raise BadArgument(f"The program failed: {error.splitlines()[-1]}.")
    return said
