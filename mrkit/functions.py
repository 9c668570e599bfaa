"""What Python knows of a function: its name, file, line and text, and what it uses.

Serves all who speak of a user's function: errors, the record player, the checks of exercises. It never calls one.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import linecache
import os
import sys
import traceback
import types
from collections.abc import Callable, Iterator
from types import MethodType, ModuleType, TracebackType
from typing import Any

from mrkit.errors import short
from mrkit.pickling import by_value


def plain(function: Any) -> Any:
    """The function under its wrappers; of an object that can be called, the method."""
    function = inspect.unwrap(function)
    while isinstance(function, functools.partial):
        function = function.func
    if not hasattr(function, "__code__") and not inspect.isroutine(function):
        function = type(function).__call__
    return function


PACKAGE = os.path.dirname(os.path.abspath(__file__))  # where mrkit's own files are


def name_of(function: Any) -> str:
    """What the user calls it; of an object that can be called, its class.

    >>> import functools
    >>> name_of(name_of), name_of(functools.partial(name_of))
    ('name_of', 'name_of')
    """
    while isinstance(function, functools.partial):
        function = function.func
    return getattr(function, "__qualname__", type(function).__qualname__).rpartition("<locals>.")[2]


def signature(function: Any) -> inspect.Signature:
    """How a function is called; its annotations may name what is not there, which Python 3.14 notices when asked."""
    how: dict[str, Any] = {}
    if sys.version_info >= (3, 14):
        import annotationlib

        how = {"annotation_format": annotationlib.Format.FORWARDREF}
    return inspect.signature(function, **how)


def definition(function: Any) -> tuple[str, int]:
    """The file and the line where a function is written; ("", 0) for one that is not written in Python."""
    code = getattr(plain(function), "__code__", None)
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
    if shell is not None:
        # IPython's own words for its tracebacks: ("Cell", "In[5]"), or nothing for what is not a cell that it knows.
        cell = getattr(shell.compile, "format_code_name", lambda file: None)(file)
        if cell:
            return " ".join(cell).replace("Cell", "cell")
        if os.path.isabs(file) and not os.path.exists(file):
            return "your cell"
    return os.path.basename(file)


def uses(value: Any) -> Iterator[tuple[str, Any]]:
    """What a function or an object refers to, by the names that its own text has for it."""
    if isinstance(value, functools.partial):
        yield from uses(value.func)
        yield from value.keywords.items()
        return
    if isinstance(value, MethodType):
        yield "self", value.__self__
        value = value.__func__
    if not isinstance(value, types.FunctionType):
        yield from ((f"self.{name}", held) for name, held in getattr(value, "__dict__", {}).items())
        value = getattr(type(value), "__call__", None)  # noqa: B004
        if not isinstance(value, types.FunctionType):
            return
    yield from variables(value).items()
    yield from zip(reversed(_parameters(value.__code__)), reversed(value.__defaults__ or ()), strict=False)
    yield from (value.__kwdefaults__ or {}).items()


def _parameters(code: types.CodeType) -> tuple[str, ...]:
    return code.co_varnames[: code.co_argcount]


def culprit(value: Any, depth: int = 4) -> str:
    """The variable or attribute of a function that cannot travel, as `helper.connection`; nothing if there is none."""
    for name, held in uses(value):
        if isinstance(held, ModuleType) or held is value or not _stays(held):
            continue
        inner = culprit(held, depth - 1) if depth and not isinstance(held, type) else ""
        return f"{name}.{inner.removeprefix('self.')}" if inner.startswith("self.") else name
    return ""


def _stays(value: Any) -> bool:
    try:
        by_value(value)
    except Exception:
        return True
    return False


def repeated(function: Any) -> tuple[str, str]:
    """A variable of a function that every worker gets a copy of, and what that is; nothing if there is none."""
    seen = list(uses(function))
    seen += [pair for name, held in seen if name == "self" for pair in uses(held)]
    for name, held in seen:
        owner = getattr(held, "__self__", held)
        if isinstance(owner, getattr(sys.modules.get("random"), "Random", ())) or _is_numpys(owner):
            return name, "a random generator"
        if hasattr(type(owner), "__next__") and not isinstance(owner, types.GeneratorType):  # which cannot travel
            return name, "an iterator"
    return "", ""


def _is_numpys(value: Any) -> bool:
    kind = type(value)
    return kind.__module__.startswith("numpy.random") and kind.__name__ in ("Generator", "RandomState")


def variables(function: Any) -> dict[str, Any]:
    """What a function's code takes from outside: its globals and the variables around it."""
    code = getattr(function, "__code__", None)
    if code is None or not hasattr(function, "__globals__"):
        return {}
    found = {name: function.__globals__[name] for name in names(code) if name in function.__globals__}
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        with contextlib.suppress(ValueError):  # not filled yet
            found[name] = cell.cell_contents
    return found


def reachable(function: Any) -> list[types.FunctionType]:
    """The function, if it is one written in Python, and the helpers that it calls by name."""
    found: list[types.FunctionType] = []
    waiting = [function]
    while waiting:
        each = waiting.pop()
        if isinstance(each, types.FunctionType) and each not in found:
            found.append(each)
            waiting += variables(each).values()
    return found


def names(code: types.CodeType) -> set[str]:
    """Every global name that a function's code uses, with the functions inside it."""
    inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return set(code.co_names).union(*map(names, inner))
