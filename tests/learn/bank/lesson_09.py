"""Known answers to the exercises of lesson 09."""

import re
from collections import Counter
from itertools import groupby, pairwise

from bank import right, wrong

# --------------------------------------------------------------------------------------- 09.home


@right("09.home")
def a_stable_hash():
    def home(key, num_partitions):
        from mrkit import stable_hash

        return stable_hash(key[0]) % num_partitions

    return home


@right("09.home")
def the_usual_partitioner():
    def home(key, num_partitions):
        from mrkit import hash_partitioner

        shop, _ = key
        return hash_partitioner(shop, num_partitions)

    return home


@right("09.home")
def the_number_of_the_shop():
    def home(key, num_partitions):
        shop, _ = key
        return int(shop.split()[1]) % num_partitions

    return home


@wrong("09.home", "placement")
def hash_of_the_whole_key():
    def home(key, num_partitions):
        from mrkit import stable_hash

        return stable_hash(key) % num_partitions

    return home


@wrong("09.home", "placement")
def the_day():
    def home(key, num_partitions):
        return key[1] % num_partitions

    return home


@wrong("09.home", "placement")
def hash_of_shop_and_day():
    def home(key, num_partitions):
        from mrkit import stable_hash

        shop, day = key
        return (stable_hash(shop) + day) % num_partitions

    return home


@wrong("09.home", "unstable_hash")
def the_built_in_hash():
    def home(key, num_partitions):
        return hash(key[0]) % num_partitions

    return home


@wrong("09.home", "input_unused")
def all_at_home():
    def home(key, num_partitions):
        return 0

    return home


@wrong("09.home", "load")
def by_the_length_of_the_name():
    def home(key, num_partitions):
        return len(key[0]) % num_partitions

    return home


@wrong("09.home", "load")
def by_the_first_letter():
    def home(key, num_partitions):
        return ord(key[0][0]) % num_partitions

    return home


@wrong("09.home", "input_unused")
def without_the_remainder():
    def home(key, num_partitions):
        return int(key[0].split()[1])

    return home


@wrong("09.home", "partition_number")
def one_too_large():
    def home(key, num_partitions):
        from mrkit import stable_hash

        return stable_hash(key[0]) % num_partitions + 1

    return home


@wrong("09.home", "no_number")
def the_name_itself():
    def home(key, num_partitions):
        shop, _ = key
        return shop

    return home


@wrong("09.home", "nothing")
def forgets_to_return():
    def home(key, num_partitions):
        from mrkit import stable_hash

        stable_hash(key[0]) % num_partitions

    return home


# -------------------------------------------------------------------------------------- 09.pause


def by_day(sale):
    shop, day, cents = sale
    yield (shop, day), cents


@right("09.pause")
def the_last_day():
    def by_day(sale):
        shop, day, cents = sale
        yield (shop, day), cents

    def pause(item):
        shop, sales = item
        last, longest = None, 0
        for (_, day), _ in sales:
            if last is not None:
                longest = max(longest, day - last)
            last = day
        yield shop, longest

    return by_day, pause


@right("09.pause")
def the_first_apart():
    def by_day(sale):
        return [((sale[0], sale[1]), 1)]

    def pause(item):
        shop, sales = item
        (_, last), _ = next(sales)
        longest = 0
        for key, _ in sales:
            if key[1] - last > longest:
                longest = key[1] - last
            last = key[1]
        yield (shop, longest)

    return by_day, pause


@right("09.pause")
def pair_by_pair():
    def by_day(sale):
        yield sale, None

    def pause(item):
        shop, sales = item
        days = (key[1] for key, _ in sales)
        yield shop, max((after - before for before, after in pairwise(days)), default=0)

    return by_day, pause


def paused(keep, start=None, longest=0, mapped=by_day):
    """An answer that goes through the days once: `keep(longest, day, last)` is the next longest."""

    def pause(item):
        shop, sales = item
        last, most = start, longest
        for (_, day), _ in sales:
            if last is not None:
                most = keep(most, day, last)
            last = day
        yield shop, most

    return mapped, pause


