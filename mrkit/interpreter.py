"""Settings of the interpreter and of the standard library that go along with a job's functions.

A program that sets the precision of decimals or the recursion limit expects it of its functions wherever they run.
Only modules that are loaded are looked at: what nobody uses has no settings. And the garbage collector, where it has
to rest. It knows no job.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Callable, Iterator
from typing import Any

Settings = dict[str, Any]


def settings() -> Settings:
    """Those of this thread and process."""
    found: Settings = {}
    for name, (module, get, _) in _SETTINGS.items():
        loaded = sys.modules.get(module)
        if loaded is not None:
            with contextlib.suppress(Exception):  # one that this Python has not
                found[name] = get(loaded)
    return found


def apply(given: Settings) -> None:
    """Set them here; the modules that they belong to are loaded."""
    for name, value in given.items():
        module, _, put = _SETTINGS[name]
        with contextlib.suppress(Exception):  # a locale that is not here, say
            put(__import__(module), value)


@contextlib.contextmanager
def applied(given: Settings | None) -> Iterator[None]:
    """Those, for the block."""
    if not given:
        yield
        return
    before = settings()
    apply(given)
    try:
        yield
    finally:
        apply(before)


def _levels(logging: Any) -> dict[str, Any]:
    known = logging.root.manager.loggerDict.items()
    levels = {name: logger.level for name, logger in known if getattr(logger, "level", 0)}
    return {"disable": logging.root.manager.disable, "root": logging.root.level, "levels": levels}


def _set_levels(logging: Any, given: dict[str, Any]) -> None:
    logging.disable(given["disable"])
    logging.root.setLevel(given["root"])
    for name, level in given["levels"].items():
        logging.getLogger(name).setLevel(level)


def _filters(warnings: Any) -> list[tuple]:
    return [
        (action, getattr(message, "pattern", ""), category, getattr(module, "pattern", ""), line)
        for action, message, category, module, line in warnings.filters
    ]


def _set_filters(warnings: Any, given: list[tuple]) -> None:
    if _filters(warnings) != given:
        warnings.resetwarnings()
        for filter in reversed(given):
            warnings.filterwarnings(*filter)


_Get = Callable[[Any], Any]
_Put = Callable[[Any, Any], Any]

_SETTINGS: dict[str, tuple[str, _Get, _Put]] = {
    "recursion limit": ("sys", lambda sys: sys.getrecursionlimit(), lambda sys, n: sys.setrecursionlimit(n)),
    "digits of an int": ("sys", lambda sys: sys.get_int_max_str_digits(), lambda sys, n: sys.set_int_max_str_digits(n)),
    "decimal context": ("decimal", lambda d: d.getcontext().copy(), lambda d, context: d.setcontext(context.copy())),
    "csv field size": ("csv", lambda csv: csv.field_size_limit(), lambda csv, n: csv.field_size_limit(n)),
    "locale": ("locale", lambda loc: loc.setlocale(loc.LC_ALL), lambda loc, text: loc.setlocale(loc.LC_ALL, text)),
    "socket timeout": ("socket", lambda s: s.getdefaulttimeout(), lambda s, seconds: s.setdefaulttimeout(seconds)),
    "logging levels": ("logging", _levels, _set_levels),
    "warning filters": ("warnings", _filters, _set_filters),
    "numpy's errors": ("numpy", lambda np: np.geterr(), lambda np, kinds: np.seterr(**kinds)),
}


@contextlib.contextmanager
def collector_at_rest() -> Iterator[None]:
    """Where millions of objects are made and few are garbage: the collector would go through all of them, often."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()
