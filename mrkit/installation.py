"""Whether what mrkit needs is installed and new enough, said in a sentence that tells how to mend it.

Serves whoever cannot go on (an import that fails, the command line) and the doctor. It loads nothing but the list of
what is installed, and is only asked when something is wrong or somebody wants to know.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Iterator

from mrkit.errors import NotInstalled

TESTED = ("3.11", "3.12", "3.13", "3.14", "3.15")  # Pythons that the tests run on
AGAIN = "python -m pip install --upgrade --force-reinstall"


def faults(only: tuple[str, ...] = ()) -> Iterator[str]:
    """What is missing, too old or there twice: a sentence each; of some libraries `only` if they are named."""
    from importlib import metadata

    copies = sorted({(one.version, str(one.locate_file(""))) for one in metadata.distributions(name="mrkit")})
    if not only and len({version for version, _ in copies}) > 1:
        here = " and ".join(f"{version} in {place}" for version, place in copies)
        yield f"mrkit is installed twice: {here}. Remove both (python -m pip uninstall mrkit, twice) and install one."
    for name, least in needed():
        if only and name not in only:
            continue
        version = version_of(name)
        if version is None:
            yield f"{name} is not installed, and mrkit needs it: {AGAIN} '{name}>={least}'"
        elif _numbers(version) < _numbers(least):
            yield f"{name} {version} is too old; mrkit needs {least} or newer: {AGAIN} '{name}>={least}'"


def needed() -> list[tuple[str, str]]:
    """The libraries that mrkit cannot do without on this system, with the oldest version that will do.

    >>> "cloudpickle" in dict(needed())
    True
    """
    from importlib import metadata

    try:
        lines = metadata.requires("mrkit") or []
    except metadata.PackageNotFoundError:  # a checkout on the path: nobody knows
        return []
    found = (re.fullmatch(r"([\w.-]+)>=([\w.]+)\s*(?:;\s*(.*))?", line) for line in lines)
    return [(need[1], need[2]) for need in found if need and _holds(need[3] or "")]


def explained(what: str, error: BaseException) -> str:
    """Why `what` cannot be used: what is wrong with the installation, or else what Python says."""
    library = getattr(error, "name", None)
    said = " ".join(str(error).split()) or type(error).__name__
    for fault in faults():
        return f"{what} cannot be used: {fault}"
    if isinstance(error, ImportError) and library and not version_of(library.partition(".")[0]):
        return f"{what} cannot be used: {said}. To mend it: {AGAIN} mrkit"
    return f"{what} cannot be used, because something that it needs is broken ({said}). To mend it: {AGAIN} mrkit"


@functools.cache
def check(what: str, *libraries: str) -> None:
    """Raise `NotInstalled` if one of these libraries is too old for `what`; one that is missing says so itself."""
    for fault in faults(libraries):
        if "too old" in fault:
            raise NotInstalled(f"{what} cannot be used: {fault}")


def version_of(package: str) -> str | None:
    """The version of a package that is installed."""
    from importlib import metadata  # slow to load

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def address_of_site() -> str | None:
    """The address of mrkit's web site, if it has one: what pyproject.toml calls "Site" among its urls."""
    from importlib import metadata

    try:
        urls = metadata.metadata("mrkit").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return None
    return dict(url.split(", ", 1) for url in urls).get("Site")


def _holds(marker: str) -> bool:
    """Whether a requirement counts here; those of extras do not."""
    not_in_a_browser = re.search("!= ['\"]emscripten", marker)
    return "extra" not in marker and not (sys.platform == "emscripten" and not_in_a_browser)


def _numbers(version: str) -> tuple[int, ...]:
    """A version as numbers, as far as it has some.

    >>> _numbers("3.1.0rc1") < _numbers("3.10") == _numbers("3.10")
    True
    """
    return tuple(map(int, re.findall(r"\d+", re.split(r"[a-z+]", version)[0])))
