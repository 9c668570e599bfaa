"""Known answers to the exercises of lesson 14."""

from statistics import median

from bank import right, wrong
from mrkit import MapReduce
from mrkit.learn import my_job

# ------------------------------------------------------------------------------------ 14.classify

TOOLS = {"a": "count", "b": "join", "c": "none", "d": "filter", "e": "pairs"}
TOOLS |= {"f": "sort", "g": "index", "h": "none", "i": "rounds", "j": "order"}


@right("14.classify")
def as_in_the_key():
    return dict(reversed(TOOLS.items()))


@wrong("14.classify", "all_count")
def all_counts():
    return dict.fromkeys(TOOLS, "count")


@wrong("14.classify", "never_none")
def always_a_tool():
    return TOOLS | {"c": "rounds", "h": "rounds"}


@wrong("14.classify", "c")
def rounds_for_the_route():
    return TOOLS | {"c": "rounds"}


@wrong("14.classify", "g")
def join_for_index():
    return TOOLS | {"g": "join"}


@wrong("14.classify", "g")
def filter_for_index():
    return TOOLS | {"g": "filter"}


@wrong("14.classify", "j")
def sort_for_clicks():
    return TOOLS | {"j": "sort"}


@wrong("14.classify", "e")
def count_for_pairs():
    return TOOLS | {"e": "count"}


@wrong("14.classify", "a")
def sort_for_top_pages():
    return TOOLS | {"a": "sort"}


@wrong("14.classify", "b")
def index_for_join():
    return TOOLS | {"b": "index"}


@wrong("14.classify", "d")
def count_for_errors():
    return TOOLS | {"d": "count"}


@wrong("14.classify", "f")
def order_for_sales():
    return TOOLS | {"f": "order"}


@wrong("14.classify", "i")
def join_for_modules():
    return TOOLS | {"i": "join"}


@wrong("14.classify", "h")
def rounds_for_chess():
    return TOOLS | {"h": "rounds"}


@wrong("14.classify", "wrong")
def a_list():
    return list(TOOLS.values())


# -------------------------------------------------------------------------------------- 14.kmeans

CENTRES = [(100, 200), (100, 100), (-100, 300)]


def by_line(station):
    _, (x, y) = station
    far = [(x - a) ** 2 + (y - b) ** 2 for a, b in CENTRES]
    yield far.index(min(far)), (x, y, 1)


def add(item):
    number, parts = item
    xs, ys, ones = zip(*parts, strict=True)
    return number, (sum(xs), sum(ys), sum(ones))


def move(item):
    number, (x, y, ones) = add(item)
    return number, (x / ones, y / ones)


@right("14.kmeans")
def with_squares():
    def nearest(station):
        _, (x, y) = station
        far = [(x - a) ** 2 + (y - b) ** 2 for a, b in CENTRES]
        yield far.index(min(far)), (x, y, 1)

    def add(item):
        number, parts = item
        xs, ys, ones = zip(*parts, strict=True)
        return number, (sum(xs), sum(ys), sum(ones))

    def move(item):
        number, parts = item
        xs, ys, ones = zip(*parts, strict=True)
        return number, (sum(xs) / sum(ones), sum(ys) / sum(ones))

    return nearest, add, move


@right("14.kmeans")
def with_roots():
    def nearest(station):
        from math import dist

        best = min(range(3), key=lambda number: (round(dist(station[1], CENTRES[number]), 6), number))
        return [(best, ((*station[1],), 1))]

    def gather(item):
        number, parts = item
        x = y = count = 0
        for (a, b), ones in parts:
            x += a
            y += b
            count += ones
        return number, ((x, y), count)

    def move(item):
        number, ((x, y), count) = gather(item)
        return number, (x / count, y / count)

    return nearest, gather, move


@right("14.kmeans")
def with_a_loop():
    def nearest(station):
        place, best, smallest = station[1], None, None
        for number, centre in enumerate(CENTRES):
            far = sum((a - b) ** 2 for a, b in zip(place, centre, strict=True))
            if smallest is None or far < smallest:
                best, smallest = number, far
        yield best, [1, *place]

    def add(item):
        total = [0, 0, 0]
        for part in item[1]:
            total = [a + b for a, b in zip(total, part, strict=True)]
        return item[0], total

    def move(item):
        count, x, y = add(item)[1]
        return [item[0], [x / count, y / count]]

    return nearest, add, move


