"""The user's own modules in another process: as they are here, not as their files say.

A module that is neither of the standard library nor installed may have been changed, reloaded, edited or made by hand,
and another process may not find it at all. So what a job uses of such modules goes along by value: functions with the
globals that they use, classes, and modules with all that is in them. In the other process they stand under their names
again, so that instances travel back by name and functions of one module share their globals, as at home. What cannot
travel (a lock, a connection) is made there, by importing the module.

Serves `pickling`, which asks how to pickle a thing, and whoever loads work. It knows no job.
"""

from __future__ import annotations

import contextlib
import dis
import functools
import importlib
import importlib.util
import os
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from types import CodeType, FunctionType, ModuleType
from typing import Any

import cloudpickle
from cloudpickle.cloudpickle import list_registry_pickle_by_value

from mrkit.errors import CannotTravel

_MARK = os.urandom(8).hex()
_PYTHONS = {"__builtins__", "__cached__", "__loader__", "__spec__"}  # of a module: not the user's

Home = tuple[str, int]
Place = tuple[str, str | None, tuple[str, ...] | None]  # a module's name, file and, if it is a package, path

_installed: dict[str, ModuleType] = {}  # modules of this process that came from another
_imported: dict[str, ModuleType] = {}  # what importing one of those gave, where something of it could not travel
_filled: set[type] = set()  # classes of this process that came from another
_registry = threading.Lock()
_sent: dict[tuple[str, str], type] = {}  # the user's classes that went to another process, by name


class _Empty:
    """Stands for what is in a cell that is empty."""


def home() -> Home:
    """How no other process is called."""
    return _MARK, os.getpid()


def is_users(module: Any) -> bool:
    """Whether a module is the user's own, and was loaded in this very process.

    >>> import json
    >>> is_users(json), is_users(sys.modules["mrkit.modules"])
    (False, False)
    """
    name = getattr(module, "__name__", None)
    if not isinstance(name, str) or sys.modules.get(name) is not module or _installed.get(name) is module:
        return False
    top = name.partition(".")[0]
    package = sys.modules.get(top, module)
    made_by_hand = getattr(package, "__spec__", None) is None
    return _is_users(top, _file(package), made_by_hand)


@functools.lru_cache(1000)
def _is_users(name: str, file: str | None, made_by_hand: bool) -> bool:
    if name in sys.stdlib_module_names or name in ("__main__", "__mp_main__", "mrkit"):
        return False
    if file is None:
        return made_by_hand
    if os.path.splitext(file)[1] not in (".py", ".pyc", ""):  # compiled: there is nothing to take along
        return False
    file = os.path.normcase(os.path.abspath(file))  # Windows writes the same folder in more than one way
    return not {"site-packages", "dist-packages"} & {*file.split(os.sep)} and not file.startswith(_libraries())


@functools.cache
def _libraries() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    return tuple(
        os.path.normcase(os.path.join(paths[name], "")) for name in ("stdlib", "platstdlib", "purelib", "platlib")
    )


def _file(module: Any) -> str | None:
    file = getattr(module, "__file__", None)
    return file or next((str(folder) for folder in getattr(module, "__path__", ())), None)


def of_function(function: FunctionType) -> ModuleType | None:
    """The user's module whose globals a function uses; None if they are not those of such a module."""
    module = sys.modules.get(function.__module__ or "")
    return module if module and vars(module) is function.__globals__ and is_users(module) else None


# Packing.


class Packing:
    """What goes along of the user's modules with one value: all globals that its functions use, and what these use.

    Functions and modules are pickled without them, or a chain of functions would be a pickle as deep as it is long.
    """

    def __init__(self) -> None:
        self.needed: dict[tuple[str, str], Any] = {}  # (module, name) -> value
        self.used: set[tuple[str, str]] = set()  # by functions, not only as part of a module
        self.whole: set[str] = set()

    def function(self, function: FunctionType, module: ModuleType) -> tuple:
        """How a function of the user's module is pickled."""
        code, held = function.__code__, vars(module)
        for name in _globals(code):
            if name in held:
                self.needed.setdefault((module.__name__, name), held[name])
                self.used.add((module.__name__, name))
        state = {
            "cells": tuple(_content(cell) for cell in function.__closure__ or ()),
            "attributes": {
                "__defaults__": function.__defaults__,
                "__kwdefaults__": function.__kwdefaults__,
                "__qualname__": function.__qualname__,
                "__doc__": function.__doc__,
                "__annotations__": _annotations(function),
                **vars(function),
            },
            "imports": _relative(code, module),
            "bound": _found(module, function.__qualname__) is function,
        }
        args = home(), places(module), function.__qualname__, function.__name__, code
        return _make_function, args, state, None, None, _fill_function

    def module(self, module: ModuleType) -> tuple:
        """How a module of the user's is pickled: all that is in it goes along."""
        if module.__name__ not in self.whole:
            self.whole.add(module.__name__)
            for name, value in vars(module).items():
                if name not in _PYTHONS:
                    self.needed.setdefault((module.__name__, name), value)
        return shell, (home(), places(module))

    def class_(self, kind: type, reduce: Callable[[type], Any]) -> Any:
        """How a class of the user's module is pickled: as cloudpickle does, and it will be found under its name."""
        module = sys.modules[kind.__module__]
        _sent[kind.__module__, kind.__qualname__] = kind
        with _taken_by_value(module):
            reduced = reduce(kind)
        if not isinstance(reduced, tuple) or len(reduced) != 6 or not callable(reduced[5]):
            return reduced
        make, args, state, items, pairs, fill = reduced
        place = home(), places(module), kind.__qualname__
        return _make_class, (*place, make, args), (*place, fill, state), items, pairs, _fill_class

    def tables(self, left_out: dict[tuple[str, str], str]) -> list[tuple]:
        """What is needed, in the order in which it is to be loaded: what user's code may run on comes first."""
        kept = {place: value for place, value in self.needed.items() if place not in left_out}
        code = {place: value for place, value in kept.items() if isinstance(value, FunctionType | ModuleType | type)}
        data = {place: value for place, value in kept.items() if place not in code}
        tables = [(home(), places(sys.modules[module]), name, value) for (module, name), value in (code | data).items()]
        missing = [(places(sys.modules[at[0]]), at[1], why) for at, why in left_out.items() if at in self.used]
        lacking = {module for module, _ in left_out}
        whole = [places(sys.modules[name]) for name in self.whole - lacking]
        return [*tables, (home(), missing, whole)]


