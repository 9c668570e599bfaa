"""Lesson 07, Speed: what its exercises and quizzes ask."""

from __future__ import annotations

from math import ceil
from random import Random

from mrkit.learn.exercise import Choice, Exercise, Hints, Mistake, Quiz

# -------------------------------------------------------------------- 07.serial: what Amdahl's law makes of it


def some_speedups(rng: Random) -> list[tuple[int, float]]:
    """Ten measurements (workers, speedup) that follow Amdahl's law."""
    measured = []
    for _ in range(10):
        workers, serial = rng.randint(2, 16), rng.choice([0.05, 0.1, 0.2, 0.3, 0.4, 0.6])
        measured.append((workers, round(1 / (serial + (1 - serial) / workers), 2)))
    return measured


SERIAL = Exercise(
    id="07.serial",
    title="The serial fraction of a job",
    parts=("function",),
    inputs=some_speedups,
    reference=lambda workers, speedup: (1 / speedup - 1 / workers) / (1 - 1 / workers),
    compare=lambda fraction: round(fraction, 6) if isinstance(fraction, float) else fraction,
    mistakes=(
        Mistake(
            "time",
            "That is the time that is left, 1 / speedup. It holds the serial part and a share of the rest.",
            function=lambda workers, speedup: 1 / speedup,
        ),
        Mistake(
            "saved",
            "That is the part of the time that was saved. Nobody saves any of the serial part.",
            function=lambda workers, speedup: 1 - 1 / speedup,
        ),
        Mistake(
            "parallel",
            "That is the part which can be shared. The serial part is the rest, up to 1.",
            function=lambda workers, speedup: 1 - (1 / speedup - 1 / workers) / (1 - 1 / workers),
        ),
        Mistake(
            "efficiency",
            "That compares the speedup with the number of workers. Start from the time, 1 / speedup.",
            function=lambda workers, speedup: 1 - speedup / workers,
        ),
        Mistake(
            "no_division",
            "Nearly: you took 1 / workers off, but it must be taken off the 1 as well. Divide by what is left of it.",
            function=lambda workers, speedup: 1 / speedup - 1 / workers,
        ),
        Mistake(
            "percent",
            "That is in percent. Give a fraction from 0 to 1.",
            function=lambda workers, speedup: 100 * (1 / speedup - 1 / workers) / (1 - 1 / workers),
        ),
        Mistake(
            "amdahl",
            "That is Amdahl's law itself, with your speedup as `s`. Solve it for `s` first.",
            function=lambda workers, speedup: 1 / (speedup + (1 - speedup) / workers),
        ),
        Mistake(
            "not_taken_off",
            "You divided, but did not take 1 / workers off the time that is left. Do so on both sides.",
            function=lambda workers, speedup: (1 / speedup) / (1 - 1 / workers),
        ),
        Mistake(
            "brackets",
            "Division goes before minus. Put the difference above into brackets.",
            function=lambda workers, speedup: 1 / speedup - 1 / workers / (1 - 1 / workers),
        ),
        Mistake(
            "crossed",
            "You have changed workers and speedup. The time that is left is 1 / speedup.",
            function=lambda workers, speedup: (1 / workers - 1 / speedup) / (1 - 1 / speedup),
        ),
        Mistake(
            "rounded",
            "You rounded to 0 or 1. Give the fraction as it is.",
            function=lambda workers, speedup: round((1 / speedup - 1 / workers) / (1 - 1 / workers)),
        ),
    ),
    hints=Hints(
        idea="Write t for 1 / speedup, the time that is left. Amdahl says t = s + (1 - s) / n. Find s.",
        line="Put all that has an s on one side. Take 1 / n off both sides first.",
        twin="A bill b has a fixed part f. The rest, 100 - f, is shared by 4 friends.\n"
        "One friend pays b = f + (100 - f) / 4.\n"
        "Take off 25: b - 25 = f * (1 - 1 / 4). So f = (b - 25) / (1 - 1 / 4).\n"
        "For b = 40 the fixed part is 20.",
    ),
    worth="Measure it with more and more workers. If it grows, it is not the serial part that costs, but the workers.",
)

# ------------------------------------------------------------------- 07.chunksize: a model of tasks and their cost

RECORDS, WORKERS, RECORD_MS, TASK_MS = 1000, 4, 1, 5  # as in the lesson


def job_time(chunksize: int) -> int:
    """Milliseconds of the lesson's job, by the lesson's model.

    >>> job_time(1), job_time(250)
    (1500, 255)
    """
    tasks = ceil(RECORDS / chunksize)
    return ceil(tasks / WORKERS) * (chunksize * RECORD_MS + TASK_MS)


def _short_rest(chunksize: int) -> int:
    """The time of somebody for whom a last task that has a round of its own takes only what its records take."""
    full, rest = divmod(RECORDS, chunksize)
    rounds, over = divmod(full, WORKERS)
    last = chunksize if over else rest
    return rounds * (chunksize * RECORD_MS + TASK_MS) + (last * RECORD_MS + TASK_MS if last else 0)


