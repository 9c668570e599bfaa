"""Known answers to the exercises of lesson 08."""

import re
from collections import Counter, defaultdict

from bank import right, wrong


def words_of(text):
    return re.findall("[a-z]+", text.lower())


# -------------------------------------------------------------------------------------- 08.query


@right("08.query")
def two_fingers():
    def both(one, other):
        i = j = 0
        names = []
        while i < len(one) and j < len(other):
            if one[i] == other[j]:
                names.append(one[i])
                i, j = i + 1, j + 1
            elif one[i] < other[j]:
                i += 1
            else:
                j += 1
        return names

    return both


@right("08.query")
def a_finger_in_a_loop():
    def both(one, other):
        names, j = [], 0
        for name in one:
            while j < len(other) and other[j] < name:
                j += 1
            if j < len(other) and other[j] == name:
                names.append(name)
        return names

    return both


@right("08.query")
def with_sets():
    def both(one, other):
        return sorted(set(one) & set(other))

    return both


@right("08.query")
def with_next():
    def both(one, other):
        ours, theirs = iter(one), iter(other)
        a, b = next(ours, None), next(theirs, None)
        names = []
        while a is not None and b is not None:
            if a == b:
                names.append(a)
                a, b = next(ours, None), next(theirs, None)
            elif a < b:
                a = next(ours, None)
            else:
                b = next(theirs, None)
        return names

    return both


@wrong("08.query", "probe")
def searches_anew():
    def both(one, other):
        return [name for name in one if name in other]

    return both


@wrong("08.query", "probe")
def two_loops():
    def both(one, other):
        names = []
        for a in one:
            for b in other:
                if a == b:
                    names.append(a)
        return names

    return both


@wrong("08.query", "union")
def either():
    def both(one, other):
        return sorted(set(one + other))

    return both


@wrong("08.query", "either_twice")
def together():
    def both(one, other):
        return [*one, *other]

    return both


@wrong("08.query", "both_move")
def side_by_side():
    def both(one, other):
        return [a for a, b in zip(one, other, strict=False) if a == b]

    return both


@wrong("08.query", "both_move")
def both_fingers_move():
    def both(one, other):
        names, i, j = [], 0, 0
        while i < len(one) and j < len(other):
            if one[i] == other[j]:
                names.append(one[i])
            i += 1
            j += 1
        return names

    return both


@wrong("08.query", "stops")
def the_wrong_finger():
    def both(one, other):
        i = j = 0
        names = []
        while i < len(one) and j < len(other):
            if one[i] == other[j]:
                names.append(one[i])
                i, j = i + 1, j + 1
            elif one[i] > other[j]:
                i += 1
            else:
                j += 1
        return names

    return both


@wrong("08.query", "stops")
def stops_at_a_difference():
    def both(one, other):
        i, names = 0, []
        while i < min(len(one), len(other)) and one[i] == other[i]:
            names.append(one[i])
            i += 1
        return names

    return both


@wrong("08.query", "first_match")
def returns_too_early():
    def both(one, other):
        i = j = 0
        while i < len(one) and j < len(other):
            if one[i] == other[j]:
                return [one[i]]
            if one[i] < other[j]:
                i += 1
            else:
                j += 1
        return []

    return both


@wrong("08.query", "last")
def one_too_few():
    def both(one, other):
        i = j = 0
        names = []
        while i < len(one) - 1 and j < len(other) - 1:
            if one[i] == other[j]:
                names.append(one[i])
                i, j = i + 1, j + 1
            elif one[i] < other[j]:
                i += 1
            else:
                j += 1
        return names

    return both


@wrong("08.query", "twice")
def keeps_both():
    def both(one, other):
        i = j = 0
        names = []
        while i < len(one) and j < len(other):
            if one[i] == other[j]:
                names += [one[i], other[j]]
                i, j = i + 1, j + 1
            elif one[i] < other[j]:
                i += 1
            else:
                j += 1
        return names

    return both


@wrong("08.query", "places")
def gives_places():
    def both(one, other):
        return [one.index(name) for name in one if name in other]

    return both


@wrong("08.query", "set")
def a_set():
    def both(one, other):
        return set(one).intersection(other)

    return both


