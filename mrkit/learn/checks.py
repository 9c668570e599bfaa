"""The checks, in the order in which they run: each looks at one thing that a real run could do differently.

A check takes a trial and some inputs and returns the first `Finding`, or None. It compares one way of running the
learner's functions with another; only the last but one knows what the right results are.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any

from mrkit import flow
from mrkit.errors import BadKey, MrkitError, short
from mrkit.learn.exercise import Mistake
from mrkit.learn.findings import ROLES, Finding, Text, found, show
from mrkit.learn.same import form, forms, kind, state
from mrkit.learn.trial import Stop, Trial, Worker, complaint, groups, map_side, run, uses_hash
from mrkit.partition import canonical
from mrkit.pickling import dumps

Check = Callable[[Trial, list], Finding | None]
PARTITIONS = (1, 2, 3, 5)  # numbers that a partitioner is tried with
PROCESSES = ("one", "another", "a third", "a fourth", "a fifth")  # by chance, two of them may agree on a few texts


def look(check: Check, trial: Trial, inputs: list) -> Finding | None:
    """What a check finds, whichever way it says so."""
    try:
        return check(trial, inputs)
    except Stop as stop:
        return stop.finding
    except MrkitError as error:
        return complaint(error)


# Determinism.


def same_answer_twice(trial: Trial, inputs: list) -> Finding | None:
    """Two fresh workers, the same inputs."""
    return _two_workers(trial, inputs, "not_deterministic", None, None)


def same_answer_elsewhere(trial: Trial, inputs: list) -> Finding | None:
    """Two workers in which `hash` of a text differs, as it does between processes."""
    if not any(map(uses_hash, trial.answer.values())):
        return None
    for other in PROCESSES[1:]:
        if finding := _two_workers(trial, inputs, "unstable_hash", PROCESSES[0], other):
            return finding
    return None


def _two_workers(trial: Trial, inputs: list, id: str, *salts: str | None) -> Finding | None:
    one, other = map(trial.worker, salts)
    for rows, call in _calls(trial, inputs):
        before, after = _tried(call, one), _tried(call, other)
        if form(before) != form(after):
            rows = [*rows, ("first answer", before), ("second answer", after)]
            return found(id, rows, given=_first_text(rows)) if any(salts) else found(id, rows)
    return None


def _calls(trial: Trial, inputs: list) -> Iterator[tuple[list, Callable[[Worker], Any]]]:
    """Every call that a job on these inputs makes of the learner's functions, with the rows that describe it."""
    for record in trial.records(inputs):
        yield [("input", record)], lambda worker, record=record: worker.map(copy.deepcopy(record))  # type: ignore[misc]
    for key, values in _groups_or_none(trial, inputs).items():
        rows = [("key", key), ("values", values)]
        for part in ("combine", "reduce"):
            if part == "reduce" or trial.combines:
                yield (
                    rows,
                    lambda worker, part=part, item=(key, values): getattr(worker, part)(  # type: ignore[misc]
                        (item[0], copy.deepcopy(item[1]))
                    ),
                )
        if "partitioner" in trial.parts:
            yield [("key", key)], lambda worker, key=key: worker.place(key, 5)  # type: ignore[misc]


def _groups_or_none(trial: Trial, inputs: list) -> flow.Groups:
    """The groups, or none if the map function breaks its contract: that is another check's finding."""
    try:
        worker = trial.worker()
        return flow.group(flow.map_records(worker.map, trial.records(inputs)))
    except (Stop, MrkitError):
        return {}


def _tried(call: Callable[[Worker], Any], worker: Worker) -> Any:
    try:
        answer = call(worker)
        dumps(answer)
    except Stop as stop:
        return f"{stop.finding.id}"
    except Exception:
        return "something that cannot travel"
    return answer


def _first_text(rows: Iterable[tuple[str, Any]]) -> str:
    given = next((value for label, value in rows if label in ("key", "input")), "a")
    return short(given, 20)


# Contract.


