"""Lesson 06, Skew: what its exercises and quizzes ask."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

from mrkit.learn.exercise import Choice, Exercise, Hints, Mistake, Prediction, Quiz
from mrkit.learn.findings import Finding
from mrkit.learn.laying import run
from mrkit.partition import stable_hash

HOT = "red lamp"  # as in the lesson
SALTS = 4


def total(item: tuple) -> tuple:
    """The reduce function of the lesson: add up."""
    key, counts = item
    return key, sum(counts)


# --------------------------------------------------------------------- 06.makespan: when does the last one end?


def makespan(loads: list[float], workers: int) -> float:
    """When the last task ends, if each goes to the worker that is free first.

    >>> makespan([3, 2, 2, 9, 1], 2)
    12
    """
    return max(map(sum, run(loads, workers)))


def _makespan(tasks: list[int]) -> Prediction:
    """When do two workers end five tasks? The fourth is the largest, the first two differ."""
    first, second, third, largest, last = tasks
    ends = sorted([first, second])
    ends = sorted([ends[0] + third, ends[1]])
    right = max(ends[0] + largest, ends[1] + last)
    soon = "first" if first < second else "second"
    return Prediction(
        id="06.makespan",
        title="When does the last reduce task end?",
        text=f"The reduce tasks take {first}, {second}, {third}, {largest} and {last} seconds, in this order. "
        "There are two workers.\nWhen does the last task end?",
        right=right,
        otherwise="Draw two rows, one for each worker. Each task goes to the row that is shorter when its turn comes.",
        mistakes=(
            Mistake("sum", "That is all the work on one worker. Here there are two.", value=sum(tasks)),
            Mistake(
                "half", "Half of all the work would be fair. But a task cannot be cut in two.", value=sum(tasks) / 2
            ),
            Mistake(
                "largest",
                "The largest task takes that long. But it does not start at once: others come before it.",
                value=largest,
            ),
            Mistake(
                "second",
                f"The task of {largest} starts on the worker that is free first. At which time is that?",
                value=ends[1] + largest,
            ),
            Mistake(
                "turns",
                "You dealt them out in turn. A task goes to the worker that is free first.",
                value=max(first + third + last, second + largest),
            ),
            Mistake(
                "four",
                "You added up four of the tasks. Two workers work at the same time: add up for each of them alone.",
                value=sum(tasks) - third,
            ),
            Mistake("count", "Tasks are not alike. Add up how long they take, not how many there are.", value=3),
        ),
        hints=Hints(
            idea="Two workers take tasks from one list. Whoever is free first takes the next.",
            line=f"After the first two tasks, one worker is free at {min(first, second)} "
            f"and the other at {max(first, second)}. Who takes the third?",
            case=f"With the tasks {first}, {second} and {third} alone, the {soon} worker takes two of them "
            f"and ends at {min(first, second) + third}.",
            twin="Tasks 4, 1, 1, 5 on two workers. A takes 4. B takes 1, then 1, and is free at 2. B takes 5 and "
            "ends at 7. A has ended at 4, so the last one ends at 7.",
        ),
    )


def _other_tasks(rng: Random) -> Prediction:
    """Other times, for which every mistake leads to a number of its own."""
    while True:
        first, second, third, last = (rng.randint(1, 5) for _ in range(4))
        made = _makespan([first, second, third, rng.randint(7, 12), last])
        values = {made.right, *(mistake.value for mistake in made.mistakes)}
        free = sorted([min(first, second) + third, max(first, second)])
        if first != second and free[0] != free[1] and len(values) == 1 + len(made.mistakes):
            return made


MAKESPAN = replace(_makespan([3, 2, 2, 9, 1]), variant=_other_tasks)

# --------------------------------------------------------------------------- 06.salt: one key in many places


def some_sales(rng: Random) -> list[tuple[int, str]]:
    """Numbered sales; the hot product has more than half of them, and numbers leave all remainders."""
    products = [HOT] * 8 + rng.choices(["blue mug", "red chair", "grey lamp", "red lampshade"], k=6)
    return list(enumerate(rng.sample(products, len(products)), start=rng.randint(100, 200)))


def salted_counts(sales: list[tuple[int, str]]) -> list[tuple]:
    """How many sales each salted key has, in plain Python."""
    return list(Counter((product, number % SALTS if product == HOT else 0) for number, product in sales).items())


SALT = Exercise(
    id="06.salt",
    title="Salt the hot key",
    parts=("map_func",),
    given={"reduce_func": total},
    inputs=some_sales,
    reference=salted_counts,
    mistakes=(
        Mistake(
            "all",
            "You salted every product. Only the hot one needs it: each salt makes more groups to bring together later.",
            map_func=lambda sale: [((sale[1], sale[0] % SALTS), 1)],
        ),
        Mistake(
            "none",
            "The salt is 0 for every sale, so the hot product is still one key.",
            map_func=lambda sale: [((sale[1], 0), 1)],
        ),
        Mistake(
            "opposite",
            "You salted the cool products and left the hot one whole.",
            map_func=lambda sale: [((sale[1], 0 if sale[1] == HOT else sale[0] % SALTS), 1)],
        ),
        Mistake(
            "salt_alone",
            "Your key is the salt alone, so different products meet. The key must have the product in it.",
            map_func=lambda sale: [(sale[0] % SALTS if sale[1] == HOT else 0, 1)],
        ),
        Mistake(
            "number",
            "Your salt is the whole number, so no two hot sales meet. Use its remainder by 4.",
            map_func=lambda sale: [((sale[1], sale[0] if sale[1] == HOT else 0), 1)],
        ),
        Mistake(
            "quotient",
            "You divided by 4. The remainder, with `%`, spreads the sales over 0, 1, 2 and 3.",
            map_func=lambda sale: [((sale[1], sale[0] // SALTS if sale[1] == HOT else 0), 1)],
        ),
        Mistake(
            "swapped",
            "Salt and product have changed places. The next round expects the product first.",
            map_func=lambda sale: [((sale[0] % SALTS if sale[1] == HOT else 0, sale[1]), 1)],
        ),
        Mistake(
            "value",
            "The salt is in the value. Only the key decides where a pair goes.",
            map_func=lambda sale: [(sale[1], sale[0] % SALTS if sale[1] == HOT else 0)],
        ),
        Mistake(
            "plain_key",
            "The cool products need a salt as well: 0. Then all keys look alike.",
            map_func=lambda sale: [((sale[1], sale[0] % SALTS) if sale[1] == HOT else sale[1], 1)],
        ),
        Mistake(
            "three",
            "Your salt is the remainder by 3. Four salts, 0 to 3, are what is left over by 4.",
            map_func=lambda sale: [((sale[1], sale[0] % 3 if sale[1] == HOT else 0), 1)],
        ),
        Mistake(
            "from_one",
            "Your salts go from 1 to 4. They should go from 0 to 3, as `%` gives them.",
            map_func=lambda sale: [((sale[1], sale[0] % SALTS + 1 if sale[1] == HOT else 0), 1)],
        ),
        Mistake(
            "like_hot",
            "A product whose name only has the hot one in it is salted too. Compare the whole name with `==`.",
            map_func=lambda sale: [((sale[1], sale[0] % SALTS if "lamp" in sale[1] else 0), 1)],
        ),
        Mistake(
            "number_value",
            "Your value is the number of the sale. We count sales, so each counts 1.",
            map_func=lambda sale: [((sale[1], sale[0] % SALTS if sale[1] == HOT else 0), sale[0])],
        ),
        Mistake(
            "everywhere",
            "A hot sale went to all four salts, so it counts four times. One sale gives one pair.",
            map_func=lambda sale: [((sale[1], salt), 1) for salt in range(SALTS if sale[1] == HOT else 1)],
        ),
        Mistake(
            "text_key",
            "Your key is one text. A pair of product and salt can be taken apart later.",
            map_func=lambda sale: [(f"{sale[1]}-{sale[0] % SALTS if sale[1] == HOT else 0}", 1)],
        ),
        Mistake(
            "crossed",
            "You took the sale apart the wrong way round. Its number comes first, then the product.",
            map_func=lambda sale: [((sale[0], 0), 1)],
        ),
        Mistake(
            "same_salt",
            "All hot sales got the same salt, so they are still one key. Take the salt from the sale's number.",
            map_func=lambda sale: [((sale[1], stable_hash(HOT) % SALTS if sale[1] == HOT else 0), 1)],
        ),
        Mistake(
            "hot_only",
            "You left the other products out. They need a pair too, with salt 0.",
            map_func=lambda sale: [((sale[1], sale[0] % SALTS), 1)] if sale[1] == HOT else [],
        ),
    ),
    says={"not_deterministic": "Take the salt from the sale itself, not from chance."},
    worth="The hot key is several keys now, and somebody must add up what they made. Cold keys need not pay for that.",
    hints=Hints(
        idea="A key can be a pair too: the product and a small number. Different pairs are different keys.",
        line="Look at the salt of a hot sale. Which values can it have? And that of a cool one?",
        twin="Visits, given as (visit, page), where '/' is hot, with two salts:\n"
        "`def salted_page(visit_and_page):`\n"
        "`    visit, page = visit_and_page`\n"
        "`    salt = visit % 2 if page == '/' else 0`\n"
        "`    yield (page, salt), 1`\n"
        "The hot page becomes two keys. All other pages stay one.",
        case="(101, 'red lamp') gives the key ('red lamp', 1). (101, 'blue mug') gives ('blue mug', 0).",
    ),
)


# -------------------------------------------------------------------------- 06.range: an order of partitions


def some_prices(rng: Random) -> list[int]:
    """All prices from 0 to 99, in no order."""
    return rng.sample(range(100), 100)


def in_order(parts: dict[str, Any], prices: list[int]) -> Finding | None:
    """Whether a larger key never goes to a smaller partition, for several numbers of partitions."""
    place = parts["partitioner"]
    ordered = sorted(set(prices))
    for count in (2, 3, 4, 5):
        for low, high in pairwise(ordered):
            if place(low, count) > place(high, count):
                sentence = (
                    f"With {count} partitions {low} goes to {place(low, count)}, but {high} goes to "
                    f"{place(high, count)}. The results would not be in order."
                )
                return Finding("order", sentence)
    return None


RANGE = Exercise(
    id="06.range",
    title="A partitioner that keeps the order",
    parts=("partitioner",),
    inputs=some_prices,
    reference=lambda prices: [(price, [1]) for price in prices],
    also=(in_order,),
    balance=0.3,
    says={
        "raises": "There may be more partitions than prices: how wide is one of them then?",
        "partition_number": "Try the lowest and the highest price, 0 and 99, with that many partitions.",
        "load_share": "Each partition should have about as many prices.",
        "load": "Each partition should have about as many prices.",
    },
    worth="Each partition follows the one before, so all results are in order. The borders say how even the load is.",
    hints=Hints(
        idea="Cut the prices from 0 to 99 into as many equal ranges as there are partitions.",
        line="Which number of partition do 0, 50 and 99 get from your line when there are two partitions?",
        twin="Hours of a day, 0 to 23, in order:\n"
        "`def by_hour(hour, num_partitions):`\n"
        "`    return hour * num_partitions // 24`\n"
        "Hour 0 gives 0. Hour 23 gives a little less than the number of partitions, rounded down.",
    ),
)

# ------------------------------------------------------------------------------------------- questions

Q1 = Quiz(
    id="06.q1",
    question="One key has two fifths of all values. The reduce phase has 4 partitions, and we change that to 32. "
    "What becomes of the fullest partition?",
    choices=(
        Choice(
            "It gets an eighth of what it had",
            "That would be so if values could go anywhere. Equal keys stay together.",
            expect=0.5,
        ),
        Choice(
            "It still has at least two fifths",
            "One key is in one partition, however many there are.",
            right=True,
            expect=0.35,
        ),
        Choice("It gets half of what it had", "The other keys in it move away. The hot one does not.", expect=0.15),
    ),
)

Q2 = Quiz(
    id="06.q2",
    question="With sort_keys=True and the usual hash partitioner, are all results in order?",
    choices=(
        Choice(
            "Yes, they are sorted",
            "Each partition is. But a large key may be in partition 0 and a small one in 1.",
            expect=0.5,
        ),
        Choice(
            "No, only inside each partition", "The hash mixes the keys, so ranges overlap.", right=True, expect=0.35
        ),
        Choice("No, nothing is sorted", "Each reduce task does sort the keys that it has.", expect=0.15),
    ),
)
