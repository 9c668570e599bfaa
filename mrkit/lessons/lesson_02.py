"""Lesson 02, Partition: what its exercises and quizzes ask."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from mrkit.learn.exercise import Case, Choice, Exercise, Hints, Mistake, Prediction, Quiz
from mrkit.partition import hash_partitioner, stable_hash

# ------------------------------------------------------------------------------------ 02.group: by hand


def some_pairs(rng: Random) -> list[tuple]:
    """Four lists of pairs, as arguments: keys come back, seldom side by side, and some values are equal."""
    return [([(key, rng.randint(1, 9)) for key in rng.sample(["oslo", "rome", "lima"] * 3, 7)],) for _ in range(4)]


def grouped(pairs: list[tuple]) -> dict[Any, list]:
    """The values of each key, in plain Python."""
    groups: dict[Any, list] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def neighbours(pairs: list[tuple]) -> dict[Any, list]:
    """What comes of grouping pairs that stand side by side only."""
    return {key: [value for _, value in run] for key, run in itertools.groupby(pairs, key=lambda pair: pair[0])}


GROUP = Exercise(
    id="02.group",
    title="Group pairs by hand",
    parts=("function",),
    inputs=some_pairs,
    reference=grouped,
    mistakes=(
        Mistake(
            "last",
            "You kept one value for each key, the last. A group has all values of its key.",
            function=dict,
        ),
        Mistake(
            "lonely",
            "Each value that comes replaces the list before it. Add it to the list that is there.",
            function=lambda pairs: {key: [value] for key, value in pairs},
        ),
        Mistake(
            "neighbours",
            "You grouped only pairs that stand side by side. Equal keys can be far apart.",
            function=neighbours,
        ),
        Mistake(
            "sum",
            "You added the values up. That is work for reduce; a group still has all of them.",
            function=lambda pairs: {key: sum(values) for key, values in grouped(pairs).items()},
        ),
        Mistake(
            "count",
            "You counted the values. A group holds the values.",
            function=lambda pairs: {key: len(values) for key, values in grouped(pairs).items()},
        ),
        Mistake(
            "distinct",
            "You dropped values that came twice. Each pair counts, and its value belongs to the group.",
            function=lambda pairs: {key: list(dict.fromkeys(values)) for key, values in grouped(pairs).items()},
        ),
        Mistake(
            "swapped",
            "You grouped by value. The first part of a pair is the key.",
            function=lambda pairs: grouped([(value, key) for key, value in pairs]),
        ),
        Mistake(
            "skips_first",
            "The first value of each key is missing. Start its list with that value in it.",
            function=lambda pairs: {key: values[1:] for key, values in grouped(pairs).items()},
        ),
        Mistake(
            "items",
            "You gave a list. Give the dictionary, so that a group can be found by its key.",
            function=lambda pairs: list(grouped(pairs).items()),
        ),
        Mistake(
            "sets",
            "A set forgets values that come twice, and their order. Keep the values of a group in a list.",
            function=lambda pairs: {key: set(values) for key, values in grouped(pairs).items()},
        ),
        Mistake(
            "one_list",
            "All keys share one list, so each group has everything. Make a new list for each key.",
            function=lambda pairs: {key: [value for _, value in pairs] for key in grouped(pairs)},
        ),
        Mistake(
            "whole_pairs",
            "You put whole pairs into the groups. The key stands before the group already; put in the value.",
            function=lambda pairs: {key: [(key, value) for value in values] for key, values in grouped(pairs).items()},
        ),
    ),
    edges=(Case("no_pairs", [([],)], "There may be no pairs at all. Then there are no groups."),),
    says={"raises": "A key that comes for the first time has no list yet."},
    worth="Your dictionary holds all keys. In a job each reduce task holds only those of its partition.",
    hints=Hints(
        idea="Keep a dictionary from each key to a list. Each pair adds its value to one list.",
        line="What happens in your loop when a key comes for the first time? And when it comes again?",
        twin="Collect words by their first letter:\n"
        "`def by_letter(words):`\n"
        "`    shelves = {}`\n"
        "`    for word in words:`\n"
        "`        shelves.setdefault(word[0], []).append(word)`\n"
        "`    return shelves`\n"
        "`setdefault` gives the list that is there, or puts a new one there first.",
        case="The pairs ('oslo', 4), ('rome', 2), ('oslo', 4) make {'oslo': [4, 4], 'rome': [2]}.",
    ),
)

# ------------------------------------------------------------------------- 02.which: predict the partition

WORDS = ["cat", "dog", "map", "cat"]
PARTITIONS = 5


def _which(words: list[str]) -> Prediction:
    """Which partitions do these words go to? The first word is the last one too."""

    def numbers(rule: Callable[[str], int]) -> Callable[[Any], bool]:
        return lambda answer: list(answer) == [rule(word) for word in words]

    hashes = ", ".join(f"`{word}`: {stable_hash(word)}" for word in dict.fromkeys(words))
    return Prediction(
        id="02.which",
        title="Predict which partition",
        text=f"There are {PARTITIONS} partitions. The stable hashes are {hashes}.\n"
        f"Where do {', '.join(f'`{word}`' for word in words[:3])} and again `{words[3]}` go?",
        right=numbers(lambda word: hash_partitioner(word, PARTITIONS)),
        otherwise="Divide each stable hash by 5 and note what is left over. Only its last digit matters for that.",
        mistakes=(
            Mistake(
                "last_digit",
                "Those are last digits. With 5 partitions the numbers are 0 to 4: what is left after dividing by 5?",
                value=numbers(lambda word: stable_hash(word) % 10),
            ),
            Mistake(
                "from_one",
                "You counted partitions from 1. The first one is number 0.",
                value=numbers(lambda word: hash_partitioner(word, PARTITIONS) + 1),
            ),
            Mistake(
                "by_four",
                "You divided by 4. There are 5 partitions, so divide by 5.",
                value=numbers(lambda word: stable_hash(word) % 4),
            ),
            Mistake(
                "lengths",
                "Those come from the lengths of the words. Take the stable hash of each word.",
                value=numbers(lambda word: len(word) % PARTITIONS),
            ),
            Mistake(
                "quotient",
                "You divided. The partition is the remainder, `%`, not the quotient.",
                value=numbers(lambda word: stable_hash(word) // PARTITIONS),
            ),
            Mistake(
                "other_words",
                "You began with `the`, as the lesson did before. Take the four words of this question, in their order.",
                value=lambda answer: (
                    len(answer) == len(words)
                    and [answer[0], *answer[1:3]]
                    == [hash_partitioner(word, PARTITIONS) for word in ("the", *words[:2])]
                ),
            ),
            Mistake(
                "in_turn",
                "You dealt the words out in turn. The hash of a word decides, so equal words get equal numbers.",
                value=lambda answer: (
                    len(answer) == len(words)
                    and all(after == (before + 1) % PARTITIONS for before, after in itertools.pairwise(answer))
                ),
            ),
            Mistake(
                "apart",
                f"The word '{words[0]}' is there twice, and you sent it to two places. Equal keys must meet.",
                value=lambda answer: len(answer) == len(words) and answer[0] != answer[3],
            ),
            Mistake(
                "length",
                "There are four words in the list, so four numbers.",
                value=lambda answer: len(answer) != len(words),
            ),
        ),
        hints=Hints(
            idea="Divide the stable hash of a key by the number of partitions. What is left over is its partition.",
            line="A number that ends in 0 or 5 can be divided by 5. So the last digit is enough.",
            case="The stable hash of 'the' ends in 6. Divided by 5, that leaves 1: partition 1.",
            twin="With 2 partitions, even numbers go to 0 and odd ones to 1. "
            "For hashes that end in 2, 8, 3 and 2 that gives `[0, 0, 1, 0]`.",
        ),
    )


def _other_words(rng: Random) -> Prediction:
    """Three words in three partitions, one of whose hashes ends in 5 or more."""
    pool = ["ant", "bee", "cat", "dog", "elk", "fox", "gnu", "hen", "ibis", "jay", "key", "map", "owl", "pig", "rat"]
    while True:
        words = rng.sample(pool, 3)
        digits = [stable_hash(word) % 10 for word in words]
        if max(digits) >= PARTITIONS and len({digit % PARTITIONS for digit in digits}) == len(words):
            return _which([*words, words[0]])


WHICH = replace(_which(WORDS), variant=_other_words)

# ------------------------------------------------------------------------- 02.broken: spot the broken ones


def _says(*letters: str) -> Any:
    """A test whether an answer names exactly these partitioners."""
    return lambda answer: {str(letter).lower() for letter in answer} == set(letters)


def _names(letter: str) -> Any:
    return lambda answer: letter in {str(name).lower() for name in answer}


def _lacks(letter: str) -> Any:
    return lambda answer: letter not in {str(name).lower() for name in answer}


BROKEN = Prediction(
    id="02.broken",
    title="Spot the broken partitioners",
    right=_says("b", "c", "e"),
    otherwise="The letters are a to e. Give those that can send equal keys apart, or to a partition that is not there.",
    mistakes=(
        Mistake(
            "opposite",
            "Those are the two that keep the rules. We ask for the broken ones.",
            value=_says("a", "d"),
        ),
        Mistake(
            "all",
            "Two of them keep the rules. Shared or uneven partitions are slow, but equal keys still meet there.",
            value=_says("a", "b", "c", "d", "e"),
        ),
        Mistake(
            "one",
            "Two more are broken. Ask each of the others what another process says, and what its largest number is.",
            value=lambda answer: len(answer) == 1 and str(answer[0]).lower() in "bce",
        ),
        Mistake(
            "uneven",
            "By length is uneven, and uneven is slow. But equal words have equal lengths, so they meet.",
            value=_names("a"),
        ),
        Mistake(
            "letter",
            "By their last letters, many words share a partition. That is allowed: equal words still meet.",
            value=_names("d"),
        ),
        Mistake(
            "hash",
            "You trust one that is right in a single process. Ask what another process would say.",
            value=_lacks("b"),
        ),
        Mistake(
            "random",
            "Look for one that forgets its last answer. The next 'cat' may go elsewhere.",
            value=_lacks("c"),
        ),
        Mistake(
            "outside",
            "One of them can name a partition that is not there. With n partitions the last one is n - 1.",
            value=_lacks("e"),
        ),
    ),
    hints=Hints(
        idea="Two questions for each: do equal keys get equal numbers, everywhere? Are the numbers 0 to n - 1?",
        line="Try the key 'cat' with n = 1 on each of them. Only 0 can be right then.",
        case="`len('cat') % 4` is 3 in every process, and is never 4. So `a` breaks no rule.",
        twin="`key.count('a')` gives equal keys equal numbers. But 'banana' has three, "
        "and with 2 partitions there is no partition 3. So it is broken.",
    ),
)

# ----------------------------------------------------------------------------- 02.letter: write a partitioner

VOCABULARY = """
    ant apple bee bread cat cloud dog duck egg easy fox fire gnu gold hen house ink island jam joke king knee lamp
    lime map milk nut note owl orange pig paper queen quiz rat river sun sleep tea tree uncle use van violet win
    water xylem xenon year yolk zebra zone