@wrong("08.query", "only_one")
def the_others():
    def both(one, other):
        return [name for name in one if name not in other]

    return both


@wrong("08.query", "empty")
def a_word_on_no_page_does_not_count():
    def both(one, other):
        if not one or not other:
            return one or other
        return sorted(set(one) & set(other))

    return both


@wrong("08.query", "raises")
def runs_over_the_end():
    def both(one, other):
        i = j = 0
        names = []
        while i < len(one) or j < len(other):
            if one[i] == other[j]:
                names.append(one[i])
                i, j = i + 1, j + 1
            elif one[i] < other[j]:
                i += 1
            else:
                j += 1
        return names

    return both


@wrong("08.query", "endless")
def stays_at_a_match():
    def both(one, other):
        i = j = 0
        names = set()
        while i < len(one) and j < len(other):
            if one[i] == other[j]:
                names.add(one[i])
            elif one[i] < other[j]:
                i += 1
            else:
                j += 1
        return sorted(names)

    return both


@wrong("08.query", "input_changed")
def takes_names_away():
    def both(one, other):
        names = []
        while one and other:
            if one[0] == other[0]:
                names.append(one.pop(0))
            elif one[0] < other[0]:
                one.pop(0)
            else:
                other.pop(0)
        return names

    return both


# -------------------------------------------------------------------------------------- 08.index


@right("08.index")
def counted_in_map():
    def times(page):
        name, text = page
        for word, count in Counter(words_of(text)).items():
            yield word, (name, count)

    def listed(item):
        word, pages = item
        return word, sorted(pages)

    return times, listed


@right("08.index")
def counted_in_reduce():
    def each(page):
        name, text = page
        for word in words_of(text):
            yield word, name

    def listed(item):
        word, names = item
        return word, sorted(Counter(names).items())

    return each, listed


@right("08.index")
def with_a_dictionary():
    def times(page):
        counts = {}
        for word in words_of(page[1]):
            counts[word] = counts.get(word, 0) + 1
        return [(word, (page[0], number)) for word, number in counts.items()]

    def listed(item):
        pages = list(item[1])
        pages.sort()
        return item[0], pages

    return times, listed


def index_of(reduced, mapped=None):
    """An answer whose reduce function makes this of the pages."""

    def times(page):
        name, text = page
        for word, count in Counter(words_of(text)).items():
            yield word, (name, count)

    def listed(item):
        word, pages = item
        return reduced(word, pages)

    return mapped or times, listed


@wrong("08.index", "page_key")
def page_is_the_key():
    def times(page):
        name, text = page
        for word, count in Counter(words_of(text)).items():
            yield name, (word, count)

    return index_of(lambda word, pages: (word, sorted(pages)), times)


@wrong("08.index", "ones")
def a_one_each_time():
    def each(page):
        name, text = page
        for word in words_of(text):
            yield word, (name, 1)

    return index_of(lambda word, pages: (word, sorted(pages)), each)


@wrong("08.index", "again")
def a_count_each_time():
    def each(page):
        name, text = page
        found = words_of(text)
        for word in found:
            yield word, (name, found.count(word))

    return index_of(lambda word, pages: (word, sorted(pages)), each)


@wrong("08.index", "always_one")
def counts_pages():
    def each(page):
        name, text = page
        for word in set(words_of(text)):
            yield word, (name, 1)

    return index_of(lambda word, pages: (word, sorted(pages)), each)


@wrong("08.index", "inside")
def counts_in_the_text():
    def each(page):
        name, text = page
        for word in set(words_of(text)):
            yield word, (name, text.lower().count(word))

    return index_of(lambda word, pages: (word, sorted(pages)), each)


@wrong("08.index", "all_pages")
def one_count_for_all():
    def listed(word, pages):
        pages = list(pages)
        count = sum(times for _, times in pages)
        return word, sorted((name, count) for name, _ in pages)

    return index_of(listed)


@wrong("08.index", "only_names")
def names_alone():
    return index_of(lambda word, pages: (word, sorted(name for name, _ in pages)))


@wrong("08.index", "swapped")
def count_first():
    return index_of(lambda word, pages: (word, sorted((times, name) for name, times in pages)))


@wrong("08.index", "value_order")
def as_they_come():
    return index_of(lambda word, pages: (word, list(pages)))


