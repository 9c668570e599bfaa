"""Known answers to the exercises of lesson 04."""

import re
import string
from collections import Counter

from bank import right, wrong
from mrkit import counter
from mrkit.examples import STOP_WORDS as stop_words

# What the lesson defines before its exercises.
more_stop_words = stop_words | {"one", "its", "on", "each", "you", "what"}
spaces = str.maketrans(dict.fromkeys(string.punctuation, " "))


def clean(line):
    return line.translate(spaces).lower().split()


def wanted(word):
    if word in stop_words:
        counter("stop words left out")
    return word.isalpha() and word not in stop_words


def line_to_words(line):
    if not line.lstrip().startswith(".."):
        for word in clean(line):
            if wanted(word):
                yield word, 1


# ------------------------------------------------------------------------------------ 04.stop


@right("04.stop")
def asks_each_word():
    def no_stop_words(line):
        for word in clean(line):
            if word.isalpha() and word not in more_stop_words:
                yield word, 1

    return no_stop_words


@right("04.stop")
def makes_a_list():
    def no_stop_words(line):
        return [(word, 1) for word in clean(line) if word.isalpha() and word not in more_stop_words]

    return no_stop_words


@right("04.stop")
def goes_on():
    def no_stop_words(line):
        for word in clean(line):
            if word in more_stop_words or not word.isalpha():
                continue
            yield word, 1

    return no_stop_words


@right("04.stop")
def finds_words():
    def no_stop_words(line):
        for word in re.findall("[a-z]+", line.lower()):
            if not {word} & more_stop_words:
                yield word, 1

    return no_stop_words


@right("04.stop")
def counts_in_the_line():
    def no_stop_words(line):
        counts = Counter(filter(str.isalpha, clean(line)))
        for word in more_stop_words:
            del counts[word]
        return counts.items()

    return no_stop_words


@wrong("04.stop", "all")
def keeps_all():
    def no_stop_words(line):
        for word in clean(line):
            if word.isalpha():
                yield word, 1

    return no_stop_words


@wrong("04.stop", "all_but_stop_words")
def drops_nothing():
    def no_stop_words(line):
        for word in clean(line):
            yield word, 1

    return no_stop_words


@wrong("04.stop", "numbers")
def keeps_numbers():
    def no_stop_words(line):
        for word in clean(line):
            if word not in more_stop_words:
                yield word, 1

    return no_stop_words


@wrong("04.stop", "marks")
def keeps_marks():
    def no_stop_words(line):
        for word in line.lower().split():
            if word not in more_stop_words:
                yield word, 1

    return no_stop_words


@wrong("04.stop", "opposite")
def keeps_the_others():
    def no_stop_words(line):
        for word in clean(line):
            if word in more_stop_words:
                yield word, 1

    return no_stop_words


@wrong("04.stop", "old_list")
def the_old_list():
    def no_stop_words(line):
        for word in clean(line):
            if wanted(word):
                yield word, 1

    return no_stop_words


@wrong("04.stop", "case")
def compares_too_early():
    def no_stop_words(line):
        for word in line.translate(spaces).split():
            if word.isalpha() and word not in more_stop_words:
                yield word.lower(), 1

    return no_stop_words


@wrong("04.stop", "punctuation")
def does_not_clean():
    def no_stop_words(line):
        for word in line.lower().split():
            if word.isalpha() and word not in more_stop_words:
                yield word, 1

    return no_stop_words


@wrong("04.stop", "raw")
def splits_only():
    def no_stop_words(line):
        for word in line.split():
            if word not in more_stop_words:
                yield word, 1

    return no_stop_words


@wrong("04.stop", "raw_words")
def splits_and_keeps_letters():
    def no_stop_words(line):
        for word in line.split():
            if word.isalpha() and word not in more_stop_words:
                yield word, 1

    return no_stop_words


@wrong("04.stop", "inside")
def looks_inside_words():
    def no_stop_words(line):
        for word in clean(line):
            if word.isalpha() and not any(stop in word for stop in more_stop_words):
                yield word, 1

    return no_stop_words


@wrong("04.stop", "line")
def drops_the_line():
    def no_stop_words(line):
        if not more_stop_words.intersection(clean(line)):
            for word in filter(str.isalpha, clean(line)):
                yield word, 1

    return no_stop_words


@wrong("04.stop", "first")
def stops():
    def no_stop_words(line):
        for word in clean(line):
            if word in more_stop_words:
                return
            if word.isalpha():
                yield word, 1

    return no_stop_words


@wrong("04.stop", "zeros")
def gives_zeros():
    def no_stop_words(line):
        for word in clean(line):
            if word.isalpha():
                yield word, 0 if word in more_stop_words else 1

    return no_stop_words


@wrong("04.stop", "set")
def each_word_once():
    def no_stop_words(line):
        for word in set(filter(str.isalpha, clean(line))) - more_stop_words:
            yield word, 1

    return no_stop_words


