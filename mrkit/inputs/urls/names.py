"""What a URL says, and what a store says of the file that it names. It asks nobody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.request import url2pathname

from mrkit.errors import BadArgument, without_password

WEB = ("http", "https")
S3 = ("s3", "s3a")


@dataclass(frozen=True)
class Remote:
    """A file in a remote store, as the store told of it when it was asked."""

    url: str
    size: int | None = None  # bytes; None if the store does not say
    version: str = ""  # its ETag, or when it was changed: another one means other bytes
    ranges: bool = True  # whether the store gives a part when asked for a part

    def __repr__(self) -> str:
        return f"<remote file: {shown(self.url)}>"


def local_path(url: str) -> str | None:
    """The path that a `file://` URL means; None for other URLs.

    >>> local_path("file:///data/two%20words.txt"), local_path("s3://bucket/a.txt")
    ('/data/two words.txt', None)
    """
    if protocol_of(url) != "file":
        return None
    host, slash, path = url[len("file://") :].partition("/")
    if host not in ("", "localhost") or not slash:
        raise BadArgument(f"{url!r} is not a file on this machine. Write three slashes, as in 'file:///data/a.txt'.")
    return url2pathname(slash + path)


def shown(url: str) -> str:
    """The URL without what may be secret: a password, or the signature in a query.

    >>> shown("https://me:secret@example.org/a.txt?signature=1")
    'https://example.org/a.txt'
    >>> shown("zip://a.txt::sftp://me:secret@example.org/a.zip")
    'zip://a.txt::sftp://example.org/a.zip'
    """
    bare = without_password(url)
    if protocol_of(url) not in WEB:
        return bare
    return re.sub("://[^/]*@", "://", re.split("[?#]", bare, maxsplit=1)[0])


def protocol_of(url: str) -> str:
    """What stands before `://`."""
    return url.partition("://")[0].lower()


def version_of(info: dict[str, Any]) -> str:
    """The version of a file, by what its store says of it."""
    return str(info.get("ETag") or info.get("etag") or "")
