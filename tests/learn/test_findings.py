"""Each kind of finding, provoked by an answer that is wrong in just that way."""

from __future__ import annotations

import _thread
import os
import random
import threading
import time
from collections import Counter
from pathlib import Path

import fresh
import pytest

from mrkit.learn import CheckFailed, aside, check, diary, guard, verdict
from mrkit.learn.exercise import Case, Exercise, Hints, Mistake
from mrkit.learn.facts import facts
from mrkit.learn.findings import SENTENCES, Finding
from mrkit.learn.verdict import check_question

HINTS = Hints("idea", "line", "twin")


@pytest.fixture(autouse=True)
def only_what_it_does(monkeypatch):
    """Findings come from running here; what the text says first is seen in the fresh answers."""
    monkeypatch.setattr(verdict, "facts", lambda function: [])


def total(item):
    key, values = item
    return key, sum(values)


def some_words(rng):
    return rng.choices(["a", "at", "cat", "dog", "mouse", "house"], k=10)


def counted(words):
    return list(Counter(words).items())


def ones(word):
    return [(word, 1)]


COUNT = Exercise("t.count", "Count", ("map_func",), some_words, counted, HINTS, given={"reduce_func": total})
WHOLE = Exercise("t.whole", "Count", ("map_func", "reduce_func"), some_words, counted, HINTS)
SUM = Exercise(
    "t.sum",
    "Sum",
    ("reduce_func",),
    lambda rng: [(rng.choice("ab"), rng.randrange(9)) for _ in range(8)],
    lambda pairs: [(k, sum(v for key, v in pairs if key == k)) for k in {key for key, _ in pairs}],
    HINTS,
)
PLACE = Exercise("t.place", "Place", ("partitioner",), some_words, counted, HINTS, given={"reduce_func": total})
MEAN = Exercise(
    "t.mean",
    "Mean",
    ("map_func", "combiner", "reduce_func"),
    lambda rng: [rng.randrange(1, 50) for _ in range(7)],
    lambda numbers: [("mean", sum(numbers) / len(numbers))],
    HINTS,
    says={"combiner_times": "That is an average of averages."},
)


def tried(exercise, *answer, seed=0, **parts):
    return check_question(exercise, answer, parts, seed)


def fails(finding, exercise, *answer, **parts):
    result = tried(exercise, *answer, **parts)
    assert result.finding == finding, result
    assert not result
    return result.sentence


def words_of(rows):
    return " ".join(text for _, text in rows)


# Is there an answer?


@pytest.mark.parametrize(
    "answer", [..., None, lambda word: None, lambda word: ..., lambda word: [(..., 1)], lambda word: [...]]
)
def test_nothing_attempted(answer):
    result = tried(COUNT, answer)
    assert (result.status, result.finding) == ("untouched", "untouched")
    assert "Not attempted yet" in result.sentence
    assert not diary.entries()


def test_nbgraders_stub_is_not_attempted():
    def stub(word):
        """Say what it does."""
        # YOUR CODE HERE
        raise NotImplementedError()

    def half(word):
        if word:
            raise NotImplementedError
        return []

    def dots(word):
        """Say what it does."""
        ...

    assert {tried(COUNT, answer).status for answer in (stub, half, dots)} == {"untouched"}
    assert tried(WHOLE, ones).status == "untouched"  # the second part is missing
    assert tried(SUM, lambda item: ...).status == "untouched"
    assert tried(MEAN, lambda n: [(1, n)], lambda item: (item[0], ...), total).status == "untouched"
    assert tried(PLACE, lambda key, n: None).status == "untouched"


def test_the_code_that_was_given_is_not_an_attempt():
    def broken(word):
        yield word, 2

    def copied(word):
        yield word, 2

    exercise = Exercise("t", "T", ("map_func",), some_words, counted, HINTS, starter={"map_func": broken})
    assert "code that you were given" in tried(exercise, copied).sentence


def test_answers_that_are_no_functions():
    assert "map_func" in fails("not_function", COUNT, 3)
    fails("too_many", COUNT, ones, total)
    fails("too_many", COUNT, reduce=total)


# Determinism.


def test_not_deterministic():
    fails("not_deterministic", COUNT, lambda word: [(word, random.random())])
    fails("not_deterministic", SUM, lambda item: (item[0], time.perf_counter_ns()))
    fails("not_deterministic", PLACE, lambda key, n: random.randrange(n))


