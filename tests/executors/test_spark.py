"""Jobs on Apache Spark: the same results as everywhere, whatever dies, and nothing left on Spark afterwards."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import a_users_module
import psutil
import pytest
from on_spark import environment, local_spark, needs_spark
from oracle import TEXT, Held, interrupted_when, total, until, words

from mrkit import MapReduce, SimpleMapReduce, counter, faults
from mrkit.engine import shuffle
from mrkit.errors import (
    BadArgument,
    BadKey,
    Cancelled,
    CannotTravel,
    ClusterError,
    DamagedBucket,
    TooManySkipped,
    UserFunctionError,
    WorkerDied,
)
from mrkit.inputs import text_lines
from mrkit.partition import hash_partitioner

pyspark = needs_spark()

from mrkit.executors.spark import client as ours  # noqa: E402 - it needs pyspark
from mrkit.executors.spark import worker as spark_worker  # noqa: E402

# A JVM takes long to start on a busy machine, and longer beside others. pyspark leaves a socket for each of its threads
# to the garbage collector.
pytestmark = [
    pytest.mark.spark,
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

LINES = [f"a{i % 7} b{i % 3} c" for i in range(60)]
WANTED = Counter(word for line in LINES for word in line.split())


def counting(line):
    counter("lines")
    for word in line.split():
        yield word, 1


def check(run):
    assert dict(run.results) == WANTED
    assert run.counters == {"lines": 60}
    assert run.trace.num_pairs == 180


@pytest.fixture(scope="module", name="environment")
def environment_of_spark():
    with environment():
        yield


@pytest.fixture(scope="module")
def spark():
    with local_spark() as context:
        yield context


@contextlib.contextmanager
def nothing_left_on(spark):
    """After the block neither this process nor Spark has anything more of ours."""
    before, held = Held.now(), len(spark._jsc.getPersistentRDDs())
    yield
    assert until(lambda: spark.statusTracker().getActiveJobsIds() == [])
    assert until(lambda: len(spark._jsc.getPersistentRDDs()) == held)
    now = Held.now()
    assert (now.folders, now.handlers, now.streams) == (before.folders, before.handlers, before.streams)
    assert not [thread for thread in now.threads - before.threads if "mrkit" in thread.name]


# The same as everywhere. (More of it is in test_contract.py.)


@pytest.mark.parametrize(
    ("options", "chunksize"),
    [
        ({}, None),
        ({"num_partitions": 1}, 1),
        ({"num_partitions": 7, "combiner": total}, 3),
        ({"num_partitions": 2, "sort_keys": True}, 3),
        ({"num_partitions": 3, "partitioner": lambda key, number: len(key) % number}, None),
    ],
)
def test_results_order_counters_and_trace_are_those_of_serial(spark, options, chunksize):
    with nothing_left_on(spark):
        run = MapReduce(counting, total, executor=spark, **options).run(TEXT, chunksize)
    there = MapReduce(counting, total, executor="serial", **options)
    alone = there.run(TEXT, chunksize or -(-len(TEXT) // (4 * spark.defaultParallelism)))
    assert run.results == alone.results
    assert run.counters == alone.counters == {"lines": len(TEXT)}
    assert (run.trace.events[0].executor, run.trace.events[0].num_workers) == ("spark", 2)
    assert run.trace.num_groups == alone.trace.num_groups
    if "num_partitions" in options:  # else the number of reduce tasks depends on that of workers
        assert run.trace.matrix == alone.trace.matrix
        assert run.trace.matrix_bytes == alone.trace.matrix_bytes
        assert run.records == alone.records
    for span in run.trace.spans:
        assert 0 <= span.submitted <= span.started <= span.finished <= run.trace.seconds
        assert span.worker.rpartition(":")[2].isdigit()


def test_the_article_keeps_the_order_first_met(spark):
    job = SimpleMapReduce(counting, total)
    job._executor, job._owns_executor = ours.Spark(spark), True
    assert job(TEXT) == SimpleMapReduce(counting, total, 2)(TEXT)


def test_the_users_own_module_is_there_what_it_is_here(spark, tmp_path, monkeypatch):
    a_users_module.check(tmp_path, monkeypatch, spark)


def test_text_files_whole_splits_and_a_session(spark, tmp_path):
    from pyspark.sql import SparkSession

    path = tmp_path / "text.txt"
    path.write_text("\n".join(TEXT * 50))

    def in_split(lines):
        yield from Counter(word for line in lines for word in line.split()).items()

    job = MapReduce(in_split, total, map_split=True, num_partitions=3, executor=SparkSession(spark))
    run = job.run(text_lines(path, split_size=1000))
    assert dict(run.results) == Counter(word for line in TEXT * 50 for word in line.split())
    assert len(run.trace.tasks("map")) == -(-path.stat().st_size // 1000)


def test_a_stream_longer_than_one_spark_job_takes(spark, monkeypatch):
    monkeypatch.setattr(ours, "TASKS_AHEAD", 4)
    monkeypatch.setattr(ours.Spark, "most_pending", 4)
    check(MapReduce(counting, total, num_partitions=2, executor=spark).run(iter(LINES), 5))


def test_memory_runs_short(spark):
    job = MapReduce(counting, total, num_partitions=1, executor=spark, memory_limit=1)
    run = job.run(["a b c d"] * 10_000, 5_000)
    assert sorted(run.results) == [(letter, 10_000) for letter in "abcd"]
    assert run.trace.num_spills > 0


def test_groups_come_in_the_order_of_sparks_own_sort(spark):
    """Spark's `repartitionAndSortWithinPartitions` does the same, also where memory runs short."""

    def growing(item):
        shop, pairs = item
        so_far = 0
        for (_, day), cents in pairs:
            so_far += cents
            yield shop, day, so_far

    def home(key):
        return hash_partitioner(key[0], 3)

    pairs = [((f"shop {n % 7}", n * 7919 % 5000), n % 11) for n in range(5000)]
    with nothing_left_on(spark):
        job = MapReduce(lambda pair: [pair], growing, group_by=lambda key: key[0], num_partitions=3, executor=spark)
        calm = job.run(pairs, 500)
        job = MapReduce(
            lambda pair: [pair],
            growing,
            group_by=lambda key: key[0],
            num_partitions=3,
            executor=spark,
            memory_limit=1,
            faults=[faults.lose(2)],
        )
        tight = job.run(pairs, 500)
    by_spark = spark.parallelize(pairs, 4).repartitionAndSortWithinPartitions(3, home).glom().collect()
    groups = itertools.chain.from_iterable(itertools.groupby(part, lambda pair: pair[0][0]) for part in by_spark)
    assert calm.results == [result for group in groups for result in growing(group)]
    assert tight.results == calm.results
    assert tight.trace.num_spills > 0


