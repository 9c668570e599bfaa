r"""Text files as splits: where a job's lines come from.

It knows how to find files, how to cut them into ranges of bytes, and how to read exactly the lines that
belong to one range; of files by URL, `urls` knows where they are and how their bytes come. It serves whoever
has more text than memory: the parent process only plans, from the names and sizes of the files, and each
worker opens the file by itself and reads its own lines.

It must never read more of a file than its two ends in order to plan, never hold more of a file than a
block (or one line, if a line is longer), and never lose or repeat a line, wherever a range happens to begin.

The rule that makes this work is Hadoop's: a line belongs to the split in which its first byte lies. So
both ends of a split move forward to the next byte after a "\n", and where one split ends the next begins. A
lone "\r" ends a line too, but is no place to cut: if errors="ignore" drops what is between it and a "\n", the
two become one line end. So a file with no "\n" in it is read whole, by its first split.
"""

from __future__ import annotations

import codecs
import contextlib
import importlib
import io
import os
import re
import stat
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import glob
from itertools import chain
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any

from mrkit.errors import BadArgument, InputError, short, without_password

if TYPE_CHECKING:
    from mrkit.inputs.urls import Remote

__all__ = ["TextLines", "TextSplit", "expand", "parse_size", "text_lines"]

_BLOCK = 1 << 16  # bytes read and decoded at a time; the fastest of those measured
_SCAN = 1 << 13  # bytes read at a time in search of a line end
_END = 512  # bytes at either end of a file by which it is known again
MOST_SPLITS = 1_000_000  # each is a map task

_ARCHIVES = {".gz": "gzip", ".bz2": "bz2", ".xz": "lzma"}  # suffix: the module that opens it

# Encodings in which the byte 0A is always a line end, and every line can be decoded by itself.
# Any other file is one split: in UTF-16 the byte 0A may be half of a character, and others have a state.
_LINE_BY_LINE = re.compile(
    r"ascii|utf-8(-sig)?|iso8859-\d+|cp125\d|cp437|cp850|koi8-[rtu]|mac-roman|tis-620"
    r"|gb2312|gbk|gb18030|big5|cp950|euc_jp|shift_jis|cp932|euc_kr|cp949"
)

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")  # of two letters at least: C:// is a drive

_UNITS = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"), (1, "B"))

Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


def text_lines(
    paths: Paths, split_size: int | str = "16MB", *, encoding: str = "utf-8", errors: str = "strict"
) -> TextLines:
    r"""The lines of text files, as the input of a job; nothing is read yet.

    `paths` is a path, a glob, a directory or a URL, or several of them: see `expand`. `split_size` is the length
    of a split in bytes, or a text such as "16MB": see `parse_size`. Each split becomes one map task. `encoding`
    and `errors` mean what they mean to `open`; a byte order mark, with which some Windows programs begin their files,
    is no part of the first line. What says by its first bytes that it is no such text (an archive, a document,
    UTF-16) raises `InputError`.

    A record is a line without its line end, which may be "\n", "\r\n" or "\r", as for `open`. Files that end
    in .gz, .bz2 or .xz are decompressed while they are read. These, and files in encodings such as UTF-16,
    cannot be cut: each is one split. So is a file by URL whose store gives no size, or only whole files.

    A missing path raises `InputError` here. What goes wrong later (a file that has vanished, a broken
    archive, a byte that is not in the encoding) raises `InputError` where the line would have come. A read by
    URL that fails in passing is tried again; a file by URL that is not what it was when the job was planned
    raises `InputError`, too.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "song.txt").write_bytes(b"row row\nrow your boat\ngently")
    ...     lines = text_lines(folder, split_size=10)
    ...     for split in lines.splits():
    ...         print(split, list(split))
    song.txt[0-10 B] ['row row', 'row your boat']
    song.txt[10-20 B] []
    song.txt[20-28 B] ['gently']
    """
    _check_codec(encoding, errors)
    # Absolute, so that a worker finds the file whatever its own folder is; never normalised, because
    # "link/../file" is not "file".
    here = _current_folder()
    files = tuple(os.path.join(here, file) if isinstance(file, str) else file for file in _found(paths))
    return TextLines(files, parse_size(split_size), encoding, errors)