@wrong("08.index", "value_order")
def in_the_order_of_counts():
    return index_of(lambda word, pages: (word, sorted(pages, key=lambda posting: posting[1])))


@wrong("08.index", "by_count")
def most_first():
    return index_of(lambda word, pages: (word, sorted(pages, key=lambda posting: (-posting[1], posting[0]))))


@wrong("08.index", "backwards")
def last_page_first():
    return index_of(lambda word, pages: (word, sorted(pages, reverse=True)))


@wrong("08.index", "set")
def a_set_of_pages():
    return index_of(lambda word, pages: (word, set(pages)))


@wrong("08.index", "dict")
def a_dictionary_of_pages():
    return index_of(lambda word, pages: (word, dict(sorted(pages))))


@wrong("08.index", "how_many")
def the_count_alone():
    return index_of(lambda word, pages: (word, sum(times for _, times in pages)))


@wrong("08.index", "no_word")
def without_the_word():
    return index_of(lambda word, pages: sorted(pages))


def cut_by(cut):
    def times(page):
        name, text = page
        for word, count in Counter(cut(text)).items():
            yield word, (name, count)

    return index_of(lambda word, pages: (word, sorted(pages)), times)


@wrong("08.index", "capitals")
def capitals_stay():
    return cut_by(lambda text: re.findall("[A-Za-z]+", text))


@wrong("08.index", "marks")
def marks_stay():
    return cut_by(lambda text: text.lower().split())


@wrong("08.index", "split")
def only_split():
    return cut_by(lambda text: text.split())


@wrong("08.index", "first_word")
def takes_the_first_word():
    def times(page):
        name, text = page
        return [(word, (name, count)) for word, count in list(Counter(words_of(text)).items())[:1]]

    return index_of(lambda word, pages: (word, sorted(pages)), times)


@wrong("08.index", "return_in_loop")
def returns_in_the_loop():
    def times(page):
        name, text = page
        for word, count in Counter(words_of(text)).items():
            return [(word, (name, count))]
        return []

    return index_of(lambda word, pages: (word, sorted(pages)), times)


@wrong("08.index", "rare")
def one_page_is_no_list():
    def listed(word, pages):
        pages = sorted(pages)
        return (word, pages) if len(pages) > 1 else (word, pages[0])

    return index_of(listed)


@wrong("08.index", "blank")
def nothing_is_a_word():
    return cut_by(lambda text: words_of(text) or [""])


@wrong("08.index", "outside_written")
def counts_outside():
    counts = Counter()

    def times(page):
        name, text = page
        counts.update(words_of(text))
        for word in set(words_of(text)):
            yield word, (name, counts[word])

    return index_of(lambda word, pages: (word, sorted(pages)), times)


@wrong("08.index", "value")
def yields_in_reduce():
    times, _ = index_of(lambda word, pages: (word, sorted(pages)))

    def listed(item):
        word, pages = item
        yield word, sorted(pages)

    return times, listed


@wrong("08.index", "nothing")
def forgets_to_return():
    return index_of(lambda word, pages: print(word, sorted(pages)))


# -------------------------------------------------------------------------------------- 08.pairs


@right("08.pairs")
def by_places():
    def pairs(line):
        words = words_of(line)
        for i, word in enumerate(words):
            for j in range(max(0, i - 2), min(len(words), i + 3)):
                if j != i:
                    yield (word, words[j]), 1

    return pairs


@right("08.pairs")
def by_slices():
    def pairs(line):
        words = words_of(line)
        found = []
        for i in range(len(words)):
            for other in words[max(0, i - 2) : i] + words[i + 1 : i + 3]:
                found.append(((words[i], other), 1))
        return found

    return pairs


@right("08.pairs")
def both_ways_at_once():
    def pairs(line):
        words = words_of(line)
        for step in (1, 2):
            for one, other in zip(words, words[step:], strict=False):
                yield (one, other), 1
                yield (other, one), 1

    return pairs


@right("08.pairs")
def by_distance():
    def pairs(line):
        words = list(enumerate(words_of(line)))
        return [((a, b), 1) for i, a in words for j, b in words if 1 <= abs(i - j) <= 2]

    return pairs


