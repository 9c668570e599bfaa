"""Lesson 08, Index and co-occurrence: what its exercises and quizzes ask."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any

from mrkit.learn.exercise import Case, Choice, Exercise, Hints, Mistake, Quiz
from mrkit.learn.findings import Finding, found
from mrkit.learn.reading import reads_at_most

PAGES = ["break", "compound", "continue", "else", "for", "if", "return", "try", "while", "with"]


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case, as the lesson defines them."""
    return re.findall("[a-z]+", text.lower())


def total(item: tuple) -> tuple:
    """The reduce function of the counts: add up."""
    key, counts = item
    return key, sum(counts)


# ----------------------------------------------------------------------- 08.query: two fingers, two lists


def some_queries(rng: Random) -> list[tuple]:
    """Pairs of sorted lists: some names in both, in the first place, in the last, and elsewhere."""
    return [
        (["break", "else", "for", "while"], ["break", "compound", "for", "if", "try", "while"]),
        *((sorted(rng.sample(PAGES, rng.randint(4, 7))), sorted(rng.sample(PAGES, rng.randint(4, 7)))) for _ in "abc"),
        (["compound", "for", "while"], ["break", "compound", "else", "for", "with"]),
    ]


def both(one: list, other: list) -> list:
    """The names in both lists, in plain Python."""
    return sorted(set(one) & set(other))


def _walk(one: list, other: list, kept: Callable[[int, int], list], last: int = 0) -> list:
    """Two fingers that move along; `kept` is what somebody notes at a match, `last` how many names they forget."""
    i = j = 0
    names: list = []
    while i < len(one) - last and j < len(other) - last:
        if one[i] == other[j]:
            names += kept(i, j)
            i, j = i + 1, j + 1
        elif one[i] < other[j]:
            i += 1
        else:
            j += 1
    return names


def _until_they_differ(one: list, other: list) -> list:
    names = []
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        names.append(a)
    return names


QUERY = Exercise(
    id="08.query",
    title="Two fingers",
    parts=("function",),
    inputs=some_queries,
    reference=both,
    mistakes=(
        Mistake(
            "union",
            "That is every page of either list. Only pages with both words were asked for.",
            function=lambda one, other: sorted(set(one) | set(other)),
        ),
        Mistake(
            "either_twice",
            "You put the lists together. Only names that stand in both were asked for.",
            function=lambda one, other: one + other,
        ),
        Mistake(
            "both_move",
            "When the names differ, you moved both fingers. The one at the larger name must wait.",
            function=lambda one, other: [a for a, b in zip(one, other, strict=False) if a == b],
        ),
        Mistake(
            "stops",
            "You found nothing after the first names that differ. There, the finger at the smaller name moves on.",
            function=_until_they_differ,
        ),
        Mistake(
            "first_match",
            "You stopped at the first match. There may be more.",
            function=lambda one, other: both(one, other)[:1],
        ),
        Mistake(
            "last",
            "The walk ends one name too early, so the last name of a list is never looked at.",
            function=lambda one, other: _walk(one, other, lambda i, j: [one[i]], last=1),
        ),
        Mistake(
            "twice",
            "At a match you kept both names. They are the same page: keep one.",
            function=lambda one, other: _walk(one, other, lambda i, j: [one[i], other[j]]),
        ),
        Mistake(
            "places",
            "You gave places in the list. Give the names that stand there.",
            function=lambda one, other: _walk(one, other, lambda i, j: [i]),
        ),
        Mistake(
            "set",
            "A set has no order. The next query walks along your result, so give a sorted list.",
            function=lambda one, other: set(one) & set(other),
        ),
        Mistake(
            "only_one",
            "Those are the names of the first list that are not in the second. We want those in both.",
            function=lambda one, other: sorted(set(one) - set(other)),
        ),
    ),
    edges=(
        Case(
            "empty",
            [([], ["for", "while"]), (["for", "while"], [])],
            "A word may be on no page at all. Then no page has both.",
        ),
    ),
    also=(reads_at_most(lambda one, other: len(one) + len(other), "names"),),
    says={"probe": "Do not look from the start again: the names before your finger are smaller."},
    hints=Hints(
        idea="Put a finger on the first name of each list. The smaller of the two names cannot be in the other list "
        "any more.",
        line="There are three cases: the names are equal, the first is smaller, the second is smaller. Which fingers "
        "move in each?",
        twin="Two sorted lists of numbers become one:\n"
        "`def merged(one, other):`\n"
        "`    i = j = 0`\n"
        "`    row = []`\n"
        "`    while i < len(one) and j < len(other):`\n"
        "`        if one[i] <= other[j]:`\n"
        "`            row.append(one[i])`\n"
        "`            i += 1`\n"
        "`        else:`\n"
        "`            row.append(other[j])`\n"
        "`            j += 1`\n"
        "`    return row + one[i:] + other[j:]`\n"
        "In each round one finger moves, the one at the smaller number. Nothing is read twice.",
    ),
    worth="Each step drops a name for good. So both lists are read once, and may come from a disk.",
)


