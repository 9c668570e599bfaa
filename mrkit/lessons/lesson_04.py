"""Lesson 04, the whole word count: what its exercises and quizzes ask."""

from __future__ import annotations

import itertools
import string
from collections import Counter
from dataclasses import replace
from random import Random

from mrkit.examples import STOP_WORDS
from mrkit.learn.exercise import Case, Choice, Exercise, Hints, Mistake, Parsons, Prediction, Quiz

MORE_STOP_WORDS = STOP_WORDS | {"one", "its", "on", "each", "you", "what"}  # as in the lesson
SPACES = str.maketrans(dict.fromkeys(string.punctuation, " "))


def count_words(item: tuple) -> tuple:
    """The reduce function of the lesson."""
    word, ones = item
    return word, sum(ones)


def clean(line: str) -> list[str]:
    """The words of a line in lower case, without punctuation, as in the lesson."""
    return line.translate(SPACES).lower().split()


def wanted(word: str) -> bool:
    """Whether the article's program counts the word."""
    return word.isalpha() and word not in STOP_WORDS


# --------------------------------------------------------------------------------- 04.count: the core


def some_lines(rng: Random) -> list[str]:
    """Short lines with words that come back, some with a capital."""
    words = ["the", "The", "cat", "dog", "sat", "on", "mat", "Map"]
    return [" ".join(rng.choices(words, k=rng.randint(1, 6))) for _ in range(7)] + ["the cat the cat"]


COUNT = Parsons(
    id="04.count",
    title="The core of the word count",
    lines={
        "a": "yield word, 1",
        "b": "def count_words(item):",
        "c": "return word, sum(ones)",
        "d": "for word in line.lower().split():",
        "e": "return word, 1",
        "f": "word, ones = item",
        "g": "def line_to_words(line):",
        "h": "return word, len(item)",
    },
    distractors={
        "e": "`return` ends a function at its first word. A map function gives a pair for every word.",
        "h": "`item` is always two things: a key and its values. Its length does not tell how many values there are.",
    },
    defines=("line_to_words", "count_words"),
    exercise=Exercise(
        id="04.count",
        title="The core of the word count",
        parts=("map_func", "reduce_func"),
        inputs=some_lines,
        reference=lambda lines: list(Counter(word for line in lines for word in line.lower().split()).items()),
        hints=Hints(idea="", line="", twin=""),
    ),
    hints=Hints(
        idea="There are two functions. One makes pairs from a line, the other adds up the values of one key.",
        line="Map comes first. Each `def` stands at the margin, and what belongs to it is one step to the right.",
        twin="The same for the lengths of words:\n"
        "`def lengths(line):`\n"
        "`    for word in line.split():`\n"
        "`        yield len(word), 1`\n"
        "`def total(item):`\n"
        "`    length, ones = item`\n"
        "`    return length, sum(ones)`\n"
        "A `yield` inside a loop is two steps to the right.",
        case="For 'the cat the cat' map yields four pairs, and reduce is called for 'the' and for 'cat'.",
    ),
)

Q1 = Quiz(
    id="04.q1",
    question="Ten files are given to two workers with chunksize=1. How many map tasks are there?",
    choices=(
        Choice(
            "2, one for each worker",
            "Workers take tasks from a list. A job can have more tasks than workers.",
            expect=0.5,
        ),
        Choice(
            "10, one for each file", "Each split is one file, and each split is one map task.", right=True, expect=0.35
        ),
        Choice(
            "As many as there are lines",
            "One map task reads all lines of its file. The input here is the file.",
            expect=0.05,
        ),
        Choice("20, each file for both workers", "A file is read once. Nothing is done twice here.", expect=0.1),
    ),
)

Q2 = Quiz(
    id="04.q2",
    question="The word count of these ten small files takes one thread a few hundredths of a second. "
    "How long do two new worker processes take for it?",
    choices=(
        Choice(
            "Half as long", "That is the hope. But a process must be started before it can count anything.", expect=0.6
        ),
        Choice(
            "As long", "They share the work, but then they also have costs that one thread does not have.", expect=0.2
        ),
        Choice(
            "Many times longer", "Starting them and moving data takes longer than the work.", right=True, expect=0.2
        ),
    ),
)

# --------------------------------------------------------------------------- 04.speedup: what workers gain


