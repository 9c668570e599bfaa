"""Lesson 13, Beyond one machine: what its exercises and quizzes ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from random import Random

from mrkit.learn.exercise import Choice, Exercise, Hints, Mistake, Parsons, Quiz
from mrkit.lessons.beyond.virtual import makespan


def words(line: str) -> Iterator[tuple[str, int]]:
    """The map function of the lesson."""
    for word in line.lower().split():
        yield word, 1


def total(item: tuple) -> tuple:
    """The reduce function of the lesson, which is its combiner too."""
    word, ones = item
    return word, sum(ones)


Q1 = Quiz(
    id="13.q1",
    question="This job ran on two worker processes. What must change in `words` and `total` for a cluster?",
    choices=(
        Choice(
            "They must be told the names of the machines",
            "They never ask where they run. The engine knows that.",
            expect=0.1,
        ),
        Choice(
            "Nothing", "They say what to compute. Where it runs is one argument of the job.", right=True, expect=0.65
        ),
        Choice(
            "They must open a connection to send their pairs",
            "Moving pairs is the work of the engine. Your functions give them back, and that is all.",
            expect=0.25,
        ),
    ),
)

Q2 = Quiz(
    id="13.q2",
    question="`remember` adds each line to the list `seen`. How long is your `seen` after the job on the cluster?",
    choices=(
        Choice(
            "As long as the text has lines", "Then all machines would share one memory. They share nothing.", expect=0.5
        ),
        Choice("Half of that: the lines of one worker", "No worker's list comes back. Only pairs travel.", expect=0.15),
        Choice("0", "Each worker filled a copy of its own, which is gone now.", right=True, expect=0.35),
    ),
)

Q3 = Quiz(
    id="13.q3",
    question="`lines.flatMap(words).groupByKey().map(total)` is a Spark job. Where do data cross the network?",
    choices=(
        Choice(
            "In `flatMap`", "A map task reads its own split and gives pairs. It needs no other machine.", expect=0.15
        ),
        Choice(
            "In `groupByKey`", "Equal keys must meet, so pairs travel. This is the shuffle.", right=True, expect=0.6
        ),
        Choice("In `map(total)`", "Here the values of a key are together already. This is reduce.", expect=0.25),
    ),
)

# ------------------------------------------------------------------------------- 13.spark: read a Spark job


class RDD(list):
    """A list with the methods of Spark's RDD that the lesson reads: enough to try a job without Spark."""

    def flatMap(self, function: Callable) -> RDD:
        """Any number of things for each thing."""
        return RDD(made for thing in self for made in function(thing))

    def map(self, function: Callable) -> RDD:
        """One thing for each thing."""
        return RDD(map(function, self))

    def groupByKey(self) -> RDD:
        """The values of equal keys together."""
        groups: dict = {}
        for key, value in self:
            groups.setdefault(key, []).append(value)
        return RDD(groups.items())

    def collect(self) -> list:
        """All of it, at the driver."""
        return list(self)


def some_lines(rng: Random) -> list[tuple[RDD]]:
    """Two texts of a few lines, with words that come back."""
    text = ["the", "The", "cat", "dog", "sat", "on"]
    return [(RDD(" ".join(rng.choices(text, k=rng.randint(1, 5))) for _ in range(4)),) for _ in range(2)]


