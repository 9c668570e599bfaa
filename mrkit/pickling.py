"""Pickling by value: how a function or a class from a script or a notebook's cell travels to another process.

Serves all who send functions or data. It adds to cloudpickle what mrkit promises: a function that has travelled still
knows the file and the line it was written in, whatever cloudpickle makes of them, so that an error can name the
user's own cell.
"""

from __future__ import annotations

import functools
import io
import pickle
from collections.abc import Callable
from types import CodeType
from typing import Any

from mrkit.errors import NotInstalled
from mrkit.installation import AGAIN, explained

try:
    import cloudpickle
except ModuleNotFoundError as error:
    raise NotInstalled(explained("mrkit", error)) from error
if int(cloudpickle.__version__.partition(".")[0]) < 3:
    raise NotInstalled(f"mrkit needs cloudpickle 3 or newer; here is {cloudpickle.__version__}: {AGAIN} cloudpickle")

_PLACELESS = "<mrkit>"  # the file of a code object whose own file travels beside it
_LruCached: type = type(functools.lru_cache(len))


class ByValue(cloudpickle.CloudPickler):
    """A cloudpickle pickler whose functions keep their file, and whose cached functions go by value too."""

    def reducer_override(self, value: Any) -> Any:
        """How this value is pickled: pickle asks for nearly every one."""
        kind = value.__class__
        if kind is CodeType and value.co_filename != _PLACELESS:
            return _placed, (value.replace(co_filename=_PLACELESS), value.co_filename)
        if kind is _LruCached and (value.__module__ == "__main__" or "<locals>" in value.__qualname__):
            return _cached, (value.__wrapped__, value.cache_parameters())
        return super().reducer_override(value)


def by_value(value: Any) -> bytes:
    """Pickle a value, with the functions and classes that another process cannot import.

    >>> pickle.loads(by_value(lambda: 42))()
    42
    >>> pickle.loads(by_value(by_value.__code__)) == by_value.__code__
    True
    """
    with io.BytesIO() as file:
        ByValue(file, pickle.HIGHEST_PROTOCOL).dump(value)
        return file.getvalue()


def dumps(value: Any) -> bytes:
    """Pickle a value the fast way if plain pickle can, by value if not."""
    try:
        return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    except Exception:
        return by_value(value)


def _placed(code: CodeType, file: str) -> CodeType:
    return code.replace(co_filename=file)


def _cached(function: Callable, parameters: dict[str, Any]) -> Callable:
    return functools.lru_cache(**parameters)(function)