def means(item):
    number, parts = item
    xs, ys, _ = zip(*parts, strict=True)
    return number, (sum(xs) / len(xs), sum(ys) / len(ys), 1)


def only_place(item):
    number, (x, y, _) = means(item)
    return number, (x, y)


@wrong("14.kmeans", "combiner_times")
def mean_of_means():
    return by_line, means, only_place


@wrong("14.kmeans", "combiner_times")
def count_lost():
    return by_line, add, only_place


def from_each(far):
    """A map function with another distance."""

    def nearest(station):
        _, (x, y) = station
        lengths = [far(x - a, y - b) for a, b in CENTRES]
        yield lengths.index(min(lengths)), (x, y, 1)

    return nearest


@wrong("14.kmeans", "first_number")
def january_only():
    return from_each(lambda x, y: abs(x)), add, move


@wrong("14.kmeans", "second_number")
def july_only():
    return from_each(lambda x, y: abs(y)), add, move


@wrong("14.kmeans", "corners")
def sum_of_differences():
    return from_each(lambda x, y: abs(x) + abs(y)), add, move


@wrong("14.kmeans", "farthest")
def the_farthest():
    return from_each(lambda x, y: -x * x - y * y), add, move


@wrong("14.kmeans", "last_tie")
def ties_to_the_later():
    def nearest(station):
        _, (x, y) = station
        best, smallest = 0, None
        for number, (a, b) in enumerate(CENTRES):
            far = (x - a) ** 2 + (y - b) ** 2
            if smallest is None or far <= smallest:
                best, smallest = number, far
        yield best, (x, y, 1)

    return nearest, add, move


@wrong("14.kmeans", "place_key")
def centre_as_key():
    def nearest(station):
        for number, value in by_line(station):
            yield CENTRES[number], value

    return nearest, add, move


@wrong("14.kmeans", "no_number")
def only_the_place():
    return by_line, add, lambda item: move(item)[1]


@wrong("14.kmeans", "sums")
def only_sums():
    return by_line, add, lambda item: (item[0], add(item)[1][:2])


@wrong("14.kmeans", "with_count")
def count_in_the_result():
    def move_all(item):
        number, (x, y, ones) = add(item)
        return number, (x / ones, y / ones, ones)

    return by_line, add, move_all


@wrong("14.kmeans", "rounded")
def rounded_mean():
    return by_line, add, lambda item: (item[0], tuple(map(round, move(item)[1])))


