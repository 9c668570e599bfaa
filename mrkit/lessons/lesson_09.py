"""Lesson 09, Order as a tool: what its exercises and quizzes ask."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise
from random import Random
from typing import Any

from mrkit.learn.exercise import Case, Choice, Exercise, Hints, Mistake, Prediction, Quiz
from mrkit.learn.findings import Finding

STAR = "*"


def first(key: tuple) -> Any:
    """The group of a key: its first part, as in the lesson."""
    return key[0]


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case, as the lesson defines them."""
    return re.findall("[a-z]+", text.lower())


def total(item: tuple) -> tuple:
    """The combiner of the shares: add up."""
    key, counts = item
    return key, sum(counts)


# ----------------------------------------------------------------------- 09.home: the first part decides


def some_keys(rng: Random) -> list[tuple[str, int]]:
    """Three days each of 24 shops; most shops have a number of two digits."""
    shops = [f"shop {number}" for number in rng.sample(range(1, 41), 24)]
    keys = [(shop, day) for shop in shops for day in rng.sample(range(1, 366), 3)]
    return rng.sample(keys, len(keys))


HOME = Exercise(
    id="09.home",
    title="A home for each shop",
    parts=("partitioner",),
    inputs=some_keys,
    reference=lambda keys: [(key, [1]) for key in keys],
    together=first,
    balance=0.6,
    says={
        "placement": "All days of a shop belong together.",
        "load": "The shops should be spread over all partitions.",
        "load_share": "The shops should be spread over all partitions.",
        "unstable_hash": "`stable_hash` gives the same number everywhere.",
    },
    hints=Hints(
        idea="The day must have no say. Work out the number from the shop alone.",
        line="What do your lines give for `('shop 9', 31)` and for `('shop 9', 150)`, with 4 partitions?",
        twin="Letters are sorted by town and street. All letters of a town go into one bag:\n"
        "`def bag(address, bags):`\n"
        "`    town, street = address`\n"
        "`    return stable_hash(town) % bags`\n"
        "The street is in the key, but not in the sum.",
    ),
    worth="The whole key says in which order, a part of it says where. With `group_by` the engine does just this.",
)

# --------------------------------------------------------------- 09.pause: a long group, read in order


def some_sales(rng: Random) -> list[tuple[str, int, int]]:
    """Three or four sales of each of three shops, (shop, day, cents), in no order."""
    made = []
    for shop in ("shop 3", "shop 9", "shop 21"):
        days = rng.sample(range(2, 120), rng.randint(3, 4))
        made += [(shop, day, rng.randrange(100, 999)) for day in days]
    return rng.sample(made, len(made))


def days_of(sales: list[tuple]) -> dict[str, list[int]]:
    """The days of each shop, sorted, in plain Python."""
    days: dict[str, list[int]] = defaultdict(list)
    for shop, day, _ in sales:
        days[shop].append(day)
    return {shop: sorted(row) for shop, row in days.items()}


def _pauses(choose: Callable[[list[int]], Any]) -> Callable[[list], list]:
    """The results of somebody who makes this of the sorted days of a shop."""
    return lambda sales: [(shop, choose(days)) for shop, days in days_of(sales).items()]


def gaps(days: Iterable[int]) -> list[int]:
    """From each day to the next.

    >>> gaps([3, 10, 12])
    [7, 2]
    """
    return [after - before for before, after in pairwise(days)]


def _as_text(days: list[int]) -> int:
    return max(gaps(sorted(days, key=str)), default=0)


def day_in_the_key(parts: dict[str, Any], sales: list[tuple]) -> Finding | None:
    """Whether two days of a shop have two keys; a function that sorts by itself is right without."""
    keys: dict[Any, int] = {}
    for sale in sales:
        for key, _ in parts["map_func"](sale):
            day = keys.setdefault(key, sale[1])
            if day != sale[1]:
                sentence = f"Your key does not hold what orders it: day {day} and day {sale[1]} have one key."
                return Finding("unordered", sentence).and_rows([("inputs", sales), ("key", key)])
    return None


