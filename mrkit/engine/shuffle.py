"""Where buckets wait between map and reduce.

A task writes its values one after another, each in a frame: a mark, its length, a checksum, then the value as bytes.
The frames of one partition form a part. The checksum is over how the frame is written and whose it is as well (job,
stage, task, attempt, part, place in the part), so that what another task wrote does not pass for it; nor does a file
of zeros. A bucket is laid out flat, its keys and its values one after the other, which is several times quicker to
write and to read than a list for each key; and what is plain (text, numbers) is written by `marshal`, quicker than by
`pickle`. In worker processes all this goes to a file in the job's private folder, so that intermediate data never
passes through the parent; elsewhere it stays in memory as bytes. Either way the parent knows only `Output`: where the
frames are and where each part begins. A reduce task reads its parts of every output.

This module knows bytes and files, not keys, functions or workers.
"""

from __future__ import annotations

import contextlib
import io
import marshal
import os
import pickle
import struct
import zlib
from array import array
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, repeat
from pathlib import PurePath
from typing import Any, BinaryIO

from mrkit.engine.plain import are_plain, make_independent
from mrkit.engine.scratch import cannot_write
from mrkit.errors import CannotTravel, DamagedBucket, DiskFull
from mrkit.pickling import dumps

BLOCK = 20_000  # values in one frame
FRAME_BYTES = 256_000  # that one frame should have, unless one value has more
PRELOAD = 32_000_000  # bytes of buckets that a reduce task reads at once rather than part by part

_MARK = 0x4D52  # that a frame begins here
_PICKLED, _BUCKET, _PLAIN_BUCKET, _PLAIN = range(4)  # how a frame's value is written
_FRAME = struct.Struct("<HBQI")  # the mark, how, length of the written value, CRC-32 of whose it is and of the value
_MARSHAL = 2  # its version that does not look for one object in two places


@dataclass(frozen=True, slots=True)
class Output:
    """What was written: in a file (`path`) or in memory (`data`). Part i is at `offsets[i]:offsets[i + 1]`.

    `owner` says who wrote it, wherever its bytes are now; `first` is the number that part 0 had there. `place` says
    on which machine its file is, where workers have disks of their own.
    """

    path: str | None
    data: bytes | memoryview | None
    offsets: Sequence[int]
    owner: str = ""
    first: int = 0
    place: str | None = None

    def parts(self, start: int, stop: int) -> Output:
        """The parts from `start` up to `stop`."""
        offsets = self.offsets[start : stop + 1]
        part = replace(self, offsets=offsets, first=self.first + start)
        return part if self.data is None else part.moved(0, None, memoryview(self.data)[offsets[0] : offsets[-1]])

    def __reduce__(self) -> tuple:
        """With the bytes of these parts alone."""
        data = None if self.data is None else bytes(self.data)
        return Output, (self.path, data, self.offsets, self.owner, self.first, self.place)

    def moved(self, begin: int, path: str | None, data: bytes | memoryview | None) -> Output:
        """The same, where its bytes now begin at `begin` of another file or of data."""
        offsets = _compact([begin + offset - self.offsets[0] for offset in self.offsets])
        return replace(self, path=path, data=data, offsets=offsets, place=None)

    @property
    def size(self) -> int:
        """Bytes of all parts together."""
        return self.offsets[-1] - self.offsets[0]

    def has(self, part: int) -> bool:
        """Whether there is anything in a part."""
        return self.offsets[part] != self.offsets[part + 1]

    def __len__(self) -> int:
        return len(self.offsets) - 1


def _compact(offsets: list[int]) -> Sequence[int]:
    # The parent holds those of all map tasks, and sends them to all reduce tasks: 2 bytes each, not 40.
    return array("H" if offsets[-1] < 1 << 16 else "Q", offsets)


