"""Known answers to the exercises of lesson 13."""

from bank import right, wrong
from mrkit.lessons.beyond.virtual import makespan

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


@wrong("13.local", "wrong")
def stops_at_the_first():
    def over_network(tasks):
        for size, holders, machine in tasks:
            if machine not in holders:
                return size
        return 0

    return over_network


@wrong("13.local", "wrong")
def each_size_once():
    def over_network(tasks):
        return sum({size for size, holders, machine in tasks if machine not in holders})

    return over_network


@wrong("13.local", "nothing")
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


# --------------------------------------------------------------------------------- 13.predict


@right("13.predict")
def three_times():
    def predict(task_seconds, machines, bytes_shuffled, bandwidth, start_up):
        return machines * start_up + makespan(task_seconds, machines) + bytes_shuffled / bandwidth

    return predict


@right("13.predict")
def step_by_step():
    def predict(task_seconds, machines, bytes_shuffled, bandwidth, start_up):
        start = sum(start_up for _ in range(machines))
        network = bytes_shuffled / bandwidth
        return start + network + makespan(task_seconds, machines)

    return predict


@right("13.predict")
def places_tasks_by_hand():
    def predict(task_seconds, machines, bytes_shuffled, bandwidth, start_up):
        ends = [start_up * machines] * machines
        for seconds in task_seconds:
            ends[ends.index(min(ends))] += seconds
        return max(ends) + bytes_shuffled / bandwidth

    return predict


@wrong("13.predict", "even")
def shares_evenly():
    def predict(task_seconds, machines, bytes_shuffled, bandwidth, start_up):
        return machines * start_up + sum(task_seconds) / machines + bytes_shuffled / bandwidth

    return predict


@wrong("13.predict", "slowest")
def waits_for_the_longest():
    def predict(task_seconds, machines, bytes_shuffled, bandwidth, start_up):
        return machines * start_up + max(task_seconds) + bytes_shuffled / bandwidth

    return predict


@wrong("13.predict", "alone")
def one_task_after_the_other():
    def predict(task_seconds, machines, bytes_shuffled, bandwidth, start_up):
        return machines * start_up + sum(task_seconds) + bytes_shuffled / bandwidth

    return predict


@wrong("13.predict", "one_start")
def starts_one_machine():
    def predict(task_seconds, machines, bytes_shuffled, bandwidth, start_up):
        return start_up + makespan(task_seconds, machines) + bytes_shuffled / bandwidth

    return predict


@wrong("13.predict", "no_start")
def forgets_the_start():
    def predict(task_seconds, machines, bytes_shuffled, bandwidth, start_up):
        return makespan(task_seconds, machines) + bytes_shuffled / bandwidth

    return predict


@wrong("13.predict", "no_network")
def forgets_the_network():
    def predict(task_seconds, machines, bytes_shuffled, bandwidth, start_up):
        return machines * start_up + makespan(task_seconds, machines)

    return predict


@wrong("13.predict", "network_shared")
def a_network_for_each():
    def predict(task_seconds, machines, bytes_shuffled, bandwidth, start_up):
        return machines * start_up + makespan(task_seconds, machines) + bytes_shuffled / (bandwidth * machines)

    return predict


@wrong("13.predict", "times_bandwidth")
def multiplies():
    def predict(task_seconds, machines, bytes_shuffled, bandwidth, start_up):
        return machines * start_up + makespan(task_seconds, machines) + bytes_shuffled * bandwidth

    return predict


@wrong("13.predict", "at_once")
def all_phases_at_once():
    def predict(task_seconds, machines, bytes_shuffled, bandwidth, start_up):
        return max(machines * start_up, makespan(task_seconds, machines), bytes_shuffled / bandwidth)

    return predict


@wrong("13.predict", "wrong")
def a_cluster_is_a_big_laptop():
    def predict(task_seconds, machines, bytes_shuffled, bandwidth, start_up):
        return (start_up + sum(task_seconds) + bytes_shuffled / bandwidth) / machines

    return predict


@wrong("13.predict", "wrong")
def forgets_a_bracket():
    def predict(task_seconds, machines, bytes_shuffled, bandwidth, start_up):
        return machines * (start_up + makespan(task_seconds, machines)) + bytes_shuffled / bandwidth

    return predict


@wrong("13.predict", "raises")
def mixes_up_the_arguments():
    def predict(task_seconds, machines, bytes_shuffled, bandwidth, start_up):
        return machines * start_up + makespan(machines, task_seconds) + bytes_shuffled / bandwidth

    return predict


@wrong("13.predict", "nothing")
def forgot_to_return():
    def predict(task_seconds, machines, bytes_shuffled, bandwidth, start_up):
        machines * start_up + makespan(task_seconds, machines) + bytes_shuffled / bandwidth

    return predict


SURVIVORS: dict[tuple[str, str], str] = {}
