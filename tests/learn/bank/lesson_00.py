"""Known answers to the exercises of lesson 00."""

import random

from bank import right, wrong

# ----------------------------------------------------------------------------------- 00.group


@right("00.group")
def a_list_of_ones():
    return "the", [1, 1, 1, 1]


@right("00.group")
def a_tuple_of_ones():
    return "the", (1, 1, 1, 1)


@wrong("00.group", "sum")
def the_result():
    return "the", 4


@wrong("00.group", "added")
def the_sum_in_a_list():
    return "the", [4]


@wrong("00.group", "lines")
def once_for_each_line():
    return "the", [1, 1, 1]


@wrong("00.group", "list_alone")
def the_values_alone():
    return [1, 1, 1, 1]


@wrong("00.group", "counts")
def added_up_by_line():
    return "the", [1, 2, 1]


@wrong("00.group", "pairs")
def the_pairs():
    return [("the", 1), ("the", 1), ("the", 1), ("the", 1)]


@wrong("00.group", "other_word")
def another_word():
    return "cat", [1, 1, 1]


@wrong("00.group", "wrong")
def a_number():
    return 4


# ---------------------------------------------------------------------------------- 00.letter


@right("00.letter")
def yields():
    def by_letter(line):
        for word in line.split():
            yield word[0], 1

    return by_letter


@right("00.letter")
def makes_a_list():
    def by_letter(line):
        return [(word[:1], 1) for word in line.split()]

    return by_letter


@right("00.letter")
def appends():
    def by_letter(line):
        pairs = []
        for first, *_ in line.split():
            pairs.append((first, 1))
        return pairs

    return by_letter


@wrong("00.letter", "word_key")
def unchanged():
    def by_letter(line):
        for word in line.split():
            yield word, 1

    return by_letter


@wrong("00.letter", "raises")
def value_first():
    def by_letter(line):
        for word in line.split():
            yield 1, word[0]

    return by_letter


@wrong("00.letter", "line_letter")
def letter_of_the_line():
    def by_letter(line):
        for first in line[:1]:
            yield first, 1

    return by_letter


@wrong("00.letter", "return_in_loop")
def returns_in_the_loop():
    def by_letter(line):
        for word in line.split():
            return [(word[0], 1)]
        return []

    return by_letter


@wrong("00.letter", "every_letter")
def all_letters():
    def by_letter(line):
        for word in line.split():
            for letter in word:
                yield letter, 1

    return by_letter


@wrong("00.letter", "every_letter")
def letters_of_the_line():
    def by_letter(line):
        for letter in line:
            if letter != " ":
                yield letter, 1

    return by_letter


@wrong("00.letter", "last_letter")
def from_the_end():
    def by_letter(line):
        for word in line.split():
            yield word[-1], 1

    return by_letter


@wrong("00.letter", "second_letter")
def counts_from_one():
    def by_letter(line):
        for word in line.split():
            yield word[1], 1

    return by_letter


@wrong("00.letter", "length_key")
def by_length():
    def by_letter(line):
        for word in line.split():
            yield len(word), 1

    return by_letter


@wrong("00.letter", "nothing")
def forgot_yield():
    def by_letter(line):
        for word in line.split():
            (word[0], 1)

    return by_letter


@wrong("00.letter", "pair")
def yields_the_letter():
    def by_letter(line):
        for word in line.split():
            yield word[0]

    return by_letter


@wrong("00.letter", "split_at_space")
def splits_at_every_space_and_keeps_nothing():
    def by_letter(line):
        for word in line.strip().split(" "):
            yield word[:1], 1

    return by_letter


@wrong("00.letter", "split_at_space")
def splits_at_one_space():
    def by_letter(line):
        if line:
            for word in line.split(" "):
                yield word[:1], 1

    return by_letter


@wrong("00.letter", "outside_written")
def only_new_letters():
    seen = set()

    def by_letter(line):
        for word in line.split():
            if word[0] not in seen:
                seen.add(word[0])
                yield word[0], 1

    return by_letter


@wrong("00.letter", "calls_chance")
def some_words():
    def by_letter(line):
        for word in line.split():
            if random.random() < 0.5:
                yield word[0], 1

    return by_letter


@wrong("00.letter", "raises")
def a_word_is_expected():
    def by_letter(word):
        yield word.first, 1

    return by_letter


SURVIVORS: dict[tuple[str, str], str] = {}