@dataclass(frozen=True, repr=False)
class TextLines:
    """Text files and how to cut them; `text_lines` makes one, a job takes one as its inputs.

    `files` are the absolute paths, in order; a file by URL is there as what its store said of it, a
    `urls.Remote`. Iterating gives every line of every file, in this process:

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "song.txt").write_text("row row")
    ...     lines = text_lines(folder)
    ...     print(lines, list(lines))
    <text_lines: 1 file (song.txt), splits of 16 MB> ['row row']
    """

    files: tuple[str | Remote, ...]
    split_size: int
    encoding: str = "utf-8"
    errors: str = "strict"

    def splits(self) -> Iterator[TextSplit]:
        """The splits, file by file; every file has at least one, even an empty file."""
        number = 0
        for file in self.files:
            path, size, whole, version = _described(file)
            options = self.encoding, self.errors, size
            if size is None or size <= self.split_size or whole or not _can_be_cut(path, self.encoding):
                number += 1
                yield TextSplit(path, 0, None, *options, version)
            else:
                number += -(-size // self.split_size)
                _check_number(number, path, size)
                version = _ends(path, size) if isinstance(file, str) else version
                for start in range(0, size, self.split_size):
                    yield TextSplit(path, start, min(start + self.split_size, size), *options, version)

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self.splits())

    def __repr__(self) -> str:
        names = [_short_name(_name(file)) for file in self.files[:3]] + ["..."] * (len(self.files) > 3)
        count = "1 file" if len(self.files) == 1 else f"{len(self.files)} files"
        factor, unit = _unit(self.split_size)
        return f"<text_lines: {count} ({', '.join(names)}), splits of {self.split_size / factor:g} {unit}>"


