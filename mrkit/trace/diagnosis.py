"""What stands out about a run, in plain sentences, each with the figure behind it and what to try.

Serves the person who has just run a job. Every finding is a function from a trace to a sentence, or to None when
there is nothing to say. It must not guess what the numbers of the trace do not show.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from statistics import median

from mrkit.events import TaskFailed, TaskSubmitted
from mrkit.trace.measures import STRAGGLER, Measures, Span, hot_one, straggler_of
from mrkit.words import count, duration, percent, size, times

NOTICEABLE = 0.05  # seconds: nobody notices less, so it needs no advice
ENOUGH_VALUES = 100  # among fewer, chance alone looks like skew
TINY_TASK = 0.001  # seconds: about what it costs to send a task to a process and its result back
MANY_TASKS = 16  # per worker: four times as many as mrkit makes by itself
PICKLING = 1 / 3  # of the busy time: an equal share for map, reduce and pickling
NO_DIFFERENCE = 0.1  # two runs of the same job differ by as much
EFFICIENT = 0.7  # of the ideal speedup: below it, it is worth saying where the rest went
START_UP = 0.2  # of the job: a fifth of the time has passed before anything is done
FEWER_RECORDS = 0.5  # of the records need not travel: the shuffle halves
ROOM = 4e9  # bytes: half the memory of a usual laptop, which also holds a browser and a kernel


def diagnose(trace: Measures) -> list[str]:
    """What stands out about a run, the most important first; never an empty list.

    >>> from mrkit import MapReduce
    >>> job = MapReduce(lambda n: [(n % 3, n)], lambda item: sum(item[1]), num_partitions=1, executor="serial")
    >>> print(*diagnose(job.run(range(600), chunksize=100).trace))
    With a combiner 18 records instead of 600 would travel to the reduce tasks (97 % fewer), if the reduce
    function can work on the values in parts.
    """
    return [sentence.replace("\u00a0", " ") for sentence in _sentences(trace)]  # it is read in terminals too


def _sentences(trace: Measures) -> list[str]:
    if trace.stopped:
        return [f"The job was stopped after {trace.seconds:.1f} s.", *filter(None, [lost_attempts(trace)])]
    if trace.error is not None:
        return list(filter(None, [f"The job failed: {trace.error}", lost_attempts(trace)]))
    if not trace.tasks("map"):
        return ["The job had no inputs, so there is nothing to say about its run."]
    findings = OF_A_MODEL if trace.reckoned else FINDINGS
    said = [sentence for finding in findings if (sentence := finding(trace))] or [_nothing(trace)]
    return ["All of this is reckoned by a model, not measured.", *said] if trace.reckoned else said


def _nothing(trace: Measures) -> str:
    use = trace.time_use
    busy = f"; workers were busy {_share(use.total - use.waiting, use.total)} of the time"
    return (
        f"Nothing stands out: {count(len(trace.tasks('map')), 'map task')} and "
        f"{count(len(trace.tasks('reduce')), 'reduce task')} took {duration(trace.seconds)}{busy}."
    )


# What went wrong on the way.


def no_pairs(trace: Measures) -> str | None:
    """The map function found nothing in the inputs."""
    if trace.num_pairs:
        return None
    return f"The map function made no pairs from {count(trace.num_inputs, 'input')}, so there was nothing to reduce."


def lost_attempts(trace: Measures) -> str | None:
    """Attempts that were tried again: their worker died, they took too long or their data was lost."""
    lost = [failure for failure in trace.of_kind(TaskFailed) if failure.again]
    if not lost:
        return None
    first = next(s for s in trace.failures if (s.stage, s.task, s.attempt) == _identity(lost[0]))
    were = "attempt was" if len(lost) == 1 else "attempts were"
    at = "at" if len(lost) == 1 else "the first at"
    return f"{len(lost):,} {were} lost and done again, {at} {_name(first)}: {first.error.rstrip('.')}."


def backups(trace: Measures) -> str | None:
    """Backup tasks for slow ones, and how many were worth it."""
    started = [_identity(event) for event in trace.of_kind(TaskSubmitted) if event.backup]
    if not started:
        return None
    won = sum(span.ok and span.backup for span in trace.spans)
    were = "task was" if len(started) == 1 else "tasks were"
    return f"{len(started):,} backup {were} started for slow ones; {won:,} of them finished first."


def skipped_records(trace: Measures) -> str | None:
    """Bad records that the job left out."""
    if not trace.num_skipped:
        return None
    were = "was" if trace.num_skipped == 1 else "were"
    first = f", the first of them {trace.skipped[0][0]}: {trace.skipped[0][1].rstrip('.')}" if trace.skipped else ""
    return f"{count(trace.num_skipped, 'bad record')} {were} left out{first}."


# Was it worth the workers?


def speed(trace: Measures) -> str | None:
    """What parallelism gained or cost, and why not more."""
    if trace.baseline is None or trace.speedup is None or trace.job.executor == "serial":
        return None
    workers, gain = trace.job.num_workers, trace.speedup
    took = f"{count(workers, 'worker')} took {duration(trace.seconds)}, one thread alone {duration(trace.baseline)}"
    if gain < 1 - NO_DIFFERENCE:
        return f"{took}: parallel took {times(trace.seconds / trace.baseline)} times as long.{_largest_cost(trace)}"
    if gain <= 1 + NO_DIFFERENCE:
        return f"{took}: parallel gained nothing.{_largest_cost(trace)}"
    rest = _largest_cost(trace) if gain < EFFICIENT * workers else ""
    return f"{took}: parallel was {times(gain)} times as fast.{rest}"


def _largest_cost(trace: Measures) -> str:
    name, seconds = max(costs(trace).items(), key=lambda cost: cost[1])
    if seconds < NO_DIFFERENCE * trace.time_use.total:
        return ""
    return f" The largest cost was {name}: {duration(seconds)} of the workers' {duration(trace.time_use.total)}."


def costs(trace: Measures) -> dict[str, float]:
    """What the workers' time went into besides computing, in seconds of all workers together."""
    use = trace.time_use
    starting = min(use.waiting, trace.start_up * trace.slots)
    sharing = "the interpreter lock" if trace.job.executor == "threads" else "a processor or the disk"
    return {
        "starting the workers": starting,
        "waiting for tasks": use.waiting - starting,
        "pickling": use.pickling,
        f"waiting for {sharing}": max(0.0, use.map + use.reduce + use.pickling - trace.cpu),
    }


