"""Runs in a browser's Python: the contract of all executors, with the browser's workers as `spawn`.

What the contract's file imports and a browser has not (psutil, hypothesis, pebble) is replaced by what does nothing.
"""

import multiprocessing
import sys
import types
from unittest.mock import MagicMock

import pytest

from mrkit.executors.web.client import InBrowser


def stand_in(name, **held):
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(held)


def skipped(*_, **__):
    return pytest.mark.skip(reason="needs hypothesis")


stand_in("hypothesis", given=skipped, settings=lambda *_, **__: lambda test: test, strategies=MagicMock())
stand_in("psutil", Process=None)
stand_in("on_spark", local_spark=None)
stand_in("mrkit.executors.processes", Processes=lambda number, _: InBrowser(number))
multiprocessing.get_all_start_methods = lambda: ["spawn"]
sys.path += ["/home/pyodide/tests", "/home/pyodide/tests/executors"]

# The others look at process numbers, or at a file that the worker writes.
options = ["-q", "--tb=short", "-p", "no:cacheprovider", "-p", "no:faulthandler", "--rootdir=/home/pyodide/tests"]
failed = pytest.main([*options, "-k", "spawn and not cancel and not with_block", "/home/pyodide/tests/executors"])
print("failed" if failed else "all passed")
