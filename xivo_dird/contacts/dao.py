"""Storage of contacts: per kind of owner, one table of contacts and one table of keys beside it.

The dao of the owners declares the contact table, and scopes every owner by tenant or user itself:

    class PhonebookContactRow(ContactColumns, Base):
        __tablename__ = "phonebook_contact"
        __table_args__ = (unique_content(),)
        owner_uuid: Mapped[str] = mapped_column(ForeignKey("phonebook.uuid", ondelete="CASCADE"))

    CONTACTS = ContactTable(PhonebookContactRow)

`database.contact_tables` has what is needed to declare the tables, `database.contact_migration` to create them;
`search_dao` searches them. The validators make sure that every id and text is `storable`; other ids do not exist, since
an access list knows an id in one spelling only.
"""

from collections.abc import Collection, Generator, Sequence
from contextlib import closing

from more_itertools import chunked
from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from xivo_dird.contacts.content import content_of, digest_of, fields_of
from xivo_dird.contacts.model import StoredContact
from xivo_dird.database.bulk import insert_many
from xivo_dird.database.contact_tables import ContactColumns, key_table
from xivo_dird.database.text_index import analyze_tables, index_rows, owner_filter
from xivo_dird.exceptions import Conflict
from xivo_dird.text.folding import is_storable

_COLUMNS = ("uuid", "owner_uuid", "fields", "digest", "search")

BATCH_SIZE = 500
"""Maximum number of contacts, ids or keys in one statement, since databases limit its parameters."""

_MIN_ROWS_TO_ANALYZE = 1000
"""Number of inserted contacts from which the planner statistics are updated."""