def test_unstable_hash():
    sentence = fails("unstable_hash", PLACE, lambda key, n: hash(key) % n)
    assert "hash('" in sentence
    fails("unstable_hash", COUNT, lambda word: [(hash((1, word)), 1)])
    assert tried(PLACE, lambda key, n: hash(len(key)) % n)  # of a number it is the same everywhere


def test_hash_by_a_helper():
    def helper(key):
        return hash(key)

    names = {"helper": helper}
    exec("def place(key, n):\n    return helper(key) % n", names)
    fails("unstable_hash", PLACE, names["place"])


# Contract.


def test_nothing():
    def forgets(word):
        [(word, 1)]  # noqa: B018

    assert "`yield`" in fails("nothing", COUNT, forgets)
    assert "`return`" in fails("nothing", SUM, lambda item: print(sum(item[1])))
    assert "`return`" in fails("nothing", PLACE, lambda key, n: print(key))
    fails("nothing", MEAN, lambda n: [("mean", n)], lambda item: print(), total)


def test_pair():
    assert "`'cat'`" in fails("pair", COUNT, lambda word: ["cat"])
    assert "one pair by itself" in fails("pair", COUNT, lambda word: (word, 1))
    fails("pair", COUNT, lambda word: 3)
    fails("pair", COUNT, lambda word: word)
    fails("pair", COUNT, lambda word: [(word, 1, 2)])
    fails("pair", MEAN, lambda n: [("mean", n)], lambda item: sum(item[1]), total)


def test_key():
    assert "A list can change" in fails("key", COUNT, lambda word: [([word, 1], 1)])
    assert "one thing in it" in fails("key", COUNT, lambda word: [([word], 1)])
    fails("key", COUNT, lambda word: [(float("nan"), 1)])
    fails("key", COUNT, lambda word: [(object, 1)])


def test_value():
    assert "A generator cannot travel" in fails("value", COUNT, lambda word: [(word, (c for c in word))])
    fails("value", COUNT, lambda word: [(word, threading.Lock())])
    fails("value", SUM, lambda item: (item[0], item[1]))
    fails("value", SUM, lambda item: iter([item[0]]).__class__ and (x for x in item))
    fails("value", MEAN, lambda n: [("mean", n)], lambda item: (item[0], item[1]), total)


def test_functions_that_cannot_travel():
    lock = threading.Lock()
    assert "`lock`" in fails("function_travel", COUNT, lambda word: [(word, int(lock.locked()))])


def test_input_changed():
    exercise = Exercise(
        "t",
        "T",
        ("map_func",),
        lambda rng: [rng.sample("abcd", 3) for _ in range(4)],
        lambda lists: counted(["".join(sorted(letters)) for letters in lists]),
        HINTS,
        given={"reduce_func": total},
    )

    def sorts_in_place(letters):
        letters.sort()
        yield "".join(letters), 1

    assert "You changed the record" in fails("input_changed", exercise, sorts_in_place)
    assert tried(exercise, lambda letters: [("".join(sorted(letters)), 1)])
    lists = Exercise(
        "t",
        "T",
        ("reduce_func",),
        lambda rng: [("a", [1, 2]), ("a", [3])],
        lambda pairs: [("a", 6)],
        HINTS,
    )

    def collects(item):
        key, values = item
        first = next(values)
        for value in values:
            first.extend(value)
        return key, sum(first)

    assert "You changed the values" in fails("input_changed", lists, collects)


def test_values_are_a_stream():
    def twice(item):
        key, values = item
        return key, sum(values) + sum(values)

    assert "second loop saw none" in fails("read_twice", SUM, twice)
    fails("read_twice", SUM, lambda item: (item[0], max(item[1]) - min(item[1])))
    fails("stream", SUM, lambda item: (item[0], item[1][0]))
    fails("stream", SUM, lambda item: (item[0], len(item[1])))

    def careful(item):
        key, values = item
        result = next(values)
        while (value := next(values, None)) is not None:
            result += value
        return key, result

    assert tried(SUM, careful)


def test_exceptions_are_findings():
    result = tried(SUM, lambda item: (item[0], sum(item[1]) / 0))
    assert result.finding == "raises"
    assert "ZeroDivisionError" in result.sentence
    assert dict(result.rows)["line"].startswith("result = tried(SUM")
    assert "one thing, the pair" in fails("signature", SUM, lambda key, values: (key, sum(values)))
    assert "two things" in fails("signature", PLACE, lambda key: 0)
    fails("signature", COUNT, lambda: [])


