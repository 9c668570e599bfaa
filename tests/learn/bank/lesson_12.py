"""Known answers to the exercises of lesson 12."""

import uuid

from bank import right, wrong
from mrkit import counter

# ------------------------------------------------------------------------------------ 12.backup


@right("12.backup")
def as_a_number():
    return 7.5


@right("12.backup")
def as_a_sum():
    return (2 + 10) - (2 + 1.5 + 1)


@wrong("12.backup", "end")
def when_it_ends():
    return 4.5


@wrong("12.backup", "at_once")
def known_from_the_start():
    return 9


@wrong("12.backup", "no_work")
def a_backup_takes_no_time():
    return 8.5


@wrong("12.backup", "nothing")
def waits_for_both():
    return 0


@wrong("12.backup", "alone")
def the_task_alone():
    return 2.5


@wrong("12.backup", "without")
def the_end_without():
    return 12


@wrong("12.backup", "other_way")
def below_zero():
    return -7.5


@wrong("12.backup", "wrong")
def a_guess():
    return 3


# -------------------------------------------------------------------------------------- 12.skip


@right("12.skip")
def tries():
    def careful(line):
        try:
            yield int(line.split()[-2]), 1
        except ValueError:
            counter("bad lines")

    return careful


@right("12.skip")
def looks_first():
    def careful(line):
        words = line.split()
        if words[-2].isdigit():
            return [(int(words[8]), 1)]
        counter("bad lines")
        return []

    return careful


@right("12.skip")
def matches():
    import re

    def careful(line):
        found = re.search(r'" (\d\d\d) \S+$', line)
        if found is None:
            counter("bad lines", 1)
        else:
            yield int(found[1]), 1

    return careful


@wrong("12.skip", "raises")
def lets_it_fail():
    def careful(line):
        yield int(line.split()[-2]), 1

    return careful


@wrong("12.skip", "raises")
def catches_another_error():
    def careful(line):
        try:
            yield int(line.split()[-2]), 1
        except IndexError:
            counter("bad lines")

    return careful


@wrong("12.skip", "uncounted")
def says_nothing():
    def careful(line):
        try:
            yield int(line.split()[-2]), 1
        except ValueError:
            return

    return careful


@wrong("12.skip", "uncounted")
def prints_it():
    def careful(line):
        try:
            yield int(line.split()[-2]), 1
        except ValueError:
            print("bad line:", line)

    return careful


@wrong("12.skip", "uncounted")
def keeps_a_list():
    bad = []

    def careful(line):
        try:
            yield int(line.split()[-2]), 1
        except ValueError:
            bad.append(line)

    return careful


@wrong("12.skip", "counter_name")
def another_name():
    def careful(line):
        try:
            yield int(line.split()[-2]), 1
        except ValueError:
            counter("skipped")

    return careful


@wrong("12.skip", "miscounted")
def counts_every_line():
    def careful(line):
        counter("bad lines")
        try:
            yield int(line.split()[-2]), 1
        except ValueError:
            return

    return careful


@wrong("12.skip", "miscounted")
def counts_twice():
    def careful(line):
        try:
            yield int(line.split()[-2]), 1
        except ValueError:
            counter("bad lines", 2)

    return careful


@wrong("12.skip", "bad_key")
def a_key_for_bad_lines():
    def careful(line):
        try:
            yield int(line.split()[-2]), 1
        except ValueError:
            yield "bad lines", 1

    return careful


@wrong("12.skip", "zeros")
def a_made_up_status():
    def careful(line):
        try:
            found = int(line.split()[-2])
        except ValueError:
            counter("bad lines")
            found = 0
        yield found, 1

    return careful


@wrong("12.skip", "text")
def a_status_as_text():
    def careful(line):
        words = line.split()
        if words[-2].isdigit():
            yield words[-2], 1
        else:
            counter("bad lines")

    return careful


@wrong("12.skip", "only_200")
def drops_what_was_not_found():
    def careful(line):
        if " 200 " in line:
            yield 200, 1
        else:
            counter("bad lines")

    return careful


@wrong("12.skip", "nothing")
def returns_none_for_bad_lines():
    def careful(line):
        try:
            return [(int(line.split()[-2]), 1)]
        except ValueError:
            counter("bad lines")

    return careful


@wrong("12.skip", "untouched")
def not_yet():
    def careful(line): ...

    return careful


# -------------------------------------------------------------------------------- 12.idempotent


@right("12.idempotent")
def under_its_number():
    def send(order, outbox):
        number, customer, amount = order
        outbox[number] = f"{customer} paid {amount}"

    return send


@right("12.idempotent")
def once_if_it_is_not_there():
    def send(order, outbox):
        if order[0] not in outbox:
            outbox[order[0]] = order[1] + " paid " + str(order[2])

    return send


@right("12.idempotent")
def by_update():
    def send(order, outbox):
        number, *rest = order
        outbox.update({number: "{} paid {}".format(*rest)})

    return send


@wrong("12.idempotent", "untouched")
def nothing_yet():
    def send(order, outbox): ...

    return send


@wrong("12.idempotent", "second_attempt")
def as_it_was():
    def send(order, outbox):
        _number, customer, amount = order
        outbox[len(outbox) + 1] = f"{customer} paid {amount}"

    return send


@wrong("12.idempotent", "calls_chance")
def a_new_name_each_time():
    def send(order, outbox):
        _number, customer, amount = order
        outbox[uuid.uuid4().hex] = f"{customer} paid {amount}"

    return send


@wrong("12.idempotent", "second_attempt_added")
def adds_to_what_is_there():
    def send(order, outbox):
        number, customer, amount = order
        outbox[number] = outbox.get(number, "") + f"{customer} paid {amount}"

    return send


@wrong("12.idempotent", "second_attempt")
def a_sum_for_each_customer():
    def send(order, outbox):
        _number, customer, amount = order
        outbox[customer] = outbox.get(customer, 0) + amount

    return send


@wrong("12.idempotent", "second_attempt")
def takes_another_if_it_is_there():
    def send(order, outbox):
        number, customer, amount = order
        while number in outbox:
            number += 1000
        outbox[number] = f"{customer} paid {amount}"

    return send


@wrong("12.idempotent", "by_customer")
def named_by_customer():
    def send(order, outbox):
        _number, customer, amount = order
        outbox[customer] = f"{customer} paid {amount}"

    return send


@wrong("12.idempotent", "by_text")
def named_by_text():
    def send(order, outbox):
        _number, customer, amount = order
        outbox[f"{customer} paid {amount}"] = f"{customer} paid {amount}"

    return send


@wrong("12.idempotent", "whole_order")
def named_by_the_order():
    def send(order, outbox):
        _number, customer, amount = order
        outbox[order] = f"{customer} paid {amount}"

    return send


@wrong("12.idempotent", "amount")
def the_amount_alone():
    def send(order, outbox):
        number, _customer, amount = order
        outbox[number] = amount

    return send


@wrong("12.idempotent", "empty")
def returns_it():
    def send(order, outbox):
        number, customer, amount = order
        return [(number, f"{customer} paid {amount}")]

    return send


@wrong("12.idempotent", "raises")
def takes_it_for_a_list():
    def send(order, outbox):
        _number, customer, amount = order
        outbox.append(f"{customer} paid {amount}")

    return send


SURVIVORS: dict[tuple[str, str], str] = {
    ("once_if_it_is_not_there", "0 -> 1"): "It asks for the customer, who is never there: so it always writes.",
}