def windowed(neighbours, cut=words_of):
    def pairs(line):
        words = cut(line)
        for i, word in enumerate(words):
            for other in neighbours(words, i):
                yield (word, other), 1

    return pairs


@wrong("08.pairs", "right")
def only_to_the_right():
    def pairs(line):
        words = words_of(line)
        for i in range(len(words)):
            for j in range(i + 1, min(i + 3, len(words))):
                yield (words[i], words[j]), 1

    return pairs


@wrong("08.pairs", "left")
def only_to_the_left():
    return windowed(lambda words, i: words[max(0, i - 2) : i])


@wrong("08.pairs", "itself")
def its_own_neighbour():
    return windowed(lambda words, i: words[max(0, i - 2) : i + 3])


@wrong("08.pairs", "one")
def window_of_one():
    return windowed(lambda words, i: [words[j] for j in (i - 1, i + 1) if 0 <= j < len(words)])


@wrong("08.pairs", "wide")
def window_of_three():
    return windowed(lambda words, i: [words[j] for j in range(i - 3, i + 4) if j != i and 0 <= j < len(words)])


@wrong("08.pairs", "one_more")
def one_too_wide():
    return windowed(lambda words, i: [words[j] for j in range(max(0, i - 2), min(len(words), i + 4)) if j != i])


@wrong("08.pairs", "one_less")
def range_without_its_end():
    return windowed(lambda words, i: [words[j] for j in range(max(0, i - 2), min(len(words), i + 2)) if j != i])


@wrong("08.pairs", "line")
def the_whole_line():
    return windowed(lambda words, i: [word for j, word in enumerate(words) if j != i])


@wrong("08.pairs", "same_word")
def compares_words():
    return windowed(lambda words, i: [word for word in words[max(0, i - 2) : i + 3] if word != words[i]])


@wrong("08.pairs", "wraps")
def round_to_the_end():
    return windowed(lambda words, i: [words[j] for j in range(i - 2, i + 3) if j != i and j < len(words)])


@wrong("08.pairs", "slice")
def a_slice_from_below_zero():
    return windowed(lambda words, i: words[i - 2 : i] + words[i + 1 : i + 3])


@wrong("08.pairs", "middle")
def no_ends():
    def pairs(line):
        words = words_of(line)
        for i in range(2, len(words) - 2):
            for j in (i - 2, i - 1, i + 1, i + 2):
                yield (words[i], words[j]), 1

    return pairs


@wrong("08.pairs", "sorted")
def sorts_the_two():
    def pairs(line):
        words = words_of(line)
        for i, word in enumerate(words):
            for j in range(max(0, i - 2), min(len(words), i + 3)):
                if j != i:
                    yield tuple(sorted([word, words[j]])), 1

    return pairs


@wrong("08.pairs", "once")
def once_for_a_line():
    def pairs(line):
        words = words_of(line)
        met = {(words[i], words[j]) for i in range(len(words)) for j in range(len(words)) if 0 < abs(i - j) < 3}
        return [(pair, 1) for pair in sorted(met)]

    return pairs


@wrong("08.pairs", "word_alone")
def the_word_as_key():
    def pairs(line):
        words = words_of(line)
        for i, word in enumerate(words):
            for _ in words[max(0, i - 2) : i] + words[i + 1 : i + 3]:
                yield word, 1

    return pairs


@wrong("08.pairs", "raises")
def neighbour_as_value():
    def pairs(line):
        words = words_of(line)
        for i, word in enumerate(words):
            for other in words[max(0, i - 2) : i] + words[i + 1 : i + 3]:
                yield word, other

    return pairs


@wrong("08.pairs", "split")
def not_cleaned():
    return windowed(lambda words, i: words[max(0, i - 2) : i] + words[i + 1 : i + 3], lambda line: line.split())


@wrong("08.pairs", "letters")
def letter_by_letter():
    return windowed(lambda line, i: line[max(0, i - 2) : i] + line[i + 1 : i + 3], lambda line: line)


@wrong("08.pairs", "short")
def skips_short_lines():
    def pairs(line):
        words = words_of(line)
        if len(words) < 3:
            return
        for i, word in enumerate(words):
            for other in words[max(0, i - 2) : i] + words[i + 1 : i + 3]:
                yield (word, other), 1

    return pairs


