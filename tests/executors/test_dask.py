"""A real Dask cluster: a scheduler and workers from the command line, some of which are killed; hosts of their own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import a_users_module
import psutil
import pytest
from dask_cluster import DASK, Cluster
from oracle import TEXT, by_partition, mapreduce, multiset, total, until, words

from mrkit import MapReduce, SimpleMapReduce, counter, faults, hash_partitioner, text_lines
from mrkit.errors import BadArgument, Cancelled, ClusterError, UserFunctionError

distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install 'mrkit[dask]'")

# Dask leaves sockets to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed (transport|event loop|<socket):ResourceWarning")

LINES = [f"a{i % 7} b{i % 3} c{i}" for i in range(200)]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("dask"))
    yield cluster
    cluster.close()


@pytest.fixture
def mortal(tmp_path):
    """A cluster of which workers may be killed."""
    cluster = Cluster(tmp_path, 3)
    yield cluster
    cluster.close()


def test_results_trace_records_and_counters(cluster):
    def counted(line):
        counter("lines")
        print(line)
        yield from words(line)

    run = MapReduce(counted, total, num_partitions=3, executor=cluster.client).run(TEXT, 2)
    assert run.results == by_partition(words, total, TEXT, 3, hash_partitioner)
    assert run.counters == {"lines": len(TEXT)}
    assert run.trace.job.executor == "dask"
    assert set(run.trace.workers) <= {"w0", "w1"}
    local = MapReduce(words, total, num_partitions=3, executor="serial").run(TEXT, 2)
    assert run.trace.matrix == local.trace.matrix
    assert str(run.explain("cat")) == str(local.explain("cat"))
    assert all(span.submitted <= span.started <= span.finished for span in run.trace.spans)
    assert until(lambda: not cluster.files(), 5)


def test_the_users_own_module_is_there_what_it_is_here(cluster, tmp_path, monkeypatch):
    a_users_module.check(tmp_path, monkeypatch, cluster.client)


def test_an_address_is_as_good_as_a_client(cluster):
    before = threading.active_count()
    job = MapReduce(words, total, num_partitions=3, executor=cluster.address)
    assert job(TEXT) == by_partition(words, total, TEXT, 3, hash_partitioner)
    assert until(lambda: threading.active_count() <= before, 10)


def test_the_drop_in_keeps_its_order(cluster):
    job = SimpleMapReduce(words, total)
    job._executor, job._owns_executor = MapReduce(words, total, executor=cluster.client)._executor, False
    assert job(TEXT) == mapreduce(words, total, TEXT)


def test_large_buckets_are_copied_through_files(cluster, monkeypatch):
    """More than a reduce task takes into memory at once, in ranges of more than one batch."""
    job = MapReduce(
        lambda n: [(n % 5, bytes([n % 256]) * 3_000_000) for _ in range(3)],
        lambda item: (item[0], sum(len(value) for value in item[1])),
        num_partitions=2,
        executor=cluster.client,
    )
    assert sorted(job(range(20), 3)) == [(rest, 4 * 9_000_000) for rest in range(5)]


def test_planned_faults(cluster):
    plan = [faults.kill("map", 1), faults.kill("reduce", 0), faults.lose(2)]
    run = MapReduce(words, total, num_partitions=2, executor=cluster.client, faults=plan).run(LINES, 50)
    assert run.results == by_partition(words, total, LINES, 2, hash_partitioner)
    assert {(span.stage, span.task) for span in run.trace.spans if not span.ok} >= {("map", 1), ("reduce", 0)}
    assert all(process.poll() is None for process in cluster.workers)


# Workers die.


def gate(folder: Path, stage: str):
    """Functions of which one task writes its process's number and waits until it may go on, or is killed."""
    opened = str(folder / "open")
    waiting = str(folder / "waiting")
    done: list[str] = []  # by this worker

    def wait():
        if not os.path.exists(waiting):
            Path(waiting).write_text(str(os.getpid()))
            while not os.path.exists(opened):
                time.sleep(0.02)

    def map_func(line):
        counter("lines")
        done.append(line)
        if stage == "map" and len(done) == 15:  # with the output of its first task on its disk
            wait()
        return words(line)

    def reduce_func(item):
        if stage == "reduce":
            wait()
        return total(item)

    return map_func, reduce_func