# Faults.


@pytest.mark.parametrize(
    "plan",
    [
        [faults.kill("map", 0), faults.kill("reduce", 1)],
        [faults.lose(1)],
        [faults.kill("map", 2), faults.kill("map", 2, attempt=2), faults.lose(0), faults.lose(3)],
    ],
    ids=["kill", "lose", "all"],
)
def test_planned_faults_change_nothing(spark, plan):
    with nothing_left_on(spark):
        run = MapReduce(counting, total, num_partitions=2, executor=spark, faults=plan).run(iter(LINES), 15)
    check(run)
    failed = [(span.stage, span.task, span.attempt) for span in run.trace.spans if not span.ok]
    for fault in plan:
        if fault.kind == "kill":
            assert (fault.stage, fault.task, fault.attempt) in failed
        else:
            assert ("map", fault.task) in [(s.stage, s.task) for s in run.trace.spans if s.ok and s.attempt > 1]


@pytest.mark.parametrize("stage", ["map", "reduce"])
def test_a_python_process_that_dies_is_no_harm(spark, tmp_path, stage):
    died = tmp_path / "died"

    def die_once():
        with contextlib.suppress(FileExistsError):
            died.touch(exist_ok=False)
            os.kill(os.getpid(), signal.SIGKILL)

    def map_func(line):
        if stage == "map" and line == LINES[20]:
            die_once()
        return counting(line)

    def reduce_func(item):
        if stage == "reduce":
            die_once()
        return total(item)

    run = MapReduce(map_func, reduce_func, num_partitions=2, executor=spark).run(LINES, 15)
    assert died.exists()
    check(run)
    [failed] = [span for span in run.trace.spans if not span.ok]
    assert failed.stage == stage
    assert "Python worker exited unexpectedly" in failed.error
    if stage == "map":
        assert failed.task == 1