@wrong("08.pairs", "outside_written")
def across_lines():
    before = []

    def pairs(line):
        for word in words_of(line):
            for other in before[-2:]:
                yield (word, other), 1
                yield (other, word), 1
            before.append(word)

    return pairs


@wrong("08.pairs", "key")
def a_list_as_key():
    def pairs(line):
        words = words_of(line)
        for i, word in enumerate(words):
            for other in words[max(0, i - 2) : i] + words[i + 1 : i + 3]:
                yield [word, other], 1

    return pairs


@wrong("08.pairs", "raises")
def over_the_end():
    def pairs(line):
        words = words_of(line)
        for i, word in enumerate(words):
            for j in range(max(0, i - 2), i + 3):
                if j != i:
                    yield (word, words[j]), 1

    return pairs


# ------------------------------------------------------------------------------------ 08.stripes


def add_stripes(item):
    word, stripes = item
    sums = {}
    for stripe in stripes:
        for neighbour, number in stripe.items():
            sums[neighbour] = sums.get(neighbour, 0) + number
    return word, sums


@right("08.stripes")
def one_for_each_place():
    def stripes(line):
        words = words_of(line)
        for i, word in enumerate(words):
            stripe = {}
            for j in range(max(0, i - 2), min(len(words), i + 3)):
                if j != i:
                    stripe[words[j]] = stripe.get(words[j], 0) + 1
            yield word, stripe

    def add(item):
        word, stripes = item
        sums = {}
        for stripe in stripes:
            for neighbour, number in stripe.items():
                sums[neighbour] = sums.get(neighbour, 0) + number
        return word, sums

    return stripes, add


@right("08.stripes")
def one_for_each_line():
    def stripes(line):
        words = words_of(line)
        stripes = defaultdict(Counter)
        for i, word in enumerate(words):
            stripes[word].update(words[max(0, i - 2) : i] + words[i + 1 : i + 3])
        return list(stripes.items())

    def add(item):
        word, stripes = item
        return word, sum(stripes, Counter())

    return stripes, add


@right("08.stripes")
def a_counter_after_a_dictionary():
    def stripes(line):
        words = words_of(line)
        for i, word in enumerate(words):
            yield word, dict(Counter(words[max(0, i - 2) : i] + words[i + 1 : i + 3]))

    def add(item):
        sums = Counter()
        for stripe in item[1]:
            sums.update(stripe)
        return item[0], sums

    return stripes, add


def striped(neighbours, cut=words_of, add=add_stripes):
    def stripes(line):
        words = cut(line)
        for i, word in enumerate(words):
            yield word, dict(Counter(neighbours(words, i)))

    return stripes, add


def beside(words, i):
    return words[max(0, i - 2) : i] + words[i + 1 : i + 3]


@wrong("08.stripes", "value_order")
def the_last_stripe_wins():
    def add(item):
        word, stripes = item
        sums = {}
        for stripe in stripes:
            sums.update(stripe)
        return word, sums

    return striped(beside, add=add)


@wrong("08.stripes", "combiner_times")
def counts_stripes():
    def add(item):
        word, stripes = item
        sums = {}
        for stripe in stripes:
            for neighbour in stripe:
                sums[neighbour] = sums.get(neighbour, 0) + 1
        return word, sums

    return striped(beside, add=add)


@wrong("08.stripes", "input_changed")
def adds_into_the_first():
    def add(item):
        word, stripes = item
        sums = next(iter(stripes))
        for stripe in stripes:
            for neighbour, number in stripe.items():
                sums[neighbour] = sums.get(neighbour, 0) + number
        return word, sums

    return striped(beside, add=add)


@wrong("08.stripes", "combiner_type")
def lists_of_words():
    def stripes(line):
        words = words_of(line)
        for i, word in enumerate(words):
            yield word, beside(words, i)

    def add(item):
        word, lists = item
        return word, dict(Counter(neighbour for each in lists for neighbour in each))

    return stripes, add


@wrong("08.stripes", "combiner_type")
def a_sum_in_place_of_a_stripe():
    def add(item):
        word, stripes = item
        return word, sum(sum(stripe.values()) for stripe in stripes)

    return striped(beside, add=add)


