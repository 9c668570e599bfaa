"""Keys: equal ones have one hash, in every process, and what cannot keep that promise is told so."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import enum
import fractions
import os
import subprocess
import sys
import uuid
from collections import OrderedDict, namedtuple
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePath, PurePosixPath
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracle import by_partition, mapreduce

from mrkit import MapReduce, RangePartitioner, hash_partitioner, stable_hash
from mrkit.errors import BadArgument, BadKey, BadPartition, UserFunctionError
from mrkit.partition import canonical, is_nan


class Plain(enum.Enum):
    ONE = 1
    TWO = 2
    EIN = 1  # an alias


class Whole(enum.IntEnum):
    ONE = 1
    TWO = 2


class Flags(enum.IntFlag):
    ONE = 1
    TWO = 2


class Word(enum.StrEnum):
    ONE = "one"
    A = "a"


class Mixed(str, enum.Enum):  # noqa: UP042  (not the same as a StrEnum)
    ONE = "one"
    A = "a"


class Half(float, enum.Enum):
    HALF = 0.5


@dataclasses.dataclass(frozen=True)
class Point:
    x: object
    y: object = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Slotted:
    x: object


@dataclasses.dataclass(frozen=True, order=True)
class Labelled:
    x: int
    label: str = dataclasses.field(compare=False, default="")


Pair = namedtuple("Pair", "a b")
ENUMS = [*Plain, *Whole, *Flags, *Word, *Mixed, *Half, Plain.EIN, Flags.ONE | Flags.TWO]

zones = st.sampled_from(
    [
        datetime.UTC,
        datetime.timezone(datetime.timedelta(hours=2)),
        datetime.timezone(datetime.timedelta(hours=-5, minutes=-30)),
    ]
)
moments = st.datetimes(
    min_value=datetime.datetime(1, 1, 3), max_value=datetime.datetime(9999, 12, 28), allow_imaginary=True
)
numbers = st.one_of(
    st.booleans(),
    st.integers(),
    st.integers(-3, 3),
    st.integers(min_value=2**62, max_value=2**66),
    st.floats(allow_nan=False),
    st.sampled_from([0.0, -0.0, 0.5, 1.0, 2.0**53, 1e300, float("inf"), float("-inf")]),
    st.decimals(allow_nan=False, min_value=-(10**9), max_value=10**9),
    st.sampled_from([Decimal("1.0"), Decimal("1.00"), Decimal("-0"), Decimal("0.5"), Decimal("inf"), Decimal("1E+2")]),
    st.fractions(max_denominator=50),
    st.complex_numbers(allow_nan=False),
    st.sampled_from([1 + 0j, 0.5 + 0j, -0j]),
)
single = st.one_of(
    st.none(),
    st.text(max_size=4),
    st.sampled_from(["one", "a", "", "é", "e\u0301", "\ud800", "1", "None"]),
    st.binary(max_size=4),
    numbers,
    st.sampled_from(ENUMS),
    moments,
    st.builds(lambda moment, zone: moment.replace(tzinfo=zone), moments, zones),
    st.builds(lambda moment, fold: moment.replace(fold=fold), moments, st.integers(0, 1)),
    st.dates(),
    st.times(),
    st.builds(lambda time, zone: time.replace(tzinfo=zone), st.times(), zones),
    st.timedeltas(),
    st.uuids(),
)
keys = st.recursive(
    single,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple),
        st.frozensets(inner, max_size=3),
        st.builds(Point, inner, inner),
        st.builds(Slotted, inner),
        st.builds(Pair, inner, inner),
    ),
    max_leaves=5,
)


# Equal keys, one hash.


def twins(key, draw):
    """Another key that may be equal to this one, made of other types."""
    if isinstance(key, enum.Enum):
        return draw(st.sampled_from([key, key.value]))
    if isinstance(key, bool | int | float | Decimal | Fraction | complex):
        made = [key]
        for kind in (bool, int, float, Decimal, Fraction, complex):
            with contextlib.suppress(ValueError, TypeError, ArithmeticError):
                made.append(kind(key))
        return draw(st.sampled_from(made))
    if isinstance(key, str):
        return draw(st.sampled_from([key, *(member for member in (*Word, *Mixed) if member.value == key)]))
    if isinstance(key, Pair):
        return draw(st.sampled_from([tuple, Pair._make]))(twins(part, draw) for part in key)
    if isinstance(key, tuple):
        return tuple(twins(part, draw) for part in key)
    if isinstance(key, frozenset):
        return frozenset(twins(part, draw) for part in sorted(key, key=repr, reverse=True))
    if isinstance(key, Point):
        return Point(twins(key.x, draw), twins(key.y, draw))
    if isinstance(key, datetime.datetime) and key.tzinfo is not None:
        return key.astimezone(draw(zones)).replace(fold=draw(st.integers(0, 1)))
    if isinstance(key, datetime.datetime | datetime.time):
        return key.replace(fold=draw(st.integers(0, 1)))
    return key


@settings(max_examples=500)
@given(st.data())
def test_a_key_and_its_twin(data):
    key = data.draw(keys)
    twin = twins(key, data.draw)
    if key == twin and hash(key) == hash(twin):
        assert stable_hash(key) == stable_hash(twin)
        assert canonical(key) == canonical(twin)


@settings(max_examples=500)
@given(keys, keys)
def test_any_two_keys(one, other):
    if one == other and hash(one) == hash(other):
        assert stable_hash(one) == stable_hash(other)


@given(st.lists(single, max_size=60))
def test_keys_that_a_dictionary_takes_for_one(many):
    kept: dict = {}
    for key in many:
        assert stable_hash(kept.setdefault(key, key)) == stable_hash(key)


@given(single, single)
def test_different_keys_have_different_bytes(one, other):
    """Nearly always: else a partition would get more than its share."""
    if isinstance(one, enum.Enum) or isinstance(other, enum.Enum):
        return
    if type(one) is type(other) and one != other:
        assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    "equal",
    [
        [1, 1.0, True, Decimal(1), Decimal("1.00"), Fraction(1), 1 + 0j, Whole.ONE, Flags.ONE],
        [0, 0.0, -0.0, False, Decimal("-0"), Fraction(0), -0j, Flags(0)],
        [0.5, Decimal("0.5"), Fraction(1, 2), 0.5 + 0j, Half.HALF],
        [2**80, float(2**80), Decimal(2**80), Fraction(2**80)],
        [float("inf"), Decimal("inf"), complex("inf")],
        [float("-inf"), Decimal("-inf")],
        ["one", Word.ONE, Mixed.ONE],
        [Plain.ONE, Plain.EIN],
        [(1, "a"), (True, "a"), Pair(1.0, "a"), (Decimal(1), Word.A)],
        [frozenset([1, 2]), frozenset([2.0, True]), frozenset([Whole.ONE, Whole.TWO])],
        [(1, (2, frozenset())), (1.0, (2.0, frozenset()))],
        [Point(1, 2), Point(1.0, Fraction(2))],
        [Point((1, Point(0)), 2), Point((True, Point(0.0, False)), 2.0)],
        [Labelled(1, "a"), Labelled(1, "b")],
        [
            datetime.datetime(2024, 6, 1, 12, tzinfo=datetime.UTC),
            datetime.datetime(2024, 6, 1, 14, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
        ],
        [datetime.datetime(2024, 6, 1), datetime.datetime(2024, 6, 1, fold=1)],
        [
            datetime.time(12, tzinfo=datetime.UTC),
            datetime.time(14, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
        ],
        [datetime.timedelta(days=1), datetime.timedelta(hours=24)],
        [uuid.UUID(int=7), uuid.UUID("00000000-0000-0000-0000-000000000007")],
        [PurePosixPath("a/b"), PurePosixPath("a//b/")],
    ],
    ids=lambda equal: repr(equal[0]),
)
def test_keys_that_are_equal(equal):
    assert all(key == equal[0] and hash(key) == hash(equal[0]) for key in equal), "the test itself is wrong"
    assert {stable_hash(key) for key in equal} == {stable_hash(equal[0])}
    job = MapReduce(lambda n: [(equal[n], n)], lambda item: list(item[1]), num_partitions=5, executor="serial")
    assert job(range(len(equal)), 1) == [list(range(len(equal)))]


def test_a_moment_that_is_there_twice():
    """In a zone with daylight saving, an hour in autumn comes twice: fold tells which."""
    rome = ZoneInfo("Europe/Rome") if _has_zones() else pytest.skip("no time zones on this machine")
    for hour in (1, 2, 3):
        one = datetime.datetime(2024, 10, 27, hour, 30, tzinfo=rome)
        again = one.replace(fold=1)
        assert one == again
        assert hash(one) == hash(again)
        assert stable_hash(one) == stable_hash(again)
        in_utc = one.astimezone(datetime.UTC)
        if one == in_utc and hash(one) == hash(in_utc):
            assert stable_hash(one) == stable_hash(in_utc)


def _has_zones() -> bool:
    try:
        ZoneInfo("Europe/Rome")
    except Exception:
        return False
    return True


def test_the_first_and_the_last_moments():
    early = datetime.timezone(datetime.timedelta(hours=-14))
    late = datetime.timezone(datetime.timedelta(hours=14))
    moments = [
        moment.replace(tzinfo=zone)
        for moment in (datetime.datetime.min, datetime.datetime.max)
        for zone in (early, late, datetime.UTC)
    ]
    assert len({stable_hash(moment) for moment in moments}) == 6


def test_numbers_of_numpy():
    numpy = pytest.importorskip("numpy")
    for python, theirs in [
        (1, [numpy.int8(1), numpy.uint64(1), numpy.float64(1), numpy.float32(1), numpy.bool_(True)]),
        (0.5, [numpy.float16(0.5), numpy.float64(0.5), numpy.longdouble(0.5), numpy.complex64(0.5)]),
        (2**63, [numpy.uint64(2**63), numpy.float64(2**63)]),
        (1 + 2j, [numpy.complex64(1 + 2j), numpy.complex128(1 + 2j)]),
        ("word", [numpy.str_("word")]),
        (b"word", [numpy.bytes_(b"word")]),
    ]:
        for key in theirs:
            assert key == python
            assert hash(key) == hash(python)
            assert stable_hash(key) == stable_hash(python), repr(key)
            assert stable_hash((key, "a")) == stable_hash((python, "a"))


def test_times_of_numpy():
    """numpy's own times: equal ones of any unit meet, or are refused."""
    numpy = pytest.importorskip("numpy")
    for equal in (
        [numpy.datetime64("2024-06-01"), numpy.datetime64("2024-06-01T00:00:00"), numpy.datetime64("2024-06-01", "ns")],
        [numpy.timedelta64(1, "h"), numpy.timedelta64(60, "m"), numpy.timedelta64(3600 * 10**9, "ns")],
    ):
        found = set()
        for key in equal:
            assert key == equal[0]
            if hash(key) != hash(equal[0]):
                continue
            try:
                found.add(stable_hash(key))
            except BadKey:
                found.add("refused")
        assert len(found) == 1, found