# ------------------------------------------------------------------- 08.index: which pages, and how often


def some_pages(rng: Random) -> list[tuple[str, str]]:
    """Six pages in no order; each word is on two of them or more, on some more than once, and one is in another."""
    names = rng.sample(PAGES, 6)
    pages = []
    for one, other in zip(names[::2], names[1::2], strict=True):
        words = rng.sample(["loop", "else", "name", "test", "value"], 3)
        words.append(f"{words[0]}s")
        pages += [(one, _sentence(rng, words)), (other, _sentence(rng, words))]
    return rng.sample(pages, 6)


def _sentence(rng: Random, words: list[str]) -> str:
    """The words, and one to three of them once more, with a capital and marks."""
    said = [*words, *rng.choices(words, k=rng.randint(1, 3))]
    return ", ".join(rng.sample(said, len(said))).capitalize() + "."


def index_by(words: Callable[[str], Iterable[str]], pages: list[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """How often each word is on each page, in plain Python."""
    index: dict[str, dict[str, int]] = {}
    for page, text in pages:
        for word in words(text):
            times = index.setdefault(word, {})
            times[page] = times.get(page, 0) + 1
    return index


def _indexed(
    listed: Callable[[dict[str, int]], Any], words: Callable[[str], Iterable[str]] = words_of
) -> Callable[[list], list]:
    """The results of somebody who makes this of the pages of a word and their counts."""
    return lambda pages: [(word, listed(times)) for word, times in index_by(words, pages).items()]


def _by_page(times: dict[str, int]) -> list[tuple]:
    return sorted(times.items())


INDEX = Exercise(
    id="08.index",
    title="An index that knows how often",
    parts=("map_func", "reduce_func"),
    inputs=some_pages,
    reference=_indexed(_by_page),
    mistakes=(
        Mistake(
            "page_key",
            "Your key is the page, so each page stays alone. Which key brings the pages of one word together?",
            results=lambda pages: [(page, sorted(Counter(words_of(text)).items())) for page, text in pages],
        ),
        Mistake(
            "ones",
            "A page stands in your list as often as the word is on it. It should stand there once, with a count.",
            results=_indexed(lambda times: sorted((page, 1) for page, n in times.items() for _ in range(n))),
        ),
        Mistake(
            "again",
            "Your counts are right, but you send a page again each time that the word comes. Send it once.",
            results=_indexed(lambda times: sorted((page, n) for page, n in times.items() for _ in range(n))),
        ),
        Mistake(
            "inside",
            "You count the letters of the word also inside of longer words. Count whole words only.",
            results=lambda pages: [
                (word, sorted((page, dict(pages)[page].lower().count(word)) for page in times))
                for word, times in index_by(words_of, pages).items()
            ],
        ),
        Mistake(
            "always_one",
            "All your counts are 1. Ask how often the word is on the page.",
            results=_indexed(lambda times: sorted((page, 1) for page in times)),
        ),
        Mistake(
            "all_pages",
            "Each page got the count of all pages together. Count page by page.",
            results=_indexed(lambda times: sorted((page, sum(times.values())) for page in times)),
        ),
        Mistake(
            "only_names",
            "You gave the names of the pages alone. Give pairs: a page, and how often the word is on it.",
            results=_indexed(sorted),
        ),
        Mistake(
            "swapped",
            "In your pairs the count comes first. Put the page first.",
            results=_indexed(lambda times: sorted((n, page) for page, n in times.items())),
        ),
        Mistake(
            "by_count",
            "Your list is in the order of the counts. Two fingers need the order of the pages.",
            results=_indexed(lambda times: sorted(times.items(), key=lambda posting: (-posting[1], posting[0]))),
        ),
        Mistake(
            "backwards",
            "Your pages are in order, but the last one comes first.",
            results=_indexed(lambda times: sorted(times.items(), reverse=True)),
        ),
        Mistake(
            "set", "A set has no order. Two fingers need a sorted list.", results=_indexed(lambda t: set(t.items()))
        ),
        Mistake(
            "dict", "You gave a dictionary. Two fingers need a list, in the order of the pages.", results=_indexed(dict)
        ),
        Mistake(
            "how_many",
            "You gave how often the word is there. The index says on which pages, too.",
            results=_indexed(lambda times: sum(times.values())),
        ),
        Mistake(
            "capitals",
            "`Loop` and `loop` are two words in your index. Bring the text to small letters first.",
            results=_indexed(_by_page, lambda text: re.findall("[A-Za-z]+", text)),
        ),
        Mistake(
            "marks",
            "A comma or a point sticks to some of your words. `words_of` gives them clean.",
            results=_indexed(_by_page, lambda text: text.lower().split()),
        ),
        Mistake(
            "split",
            "Your words have capitals and marks in them. `words_of` gives them clean.",
            results=_indexed(_by_page, str.split),
        ),
        Mistake(
            "first_word",
            "You stop at the first word of a page. `return` ends the function: use `yield`.",
            results=_indexed(_by_page, lambda text: [word for word in words_of(text) if word == words_of(text)[0]]),
        ),
        Mistake(
            "no_word",
            "You gave the list without its word. Give the pair of both.",
            results=lambda pages: [_by_page(times) for times in index_by(words_of, pages).values()],
        ),
    ),
    edges=(
        Case("rare", [("while", "loop else"), ("for", "Loop!")], "A word may be on one page only. That is a list too."),
        Case("blank", [("pass", ""), ("for", "loop")], "A page may have no words. Then no word leads to it."),
    ),
    says={
        "shared_state": "Count inside the function, anew for each page.",
        "value_order": "Pages come in any order, so sort your list by the pages' names.",
    },
    hints=Hints(
        idea="The word is the key. What must be known of a page when it meets the others: its name, and a count.",
        line="Look at one page with a word three times. How many pairs does your map function give for that word?",
        twin="Which children lend which kind of book how often? From `('Ana', 'comic novel comic')`:\n"
        "`def lent(card):`\n"
        "`    child, kinds = card`\n"
        "`    counts = {}`\n"
        "`    for kind in kinds.split():`\n"
        "`        counts[kind] = counts.get(kind, 0) + 1`\n"
        "`    for kind, times in counts.items():`\n"
        "`        yield kind, (child, times)`\n"
        "`def readers(item):`\n"
        "`    kind, children = item`\n"
        "`    return kind, sorted(children)`\n"
        "Ana's comics become one pair. Sorting brings the names into order, whoever came first.",
    ),
    worth="Add up within a page first, and a word that is there a hundred times sends one pair. That saves the trip.",
)


# --------------------------------------------------------------- 08.pairs and 08.stripes: who stands beside whom


def some_lines(rng: Random) -> list[str]:
    """Lines of three to seven words, with capitals and marks; words come back, in a window too."""
    words = rng.sample(["the", "cat", "dog", "sat", "on", "mat"], 6)
    lines = [rng.choices(words, k=rng.randint(3, 7)) for _ in range(5)]
    lines += [words, words[::-1], [words[0], words[0], *words[2:4]]]  # each word has neighbours on both sides
    return [" ".join(line).capitalize() + "." for line in lines]


Near = Callable[[list, int], Iterable]  # the neighbours of the word at a place


def near(words: list[str], place: int) -> list[str]:
    """The neighbours of a word: up to two on each side."""
    return words[max(0, place - 2) : place] + words[place + 1 : place + 3]


# What somebody may take for the neighbours, and the sentence for it.
WRONG: dict[str, tuple[str, Near]] = {
    "right": (
        "You looked to the right only. A neighbour on the left counts too.",
        lambda words, i: words[i + 1 : i + 3],
    ),
    "left": (
        "You looked to the left only. A neighbour on the right counts too.",
        lambda words, i: words[max(0, i - 2) : i],
    ),
    "itself": (
        "You took a word for its own neighbour. Leave out its own place.",
        lambda words, i: words[max(0, i - 2) : i + 3],
    ),
    "one": (
        "Your window has one word on each side. Two were asked for.",
        lambda words, i: words[max(0, i - 1) : i] + words[i + 1 : i + 2],
    ),
    "wide": (
        "Your window has three words on a side. Two were asked for.",
        lambda words, i: words[max(0, i - 3) : i] + words[i + 1 : i + 4],
    ),
    "one_more": (
        "Your window is one word too wide on the right. A range stops before its end.",
        lambda words, i: words[max(0, i - 2) : i] + words[i + 1 : i + 4],
    ),
    "one_less": (
        "Your window is one word too narrow on the right. A range stops before its end.",
        lambda words, i: words[max(0, i - 2) : i] + words[i + 1 : i + 2],
    ),
    "line": (
        "You took the whole line for the window. Only two words on each side count.",
        lambda words, i: words[:i] + words[i + 1 :],
    ),
    "same_word": (
        "In `cat cat` each is the neighbour of the other. Compare places, not words.",
        lambda words, i: [word for word in near(words, i) if word != words[i]],
    ),
    "wraps": (
        "At the start of a line, `words[-1]` is its last word. So the window went round to the end.",
        lambda words, i: [words[j] for j in range(i - 2, min(i + 3, len(words))) if j != i],
    ),
    "slice": (
        "Your second word lost its left neighbour. There `i - 2` is -1, and a slice counts that from the end.",
        lambda words, i: words[i - 2 : i] + words[i + 1 : i + 3],
    ),
    "middle": (
        "You left out the words at the ends of a line. They have fewer neighbours, but they have some.",
        lambda words, i: near(words, i) if 2 <= i < len(words) - 2 else [],
    ),
}


def pairs_of(neighbours: Near, words: Callable[[str], list[str]] = words_of) -> Callable[[str], Iterator[tuple]]:
    """A map function that gives a pair for each word and each of its neighbours."""

    def pairs(line: str) -> Iterator[tuple]:
        found_words = words(line)
        for i, word in enumerate(found_words):
            for neighbour in neighbours(found_words, i):
                yield (word, neighbour), 1

    return pairs


def counts(lines: list[str], neighbours: Near = near, words: Callable[[str], list[str]] = words_of) -> Counter:
    """How often each word and neighbour stand together, in plain Python."""
    return Counter(pair for line in lines for pair, _ in pairs_of(neighbours, words)(line))


PAIRS = Exercise(
    id="08.pairs",
    title="Neighbours as pairs",
    parts=("map_func",),
    given={"reduce_func": total},
    inputs=some_lines,
    reference=lambda lines: list(counts(lines).items()),
    mistakes=(
        *(Mistake(id, sentence, map_func=pairs_of(mistaken)) for id, (sentence, mistaken) in WRONG.items()),
        Mistake(
            "sorted",
            "You sorted the two words, so (a, b) and (b, a) are one key. Keep the word first, its neighbour second.",
            map_func=lambda line: [(tuple(sorted(pair)), one) for pair, one in pairs_of(near)(line)],
        ),
        Mistake(
            "once",
            "You count two neighbours once for each line. Count each time that they meet.",
            map_func=lambda line: [(pair, 1) for pair in dict(pairs_of(near)(line))],
        ),
        Mistake(
            "word_alone",
            "Your key is the word alone, so all its neighbours are counted together.",
            map_func=lambda line: [(pair[0], one) for pair, one in pairs_of(near)(line)],
        ),
        Mistake(
            "split",
            "Your words have capitals and marks in them. `words_of` gives them clean.",
            map_func=pairs_of(near, str.split),
        ),
        Mistake(
            "letters",
            "You went through the line letter by letter. `words_of` gives its words.",
            map_func=pairs_of(near, list),
        ),
    ),
    edges=(
        Case(
            "short", ["Cat sat.", "The dog."], "A line can be shorter than the window. Take the neighbours that it has."
        ),
    ),
    says={"shared_state": "The window ends where the line ends."},
    hints=Hints(
        idea="Go from place to place. At place i, the neighbours stand from i - 2 to i + 2, as far as the line goes.",
        line="What does your code do at place 0 and at the last place? And where j is i itself?",
        twin="Which shops do people visit just before or after each other? From a list of shops:\n"
        "`def visits(shops):`\n"
        "`    for i, shop in enumerate(shops):`\n"
        "`        for j in range(max(0, i - 1), min(len(shops), i + 2)):`\n"
        "`            if j != i:`\n"
        "`                yield (shop, shops[j]), 1`\n"
        "`max` and `min` keep the window inside the day.",
    ),
    worth="Each pair is small, so any number of neighbours fits. But each one travels: compare it with the stripes.",
)


def striped(neighbours: Near = near, words: Callable[[str], list[str]] = words_of) -> Callable[[list], list]:
    """The results of stripes with such neighbours, in plain Python."""

    def results(lines: list[str]) -> list[tuple]:
        if any(len(words_of(line)) < 2 for line in lines):
            raise ValueError("a word alone has no neighbours: whether it has an empty stripe is left open")
        stripes: dict[str, dict] = {}
        for (word, neighbour), times in counts(lines, neighbours, words).items():
            stripes.setdefault(word, {})[neighbour] = times
        return list(stripes.items())

    return results


def one_for_a_word(parts: dict[str, Any], lines: list[str]) -> Finding | None:
    """Whether the map function gives no more records than it reads words."""
    for line in lines:
        before, after = len(list(parts["map_func"](line))), len(words_of(line))
        if before > after:
            return found("budget", [("input", line), ("records", before)], before=before, after=after)
    return None


STRIPES = Exercise(
    id="08.stripes",
    title="Neighbours as stripes",
    parts=("map_func", "reduce_func"),
    given={"combiner": "reduce_func"},
    inputs=some_lines,
    reference=striped(),
    mistakes=(
        *(Mistake(id, sentence, results=striped(mistaken)) for id, (sentence, mistaken) in WRONG.items()),
        Mistake(
            "once",
            "Each neighbour counts 1 in a stripe, however often it is there. Add up inside the map function too.",
            results=striped(lambda words, i: dict.fromkeys(near(words, i))),
        ),
        Mistake(
            "split",
            "Your words have capitals and marks in them. `words_of` gives them clean.",
            results=striped(words=str.split),
        ),
    ),
    also=(one_for_a_word,),
    says={
        "budget": "Put all neighbours of a word into one dictionary.",
        "value_order": "With `update` the last stripe wins. Add up instead.",
        "input_changed": "Start with an empty dictionary of your own.",
        "combiner_type": "It takes stripes, and it gives a stripe.",
        "combiner_times": "What is in a stripe may be a sum already. Add it up, do not count it as one.",
    },
    hints=Hints(
        idea="A stripe is a dictionary: neighbour to number. Two stripes of one word are added neighbour by neighbour.",
        line="Take two stripes, `{'cat': 1, 'sat': 1}` and `{'cat': 2}`. What does your reduce function make of them?",
        twin="What do customers buy? Each order is a customer and a list of fruit:\n"
        "`def basket(order):`\n"
        "`    customer, fruit = order`\n"
        "`    counts = {}`\n"
        "`    for each in fruit:`\n"
        "`        counts[each] = counts.get(each, 0) + 1`\n"
        "`    yield customer, counts`\n"
        "`def add(item):`\n"
        "`    customer, baskets = item`\n"
        "`    sums = {}`\n"
        "`    for basket in baskets:`\n"
        "`        for each, number in basket.items():`\n"
        "`            sums[each] = sums.get(each, 0) + number`\n"
        "`    return customer, sums`\n"
        "What `add` gives has the form of what it takes, so it can be the combiner too.",
    ),
    worth="Fewer records travel, but each is larger, and a whole stripe must fit into memory. A pair always does.",
)


# ------------------------------------------------------------------------------------------- questions

Q1 = Quiz(
    id="08.q1",
    question="An index says on which pages a word is. A map function reads a page. What should be the key of the "
    "pairs that it gives?",
    choices=(
        Choice("The page", "Then all words of a page meet, and no two pages ever do.", expect=0.15),
        Choice("The word", "Equal words meet, and each brings the name of its page.", right=True, expect=0.55),
        Choice("The word and the page", "Each such key comes from one page. So no two pages meet.", expect=0.2),
        Choice("The line", "Lines are nearly all different, so hardly anything meets.", expect=0.1),
    ),
)

Q2 = Quiz(
    id="08.q2",
    question="A line has five different words. Each is paired with the words in its window, two to each side. "
    "How many pairs of a word and a neighbour does map give?",
    choices=(
        Choice("20, four for each word", "The words at the ends have fewer neighbours than four.", expect=0.35),
        Choice("14", "2, 3, 4, 3 and 2 neighbours, from the first word to the last.", right=True, expect=0.35),
        Choice("7", "So often two words are in reach. Each time gives two pairs, one from either side.", expect=0.15),
        Choice("10, two for each word", "Two on *each* side, so four for a word in the middle.", expect=0.15),
    ),
)

Q3 = Quiz(
    id="08.q3",
    question="We send one dictionary for each word in place of many pairs. That is far fewer records. "
    "How large is the largest thing that one reduce call must hold?",
    choices=(
        Choice(
            "Smaller than with pairs, as less is sent",
            "Fewer records are not smaller ones. All neighbours of a word are in one dictionary now.",
            expect=0.5,
        ),
        Choice(
            "As large as the word has different neighbours",
            "The dictionary of a frequent word is long.",
            right=True,
            expect=0.3,
        ),
        Choice("As large as with pairs", "A call for a pair holds one number, whatever the text.", expect=0.2),
    ),
)

Q4 = Quiz(
    id="08.q4",
    question="Why does the combiner help stripes more than pairs?",
    choices=(
        Choice(
            "Dictionaries are short", "They get longer when they are added. It is their number that falls.", expect=0.3
        ),
        Choice(
            "A word comes back in a split far more often than a pair of words",
            "A combiner only saves where a key comes back.",
            right=True,
            expect=0.4,
        ),
        Choice("Pairs cannot be combined", "Counts can be added, whatever their key is.", expect=0.3),
    ),
)
