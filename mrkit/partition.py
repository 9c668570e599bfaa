"""Which partition a key belongs to.

Equal keys must meet in one partition, whatever process computes it. The built-in `hash` cannot promise
that: for strings it changes with every process (PYTHONHASHSEED). So a key is first written as bytes that are
the same for all keys that are equal, in every process and on every machine; those bytes are then hashed.

This module knows keys and nothing else: no records, no buckets, no pool.
"""

from __future__ import annotations

import bisect
import dataclasses
import datetime
import enum
import functools
import hashlib
import math
import numbers
import sys
import zlib
from collections.abc import Callable, Hashable, Iterable
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from mrkit.errors import BadArgument, BadKey, BadPartition, short

MOST_PARTITIONS = 100_000  # a reduce task each, and a number in every map task
_TEXT = zlib.crc32(b"s")  # what goes before a text, in `canonical` too
Partitioner = Callable[[Any, int], int]
GroupBy = Callable[[Any], Any]  # from a key to what its group is called


def stable_hash(key: Hashable) -> int:
    """A whole number from 0 to 2**32 - 1, the same for equal keys in every process.

    Raises `BadKey` for a key that is not hashable, that is not equal to itself (NaN), or of a type whose
    equality mrkit cannot know.

    >>> stable_hash("cat") == stable_hash("cat")
    True
    >>> stable_hash(1) == stable_hash(1.0) == stable_hash(True)
    True
    >>> "cat", stable_hash("cat") % 2
    ('cat', 0)
    """
    if key.__class__ is str:  # the usual key takes the short way; canonical() would give the same bytes
        return zlib.crc32(key.encode("utf-8", "surrogatepass"), _TEXT)
    try:
        return zlib.crc32(canonical(key))
    except RecursionError as error:
        raise BadKey(TOO_DEEP) from error


def hash_partitioner(key: Hashable, num_partitions: int) -> int:
    """The default partitioner: spreads keys evenly, and equal keys always together.

    >>> [hash_partitioner(word, 2) for word in ("the", "dog", "sat")]
    [0, 1, 0]
    """
    if num_partitions.__class__ is not int or num_partitions < 1:
        num_partitions = _checked(num_partitions)
    if key.__class__ is str:  # as `stable_hash` does it: a call less for nearly every key
        return zlib.crc32(key.encode("utf-8", "surrogatepass"), _TEXT) % num_partitions
    return stable_hash(key) % num_partitions


def _checked(num_partitions: Any) -> int:
    whole = hasattr(num_partitions, "__index__") and not isinstance(num_partitions, bool | type)
    if not whole or not 1 <= num_partitions.__index__() <= MOST_PARTITIONS:
        raise BadArgument(
            f"num_partitions must be a whole number from 1 to {MOST_PARTITIONS:,}; you gave {short(num_partitions)}."
        )
    return num_partitions.__index__()


def group_of(group_by: GroupBy, key: Any) -> Any:
    """What the group of a key is called; `BadKey` if that cannot be the name of a group.

    >>> group_of(lambda key: key[0], ("Oslo", 3))
    'Oslo'
    """
    group = group_by(key)
    if group.__class__ is not str:
        _check_group(group, key)
    return group


@dataclasses.dataclass(frozen=True)
class GroupPartitioner:
    """The default with `group_by`: spreads groups evenly, and the keys of one group always together.

    >>> by_city = GroupPartitioner(lambda key: key[0])
    >>> by_city(("Oslo", 3), 8) == by_city(("Oslo", 30), 8) == hash_partitioner("Oslo", 8)
    True
    """

    group_by: GroupBy

    def __call__(self, key: Any, num_partitions: int) -> int:
        group = group_of(self.group_by, key)
        try:
            return hash_partitioner(group, num_partitions)
        except BadKey as error:
            raise BadKey(why_no_key(group, "group")) from error


def default_partitioner(group_by: GroupBy | None) -> Partitioner:
    """What a job partitions by that was given no partitioner."""
    return hash_partitioner if group_by is None else GroupPartitioner(group_by)