def classes() -> tuple[type, ...]:
    """The user's classes that went to other processes before: those who get their instances by name need them."""
    return tuple(kind for (module, name), kind in _sent.items() if _found(sys.modules.get(module), name) is kind)


@contextlib.contextmanager
def _taken_by_value(module: ModuleType) -> Iterator[None]:
    with _registry:
        known = module.__name__ in list_registry_pickle_by_value()
        cloudpickle.register_pickle_by_value(module)
        try:
            yield
        finally:
            if not known:
                cloudpickle.unregister_pickle_by_value(module)


def places(module: ModuleType) -> tuple[Place, ...]:
    """A module and the packages that it is in, from the outside to the inside."""
    parts = module.__name__.split(".")
    names = [".".join(parts[:number]) for number in range(1, len(parts) + 1)]
    return tuple(_place(name, sys.modules.get(name)) for name in names)


def _place(name: str, module: Any) -> Place:
    path = getattr(module, "__path__", None)
    file = getattr(module, "__file__", None)
    return name, file and os.path.abspath(file), None if path is None else tuple(map(str, path))


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return _Empty


def _annotations(function: FunctionType) -> dict[str, Any]:
    try:
        return function.__annotations__
    except Exception:  # they are worked out when asked for, and may name what is not there
        return {}


@functools.lru_cache(10_000)
def _globals(code: CodeType) -> tuple[str, ...]:
    """The names that a function, and those inside it, may look up in its globals."""
    inner = (name for const in code.co_consts if isinstance(const, CodeType) for name in _globals(const))
    return tuple(dict.fromkeys((*code.co_names, *inner)))


def imported_by(code: CodeType) -> tuple[ModuleType, ...]:
    """The user's modules that a function imports when it runs: they must be there what they are here."""
    return _users(name for name, level in _imports(code) if level == 0)


def _relative(code: CodeType, module: ModuleType) -> tuple[ModuleType, ...]:
    package = module.__package__ or ""
    names = [(name, level) for c in _codes(code) for name, level in _imports(c) if level]
    return _users(importlib.util.resolve_name("." * level + name, package) for name, level in names if package)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _codes(const)


def _users(names: Iterable[str]) -> tuple[ModuleType, ...]:
    wanted = dict.fromkeys(outer for name in names for outer in accumulate(name.split("."), "{}.{}".format))
    return tuple(sys.modules[name] for name in wanted if is_users(sys.modules.get(name)))


@functools.lru_cache(10_000)
def _imports(code: CodeType) -> tuple[tuple[str, int], ...]:
    """What the statements of a function import: a name, and how many packages up it begins."""
    found: list[tuple[str, int]] = []
    if "import_module" in code.co_names or "__import__" in code.co_names:
        found += [(const, 0) for const in code.co_consts if isinstance(const, str)]
    before: list[Any] = [0, None]
    for step in dis.get_instructions(code):
        if step.opname == "IMPORT_NAME":
            level, wanted = before if isinstance(before[0], int) else (0, None)
            found.append((step.argval, level))
            prefix = f"{step.argval}." if step.argval else ""
            found += [(prefix + name, level) for name in wanted or ()]
        before = [before[-1], step.argval]
    return tuple(found)


# Loading.


def forget() -> None:
    """A new job's work is about to be loaded: what came with the one before is not to be met any more."""
    for name, module in list(_installed.items()):
        if sys.modules.get(name) is module:
            del sys.modules[name]
    _installed.clear()
    _imported.clear()
    _filled.clear()


