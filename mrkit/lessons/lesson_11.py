"""Lesson 11, Graphs: what its exercises and quizzes ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any

from mrkit.examples import Node, Page, settle_rank
from mrkit.learn.exercise import Case, Choice, Exercise, Hints, Mistake, Prediction, Quiz
from mrkit.learn.same import form

NAMES = ["ant", "bee", "cat", "dog", "eel", "fox", "gnu", "hen"]


def in_any_order(nodes: Any) -> Any:
    """Nodes in an order of their own: results may come in any."""
    return sorted(nodes, key=form) if isinstance(nodes, list | tuple) else nodes


# ------------------------------------------------------------------- 11.two: how far after two rounds?

SIX = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": ["e"], "e": [], "f": ["a"]}  # as in the lesson
AFTER_TWO = {"a": 0, "b": 1, "c": 1, "d": 2, "e": None, "f": None}

TWO = Prediction(
    id="11.two",
    title="Distances after two rounds",
    right=AFTER_TWO,
    otherwise="Do one round at a time. Only nodes that know their distance send it, and each adds one for the arrow.",
    mistakes=(
        Mistake(
            "final",
            "That is how it ends. After two rounds no node can be more than two arrows away.",
            value=AFTER_TWO | {"e": 3},
        ),
        Mistake(
            "one_round",
            "That is after one round. In the second one, b and c send what they know.",
            value=AFTER_TWO | {"d": None},
        ),
        Mistake(
            "backwards",
            "You followed the arrows backwards. The arrow of f points to a, so f tells a, and not the other way.",
            value=dict.fromkeys(SIX) | {"a": 0, "f": 1},
        ),
        Mistake(
            "both_ways",
            "You followed arrows both ways. No arrow leads to f, so nobody can tell it anything.",
            value=AFTER_TWO | {"f": 1},
        ),
        Mistake(
            "from_one",
            "The start is no arrow away from itself. Begin with 0.",
            value={"a": 1, "b": 2, "c": 2, "d": 3, "e": None, "f": None},
        ),
        Mistake(
            "zero",
            "0 is the distance of the start. Of a node that was not reached, nothing is known: None.",
            value=AFTER_TWO | {"e": 0, "f": 0},
        ),
        Mistake(
            "missing",
            "Nodes that were not reached are there too. Give all six.",
            value={"a": 0, "b": 1, "c": 1, "d": 2},
        ),
    ),
    hints=Hints(
        idea="Write six numbers under the six names, and a new line of numbers for each round.",
        line="Who knows a distance at the start of the second round? Only those can send one.",
        case="After one round a has 0, b and c have 1, and all others have None.",
        twin="A rumour starts with Ann. Ann tells Bob, Bob tells Cleo, Cleo tells Dan, and Eve tells Ann. "
        "After two days: {'Ann': 0, 'Bob': 1, 'Cleo': 2, 'Dan': None, 'Eve': None}. "
        "Dan hears it tomorrow. Nobody ever tells Eve.",
    ),
)

# ------------------------------------------------------------------------------- 11.round: one round


def some_nodes(rng: Random) -> list[Node]:
    """A graph in the middle of a search: short cuts, a node that nobody points to, and some that know nothing yet."""
    a, b, c, d, e, f, g, h = rng.sample(NAMES, len(NAMES))
    nodes: list[Node] = [
        (a, (0, [b, c])),
        (b, (1, [d, a])),  # a knows better
        (c, (4, [d, h])),  # so d is told 2 and 5, and h what is longer than its own
        (d, (None, [e])),
        (e, (None, [])),  # nobody tells it anything, and it points to nobody
        (f, (None, [g, b])),  # nobody points to it, and it knows nothing
        (g, (None, [f, h])),
        (h, (3, [c])),  # what it tells c is as good as what c knows
    ]
    return rng.sample(nodes, len(nodes))


def told(nodes: Iterable[Node], sends: Callable[[Any], bool]) -> dict[Any, list[int]]:
    """What each node is told by others in a round, if all tell it whose distance `sends`."""
    heard: dict[Any, list[int]] = {name: [] for name, _ in nodes}
    for _, (distance, links) in nodes:
        for link in links if sends(distance) else ():
            heard.setdefault(link, []).append((distance or 0) + 1)
    return heard


def is_known(distance: int | None) -> bool:
    """Whether a node has been reached."""
    return distance is not None


def _after(
    new: Callable[[int | None, list[int]], int | None], sends: Callable[[Any], bool] = is_known
) -> Callable[[list[Node]], list[Node]]:
    """The nodes after a round of somebody who makes `new(own distance, what it was told)` of it."""

    def results(nodes: list[Node]) -> list[Node]:
        known = dict(nodes)
        found: list[Node] = []
        for name, heard in told(nodes, sends).items():
            own, links = known.get(name, (None, []))
            found.append((name, (new(own, heard), links)))
        return found

    return results


def smallest(own: int | None, heard: list[int]) -> int | None:
    """The new distance of a node."""
    return min([*heard, *([] if own is None else [own])], default=None)


def _told_or_own(own: int | None, heard: list[int]) -> int | None:
    return min(heard, default=own)


def _largest(own: int | None, heard: list[int]) -> int | None:
    return max([*heard, *([] if own is None else [own])], default=None)


def _zero_lost(own: int | None, heard: list[int]) -> int | None:
    """The new distance of somebody who takes a distance of 0 for none."""
    return min([*heard, *([own] if own else [])], default=None)


def _without_links(nodes: list[Node]) -> list[Node]:
    return [(name, (distance, [])) for name, (distance, _) in _after(smallest)(nodes)]


def _told_only(nodes: list[Node]) -> list[Node]:
    return [(name, (min(heard), [])) for name, heard in told(nodes, is_known).items() if heard]


def _sent_in_the_loop(nodes: list[Node]) -> list[Node]:
    heard = told(nodes, is_known)
    return [node for node in _after(smallest)(nodes) if node[1][1] or heard[node[0]]]


def _no_step(node: Node) -> Iterator[tuple]:
    name, (distance, links) = node
    yield name, (distance, links)
    if distance is not None:
        for link in links:
            yield link, (distance, [])


def _all_send(node: Node) -> Iterator[tuple]:
    name, (distance, links) = node
    yield name, (distance, links)
    for link in links:
        yield link, ((distance or 0) + 1, [])


def _starts_again(node: Node) -> Iterator[tuple]:
    name, (distance, links) = node
    yield name, (distance, links)
    if distance is not None:
        for link in links:
            yield link, (1, [])


def _never_sends(node: Node) -> Iterator[tuple]:
    yield node


def _links_differ(one: Any, other: Any) -> str | None:
    """What to say where only the links depend on the order."""
    try:
        (_, (distance, links)), (_, (again, others)) = one, other
    except (TypeError, ValueError):
        return None
    if distance != again or links == others:
        return None
    return "Your distances are right, but the links depend on the order. Only the node itself brings its links."


ROUND = Exercise(
    id="11.round",
    title="One round of the search",
    parts=("map_func", "reduce_func"),
    given={"combiner": "reduce_func"},
    inputs=some_nodes,
    reference=_after(smallest),
    mistakes=(
        Mistake(
            "links_lost",
            "The distances are right, but the links are gone. In the next round nobody can send any more.",
            results=_without_links,
        ),
        Mistake(
            "node_lost",
            "A node sends to others, but not itself: nodes that nobody points to are gone, and so are all links.",
            results=_told_only,
        ),
        Mistake(
            "dead_ends_lost",
            "A node that points to nobody never sends itself, so it may be gone. Send the node once, before the loop.",
            results=_sent_in_the_loop,
        ),
        Mistake(
            "no_step",
            "You send your own distance along. One arrow further it is one more.",
            map_func=_no_step,
        ),
        Mistake(
            "all_send",
            "Nodes that know nothing send something too. Only who has a distance can tell one.",
            map_func=_all_send,
        ),
        Mistake(
            "starts_again",
            "You send 1 along each arrow, wherever the node is. Send the node's own distance and one more.",
            map_func=_starts_again,
        ),
        Mistake(
            "zero_is_no",
            "The start never sends: its distance is 0, and `if distance` takes that for no. Ask whether it is None.",
            results=_after(smallest, sends=bool),
        ),
        Mistake(
            "nothing_sent",
            "Nobody tells anybody, so nothing moves. A node with a distance sends one along each of its arrows.",
            map_func=_never_sends,
        ),
        Mistake(
            "largest",
            "You keep the largest distance. The search looks for the shortest way.",
            results=_after(_largest),
        ),
        Mistake(
            "zero_lost",
            "The start has lost its 0, because `if` takes a 0 for no. Ask whether the distance is None.",
            results=_after(_zero_lost),
        ),
        Mistake(
            "forgets_own",
            "What a node is told takes the place of what it knew. A longer way must not win over a shorter one.",
            results=_after(_told_or_own),
        ),
    ),
    reordered=_links_differ,
    says={
        "value_order": "What was told and what was known come in any order: keep the smallest.",
        "combiner_type": "The reduce function is the combiner too: it gives back a node in the same form.",
        "raises": "A distance may be None, which is no number.",
        "key": "Send one pair for each link.",
    },
    hints=Hints(
        idea="Map sends two kinds of things: the node itself, and a distance along each arrow. Reduce joins them.",
        line="In reduce, where do the links come from, and where the distance? Are they in the same value?",
        twin="The cheapest bread, which gets 2 dearer with each road; a town is (name, (price or None, roads)):\n"
        "`def carry(town):`\n"
        "`    name, (price, roads) = town`\n"
        "`    yield name, (price, roads)`\n"
        "`    if price is not None:`\n"
        "`        for other in roads:`\n"
        "`            yield other, (price + 2, [])`\n"
        "`def cheapest(item):`\n"
        "`    name, parts = item`\n"
        "`    prices, roads = [], []`\n"
        "`    for price, some in parts:`\n"
        "`        prices += [] if price is None else [price]`\n"
        "`        roads = roads or some`\n"
        "`    return name, (min(prices, default=None), roads)`\n"
        "The town itself brings its roads. All others bring only a price.",
    ),
    worth="The node goes along, or its links would be lost. So each round moves the whole graph.",
)

# ------------------------------------------------------------------------------ 11.stop: when is it done?


def some_rounds(rng: Random) -> list[tuple[list[Node], list[Node]]]:
    """Nodes before and after a round, each in an order of its own; where something moves, somebody stays unreached."""
    found = []
    for steps in (0, 1, 2, 6, 7, 8):
        a, b, c, d, e, f, *_ = rng.sample(NAMES, len(NAMES))
        graph = {a: [b], b: [c, a], c: [d], d: [], e: [a, f], f: []}
        before: list[Node] = [(name, (0 if name == a else None, links)) for name, links in graph.items()]
        for _ in range(steps):
            before = _after(smallest)(before)
        after = _after(smallest)(before)
        found.append((rng.sample(before, len(before)), rng.sample(after, len(after))))
    reached: list[Node] = [("ant", (0, ["bee"])), ("bee", (1, []))]
    return [*found, (reached, reached[::-1]), (reached, list(reached))]


def moved(before: list[Node], after: list[Node]) -> bool:
    """Whether a round changed anything."""
    return {name: distance for name, (distance, _) in before} != {name: distance for name, (distance, _) in after}


def _unreached(nodes: list[Node]) -> int:
    return sum(distance is None for _, (distance, _) in nodes)


STOP = Exercise(
    id="11.stop",
    title="Go on?",
    parts=("function",),
    inputs=some_rounds,
    reference=moved,
    compare=lambda answer: bool(answer) if not isinstance(answer, str) else answer,
    mistakes=(
        Mistake(
            "all_reached",
            "You wait until all nodes are reached. Some never are, so that never ends.",
            function=lambda before, after: _unreached(after) > 0,
        ),
        Mistake(
            "opposite",
            "You have it turned round. Go on while something changes, stop when nothing does.",
            function=lambda before, after: not moved(before, after),
        ),
        Mistake(
            "order",
            "You compare the lists as they stand, but nodes come in any order. Compare each node with itself.",
            function=lambda before, after: before != after,
        ),
        Mistake(
            "always",
            "You always go on. When a round has changed nothing, no later round will.",
            function=lambda before, after: True,
        ),
        Mistake(
            "never",
            "You never go on: what you look at stays the same in every round. Look at the distances of all nodes.",
            function=lambda before, after: False,
        ),
    ),
    says={"raises": "A distance may be None, and the links are a list."},
    hints=Hints(
        idea="A round that has changed nothing will be followed by rounds that change nothing.",
        line="Take a node's distance from both lists. How do you find the same node, when the order differs?",
        twin="Did any price change? Two lists of (name, price), in any order:\n"
        "`def changed(old, new):`\n"
        "`    return dict(old) != dict(new)`\n"
        "In a dictionary each name finds its own price, and the order does not matter.",
    ),
    worth="In a large job a counter of changes says the same. Then nobody needs both lists in memory.",
)

# ------------------------------------------------------------------------ 11.mass: what is lost comes back


def some_pages(rng: Random) -> list[tuple[list[Page], float]]:
    """Pages after a plain round, with a damping: dead ends have lost their rank; in one case there are none."""
    return [(_after_a_round(rng, dead), damping) for dead, damping in ((1, 0.85), (2, 0.85), (2, 0.7), (0, 0.8))]


def _after_a_round(rng: Random, dead: int) -> list[Page]:
    names = rng.sample(NAMES, 5)
    weights = rng.sample([10, 16, 20, 24, 30], 5)  # halves of hundredths at most: ranks that can be read
    graph = {name: tuple(rng.sample([n for n in names if n != name], rng.randint(1, 2))) for name in names[dead:]}
    graph |= dict.fromkeys(names[:dead], ())
    sent = dict.fromkeys(names, 0.0)
    for name, weight in zip(names, weights, strict=True):
        for link in graph[name]:
            sent[link] += weight / sum(weights) / len(graph[name])
    return rng.sample([(name, (round(sent[name], 2), graph[name])) for name in names], 5)


def _given_back(
    new: Callable[[float, tuple, float, float, int], float],
) -> Callable[[list[Page], float], list[Page]]:
    """The pages of somebody who makes `new(rank, links, lost, damping, how many pages)` of each rank."""

    def mass(pages: list[Page], damping: float) -> list[Page]:
        lost = 1 - sum(rank for _, (rank, _) in pages)
        return [(name, (new(rank, links, lost, damping, len(pages)), links)) for name, (rank, links) in pages]

    return mass


def _only_dead_ends(pages: list[Page], damping: float) -> list[Page]:
    lost = 1 - sum(rank for _, (rank, _) in pages)
    dead = sum(not links for _, (_, links) in pages)
    return [
        (name, (damping * (rank + (0 if links else lost / dead)) + (1 - damping) / len(pages), links))
        for name, (rank, links) in pages
    ]


def _scaled(pages: list[Page], damping: float) -> list[Page]:
    left = sum(rank for _, (rank, _) in pages) or 1
    return [(name, (damping * rank / left + (1 - damping) / len(pages), links)) for name, (rank, links) in pages]


def _read_afterwards(pages: list[Page], damping: float) -> list[Page]:
    lost = sum(rank for _, (rank, links) in pages if not links)
    return [
        (name, (damping * (rank + lost / len(pages)) + (1 - damping) / len(pages), links))
        for name, (rank, links) in pages
    ]


MASS = Exercise(
    id="11.mass",
    title="Keep the sum of all ranks at 1",
    parts=("function",),
    inputs=some_pages,
    reference=settle_rank,
    compare=in_any_order,
    mistakes=(
        Mistake(
            "lost",
            "What dead ends lost is still missing, so the sum is below 1. Share it among all pages.",
            function=_given_back(lambda rank, links, lost, damping, n: damping * rank + (1 - damping) / n),
        ),
        Mistake(
            "only_dead_ends",
            "You gave what was lost to dead ends alone, where it is lost again. All pages share it.",
            function=_only_dead_ends,
        ),
        Mistake(
            "not_damped",
            "The surfer never jumps: you left the damping out.",
            function=_given_back(lambda rank, links, lost, damping, n: rank + lost / n),
        ),
        Mistake(
            "swapped",
            "The damping and its rest have changed places. The surfer follows a link with the damping, 0.85.",
            function=_given_back(lambda rank, links, lost, damping, n: (1 - damping) * (rank + lost / n) + damping / n),
        ),
        Mistake(
            "no_jump",
            "You took rank away for the jumps, and never gave it back. Each page gets its share of 1 - damping.",
            function=_given_back(lambda rank, links, lost, damping, n: damping * (rank + lost / n)),
        ),
        Mistake(
            "whole_jump",
            "Each page got all of 1 - damping. They share it: divide by the number of pages.",
            function=_given_back(lambda rank, links, lost, damping, n: damping * (rank + lost / n) + 1 - damping),
        ),
        Mistake(
            "undamped_loss",
            "The jump takes its part of what was lost, too. Add the share of it before you multiply by the damping.",
            function=_given_back(lambda rank, links, lost, damping, n: damping * rank + lost / n + (1 - damping) / n),
        ),
        Mistake(
            "scaled",
            "You made all ranks larger until the sum was 1. Then large pages get more of what was lost.",
            function=_scaled,
        ),
        Mistake(
            "afterwards",
            "You looked at what dead ends have now. That is what came in; what they lost is what is missing to 1.",
            function=_read_afterwards,
        ),
    ),
    edges=(
        Case(
            "all_dead_ends",
            [([("ant", (0.0, ())), ("bee", (0.0, ())), ("cat", (0.0, ()))], 0.85)],
            "All pages may be dead ends. Then all rank is lost, and each page gets an equal share.",
        ),
    ),
    says={"input_changed": "Make a new list."},
    hints=Hints(
        idea="Before the round the sum was 1. What is missing now was lost in dead ends.",
        line="What is the sum of your ranks? Each page gets three parts: by links, of what was lost, and by jumps.",
        twin="A town shares a pot of 100 coins. People pass coins on, and some fall into the river. "
        "Each evening a tenth of all is taken, and shared again:\n"
        "`def evening(coins):`\n"
        "`    fallen = 100 - sum(coins.values())`\n"
        "`    n = len(coins)`\n"
        "`    return {who: 0.9 * (some + fallen / n) + 0.1 * 100 / n for who, some in coins.items()}`\n"
        "There are 100 coins again.",
        case="Two pages with the ranks 0.5 and 0.1 have lost 0.4: each gets 0.2 of it back.",
    ),
    worth="What was lost is one number, but it is known only after all pages. So it takes a step of its own.",
)

# ------------------------------------------------------------------------------------------- questions

Q1 = Quiz(
    id="11.q1",
    question="Node a points to b and c, and b points to d. At first only a has a distance: 0. "
    "Which nodes have one after one round?",
    choices=(
        Choice("All four", "In one round a message goes along one arrow. To d it is two.", expect=0.2),
        Choice("a, b and c", "a keeps its own, and tells those that it points to.", right=True, expect=0.55),
        Choice("b and c", "They have one now. And a still has its own, if it sends itself along.", expect=0.25),
    ),
)

Q2 = Quiz(
    id="11.q2",
    question="A map function notes each node in a dictionary of the notebook. The job runs three rounds on warm "
    "workers. What is in the dictionary of the notebook afterwards?",
    choices=(
        Choice(
            "All nodes",
            "The workers stay warm, but the function travels anew with each run, and brings an empty copy along.",
            expect=0.5,
        ),
        Choice(
            "The nodes of the last round",
            "Whatever a worker noted is in its own memory. It does not come back.",
            expect=0.2,
        ),
        Choice(
            "Nothing",
            "Each worker wrote into a copy. Only pairs and results travel.",
            right=True,
            expect=0.3,
        ),
    ),
)

Q3 = Quiz(
    id="11.q3",
    question="All ranks together are 1. Some pages have no links. What is the sum of all ranks after a round in which "
    "each page sends its rank along its links?",
    choices=(
        Choice("1, as before", "A page without links has nobody to send its rank to.", expect=0.5),
        Choice("Less than 1", "What lies on pages without links is sent to nobody.", right=True, expect=0.35),
        Choice("More than 1", "A page shares its rank among its links. It does not send a copy to each.", expect=0.15),
    ),
)

Q4 = Quiz(
    id="11.q4",
    question="The graph has some 300 nodes. You search it with a plain loop in one thread, in place of the job on two "
    "warm workers. The plain loop is",
    choices=(
        Choice(
            "slower", "One round of the job costs more than the whole search: tasks, pickling, waiting.", expect=0.3
        ),
        Choice("faster", "All of it fits in one small memory. There is nothing to hand out.", right=True, expect=0.6),
        Choice("not possible", "A queue and a dictionary will do. It is the first graph program of most.", expect=0.1),
    ),
)
