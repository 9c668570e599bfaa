"""Files by URL: which there are in a remote store, and the bytes of one, asked for as they are read.

It knows fsspec, which knows the stores (`s3://`, `https://`, ...), and what their failures mean. It serves `inputs`:
the parent asks for names and sizes, each worker asks for the bytes of its own split. It must never load fsspec
before a URL is used, never hold more of a file than a window, and never leave a thread, an event loop or a
connection behind: fsspec's own ones stay for ever, and a forked worker would wait for them for ever.

A failure that may pass (a connection cut, a timeout, 429 or 5xx) is tried again after growing pauses, from the byte
where it stopped. Any other failure, and one that does not pass, becomes an `InputError` of one sentence and what to do.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit
from urllib.request import url2pathname

from mrkit.errors import BadArgument, InputError, MrkitError

__all__ = ["Remote", "RemoteFile", "listed", "local_path", "opened", "shown"]

_WINDOW = 1 << 22  # bytes of one request, where a file is read by one request after another
_AFTER = 1 << 16  # bytes asked for after the end of a split, where its last line ends
_PIECE = 1 << 18  # most bytes taken at a time from a connection
_PAUSES = (0.2, 0.6, 1.8, 5.4)  # seconds before the second, third, ... try
_AT_A_TIME = 8  # names that are looked up at a time

_WEB = ("http", "https")
_S3 = ("s3", "s3a")

_PASSING_STATUS = {408, 425, 429, *range(500, 600)} - {501, 505}
# By name, because which of these libraries are there depends on the URL.
_CREDENTIALS = {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "ProfileNotFound"}
_CREDENTIALS |= {"TokenRetrievalError", "UnauthorizedSSOTokenError", "NoAuthTokenError"}
_UNREACHABLE = {"ClientConnectorError", "EndpointConnectionError", "SSLError", "gaierror", "ConnectionRefusedError"}
_PASSING = {"ConnectionError", "TimeoutError", "HTTPClientError", "ClientConnectionError", "ClientPayloadError"}
_PASSING |= {"ConnectTimeoutError", "IncompleteRead", "ResponseParserError"}

T = TypeVar("T")


@dataclass(frozen=True)
class Remote:
    """A file in a remote store, as the store told of it when it was asked."""

    url: str
    size: int | None = None  # bytes; None if the store does not say
    version: str = ""  # its ETag, or when it was changed: another one means other bytes
    ranges: bool = True  # whether the store gives a part when asked for a part


class Source(Protocol):
    """The bytes of one file, from wherever in it they are wanted."""

    def piece(self, start: int, stop: int | None) -> bytes:
        """Some bytes from `start` on, not many more than up to `stop`; none at the end of the file."""


def local_path(url: str) -> str | None:
    """The path that a `file://` URL means; None for other URLs.

    >>> local_path("file:///data/two%20words.txt"), local_path("s3://bucket/a.txt")
    ('/data/two words.txt', None)
    """
    if _protocol(url) != "file":
        return None
    host, slash, path = url[len("file://") :].partition("/")
    if host not in ("", "localhost") or not slash:
        raise BadArgument(f"{url!r} is not a file on this machine. Write three slashes, as in 'file:///data/a.txt'.")
    return url2pathname(slash + path)


def shown(url: str) -> str:
    """The URL without what may be secret: a password, or the signature in a query.

    >>> shown("https://me:secret@example.org/a.txt?signature=1")
    'https://example.org/a.txt'
    """
    if _protocol(url) not in _WEB:
        return url
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


# ------------------------------------------------------------------------------ which files there are


def listed(urls: Iterable[str]) -> dict[str, list[Remote]]:
    """The files that each URL means, at least one: itself, those below it, or those that match it.

    Stores are asked for names and sizes only, and web servers for the first byte, because only the answer to that
    tells whether they give parts of a file. Hidden files, whose names begin with a dot, are left out as on a disk.
    """
    found: dict[str, list[Remote]] = {}
    names = list(dict.fromkeys(urls))
    for protocol in dict.fromkeys(map(_protocol, names)):
        same = [name for name in names if _protocol(name) == protocol]
        look = _web_files if protocol in _WEB else _files
        with ThreadPoolExecutor(min(_AT_A_TIME, len(same))) as pool, _store(protocol) as store:
            for name, files in zip(same, pool.map(functools.partial(look, store), same), strict=True):
                found[name] = sorted(files, key=lambda file: file.url.split("/"))
    return found


def _files(store: Any, url: str) -> list[Remote]:
    """Those of a store that has files and folders."""
    pattern = _root(store._strip_protocol(url), "[*?[]")

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
            return [Remote(url, info["size"], _version(info))]
        below = len(store._strip_protocol(url))
        rows = [row for name, row in store.find(url, detail=True).items() if "/." not in name[below:]]
        return [_remote(store, row) for row in rows if _is_file(row)]

    return _some(_tried(url, look), url)


def _web_files(store: Any, url: str) -> list[Remote]:
    """Those of a web server, which has only pages: an asterisk matches the links of one."""
    pattern = _root(url, "[*[]")

    def look() -> list[Remote]:
        try:
            return [_Web(store, url).look()]
        except Exception as error:
            if not pattern or _status(error) not in (400, 403, 404):
                raise
        rows = list(_matching(store, *pattern))
        return [_tried(row["name"], _Web(store, row["name"]).look) for row in rows]

    return _some(_tried(url, look), url)


def _root(name: str, magic: str) -> tuple[str, list[str]] | tuple[()]:
    """The folder before the first part that is a pattern, and the parts from there on; nothing if none is."""
    parts = name.split("/")
    first = next((index for index, part in enumerate(parts) if re.search(magic, part)), None)
    if first is None:
        return ()
    if not first or parts[first - 1] == "":
        raise InputError(f"{name!r} has a pattern where its bucket or its host should be. Write that in full.")
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
    return Remote(store.unstrip_protocol(row["name"]), row["size"], _version(row))


def _version(info: dict[str, Any]) -> str:
    return str(info.get("ETag") or info.get("etag") or "")


def _some(found: list[Remote], url: str) -> list[Remote]:
    if not found:
        raise InputError(f"There is no file that matches {shown(url)!r} or lies below it. Check the spelling.")
    return found


# ------------------------------------------------------------------------------ the bytes of one


@contextlib.contextmanager
def opened(url: str, end: int | None = None, size: int | None = None, version: str = "") -> Iterator[RemoteFile]:
    """Open a file for reading up to about `end`. If it is not what it was, of that size and version, it fails."""
    known = Remote(url, size, version)
    with _store(_protocol(url)) as store:
        if _protocol(url) in _WEB:
            yield RemoteFile(url, _Web(store, url, known), end)
        else:
            yield RemoteFile(url, _tried(url, lambda: _Object(store, known)), end)


class RemoteFile:
    """The bytes of a remote file as a binary file to read; asks for no more than up to `end`, unless read on there."""

    def __init__(self, url: str, source: Source, end: int | None):
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
            self._window = _tried(self._url, lambda: self._source.piece(self._at, self._stop()))
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


class _Object:
    """A file of a store, by one request after another."""

    def __init__(self, store: Any, known: Remote):
        self._file = store.open(known.url, "rb", cache_type="none")
        info = getattr(self._file, "details", None) or store.info(known.url)
        if info.get("type") == "directory":
            raise FileNotFoundError(known.url)
        _check(known, info["size"], _version(info))
        self._size, self._window = info["size"], _WINDOW

    def piece(self, start: int, stop: int | None) -> bytes:
        stop = min(self._size, start + self._window, self._size if stop is None else stop)
        try:
            self._file.seek(start)
            return self._file.read(max(stop - start, 0))
        except Exception:
            self._window = max(self._window // 4, _AFTER)  # where little comes through, ask for little
            raise


class _Web:
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
        return _sync(self._store, self._look)

    async def _look(self) -> Remote:
        await self._ask(0, 1)
        ranges = self._answer is None or self._until is not None
        self._drop()
        return Remote(self._url, self._size, self._known.version, ranges)

    def piece(self, start: int, stop: int | None) -> bytes:
        return _sync(self._store, self._piece, start, stop)

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
        _check(self._known, self._size, version)
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


def _check(known: Remote, size: int | None, version: str) -> None:
    """Refuse a file that is no longer what it was when the job was planned."""
    if known.version and version and known.version != version:
        change = "it is another version"
    elif size is not None and size < (known.size or 0):
        change = "it has become shorter"
    else:
        return
    raise InputError(_CHANGED.format(url=shown(known.url), change=change))


_CHANGED = "{url!r} has changed since the job was planned: {change}. Run the job again when nothing writes to it."


# ------------------------------------------------------------------------------ the stores


@contextlib.contextmanager
def _store(protocol: str) -> Iterator[Any]:
    """A file system of fsspec with an event loop of its own in a thread of its own, until the block ends."""
    kind = _kind(protocol)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=_serve, args=(loop,), name="mrkit-url", daemon=True)
    thread.start()
    store = None
    try:
        store = kind(skip_instance_cache=True, **_options(protocol), **({"loop": loop} if kind.async_impl else {}))
        _one_try(store, protocol)
        yield store
    finally:
        asyncio.run_coroutine_threadsafe(_close(store), loop)
        if thread is not threading.current_thread():  # an abandoned reader may be collected anywhere
            thread.join()


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()


async def _close(store: Any) -> None:
    try:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for name in ("_s3creator", "_session"):  # fsspec closes them only when they are collected
            client = getattr(store, name, None)
            if client is not None:
                await client.__aexit__(None, None, None)
    finally:
        asyncio.get_running_loop().stop()


def _kind(protocol: str) -> Any:
    """The class of fsspec for a protocol."""
    try:
        import fsspec

        return fsspec.get_filesystem_class(protocol)
    except ImportError as error:
        what = "Run: pip install 'mrkit[url]'" if protocol in (*_WEB, *_S3) or "fsspec" in str(error) else "Install it"
        raise InputError(f"Reading {protocol}:// URLs needs a package that is not here ({error}). {what}.") from None
    except ValueError:
        raise InputError(
            f"{protocol}:// is no kind of URL that fsspec can read. Use one such as s3://, https:// or file://."
        ) from None


def _options(protocol: str) -> dict[str, Any]:
    from fsspec.config import set_conf_env

    now: dict[str, Any] = {}
    set_conf_env(now)  # such as FSSPEC_S3_ANON, which fsspec itself has read when it was imported
    options = now.get(protocol, {})
    if protocol in _S3:
        from aiobotocore.session import AioSession

        session = options["session"] = AioSession()
        session.register_component("data_loader", _amazon_models(AioSession))  # most of the time that a client takes
    return options


@functools.cache
def _amazon_models(session: Any) -> Any:
    """What botocore has read of its description of S3; no credentials and no connections."""
    return session().get_component("data_loader")


def _one_try(store: Any, protocol: str) -> None:
    """Let a library fail at once, because we are those who try again; and let it use the machine's proxy."""
    if protocol in _S3:
        store.retries = 1
        store.config_kwargs = {"retries": {"total_max_attempts": 1}, **store.config_kwargs}
    elif protocol in _WEB:
        from aiohttp import ClientTimeout

        timeout = ClientTimeout(total=None, sock_connect=10, sock_read=15)
        store.client_kwargs = {"timeout": timeout, "trust_env": True, **store.client_kwargs}


