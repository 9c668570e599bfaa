"""Lesson 05, Combiners: what its exercises and quizzes ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from random import Random
from typing import Any

from mrkit.learn.exercise import Case, Choice, Exercise, Hints, Mistake, Quiz
from mrkit.learn.findings import Finding
from mrkit.learn.same import form

CITIES = ["oslo", "rome", "lima", "cairo"]
ROOM = 3  # words that the bounded buffer may hold, as in the lesson


def total(item: tuple) -> tuple:
    """The reduce function of the word counts: add up."""
    word, counts = item
    return word, sum(counts)


# ------------------------------------------------------------------------- 05.mean: what can be added


def some_readings(rng: Random) -> list[str]:
    """Eleven lines "city;degrees", with tenths as in the lesson: two or more for each city."""
    cities = [*CITIES, *CITIES, *rng.choices(CITIES, k=3)]
    return rng.sample([f"{city};{rng.randrange(-200, 310) / 10}" for city in cities], len(cities))


def by_city(lines: list[str]) -> dict[str, list[float]]:
    """The readings of each city, in plain Python."""
    groups: dict[str, list[float]] = {}
    for line in lines:
        city, degrees = line.split(";")
        groups.setdefault(city, []).append(float(degrees))
    return groups


def averages(lines: list[str]) -> list[tuple]:
    """The right results."""
    return [(city, sum(values) / len(values)) for city, values in by_city(lines).items()]


def _both(parts: list) -> tuple:
    return sum(part[0] for part in parts), sum(part[1] for part in parts)


def _summed(item: tuple, rule: Any) -> tuple:
    return item[0], rule(list(item[1]))


MEAN = Exercise(
    id="05.mean",
    title="An average with a safe combiner",
    parts=("map_func", "combiner", "reduce_func"),
    inputs=some_readings,
    reference=averages,
    mistakes=(
        Mistake(
            "sum",
            "That is the sum. Divide it by the count, in the reduce function.",
            results=lambda lines: [(city, sum(values)) for city, values in by_city(lines).items()],
        ),
        Mistake(
            "count",
            "That is how many readings there are. An average also needs their sum.",
            results=lambda lines: [(city, len(values)) for city, values in by_city(lines).items()],
        ),
        Mistake(
            "mean_of_means",
            "Your combiner divides: an average of averages forgets how many readings are behind each.",
            combiner=lambda item: _summed(item, lambda parts: (sum(p[0] for p in parts) / sum(p[1] for p in parts), 1)),
        ),
        Mistake(
            "drops_last",
            "Your combiner leaves the last pair out. Every pair must be in what it gives.",
            combiner=lambda item: _summed(item, lambda parts: _both(parts[:-1] or parts)),
        ),
        Mistake(
            "parts_counted",
            "Your combiner counts how many pairs there are. Each may stand for many readings: add up their counts.",
            combiner=lambda item: _summed(item, lambda parts: (sum(p[0] for p in parts), len(parts))),
        ),
        Mistake(
            "parts_divided",
            "You divide by the number of pairs. Each may stand for many readings: add up their counts.",
            reduce_func=lambda item: _summed(item, lambda parts: sum(p[0] for p in parts) / len(parts)),
        ),
        Mistake(
            "upside_down",
            "You divided the count by the sum. The average is the sum divided by the count.",
            results=lambda lines: [
                (city, len(values) / sum(values) if sum(values) else 0) for city, values in by_city(lines).items()
            ],
        ),
        Mistake(
            "whole",
            "You dropped what comes after the point. Use `/`, not `//`, and do not round.",
            results=lambda lines: [(city, sum(values) // len(values)) for city, values in by_city(lines).items()],
        ),
        Mistake(
            "pair",
            "You stopped one step too early: that is the sum with the count. Divide them in the reduce function.",
            results=lambda lines: [(city, (sum(values), len(values))) for city, values in by_city(lines).items()],
        ),
        Mistake(
            "no_key",
            "You gave the average without its city. Give the pair, so that we know whose it is.",
            results=lambda lines: [sum(values) / len(values) for values in by_city(lines).values()],
        ),
    ),
    edges=(
        Case("alone", ["lima;19"], "A city may have one reading only. That is its average."),
        Case("name", ["San Juan;25.5", "San Juan;26"], "The name of a city can have a space in it."),
        Case("zero", ["oslo;-4", "oslo;4"], "The sum of a city can be 0. Then its average is 0 too."),
    ),
    budget=lambda lines: len(by_city(lines)),
    says={
        "raises": "A line has a `;` between its two parts, and degrees can have a point: make a `float` of them.",
        "combiner_type_map": "What map gives has no count in it.",
        "combiner_type": "The reduce function cannot tell which of the two it was given.",
        "budget": "The combiner gives one pair for each city.",
    },
    worth="Sums with counts can be added again and again, means cannot. Play it: look at the column combine.",
    hints=Hints(
        idea="Find what can be added up in any order. Put off the step that cannot: the division.",
        line="Look at what map yields, and at what the combiner returns. Do both have a sum and a count in them?",
        twin="The share of long words, by first letter:\n"
        "`def words(word):`\n"
        "`    yield word[0], (int(len(word) > 6), 1)`\n"
        "`def add(item):`\n"
        "`    letter, parts = item`\n"
        "`    long = seen = 0`\n"
        "`    for some_long, some in parts:`\n"
        "`        long, seen = long + some_long, seen + some`\n"
        "`    return letter, (long, seen)`\n"
        "`def share(item):`\n"
        "`    letter, (long, seen) = add(item)`\n"
        "`    return letter, long / seen`\n"
        "The pair of numbers has one shape all the way. Only the last step divides.",
    ),
)

# ----------------------------------------------------------------- 05.budget: combining inside the map function


def some_lines(rng: Random) -> list[str]:
    """Lines with words that come back, in a line and from line to line."""
    words = ["the", "cat", "dog", "sat", "on"]
    return [" ".join(rng.choices(words, k=rng.randint(3, 6))) for _ in range(8)] + ["the cat the cat"]


def word_counts(lines: Iterable[str]) -> list[tuple]:
    """How often each word is there, in plain Python."""
    return list(Counter(word for line in lines for word in line.split()).items())


BUDGET = Exercise(
    id="05.budget",
    title="Count words within a shuffle budget",
    parts=("map_func",),
    given={"reduce_func": total},
    lists=True,
    inputs=some_lines,
    reference=word_counts,
    mistakes=(
        Mistake(
            "lines",
            "You count the lines in which a word is. It counts as often as it is there.",
            map_func=lambda lines: [pair for line in lines for pair in dict.fromkeys(_ones(line))],
        ),
        Mistake(
            "letters",
            "You count letters. `line.split()` gives the words of a line.",
            map_func=lambda lines: list(Counter(letter for line in lines for letter in line).items()),
        ),
        Mistake(
            "ones",
            "You send a 1 for each word, however often the split has it. Count it.",
            map_func=lambda lines: [(word, 1) for word in dict(word_counts(lines))],
        ),
        Mistake(
            "last_line",
            "You start anew with each line, so only the last one is left. Make the dictionary once, before the loop.",
            map_func=lambda lines: word_counts(lines[-1:]),
        ),
        Mistake(
            "first_line",
            "You stop after the first line. What ends the function must stand after the loop.",
            map_func=lambda lines: word_counts(lines[:1]),
        ),
        Mistake(
            "running",
            "You send a count while it still grows, so words count several times. Wait for the end of the split.",
            map_func=lambda lines: [(word, i + 1) for word, count in word_counts(lines) for i in range(count)],
        ),
        Mistake(
            "from_zero",
            "Your counts are one too small. The first time that a word comes counts too.",
            map_func=lambda lines: [(word, count - 1) for word, count in word_counts(lines)],
        ),
        Mistake(
            "whole_lines",
            "You counted whole lines. Split each line into its words first.",
            map_func=lambda lines: list(Counter(lines).items()),
        ),
        Mistake(
            "once",
            "You left out words that come once. Every word counts.",
            map_func=lambda lines: [(word, count) for word, count in word_counts(lines) if count > 1],
        ),
    ),
    edges=(
        Case("blank", ["", "the cat"], "A line can be empty. It has no words."),
        Case(
            "capital", ["The cat", "the cat"], "`The` and `the` are two words: take them as `line.split()` gives them."
        ),
        Case(
            "many",
            [" ".join(f"word{i}" for i in range(start, start + 50)) for start in range(0, 200, 50)],
            "A split can have hundreds of different words. Each of them counts.",
        ),
    ),
    budget=lambda lines: len(word_counts(lines)),
    says={
        "raises": "It gets all lines of a split: loop over them first.",
    },
    worth="Your dictionary must fit into memory, once for each split. A combiner does the same with less code.",
    hints=Hints(
        idea="A dictionary remembers each word of the split with its count. One pair for each leaves the function.",
        line="Where does the `yield` stand? If it is inside the loop over the words, it comes too early.",
        twin="The most of each fruit, from lines such as 'pear 3':\n"
        "`def most(lines):`\n"
        "`    best = {}`\n"
        "`    for line in lines:`\n"
        "`        fruit, number = line.split()`\n"
        "`        best[fruit] = max(best.get(fruit, 0), int(number))`\n"
        "`    yield from best.items()`\n"
        "The loop fills the dictionary. Only its end sends anything.",
    ),
)


def _ones(line: str) -> list[tuple]:
    return [(word, 1) for word in line.split()]


# ---------------------------------------------------------------------- 05.buffer: when memory has an end


def some_words(rng: Random) -> list[str]:
    """Words in runs of three to five; some come back; some are there once, at the end."""
    words = rng.sample(["a", "b", "c", "d", "e", "f", "g", "h"], 8)
    words += rng.choices(words, k=3)
    return [word for word in words for _ in range(rng.randint(3, 5))] + ["p", "q", "r", "s", "t"]


def runs(words: list[str]) -> int:
    """How many runs of equal words there are."""
    return len(list(groupby(words)))


def parcels(words: list[str]) -> list[dict[str, int]]:
    """What a buffer holds each time that it must be emptied, and at the end."""
    full: list[dict[str, int]] = [{}]
    for word in words:
        if word not in full[-1] and len(full[-1]) == ROOM:
            full.append({})
        full[-1][word] = full[-1].get(word, 0) + 1
    return full


def _put_in_first(words: list[str]) -> list[tuple]:
    """The pairs of somebody who puts the fourth word in before the three are sent."""
    pairs: list[tuple] = []
    buffer: Counter = Counter()
    for word in words:
        buffer[word] += 1
        if len(buffer) > ROOM:
            pairs += buffer.items()
            buffer.clear()
    return pairs + list(buffer.items())


def _newcomer_at_zero(words: list[str]) -> list[tuple]:
    """The pairs of somebody who notes a 0 for the word for which room was made."""
    return [
        (word, count - (number > 0 and word == next(iter(parcel))))
        for number, parcel in enumerate(parcels(words))
        for word, count in parcel.items()
    ]


def _every_three(words: list[str]) -> list[tuple]:
    """The pairs of somebody who counts words, not different ones."""
    return [pair for start in range(0, len(words), ROOM) for pair in Counter(words[start : start + ROOM]).items()]


def _whoever_comes(words: list[str]) -> list[tuple]:
    """The pairs of somebody who makes room for a word that is held already."""
    pairs: list[tuple] = []
    buffer: Counter = Counter()
    for word in words:
        if len(buffer) == ROOM:
            pairs += buffer.items()
            buffer.clear()
        buffer[word] += 1
    return pairs + list(buffer.items())


def _first_alone(words: list[str]) -> list[tuple]:
    """The pairs of somebody who sends the first held word when there is no room, and nothing at the end."""
    pairs: list[tuple] = []
    buffer: dict[str, int] = {}
    for word in words:
        if word not in buffer and len(buffer) == ROOM:
            first = next(iter(buffer))
            pairs.append((first, buffer.pop(first)))
        buffer[word] = buffer.get(word, 0) + 1
    return pairs


EARLY = (  # why a buffer is sent too early
    (_every_three, "You count words, and send after each third one. Count how many different words you hold."),
    (
        _whoever_comes,
        "You sent too early: three have room, and a word that you hold already needs none. Wait for a new, fourth one.",
    ),
)


def _not_emptied(words: list[str]) -> list[tuple]:
    """The pairs of somebody who sends the buffer and keeps it."""
    pairs: list[tuple] = []
    buffer: Counter = Counter()
    for word in words:
        if word not in buffer and len(buffer) >= ROOM:
            pairs += buffer.items()
        buffer[word] += 1
    return pairs + list(buffer.items())


def _without_newcomers(words: list[str]) -> list[tuple]:
    """The pairs of somebody who drops the word for which there was no room."""
    pairs: list[tuple] = []
    buffer: Counter = Counter()
    for word in words:
        if word not in buffer and len(buffer) == ROOM:
            pairs += buffer.items()
            buffer.clear()
        else:
            buffer[word] += 1
    return pairs + list(buffer.items())


def held(parts: dict[str, Any], words: list[str]) -> Finding | None:
    """Whether the map function ever holds more different words than there is room for."""
    inside: Counter = Counter()
    most = 0

    def watched() -> Iterable[str]:
        nonlocal most
        for word in words:
            inside[word] += 1
            yield word
            most = max(most, sum(count > 0 for count in inside.values()))  # it asks for the next one

    for word, count in parts["map_func"](watched()):
        inside[word] -= count
    if most > ROOM:
        sentence = f"You held {most} words at once, but there is room for {ROOM}. Yield what you hold when it is full."
        return Finding("room", sentence).and_rows([("inputs", words), ("words held", most)])
    return sent_in_time(parts, words)


def sent_in_time(parts: dict[str, Any], words: list[str]) -> Finding | None:
    """Whether the buffer is sent when a fourth word comes, not before and not after."""
    sent, right = list(parts["map_func"](iter(words))), [pair for parcel in parcels(words) for pair in parcel.items()]
    if Counter(map(form, sent)) == Counter(map(form, right)):
        return None
    rows = [("inputs", words), ("pairs sent", len(sent)), ("should be", len(right))]
    if Counter(map(form, sent)) == Counter(map(form, _put_in_first(words))):
        sentence = (
            "You put the fourth word in, and then sent all four. Send the three first: there is no room for more."
        )
        return Finding("late", sentence).and_rows(rows)
    for mistaken, sentence in EARLY:
        if Counter(map(form, sent)) == Counter(map(form, mistaken(words))):
            return Finding("early", sentence).and_rows(rows)
    if len(sent) > len(right):
        sentence = "You sent too early. With three words you still have room for each of them: wait for a fourth."
        return Finding("early", sentence).and_rows(rows)
    sentence = "You did not send when the fourth word came. It must find an empty buffer, and stay in it."
    return Finding("late", sentence).and_rows(rows)


BUFFER = Exercise(
    id="05.buffer",
    title="A buffer for three words",
    parts=("map_func",),
    given={"reduce_func": total},
    lists=True,
    inputs=some_words,
    reference=lambda words: list(Counter(words).items()),
    mistakes=(
        Mistake(
            "rest",
            "What is still in the buffer after the last word never left it. Send it too.",
            map_func=lambda words: [pair for parcel in parcels(words)[:-1] for pair in parcel.items()],
        ),
        Mistake(
            "lost",
            "You emptied the buffer before you sent what was in it. Send first, then empty.",
            map_func=lambda words: list(parcels(words)[-1].items()),
        ),
        Mistake(
            "first_alone",
            "You send the first word alone, and nothing at the end. All that you hold must be sent by then.",
            map_func=_first_alone,
        ),
        Mistake(
            "not_emptied",
            "You sent the buffer, and then kept what was in it: the same counts are sent again. Empty it.",
            map_func=_not_emptied,
        ),
        Mistake(
            "full",
            "Once your buffer is full, new words are dropped. Make room for them.",
            map_func=lambda words: list(Counter(words).items())[:ROOM],
        ),
        Mistake(
            "newcomer",
            "You made room for a new word, but then it was not put into the buffer.",
            map_func=_without_newcomers,
        ),
        Mistake(
            "newcomer_zero",
            "The word for which you made room counts too: it goes in with a 1, not with a 0.",
            map_func=_newcomer_at_zero,
        ),
    ),
    budget=lambda words: 2 * runs(words),
    also=(held,),
    says={
        "budget": "The buffer is there to add up before you send.",
        "split": "A split can be so short that the buffer is never full. What it holds at the end must be sent too.",
    },
    worth="Whatever the buffer drops too early costs one more pair, never a wrong result.",
    hints=Hints(
        idea="Add up as long as there is room. When there is none, send what you hold and start again.",
        line="There are two places that must send: when the buffer is full, and after the loop.",
        twin="Send letters in parcels of at most 10:\n"
        "`def parcels(letters):`\n"
        "`    bag = []`\n"
        "`    for letter in letters:`\n"
        "`        if len(bag) == 10:`\n"
        "`            yield 'parcel', len(bag)`\n"
        "`            bag.clear()`\n"
        "`        bag.append(letter)`\n"
        "`    yield 'parcel', len(bag)`\n"
        "It makes room first, then takes the new letter. The last line sends what is left.",
        case="With a, b and c in the buffer, another a still fits. A d does not: it needs room first.",
    ),
)


# ------------------------------------------------------------------------------------------- questions

Q1 = Quiz(
    id="05.q1",
    question="6,000 readings of 52 stations are read by 6 map tasks, and each task meets all stations. It keeps "
    "only the warmest reading of each station. How many values travel?",
    choices=(
        Choice(
            "6,000, one for each reading",
            "That is without a combiner. Each task has dropped most of them.",
            expect=0.15,
        ),
        Choice(
            "52, one for each station", "Tasks cannot see each other. Each of them sends its own warmest.", expect=0.35
        ),
        Choice("312, one for each task and station", "Six tasks, 52 values each.", right=True, expect=0.4),
        Choice("6, one for each task", "A task has many stations, and each of them has a warmest reading.", expect=0.1),
    ),
)

Q2 = Quiz(
    id="05.q2",
    question="How often does a combiner see a value on its way from map to reduce?",
    choices=(
        Choice(
            "Exactly once",
            "Do not rely on it. Where data is spilled to disk it may run again, or not at all.",
            expect=0.6,
        ),
        Choice(
            "Never, once or many times",
            "The system decides. The answer must not depend on it.",
            right=True,
            expect=0.25,
        ),
        Choice(
            "Once for each worker", "A combiner works on the pairs of a task. Workers do not come into it.", expect=0.15
        ),
    ),
)

Q3 = Quiz(
    id="05.q3",
    question="One map task saw the readings 1 and 2, another saw 6. Each sends its mean. "
    "What is the mean of the means?",
    choices=(
        Choice("3, the true mean", "(1 + 2 + 6) / 3 is 3. But the reducer gets two numbers only.", expect=0.55),
        Choice("3.75", "(1.5 + 6) / 2. One reading has got as much weight as two.", right=True, expect=0.35),
        Choice("6, the last one to come", "The reducer uses all that it gets, in whatever order.", expect=0.1),
    ),
)
