"""A container's share of the machine is what counts, and what the doctor tells."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from oracle import until

from mrkit import machine
from mrkit.cli import doctor

V1 = "36 25 0:31 {root} {mount} rw,relatime - cgroup cgroup rw,{controller}\n"
V2 = "36 25 0:31 {root} {mount} rw,relatime - cgroup2 cgroup rw\n"


@pytest.fixture
def groups(tmp_path, monkeypatch):
    """Makes a tree of control groups, and this process a member of one."""
    monkeypatch.setattr(machine, "PROC", tmp_path / "proc")
    (tmp_path / "proc").mkdir()

    def make(version: int, path: str, files: dict[str, str], root: str = "/"):
        mount = tmp_path / "with space"
        lines = ["12:pids:/elsewhere"]
        if version == 1:
            lines += [f"4:memory:{path}", f"1:cpu,cpuacct:{path}"]
            info = "".join(
                V1.format(root=root, mount=f"{mount}/{c}".replace(" ", "\\040"), controller=c)
                for c in ("memory", "cpu")
            )
        else:
            lines += [f"0::{path}"]
            info = V2.format(root=root, mount=str(mount).replace(" ", "\\040"))
        (tmp_path / "proc" / "cgroup").write_text("\n".join(lines) + "\n")
        (tmp_path / "proc" / "mountinfo").write_text(info)
        for name, text in files.items():
            (mount / name).parent.mkdir(parents=True, exist_ok=True)
            (mount / name).write_text(text + "\n")

    return make


MB = 10**6


@pytest.mark.parametrize(
    ("version", "path", "root", "files", "free"),
    [
        (2, "/", "/", {"memory.max": "500000000", "memory.current": "100000000"}, 400 * MB),
        (2, "/a/b", "/", {"a/memory.max": "500000000", "a/memory.current": "1000000"}, 499 * MB),
        (2, "/a/b", "/", {"a/b/memory.high": "300000000", "a/b/memory.max": "400000000"}, 300 * MB),
        (
            2,
            "/a",
            "/",
            {
                "a/memory.max": "500000000",
                "a/memory.current": "450000000",
                "a/memory.stat": "anon 1\ninactive_file 300000000",
            },
            350 * MB,
        ),
        (1, "/a", "/", {"memory/a/memory.limit_in_bytes": "500000000"}, 500 * MB),
        (1, "/docker/1", "/docker/1", {"memory/memory.limit_in_bytes": "500000000"}, 500 * MB),
        (1, "/gone/away", "/", {"memory/memory.limit_in_bytes": "500000000"}, 500 * MB),
        (1, "/a", "/", {"memory/a/memory.limit_in_bytes": "9223372036854771712"}, None),
        (2, "/a", "/", {"memory/a/memory.max": "max"}, None),
        (2, "/a", "/", {}, None),
    ],
)
def test_the_least_free_memory_of_machine_and_groups_counts(groups, version, path, root, files, free):
    groups(version, path, files, root)
    if free is None:
        assert machine.free_memory() > 500 * MB or psutil.virtual_memory().available < 500 * MB
        assert machine.total_memory() == psutil.virtual_memory().total
    else:
        assert machine.free_memory() == min(free, psutil.virtual_memory().available)
        for workers in (1, 2, 3, 8, 40):
            assert 0 < machine.default_limit(workers) * workers <= max(free, workers)


@pytest.mark.parametrize(
    ("version", "files", "cpus"),
    [
        (2, {"cpu.max": "100000 100000"}, 1),
        (2, {"cpu.max": "150000 100000"}, 2),
        (2, {"cpu.max": "5000 100000"}, 1),
        (2, {"a/cpu.max": "max 100000", "cpu.max": "100000 100000"}, 1),
        (1, {"cpu/a/cpu.cfs_quota_us": "50000", "cpu/a/cpu.cfs_period_us": "100000"}, 1),
        (1, {"cpu/a/cpu.cfs_quota_us": "-1", "cpu/a/cpu.cfs_period_us": "100000"}, 10_000),
        (2, {"a/cpu.max": "broken"}, 10_000),
    ],
)
def test_the_least_of_cores_affinity_and_quota_counts(groups, version, files, cpus):
    groups(version, "/a", files)
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert machine.available_cpus() == min(cpus, there)


def test_the_doctor_tells_the_containers_share(groups):
    groups(2, "/", {"memory.max": "500000000", "memory.current": "100000000", "cpu.max": "100000 100000"})
    cores, memory = doctor.machine()
    assert cores.text.startswith("Cores: 1")
    assert memory.text.startswith("Memory: 0.5 GB, of which 0.4 GB are free")
    assert memory.level == "note"


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs Linux")
def test_affinity_counts():
    code = "import os; os.sched_setaffinity(0, {0}); from mrkit.machine import available_cpus; print(available_cpus())"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "1\n"


@contextlib.contextmanager
def a_group(controller: str, limit: str, value: int):
    """A real group of version 1 with a limit, where this machine lets us make one."""
    group = Path(f"/sys/fs/cgroup/{controller}/mrkit-test-{os.getpid()}")
    try:
        group.mkdir()
        (group / limit).write_text(str(value))
    except OSError:
        pytest.skip("no control groups of version 1 can be made here")
    try:
        yield group
    finally:

        def gone():
            with contextlib.suppress(OSError):  # a process of it may not have gone yet
                group.rmdir()
            return not group.exists()

        until(gone)


def test_a_job_in_a_small_group_of_the_system_ends(tmp_path):
    program = tmp_path / "big.py"
    with a_group("memory", "memory.limit_in_bytes", 500_000_000) as group:
        program.write_text(
            "import os\n"
            f"open('{group}/cgroup.procs', 'w').write(str(os.getpid()))\n"
            "from mrkit import MapReduce\n"
            "from mrkit.machine import free_memory\n"
            "def many(n):\n"
            "    for i in range(60_000):\n"
            "        yield (n, i), 'x' * 1000 + str(i)\n"
            "if __name__ == '__main__':\n"
            "    assert free_memory() < 500_000_000\n"
            "    job = MapReduce(many, lambda item: len(next(iter(item[1]))), 3, num_partitions=3, sample=0)\n"
            "    print(sum(1 for _ in job.stream(range(9), 3)))\n"
        )
        done = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=110)
        assert (done.stdout, done.stderr) == ("540000\n", "")


def test_a_quota_of_the_system_is_seen_by_a_job_that_says_no_number_of_workers():
    with a_group("cpu", "cpu.cfs_quota_us", 50_000) as group:
        code = (
            f"import os; open('{group}/cgroup.procs', 'w').write(str(os.getpid()))\n"
            "from mrkit import MapReduce\n"
            "if __name__ == '__main__':\n"
            "    run = MapReduce(lambda n: [(n, n)], lambda item: item[0]).run(range(50), 1)\n"
            "    print(run.trace.job.num_workers, len(run.results))\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=110)
        assert (done.stdout, done.stderr) == ("1 50\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="it is so there")
def test_a_python_that_only_starts_another_is_as_large_as_that_one(monkeypatch):
    """As python.exe of a virtual environment on Windows."""
    code = "import time; held = bytearray(200_000_000); print(flush=True); time.sleep(60)"
    starter = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}])"
    with subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        assert machine.size_of(process.pid) < 200 * MB
        monkeypatch.setattr(sys, "platform", "win32")
        assert machine.size_of(process.pid) > 200 * MB
        monkeypatch.undo()
        for child in psutil.Process(process.pid).children():
            child.kill()
    assert machine.size_of(process.pid) == 0
