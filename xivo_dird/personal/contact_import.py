"""The import of personal contacts from a file, in batches of rows."""

from collections.abc import Sequence

from xivo_dird.contacts.dao import ContactTable
from xivo_dird.contacts.import_decisions import ID_EXISTS, ImportDecisions
from xivo_dird.contacts.model import FailedRow
from xivo_dird.contacts.rows import AcceptedRow, CheckedRow
from xivo_dird.database.engine import Session
from xivo_dird.personal.model import ImportedPersonalContacts


class PersonalContactImport:
    """The import of one file into a user's contacts.

    Attributes:
        new_ids: The ids of the contacts that are new, in the order of the file.
        result: The stored contacts and the failed rows.
    """

    def __init__(self, table: ContactTable, user_uuid: str, decisions: ImportDecisions) -> None:
        """Create an import into the contacts of a user in `table`, as `decisions` of the same file say."""
        self._table = table
        self._user_uuid = user_uuid
        self._decisions = decisions
        self.new_ids: list[str] = []
        self.result = ImportedPersonalContacts()

    def add(self, session: Session, rows: Sequence[CheckedRow]) -> None:
        """Store the contacts of the valid rows; for a duplicate the result has the contact that exists."""
        decided = self._decisions.decide(session, rows)
        for failed in decided.failed:
            self.result.failed.add(failed)
        in_lock_order = [row.contact for row in sorted(decided.new, key=_lock_key)]
        stored_ids = self._table.add(session, self._user_uuid, in_lock_order)
        self.new_ids.extend(row.contact.id for row in decided.new if row.contact.id in stored_ids)
        skipped = [row.contact for row in decided.accepted if row.contact.id not in stored_ids]
        same = self._table.find_same(session, self._user_uuid, skipped)
        for row in decided.accepted:
            contact = row.contact if row.contact.id in stored_ids else same.get(row.contact.id)
            if contact is None:  # another user has taken this id in the meantime
                self.result.failed.add(FailedRow(row.line, [ID_EXISTS]))
            else:
                self.result.created.extend([contact])


def _lock_key(row: AcceptedRow) -> str:
    """Return a key that sorts rows by claimed id, so that imports of the same ids wait instead of deadlocking."""
    return row.contact.id if row.has_own_id else ""
