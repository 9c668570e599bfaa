"""Where buckets wait between map and reduce.

A map task writes all its buckets one after another, each in a frame: its length, a checksum, then the pickled bucket.
In worker processes the frames go to a file in the job's private folder, so that intermediate data never passes
through the parent; elsewhere they stay in memory as bytes. Either way the parent knows only `Output`: where the
frames are and where each begins. A reduce task reads its slice of every output.

This module knows bytes and files, not keys, functions or workers.
"""

from __future__ import annotations

import io
import os
import pickle
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cloudpickle

from mrkit.errors import DamagedBucket

_FRAME = struct.Struct("<QI")  # length of the pickled bucket, its CRC-32


def dumps(value: Any) -> bytes:
    """Pickle a value; what plain pickle cannot name (a class from a notebook cell) goes by value.

    >>> pickle.loads(dumps(lambda: 42))()
    42
    """
    try:
        return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    except Exception:
        return cloudpickle.dumps(value)


@dataclass(frozen=True)
class Output:
    """What one task wrote: in a file (`path`) or in memory (`data`). Frame i is at `offsets[i]:offsets[i + 1]`."""

    path: str | None
    data: bytes | None
    offsets: tuple[int, ...]

    def slice(self, start: int, stop: int) -> Output:
        """The frames from `start` up to `stop`."""
        offsets = self.offsets[start : stop + 1]
        if self.data is None:
            return Output(self.path, None, offsets)
        return Output(None, self.data[offsets[0] : offsets[-1]], tuple(o - offsets[0] for o in offsets))

    def __len__(self) -> int:
        return len(self.offsets) - 1


def write(values: Sequence[Any], path: str | None) -> Output:
    """Write one frame for each value, to a new file at `path` or, if that is None, to memory. Empty values take no room.

    >>> output = write([{"the": [1, 1]}, {}, {"cat": [1]}], path=None)
    >>> list(read(output.slice(1, 3)))
    [{}, {'cat': [1]}]
    """
    buffer = io.BytesIO()
    offsets = [0]
    for value in values:
        if value:
            pickled = dumps(value)
            buffer.write(_FRAME.pack(len(pickled), zlib.crc32(pickled)))
            buffer.write(pickled)
        offsets.append(buffer.tell())
    if path is None:
        return Output(None, buffer.getvalue(), tuple(offsets))
    with open(path, "xb", opener=_private) as file:
        file.write(buffer.getbuffer())
    return Output(path, None, tuple(offsets))


def read(output: Output) -> Iterator[Any]:
    """The values of all frames in turn; `{}` for one that is empty. Raises `DamagedBucket` if a frame is not as written."""
    start, end = output.offsets[0], output.offsets[-1]
    if output.path is None:
        data = memoryview(output.data or b"")
    elif start == end:
        data = memoryview(b"")
    else:
        try:
            with open(output.path, "rb") as file:
                file.seek(start)
                data = memoryview(file.read(end - start))
        except OSError as error:
            raise DamagedBucket(f"Intermediate data is gone: {error}.") from error
    for here, there in zip(output.offsets, output.offsets[1:], strict=False):
        yield _load(data[here - start : there - start]) if here < there else {}


def _load(frame: memoryview) -> Any:
    try:
        length, checksum = _FRAME.unpack_from(frame)
        pickled = frame[_FRAME.size :]
        if len(pickled) == length and zlib.crc32(pickled) == checksum:
            return pickle.loads(pickled)
    except struct.error:
        pass
    raise DamagedBucket("Intermediate data was damaged on its way: its checksum is wrong.")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
