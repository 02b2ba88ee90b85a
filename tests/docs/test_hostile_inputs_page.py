"""docs/hostile-inputs.md: every row names a test, and every test that is named is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "hostile-inputs.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.endswith("| test |")]
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", PAGE)))


def test_every_row_has_an_input_an_outcome_and_a_test() -> None:
    cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in ROWS]
    assert len(ROWS) > 10
    assert [row for row in cells if len(row) != 3 or not re.search(r"`[\w/]+\.py::test_\w+`", row[2])] == []


@pytest.mark.parametrize(("file", "name"), NAMED, ids=map("::".join, NAMED))
def test_a_test_that_is_named_is_there(file: str, name: str) -> None:
    text = (ROOT / "tests" / file).read_text(encoding="utf-8")
    assert not name or re.search(rf"^ *def {name}\(", text, re.MULTILINE)