def test_numpy_that_is_no_key():
    numpy = pytest.importorskip("numpy")
    for key in (numpy.array([1, 2]), numpy.float64("nan"), numpy.datetime64("2024-06-01"), numpy.timedelta64(1, "h")):
        with pytest.raises(BadKey):
            stable_hash(key)


# Whole jobs.


@settings(max_examples=150)
@given(st.lists(keys, max_size=25), st.integers(1, 7), st.integers(1, 5))
def test_a_job_groups_as_a_dictionary_does(found, num_partitions, chunksize):
    def map_func(numbered):
        yield numbered[1], numbered[0]

    def reduce_func(item):
        key, numbers = item
        return key, list(numbers)

    inputs = list(enumerate(found))
    job = MapReduce(map_func, reduce_func, num_partitions=num_partitions, executor="serial")
    results = job(inputs, chunksize)
    assert results == by_partition(map_func, reduce_func, inputs, num_partitions, hash_partitioner)
    assert dict(results) == dict(mapreduce(map_func, reduce_func, inputs))


KEYS = [
    *["", "a", "word", "é", "\ud800", b"", b"a", 0, 1, -1, 2**70, 0.5, -2.5e-30, float("inf"), None, True],
    *[Decimal("1.5"), Fraction(1, 3), 1 + 2j, (), ("a", 1), ("a", ("b", None)), frozenset(["a", "b", "c", "d", 1])],
    *[frozenset([("x", frozenset("abc"))]), datetime.date(2024, 2, 29), datetime.time(1, 2, 3, 4)],
    *[datetime.datetime(2024, 2, 29, 1, 2, 3), datetime.datetime(2024, 2, 29, tzinfo=datetime.UTC)],
    *[datetime.timedelta(-1, 5, 7), uuid.UUID(int=5), PurePosixPath("/a/B"), *ENUMS, Point("a", Point(1, None))],
    *[Slotted(("a",)), Labelled(3, "x"), Pair("a", "b")],
]
# Frozen numbers: a stored partition must be found again by a later version too.
KNOWN = {"the": 2613732506, 1: 3950597356, ("the", 1): 2844326317, None: 3751981041}