class Writer:
    """Writes frames to a new file at `path` or, if that is None, to memory.

    >>> writer = Writer(None)
    >>> writer.add({"the": [1, 1]})
    >>> writer.end_part()
    >>> writer.end_part()
    >>> output = writer.close()
    >>> [list(read(output, part)) for part in range(2)]
    [[{'the': [1, 1]}], []]
    """

    def __init__(self, path: str | None):
        self._path, self._owner = path, _owner(path)
        self._file: BinaryIO = io.BytesIO() if path is None else _new_file(path)
        self._offsets = [0]
        self._size = 0
        self._frames = 0  # of this part
        self._buckets = _BucketFrames()

    def add(self, value: Any) -> None:
        """One more frame of the part."""
        if value.__class__ is list and are_plain(value, (tuple, list)):
            self._add(_PLAIN, marshal.dumps(value, _MARSHAL))
        else:
            self._add(_PICKLED, dumps(value))

    def add_bucket(self, bucket: dict[Any, list], numbers: Mapping[Any, int] | None = None) -> None:
        """A bucket, in as many frames as it takes; if each key has a number, that goes along."""
        for kind, written in self._buckets.of(bucket, numbers):
            self._add(kind, written)

    def _add(self, kind: int, written: bytes) -> None:
        head = _head(kind, written, self._owner, len(self._offsets) - 1, self._frames)
        self._frames += 1
        self._write(head, written)

    def add_frames(self, frames: Sequence[bytes]) -> None:
        """The first frames of the part, as `Parts` made them: heads and values."""
        self._write(*frames)
        self._frames += len(frames) // 2

    def _write(self, *pieces: bytes) -> None:
        try:
            self._file.writelines(pieces)
        except OSError as error:
            raise self._full(error) from error
        self._size += sum(map(len, pieces))

    def end_part(self) -> None:
        """The frames from here on belong to the next part."""
        self._offsets.append(self._size)
        self._frames = 0

    def close(self) -> Output:
        """Where all was written. Frames after the last `end_part` are a part too."""
        if self._size > self._offsets[-1]:
            self.end_part()
        try:
            data = self._file.getvalue() if isinstance(self._file, io.BytesIO) else None
            self._file.close()
        except OSError as error:
            raise self._full(error) from error
        return Output(self._path, data, _compact(self._offsets), self._owner)

    def abandon(self) -> None:
        """Let go of the file, whatever is in it."""
        with contextlib.suppress(OSError):
            self._file.close()

    def _full(self, error: OSError) -> DiskFull:
        self.abandon()
        return cannot_write(os.path.dirname(self._path or ""), error)


