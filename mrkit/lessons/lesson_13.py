"""Lesson 13, Beyond one machine: what its exercises and quizzes ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from random import Random

from mrkit.learn.exercise import Case, Choice, Exercise, Hints, Mistake, Parsons, Quiz


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
    question="`lines.flatMap(words).groupByKey().map(total)` is a Spark job. Where do pairs cross the network?",
    choices=(
        Choice(
            "In `flatMap`",
            "It may have to fetch its split from far away, but its pairs stay where it ran.",
            expect=0.15,
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
    edges=(
        Case("nothing", [([(64, ("m1", "m2"), "m2")],)], "Perhaps nothing has to travel. Then the answer is 0."),
        Case("names", [([(64, ("m10", "m2"), "m1")],)], "`m1` and `m10` are two machines. Compare whole names."),
    ),
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
        Mistake(
            "list",
            "Those are the sizes. Add them up.",
            function=lambda tasks: [size for size, holders, machine in tasks if machine not in holders],
        ),
        Mistake(
            "sets",
            "A set keeps each size once. Two splits can have the same size, and both travel.",
            function=lambda tasks: sum({size for size, holders, machine in tasks if machine not in holders}),
        ),
        Mistake(
            "last",
            "You kept the last size only. Add each to what is there.",
            function=lambda tasks: ([size for size, holders, machine in tasks if machine not in holders] or [0])[-1],
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
    worth="No byte is cheaper than one that stays. So the master first looks where a split lies, then hands it out.",
)

Q4 = Quiz(
    id="13.q4",
    question="The sort took 891 seconds. How long does it take without backup tasks?",
    choices=(
        Choice("Less: no machine does a task twice", "Backups use machines that have nothing else to do.", expect=0.15),
        Choice(
            "About as long: only a few machines are ill", "A job ends with its last task. Who has that one?", expect=0.5
        ),
        Choice(
            "About 1.4 times as long", "In the paper 1,283 seconds: all wait for five tasks.", right=True, expect=0.25
        ),
        Choice(
            "About 7.5 times as long",
            "Only the tasks of ill machines take that long, and they began early.",
            expect=0.1,
        ),
    ),
)

Q5 = Quiz(
    id="13.q5",
    question="200 of 1,746 workers die. How much longer does the sort take?",
    choices=(
        Choice(
            "About 5 %", "In the paper 933 seconds. All others share what must be done again.", right=True, expect=0.25
        ),
        Choice(
            "About 11 %, the share of the dead",
            "They are started again, and what was lost is shared by all.",
            expect=0.55,
        ),
        Choice("About twice as long: it starts anew", "What the other machines have done is still there.", expect=0.2),
    ),
)

# ------------------------------------------------------------------ 13.network: when the network is the limit


def some_networks(rng: Random) -> list[tuple[float, int, float, float]]:
    """Eight shuffles: half of them held up by the links, half by the core."""
    rows: list[tuple[float, int, float, float]] = []
    for i in range(8):
        machines, link = rng.randint(2, 20), rng.choice([10, 20, 50])
        share = rng.choice([0.2, 0.5, 0.7]) if i % 2 else rng.choice([1.5, 2, 4])
        rows.append((rng.randrange(1000, 9000, 500), machines, link, round(machines * link * share)))
    return rows


def shuffle_seconds(size: float, machines: int, link: float, core: float) -> float:
    """What crosses, by what the links or the core can carry.

    >>> shuffle_seconds(1000, 2, 10, 100), shuffle_seconds(1000, 2, 10, 5)
    (25.0, 100.0)
    """
    return size * (machines - 1) / machines / min(machines * link, core)


NETWORK = Exercise(
    id="13.network",
    title="When is the network the limit?",
    parts=("function",),
    inputs=some_networks,
    reference=shuffle_seconds,
    mistakes=(
        Mistake(
            "one_link",
            "You sent all bytes through one link. Each machine has a link of its own, and all work at once.",
            function=lambda size, n, link, core: size * (n - 1) / n / link,
        ),
        Mistake(
            "link_or_core",
            "You compared one link with the core. The links of all machines work at once.",
            function=lambda size, n, link, core: size * (n - 1) / n / min(link, core),
        ),
        Mistake(
            "no_core",
            "You left out the core. All links meet there, and it may carry less than they do together.",
            function=lambda size, n, link, core: size * (n - 1) / n / (n * link),
        ),
        Mistake(
            "core_only",
            "You left out the links. Few machines cannot fill the core.",
            function=lambda size, n, link, core: size * (n - 1) / n / core,
        ),
        Mistake(
            "all_cross",
            "You let all bytes cross. Each machine keeps its part of what it made itself.",
            function=lambda size, n, link, core: size / min(n * link, core),
        ),
        Mistake(
            "stays",
            "That is the part that stays at home. The rest crosses.",
            function=lambda size, n, link, core: size / n / min(n * link, core),
        ),
        Mistake(
            "wider",
            "You let the wider way set the pace. Bytes must pass both: which one holds them up?",
            function=lambda size, n, link, core: size * (n - 1) / n / max(n * link, core),
        ),
        Mistake(
            "one_by_one",
            "You waited for the links and then for the core. Bytes flow through both at the same time.",
            function=lambda size, n, link, core: size * (n - 1) / n * (1 / (n * link) + 1 / core),
        ),
        Mistake(
            "times",
            "Your time grows with the speed of the network. A faster one needs less: divide by it.",
            function=lambda size, n, link, core: size * (n - 1) / n * min(n * link, core),
        ),
        Mistake(
            "shared_twice",
            "You divided by the machines twice. That all links work at once is one of the two.",
            function=lambda size, n, link, core: size * (n - 1) / n / n / min(n * link, core),
        ),
    ),
    hints=Hints(
        idea="First how many bytes cross. Then how many a second can pass: all links together, or the core.",
        line="Bytes must pass both. Which of the two is narrower? `min` says so.",
        twin="Some taps fill a bath through one pipe. A third of the water is there already.\n"
        "`def minutes(litres, taps, tap, pipe):`\n"
        "`    missing = litres * 2 / 3`\n"
        "`    return missing / min(taps * tap, pipe)`\n"
        "Few taps: they set the pace. Many: the pipe does.",
    ),
    worth="With few machines their links are the limit, with many it is the core. Then more machines do not help.",
)

# --------------------------------------------------------------------------- 13.waves: why R matters


def some_stages(rng: Random) -> list[tuple[int, int, float, float]]:
    """Eight reduce stages: fewer tasks than machines, full waves, and a last wave that is not full."""
    rows: list[tuple[int, int, float, float]] = []
    for i in range(8):
        machines = rng.randint(3, 9)
        reduces = (
            rng.randint(1, machines - 1),
            machines * rng.randint(1, 3),
            machines * rng.randint(1, 3) + 1,
            machines * 4 - 1,
        )[i % 4]
        rows.append((reduces, machines, rng.randrange(100, 900, 50), rng.choice([0.5, 1, 2.5])))
    return rows


def reduce_seconds(reduces: int, machines: int, work: float, each: float) -> float:
    """So many waves of equal tasks.

    >>> reduce_seconds(4, 4, 100, 1), reduce_seconds(5, 4, 100, 1)
    (26.0, 42.0)
    """
    return -(-reduces // machines) * (work / reduces + each)


WAVES = Exercise(
    id="13.waves",
    title="Why does R matter?",
    parts=("function",),
    inputs=some_stages,
    reference=reduce_seconds,
    mistakes=(
        Mistake(
            "even",
            "You shared the work evenly. A task cannot be cut: a wave that is not full takes as long as a full one.",
            function=lambda r, n, work, each: (work + r * each) / n,
        ),
        Mistake(
            "no_last_wave",
            "You dropped the last wave, as it is not full. Its tasks must be done too: round up.",
            function=lambda r, n, work, each: r // n * (work / r + each),
        ),
        Mistake(
            "one_more",
            "Where the waves come out even you counted one more, with nothing in it.",
            function=lambda r, n, work, each: (r // n + 1) * (work / r + each),
        ),
        Mistake(
            "no_cost",
            "You left out what each task costs besides the work.",
            function=lambda r, n, work, each: -(-r // n) * work / r,
        ),
        Mistake(
            "cost_once",
            "You paid for one task only. There is a task in each wave, and each costs something.",
            function=lambda r, n, work, each: -(-r // n) * work / r + each,
        ),
        Mistake(
            "all_costs",
            "You paid for all tasks one after the other. The tasks of a wave run at the same time.",
            function=lambda r, n, work, each: -(-r // n) * work / r + r * each,
        ),
        Mistake(
            "alone",
            "You did all tasks one after the other. The machines do a wave of them at a time.",
            function=lambda r, n, work, each: work + r * each,
        ),
        Mistake(
            "one_wave",
            "That is the time of one wave. How many are there?",
            function=lambda r, n, work, each: work / r + each,
        ),
        Mistake(
            "by_machines",
            "You divided the work by the machines. It is cut into `reduces` tasks.",
            function=lambda r, n, work, each: -(-r // n) * (work / n + each),
        ),
    ),
    hints=Hints(
        idea="How long is one task? And how many tasks does the busiest machine do, one after the other?",
        line="7 tasks on 3 machines are 3 waves, not 2.33. How do you round up?",
        twin="Buses take pupils to the zoo. Each trip takes an hour, and ten minutes more to get in and out.\n"
        "`def hours(pupils, seats):`\n"
        "`    trips = -(-pupils // seats)`\n"
        "`    return trips * (1 + 10 / 60)`\n"
        "The last bus may be half empty. It takes as long.",
    ),
    worth="The worst is one task too many: all others wait while one works. So R is chosen to fit the machines.",
)