@dataclass(frozen=True)
class TextSplit:
    r"""The lines of one text file that begin at `start` or later, and before `end`.

    The offsets are in bytes; an `end` of None is the end of the file, whatever its size. A split is a small
    description, made to be pickled. Iterating over it opens the file and reads the lines, every time anew:

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "song.txt")
    ...     _ = file.write_bytes(b"row row\nrow your boat\ngently")
    ...     list(TextSplit(str(file), start=1, end=9))
    ['row your boat']

    Its `str` is a short name for people, such as `pool.rst` or `big.log[16.0-32.0 MB]`.
    """

    path: str
    start: int = 0
    end: int | None = None
    encoding: str = "utf-8"
    errors: str = "strict"
    file_size: int | None = None  # as it was when the job was planned
    version: str = ""  # likewise: of a file by URL, or of a local one that is cut

    @property
    def size(self) -> int | None:
        """Bytes to read, compressed ones for an archive; None when nobody has looked."""
        return self.file_size if self.end is None else self.end - self.start

    def __repr__(self) -> str:
        return f"<split: {self}>"

    def __str__(self) -> str:
        name = _short_name(self.path)
        if self.end is None:
            return name
        factor, unit = _unit(self.end - self.start)
        digits = 0 if unit == "B" else 1
        return f"{name}[{self.start / factor:.{digits}f}-{self.end / factor:.{digits}f} {unit}]"

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self.blocks())

    def blocks(self) -> Iterator[list[str]]:
        """The lines, as many at a time as were read and decoded at once, so that no line costs a step of Python."""
        encoding = codecs.lookup(self.encoding).name
        if encoding == "utf-8-sig" and self.start:
            encoding = "utf-8"  # only the start of a file can be a byte order mark
        if encoding == "utf-8" and not self.start:
            encoding = "utf-8-sig"  # a mark is no part of the first word
        decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(self.errors), translate=True)
        unfinished: list[str] = []  # pieces of a line whose end has yet to come
        finished = 0
        for offset, block in self._blocks():
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeError as error:
                raise self._undecodable(error, offset + len(block), finished) from None
            lines = text.split("\n")
            unfinished.append(lines[0])
            if len(lines) > 1:
                lines[0] = "".join(unfinished)
                unfinished = [lines.pop()]
                finished += len(lines)
                yield lines
        last = "".join(unfinished)
        if last:
            yield [last]

    def _blocks(self) -> Iterator[tuple[int, bytes]]:
        """The bytes of the split's lines as (offset, block), and an empty block at the end."""
        try:
            with self._opened() as file:
                end = sys.maxsize if self.end is None else self.end
                if not self.start or not _URL.match(self.path):
                    file.seek(0)
                    head = file.read(_HEAD)
                    _check_text(self.path, head, self.encoding)
                    if not head:
                        yield 0, b""
                        return
                offset = _next_line(file, self.start, end)
                file.seek(offset)
                block = b"\n"
                while offset < end and (block := file.read(min(_BLOCK, end - offset))):
                    yield offset, block
                    offset += len(block)
                # The last line may end in another split.
                while block and not block.endswith(b"\n") and (block := file.read(_SCAN)):
                    block = block[: block.find(b"\n") + 1 or None]
                    yield offset, block
                    offset += len(block)
                yield offset, b""
        except InputError:
            raise
        except Exception as error:  # OSError, EOFError, zlib.error, LZMAError: they share no other base
            raise _unreadable(self.path, error) from error

    @contextlib.contextmanager
    def _opened(self) -> Iterator[Any]:
        """The file's bytes, decompressed, if it is still what it was when the job was planned."""
        if not _URL.match(self.path):
            with _open(self.path) as file:
                self._check_unchanged(file)
                yield file
                self._check_unchanged(file)
            return
        from mrkit.inputs import urls

        with urls.opened(self.path, self.end, self.file_size, self.version) as remote:
            archive = _ARCHIVES.get(_suffix(self.path))
            with importlib.import_module(archive).open(remote) if archive else contextlib.nullcontext(remote) as file:
                yield file

    def _check_unchanged(self, file: IO[bytes]) -> None:
        """It may have grown at its end, and be another copy on another machine."""
        found = os.fstat(file.fileno())
        if found.st_size < (self.file_size or 0):
            raise OSError("it has become shorter since the job was planned")
        time, _, ends = self.version.partition(" ")
        if ends and time != str(found.st_mtime_ns) and ends != _checksum(file, self.file_size or 0):
            raise OSError("it is no longer what it was when the job was planned")

    def _undecodable(self, error: UnicodeError, read: int, finished: int) -> InputError:
        """The error after `read` bytes of the file, of which `finished` lines had come out."""
        where = str(error)
        if isinstance(error, UnicodeDecodeError):
            # The decoder's bytes end where the block ends, and may begin with some it had kept from before.
            offset = read - len(error.object) + error.start
            where = f"byte 0x{error.object[error.start]:02x} at offset {offset}"
            if not self.start:
                line = finished + len((error.object[: error.start] + b".").splitlines())
                where += f", about line {line}"
            where += f": {error.reason}"
        damage = ", unless the archive is damaged" if _suffix(self.path) in _ARCHIVES else ""
        return InputError(
            f"{_shown(self.path)!r} is not {self.encoding} text ({where}). Name the encoding it has, such as "
            f"encoding='cp1252', or read on with errors='replace'{damage}."
        )