@wrong("08.stripes", "combiner_type")
def a_sorted_list():
    def add(item):
        word, sums = add_stripes(item)
        return word, sorted(sums.items())

    return striped(beside, add=add)


@wrong("08.stripes", "budget")
def a_stripe_for_each_neighbour():
    def stripes(line):
        words = words_of(line)
        for i, word in enumerate(words):
            for neighbour in beside(words, i):
                yield word, {neighbour: 1}

    return stripes, add_stripes


@wrong("08.stripes", "middle")
def only_with_all_neighbours():
    def stripes(line):
        words = words_of(line)
        for i in range(2, len(words) - 2):
            yield words[i], dict(Counter(beside(words, i)))

    return stripes, add_stripes


@wrong("08.stripes", "once")
def ones_in_a_stripe():
    def stripes(line):
        words = words_of(line)
        for i, word in enumerate(words):
            yield word, dict.fromkeys(beside(words, i), 1)

    return stripes, add_stripes


@wrong("08.stripes", "split")
def not_clean():
    return striped(beside, lambda line: line.split())


@wrong("08.stripes", "right")
def stripe_to_the_right():
    return striped(lambda words, i: words[i + 1 : i + 3])


@wrong("08.stripes", "left")
def stripe_to_the_left():
    return striped(lambda words, i: words[max(0, i - 2) : i])


@wrong("08.stripes", "itself")
def stripe_with_itself():
    return striped(lambda words, i: words[max(0, i - 2) : i + 3])


@wrong("08.stripes", "one")
def stripe_of_one():
    return striped(lambda words, i: words[max(0, i - 1) : i] + words[i + 1 : i + 2])


@wrong("08.stripes", "wide")
def stripe_of_three():
    return striped(lambda words, i: words[max(0, i - 3) : i] + words[i + 1 : i + 4])


@wrong("08.stripes", "one_more")
def stripe_too_wide():
    return striped(lambda words, i: words[max(0, i - 2) : i] + words[i + 1 : i + 4])


@wrong("08.stripes", "one_less")
def stripe_too_narrow():
    return striped(lambda words, i: words[max(0, i - 2) : i] + words[i + 1 : i + 2])


@wrong("08.stripes", "line")
def stripe_of_the_line():
    return striped(lambda words, i: words[:i] + words[i + 1 :])


@wrong("08.stripes", "same_word")
def stripe_of_other_words():
    return striped(lambda words, i: [word for word in beside(words, i) if word != words[i]])


@wrong("08.stripes", "wraps")
def stripe_round_the_end():
    return striped(lambda words, i: [words[j] for j in range(i - 2, i + 3) if j != i and j < len(words)])


@wrong("08.stripes", "slice")
def stripe_from_below_zero():
    return striped(lambda words, i: words[i - 2 : i] + words[i + 1 : i + 3])


@wrong("08.stripes", "combiner_key")
def without_its_word():
    def add(item):
        _, stripes = item
        return "stripe", add_stripes(("", stripes))[1]

    return striped(beside, add=add)


@wrong("08.stripes", "nothing")
def map_without_yield():
    def stripes(line):
        words = words_of(line)
        [(word, dict(Counter(beside(words, i)))) for i, word in enumerate(words)]

    return stripes, add_stripes


EQUAL = "That they are equal was asked before."
EITHER_WAY = "The window is the same to both sides, so each pair comes both ways anyhow."
SURVIVORS: dict[tuple[str, str], str] = {
    ("two_fingers", "one[i] < other[j] -> one[i] <= other[j]"): EQUAL,
    ("with_next", "a < b -> a <= b"): EQUAL,
    (
        "with_next",
        "(iter(one), iter(other)) -> (iter(other), iter(one))",
    ): "What is in both does not ask which is first.",
    ("by_places", "(word, words[j]) -> (words[j], word)"): EITHER_WAY,
    ("by_slices", "(words[i], other) -> (other, words[i])"): EITHER_WAY,
    ("by_distance", "(a, b) -> (b, a)"): EITHER_WAY,
    ("both_ways_at_once", "(1, 2) -> (2, 1)"): "The nearer neighbours may come after the farther ones.",
}
