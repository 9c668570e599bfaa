"""What of a notebook counts when it is handed in: its lesson, its code cells, and the diary that its student put in.

A notebook may hold anything, and be damaged in any way: what comes out of here is plain, small and of known form.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from mrkit.classroom.assignment import code_cells, lesson_of

LARGEST = 100_000_000  # bytes of one notebook
TOO_LARGE = f"it is larger than {LARGEST // 1_000_000} MB. Clear its outputs and hand it in again."
DIARY = "application/vnd.mrkit.progress+json"


@dataclass(frozen=True)
class Book:
    """A notebook as it counts; `problem` says why it could not be read."""

    lesson: str | None = None
    cells: tuple[str, ...] = ()
    diary: dict[str, dict[str, Any]] = field(default_factory=dict)
    version: str = ""
    problem: str = ""


def read(data: bytes) -> Book:
    """The book in the bytes of a file.

    >>> read(b"{").problem
    'it is not a notebook, or damaged.'
    """
    if len(data) > LARGEST:
        return Book(problem=TOO_LARGE)
    try:
        notebook = json.loads(data)
        cells = [cell for cell in notebook["cells"] if isinstance(cell, dict)]
        notebook["cells"] = cells
        made = notebook.get("metadata", {}).get("mrkit", {}).get("version", "")
        return Book(lesson_of(notebook), tuple(code_cells(notebook)), _diary(cells), str(made))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Book(problem="it is not a notebook, or damaged.")


def _diary(cells: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """By exercise: attempts, hints, votes and findings, as `hand_in` wrote them; the last one counts."""
    known: dict[str, dict[str, Any]] = {}
    lists = (cell.get("outputs") for cell in cells)
    for output in (output for outputs in lists if isinstance(outputs, list) for output in outputs):
        data = output.get("data", {}).get(DIARY) if isinstance(output, dict) else None
        for id, entry in (data or {}).get("questions", {}).items() if isinstance(data, dict) else ():
            known[str(id)] = _entry(entry)
    return known


def _entry(entry: Any) -> dict[str, Any]:
    entry = entry if isinstance(entry, dict) else {}
    numbers = {name: max(0, entry[name]) for name in ("attempts", "hints") if isinstance(entry.get(name), int)}
    lists = {name: [str(one)[:40] for one in entry.get(name) or ()][:50] for name in ("votes", "findings")}
    return {"attempts": 0, "hints": 0, **numbers, **lists, "passed": entry.get("passed") is True}