def expand(paths: Paths) -> list[str]:
    """The names of the files that `paths` means: for jobs whose input is a whole file.

    `paths` is one path, glob or directory, or several. A directory means all files in it and below, but no
    hidden ones; a glob means the files it matches, where `**` is any number of folders; a path that exists
    is always taken as it is. The order is the order given, and by name within a directory or glob; a file
    that is given twice is there twice. What cannot be found raises `InputError`.

    Each may also be a URL, such as `s3://bucket/logs/*.txt`, `https://example.org/a.txt` or `file:///data`: those
    that fsspec can read, with the packages of `mrkit[url]`, which take credentials and endpoints from the
    environment. In a store, `s3://bucket/logs` means all objects whose names begin with `logs/`. A web server has no
    directories, and a glob there means links of the page that lists the files.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in "b.rst", "a.rst", "c.txt":
    ...         _ = pathlib.Path(folder, name).write_text(name)
    ...     [os.path.basename(path) for path in expand(f"{folder}/*.rst")]
    ['a.rst', 'b.rst']
    """
    return [_name(file) for file in _found(paths)]


def _found(paths: Paths) -> list[str | Remote]:
    """The files that `paths` means: paths, and of files by URL what their store says."""
    if isinstance(paths, str | bytes | os.PathLike):
        paths = [paths]
    try:
        names = [_at_home(os.fsdecode(path)) for path in paths]
    except TypeError as error:
        raise BadArgument(
            f"{short(paths)} is not a path ({error}). Give a path, a glob or a directory, or a list of them."
        ) from None
    if not names:
        raise InputError("There is no input: the list of paths is empty. Give at least one path.")
    remote: dict[str, list[Remote]] = {}
    if any(map(_URL.match, names)):
        from mrkit.inputs import urls

        names = [urls.local_path(name) or name if _URL.match(name) else name for name in names]
        remote = urls.listed(filter(_URL.match, names))
    return [file for name in names for file in remote.get(name) or _files_of(name)]


def _comes_when_opened(name: str) -> bool:
    """Whether a file that is not there can be opened all the same: a browser's worker then fetches it."""
    try:
        open(name, "rb").close()
    except (OSError, ValueError):
        return False
    return True


def _files_of(name: str) -> list[str]:
    """The files that one path, directory or glob means; at least one."""
    if os.path.isdir(name):
        found = _files_below(name)
        nothing = f"The directory {name!r} has no files in it, not counting hidden ones."
    elif os.path.exists(name) or _comes_when_opened(name):
        found = [name]
    else:
        found = _once([path for path in glob(name, recursive=True) if not os.path.isdir(path)])
        kind = "file that matches" if re.search(r"[*?[]", name) else "file or directory"
        nothing = f"There is no {kind} {without_password(name)!r}."
    if not found:
        raise InputError(f"{nothing} Check the spelling; paths start from {_current_folder()!r}.")
    for path in found:
        if not os.path.isfile(path):
            raise InputError(f"{path!r} is a pipe, a device or a broken link. Give a regular file.")
    return sorted(found, key=lambda path: PurePath(path).parts)  # by parts: the same order on every system


def _current_folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        raise InputError("The current folder is gone. Change to one that is there: `cd`, or os.chdir.") from None


def _at_home(name: str) -> str:
    """A name that begins with ~, as a shell reads it, unless there is such a file."""
    return os.path.expanduser(name) if name.startswith("~") and not os.path.lexists(name) else name


def _files_below(directory: str) -> list[str]:
    """The files in a directory and below; each real folder once, whatever links lead to it."""
    found: list[str] = []
    seen: set[str] = set()
    waiting = [directory]
    while waiting:  # what is there by itself comes before what links lead to
        links: list[str] = []
        for start in waiting:
            _walk(start, seen, found, links)
        waiting = sorted(links)
    return found


def _walk(directory: str, seen: set[str], found: list[str], links: list[str]) -> None:
    def refuse(error: OSError) -> None:
        raise _unreadable(error.filename, error) from error

    for folder, folders, names in os.walk(directory, onerror=refuse):
        real = os.path.realpath(folder)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = [os.path.join(folder, name) for name in folders]
        links += filter(os.path.islink, paths)
        found += [os.path.join(folder, name) for name in names if not name.startswith(".")]


