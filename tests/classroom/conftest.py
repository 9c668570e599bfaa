"""The banks of answers are in tests/learn; and a diary of its own for every test."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "learn"))


@pytest.fixture(autouse=True)
def own_diary(tmp_path, monkeypatch):
    from mrkit.learn import diary

    monkeypatch.setenv("MRKIT_PROGRESS", str(tmp_path / "progress.jsonl"))
    monkeypatch.setattr(diary, "_unwritten", [])
    monkeypatch.delenv("MRKIT_STUDENT", raising=False)
    monkeypatch.delenv("MRKIT_LANGUAGE", raising=False)