PAUSE = Exercise(
    id="09.pause",
    title="The longest pause",
    parts=("map_func", "reduce_func"),
    inputs=some_sales,
    reference=_pauses(lambda days: max(gaps(days), default=0)),
    group_by=first,
    mistakes=(
        Mistake(
            "sum",
            "You added all pauses up, from the first sale to the last. Keep the longest of them.",
            results=_pauses(lambda days: days[-1] - days[0]),
        ),
        Mistake(
            "last",
            "You gave the last pause. A longer one may have come before it.",
            results=_pauses(lambda days: days[-1] - days[-2] if len(days) > 1 else 0),
        ),
        Mistake(
            "shortest",
            "You gave the shortest pause. The longest was asked for.",
            results=_pauses(lambda days: min(gaps(days), default=0)),
        ),
        Mistake(
            "start",
            "You counted the time before the first sale. A pause lies between two sales.",
            results=_pauses(lambda days: max(gaps([0, *days]), default=0)),
        ),
        Mistake(
            "between",
            "Your pauses are one day too short. From day 3 to day 10 it is 7 days.",
            results=_pauses(lambda days: max(gaps(days), default=1) - 1),
        ),
        Mistake("count", "You counted the sales. Look at their days.", results=_pauses(len)),
        Mistake(
            "text",
            "Your days are text, and as text 10 comes before 9. Put the day into the key as a number.",
            results=_pauses(_as_text),
        ),
        Mistake(
            "turned",
            "Your key begins with the day, so each day is a group. The group is the shop: put it first.",
            results=lambda sales: [(day, 0) for day in {day for _, day, _ in sales}],
        ),
        Mistake(
            "every",
            "You gave a result for each pause. One for each shop was asked for: yield after the loop.",
            results=lambda sales: [(shop, gap) for shop, days in days_of(sales).items() for gap in gaps(days)],
        ),
        Mistake(
            "growing",
            "You gave a result in each turn of the loop. One for each shop was asked for: yield after the loop.",
            results=lambda sales: [
                (shop, max(gaps(days[: n + 1]), default=0))
                for shop, days in days_of(sales).items()
                for n in range(len(days))
            ],
        ),
        Mistake(
            "no_shop",
            "You gave the days without the shop. Give both, so that we know whose pause it is.",
            results=lambda sales: [max(gaps(days), default=0) for days in days_of(sales).values()],
        ),
    ),
    edges=(Case("single", [("shop 3", 7, 450), ("shop 9", 8, 120)], "A shop may have one sale only. Its pause is 0."),),
    also=(day_in_the_key,),
    says={
        "unordered": "Only what is in the key is sorted.",
        "key_order": "Start each shop with nothing known.",
    },
    hints=Hints(
        idea="Put the day into the key, after the shop. Then the days come in order, and you need only the last one.",
        line="Which two numbers must you remember while the sales of a shop come by? Where do they start?",
        twin="How far does the temperature jump at most from one hour to the next? From `(city, hour, degrees)`:\n"
        "`def by_hour(reading):`\n"
        "`    city, hour, degrees = reading`\n"
        "`    yield (city, hour), degrees`\n"
        "`def jump(item):`\n"
        "`    city, readings = item`\n"
        "`    last, largest = None, 0`\n"
        "`    for (city, hour), degrees in readings:`\n"
        "`        if last is not None:`\n"
        "`            largest = max(largest, abs(degrees - last))`\n"
        "`        last = degrees`\n"
        "`    yield city, largest`\n"
        "It remembers one reading and one number, however long the stream is.",
    ),
    worth="You keep two numbers, however many days there are. The shuffle has done the sorting for you.",
)

# --------------------------------------------------------------------- 09.order: six keys on paper

KEYS = {
    "a": ("map", "task"),
    "b": ("maps", STAR),
    "c": ("map", STAR),
    "d": ("mapping", STAR),
    "e": ("map", "function"),
    "f": ("ma", "zoo"),
}


