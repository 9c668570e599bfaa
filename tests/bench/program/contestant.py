"""One run of one contender, in a process of its own: arguments are a module, its function, the job, workers, files.

Two lines of JSON go to stdout: how long the job took, as soon as its whole answer is there, and then a digest of it.
All else that anyone prints goes to stderr. Every contender has imported mrkit by then, since its functions are here:
a tenth of a second of the program's time, of the job's none.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections.abc import Sequence


def run(arguments: Sequence[str]) -> None:
    """Do the job; the time is from the end of all imports to the answer."""
    module_name, function, job, workers_text, *files = arguments
    workers = int(workers_text)
    report = os.fdopen(os.dup(1), "w")  # no worker process inherits it but a forked one, which does not know it
    os.dup2(2, 1)
    os.environ["POLARS_MAX_THREADS"] = str(workers)
    module = importlib.import_module(f"tests.bench.program.contenders.{module_name}")
    if hasattr(module, "prepare"):
        module.prepare(workers)
    before = time.perf_counter()
    answer = getattr(module, function)(files, workers)
    print(json.dumps({"job_seconds": time.perf_counter() - before}), file=report, flush=True)
    from tests.bench.program.answers import digest

    print(json.dumps({"answer": digest(job, answer)}), file=report, flush=True)


if __name__ == "__main__":
    run(sys.argv[1:])