class Parts:
    """The frames of many parts, whatever part the next bucket is of. They wait in memory until `close` writes them.

    >>> parts = Parts(None, 2)
    >>> parts.add_buckets([{"the": [1]}, {}])
    >>> output = parts.close([{"the": [1]}, {"dog": [1]}])
    >>> [list(read(output, part)) for part in range(2)]
    [[{'the': [1]}, {'the': [1]}], [{'dog': [1]}]]
    """

    def __init__(self, path: str | None, number: int):
        self._path, self._owner = path, _owner(path)
        self._parts: list[list[bytes]] = [[] for _ in range(number)]
        self._buckets = _BucketFrames()

    def add_buckets(
        self, buckets: Iterable[dict[Any, list]], numbers: Mapping[Any, int] | None = None, plain: bool = False
    ) -> None:
        """One more bucket for each part; if each key has a number, that goes along. `plain`: all values are."""
        for part, (frames, bucket) in enumerate(zip(self._parts, buckets, strict=True)):
            for kind, written in self._buckets.of(bucket, numbers, plain):
                frames += _head(kind, written, self._owner, part, len(frames) // 2), written

    def close(self, buckets: Iterable[dict[Any, list]], numbers: Mapping[Any, int] | None = None) -> Output:
        """Write all of it, and after that a last bucket for each part, which needs no memory to wait in."""
        with writing(self._path) as writer:
            for frames, bucket in zip(self._parts, buckets, strict=True):
                writer.add_frames(frames)
                writer.add_bucket(bucket, numbers)
                writer.end_part()
        return writer.close()


class _BucketFrames:
    """Buckets as frames: how many values a frame has depends on how large those before were, beginning with one."""

    def __init__(self) -> None:
        self._values = 1  # that the next frame may have

    def of(
        self, bucket: dict[Any, list], numbers: Mapping[Any, int] | None, plain: bool = False
    ) -> Iterator[tuple[int, bytes]]:
        for block in blocks(bucket, lambda: self._values) if bucket else ():
            kind, written, values = _written(block, numbers, plain)
            self._values = max(1, min(2 * self._values, BLOCK, values * FRAME_BYTES // len(written)))
            yield kind, written


def _written(block: dict[Any, list], numbers: Mapping[Any, int] | None, plain: bool) -> tuple[int, bytes, int]:
    """How a block is written, its bytes, and how many values it has; `plain` if that is known of them."""
    keys, values = list(block), list(chain.from_iterable(block.values()))
    counts = None if len(keys) == len(values) else [*map(len, block.values())]
    given = None if numbers is None else [*map(numbers.__getitem__, keys)]
    if (plain or are_plain(values)) and are_plain(keys):
        return _PLAIN_BUCKET, marshal.dumps((keys, counts, values, given), _MARSHAL), len(values)
    make_independent(block)
    values = list(chain.from_iterable(block.values()))
    return _BUCKET, dumps((keys, counts, values, given)), len(values)


def _head(kind: int, written: bytes, owner: str, part: int, number: int) -> bytes:
    return _FRAME.pack(_MARK, kind, len(written), _checksum(written, owner, part, number, kind))


def blocks(bucket: dict[Any, list], most: Callable[[], int] = lambda: BLOCK) -> Iterator[dict[Any, list]]:
    """A bucket in pieces of at most `most()` values, so that nobody has to hold all of it; each time it is asked.

    >>> [len(piece["a"]) for piece in blocks({"a": [1] * 50_000})]
    [20000, 20000, 10000]
    """
    room, held = most(), sum(map(len, bucket.values()))
    if held <= room:
        if bucket:
            yield bucket
        return
    if held == len(bucket):  # a value for each key
        items = iter(bucket.items())
        while some := dict(islice(items, most())):
            yield some
        return
    piece: dict[Any, list] = {}
    for key, values in bucket.items():
        start = 0
        while start < len(values):
            if not room:
                yield piece
                piece, room = {}, most()
            part = values[start : start + room] if len(values) - start > room else values[start:]
            piece[key] = part
            room -= len(part)
            start += len(part)
    yield piece


@contextlib.contextmanager
def writing(path: str | None) -> Iterator[Writer]:
    """A new writer, which lets go of its file if the block fails."""
    writer = Writer(path)
    try:
        yield writer
    except BaseException:
        writer.abandon()
        raise


def write(parts: Iterable[Iterable[Any]], path: str | None) -> Output:
    """Write some parts, each of any number of values."""
    with writing(path) as writer:
        for part in parts:
            for value in part:
                writer.add(value)
            writer.end_part()
    return writer.close()


def read(output: Output, part: int) -> Generator[Any, None, None]:
    """The values of one part, one at a time. Raises `DamagedBucket` if a frame is not as it was written."""
    start, end = output.offsets[part], output.offsets[part + 1]
    number = 0
    if start == end:
        return
    try:
        with _Memory(output.data) if output.data is not None else open(output.path or "", "rb") as file:
            file.seek(start)
            while start < end:
                header = file.read(_FRAME.size)
                mark, kind, length, checksum = _FRAME.unpack(header)
                whole = mark == _MARK and start + len(header) + length <= end
                written = file.read(length) if whole else b""
                expected = _checksum(written, output.owner, output.first + part, number, kind)
                if not whole or len(written) != length or checksum != expected:
                    raise DamagedBucket("Intermediate data was damaged on its way: its checksum is wrong.")
                start += len(header) + length
                number += 1
                yield _load(kind, written)
    except (OSError, struct.error) as error:
        raise DamagedBucket(f"Intermediate data is gone: {error}.") from error


class _Memory:
    """Bytes in memory, read as a file is, but without a copy."""

    def __init__(self, data: bytes | memoryview):
        self._data, self._place = memoryview(data), 0

    def __enter__(self) -> _Memory:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def seek(self, place: int) -> None:
        self._place = place

    def read(self, number: int) -> memoryview:
        self._place += number
        return self._data[self._place - number : self._place]


def _owner(path: str | None) -> str:
    """Who writes a file, by its name: a job's folder and, in it, stage, task and attempt."""
    return "/".join(PurePath(path).parts[-2:]) if path else ""


def _checksum(written: bytes | memoryview, owner: str, part: int, number: int, kind: int) -> int:
    return zlib.crc32(written, zlib.crc32(f"{owner}/{part}/{number}/{kind}".encode()))


def _load(kind: int, written: bytes | memoryview) -> Any:
    if kind == _PLAIN:
        return marshal.loads(written)
    if kind == _PLAIN_BUCKET:
        return _bucket(*marshal.loads(written))
    try:
        value = pickle.loads(written)
    except Exception as error:
        what = "A result" if kind == _PICKLED else "A key or a value"
        raise CannotTravel(
            f"{what} was sent but cannot be loaded again: {type(error).__name__}: {str(error).rstrip('.')}. "
            f"Look at the __init__ or __reduce__ of its class."
        ) from error
    return value if kind == _PICKLED else _bucket(*value)


def _bucket(keys: list, counts: list[int] | None, values: list, numbers: list[int] | None) -> Any:
    """A list of values for each key; with the keys' numbers, if they have any."""
    if counts is None:
        lists = map(list, zip(values, strict=True))
    else:
        lists = map(list, map(islice, repeat(iter(values)), counts))
    bucket = dict(zip(keys, lists, strict=True))
    return bucket if numbers is None else (numbers, bucket)


Sources = tuple[tuple[int, Output], ...]  # (map task, its output or some parts of it)


def preload(sources: Sources, most: int = PRELOAD) -> tuple[Output, ...]:
    """The outputs, in memory if they are small: many parts of a file are then read with one opening of it."""
    outputs = tuple(output for _, output in sources)
    if sum(output.size for output in outputs) > most:
        return outputs
    return tuple(loaded(output) if output.path is not None and output.size else output for output in outputs)


def loaded(output: Output) -> Output:
    """The same output with its bytes in memory; as it is if its file cannot be read."""
    first = output.offsets[0]
    try:
        with open(output.path or "", "rb") as file:
            file.seek(first)
            data = file.read(output.size)
    except OSError:
        return output  # reading it in its turn says that it is gone, and of which task it was
    return output.moved(0, None, data)


def damage(output: Output) -> Output:
    """Spoil the last byte of an output, for a planned fault."""
    if output.size == 0:
        return output
    if output.path is None:
        data = bytearray(output.data or b"")
        data[-1] ^= 0xFF
        return replace(output, data=bytes(data))
    with open(output.path, "r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)[0]
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last ^ 0xFF]))
    return output


def _new_file(path: str) -> BinaryIO:
    try:
        return open(path, "xb", opener=_private)
    except OSError as error:
        raise cannot_write(os.path.dirname(path), error) from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