def _letters(answer: Any) -> str:
    """An answer as letters: `"a b"`, `"ab"`, `["a", "b"]` and the two keys themselves say the same."""
    names = {key: letter for letter, key in KEYS.items()}
    parts = answer if isinstance(answer, list | tuple) else [answer]
    texts = (names.get(tuple(each), "") if isinstance(each, list | tuple) else str(each) for each in parts)
    return "".join(letter for letter in "".join(texts).lower() if letter in KEYS)


def _where(test: Callable[[list[tuple[str, str]]], bool]) -> Callable[[Any], bool]:
    """Whether all six are there, and the keys in the answer's order pass a test."""

    def passes(answer: Any) -> bool:
        letters = _letters(answer)
        return len(letters) == len(set(letters)) == len(KEYS) and test([KEYS[letter] for letter in letters])

    return passes


def _is(letters: str) -> Callable[[Any], bool]:
    return lambda answer: _letters(answer) == letters


def _star_after_its_words(keys: list[tuple[str, str]]) -> bool:
    return keys == sorted(keys, key=lambda key: (key[0], key[1] == STAR, key[1]))


def _sorted_by(*names: Callable[[tuple[str, str]], Any]) -> Callable[[Any], bool]:
    """Whether somebody sorted by one of these."""
    return _where(lambda keys: any([*map(name, keys)] == sorted(map(name, keys)) for name in names))


ORDER = Prediction(
    id="09.order",
    title="Six keys in order",
    right=_is("fceadb"),
    otherwise="Compare the first parts letter by letter. Where they are equal, the second part decides.",
    mistakes=(
        Mistake(
            "missing",
            "I need each of the six letters once, such as 'abcdef'.",
            value=lambda answer: not _where(lambda keys: True)(answer),
        ),
        Mistake("backwards", "That is the order from the last to the first. Turn it round.", value=_is("bdaecf")),
        Mistake(
            "star_last",
            "You put `*` after the words. In a computer's order it comes before all letters.",
            value=_where(_star_after_its_words),
        ),
        Mistake(
            "second",
            "You sorted by the second part. The first part decides, and the second only where the first are equal.",
            value=_sorted_by(lambda key: key[1]),
        ),
        Mistake(
            "stars_first",
            "You put all stars before all words. A star comes first among the keys of its own word only.",
            value=_where(lambda keys: all(key[1] == STAR for key in keys[:3])),
        ),
        Mistake(
            "stars_end",
            "You put all stars at the end. Each star belongs to the keys of its own word.",
            value=_where(lambda keys: all(key[1] == STAR for key in keys[3:])),
        ),
        Mistake(
            "length",
            "You put `maps` before `mapping` because it is shorter. Compare letter by letter: p comes before s.",
            value=_is("fceabd"),
        ),
        Mistake(
            "longer_first",
            "You put a longer word before the word with which it begins. In a dictionary `map` comes before `maps`.",
            value=_where(
                lambda keys: (
                    keys.index(KEYS["b"]) < keys.index(KEYS["c"]) or keys.index(KEYS["d"]) < keys.index(KEYS["c"])
                )
            ),
        ),
    ),
    hints=Hints(
        idea="Keys of two parts are sorted like people: by the family name first, and then by the given name.",
        line="Put the first parts in order, letter by letter. Then look inside `map`: three keys are there.",
        case="The keys `('to', 'do')`, `('to', '*')` and `('tea', 'pot')`: first `tea`, then `to` with `*`, then `to` "
        "with `do`.",
        twin="`('sun', '*')`, `('sunny', '*')`, `('sun', 'set')`, `('so', 'on')`. By first part: so, sun, sun, sunny. "
        "The two with `sun`: `*` is before `set`.\n"
        "So: `('so', 'on')`, `('sun', '*')`, `('sun', 'set')`, `('sunny', '*')`.",
    ),
)

