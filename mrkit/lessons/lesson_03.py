"""Lesson 03, Reduce: what its exercises and quizzes ask."""

from __future__ import annotations

import statistics
from decimal import Decimal
from numbers import Real
from random import Random
from typing import Any

from mrkit.learn.exercise import Case, Choice, Counterexample, Exercise, Hints, Mistake, Quiz

CITIES = ["oslo", "rome", "lima", "cairo"]


def some_temperatures(rng: Random) -> list[tuple]:
    """Twelve pairs (city, temperature): two or more for a city, one of them warm."""
    # In steps of three from 2, so that no value is the opposite of another.
    warm = [(city, rng.randrange(2, 30, 3)) for city in CITIES]
    other = [(city, rng.randrange(-22, 30, 3)) for city in CITIES + rng.choices(CITIES, k=4)]
    return rng.sample(warm + other, 12)


def grouped(pairs: list[tuple]) -> dict[Any, list]:
    """The values of each key, in plain Python."""
    groups: dict[Any, list] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


MAX = Exercise(
    id="03.max",
    title="The largest value of each key",
    parts=("reduce_func",),
    inputs=some_temperatures,
    reference=lambda pairs: [(key, max(values)) for key, values in grouped(pairs).items()],
    mistakes=(
        Mistake(
            "smallest",
            "You kept the smallest value. We want the largest.",
            reduce_func=lambda item: (item[0], min(item[1])),
        ),
        Mistake(
            "sum",
            "You added the values up. Only one of them is the largest.",
            reduce_func=lambda item: (item[0], sum(item[1])),
        ),
        Mistake(
            "no_key",
            "You gave the value without its key. Give the pair, so that we know whose it is.",
            reduce_func=lambda item: max(item[1]),
        ),
        Mistake(
            "swapped",
            "Your key and value have changed places. The key comes first.",
            reduce_func=lambda item: (max(item[1]), item[0]),
        ),
        Mistake(
            "list",
            "You gave the values in order, with the largest among them. We want that one alone.",
            reduce_func=lambda item: (item[0], sorted(item[1], reverse=True)),
        ),
        Mistake(
            "count",
            "You counted the values. We want the largest of them.",
            reduce_func=lambda item: (item[0], len(list(item[1]))),
        ),
        Mistake(
            "absolute",
            "You compared without the sign. A temperature of -9 is less than 4.",
            reduce_func=lambda item: (item[0], max(item[1], key=abs)),
        ),
        Mistake(
            "text",
            "You made texts of the values. Texts are compared sign by sign, so 9 comes after 10.",
            results=lambda pairs: [(key, max(map(str, values))) for key, values in grouped(pairs).items()],
        ),
    ),
    edges=(
        Case("alone", [("lima", 20)], "A key may have one value only. That is its largest."),
        Case(
            "below_zero",
            [("oslo", -2000), ("oslo", -1500)],
            "All values of a key may be below zero. A fixed start, such as 0, can be too large.",
        ),
    ),
    says={"stream": "Look at each value as it comes, and keep the largest so far."},
    worth="It reads each value once and remembers one number, so a group may be of any size.",
    hints=Hints(
        idea="You see one value at a time. What must you remember to know the largest at the end?",
        line="Look at what you compare with before the first value has come. Could it be larger than all of them?",
        twin="The shortest word of each key:\n"
        "`def shortest(item):`\n"
        "`    key, words = item`\n"
        "`    return key, min(words, key=len)`\n"
        "`min` goes over the stream once, and the order does not matter to it.",
        case="For oslo with -8 and -3 the answer is -3.",
    ),
)


def running_average(item: tuple) -> tuple:
    """The broken reducer that the lesson gives: it halves between what it has and what comes."""
    key, values = item
    average = None
    for value in values:
        average = value if average is None else (average + value) / 2
    return key, average


def _numbers(values: Any) -> str | None:
    if isinstance(values, list | tuple) and not values:
        return "Your list is empty, so there is no average. Put some numbers into it."
    if not isinstance(values, list | tuple):
        return "Give a list of numbers, such as the values of one key."
    if not all(isinstance(value, Real | Decimal) and not isinstance(value, bool) for value in values):
        return "Each value in the list must be a number."
    return None


def _same_both_ways(values: Any) -> str | None:
    """Why the order of these values changes nothing."""
    if len(values) == 1:
        return "One number has no other order. Give more of them."
    if len(values) == 2:
        return "Two numbers count half each, whichever comes first. Give more of them."
    if len(set(values)) == 1:
        return "Your numbers are all equal, so another order looks the same. Take different ones."
    if list(values) == list(reversed(values)):
        return "Your list reads the same from both ends. Put the numbers so that its ends differ."
    return None


