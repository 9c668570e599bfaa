"""What workers take on from their parent: its own environment, not what is there while another worker starts."""

from __future__ import annotations

import os

import pytest

from mrkit.executors.surroundings import SAFE_PATH, safe_path, surroundings


@pytest.mark.parametrize("theirs", [None, "", "1"])
def test_what_is_set_while_workers_start_is_nobody_elses(monkeypatch, theirs):
    monkeypatch.delenv(SAFE_PATH, raising=False)
    if theirs is not None:
        monkeypatch.setenv(SAFE_PATH, theirs)
    before = surroundings()
    with safe_path():
        assert os.environ[SAFE_PATH] == "1"
        assert surroundings() == before
    assert surroundings() == before
    assert os.environ.get(SAFE_PATH) == theirs


def test_the_last_worker_that_starts_puts_it_back(monkeypatch):
    monkeypatch.delenv(SAFE_PATH, raising=False)
    first, second = safe_path(), safe_path()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert os.environ[SAFE_PATH] == "1"
    second.__exit__(None, None, None)
    assert SAFE_PATH not in os.environ