def test_the_lessons_own_function_cannot_use_the_values():
    sentence = fails("raises", COUNT, lambda word: [(word, word)])
    assert sentence.startswith("Your value is 'cat', but the lesson's reduce function adds numbers up.")


def test_functions_that_take_too_much_along():
    small, lines = {"a": 1}, ["a line of text" + str(n) for n in range(100_000)]
    assert "takes `lines` along" in fails("heavy", COUNT, lambda word: [(word, small["a"] or lines[0])])


def test_partition_number():
    assert "0 to 4" in fails("partition_number", PLACE, lambda key, n: n)
    fails("partition_number", PLACE, lambda key, n: -1)
    assert "Make a number of it" in fails("no_number", PLACE, lambda key, n: "0")


def test_combiner_keeps_its_key():
    fails("combiner_key", MEAN, lambda n: [("mean", n)], lambda item: ("all", sum(item[1])), total)


# Code that could hurt.


def test_endless_loops(monkeypatch):
    monkeypatch.setattr(guard, "SECONDS", 0.3)
    finished = []

    def loops(word):
        while True:
            pass

    def swallows(word):
        while True:
            try:  # noqa: SIM105
                word += ""
            except:  # noqa: E722
                pass

    def sleeps(word):
        time.sleep(2)
        finished.append(word)
        return [(word, 1)]

    for endless in (loops, swallows, sleeps):
        start = time.monotonic()
        assert "still running" in fails("endless", COUNT, endless)
        assert time.monotonic() - start < 1.9  # it did not wait for the end
    assert not finished
    while "mrkit-check" in {thread.name for thread in threading.enumerate()}:
        time.sleep(0.05)  # the sleeper: it ends when it wakes


def test_endless_pairs():
    def floods(word):
        while True:
            yield word, 1

    assert "more than 10,000 pairs" in fails("endless", COUNT, floods)


def test_recursion_exit_and_floods(capsys):
    def recurses(word):
        return recurses(word + "a")

    def exits(word):
        raise SystemExit(3)

    def floods(word):
        print("x" * 1_000_000)
        yield word, 2

    assert "without an end" in fails("raises", COUNT, recurses)
    fails("exits", COUNT, exits)
    result = tried(COUNT, floods)
    assert len(dict(result.rows)["you printed"]) <= 300
    assert capsys.readouterr() == ("", "")


def test_the_interrupt_gets_through():
    def loops(word):
        while True:
            pass

    threading.Timer(0.4, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        tried(COUNT, loops)
    assert tried(COUNT, ones)


def raising(error):
    def map_func(word):
        raise error

    return map_func


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3), GeneratorExit(), BaseException("x")])
def test_nothing_that_an_answer_raises_comes_out(error):
    assert not tried(COUNT, raising(error))


def test_the_process_may_end():
    def leaves(word):
        os._exit(3)

    fails("exits", COUNT, leaves)
    assert tried(COUNT, ones)


def test_nobody_types():
    def asks(word):
        return [(input(f"How often is {word}?"), 1)]

    assert "nobody" in fails("asks", COUNT, asks)


def test_memory_has_an_end(monkeypatch):
    monkeypatch.setattr(aside, "MOST_BYTES", 100_000_000)

    def hoards(word):
        kept = []
        while True:
            kept.append("x" * 1_000_000)
            time.sleep(0.001)

    assert "memory" in fails("memory", COUNT, hoards)


def test_slow_is_not_endless(monkeypatch):
    monkeypatch.setattr(guard, "SECONDS", 1.0)

    def dozes(word):
        time.sleep(0.05)
        yield word, 1

    assert "too slow" in fails("slow", COUNT, dozes)


@pytest.mark.parametrize("value", [10**400, 10**5000, float("nan"), object(), [10**400, 1]], ids=type)
def test_no_value_is_too_strange(value):
    results = [check(id, value) for id in ("00.group", "02.which", "03.breaks", "04.speedup", "06.makespan")]
    assert not any(results)
    assert {result.finding for result in results} <= {"bad_value", "wrong", "bad_input", "length", "apart"}