def slow_motion(trace: Measures) -> str | None:
    """That the tasks did not take as long as it seems."""
    if trace.slow_motion == 1:
        return None
    times = f"{trace.slow_motion:g} times"
    own = duration(trace.start_up + (trace.seconds - trace.start_up) / trace.slow_motion)
    return f"In slow motion every task lasts {times} as long as it computes. Without it this job takes about {own}."


def start_up(trace: Measures) -> str | None:
    """Workers that had to start first."""
    if trace.job.executor == "serial" or trace.start_up < max(NOTICEABLE, START_UP * trace.seconds):
        return None
    advice = " In a `with` block they stay warm from call to call." if trace.job.executor == "processes" else ""
    share = _share(trace.start_up, trace.seconds)
    return f"Starting the workers took {duration(trace.start_up)}, {share} of the job.{advice}"


# Tasks.


def few_tasks(trace: Measures, stage: str) -> str | None:
    """Fewer tasks than workers: some have nothing to do."""
    tasks, workers = len(trace.tasks(stage)), trace.job.num_workers
    if tasks >= workers:
        return None
    advice = "Try a larger num_partitions."
    if stage == "map" and trace.num_inputs > tasks:
        advice = "Try a smaller chunksize or, with text_lines, a smaller split_size."
    elif stage == "map":
        advice = "One input is the least that a task can take, so make the inputs smaller and more."
    were = "was" if tasks == 1 else "were"
    return (
        f"There {were} {count(tasks, f'{stage} task')} for {count(workers, 'worker')}, "
        f"so {workers - tasks:,} of them had nothing to {stage}. {advice}"
    )


def many_tasks(trace: Measures) -> str | None:
    """So many small map tasks that handing them out costs more than doing them."""
    tasks, workers = trace.tasks("map"), trace.job.num_workers
    usual = median(task.finished - task.started for task in tasks)
    if trace.job.executor == "serial" or len(tasks) <= MANY_TASKS * workers or usual >= TINY_TASK:
        return None
    return (
        f"The {len(tasks):,} map tasks took {duration(usual)} each (median), less than it costs to hand a task to a "
        f"worker and take back what it made. Try a larger chunksize."
    )


def straggler(trace: Measures, stage: str) -> str | None:
    """One task that all others waited for."""
    spans = {span.task: span for span in trace.spans if span.stage == stage and span.ok}
    slowest = straggler_of([*spans.values()])
    if slowest is None or trace.job.num_workers == 1:
        return None
    usual = median(span.seconds for span in spans.values())
    alone = slowest.finished - max(span.finished for span in spans.values() if span is not slowest)
    if alone < NOTICEABLE:
        return None
    name = _name(slowest)
    return (
        f"{name[0].upper()}{name[1:]} was a straggler: it took {duration(slowest.seconds)}, where the median is "
        f"{duration(usual)}, and for {duration(alone)} it was the only one still running. {_why_slow(trace, slowest)}"
    )


