"""Known answers to the exercises of lesson 15."""

from bank import right, wrong

# ---------------------------------------------------------------------------------------- 15.plan

PHASES = {"a": "reduce", "b": "reduce", "c": "shuffle", "d": "combiner", "e": "map", "f": "map", "g": "map"}


@right("15.plan")
def read_from_below():
    return dict(reversed(PHASES.items()))


@wrong("15.plan", "upside_down")
def read_from_above():
    return dict(zip("abcdefg", ["map", "map", "map", "combiner", "shuffle", "reduce", "reduce"], strict=True))


@wrong("15.plan", "exchange")
def exchange_is_reduce():
    return PHASES | {"c": "reduce"}


@wrong("15.plan", "partial")
def partial_is_reduce():
    return PHASES | {"d": "reduce"}


@wrong("15.plan", "partial")
def partial_is_map():
    return PHASES | {"d": "map"}


@wrong("15.plan", "final")
def final_is_a_combiner():
    return PHASES | {"b": "combiner"}


@wrong("15.plan", "scan")
def scan_is_shuffle():
    return PHASES | {"g": "shuffle"}


@wrong("15.plan", "explode")
def explode_is_shuffle():
    return PHASES | {"f": "shuffle"}


@wrong("15.plan", "early_filter")
def early_filter_is_combiner():
    return PHASES | {"e": "combiner"}


@wrong("15.plan", "late_filter")
def late_filter_is_shuffle():
    return PHASES | {"a": "shuffle"}


@wrong("15.plan", "wrong")
def a_list():
    return list(PHASES.values())


# ---------------------------------------------------------------------------------------- 15.when


@right("15.when")
def four_rules():
    def tool(gigabytes, memory, rounds, answer_in_seconds, machines):
        if answer_in_seconds:
            return "not batch"
        if gigabytes <= memory:
            return "loop"
        if machines == 1 or gigabytes * rounds <= 20 * memory:
            return "one machine"
        return "cluster"

    return tool


@right("15.when")
def from_below():
    def tool(gigabytes, memory, rounds, answer_in_seconds, machines):
        found = "cluster"
        if machines < 2 or gigabytes * rounds / memory <= 20:
            found = "one machine"
        if memory >= gigabytes:
            found = "loop"
        return "not batch" if answer_in_seconds else found

    return tool


@right("15.when")
def nested():
    def tool(gigabytes, memory, rounds, answer_in_seconds, machines):
        if not answer_in_seconds:
            if gigabytes > memory:
                read = gigabytes * rounds
                return "cluster" if machines > 1 and read > 20 * memory else "one machine"
            return "loop"
        return "not batch"

    return tool


@wrong("15.when", "always_cluster")
def cluster_for_all():
    def tool(gigabytes, memory, rounds, answer_in_seconds, machines):
        return "cluster"

    return tool


@wrong("15.when", "cluster_or_not")
def memory_ignored():
    def tool(gigabytes, memory, rounds, answer_in_seconds, machines):
        if answer_in_seconds:
            return "not batch"
        if machines == 1 or gigabytes * rounds <= 20 * memory:
            return "one machine"
        return "cluster"

    return tool


@wrong("15.when", "seconds")
def seconds_ignored():
    def tool(gigabytes, memory, rounds, answer_in_seconds, machines):
        if gigabytes <= memory:
            return "loop"
        if machines == 1 or gigabytes * rounds <= 20 * memory:
            return "one machine"
        return "cluster"

    return tool


@wrong("15.when", "seconds_late")
def seconds_second():
    def tool(gigabytes, memory, rounds, answer_in_seconds, machines):
        if gigabytes <= memory:
            return "loop"
        if answer_in_seconds:
            return "not batch"
        if machines == 1 or gigabytes * rounds <= 20 * memory:
            return "one machine"
        return "cluster"

    return tool


@wrong("15.when", "rounds")
def rounds_ignored():
    def tool(gigabytes, memory, rounds, answer_in_seconds, machines):
        if answer_in_seconds:
            return "not batch"
        if gigabytes <= memory:
            return "loop"
        return "one machine" if machines == 1 or gigabytes <= 20 * memory else "cluster"

    return tool


@wrong("15.when", "machines")
def a_cluster_of_one():
    def tool(gigabytes, memory, rounds, answer_in_seconds, machines):
        if answer_in_seconds:
            return "not batch"
        if gigabytes <= memory:
            return "loop"
        return "one machine" if gigabytes * rounds <= 20 * memory else "cluster"

    return tool


@wrong("15.when", "memory_tie")
def full_memory_does_not_fit():
    def tool(gigabytes, memory, rounds, answer_in_seconds, machines):
        if answer_in_seconds:
            return "not batch"
        if gigabytes < memory:
            return "loop"
        if machines == 1 or gigabytes * rounds <= 20 * memory:
            return "one machine"
        return "cluster"

    return tool


@wrong("15.when", "reading_tie")
def just_twenty_is_too_much():
    def tool(gigabytes, memory, rounds, answer_in_seconds, machines):
        if answer_in_seconds:
            return "not batch"
        if gigabytes <= memory:
            return "loop"
        if machines == 1 or gigabytes * rounds < 20 * memory:
            return "one machine"
        return "cluster"

    return tool


