"""Known answers to the exercises of lesson 03."""

import heapq

from bank import right, wrong

# --------------------------------------------------------------------------------------- 03.max


@right("03.max")
def built_in():
    def largest(item):
        key, values = item
        return key, max(values)

    return largest


@right("03.max")
def by_hand():
    def largest(item):
        key, values = item
        best = None
        for value in values:
            if best is None or value > best:
                best = value
        return key, best

    return largest


@right("03.max")
def sorted_list():
    def largest(item):
        return item[0], sorted(item[1])[-1]

    return largest


@right("03.max")
def from_the_first():
    def largest(item):
        key, values = item
        best = next(values)
        for value in values:
            best = max(best, value)
        return [key, best]

    return largest


@wrong("03.max", "value_order")
def the_first():
    def largest(item):
        key, values = item
        return key, next(values)

    return largest


@wrong("03.max", "value_order")
def the_last():
    def largest(item):
        key, values = item
        for value in values:
            best = value
        return key, best

    return largest


@wrong("03.max", "value_order")
def expects_sorted_values():
    def largest(item):
        key, values = item
        return key, list(values)[-1]

    return largest


@wrong("03.max", "smallest")
def minimum():
    def largest(item):
        key, values = item
        return key, min(values)

    return largest


@wrong("03.max", "sum")
def adds_up():
    def largest(item):
        key, values = item
        return key, sum(values)

    return largest


@wrong("03.max", "swapped")
def key_last():
    def largest(item):
        key, values = item
        return max(values), key

    return largest


@wrong("03.max", "count")
def how_many():
    def largest(item):
        key, values = item
        count = 0
        for _ in values:
            count += 1
        return key, count

    return largest


@wrong("03.max", "absolute")
def without_the_sign():
    def largest(item):
        key, values = item
        return key, sorted(values, key=lambda value: abs(value))[-1]

    return largest


@wrong("03.max", "alone")
def needs_two_values():
    def largest(item):
        key, values = item
        values = sorted(values)
        return key, values[-1] if len(values) > 1 else 0

    return largest


@wrong("03.max", "no_key")
def value_alone():
    def largest(item):
        _, values = item
        return max(values)

    return largest


@wrong("03.max", "list")
def all_of_them():
    def largest(item):
        key, values = item
        return key, sorted(values, reverse=True)

    return largest


@wrong("03.max", "below_zero")
def starts_at_zero():
    def largest(item):
        key, values = item
        best = 0
        for value in values:
            if value > best:
                best = value
        return key, best

    return largest


@wrong("03.max", "outside_written")
def best_so_far():
    best = -100

    def largest(item):
        nonlocal best
        key, values = item
        best = max(best, *values, -100)
        return key, best

    return largest


@wrong("03.max", "read_twice")
def reads_twice():
    def largest(item):
        key, values = item
        count = sum(1 for _ in values)
        return key, max(values, default=0) if count > 1 else 0

    return largest


@wrong("03.max", "prints_only")
def prints_only():
    def largest(item):
        key, values = item
        print(key, max(values))

    return largest


@wrong("03.max", "value")
def yields():
    def largest(item):
        key, values = item
        yield key, max(values)

    return largest


@wrong("03.max", "signature")
def two_arguments():
    def largest(key, values):
        return key, max(values)

    return largest


@wrong("03.max", "stream")
def takes_the_length():
    def largest(item):
        key, values = item
        return (key, values[0]) if len(values) == 1 else (key, max(values))

    return largest


# ----------------------------------------------------------------------------------- 03.average


@right("03.average")
def sum_and_count():
    def average(item):
        key, values = item
        total = count = 0
        for value in values:
            total += value
            count += 1
        return key, total / count

    return average


@right("03.average")
def with_a_list():
    def average(item):
        key, values = item
        values = list(values)
        return key, sum(values) / len(values)

    return average


@right("03.average")
def standard_library():
    import statistics

    def average(item):
        key, values = item
        return key, statistics.mean(values)

    return average


@right("03.average")
def running_but_right():
    def average(item):
        key, values = item
        mean = 0.0
        for count, value in enumerate(values, 1):
            mean += (value - mean) / count
        return key, mean

    return average


@wrong("03.average", "untouched")
def as_it_was():
    from mrkit.lessons.lesson_03 import running_average

    return running_average


@wrong("03.average", "value_order")
def still_running():
    def average(item):
        key, values = item
        mean = 0
        for value in values:
            mean = (mean + value) / 2
        return key, mean

    return average


@wrong("03.average", "value_order")
def first_and_last():
    def average(item):
        key, values = item
        values = list(values)
        return key, (values[0] + values[-1]) / 2

    return average


@wrong("03.average", "read_twice")
def sum_then_count():
    def average(item):
        key, values = item
        return key, sum(values) / max(1, sum(1 for _ in values))

    return average


@wrong("03.average", "stream")
def length_of_a_stream():
    def average(item):
        key, values = item
        return key, sum(values) / len(values)

    return average


@wrong("03.average", "whole")
def whole_division():
    def average(item):
        key, values = item
        values = list(values)
        return key, sum(values) // len(values)

    return average


