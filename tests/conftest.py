"""What all tests share: a temporary folder of their own, so that other programs' leftovers are not counted."""

from __future__ import annotations

import multiprocessing.util
import os
import signal
import sys
import tempfile
import threading

import pytest
from hypothesis import HealthCheck, settings

# Times are not judged here: the machine is shared.
settings.register_profile(
    "mrkit", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
settings.load_profile("mrkit")


# These wait for kernels, browsers and workers more than they compute: first, so that others fill the gaps.
WAITING = ("test_notebooks.py", "test_interrupts.py", "browser", "test_kernel.py", "test_leftovers.py")


def pytest_configure(config):
    # Some machines set it: then each of the thousands of processes that the tests start would compile mrkit anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a script; children inherit it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.option.loadscopereorder = False  # or xdist would begin with the files that have many tests, and small ones


def pytest_collection_modifyitems(items):
    def place(item):
        return min((WAITING.index(part) for part in item.path.parts if part in WAITING), default=len(WAITING))

    items.sort(key=place)


@pytest.fixture(autouse=True, scope="session")
def own_temporary_folder():
    multiprocessing.util.get_temp_dir()  # its own stays where it is: that is removed when Python ends
    # Not pytest's own, whose path is too long for the sockets that multiprocessing puts there on macOS.
    with tempfile.TemporaryDirectory(prefix="t-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", None)
        yield folder


@pytest.fixture(autouse=True, scope="module")
def no_checker_of_another_file():
    """The process in which answers are checked stays for the next one: what a job leaves is looked for without it."""
    if "mrkit.learn.verdict" in sys.modules:
        sys.modules["mrkit.learn.verdict"].CHECKER.stop()
        for thread in threading.enumerate():
            if thread.name == "mrkit-aside":
                thread.join(10)