SPARK = Parsons(
    id="13.spark",
    title="A word count for Spark",
    lines={
        "a": "groups = pairs.groupByKey()",
        "b": "return groups.map(total)",
        "c": "pairs = lines.map(words)",
        "d": "def word_count(lines):",
        "e": "pairs = lines.flatMap(words)",
        "f": "groups = pairs.collect()",
    },
    distractors={
        "c": "With `map` there is one thing for each line. A line has many words: it needs `flatMap`.",
        "f": "`collect` brings all pairs to the driver, which is one machine. They should meet on many.",
    },
    exercise=Exercise(
        id="13.spark",
        title="A word count for Spark",
        parts=("function",),
        inputs=some_lines,
        reference=lambda lines: list(Counter(word for line in lines for word, _ in words(line)).items()),
        compare=sorted,
        hints=Hints(idea="", line="", twin=""),
    ),
    hints=Hints(
        idea="It is the job that you know: map, the shuffle, reduce. Each line works on what the last one made.",
        line="Look at the name in front of each dot. It must have been made in the line above.",
        case="From 'the cat the' the first step makes three pairs, the next two groups, the last two results.",
        twin="The longest word for each first letter:\n"
        "`def longest(lines):`\n"
        "`    pairs = lines.flatMap(by_letter)`\n"
        "`    groups = pairs.groupByKey()`\n"
        "`    return groups.map(the_longest)`\n"
        "All lines below the `def` are one step to the right.",
    ),
    names={"words": words, "total": total},
)

# ------------------------------------------------------------------- 13.local: what has to cross the network

PlacedTask = tuple[int, tuple[str, ...], str]  # bytes of its split, machines with a copy, machine where it ran


def some_tasks(rng: Random) -> list[tuple[list[PlacedTask]]]:
    """Four lists of tasks: some beside one of the copies of their split, not always the first, some far away."""
    return [([_task(rng) for _ in range(rng.randint(4, 7))],) for _ in range(4)]


def _task(rng: Random) -> PlacedTask:
    machines = rng.sample(["m1", "m2", "m3", "m4", "m5", "m6"], 4)
    holders = tuple(machines[: rng.randint(1, 3)])
    return rng.choice([16, 32, 64, 64, 64]), holders, rng.choice([*holders, machines[3], machines[3]])


def _bytes(tasks: Iterable[PlacedTask], counts: Callable[[int, tuple, str], float]) -> float:
    return sum(counts(*task) for task in tasks)


LOCAL = Exercise(
    id="13.local",
    title="Count the bytes that cross the network",
    parts=("function",),
    inputs=some_tasks,
    reference=lambda tasks: sum(size for size, holders, machine in tasks if machine not in holders),
    mistakes=(
        Mistake(
            "near",
            "You counted the splits that were near. They are read from the disk: count the others.",
            function=lambda tasks: _bytes(tasks, lambda size, holders, machine: size * (machine in holders)),
        ),
        Mistake(
            "all",
            "You counted every split. A task beside a copy reads it from its own disk.",
            function=lambda tasks: _bytes(tasks, lambda size, holders, machine: size),
        ),
        Mistake(
            "tasks",
            "That is the number of tasks. Each of them fetches as many bytes as its split has.",
            function=lambda tasks: _bytes(tasks, lambda size, holders, machine: machine not in holders),
        ),
        Mistake(
            "first_copy",
            "You looked at the first copy only. Any copy on the task's own machine will do.",
            function=lambda tasks: _bytes(tasks, lambda size, holders, machine: size * (machine != holders[0])),
        ),
        Mistake(
            "each_copy",
            "You counted a split once for each of its copies. A task fetches one of them.",
            function=lambda tasks: _bytes(
                tasks, lambda size, holders, machine: size * len(holders) * (machine not in holders)
            ),
        ),
        Mistake(
            "other_copies",
            "You counted each copy that lies somewhere else. It is enough to have one here.",
            function=lambda tasks: _bytes(
                tasks, lambda size, holders, machine: size * sum(holder != machine for holder in holders)
            ),
        ),
    ),
    hints=Hints(
        idea="Only a task that has no copy of its split on its own machine must fetch it.",
        line="Ask of each task: is its machine one of the holders? `in` says so.",
        twin="Who must buy the book for the class?\n"
        "`def price_to_pay(pupils):`\n"
        "`    return sum(price for price, owners, name in pupils if name not in owners)`\n"
        "Whoever owns it pays nothing.",
    ),
)