@wrong("15.when", "rounds_in_memory")
def rounds_everywhere():
    def tool(gigabytes, memory, rounds, answer_in_seconds, machines):
        if answer_in_seconds:
            return "not batch"
        read = gigabytes * rounds
        if read <= memory:
            return "loop"
        return "one machine" if machines == 1 or read <= 20 * memory else "cluster"

    return tool


@wrong("15.when", "input_unused")
def other_words():
    def tool(gigabytes, memory, rounds, answer_in_seconds, machines):
        if answer_in_seconds:
            return "none"
        return "one thread" if gigabytes <= memory else "spark"

    return tool


# --------------------------------------------------------------------------------------- 15.bands


@right("15.bands")
def by_range():
    def bands(page):
        name, numbers = page
        for place in range(0, len(numbers), 2):
            yield (place, numbers[place : place + 2]), name

    return bands


@right("15.bands")
def numbered():
    def bands(page):
        name, numbers = page
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        return [((number, *pair), name) for number, pair in enumerate(pairs)]

    return bands


@right("15.bands")
def with_a_while():
    def bands(page):
        place = 0
        while place < len(page[1]):
            yield (place, page[1][place], page[1][place + 1]), page[0]
            place += 2

    return bands


@wrong("15.bands", "no_number")
def numbers_alone():
    def bands(page):
        name, numbers = page
        for place in range(0, len(numbers), 2):
            yield numbers[place : place + 2], name

    return bands


@wrong("15.bands", "number_alone")
def place_alone():
    def bands(page):
        name, numbers = page
        for place in range(0, len(numbers), 2):
            yield place, name

    return bands


@wrong("15.bands", "single")
def one_hash_for_each_key():
    def bands(page):
        name, numbers = page
        for place, number in enumerate(numbers):
            yield (place, number), name

    return bands


@wrong("15.bands", "whole")
def whole_signature():
    def bands(page):
        name, numbers = page
        if numbers:
            yield numbers, name

    return bands


@wrong("15.bands", "page_key")
def page_as_key():
    def bands(page):
        name, numbers = page
        for place in range(0, len(numbers), 2):
            yield (name, place, numbers[place : place + 2]), name

    return bands


@wrong("15.bands", "page_first")
def swapped():
    def bands(page):
        name, numbers = page
        for place in range(0, len(numbers), 2):
            yield name, (place, numbers[place : place + 2])

    return bands


@wrong("15.bands", "last")
def without_the_last():
    def bands(page):
        name, numbers = page
        for place in range(0, len(numbers) - 2, 2):
            yield (place, numbers[place : place + 2]), name

    return bands


@wrong("15.bands", "first")
def without_the_first():
    def bands(page):
        name, numbers = page
        for place in range(2, len(numbers), 2):
            yield (place, numbers[place : place + 2]), name

    return bands


@wrong("15.bands", "overlap")
def steps_of_one():
    def bands(page):
        name, numbers = page
        for place in range(len(numbers) - 1):
            yield (place, numbers[place : place + 2]), name

    return bands


@wrong("15.bands", "overlap_over")
def steps_of_one_to_the_end():
    def bands(page):
        name, numbers = page
        for place in range(len(numbers)):
            yield (place, numbers[place : place + 2]), name

    return bands


@wrong("15.bands", "sorted")
def sorted_numbers():
    def bands(page):
        name, numbers = page
        for place in range(0, len(numbers), 2):
            yield (place, tuple(sorted(numbers[place : place + 2]))), name

    return bands


@wrong("15.bands", "summed")
def sum_of_numbers():
    def bands(page):
        name, numbers = page
        for place in range(0, len(numbers), 2):
            yield (place, sum(numbers[place : place + 2])), name

    return bands


@wrong("15.bands", "halves")
def two_bands():
    def bands(page):
        name, numbers = page
        half = len(numbers) // 2
        if half:
            yield (0, numbers[:half]), name
            yield (1, numbers[half:]), name

    return bands


@wrong("15.bands", "short")
def always_four_bands():
    def bands(page):
        name, numbers = page
        for place in (0, 2, 4, 6):
            yield (place, numbers[place : place + 2]), name

    return bands


@wrong("15.bands", "unstable_hash")
def hash_of_the_band():
    def bands(page):
        name, numbers = page
        for place in range(0, len(numbers), 2):
            yield (place, hash(str(numbers[place : place + 2]))), name

    return bands


@wrong("15.bands", "key")
def a_list_in_the_key():
    def bands(page):
        name, numbers = page
        for place in range(0, len(numbers), 2):
            yield (place, list(numbers[place : place + 2])), name

    return bands


@wrong("15.bands", "not_deterministic")
def random_bands():
    def bands(page):
        import random

        name, numbers = page
        for place in range(0, len(numbers), 2):
            yield (place, random.sample(numbers, 2)[0]), name

    return bands


@wrong("15.bands", "pair")
def no_pairs():
    def bands(page):
        name, numbers = page
        for place in range(0, len(numbers), 2):
            yield place, numbers[place : place + 2], name

    return bands


NAMED = "The key has the same parts in another order: the same pages meet."
SURVIVORS: dict[tuple[str, str], str] = {
    ("by_range", "(place, numbers[place:place + 2]) -> (numbers[place:place + 2], place)"): NAMED,
    ("numbered", "(number, *pair) -> (*pair, number)"): NAMED,
}
