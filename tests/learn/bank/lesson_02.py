"""Known answers to the exercises of lesson 02."""

import itertools
import random
from collections import defaultdict

from bank import right, wrong
from mrkit import hash_partitioner, stable_hash

# ------------------------------------------------------------------------------------- 02.group


@right("02.group")
def asks_first():
    def group(pairs):
        groups = {}
        for key, value in pairs:
            if key in groups:
                groups[key].append(value)
            else:
                groups[key] = [value]
        return groups

    return group


@right("02.group")
def with_a_default():
    def group(pairs):
        groups = defaultdict(list)
        for key, value in pairs:
            groups[key].append(value)
        return groups

    return group


@right("02.group")
def one_key_at_a_time():
    def group(pairs):
        return {key: [value for other, value in pairs if other == key] for key, _ in pairs}

    return group


@right("02.group")
def sorted_first():
    def group(pairs):
        by_key = sorted(pairs, key=lambda pair: pair[0])
        return {key: [value for _, value in run] for key, run in itertools.groupby(by_key, key=lambda pair: pair[0])}

    return group


@wrong("02.group", "last")
def makes_a_dictionary():
    def group(pairs):
        return dict(pairs)

    return group


@wrong("02.group", "lonely")
def new_list_each_time():
    def group(pairs):
        groups = {}
        for key, value in pairs:
            groups[key] = [value]
        return groups

    return group


@wrong("02.group", "neighbours")
def without_sorting():
    def group(pairs):
        runs = itertools.groupby(pairs, key=lambda pair: pair[0])
        return {key: [value for _, value in run] for key, run in runs}

    return group


@wrong("02.group", "sum")
def adds_up():
    def group(pairs):
        groups = {}
        for key, value in pairs:
            groups[key] = groups.get(key, 0) + value
        return groups

    return group


@wrong("02.group", "count")
def counts():
    def group(pairs):
        groups = {}
        for key, _ in pairs:
            groups[key] = groups.get(key, 0) + 1
        return groups

    return group


@wrong("02.group", "distinct")
def drops_repeats():
    def group(pairs):
        groups = {}
        for key, value in pairs:
            values = groups.setdefault(key, [])
            if value not in values:
                values.append(value)
        return groups

    return group


@wrong("02.group", "swapped")
def value_as_key():
    def group(pairs):
        groups = {}
        for key, value in pairs:
            groups.setdefault(value, []).append(key)
        return groups

    return group


@wrong("02.group", "skips_first")
def forgets_the_first_value():
    def group(pairs):
        groups = {}
        for key, value in pairs:
            if key in groups:
                groups[key].append(value)
            else:
                groups[key] = []
        return groups

    return group


@wrong("02.group", "items")
def gives_a_list():
    def group(pairs):
        groups = {}
        for key, value in pairs:
            groups.setdefault(key, []).append(value)
        return list(groups.items())

    return group


@wrong("02.group", "no_pairs")
def starts_from_the_first():
    def group(pairs):
        if not pairs:
            return {"": []}
        groups = {}
        for key, value in pairs:
            groups.setdefault(key, []).append(value)
        return groups

    return group


@wrong("02.group", "raises")
def no_list_at_first():
    def group(pairs):
        groups = {}
        for key, value in pairs:
            groups[key].append(value)
        return groups

    return group


@wrong("02.group", "nothing")
def forgets_to_return():
    def group(pairs):
        groups = {}
        for key, value in pairs:
            groups.setdefault(key, []).append(value)

    return group


@wrong("02.group", "outside_written")
def keeps_groups_outside():
    groups = {}

    def group(pairs):
        for key, value in pairs:
            groups.setdefault(key, []).append(value * random.random())
        return groups

    return group


@wrong("02.group", "untouched")
def group_is_empty():
    def group(pairs): ...

    return group


# ------------------------------------------------------------------------------------- 02.letter


@right("02.letter")
def stable_hash_of_the_letter():
    def by_letter(key, num_partitions):
        return stable_hash(key[0]) % num_partitions

    return by_letter


@right("02.letter")
def code_of_the_letter():
    def by_letter(key, num_partitions):
        return ord(key[0]) % num_partitions

    return by_letter


