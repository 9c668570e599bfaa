"""The intermediate data itself, as far as it was kept: input -> pairs -> partition -> group -> result.

Workers keep the first records of their tasks, up to a share of the job's `sample`; what was not kept is
counted, so that a view can say how much is missing. Serves views and lessons; the engine only fills it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from mrkit.errors import BadArgument, short
from mrkit.partition import GroupBy


class Input(NamedTuple):
    """A record that a map task read, the `position`-th of its split."""

    map_task: int
    position: int
    record: Any


class Pair(NamedTuple):
    """A pair that the map function made of `inputs[input]`."""

    input: int
    key: Any
    value: Any
    partition: int


class Group(NamedTuple):
    """What the reduce function got for a key (its first values, of `num_values`) and what it made of it.

    In a job with `group_by`, `key` is the group's name, `values` are pairs in order, and `result` lists all results.
    """

    partition: int
    key: Any
    values: tuple
    num_values: int
    result: Any


@dataclass(frozen=True)
class Records:
    """A sample of the data of one run, with the totals that it was taken from.

    >>> from mrkit import MapReduce
    >>> job = MapReduce(lambda line: [(word, 1) for word in line.split()], lambda item: sum(item[1]),
    ...                 num_partitions=2, executor="serial")
    >>> records = job.run(["the dog", "the end"]).records
    >>> records
    Records(2 of 2 inputs, 4 of 4 pairs, 3 of 3 groups)
    >>> records.pairs[0]
    Pair(input=0, key='the', value=1, partition=0)
    >>> records.groups[0]
    Group(partition=0, key='the', values=(1, 1), num_values=2, result=2)
    """

    inputs: tuple[Input, ...]
    pairs: tuple[Pair, ...]
    groups: tuple[Group, ...]
    num_inputs: int
    num_pairs: int
    num_groups: int
    group_by: GroupBy | None = None

    def group_of(self, key: Any) -> Any:
        """What the group of a key is called: the key itself, unless the job had `group_by`."""
        return key if self.group_by is None else self.group_by(key)

    @property
    def complete(self) -> bool:
        """Whether nothing was left out."""
        return (len(self.inputs), len(self.pairs), len(self.groups)) == (
            self.num_inputs,
            self.num_pairs,
            self.num_groups,
        )

    def __repr__(self) -> str:
        return (
            f"Records({len(self.inputs):,} of {self.num_inputs:,} inputs, {len(self.pairs):,} of "
            f"{self.num_pairs:,} pairs, {len(self.groups):,} of {self.num_groups:,} groups)"
        )

    @classmethod
    def of(
        cls,
        samples: Mapping[tuple[str, int], list],
        ranges: Iterable[tuple[int, int]],
        num_inputs: int,
        num_pairs: int,
        num_groups: int,
        group_by: GroupBy | None = None,
    ) -> Records:
        """Put together what the tasks kept: `samples[stage, task]`."""
        ends = [last for _, last in ranges]
        inputs: list[Input] = []
        pairs: list[Pair] = []
        groups: list[Group] = []
        for (stage, task), sample in sorted(samples.items(), key=lambda item: item[0]):
            for item in sample:
                if stage == "map":
                    pairs += (Pair(len(inputs), k, v, bisect_right(ends, p)) for k, v, p in item.pairs)
                    inputs.append(Input(task, item.position, item.record))
                else:
                    task = bisect_right(ends, item.partition)
                    groups.append(Group(task, item.key, item.values, item.num_values, item.result))
        return cls(tuple(inputs), tuple(pairs), tuple(groups), num_inputs, num_pairs, num_groups, group_by)


@dataclass(frozen=True)
class Explanation:
    """Where one result came from. `complete` says whether all of its pairs were kept."""

    key: Any
    result: Any
    partition: int
    pairs: tuple[Pair, ...]
    inputs: tuple[Input, ...]
    map_tasks: tuple[int, ...]
    complete: bool

    def __str__(self) -> str:
        seen = "" if self.complete else " (at least: not everything was kept)"
        tasks = "map task" if len(self.map_tasks) == 1 else "map tasks"
        lines = [
            f"{short(self.key)}: {_count(self.pairs, 'pair')}{seen} of {_count(self.inputs, 'input')}, "
            f"made by {tasks} {', '.join(map(str, self.map_tasks))}, met in partition {self.partition} "
            f"and became {short(self.result)}.",
            *(f"  map task {row.map_task} read {short(row.record)}" for row in self.inputs),
        ]
        return "\n".join(lines)


def _count(things: tuple, name: str) -> str:
    return f"1 {name}" if len(things) == 1 else f"{len(things):,} {name}s"


def explain(records: Records, key: Any) -> Explanation:
    """Which inputs, which map tasks and which pairs the result for `key` came from.

    Raises `BadArgument` if no pair with this key was kept.

    >>> from mrkit import MapReduce
    >>> job = MapReduce(lambda line: [(word, 1) for word in line.split()], lambda item: sum(item[1]),
    ...                 num_partitions=2, executor="serial")
    >>> print(job.run(["the dog", "the end"]).explain("the"))
    'the': 2 pairs of 2 inputs, made by map tasks 0, 1, met in partition 0 and became 2.
      map task 0 read 'the dog'
      map task 1 read 'the end'
    """
    pairs = tuple(pair for pair in records.pairs if records.group_of(pair.key) == key)
    group = next((group for group in records.groups if group.key == key), None)
    if not pairs or group is None:
        why = "Only a sample was kept; run with a larger `sample`."
        if records.complete:
            why = "The job made no such key."
        raise BadArgument(f"Nothing is known of the key {short(key)}. {why}")
    inputs = tuple(records.inputs[number] for number in sorted({pair.input for pair in pairs}))
    return Explanation(
        group.key,
        group.result,
        group.partition,
        pairs,
        inputs,
        tuple(sorted({row.map_task for row in inputs})),
        len(records.inputs) == records.num_inputs and len(records.pairs) == records.num_pairs,
    )