def map_contract(trial: Trial, inputs: list) -> Finding | None:
    """Pairs that can be grouped and can travel; an input that stays as it was."""
    if trial.exercise.store or not {"map_func", "function"} & set(trial.answer):
        return None
    worker = trial.worker()
    for record in trial.records(inputs):
        mine, before = copy.deepcopy(record), form(record)
        given = worker.map(mine)
        rows = [("input" if "map_func" in trial.parts else "arguments", record)]
        finding = _bad_value(trial, given, rows) if "function" in trial.parts else _bad_pairs(given, rows)
        if finding:
            return finding
        if form(mine) != before:
            what = "record" if "map_func" in trial.parts else "arguments"
            return found("input_changed", [*rows, ("afterwards", mine)], what=what)
    return None


def _bad_value(trial: Trial, given: list, rows: list) -> Finding | None:
    (_, value), *_ = given
    if value is ...:
        return found("untouched")
    if value is None:
        return found("nothing", rows, role="function", word="return")
    return _unfit_to_travel(value, rows)


def _bad_pairs(given: Any, rows: list) -> Finding | None:
    if given is ...:
        return found("untouched")
    if given is None:
        return found("nothing", rows, role="map function", word="yield")
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        return found("pair", [*rows, ("you gave", given)], given=short(given, 40))
    pairs = list(given)
    if isinstance(given, tuple) and len(pairs) == 2 and not all(map(_is_pair, pairs)):
        return found("one_pair", [*rows, ("you gave", given)])
    for pair in pairs:
        if pair is ... or (_is_pair(pair) and any(part is ... for part in pair)):
            return found("untouched")
        if not _is_pair(pair):
            return found("pair", [*rows, ("you gave", pair)], given=short(pair, 40))
        finding = _bad_key(pair[0], [*rows, ("you gave", pair)]) or _unfit_to_travel(pair[1], rows)
        if finding:
            return finding
    return None


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, tuple | list) and len(pair) == 2


def _bad_key(key: Any, rows: list) -> Finding | None:
    try:
        hash(key)
    except TypeError:
        return found("key", rows, kind=type(key).__name__)
    try:
        canonical(key)
    except BadKey:
        return found("no_key", rows, given=short(key, 40))
    return None


def _unfit_to_travel(value: Any, rows: list) -> Finding | None:
    try:
        dumps(value)
    except Exception:
        return found("value", [*rows, ("you gave", value)], kind=type(value).__name__.replace("_", " "))
    return None


def combiner_contract(trial: Trial, inputs: list) -> Finding | None:
    """One pair with the same key, that looks like what map gives."""
    if not trial.combines:
        return None
    worker = trial.worker()
    for key, values in groups(trial, inputs).items():
        mine, before = copy.deepcopy(values), form(values)
        rows = [("key", key), ("values", values)]
        pair = worker.combine((key, mine))
        if pair is None:
            return found("nothing", rows, role="combiner", word="return")
        if pair is ... or (_is_pair(pair) and any(part is ... for part in pair)):
            return found("untouched")
        rows.append(("you gave", pair))
        if hasattr(pair, "gi_frame"):
            return found("yield_in_reduce", rows, role="combiner")
        if not _is_pair(pair):
            return found("pair", rows, given=short(pair, 40))
        if form(pair[0]) != form(key):
            return found("combiner_key", rows, key=short(key, 40), given=short(pair[0], 40))
        finding = _unfit_to_travel(pair[1], rows)
        if finding:
            return finding
        if form(mine) != before:
            return found("input_changed", rows, what="values")
        if kind(pair[1]) not in set(map(kind, values)):
            before_after = {"before": short(values[0], 40), "after": short(pair[1], 40)}
            return found("combiner_type", rows, **before_after)
    return None