@pytest.mark.parametrize("stage", ["map", "reduce"])
def test_a_worker_that_is_killed_changes_nothing(mortal, tmp_path, stage):
    map_func, reduce_func = gate(tmp_path, stage)
    job = MapReduce(map_func, reduce_func, num_partitions=4, executor=mortal.client)
    running = job.start(LINES, 10)
    waiting = tmp_path / "waiting"
    assert until(lambda: waiting.exists() and waiting.read_text(), 20)
    if stage == "map":  # let the others finish their map tasks, so that files get lost too
        time.sleep(0.5)
    os.kill(int(waiting.read_text()), signal.SIGKILL)
    (tmp_path / "open").touch()
    run = running.result(60)
    assert run.results == by_partition(words, total, LINES, 4, hash_partitioner)
    assert run.counters == {"lines": len(LINES)}
    assert run.trace.num_pairs == 3 * len(LINES)
    lost = {span.stage for span in run.trace.spans if not span.ok}
    again = [span for span in run.trace.spans if span.stage == "map" and span.attempt > 1]
    assert lost == {"reduce"}
    assert again
    assert sum(process.poll() is None for process in mortal.workers) == 2


def test_an_interrupt_cancels_what_runs_on_the_cluster(cluster, tmp_path):
    ticks = tmp_path / "ticks"

    def slow(n):
        with open(ticks, "a") as file:
            file.write("x")
        time.sleep(0.05)
        yield n, 1

    running = MapReduce(slow, total, executor=cluster.client).start(range(2000), 500)
    assert until(lambda: ticks.exists() and ticks.stat().st_size > 4, 20)
    running.cancel()
    with pytest.raises(Cancelled):
        running.result(20)
    assert until(lambda: not cluster.files(), 10)
    done = ticks.stat().st_size
    time.sleep(0.5)
    assert ticks.stat().st_size <= done + 2  # a record that had begun
    assert done < 500
    assert sorted(MapReduce(words, total, executor=cluster.client)(TEXT)) == sorted(mapreduce(words, total, TEXT))


# What goes wrong.


def test_a_user_error_names_function_input_and_line(cluster):
    def wrong(line):
        return [(line, 1 / line.count("e"))]

    with pytest.raises(UserFunctionError, match=r"'a cat and a dog'.*line \d+") as caught:
        MapReduce(wrong, total, executor=cluster.client)(["the end", "a cat and a dog"], 1)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert "wrong" in str(caught.value)


def test_a_cluster_that_does_not_answer(monkeypatch):
    monkeypatch.setattr("mrkit.executors.dask.client.PATIENCE", 0.5)
    with pytest.raises(ClusterError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        MapReduce(words, total, executor="tcp://127.0.0.1:9")(TEXT)


def test_a_client_that_is_closed(cluster):
    client = distributed.Client(cluster.address, set_as_default=False)
    job = MapReduce(words, total, executor=client)
    client.close()
    with pytest.raises(ClusterError, match="The Dask client was closed"):
        job(TEXT)


@pytest.mark.parametrize("lost", ["scheduler", "client"])
def test_a_cluster_that_is_lost_while_the_job_runs(mortal, tmp_path, lost):
    map_func, reduce_func = gate(tmp_path, "map")
    running = MapReduce(map_func, reduce_func, executor=mortal.client).start(LINES, 10)
    assert until((tmp_path / "waiting").exists, 20)
    if lost == "scheduler":
        mortal.processes[0].kill()
    else:
        mortal.client.close()
    (tmp_path / "open").touch()
    with pytest.raises(ClusterError, match="The Dask client was closed, or has lost its scheduler"):
        running.result(60)


GOES = """
import os, sys, time
from pathlib import Path
import distributed
from mrkit import MapReduce

there = Path(sys.argv[2])

def slow(n):
    if n > 6:
        (there / str(n)).touch()
        time.sleep(0.05)
        for _ in range(600):
            time.sleep(0.05)
    yield n, n

client = distributed.Client(sys.argv[1], set_as_default=False)
running = MapReduce(slow, lambda item: item[0], executor=client).start(range(20), 1)
while len(list(there.iterdir())) < 2:
    time.sleep(0.05)
print("in the middle", flush=True)
sys.stdin.readline()
client.close()
print("closed", flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("how", ["killed", "closed"])
def test_workers_forget_a_job_whose_client_is_gone(cluster, tmp_path, how):
    """They live on, and so would its buckets; the next client's job is right."""
    assert until(lambda: not cluster.files(), 10)
    (tmp_path / "goes.py").write_text(GOES)
    (tmp_path / "there").mkdir()
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "goes.py"), cluster.address, str(tmp_path / "there")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "in the middle\n", process.stderr.read()
        assert len(cluster.files()) == 2
        if how == "killed":
            process.kill()
        else:
            process.stdin.write("\n")
            process.stdin.flush()
            assert process.stdout.readline() == "closed\n"
        assert until(lambda: not cluster.files(), 20), cluster.files()
        job = MapReduce(words, total, num_partitions=3, executor=cluster.client)
        assert job(TEXT) == by_partition(words, total, TEXT, 3, hash_partitioner)
    finally:
        process.kill()
        process.communicate()
    assert until(lambda: not cluster.files(), 20)


