"""Lesson 15, MapReduce today: what its exercises and quizzes ask."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import Any

from mrkit.learn.exercise import Case, Choice, Exercise, Hints, Mistake, Prediction, Quiz

Q1 = Quiz(
    id="15.q1",
    question="`SELECT word, count(*) FROM words GROUP BY word`. There is no index. What does the engine do?",
    choices=(
        Choice(
            "It reads the table once for each word",
            "That would be thousands of readings. Once is enough, if equal words meet.",
            expect=0.35,
        ),
        Choice(
            "It sorts or hashes the words, so that equal ones meet",
            "The same idea as a shuffle, here inside one program.",
            right=True,
            expect=0.45,
        ),
        Choice(
            "It refuses: grouping needs an index",
            "An index can save the sorting. Without one the engine does it itself.",
            expect=0.2,
        ),
    ),
)

# ------------------------------------------------------------------------- 15.plan: which line is which phase?

PLAN = {
    "a": "Filter (times >= 10)",
    "b": "HashAggregate(keys=[word], functions=[count(1)])",
    "c": "Exchange hashpartitioning(word, 4)",
    "d": "HashAggregate(keys=[word], functions=[partial_count(1)])",
    "e": "Filter (length(word) > 3)",
    "f": 'Generate explode(split(lower(value), " "))',
    "g": "FileScan text [value]",
}
PHASES = {"a": "reduce", "b": "reduce", "c": "shuffle", "d": "combiner", "e": "map", "f": "map", "g": "map"}


def _letter(letter: str) -> Any:
    """Whether this letter has another phase than it should."""
    return lambda given: given[letter] != PHASES[letter]


THE_PLAN = Prediction(
    id="15.plan",
    title="Read a plan",
    text="The steps of the plan, from its last to its first:\n"
    + "\n".join(f"{letter}  {step}" for letter, step in PLAN.items())
    + "\nIs each of them map, combiner, shuffle or reduce?",
    right=PHASES,
    otherwise="Give a dictionary with the letters a to g, and for each of them map, combiner, shuffle or reduce.",
    mistakes=(
        Mistake(
            "upside_down",
            "You read it from above. Rows start at the lowest line, where the file is read.",
            value=lambda given: given["g"] == "reduce",
        ),
        Mistake(
            "exchange",
            "`Exchange` sends each row to the partition that the hash of its word says. Which phase moves things?",
            value=_letter("c"),
        ),
        Mistake(
            "partial",
            "Line d comes before rows travel, and counts what is there. Who does that in a map task?",
            value=_letter("d"),
        ),
        Mistake(
            "final",
            "Line b comes after rows have travelled. It adds the partial counts of all tasks: who does that?",
            value=_letter("b"),
        ),
        Mistake(
            "scan",
            "A task that reads its own file sends nothing to others. Nothing has travelled yet in line g.",
            value=_letter("g"),
        ),
        Mistake(
            "early_filter",
            "Line e looks at one word at a time, before rows travel. It needs no other row.",
            value=_letter("e"),
        ),
        Mistake(
            "explode",
            "Line f makes the words of one line of text. It needs no other line.",
            value=_letter("f"),
        ),
        Mistake(
            "late_filter",
            "Line a looks at `times`, which nobody knows before line b is done. So where does it run?",
            value=_letter("a"),
        ),
    ),
    hints=Hints(
        idea="Find the one line where rows travel. What is below it runs before that, what is above it after.",
        line="There are two lines with `HashAggregate`. One counts before rows travel, the other after.",
        case="For a text of one line, 'the the cat': f gives three words, d gives (the, 2) and (cat, 1) after e.",
        twin="A plan for the longest line of each file:\n"
        "`HashAggregate(keys=[file], functions=[max(size)])`: reduce\n"
        "`Exchange hashpartitioning(file, 4)`: shuffle\n"
        "`HashAggregate(keys=[file], functions=[partial_max(size)])`: combiner\n"
        "`Project [file, length(value) AS size]`: map\n"
        "`FileScan text [value]`: map",
    ),
)

# ------------------------------------------------------------------------------------- 15.when: which tool?

TIMES = 20  # how often one machine may read as much as its memory holds, by the lesson's rule


def tool(gigabytes: float, memory: float, rounds: int, answer_in_seconds: bool, machines: int) -> str:
    """The lesson's rule of thumb.

    >>> tool(4, 16, 50, False, 10), tool(100, 16, 1, False, 10), tool(100, 16, 50, False, 10)
    ('loop', 'one machine', 'cluster')
    """
    if answer_in_seconds:
        return "not batch"
    if gigabytes <= memory:
        return "loop"
    if machines == 1 or gigabytes * rounds <= TIMES * memory:
        return "one machine"
    return "cluster"


def some_tasks(rng: Random) -> list[tuple]:
    """Each situation of the rule, on its edges too, with a memory of its own."""
    rows = [
        (100, 3, True, 10),
        (0.5, 1, True, 1),
        (0.5, 50, False, 10),
        (1, 1, False, 4),
        (10, 1, False, 20),
        (10, 30, False, 20),
        (20, 1, False, 8),
        (20.5, 1, False, 2),
        (5, 5, False, 1),
        (100, 1, False, 1),
        (100, 1, False, 50),
        (4, 10, False, 6),
    ]
    given = [(rng.choice([8, 16, 32, 64]), row) for row in rng.sample(rows, len(rows))]
    return [(share * memory, memory, *rest) for memory, (share, *rest) in given]


def _rule(**changed: Any) -> Any:
    """The rule with one mistake in it: other words for what it looks at."""

    def wrong(gigabytes: float, memory: float, rounds: int, answer_in_seconds: bool, machines: int) -> str:
        seen = {"rounds": rounds, "answer_in_seconds": answer_in_seconds, "machines": machines} | changed
        return tool(gigabytes, memory, **seen)

    return wrong


def _order(gigabytes: float, memory: float, rounds: int, answer_in_seconds: bool, machines: int) -> str:
    """The rule without its first line, where the data fits in memory."""
    fits = gigabytes <= memory
    return "loop" if fits else tool(gigabytes, memory, rounds, answer_in_seconds, machines)


WHEN = Exercise(
    id="15.when",
    title="Which tool, when?",
    parts=("function",),
    inputs=some_tasks,
    reference=tool,
    mistakes=(
        Mistake(
            "always_cluster",
            "You always take the cluster. It is the right one for the largest work only.",
            function=lambda gigabytes, memory, rounds, answer_in_seconds, machines: "cluster",
        ),
        Mistake(
            "cluster_or_not",
            "Data that fits in memory needs no engine at all. Where do you compare the gigabytes with the memory?",
            function=lambda gigabytes, memory, *rest: tool(max(gigabytes, memory + 1e-9), memory, *rest),
        ),
        Mistake(
            "seconds",
            "Somebody waits for the answer. A job reads everything first: say so before all else.",
            function=_rule(answer_in_seconds=False),
        ),
        Mistake(
            "seconds_late",
            "You ask too late whether somebody waits. Small data does not change that: ask it first.",
            function=_order,
        ),
        Mistake(
            "rounds",
            "You left out the rounds. Each of them reads all the data once more.",
            function=_rule(rounds=1),
        ),
        Mistake(
            "machines",
            "You sent work to a cluster of one machine. There is none to share it with.",
            function=_rule(machines=99),
        ),
        Mistake(
            "memory_tie",
            "Data that just fills the memory still fits. Is your comparison the right one?",
            function=lambda gigabytes, memory, *rest: tool(gigabytes + (gigabytes == memory) * 1e-9, memory, *rest),
        ),
        Mistake(
            "reading_tie",
            "Just 20 times the memory is still work for one machine. Is your comparison the right one?",
            function=lambda gigabytes, memory, rounds, seconds, machines: tool(
                gigabytes + (gigabytes > memory) * 1e-9, memory, rounds, seconds, machines
            ),
        ),
        Mistake(
            "rounds_in_memory",
            "Many rounds over data in memory are cheap: nothing is read again. Only its size counts there.",
            function=lambda gigabytes, memory, rounds, seconds, machines: (
                "not batch"
                if seconds
                else "loop"
                if gigabytes * rounds <= memory
                else "one machine"
                if machines == 1 or gigabytes * rounds <= TIMES * memory
                else "cluster"
            ),
        ),
    ),
    hints=Hints(
        idea="Go through the four rules from the top. The first that fits gives the answer.",
        line="Which rule needs the rounds? And which one holds however large the data is?",
        twin="How do I get there?\n"
        "`def way(km, bags, raining, cars):`\n"
        "`    if km <= 1 and bags == 0:`\n"
        "`        return 'walk'`\n"
        "`    if cars == 0 or km * bags <= 20:`\n"
        "`        return 'bus'`\n"
        "`    return 'car'`\n"
        "The first rule that fits wins, so their order matters.",
    ),
    worth="The numbers in the rules change with each new machine. What you ask stays: how soon, how large, how often.",
)

# ----------------------------------------------------------------------- 15.bands: the shuffle finds the pairs

Q2 = Quiz(
    id="15.q2",
    question="You mixed all shingles ten times. The first shingle of two pages was the same in 8 of the 10. "
    "What is their Jaccard similarity, about?",
    choices=(
        Choice(
            "0.8",
            "The first of all is in both pages as often as any shingle is. But ten tries are few.",
            right=True,
            expect=0.6,
        ),
        Choice("0.64", "Nothing is squared here: each mix asks one question, and 8 of 10 said yes.", expect=0.15),
        Choice(
            "That cannot be said",
            "Not exactly. But 8 of 10 is an estimate, and more mixes make it better.",
            expect=0.25,
        ),
    ),
)

ROWS = 2  # hashes in a band, as in the exercise


def some_pages(rng: Random) -> list[tuple[str, tuple[int, ...]]]:
    """Pages with signatures of eight small numbers: bands agree by chance, in one place and across places."""
    pages = [(f"page {n}", tuple(rng.choices(range(3), k=8))) for n in range(9)]
    _, signature = pages[0]
    return [*pages, ("copy", signature)]


def bands_of(page: tuple[str, tuple[int, ...]]) -> list[tuple]:
    """What the map function of the exercise gives."""
    name, signature = page
    return [((place, signature[place : place + ROWS]), name) for place in range(0, len(signature), ROWS)]


def meet(item: tuple) -> tuple:
    """The given reduce function: the pages that met, whatever the key is called."""
    _, names = item
    return tuple(sorted(names))


def who_meets(pages: list[tuple[str, tuple[int, ...]]]) -> list[tuple]:
    """The pages of each band, in plain Python."""
    groups = defaultdict(list)
    for page in pages:
        for band, name in bands_of(page):
            groups[band].append(name)
    return [tuple(sorted(names)) for names in groups.values()]


def _cut(width: int, step: int = ROWS, start: int = 0, until: int = 0) -> Any:
    """A map function that cuts otherwise."""

    def wrong(page: tuple) -> list[tuple]:
        name, signature = page
        places = range(start, len(signature) + until, step)
        return [((place, signature[place : place + width]), name) for place in places]

    return wrong


BANDS = Exercise(
    id="15.bands",
    title="Bands as keys",
    parts=("map_func",),
    given={"reduce_func": meet},
    inputs=some_pages,
    reference=who_meets,
    mistakes=(
        Mistake(
            "no_number",
            "Bands of different places met, because the key does not say which band it is.",
            map_func=lambda page: [(band[1], name) for band, name in bands_of(page)],
        ),
        Mistake(
            "number_alone",
            "Your key is the number of the band alone, so all pages meet. The hashes belong to the key too.",
            map_func=lambda page: [(band[0], name) for band, name in bands_of(page)],
        ),
        Mistake(
            "single",
            "Each key has one hash. A band is two of them together: both must agree.",
            map_func=_cut(1, 1),
        ),
        Mistake(
            "whole",
            "The whole signature is your key, so only pages that agree everywhere meet.",
            map_func=lambda page: [(page[1], page[0])] if page[1] else [],
        ),
        Mistake(
            "page_key",
            "The page is your key, so each page meets itself alone. What should two pages have in common?",
            map_func=lambda page: [((page[0], band), page[0]) for band, _ in bands_of(page)],
        ),
        Mistake(
            "page_first",
            "Key and value have changed places.",
            map_func=lambda page: [(n, b) for b, n in bands_of(page)],
        ),
        Mistake("last", "The last band is lost. How far does your range go?", map_func=_cut(ROWS, until=-ROWS)),
        Mistake("first", "The first band is lost. Where does your range start?", map_func=_cut(ROWS, start=ROWS)),
        Mistake(
            "overlap",
            "Your bands overlap: each hash is in two of them. Go on by two places, not by one.",
            map_func=_cut(ROWS, 1, until=1 - ROWS),
        ),
        Mistake(
            "overlap_over",
            "Your bands overlap, and the last one is too short. Go on by two places, not by one.",
            map_func=_cut(ROWS, 1),
        ),
        Mistake(
            "sorted",
            "The order of the two hashes matters: the first of one page is not the second of another.",
            map_func=lambda page: [((at, tuple(sorted(pair))), name) for (at, pair), name in bands_of(page)],
        ),
        Mistake(
            "summed",
            "A sum is not the two hashes: other hashes may have the same sum. Keep both of them.",
            map_func=lambda page: [((at, sum(pair)), name) for (at, pair), name in bands_of(page)],
        ),
        Mistake(
            "halves",
            "Your bands are too wide: each should have two hashes, however many there are in all.",
            map_func=lambda page: _cut(len(page[1]) // 2, len(page[1]) // 2)(page) if page[1] else [],
        ),
    ),
    edges=(
        Case(
            "short",
            [("stub", ()), ("note", ()), ("page", (1, 2, 1, 2, 0, 0, 2, 1))],
            "A page with fewer words than a shingle has an empty signature. It has no bands, so give nothing for it.",
        ),
    ),
    says={
        "unstable_hash": "The numbers are hashes already: use them as they are.",
        "not_deterministic": "A band must be the same each time, or equal pages miss each other.",
    },
    hints=Hints(
        idea="Two pages should meet if they agree in a whole band at the same place. So what must the key hold?",
        line="Which places does your range give for eight hashes? It should be 0, 2, 4 and 6.",
        case="('a', (7, 3, 9, 9)) gives ((0, (7, 3)), 'a') and ((2, (9, 9)), 'a').",
        twin="Words that share three letters at the same place, cut into threes:\n"
        "`def thirds(word):`\n"
        "`    for place in range(0, len(word), 3):`\n"
        "`        yield (place, word[place:place + 3]), word`\n"
        "'carpet' and 'carbon' meet at (0, 'car').",
    ),
    worth="Nobody compared two pages: equal keys met. Longer bands find fewer pairs, but fewer wrong ones.",
)

Q3 = Quiz(
    id="15.q3",
    question="A signature has 112 hashes: 14 bands of 8. You cut it into 28 bands of 4. What changes?",
    choices=(
        Choice(
            "More candidates, and fewer similar pairs are missed",
            "A short band agrees more easily, and there are more of them.",
            right=True,
            expect=0.4,
        ),
        Choice(
            "Fewer candidates: each band knows less",
            "It knows less, so it agrees more easily. And one that agrees is enough.",
            expect=0.35,
        ),
        Choice("Nothing: the hashes are the same", "But now four of them must agree at once, not eight.", expect=0.25),
    ),
)