# --------------------------------------------------------------------- 09.share: the total comes first


def some_lines(rng: Random) -> list[str]:
    """Lines in which each word is followed by another, and follows another, but not as often."""
    words = "the map task reads a line and gives one pair to each reduce function of that job".split()  # noqa: SIM905
    lines = [["the", *rng.sample(words[1:], 4)] for _ in range(4)]
    lines += [rng.choices(words, k=rng.randint(4, 6)) for _ in range(2)]
    lines = [[*line, line[0]] for line in lines] + [rng.sample(words, 2) * 2]
    return [" ".join(line).capitalize() + "." for line in lines]


Follows = Callable[[list[str]], Iterable[tuple[str, str]]]


def _counted(lines: list[str], follows: Follows = pairwise) -> dict[str, Counter]:
    """For each word, how often which word follows it, in plain Python."""
    counts: dict[str, Counter] = defaultdict(Counter)
    for line in lines:
        for word, other in follows(words_of(line)):
            counts[word][other] += 1
    return counts


def _shares(
    of: Callable[[int, int], Any] = lambda count, total: count / total, follows: Follows = pairwise
) -> Callable[[list], list]:
    """The results of somebody who makes this of a count and its total."""

    def results(lines: list[str]) -> list[tuple]:
        counts = _counted(lines, follows)
        return [
            (word, other, of(count, sum(found.values())))
            for word, found in counts.items()
            for other, count in found.items()
        ]

    return results


def _with_totals(totals: Callable[[list[str]], Iterable[str]]) -> Callable[[list], list]:
    """The results of somebody who sends a star for each of these words of a line."""

    def results(lines: list[str]) -> list[tuple]:
        stars = Counter(word for line in lines for word in totals(words_of(line)))
        return [
            (word, other, count / stars[word] if stars[word] else 0)
            for word, found in _counted(lines).items()
            for other, count in found.items()
        ]

    return results


def _so_far(lines: list[str]) -> list[tuple]:
    """Shares of what came so far, in the order of the words."""
    results = []
    for word, found in _counted(lines).items():
        seen = 0
        for other in sorted(found):
            seen += found[other]
            results.append((word, other, found[other] / seen))
    return results


def _with_the_star(lines: list[str]) -> list[tuple]:
    return _shares()(lines) + [(word, STAR, 1) for word in _counted(lines)]


def _before(words: list[str]) -> Iterable[tuple[str, str]]:
    return ((word, before) for before, word in pairwise(words))


