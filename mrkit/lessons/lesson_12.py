"""Lesson 12, Failure: what its exercises and quizzes ask."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

from mrkit.counters import collecting
from mrkit.datasets import web_log
from mrkit.learn.exercise import Choice, Exercise, Hints, Mistake, Prediction, Quiz
from mrkit.learn.findings import Finding


def total(item: tuple) -> tuple:
    """The reduce function that the lesson gives: add up the values."""
    key, values = item
    return key, sum(values)


Q1 = Quiz(
    id="12.q1",
    question="On one machine, a job has six map tasks. A worker dies in the middle of task 2. What must be done again?",
    choices=(
        Choice("The whole job", "The other tasks read other splits. What they made is still good.", expect=0.1),
        Choice("Task 2", "One task, on one split: that is all that was lost.", right=True, expect=0.65),
        Choice(
            "All that this worker ever did",
            "Here its finished files outlive it. On a cluster, map output on a lost machine must be made again.",
            expect=0.2,
        ),
        Choice(
            "Nothing; the results have less in them", "Then they would be wrong, and nobody would know.", expect=0.05
        ),
    ),
)

# ------------------------------------------------------------------- 12.backup: what a second attempt saves


def _backup(starts: int, slow: int, wait: float) -> Prediction:
    """What does a backup save? The last task starts at `starts`, takes `slow`; the backup comes after `wait`."""
    without, end = starts + slow, starts + wait + 1
    return Prediction(
        id="12.backup",
        title="What does a backup task save?",
        text=f"A job has two workers and {2 * starts + 2} map tasks of 1 second each. The last one starts at {starts} "
        f"seconds, on an ill machine, and would take {slow} seconds there. After {wait:g} seconds of it a backup "
        "starts. It takes 1 second.\nHow many seconds earlier does the job end?",
        right=without - end,
        otherwise="Find two times: when does the job end without a backup, and when with one?",
        mistakes=(
            Mistake("end", "That is when the job ends now. How much earlier is that than without a backup?", value=end),
            Mistake(
                "at_once",
                "You let the backup start with the task. But at first nobody can know that it will be slow.",
                value=slow - 1,
            ),
            Mistake("no_work", "The backup has to do the whole task too. That takes a second.", value=slow - wait),
            Mistake("nothing", "Nobody waits for the slow attempt. The first attempt that ends counts.", value=0),
            Mistake("alone", "That is how long the task takes now. How long did it take before?", value=wait + 1),
            Mistake("without", "That is when the job ends without a backup. When does it end with one?", value=without),
            Mistake(
                "two_clocks",
                "One of your times starts with the job, the other with the task. Count both from the start of the job.",
                value=slow - end,
            ),
            Mistake("first_second", "The backup cannot start before the task that it helps.", value=without - 1),
            Mistake(
                "other_way",
                "You found the right two times. Now take the shorter one from the longer one.",
                value=end - without,
            ),
        ),
        hints=Hints(
            idea="The first attempt that ends counts. So the job ends with the backup, not with the slow one.",
            line=f"The last task starts at {starts} seconds. "
            "Add up what comes then: the wait, and the work of the backup.",
            case=f"Without a backup the job ends at {starts} + {slow} = {without} seconds.",
            twin="A task starts at 3 seconds and would take 20. A backup starts 4 seconds later and takes 2. "
            "It ends at 3 + 4 + 2 = 9, not at 23: the backup saves 14 seconds.",
        ),
    )


def _other_machine(rng: Random) -> Prediction:
    """Other times, for which every mistake leads to a number of its own."""
    while True:
        made = _backup(rng.randint(2, 5), rng.randint(8, 16), rng.choice([1.5, 2.5, 3.5]))
        if len({made.right, *(mistake.value for mistake in made.mistakes)}) == 1 + len(made.mistakes):
            return made


BACKUP = replace(_backup(2, 10, 1.5), variant=_other_machine)

# --------------------------------------------------------------------------- 12.skip: leave out, and count


def some_lines(rng: Random) -> list[str]:
    """Thirteen lines of a log; some of them are damaged, some ask for pages that are not there."""
    good = list(web_log(5, seed=rng.randrange(100_000), bad=0))
    bad = list(web_log(5, seed=rng.randrange(100_000), bad=1))
    moved = [f'10.0.0.7 - - [01/Mar/2026:00:00:09 +0000] "GET /old HTTP/1.1" {s} 7' for s in (404, 404, 200)]
    return rng.sample(good + bad + moved, 13)


def status(line: str) -> int | None:
    """The status of a line; None for a bad line. `IndexError` for what is no line of a log."""
    last_but_one = line.split()[-2]
    return int(last_but_one) if last_but_one.isdigit() else None


def good_statuses(lines: list[str]) -> list[int]:
    """The status of every good line."""
    return [number for number in map(status, lines) if number is not None]


def tallied(keys: list) -> list[tuple]:
    """How often each key is there."""
    return list(Counter(keys).items())


def counted(parts: dict[str, Any], lines: list[str]) -> Finding | None:
    """Whether the counter says how many lines were bad."""
    bad = sum(status(line) is None for line in lines)
    with collecting() as (counts, _):
        for line in lines:
            list(parts["map_func"](line))
    said = counts["bad lines"]
    if said == bad:
        return too_broad(parts)
    if not said and counts:
        sentence = f"I looked for the counter `bad lines`, and found `{next(iter(counts))}`."
        return Finding("counter_name", sentence)
    if not said:
        sentence = "You left out the bad lines, but nobody will know how many. Count each one with `counter`."
        return Finding("uncounted", sentence).and_rows([("inputs", lines)])
    sentence = f"There are {bad} bad lines, but your counter says {said}. Count once for each bad line."
    if said == len(lines) - bad != 2 * bad:
        sentence = f"Your counter says {said}: that is how many lines are good. Count where you find a bad one."
    return Finding("miscounted", sentence).and_rows([("inputs", lines), ("counters", dict(counts))])


def too_broad(parts: dict[str, Any]) -> Finding | None:
    """Whether a bug still stops the job: what is no line at all is not a bad line."""
    try:
        with collecting():
            list(parts["map_func"](None))
    except Exception:
        return None
    sentence = "You catch every error, so a bug of your own looks like a bad line. Name the error that you expect."
    return Finding("too_broad", sentence)


SKIP = Exercise(
    id="12.skip",
    title="Skip bad lines, and count them",
    parts=("map_func",),
    given={"reduce_func": total},
    inputs=some_lines,
    reference=lambda lines: tallied(good_statuses(lines)),
    mistakes=(
        Mistake(
            "bad_key",
            "You gave a pair for a bad line. Then it looks like a result: give no pair, and count it.",
            results=lambda lines: tallied([s if s is not None else "bad lines" for s in map(status, lines)]),
        ),
        Mistake(
            "zeros",
            "You gave a pair with a made-up status. Nobody can tell it from real data: give no pair at all.",
            results=lambda lines: tallied([s or 0 for s in map(status, lines)]),
        ),
        Mistake(
            "text",
            "Your status is text. Make a number of it, as `by_status` does.",
            results=lambda lines: tallied([str(s) for s in good_statuses(lines)]),
        ),
        Mistake(
            "only_200",
            "You also left out good lines. A request for a page that is not there is a good line.",
            results=lambda lines: tallied([s for s in good_statuses(lines) if s == 200]),
        ),
        Mistake(
            "last_word",
            "You took the last word of a line. The status is the last word but one.",
            results=lambda lines: tallied(
                [int(line.split()[-1]) for line in lines if line.split()[-1:] and line.split()[-1].isdigit()]
            ),
        ),
    ),
    also=(counted,),
    says={"raises": "Some lines are bad, and your function must live with them."},
    hints=Hints(
        idea="A bad line has no status, so `int` fails on it. Catch that error, and go on.",
        line="Look at what is inside your `try`. In the `except` you count, and you give no pair.",
        twin="Prices from lines such as 'tea 3':\n"
        "`def price(line):`\n"
        "`    try:`\n"
        "`        name, cents = line.split()`\n"
        "`        yield name, int(cents)`\n"
        "`    except ValueError:`\n"
        "`        counter('no price')`\n"
        "A line without a price gives no pair, and it is counted.",
        case="The line '*** log file turned over ***' gives no pair, and the counter goes up by 1.",
    ),
    worth="You catch only what you expect, so a bug still stops the job. The counter says how much was left out.",
)

Q2 = Quiz(
    id="12.q2",
    question="A map task sends a receipt for each of its 4 orders. Then the data that it wrote is lost. "
    "How many receipts do these customers get?",
    choices=(
        Choice(
            "4, as if nothing had happened",
            "That is so for pairs and for counters. A mail cannot be taken back.",
            expect=0.5,
        ),
        Choice("8, each of them twice", "The task runs again, with all that it does.", right=True, expect=0.35),
        Choice("None", "The first attempt had sent them before its data was lost.", expect=0.15),
    ),
)

# ----------------------------------------------------------- 12.idempotent: twice is the same as once


def some_orders(rng: Random) -> list[tuple]:
    """Eight orders (number, customer, amount): customers and amounts come more than once, numbers do not."""
    numbers = rng.sample(range(100, 1000), 8)
    return [(number, rng.choice(["ana", "bo", "cy"]), rng.choice([5, 5, 8, 20])) for number in numbers]


def first_of_each_text(orders: list[tuple]) -> dict:
    """The receipts, if one whose text is there already is left out."""
    texts: dict[str, int] = {}
    for order in orders:
        texts.setdefault(receipt_text(order), order[0])
    return {number: text for text, number in texts.items()}


def receipt_text(order: tuple) -> str:
    """What a receipt says."""
    _, customer, amount = order
    return f"{customer} paid {amount}"


IDEMPOTENT = Exercise(
    id="12.idempotent",
    title="Make a side effect idempotent",
    parts=("map_func",),
    inputs=some_orders,
    store=dict,
    reference=lambda orders: {order[0]: receipt_text(order) for order in orders},
    mistakes=(
        Mistake(
            "by_customer",
            "You named the receipt after the customer. The next order of the same customer would take its place.",
            map_func=lambda order, outbox: outbox.update({order[1]: receipt_text(order)}),
        ),
        Mistake(
            "by_text",
            "You named the receipt after its text. Another order with the same text would take its place.",
            map_func=lambda order, outbox: outbox.update({receipt_text(order): receipt_text(order)}),
        ),
        Mistake(
            "whole_order",
            "That is safe, but the name is the whole order. Take what tells it from all others: its number.",
            map_func=lambda order, outbox: outbox.update({order: receipt_text(order)}),
        ),
        Mistake(
            "amount",
            "You put only the amount into the outbox. A receipt says who paid it too.",
            map_func=lambda order, outbox: outbox.update({order[0]: order[2]}),
        ),
        Mistake(
            "empty",
            "Your outbox is empty. Put the receipt into it; what you return does not get there.",
            map_func=lambda order, outbox: None,
        ),
        Mistake(
            "clears",
            "You emptied the outbox, so the receipts of other orders are gone. Touch your own place only.",
            results=lambda orders: [{order[0]: receipt_text(order) for order in orders[-1:]}],
        ),
        Mistake(
            "text_name",
            "You named the receipt by a text. Take the number of the order as it is.",
            map_func=lambda order, outbox: outbox.update({str(order[0]): receipt_text(order)}),
        ),
        Mistake(
            "no_amount",
            "The amount is missing in your text. A receipt says who paid, and how much.",
            map_func=lambda order, outbox: outbox.update({order[0]: receipt_text(order).rpartition(" ")[0]}),
        ),
        Mistake(
            "same_text",
            "Two orders can have the same text, and each needs a receipt. Look for the order's number.",
            results=lambda orders: [first_of_each_text(orders)],
        ),
    ),
    says={
        "second_attempt": "A second attempt must write to the same place as the first.",
        "raises": "The outbox is a dictionary: it has names in square brackets.",
    },
    hints=Hints(
        idea="If a second attempt writes the same text to the same place, nobody can tell that it ran.",
        line="Look at the name in the square brackets. Would a second attempt find the same name?",
        twin="Save a picture of each page:\n"
        "`def save(page, folder):`\n"
        "`    address, picture = page`\n"
        "`    folder[address] = picture`\n"
        "The address is part of the input, so each attempt uses the same one.",
        case="Order 101 runs twice. There must be one receipt, and its name can only come from the order.",
    ),
    worth="The name comes from the order, not from what is there. So it may run twice, or twice at a time.",
)
