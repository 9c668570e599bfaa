"""Modules that have moved: a notebook, a script or a lesson of somebody's own that uses the old name goes on.

Of those that are gone, a sentence says what to use. Python asks this finder last, when nobody else knows the name, so
it costs nothing. Nothing in mrkit uses an old name.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

NOW = {
    "mrkit.jobs": "mrkit.examples",
    "mrkit.learn.engines": "mrkit.lessons.beyond.dask_and_spark",
    "mrkit.learn.exercises": "mrkit.learn.catalogue",
    "mrkit.learn.side_by_side": "mrkit.lessons.beyond.side_by_side",
    "mrkit.views.text": "mrkit.views.terminal",
    "mrkit.views.words": "mrkit.words",
}
_LESSON_13 = (
    "Its model of a cluster shared one network among all machines, which no cluster does; `mrkit.cluster` has a better "
    "one. In a copy of lesson 13: `mrkit lab --reset 13_beyond_one_machine` brings today's and keeps yours as a backup."
)
GONE = {"mrkit.learn.virtual": _LESSON_13, "mrkit.learn.virtual_chart": _LESSON_13}


class _Finder:
    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None):
        if name in GONE:
            raise ModuleNotFoundError(f"`{name}` is gone. {GONE[name]}", name=name)
        return ModuleSpec(name, self) if name in NOW else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(NOW[spec.name])
        self._own = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._own  # it has run under its new name, and keeps that


def follow() -> None:
    """From now on, an old name leads to the module that it is now."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())
