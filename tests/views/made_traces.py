"""Traces for the tests of views: of real runs, and of made events where a fault or a crowd is needed."""

from __future__ import annotations

from mrkit import MapReduce, Trace, events

LINES = ["the cat sat", "the dog sat on the cat", "a cat", "the end"] * 5


def words(line):
    return [(word, 1) for word in line.split()]


def total(item):
    key, values = item
    return key, sum(values)


def run(inputs=LINES, map_func=words, reduce_func=total, chunksize=2, baseline=False, **options):
    job = MapReduce(map_func, reduce_func, **{"executor": "serial", "num_partitions": 3} | options)
    return job.run(inputs, chunksize=chunksize, baseline=baseline)


def skewed(line):
    return [("self" if len(word) > 2 else word, 1) for word in line.split()]


def trace_of_tasks(tasks, workers=2, error=None, ranges=3, baseline=None, name="made"):
    """A trace of map tasks (worker, start, end), or of whole events."""
    made = [events.JobStarted(100.0, name, "processes", "spawn", workers, len(tasks))]
    for number, task in enumerate(tasks):
        if isinstance(task, events.Event):
            made.append(task)
        else:
            worker, start, end = task
            what = f"split {number}"
            made.append(events.TaskSubmitted(100.0 + start, "map", number, 1, what))
            made.append(finished("map", number, worker, start, end, buckets=((number % ranges, 1, 2, 10),)))
    if error is None:
        made.append(events.ReducePlanned(made[-1].time, tuple((r, r + 1) for r in range(ranges))))
        end = max(event.time for event in made) - 100.0
        for r in range(ranges):
            sent = sum(b[2] for e in made if isinstance(e, events.TaskFinished) for b in e.buckets if b[0] == r)
            made.append(finished("reduce", r, "worker-1", end, end + 0.01, records_in=sent, groups=1))
            end += 0.01
    made.append(events.JobFinished(made[-1].time, ranges, error))
    if baseline:
        made.append(events.BaselineMeasured(made[-1].time, baseline))
    return Trace(made)


def finished(stage, task, worker, start, end, attempt=1, buckets=(), records_in=1, groups=1, largest=(), sizes=()):
    return events.TaskFinished(
        time=100.0 + end,
        stage=stage,
        task=task,
        attempt=attempt,
        worker=worker,
        submitted=100.0 + start,
        started=100.0 + start,
        finished=100.0 + end,
        cpu=0.0,
        pickling=0.1 * (end - start),
        memory=0,
        records_in=records_in,
        records_out=2,
        groups=groups,
        bytes_in=10,
        bytes_out=10,
        buckets=buckets,
        largest=largest,
        sizes=sizes,
    )


def failed(task, start, end, worker="", again=True, error="it was killed by signal SIGKILL"):
    return events.TaskFailed(100.0 + end, "map", task, 1, worker, 100.0 + start, error, again)


def with_failure():
    """Task 1 dies with its worker and is done again; task 4 takes long."""
    tasks = [("worker-1", 0.0, 1.0), failed(1, 0.0, 0.5), ("worker-1", 1.0, 2.0), ("worker-2", 0.6, 1.6)]
    again = finished("map", 1, "worker-1", 2.0, 3.0, attempt=2, buckets=((1, 1, 2, 10),))
    return trace_of_tasks([*tasks, ("worker-2", 1.6, 5.6), again])


def outrun():
    """Task 0 is overtaken by its backup."""
    backup = finished("map", 0, "worker-2", 2.0, 3.0, attempt=2, buckets=((0, 1, 2, 10),))
    return trace_of_tasks([failed(0, 0.0, 3.0, "worker-1", again=False, error="another attempt was faster"), backup])


def failed_in_reduce():
    """The second of three reduce tasks ends the job."""
    whole = loads([4, 5, 6])
    ended = events.JobFinished(101.2, 0, "ValueError: no")
    return Trace([*(e for e in whole.events if getattr(e, "task", 0) == 0 and not hasattr(e, "num_results")), ended])


def crowd(tasks=10_000, workers=8):
    """Many short tasks, one after the other on each worker."""
    return trace_of_tasks(
        [(f"worker-{n % workers + 1}", n // workers * 0.01, n // workers * 0.01 + 0.009) for n in range(tasks)],
        workers=workers,
    )


def loads(values, largest=None):
    """A trace whose reduce task r got `values[r]` values."""
    made = [
        events.JobStarted(100.0, "made", "processes", "spawn", 2, 1),
        finished("map", 0, "worker-1", 0.0, 1.0, buckets=tuple((r, 1, n, n) for r, n in enumerate(values) if n)),
        events.ReducePlanned(101.0, tuple((r, r + 1) for r in range(len(values)))),
    ]
    for r, n in enumerate(values):
        keys = (largest or {}).get(r, ())
        sizes = ((n, 1),) if n else ()
        made.append(
            finished("reduce", r, "worker-1", 1.0, 1.1, records_in=n, groups=1 if n else 0, largest=keys, sizes=sizes)
        )
    return Trace([*made, events.JobFinished(101.1, len(values), None)])