SHARE = Exercise(
    id="09.share",
    title="What share of the time?",
    parts=("map_func", "reduce_func"),
    given={"combiner": total},
    inputs=some_lines,
    reference=_shares(),
    group_by=first,
    mistakes=(
        Mistake(
            "line_star",
            "You send one star for each word of a line. It must come as often as the word is followed by another.",
            results=_with_totals(lambda words: dict.fromkeys(words[:-1])),
        ),
        Mistake(
            "ends",
            "Your total counts a word at the end of a line too. Nothing follows it there, so send no star for it.",
            results=_with_totals(lambda words: words),
        ),
        Mistake(
            "second_star",
            "Your star stands under the word that follows. It belongs to the word whose share is asked for.",
            results=_with_totals(lambda words: words[1:]),
        ),
        Mistake(
            "star_counted",
            "You gave a share for `*` as well. It is the total, not a word.",
            results=_with_the_star,
        ),
        Mistake(
            "counts", "You gave the counts. Divide each by the total of its word.", results=_shares(lambda n, _: n)
        ),
        Mistake(
            "so_far",
            "You divided by what had come so far. The total of all must be known before the first share.",
            results=_so_far,
        ),
        Mistake(
            "whole", "You dropped what comes after the point. Use `/`, not `//`.", results=_shares(lambda n, t: n // t)
        ),
        Mistake(
            "upside_down",
            "You divided the total by the count. A share is the count divided by the total.",
            results=_shares(lambda n, t: t / n),
        ),
        Mistake(
            "percent", "You gave per cent. A share lies between 0 and 1.", results=_shares(lambda n, t: 100 * n / t)
        ),
        Mistake(
            "before",
            "You took the word before in place of the word after.",
            results=_shares(follows=_before),
        ),
        Mistake(
            "no_word",
            "You left out the word whose share it is. Give three things: the word, what follows, the share.",
            results=lambda lines: [result[1:] for result in _shares()(lines)],
        ),
        Mistake(
            "pair",
            "Give three things side by side, `word, other, share`, and not a pair in a pair.",
            results=lambda lines: [((word, other), share) for word, other, share in _shares()(lines)],
        ),
    ),
    edges=(Case("end", ["the cat the dog"], "A word may stand at the end of lines only. It has no shares."),),
    says={
        "buffered": "The star comes first, so the total is known.",
        "unset": "What holds the total must be sorted before the words that follow.",
        "unordered": "Put the word that follows into the key.",
        "key_order": "Each word has a total of its own: take it anew.",
        "combiner_times": "A count may be a sum already, so add up what comes.",
    },
    hints=Hints(
        idea="Send two things for each two words: a 1 for the two, and a 1 for the total of the first.",
        line="`runs` gives each key once, with its sum. Which key of a word comes first? What do you do with its sum?",
        twin="What share of the sales of a shop has each product?\n"
        "`def sold(sale):`\n"
        "`    shop, product = sale`\n"
        "`    yield (shop, product), 1`\n"
        "`    yield (shop, '*'), 1`\n"
        "`def parts(item):`\n"
        "`    shop, counts = item`\n"
        "`    for (shop, product), count in runs(counts):`\n"
        "`        if product == '*':`\n"
        "`            all_sales = count`\n"
        "`        else:`\n"
        "`            yield shop, product, count / all_sales`\n"
        "The star is the first key of its shop. From then on, each product can be divided at once.",
    ),
    worth="The total is there first because its key sorts first. So no count had to be kept.",
)


# ------------------------------------------------------------------------------------------- questions

Q1 = Quiz(
    id="09.q1",
    question="The key is the shop, the value is day and price. With `sort_keys=True`, in which order do the sales "
    "of one shop come?",
    choices=(
        Choice("By day", "The day is not in the key. Only keys are sorted.", expect=0.55),
        Choice("By price", "The price is not in the key. Only keys are sorted.", expect=0.1),
        Choice("No order is promised", "The shops are sorted. What a shop gets is not.", right=True, expect=0.35),
    ),
)

Q2 = Quiz(
    id="09.q2",
    question="The key is (shop, day), and `group_by` gives the shop. What decides to which partition a pair goes?",
    choices=(
        Choice("The whole key", "Then two days of a shop could go to different reduce tasks.", expect=0.5),
        Choice("The shop", "The default partitioner asks for the group of the key.", right=True, expect=0.35),
        Choice("The day", "Then the days of a shop would be spread over all partitions.", expect=0.15),
    ),
)

Q3 = Quiz(
    id="09.q3",
    question="A shop has a billion sales, and they come in order. What does the function for the longest pause hold "
    "in memory?",
    choices=(
        Choice("All of them", "They come one by one. Nobody must keep them.", expect=0.25),
        Choice("Only what it keeps itself", "The last day and the longest pause.", right=True, expect=0.6),
        Choice("One partition", "The engine works on that, on disk if it must. The function sees a sale.", expect=0.15),
    ),
)

Q4 = Quiz(
    id="09.q4",
    question="A reduce function gets the counts of all words that follow `map`, and gives the share of each. "
    "When must it know the total, if it may keep no counts?",
    choices=(
        Choice("At the end", "Then it must keep all counts until the end.", expect=0.65),
        Choice("Before the first count", "Then each count can be divided and let go.", right=True, expect=0.25),
        Choice("Never", "A share is a count divided by the total.", expect=0.1),
    ),
)