@wrong("09.pause", "unordered")
def the_shop_alone():
    def by_shop(sale):
        shop, day, _ = sale
        yield shop, day

    def pause(item):
        shop, sales = item
        last, longest = None, 0
        for _, day in sales:
            if last is not None:
                longest = max(longest, day - last)
            last = day
        yield shop, longest

    return by_shop, pause


@wrong("09.pause", "unordered")
def the_day_in_the_value():
    def by_shop(sale):
        shop, day, cents = sale
        yield (shop,), (day, cents)

    def pause(item):
        shop, sales = item
        last, longest = None, 0
        for _, (day, _) in sales:
            if last is not None:
                longest = max(longest, day - last)
            last = day
        yield shop, longest

    return by_shop, pause


@wrong("09.pause", "turned")
def the_day_first():
    def by_day(sale):
        shop, day, cents = sale
        yield (day, shop), cents

    def pause(item):
        shop, sales = item
        last, longest = None, 0
        for (day, _), _ in sales:
            if last is not None:
                longest = max(longest, day - last)
            last = day
        yield shop, longest

    return by_day, pause


@wrong("09.pause", "text")
def the_day_as_text():
    def by_day(sale):
        shop, day, cents = sale
        yield (shop, str(day)), cents

    def pause(item):
        shop, sales = item
        last, longest = None, 0
        for (_, day), _ in sales:
            if last is not None:
                longest = max(longest, int(day) - last)
            last = int(day)
        yield shop, longest

    return by_day, pause


@wrong("09.pause", "buffered")
def sorts_the_stream():
    def pause(item):
        shop, sales = item
        last, longest = None, 0
        for (_, day), _ in sorted(sales):
            if last is not None:
                longest = max(longest, day - last)
            last = day
        yield shop, longest

    return by_day, pause


@wrong("09.pause", "buffered")
def lists_the_days():
    def pause(item):
        shop, sales = item
        days = [day for (_, day), _ in sales]
        longest = 0
        for i in range(1, len(days)):
            longest = max(longest, days[i] - days[i - 1])
        yield shop, longest

    return by_day, pause


@wrong("09.pause", "buffered")
def lists_the_pauses():
    def pause(item):
        shop, sales = item
        last, pauses = None, [0]
        for (_, day), _ in sales:
            if last is not None:
                pauses.append(day - last)
            last = day
        yield shop, max(pauses)

    return by_day, pause


@wrong("09.pause", "unordered")
def sorts_days_from_the_value():
    def by_shop(sale):
        shop, day, _ = sale
        yield (shop,), day

    def pause(item):
        shop, sales = item
        days = sorted(day for _, day in sales)
        yield shop, max((after - before for before, after in pairwise(days)), default=0)

    return by_shop, pause


@wrong("09.pause", "outside_written")
def last_day_outside():
    last = None

    def pause(item):
        nonlocal last
        shop, sales = item
        longest = 0
        for (_, day), _ in sales:
            if last is not None:
                longest = max(longest, day - last)
            last = day
        yield shop, longest

    return by_day, pause


@wrong("09.pause", "sum")
def adds_them_up():
    return paused(lambda most, day, last: most + day - last)


@wrong("09.pause", "last")
def only_the_last():
    return paused(lambda most, day, last: day - last)


@wrong("09.pause", "shortest")
def the_smallest():
    def pause(item):
        shop, sales = item
        last, shortest = None, None
        for (_, day), _ in sales:
            if last is not None:
                shortest = day - last if shortest is None else min(shortest, day - last)
            last = day
        yield shop, shortest or 0

    return by_day, pause


@wrong("09.pause", "start")
def from_the_start_of_the_year():
    return paused(lambda most, day, last: max(most, day - last), start=0)


