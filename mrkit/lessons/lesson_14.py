"""Lesson 14, the capstone: what its exercises and quizzes ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from random import Random
from statistics import median
from typing import Any

from mrkit.learn.exercise import Case, Choice, Exercise, Hints, Mistake, OwnJob, Prediction, Quiz

Q1 = Quiz(
    id="14.q1",
    question="Which of these is *not* a job for MapReduce?",
    choices=(
        Choice(
            "How often each word is on the web",
            "It is the example of the paper: one number for each word, in any order.",
            expect=0.1,
        ),
        Choice(
            "The balance of a bank account after each click of its owner",
            "Somebody waits for one small answer. A job reads everything, and answers at the end.",
            right=True,
            expect=0.65,
        ),
        Choice(
            "The mean temperature of each year at all stations of the world",
            "One number for each year: sum and count can be added in parts.",
            expect=0.25,
        ),
    ),
)

# ------------------------------------------------------------------------- 14.classify: which tool for which?

TOOLS = {
    "a": "count",
    "b": "join",
    "c": "none",
    "d": "filter",
    "e": "pairs",
    "f": "sort",
    "g": "index",
    "h": "none",
    "i": "rounds",
    "j": "order",
}


def _letter(letter: str) -> Callable:
    """Whether this letter has another tool than it should."""
    return lambda given: given[letter] != TOOLS[letter]


CLASSIFY = Prediction(
    id="14.classify",
    title="Which tool for which question?",
    right=TOOLS,
    otherwise="Give a dictionary with the letters a to j, and for each of them the name of one tool.",
    mistakes=(
        Mistake(
            "all_count",
            "Not everything is a count. Ask of each question: what is one result of it?",
            value=lambda given: all(tool == "count" for tool in given.values()),
        ),
        Mistake(
            "never_none",
            "You found a tool for every question. Two of the ten are no jobs for MapReduce at all.",
            value=lambda given: "none" not in given.values(),
        ),
        Mistake("a", "For a: what is one result? A page, and a number.", value=_letter("a")),
        Mistake(
            "b", "For b: two tables have something in common, here the customer. They must meet.", value=_letter("b")
        ),
        Mistake(
            "c",
            "For c: rounds would find all ways from everywhere. But you want one answer, and you want it at once.",
            value=_letter("c"),
        ),
        Mistake("d", "For d: each line is looked at alone, and kept or not. Nothing has to meet.", value=_letter("d")),
        Mistake("e", "For e: what is the key? Not one word, but two that stand side by side.", value=_letter("e")),
        Mistake(
            "f",
            "For f: all sales in one long order. What puts small keys into the first partition?",
            value=_letter("f"),
        ),
        Mistake(
            "g",
            "For g: one result is a function and a list of files, as at the end of a book. There is one table only.",
            value=_letter("g"),
        ),
        Mistake("h", "For h: each move needs the one before. Nothing can be done side by side.", value=_letter("h")),
        Mistake(
            "i",
            "For i: one round finds what is one import away. How do you get to the next?",
            value=_letter("i"),
        ),
        Mistake(
            "j",
            "For j: there is no one order of all clicks. Each visitor has an order of their own.",
            value=_letter("j"),
        ),
    ),
    hints=Hints(
        idea="Say each question as `one ... for each ...`. What stands after `for each` is the key.",
        line="Which questions want one answer at once, or need every step before the next? They are no jobs.",
        case="`The most visited pages` is one number for each page, so it is a count.",
        twin="Four other questions:\n"
        "The mean of each station: one number for each station. It is a count, with sum and count as the value.\n"
        "The longest line of a book: one line in all. It is a count too: max in place of a sum.\n"
        "All pairs of friends who share a friend: two tables, both the friends. It is a join.\n"
        "Is this card valid? Somebody waits at the till: none.",
    ),
)

# ------------------------------------------------------------------------------ 14.kmeans: one round of k-means

Q2 = Quiz(
    id="14.q2",
    question="One round of k-means with three centres, and with a combiner. What does each map task send on?",
    choices=(
        Choice(
            "Each of its stations with the number of its centre",
            "So it would be without a combiner. But only their sums are needed.",
            expect=0.5,
        ),
        Choice(
            "At most three sums with their counts",
            "One for each centre that any of its stations is nearest to, however many stations it has.",
            right=True,
            expect=0.35,
        ),
        Choice(
            "The three centres", "They came in with the function. What goes on must tell where to move.", expect=0.15
        ),
    ),
)

Place = tuple[int, int]
CENTRES: tuple[Place, ...] = ((100, 200), (100, 100), (-100, 300))  # as in the lesson, in tenths of a degree


def squared(one: Place, other: Place) -> int:
    """The square of the distance; the nearest by it is the nearest."""
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def nearest(place: Place, far: Callable[[Place, Place], Any] = squared) -> int:
    """The number of the nearest centre, the first if there are several."""
    return min(range(len(CENTRES)), key=lambda number: far(place, CENTRES[number]))


def _mean(values: list[int]) -> float:
    return sum(values) / len(values)


def moved(
    stations: list[tuple[str, Place]],
    belongs: Callable[[Place], int] = nearest,
    middle: Callable[[list[int]], float] = _mean,
) -> list[tuple[int, tuple[float, float]]]:
    """One round: the centres that have stations, each with the mean of its own."""
    groups = defaultdict(list)
    for _, place in stations:
        groups[belongs(place)].append(place)
    return [(number, (middle([x for x, _ in own]), middle([y for _, y in own]))) for number, own in groups.items()]


def some_stations(rng: Random) -> list[tuple[str, Place]]:
    """Stations of all three centres, with some for which a wrong distance finds another one, and two ties."""
    while True:
        places = rng.sample([(x, y) for x in range(-100, 300, 7) for y in range(80, 320, 7)], 10)
        other = [lambda a, b: abs(a[0] - b[0]), lambda a, b: abs(a[1] - b[1]), lambda a, b: sum(map(abs, _gap(a, b)))]
        told = all(any(nearest(place, far) != nearest(place) for place in places) for far in other)
        if told and all(sum(nearest(place) == n for place in places) > 1 for n in range(len(CENTRES))):
            return [(f"station {n}", place) for n, place in enumerate([*places, (100, 150), (0, 250)])]


def _gap(one: Place, other: Place) -> tuple[int, int]:
    return one[0] - other[0], one[1] - other[1]


def _last_nearest(place: Place) -> int:
    return max(range(len(CENTRES)), key=lambda number: (-squared(place, CENTRES[number]), number))


def _by(far: Callable[[Place, Place], Any]) -> Callable[[list], list]:
    """The results with another distance."""
    return lambda stations: moved(stations, lambda place: nearest(place, far))


KMEANS = Exercise(
    id="14.kmeans",
    title="One round of k-means",
    parts=("map_func", "combiner", "reduce_func"),
    inputs=some_stations,
    reference=moved,
    mistakes=(
        Mistake(
            "first_number",
            "You looked at the first number only, January. Both numbers say how far it is.",
            results=_by(lambda a, b: abs(a[0] - b[0])),
        ),
        Mistake(
            "second_number",
            "You looked at the second number only, July. Both numbers say how far it is.",
            results=_by(lambda a, b: abs(a[1] - b[1])),
        ),
        Mistake(
            "corners",
            "You added the two differences. The distance is that of a straight line: square each of them first.",
            results=_by(lambda a, b: sum(map(abs, _gap(a, b)))),
        ),
        Mistake(
            "farthest",
            "Each station went to the centre that is farthest away.",
            results=_by(lambda a, b: -squared(a, b)),
        ),
        Mistake(
            "last_tie",
            "A station between two centres belongs to the first of them. Yours went to the later one.",
            results=lambda stations: moved(stations, _last_nearest),
        ),
        Mistake(
            "place_key",
            "The place of the centre is your key. It moves each round, so use the number of the centre.",
            results=lambda stations: [(CENTRES[number], place) for number, place in moved(stations)],
        ),
        Mistake(
            "no_number",
            "A result needs the number of its centre, or nobody knows which one should move there.",
            results=lambda stations: [place for _, place in moved(stations)],
        ),
        Mistake(
            "sums",
            "These are sums. A centre moves to the mean: divide by the count.",
            results=lambda stations: moved(stations, middle=sum),
        ),
        Mistake(
            "median",
            "That is the median. This round wants the mean, which can be added in parts.",
            results=lambda stations: moved(stations, middle=median),
        ),
        Mistake(
            "with_count",
            "Take the count out of the result: it is only needed on the way.",
            results=lambda stations: [
                (number, (*place, sum(nearest(own) == number for _, own in stations)))
                for number, place in moved(stations)
            ],
        ),
        Mistake(
            "rounded",
            "You rounded the mean. Then a centre may stop before it has arrived.",
            results=lambda stations: [(number, (round(x), round(y))) for number, (x, y) in moved(stations)],
        ),
        Mistake(
            "floored",
            "You divided with `//`, which drops a part of the mean. Use `/`.",
            results=lambda stations: [(number, (x // 1, y // 1)) for number, (x, y) in moved(stations)],
        ),
    ),
    edges=(
        Case(
            "same_place",
            [("one", (110, 190)), ("two", (110, 190)), ("three", (40, 220)), ("four", (90, 80)), ("five", (-90, 290))],
            "Two stations at one place are two stations. Does a set or a dictionary of yours make them one?",
        ),
    ),
    says={
        "combiner_times": "That is a mean of means: keep sum and count apart until the end.",
        "input_changed": "The centres move after the round, not in it.",
    },
    hints=Hints(
        idea="It is the mean of lesson 05 with two sums: x, y and how many. The key is the number of the centre.",
        line="What does your combiner give? It must look like what map gives, with its parts added up.",
        twin="The mean size of the dogs of each colour, where a dog is (colour, size):\n"
        "`def sized(dog):`\n"
        "`    colour, size = dog`\n"
        "`    yield colour, (size, 1)`\n"
        "`def add(item):`\n"
        "`    colour, parts = item`\n"
        "`    sizes, ones = zip(*parts)`\n"
        "`    return colour, (sum(sizes), sum(ones))`\n"
        "`def mean(item):`\n"
        "`    colour, (size, dogs) = add(item)`\n"
        "`    return colour, size / dogs`",
    ),
    worth="The combiner sends one record for each centre and split, however many stations there are.",
)

# ------------------------------------------------------------------------------- 14.own: a question of your own

OWN = OwnJob(
    id="14.own",
    title="A job of your own",
    hints=Hints(
        idea="Say it as `one ... for each ...`. The second gap is the key, the first is what reduce makes.",
        line="Does the plain loop give a list of (key, result), or a dictionary? It must give what the job gives.",
        case="Take three inputs and write down by hand which pairs they make, and what should come out.",
        twin="One longest word for each first letter:\n"
        "`def by_letter(line):`\n"
        "`    for word in line.split():`\n"
        "`        yield word[0], word`\n"
        "`def longest(item):`\n"
        "`    letter, words = item`\n"
        "`    return letter, max(words, key=lambda word: (len(word), word))`\n"
        "`def by_loop(lines):`\n"
        "`    best = {}`\n"
        "`    for line in lines:`\n"
        "`        for word in line.split():`\n"
        "`            old = best.get(word[0], word)`\n"
        "`            best[word[0]] = max(old, word, key=lambda word: (len(word), word))`\n"
        "`    return best`",
    ),
)