def reduce_contract(trial: Trial, inputs: list) -> Finding | None:
    """One result for each group, that can travel; values that stay as they were."""
    if "reduce_func" not in trial.answer:
        return None
    worker = trial.worker()
    for key, values in groups(trial, inputs).items():
        mine, before = copy.deepcopy(values), form(values)
        rows = [("key", key), ("values", values)]
        result = worker.reduce((key, mine))
        if result is ... or (_is_pair(result) and any(part is ... for part in result)):
            return found("untouched")
        if result is None:
            return found("nothing", rows, role="reduce function", word="return")
        rows.append(("you gave", result))
        if hasattr(result, "gi_frame"):
            return found("yield_in_reduce", rows, role="reduce function")
        finding = _unfit_to_travel(result, rows)
        if finding:
            return finding
        if form(mine) != before:
            return found("input_changed", rows, what="values")
    return None


def partitioner_contract(trial: Trial, inputs: list) -> Finding | None:
    """A whole number within the range, for every key and number of partitions."""
    if "partitioner" not in trial.answer:
        return None
    for count in PARTITIONS:
        worker = trial.worker()
        for key in groups_of_keys(trial, inputs):
            number = worker.place(key, count)
            rows = [("key", key), ("partitions", count), ("you gave", number)]
            if number is ...:
                return found("untouched")
            if number is None:
                return found("nothing", rows[:2], role="partitioner", word="return")
            if not hasattr(number, "__index__") or not 0 <= number.__index__() < count:
                names = {"key": short(key, 40), "given": short(number, 40)}
                return found("partition_number", rows, count=count, last=count - 1, **names)
    return None


def groups_of_keys(trial: Trial, inputs: list) -> list:
    """The distinct keys, in the order first met."""
    return list(flow.group(flow.map_records(trial.worker().map, trial.records(inputs))))


# Order.


def value_order(trial: Trial, inputs: list) -> Finding | None:
    """The values of each group in other orders."""
    if "reduce_func" not in trial.parts:
        return None
    given = groups(trial, inputs)
    plain = _reduced(trial, given.items())
    orders: list[Callable[[list], list]] = [
        lambda values: values[::-1],
        lambda values: sorted(values, key=form),
        lambda values: Random(len(values)).sample(values, len(values)),
    ]
    for order in orders:
        other = _reduced(trial, ((key, order(values)) for key, values in given.items()))
        for key, values in given.items():
            before, after = plain[key], other[key]
            if _form(trial, before) != _form(trial, after):
                rows = [("key", key), ("values", values), ("you gave", before)]
                rows += [("other order", order(values)), ("you gave", after)]
                shown = _difference(key, before, after)
                return found("value_order", rows, key=short(key, 40), before=shown[0], after=shown[1])
    return None


def key_order(trial: Trial, inputs: list) -> Finding | None:
    """The groups in another order, as if other keys had come to this worker before."""
    if "reduce_func" not in trial.parts:
        return None
    given = list(groups(trial, inputs).items())
    plain, other = _reduced(trial, given), _reduced(trial, given[::-1])
    for key, values in given:
        if _form(trial, plain[key]) != _form(trial, other[key]):
            rows = [("keys", [key for key, _ in given]), ("key", key), ("values", values)]
            return found("key_order", [*rows, ("you gave", plain[key]), ("keys reversed, you gave", other[key])])
    return None


def _reduced(trial: Trial, items: Iterable[tuple[Any, list]]) -> dict:
    worker = trial.worker()
    return {key: worker.reduce((key, values)) for key, values in items}


def _form(trial: Trial, result: Any) -> str:
    compare = trial.exercise.compare
    return form(compare(result) if compare else result)


def _difference(key: Any, before: Any, after: Any) -> tuple[str, str]:
    """What differs, without the key if both results are pairs that begin with it."""
    if all(_is_pair(result) and form(result[0]) == form(key) for result in (before, after)):
        before, after = before[1], after[1]
    return short(before, 40), short(after, 40)


# Isolation.


