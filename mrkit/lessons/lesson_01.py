"""Lesson 01, Map: what its exercises and quizzes ask."""

from __future__ import annotations

from collections import Counter
from random import Random

from mrkit.learn.exercise import Case, Choice, Exercise, Hints, Mistake, Quiz

WORDS = ["a", "i", "at", "in", "on", "by", "cat", "dog", "sat", "the", "mouse", "house", "table", "kitten", "planet"]


def some_words(rng: Random) -> list[str]:
    """Ten words of several lengths, some more than once."""
    return rng.choices(WORDS, k=8) + rng.choices(["a", "cat", "mouse"], k=2)


def total(item: tuple) -> tuple:
    """The reduce function that the lesson gives: add up the values."""
    key, values = item
    return key, sum(values)


LENGTH = Exercise(
    id="01.length",
    title="Count words by length",
    parts=("map_func",),
    given={"reduce_func": total},
    inputs=some_words,
    reference=lambda words: list(Counter(map(len, words)).items()),
    mistakes=(
        Mistake(
            "word_key",
            "Your key is the word. Words of one length must meet, so the key must be what they share.",
            map_func=lambda word: [(word, 1)],
        ),
        Mistake(
            "swapped",
            "Your key and value have changed places. The key comes first.",
            map_func=lambda word: [(1, len(word))],
        ),
        Mistake(
            "length_value",
            "You add up lengths, but we count words. Each word counts once.",
            map_func=lambda word: [(len(word), len(word))],
        ),
        Mistake(
            "letters",
            "You gave a pair for each letter. A word is one record and counts once.",
            map_func=lambda word: [(len(word), 1) for _ in word],
        ),
        Mistake(
            "letter_key",
            "You count letters. Your function gets one word at a time, not a line of words.",
            map_func=lambda word: [(len(letter), 1) for letter in word],
        ),
        Mistake(
            "word_length",
            "Your key is the word and its length is the value. The key must be what words share: the length.",
            map_func=lambda word: [(word, len(word))],
        ),
        Mistake(
            "text_key",
            "Your key is a text. Leave the length a number, as `len` gives it.",
            map_func=lambda word: [(str(len(word)), 1)],
        ),
        Mistake(
            "splits",
            "You split the word first. The input is one word already: take its length.",
            map_func=lambda word: [(len(word.split()), 1)],
        ),
        Mistake(
            "off_by_one",
            "Your length is one too small. `len` counts every sign already.",
            map_func=lambda word: [(len(word) - 1, 1)],
        ),
    ),
    edges=(
        Case("empty", ["", "a"], "An empty word has a length too: 0."),
        Case("marks", ["what-if", "it's"], "A hyphen counts too: the length is all that is there."),
    ),
    worth="The whole job hangs on what stands before the comma: the key says who meets.",
    hints=Hints(
        idea="The key decides what meets. Which words should meet here?",
        line="Look at the pair that you yield. Its first part is the key, its second part is what will be added up.",
        twin="Count words by their first letter:\n"
        "`def by_first_letter(word):`\n"
        "`    yield word[0], 1`\n"
        "Words with one first letter have one key, and each counts 1.",
        case="The words 'at' and 'in' should meet, and 'cat' should not meet them.",
    ),
)


def swapped_pair(line: str):
    """The broken map function that the lesson gives: amount and city have changed places."""
    city, amount = line.split()
    yield int(amount), city


def some_sales(rng: Random) -> list[str]:
    """Ten lines "city amount"."""
    cities = ["oslo", "rome", "lima", "cairo"]
    return [f"{rng.choice(cities)} {rng.randint(1, 30)}" for _ in range(10)]


def sales_by_city(lines: list[str]) -> list[tuple]:
    """The right results, in plain Python."""
    sums: Counter = Counter()
    for line in lines:
        city, amount = line.split()
        sums[city] += int(amount)
    return list(sums.items())


SWAP = Exercise(
    id="01.swap",
    title="Repair a swapped pair",
    parts=("map_func",),
    given={"reduce_func": total},
    inputs=some_sales,
    reference=sales_by_city,
    starter={"map_func": swapped_pair},
    mistakes=(
        Mistake(
            "ones",
            "You count the sales, but we want to know how much was sold. The value must be the amount.",
            map_func=lambda line: [(line.split()[0], 1)],
        ),
        Mistake(
            "line_key",
            "Your key is the whole line. Lines of one city must meet, so the key must be what they share.",
            map_func=lambda line: [(line, int(line.split()[1]))],
        ),
        Mistake(
            "one_key",
            "All your pairs have the same key, so all sales meet. One key makes one sum.",
            results=lambda lines: [("all", sum(int(line.split()[1]) for line in lines))],
        ),
        Mistake(
            "digit",
            "You took one digit of the amount. Some amounts have more than one.",
            map_func=lambda line: [(line.split()[0], int(line[-1]))],
        ),
        Mistake(
            "first_digit",
            "You read only the first digit of the amount. Turn the whole of it into a number.",
            map_func=lambda line: [(line.split()[0], int(line.split()[1][0]))],
        ),
    ),
    says={
        "starter": "The amount is still the key, and the city is the value.",
        "raises": "A line is a city, then an amount: the amount is the value, as a number.",
    },
    worth="The other way round it ran as well, without a word: a wrong key is no error, only a wrong answer.",
    hints=Hints(
        idea="The sum is wanted for each city. So what must the sales of one city have in common?",
        line="Look at the line with `yield`. Which of its two parts is grouped, and which is added up?",
        twin="Rain by station, from lines such as 'bergen 12':\n"
        "`def rain(line):`\n"
        "`    station, millimetres = line.split()`\n"
        "`    yield station, int(millimetres)`\n"
        "The name that groups comes first. The number to add comes second.",
        case="'oslo 3' and 'oslo 4' should become one sum of 7 for oslo.",
    ),
)


