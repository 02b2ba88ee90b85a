"""The import of personal contacts from a file, in batches of rows."""

from collections.abc import Collection, Iterable, Sequence

from xivo_dird.contacts.dao import ContactTable
from xivo_dird.contacts.model import StoredContact
from xivo_dird.database.engine import Session
from xivo_dird.personal.model import AcceptedRow, FailedRow, ImportedPersonalContacts

ID_EXISTS = "A contact with this id exists already."


class PersonalContactImport:
    """The import of one file into a user's contacts.

    Attributes:
        new_ids: The ids of the contacts that are new, in the order of the file.
        result: The stored contacts and the failed rows.
    """

    def __init__(self, table: ContactTable, user_uuid: str) -> None:
        """Create an import into the contacts of a user in `table`."""
        self._table = table
        self._user_uuid = user_uuid
        self._claimed: dict[str, StoredContact] = {}
        self.new_ids: list[str] = []
        self.result = ImportedPersonalContacts()

    def add(self, session: Session, rows: Sequence[AcceptedRow | FailedRow]) -> None:
        """Store the contacts of the valid rows; for a duplicate the result has the contact that exists."""
        accepted = self._accepted(session, rows)
        contacts = {row.contact.id: row.contact for row in accepted}
        stored_ids = self._table.add(session, self._user_uuid, self._in_lock_order(contacts.values()))
        self.new_ids.extend(uuid for uuid in contacts if uuid in stored_ids)
        skipped = [contact for contact in contacts.values() if contact.id not in stored_ids]
        same = self._table.find_same(session, self._user_uuid, skipped)
        for row in accepted:
            contact = row.contact if row.contact.id in stored_ids else same.get(row.contact.id)
            if contact is None:  # another user has taken this id in the meantime
                self.result.add_failed(FailedRow(row.line, [ID_EXISTS]))
            else:
                self.result.created.extend([contact])

    def _accepted(self, session: Session, rows: Sequence[AcceptedRow | FailedRow]) -> list[AcceptedRow]:
        claimed_ids = [row.claimed_id for row in rows if isinstance(row, AcceptedRow) and row.claimed_id]
        existing_ids = self._table.existing_ids(session, claimed_ids)
        accepted: list[AcceptedRow] = []
        for row in rows:
            if isinstance(row, FailedRow):
                self.result.add_failed(row)
            elif self._can_claim(row, existing_ids):
                accepted.append(row)
            else:
                self.result.add_failed(FailedRow(row.line, [ID_EXISTS]))
        return accepted

    def _in_lock_order(self, contacts: Iterable[StoredContact]) -> list[StoredContact]:
        """Sort contacts by claimed id, so that imports of the same ids wait instead of deadlocking."""
        return sorted(contacts, key=lambda contact: contact.id if contact.id in self._claimed else "")

    def _can_claim(self, row: AcceptedRow, existing_ids: Collection[str]) -> bool:
        """Return True if the id of a row is free, or an earlier row with the same fields has claimed it."""
        if row.claimed_id is None:
            return True
        earlier = self._claimed.get(row.claimed_id)
        if earlier is not None:
            return earlier.fields == row.contact.fields
        if row.claimed_id == row.contact.id:
            self._claimed[row.claimed_id] = row.contact
        return row.claimed_id not in existing_ids
