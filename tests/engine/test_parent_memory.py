"""The intermediate data goes from worker to worker: the parent's memory does not grow with it."""

import subprocess
import sys

import pytest

SCRIPT = """
import sys
from mrkit import MapReduce
from mrkit.machine import process_size

def pairs(number):
    return [(i % 50, f"{number:09}-{i:09}" * 10) for i in range(1000)]  # about 200 kB

def count(item):
    return item[0], sum(1 for value in item[1])

with MapReduce(pairs, count, 2, num_partitions=2, sample=10) as job:
    job([1, 2], 1)  # everything is loaded now
    before = process_size()
    run = job.run((number for number in range(int(sys.argv[1]))), 5)
    print(run.trace.shuffled_bytes, process_size() - before, sum(total for _, total in run.results))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sizes of processes are measured otherwise there")
def test_the_parent_does_not_grow_with_the_shuffle(tmp_path):
    (tmp_path / "job.py").write_text(SCRIPT)
    command = [sys.executable, str(tmp_path / "job.py"), "400"]
    output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100).stdout
    shuffled, grown, values = map(int, output.split())
    assert values == 400_000
    assert shuffled > 70_000_000
    assert grown < 10_000_000