def shared_state(trial: Trial, inputs: list) -> Finding | None:
    """One worker for all inputs, and a fresh one for each."""
    if "map_func" not in trial.answer or trial.exercise.lists:
        return None
    worker = trial.worker()
    before = state(worker.parts["map_func"])
    for record in inputs:
        here = worker.map(copy.deepcopy(record))
        fresh = trial.worker().map(copy.deepcopy(record))
        if form(here) != form(fresh):
            after = state(worker.parts["map_func"])
            changed = [name for name, value in after.items() if before.get(name) != value]
            rows = [("inputs", inputs), ("input", record), ("after the others", here), ("on a fresh worker", fresh)]
            return found("shared_state", rows, name=changed[0]) if changed else _split_finding(trial, inputs, rows)
    return None


def splits(trial: Trial, inputs: list) -> Finding | None:
    """The same inputs in one, two and three splits."""
    return _split_finding(trial, inputs, [("inputs", inputs)])


def _split_finding(trial: Trial, inputs: list, rows: list) -> Finding | None:
    plain = run(trial, inputs, splits=1, combine=0)
    if trial.exercise.lists and mistake_of(trial, [inputs]):
        return None  # wrong in one split already, and it is known why
    for count in (2, 3, len(inputs)):
        other = run(trial, inputs, splits=count, combine=0)
        if not _same_results(trial, plain, other):
            before, after = _first_difference(trial, plain, other)
            rows = [*rows, ("one split", plain), (f"{count} splits", other)]
            return found("split", rows, before=show(before, 40), count=count, after=show(after, 40))
    return None


def placement(trial: Trial, inputs: list) -> Finding | None:
    """Keys that are equal, or that the exercise wants together, in one partition."""
    keys = groups_of_keys(trial, inputs)
    together = trial.exercise.together or (lambda key: key)
    for count in PARTITIONS:
        worker = trial.worker()
        place = worker.place if "partitioner" in trial.parts else flow.hash_partitioner
        first: dict[Any, tuple[Any, Any]] = {}
        for key in keys:
            number = place(key, count)
            other, there = first.setdefault(together(key), (key, number))
            if there != number:
                rows = [("partitions", count), (_name(other), there), (_name(key), number)]
                return found("placement", rows, one=_name(other), other=_name(key))
    return None


def _name(key: Any) -> str:
    return f"({', '.join(map(str, key))})" if isinstance(key, tuple) else short(key, 40)


def reducer_count(trial: Trial, inputs: list) -> Finding | None:
    """One partition, and three."""
    plain = run(trial, inputs, splits=3, partitions=1, combine=0)
    for count in PARTITIONS[1:]:
        other = run(trial, inputs, splits=3, partitions=count, combine=0)
        if not _same_results(trial, plain, other):
            rows = [("inputs", inputs), ("1 partition", plain), (f"{count} partitions", other)]
            before, after = _by_key(plain), _by_key(other)
            for key, made in after.items():
                if len(made) > len(before.get(key, ())) == 1:
                    return found("reducer_count", rows, count=count, key=short(made[0][0], 40), after=len(made))
            return found("reducer_count_other", rows, count=count)
    return None


def second_attempt(trial: Trial, inputs: list) -> Finding | None:
    """Each task twice on its worker; what the second attempt gave is what counts."""
    if trial.exercise.store:
        return _stored_twice(trial, inputs)
    once = run(trial, inputs, splits=2, combine=0)
    twice = run(trial, inputs, splits=2, combine=0, attempts=2)
    if _same_results(trial, once, twice):
        return None
    rows = [("inputs", inputs), ("tasks ran once", once), ("tasks ran twice", twice)]
    return found("second_attempt_lost", rows)


def _stored_twice(trial: Trial, inputs: list) -> Finding | None:
    once, twice = stored(trial, inputs, 1), stored(trial, inputs, 2)
    if form(once) == form(twice):
        return None
    return found("second_attempt", [("inputs", inputs), ("ran once, stored", once), ("ran twice, stored", twice)])


