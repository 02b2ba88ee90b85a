"""CSV as clients export it (contract section 2.2)."""

import csv
import io
from collections.abc import Mapping, Sequence


def csv_text(contacts: Sequence[Mapping[str, str | None]]) -> str:
    """Write contacts as CSV: the header has all keys in order, rows end in CRLF, absent values are empty."""
    header = sorted({key for contact in contacts for key in contact})
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="")
    writer.writeheader()
    writer.writerows(contacts)
    return text.getvalue()
