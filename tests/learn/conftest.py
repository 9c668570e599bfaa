"""A diary of its own for every test."""

import importlib

import pytest


@pytest.fixture(autouse=True)
def own_diary(tmp_path, monkeypatch):
    from mrkit.learn import diary

    puzzles = importlib.import_module("mrkit.learn.parsons")  # the name in mrkit.learn is its function
    monkeypatch.setenv("MRKIT_PROGRESS", str(tmp_path / "progress.jsonl"))
    monkeypatch.setattr(diary, "_unwritten", [])
    monkeypatch.setattr(puzzles, "_solved", {})
