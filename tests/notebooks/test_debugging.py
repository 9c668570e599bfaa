"""In a real kernel: a debugger in serial, and what happens to warm workers when the kernel is shut down."""

from __future__ import annotations

import pytest
from kernels import Kernel
from oracle import until, workers_of

pytest.importorskip("jupyter_client")

# jupyter_client and ipykernel have deprecated things of their own.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:(jupyter_client|zmq|tornado|traitlets).*"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

JOB = """
from mrkit import MapReduce

def words(line):
    secret = line.upper()
    STOP
    return [(secret, 1)]

def total(item):
    mine = item[0] + "!"
    assert mine != "BAD!"
    return mine

job = MapReduce(words, total, executor="serial")
"""


@pytest.fixture
def kernel(tmp_path):
    kernel = Kernel(tmp_path)
    yield kernel
    kernel.close()


def asked(kernel, code: str, answers: list[str]) -> str:
    """What a cell printed that asks for something and is answered."""
    message = kernel.client.execute(code, allow_stdin=True)
    for answer in answers:
        request = kernel.client.get_stdin_msg(timeout=60)
        assert request["msg_type"] == "input_request"
        kernel.client.input(answer)
    printed = ""
    while True:
        told = kernel.client.get_iopub_msg(timeout=60)
        if told["parent_header"].get("msg_id") == message:
            if told["msg_type"] == "stream":
                printed += told["content"]["text"]
            elif told["msg_type"] == "status" and told["content"]["execution_state"] == "idle":
                return printed


@pytest.mark.parametrize(
    ("stop", "line", "variable", "value"),
    [("1 / 0", "a", "secret", "'A'"), ("pass", "bad", "mine", "'BAD!'")],
    ids=["map", "reduce"],
)
def test_debug_after_an_error_in_serial_stands_in_the_users_frame(kernel, stop, line, variable, value):
    kernel.run(JOB.replace("STOP", stop))
    _, error = kernel.run(f"job(['{line}'])")
    assert error.startswith("UserFunctionError")
    assert value in asked(kernel, "%debug", [f"p {variable}", "q"])


@pytest.mark.parametrize(
    "stop",
    [
        "import pdb; pdb.set_trace()",
        "from IPython.core.debugger import set_trace; set_trace()",
        "import sys; sys.__breakpointhook__()",  # breakpoint() itself is JupyterLab's debugger there
    ],
)
def test_a_debugger_in_serial_answers_at_once(kernel, stop):
    kernel.run(JOB.replace("STOP", stop))
    said = asked(kernel, "print(job(['a']))", ["p secret * 3", "c"])
    assert "'AAA'" in said
    assert said.rstrip().endswith("['A!']")


@pytest.mark.parametrize("way", ["shutdown", "restart", "exit"])
def test_warm_workers_end_in_order_when_their_kernel_does(kernel, tmp_path, way):
    kernel.run("""
import atexit, os, builtins
from pathlib import Path
from mrkit import MapReduce

def words(line):
    if not hasattr(builtins, "file"):
        builtins.file = open("text", "w")
        atexit.register(Path("atexit").touch)
    builtins.file.write(line)
    return [(line, 1)]

job = MapReduce(words, lambda item: item[0], 1).__enter__()
print(job(["last words"]))
""")
    found = workers_of(kernel.process)
    assert found
    assert (tmp_path / "text").read_text() == ""
    if way == "shutdown":
        kernel.manager.shutdown_kernel()
    elif way == "restart":
        kernel.manager.restart_kernel()
    else:
        kernel.client.execute("exit()")
    assert until((tmp_path / "atexit").exists)
    assert until(lambda: (tmp_path / "text").read_text() == "last words")
    assert until(lambda: not any(worker.is_running() for worker in found))
    assert until(lambda: not kernel.folders())