@pytest.mark.parametrize("seed", ["0", "1", "random"])
def test_every_process_has_the_same_hash(seed):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import test_partition, mrkit\n"
        "print([mrkit.stable_hash(key) for key in test_partition.KEYS], [hash('word')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent)],
        env=os.environ | {"PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith(str([stable_hash(key) for key in KEYS]))
    assert not done.stdout.rstrip().endswith(str([hash("word")])), "the seed was not another one"


@pytest.mark.parametrize("key", KNOWN)
def test_every_version_has_the_same_hash(key):
    assert stable_hash(key) == KNOWN[key]


def test_keys_are_spread_evenly():
    for kind in (str, int, float, lambda n: (n, "a"), lambda n: n * 64, lambda n: f"prefix-{n:08}"):
        for number in (2, 7, 10, 64):
            sizes = [0] * number
            for n in range(6400):
                sizes[hash_partitioner(kind(n), number)] += 1
            fair = 6400 / number
            assert min(sizes) > 0.5 * fair
            assert max(sizes) < 1.6 * fair


# What cannot be a key.


class Thing:
    """Equal to itself only."""


class CaseInsensitive(str):
    def __eq__(self, other):
        return self.lower() == other.lower()

    def __hash__(self):
        return hash(self.lower())


class Modulo(int):
    def __eq__(self, other):
        return int(self) % 7 == int(other) % 7

    def __hash__(self):
        return int(self) % 7


class ByFirst(tuple):
    __slots__ = ()

    def __eq__(self, other):
        return self[0] == other[0]

    def __hash__(self):
        return hash(self[0])


class JustAWord(str):
    """No __eq__ of its own: equal to the plain word."""


class Constructor(Decimal):
    pass


@dataclasses.dataclass(eq=False)
class Identity:
    x: int


@dataclasses.dataclass
class Unfrozen:
    x: int


@dataclasses.dataclass(unsafe_hash=True)
class Unsafe:
    x: int


@dataclasses.dataclass(frozen=True)
class OwnEquality:
    x: str

    def __eq__(self, other):
        return self.x.lower() == other.x.lower()

    def __hash__(self):
        return hash(self.x.lower())


@dataclasses.dataclass(frozen=True)
class Base:
    x: int


class Derived(Base):
    pass


class OwnNumbers(enum.Enum):
    A = 1
    B = 2

    def __eq__(self, other):
        return isinstance(other, OwnNumbers)

    def __hash__(self):
        return 1


NAN = [
    float("nan"),
    ("a", float("nan")),
    ("a", ("b", float("nan"))),
    frozenset([float("nan")]),
    Decimal("nan"),
    Decimal("sNaN"),
    complex("nan"),
    complex(1, float("nan")),
    Point(float("nan")),
    Point((1, float("nan"))),
]
CHANGING = [[1], {"a": 1}, {1}, bytearray(b"a"), Unfrozen(1), ("a", [1]), Point([1]), OrderedDict(a=1)]
UNKNOWN = [
    *[Thing(), object(), len, lambda: 1, Identity(1), CaseInsensitive("a"), Modulo(3), ByFirst((1, 2)), Thing, int],
    *[OwnEquality("a"), OwnNumbers.A, range(3), Ellipsis, ("a", Thing()), frozenset([Thing()]), Point(Identity(1))],
    *[("a", CaseInsensitive("b")), memoryview(b"a")],
]


@pytest.mark.parametrize("key", NAN, ids=repr)
def test_nan_is_no_key(key):
    with pytest.raises(BadKey, match=r"NaN cannot be a key.*Use None or a string"):
        stable_hash(key)
    assert is_nan(key) or isinstance(key, Point)


@pytest.mark.parametrize("key", CHANGING, ids=repr)
def test_what_can_change_is_no_key(key):
    with pytest.raises(BadKey, match=r"can change, so it cannot be a key\. Use a tuple"):
        stable_hash(key)


@pytest.mark.parametrize("key", UNKNOWN, ids=lambda key: type(key).__name__)
def test_what_has_an_equality_of_its_own_is_no_key(key):
    with pytest.raises(BadKey, match=r"mrkit cannot know which keys equal it.*partitioner of your own"):
        stable_hash(key)


@pytest.mark.parametrize("key", [*NAN, *CHANGING, *UNKNOWN], ids=lambda key: type(key).__name__)
def test_a_job_says_so_with_the_function_and_the_input(key):
    def gives_it(line):
        yield "good", 1
        if line == "third":
            yield key, 1

    with pytest.raises(BadKey) as caught:
        MapReduce(gives_it, len, num_partitions=3, executor="serial")(["first", "second", "third"], 3)
    said = str(caught.value)
    assert "gives_it" in said
    assert "'third'" in said
    assert "test_partition.py" in said


@pytest.mark.parametrize("partitioner", [lambda key, n: 0, lambda key, n: hash(key) % n])
def test_a_partitioner_of_ones_own_may_take_any_key(partitioner):
    def first_letter(line):
        yield CaseInsensitive(line[0]), 1

    job = MapReduce(
        first_letter, lambda item: sum(item[1]), partitioner=partitioner, num_partitions=2, executor="serial"
    )
    assert sorted(job(["apple", "Ant", "bee", "Atom"], 1)) == [1, 3]


@pytest.mark.parametrize("key", [float("nan"), ("a", Decimal("nan")), Point(float("nan"))], ids=repr)
def test_nan_is_no_key_for_any_partitioner(key):
    with pytest.raises(BadKey, match="NaN"):
        MapReduce(lambda n: [(key, n)], len, partitioner=lambda key, n: 0, num_partitions=1, executor="serial")([1])


def test_subclasses_that_keep_their_equality_are_keys():
    assert stable_hash(JustAWord("a")) == stable_hash("a")
    assert stable_hash(Constructor(1)) == stable_hash(1)
    assert stable_hash(Unsafe(1)) == stable_hash(Unsafe(1))
    assert Base(1) != Derived(1)
    assert stable_hash(Derived(1)) == stable_hash(Derived(1.0))


def test_a_dataclass_that_inherits_its_equality():
    @dataclasses.dataclass(frozen=True)
    class Child(Base):
        y: int

    assert stable_hash(Child(1, 2)) == stable_hash(Child(True, 2.0))
    assert stable_hash(Child(1, 2)) != stable_hash(Child(1, 3))


def test_classes_from_a_cell_meet_their_namesakes():
    """cloudpickle makes a new class in each worker; the key that comes back must meet its equal."""

    def make():
        @dataclasses.dataclass(frozen=True)
        class Key:
            x: int

        return Key

    assert stable_hash(make()(1)) == stable_hash(make()(1))


def test_paths():
    assert stable_hash(Path("a") / "b") == stable_hash(PurePath("a/b"))
    assert stable_hash(PurePosixPath("a/b")) != stable_hash(PurePosixPath("a/c"))


def test_huge_and_deep_keys():
    assert stable_hash(10**10000) == stable_hash(fractions.Fraction(10**10000))
    assert stable_hash("x" * 10**6) == stable_hash("x" * 10**6)
    deep: tuple = ()
    for _ in range(100):
        deep = (deep,)
    assert stable_hash(deep) == stable_hash((deep[0],))


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-10, max_value=10))
def test_decimals_with_many_digits(number):
    assume(number.is_finite())
    assert stable_hash(number) == stable_hash(Fraction(number))


