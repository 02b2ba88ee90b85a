"""Writes contacts as the CSV that clients export (contract section 2.2)."""

import csv
import io
from collections.abc import Mapping, Sequence


def csv_text(contacts: Sequence[Mapping[str, str | None]]) -> str:
    """Return contacts as CSV: the header has all keys, sorted; rows end in CRLF; missing values are empty."""
    header = sorted({key for contact in contacts for key in contact})
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="")
    writer.writeheader()
    writer.writerows(contacts)
    return text.getvalue()