def _sync(store: Any, function: Callable, *arguments: Any) -> Any:
    from fsspec.asyn import sync

    return sync(store.loop, function, *arguments)


def _protocol(url: str) -> str:
    return url.partition("://")[0].lower()


# ------------------------------------------------------------------------------ failures


def _tried(url: str, act: Callable[[], T]) -> T:
    """What `act` gives, tried again while it fails in a way that may pass."""
    for pause in (*_PAUSES, None):
        try:
            return act()
        except MrkitError:
            raise
        except Exception as error:
            if pause is None or not _may_pass(error):
                raise InputError(_sentence(url, error)) from error
        time.sleep(pause)
    raise AssertionError


def _may_pass(error: BaseException) -> bool:
    status, names = _status(error), _names(error)
    if status is not None:
        return status in _PASSING_STATUS
    return bool(names & _PASSING) and not (names & _UNREACHABLE and "TimeoutError" not in names)


def _sentence(url: str, error: Exception) -> str:
    status, names, url = _status(error), _names(error), shown(url)
    reason = _reason(error, status)
    if status in (404, 410) or "FileNotFoundError" in names:
        return f"There is no {url!r}. Check the spelling, and that nobody has removed it."
    if status == 412 or "FileExpired" in names:
        return _CHANGED.format(url=url, change="it is another version")
    if status in (401, 403, 407) or names & (_CREDENTIALS | {"PermissionError"}):
        return f"You may not read {url!r}: {reason}. {_credentials_advice(url)}"
    if _may_pass(error):
        return f"Cannot read {url!r}, tried {len(_PAUSES) + 1} times: {reason}. Try again when the network is well."
    if names & _UNREACHABLE:
        setting = ", AWS_ENDPOINT_URL" if _protocol(url) in _S3 else ""
        return f"Cannot reach {url!r}: {reason}. Check the address{setting} and whether this machine is online."
    return f"Cannot read {url!r}: {reason}. Check the URL and the settings of its store."


def _credentials_advice(url: str) -> str:
    if _protocol(url) not in _S3:
        return "Check the address, and what its server wants to let you in."
    return (
        "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, here and where the workers run; "
        "if it is public, set FSSPEC_S3_ANON=true."
    )


def _reason(error: BaseException, status: int | None) -> str:
    text = getattr(error, "message", None) or getattr(error, "strerror", None) or str(error) or type(error).__name__
    text = " ".join(str(text).split()).rstrip(".")[:200]
    return f"the server says {status} {text}" if status is not None else text


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _names(error: BaseException) -> set[str]:
    """The names of the classes that an error and its causes belong to."""
    return {kind.__name__ for cause in _chain(error) for kind in type(cause).__mro__}


def _status(error: BaseException) -> int | None:
    """The HTTP status in an error or its causes."""
    for cause in _chain(error):
        status = getattr(cause, "status", None)
        response = getattr(cause, "response", None)
        if isinstance(response, dict):
            status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if isinstance(status, int) and status:
            return status
    return None