def _speedup(alone: int, start: int, workers: int) -> Prediction:
    """What do some workers gain, if one thread takes `alone` seconds and starting the pool `start`."""
    pool = start + alone / workers
    return Prediction(
        id="04.speedup",
        title="What do more workers gain?",
        text=f"A job takes {alone} seconds in one thread. To start the pool takes {start} {_seconds(start)} more. "
        f"The {alone} seconds are then shared evenly by the workers.\nWhat is the speedup with {workers} workers?",
        right=alone / pool,
        tolerance=0.02,
        otherwise=f"First find how long the job takes with {workers} workers. "
        f"Then ask how many times that fits into {alone} seconds.",
        mistakes=(
            Mistake(
                "no_start",
                f"You forgot that the workers must be started first. That takes {start} {_seconds(start)}.",
                value=workers,
            ),
            Mistake(
                "time",
                f"That is the time with {workers} workers. The speedup says how many times faster that is.",
                value=pool,
            ),
            Mistake(
                "time_without_start",
                "That is the time of the counting alone. Add the start, then compare.",
                value=alone / workers,
            ),
            Mistake(
                "upside_down",
                "You divided the wrong way round: yours is less than 1, as if the pool were slower.",
                value=pool / alone,
            ),
            Mistake(
                "start_shared",
                "You shared the start among the workers too. All of them wait for it, so it counts in full.",
                value=alone / ((start + alone) / workers),
            ),
            Mistake(
                "start_inside",
                f"You took the start off the {alone} seconds. It comes on top of them.",
                value=alone / (start + (alone - start) / workers),
            ),
            Mistake(
                "start_each",
                "You pay the start once for each worker. They start at the same time: pay it once.",
                value=alone / (start * workers + alone / workers),
            ),
            Mistake(
                "saved", "That is how many seconds are saved. The speedup is a number of times.", value=alone - pool
            ),
        ),
        hints=Hints(
            idea="The speedup is the time of one thread, divided by the time of the pool.",
            line=f"The time of the pool has two parts: one that is shared by {workers}, and one that is not.",
            twin="Two workers, 9 s in one thread, 1 s to start: 1 s and then 4.5 s, so 5.5 s in all. "
            "The speedup is 9 / 5.5 = 1.6.",
            case=f"With one worker the pool takes {start} s + {alone} s. "
            f"The speedup is {alone} / {start + alone}: it is slower.",
        ),
    )


def _seconds(number: int) -> str:
    return "second" if number == 1 else "seconds"


def _other_times(rng: Random) -> Prediction:
    """Other numbers, for which the right answer and all mistakes are far enough apart to be told from each other."""
    while True:
        made = _speedup(rng.randrange(6, 41), rng.choice([1, 2, 3, 4, 5]), rng.choice([2, 3, 4, 5, 6, 8]))
        values = sorted([made.right, *(mistake.value for mistake in made.mistakes)])
        if made.right > 1.2 and all(high > low * 1.1 for low, high in itertools.pairwise(values)):
            return made


SPEEDUP = replace(_speedup(8, 1, 4), variant=_other_times)

# ---------------------------------------------------------------------------------- 04.stop: stop words


def some_sentences(rng: Random) -> list[str]:
    """Lines with stop words in capitals too, and words that have stop words inside."""
    words = [
        "The",
        "one",
        "map",
        "Its",
        "keys",
        "he",
        "hat",
        "you",
        "young",
        "phone",
        "of",
        "what",
        "whatever",
        "Task",
        "2",
    ]
    lines = [" ".join(["map", *rng.choices(words, k=rng.randint(2, 6)), "2"]) for _ in range(7)]
    return [*lines, "The map, one key.", "You and the task"]


def _wanted_now(word: str) -> bool:
    return word not in MORE_STOP_WORDS


def letters(line: str) -> list[str]:
    """The words of a line that are made of letters."""
    return list(filter(str.isalpha, clean(line)))


def kept(line: str) -> list[tuple]:
    """The pairs of a line, as they should be."""
    return [(word, 1) for word in letters(line) if word not in MORE_STOP_WORDS]