def _once(paths: list[str]) -> list[str]:
    """What a glob found, without what it found again by way of a linked folder."""
    real: dict[tuple[str, str], str] = {}
    for path in sorted(paths, key=lambda path: (len(PurePath(path).parts), path)):
        folder, name = os.path.split(path)
        there = os.path.realpath(folder), name
        if there not in real or os.path.join(*there) == os.path.abspath(path):
            real[there] = path
    return list(real.values())


def parse_size(size: int | str) -> int:
    """A number of bytes, of at least 1, from a number or a text with a unit.

    kB, MB, GB and TB are powers of 1000; KiB, MiB, GiB and TiB are powers of 1024. Upper or lower case, the
    "B" and the space are all the same. Anything else raises `BadArgument`.

    >>> parse_size("16MB"), parse_size("1 GiB"), parse_size("1.5k"), parse_size(4096)
    (16000000, 1073741824, 1500, 4096)
    """
    parts = re.fullmatch(r"([0-9]{1,20})(\.[0-9]+)? ?([kmgt]?)(i?)b?", str(size).strip().lower())
    nbytes = 0
    if parts and (parts[3] or not parts[4]):
        unit = (1024 if parts[4] else 1000) ** " kmgt".index(parts[3] or " ")
        nbytes = int(parts[1]) * unit + round(float(parts[2] or 0) * unit)
    if nbytes < 1:
        raise BadArgument(
            f"{size!r} is not a size in bytes. Write a number such as 16000000, or a text such as "
            "'16MB', '64k' or '1 GiB'."
        )
    return nbytes


def _check_codec(encoding: str, errors: str) -> None:
    """Refuse here what would otherwise fail in every worker."""
    try:
        codecs.lookup(encoding)
        io.TextIOWrapper(io.BytesIO(), encoding)  # knows which codecs are no text encodings
        b"\xff".decode("ascii", errors)
    except UnicodeDecodeError:
        pass  # this is how errors="strict" works
    except (LookupError, TypeError, ValueError) as error:
        raise BadArgument(
            f"There is no reading text with encoding={encoding!r} and errors={errors!r}: {error}. "
            "Use names that open() knows, such as encoding='utf-8' and errors='replace'."
        ) from None


def _described(file: str | Remote) -> tuple[str, int | None, bool, str]:
    """Its name, its size in bytes, whether it comes only as a whole, and its version."""
    if not isinstance(file, str):
        return file.url, file.size, not file.ranges, file.version
    try:
        return file, os.stat(file).st_size, False, ""
    except OSError as error:
        raise _unreadable(file, error) from error


def _can_be_cut(path: str, encoding: str) -> bool:
    return _suffix(path) not in _ARCHIVES and bool(_LINE_BY_LINE.fullmatch(codecs.lookup(encoding).name))


@contextlib.contextmanager
def _open(path: str) -> Iterator[IO[bytes]]:
    """The bytes of a file, decompressed."""
    archive = _ARCHIVES.get(_suffix(path))
    with open(path, "rb", opener=_open_regular) as file:
        with importlib.import_module(archive).open(file) if archive else contextlib.nullcontext(file) as unpacked:
            yield unpacked


def _open_regular(path: str, flags: int) -> int:
    """What stands in its place now may be a pipe, which would be waited for."""
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError("it is no regular file any more")


def _ends(path: str, size: int) -> str:
    """When a file was changed last, and a checksum of its two ends."""
    try:
        with _open(path) as file:
            return f"{os.fstat(file.fileno()).st_mtime_ns} {_checksum(file, size)}"
    except OSError as error:
        raise _unreadable(path, error) from error


def _checksum(file: IO[bytes], size: int) -> str:
    """Of both ends of the first `size` bytes of a file."""
    file.seek(0)
    head = file.read(min(_END, size))
    file.seek(max(0, size - _END))
    return f"{zlib.crc32(file.read(min(_END, size)), zlib.crc32(head)):x}"


def _check_number(number: int, path: str, size: int) -> None:
    if number > MOST_SPLITS:
        raise InputError(
            f"{_shown(path)!r} is said to have {size:,} bytes, which makes {number:,} splits with those before it; "
            f"{MOST_SPLITS:,} at most can be planned. Use a larger split_size, or check where the file comes from."
        )


