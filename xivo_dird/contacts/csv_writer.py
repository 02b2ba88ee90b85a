"""Writes contacts as the CSV that clients export (contract section 2.2)."""

import csv
import io
from collections.abc import Mapping, Sequence

from xivo_dird.contacts.limits import MAX_EXPORTED_CELLS, MAX_EXPORTED_COLUMNS
from xivo_dird.csv_files.guards import protect_guard
from xivo_dird.exceptions import InvalidQuery


def csv_text(contacts: Sequence[Mapping[str, str | None]], max_cells: int = MAX_EXPORTED_CELLS) -> str:
    """Return contacts as CSV: the header has all keys, sorted; rows end in CRLF; missing values are empty.

    An import of the text has the same values, with the exception that a missing value is then an empty one.

    Args:
        contacts: The contacts, with their ids.
        max_cells: Maximum number of cells of the table.

    Raises:
        InvalidQuery: The table would be too large.
    """
    header = sorted({key for contact in contacts for key in contact})
    if len(header) > MAX_EXPORTED_COLUMNS or len(header) * len(contacts) > max_cells:
        reason = f"{len(contacts)} contacts with {len(header)} different fields are too many for CSV"
        raise InvalidQuery(f"{reason}; export them as JSON", {"format": [reason]})
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(map(protect_guard, header))
    writer.writerows([protect_guard(contact.get(key) or "") for key in header] for contact in contacts)
    return text.getvalue()
