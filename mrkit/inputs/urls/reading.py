"""The bytes of one remote file, asked for as they are read: never more than a window, and only of what it was."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any, Protocol

from mrkit.errors import InputError
from mrkit.inputs.urls.failures import CHANGED, tried
from mrkit.inputs.urls.names import WEB, Remote, protocol_of, shown, version_of
from mrkit.inputs.urls.stores import in_loop, store_of

_WINDOW = 1 << 22  # bytes of one request, where a file is read by one request after another
_AFTER = 1 << 16  # bytes asked for after the end of a split, where its last line ends
_PIECE = 1 << 18  # most bytes taken at a time from a connection


class ByteSource(Protocol):
    """The bytes of one file, from wherever in it they are wanted."""

    def piece(self, start: int, stop: int | None) -> bytes:
        """Some bytes from `start` on, not many more than up to `stop`; none at the end of the file."""


@contextlib.contextmanager
def opened(url: str, end: int | None = None, size: int | None = None, version: str = "") -> Iterator[RemoteFile]:
    """Open a file for reading up to about `end`. If it is not what it was, of that size and version, it fails."""
    known = Remote(url, size, version)
    with store_of(protocol_of(url)) as store:
        if protocol_of(url) in WEB:
            with contextlib.closing(WebFile(store, url, known)) as file:
                yield RemoteFile(url, file, end)
        else:
            yield RemoteFile(url, tried(url, lambda: StoredFile(store, known)), end)


class RemoteFile:
    """The bytes of a remote file as a binary file to read; asks for no more than up to `end`, unless read on there."""

    def __init__(self, url: str, source: ByteSource, end: int | None):
        self._url, self._source, self._end = url, source, end
        self._window, self._start = b"", 0  # what was asked for last, and where it starts in the file
        self._at = 0

    def seekable(self) -> bool:
        """Whether `seek` works; bz2 and lzma ask."""
        return True

    def seek(self, offset: int) -> None:
        """Go to a byte, counted from the start of the file."""
        self._at = offset

    def read(self, size: int) -> bytes:
        """At least one byte and at most `size`; none at the end of the file."""
        if not self._start <= self._at < self._start + len(self._window):
            self._window = tried(self._url, lambda: self._source.piece(self._at, self._stop()))
            self._start = self._at
        first = self._at - self._start
        block = self._window[first : first + size]
        self._at += len(block)
        return block

    def _stop(self) -> int | None:
        """How far to ask: to the end of the split; beyond it a little, and then as much again as was too little."""
        if self._end is None or self._at < self._end:
            return self._end
        return self._at + max(_AFTER, self._at - self._end)


class StoredFile:
    """A file of a store, by one request after another."""

    def __init__(self, store: Any, known: Remote):
        self._file = store.open(known.url, "rb", cache_type="none")
        info = getattr(self._file, "details", None) or store.info(known.url)
        if info.get("type") == "directory":
            raise FileNotFoundError(known.url)
        _check_unchanged(known, info["size"], version_of(info))
        self._size, self._window = info["size"], _WINDOW

    def piece(self, start: int, stop: int | None) -> bytes:
        stop = min(self._size, start + self._window, self._size if stop is None else stop)
        try:
            self._file.seek(start)
            return self._file.read(max(stop - start, 0))
        except Exception:
            self._window = max(self._window // 4, _AFTER)  # where little comes through, ask for little
            raise


class WebFile:
    """A file of a web server, by one request for all that is wanted, whose answer is read as it comes.

    A server may answer with the whole file: then what lies before the wanted part is read and dropped.
    """

    def __init__(self, store: Any, url: str, known: Remote | None = None):
        self._store, self._url, self._known = store, url, known or Remote(url)
        self._answer: Any = None
        self._at = 0  # the byte of the file that comes next in the answer
        self._until: int | None = None  # where the answer ends, if it is a part
        self._size: int | None = None

    def look(self) -> Remote:
        """What the server says of the file when it is asked for the first byte."""
        with contextlib.closing(self):
            in_loop(self._store, self._ask, 0, 1)
            ranges = self._answer is None or self._until is not None
        return Remote(self._url, self._size, self._known.version, ranges)

    def close(self) -> None:
        """Let go of an answer that is not read to its end; from any thread."""
        self._store.loop.call_soon_threadsafe(self._drop)

    def piece(self, start: int, stop: int | None) -> bytes:
        return in_loop(self._store, self._piece, start, stop)

    async def _piece(self, start: int, stop: int | None) -> bytes:
        try:
            if self._answer is None or start != self._at or start == self._until:
                await self._ask(start, stop)
            block = await self._answer.content.read(_PIECE) if self._answer is not None else b""
        except BaseException:
            self._drop()
            raise
        self._at += len(block)
        if not block and self._at < (self._until or self._size or 0):
            self._drop()
            raise ConnectionResetError("the connection ended before the file did")
        return block

    async def _ask(self, start: int, stop: int | None) -> None:
        """Have an answer that goes on at `start`, or none if the file ends there."""
        self._drop()
        if self._size is not None and start >= self._size:
            return
        options = dict(self._store.kwargs)
        options["headers"] = {
            **options.get("headers", {}),
            "Range": f"bytes={start}-{'' if stop is None else stop - 1}",
            "Accept-Encoding": "identity",
        }
        session = await self._store.set_session()
        answer = self._answer = await session.get(self._store.encode_url(self._url), **options)
        if answer.status != 416:
            answer.raise_for_status()
        self._at, self._until, self._size = _extent(answer, start)
        self._check(answer)
        if answer.status == 416:  # the file ends here
            self._drop()
            return
        while self._at < start and (block := await answer.content.read(min(_PIECE, start - self._at))):
            self._at += len(block)

    def _check(self, answer: Any) -> None:
        coding = answer.headers.get("Content-Encoding", "identity")
        if coding not in ("", "identity"):
            raise InputError(
                f"{shown(self._url)!r} comes packed ({coding}), though plain bytes were asked for. "
                f"Fetch it, and give the job the file."
            )
        version = answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
        _check_unchanged(self._known, self._size, version)
        self._known = Remote(self._url, self._size, version)  # and so it must stay

    def _drop(self) -> None:
        if self._answer is not None:
            self._answer.close()
            self._answer = None


def _extent(answer: Any, start: int) -> tuple[int, int | None, int | None]:
    """Which part of the file an answer is: its first byte, its end if it is a part, and the size of the file."""
    if answer.status == 200:
        return 0, None, answer.content_length
    part = re.fullmatch(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)", answer.headers.get("Content-Range", ""))
    size = int(part[3]) if part and part[3] != "*" else None
    if answer.status == 416:  # there is no such byte
        return start, None, start if size is None else size
    if not part or not part[1] or int(part[1]) > start:
        url = shown(str(answer.url))
        raise InputError(f"The server of {url!r} sends another part than it is asked for. Fetch the file.")
    return int(part[1]), int(part[2]) + 1, size


def _check_unchanged(known: Remote, size: int | None, version: str) -> None:
    """Refuse a file that is no longer what it was when the job was planned."""
    if known.version and version and known.version != version:
        change = "it is another version"
    elif size is not None and size < (known.size or 0):
        change = "it has become shorter"
    else:
        return
    raise InputError(CHANGED.format(url=shown(known.url), change=change))
