"""Known answers to the exercises of lesson 13."""

from bank import right, wrong

# ----------------------------------------------------------------------------------- 13.local


@right("13.local")
def adds_up():
    def over_network(tasks):
        return sum(size for size, holders, machine in tasks if machine not in holders)

    return over_network


@right("13.local")
def in_a_loop():
    def over_network(tasks):
        moved = 0
        for size, holders, machine in tasks:
            if machine in holders:
                continue
            moved += size
        return moved

    return over_network


@right("13.local")
def takes_away_what_is_near():
    def over_network(tasks):
        everything = sum(task[0] for task in tasks)
        near = sum(task[0] for task in tasks if task[2] in set(task[1]))
        return everything - near

    return over_network


@wrong("13.local", "near")
def counts_the_near_ones():
    def over_network(tasks):
        return sum(size for size, holders, machine in tasks if machine in holders)

    return over_network


@wrong("13.local", "all")
def counts_all():
    def over_network(tasks):
        return sum(size for size, _, _ in tasks)

    return over_network


@wrong("13.local", "tasks")
def counts_tasks():
    def over_network(tasks):
        return len([1 for _, holders, machine in tasks if machine not in holders])

    return over_network


@wrong("13.local", "first_copy")
def asks_the_first_holder():
    def over_network(tasks):
        return sum(size for size, holders, machine in tasks if holders[0] != machine)

    return over_network


@wrong("13.local", "each_copy")
def fetches_every_copy():
    def over_network(tasks):
        moved = 0
        for size, holders, machine in tasks:
            if machine not in holders:
                for _ in holders:
                    moved += size
        return moved

    return over_network


@wrong("13.local", "other_copies")
def counts_the_other_holders():
    def over_network(tasks):
        return sum(size for size, holders, machine in tasks for holder in holders if holder != machine)

    return over_network


@wrong("13.local", "leaves_loop")
def stops_at_the_first():
    def over_network(tasks):
        for size, holders, machine in tasks:
            if machine not in holders:
                return size
        return 0

    return over_network


@wrong("13.local", "sets")
def each_size_once():
    def over_network(tasks):
        return sum({size for size, holders, machine in tasks if machine not in holders})

    return over_network


@wrong("13.local", "prints_only")
def prints_it():
    def over_network(tasks):
        print(sum(size for size, holders, machine in tasks if machine not in holders))

    return over_network


@wrong("13.local", "signature")
def takes_a_task_apart():
    def over_network(size, holders, machine):
        return 0 if machine in holders else size

    return over_network


@wrong("13.local", "input_changed")
def takes_tasks_out():
    def over_network(tasks):
        moved = 0
        while tasks:
            size, holders, machine = tasks.pop()
            moved += size * (machine not in holders)
        return moved

    return over_network


@wrong("13.local", "untouched")
def not_yet():
    def over_network(tasks): ...

    return over_network


# --------------------------------------------------------------------------------- 13.network


@right("13.network")
def in_one_line():
    def shuffle_seconds(size, machines, link, core):
        return size * (machines - 1) / machines / min(machines * link, core)

    return shuffle_seconds


@right("13.network")
def in_steps():
    def shuffle_seconds(size, machines, link, core):
        crossing = size - size / machines
        together = machines * link
        if together < core:
            return crossing / together
        return crossing / core

    return shuffle_seconds


@right("13.network")
def the_longer_of_two_times():
    def shuffle_seconds(size, machines, link, core):
        each = size / machines * (1 - 1 / machines)  # what one machine sends
        return max(each / link, machines * each / core)

    return shuffle_seconds


@wrong("13.network", "one_link")
def through_one_link():
    def shuffle_seconds(size, machines, link, core):
        return size * (machines - 1) / machines / link

    return shuffle_seconds


@wrong("13.network", "link_or_core")
def one_link_or_the_core():
    def shuffle_seconds(size, machines, link, core):
        crossing = size - size / machines
        return crossing / min(link, core)

    return shuffle_seconds


@wrong("13.network", "no_core")
def links_alone():
    def shuffle_seconds(size, machines, link, core):
        return (size - size / machines) / (machines * link)

    return shuffle_seconds


@wrong("13.network", "core_only")
def core_alone():
    def shuffle_seconds(size, machines, link, core):
        return size * (1 - 1 / machines) / core

    return shuffle_seconds


@wrong("13.network", "all_cross")
def everything_crosses():
    def shuffle_seconds(size, machines, link, core):
        return size / min(machines * link, core)

    return shuffle_seconds


@wrong("13.network", "stays")
def counts_what_stays():
    def shuffle_seconds(size, machines, link, core):
        return size / machines / min(machines * link, core)

    return shuffle_seconds


