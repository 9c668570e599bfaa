"""The page of faults tells of tests that there are, and of all that the README tells."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "mrkit" / "engine" / "FAULTS.md").read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")][1:]


def test_every_row_is_whole():
    assert len(ROWS) >= 30
    assert {len(row) for row in ROWS} == {3}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_every_row_has_its_test(row):
    file, name = re.fullmatch(r"`(\S+)::(\w+)`", row[2]).groups()
    assert f"\ndef {name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8")


def test_the_readme_leads_to_it():
    assert "(mrkit/engine/FAULTS.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
