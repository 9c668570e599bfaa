"""Is there an answer at all, and is it another one than before? Only looks at code, never runs it."""

from __future__ import annotations

import dis
import hashlib
from types import CodeType, FunctionType
from typing import Any

from mrkit.errors import short
from mrkit.learn.exercise import Exercise
from mrkit.learn.findings import Finding, found
from mrkit.learn.same import form

_EMPTY = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE", "LOAD_COMMON_CONSTANT"}
_STUB = _EMPTY | {"LOAD_GLOBAL", "LOAD_NAME", "PUSH_NULL", "PRECALL", "CALL", "RAISE_VARARGS"}


def missing(exercise: Exercise, answer: tuple, parts: dict[str, Any]) -> Finding | None:
    """What is missing before anything can be run, or None."""
    wanted = exercise.parts
    if len(answer) + len(parts) > len(wanted) or set(parts) - set(wanted):
        return found("too_many", given=len(answer) + len(parts), part=" and ".join(wanted))
    given = {**dict(zip(wanted, answer, strict=False)), **parts}
    for part in wanted:
        value = given.get(part, ...)
        if value is ... or value is None or is_stub(value):
            return found("untouched")
        if not callable(value):
            return found("not_function", part=part, given=short(value, 40))
    start = exercise.starter
    if start and all(_code(given[part]) == _code(function) for part, function in start.items()):
        return found("starter")
    return None


def is_stub(function: Any) -> bool:
    """Whether a function does nothing yet: `...`, `pass`, `return None` or `raise NotImplementedError()`.

    >>> def later(line): ...
    >>> def nbgrader_says(line):
    ...     raise NotImplementedError()
    >>> is_stub(later), is_stub(nbgrader_says), is_stub(len), is_stub(lambda line: [])
    (True, True, False, False)
    """
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    steps = list(dis.get_instructions(code))
    used = {step.opname.removesuffix("_FAST_BORROW").removesuffix("_IMMORTAL") for step in steps}
    if "NotImplementedError" in code.co_names:
        return len(code.co_names) == 1 and used <= _STUB
    returned = [step.argval for step in steps if step.opname.startswith(("LOAD_CONST", "RETURN_CONST"))]
    return used <= _EMPTY and all(value in (None, ...) for value in returned[-1:])


def fingerprint(answer: dict[str, Any]) -> str:
    """A short hash of what the answer says, whatever line it stands on."""
    text = " ".join(f"{part}={_code(value)}" for part, value in sorted(answer.items()))
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=6).hexdigest()


def _code(value: Any) -> str:
    if isinstance(value, FunctionType):
        return f"{_text(value.__code__)}{value.__defaults__!r}"
    return form(value)


def _text(code: CodeType) -> str:
    """What the code does, step by step; a docstring does nothing, so it does not count."""
    steps = ((step.opname, step.argval) for step in dis.get_instructions(code))
    return " ".join(f"{name}={_text(of) if isinstance(of, CodeType) else repr(of)}" for name, of in steps)
