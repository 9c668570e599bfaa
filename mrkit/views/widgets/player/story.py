"""A run as a story: one step for everything that happened to a record, each with the sentence that says it.

Serves the record player, which only draws it. `story(run)` is a function of a run and of the job's functions; every
sentence is true for that run: its workers, hashes, partitions and sums. It must never invent what was not kept: an
incomplete sample is counted and said. The phases are told one after the other, though each map task partitions its
pairs as soon as it has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, NamedTuple

from mrkit.errors import BadArgument, BadKey, short
from mrkit.job import Run
from mrkit.partition import RangePartitioner, hash_partitioner, stable_hash
from mrkit.records import Group, Input, Pair
from mrkit.views.widgets.player.source import (
    UNKNOWN,
    FunctionText,
    coloured,
    lines_of_pairs,
    lines_of_results,
    lines_of_returns,
    source_of,
)
from mrkit.words import count, key_text

MOST_INPUTS = 5000
MOST_PAIRS = 10_000
UNSEEN = "?"  # the value of a combined pair of which only a part was kept
SLOW = 0.1  # seconds: functions that took longer for a record are not run again to find their lines


class Step(NamedTuple):
    """One step. `kind` says what moves, `item` which of them it is, `line` which line of the phase's function ran.

    kind "start" and "end": nothing; "phase": a phase begins; "read": an input; "pair": a pair; "combine" and "move":
    a parcel; "reduce": a group.
    """

    phase: str
    kind: str
    item: int
    line: int
    text: str


class Parcel(NamedTuple):
    """What travels to a partition: a pair, or what the combiner made of some. `value` is what it shows."""

    key: int
    task: int
    pairs: tuple[int, ...]
    value: str


@dataclass(frozen=True)
class Story:
    """All that the player shows, in plain rows; a key is a number, counted in the order first met.

    `inputs`: (number in the job, text, index of its task). `pairs`: (input, key, value). `keys`: text.
    `groups`: for each key (partition, result, what the lineage of its result is). In a job with `group_by` these keys
    are the groups, and `order` has the place of each parcel in its group. `tasks`: (number, index of its worker).
    `partitions`: (name, index of its worker, what became of it). `workers`: (name, what it did). `map_times` and
    `reduce_times`: for each task and partition, its (start, end) in milliseconds since the first task started.
    """

    title: str
    summary: str
    sample: str
    inputs: tuple[tuple[int, str, int], ...]
    pairs: tuple[tuple[int, int, str], ...]
    keys: tuple[str, ...]
    parcels: tuple[Parcel, ...]
    groups: tuple[tuple[int, str, str], ...]
    order: tuple[int, ...]
    tasks: tuple[tuple[int, int], ...]
    partitions: tuple[tuple[str, int, str], ...]
    workers: tuple[tuple[str, str], ...]
    map_times: tuple[tuple[float, float], ...]
    reduce_times: tuple[tuple[float, float], ...]
    combined: bool
    sources: dict[str, FunctionText]
    steps: tuple[Step, ...]

    def rows(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return {**vars(self), "sources": {phase: asdict(source) for phase, source in self.sources.items()}}


def story(run: Run, hashes: bool = False) -> Story:
    """The story of a run, with the lines of the job's functions that ran; with `hashes`, why a key goes where it goes.

    >>> from mrkit import MapReduce
    >>> run = MapReduce(lambda line: [(word, 1) for word in line.split()], lambda item: (item[0], sum(item[1])),
    ...                 num_partitions=2, executor="serial").run(["the cat"])
    >>> for step in story(run).steps[1:4]:
    ...     print(step.kind, step.text)
    read Worker main reads input 1, 'the cat', for map task 0.
    pair Worker main gives input 1 to the map function and gets ('the', 1).
    pair Worker main gives input 1 to the map function and gets ('cat', 1).
    """
    return _Teller(run, hashes).story()


class _Teller:
    """Holds what all sentences need while one story is told."""

    def __init__(self, run: Run, hashes: bool):
        if not isinstance(run, Run):
            raise BadArgument(f"A record player needs a run, such as job.run(inputs) gives; not {short(run)}.")
        if run.records.num_inputs and not run.records.inputs:
            raise BadArgument("This run kept no records to show. Run the job with sample=1000.")
        self.run, self.trace, self.records, self.hashes = run, run.trace, run.records, hashes
        functions = run.functions
        self.map_func, self.reduce_func = functions.map_func, functions.reduce_func
        self.combiner, self.partitioner, self.group_by = functions.combiner, functions.partitioner, functions.group_by
        self.inputs, self.pairs = _first(self.records.inputs, self.records.pairs)
        self.complete = self.records.complete and len(self.pairs) == self.records.num_pairs
        self.combined = self.combiner is not None
        self._number_keys()
        self._name_tasks()

    def story(self) -> Story:
        """Everything, put together."""
        steps = [*self._map(), *self._combine(), *self._partition(), *self._reduce()]
        return Story(
            title=self.trace.job.name,
            summary=self._summary(),
            sample=self._sample(),
            inputs=tuple(
                (self._input_number(row), key_text(row.record, 200), self.task_index[row.map_task])
                for row in self.inputs
            ),
            pairs=tuple((pair.input, self._number_of(pair), self._value(pair)) for pair in self.pairs),
            keys=tuple(map(key_text, self.keys)),
            parcels=tuple(self.parcels),
            groups=tuple(
                (self.key_partition[key], self._result(key), self._lineage(key)) for key in range(len(self.keys))
            ),
            order=tuple(self.places),
            tasks=tuple((number, self.worker_index[self.map_workers[number]]) for number in self.task_index),
            partitions=self._partitions(),
            workers=tuple((worker_name(name), self._worker_did(name)) for name in self.worker_index),
            map_times=self._times("map", self.task_index),
            reduce_times=self._times("reduce", range(len(self.trace.partitions))),
            combined=self.combined,
            sources=self._sources(),
            steps=tuple(steps),
        )

    def _times(self, stage: str, tasks: Iterable[int]) -> tuple[tuple[float, float], ...]:
        started = min((task.started for task in self.trace.tasks("map")), default=0.0)
        times = {task.task: (task.started, task.finished) for task in self.trace.tasks(stage)}
        return tuple(tuple(round(1000 * (at - started), 4) for at in times[number]) for number in tasks)  # type: ignore[misc]

    # What is there.

    def _number_keys(self) -> None:
        self.key_numbers: dict[Any, int] = {}
        self.key_pairs: list[list[int]] = []
        self.key_partition: list[int] = []
        for index, pair in enumerate(self.pairs):
            number = self.key_numbers.setdefault(self.records.group_of(pair.key), len(self.key_numbers))
            if number == len(self.key_pairs):
                self.key_pairs.append([])
                self.key_partition.append(pair.partition)
            self.key_pairs[number].append(index)
        self.keys = list(self.key_numbers)
        self.groups: list[Group | None] = [None] * len(self.keys)
        for group in self.records.groups:
            if group.key in self.key_numbers:
                self.groups[self.key_numbers[group.key]] = group

    def _name_tasks(self) -> None:
        self.map_workers = {task.task: task.worker for task in self.trace.tasks("map")}
        self.reduce_workers = {task.task: task.worker for task in self.trace.tasks("reduce")}
        self.worker_index = {name: index for index, name in enumerate(self.trace.workers)}
        shown = dict.fromkeys(row.map_task for row in self.inputs)
        self.task_index = {number: index for index, number in enumerate(shown)}
        self.first_input: dict[int, int] = {}
        count = 1
        for task in self.trace.tasks("map"):
            self.first_input[task.task] = count
            count += task.records_in

    @cached_property
    def parcels(self) -> list[Parcel]:
        """What travels: pair by pair, or with a combiner one for each key of each map task."""
        if not self.combined:
            return [
                Parcel(self._number_of(pair), self._task_of(pair), (index,), self._value(pair))
                for index, pair in enumerate(self.pairs)
            ]
        together: dict[tuple[int, Any], list[int]] = {}
        for index, pair in enumerate(self.pairs):
            together.setdefault((self._task_of(pair), pair.key), []).append(index)
        parcels = [
            Parcel(self._number_of(self.pairs[pairs[0]]), task, tuple(pairs), UNSEEN)
            for (task, _), pairs in sorted(together.items(), key=lambda item: item[0][0])
        ]
        places = self._places(parcels)
        return [
            parcel._replace(value=self._combined_value(parcel, place))
            for parcel, place in zip(parcels, places, strict=True)
        ]

    @cached_property
    def places(self) -> list[int]:
        """The place of each parcel in its group, where groups have an order."""
        return self._places(self.parcels) if self.group_by is not None else []

    def _places(self, parcels: list[Parcel]) -> list[int]:
        """The places in which the reduce function got the parcels: as they came or, with group_by, by their keys."""
        of_group: list[list[int]] = [[] for _ in self.keys]
        for number, parcel in enumerate(parcels):
            of_group[parcel.key].append(number)
        places = [0] * len(parcels)
        for members in of_group:
            if self.group_by is not None:
                members.sort(key=lambda number: self.pairs[parcels[number].pairs[0]].key)
            for place, number in enumerate(members):
                places[number] = place
        return places

    def _combined_value(self, parcel: Parcel, place: int) -> str:
        """What the combiner made: the reduce function got it, in this place."""
        group = self.groups[parcel.key]
        if not self.complete or group is None or place >= len(group.values):
            return UNSEEN
        if self.group_by is None:
            return key_text(group.values[place])
        return self._part(*group.values[place])

    def _number_of(self, pair: Pair) -> int:
        return self.key_numbers[self.records.group_of(pair.key)]

    def _value(self, pair: Pair) -> str:
        """What a chip shows beside its key or, with group_by, beside its group: the rest of the key as well."""
        return key_text(pair.value) if self.group_by is None else self._part(pair.key, pair.value)

    def _part(self, key: Any, value: Any) -> str:
        rest = key
        if isinstance(key, tuple) and len(key) > 1 and short(key[0]) == short(self.records.group_of(key)):
            rest = key[1] if len(key) == 2 else key[1:]
        return f"{key_text(rest)}: {key_text(value)}"

    # What happened.

    def _map(self) -> Iterable[Step]:
        inputs, workers = self.records.num_inputs, self.trace.job.num_workers
        wait = "waits" if inputs == 1 else "wait"
        text = f"Map: {count(inputs, 'input')} {wait} for {count(workers, 'worker')}."
        yield Step("map", "phase", -1, UNKNOWN, text + self._only(len(self.inputs)))
        pairs = self._pairs_by_input
        lines = self._map_lines(pairs)
        name = _name(self.map_func, "the map function")
        previous = None
        for index, row in enumerate(self.inputs):
            worker, number = self._map_worker(row.map_task), self._input_number(row)
            text = f"{cap(worker)} reads input {number}, {short(row.record, 60)}, for map task {row.map_task}."
            if row.map_task != previous:
                text += self._meanwhile(row.map_task)
            if not pairs[index]:
                text += " It gives no pair."
            previous = row.map_task
            yield Step("map", "read", index, UNKNOWN, text)
            for pair, line in zip(pairs[index], lines[index], strict=True):
                said = f"{cap(worker)} gives input {number} to {name} and gets {self._say(pair)}."
                yield Step("map", "pair", pair, line, said)

    def _combine(self) -> Iterable[Step]:
        if not self.combined:
            return
        text = "Combine: each map task makes one pair of all its pairs with the same key, before anything travels."
        yield Step("combine", "phase", -1, UNKNOWN, text)
        name = _name(self.combiner, "the combiner")
        lines = self._return_lines(self.combiner, [self._group_of(parcel) for parcel in self.parcels])
        for index, (parcel, line) in enumerate(zip(self.parcels, lines, strict=True)):
            key = short(self.pairs[parcel.pairs[0]].key, 40)
            worker = self._map_worker(self._task_number(parcel))
            given = self._given(key, [self.pairs[pair].value for pair in parcel.pairs], len(parcel.pairs))
            value = parcel.value if self.group_by is None else parcel.value.rpartition(": ")[2]
            made = f"({key}, {value})" if parcel.value != UNSEEN else "one pair, which this sample cannot show"
            text = f"{cap(worker)} gives {name} {given} and gets {made}."
            yield Step("combine", "combine", index, line, text)

    def _partition(self) -> Iterable[Step]:
        pairs = self.trace.num_shuffled
        made = f", made of {self.trace.num_pairs:,}," if self.combined else ""
        are = "is" if pairs == 1 else "are"
        text = f"Partition: {count(pairs, 'pair')}{made} {are} ready. {self._what_decides} decides where it goes."
        yield Step("partition", "phase", -1, UNKNOWN, text + self._only(len(self.parcels)))
        whys = [self._why(number) for number in range(len(self.keys))]
        lines = self._partition_lines()
        arrived = [0] * len(self.keys)
        for index, parcel in enumerate(self.parcels):
            arrived[parcel.key] += 1
            here = arrived[parcel.key]
            has = "has" if self.complete else "shows"
            group = f"Its group now {has} {here} {'value' if self.group_by is None else 'pair'}{'s' * (here != 1)}."
            if here == 1 and self.complete:
                group = "It opens a group."
            called = ""
            if self.group_by is not None:
                whole = short(self.pairs[parcel.pairs[0]].key, 40)
                called = f"{whole} belongs to the group {short(self.keys[parcel.key], 40)}. "
            yield Step("partition", "move", index, lines[parcel.key], f"{called}{whys[parcel.key]} {group}")

    def _reduce(self) -> Iterable[Step]:
        text = "Reduce: all pairs have arrived, so every group is complete. Each becomes one result."
        if self.group_by is not None:
            text = "Reduce: all pairs have arrived, and in every group they stand in the order of their keys."
        yield Step("reduce", "phase", -1, UNKNOWN, text)
        name = _name(self.reduce_func, "the reduce function")
        order = self._reduce_order()
        whole = [
            (group.key, group.values) if (group := self.groups[key]) and len(group.values) == group.num_values else None
            for key in order
        ]
        lines = self._reduce_lines(order, whole)
        for key, line in zip(order, lines, strict=True):
            group = self.groups[key]
            worker = self._reduce_worker(self.key_partition[key])
            if group is None:
                text = f"{cap(worker)} reduces {short(self.keys[key], 40)}; its result was not kept."
            else:
                given = self._given(short(group.key, 40), group.values, group.num_values, self.group_by is not None)
                text = f"{cap(worker)} gives {name} {given} and gets {self._say_result(group)}."
            yield Step("reduce", "reduce", key, line, text)
        yield Step("reduce", "end", -1, UNKNOWN, f"Done: {self._summary()}. Pick a result to see where it came from.")

    # Sentences.

    def _only(self, shown: int) -> str:
        return "" if self.complete else f" {shown:,} of them {'is' if shown == 1 else 'are'} shown."

    def _say_result(self, group: Group) -> str:
        if self.group_by is None:
            return short(group.result, 60)
        return listed([short(result, 60) for result in group.result[:3]]) if group.result else "nothing"

    @property
    def _what_decides(self) -> str:
        grouped = self.group_by is not None and self.partitioner is None
        return "The group of a pair's key" if grouped else "A pair's key alone"

    def _given(self, key: str, values: Sequence, number: int, grouped: bool = False) -> str:
        """What a reduce function or a combiner is given."""
        said = [short(value, 30) for value in values[:6]]
        if number > len(said):
            said.append(f"{number - len(said):,} more")
        if grouped:
            return f"the group {key} with {count(number, 'pair')}, {listed(said)},"
        return f"the key {key} with {count(number, 'value')}, {listed(said)},"

    def _summary(self) -> str:
        trace = self.trace
        combined = f" → {trace.num_shuffled:,} combined" if self.combined else ""
        return (
            f"{count(trace.num_inputs, 'input')} → {count(trace.num_pairs, 'pair')}{combined} → "
            f"{count(trace.num_groups, 'group')} → {count(trace.num_results, 'result')}"
        )

    def _sample(self) -> str:
        if self.complete:
            return ""
        return (
            f"showing {len(self.inputs):,} of {self.records.num_inputs:,} inputs and "
            f"{len(self.pairs):,} of {self.records.num_pairs:,} pairs"
        )

    def _meanwhile(self, task: int) -> str:
        """Who else was at a map task when this one began."""
        spans = [span for span in self.trace.spans if span.stage == "map" and span.ok]
        mine = next(span for span in spans if span.task == task)
        for other in spans:
            if other.worker != mine.worker and other.started <= mine.started < other.finished:
                return f" At that moment, {worker_name(other.worker)} is at map task {other.task}."
        return ""

    def _why(self, key: int) -> str:
        """Why a key's pairs go where they went."""
        name, partition = short(self.keys[key], 40), self.key_partition[key]
        goal = self._partition_name(partition)
        if len(self.trace.ranges) == 1:
            return f"There is one reduce task, so {name} goes there."
        if self._hashed and not self.hashes:
            return f"All pairs with the key {name} go to {goal}."
        if self._hashed:
            number = self.trace.ranges[-1][1]
            hashed = stable_hash(self.keys[key])
            taken = f", which reduce task {partition} takes" if goal.startswith("partitions") else ""
            goal = f"partition {(goal_number := hashed % number)}"
            return f"The stable hash of {name} is {hashed:,}; modulo {number} that is {goal_number}: to {goal}{taken}."
        if isinstance(self.partitioner, RangePartitioner) and goal.startswith("partition "):
            borders = self.partitioner.borders
            after = f"is not before {short(borders[partition - 1], 30)}" if partition else ""
            before = f"comes before {short(borders[partition], 30)}" if partition < len(borders) else ""
            return f"{name} {' and '.join(filter(None, (after, before)))}, so it goes to {goal}."
        return f"{_name(self.partitioner, 'The partitioner')} sends {name} to {goal}."

    @cached_property
    def _hashed(self) -> bool:
        """Whether every key shown is where its stable hash says."""
        if self.partitioner not in (None, hash_partitioner):
            return False
        ranges = self.trace.ranges
        try:
            numbers = [stable_hash(key) % ranges[-1][1] for key in self.keys]
        except BadKey:
            return False
        return all(
            ranges[partition][0] <= number < ranges[partition][1]
            for number, partition in zip(numbers, self.key_partition, strict=True)
        )

    def _lineage(self, key: int) -> str:
        """Where a result came from."""
        pairs = [self.pairs[index] for index in self.key_pairs[key]]
        inputs = list(dict.fromkeys(pair.input for pair in pairs))
        workers = dict.fromkeys(self._map_worker(self.inputs[index].map_task) for index in inputs)
        numbers = [f"{self._input_number(self.inputs[index]):,}" for index in inputs]
        of = f"input {numbers[0]}" if len(numbers) == 1 else f"inputs {listed(numbers)}"
        if len(numbers) > 12:
            of = f"{len(numbers):,} inputs"
        least = "" if self.complete else "at least "
        group = self.groups[key]
        result = "its result was not kept" if group is None else f"they became {self._say_result(group)}"
        return (
            f"{short(self.keys[key], 40)}: {least}{count(len(pairs), 'pair')} of {of}, made by {listed(workers)}, "
            f"met in {self._partition_name(self.key_partition[key])}, and there {result}."
        )

    def _partitions(self) -> tuple[tuple[str, int, str], ...]:
        rows = []
        for number, load in enumerate(self.trace.partitions):
            worker = self.reduce_workers[number]
            held = f"{count(load.groups, 'key')} with {count(load.records, 'value')}"
            if self.group_by is not None:
                held = f"{count(load.groups, 'group')} with {count(load.records, 'pair')}"
            text = f"{cap(self._partition_name(number))}: {held}, reduced by {worker_name(worker)}."
            rows.append((self._partition_name(number), self.worker_index[worker], text))
        return tuple(rows)

    def _worker_did(self, worker: str) -> str:
        did = []
        for stage in ("map", "reduce"):
            tasks = [task.task for task in self.trace.tasks(stage) if task.worker == worker]
            if tasks:
                many = count(len(tasks), f"{stage} task")
                did.append(many if len(tasks) > 8 else f"{stage} task{'s' * (len(tasks) > 1)} {listed(tasks)}")
        return f"{cap(worker_name(worker))} did {listed(did)}."

    # Lines of code.

    @cached_property
    def _safe(self) -> bool:
        """Whether the functions may run again here: they never ended a worker, and they are quick."""
        tasks = self.trace.tasks("map") + self.trace.tasks("reduce")
        seconds = max((t.finished - t.started - t.pickling) / max(1, t.records_in) for t in tasks) if tasks else 0
        return all(span.ok for span in self.trace.spans) and seconds < SLOW

    def _map_lines(self, pairs: list[list[int]]) -> list[list[int]]:
        if self.map_func is None or not self._safe:
            return [[UNKNOWN] * len(row) for row in pairs]
        expected = [[(self.pairs[index].key, self.pairs[index].value) for index in row] for row in pairs]
        return lines_of_pairs(self.map_func, (row.record for row in self.inputs), expected)

    def _reduce_lines(self, order: list[int], groups: list[tuple | None]) -> list[int]:
        """The line that returned each result or, with group_by, the line that gave the first one of each group."""
        if self.group_by is None or self.reduce_func is None or not self._safe or None in groups:
            return self._return_lines(self.reduce_func, groups)
        given = ((name, iter(pairs)) for name, pairs in groups)  # type: ignore[misc]
        return lines_of_results(self.reduce_func, given, [self.groups[key].result for key in order])  # type: ignore[union-attr]

    def _return_lines(self, function: Callable | None, groups: list[tuple | None]) -> list[int]:
        if function is None or not self._safe or None in groups:
            return [UNKNOWN] * len(groups)
        return lines_of_returns(function, (((key, iter(values)),) for key, values in groups))  # type: ignore[misc]

    def _partition_lines(self) -> list[int]:
        if self._hashed:
            return [1 if self.hashes else UNKNOWN] * len(self.keys)
        if self.partitioner is None or not self._safe:
            return [UNKNOWN] * len(self.keys)
        number = self.trace.ranges[-1][1]
        firsts = (self.pairs[pairs[0]].key for pairs in self.key_pairs)
        return lines_of_returns(self.partitioner, ((key, number) for key in firsts))

    def _sources(self) -> dict[str, FunctionText]:
        functions = {"map": self.map_func, "combine": self.combiner, "reduce": self.reduce_func}
        if not self._hashed:
            functions["partition"] = self.partitioner
        found = {phase: source for phase, f in functions.items() if f is not None and (source := source_of(f))}
        if self._hashed and not self.hashes:
            text = "# You need not write this one.\n# Pairs with equal keys go to one partition, whoever made them."
            found["partition"] = FunctionText("mrkit's own", coloured(text))
        elif self._hashed:
            text = "def hash_partitioner(key, num_partitions):\n    return stable_hash(key) % num_partitions"
            found["partition"] = FunctionText("hash_partitioner", coloured(text))
        return found

    # Small things.

    @cached_property
    def _pairs_by_input(self) -> list[list[int]]:
        rows: list[list[int]] = [[] for _ in self.inputs]
        for index, pair in enumerate(self.pairs):
            rows[pair.input].append(index)
        return rows

    def _reduce_order(self) -> list[int]:
        """The keys, partition by partition, in each as the reduce function met them."""
        met = {group.key: position for position, group in enumerate(self.records.groups)}
        return sorted(
            range(len(self.keys)), key=lambda key: (self.key_partition[key], met.get(self.keys[key], len(met)))
        )

    def _group_of(self, parcel: Parcel) -> tuple[Any, list] | None:
        if not self.complete:
            return None
        return self.pairs[parcel.pairs[0]].key, [self.pairs[index].value for index in parcel.pairs]

    def _result(self, key: int) -> str:
        group = self.groups[key]
        if group is None:
            return "not kept"
        result = group.result
        if self.group_by is not None:
            return listed([self._bare(result, group) for result in group.result[:3]]) if group.result else "nothing"
        return self._bare(result, group)

    def _bare(self, result: Any, group: Group) -> str:
        if isinstance(result, tuple) and len(result) > 1 and short(result[0]) == short(group.key):
            rest = result[1] if len(result) == 2 else result[1:]
            return key_text(rest)  # the key is written before it anyway
        return key_text(result, 40)

    def _input_number(self, row: Input) -> int:
        return self.first_input[row.map_task] + row.position

    def _task_of(self, pair: Pair) -> int:
        return self.task_index[self.inputs[pair.input].map_task]

    def _task_number(self, parcel: Parcel) -> int:
        return self.inputs[self.pairs[parcel.pairs[0]].input].map_task

    def _map_worker(self, task: int) -> str:
        return worker_name(self.map_workers[task])

    def _reduce_worker(self, partition: int) -> str:
        return worker_name(self.reduce_workers[partition])

    def _partition_name(self, number: int) -> str:
        first, last = self.trace.ranges[number]
        return f"partition {first}" if last == first + 1 else f"partitions {first} to {last - 1}"

    def _say(self, index: int) -> str:
        pair = self.pairs[index]
        return f"({short(pair.key, 40)}, {short(pair.value, 40)})"


