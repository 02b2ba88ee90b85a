"""CSV texts of people, and how they are read."""

import io
from collections.abc import Iterable

from xivo_dird.csv_files.records import CsvRecords

HEADER = "id,name,number\n"


def read_records(text: str, separator: str = ",") -> tuple[list[list[str]], list[int]]:
    """Return the records of a text and the numbers of the lines that were left out."""
    left_out: list[int] = []
    lines = iter(io.StringIO(text, newline="\n"))
    records = list(CsvRecords(lines, separator, lambda line, _text: left_out.append(line)))
    return records, left_out


def people(first: int, last: int, rows: Iterable[tuple[int, str]] = ()) -> str:
    """Return rows with these numbers; `rows` replaces some of them."""
    replaced = dict(rows)
    return "".join(replaced.get(n, f"{n},Person {n},{1000 + n}\n") for n in range(first, last + 1))