def test_a_cluster_without_workers(tmp_path, monkeypatch):
    monkeypatch.setattr("mrkit.executors.dask.client.PATIENCE", 0.5)
    cluster = Cluster(tmp_path, 0)
    try:
        with pytest.raises(ClusterError, match=r"no workers.*dask worker tcp"):
            MapReduce(words, total, executor=cluster.client)(TEXT)
    finally:
        cluster.close()


@pytest.mark.parametrize("wrong", ["mrkit", "cloudpickle", "Python"])
def test_a_worker_that_cannot_do_it(tmp_path, wrong):
    """Its mrkit is missing, or another cloudpickle is found first, or it has the version of another Python."""
    first = tmp_path / "first"
    first.mkdir()
    environment = os.environ | {"PYTHONPATH": str(first)}
    if wrong == "mrkit":
        (first / "mrkit.py").write_text("raise ModuleNotFoundError(\"No module named 'mrkit'\")")
        said = "cannot load what mrkit needs: No module named 'mrkit'. Install mrkit there"
    elif wrong == "Python":
        here = sys.version_info
        (first / "newer.py").write_text(f"import sys\nsys.version_info = {(3, here.minor + 1, 0, 'final', 0)}")
        environment["DASK_DISTRIBUTED__WORKER__PRELOAD"] = "newer"
        said = rf"Python is 3\.{here.minor} here and 3\.{here.minor + 1} on the Dask worker .* the same on both"
    else:
        import cloudpickle

        shutil.copytree(Path(cloudpickle.__file__).parent, first / "cloudpickle")
        with open(first / "cloudpickle" / "__init__.py", "a") as file:
            file.write("\n__version__ = '98.0'\n")
        said = f"cloudpickle is {cloudpickle.__version__} here and 98.0 on the Dask worker"
    cluster = Cluster(tmp_path, 0)
    try:
        cluster.add_worker("w0", env=environment)
        cluster.client.wait_for_workers(1, timeout=30)
        with pytest.raises(ClusterError, match=said):
            MapReduce(words, total, executor=cluster.client)(TEXT)
    finally:
        cluster.close()


def test_without_dask_one_sentence_says_what_to_install(tmp_path):
    (tmp_path / "distributed.py").write_text("raise ImportError('not here')")
    code = "from mrkit import MapReduce; MapReduce(print, print, executor='tcp://127.0.0.1:8786')"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.stderr.splitlines()[-1].endswith("A Dask cluster needs Dask here: pip install 'mrkit[dask]'.")


def test_another_thing_of_dasks_is_refused(cluster):
    with pytest.raises(BadArgument, match="executor must be a Dask client or its scheduler's address"):
        MapReduce(words, total, executor=cluster.client.submit(int))


def test_text_lines_are_read_by_the_workers(cluster, tmp_path):
    (tmp_path / "text.txt").write_text("\n".join(LINES))
    run = MapReduce(words, total, executor=cluster.client).run(text_lines(tmp_path / "text.txt", 300))
    assert multiset(run.results) == multiset(mapreduce(words, total, LINES))


# Hosts of their own.