BREAKS = Counterexample(
    id="03.breaks",
    title="Values that show the running average is wrong",
    one=lambda values: running_average(("oslo", values))[1],
    other=lambda values: running_average(("oslo", list(reversed(values))))[1],
    names=("in this order", "reversed"),
    accepts=_numbers,
    agrees=_same_both_ways,
    hints=Hints(
        idea="The running average gives the last value more weight. When does it matter which one is last?",
        line="Try how many values you need. With one or two, is there anything that the order could change?",
        case="With two values both orders agree: (2 + 4) / 2 is (4 + 2) / 2.",
        twin="To show that `a - b` depends on the order, take 5 and 3: one order gives 2, the other -2. "
        "Equal numbers would show nothing.",
    ),
)


AVERAGE = Exercise(
    id="03.average",
    title="Fix a running average",
    parts=("reduce_func",),
    inputs=some_temperatures,
    reference=lambda pairs: [(key, sum(values) / len(values)) for key, values in grouped(pairs).items()],
    starter={"reduce_func": running_average},
    mistakes=(
        Mistake(
            "sum",
            "That is the sum. An average also needs to know how many there are.",
            reduce_func=lambda item: (item[0], sum(item[1])),
        ),
        Mistake(
            "whole",
            "You dropped what comes after the point. Use `/`, not `//`, and do not round.",
            results=lambda pairs: [(key, sum(v) // len(v)) for key, v in grouped(pairs).items()],
        ),
        Mistake(
            "rounded",
            "You rounded the average. Give it as it is.",
            results=lambda pairs: [(key, round(sum(v) / len(v))) for key, v in grouped(pairs).items()],
        ),
        Mistake(
            "middle",
            "That is the middle between the smallest and the largest. The average counts every value.",
            results=lambda pairs: [(key, (min(v) + max(v)) / 2) for key, v in grouped(pairs).items()],
        ),
        Mistake(
            "distinct",
            "You dropped values that are there twice. In an average each of them counts.",
            results=lambda pairs: [(key, sum(set(v)) / len(set(v))) for key, v in grouped(pairs).items()],
        ),
        Mistake(
            "off_by_one",
            "You divided by one too many. Count the values once more.",
            results=lambda pairs: [(key, sum(v) / (len(v) + 1)) for key, v in grouped(pairs).items()],
        ),
        Mistake(
            "two",
            "You divided by 2. A key may have any number of values.",
            results=lambda pairs: [(key, sum(v) / 2) for key, v in grouped(pairs).items()],
        ),
        Mistake(
            "no_key",
            "You gave the average without its key. Give the pair, so that we know whose it is.",
            results=lambda pairs: [sum(v) / len(v) for v in grouped(pairs).values()],
        ),
        Mistake(
            "median",
            "That is the value in the middle. An average is the sum, divided by how many there are.",
            results=lambda pairs: [(key, statistics.median(values)) for key, values in grouped(pairs).items()],
        ),
        Mistake(
            "sorted",
            "Sorting first does not mend a running average. Keep a sum and a count, and divide at the end.",
            results=lambda pairs: [
                (key, running_average((key, sorted(values)))[1]) for key, values in grouped(pairs).items()
            ],
        ),
        Mistake(
            "parts",
            "Those are the sum and the count: all that you need. Now divide the one by the other.",
            results=lambda pairs: [(key, (sum(values), len(values))) for key, values in grouped(pairs).items()],
        ),
    ),
    edges=(
        Case("zero", [("oslo", 0), ("oslo", 8)], "A value of 0 is a value too: it counts."),
        Case("alone", [("lima", 19)], "A key may have one value only. That is its average."),
        Case(
            "distinct",
            [("rome", 4), ("rome", 4), ("rome", 10)],
            "You dropped values that are there twice. In an average each of them counts.",
        ),
    ),
    says={
        "starter": "It is the running average still: it halves in each round of the loop.",
        "value_order": "Arrival order is not promised, and here a late value counts for more.",
        "stream": "Note what you need of each value as it comes: a sum and a count.",
    },
    worth="A sum and a count are all that you remember, however many values come. The order does not matter to them.",
    hints=Hints(
        idea="In an average all values count the same, whenever they come. Which two numbers do you need at the end?",
        line="Look at the line in the loop that uses `/ 2`. How much does the first value count after three steps?",
        twin="The share of long words:\n"
        "`def long_share(item):`\n"
        "`    key, words = item`\n"
        "`    long = words_seen = 0`\n"
        "`    for word in words:`\n"
        "`        long += len(word) > 6`\n"
        "`        words_seen += 1`\n"
        "`    return key, long / words_seen`\n"
        "Two numbers grow in the loop. The division comes once, at the end.",
        case="The values 2, 4 and 9 have the average 5, in any order.",
    ),
)


def some_readings(rng: Random) -> list[tuple]:
    """Twelve pairs (city, temperature): two cities, each with three warm values, two cold ones, and a repeat."""
    pairs = []
    for city, again in (("oslo", max), ("rome", min)):
        values = rng.sample(range(2, 29, 3), 3) + rng.sample(range(-13, 2, 3), 2)
        pairs += [(city, value) for value in [*values, again(values)]]
    return rng.sample(pairs, 12)


def highest(values: list) -> list:
    """The three largest different values, largest first."""
    return sorted(set(values), reverse=True)[:3]


TOP = Exercise(
    id="03.top",
    title="The three largest different values",
    parts=("reduce_func",),
    inputs=some_readings,
    reference=lambda pairs: [(key, highest(values)) for key, values in grouped(pairs).items()],
    mistakes=(
        Mistake(
            "repeats",
            "One value is there twice. Each value counts once here, so drop repeats first.",
            results=lambda pairs: [(key, sorted(v, reverse=True)[:3]) for key, v in grouped(pairs).items()],
        ),
        Mistake(
            "repeats_late",
            "You dropped repeats after choosing three, so fewer than three are left. Drop them before.",
            results=lambda pairs: [(key, highest(sorted(v, reverse=True)[:3])) for key, v in grouped(pairs).items()],
        ),
        Mistake(
            "smallest",
            "Those are the smallest. Sorting goes upward unless you say otherwise.",
            results=lambda pairs: [(key, sorted(set(v))[:3]) for key, v in grouped(pairs).items()],
        ),
        Mistake(
            "upward",
            "The right values, but the smallest of them comes first. Give the largest first.",
            results=lambda pairs: [(key, highest(v)[::-1]) for key, v in grouped(pairs).items()],
        ),
        Mistake(
            "all",
            "You gave all values that differ. Only the first three are wanted.",
            results=lambda pairs: [(key, sorted(set(v), reverse=True)) for key, v in grouped(pairs).items()],
        ),
        Mistake(
            "two",
            "You gave two values. A slice ends before the number after the colon.",
            results=lambda pairs: [(key, highest(v)[:2]) for key, v in grouped(pairs).items()],
        ),
        Mistake(
            "no_key",
            "You gave the values without their key. Give the pair, so that we know whose they are.",
            results=lambda pairs: [highest(v) for v in grouped(pairs).values()],
        ),
        Mistake(
            "four",
            "You gave four values, but three are wanted. A slice ends before the number after the colon.",
            results=lambda pairs: [(key, sorted(set(v), reverse=True)[:4]) for key, v in grouped(pairs).items()],
        ),
        Mistake(
            "unsorted",
            "A set has no order. Sort the values that differ, the largest first, before you take three.",
            results=lambda pairs: [(key, list(set(v))[:3]) for key, v in grouped(pairs).items()],
        ),
    ),
    edges=(
        Case("below_zero", [("oslo", -9), ("oslo", -4), ("oslo", -12)], "All values of a key may be below zero."),
        Case("few", [("lima", 20), ("lima", 20)], "A key may have fewer than three different values. Give those."),
    ),
    worth="`set` remembers every different value. With a list of three best ones, a group may be of any size.",
    hints=Hints(
        idea="There are two steps: drop what is there twice, then keep the three largest.",
        line="Which of the two steps comes first in your code? Try it on 7, 7, 5, 3.",
        twin="The two shortest different words of each key:\n"
        "`def two_shortest(item):`\n"
        "`    key, words = item`\n"
        "`    return key, sorted(set(words), key=len)[:2]`\n"
        "A set drops what is there twice, and the slice takes two from the front.",
        case="For 7, 7, 5, 3 and 1 the answer is [7, 5, 3].",
    ),
)

Q1 = Quiz(
    id="03.q1",
    question="A reduce function is called with ('oslo', values). What does it see?",
    choices=(
        Choice("All pairs of the job", "Then it would have to fit on one machine. It sees one group.", expect=0.1),
        Choice(
            "All values of oslo, once", "One key, all its values, read from front to back.", right=True, expect=0.45
        ),
        Choice(
            "The values of oslo from one map task", "Values of a key meet first, from all the map tasks.", expect=0.45
        ),
    ),
)

Q2 = Quiz(
    id="03.q2",
    question="A reduce function counts all values of oslo in one loop, and those below zero in a second loop. "
    "The values are -2, 4, -1 and 9. What are the two counts?",
    choices=(
        Choice("4 and 2", "That is what was meant. But the first loop has read the stream to its end.", expect=0.7),
        Choice("4 and 0", "A plain iterator of Python would say so, and be silently wrong. mrkit notices.", expect=0.2),
        Choice(
            "4, and then an error",
            "The stream has ended, and mrkit refuses to start it again.",
            right=True,
            expect=0.1,
        ),
    ),
)

Q3 = Quiz(
    id="03.q3",
    question="Three map tasks send values for 'oslo'. In which order does the reduce function see them?",
    choices=(
        Choice(
            "In the order of the file", "Map tasks run at the same time. Nobody knows which one ends first.", expect=0.5
        ),
        Choice("Sorted, smallest first", "Values are not sorted for you. Only what you sort yourself is.", expect=0.15),
        Choice("No order is promised", "A reducer must give the same result for every order.", right=True, expect=0.35),
    ),
)