def some_lines(rng: Random) -> list[str]:
    """Lines of a log, some of them errors, in upper and lower case."""
    kinds = ["error disk full", "ok saved", "error no such user", "ok error fixed", "terror film shown", "ok"]
    return [*rng.choices(kinds, k=8), "error disk full", "ok error fixed"]


def is_error(line: str) -> bool:
    """Whether the first word of a line is "error"."""
    return line.split()[:1] == ["error"]


FILTER = Exercise(
    id="01.filter",
    title="Keep the error lines",
    parts=("map_func",),
    given={"reduce_func": total},
    inputs=some_lines,
    reference=lambda lines: list(Counter(filter(is_error, lines)).items()),
    mistakes=(
        Mistake(
            "anywhere",
            "You kept lines with the word `error` anywhere. Only its first word says what a line is.",
            map_func=lambda line: [(line, 1)] if "error" in line.split() else [],
        ),
        Mistake(
            "inside",
            "You kept lines with `error` anywhere, even inside a word. Only the first word says what a line is.",
            map_func=lambda line: [(line, 1)] if "error" in line else [],
        ),
        Mistake(
            "all",
            "You kept every line. A map function that filters gives no pair for some records.",
            map_func=lambda line: [(line, 1)],
        ),
        Mistake(
            "opposite",
            "You kept the lines that are fine. We want the others.",
            map_func=lambda line: [] if is_error(line) else [(line, 1)],
        ),
        Mistake(
            "zeros",
            "You gave a pair with 0 for a line that is fine. To leave a line out, give no pair at all.",
            map_func=lambda line: [(line, int(is_error(line)))],
        ),
        Mistake(
            "one_key",
            "You counted all errors together. Here the key is the line itself.",
            results=lambda lines: [("error", sum(map(is_error, lines)))],
        ),
        Mistake(
            "words",
            "You gave a pair for each word. The key here is the whole line.",
            map_func=lambda line: [(word, 1) for word in line.split()] if line.split()[:1] == ["error"] else [],
        ),
        Mistake(
            "cut",
            "You took `error` off the line. The key is the line as it stands.",
            map_func=lambda line: [(" ".join(line.split()[1:]), 1)] if line.split()[:1] == ["error"] else [],
        ),
        Mistake(
            "never",
            "Your test is never true. Take the first word of the line, and compare it with `error`.",
            results=lambda lines: [],
        ),
    ),
    edges=(
        Case("blank", ["", "error disk full"], "A line can be empty. It has no first word."),
        Case("spaces", ["   ", "error disk full"], "A line can have nothing but spaces. It has no first word."),
        Case("capital", ["Error disk full", "error disk full"], "`Error` with a capital is another word here."),
        Case("longer_word", ["errors: none", "error disk full"], "`errors:` is another word than `error`."),
    ),
    worth="A line that gives no pair costs nothing more: it never travels.",
    hints=Hints(
        idea="A map function may give no pair, one pair or many. A filter gives no pair for what it drops.",
        line="Look at the `if`. For which lines is it true, and does the `yield` stand inside it?",
        twin="Keep the long words, and count each:\n"
        "`def long_words(word):`\n"
        "`    if len(word) > 6:`\n"
        "`        yield word, 1`\n"
        "For a short word nothing is yielded, so nothing travels.",
        case="'error disk full' is kept. 'ok error fixed' is not: its first word is 'ok'.",
    ),
)

Q1 = Quiz(
    id="01.q1",
    question="The map function gets the line 'the cat the dog' and yields (word, 1) for each word. "
    "How many pairs come out?",
    choices=(
        Choice(
            "3, because 'the' is there twice", "Map does not bring equal words together. That comes later.", expect=0.3
        ),
        Choice(
            "4, one for each word", "Map looks at each word by itself. Nothing has met yet.", right=True, expect=0.6
        ),
        Choice("1, because it is one line", "One record can become many pairs, or none.", expect=0.1),
    ),
)

Q2 = Quiz(
    id="01.q2",
    question="A job has 100 lines and chunksize=10. How often is the map function called?",
    choices=(
        Choice(
            "10 times", "There are 10 map tasks, but each calls your function once for each of its lines.", expect=0.4
        ),
        Choice("Once", "A map function never sees the whole input. It sees one record.", expect=0.1),
        Choice(
            "100 times",
            "It is called once for each record. The chunksize only says who does it.",
            right=True,
            expect=0.4,
        ),
        Choice("Once for each worker", "A worker calls it for every record of its tasks.", expect=0.1),
    ),
)

Q3 = Quiz(
    id="01.q3",
    question="Lines look like '3 oslo 7': a number, a city and an amount. We want the sum for each city. "
    "What should the key be?",
    choices=(
        Choice("The number of the line", "No two lines share a number. So no two values would ever meet.", expect=0.3),
        Choice(
            "The city", "The amounts of one city must meet, and the city is what they share.", right=True, expect=0.6
        ),
        Choice(
            "The amount",
            "Then sales of the same size would meet, whatever their city. The amount is the value.",
            expect=0.05,
        ),
        Choice("The whole line", "Only lines that are the same in all parts would meet.", expect=0.05),
    ),
)
