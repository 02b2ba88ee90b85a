"""A row: what was measured, against what, and whether it is within its budget; many of them are a table."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One figure. `ratio` is `value` over `reference`; without a reference `value` itself has the budget."""

    name: str
    value: float
    reference: float | None
    ratio: float | None
    budget: str
    met: bool


def at_least(least: float, name: str, value: float, reference: float | None = None) -> Row:
    """Make a row that is good when it is large."""
    return _row(name, value, reference, f">= {least:g}", lambda figure: figure >= least)


def at_most(most: float, name: str, value: float, reference: float | None = None) -> Row:
    """Make a row that is good when it is small."""
    return _row(name, value, reference, f"<= {most:g}", lambda figure: figure <= most)


def _row(
    name: str, value: float, reference: float | None, budget: str, is_met: Callable[[float], bool]
) -> Row:
    ratio = None if reference is None else value / reference
    return Row(name, value, reference, ratio, budget, is_met(value if ratio is None else ratio))


def shown(row: Row) -> str:
    """Write a row as a line of the table."""
    reference = "" if row.reference is None else f"{row.reference:.2f}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    verdict = "met" if row.met else "MISSED"
    return f"{row.name:<62} {row.value:>10.2f} {reference:>10} {ratio:>6} {row.budget:>8}  {verdict}"


HEADING = f"{'':<62} {'value':>10} {'reference':>10} {'ratio':>6} {'budget':>8}"


def write(rows: Sequence[Row], file: Path) -> None:
    """Write all rows as JSON."""
    file.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")
