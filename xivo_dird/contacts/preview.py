"""What an import of a file would do, without doing it."""

from collections.abc import Iterable

from xivo_dird.contacts.import_decisions import ImportDecisions, file_batches
from xivo_dird.contacts.model import ImportPreview
from xivo_dird.contacts.rows import AcceptedRow, CheckedRow, FailedRows
from xivo_dird.database.engine import Database

MAX_PREVIEWED_CONTACTS = 20
"""Number of contacts that a preview shows."""


def preview_rows(database: Database, decisions: ImportDecisions, rows: Iterable[CheckedRow]) -> ImportPreview:
    """Return what an import of the rows of a file would do.

    Each batch is read in a transaction of its own, so that a long file keeps none open.
    """
    contacts: list[dict[str, str | None]] = []
    failed = FailedRows()
    new = existing = 0
    for batch in file_batches(rows):
        with database.reading() as session:
            decided = decisions.decide(session, batch)
        new += len(decided.new)
        existing += len(decided.accepted) - len(decided.new)
        for row in decided.failed:
            failed.add(row)
        contacts += map(_shown, decided.new[: MAX_PREVIEWED_CONTACTS - len(contacts)])
    return ImportPreview(contacts, new, existing, failed.listed, failed.count)


def _shown(row: AcceptedRow) -> dict[str, str | None]:
    return row.contact.entry() if row.has_own_id else {**row.contact.fields}