def shell(home_: Home, places: tuple[Place, ...]) -> ModuleType:
    """A module in this process; if it came from another, one that is to be filled."""
    name = places[-1][0]
    if home_ == home() and name in sys.modules:
        return sys.modules[name]
    for place in places:
        if _installed.get(place[0]) is None or sys.modules.get(place[0]) is not _installed[place[0]]:
            _install(*place)
    return sys.modules[name]


def fill(row: tuple) -> None:
    """Do what one row of `Packing.tables` says."""
    home_, *rest = row
    if home_ == home():
        return
    if len(rest) == 3:
        vars(shell(home_, rest[0]))[rest[1]] = rest[2]
        return
    missing, whole = rest
    for chain, name, why in missing:
        vars(shell(home_, chain))[name] = _made_here(chain[-1][0], name, why)
    for chain in whole:
        module = shell(home_, chain)
        if isinstance(vars(module).get("__getattr__"), functools.partial):
            del module.__getattr__


class _Loaded:
    """Stands for what loaded a module that came from another process: Python 3.15 warns where nothing does."""


_LOADED: Any = _Loaded()


def _install(name: str, file: str | None, path: tuple[str, ...] | None) -> None:
    module = ModuleType(name)
    spec = importlib.util.spec_from_loader(name, _LOADED, origin=file, is_package=path is not None)
    module.__spec__, module.__loader__ = spec, _LOADED
    module.__package__ = name if path is not None else name.rpartition(".")[0]
    if file is not None:
        module.__file__ = file
    if path is not None:
        module.__path__ = list(path)
        if spec is not None:
            spec.submodule_search_locations = list(path)
    module.__getattr__ = functools.partial(_import_rest, name)  # type: ignore[method-assign]
    sys.modules[name] = _installed[name] = module
    parent, _, last = name.rpartition(".")
    if parent in sys.modules:
        setattr(sys.modules[parent], last, module)


def _import_rest(module: str, name: str) -> Any:
    """What of a module did not come along, by importing it."""
    if not (name.startswith("__") and name.endswith("__")):
        with contextlib.suppress(Exception):
            return getattr(_really(module), name)
    raise AttributeError(f"module {module!r} has no attribute {name!r}")


def _really(name: str) -> ModuleType:
    """A module as its file makes it, beside the one that came from another process."""
    if name not in _imported:
        mine = sys.modules.pop(name)
        try:
            _imported[name] = _from_file(name, getattr(mine, "__file__", None))
        finally:
            sys.modules[name] = mine
    return _imported[name]


def _from_file(name: str, file: str | None) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file) if file and os.path.exists(file) else None
    if spec is None or spec.loader is None:
        return importlib.import_module(name)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _make_function(home_: Home, places: tuple[Place, ...], qualname: str, name: str, code: CodeType) -> Any:
    module = shell(home_, places)
    function = _found(module, qualname) if home_ == home() else None
    if isinstance(function, FunctionType) and function.__code__ == code:
        return function
    cells = tuple(_cell() for _ in code.co_freevars)
    return FunctionType(code, vars(module), name, None, cells)


def _fill_function(function: Any, state: dict[str, Any]) -> None:
    module = sys.modules[function.__globals__["__name__"]]
    if _installed.get(module.__name__) is not module and _found(module, function.__qualname__) is function:
        return  # this is its home
    for cell, content in zip(function.__closure__ or (), state["cells"], strict=True):
        if content is not _Empty:
            cell.cell_contents = content
    for name, value in state["attributes"].items():
        setattr(function, name, value)
    function.__module__ = module.__name__
    if state["bound"] and "." not in function.__qualname__ and _installed.get(module.__name__) is module:
        vars(module)[function.__qualname__] = function


def _made_here(module: str, name: str, why: str) -> Any:
    try:
        return getattr(_really(module), name)
    except Exception as error:
        raise CannotTravel(
            f"`{name}` of the module `{module}` cannot be sent to the workers ({why}), and importing the module there "
            f"fails: {type(error).__name__}: {error}. Make it inside the function that uses it."
        ) from error


def _make_class(home_: Home, places: tuple[Place, ...], qualname: str, make: Callable, args: tuple) -> Any:
    kind = _found(shell(home_, places), qualname) if home_ == home() else None
    return make(*args) if kind is None else kind


def _fill_class(kind: type, state: tuple) -> None:
    home_, places, qualname, complete, inner = state
    module = shell(home_, places)
    at_home = _installed.get(module.__name__) is not module and _found(module, qualname) is kind
    if at_home or kind in _filled:  # in an earlier piece of this job
        return
    _filled.add(kind)
    complete(kind, inner)
    if "." not in qualname and _installed.get(module.__name__) is module:
        vars(module)[qualname] = kind


def _found(module: ModuleType | None, qualname: str) -> Any:
    value: Any = module
    for part in qualname.split("."):
        value = vars(value).get(part) if hasattr(value, "__dict__") else None
    return value


def _cell() -> Any:
    content = None

    def function() -> Any:
        return content

    [cell] = function.__closure__ or ()
    del cell.cell_contents
    return cell
