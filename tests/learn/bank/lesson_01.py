"""Known answers to the exercises of lesson 01."""

import random

from bank import right, wrong

# ------------------------------------------------------------------------------------ 01.length


@right("01.length")
def yields():
    def by_length(word):
        yield len(word), 1

    return by_length


@right("01.length")
def returns_a_list():
    def by_length(word):
        return [(len(word), 1)]

    return by_length


@right("01.length")
def counts_letters_by_hand():
    def by_length(word):
        letters = 0
        for _ in word:
            letters += 1
        yield letters, 1

    return by_length


@right("01.length")
def is_a_lambda():
    return lambda word: {len(word): 1}.items()


@wrong("01.length", "nothing")
def forgot_yield():
    def by_length(word):
        pair = len(word), 1  # noqa: F841

    return by_length


@wrong("01.length", "pair")
def returns_one_pair():
    def by_length(word):
        return len(word), 1

    return by_length


@wrong("01.length", "pair")
def yields_the_key_alone():
    def by_length(word):
        yield word

    return by_length


@wrong("01.length", "pair")
def returns_a_number():
    def by_length(word):
        return len(word)

    return by_length


@wrong("01.length", "swapped")
def value_first():
    def by_length(word):
        yield 1, len(word)

    return by_length


@wrong("01.length", "word_key")
def counts_words():
    def by_length(word):
        yield word, 1

    return by_length


@wrong("01.length", "length_value")
def adds_lengths():
    def by_length(word):
        yield len(word), len(word)

    return by_length


@wrong("01.length", "letters")
def a_pair_for_each_letter():
    def by_length(word):
        for _letter in word:
            yield len(word), 1

    return by_length


@wrong("01.length", "letter_key")
def takes_the_word_for_a_line():
    def by_length(line):
        for word in line:
            yield len(word), 1

    return by_length


@wrong("01.length", "empty")
def skips_the_empty_word():
    def by_length(word):
        if word:
            yield len(word), 1

    return by_length


@wrong("01.length", "outside_written")
def only_new_words():
    seen = set()

    def by_length(word):
        if word not in seen:
            seen.add(word)
            yield len(word), 1

    return by_length


@wrong("01.length", "outside_written")
def counts_so_far():
    counts = {}

    def by_length(word):
        counts[len(word)] = counts.get(len(word), 0) + 1
        yield len(word), counts[len(word)]

    return by_length


@wrong("01.length", "key")
def a_list_as_key():
    def by_length(word):
        yield [len(word)], 1

    return by_length


@wrong("01.length", "raises")
def a_number_as_text():
    def by_length(word):
        yield "length " + len(word), 1

    return by_length


@wrong("01.length", "untouched")
def nothing_yet():
    def by_length(word): ...

    return by_length


# -------------------------------------------------------------------------------------- 01.swap


@right("01.swap")
def turns_the_pair():
    def sales(line):
        city, amount = line.split()
        yield city, int(amount)

    return sales


@right("01.swap")
def by_position():
    def sales(line):
        parts = line.split(" ")
        return [(parts[0], int(parts[1]))]

    return sales


@right("01.swap")
def by_partition():
    def sales(line):
        city, _, amount = line.partition(" ")
        return ((name, float(number)) for name, number in [(city, amount)])

    return sales


@wrong("01.swap", "untouched")
def as_it_was():
    from mrkit.lessons.lesson_01 import swapped_pair

    return swapped_pair


@wrong("01.swap", "raises")
def values_are_cities():
    def sales(line):
        city, amount = line.split()
        yield amount, city

    return sales


@wrong("01.swap", "raises")
def amount_is_text():
    def sales(line):
        city, amount = line.split()
        yield city, amount

    return sales


@wrong("01.swap", "ones")
def counts_sales():
    def sales(line):
        yield line.split()[0], 1

    return sales


@wrong("01.swap", "line_key")
def key_is_the_line():
    def sales(line):
        yield line, int(line.split()[1])

    return sales


@wrong("01.swap", "one_key")
def key_is_a_word():
    def sales(line):
        yield "all", int(line.split()[1])

    return sales


@wrong("01.swap", "digit")
def last_digit():
    def sales(line):
        city, amount = line.split()
        yield city, int(amount[-1])

    return sales


@wrong("01.swap", "outside_written")
def adds_up_by_itself():
    sums = {}

    def sales(line):
        city, amount = line.split()
        sums[city] = sums.get(city, 0) + int(amount)
        yield city, sums[city]

    return sales


@wrong("01.swap", "value")
def a_generator_as_value():
    def sales(line):
        city, *amounts = line.split()
        yield city, (int(amount) for amount in amounts)

    return sales


# ------------------------------------------------------------------------------------ 01.filter


@right("01.filter")
def asks_for_the_first_word():
    def errors(line):
        words = line.split()
        if words and words[0] == "error":
            yield line, 1

    return errors


@right("01.filter")
def returns_early():
    def errors(line):
        kind, _, _ = line.partition(" ")
        if kind != "error":
            return []
        return [(line, 1)]

    return errors


@right("01.filter")
def with_a_space():
    def errors(line):
        if (line + " ").startswith("error "):
            yield (line, 1)

    return errors


@wrong("01.filter", "anywhere")
def any_word():
    def errors(line):
        if "error" in line.split():
            yield line, 1

    return errors


@wrong("01.filter", "inside")
def anywhere_in_the_text():
    def errors(line):
        if "error" in line:
            yield line, 1

    return errors


@wrong("01.filter", "all")
def keeps_all():
    def errors(line):
        yield line, 1

    return errors


@wrong("01.filter", "opposite")
def drops_errors():
    def errors(line):
        if not line.startswith("error"):
            yield line, 1

    return errors


@wrong("01.filter", "zeros")
def zero_for_the_others():
    def errors(line):
        yield line, int(line.startswith("error "))

    return errors


@wrong("01.filter", "one_key")
def all_errors_together():
    def errors(line):
        if line.startswith("error "):
            yield "error", 1

    return errors


@wrong("01.filter", "nothing")
def none_for_the_others():
    def errors(line):
        if line.startswith("error "):
            return [(line, 1)]
        return None

    return errors


@wrong("01.filter", "blank")
def first_word_of_nothing():
    def errors(line):
        if line == "" or line.split()[0] == "error":
            yield line, 1

    return errors


@wrong("01.filter", "blank")
def forgets_the_empty_line():
    def errors(line):
        if line.split()[0] == "error":
            yield line, 1

    return errors


@wrong("01.filter", "longer_word")
def starts_with():
    def errors(line):
        if line.startswith("error"):
            yield line, 1

    return errors


@wrong("01.filter", "calls_chance")
def keeps_some():
    def errors(line):
        if line.startswith("error ") and random.random() < 0.5:
            yield line, 1

    return errors


@wrong("01.filter", "never")
def asks_for_another_case():
    def errors(line):
        if line.startswith("Error "):
            yield line, 1

    return errors


SURVIVORS: dict[tuple[str, str], str] = {}
