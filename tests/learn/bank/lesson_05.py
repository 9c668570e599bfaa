"""Known answers to the exercises of lesson 05."""

from bank import right, wrong

# --------------------------------------------------------------------------------------- 05.mean


@right("05.mean")
def sum_and_count():
    def reading(line):
        city, degrees = line.split(";")
        yield city, (float(degrees), 1)

    def add(item):
        city, parts = item
        total = count = 0
        for some, number in parts:
            total += some
            count += number
        return city, (total, count)

    def mean(item):
        city, (total, count) = add(item)
        return city, total / count

    return reading, add, mean


@wrong("05.mean", "raises")
def with_lists():
    def reading(line):
        city, degrees = line.split(";")
        return [(city, [int(degrees), 1])]

    def add(item):
        sums, counts = zip(*item[1], strict=True)
        return item[0], [sum(sums), sum(counts)]

    def mean(item):
        sums, counts = zip(*item[1], strict=True)
        return item[0], sum(sums) / sum(counts)

    return reading, add, mean


@right("05.mean")
def count_first():
    def reading(line):
        city, degrees = line.split(";")
        yield city, (1, float(degrees))

    def add(item):
        parts = list(item[1])
        return item[0], (sum(part[0] for part in parts), sum(part[1] for part in parts))

    def mean(item):
        _, (count, total) = add(item)
        return item[0], total / count

    return reading, add, mean


@wrong("05.mean", "combiner_times")
def mean_of_means():
    def reading(line):
        city, degrees = line.split(";")
        yield city, float(degrees)

    def mean(item):
        city, values = item
        values = list(values)
        return city, sum(values) / len(values)

    return reading, mean, mean


@wrong("05.mean", "combiner_type_map")
def pairs_from_the_combiner_only():
    def reading(line):
        city, degrees = line.split(";")
        yield city, float(degrees)

    def add(item):
        city, values = item
        values = list(values)
        return city, (sum(values), len(values))

    def mean(item):
        city, parts = item
        total = count = 0
        for part in parts:
            some, number = part if isinstance(part, tuple) else (part, 1)
            total += some
            count += number
        return city, total / count

    return reading, add, mean


@wrong("05.mean", "parts_divided")
def counts_parts():
    def reading(line):
        city, degrees = line.split(";")
        yield city, (float(degrees), 1)

    def add(item):
        city, parts = item
        return city, (sum(some for some, _ in parts), 1)

    def mean(item):
        city, parts = item
        total = count = 0
        for some, number in parts:
            total += some
            count += number
        return city, total / count

    return reading, add, mean


@wrong("05.mean", "parts_divided")
def divides_by_the_number_of_parts():
    def reading(line):
        city, degrees = line.split(";")
        yield city, (float(degrees), 1)

    def add(item):
        city, parts = item
        parts = list(parts)
        return city, (sum(some for some, _ in parts), sum(number for _, number in parts))

    def mean(item):
        city, parts = item
        parts = list(parts)
        return city, sum(some for some, _ in parts) / len(parts)

    return reading, add, mean


@wrong("05.mean", "read_twice")
def reads_twice():
    def reading(line):
        city, degrees = line.split(";")
        yield city, (float(degrees), 1)

    def add(item):
        city, parts = item
        return city, (sum(some for some, _ in parts), sum(number for _, number in parts))

    def mean(item):
        city, (total, count) = add(item)
        return city, total / max(count, 1)

    return reading, add, mean


def finished_by(last):
    def reading(line):
        city, degrees = line.split(";")
        yield city, (float(degrees), 1)

    def add(item):
        city, parts = item
        total = count = 0
        for some, number in parts:
            total += some
            count += number
        return city, (total, count)

    def mean(item):
        city, (total, count) = add(item)
        return last(city, total, count)

    return reading, add, mean


@wrong("05.mean", "sum")
def never_divides():
    return finished_by(lambda city, total, count: (city, total))


@wrong("05.mean", "count")
def gives_the_count():
    return finished_by(lambda city, total, count: (city, count))


@wrong("05.mean", "upside_down")
def divides_the_wrong_way():
    return finished_by(lambda city, total, count: (city, count / total if total else 0))


@wrong("05.mean", "name")
def splits_at_spaces_too():
    def parts(line):
        city, degrees = line.replace(";", " ").split()
        yield city, (float(degrees), 1)

    _, add, average = sum_and_count()
    return parts, add, average