@pytest.mark.parametrize("unstable", [id, lambda text: text.__hash__(), lambda text: os.getpid(), hash])
def test_another_process_is_really_asked(unstable):
    fails("unstable_hash", PLACE, lambda key, n: unstable(key) % n)


def test_without_threads_the_clock_still_works(monkeypatch):
    def refuse(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)

    def loops(word):
        while True:
            word = word + ""

    assert tried(COUNT, ones)
    monkeypatch.setattr(guard, "SECONDS", 0.3)
    fails("endless", COUNT, loops)


# Order.


def test_value_order():
    first = fails("value_order", SUM, lambda item: (item[0], next(item[1])))
    assert "I reordered the values: '" in first
    fails("value_order", SUM, lambda item: (item[0], list(item[1])))


def test_key_order():
    running = 0

    def adds_on(item):
        nonlocal running
        running += sum(item[1])
        return item[0], running

    assert "previous key" in fails("key_order", SUM, adds_on)


# Isolation.


def test_shared_state_is_named():
    seen, counts = set(), Counter()

    def first_only(word):
        if word in seen:
            return []
        seen.add(word)
        return [(word, 1)]

    def with_default(word, numbers=[]):  # noqa: B006
        numbers.append(word)
        yield word, len(numbers)

    def so_far(word):
        counts[word] += 1
        yield word, counts[word]

    def attribute(word):
        attribute.calls = getattr(attribute, "calls", 0) + 1
        yield word, attribute.calls

    for function, name in (first_only, "seen"), (with_default, "numbers"), (so_far, "counts"):
        assert f"`{name}` is shared here" in fails("shared_state", COUNT, function)
    fails("shared_state", COUNT, attribute)
    assert (seen, counts) == (set(), Counter())  # the learner's own variables are as they were


def test_globals_of_a_notebook():
    names = {"__name__": "__main__"}
    exec("n = 0\ndef number(word):\n    global n\n    n += 1\n    yield word, n\n", names)
    assert "`n` is shared" in fails("shared_state", COUNT, names["number"])
    assert names["n"] == 0


def test_a_cache_that_changes_nothing_is_fine():
    known = {}

    def remembers(word):
        if word not in known:
            known[word] = len(word)
        yield word, known[word] // known[word]

    assert tried(COUNT, remembers)


def test_split():
    exercise = Exercise("t", "T", ("map_func",), some_words, counted, HINTS, given={"reduce_func": total}, lists=True)

    def numbers(words):
        for number, word in enumerate(words):
            yield word, number

    def adds_up(words):
        return Counter(words).items()

    assert "A map function sees only its split" in fails("split", exercise, numbers)
    assert tried(exercise, adds_up)


def test_placement():
    def pairs(rng):
        return [(rng.choice("abc"), rng.choice("xyz*")) for _ in range(12)]

    exercise = Exercise(
        "t", "T", ("partitioner",), pairs, counted, HINTS, given={"reduce_func": total}, together=lambda key: key[0]
    )
    sentence = fails("placement", exercise, lambda key, n: len(key[1]) * ord(key[1]) % n)
    assert sentence.startswith("(")
    assert "met different reducers" in sentence
    assert tried(exercise, lambda key, n: ord(key[0]) % n)


def test_equal_keys_meet():
    mixed = Exercise(
        "t", "T", ("partitioner",), lambda rng: [1, 1.0, True, 2], counted, HINTS, given={"reduce_func": total}
    )
    keys = Exercise(
        "t", "T", ("map_func", "partitioner"), lambda rng: [1, 1.0, 2], counted, HINTS, given={"reduce_func": total}
    )
    assert tried(mixed, lambda key, n: int(key) % n)
    assert "became 2 results" in fails("reducer_count", keys, ones, lambda key, n: len(str(key)) % n)


def test_a_partitioner_that_takes_turns():
    turn = 0

    def in_turn(key, n):
        nonlocal turn
        turn += 1
        return turn % n

    assert "another process gave another answer" in fails("unstable_hash", PLACE, in_turn)


def test_second_attempt():
    done = set()

    def once_only(item):
        if item[0] in done:
            return item[0], 0
        done.add(item[0])
        return item[0], sum(item[1])

    fails("second_attempt", SUM, once_only)