def _why_slow(trace: Measures, span: Span) -> str:
    records = {task.task: task.records_in for task in trace.tasks(span.stage)}
    things = "inputs" if span.stage == "map" else "values"
    had = f"It had {records[span.task]:,} {things}, where the median is {median(records.values()):,g}"
    if records[span.task] < STRAGGLER / 2 * median(records.values()):
        return f"{had}: it is not the number that made it slow."
    return f"{had}: try smaller splits." if span.stage == "map" else f"{had}."


def pickling(trace: Measures) -> str | None:
    """Much of the time goes into writing and reading intermediate data."""
    busy = trace.time_use.map + trace.time_use.reduce + trace.time_use.pickling
    if trace.time_use.pickling < max(NOTICEABLE, PICKLING * busy):
        return None
    return (
        f"Pickling took {_share(trace.time_use.pickling, busy)} of the time that workers were busy "
        f"({duration(trace.time_use.pickling)} of {duration(busy)}): {size(trace.shuffled_bytes)} travelled from "
        f"map to reduce. Send fewer or smaller pairs; a combiner may help."
    )


# Data.


def hot_task(trace: Measures) -> str | None:
    """One reduce task gets far more values than the others, because of one key or not."""
    loads = trace.partitions
    if trace.num_shuffled < ENOUGH_VALUES:
        return None
    number = hot_one([load.records for load in loads])
    if number is None:
        return None
    hot = loads[number]
    values = sum(load.records for load in loads)
    text = (
        f"Reduce task {hot.partition} got {_share(hot.records, values)} of the values, where an even share is "
        f"{_share(1, len(loads))}."
    )
    largest = next(task.largest for task in trace.tasks("reduce") if task.task == hot.partition)
    if not largest:
        return text
    key, number = largest[0]
    if 2 * number < hot.records:
        return f"{text} It is not one key: the largest, {key}, has {_share(number, values)}. Try another partitioner."
    advice = "salt the key" if trace.num_shuffled < trace.num_pairs else "try a combiner, or salt the key"
    return (
        f"{text} The key {key} alone has {_share(number, values)}, and one key cannot be divided among tasks: {advice}."
    )


def combiner(trace: Measures) -> str | None:
    """What a combiner saved, or could save."""
    made, sent, could = trace.num_pairs, trace.num_shuffled, trace.num_combined
    if sent < made:
        saved = _share(made - sent, made)
        return f"The combiner saved {saved} of the shuffle: {sent:,} records travelled instead of {made:,}."
    if made < ENOUGH_VALUES or could > (1 - FEWER_RECORDS) * made:
        return None
    return (
        f"With a combiner {could:,} records instead of {made:,} would travel to the reduce tasks "
        f"({_share(made - could, made)} fewer), if the reduce function can work on the values in parts."
    )


def spills(trace: Measures) -> str | None:
    """Data that did not fit into memory."""
    if not trace.num_spills:
        return None
    often = "once" if trace.num_spills == 1 else f"{trace.num_spills:,} times"
    return f"Memory ran short {often}, and data went to disk, which is slower. Try smaller splits or a combiner."


def memory(trace: Measures) -> str | None:
    """Workers that may not fit into a laptop."""
    peaks = trace.memory.values()
    needed = sum(peaks) if trace.job.executor == "processes" else trace.peak_memory
    if needed < ROOM:
        return None
    return (
        f"The workers' processes grew to {size(needed)} together. If memory runs short, try fewer workers, smaller "
        f"splits, or values that take less room."
    )


FINDINGS: tuple[Callable[[Measures], str | None], ...] = (
    slow_motion,
    no_pairs,
    lost_attempts,
    backups,
    skipped_records,
    speed,
    start_up,
    partial(few_tasks, stage="map"),
    partial(few_tasks, stage="reduce"),
    many_tasks,
    partial(straggler, stage="map"),
    partial(straggler, stage="reduce"),
    pickling,
    hot_task,
    combiner,
    spills,
    memory,
)
# A model knows tasks and bytes, but no keys, no pickling and no processes.
OF_A_MODEL = (
    lost_attempts,
    backups,
    start_up,
    partial(few_tasks, stage="map"),
    partial(few_tasks, stage="reduce"),
    partial(straggler, stage="map"),
    partial(straggler, stage="reduce"),
)


# Words.


def _identity(event: TaskSubmitted | TaskFailed) -> tuple[str, int, int]:
    return event.stage, event.task, event.attempt


def _name(span: Span) -> str:
    return f"{span.stage} task {span.task}" + (f" ({span.what})" if span.what else "")


def _share(part: float, whole: float) -> str:
    return percent(part / whole if whole else 0.0)