def test_a_decimal_with_a_huge_exponent():
    """Too large for a float, which is no reason to be taken for infinity."""
    assert stable_hash(Decimal("1E+5000")) == stable_hash(10**5000)


# A range partitioner.


@given(st.lists(st.integers(), min_size=1), st.integers(1, 8), st.lists(st.integers()))
def test_ranges_put_all_keys_in_order(sample, num_partitions, found):
    partitioner = RangePartitioner.from_sample(sample, num_partitions)
    assert partitioner.num_partitions == num_partitions
    assert len(partitioner.borders) == num_partitions - 1
    numbers = [partitioner(key, num_partitions) for key in sorted(found)]
    assert numbers == sorted(numbers)
    assert all(0 <= number < num_partitions for number in numbers)


@given(st.lists(st.integers(), min_size=1, unique=True), st.integers(1, 8))
def test_ranges_divide_their_sample_evenly(sample, num_partitions):
    partitioner = RangePartitioner.from_sample(sample, num_partitions)
    sizes = [0] * num_partitions
    for key in sample:
        sizes[partitioner(key, num_partitions)] += 1
    assert max(sizes) - min(sizes) <= 1


@given(st.lists(st.text(max_size=3), min_size=1), st.integers(1, 5))
def test_a_job_over_ranges_sorts(found, num_partitions):
    partitioner = RangePartitioner.from_sample(found[:10], num_partitions)
    job = MapReduce(
        lambda word: [(word, 1)],
        lambda item: item[0],
        combiner=lambda item: (item[0], 1),
        partitioner=partitioner,
        executor="serial",
    )
    run = job.run(found, 3)
    assert sorted(run.results) == sorted(set(found))
    borders = [key for keys in _by_reduce_task(run) for key in (min(keys), max(keys)) if keys]
    assert borders == sorted(borders)
    assert len(run.trace.partitions) == num_partitions