def test_second_attempt_of_a_side_effect():
    rows = lambda rng: list(enumerate(some_words(rng)))  # noqa: E731
    numbered = Exercise("t", "T", ("map_func",), rows, dict, HINTS, store=dict)

    def adds(row, store):
        store[row[1]] = store.get(row[1], 0) + 1

    def puts(row, store):
        number, word = row
        store[number] = word

    def lengthens(row, store):
        store[row[0]] = store.get(row[0], "") + row[1]

    assert "ran twice and was counted twice" in fails("second_attempt", numbered, adds)
    assert "left something else" in fails(
        "second_attempt_text", numbered, lambda row, store: store.update({row[0]: len(store)})
    )
    assert "added to what the first" in fails("second_attempt_added", numbered, lengthens)
    assert tried(numbered, puts)
    fails("wrong", numbered, lambda row, store: store.update({row[1]: row[0]}))


# Combiner.


def number(n):
    return [("mean", n)]


def mean(item):
    values = list(item[1])
    return item[0], sum(values) / len(values)


def partial(item):
    values = list(item[1])
    return item[0], (sum(v[0] for v in values), sum(v[1] for v in values))


def divided(item):
    _, (top, bottom) = partial(item)
    return item[0], top / bottom


def test_combiner_times():
    sentence = fails("combiner_times", MEAN, number, mean, mean)
    assert sentence.startswith("Without a combiner ")
    assert sentence.endswith("That is an average of averages.")
    assert tried(MEAN, lambda n: [("mean", (n, 1))], partial, divided)


def test_combiner_twice():
    def squares(item):
        return item[0], sum(value * value for value in item[1])

    def most(item):
        return item[0], max(item[1])

    # Once or never it makes no difference, since the reducer looks at the signs alone.
    signs = Exercise(
        "t",
        "T",
        ("map_func", "combiner", "reduce_func"),
        lambda rng: [rng.choice([1, 3]) for _ in range(6)],
        lambda numbers: [("odd", True)],
        HINTS,
    )

    def doubles(item):
        values = list(item[1])
        return item[0], values[0] if len(values) == 1 else sum(values) + 1 - sum(values) % 2

    assert tried(signs, lambda n: [("odd", n)], most, lambda item: (item[0], max(item[1]) % 2 == 1))
    assert tried(signs, lambda n: [("odd", n)], doubles, lambda item: (item[0], all(v % 2 for v in item[1])))
    fails("combiner_times", MEAN, number, squares, total)


def test_combiner_type():
    def as_pair(item):
        values = list(item[1])
        return item[0], (sum(values), len(values))

    assert "Both must have the same parts" in fails("combiner_type_map", MEAN, number, as_pair, divided)
    fails("combiner_type", MEAN, lambda n: [("mean", (n, 1))], lambda item: (item[0], len(list(item[1]))), divided)


def test_a_reducer_that_is_its_own_combiner():
    exercise = Exercise(
        "t",
        "T",
        ("reduce_func",),
        SUM.inputs,
        SUM.reference,
        HINTS,
        given={"combiner": "reduce_func"},
    )
    assert tried(exercise, total)
    assert not tried(exercise, lambda item: (item[0], sum(1 for _ in item[1])))


# Correctness.


def test_wrong_shows_the_smallest_input():
    result = tried(COUNT, lambda word: [(word, 1 + (word == "cat"))])
    assert result.finding == "wrong"
    assert dict(result.rows) == {"inputs": "['cat']", "you gave": "('cat', 2)", "should be": "('cat', 1)"}


def test_nothing_came_out():
    fails("no_results", COUNT, lambda word: [])


def test_edges_say_their_own_sentence():
    exercise = Exercise(
        "t",
        "Who imports it?",
        ("map_func",),
        some_words,
        counted,
        HINTS,
        given={"reduce_func": total},
        edges=(Case("unmatched", ["nobody", "cat"], "You lost the modules that nobody imports."),),
    )
    result = tried(exercise, lambda word: [] if word == "nobody" else [(word, 1)])
    assert (result.finding, result.sentence) == ("unmatched", "You lost the modules that nobody imports.")
    assert "['nobody']" in words_of(result.rows)


def test_mistakes_are_told_apart_by_their_pairs():
    mistakes = (
        Mistake("twos", "You count in twos.", map_func=lambda word: [(word, 2)]),
        Mistake("again", "You yield twice.", map_func=lambda word: [(word, 1), (word, 1)]),
    )
    exercise = Exercise("t", "T", ("map_func",), some_words, counted, HINTS, {"reduce_func": total}, mistakes)
    assert fails("twos", exercise, lambda word: [(word, 2)]) == "You count in twos."
    assert fails("again", exercise, lambda word: [(word, 1)] * 2) == "You yield twice."