@wrong("02.letter", "other_letters")
def ranges_of_letters():
    def by_letter(key, num_partitions):
        place = ord(key[0]) - ord("a")
        return place * num_partitions // 26

    return by_letter


@right("02.letter")
def by_the_default_partitioner():
    return lambda key, num_partitions: hash_partitioner(key[0], num_partitions)


@wrong("02.letter", "unstable_hash")
def hash_of_the_letter():
    def by_letter(key, num_partitions):
        return hash(key[0]) % num_partitions

    return by_letter


@wrong("02.letter", "unstable_hash")
def hash_of_the_word():
    def by_letter(key, num_partitions):
        return hash(key) % num_partitions

    return by_letter


@wrong("02.letter", "placement")
def whole_word():
    def by_letter(key, num_partitions):
        return stable_hash(key) % num_partitions

    return by_letter


@wrong("02.letter", "placement")
def by_length():
    def by_letter(key, num_partitions):
        return len(key) % num_partitions

    return by_letter


@wrong("02.letter", "placement")
def last_letter():
    def by_letter(key, num_partitions):
        return ord(key[-1]) % num_partitions

    return by_letter


@wrong("02.letter", "input_unused")
def always_the_first():
    def by_letter(key, num_partitions):
        return 0

    return by_letter


@right("02.letter")
def a_alone():
    def by_letter(key, num_partitions):
        return min(int(key[0] != "a"), num_partitions - 1)

    return by_letter


@wrong("02.letter", "input_unused")
def code_without_remainder():
    def by_letter(key, num_partitions):
        return ord(key[0])

    return by_letter


@wrong("02.letter", "partition_number")
def from_one():
    def by_letter(key, num_partitions):
        return ord(key[0]) % num_partitions + 1

    return by_letter


@wrong("02.letter", "no_number")
def gives_the_letter():
    def by_letter(key, num_partitions):
        return key[0]

    return by_letter


@wrong("02.letter", "calls_chance")
def rolls_dice():
    def by_letter(key, num_partitions):
        return random.randrange(num_partitions)

    return by_letter


@wrong("02.letter", "nothing")
def no_return():
    def by_letter(key, num_partitions):
        stable_hash(key[0]) % num_partitions

    return by_letter


@wrong("02.letter", "raises")
def divides_a_letter():
    def by_letter(key, num_partitions):
        return key[0] // num_partitions

    return by_letter


@wrong("02.letter", "untouched")
def letter_is_empty():
    def by_letter(key, num_partitions): ...

    return by_letter


# -------------------------------------------------------------------------------------- 02.which


@right("02.which")
def remainders():
    return [2, 0, 3, 2]


@wrong("02.which", "last_digit")
def last_digits():
    return [2, 5, 3, 2]


@wrong("02.which", "from_one")
def counted_from_one():
    return [3, 1, 4, 3]


@wrong("02.which", "quotient")
def quotients():
    return [stable_hash(word) // 5 for word in ("cat", "dog", "map", "cat")]


@wrong("02.which", "in_turn")
def in_turn():
    return [0, 1, 2, 3]


@wrong("02.which", "length")
def three_numbers():
    return [2, 0, 3]


@wrong("02.which", "wrong")
def guessed():
    return [1, 1, 1, 1]


# ------------------------------------------------------------------------------------- 02.broken


@right("02.broken")
def three_letters():
    return {"b", "c", "e"}


@right("02.broken")
def as_a_text():
    return "BCE"


@wrong("02.broken", "uneven")
def all_but_the_letter():
    return {"a", "b", "c", "e"}


@wrong("02.broken", "letter")
def the_letter_too():
    return ["b", "c", "d", "e"]


@wrong("02.broken", "hash")
def trusts_hash():
    return {"c", "e"}


@wrong("02.broken", "random")
def trusts_dice():
    return {"b", "e"}


@wrong("02.broken", "outside")
def overlooks_the_border():
    return {"b", "c"}


@wrong("02.broken", "wrong")
def another_letter():
    return {"b", "c", "e", "f"}


SURVIVORS: dict[tuple[str, str], str] = {
    ("ranges_of_letters", "26 -> 27"): "the ranges are a little wider, and each letter still has one partition",
    (
        "a_alone",
        "key[0] != 'a' -> key[0] == 'a'",
    ): "then `a` has another partition than the rest: how evenly is not asked",
}