class ContactTable:
    """The contacts of one kind of owner. A method sees only the contacts of the owner that it is called with."""

    def __init__(self, row: type[ContactColumns]) -> None:
        """Create the table object of a mapped class."""
        self.row = row
        self.keys = key_table(row.__tablename__)

    def add(self, session: Session, owner_uuid: str, contacts: Sequence[StoredContact]) -> set[str]:
        """Store contacts that have their ids already; call it with some thousand contacts at a time.

        A contact is skipped if the owner has one with the same fields, if it repeats another one of `contacts`, or
        if its id exists. The transaction must have locked the owner.

        Returns:
            The ids of the contacts that were stored.
        """
        return {
            uuid
            for batch in chunked(contacts, BATCH_SIZE)
            for uuid in self._add_batch(session, owner_uuid, batch)
        }

    def replace(self, session: Session, owner_uuid: str, contact: StoredContact) -> bool:
        """Replace the fields of a contact.

        Returns:
            False if the owner has no contact with this id.

        Raises:
            Conflict: The owner has another contact with the same fields.
        """
        if not is_storable(contact.id):
            return False
        row = self.row
        content = content_of(owner_uuid, contact.fields)
        statement = update(row).where(row.owner_uuid == owner_uuid, row.uuid == contact.id)
        values = {"fields": content.fields, "digest": content.digest, "search": content.search}
        try:
            row_id = session.scalars(statement.values(values).returning(row.id)).one_or_none()
        except IntegrityError as error:
            raise duplicate_error() from error
        if row_id is None:
            return False
        session.execute(delete(self.keys).where(self.keys.c.contact_id == row_id))
        self._add_keys(session, [(row_id, key) for key in content.keys])
        return True

    def remove(self, session: Session, owner_uuid: str, uuid: str) -> StoredContact | None:
        """Remove a contact and return it; return None if the owner has no contact with this id."""
        if not is_storable(uuid):
            return None
        row = self.row
        statement = delete(row).where(row.owner_uuid == owner_uuid, row.uuid == uuid)
        fields = session.scalars(statement.returning(row.fields)).one_or_none()
        return None if fields is None else StoredContact(uuid, fields_of(fields))

    def remove_all(self, session: Session, owner_uuid: str) -> int:
        """Remove every contact of an owner and return their number."""
        statement = delete(self.row).where(self.row.owner_uuid == owner_uuid)
        return len(session.scalars(statement.returning(self.row.id)).all())

    def find(self, session: Session, owner_uuid: str, uuids: Collection[str]) -> list[StoredContact]:
        """Return the contacts with these ids; unknown ids are skipped."""
        unique = list(dict.fromkeys(filter(is_storable, uuids)))
        owned = owner_filter(self.row, owner_uuid)
        return [
            contact
            for batch in chunked(unique, BATCH_SIZE)
            for contact in self.read(session, self.row.uuid.in_(batch), owned)
        ]

    def find_all(self, session: Session, owner_uuid: str) -> list[StoredContact]:
        """Return the contacts of an owner, the oldest first."""
        return list(self.read(session, self.row.owner_uuid == owner_uuid))

    def count(self, session: Session, owner_uuid: str) -> int:
        """Return the number of contacts of an owner."""
        statement = select(func.count()).select_from(self.row).where(self.row.owner_uuid == owner_uuid)
        return session.scalars(statement).one()

    def find_same(
        self, session: Session, owner_uuid: str, contacts: Sequence[StoredContact]
    ) -> dict[str, StoredContact]:
        """Find the stored contacts of an owner that have the same fields as one of `contacts`.

        Returns:
            The stored contacts, by the id of the contact in `contacts`.
        """
        found: dict[str, StoredContact] = {}
        for batch in chunked(contacts, BATCH_SIZE):
            digests = {contact.id: digest_of(contact.fields) for contact in batch}
            stored = self._find_by_digest(session, owner_uuid, digests.values())
            found.update({uuid: stored[digest] for uuid, digest in digests.items() if digest in stored})
        return found

    def existing_digests(self, session: Session, owner_uuid: str, digests: Sequence[bytes]) -> set[bytes]:
        """Return those of these digests of fields (`digest_of`) that a contact of the owner has."""
        row = self.row
        return {
            digest
            for batch in chunked(digests, BATCH_SIZE)
            for digest in session.scalars(
                select(row.digest).where(row.owner_uuid == owner_uuid, row.digest.in_(batch))
            )
        }

    def existing_ids(self, session: Session, uuids: Sequence[str]) -> set[str]:
        """Return those of these ids that exist, for any owner."""
        row = self.row
        return {
            uuid
            for batch in chunked(filter(is_storable, uuids), BATCH_SIZE)
            for uuid in session.scalars(select(row.uuid).where(row.uuid.in_(batch)))
        }

    def finish_import(self, session: Session, count: int) -> None:
        """Update the planner statistics at the end of an import, so that lookups are fast immediately after it.

        Args:
            session: The transaction of the import.
            count: Number of contacts that it stored.
        """
        if count >= _MIN_ROWS_TO_ANALYZE:
            analyze_tables(session, [self.row.__tablename__, self.keys.name])

    def read(
        self, session: Session, *conditions: ColumnElement[bool], batch_size: int | None = None
    ) -> Generator[StoredContact]:
        """Yield the contacts that match the conditions, the oldest first.

        Args:
            session: The transaction.
            conditions: The conditions, which must include the owner.
            batch_size: Number of rows that are fetched at once, so that what is not read is not fetched either. None:
                a database server sends all rows at once.
        """
        with closing(self.read_rows(session, *conditions, batch_size=batch_size)) as rows:
            for _, contact in rows:
                yield contact

    def read_rows(
        self, session: Session, *conditions: ColumnElement[bool], batch_size: int | None = None
    ) -> Generator[tuple[int, StoredContact]]:
        """Yield the contacts that match the conditions with the ids of their rows; see `read`."""
        row = self.row
        statement = select(row.id, row.uuid, row.fields).where(*conditions).order_by(row.id)
        if batch_size is not None:
            statement = statement.execution_options(yield_per=batch_size)
        with session.execute(statement) as rows:
            for row_id, uuid, fields in rows:
                yield row_id, StoredContact(uuid, fields_of(fields))

    def find_rows(self, session: Session, owner_uuid: str, row_ids: Sequence[int]) -> list[StoredContact]:
        """Return the contacts of an owner in these rows, in their order."""
        owned = owner_filter(self.row, owner_uuid)
        found = dict(
            row
            for batch in chunked(row_ids, BATCH_SIZE)
            for row in self.read_rows(session, self.row.id.in_(batch), owned)
        )
        return [found[row_id] for row_id in row_ids]

    def _find_by_digest(
        self, session: Session, owner_uuid: str, digests: Collection[bytes]
    ) -> dict[bytes, StoredContact]:
        row = self.row
        statement = select(row.digest, row.uuid, row.fields).where(
            row.owner_uuid == owner_uuid, row.digest.in_(digests)
        )
        return {
            digest: StoredContact(uuid, fields_of(fields))
            for digest, uuid, fields in session.execute(statement)
        }

    def _add_batch(
        self, session: Session, owner_uuid: str, contacts: Sequence[StoredContact]
    ) -> Collection[str]:
        row, name = self.row, self.row.__tablename__
        contents = {contact.id: content_of(owner_uuid, contact.fields) for contact in contacts}
        last_id = session.scalars(select(func.max(row.id))).one() or 0
        rows = [
            (uuid, owner_uuid, content.fields, content.digest, content.search)
            for uuid, content in contents.items()
        ]
        insert_many(session, name, _COLUMNS, rows, skip_conflicts=True)
        # The owner is locked, so every newer contact of the owner is one that was inserted here and not skipped.
        inserted = select(row.uuid, row.id).where(row.id > last_id, owner_filter(row, owner_uuid))
        row_ids: dict[str, int] = dict(session.execute(inserted).all())
        index_rows(session, row, {row_id: contents[uuid].search for uuid, row_id in row_ids.items()})
        self._add_keys(
            session, [(row_id, key) for uuid, row_id in row_ids.items() for key in contents[uuid].keys]
        )
        return row_ids.keys()

    def _add_keys(self, session: Session, keys: Sequence[tuple[int, int]]) -> None:
        insert_many(session, self.keys.name, ("contact_id", "key"), keys)


def duplicate_error() -> Conflict:
    """Return the error for a contact whose owner has another one with the same fields."""
    return Conflict("a contact with the same fields exists already")
