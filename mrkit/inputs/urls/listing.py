"""Which files a URL means: one, those below a folder, those that match a pattern. It reads none of them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from typing import Any

from mrkit.errors import InputError
from mrkit.inputs.urls.failures import status_of, tried
from mrkit.inputs.urls.names import WEB, Remote, protocol_of, shown, version_of
from mrkit.inputs.urls.reading import WebFile
from mrkit.inputs.urls.stores import store_of

_AT_A_TIME = 8  # names that are looked up at a time


def listed(urls: Iterable[str]) -> dict[str, list[Remote]]:
    """The files that each URL means, at least one: itself, those below it, or those that match it.

    Stores are asked for names and sizes only, and web servers for the first byte, because only the answer to that
    tells whether they give parts of a file. Hidden files, whose names begin with a dot, are left out as on a disk.
    """
    found: dict[str, list[Remote]] = {}
    names = list(dict.fromkeys(urls))
    for protocol in dict.fromkeys(map(protocol_of, names)):
        same = [name for name in names if protocol_of(name) == protocol]
        look = _web_files if protocol in WEB else _files
        with ThreadPoolExecutor(min(_AT_A_TIME, len(same))) as pool, store_of(protocol) as store:
            for name, files in zip(same, pool.map(functools.partial(look, store), same), strict=True):
                found[name] = sorted(files, key=lambda file: file.url.split("/"))
    return found


def _files(store: Any, url: str) -> list[Remote]:
    """Those of a store that has files and folders."""
    from fsspec.core import strip_protocol

    path = tried(url, lambda: strip_protocol(url))
    pattern = _root(path, "[*?[]")

    def look() -> list[Remote]:
        info = None
        try:
            info = store.info(url)
        except (FileNotFoundError, PermissionError):
            if not pattern:
                raise
        if info is None:
            return [_remote(store, row) for row in _matching(store, *pattern)]
        if info["type"] != "directory":
            return [Remote(url, info["size"], version_of(info))]
        rows = [row for name, row in store.find(url, detail=True).items() if "/." not in name[len(path) :]]
        return [_remote(store, row) for row in rows if _is_file(row)]

    return _some(tried(url, look), url)


def _web_files(store: Any, url: str) -> list[Remote]:
    """Those of a web server, which has only pages: an asterisk matches the links of one."""
    pattern = _root(url, "[*[]")

    def look() -> list[Remote]:
        try:
            return [WebFile(store, url).look()]
        except Exception as error:
            if not pattern or status_of(error) not in (400, 403, 404):
                raise
        rows = list(_matching(store, *pattern))
        return [tried(row["name"], WebFile(store, row["name"]).look) for row in rows]

    return _some(tried(url, look), url)


def _root(name: str, magic: str) -> tuple[str, list[str]] | tuple[()]:
    """The folder before the first part that is a pattern, and the parts from there on; nothing if none is."""
    parts = name.split("/")
    first = next((index for index, part in enumerate(parts) if re.search(magic, part)), None)
    if first is None:
        return ()
    if not first or parts[first - 1] == "":
        raise InputError(f"{shown(name)!r} has a pattern where its bucket or its host should be. Write that in full.")
    return "/".join(parts[:first]), parts[first:]


def _matching(store: Any, folder: str, parts: list[str]) -> Iterator[dict[str, Any]]:
    """The files that a pattern matches. Not by fsspec's own glob: that leaves out what it fails to list."""
    part, *rest = parts
    if part == "**":
        yield from _matching(store, folder, rest or ["*"])
    for row in store.ls(folder, detail=True):
        name = row["name"].rstrip("/").rpartition("/")[2]
        if name.startswith(".") > part.startswith("."):
            continue
        if row["type"] == "directory" and part == "**":
            yield from _matching(store, row["name"].rstrip("/"), parts)
        elif fnmatchcase(name, part) and part != "**":
            if rest and row["type"] == "directory":
                yield from _matching(store, row["name"].rstrip("/"), rest)
            elif not rest and _is_file(row):
                yield row


def _is_file(row: dict[str, Any]) -> bool:
    return row["type"] != "directory" and not row["name"].endswith("/")  # some stores keep folders as empty objects


def _remote(store: Any, row: dict[str, Any]) -> Remote:
    return Remote(store.unstrip_protocol(row["name"]), row["size"], version_of(row))


def _some(found: list[Remote], url: str) -> list[Remote]:
    if not found:
        raise InputError(f"There is no file that matches {shown(url)!r} or lies below it. Check the spelling.")
    return found
