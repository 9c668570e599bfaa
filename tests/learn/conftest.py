"""A diary of its own for every test."""

import sys

import pytest


@pytest.fixture(autouse=True)
def own_diary(tmp_path, monkeypatch):
    from mrkit.learn import diary

    monkeypatch.setenv("MRKIT_PROGRESS", str(tmp_path / "progress.jsonl"))
    monkeypatch.setattr(diary, "_unwritten", [])
    if puzzles := sys.modules.get("mrkit.learn.parsons"):
        monkeypatch.setattr(puzzles, "_solved", {})
