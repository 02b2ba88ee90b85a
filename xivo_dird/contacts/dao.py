"""Where contacts are kept: one table of contacts per kind of owner, and beside it one of keys.

The dao of such owners declares the table, and scopes every owner by tenant or user itself:

    class PhonebookContactRow(ContactColumns, Base):
        __tablename__ = "phonebook_contact"
        __table_args__ = (one_of_each_content(),)
        owner_uuid: Mapped[str] = mapped_column(ForeignKey("phonebook.uuid", ondelete="CASCADE"))

    CONTACTS = ContactTable(PhonebookContactRow)

`database.contact_tables` has what it needs to declare and to create them. Validators see to it that every id
and text is `storable`.
"""

from collections.abc import Collection, Iterator, Sequence

from more_itertools import chunked
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    and_,
    delete,
    func,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from xivo_dird.backend import TextMatch
from xivo_dird.contacts.content import content_of, fields_of, index_text
from xivo_dird.contacts.model import StoredContact
from xivo_dird.contacts.term import Term
from xivo_dird.database.bulk import insert_many
from xivo_dird.database.contact_keys import has_key, key_of, spelling_keys, without_case
from xivo_dird.database.contact_tables import ContactColumns, key_table
from xivo_dird.database.text_index import (
    GRAM,
    checked_owner,
    index_added,
    plan_anew,
    with_one_of,
    with_piece,
)
from xivo_dird.exceptions import Conflict
from xivo_dird.text.folding import SEPARATOR, storable
from xivo_dird.text.keypad import TypedTerm, typed_pattern, typed_pieces
from xivo_dird.text.phone_number import same_number
from xivo_dird.text.typos import SimilarTerm

_COLUMNS = ("uuid", "owner_uuid", "fields", "digest", "search")
_AT_ONCE = 500
_MANY = 1000
_MAX_SIMILAR = 100
_MAX_CANDIDATES = 1000
"""Contacts whose numbers end alike that are looked at for one number."""