Q4 = Quiz(
    id="13.q4",
    question="Our word count with 1,000 times the text runs on 50 machines. What do 1,600 machines make of it?",
    choices=(
        Choice(
            "It is 32 times as fast", "Only map and reduce can be shared. Look at what else takes time.", expect=0.55
        ),
        Choice(
            "It is as fast as on a laptop of 1,600 cores", "Such a laptop has one memory, and no network.", expect=0.15
        ),
        Choice(
            "It may even be slower than on 50",
            "All must be started, and all share one network.",
            right=True,
            expect=0.3,
        ),
    ),
)

# ------------------------------------------------------------------------ 13.predict: the time of a cluster


def some_clusters(rng: Random) -> list[tuple[list[float], int, int, int, float]]:
    """Eight jobs and clusters, which share badly: few tasks of different length, or one that is very long."""
    rows = []
    for i in range(8):
        seconds = [rng.choice([1, 2, 3, 5, 7.5]) for _ in range(rng.randint(3, 7))]
        if i % 2:
            seconds[rng.randrange(len(seconds))] = 20
        bandwidth, start_up = rng.choice([10, 20]), rng.choice([1.5, 2])
        rows.append((seconds, rng.randint(2, 4), rng.randrange(300, 900, 30), bandwidth, start_up))
    return rows


def cluster_time(seconds: list[float], machines: int, moved: int, bandwidth: int, start_up: float) -> float:
    """The lesson's model: start the machines, do the tasks, move the data, one after the other.

    >>> cluster_time([3, 2, 2], 2, 100, 10, 0.5)
    15.0
    """
    return machines * start_up + makespan(seconds, machines) + moved / bandwidth


PREDICT = Exercise(
    id="13.predict",
    title="Predict the time of a cluster",
    parts=("function",),
    inputs=some_clusters,
    reference=cluster_time,
    mistakes=(
        Mistake(
            "even",
            "You shared the work evenly. A task cannot be cut, so slow ones keep all waiting: `makespan` knows.",
            function=lambda s, n, moved, width, start: n * start + sum(s) / n + moved / width,
        ),
        Mistake(
            "slowest",
            "You waited for the longest task only. Some machine may have many tasks to do: `makespan` knows.",
            function=lambda s, n, moved, width, start: n * start + max(s) + moved / width,
        ),
        Mistake(
            "alone",
            "You did all tasks one after the other. The machines share them: `makespan` knows how.",
            function=lambda s, n, moved, width, start: n * start + sum(s) + moved / width,
        ),
        Mistake(
            "one_start",
            "You started one machine. Here they are started one after the other.",
            function=lambda s, n, moved, width, start: start + makespan(s, n) + moved / width,
        ),
        Mistake(
            "no_start",
            "You left out the start of the machines.",
            function=lambda s, n, moved, width, start: makespan(s, n) + moved / width,
        ),
        Mistake(
            "no_network",
            "You left out the shuffle. The bytes need time on the network.",
            function=lambda s, n, moved, width, start: n * start + makespan(s, n),
        ),
        Mistake(
            "network_shared",
            "You gave each machine a network of its own. There is one, and all share it.",
            function=lambda s, n, moved, width, start: n * start + makespan(s, n) + moved / width / n,
        ),
        Mistake(
            "times_bandwidth",
            "Your time grows with the bandwidth. A faster network needs less time: divide by it.",
            function=lambda s, n, moved, width, start: n * start + makespan(s, n) + moved * width,
        ),
        Mistake(
            "at_once",
            "You let all phases run at the same time. Here each begins when the one before has ended.",
            function=lambda s, n, moved, width, start: max(n * start, makespan(s, n), moved / width),
        ),
    ),
    hints=Hints(
        idea="There are three times, one after the other: to start, to compute, and to move the bytes. Add them up.",
        line="Which of the three grows with the machines, which one shrinks, and which one stays?",
        twin="Five friends paint a fence. To teach one of them takes 10 minutes.\n"
        "`def minutes(boards, friends, buckets, per_minute):`\n"
        "`    teach = friends * 10`\n"
        "`    paint = makespan(boards, friends)`\n"
        "`    carry = buckets / per_minute`\n"
        "`    return teach + paint + carry`\n"
        "One narrow path leads to the fence, so the buckets come one after the other.",
    ),
)