@dataclasses.dataclass(frozen=True)
class RangePartitioner:
    """Puts keys in order: every key of partition 0 is smaller than every key of partition 1, and so on.

    `borders` are the first keys of partitions 1, 2, ...; there is one fewer of them than partitions.

    >>> by_letter = RangePartitioner(["h", "p"])
    >>> [by_letter(word, 3) for word in ("cat", "hat", "sat")]
    [0, 1, 2]
    """

    borders: tuple

    def __init__(self, borders: Iterable):
        if isinstance(borders, str | bytes) or not isinstance(borders, Iterable):
            raise BadArgument(f"The borders of a RangePartitioner must be a list of keys; you gave {short(borders)}.")
        object.__setattr__(self, "borders", tuple(borders))
        if _sorted(self.borders) != list(self.borders):
            raise BadArgument("The borders of a RangePartitioner must be in ascending order.")

    def __call__(self, key: Any, num_partitions: int) -> int:
        borders = self.borders
        if len(borders) + 1 != num_partitions:
            num_partitions = _checked(num_partitions)
            raise BadPartition(
                f"A RangePartitioner for {num_partitions} partitions needs {num_partitions - 1} borders; "
                f"this one has {len(borders)}."
            )
        try:
            return bisect.bisect_right(borders, key)
        except TypeError as error:
            raise BadKey(
                f"A RangePartitioner cannot compare the key {short(key)} with its borders: {error}."
            ) from error

    @property
    def num_partitions(self) -> int:
        """How many partitions the borders make."""
        return len(self.borders) + 1

    @classmethod
    def from_sample(cls, keys: Iterable, num_partitions: int) -> RangePartitioner:
        """Borders that divide a sample of the keys evenly, as in TeraSort.

        >>> RangePartitioner.from_sample([5, 1, 4, 2, 3, 6], 3).borders
        (3, 5)
        """
        ordered = _sorted(keys)
        if not ordered:
            raise BadArgument("A range partitioner needs at least one sampled key to find its borders.")
        num_partitions = _checked(num_partitions)
        return cls(ordered[len(ordered) * i // num_partitions] for i in range(1, num_partitions))


def _sorted(keys: Iterable) -> list:
    if isinstance(keys, str | bytes) or not isinstance(keys, Iterable):
        raise BadArgument(f"keys must be a list of keys; you gave {short(keys)}.")
    try:
        return sorted(keys)
    except TypeError as error:
        raise BadArgument(f"A range partitioner needs keys that have an order: {error}.") from error


def canonical(key: Any) -> bytes:
    """The bytes that stand for a key: the same for all keys that are equal to it.

    >>> canonical((1, "a")) == canonical((True, "a"))
    True
    >>> canonical("1") == canonical(1)
    False
    """
    if type(key).__module__ == "uuid" and hasattr(key, "int"):  # named, not imported: uuid is slow to load
        return b"u%x" % key.int
    if type(key).__module__ == "numpy" and hasattr(key, "dtype"):
        if key.dtype.kind in "mM" or type(key).__hash__ is None:  # equal times have many units
            raise BadKey(why_no_key(key))
        key = key.item()  # numpy's numbers equal Python's
    for kind, write in _WRITERS:
        if isinstance(key, kind):
            if not _equality_is_known(type(key)):  # type: ignore[arg-type]
                raise BadKey(why_no_key(key))
            return write(key)
    if dataclasses.is_dataclass(key) and not isinstance(key, type):
        return _write_dataclass(key)
    raise BadKey(why_no_key(key))


def why_no_key(key: Any, word: str = "key") -> str:
    """The sentence that says why this value cannot be a key (or name a group), and what to use instead."""
    name = type(key).__name__
    try:
        hash(key)
    except TypeError:
        if is_nan(key):  # one that signals has no hash
            return NAN_IS_NO_KEY
        return (
            f"The {word} {short(key)} is a {name}, which can change, so it cannot be a {word}. "
            f"Use a tuple, a frozenset or a string instead."
        )
    return (
        f"The {word} {short(key)} is a {name}: mrkit cannot know which {word}s equal it in another process. "
        f"Use a tuple, a string or a frozen dataclass, or give the job a partitioner of your own."
    )


@functools.cache
def _equality_is_known(kind: type) -> bool:
    # A subclass with an __eq__ of its own (a case-insensitive str, say) decides equality in a way unknown here.
    owner = next(base for base in kind.__mro__ if "__eq__" in vars(base))
    return owner.__module__.partition(".")[0].lstrip("_") in sys.stdlib_module_names | {"numpy"}


def _join(tag: bytes, parts: Iterable[bytes]) -> bytes:
    # The length before each part keeps ("ab", "c") apart from ("a", "bc").
    return tag + b"".join(b"%d:%b" % (len(part), part) for part in parts)


LONGEST_PART = 65_536  # bytes of a part that is written in full


def _part(key: Any) -> bytes:
    """What `canonical` gives; but of a tuple or set that is there many times, not as often, nor at any length."""
    if key.__class__ is tuple or key.__class__ is frozenset:
        try:
            return _nested(key)
        except TypeError:
            pass  # not hashable: canonical says why that is no key
    return canonical(key)


@functools.lru_cache(64)
def _nested(key: Any) -> bytes:
    written = canonical(key)
    return written if len(written) <= LONGEST_PART else b"#" + hashlib.sha256(written).digest()


def _write_number(key: Any) -> bytes:
    if isinstance(key, numbers.Integral):
        number = int(key)
        return b"n%x" % number if number.bit_length() <= MOST_BITS else _write_huge(number, 1)
    if isinstance(key, numbers.Complex) and not isinstance(key, numbers.Real):
        if key.imag:
            return _join(b"j", [_write_number(key.real), _write_number(key.imag)])
        key = key.real
    if isinstance(key, numbers.Real) and not isinstance(key, numbers.Rational):
        key = float(key)
    if is_nan(key):
        raise BadKey(NAN_IS_NO_KEY)
    if key.is_infinite() if isinstance(key, Decimal) else isinstance(key, float) and math.isinf(key):
        return b"n+inf" if key > 0 else b"n-inf"
    if isinstance(key, Decimal):
        digits, exponent = _without_zeros(key)
        if abs(exponent) > MOST_BITS:
            return _write_huge(digits * pow(10, exponent, _PRIME), 1)
    top, bottom = key.as_integer_ratio() if key else (0, 1)
    if max(top.bit_length(), bottom.bit_length()) > MOST_BITS:
        return _write_huge(top, bottom)
    # In hexadecimal, because Python refuses to write a very long number in decimal.
    return b"n%x" % top if bottom == 1 else b"n%x/%x" % (top, bottom)


MOST_BITS = 100_000  # of a number that is written in full; a few letters can stand for 10 ** (10 ** 18)
_PRIME = (1 << 61) - 1


def _without_zeros(key: Decimal) -> tuple[int, int]:
    """A number as digits and a power of ten, where no digit at the end is a zero."""
    sign, digits, exponent = key.as_tuple()
    zeros = next((place for place, digit in enumerate(reversed(digits)) if digit), None)
    if zeros is None:
        return 0, 0
    return int(Decimal((sign, digits[: len(digits) - zeros], 0))), zeros + int(exponent)


def _write_huge(top: int, bottom: int) -> bytes:
    """A number by its rest modulo a prime: equal ones have the same, and it is computed without writing them out."""
    inverse = pow(bottom % _PRIME, -1, _PRIME) if bottom % _PRIME else 0
    return b"nh%x" % (top % _PRIME * inverse % _PRIME)


NAN_IS_NO_KEY = (
    "NaN cannot be a key, because it is not equal to itself. Use None or a string such as 'missing' instead."
)

TOO_DEEP = "A key is nested too deeply, one tuple inside the other. Use a flat tuple or a string instead."


def _check_group(group: Any, key: Any) -> None:
    try:
        hash(group)
    except TypeError as error:
        raise BadKey(why_no_key(group, "group")) from error
    if is_nan(group):
        raise BadKey(NAN_IS_NO_KEY.replace("key", "group"))


def is_nan(key: Any) -> bool:
    """Whether a key is, or contains, a value that is not equal to itself.

    >>> is_nan(float("nan")), is_nan(("a", float("nan"))), is_nan("nan")
    (True, True, False)
    """
    if key.__class__ is str:
        return False
    try:
        return _is_nan(key)
    except RecursionError as error:
        raise BadKey(TOO_DEEP) from error


def _is_nan(key: Any) -> bool:
    if isinstance(key, tuple | frozenset):
        return any(map(_is_nan, key))
    if isinstance(key, Decimal):
        return key.is_nan()
    if dataclasses.is_dataclass(key) and not isinstance(key, type):
        return any(_is_nan(getattr(key, field.name)) for field in _compared(type(key)))
    return isinstance(key, numbers.Number) and bool(key != key)


def _write_datetime(key: datetime.datetime) -> bytes:
    key = key.replace(fold=0)  # equality ignores fold
    offset = key.utcoffset()
    since = key.replace(tzinfo=None) - datetime.datetime.min
    return _write_timedelta(since, b"dt") if offset is None else _write_timedelta(since - offset, b"du")


def _write_time(key: datetime.time) -> bytes:
    key = key.replace(fold=0)
    offset = key.utcoffset()
    since = datetime.timedelta(hours=key.hour, minutes=key.minute, seconds=key.second, microseconds=key.microsecond)
    return _write_timedelta(since, b"ct") if offset is None else _write_timedelta(since - offset, b"cu")


def _write_timedelta(key: datetime.timedelta, tag: bytes = b"td") -> bytes:
    return b"%b%d,%d,%d" % (tag, key.days, key.seconds, key.microseconds)


def _write_enum(key: enum.Enum) -> bytes:
    return _join(b"e", [_type_name(key), str(key.name).encode()])


def _write_dataclass(key: Any) -> bytes:
    if type(key).__hash__ is None or not _equality_is_generated(type(key)):  # type: ignore[arg-type]
        raise BadKey(why_no_key(key))
    return _join(b"c", [_type_name(key), *(canonical(getattr(key, f.name)) for f in _compared(type(key)))])  # type: ignore[arg-type]


@functools.cache
def _equality_is_generated(kind: Any) -> bool:
    """Whether a dataclass compares as `dataclass` writes it: its code is that of a twin with the same fields."""
    fields = [(field.name, Any, dataclasses.field(compare=field.compare)) for field in dataclasses.fields(kind)]
    twin = dataclasses.make_dataclass("Twin", fields, init=False)
    mine, its = (getattr(of.__eq__, "__code__", None) for of in (kind, twin))
    return mine is not None and all(
        getattr(mine, name) == getattr(its, name) for name in ("co_code", "co_names", "co_varnames")
    )


@functools.cache
def _compared(kind: Any) -> tuple[dataclasses.Field, ...]:
    return tuple(field for field in dataclasses.fields(kind) if field.compare)


def _type_name(key: Any) -> bytes:
    return f"{type(key).__module__}.{type(key).__qualname__}".encode()


_WRITERS: tuple[tuple[type, Callable[[Any], bytes]], ...] = (
    (str, lambda key: b"s" + str.__str__(key).encode("utf-8", "surrogatepass")),
    (numbers.Number, _write_number),
    (bytes, lambda key: b"b" + bytes(key)),
    (type(None), lambda key: b"None"),
    (tuple, lambda key: _join(b"t", map(_part, key))),
    (frozenset, lambda key: _join(b"f", sorted(map(_part, key)))),
    (enum.Enum, _write_enum),
    (datetime.datetime, _write_datetime),
    (datetime.date, lambda key: b"da%d" % key.toordinal()),
    (datetime.time, _write_time),
    (datetime.timedelta, _write_timedelta),
    # Windows paths ignore case, and a Path equals its PurePath. Unequal keys may share bytes; equal ones must.
    (PurePath, lambda key: b"p" + key.as_posix().casefold().encode("utf-8", "surrogateescape")),
)