STOP = Exercise(
    id="04.stop",
    title="Leave out more stop words",
    parts=("map_func",),
    given={"reduce_func": count_words},
    inputs=some_sentences,
    reference=lambda lines: list(Counter(word for line in lines for word, _ in kept(line)).items()),
    mistakes=(
        Mistake(
            "all",
            "You kept every word. A stop word gives no pair at all.",
            map_func=lambda line: [(word, 1) for word in letters(line)],
        ),
        Mistake(
            "opposite",
            "You kept the stop words. We want all the others.",
            map_func=lambda line: [(word, 1) for word in letters(line) if word in MORE_STOP_WORDS],
        ),
        Mistake(
            "old_list",
            "You used the old list: 'one' is still there. The new one is `more_stop_words`.",
            map_func=lambda line: [(word, 1) for word in letters(line) if word not in STOP_WORDS],
        ),
        Mistake(
            "case",
            "You compared before the word was in lower case, so 'The' slipped through. `clean(line)` comes first.",
            map_func=lambda line: [
                (w.lower(), 1) for w in line.translate(SPACES).split() if w.isalpha() and w not in MORE_STOP_WORDS
            ],
        ),
        Mistake(
            "punctuation",
            "You lost words that have a comma or a dot. `clean(line)` takes such marks off.",
            map_func=lambda line: [(w, 1) for w in line.lower().split() if w.isalpha() and w not in MORE_STOP_WORDS],
        ),
        Mistake(
            "marks",
            "A comma or a dot still sticks to some words. `clean(line)` takes such marks off.",
            map_func=lambda line: [(word, 1) for word in line.lower().split() if word not in MORE_STOP_WORDS],
        ),
        Mistake(
            "numbers",
            "You kept numbers. Count only what is made of letters: `word.isalpha()` says so.",
            map_func=lambda line: [(word, 1) for word in clean(line) if word not in MORE_STOP_WORDS],
        ),
        Mistake(
            "all_but_stop_words",
            "You kept every word and number. A stop word gives no pair at all.",
            map_func=lambda line: [(word, 1) for word in clean(line)],
        ),
        Mistake(
            "raw",
            "You did not clean the line: capitals and marks are still there. `clean(line)` gives its words.",
            map_func=lambda line: [(word, 1) for word in line.split() if word not in MORE_STOP_WORDS],
        ),
        Mistake(
            "raw_words",
            "You did not clean the line: words keep their capitals, or are lost. `clean(line)` gives its words.",
            map_func=lambda line: [(w, 1) for w in line.split() if w.isalpha() and w not in MORE_STOP_WORDS],
        ),
        Mistake(
            "inside",
            "You dropped words that have a stop word inside, such as 'phone'. Compare whole words.",
            map_func=lambda line: [(w, 1) for w in letters(line) if not any(stop in w for stop in MORE_STOP_WORDS)],
        ),
        Mistake(
            "line",
            "You dropped the whole line because of one stop word. Only that word has to go.",
            map_func=lambda line: [] if MORE_STOP_WORDS & set(letters(line)) else [(w, 1) for w in letters(line)],
        ),
        Mistake(
            "first",
            "You stopped at the first stop word. The words after it count too.",
            map_func=lambda line: _until_stop(letters(line)),
        ),
        Mistake(
            "zeros",
            "You gave stop words a 0. To leave a word out, give no pair for it.",
            map_func=lambda line: [(word, int(word not in MORE_STOP_WORDS)) for word in letters(line)],
        ),
        Mistake(
            "set",
            "You count a word once for each line. It counts as often as it is there.",
            map_func=lambda line: [(word, 1) for word in {*letters(line)} - MORE_STOP_WORDS],
        ),
        Mistake(
            "new_only",
            "You dropped the six new words only. `more_stop_words` has the old ones too.",
            map_func=lambda line: [(word, 1) for word in letters(line) if word in STOP_WORDS or _wanted_now(word)],
        ),
    ),
    edges=(Case("nothing_left", ["the one", "map"], "A line may have stop words only. Then it gives no pairs."),),
    worth="What map leaves out is never sorted, written or sent: to filter early is the cheapest that you can do.",
    hints=Hints(
        idea="A map function decides for each word: one pair, or no pair.",
        line="Look at the `if`. What does it ask of each word, and which set does it look into?",
        twin="Keep the short words only:\n"
        "`def short_words(line):`\n"
        "`    for word in clean(line):`\n"
        "`        if len(word) < 4:`\n"
        "`            yield word, 1`\n"
        "For a long word nothing is yielded, so nothing travels.",
        case="'The map, one key.' should give ('map', 1) and ('key', 1).",
    ),
)


def _until_stop(words: list[str]) -> list[tuple]:
    first = next((i for i, word in enumerate(words) if word in MORE_STOP_WORDS), len(words))
    return [(word, 1) for word in words[:first]]


