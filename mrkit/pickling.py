"""Pickling by value: how a function or a class from a script or a notebook's cell travels to another process.

Serves all who send functions or data. It adds to cloudpickle what mrkit promises: a function that has travelled still
knows the file and the line it was written in, whatever cloudpickle makes of them, so that an error can name the
user's own cell.
"""

from __future__ import annotations

import functools
import io
import pickle
import sys
from collections.abc import Callable
from types import CodeType, FunctionType, MappingProxyType, ModuleType
from typing import Any

from mrkit.errors import NotInstalled
from mrkit.installation import AGAIN, explained

try:
    import cloudpickle
except ModuleNotFoundError as error:
    raise NotInstalled(explained("mrkit", error)) from error
if int(cloudpickle.__version__.partition(".")[0]) < 3:
    raise NotInstalled(f"mrkit needs cloudpickle 3 or newer; here is {cloudpickle.__version__}: {AGAIN} cloudpickle")

from mrkit import modules

_PLACELESS = "<mrkit>"  # the file of a code object whose own file travels beside it
_LruCached: type = type(functools.lru_cache(len))


class ByValue(cloudpickle.CloudPickler):
    """A cloudpickle pickler whose functions keep their file, and that takes the user's own modules along."""

    def __init__(self, file: io.BytesIO, packing: modules.Packing | None):
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._packing = packing

    def reducer_override(self, value: Any) -> Any:
        """How this value is pickled: pickle asks for nearly every one."""
        kind = value.__class__
        if sys.version_info >= (3, 14):
            if kind is FunctionType or isinstance(value, type):
                _settle_annotations(value)
            elif kind.__name__ == "ForwardRef":  # a name that was unknown yet, with all that it may be looked up in
                return kind, (value.__forward_arg__,)
        if kind is CodeType and value.co_filename != _PLACELESS:
            return _placed, (value.replace(co_filename=_PLACELESS), value.co_filename, *modules.imported_by(value))
        if kind is FunctionType and isinstance(getattr(value, "registry", None), MappingProxyType):
            return _singledispatch, (value.registry[object], list(value.registry.items()))
        if self._packing is not None:
            if kind is FunctionType and (module := modules.of_function(value)) is not None:
                return self._packing.function(value, module)
            if kind is ModuleType and modules.is_users(value):
                return self._packing.module(value)
            if isinstance(value, type) and modules.is_users(sys.modules.get(value.__module__)):
                return self._packing.class_(value, self._with_slots)
        if kind is _LruCached and _goes_by_value(value):
            return _cached, (value.__wrapped__, value.cache_parameters())
        if kind is functools.cached_property:
            return _cached_property, (value.func, value.attrname)
        return self._with_slots(value)

    def _with_slots(self, value: Any) -> Any:
        """What cloudpickle does; but a class with slots has them from the beginning, not when it is too late."""
        reduced = super().reducer_override(value)
        slots = vars(value).get("__slots__") if isinstance(value, type) and isinstance(reduced, tuple) else None
        if slots is None:
            return reduced
        make, given, *rest = reduced  # what a new class gets in its body is the only dictionary given
        return make, tuple({**each, "__slots__": slots} if isinstance(each, dict) else each for each in given), *rest


def by_value(value: Any) -> bytes:
    """Pickle a value, with the functions, classes and modules that another process cannot import as they are here.

    >>> pickle.loads(by_value(lambda: 42))()
    42
    >>> pickle.loads(by_value(by_value.__code__)) == by_value.__code__
    True
    """
    packing = modules.Packing()
    alone = _dumped([value], packing)
    if not packing.needed:
        return alone
    left_out: dict[tuple[str, str], str] = {}
    looked_at = 0
    while looked_at < len(packing.needed):  # what is needed may need more
        for place, held in list(packing.needed.items())[looked_at:]:
            looked_at += 1
            if why := _why_not(held, packing):
                left_out[place] = why
    parts = [*packing.tables(left_out), value]
    return pickle.dumps(_Parts(_dumped(parts, packing), len(parts)), pickle.HIGHEST_PROTOCOL)


def apart(value: Any) -> bytes:
    """Pickle functions so that each load gives new ones, with variables of their own even in this process."""
    return _dumped([value], None)


def _dumped(values: list, packing: modules.Packing | None) -> bytes:
    """One pickle after the other, that share what they have in common."""
    with io.BytesIO() as file:
        pickler = ByValue(file, packing)
        for value in values:
            pickler.dump(value)
        return file.getvalue()


def _why_not(value: Any, packing: modules.Packing) -> str:
    """Why a value by itself cannot be pickled; nothing if it can."""
    try:
        _dumped([value], packing)
    except Exception as error:
        return str(error)
    return ""


class _Parts:
    """Rows of what is needed of the user's modules, and what needs it: when it is loaded, that alone is left."""

    def __init__(self, pickles: bytes, number: int):
        self._given = pickles, number

    def __reduce__(self) -> tuple:
        return _joined, self._given


def _joined(pickles: bytes, number: int) -> Any:
    unpickler = pickle.Unpickler(io.BytesIO(pickles))
    for _ in range(number - 1):
        modules.fill(unpickler.load())
    return unpickler.load()


def dumps(value: Any) -> bytes:
    """Pickle a value the fast way if plain pickle can, by value if not."""
    try:
        return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    except Exception:
        return by_value(value)


def _settle_annotations(value: Any) -> None:
    """Annotations of a function or a class of the user's become values now; those of unknown names become texts.

    Since Python 3.14 they are made when they are asked for, by a function that holds on to the class as it is being
    made, which cannot be pickled.
    """
    if not _goes_by_value(value) or (isinstance(value, type) and not vars(value).get("__annotate_func__")):
        return
    try:
        made = value.__annotations__
    except Exception:
        import annotationlib  # Python 3.14

        made = annotationlib.get_annotations(value, format=annotationlib.Format.STRING)
    value.__annotations__ = dict(made)


def _goes_by_value(value: Any) -> bool:
    module = value.__module__
    return module == "__main__" or "<locals>" in value.__qualname__ or modules.is_users(sys.modules.get(module))


def _placed(code: CodeType, file: str, *modules: ModuleType) -> CodeType:
    return code.replace(co_filename=file)


def _cached_property(function: Callable, name: str | None) -> functools.cached_property:
    made = functools.cached_property(function)
    made.attrname = name  # until Python 3.11 it holds a lock, which cannot travel
    return made


def _singledispatch(function: Callable, registered: list[tuple[type, Callable]]) -> Callable:
    made = functools.singledispatch(function)
    for kind, each in registered:
        made.register(kind, each)
    return made


def _cached(function: Callable, parameters: dict[str, Any]) -> Callable:
    return functools.lru_cache(**parameters)(function)
