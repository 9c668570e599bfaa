"""Known answers to the exercises of lesson 11."""

from bank import right, wrong

# -------------------------------------------------------------------------------------- 11.round


def _tell(node):
    name, (distance, links) = node
    yield name, (distance, links)
    if distance is not None:
        for link in links:
            yield link, (distance + 1, [])


def _nearest(item):
    name, parts = item
    best, links = None, []
    for distance, some in parts:
        if distance is not None and (best is None or distance < best):
            best = distance
        links = links or some
    return name, (best, links)


@right("11.round")
def loop_and_compare():
    def tell(node):
        name, (distance, links) = node
        yield name, (distance, links)
        if distance is not None:
            for link in links:
                yield link, (distance + 1, [])

    def near(item):
        name, parts = item
        best, links = None, []
        for distance, some in parts:
            if distance is not None and (best is None or distance < best):
                best = distance
            if some:
                links = some
        return name, (best, links)

    return tell, near


@right("11.round")
def with_lists():
    def tell(node):
        _name, (distance, links) = node
        if distance is None:
            return [node]
        return [node] + [(link, (distance + 1, ())) for link in links]

    def near(item):
        name, parts = item
        parts = list(parts)
        known = [distance for distance, _ in parts if distance is not None]
        links = [link for _, some in parts for link in some]
        return name, (min(known, default=None), links)

    return tell, near


@right("11.round")
def with_infinity():
    def tell(node):
        _name, (distance, links) = node
        yield node
        for link in links:
            yield link, (None if distance is None else distance + 1, [])

    def near(item):
        name, parts = item
        best, links = float("inf"), []
        for distance, some in parts:
            best = min(best, float("inf") if distance is None else distance)
            links = max(links, some, key=len)
        return name, (None if best == float("inf") else best, links)

    return tell, near


@wrong("11.round", "links_lost")
def links_not_sent():
    def tell(node):
        name, (distance, links) = node
        yield name, (distance, [])
        if distance is not None:
            for link in links:
                yield link, (distance + 1, [])

    return tell, _nearest


@wrong("11.round", "links_lost")
def links_not_given_back():
    def near(item):
        name, parts = item
        known = [distance for distance, _ in parts if distance is not None]
        return name, (min(known, default=None), [])

    return _tell, near


@wrong("11.round", "node_lost")
def only_the_neighbours():
    def tell(node):
        _name, (distance, links) = node
        if distance is not None:
            for link in links:
                yield link, (distance + 1, [])

    return tell, _nearest


@wrong("11.round", "dead_ends_lost")
def itself_in_the_loop():
    def tell(node):
        name, (distance, links) = node
        for link in links:
            yield name, (distance, links)
            if distance is not None:
                yield link, (distance + 1, [])

    return tell, _nearest


@wrong("11.round", "no_step")
def same_distance():
    def tell(node):
        name, (distance, links) = node
        yield name, (distance, links)
        if distance is not None:
            for link in links:
                yield link, (distance, [])

    return tell, _nearest


@wrong("11.round", "all_send")
def none_as_zero():
    def tell(node):
        name, (distance, links) = node
        yield name, (distance, links)
        for link in links:
            yield link, ((distance or 0) + 1, [])

    return tell, _nearest


@wrong("11.round", "starts_again")
def one_for_all():
    def tell(node):
        name, (distance, links) = node
        yield name, (distance, links)
        if distance is not None:
            for link in links:
                yield link, (1, [])

    return tell, _nearest


@wrong("11.round", "nothing_sent")
def only_itself():
    def tell(node):
        yield node

    return tell, _nearest


@wrong("11.round", "zero_is_no")
def zero_is_false():
    def tell(node):
        name, (distance, links) = node
        yield name, (distance, links)
        if distance:
            for link in links:
                yield link, (distance + 1, [])

    return tell, _nearest


@wrong("11.round", "largest")
def the_longest_way():
    def near(item):
        name, parts = item
        best, links = None, []
        for distance, some in parts:
            if distance is not None and (best is None or distance > best):
                best = distance
            links = links or some
        return name, (best, links)

    return _tell, near


@wrong("11.round", "zero_lost")
def a_zero_counts_as_none():
    def near(item):
        name, parts = item
        best, links = None, []
        for distance, some in parts:
            links = links or some
            if distance and (best is None or distance < best):
                best = distance
        return name, (best, links)

    return _tell, near


@wrong("11.round", "value_order")
def the_links_of_the_last_value():
    def near(item):
        name, parts = item
        known = []
        for distance, some in parts:
            links = some
            known += [] if distance is None else [distance]
        return name, (min(known, default=None), links)

    return _tell, near


