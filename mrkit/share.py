"""Where the files that travel with mrkit are: the lessons, the handbook, and what README leads to.

They sit beside the package in a checkout and inside it in a wheel.
"""

from __future__ import annotations

from pathlib import Path


def folder(name: str) -> Path:
    """The folder `name` of this installation: "data", "notebooks", or "tests" with the benchmarks' page.

    >>> (folder("data") / "handbook").is_dir()
    True
    """
    package = Path(__file__).parent
    inside = package / "_share" / name
    return inside if inside.is_dir() else package.parent / name