_HEAD = 512  # bytes at the beginning of a file that say what it is
_FORMATS = (
    (b"\x1f\x8b", "a gzip archive: give its name the suffix .gz"),
    (b"BZh", "a bzip2 archive: give its name the suffix .bz2"),
    (b"\xfd7zXZ\0", "an xz archive: give its name the suffix .xz"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive: decompress it before the job (`unzstd`)"),
    (b"PK\x03\x04", "a zip archive, or a document of an office program: unpack it, or save it as plain text"),
    (b"\xd0\xcf\x11\xe0", "a document of an old office program: save it as plain text"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it before the job"),
    (b"Rar!\x1a\x07", "a rar archive: unpack it before the job"),
    (b"%PDF-", "a PDF document: save it as plain text"),
    (b"SQLite format 3\0", "an SQLite database: give the job its rows"),
    (b"PAR1", "a Parquet file: give the job its rows"),
    (b"\x89PNG", "a picture, not text"),
    (b"\xff\xd8\xff", "a picture, not text"),
    (b"\x93NUMPY", "an array of numpy: give the job its rows"),
)
_MARKS = (  # the longer ones first: the mark of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _check_text(path: str, head: bytes, encoding: str) -> None:
    """Raise `InputError` if a file says by its first bytes that it is something else than text in this encoding."""
    inside = "holds" if _suffix(path) in _ARCHIVES else "is"
    found = next((what for magic, what in _FORMATS if head.startswith(magic)), "")
    if found.startswith("a bzip2") and head[4:10] != b"1AY&SY":
        found = ""  # a text that begins with BZh
    if head[257:262] == b"ustar":
        found = "a tar archive of files: unpack it before the job"
    if found:
        raise InputError(f"{_shown(path)!r} {inside} {found}.")
    mark = next((name for mark, name in _MARKS if head.startswith(mark)), "")
    if mark and codecs.lookup(encoding).name.startswith("utf-8"):
        raise InputError(f"{_shown(path)!r} begins with the mark of {mark.upper()}: use encoding={mark!r}.")


def _next_line(file: IO[bytes], offset: int, limit: int = sys.maxsize) -> int:
    """Where the first line from `offset` on starts; if none does before `limit`, `limit` or later."""
    if offset == 0:
        return 0
    offset -= 1  # the byte before may be the line end that makes `offset` the start of a line
    file.seek(offset)
    while offset < limit and (block := file.read(_SCAN)):
        newline = block.find(b"\n")
        if newline >= 0:
            return offset + newline + 1
        offset += len(block)
    return offset


def _unreadable(path: str, error: Exception) -> InputError:
    reason = getattr(error, "strerror", None) or str(error)
    if isinstance(error, ImportError):
        advice = "This Python cannot decompress it: decompress it before the job."
    elif _suffix(path) in _ARCHIVES and not getattr(error, "errno", None):
        advice = "The archive is broken or incomplete: make it or fetch it again."
    else:
        advice = "Check that the file is still there, that you may read it and that nothing is writing to it."
    return InputError(f"Cannot read {_shown(path)!r}: {reason}. {advice}")


def _suffix(path: str) -> str:
    return os.path.splitext(_shown(path))[1].lower()


def _name(file: str | Remote) -> str:
    return file if isinstance(file, str) else file.url


def _shown(path: str) -> str:
    """The path, or the URL without its secrets."""
    if not _URL.match(path):
        return path
    from mrkit.inputs import urls

    return urls.shown(path)


def _short_name(path: str) -> str:
    """The file's name on one line, whatever characters are in it."""
    name = os.path.basename(_shown(path).rstrip("/"))
    return name if name.isprintable() else repr(name)[1:-1]


def _unit(size: int) -> tuple[int, str]:
    """The largest unit that is not above `size`."""
    return next(((factor, unit) for factor, unit in _UNITS if factor <= size), (1, "B"))