def _first(inputs: tuple[Input, ...], pairs: tuple[Pair, ...]) -> tuple[tuple[Input, ...], tuple[Pair, ...]]:
    """As many inputs as can be shown, with all their pairs; at least one."""
    keep = min(len(inputs), MOST_INPUTS)
    if len(pairs) > MOST_PAIRS:
        keep = min(keep, max(1, pairs[MOST_PAIRS].input))
    return inputs[:keep], tuple(pair for pair in pairs if pair.input < keep)


def _name(function: Any, otherwise: str) -> str:
    name = getattr(function, "__name__", "<")
    return otherwise if "<" in name else f"{name}()"


def worker_name(name: str) -> str:
    """A worker as people call it.

    >>> worker_name("worker-2"), worker_name("tcp://10.0.0.1:4000")
    ('worker 2', 'worker tcp://10.0.0.1:4000')
    """
    return name.replace("-", " ") if name.startswith("worker-") else f"worker {name}"


def listed(things: Iterable[Any]) -> str:
    """Things in a row, in words.

    >>> listed([1]), listed([1, 2]), listed([1, 2, 3])
    ('1', '1 and 2', '1, 2 and 3')
    """
    *first, last = map(str, things)
    return f"{', '.join(first)} and {last}" if first else last


def cap(text: str) -> str:
    """The same text as the beginning of a sentence.

    >>> cap("worker 2")
    'Worker 2'
    """
    return text[:1].upper() + text[1:]
