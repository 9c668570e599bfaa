"""`in_fresh_python`: what a program prints that knows nothing of this one, for lessons on what two processes share."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

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
    own = os.environ | {"PYTHONHASHSEED": "random", "PYTHONUTF8": "1"}
    text: dict[str, Any] = {"encoding": "utf-8", "errors": "backslashreplace"}  # of what no file can hold
    done = subprocess.run([sys.executable, "-"], env=own, input=code, capture_output=True, **text)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"it ended with exit status {done.returncode}"]
        raise BadArgument(f"The program failed: {said[-1]}.")
    return done.stdout.strip()
