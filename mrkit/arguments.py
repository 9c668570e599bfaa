"""What a parameter may be: each kind of it refuses, in a sentence that names the parameter, what cannot be meant.

Serves public functions. `@takes(lines=whole(0))` says it of a function where it is defined, so that a test can see
that nothing was left out.
"""

from __future__ import annotations

import functools
import inspect
import math
import numbers
import operator
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from mrkit.errors import BadArgument, short

Kind = Callable[[str, Any], Any]  # of a parameter's name and its value: what to go on with
LARGEST = 2**53  # whole number that numpy draws as it is
F = TypeVar("F", bound=Callable)


def takes(**kinds: Kind) -> Callable[[F], F]:
    """Look at these parameters of a function, by their names, before it runs.

    >>> @takes(number=whole(1))
    ... def half(number=2):
    ...     return number / 2
    >>> half(0)
    Traceback (most recent call last):
    mrkit.errors.BadArgument: number must be a whole number, at least 1; you gave 0.
    """

    def decorate(function: F) -> F:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def checked(*args: Any, **kwargs: Any) -> Any:
            given = signature.bind(*args, **kwargs)
            for name, kind in kinds.items():
                if name in given.arguments:
                    given.arguments[name] = kind(name, given.arguments[name])
            return function(*given.args, **given.kwargs)

        checked.takes = kinds  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return decorate


def whole(least: int, most: float = math.inf, optional: bool = False) -> Kind:
    """A whole number of any kind, as Python's own."""

    def check(name: str, value: Any) -> Any:
        if value is None and optional:
            return None
        try:
            number = operator.index(value)
        except TypeError:
            number = least - 1
        if isinstance(value, bool) or number < least:
            raise BadArgument(f"{name} must be a whole number, at least {least}; you gave {short(value)}.")
        if number > most:
            raise BadArgument(f"{name} can be {most:,} at most; you gave {short(value)}.")
        return number

    return check


def number(least: float = -math.inf, most: float = math.inf, optional: bool = False) -> Kind:
    """A number that is finite."""

    def check(name: str, value: Any) -> Any:
        if value is None and optional:
            return None
        real = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if not real or not math.isfinite(value) or not least <= value <= most:
            bounds = "" if least == -math.inf else f", at least {least:g}"
            bounds += "" if most == math.inf else f" and at most {most:g}"
            raise BadArgument(f"{name} must be a number{bounds}; you gave {short(value)}.")
        return value if abs(value) < LARGEST else float(value)

    return check


def _kind(what: str, fits: Callable[[Any], bool]) -> Kind:
    def check(name: str, value: Any) -> Any:
        if not fits(value):
            raise BadArgument(f"{name} must be {what}; you gave {short(value)}.")
        return value

    return check


def instance(of: type, what: str) -> Kind:
    """An object of a class of mrkit's."""
    return _kind(what, lambda value: isinstance(value, of))


def one_of(*names: str) -> Kind:
    """One of some names."""
    return _kind(f"one of {', '.join(map(repr, names))}", lambda value: isinstance(value, str) and value in names)


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)


def _are(fits: Callable[[Any], bool], values: Any) -> bool:
    return _is_items(values) and hasattr(values, "__len__") and all(map(fits, values))


def _is_point(value: Any) -> bool:
    return _are(_is_number, value) and len(value) == 2


def _is_time(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and float(value) >= 0


text = _kind("text", lambda value: isinstance(value, str))
maybe_text = _kind("text, or None", lambda value: value is None or isinstance(value, str))
seed = _kind("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool))
flag = _kind("True or False", lambda value: type(value).__name__ in ("bool", "bool_"))  # numpy has its own
patience = _kind("a number of seconds, or None", lambda value: value is None or _is_time(value))
timeout = _kind("a number of seconds above 0", lambda value: value is None or (_is_time(value) and value > 0))
function = _kind("a function", callable)
maybe_function = _kind("a function, or None", lambda value: value is None or callable(value))
mapping = _kind("a dictionary", lambda value: isinstance(value, Mapping))
figures = _kind(
    "a dictionary of numbers", lambda value: isinstance(value, Mapping) and _are(_is_number, [*value.values()])
)
rows = _kind(
    "a dictionary of lists of numbers",
    lambda value: isinstance(value, Mapping) and all(_are(_is_number, row) for row in value.values()),
)
places = _kind(
    "a dictionary of pairs of numbers", lambda value: isinstance(value, Mapping) and _are(_is_point, [*value.values()])
)
points = _kind("a list of pairs of numbers", lambda value: _are(_is_point, value))
maybe_point = _kind("a pair of numbers, or None", lambda value: value is None or _is_point(value))
maybe_two_texts = _kind(
    "a pair of texts, or None",
    lambda value: value is None or (_are(lambda part: isinstance(part, str), value) and len(value) == 2),
)
items = _kind("a list", lambda value: _is_items(value))
numbers_in_order = _kind(
    "a range or a list", lambda value: isinstance(value, Sequence) and not isinstance(value, str | bytes)
)
items_or_function = _kind("a list, or a function", lambda value: callable(value) or _is_items(value))
path = _kind("a path", lambda value: isinstance(value, os.PathLike) or _is_path(value))
maybe_path = _kind("a path, or None", lambda value: value is None or isinstance(value, os.PathLike) or _is_path(value))
stage = one_of("map", "reduce")
marks = _kind(
    "a list of (kind, seconds, bytes a second, words)",
    lambda value: _are(lambda mark: isinstance(mark, tuple) and len(mark) == 4, value),
)
axes = _kind("Axes of matplotlib, or None", lambda value: value is None or hasattr(value, "add_patch"))


def _is_items(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes)


def _is_path(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        os.fsencode(value)
    except UnicodeError:
        return False
    return value != "" and "\0" not in value