class ContactTable:
    """The contacts of one kind of owner. Every method sees the contacts of the owner that it names, no other."""

    def __init__(self, row: type[ContactColumns]) -> None:
        """Keep contacts in the table of `row`."""
        self._row = row
        self._keys = key_table(row.__tablename__)

    def add(self, session: Session, owner_uuid: str, contacts: Sequence[StoredContact]) -> set[str]:
        """Store contacts, their ids chosen already; answer the ids of those that are stored now.

        Left out is what the owner has already, what is twice among them, and an id that is taken. The transaction
        has locked the owner. Fast enough for imports: call it with some thousand at a time.
        """
        return {uuid for some in chunked(contacts, _AT_ONCE) for uuid in self._add(session, owner_uuid, some)}

    def replace(self, session: Session, owner_uuid: str, contact: StoredContact) -> bool:
        """Replace the fields of a contact; False if there is none. Raises `Conflict` for a duplicate."""
        row = self._row
        content = content_of(owner_uuid, contact.fields)
        statement = update(row).where(row.owner_uuid == owner_uuid, row.uuid == storable(contact.id))
        values = {"fields": content.fields, "digest": content.digest, "search": content.search}
        try:
            changed = session.scalars(statement.values(values).returning(row.id)).one_or_none()
        except IntegrityError as error:
            raise duplicate() from error
        if changed is None:
            return False
        session.execute(delete(self._keys).where(self._keys.c.contact_id == changed))
        self._add_keys(session, [(changed, key) for key in content.keys])
        return True

    def remove(self, session: Session, owner_uuid: str, uuid: str) -> StoredContact | None:
        """Remove a contact, and answer it as it was; None if there is none."""
        row = self._row
        statement = delete(row).where(row.owner_uuid == owner_uuid, row.uuid == storable(uuid))
        fields = session.scalars(statement.returning(row.fields)).one_or_none()
        return None if fields is None else StoredContact(uuid, fields_of(fields))

    def remove_all(self, session: Session, owner_uuid: str) -> int:
        """Remove every contact of an owner; answer how many."""
        gone = delete(self._row).where(self._row.owner_uuid == owner_uuid)
        return len(session.scalars(gone.returning(self._row.id)).all())

    def find(self, session: Session, owner_uuid: str, uuids: Collection[str]) -> list[StoredContact]:
        """Find the contacts with these ids; unknown ones are left out."""
        wanted = list(dict.fromkeys(map(storable, uuids)))
        return [
            contact
            for some in chunked(wanted, _AT_ONCE)
            for contact in self._select(session, owner_uuid, self._row.uuid.in_(some))
        ]

    def find_all(self, session: Session, owner_uuid: str) -> list[StoredContact]:
        """List the contacts of an owner, the oldest first."""
        return list(self._select(session, owner_uuid))

    def count(self, session: Session, owner_uuid: str) -> int:
        """Count the contacts of an owner."""
        statement = select(func.count()).select_from(self._row).where(self._row.owner_uuid == owner_uuid)
        return session.scalars(statement).one()

    def find_same(
        self, session: Session, owner_uuid: str, contacts: Sequence[StoredContact]
    ) -> dict[str, StoredContact]:
        """Find what the owner has already: id of one of these contacts -> the stored one with the same fields."""
        found: dict[str, StoredContact] = {}
        for some in chunked(contacts, _AT_ONCE):
            digests = {contact.id: content_of(owner_uuid, contact.fields).digest for contact in some}
            stored = self._by_digest(session, owner_uuid, digests.values())
            found.update({uuid: stored[digest] for uuid, digest in digests.items() if digest in stored})
        return found

    def taken(self, session: Session, uuids: Sequence[str]) -> set[str]:
        """Tell which of these ids exist, whoever has them."""
        row = self._row
        return {
            uuid
            for some in chunked(uuids, _AT_ONCE)
            for uuid in session.scalars(select(row.uuid).where(row.uuid.in_(map(storable, some))))
        }

    def search(
        self, session: Session, owner_uuid: str, term: str, columns: Collection[str], rule: TextMatch
    ) -> list[StoredContact]:
        """Find the contacts with `term` in one of these columns, as `rule` compares (contract section 3.5)."""
        wanted = Term(term, rule)
        candidates = self._read(session, with_piece(session, self._row, owner_uuid, wanted.piece))
        return [contact for contact in candidates if wanted.in_columns(contact.fields, columns)]

    def search_typed(
        self, session: Session, owner_uuid: str, digits: str, columns: Collection[str]
    ) -> list[StoredContact]:
        """Find the contacts that `digits` may mean, typed on a keypad, in one of these columns."""
        wanted = TypedTerm(digits)
        pieces = typed_pieces(digits) if len(digits) >= GRAM else []
        some = with_one_of(session, self._row, owner_uuid, pieces, typed_pattern(digits))
        candidates = self._read(session, some)
        return [
            contact
            for contact in candidates
            if any(wanted.matches(contact.fields.get(column) or "") for column in columns)
        ]

    def search_similar(
        self, session: Session, owner_uuid: str, term: str, columns: Collection[str]
    ) -> list[StoredContact]:
        """Find the contacts with nearly `term` in one of these columns, the most similar first."""
        wanted = SimilarTerm(term)
        for pieces in wanted.rounds:
            proposed = or_(*(self._with_parts(session, owner_uuid, piece) for piece in pieces))
            contacts = list(self._read(session, proposed))
            texts = (
                SEPARATOR.join(contact.fields.get(name) or "" for name in columns) for contact in contacts
            )
            near = wanted.nearest(texts)
            if near:
                return [contacts[position] for _, position in near[:_MAX_SIMILAR]]
        return []

    def search_everywhere(self, session: Session, owner_uuid: str, term: str) -> list[StoredContact]:
        """Find the contacts with `term` in any value or in their id, case ignored; for lists (contract section 1.7)."""
        wanted = Term(term, TextMatch.CASE_INSENSITIVE)
        ids = self._with_piece_anywhere(session, owner_uuid, wanted.piece)
        candidates = self._read(session, self._row.id.in_(ids))
        return [contact for contact in candidates if wanted.in_columns(contact.entry(), contact.entry())]

    def having(
        self, session: Session, owner_uuid: str, texts: Collection[str], columns: Collection[str]
    ) -> list[StoredContact]:
        """Find the contacts that have one of `texts`, case ignored, as the value of one of these columns."""
        wanted = {without_case(text) for text in texts if text}
        keys = [key_of(owner_uuid, text) for text in wanted if has_key(text)]
        pieces = [index_text(text) for text in wanted if not has_key(text)]
        candidates = {
            contact.id: contact
            for condition in (
                *(self._with_keys(owner_uuid, some) for some in chunked(keys, _AT_ONCE)),
                *(with_piece(session, self._row, owner_uuid, piece) for piece in pieces),
            )
            for contact in self._read(session, condition)
        }
        return [
            contact
            for contact in candidates.values()
            if any(without_case(contact.fields.get(column) or "") in wanted for column in columns)
        ]

    def with_number(
        self, session: Session, owner_uuid: str, exten: str, columns: Collection[str], country: str | None
    ) -> list[StoredContact]:
        """Find the contacts that have a phone number, in whatever spelling, as the value of one of these columns."""
        keys = spelling_keys(owner_uuid, exten)
        if keys is None:
            return []
        alike = select(self._keys.c.contact_id).where(self._keys.c.key.between(*keys))
        some = alike.distinct().order_by(self._keys.c.contact_id).limit(_MAX_CANDIDATES).subquery()
        candidates = self._read(session, self._row.id.in_(select(some)), checked_owner(self._row, owner_uuid))
        return [
            contact
            for contact in candidates
            if any(same_number(contact.fields.get(column) or "", exten, country) for column in columns)
        ]

    def settle(self, session: Session, added: int) -> None:
        """Finish an import that stored so many contacts: lookups right after it are as fast as later ones."""
        if added >= _MANY:
            plan_anew(session, [self._row.__tablename__, self._keys.name])

    def _with_parts(self, session: Session, owner_uuid: str, parts: Collection[str]) -> ColumnElement[bool]:
        return and_(*(with_piece(session, self._row, owner_uuid, part) for part in parts if part))

    def _with_keys(self, owner_uuid: str, keys: Collection[int]) -> ColumnElement[bool]:
        with_key = select(self._keys.c.contact_id).where(self._keys.c.key.in_(keys))
        return self._row.id.in_(with_key) & checked_owner(self._row, owner_uuid)

    def _with_piece_anywhere(
        self, session: Session, owner_uuid: str, piece: str
    ) -> CompoundSelect[tuple[int]]:
        """Select by values, and by ids, which the index does not have."""
        row = self._row
        return union(
            select(row.id).where(with_piece(session, row, owner_uuid, piece)),
            select(row.id).where(row.owner_uuid == owner_uuid, row.uuid.contains(piece, autoescape=True)),
        )

    def _select(
        self, session: Session, owner_uuid: str, *conditions: ColumnElement[bool]
    ) -> Iterator[StoredContact]:
        return self._read(session, self._row.owner_uuid == owner_uuid, *conditions)

    def _read(self, session: Session, *conditions: ColumnElement[bool]) -> Iterator[StoredContact]:
        row = self._row
        statement = select(row.uuid, row.fields).where(*conditions).order_by(row.id)
        for uuid, fields in session.execute(statement):
            yield StoredContact(uuid, fields_of(fields))

    def _by_digest(
        self, session: Session, owner_uuid: str, digests: Collection[bytes]
    ) -> dict[bytes, StoredContact]:
        row = self._row
        statement = select(row.digest, row.uuid, row.fields).where(
            row.owner_uuid == owner_uuid, row.digest.in_(digests)
        )
        return {
            digest: StoredContact(uuid, fields_of(fields))
            for digest, uuid, fields in session.execute(statement)
        }

    def _add(self, session: Session, owner_uuid: str, contacts: Sequence[StoredContact]) -> Collection[str]:
        row, name = self._row, self._row.__tablename__
        contents = {contact.id: content_of(owner_uuid, contact.fields) for contact in contacts}
        last = session.scalars(select(func.max(row.id))).one() or 0
        rows = [
            (uuid, owner_uuid, content.fields, content.digest, content.search)
            for uuid, content in contents.items()
        ]
        insert_many(session, name, _COLUMNS, rows, skip_conflicts=True)
        # Nobody else adds contacts to this owner meanwhile, so what is new is what was not left out.
        new = select(row.uuid, row.id).where(row.id > last, checked_owner(row, owner_uuid))
        added: dict[str, int] = dict(session.execute(new).all())
        index_added(session, row, {number: contents[uuid].search for uuid, number in added.items()})
        self._add_keys(
            session, [(number, key) for uuid, number in added.items() for key in contents[uuid].keys]
        )
        return added.keys()

    def _add_keys(self, session: Session, keys: Sequence[tuple[int, int]]) -> None:
        insert_many(session, self._keys.name, ("contact_id", "key"), keys)


def duplicate() -> Conflict:
    """Make the error for a contact whose fields its owner has stored already."""
    return Conflict("a contact with the same fields exists already")
