"""What Python knows of a function: its name, file, line and text, and what it uses.

Serves all who speak of a user's function: errors, the record player, the checks of exercises. It never calls one.
"""

from __future__ import annotations

import linecache
import os
import sys
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

from mrkit.errors import short
from mrkit.pickling import by_value


def name_of(function: Any) -> str:
    return getattr(function, "__qualname__", type(function).__qualname__).rpartition("<locals>.")[2]


def definition(function: Any) -> tuple[str, int]:
    function = function if hasattr(function, "__code__") else getattr(type(function), "__call__", None)  # noqa: B004
    code = getattr(function, "__code__", None)
    return (code.co_filename, code.co_firstlineno) if code else ("", 0)


def users_line(trace: TracebackType | None, function: Callable) -> tuple[str, int]:
    """The last line in the file of the user's function that the traceback passes through."""
    file, line = definition(function)
    for frame, number in traceback.walk_tb(trace):
        if frame.f_code.co_filename == file:
            line = number
    return file, line


def place(file: str, line: int) -> str:
    """Where a line of the user's is, for a list: `line 3 of cell In[5]`."""
    return f"line {line} of {_file_name(file)}" if file else ""


def shown_place(file: str, line: int) -> str:
    """Where a line is, in words, with its text."""
    if not file:
        return ""
    source = linecache.getline(file, line).strip()
    shown = f": `{short(source)[1:-1]}`" if source else ""
    return f" (line {line} of {_file_name(file)}{shown})"


def _file_name(file: str) -> str:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    number = getattr(getattr(shell, "compile", None), "_filename_map", {}).get(file)
    if number is not None:
        return f"cell In[{number}]"
    if "ipykernel_" in file or file.startswith("<ipython-input"):
        return "your cell"
    return os.path.basename(file)


def culprit(function: Any) -> str:
    """The first global or enclosed variable of a function that cannot travel."""
    code = getattr(function, "__code__", None)
    if code is None:
        return ""
    names = [*zip(code.co_freevars, (cell.cell_contents for cell in function.__closure__ or ()), strict=False)]
    names += [(name, function.__globals__[name]) for name in code.co_names if name in function.__globals__]
    for name, value in names:
        try:
            by_value(value)
        except Exception:
            return name
    return ""