def stored(trial: Trial, inputs: list, attempts: int = 1) -> Any:
    """What is in the store when the task ran so many times, each time in a fresh worker."""
    store = None
    for _ in range(attempts):
        worker = trial.worker()
        worker.store = worker.store if store is None else store
        for record in trial.records(inputs):
            worker.map(copy.deepcopy(record))
        store = worker.store
    return store


# Combiner.


def combiner_times(trial: Trial, inputs: list) -> Finding | None:
    """The combiner not at all, once and twice."""
    if not trial.combines:
        return None
    never = run(trial, inputs, splits=2, combine=0)
    for times, id, word in ((1, "combiner_times", "once"), (2, "combiner_twice", "twice")):
        try:
            some = run(trial, inputs, splits=2, combine=times)
        except Stop as stop:
            if stop.finding.id != "raises":
                raise
            return found("combiner_type", stop.finding.rows, before="one thing", after="another")
        if not _same_results(trial, never, some):
            before, after = _first_difference(trial, never, some)
            rows = [("inputs", inputs), ("no combiner", never), (f"combiner {word}", some)]
            return found(id, rows, before=show(before, 40), after=show(after, 40))
    return None


# Correctness.


def correctness(trial: Trial, inputs: list) -> Finding | None:
    """What plain Python makes of the same inputs."""
    given, expected = results(trial, inputs), reference(trial, inputs)
    if _same_results(trial, given, expected):
        return None
    if not given and expected and "map_func" in trial.answer:
        return found("no_results", [("inputs", inputs)], role=ROLES["map_func"])
    yours, right = _unmatched(trial, given, expected), _unmatched(trial, expected, given)
    one = "function" in trial.parts and len(inputs) == 1
    rows: list[tuple[str, Any]] = [("arguments", inputs[0]) if one else ("inputs", inputs)]
    rows += [("you gave", yours[0] if len(yours) == 1 else yours)] if yours else [("you gave", Text("nothing for it"))]
    rows += [("should be", right[0] if len(right) == 1 else right)] if right else [("should be", Text("not there"))]
    return found("wrong", rows)


def results(trial: Trial, inputs: list) -> list:
    """The results of an ordinary run: two splits (one, if that is the input), two partitions, a combiner if any."""
    if trial.exercise.store:
        return [stored(trial, inputs)]
    if "function" in trial.parts:
        worker = trial.worker()
        return [value for record in inputs for _, value in worker.map(copy.deepcopy(record))]
    return run(trial, inputs, splits=1 if trial.exercise.lists else 2, partitions=2)


def reference(trial: Trial, inputs: list) -> list:
    """The right results, from the exercise's own plain Python."""
    exercise = trial.exercise
    if "function" in exercise.parts:
        return [exercise.reference(*copy.deepcopy(record)) for record in inputs]
    right = exercise.reference(copy.deepcopy(inputs))
    return [right] if exercise.store else list(right)


def mistake_of(trial: Trial, cases: list[list]) -> Mistake | None:
    """The mistake that gives the learner's results on every case; if there are several, with the same pairs too."""
    alike = [m for m in trial.exercise.mistakes if all(_mistaken(trial, m, inputs) for inputs in cases)]
    exact = (m for m in alike if all(_same_pairs(trial, m, inputs) for inputs in cases))
    return next(exact, alike[0] if alike else None)


def _mistaken(trial: Trial, mistake: Mistake, inputs: list) -> bool:
    try:
        if mistake.results is not None:
            wrong = list(mistake.results(copy.deepcopy(inputs)))
        elif mistake.parts:
            wrong = results(_with(trial, mistake), inputs)
        else:
            return False
        return _same_results(trial, results(trial, inputs), wrong)
    except (Stop, MrkitError):
        return False


def _same_pairs(trial: Trial, mistake: Mistake, inputs: list) -> bool:
    if "map_func" not in mistake.parts:
        return False
    return form(groups(trial, inputs)) == form(groups(_with(trial, mistake), inputs))


def _with(trial: Trial, mistake: Mistake) -> Trial:
    return Trial(trial.exercise, trial.answer | mistake.parts)