@wrong("03.average", "rounded")
def rounds():
    def average(item):
        key, values = item
        values = list(values)
        return key, round(sum(values) / len(values))

    return average


@wrong("03.average", "middle")
def midrange():
    def average(item):
        key, values = item
        values = sorted(values)
        return key, (values[0] + values[-1]) / 2

    return average


@wrong("03.average", "sum")
def forgot_to_divide():
    def average(item):
        key, values = item
        return key, sum(values)

    return average


@wrong("03.average", "off_by_one")
def counts_from_one():
    def average(item):
        key, values = item
        total, count = 0, 1
        for value in values:
            total += value
            count += 1
        return key, total / count

    return average


@wrong("03.average", "alone")
def of_at_least_two():
    def average(item):
        key, values = item
        values = list(values)
        return key, sum(values) / len(values) if len(values) > 1 else 0

    return average


@wrong("03.average", "two")
def halves_the_sum():
    def average(item):
        key, values = item
        return key, sum(values) / 2

    return average


@wrong("03.average", "no_key")
def average_alone():
    def average(item):
        values = list(item[1])
        return sum(values) / len(values)

    return average


@wrong("03.average", "distinct")
def set_of_values():
    def average(item):
        key, values = item
        values = set(values)
        return key, sum(values) / len(values)

    return average


@wrong("03.average", "outside_written")
def one_sum_for_all():
    total = count = 0

    def average(item):
        nonlocal total, count
        key, values = item
        for value in values:
            total += value
            count += 1
        return key, total / count

    return average


# ------------------------------------------------------------------------------------ 03.breaks


@right("03.breaks")
def three_numbers():
    return [1, 2, 6]


@right("03.breaks")
def a_tuple():
    return (0, 0, 1)


@right("03.breaks")
def many():
    return list(range(20))


@wrong("03.breaks", "agree")
def two_numbers():
    return [2, 4]


@wrong("03.breaks", "agree")
def one_number():
    return [5]


@wrong("03.breaks", "agree")
def all_equal():
    return [3, 3, 3]


@wrong("03.breaks", "agree")
def a_palindrome():
    return [1, 5, 1]


@wrong("03.breaks", "bad_input")
def a_number():
    return 7


@wrong("03.breaks", "bad_input")
def no_numbers():
    return []


@wrong("03.breaks", "bad_input")
def texts():
    return ["a", "b", "c"]


@wrong("03.breaks", "untouched")
def dots():
    return ...


# --------------------------------------------------------------------------------------- 03.top


@right("03.top")
def sorts_a_set():
    def top(item):
        key, values = item
        return key, sorted(set(values), reverse=True)[:3]

    return top


@right("03.top")
def with_a_heap():
    def top(item):
        key, values = item
        return key, heapq.nlargest(3, set(values))

    return top


@right("03.top")
def keeps_three_on_the_way():
    def top(item):
        key, values = item
        best = []
        for value in values:
            if value not in best:
                best = sorted([*best, value], reverse=True)[:3]
        return key, best

    return top


@wrong("03.top", "repeats")
def heap_without_a_set():
    def top(item):
        key, values = item
        return key, heapq.nlargest(3, values)

    return top


@wrong("03.top", "repeats_late")
def set_after_the_heap():
    def top(item):
        key, values = item
        return key, sorted(set(heapq.nlargest(3, values)), reverse=True)

    return top


@wrong("03.top", "smallest")
def sorts_upward_first():
    def top(item):
        key, values = item
        return key, sorted(set(values))[:3]

    return top


@wrong("03.top", "upward")
def takes_the_last_three():
    def top(item):
        key, values = item
        return key, sorted(set(values))[-3:]

    return top


@wrong("03.top", "all")
def forgets_the_slice():
    def top(item):
        key, values = item
        return key, sorted(set(values), reverse=True)

    return top


@wrong("03.top", "two")
def slices_too_short():
    def top(item):
        key, values = item
        return key, sorted(set(values), reverse=True)[:2]

    return top


@wrong("03.top", "no_key")
def three_without_key():
    def top(item):
        _, values = item
        return sorted(set(values), reverse=True)[:3]

    return top


@wrong("03.top", "few")
def needs_three():
    def top(item):
        key, values = item
        best = sorted(set(values), reverse=True)
        return key, best[:3] if len(best) >= 3 else []

    return top


@wrong("03.top", "below_zero")
def starts_with_three_zeros():
    def top(item):
        key, values = item
        best = [0, 0, 0]
        for value in values:
            if value not in best:
                best = sorted([*best, value], reverse=True)[:3]
        return key, best

    return top


@wrong("03.top", "stream")
def slices_the_stream():
    def top(item):
        key, values = item
        return key, sorted(values[:3])

    return top


@wrong("03.top", "untouched")
def no_top_yet():
    def top(item): ...

    return top


SURVIVORS = {
    ("keeps_three_on_the_way", "[*best, value] -> [value, *best]"): "The list is sorted at once.",
    ("by_hand", "value > best -> value >= best"): "Among equal values it does not matter which is kept.",
    ("running_but_right", "0.0 -> 1.0"): "The first value replaces the start wholly: (value - mean) / 1 is added.",
}