@wrong("09.pause", "between")
def days_between():
    return paused(lambda most, day, last: max(most, day - last - 1))


@wrong("09.pause", "count")
def counts_sales():
    def pause(item):
        shop, sales = item
        yield shop, sum(1 for sale in sales)

    return by_day, pause


@wrong("09.pause", "every")
def each_pause():
    def pause(item):
        shop, sales = item
        last = None
        for (_, day), _ in sales:
            if last is not None:
                yield shop, day - last
            last = day

    return by_day, pause


@wrong("09.pause", "growing")
def yields_in_the_loop():
    def pause(item):
        shop, sales = item
        last, longest = None, 0
        for (_, day), _ in sales:
            if last is not None:
                longest = max(longest, day - last)
            last = day
            yield shop, longest

    return by_day, pause


@wrong("09.pause", "no_shop")
def without_the_shop():
    def pause(item):
        _, sales = item
        last, longest = None, 0
        for (_, day), _ in sales:
            if last is not None:
                longest = max(longest, day - last)
            last = day
        yield longest

    return by_day, pause


@wrong("09.pause", "single")
def nothing_without_a_pause():
    def pause(item):
        shop, sales = item
        last, longest = None, 0
        for (_, day), _ in sales:
            if last is not None:
                longest = max(longest, day - last)
            last = day
        if longest:
            yield shop, longest

    return by_day, pause


@wrong("09.pause", "nothing")
def returns():
    def pause(item):
        shop, sales = item
        last, longest = None, 0
        for (_, day), _ in sales:
            if last is not None:
                longest = max(longest, day - last)
            last = day
        return shop, longest

    return by_day, pause


@wrong("09.pause", "raises")
def takes_it_for_values():
    def pause(item):
        shop, sales = item
        last, longest = None, 0
        for day, _ in sales:
            if last is not None:
                longest = max(longest, day - last)
            last = day
        yield shop, longest

    return by_day, pause


@wrong("09.pause", "stream")
def asks_for_its_length():
    def pause(item):
        shop, sales = item
        longest = 0
        for i in range(1, len(sales)):
            longest = max(longest, sales[i][0][1] - sales[i - 1][0][1])
        yield shop, longest

    return by_day, pause


@wrong("09.pause", "read_twice")
def reads_twice():
    def pause(item):
        shop, sales = item
        count = sum(1 for sale in sales)
        last, longest = None, 0
        for (_, day), _ in sales:
            if last is not None and count > 1:
                longest = max(longest, day - last)
            last = day
        yield shop, longest

    return by_day, pause


# -------------------------------------------------------------------------------------- 09.order


@right("09.order")
def as_letters():
    return "fceadb"


@right("09.order")
def with_blanks():
    return "f c e a d b"


@right("09.order")
def as_a_list():
    return ["f", "c", "e", "a", "d", "b"]


@wrong("09.order", "star_last")
def star_after_the_words():
    return "feacdb"


@wrong("09.order", "second")
def by_the_second_part():
    return "cdbeaf"


@wrong("09.order", "stars_first")
def all_stars_first():
    return "cdbfea"


@wrong("09.order", "stars_end")
def all_stars_at_the_end():
    return "feacbd"


@wrong("09.order", "length")
def by_length():
    return "fceabd"


@wrong("09.order", "longer_first")
def longer_words_first():
    return "fdbcea"


@wrong("09.order", "backwards")
def from_the_end():
    return "bdaecf"


@wrong("09.order", "missing")
def five_letters():
    return "fceab"


@wrong("09.order", "missing")
def a_number():
    return -1


@right("09.order")
def as_keys():
    return [("ma", "zoo"), ("map", "*"), ("map", "function"), ("map", "task"), ("mapping", "*"), ("maps", "*")]


@wrong("09.order", "wrong")
def inside_map_turned_round():
    return "fcaedb"


# -------------------------------------------------------------------------------------- 09.share


def words_of(text):
    return re.findall("[a-z]+", text.lower())


