"""When two values count as the same, and which variables of a function have changed.

Works on the values of a learner's functions without asking them anything: no `==` of theirs is called.
"""

from __future__ import annotations

import hashlib
import numbers
import types
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from mrkit.functions import reachable, variables
from mrkit.pickling import dumps

_LONG = 10**300  # Python refuses to write much longer numbers as decimals


def form(value: Any) -> str:
    """A text that is equal for values that count as the same: a list and a tuple, 0.1 + 0.2 and 0.3.

    >>> form([0.1 + 0.2, 2.0]) == form((0.3, 2))
    True
    >>> form({"a", "b"}) == form(["a", "b"])
    False
    """
    kind = type(value)  # the commonest first: this is where a check spends its time
    if kind is str or (kind is int and -_LONG < value < _LONG):
        return repr(value)
    if kind is tuple:
        return f"[{', '.join(map(form, value))}]"
    if value is None or isinstance(value, str | bytes | bool):
        return repr(int(value) if isinstance(value, bool) else value)
    if isinstance(value, numbers.Integral):
        return f"{int(value):x}" if abs(int(value)) > _LONG else repr(int(value))
    if isinstance(value, numbers.Real) or type(value).__name__ == "Decimal":
        number = float(f"{float(value):.9g}")
        return repr(int(number)) if number.is_integer() else repr(number)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(form, value))}]"
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(map(form, value)))}}}"
    if isinstance(value, Mapping):
        return f"<{', '.join(sorted(f'{form(k)}: {form(v)}' for k, v in value.items()))}>"
    return f"{type(value).__name__} {_digest(value)}"


def forms(values: Iterable) -> Counter:
    """Results as a bag: in any order, with how often each is there."""
    return Counter(map(form, values))


def kind(value: Any) -> str:
    """What a value looks like from outside: a number, a text, a pair of such.

    >>> kind((3, 2.5)), kind([1, 2]), kind("a")
    ('(number, number)', 'list', 'text')
    """
    if isinstance(value, numbers.Number):
        return "number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, tuple):
        return f"({', '.join(map(kind, value))})"
    if isinstance(value, Mapping):
        return "dictionary"  # a Counter serves as well
    return type(value).__name__


def alike(value: Any, others: list) -> bool:
    """Whether a value looks like the others; each part of a tuple may look like that part of another one.

    >>> alike((3, ["b"]), [(None, ["b"]), (3, [])]), alike(3, [(3, [])])
    (True, False)
    """
    tuples = [other for other in others if isinstance(other, tuple)]
    same = [other for other in tuples if isinstance(value, tuple) and len(other) == len(value)]
    if not same:
        return kind(value) in set(map(kind, others))
    return all(alike(part, [other[place] for other in same]) for place, part in enumerate(value))


def state(function: Any) -> dict[str, str]:
    """The data that a function can remember from call to call: variables, default values, attributes, by name.

    >>> def count(word, seen=[]):
    ...     seen.append(word)
    >>> before = state(count)
    >>> count("a")
    >>> before["seen"] == state(count)["seen"]
    False
    """
    if not isinstance(function, types.FunctionType):
        return {name: form(value) for name, value in getattr(function, "__dict__", {}).items()}
    found: dict[str, str] = {}
    for each in reachable(function):
        code = each.__code__
        defaults = each.__defaults__ or ()
        arguments = code.co_varnames[: code.co_argcount]
        held = variables(each)
        held |= dict(zip(arguments[len(arguments) - len(defaults) :], defaults, strict=True))
        held |= each.__kwdefaults__ or {}
        held |= {f"{each.__name__}.{name}": value for name, value in vars(each).items()}
        skip = types.FunctionType | types.ModuleType | type
        found |= {name: form(value) for name, value in held.items() if not isinstance(value, skip)}
    return found


def _digest(value: Any) -> str:
    try:
        return hashlib.blake2b(dumps(value), digest_size=8).hexdigest()
    except Exception:
        return "that cannot be saved"
