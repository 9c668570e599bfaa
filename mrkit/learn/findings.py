"""What a check can find, each in one or two plain sentences: the words that a learner reads.

Every sentence of a check is here or in a lesson's exercises, so that they can be read together and held to a reading
level. `{names}` are filled in by the check. What comes after the line end is the general part, which an exercise may
replace by what it means there (`Exercise.says`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from mrkit.errors import short
from mrkit.learn.language import say

SENTENCES = {
    # Is there anything to check?
    "untouched": "Not attempted yet.\nPut your own code in place of the dots, then run this again.",
    "starter": "Not attempted yet: this is still the code that you were given.",
    "not_function": "I need a function as {part}; you gave {given}.\nGive its name, without brackets.",
    "too_many": "You gave {given} answers, but this exercise takes {part}.",
    # Determinism.
    "not_deterministic": "Same input, two answers.\nA second attempt would disagree.",
    "unstable_hash": "`hash({given})` differs from process to process.\nAnother worker would get another answer.",
    "elsewhere": "For {given} another process gave another answer.\nNothing that belongs to one process may decide.",
    # Contract.
    "nothing": "Your {role} gave nothing back.\nIs a `{word}` missing?",
    "pair": "I need `(key, value)`; you gave `{given}`.",
    "pair_nothing": "You gave `None` where a pair should be.\nFor what is left out, give no pair at all.",
    "pair_generator": "You gave a whole generator as one pair.\n`yield from` hands on the pairs that are in it.",
    "pair_dict": "You gave a dictionary, and a loop over it gives its keys alone.\n`.items()` gives its pairs.",
    "pair_set": "Braces make a set, which has no order.\nA pair stands in round brackets: the key, then the value.",
    "one_pair": "You gave one pair by itself.\nA map function yields its pairs, or returns a list of them.",
    "key": "A {kind} can change on the way, so it cannot be a key.\nUse a tuple.",
    "key_in_list": "Your key is a list with one thing in it, and a list cannot be a key.\nTake the thing itself.",
    "returned": "With `group_by`, a reduce function yields its results; yours gave {given}.\nWrite `yield`.",
    "no_key": "`{given}` cannot be a key.\nUse a string, a number or a tuple.",
    "value": "A {kind} cannot travel to another process.\nUse a list or a plain value.",
    "stream_inside": "Your result has the stream of values in it, and a stream cannot travel.\n"
    "Make a list of it, such as with `sorted`.",
    "yield_in_reduce": "Your {role} used `yield`, so it gave a generator.\nThat cannot travel to another process.",
    "yield_in_store": "With a `yield` in it, your function does nothing when it is called.\nLeave the `yield` out.",
    "function_travel": "Your {role} cannot travel to another process.\nMake what it needs inside the function.",
    "name_travel": "Your {role} uses `{given}`, which cannot travel to another process.\nMake it inside the function.",
    "heavy": "Your {role} takes {given} along: {count} MB for each worker.\nGive it only what it needs.",
    "input_changed": "You changed the {what}; a second attempt would see the change.",
    "read_twice": "Values are a stream: your second loop saw none.",
    "nested_loops": "Two of your loops read one stream: the inner one leaves nothing for the outer one.\n"
    "Put the values into a list first.",
    "stream": "Values are a stream: they have no length and no places.\nMake a list of them first.",
    "signature": "Your {role} is called with {count}.\nCount the names in its `def` line.",
    "raises": "Your {role} stopped with {error}.",
    "unset": "`{name}` is used before it has a value.\nThe line that gives it one must come first.",
    "no_name": "Nothing makes `{name}`.\nIs the line missing that makes it, or is the name spelt in two ways?",
    "loop_changed": "You take things out of a dictionary, or put new ones in, while you loop over it.\n"
    "First end the loop, then change it.",
    "learned_by_heart": "Your {role} knows what you have seen, and {given} is new to it.\nWork it out from the input.",
    "not_a_pair": "Your {role} takes apart {given}, which has no parts.\nDo all values have the same form?",
    "given_raises": "The lesson's {role} could not use what your functions gave: {error}.",
    "given_text": "Your value is {given}, but the lesson's {role} adds numbers up.\n"
    "First the key, on which pairs meet; then the number.",
    "exits": "Your {role} tried to end the whole program.\nUse `return` instead.",
    "asks": "Your {role} waits for somebody to type.\nIn a worker there is nobody: it gets all that it needs as input.",
    "memory": "Your {role} takes more than 1 GB of memory.\nDoes something in it grow without an end?",
    "slow": "Your {role} is too slow: many small calls took more than {seconds} seconds.\n"
    "Is there a `sleep`, or work that is done again each time?",
    "recursion": "Your {role} calls itself without an end.",
    "endless": "Your {role} was still running after {seconds} seconds.\nDoes every loop end?",
    "too_many_pairs": "Your {role} gave more than {count} pairs for one input.\nDoes every loop end?",
    "not_whole": "The number of a partition is a whole number.\nFor {key} you gave {given}.",
    "no_number": "A partition has a number, but for {key} you gave {given}.\nMake a number of it.",
    "partition_number": "With `num_partitions` {count} the numbers are 0 to {last}.\nFor {key} you gave {given}.",
    "combiner_key": "A combiner must keep its key.\nIt was given {key} and gave {given}.",
    # What the text of a function says.
    "gives_nothing": "Your {role} gives nothing back.\nIs a `{word}` missing?",
    "prints_only": "Your {role} prints, but gives nothing back.\nWhat is printed goes to the screen, not to the job.",
    "gives_none": "`{name}` changes a thing and gives back nothing, `None`.\nLet it stand on a line of its own.",
    "no_brackets": "`{name}` stands there without brackets, so it is not called.\nWrite `{name}()`.",
    "mutable_default": "`{name}` in the `def` line is made once and kept from call to call.\n"
    "Make it anew inside the function.",
    "outside_written": "You change `{name}`, which is outside of your {role}.\n"
    "Another worker has its own, and a second attempt finds it changed.",
    "return_in_loop": "Your `return` is inside the loop, so the function ends in the first round.",
    "leaves_loop": "Your `{name}` ends the loop, so what comes after it is never looked at.",
    "yield_after_loop": "Your `yield` stands behind the loop, so it runs once.\nIt belongs inside.",
    "calls_hash": "`{name}` of a text differs from process to process.\nAnother worker would get another answer.",
    "calls_chance": "`{name}` is another one in each process or at each call.\nA second attempt would disagree.",
    "input_unused": "Your {role} never looks at `{name}`.\nIts answer must come from what it is given.",
    "over_letters": "`for ... in {name}` goes over a text letter by letter.\nIs that what you want?",
    "split_at_space": "`split(' ')` gives an empty word where two spaces meet, and for an empty line.\n"
    "`split()` does not.",
    "or_enough": "With `or`, one true test is enough to let something in.\nHere both must be true.",
    "asks_whole": "You ask about the whole of `{name}`.\nTake it apart first, and ask about each part.",
    "list_and_text": "You compare a list with a text, and they are never equal.\nTake the word out of the list.",
    "set_order": "A set has no order: in another process it comes in another one.\nUse a list, or sort it.",
    "two_backslashes": "Two backslashes and an `n` are no line end: they are signs of the text.\nWrite one of them.",
    "sent_each_round": "You begin a new `{name}` in each round of the loop, and send it.\n"
    "Keep one for all rounds, and send it at the end.",
    "only_if_there": "Your `if` lets in only what is in `{name}` already.\nAt first, nothing is.",
    "raises_again": "You catch the error, but `raise` sends it on, so the function still stops.\nLeave that line out.",
    "renamed": "`{name} = ...` makes a new thing, and what you were given stays as it was.\nWrite into that.",
    "divides_by": "You divide by `{name}`, so each range is as wide as there are partitions.\nHow wide must one be?",
    "whole_pair": "`{name}` looks at the key and its values together.\nTake the pair apart first, then use the values.",
    # Order.
    "value_order": "I reordered the values: {key} went from {before} to {after}.\nArrival order is not promised.",
    "unordered": "Your key does not hold what orders it: the result went from {before} to {after}.",
    "ungrouped_text": "Your key is {given}, a text, so its group is its first letter.\n"
    "A key is a pair here: the group, then what orders it.",
    "ungrouped": "`group_by` cannot use the key {given}.\nDoes your key hold what orders it?",
    "key_order": "You remembered the previous key; it may live in another process.",
    # Isolation.
    "shared_state": "`{name}` is shared here, but not between workers.",
    "split": "With one split {before}, with {count} splits {after}.\nA map function sees only its split.",
    "placement": "{one} and {other} met different reducers.",
    "reducer_count": "With {count} partitions your one result for {key} became {after} results.",
    "reducer_count_other": "With 1 partition and with {count}, the results differ.\nEqual keys must meet.",
    "second_attempt": "The task ran twice and was counted twice.",
    "second_attempt_text": "The second attempt came to the same place, but left something else there.",
    "second_attempt_added": "The second attempt added to what the first had put there.\n"
    "Put it there anew, whatever is there.",
    "second_attempt_lost": "The task ran twice, and the second time it gave something else.",
    # Combiner.
    "combiner_type": "What a combiner gives must look like what map gives.\nMap gave {before}, the combiner {after}.",
    "combiner_type_map": "Your map gives {before}, but your combiner {after}.\nBoth must have the same parts.",
    "combiner_times": "Without a combiner {before}, with it {after}.\nA combiner may run many times, or never.",
    "combiner_twice": "With the combiner once {before}, twice {after}.\nA combiner may run many times, or never.",
    # Correctness.
    "no_results": "Nothing came out.\nYour {role} gave no pairs for these inputs.",
    "left_out": "Your {role} leaves out {given}, which should count.\nFor which inputs is your test true?",
    "wrong": "This is the smallest input that gives a wrong result.",
    "wrong_kind": "You gave {given} ({kind}); {right} is wanted ({other}).",
    "wrong_extra": "There should be no result for {key}.\nWhere does it come from?",
    "wrong_missing": "The result for {key} is missing.\nWhat drops it?",
    "wrong_count": "For this input you gave {count} results; {other} is right.\nWhat makes the others?",
    "wrong_key": "Your key is {given}; it should be {right}.\nKeys say what meets.",
    "wrong_key_kind": "Your key is {given} ({kind}); it should be {right} ({other}).",
    "wrong_key_part": "In your key {given} stands where {right} should be.",
    "wrong_order": "These are the right things in a wrong order.\nIt should be {right}.",
    "wrong_list_more": "{value} is too much in {given}.\nWhat lets it in?",
    "wrong_list_less": "{value} is missing in {given}.\nWhat leaves it out?",
    "wrong_text": "You gave {given}; it should be {right}.\nCompare the two, part by part.",
    "wrong_yes": "You gave {given} where {right} is right.\nWork out both sides of your comparison by hand.",
    "wrong_less": "You gave {given} where {right} is right: something is left out or too small.",
    "wrong_more": "You gave {given} where {right} is right: something counts too much or too often.",
    # Cost.
    "budget": "You moved {before} records; {after} are enough.\nAdd up locally first?",
    "load": "One reducer got everything: that is a sequential program.",
    "load_share": "One of {count} reducers got {before} of {after} records.\nThe others wait for it.",
    "buffered": "You read all {count} values before you gave the first result.\nThey come in order, so do not wait.",
    "buffered_kept": "You kept all {count} values of one group.\nThey come in order, so you need not.",
    "probe": "You read {before} {what}; {after} are enough.",
    # A job of one's own.
    "not_job": "I need what `my_job(...)` gives; you gave {given}.",
    "few_inputs": "You gave {before} inputs; I need {after} or more to tell.",
    "no_evidence": "Your plain loop uses `{name}`, so it proves nothing.\nWrite it without the job.",
    "one_key": "All your pairs have the key {key}, so one reducer does all the work.\nWhat could divide them?",
    # Answers that are values.
    "agree": "Both agree here.\nLook for an input on which they differ.",
    "bad_value": "I cannot use this answer.\nGive a number, a text or a list, as the question asks.",
    "bad_input": "I cannot use this input: {error}.",
    "breaks": "Good: your input breaks the job.",
    # Lines put in order.
    "unknown_line": "There is no line {given}.\nUse the letters that are shown.",
    "twice": "Line {given} is there twice.\nUse each line once at most.",
    "syntax": "Python cannot read line {count}: {error}.",
    "no_role": "That is the {other} alone.\nThe lines of the {role} are missing.",
    "no_part": "These lines do not make a {given}.\nDoes the `def` line come first?",
    # It works.
    "passed": "I also tried other splits, other orders and fresh workers: the results stay.",
    "passed_value": "Yes, that is right.",
}

# Where two sentences are one finding: a bank names the finding, not its wording.
SAME = {
    **{id: "wrong" for id in SENTENCES if id.startswith("wrong_")},
    "given_text": "raises",
    "not_whole": "partition_number",
    "elsewhere": "unstable_hash",
    "calls_hash": "unstable_hash",
    "gives_nothing": "nothing",
    "starter": "untouched",
    "one_pair": "pair",
    "pair_nothing": "pair",
    "pair_generator": "pair",
    "pair_dict": "pair",
    "pair_set": "pair",
    "key_in_list": "key",
    "stream_inside": "value",
    "ungrouped_text": "unordered",
    "no_role": "no_part",
    "no_key": "key",
    "returned": "nothing",
    "ungrouped": "unordered",
    "buffered_kept": "buffered",
    "yield_in_reduce": "value",
    "yield_in_store": "value",
    "name_travel": "function_travel",
    "recursion": "raises",
    "given_raises": "raises",
    "too_many_pairs": "endless",
    "reducer_count_other": "reducer_count",
    "second_attempt_lost": "second_attempt",
    "combiner_twice": "combiner_times",
    "load_share": "load",
    "passed_value": "passed",
}


@dataclass(frozen=True)
class Finding:
    """What a check found: its id, a sentence, the smallest case as rows of (label, text), and why it matters."""

    id: str
    sentence: str
    rows: tuple[tuple[str, str], ...] = ()
    why: str = ""

    @property
    def words(self) -> str:
        """All that the learner reads, but for the rows."""
        return f"{self.sentence} {self.why}".strip()

    def and_rows(self, rows: Iterable[tuple[str, Any]]) -> Finding:
        """The same with the case that shows it; values are shortened."""
        return replace(self, rows=tuple((say(f"labels/{label}", label), show(value)) for label, value in rows))


def found(id: str, rows: Iterable[tuple[str, Any]] = (), **fill: Any) -> Finding:
    """A finding with its sentence from `SENTENCES`.

    >>> found("shared_state", name="seen").sentence
    '`seen` is shared here, but not between workers.'
    """
    if "role" in fill:
        fill["role"] = say(f"roles/{fill['role']}", fill["role"])
    sentence, _, why = say(f"findings/{id}", SENTENCES[id]).partition("\n")
    return Finding(SAME.get(id, id), sentence.format(**fill), (), why.format(**fill)).and_rows(rows)


def named(kind: str) -> str:
    """A kind of value, as the learner calls it."""
    return say(f"kinds/{kind}", kind)


def show(value: Any, limit: int = 160) -> str:
    """A value as a learner reads it: text that is made already stays as it is."""
    return value if isinstance(value, Text) else short(value, limit)


class Text(str):
    """Words for the learner, not a value of theirs."""


# What stands before the rows of a smallest case, so that it can be translated.
LABELS = (
    *("after the others", "answer", "arguments", "because", "first answer", "input", "inputs", "key", "keys", "line"),
    *("no combiner", "on a fresh worker", "one split", "other order", "pair", "partitions", "records moved"),
    *("second answer", "should be", "tasks ran once", "tasks ran twice", "value", "values", "you gave", "you printed"),
    *("right so far", "your answer", "your line", "one process", "another process"),
)

KINDS = ("number", "text", "yes or no", "pair", "list", "tuple", "dictionary", "set", "nothing")

ROLES = {
    "map_func": "map function",
    "reduce_func": "reduce function",
    "combiner": "combiner",
    "partitioner": "partitioner",
    "function": "function",
    "plain": "plain loop",
}
