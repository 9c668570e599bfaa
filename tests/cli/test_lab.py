"""JupyterLab as `mrkit lab` opens it: in the same Python, without network, gone with its parent."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from mrkit.cli import lab
from mrkit.lessons import editions

HERE = Path(lab.__file__).parent


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "mine"


class FakeLab:
    """Stands for the process of JupyterLab: remembers how it was started, ends with status 3."""

    def __init__(self, command, env):
        FakeLab.command, FakeLab.env = command, env

    def wait(self):
        os.kill(os.getpid(), signal.SIGINT)  # Ctrl-C: JupyterLab's affair
        return 3

    def terminate(self):
        raise AssertionError


def test_jupyterlab_runs_in_the_same_python_without_network(mine, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", FakeLab)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "before")
    mine.mkdir()
    (mine / "00_tour.ipynb").touch()
    handlers = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    assert lab.open_jupyterlab(mine, browser=False) == 3
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == handlers
    assert FakeLab.command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={mine}" in FakeLab.command
    assert "--no-browser" in FakeLab.command
    assert FakeLab.env["JUPYTER_CONFIG_PATH"] == f"{HERE / 'jupyter'}{os.pathsep}before"


def test_the_real_jupyterlab_starts_is_quiet_and_stops(mine):
    list(editions.install(mine))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "import sys, pathlib; from mrkit.cli import lab; sys.exit(lab.open_jupyterlab(pathlib.Path('.'), False))"
    settings = {"JUPYTER_PORT": str(port), "JUPYTER_TOKEN": "t", "HOME": str(mine), "JUPYTER_PREFER_ENV_PATH": "1"}
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=mine,
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        base = f"http://127.0.0.1:{port}"
        plugin = "@jupyterlab/apputils-extension:notification"
        answer = _get_when_up(f"{base}/lab/api/settings/{plugin}?token=t", process)
        defaults = {name: spec["default"] for name, spec in answer["schema"]["properties"].items()}
        assert (defaults["fetchNews"], defaults["checkForUpdates"]) == ("false", False)
        with urllib.request.urlopen(f"{base}/lab?token=t", timeout=10) as page:
            assert '"buildCheck": false' in page.read().decode()  # it would start a program of its own
        listed = _get_when_up(f"{base}/api/contents?token=t", process)
        assert {"00_tour.ipynb", "04_word_count.ipynb"} <= {entry["name"] for entry in listed["content"]}
    finally:
        process.terminate()
        process.wait(30)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0  # the server is gone with its parent


def _get_when_up(url, process):
    end = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                return json.load(response)
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.2)