"""


def some_words(rng: Random) -> list[str]:
    """A word for each letter, and twenty more, some of them twice."""
    words = VOCABULARY.split()
    one_each = [rng.choice(pair) for pair in zip(words[::2], words[1::2], strict=True)]
    return one_each + rng.choices(words, k=20)


def first_letter(word: str) -> str:
    """What words of one partition have in common."""
    return word[0]


def with_ones(words: list[str]) -> list[tuple]:
    """Each word with a 1 for each time that it came."""
    return [(word, [1] * times) for word, times in Counter(words).items()]


LETTER = Exercise(
    id="02.letter",
    title="A partitioner by first letter",
    parts=("partitioner",),
    inputs=some_words,
    reference=with_ones,
    together=first_letter,
    edges=(
        Case(
            "other_letters",
            ["Zoo", "zoo", "42nd", "(map)", "*all*", "`key`", "école", "été", "Öl", "-1", "it's", "the", '"no"', "~"],
            "A word of the handbook can begin with a capital, a digit or a mark. It needs a partition too.",
        ),
    ),
    balance=0.99,
    says={
        "placement": "They have the same first letter.",
        "load": "Some letters should go elsewhere.",
        "unstable_hash": "There is a hash that is the same everywhere.",
    },
    worth="All words with one letter are in one partition now. Play it, and see how uneven that makes them.",
    hints=Hints(
        idea="Only the first letter may decide. Turn it into a number that is the same in every process.",
        line="What happens with one partition? Your number must then be 0 for every word.",
        twin="Words of the same length in one partition:\n"
        "`def by_length(key, num_partitions):`\n"
        "`    return len(key) % num_partitions`\n"
        "The length is a number already. The rest after dividing is never too large.",
        case="'ant' and 'apple' must go to one partition, with any number of partitions.",
    ),
)

Q1 = Quiz(
    id="02.q1",
    question="Two map tasks each made a pair with the key 'cat'. There are three reduce tasks. Where do the pairs go?",
    choices=(
        Choice(
            "Each stays with the worker that made it",
            "Then 'cat' would have two results, one on each worker, and both too small.",
            expect=0.55,
        ),
        Choice("To whichever reduce task is free", "Then the two could be sent apart. They must meet.", expect=0.2),
        Choice(
            "Both to one reduce task, which the key decides",
            "Equal keys always meet in one place.",
            right=True,
            expect=0.2,
        ),
        Choice("To all three", "Then 'cat' would be counted three times.", expect=0.05),
    ),
)

Q2 = Quiz(
    id="02.q2",
    question="Three fresh Python processes each print hash('a') % 1000. What do you see?",
    choices=(
        Choice(
            "The same number three times",
            "That is so for numbers. For texts, Python mixes in something new at each start.",
            expect=0.55,
        ),
        Choice("Mostly different numbers", "Python starts with a new secret each time.", right=True, expect=0.35),
        Choice(
            "97 three times, the code of 'a'", "That is `ord('a')`. A hash is not the code of a letter.", expect=0.1
        ),
    ),
)

Q3 = Quiz(
    id="02.q3",
    question="Ten map tasks and four partitions. Each map task sorts its pairs into buckets, one for each partition. "
    "How many buckets can there be?",
    choices=(
        Choice("4", "Each map task makes its own four. They come together later.", expect=0.1),
        Choice(
            "14",
            "Every map task may have something for every partition. So count each of one for each other.",
            expect=0.45,
        ),
        Choice("40", "Ten rows of four: every map task has a bucket for every partition.", right=True, expect=0.45),
    ),
)