CHUNKSIZE = Exercise(
    id="07.chunksize",
    title="How long the job takes with a chunksize",
    parts=("function",),
    inputs=lambda rng: [(chunksize,) for chunksize in rng.sample(range(1, 600), 9)] + [(300,)],
    reference=job_time,
    mistakes=(
        Mistake(
            "one_worker",
            "You did all tasks one after the other. Four workers take four tasks at a time.",
            function=lambda size: ceil(RECORDS / size) * (size * RECORD_MS + TASK_MS),
        ),
        Mistake(
            "smooth",
            "Your rounds are not whole. If one task is left over, all wait for it: round up with `ceil`.",
            function=lambda size: ceil(RECORDS / size) / WORKERS * (size * RECORD_MS + TASK_MS),
        ),
        Mistake(
            "no_rounding",
            "Nothing is rounded up. Half a task is a task, and a round with one task is a round.",
            function=lambda size: RECORDS / size / WORKERS * (size * RECORD_MS + TASK_MS),
        ),
        Mistake(
            "down",
            "You rounded down, so the last records are never done. Use `ceil`.",
            function=lambda size: RECORDS // size // WORKERS * (size * RECORD_MS + TASK_MS),
        ),
        Mistake(
            "short_rest",
            "You gave a last, short task its own time. In this model every round takes as long as a full task.",
            function=_short_rest,
        ),
        Mistake(
            "free_tasks",
            "Handing out a task is not free. Each task costs 5 ms more than its records.",
            function=lambda size: ceil(ceil(RECORDS / size) / WORKERS) * size * RECORD_MS,
        ),
        Mistake(
            "once",
            "The 5 ms are paid for each task, not once for the job.",
            function=lambda size: ceil(ceil(RECORDS / size) / WORKERS) * size * RECORD_MS + TASK_MS,
        ),
        Mistake(
            "per_record",
            "You pay 5 ms for each record. They are paid once for each task.",
            function=lambda size: ceil(ceil(RECORDS / size) / WORKERS) * size * (RECORD_MS + TASK_MS),
        ),
        Mistake(
            "rounds",
            "That is how many rounds there are. Each of them takes as long as one task.",
            function=lambda size: ceil(ceil(RECORDS / size) / WORKERS),
        ),
        Mistake(
            "rounds_down",
            "You rounded the rounds down. A round with one task is a round: use `ceil`.",
            function=lambda size: ceil(RECORDS / size) // WORKERS * (size * RECORD_MS + TASK_MS),
        ),
        Mistake(
            "tasks_down",
            "You rounded the tasks down, so the last records are lost. Use `/` inside `ceil`.",
            function=lambda size: ceil(RECORDS // size / WORKERS) * (size * RECORD_MS + TASK_MS),
        ),
        Mistake(
            "in_a_row",
            "You let all tasks wait for their 5 ms in a row. Four workers fetch theirs at the same time.",
            function=lambda size: (
                ceil(ceil(RECORDS / size) / WORKERS) * size * RECORD_MS + ceil(RECORDS / size) * TASK_MS
            ),
        ),
        Mistake(
            "in_seconds",
            "That is in seconds. Give milliseconds.",
            function=lambda size: job_time(size) / 1000,
        ),
        Mistake(
            "two_workers",
            "You let two workers do it. There are four.",
            function=lambda size: ceil(ceil(RECORDS / size) / 2) * (size * RECORD_MS + TASK_MS),
        ),
    ),
    hints=Hints(
        idea="Three steps: how many tasks, how many rounds of four, how long is one round?",
        line="With chunksize 300 there are 4 tasks. Does your function find that, and one round?",
        twin="90 guests, tables for 8, 3 waiters. A table takes 8 * 2 + 6 minutes.\n"
        "`tables = ceil(90 / 8)` is 12, and `rounds = ceil(tables / 3)` is 4.\n"
        "All are served after 4 * (8 * 2 + 6) = 88 minutes.",
    ),
    worth="Small chunks pay for many tasks, large ones for workers that wait in the last round. The best lies between.",
)

# ------------------------------------------------------------------------- 07.loses: when the pool is slower


def some_jobs(rng: Random) -> list[tuple[int, int, int, float]]:
    """Some jobs (work, workers, start, travel), in seconds: the pool wins some, loses some, and two are a tie."""
    rows = [(rng.randrange(2, 60, 2), rng.choice([2, 4]), rng.randint(1, 12), rng.randint(1, 12)) for _ in range(5)]
    return [
        *rows,
        (8, 2, 2, 2),
        (16, 4, 2, 8),
        (16, 4, 9, 4),
        (16, 4, 4, 9),
        (40, 4, 4, 8),
        (12, 4, 8, 8),
        (6, 4, 2, 2.5),
    ]


LOSES = Exercise(
    id="07.loses",
    title="Does the pool win?",
    parts=("function",),
    inputs=some_jobs,
    reference=lambda work, workers, start, travel: start + travel + work / workers < work,
    mistakes=(
        Mistake(
            "opposite",
            "You say when one thread wins. We ask when the pool does.",
            function=lambda work, workers, start, travel: start + travel + work / workers > work,
        ),
        Mistake(
            "no_start",
            "You left out the start of the workers.",
            function=lambda work, workers, start, travel: travel + work / workers < work,
        ),
        Mistake(
            "no_travel",
            "You left out the time in which data is pickled and sent.",
            function=lambda work, workers, start, travel: start + work / workers < work,
        ),
        Mistake(
            "all_shared",
            "You shared the start and the travel too. Only the work is shared by the workers.",
            function=lambda work, workers, start, travel: (start + travel + work) / workers < work,
        ),
        Mistake(
            "not_shared",
            "You left out that the workers share the work.",
            function=lambda work, workers, start, travel: start + travel + work < work,
        ),
        Mistake(
            "tie",
            "When both take as long, the pool does not win. It must be faster.",
            function=lambda work, workers, start, travel: start + travel + work / workers <= work,
        ),
        Mistake(
            "always",
            "You say that more workers always win. They must first be started, and data must travel.",
            function=lambda work, workers, start, travel: workers > 1,
        ),
        Mistake(
            "costs_alone",
            "You compare the costs with all the work. One worker's share of the work takes time as well.",
            function=lambda work, workers, start, travel: start + travel < work,
        ),
        Mistake(
            "seconds",
            "That is how long the pool takes. Say whether it is less than the work in one thread: true or false.",
            function=lambda work, workers, start, travel: start + travel + work / workers,
        ),
        Mistake(
            "each_start",
            "You pay the start once for each worker. The workers start at the same time: pay it once.",
            function=lambda work, workers, start, travel: start * workers + travel + work / workers < work,
        ),
        Mistake(
            "longest",
            "You took the longest of the three. They come one after the other, so add them up.",
            function=lambda work, workers, start, travel: max(start, travel, work / workers) < work,
        ),
        Mistake(
            "each_travel",
            "You pay the travel once for each worker. It is the time for all the data: pay it once.",
            function=lambda work, workers, start, travel: start + travel * workers + work / workers < work,
        ),
        Mistake(
            "text",
            "You gave a text. We ask whether the pool wins: give `True` or `False`.",
            function=lambda work, workers, start, travel: "pool" if start + travel + work / workers < work else "loop",
        ),
    ),
    hints=Hints(
        idea="Write down two times: one thread alone, and the pool with all that it needs. Compare them.",
        line="Which of the four numbers gets smaller with more workers? Only that one is divided.",
        twin="Is it faster to walk or to take the bus, with a wait first?\n"
        "`def bus_wins(way, wait):`\n"
        "`    return wait + way / 4 < way`\n"
        "The bus is four times as fast, but the wait does not get shorter.",
    ),
    worth="More workers shrink one of the four numbers only. If start and travel take as long as the work, none help.",
)

# ------------------------------------------------------------------------------------------- questions

Q1 = Quiz(
    id="07.q1",
    question="A job takes half a second in one thread. Now two new worker processes share it. What can you say before "
    "you measure?",
    choices=(
        Choice(
            "It takes a quarter of a second",
            "That leaves out the start of the workers, and all that has to travel.",
            expect=0.55,
        ),
        Choice(
            "More than a quarter, but not how much more",
            "It depends on what they cost. Measure it.",
            right=True,
            expect=0.35,
        ),
        Choice(
            "Half a second, as before: so little work is not worth sharing",
            "They do share the work. But they have costs that one thread does not have.",
            expect=0.1,
        ),
    ),
)

Q2 = Quiz(
    id="07.q2",
    question="A job runs as one task for each of 200 tiny records. What does it spend most time on?",
    choices=(
        Choice("The map function", "It is done in a blink. Look at what happens around each task.", expect=0.5),
        Choice(
            "Handing out tasks and waiting for them",
            "Each task is sent, started and answered.",
            right=True,
            expect=0.35,
        ),
        Choice("The reduce function", "It has the same values as before, however the map tasks were cut.", expect=0.15),
    ),
)

Q3 = Quiz(
    id="07.q3",
    question="A tenth of a job cannot be shared. What is the most that any number of workers can gain?",
    choices=(
        Choice("There is no limit", "The tenth stays as long as it is, and all wait for it.", expect=0.2),
        Choice(
            "10 times as fast",
            "All the rest can shrink to nothing, but a tenth of the time stays.",
            right=True,
            expect=0.55,
        ),
        Choice(
            "90 times as fast",
            "Nine tenths can be shared. But the last tenth alone takes a tenth of the time.",
            expect=0.25,
        ),
    ),
)