@wrong("11.round", "not_a_pair")
def a_bare_distance():
    def tell(node):
        name, (distance, links) = node
        yield name, (distance, links)
        if distance is not None:
            for link in links:
                yield link, distance + 1

    return tell, _nearest


@wrong("11.round", "forgets_own")
def what_was_told_wins():
    def near(item):
        name, parts = item
        own, heard, links = None, [], []
        for distance, some in parts:
            if some:
                own, links = distance, some
            elif distance is not None:
                heard.append(distance)
        return name, (min(heard, default=own), links)

    return _tell, near


@wrong("11.round", "value_order")
def the_first_that_comes():
    def near(item):
        name, parts = item
        best, links = None, []
        for distance, some in parts:
            best = distance if best is None else best
            links = links or some
        return name, (best, links)

    return _tell, near


@wrong("11.round", "value_order")
def the_last_that_comes():
    def near(item):
        name, parts = item
        best, links = None, []
        for distance, some in parts:
            if distance is not None:
                best = distance
            links = links or some
        return name, (best, links)

    return _tell, near


@wrong("11.round", "value_order")
def links_of_the_sender():
    def tell(node):
        name, (distance, links) = node
        yield name, (distance, links)
        if distance is not None:
            for link in links:
                yield link, (distance + 1, links)

    return tell, _nearest


@wrong("11.round", "outside_written")
def a_set_of_visited_nodes():
    visited = set()

    def tell(node):
        name, (distance, links) = node
        yield name, (distance, links)
        if distance is not None:
            for link in links:
                if link not in visited:
                    visited.add(link)
                    yield link, (distance + 1, [])

    return tell, _nearest


@wrong("11.round", "raises")
def none_plus_one():
    def tell(node):
        name, (distance, links) = node
        yield name, (distance, links)
        for link in links:
            yield link, (distance + 1, [])

    return tell, _nearest


@wrong("11.round", "raises")
def smallest_of_none():
    def near(item):
        name, parts = item
        parts = list(parts)
        return name, (min(distance for distance, _ in parts), max(links for _, links in parts))

    return _tell, near


@wrong("11.round", "combiner_type")
def distance_alone():
    def near(item):
        name, parts = item
        return name, min((distance for distance, _ in parts if distance is not None), default=None)

    return _tell, near


@wrong("11.round", "pair")
def three_in_a_row():
    def tell(node):
        name, (distance, links) = node
        yield name, distance, links

    return tell, _nearest


@wrong("11.round", "nothing")
def no_return():
    def near(item):
        _name, parts = item
        min((distance for distance, _ in parts if distance is not None), default=None)

    return _tell, near


# --------------------------------------------------------------------------------------- 11.stop


@right("11.stop")
def by_dictionary():
    def go_on(before, after):
        old = dict(before)
        return any(old[name] != node for name, node in after)

    return go_on


@right("11.stop")
def sorted_lists():
    def go_on(before, after):
        return sorted(before) != sorted(after)

    return go_on


@right("11.stop")
def how_many_are_reached():
    def go_on(before, after):
        def reached(nodes):
            return sum(1 for _, (distance, _) in nodes if distance is not None)

        return reached(after) > reached(before)

    return go_on


@wrong("11.stop", "all_reached")
def until_all_are_reached():
    def go_on(before, after):
        return any(distance is None for _, (distance, _) in after)

    return go_on


@wrong("11.stop", "opposite")
def the_other_way_round():
    def go_on(before, after):
        return dict(before) == dict(after)

    return go_on


@wrong("11.stop", "order")
def lists_as_they_stand():
    def go_on(before, after):
        return before != after

    return go_on


@wrong("11.stop", "always")
def always():
    def go_on(before, after):
        return True

    return go_on


@wrong("11.stop", "never")
def number_of_nodes():
    def go_on(before, after):
        return len(before) != len(after)

    return go_on


@wrong("11.stop", "never")
def start_node():
    def go_on(before, after):
        def start(nodes):
            return [name for name, (distance, _) in nodes if distance == 0]

        return start(before) != start(after)

    return go_on


@wrong("11.stop", "raises")
def sum_with_none():
    def go_on(before, after):
        return sum(distance for _, (distance, _) in before) != sum(distance for _, (distance, _) in after)

    return go_on


@wrong("11.stop", "nothing")
def forgot_to_return():
    def go_on(before, after):
        dict(before) != dict(after)  # noqa: B015

    return go_on


# --------------------------------------------------------------------------------------- 11.mass


@right("11.mass")
def missing_to_one():
    def mass(pages, damping):
        lost = 1 - sum(rank for _, (rank, _) in pages)
        n = len(pages)
        return [(name, (damping * (rank + lost / n) + (1 - damping) / n, links)) for name, (rank, links) in pages]

    return mass