@wrong("13.network", "wider")
def takes_the_wider_way():
    def shuffle_seconds(size, machines, link, core):
        return size * (machines - 1) / machines / max(machines * link, core)

    return shuffle_seconds


@wrong("13.network", "one_by_one")
def first_links_then_core():
    def shuffle_seconds(size, machines, link, core):
        crossing = size * (machines - 1) / machines
        return crossing / (machines * link) + crossing / core

    return shuffle_seconds


@wrong("13.network", "times")
def grows_with_the_speed():
    def shuffle_seconds(size, machines, link, core):
        return size * (machines - 1) / machines * min(machines * link, core)

    return shuffle_seconds


@wrong("13.network", "shared_twice")
def shares_twice():
    def shuffle_seconds(size, machines, link, core):
        each = size * (machines - 1) / machines / machines
        return each / min(machines * link, core)

    return shuffle_seconds


@wrong("13.network", "wrong")
def forgets_a_bracket():
    def shuffle_seconds(size, machines, link, core):
        return size * machines - 1 / machines / min(machines * link, core)

    return shuffle_seconds


@wrong("13.network", "prints_only")
def prints_the_seconds():
    def shuffle_seconds(size, machines, link, core):
        print(size * (machines - 1) / machines / min(machines * link, core))

    return shuffle_seconds


@wrong("13.network", "input_unused")
def takes_the_least_of_a_number():
    def shuffle_seconds(size, machines, link, core):
        return size * (machines - 1) / machines / min(machines * link)

    return shuffle_seconds


# ----------------------------------------------------------------------------------- 13.waves


@right("13.waves")
def rounds_up_with_a_minus():
    def reduce_seconds(reduces, machines, work, each):
        waves = -(-reduces // machines)
        return waves * (work / reduces + each)

    return reduce_seconds


@right("13.waves")
def rounds_up_with_math():
    def reduce_seconds(reduces, machines, work, each):
        from math import ceil

        return ceil(reduces / machines) * each + ceil(reduces / machines) * work / reduces

    return reduce_seconds


@right("13.waves")
def gives_out_one_by_one():
    def reduce_seconds(reduces, machines, work, each):
        ends = [0] * machines
        for task in range(reduces):
            ends[task % machines] += work / reduces + each
        return max(ends)

    return reduce_seconds


@wrong("13.waves", "even")
def shares_evenly():
    def reduce_seconds(reduces, machines, work, each):
        return (work + reduces * each) / machines

    return reduce_seconds


@wrong("13.waves", "no_last_wave")
def rounds_down():
    def reduce_seconds(reduces, machines, work, each):
        return reduces // machines * (work / reduces + each)

    return reduce_seconds


@wrong("13.waves", "one_more")
def always_one_more():
    def reduce_seconds(reduces, machines, work, each):
        return (reduces // machines + 1) * (work / reduces + each)

    return reduce_seconds


@wrong("13.waves", "no_cost")
def tasks_are_free():
    def reduce_seconds(reduces, machines, work, each):
        return -(-reduces // machines) * work / reduces

    return reduce_seconds


@wrong("13.waves", "cost_once")
def pays_once():
    def reduce_seconds(reduces, machines, work, each):
        return -(-reduces // machines) * work / reduces + each

    return reduce_seconds


@wrong("13.waves", "all_costs")
def pays_for_all():
    def reduce_seconds(reduces, machines, work, each):
        return -(-reduces // machines) * work / reduces + reduces * each

    return reduce_seconds


@wrong("13.waves", "alone")
def one_after_the_other():
    def reduce_seconds(reduces, machines, work, each):
        return reduces * (work / reduces + each)

    return reduce_seconds


@wrong("13.waves", "one_wave")
def one_wave_only():
    def reduce_seconds(reduces, machines, work, each):
        return work / reduces + each

    return reduce_seconds


@wrong("13.waves", "by_machines")
def divides_by_the_machines():
    def reduce_seconds(reduces, machines, work, each):
        return -(-reduces // machines) * (work / machines + each)

    return reduce_seconds


@wrong("13.waves", "wrong")
def turned_round():
    def reduce_seconds(reduces, machines, work, each):
        return -(-machines // reduces) * (work / reduces + each)

    return reduce_seconds


@wrong("13.waves", "nothing")
def forgot_to_return():
    def reduce_seconds(reduces, machines, work, each):
        -(-reduces // machines) * (work / reduces + each)

    return reduce_seconds


@wrong("13.waves", "untouched")
def not_begun():
    def reduce_seconds(reduces, machines, work, each): ...

    return reduce_seconds


SURVIVORS: dict[tuple[str, str], str] = {
    ("in_steps", "together < core -> together <= core"): "where both are equal, either says the same",
}
