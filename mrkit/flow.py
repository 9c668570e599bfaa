"""MapReduce itself, on one page.

Data goes one way: inputs -> splits -> pairs -> groups -> buckets -> groups -> results. Each step is a function of
what it is given and nothing else: no clock, no pool, no events. Every worker calls `map_task` and `reduce_task`, these
very functions; what a worker does besides (look at a sample, write to disk) it hands in as arguments. A learner can
run every step by hand. Read it from top to bottom.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import chain, groupby, islice, repeat
from types import GeneratorType
from typing import Any

from mrkit.errors import BadKey, BadPair, BadPartition, BadResult, short
from mrkit.partition import (
    NAN_IS_NO_KEY,
    GroupBy,
    Partitioner,
    default_partitioner,
    group_of,
    hash_partitioner,
    is_nan,
    why_no_key,
)
from mrkit.values import Stream, Values

Pair = tuple[Hashable, Any]
Groups = dict[Any, list]  # key -> all its values, in the order met
Bucket = Groups  # what one map task made for one partition


def split(inputs: Iterable, chunksize: int = 1) -> Iterator[Iterable]:
    """Break the inputs into splits: the records of one map task each.

    Inputs that know their own splits (such as `mrkit.text_lines`) are taken at their word.

    >>> list(split(["a", "b", "c"], chunksize=2))
    [['a', 'b'], ['c']]
    """
    if hasattr(inputs, "splits"):
        yield from inputs.splits()
        return
    records = iter(inputs)
    while chunk := list(islice(records, chunksize)):
        yield chunk


def map_records(map_func: Callable[[Any], Iterable[Pair]], records: Iterable) -> Iterator[Pair]:
    """Map: every record becomes any number of pairs.

    >>> list(map_records(lambda word: [(len(word), word)], ["cat", "mouse"]))
    [(3, 'cat'), (5, 'mouse')]
    """
    return chain.from_iterable(_outputs(map_func, records))


def _outputs(map_func: Callable[[Any], Iterable[Pair]], records: Iterable) -> Iterator[Iterable[Pair]]:
    for record in records:
        yield _pairs(map_func(record))


def group(pairs: Iterable[Pair], groups: Groups | None = None) -> Groups:
    """Bring the values of equal keys together, keys and values in the order met; more of them into `groups`.

    >>> group([("the", 1), ("cat", 1), ("the", 1)])
    {'the': [1, 1], 'cat': [1]}
    """
    groups = {} if groups is None else groups
    for pair in pairs:
        try:
            if pair.__class__ is not tuple:
                _check_pair(pair, "map function")
            key, value = pair
            if key in groups:
                groups[key].append(value)
            else:
                groups[key] = [value]
        except (TypeError, ValueError) as error:
            _check_pair(pair, "map function")
            raise BadKey(why_no_key(key)) from error
    return groups


def all_at_once(pairs: Iterable[Pair]) -> Iterator[Groups]:
    """All pairs in one piece: what a worker with enough memory does."""
    yield group(pairs)


def combine(combiner: Callable[[tuple[Any, Iterable]], Pair], groups: Groups) -> Groups:
    """Shrink every group to one value before it travels.

    >>> combine(lambda item: (item[0], sum(item[1])), {"the": [1, 1], "cat": [1]})
    {'the': [2], 'cat': [1]}
    """
    combined: Groups = {}
    for key, values in groups.items():
        pair = combiner((key, Values(values)))
        if pair.__class__ is not tuple or len(pair) != 2:
            _check_pair(pair, "combiner")
        if key.__class__ is not str and is_nan(key):
            raise BadKey(NAN_IS_NO_KEY)
        if pair[0] != key:
            raise BadPair(f"A combiner must keep its key; it was given {short(key)} and gave {short(pair[0])}.")
        combined[key] = [pair[1]]
    return combined


def partition(groups: Groups, num_partitions: int, partitioner: Partitioner = hash_partitioner) -> list[Bucket]:
    """Lay every group into the bucket of its partition.

    >>> partition({"the": [1, 1], "dog": [1]}, 2)
    [{'the': [1, 1]}, {'dog': [1]}]
    """
    nothing: Bucket = {}
    buckets = [nothing] * num_partitions
    for key, values in groups.items():
        if key.__class__ is not str and is_nan(key):
            raise BadKey(NAN_IS_NO_KEY)
        number = partitioner(key, num_partitions)
        if number.__class__ is not int or not 0 <= number < num_partitions:
            number = _check_number(number, key, num_partitions)
        if buckets[number] is nothing:
            buckets[number] = {}
        buckets[number][key] = values
    return buckets


def map_task(
    map_func: Callable[[Any], Iterable[Pair]],
    records: Iterable,
    num_partitions: int,
    partitioner: Partitioner = hash_partitioner,
    combiner: Callable[[tuple[Any, Iterable]], Pair] | None = None,
    *,
    mapping: Callable[..., Iterable[Pair]] = map_records,
    grouping: Callable[[Iterable[Pair]], Iterable[Groups]] = all_at_once,
    collect: Callable[[Iterator[list[Bucket]]], Any] = next,
) -> Any:
    """Everything one map task does: its records in, one bucket for each partition out.

    A worker hands in how it maps (`mapping`), how many pairs it groups at a time (`grouping`), and where the buckets
    of each such piece go (`collect`). Without a word, there is one piece, and its buckets come back.

    >>> map_task(lambda line: [(word, 1) for word in line.split()], ["the dog", "the end"], 2)
    [{'the': [1, 1]}, {'dog': [1], 'end': [1]}]
    """
    pieces = grouping(mapping(map_func, records))
    if combiner is not None:
        pieces = (combine(combiner, groups) for groups in pieces)
    return collect(partition(groups, num_partitions, partitioner) for groups in pieces)


def merge(buckets: Iterable[Bucket], groups: Groups | None = None) -> Groups:
    """Bring together what all map tasks made for one partition; more of it into `groups`.

    >>> merge([{"the": [1, 1]}, {"cat": [1], "the": [1]}])
    {'the': [1, 1, 1], 'cat': [1]}
    """
    groups = {} if groups is None else groups
    for bucket in buckets:
        for key, values in bucket.items():
            if key in groups:
                groups[key].extend(values)
            else:
                groups[key] = list(values)
    return groups


def sort(groups: Groups) -> Groups:
    """The groups in the order of their keys, for a job whose results must be sorted.

    >>> sort({"the": [1, 1], "cat": [1]})
    {'cat': [1], 'the': [1, 1]}
    """
    try:
        return {key: groups[key] for key in sorted(groups)}
    except TypeError as error:
        raise BadKey(unsortable(error, groups)) from error


def streams(groups: Iterable[tuple[Any, Iterable]], group_by: GroupBy) -> Iterator[tuple[Any, Iterator[Pair]]]:
    """The groups of single keys, sorted, as groups of many keys: for each of them its pairs, in the order of the keys.

    >>> sales = [(("Oslo", 1), [5, 3]), (("Oslo", 2), [7]), (("Rome", 1), [4])]
    >>> for city, pairs in streams(sales, lambda key: key[0]):
    ...     print(city, list(pairs))
    Oslo [(('Oslo', 1), 5), (('Oslo', 1), 3), (('Oslo', 2), 7)]
    Rome [(('Rome', 1), 4)]
    """
    met: set[Any] = set()
    for name, members in groupby(groups, lambda item: group_of(group_by, item[0])):
        if name in met:
            raise BadKey(_torn_apart(name))
        if len(met) < MOST_REMEMBERED:
            met.add(name)
        yield name, chain.from_iterable(zip(repeat(key), values, strict=False) for key, values in members)


def merged(
    buckets: Iterable[Bucket], sort_keys: bool = False, group_by: GroupBy | None = None
) -> Iterable[tuple[Any, Iterable]]:
    """The groups of a partition, (key, values) each, in the order met or in the order of their keys.

    With `group_by`, (group, pairs) each.
    """
    groups = merge(buckets)
    if group_by is not None:
        return streams(sort(groups).items(), group_by)
    return (sort(groups) if sort_keys else groups).items()


def reduce_groups(
    reduce_func: Callable[[tuple[Any, Iterable]], Any], groups: Iterable[tuple[Any, Iterable]]
) -> Iterator:
    """Reduce: every group becomes one result. The values can be read once.

    >>> list(reduce_groups(lambda item: (item[0], sum(item[1])), [("the", [1, 1]), ("cat", [1])]))
    [('the', 2), ('cat', 1)]
    """
    for key, values in groups:
        yield reduce_func((key, Values(values)))


def reduce_streams(
    reduce_func: Callable[[tuple[Any, Iterable]], Any], groups: Iterable[tuple[Any, Iterable[Pair]]]
) -> Iterator:
    """Reduce with `group_by`: every group of pairs becomes any number of results. The pairs can be read once.

    >>> def rises(item):
    ...     name, pairs = item
    ...     last = None
    ...     for key, value in pairs:
    ...         if last is not None and value > last:
    ...             yield name, value - last
    ...         last = value
    >>> list(reduce_streams(rises, [("Oslo", iter([(1, 5), (2, 9), (3, 4), (4, 6)]))]))
    [('Oslo', 4), ('Oslo', 2)]
    """
    for key, pairs in groups:
        stream = Stream(pairs)
        yield from _results(reduce_func((key, stream)))
        stream.end()


def reduce_task(
    reduce_func: Callable[[tuple[Any, Iterable]], Any],
    buckets: Iterable[Bucket],
    sort_keys: bool = False,
    group_by: GroupBy | None = None,
    *,
    grouping: Callable[..., Iterable[tuple[Any, Iterable]]] = merged,
    reducing: Callable[..., Iterator] = reduce_groups,
    collect: Callable[[Iterator], Any] = list,
) -> Any:
    """Everything one reduce task does: the buckets of its partition in, results out.

    A worker hands in how it brings groups together that are larger than its memory (`grouping`), how it reduces
    them (`reducing`), and where the results go (`collect`).

    >>> reduce_task(lambda item: (item[0], sum(item[1])), [{"the": [1, 1]}, {"the": [1]}])
    [('the', 3)]
    """
    step = reducing if group_by is None else reduce_streams
    return collect(step(reduce_func, grouping(buckets, sort_keys, group_by)))


def mapreduce(
    map_func: Callable[[Any], Iterable[Pair]],
    reduce_func: Callable[[tuple[Any, Iterable]], Any],
    inputs: Iterable,
    chunksize: int = 1,
    num_partitions: int = 1,
    partitioner: Partitioner | None = None,
    combiner: Callable[[tuple[Any, Iterable]], Pair] | None = None,
    sort_keys: bool = False,
    group_by: GroupBy | None = None,
) -> list:
    """The whole of MapReduce, in one thread.

    >>> def words(line):
    ...     return [(word, 1) for word in line.split()]
    >>> def total(item):
    ...     word, ones = item
    ...     return word, sum(ones)
    >>> mapreduce(words, total, ["the cat", "the dog"])
    [('the', 2), ('cat', 1), ('dog', 1)]
    """
    partitioner = partitioner or default_partitioner(group_by)
    map_outputs = [
        map_task(map_func, records, num_partitions, partitioner, combiner) for records in split(inputs, chunksize)
    ]
    shuffled = zip(*map_outputs, strict=True)  # from one row for each map task to one for each partition
    return [result for buckets in shuffled for result in reduce_task(reduce_func, buckets, sort_keys, group_by)]


# What goes wrong most often, said in a sentence.


MOST_REMEMBERED = 100_000  # groups of a partition that are known again if they come twice
_USUAL = {list, GeneratorType}  # what map functions give nearly always: a closer look is slow


def _pairs(given: Any) -> Iterable[Pair]:
    if given.__class__ in _USUAL:
        return given
    if given is None:
        raise BadPair("The map function gave nothing back. Is a `yield` or a `return` missing?")
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise BadPair(f"The map function must return or yield (key, value) pairs; it gave {short(given)}.")
    return given


def _check_pair(pair: Any, giver: str) -> None:
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        need = "I need (key, value) pairs" if giver == "map function" else "I need one (key, value) pair"
        raise BadPair(f"{need}; the {giver} gave {short(pair)}.")


def _results(given: Any) -> Iterator:
    if isinstance(given, Iterator):
        return given
    raise BadResult(
        f"With group_by, the reduce function yields its results, none or many; it returned {short(given)}. "
        f"Write `yield` in place of `return`."
    )


def unsortable(error: Exception, keys: Iterable = ()) -> str:
    """The sentence that says what to do with keys that have no order, with one of each kind if they are known."""
    kinds = {type(key): short(key) for key in keys}
    such = f" (here: {', '.join(islice(kinds.values(), 3))})" if len(kinds) > 1 else ""
    return f"The keys cannot be sorted: {error}. Use keys of one kind{such}: sort_keys and group_by put them in order."


def _torn_apart(name: Any) -> str:
    return (
        f"The keys of the group {short(name)} do not stand side by side when the keys are sorted. "
        f"Put first into the key what group_by looks at."
    )


def _check_number(number: Any, key: Hashable, num_partitions: int) -> int:
    if hasattr(number, "__index__") and 0 <= number.__index__() < num_partitions:
        return number.__index__()
    raise BadPartition(
        f"A partitioner must give a whole number from 0 to {num_partitions - 1}; "
        f"for {short(key)} it gave {short(number)}."
    )