@wrong("14.kmeans", "floored")
def whole_division():
    def floored(item):
        number, (x, y, ones) = add(item)
        return number, (x // ones, y // ones)

    return by_line, add, floored


@wrong("14.kmeans", "median")
def the_median():
    def nearest(station):
        for number, (x, y, _) in by_line(station):
            yield number, [(x, y)]

    def gather(item):
        return item[0], [place for places in item[1] for place in places]

    def middle(item):
        xs, ys = zip(*gather(item)[1], strict=True)
        return item[0], (median(xs), median(ys))

    return nearest, gather, middle


@wrong("14.kmeans", "same_place")
def a_set_of_places():
    def nearest(station):
        for number, (x, y, _) in by_line(station):
            yield number, frozenset([(x, y)])

    def gather(item):
        return item[0], frozenset().union(*item[1])

    def middle(item):
        xs, ys = zip(*gather(item)[1], strict=True)
        return item[0], (sum(xs) / len(xs), sum(ys) / len(ys))

    return nearest, gather, middle


@wrong("14.kmeans", "outside_written")
def moves_in_map():
    centres = [[100, 200], [100, 100], [-100, 300]]

    def nearest(station):
        _, (x, y) = station
        far = [(x - a) ** 2 + (y - b) ** 2 for a, b in centres]
        number = far.index(min(far))
        centres[number] = [(centres[number][0] + x) / 2, (centres[number][1] + y) / 2]
        yield number, (x, y, 1)

    return nearest, add, move


@wrong("14.kmeans", "combiner_type")
def combiner_moves():
    return by_line, move, lambda item: (item[0], next(iter(item[1])))


# ----------------------------------------------------------------------------------------- 14.own

SALES = [
    f"2026-0{month}-{day},shop {shop},{what},{price}.50"
    for month, day, shop, what, price in [
        *((1, 10, 3, "lamp", 4), (1, 12, 3, "mug", 9), (2, 11, 4, "lamp", 4), (2, 20, 3, "vase", 7)),
        *((3, 10, 4, "mug", 8), (1, 15, 5, "lamp", 5), (3, 30, 5, "mug", 9), (2, 14, 4, "mug", 6)),
        *((3, 11, 3, "lamp", 3), (1, 31, 4, "vase", 7), (2, 28, 5, "vase", 6), (3, 12, 5, "lamp", 2)),
    ]
]


def cents(sale):
    day, shop, product, price = sale.split(",")
    return day, shop, product, round(100 * float(price))


def by_month(sale):
    yield cents(sale)[0][:7], cents(sale)[3]


def add_cents(item):
    return item[0], sum(item[1])


def earned(sales):
    months = {}
    for day, _, _, price in map(cents, sales):
        months[day[:7]] = months.get(day[:7], 0) + price
    return months


@right("14.own")
def a_count_with_a_combiner():
    return my_job(by_month, add_cents, SALES, earned, combiner=add_cents)


@right("14.own")
def an_index():
    def shops(sale):
        yield cents(sale)[2], cents(sale)[1]

    def where(item):
        return item[0], sorted(set(item[1]))

    def plain(sales):
        found = {}
        for _, shop, product, _ in map(cents, sales):
            found.setdefault(product, set()).add(shop)
        return [(product, sorted(shops)) for product, shops in found.items()]

    return my_job(shops, where, SALES, plain)


@right("14.own")
def order_in_each_group():
    def dated(sale):
        day, shop, _, price = cents(sale)
        yield (shop, day), price

    def growing(item):
        shop, pairs = item
        total = 0
        for (_, day), price in pairs:
            total += price
            yield shop, day, total

    def plain(sales):
        rows, totals = [], {}
        for day, shop, _, price in sorted(map(cents, sales)):
            totals[shop] = totals.get(shop, 0) + price
            rows.append((shop, day, totals[shop]))
        return rows

    return my_job(dated, growing, SALES, plain, group_by=lambda key: key[0])


@wrong("14.own", "value_order")
def the_first_price():
    return my_job(by_month, lambda item: (item[0], next(iter(item[1]))), SALES, earned)


@wrong("14.own", "outside_written")
def remembers():
    seen = []

    def numbered(sale):
        seen.append(sale)
        yield cents(sale)[0][:7], len(seen)

    return my_job(numbered, add_cents, SALES, earned)


@wrong("14.own", "combiner_times")
def an_unsafe_combiner():
    def mean(item):
        values = list(item[1])
        return item[0], sum(values) / len(values)

    def plain(sales):
        months = {}
        for day, _, _, price in map(cents, sales):
            months.setdefault(day[:7], []).append(price)
        return {month: sum(prices) / len(prices) for month, prices in months.items()}

    return my_job(by_month, mean, SALES, plain, combiner=mean)


@wrong("14.own", "no_evidence")
def the_loop_is_the_job():
    job = MapReduce(by_month, add_cents, executor="serial")
    return my_job(by_month, add_cents, SALES, lambda sales: job(sales))


@wrong("14.own", "few_inputs")
def too_few():
    return my_job(by_month, add_cents, SALES[:4], earned)


@wrong("14.own", "one_key")
def everything_one_key():
    return my_job(
        lambda sale: [("all", cents(sale)[3])], add_cents, SALES, lambda sales: {"all": sum(earned(sales).values())}
    )


@wrong("14.own", "wrong")
def another_answer():
    return my_job(by_month, lambda item: (item[0], max(item[1])), SALES, earned)


SURVIVORS: dict[tuple[str, str], str] = {
    ("with_roots", "6 -> 7"): "One digit more of a distance changes no order of whole places.",
    ("with_a_loop", "a + b -> a - b"): "All three sums change their sign, so the means stay.",
}