@wrong("04.stop", "nothing_left")
def gives_none_for_nothing():
    def no_stop_words(line):
        pairs = [(word, 1) for word in clean(line) if word.isalpha() and word not in more_stop_words]
        if pairs:
            return pairs
        return None

    return no_stop_words


@wrong("04.stop", "nothing_left")
def keeps_the_line_then():
    def no_stop_words(line):
        pairs = [(word, 1) for word in clean(line) if word.isalpha() and word not in more_stop_words]
        return pairs or [("", 1)]

    return no_stop_words


@wrong("04.stop", "pair")
def yields_words():
    def no_stop_words(line):
        for word in clean(line):
            if word not in more_stop_words:
                yield word

    return no_stop_words


@wrong("04.stop", "outside_written")
def remembers_words():
    seen = set()

    def no_stop_words(line):
        for word in clean(line):
            if word.isalpha() and word not in more_stop_words and word not in seen:
                seen.add(word)
                yield word, 1

    return no_stop_words


@wrong("04.stop", "no_results")
def asks_for_the_list_in_a_word():
    def no_stop_words(line):
        for word in clean(line):
            if more_stop_words in [word]:
                yield word, 1

    return no_stop_words


# ------------------------------------------------------------------------------- 04.reference


@right("04.reference")
def yields_from():
    def topic_to_words(item):
        _, text = item
        for line in text.splitlines():
            yield from line_to_words(line)

    return topic_to_words


@right("04.reference")
def by_position():
    def topic_to_words(item):
        pairs = []
        for line in item[1].split("\n"):
            pairs.extend(line_to_words(line))
        return pairs

    return topic_to_words


@right("04.reference")
def without_the_helper():
    def topic_to_words(item):
        _, text = item
        for line in text.splitlines():
            if line.strip().startswith(".."):
                continue
            for word in clean(line):
                if word.isalpha() and word not in stop_words:
                    yield word, 1

    return topic_to_words


@right("04.reference")
def in_one_line():
    return lambda item: [pair for line in item[1].splitlines() for pair in line_to_words(line)]


@wrong("04.reference", "topic_key")
def topics_as_keys():
    def topic_to_words(item):
        topic, text = item
        for line in text.splitlines():
            for _, one in line_to_words(line):
                yield topic, one

    return topic_to_words


@wrong("04.reference", "topic_pair")
def topics_in_keys():
    def topic_to_words(item):
        topic, text = item
        for line in text.splitlines():
            for word, one in line_to_words(line):
                yield (topic, word), one

    return topic_to_words


@wrong("04.reference", "names")
def takes_the_wrong_half():
    def topic_to_words(item):
        text, _ = item
        for line in text.splitlines():
            yield from line_to_words(line)

    return topic_to_words


@wrong("04.reference", "names_too")
def counts_names_too():
    def topic_to_words(item):
        for part in item:
            for line in part.splitlines():
                yield from line_to_words(line)

    return topic_to_words


@wrong("04.reference", "return_in_loop")
def returns_in_the_loop():
    def topic_to_words(item):
        _, text = item
        for line in text.splitlines():
            return line_to_words(line)
        return []

    return topic_to_words


@wrong("04.reference", "raw")
def splits_the_text():
    def topic_to_words(item):
        _, text = item
        for word in text.split():
            yield word, 1

    return topic_to_words


@wrong("04.reference", "letters")
def letter_by_letter():
    def topic_to_words(item):
        _, text = item
        for line in text:
            yield from line_to_words(line)

    return topic_to_words


@wrong("04.reference", "documents")
def each_pair_once():
    def topic_to_words(item):
        _, text = item
        yield from {pair for line in text.splitlines() for pair in line_to_words(line)}

    return topic_to_words


@wrong("04.reference", "comment")
def the_text_as_one_line():
    def topic_to_words(item):
        _, text = item
        yield from line_to_words(text)

    return topic_to_words


@wrong("04.reference", "empty")
def an_empty_text_is_a_word():
    def topic_to_words(item):
        topic, text = item
        if not text:
            yield topic, 1
        for line in text.splitlines():
            yield from line_to_words(line)

    return topic_to_words


@wrong("04.reference", "raises")
def takes_it_for_a_line():
    def topic_to_words(line):
        yield from line_to_words(line)

    return topic_to_words


@wrong("04.reference", "nothing")
def calls_and_forgets():
    def topic_to_words(item):
        _, text = item
        for line in text.splitlines():
            line_to_words(line)

    return topic_to_words


@wrong("04.reference", "pair")
def yields_the_generator():
    def topic_to_words(item):
        _, text = item
        for line in text.splitlines():
            yield line_to_words(line)

    return topic_to_words


SURVIVORS: dict[tuple[str, str], str] = {}