@wrong("05.mean", "whole")
def whole_division():
    return finished_by(lambda city, total, count: (city, total // count))


@wrong("05.mean", "pair")
def stops_too_early():
    return finished_by(lambda city, total, count: (city, (total, count)))


@wrong("05.mean", "no_key")
def without_the_city():
    return finished_by(lambda city, total, count: total / count)


@wrong("05.mean", "alone")
def of_at_least_two():
    return finished_by(lambda city, total, count: (city, total / count if count > 1 else 0))


@wrong("05.mean", "zero")
def a_sum_of_zero_is_nothing():
    return finished_by(lambda city, total, count: (city, total / count if total else None))


@wrong("05.mean", "combiner_key")
def combiner_forgets_the_city():
    reading, add, mean = finished_by(lambda city, total, count: (city, total / count))

    def forgets(item):
        return "sum", add(item)[1]

    return reading, forgets, mean


@wrong("05.mean", "pair")
def combiner_without_key():
    reading, add, mean = finished_by(lambda city, total, count: (city, total / count))

    def alone(item):
        total, count = add(item)[1]
        return [total, count, 1]

    return reading, alone, mean


@wrong("05.mean", "untouched")
def combiner_not_written():
    def reading(line):
        city, degrees = line.split(";")
        yield city, (float(degrees), 1)

    def add(item): ...

    def mean(item): ...

    return reading, add, mean


# ------------------------------------------------------------------------------------- 05.budget


@right("05.budget")
def a_dictionary():
    def count(lines):
        seen = {}
        for line in lines:
            for word in line.split():
                seen[word] = seen.get(word, 0) + 1
        yield from seen.items()

    return count


@right("05.budget")
def a_counter():
    def count(lines):
        from collections import Counter

        seen = Counter()
        for line in lines:
            seen.update(line.split())
        return list(seen.items())

    return count


@right("05.budget")
def sorted_words():
    def count(lines):
        from itertools import groupby

        for word, same in groupby(sorted(" ".join(lines).split())):
            yield word, len(list(same))

    return count


@wrong("05.budget", "first_line")
def the_first_line_alone():
    def count_split(lines):
        words = lines[0].split()
        return [(word, words.count(word)) for word in set(words)]

    return count_split


@wrong("05.budget", "budget")
def one_for_each_word():
    def count(lines):
        for line in lines:
            for word in line.split():
                yield word, 1

    return count


@wrong("05.budget", "sent_each_round")
def one_dictionary_for_each_line():
    def count(lines):
        for line in lines:
            seen = {}
            for word in line.split():
                seen[word] = seen.get(word, 0) + 1
            yield from seen.items()

    return count


@wrong("05.budget", "ones")
def only_ones():
    def count(lines):
        yield from {word: 1 for line in lines for word in line.split()}.items()

    return count


@wrong("05.budget", "lines")
def once_for_each_line():
    def count(lines):
        seen = {}
        for line in lines:
            for word in set(line.split()):
                seen[word] = seen.get(word, 0) + 1
        yield from sorted(seen.items())

    return count


@wrong("05.budget", "last_line")
def dictionary_in_the_loop():
    def count(lines):
        for line in lines:
            seen = {}
            for word in line.split():
                seen[word] = seen.get(word, 0) + 1
        yield from seen.items()

    return count


@wrong("05.budget", "return_in_loop")
def returns_in_the_loop():
    def count(lines):
        seen = {}
        for line in lines:
            for word in line.split():
                seen[word] = seen.get(word, 0) + 1
            return list(seen.items())
        return []

    return count


@wrong("05.budget", "running")
def yields_in_the_loop():
    def count(lines):
        seen = {}
        for line in lines:
            for word in line.split():
                seen[word] = seen.get(word, 0) + 1
                yield word, seen[word]

    return count


@wrong("05.budget", "letters")
def forgets_to_split():
    def count(lines):
        seen = {}
        for line in lines:
            for word in line:
                seen[word] = seen.get(word, 0) + 1
        yield from seen.items()

    return count


@wrong("05.budget", "from_zero")
def starts_at_zero():
    def count(lines):
        seen = {}
        for line in lines:
            for word in line.split():
                seen[word] = seen[word] + 1 if word in seen else 0
        yield from seen.items()

    return count


@wrong("05.budget", "outside_written")
def a_dictionary_for_all_tasks():
    seen = {}

    def count(lines):
        for line in lines:
            for word in line.split():
                seen[word] = seen.get(word, 0) + 1
        return list(seen.items())

    return count


@wrong("05.budget", "nothing")
def only_counts():
    def count(lines):
        seen = {}
        for line in lines:
            for word in line.split():
                seen[word] = seen.get(word, 0) + 1

    return count


@wrong("05.budget", "pair")
def words_without_counts():
    def count(lines):
        seen = {}
        for line in lines:
            for word in line.split():
                seen[word] = seen.get(word, 0) + 1
        yield from seen

    return count


@wrong("05.budget", "blank")
def first_word_of_a_line():
    def count(lines):
        seen = {}
        for line in lines:
            for word in line.split() or [""]:
                seen[word] = seen.get(word, 0) + 1
        yield from seen.items()

    return count


@wrong("05.budget", "raises")
def takes_a_line():
    def count(line):
        seen = {}
        for word in line.split():
            seen[word] = seen.get(word, 0) + 1
        yield from seen.items()

    return count


# ------------------------------------------------------------------------------------- 05.buffer


@right("05.buffer")
def makes_room_first():
    def count(words):
        buffer = {}
        for word in words:
            if word not in buffer and len(buffer) == 3:
                yield from buffer.items()
                buffer = {}
            buffer[word] = buffer.get(word, 0) + 1
        yield from buffer.items()

    return count


@wrong("05.buffer", "early")
def sends_when_full():
    def count(words):
        buffer = {}
        for word in words:
            buffer[word] = buffer.get(word, 0) + 1
            if len(buffer) == 3:
                yield from buffer.items()
                buffer = {}
        yield from buffer.items()

    return count


@wrong("05.buffer", "late")
def sends_the_oldest():
    def count(words):
        buffer = {}
        for word in words:
            if word not in buffer and len(buffer) > 2:
                oldest = next(iter(buffer))
                yield oldest, buffer.pop(oldest)
            buffer[word] = buffer.get(word, 0) + 1
        for word in buffer:
            yield word, buffer[word]

    return count


@wrong("05.buffer", "early")
def one_word_at_a_time():
    def count(words):
        from itertools import groupby

        for word, same in groupby(words):
            yield word, sum(1 for _ in same)

    return count


@wrong("05.buffer", "room")
def no_limit():
    def count(words):
        buffer = {}
        for word in words:
            buffer[word] = buffer.get(word, 0) + 1
        yield from buffer.items()

    return count


@wrong("05.buffer", "room")
def one_too_many():
    def count(words):
        buffer = {}
        for word in words:
            if word not in buffer and len(buffer) > 3:
                yield from buffer.items()
                buffer = {}
            buffer[word] = buffer.get(word, 0) + 1
        yield from buffer.items()

    return count


@wrong("05.buffer", "room")
def a_list_in_the_end():
    def count(words):
        buffer, pairs = {}, []
        for word in words:
            if word not in buffer and len(buffer) == 3:
                pairs += buffer.items()
                buffer = {}
            buffer[word] = buffer.get(word, 0) + 1
        return pairs + list(buffer.items())

    return count


@wrong("05.buffer", "budget")
def no_buffer():
    def count(words):
        for word in words:
            yield word, 1

    return count


@wrong("05.buffer", "rest")
def forgets_the_rest():
    def count(words):
        buffer = {}
        for word in words:
            if word not in buffer and len(buffer) == 3:
                yield from buffer.items()
                buffer = {}
            buffer[word] = buffer.get(word, 0) + 1

    return count


@wrong("05.buffer", "not_emptied")
def never_empties():
    def count(words):
        buffer = {}
        for word in words:
            if word not in buffer and len(buffer) >= 3:
                yield from buffer.items()
            buffer[word] = buffer.get(word, 0) + 1
        yield from buffer.items()

    return count


@wrong("05.buffer", "lost")
def empties_and_forgets():
    def count(words):
        buffer = {}
        for word in words:
            if word not in buffer and len(buffer) == 3:
                buffer = {}
                yield from buffer.items()
            buffer[word] = buffer.get(word, 0) + 1
        yield from buffer.items()

    return count


@wrong("05.buffer", "full")
def refuses_newcomers():
    def count(words):
        buffer = {}
        for word in words:
            if word in buffer or len(buffer) < 3:
                buffer[word] = buffer.get(word, 0) + 1
        yield from buffer.items()

    return count


@wrong("05.buffer", "newcomer")
def loses_the_newcomer():
    def count(words):
        buffer = {}
        for word in words:
            if word not in buffer and len(buffer) == 3:
                yield from buffer.items()
                buffer = {}
            else:
                buffer[word] = buffer.get(word, 0) + 1
        yield from buffer.items()

    return count


@wrong("05.buffer", "split")
def only_when_it_was_full():
    def count(words):
        buffer, full = {}, False
        for word in words:
            if word not in buffer and len(buffer) == 3:
                yield from buffer.items()
                buffer, full = {}, True
            buffer[word] = buffer.get(word, 0) + 1
        if full:
            yield from buffer.items()

    return count