def runs(pairs):
    for key, same in groupby(pairs, key=lambda pair: pair[0]):
        yield key, sum(value for _, value in same)


def with_stars(line):
    for word, other in pairwise(words_of(line)):
        yield (word, other), 1
        yield (word, "*"), 1


def in_shares(item):
    word, counts = item
    for (_, other), count in runs(counts):
        if other == "*":
            total = count
        else:
            yield word, other, count / total


@right("09.share")
def with_runs():
    def followers(line):
        for word, other in pairwise(words_of(line)):
            yield (word, other), 1
            yield (word, "*"), 1

    def shares(item):
        word, counts = item
        for (_, other), count in runs(counts):
            if other == "*":
                total = count
            else:
                yield word, other, count / total

    return followers, shares


@right("09.share")
def by_places():
    def followers(line):
        words = words_of(line)
        found = []
        for i in range(len(words) - 1):
            found.append(((words[i], "*"), 1))
            found.append(((words[i], words[i + 1]), 1))
        return found

    def shares(item):
        word, counts = item
        total = 0
        for key, count in runs(counts):
            if key == (word, "*"):
                total = count
            else:
                yield word, key[1], count / total

    return followers, shares


@right("09.share")
def without_runs():
    def followers(line):
        for word, other in pairwise(words_of(line)):
            yield (word, ""), 1
            yield (word, other), 1

    def shares(item):
        word, counts = item
        total, now, seen = 0, None, 0
        for (_, other), count in counts:
            if other == "":
                total += count
            elif other == now:
                seen += count
            else:
                if now:
                    yield word, now, seen / total
                now, seen = other, count
        if now:
            yield word, now, seen / total

    return followers, shares


def starred(map_func=with_stars, reduce_func=in_shares):
    return map_func, reduce_func


@wrong("09.share", "buffered")
def a_dictionary_and_no_star():
    def followers(line):
        for pair in pairwise(words_of(line)):
            yield pair, 1

    def shares(item):
        word, counts = item
        found = Counter()
        for (_, other), count in counts:
            found[other] += count
        total = sum(found.values())
        for other, count in found.items():
            yield word, other, count / total

    return followers, shares


@wrong("09.share", "buffered")
def a_star_that_is_not_used():
    def shares(item):
        word, counts = item
        found = list(runs(counts))
        total = sum(count for (_, other), count in found if other == "*")
        for (_, other), count in found:
            if other != "*":
                yield word, other, count / total

    return starred(reduce_func=shares)


@wrong("09.share", "unset")
def no_star():
    def followers(line):
        for pair in pairwise(words_of(line)):
            yield pair, 1

    return starred(followers)


@wrong("09.share", "unset")
def a_sign_that_sorts_last():
    def followers(line):
        for word, other in pairwise(words_of(line)):
            yield (word, other), 1
            yield (word, "~"), 1

    def shares(item):
        word, counts = item
        for (_, other), count in runs(counts):
            if other == "~":
                total = count
            else:
                yield word, other, count / total

    return followers, shares


@wrong("09.share", "line_star")
def a_star_for_each_line():
    def followers(line):
        words = words_of(line)
        for word, other in pairwise(words):
            yield (word, other), 1
        for word in set(words[:-1]):
            yield (word, "*"), 1

    return starred(followers)


@wrong("09.share", "ends")
def a_star_for_each_word():
    def followers(line):
        words = words_of(line)
        for word, other in pairwise(words):
            yield (word, other), 1
        for word in words:
            yield (word, "*"), 1

    return starred(followers)


@wrong("09.share", "second_star")
def star_under_the_second():
    def followers(line):
        for word, other in pairwise(words_of(line)):
            yield (word, other), 1
            yield (other, "*"), 1

    return starred(followers)


@wrong("09.share", "star_counted")
def a_share_for_the_star():
    def shares(item):
        word, counts = item
        for (_, other), count in runs(counts):
            if other == "*":
                total = count
            yield word, other, count / total

    return starred(reduce_func=shares)