def test_a_task_that_kills_every_python_process_is_named(spark):
    job = MapReduce(lambda word: os._exit(7) if word == "deadly" else [(word, 1)], total, executor=spark)
    with pytest.raises(WorkerDied, match=r"died 3 times at map task 1 \('deadly'\): .*exited unexpectedly"):
        job(["a", "deadly", "b"], 1)


def test_bad_records_are_left_out(spark):
    def strict(line):
        counter("lines")
        if "a3" in line:
            raise ValueError("three")
        return words(line)

    run = MapReduce(strict, total, executor=spark, on_error="skip").run(LINES, 15)
    assert dict(run.results) == Counter(word for line in LINES if "a3" not in line for word in line.split())
    assert run.trace.num_skipped == len(run.skipped) == sum("a3" in line for line in LINES)
    with pytest.raises(TooManySkipped):
        MapReduce(strict, total, executor=spark, on_error="skip", max_skipped=2)(LINES, 15)


# Errors.


def test_the_users_error_names_function_input_and_line(spark, capfd):
    def broken(line):
        print("mapping", line)
        return [(line, 1 / 0)]

    def broken_total(item):
        return item.nothing

    lock = threading.Lock()

    with nothing_left_on(spark):
        with pytest.raises(UserFunctionError, match=r"`broken` failed, given 'x' \(line \d+ of test_spark") as caught:
            MapReduce(broken, total, executor=spark)(["x"])
        assert isinstance(caught.value.__cause__, ZeroDivisionError)
        with pytest.raises(UserFunctionError, match=r"`broken_total` failed, given the key 'x'.*AttributeError"):
            MapReduce(words, broken_total, executor=spark)(["x"])
        with pytest.raises(BadKey, match="is a list"):
            MapReduce(lambda line: [([line], 1)], total, executor=spark)(["x"])
        with pytest.raises(CannotTravel, match="An input cannot be sent"):
            MapReduce(words, total, executor=spark)([lock])
        with pytest.raises(CannotTravel, match="It uses `lock`"):
            MapReduce(lambda line: [(line, lock)], total, executor=spark)(["x"])
        with pytest.raises(CannotTravel, match="cannot travel"):
            MapReduce(lambda line: [(line, (n for n in "a"))], total, executor=spark)(["x"])
    assert "mapping x" in capfd.readouterr().out


def without_packages(tmp_path):
    """This Python without what is installed beside it."""
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    python.chmod(0o700)
    return str(python)


@pytest.mark.skipif(os.name != "posix", reason="a shell script stands in for another Python")
def test_a_worker_without_mrkit(spark, tmp_path, monkeypatch):
    monkeypatch.setattr(spark, "pythonExec", without_packages(tmp_path))
    with pytest.raises(ClusterError, match=r"cannot import (mrkit|cloudpickle)\. Install mrkit"):
        MapReduce(words, total, executor=spark)(TEXT)


def test_another_version_of_mrkit_or_of_python(spark, monkeypatch):
    monkeypatch.setitem(spark_worker.VERSIONS, "mrkit", "9.9")
    with pytest.raises(ClusterError, match=r"mrkit is 9.9 here and .* on the Spark worker"):
        MapReduce(words, total, executor=spark)(TEXT)
    monkeypatch.undo()
    monkeypatch.setattr(spark, "pythonVer", "3.5")  # what pyspark tells its workers
    with pytest.raises(ClusterError, match=r"Python is 3\.\d+\.\d+ here and 3\.\d+ on a Spark worker"):
        MapReduce(words, total, executor=spark)(TEXT)


def test_what_is_no_spark(monkeypatch):
    class Connect:
        @property
        def sparkContext(self):
            raise NotImplementedError

    with pytest.raises(BadArgument, match="Spark Connect session cannot"):
        ours.Spark(Connect())
    with pytest.raises(BadArgument, match="looks like spark://HOST:7077"):
        MapReduce(words, total, executor="spark://nowhere")(TEXT)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ClusterError, match=rf"No Spark master answers at spark://127.0.0.1:{port}: .*refused"):
        MapReduce(words, total, executor=f"spark://127.0.0.1:{port}")(TEXT)


def test_a_context_that_was_stopped(spark, monkeypatch):
    job = MapReduce(words, total, executor=spark)
    monkeypatch.setattr(spark, "_jsc", None)  # what stop() does
    with pytest.raises(ClusterError, match="has been stopped"):
        job(TEXT)


