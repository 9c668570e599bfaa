"""Is there an answer at all, and is it another one than before? Only looks at code, never runs it."""

from __future__ import annotations

import dis
import functools
import hashlib
from dataclasses import replace
from types import CodeType, FunctionType
from typing import Any

from mrkit.errors import short
from mrkit.learn.exercise import Exercise
from mrkit.learn.findings import Finding, found
from mrkit.learn.same import form

_STUBS = (  # bodies that do nothing yet
    *("pass", "return ...", "raise NotImplementedError", "raise NotImplementedError()"),
    'raise NotImplementedError("to be written")',
)


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
        finding = found("starter")
        return replace(finding, why=exercise.says.get("starter", finding.why))
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
    return code is not None and _steps(code) in _stubs()


@functools.cache
def _stubs() -> list[list[tuple]]:
    """What this very Python makes of each stub, so that nothing need be known of its instructions."""
    made: dict[str, Any] = {}
    for number, body in enumerate(_STUBS):
        exec(f"def stub_{number}():\n    {body}", made)
    return [_steps(made[f"stub_{number}"].__code__) for number in range(len(_STUBS))]


def _steps(code: CodeType) -> list[tuple]:
    """The instructions that do something; all texts are one, because a message may say what it likes."""
    return [
        (step.opname, "" if isinstance(step.argval, str) and step.argval not in code.co_names else step.argrepr)
        for step in dis.get_instructions(code)
        if step.opname != "NOP"
    ]


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