def test_one_plain_function():
    exercise = Exercise(
        "t",
        "Amdahl",
        ("function",),
        lambda rng: [(rng.random(), rng.randrange(1, 9)) for _ in range(5)],
        lambda serial, workers: 1 / (serial + (1 - serial) / workers),
        HINTS,
        mistakes=(Mistake("linear", "N workers are not N times faster.", function=lambda serial, workers: workers),),
    )
    assert tried(exercise, lambda s, n: n / (s * n + 1 - s))
    fails("linear", exercise, lambda s, n: n)
    fails("wrong", exercise, lambda s, n: 1 / s)
    fails("nothing", exercise, lambda s, n: print(s))
    fails("not_deterministic", exercise, lambda s, n: random.random())
    fails("raises", exercise, lambda s, n: 1 / 0)


# Cost.


def test_budget():
    parts, given = ("map_func",), {"reduce_func": total}
    exercise = Exercise("t", "T", parts, some_words, counted, HINTS, given, lists=True, budget=lambda w: len(set(w)))
    sentence = fails("budget", exercise, lambda words: [(word, 1) for word in words])
    assert sentence.startswith("You moved ")
    assert sentence.endswith("Add up locally first?")
    assert tried(exercise, lambda words: list(Counter(words).items()))


def test_load():
    exercise = Exercise(
        "t", "T", ("partitioner",), lambda rng: [*"abcdefgh"], counted, HINTS, {"reduce_func": total}, balance=0.5
    )
    assert "a sequential program" in fails("load", exercise, lambda key, n: 0)
    assert "of 8 records" in fails("load", exercise, lambda key, n: int(key == "a") % n)
    assert tried(exercise, lambda key, n: ord(key) % n)


def test_probes():
    def says_no(parts, inputs):
        return None if parts["map_func"]("a") == [("a", 1)] else Finding("odd", "That is odd.")

    exercise = Exercise("t", "T", ("map_func",), some_words, counted, HINTS, {"reduce_func": total}, also=(says_no,))
    assert tried(exercise, ones)
    assert fails("odd", exercise, lambda word: ((w, 1) for w in [word])) == "That is odd."


# The result.


def test_result_is_true_or_raises_when_asked():
    assert tried(COUNT, ones).require()
    with pytest.raises(CheckFailed, match="gave nothing back"):
        tried(COUNT, lambda word: print()).require()


def test_cards_have_a_text_twin():
    result = tried(COUNT, lambda word: [(word, "<b>" * 2)])
    shown = result._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html"}
    assert "<b>" not in shown["text/html"]
    assert result.sentence in shown["text/plain"]
    assert 'role="status"' in shown["text/html"]
    assert "Not yet" in shown["text/plain"]


def test_a_check_is_the_same_every_time():
    def flawed(word):
        yield word[:2], 1

    assert tried(COUNT, flawed) == tried(COUNT, flawed)
    assert repr(check("01.length", flawed)) == repr(check("01.length", flawed))


def test_every_sentence_is_tested_here_or_in_a_bank():
    """A finding that no test provokes may never be found."""
    source = Path(__file__).read_text() + "".join(p.read_text() for p in Path(__file__).parent.rglob("*.py"))
    source += "".join(f'"{answer.finding}"' for answer in fresh.ANSWERS)
    from mrkit.learn.findings import SAME

    known = {SAME.get(id, id) for id in SENTENCES} - {"passed", "breaks"}
    assert {id for id in known if f'"{id}"' not in source} == set()


def test_facts_are_read_from_the_text():
    def splits(line):
        return line.split(" ")

    assert [(fact.id, fact.line) for fact in facts(splits)] == [("split_at_space", 'return line.split(" ")')]


def test_in_a_job_of_ones_own_a_letter_may_be_the_group():
    def first_letter(key):
        return key[0]

    def counted(item):
        letter, pairs = item
        yield letter, sum(count for _, count in pairs)

    right = lambda words: list(Counter(word[0] for word in words).items())  # noqa: E731
    own = Exercise("t", "T", ("map_func", "reduce_func"), some_words, right, HINTS, group_by=first_letter)
    assert tried(own, lambda word: [(word, 1)], counted)