def test_a_second_context_is_refused(spark):
    with socket.create_server(("127.0.0.1", 0)) as server:
        with pytest.raises(BadArgument, match="has a Spark context already"):
            MapReduce(words, total, executor=f"spark://127.0.0.1:{server.getsockname()[1]}")(TEXT)


SCRIPT = """
import sys
from mrkit import MapReduce
if {without}:
    sys.modules["pyspark"] = None
try:
    MapReduce(str, str, executor="spark://127.0.0.1:{port}")(["a"])
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize(
    ("without", "said"),
    [
        (True, "BadArgument Spark needs PySpark here: pip install"),
        (False, "ClusterError Spark did not start: it needs Java 17"),
    ],
    ids=["pyspark", "java"],
)
def test_without(without, said, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        script = SCRIPT.format(without=without, port=server.getsockname()[1])
        env = os.environ | {"JAVA_HOME": str(tmp_path)}
        done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(said)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


# Stopping.


def slow(begun):
    def slow(number):
        begun.touch()
        time.sleep(0.05)
        yield number % 3, 1

    return slow


def test_cancel_stops_the_spark_job(spark, tmp_path):
    begun = tmp_path / "begun"
    with nothing_left_on(spark):
        running = MapReduce(slow(begun), total, executor=spark).start(range(5000))
        assert until(begun.exists, seconds=60)
        running.cancel()
        with pytest.raises(Cancelled):
            running.result(timeout=30)
    assert MapReduce(words, total, executor=spark)(["a"]) == [("a", 1)]


@pytest.mark.skipif(os.name != "posix", reason="needs a real SIGINT")
def test_an_interrupt_stops_the_spark_job(spark, tmp_path):
    begun = tmp_path / "begun"
    with nothing_left_on(spark), interrupted_when(begun):
        with pytest.raises(KeyboardInterrupt):
            MapReduce(slow(begun), total, executor=spark)(range(5000))
    assert MapReduce(words, total, executor=spark)(["a"]) == [("a", 1)]


# Pieces.


def test_pieces_go_where_they_belong_in_memory_and_on_disk(tmp_path, monkeypatch):
    outputs = [shuffle.write([[f"{task} {part}"] * task for part in range(3)], None) for task in range(4)]
    names = [f"{task}-1.0" for task in range(4)]
    stream = []
    for name, output in zip(names, outputs, strict=True):
        stream.append((name, output.offsets, b""))
        stream += [(name, start, output.data[start : start + 7]) for start in range(0, output.size, 7)]
    pieces = [piece for number, piece in spark_worker.cut([(0, 1), (1, 3)], stream) if number == 1]
    sources = [
        (task, shuffle.Output(name, None, output.offsets).parts(1, 3))
        for task, (name, output) in enumerate(zip(names, outputs, strict=True))
    ]
    earlier = ("2-0.0", 0, b"what an earlier attempt wrote")
    for limit in (shuffle.PRELOAD, 10):
        monkeypatch.setattr(shuffle, "PRELOAD", limit)
        gathered = spark_worker.gather(tuple(sources), [*reversed(pieces), earlier], str(tmp_path / "pieces"))
        for task, output in enumerate(gathered):
            assert [[*shuffle.read(output, part)] for part in range(2)] == [
                [f"{task} {part}"] * task for part in (1, 2)
            ]
    assert (tmp_path / "pieces").exists()


@pytest.mark.parametrize("wrong", ["less", "more", "another"])
def test_a_map_task_that_wrote_something_else_the_second_time_is_lost(tmp_path, wrong):
    sources = ((4, shuffle.Output("4-1.0", None, (10, 13))), (7, shuffle.Output("7-1.0", None, (0, 3))))
    pieces = [("4-1.0", 0, b"abc"), ("7-1.0", 0, b"xyz")]
    more = {"less": ("7-1.0", 0, b"xy"), "more": ("7-1.0", 3, b"z"), "another": ("7-1.1", 0, b"z")}[wrong]
    pieces = [pieces[0], more] if wrong == "less" else [*pieces, more]
    with pytest.raises(DamagedBucket) as caught:
        spark_worker.gather(sources, pieces, str(tmp_path / "pieces"))
    assert caught.value.map_tasks == (7,)


# A cluster.


@pytest.fixture(scope="module")
def cluster(environment, tmp_path_factory):
    """A standalone master and two workers, started with Spark's own scripts."""
    if os.name != "posix":
        pytest.skip("Spark's scripts for a standalone cluster need a POSIX shell")
    folder = tmp_path_factory.mktemp("cluster")
    with contextlib.ExitStack() as stack:

        def start(name, *arguments):
            with open(folder / f"{name}.log", "w") as log:
                program = Path(pyspark.__file__).parent / "bin" / "spark-class"
                command = [str(program), f"org.apache.spark.deploy.{name.partition('-')[0]}", *arguments]
                command += ["--host", "127.0.0.1", "--webui-port", "0"]
                process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
            stack.callback(end, process)
            return folder / f"{name}.log"

        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        url = f"spark://127.0.0.1:{port}"
        log = start("master.Master-1", "--port", str(port))
        assert until(lambda: "I have been elected leader" in log.read_text(), seconds=100), log.read_text()
        for number in range(2):
            work = str(folder / f"work-{number}")
            start(f"worker.Worker-{number}", "--cores", "1", "--memory", "1g", "--work-dir", work, url)
        assert until(lambda: log.read_text().count("Registering worker") == 2, seconds=100), log.read_text()
        yield url