PROGRAM = """
    import sys
    from distributed import Client
    from mrkit import MapReduce, counter

    def sent():
        rows = [line.split() for line in open("/proc/net/dev").read().splitlines()[2:]]
        return sum(int(row[1]) + int(row[9]) for row in rows if not row[0].startswith("lo"))

    def values(n):
        counter("records")
        for key in range(50):
            yield key, bytes(SIZE)

    def measure(item):
        key, all_values = item
        return key, sum(map(len, all_values))

    client = Client(sys.argv[1])
    client.wait_for_workers(2, timeout=30)
    for SIZE in (1, 100, 20_000):
        before = sent()
        run = MapReduce(values, measure, num_partitions=4, executor=client, sample=0).run(range(40), 5)
        assert sorted(run.results) == [(key, 40 * SIZE) for key in range(50)], run.results
        assert run.counters == {"records": 40}
        print(sum(bucket[3] for task in run.trace.tasks("map") for bucket in task.buckets), sent() - before)
    client.close()
"""


@pytest.fixture
def hosts():
    """Four hosts (network namespaces) on a bridge of their own: name -> address."""
    names = ["hub", "scheduler", "client", "one", "two"]
    if sys.platform != "linux" or os.geteuid() or not shutil.which("ip"):
        pytest.skip("Hosts of their own need Linux, root and iproute2.")
    prefix = f"mr{os.getpid() % 100_000}"

    def ip(*words: str) -> bool:
        return subprocess.run(["ip", *words], capture_output=True, timeout=10).returncode == 0

    if not ip("netns", "add", f"{prefix}hub"):
        pytest.skip("This machine does not let us make network namespaces.")
    try:
        hub = ["-n", f"{prefix}hub"]
        assert ip(*hub, "link", "add", "bridge", "type", "bridge")
        assert ip(*hub, "link", "set", "bridge", "up")
        for number, name in enumerate(names[1:], 1):
            space = f"{prefix}{name}"
            assert ip("netns", "add", space)
            assert ip(*hub, "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", space)
            assert ip(*hub, "link", "set", name, "master", "bridge", "up")
            assert ip("-n", space, "address", "add", f"10.77.0.{number}/24", "dev", "eth0")
            assert ip("-n", space, "link", "set", "eth0", "up")
            assert ip("-n", space, "link", "set", "lo", "up")
        yield {name: (f"{prefix}{name}", f"10.77.0.{number}") for number, name in enumerate(names)}
    finally:
        for name in names:
            ip("netns", "delete", f"{prefix}{name}")


def test_workers_on_hosts_of_their_own_and_the_clients_traffic(hosts, tmp_path):
    """Each host has a disk of its own for its files; the client's traffic is the same for any shuffle."""
    processes = []
    disk = tmp_path / "disk"
    disk.mkdir()

    def on(host: str, *command: str) -> subprocess.Popen:
        space, _ = hosts[host]
        script = f'mount -t tmpfs tmpfs {disk} && cd {disk} && TMPDIR={disk} exec "$@"'
        with open(tmp_path / f"{host}.log", "wb") as log:
            process = subprocess.Popen(
                ["ip", "netns", "exec", space, "sh", "-c", script, "sh", *command],
                stdout=subprocess.PIPE if host == "client" else log,
                stderr=log,
                text=True,
            )
        processes.append(process)
        return process

    try:
        address = f"tcp://{hosts['scheduler'][1]}:8786"
        on("scheduler", *DASK, "scheduler", "--host", hosts["scheduler"][1], "--no-dashboard")
        for host in ("one", "two"):
            on(host, *DASK, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
               "--local-directory", str(disk))  # fmt: skip
        printed, _ = on("client", sys.executable, "-c", textwrap.dedent(PROGRAM), address).communicate(timeout=90)
        log = (tmp_path / "client.log").read_text()
        (small, _), (middle, first), (large, second) = (map(int, line.split()) for line in printed.splitlines())
        assert large > 100 * middle > 100 * small, log
        assert large > 38_000_000  # bytes went from host to host
        assert abs(second - first) < large / 100  # and not through the client, where heartbeats grow with the time
    finally:
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                for child in psutil.Process(process.pid).children(recursive=True):
                    child.kill()
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()


def test_the_command_line_counts_words_on_a_cluster(cluster):
    command = [sys.executable, "-m", "mrkit", "wordcount", "--top", "3"]
    here = subprocess.run(command, capture_output=True, text=True, timeout=60)
    there = subprocess.run([*command, "--executor", cluster.address], capture_output=True, text=True, timeout=60)
    assert there.stderr == ""
    assert there.stdout.count(" reading ") == here.stdout.count(" reading ") > 3
    assert there.stdout.partition("TOP 3")[2] == here.stdout.partition("TOP 3")[2] != ""