def divided(give):
    def shares(item):
        word, counts = item
        for (_, other), count in runs(counts):
            if other == "*":
                total = count
            else:
                yield give(word, other, count, total)

    return starred(reduce_func=shares)


@wrong("09.share", "counts")
def only_counts():
    return divided(lambda word, other, count, total: (word, other, count))


@wrong("09.share", "whole")
def whole_division():
    return divided(lambda word, other, count, total: (word, other, count // total))


@wrong("09.share", "upside_down")
def divides_the_wrong_way():
    return divided(lambda word, other, count, total: (word, other, total / count))


@wrong("09.share", "percent")
def in_per_cent():
    return divided(lambda word, other, count, total: (word, other, 100 * count / total))


@wrong("09.share", "no_word")
def without_the_word():
    return divided(lambda word, other, count, total: (other, count / total))


@wrong("09.share", "pair")
def a_pair_in_a_pair():
    return divided(lambda word, other, count, total: ((word, other), count / total))


@wrong("09.share", "so_far")
def of_what_came_so_far():
    def followers(line):
        for pair in pairwise(words_of(line)):
            yield pair, 1

    def shares(item):
        word, counts = item
        seen = 0
        for (_, other), count in runs(counts):
            seen += count
            yield word, other, count / seen

    return followers, shares


@wrong("09.share", "before")
def the_word_before():
    def followers(line):
        for before, word in pairwise(words_of(line)):
            yield (word, before), 1
            yield (word, "*"), 1

    return starred(followers)


@wrong("09.share", "outside_written")
def total_not_taken_anew():
    total = 0

    def shares(item):
        nonlocal total
        word, counts = item
        for (_, other), count in runs(counts):
            if other == "*":
                total += count
            else:
                yield word, other, count / total

    return starred(reduce_func=shares)


@wrong("09.share", "combiner_times")
def counts_values():
    def shares(item):
        word, counts = item
        for (_, other), same in groupby(counts, key=lambda pair: pair[0]):
            count = sum(1 for _ in same)
            if other == "*":
                total = count
            else:
                yield word, other, count / total

    return starred(reduce_func=shares)


@wrong("09.share", "end")
def a_result_for_words_at_the_end():
    def followers(line):
        words = words_of(line)
        for word, other in pairwise(words):
            yield (word, other), 1
            yield (word, "*"), 1
        for word in words[-1:]:
            yield (word, "*"), 0

    def shares(item):
        word, counts = item
        for (_, other), count in runs(counts):
            if other == "*":
                total = count
                if total == 0:
                    yield word, "", 0
            else:
                yield word, other, count / total

    return followers, shares


@wrong("09.share", "raises")
def the_follower_in_the_value():
    def followers(line):
        for word, other in pairwise(words_of(line)):
            yield (word, "*"), (other, 1)

    def shares(item):
        word, counts = item
        seen = 0
        for _, (other, one) in counts:
            seen += one
            yield word, other, one / seen

    return followers, shares


@wrong("09.share", "nothing")
def returns_in_place_of_yield():
    def shares(item):
        word, counts = item
        found = []
        for (_, other), count in runs(counts):
            if other == "*":
                total = count
            else:
                found.append((word, other, count / total))
        return found

    return starred(reduce_func=shares)


NEVER_READ = "The star comes first, so the total is set before it is used."
SURVIVORS: dict[tuple[str, str], str] = {
    ("the_first_apart", "key[1] - last > longest -> key[1] - last >= longest"): "An equal one is as long.",
    ("the_first_apart", "1 -> 2"): "The value is not used: the day is in the key.",
    ("by_places", "total = 0 -> pass"): NEVER_READ,
    ("by_places", "0 -> 1"): NEVER_READ,
    ("without_runs", "0 -> 1"): "What was seen is set anew for each word that follows.",
}