@right("11.mass")
def three_steps():
    def mass(pages, damping):
        total = 0
        for _, (rank, _) in pages:
            total += rank
        share = (1 - total) / len(pages)
        found = []
        for name, (rank, links) in pages:
            rank = rank + share
            rank = rank * damping
            rank = rank + (1 - damping) / len(pages)
            found.append((name, (rank, links)))
        return found

    return mass


@right("11.mass")
def missing_at_the_end():
    def mass(pages, damping):
        damped = {name: damping * rank for name, (rank, _) in pages}
        missing = 1 - sum(damped.values())  # of jumps and dead ends together
        return [(name, (damped[name] + missing / len(pages), links)) for name, (_, links) in pages]

    return mass


def _each(new):
    def mass(pages, damping):
        lost = 1 - sum(rank for _, (rank, _) in pages)
        return [(name, (new(rank, lost, damping, len(pages)), links)) for name, (rank, links) in pages]

    return mass


@wrong("11.mass", "lost")
def lost_rank_stays_lost():
    return _each(lambda rank, lost, damping, n: damping * rank + (1 - damping) / n)


@wrong("11.mass", "only_dead_ends")
def back_to_dead_ends():
    def mass(pages, damping):
        lost = 1 - sum(rank for _, (rank, _) in pages)
        dead = [name for name, (_, links) in pages if not links]
        found = []
        for name, (rank, links) in pages:
            if name in dead:
                rank += lost / len(dead)
            found.append((name, (damping * rank + (1 - damping) / len(pages), links)))
        return found

    return mass


@wrong("11.mass", "not_damped")
def without_damping():
    return _each(lambda rank, lost, damping, n: rank + lost / n)


@wrong("11.mass", "swapped")
def damping_swapped():
    return _each(lambda rank, lost, damping, n: (1 - damping) * (rank + lost / n) + damping / n)


@wrong("11.mass", "no_jump")
def jump_forgotten():
    return _each(lambda rank, lost, damping, n: damping * (rank + lost / n))


@wrong("11.mass", "whole_jump")
def jump_not_shared():
    return _each(lambda rank, lost, damping, n: damping * (rank + lost / n) + (1 - damping))


@wrong("11.mass", "undamped_loss")
def loss_after_the_damping():
    return _each(lambda rank, lost, damping, n: damping * rank + (1 - damping) / n + lost / n)


@wrong("11.mass", "scaled")
def scaled_up():
    def mass(pages, damping):
        total = sum(rank for _, (rank, _) in pages) or 1
        return [(name, (damping * rank / total + (1 - damping) / len(pages), links)) for name, (rank, links) in pages]

    return mass


@wrong("11.mass", "scaled")
def scaled_by_nothing():
    def mass(pages, damping):
        total = sum(rank for _, (rank, _) in pages)
        return [(name, (damping * rank / total + (1 - damping) / len(pages), links)) for name, (rank, links) in pages]

    return mass


@wrong("11.mass", "afterwards")
def what_dead_ends_have_now():
    def mass(pages, damping):
        lost = sum(rank for _, (rank, links) in pages if not links)
        n = len(pages)
        return [(name, (damping * (rank + lost / n) + (1 - damping) / n, links)) for name, (rank, links) in pages]

    return mass


@wrong("11.mass", "input_changed")
def in_place():
    def mass(pages, damping):
        lost = 1 - sum(rank for _, (rank, _) in pages)
        for i, (name, (rank, links)) in enumerate(pages):
            pages[i] = name, (damping * (rank + lost / len(pages)) + (1 - damping) / len(pages), links)
        return pages

    return mass


@wrong("11.mass", "all_dead_ends")
def nothing_to_share():
    def mass(pages, damping):
        total = sum(rank for _, (rank, _) in pages)
        if total == 0:
            return list(pages)
        to_each = damping * (1 - total) / len(pages) + (1 - damping) / len(pages)
        return [(name, (damping * rank + to_each, links)) for name, (rank, links) in pages]

    return mass


@wrong("11.mass", "wrong")
def ranks_alone():
    def mass(pages, damping):
        lost = 1 - sum(rank for _, (rank, _) in pages)
        return [damping * (rank + lost / len(pages)) + (1 - damping) / len(pages) for _, (rank, _) in pages]

    return mass


SURVIVORS: dict[tuple[str, str], str] = {
    ("loop_and_compare", "distance < best -> distance <= best"): "Of two equal distances either will do.",
    ("how_many_are_reached", "1 -> 2"): "Twice as many, before and after.",
}