def end(process):
    children = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    process.wait()
    for child in children:  # executors, if they did not go by themselves
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


ON_THE_CLUSTER = """
import os, sys
from pathlib import Path
import psutil
from mrkit import MapReduce, counter

url, folder = sys.argv[1:]
LINES = [f"a{i % 7} b{i % 3} c" for i in range(60)]
before = {process.pid for process in psutil.Process().children(recursive=True)}

def kill_once(name):
    died = Path(folder, name)
    if not died.exists():
        died.touch()
        process = psutil.Process()
        if "executor" in name:
            process = process.parent().parent()
        process.kill()

def job_that_kills(stage, what):
    def words(line):
        counter("lines")
        if stage == "map" and line.startswith("a3"):
            kill_once("map " + what)
        for word in line.split():
            yield word, 1
    def total(item):
        counter("groups")
        if stage == "reduce":
            kill_once("reduce " + what)
        return item[0], sum(item[1])
    return MapReduce(words, total, num_partitions=3, executor=EXECUTOR)

EXECUTOR = url
calm = job_that_kills("", "")
with calm:
    first = calm.run(LINES, 5)
    assert len(first.trace.workers) <= 2 and first.trace.events[0].num_workers
    EXECUTOR = calm._executor._connected()
    for stage, what in [("map", "python"), ("map", "executor"), ("reduce", "executor")]:
        run = job_that_kills(stage, what).run(LINES, 5)
        assert Path(folder, f"{stage} {what}").exists()
        assert run.results == first.results, (stage, what)
        assert run.counters == first.counters == {"lines": 60, "groups": 11}
assert {process.pid for process in psutil.Process().children(recursive=True)} == before
print(sorted(first.results))
"""


def on_the_cluster(cluster, script, tmp_path, settings):
    """Run a script as a user's, with settings in the file that Spark reads."""
    (tmp_path / "spark-defaults.conf").write_text(settings)
    command = [sys.executable, "-W", "error", "-c", script, cluster, str(tmp_path)]
    env = os.environ | {"SPARK_CONF_DIR": str(tmp_path)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=280)
    assert done.stderr == ""
    return done.stdout


def test_a_standalone_cluster_survives_the_death_of_its_workers(cluster, tmp_path):
    settings = "spark.shuffle.io.retryWait 200ms\nspark.executor.memory 512m\n"
    said = on_the_cluster(cluster, ON_THE_CLUSTER, tmp_path, settings)
    assert said == f"{sorted(WANTED.items())}\n"


def test_a_cluster_without_free_workers(cluster, tmp_path):
    script = (
        "import sys\n"
        "from mrkit import MapReduce\n"
        "from mrkit.errors import ClusterError\n"
        "from mrkit.executors.spark import context\n"
        "context.FIRST_WORKER = 1\n"
        "try:\n"
        "    MapReduce(str, str, executor=sys.argv[1])(['a'])\n"
        "except ClusterError as error:\n"
        "    print(error)\n"
    )
    said = on_the_cluster(cluster, script, tmp_path, "spark.executor.memory 64g\n")
    assert said.startswith(f"The Spark master at {cluster} gave no worker within 1 s.")
