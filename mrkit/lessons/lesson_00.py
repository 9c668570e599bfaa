"""Lesson 00, the tour: what its exercises and quizzes ask."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

from mrkit.learn.exercise import Case, Choice, Exercise, Hints, Mistake, Prediction, Quiz

LINES = ["the cat sat", "the dog sat on the cat", "a cat", "the end"]


def total(item: tuple) -> tuple:
    """The reduce function of the lesson: add up the ones."""
    key, ones = item
    return key, sum(ones)


Q1 = Quiz(
    id="00.q1",
    question="The word 'cat' is in three of the four lines, and two workers read them. "
    "How often is the reduce function called for 'cat'?",
    choices=(
        Choice(
            "3 times, once for each line",
            "The lines are read in the map phase. Reduce starts when all are read.",
            expect=0.5,
        ),
        Choice(
            "2 times, once for each worker", "Then 'cat' would have two sums, and each would be too small.", expect=0.15
        ),
        Choice(
            "Once, with all its ones",
            "All pairs with one key meet first. Then they are reduced together.",
            right=True,
            expect=0.35,
        ),
    ),
)


def _group(lines: list[str], word: str) -> Prediction:
    """What is the group of a word? One of the lines has it more than once."""
    counts = [line.split().count(word) for line in lines]
    ones = [1] * sum(counts)
    each = [count for count in counts if count]
    return Prediction(
        id="00.group",
        title="Predict a group",
        text="The lines are: " + ", ".join(f"'{line}'" for line in lines) + f".\nWhat is the group of `{word}`?",
        right=lambda answer: tuple(answer) == (word, ones) or tuple(answer) == (word, tuple(ones)),
        otherwise=f"Go through the lines with a finger, and note a 1 for each '{word}' that you meet. "
        "The answer is the key, then the list.",
        mistakes=(
            Mistake(
                "sum",
                "That is a number, as after reduce. A group still has all its values.",
                value=lambda answer: answer[0] == word and isinstance(answer[1], int),
            ),
            Mistake(
                "added",
                "You have added up. A group still has all its values.",
                value=lambda answer: answer[0] == word and len(answer[1]) == 1 and answer[1][0] > 1,
            ),
            Mistake(
                "lines",
                f"One line has '{word}' more than once. Each word gives a pair of its own.",
                value=(word, [1] * len(each)),
            ),
            Mistake(
                "too_few",
                f"You found too few: '{word}' is there more often. Go through every line, to its end.",
                value=lambda answer: answer[0] == word and list(answer[1]) == [1] * len(answer[1]) < ones,
            ),
            Mistake(
                "other_word",
                f"That is the group of another word. We ask for '{word}'.",
                value=lambda answer: answer[0] != word and answer[0] in " ".join(lines).split(),
            ),
            Mistake("list_alone", "Those are the values. A group is a key and its values: two things.", value=ones),
            Mistake("counts", "You added up inside each line. Nothing is added before reduce.", value=(word, each)),
            Mistake(
                "pairs",
                "Those are the pairs, before they meet. A group has its key once.",
                value=[(word, 1)] * len(ones),
            ),
        ),
        hints=Hints(
            idea="A group is one key with all values that came with it, from all lines.",
            line=f"How many times is '{word}' in line {counts.index(max(counts)) + 1}?",
            twin="Take the lines 'so it is', 'it is' and 'no'. For 'it' the answer is `('it', [1, 1])`. "
            "It is in two lines, once in each.",
            case="A word that is in three lines, once in each, gives three pairs. They meet in its group.",
        ),
    )


def _other_lines(rng: Random) -> Prediction:
    """Four lines like those of the lesson: in one of them the word stands more than once, in one it is missing."""
    word, *others = rng.sample(["the", "sun", "tea", "red", "owl", "bus", "ink", "jam", "fog", "key"], 6)
    counts = rng.choice([(1, 2, 0, 1), (2, 0, 1, 1), (1, 1, 0, 3), (0, 2, 1, 2), (2, 1, 2, 0), (1, 0, 3, 1)])
    lines = [[word] * count + rng.sample(others, 2) for count in counts]
    for line in lines:
        rng.shuffle(line)
    return _group([" ".join(line) for line in lines], word)


GROUP = replace(_group(LINES, "the"), variant=_other_lines)

Q2 = Quiz(
    id="00.q2",
    question="Two workers each read one line with the word 'sat'. In which phase do the two pairs meet?",
    choices=(
        Choice("Map", "A map function sees one line. It knows nothing of the others.", expect=0.15),
        Choice("Partition", "Here equal keys come together, wherever they were made.", right=True, expect=0.5),
        Choice("Reduce", "When reduce starts, they have met already. It only adds them up.", expect=0.35),
    ),
)


def some_lines(rng: Random) -> list[str]:
    """Lines of one to five words, with letters that come back."""
    words = ["cat", "cow", "dog", "duck", "ant", "ape", "bee", "the", "three", "two"]
    return [" ".join(rng.choices(words, k=rng.randint(1, 5))) for _ in range(6)] + ["cat cow", "ape"]


def letters(lines: list[str]) -> list[tuple]:
    """How many words start with each letter, in plain Python."""
    return list(Counter(word[0] for line in lines for word in line.split()).items())


LETTER = Exercise(
    id="00.letter",
    title="Count words by their first letter",
    parts=("map_func",),
    given={"reduce_func": total},
    inputs=some_lines,
    reference=letters,
    mistakes=(
        Mistake(
            "word_key",
            "Your key is the whole word. Words with the same first letter must meet, so the letter is the key.",
            map_func=lambda line: [(word, 1) for word in line.split()],
        ),
        Mistake(
            "line_letter",
            "You looked at the first word only. Every word of the line gives a pair.",
            map_func=lambda line: [(line[0], 1)] if line else [],
        ),
        Mistake(
            "every_letter",
            "You gave a pair for every letter. Only the first letter of each word counts.",
            map_func=lambda line: [(letter, 1) for word in line.split() for letter in word],
        ),
        Mistake(
            "last_letter",
            "That is the last letter of each word. The first one has the number 0.",
            map_func=lambda line: [(word[-1], 1) for word in line.split()],
        ),
        Mistake(
            "second_letter",
            "That is the second letter. Python counts from 0.",
            map_func=lambda line: [(word[1], 1) for word in line.split()],
        ),
        Mistake(
            "length_key",
            "Your key is the length of the word. We asked for its first letter.",
            map_func=lambda line: [(len(word), 1) for word in line.split()],
        ),
        Mistake(
            "length_value",
            "Your value is the length of the word. Each word counts once, so the value is 1.",
            map_func=lambda line: [(word[0], len(word)) for word in line.split()],
        ),
        Mistake(
            "once_each",
            "You gave each letter once for a line. Every word gives a pair of its own, so nothing is dropped.",
            map_func=lambda line: [(letter, 1) for letter in {word[0] for word in line.split()}],
        ),
        Mistake(
            "rest",
            "You left out the first word of each line. Every word gives a pair.",
            map_func=lambda line: [(word[0], 1) for word in line.split()[1:]],
        ),
    ),
    edges=(
        Case("empty", ["", "ant bee"], "A line can be empty. It has no words, so it gives no pairs."),
        Case("capital", ["The tea"], "`T` and `t` are two letters here: take each as it stands."),
        Case("spaces", ["ant  bee"], "Two spaces can stand together. `line.split()` takes care of them."),
    ),
    says={"raises": "First the letter, then a 1: is that what you yield?"},
    worth="Only the key is new: whoever shares a key meets in one group.",
    hints=Hints(
        idea="Things meet when their keys are equal. What do 'cat' and 'cow' have in common?",
        line="Look at the line with `yield`. What stands before the comma is the key.",
        twin="Count words by their last letter:\n"
        "`def by_ending(line):`\n"
        "`    for word in line.split():`\n"
        "`        yield word[-1], 1`\n"
        "The loop is the one of `words`. Only the key is new.",
        case="'cat cow dog' gives the pairs ('c', 1), ('c', 1) and ('d', 1).",
    ),
)
