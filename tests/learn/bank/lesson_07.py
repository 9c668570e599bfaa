"""Known answers to the exercises of lesson 07."""

from bank import right, wrong

# ----------------------------------------------------------------------------------- 07.serial


@right("07.serial")
def the_formula():
    def answer(workers, speedup):
        return (1 / speedup - 1 / workers) / (1 - 1 / workers)

    return answer


@right("07.serial")
def step_by_step():
    def answer(workers, speedup):
        time = 1 / speedup
        ideal = 1 / workers
        return (time - ideal) / (1 - ideal)

    return answer


@right("07.serial")
def another_form():
    def answer(workers, speedup):
        return (workers - speedup) / (speedup * (workers - 1))

    return answer


@wrong("07.serial", "time")
def the_time():
    def answer(workers, speedup):
        return 1 / speedup

    return answer


@wrong("07.serial", "saved")
def what_is_saved():
    def answer(workers, speedup):
        return 1 - 1 / speedup

    return answer


@wrong("07.serial", "parallel")
def the_other_part():
    def answer(workers, speedup):
        return (1 - 1 / speedup) / (1 - 1 / workers)

    return answer


@wrong("07.serial", "efficiency")
def what_is_lost():
    def answer(workers, speedup):
        return (workers - speedup) / workers

    return answer


@wrong("07.serial", "no_division")
def forgets_to_divide():
    def answer(workers, speedup):
        return 1 / speedup - 1 / workers

    return answer


@wrong("07.serial", "percent")
def in_percent():
    def answer(workers, speedup):
        return 100 * (1 / speedup - 1 / workers) / (1 - 1 / workers)

    return answer


@wrong("07.serial", "signature")
def one_argument():
    def answer(speedup):
        return 1 / speedup

    return answer


@wrong("07.serial", "nothing")
def forgot_to_return():
    def answer(workers, speedup):
        (1 / speedup - 1 / workers) / (1 - 1 / workers)

    return answer


@wrong("07.serial", "brackets")
def brackets_missing():
    def answer(workers, speedup):
        return 1 / speedup - 1 / workers / (1 - 1 / workers)

    return answer


@wrong("07.serial", "rounded")
def rounded():
    def answer(workers, speedup):
        return round((1 / speedup - 1 / workers) / (1 - 1 / workers))

    return answer


# -------------------------------------------------------------------------------- 07.chunksize


@right("07.chunksize")
def with_ceil():
    def answer(chunksize):
        from math import ceil

        tasks = ceil(1000 / chunksize)
        rounds = ceil(tasks / 4)
        return rounds * (chunksize * 1 + 5)

    return answer


@right("07.chunksize")
def whole_numbers():
    def answer(chunksize):
        tasks = -(-1000 // chunksize)
        return -(-tasks // 4) * (chunksize + 5)

    return answer


@right("07.chunksize")
def by_hand():
    def answer(chunksize):
        free = [0] * 4
        for _ in range(0, 1000, chunksize):
            free[free.index(min(free))] += chunksize + 5
        return max(free)

    return answer


@wrong("07.chunksize", "one_worker")
def alone():
    def answer(chunksize):
        from math import ceil

        return ceil(1000 / chunksize) * (chunksize + 5)

    return answer


@wrong("07.chunksize", "smooth")
def rounds_in_parts():
    def answer(chunksize):
        from math import ceil

        return ceil(1000 / chunksize) / 4 * (chunksize + 5)

    return answer


@wrong("07.chunksize", "no_rounding")
def never_rounds():
    def answer(chunksize):
        return 1000 / chunksize / 4 * (chunksize + 5)

    return answer


@wrong("07.chunksize", "down")
def rounds_down():
    def answer(chunksize):
        return 1000 // chunksize // 4 * (chunksize + 5)

    return answer


@wrong("07.chunksize", "free_tasks")
def no_cost():
    def answer(chunksize):
        from math import ceil

        return ceil(ceil(1000 / chunksize) / 4) * chunksize

    return answer


@wrong("07.chunksize", "once")
def cost_once():
    def answer(chunksize):
        from math import ceil

        return ceil(ceil(1000 / chunksize) / 4) * chunksize + 5

    return answer


@wrong("07.chunksize", "per_record")
def cost_for_each_record():
    def answer(chunksize):
        from math import ceil

        return ceil(ceil(1000 / chunksize) / 4) * chunksize * 6

    return answer


@wrong("07.chunksize", "rounds")
def number_of_rounds():
    def answer(chunksize):
        from math import ceil

        return ceil(ceil(1000 / chunksize) / 4)

    return answer


@wrong("07.chunksize", "no_name")
def no_import():
    def answer(chunksize):
        return ceil(1000 / chunksize)  # noqa: F821

    return answer


@wrong("07.chunksize", "prints_only")
def prints_it():
    def answer(chunksize):
        print(1000 / chunksize)

    return answer


# ------------------------------------------------------------------------------------ 07.loses


@right("07.loses")
def compares():
    def answer(work, workers, start, travel):
        return start + travel + work / workers < work

    return answer


@right("07.loses")
def in_two_steps():
    def answer(work, workers, start, travel):
        pool = start + travel + work / workers
        return work > pool

    return answer


@right("07.loses")
def compares_savings():
    def answer(work, workers, start, travel):
        return work - work / workers > start + travel

    return answer


@wrong("07.loses", "opposite")
def one_thread_wins():
    def answer(work, workers, start, travel):
        return work < start + travel + work / workers

    return answer


@wrong("07.loses", "no_start")
def forgets_the_start():
    def answer(work, workers, start, travel):
        return travel + work / workers < work

    return answer


@wrong("07.loses", "no_travel")
def forgets_the_travel():
    def answer(work, workers, start, travel):
        return start + work / workers < work

    return answer


@wrong("07.loses", "all_shared")
def shares_it_all():
    def answer(work, workers, start, travel):
        return (start + travel + work) / workers < work

    return answer


@wrong("07.loses", "not_shared")
def shares_nothing():
    def answer(work, workers, start, travel):
        return start + travel + work < work

    return answer


@wrong("07.loses", "tie")
def as_fast_is_enough():
    def answer(work, workers, start, travel):
        return start + travel + work / workers <= work

    return answer


@wrong("07.loses", "always")
def believes_in_workers():
    def answer(work, workers, start, travel):
        return workers > 1

    return answer


@wrong("07.loses", "costs_alone")
def only_the_costs():
    def answer(work, workers, start, travel):
        return start + travel < work

    return answer


@wrong("07.loses", "seconds")
def gives_the_time():
    def answer(work, workers, start, travel):
        return start + travel + work / workers

    return answer


@wrong("07.loses", "signature")
def three_arguments():
    def answer(work, workers, start):
        return start + work / workers < work

    return answer


SURVIVORS: dict[tuple[str, str], str] = {
    ("whole_numbers", "-1000 // chunksize -> -1000 / chunksize"): "The rounds are rounded up in the next line anyway.",
    ("by_hand", "0 -> 1"): "One record fewer never saves a round of these 1,000.",
}