# Cost.


def budget(trial: Trial, inputs: list) -> Finding | None:
    """How many records travelled."""
    if trial.exercise.budget is None:
        return None
    moved = sum(len(values) for row in map_side(trial, inputs) for bucket in row for values in bucket.values())
    enough = trial.exercise.budget(inputs)
    if moved <= enough:
        return None
    rows = [("inputs", inputs), ("records moved", moved)]
    return found("budget", rows, before=f"{moved:,}", after=f"{enough:,}")


def load(trial: Trial, inputs: list) -> Finding | None:
    """How evenly the records are spread over four reducers."""
    if trial.exercise.balance is None:
        return None
    (row,) = map_side(trial, inputs, partitions=4) or [[]]
    loads = [sum(map(len, bucket.values())) for bucket in row]
    if not loads or max(loads) <= trial.exercise.balance * sum(loads):
        return None
    rows = [("inputs", inputs), ("records for each reducer", loads)]
    if max(loads) == sum(loads):
        return found("load", rows)
    return found("load_share", rows, count=4, before=max(loads), after=sum(loads))


def probes(trial: Trial, inputs: list) -> Finding | None:
    """What only this exercise asks for."""
    for probe in trial.exercise.also:
        try:
            finding = probe(trial.worker().parts, copy.deepcopy(inputs))
        except Exception as error:
            name = f"{type(error).__name__}: {error}".rstrip(": .")
            finding = found("raises", [("inputs", inputs)], role=ROLES[trial.exercise.parts[0]], error=name)
        if finding is not None:
            return finding
    return None


# Comparing results.


def _same_results(trial: Trial, one: list, other: list) -> bool:
    compare = trial.exercise.compare or (lambda result: result)
    if trial.exercise.parts == ("function",):
        return [form(compare(result)) for result in one] == [form(compare(result)) for result in other]
    return forms(map(compare, one)) == forms(map(compare, other))


def _unmatched(trial: Trial, results: list, others: list) -> list:
    """Those results that have no partner among the others."""
    left = forms(_form_value(trial, other) for other in others)
    lonely = []
    for result in results:
        name = form(_form_value(trial, result))
        if left[name]:
            left[name] -= 1
        else:
            lonely.append(result)
    return lonely


def _form_value(trial: Trial, result: Any) -> Any:
    return trial.exercise.compare(result) if trial.exercise.compare else result


def _first_difference(trial: Trial, one: list, other: list) -> tuple[Any, Any]:
    """The first result that differs, in both; their numbers of results if there is no such pair."""
    mine, theirs = _unmatched(trial, one, other), _unmatched(trial, other, one)
    if not mine or not theirs:
        return Text(f"{len(one)} results"), Text(f"{len(other)} results")
    before = mine[0]
    after = next((r for r in theirs if _is_pair(r) and _is_pair(before) and form(r[0]) == form(before[0])), theirs[0])
    if _is_pair(before) and _is_pair(after) and form(before[0]) == form(after[0]):
        before, after = before[1], after[1]
    return before, after


def _by_key(results: list) -> dict[str, list]:
    """Those results that are pairs, by their first part."""
    keyed: dict[str, list] = {}
    for result in filter(_is_pair, results):
        keyed.setdefault(form(result[0]), []).append(result)
    return keyed


COST: tuple[Check, ...] = (budget, load, probes)
ORDER: tuple[Check, ...] = (
    same_answer_twice,
    same_answer_elsewhere,
    map_contract,
    combiner_contract,
    reduce_contract,
    partitioner_contract,
    value_order,
    key_order,
    shared_state,
    splits,
    placement,
    reducer_count,
    second_attempt,
    combiner_times,
    correctness,
    *COST,
)
STORE_ORDER: tuple[Check, ...] = (same_answer_twice, second_attempt, correctness)
FUNCTION_ORDER: tuple[Check, ...] = (same_answer_twice, same_answer_elsewhere, map_contract, correctness, probes)