def _by_reduce_task(run):
    keys: dict = {}
    for group in run.records.groups:
        keys.setdefault(group.partition, []).append(group.key)
    return [keys[number] for number in sorted(keys)]


def test_a_border_belongs_to_the_partition_after_it():
    partitioner = RangePartitioner([10, 20])
    assert [partitioner(key, 3) for key in (9, 10, 19, 20, 21)] == [0, 1, 1, 2, 2]


def test_bad_ranges():
    with pytest.raises(BadArgument, match="ascending"):
        RangePartitioner([3, 1])
    with pytest.raises(BadArgument, match="at least one sampled key"):
        RangePartitioner.from_sample([], 3)
    with pytest.raises(BadPartition, match="needs 4 borders; this one has 1"):
        RangePartitioner([1])("key", 5)
    with pytest.raises(BadArgument):
        RangePartitioner.from_sample([1, 2], 0)
    with pytest.raises(BadArgument):
        RangePartitioner([1, "a"])
    with pytest.raises(BadArgument):
        RangePartitioner.from_sample([1, "a"], 2)


def test_ranges_of_another_kind_of_key():
    with pytest.raises(UserFunctionError, match="RangePartitioner"):
        MapReduce(lambda n: [(n, 1)], len, partitioner=RangePartitioner(["a"]), executor="serial")([1])


