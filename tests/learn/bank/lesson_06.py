"""Known answers to the exercises of lesson 06."""

from bank import right, wrong

# -------------------------------------------------------------------------------------- 06.range


@right("06.range")
def equal_ranges():
    def by_price(price, num_partitions):
        return price * num_partitions // 100

    return by_price


@right("06.range")
def with_borders():
    def by_price(price, num_partitions):
        from bisect import bisect_right

        borders = [100 * i / num_partitions for i in range(1, num_partitions)]
        return bisect_right(borders, price)

    return by_price


@right("06.range")
def with_a_width():
    def by_price(price, num_partitions):
        return int(price / (100 / num_partitions))

    return by_price


@wrong("06.range", "raises")
def the_last_takes_the_rest():
    def by_price(price, num_partitions):
        return min(price // (100 // num_partitions), num_partitions - 1)

    return by_price


@wrong("06.range", "order")
def remainder():
    def by_price(price, num_partitions):
        return price % num_partitions

    return by_price


@wrong("06.range", "order")
def hashed():
    def by_price(price, num_partitions):
        from mrkit import hash_partitioner

        return hash_partitioner(price, num_partitions)

    return by_price


@wrong("06.range", "order")
def backwards():
    def by_price(price, num_partitions):
        return num_partitions - 1 - price * num_partitions // 100

    return by_price


@wrong("06.range", "divides_by")
def divides_by_partitions():
    def by_price(price, num_partitions):
        return price // num_partitions

    return by_price


@wrong("06.range", "input_unused")
def always_four():
    def by_price(price, num_partitions):
        return price // 25

    return by_price


@wrong("06.range", "partition_number")
def a_float():
    def by_price(price, num_partitions):
        return price * num_partitions / 100

    return by_price


@wrong("06.range", "partition_number")
def counts_from_one():
    def by_price(price, num_partitions):
        return price * num_partitions // 100 + 1

    return by_price


@wrong("06.range", "partition_number")
def rounds_the_width():
    def by_price(price, num_partitions):
        return price // (100 // num_partitions)

    return by_price


@wrong("06.range", "input_unused")
def one_for_all():
    def by_price(price, num_partitions):
        return 0

    return by_price


@wrong("06.range", "load")
def rest_in_the_last():
    def by_price(price, num_partitions):
        return min(price // 10, num_partitions - 1)

    return by_price


@wrong("06.range", "unstable_hash")
def hash_of_a_text():
    def by_price(price, num_partitions):
        return hash(str(price)) % num_partitions

    return by_price


@wrong("06.range", "signature")
def one_argument():
    def by_price(price):
        return price // 25

    return by_price


@wrong("06.range", "nothing")
def forgot_to_return():
    def by_price(price, num_partitions):
        price * num_partitions // 100

    return by_price


# --------------------------------------------------------------------------------------- 06.salt


@right("06.salt")
def from_the_number():
    def salted(sale):
        number, product = sale
        salt = number % 4 if product == "red lamp" else 0
        yield (product, salt), 1

    return salted


@right("06.salt")
def with_an_if():
    def salted(sale):
        number, product = sale
        if product == "red lamp":
            return [((product, number % 4), 1)]
        return [((product, 0), 1)]

    return salted


@right("06.salt")
def with_divmod():
    def salted(sale):
        _, salt = divmod(sale[0], 4)
        yield (sale[1], salt * (sale[1] == "red lamp")), 1

    return salted


@wrong("06.salt", "calls_chance")
def by_chance():
    def salted(sale):
        import random

        _, product = sale
        yield (product, random.randrange(4) if product == "red lamp" else 0), 1

    return salted


@wrong("06.salt", "all")
def salts_everything():
    def salted(sale):
        number, product = sale
        yield (product, number % 4), 1

    return salted


@wrong("06.salt", "none")
def salts_by_the_product():
    def salted(sale):
        _, product = sale
        yield (product, 0), 1

    return salted


@wrong("06.salt", "opposite")
def salts_the_cool_ones():
    def salted(sale):
        number, product = sale
        yield (product, number % 4 if product != "red lamp" else 0), 1

    return salted


@wrong("06.salt", "salt_alone")
def salt_is_the_key():
    def salted(sale):
        number, product = sale
        yield (number % 4 if product == "red lamp" else 0), 1

    return salted


@wrong("06.salt", "number")
def each_sale_alone():
    def salted(sale):
        number, product = sale
        yield (product, number if product == "red lamp" else 0), 1

    return salted


@wrong("06.salt", "quotient")
def whole_division():
    def salted(sale):
        number, product = sale
        yield (product, number // 4 if product == "red lamp" else 0), 1

    return salted


@wrong("06.salt", "swapped")
def salt_first():
    def salted(sale):
        number, product = sale
        yield (number % 4 if product == "red lamp" else 0, product), 1

    return salted


@wrong("06.salt", "value")
def salt_in_the_value():
    def salted(sale):
        number, product = sale
        yield product, (number % 4 if product == "red lamp" else 0)

    return salted


@wrong("06.salt", "plain_key")
def cool_ones_without_salt():
    def salted(sale):
        number, product = sale
        yield ((product, number % 4) if product == "red lamp" else product), 1

    return salted


@wrong("06.salt", "outside_written")
def a_running_salt():
    last = 0

    def salted(sale):
        nonlocal last
        _, product = sale
        last = (last + 1) % 4
        yield (product, last if product == "red lamp" else 0), 1

    return salted


@wrong("06.salt", "unstable_hash")
def hash_as_salt():
    def salted(sale):
        number, product = sale
        yield (product, hash(f"{number}") % 4 if product == "red lamp" else 0), 1

    return salted


@wrong("06.salt", "key")
def a_list_as_key():
    def salted(sale):
        number, product = sale
        yield [product, number % 4 if product == "red lamp" else 0], 1

    return salted


NEARLY = "The borders move by one price at most: the ranges are still in order and about equal."
SURVIVORS: dict[tuple[str, str], str] = {
    ("equal_ranges", "100 -> 101"): NEARLY,
    ("with_borders", "100 -> 101"): NEARLY,
    ("with_borders", "100 * i / num_partitions -> 100 * i // num_partitions"): NEARLY,
    ("with_a_width", "100 -> 101"): NEARLY,
    ("with_a_width", "price / (100 / num_partitions) -> price // (100 / num_partitions)"): "`int` rounds down as well.",
    ("the_last_takes_the_rest", "100 -> 101"): NEARLY,
}
