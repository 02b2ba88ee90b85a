"""Rows of the table: what was measured, its reference, and whether it is within its budget."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One figure. `ratio` is `value` / `reference`; without a reference the budget is for `value` itself."""

    name: str
    value: float
    reference: float | None
    ratio: float | None
    budget: str
    met: bool


def at_least(minimum: float, name: str, value: float, reference: float | None = None) -> Row:
    """Return a row whose figure must be at least `minimum`."""
    return _row(name, value, reference, f">= {minimum:g}", lambda figure: figure >= minimum)


def at_most(maximum: float, name: str, value: float, reference: float | None = None) -> Row:
    """Return a row whose figure must be at most `maximum`."""
    return _row(name, value, reference, f"<= {maximum:g}", lambda figure: figure <= maximum)


def _row(
    name: str, value: float, reference: float | None, budget: str, is_met: Callable[[float], bool]
) -> Row:
    ratio = None if reference is None else value / reference
    return Row(name, value, reference, ratio, budget, is_met(value if ratio is None else ratio))


def format_row(row: Row) -> str:
    """Return a row as a line of the table."""
    reference = "" if row.reference is None else f"{row.reference:.2f}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    result = "met" if row.met else "MISSED"
    return f"{row.name:<62} {row.value:>10.2f} {reference:>10} {ratio:>6} {row.budget:>8}  {result}"


HEADING = f"{'':<62} {'value':>10} {'reference':>10} {'ratio':>6} {'budget':>8}"


def write(rows: Sequence[Row], file: Path) -> None:
    """Write all rows into a JSON file."""
    file.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")
