"""A real Dask cluster for tests: a scheduler and workers from the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from oracle import until

DASK = [sys.executable, "-m", "dask"]
# Functions of a module must be found there.
_PATH = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
HERE = os.environ | {"PYTHONPATH": os.pathsep.join(_PATH)}


class Cluster:
    """A scheduler and workers in processes of their own, each in a folder of its own."""

    def __init__(self, folder: Path, workers: int = 2):
        self.folder, self.processes, self.client = folder, [], None
        try:
            self._begin(workers)
        except BaseException:
            self.close()
            raise

    def _begin(self, workers: int) -> None:
        port_file = self.folder / "scheduler.json"
        self._start("scheduler", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                    "--dashboard-address", ":0", "--scheduler-file", str(port_file))  # fmt: skip
        assert until(port_file.exists, 20)
        import distributed

        self.client = distributed.Client(scheduler_file=str(port_file), set_as_default=False)
        self.address = self.client.scheduler_info()["address"]
        self.workers = [self.add_worker(f"w{number}") for number in range(workers)]
        if workers:
            self.client.wait_for_workers(workers, timeout=30)

    def add_worker(self, name: str, env: dict = HERE) -> subprocess.Popen:
        here = self.folder / name
        here.mkdir()
        options = ["--name", name, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(here)]
        return self._start(name, "worker", self.address, *options, env=env)

    def _start(self, name: str, *arguments: str, env: dict = HERE) -> subprocess.Popen:
        with open(self.folder / f"{name}.log", "wb") as log:
            process = subprocess.Popen([*DASK, *arguments], stdout=log, stderr=log, env=env, cwd=self.folder)
        self.processes.append(process)
        return process

    def another_client(self) -> Any:
        """One more, which may be closed."""
        import distributed

        return distributed.Client(self.address, set_as_default=False)

    def files(self) -> list[Path]:
        """What jobs have left on the workers' disks."""
        return list(self.folder.glob("w*/**/mrkit-*"))

    def close(self) -> None:
        if self.client is not None:
            self.client.close()
        for process in reversed(self.processes):
            process.kill()
            process.wait()