def test_a_job_asks_the_range_partitioner_for_the_number():
    job = MapReduce(lambda n: [(n, 1)], lambda item: item[0], partitioner=RangePartitioner([3]), executor="serial")
    run = job.run([5, 1, 4, 2, 3], 5)
    assert run.results == [1, 2, 5, 4, 3]
    assert run.trace.ranges == ((0, 1), (1, 2))


HUGE = [
    [Decimal("1E+10000000"), Decimal("10E+9999999")],
    [Decimal("-7.5E+999999999999999"), Decimal("-75E+999999999999998")],
    [Decimal("3E-999999999999999"), Decimal("30E-1000000000000000")],
    [Decimal("1E+200000"), 10**200_000, Fraction(10**200_000)],
    [Decimal("15E-200000"), Fraction(15, 10**200_000)],
    [Decimal((0, (1, *[0] * 200_001), -200_000)), 10, 10.0],
    [Decimal("0E+999999999"), 0, False],
    *[[Decimal(f"1E+{n}"), 10**n] for n in (30_101, 30_102, 30_103, 30_104, 99_999, 100_001)],
]


@pytest.mark.parametrize("same", HUGE, ids=lambda same: str(same[0])[:20])
def test_a_number_whose_digits_fill_no_memory_has_a_hash_at_once(same):
    assert len(set(same)) == 1
    assert len({stable_hash(key) for key in same}) == 1


def test_huge_numbers_are_told_apart():
    keys = [Decimal(f"{digits}E{sign}{power}") for digits in (1, 2, -1) for sign in "+-" for power in (10**6, 10**7)]
    assert len({stable_hash(key) for key in keys}) == len(keys)


def test_a_set_that_is_there_many_times_is_written_once():
    key = frozenset({0})
    for n in range(60):
        key = frozenset({key, (key, n)})
    assert stable_hash(key) != stable_hash(frozenset({key}))


def test_a_nan_that_signals_is_told_as_any_other():
    with pytest.raises(BadKey, match="NaN cannot be a key"):
        MapReduce(lambda n: [(Decimal("sNaN"), n)], len, executor="serial")([1])


def test_a_key_that_is_nested_too_deeply_is_told():
    key = ()
    for _ in range(sys.getrecursionlimit()):
        key = (key,)
    with pytest.raises(BadKey, match="nested too deeply"):
        stable_hash(key)