# --------------------------------------------------------------------- 04.reference: another kind of input


def line_to_words(line: str) -> list[tuple]:
    """The pairs of one line, as in the lesson."""
    return [] if line.lstrip().startswith("..") else [(word, 1) for word in clean(line) if wanted(word)]


def some_topics(rng: Random) -> list[tuple[str, str]]:
    """Topics with texts of two or three lines; their names are words of the texts too."""
    words = ["the", "loop", "Loop", "test", "while", "else", "is", "value.", "name,", "2", "test"]
    text = lambda: "\n".join(" ".join(rng.choices(words, k=4)) for _ in range(rng.randint(2, 3)))  # noqa: E731
    return [(name, text()) for name in ("while", "for", "in", "lambda")] + [("else", "test test\nvalue")]


def of_texts(topics: list[tuple[str, str]]) -> list[tuple]:
    """How often the texts have each wanted word, in plain Python."""
    return list(Counter(w for _, text in topics for line in text.splitlines() for w, _ in line_to_words(line)).items())


REFERENCE = Exercise(
    id="04.reference",
    title="The same job on the language reference",
    parts=("map_func",),
    given={"reduce_func": count_words},
    inputs=some_topics,
    reference=of_texts,
    mistakes=(
        Mistake(
            "topic_key",
            "Your key is the topic. We count words over all topics, so the word is the key.",
            results=lambda topics: [
                (name, sum(len(line_to_words(line)) for line in text.splitlines())) for name, text in topics if text
            ],
        ),
        Mistake(
            "topic_pair",
            "Your key has the topic in it, so each topic has counts of its own. Equal words of all topics must meet.",
            map_func=lambda item: [((item[0], w), 1) for line in item[1].splitlines() for w, _ in line_to_words(line)],
        ),
        Mistake(
            "names",
            "You counted the words of the topics' names. The text is the second half of the item.",
            map_func=lambda item: line_to_words(item[0]),
        ),
        Mistake(
            "names_too",
            "You counted the name of the topic as well. Only its text counts.",
            map_func=lambda item: line_to_words(item[0]) + _of_text(item[1]),
        ),
        Mistake(
            "first_line",
            "You read the first line of each text only. Every line counts.",
            map_func=lambda item: line_to_words(item[1].splitlines()[0]) if item[1] else [],
        ),
        Mistake(
            "raw",
            "Words with a dot, in capitals or on the stop list are still there. `line_to_words` takes care of them.",
            map_func=lambda item: [(word, 1) for word in item[1].split()],
        ),
        Mistake(
            "letters",
            "You went over the text letter by letter. `text.splitlines()` gives its lines.",
            map_func=lambda item: [pair for letter in item[1] for pair in line_to_words(letter)],
        ),
        Mistake(
            "documents",
            "You count in how many topics a word is. It counts as often as it is there.",
            map_func=lambda item: list(dict.fromkeys(_of_text(item[1]))),
        ),
        Mistake(
            "cleaned_only",
            "You cleaned the line, but stop words and comments came along. `line_to_words` leaves them out.",
            map_func=lambda item: [(word, 1) for line in item[1].splitlines() for word in clean(line)],
        ),
    ),
    edges=(
        Case("empty", [("pass", ""), ("if", "a test")], "A text can be empty. It gives no pairs."),
        Case(
            "comment",
            [("if", "a test\n.. a note for editors\nthe loop")],
            "A line that starts with `..` is left out. Give `line_to_words` one line at a time.",
        ),
    ),
    says={"raises": "The item has two parts: take it apart with `topic, text = item`."},
    worth="Only the way from an input to its lines is new. The reduce function did not notice.",
    hints=Hints(
        idea="The function for one line is there already. What is left is to get from an item to its lines.",
        line="Take the item apart first. Then look at what your loop goes over.",
        twin="Lines of an e-mail, given as (sender, body):\n"
        "`def mail_to_words(item):`\n"
        "`    sender, body = item`\n"
        "`    for line in body.splitlines():`\n"
        "`        yield from line_to_words(line)`\n"
        "The sender is not needed, so it is not used.",
        case="('if', 'a test\\nthe loop') has two lines. It gives ('test', 1) and ('loop', 1).",
    ),
)


def _of_text(text: str) -> list[tuple]:
    return [pair for line in text.splitlines() for pair in line_to_words(line)]
