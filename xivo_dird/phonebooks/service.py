"""What can be done with phonebooks and their contacts. Both APIs show the same phonebooks."""

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from uuid import uuid4

from more_itertools import chunked

from xivo_dird.backend import SourceUnavailable
from xivo_dird.contacts.created import CreatedContacts
from xivo_dird.contacts.csv_reader import CsvTable, CsvUpload
from xivo_dird.contacts.dao import duplicate
from xivo_dird.contacts.model import StoredContact
from xivo_dird.contacts.owned import StoredOwnerContacts
from xivo_dird.database.engine import Database, Session
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import UnknownContact, UnknownPhonebook
from xivo_dird.listing import Listing, Page, cut, ordered
from xivo_dird.phonebooks import dao, notifier, validator
from xivo_dird.phonebooks.model import FOLDED_ORDERS, Phonebook, PhonebookDraft
from xivo_dird.sources.service import follow_phonebook
from xivo_dird.tenants.owned_store import Storage

_IMPORTED_AT_ONCE = 2000

"""Columns that are ordered without regard to case (contract section 1.7), except in the deprecated API."""


class PhonebookService:
    """The phonebooks of every tenant."""

    def __init__(self, storage: Storage) -> None:
        """Keep them in `storage`; a change that sources follow counts in its revision."""
        self._database = storage.database
        self._revision = storage.revision
        self._tenants = storage.tenants
        self._events = storage.events

    def create(self, tenant_uuid: str, draft: PhonebookDraft) -> Phonebook:
        """Add a phonebook to a tenant. Raises `Conflict`."""
        with self._database.changing() as session:
            self._tenants.record(session, tenant_uuid)
            phonebook = dao.add(session, tenant_uuid, str(uuid4()), draft.name, draft.description)
            self._events.record(session, notifier.PhonebookCreated(phonebook))
        return phonebook

    def update(self, tenant_uuid: str, uuid: str, draft: PhonebookDraft) -> Phonebook:
        """Rename or describe a phonebook, an omitted description stays; sources are named after it.

        Raises `UnknownPhonebook` or `Conflict`.
        """
        with self._revision.changing() as session:
            stored = _locked(session, tenant_uuid, uuid)
            phonebook = replace(stored, **draft.model_dump(exclude_unset=True))
            dao.update(session, tenant_uuid, phonebook)
            follow_phonebook(session, tenant_uuid, phonebook.uuid, phonebook.name)
            self._events.record(session, notifier.PhonebookUpdated(phonebook))
        return phonebook

    def remove(self, tenant_uuid: str, uuid: str) -> None:
        """Remove a phonebook, its contacts and every source based on it. Raises `UnknownPhonebook`."""
        with self._revision.changing() as session:
            phonebook = _locked(session, tenant_uuid, uuid)
            dao.remove(session, tenant_uuid, phonebook.uuid)
            self._events.record(session, notifier.PhonebookDeleted(phonebook))

    def find(self, tenant_uuids: Collection[str], uuid: str) -> Phonebook:
        """Find one phonebook of these tenants. Raises `UnknownPhonebook`."""
        with self._database.reading() as session:
            return _found(session, tenant_uuids, uuid)

    def find_numbered(self, tenant_uuid: str, number: int) -> Phonebook:
        """Find a phonebook of a tenant by its `id`. Raises `UnknownPhonebook`."""
        with self._database.reading() as session:
            phonebook = dao.find_numbered(session, tenant_uuid, number)
        if phonebook is None:
            raise UnknownPhonebook(str(number))
        return phonebook

    def find_listed(self, tenant_uuids: Collection[str], listing: Listing) -> Page[Phonebook]:
        """Find the wanted part of the phonebooks of these tenants."""
        with self._database.reading() as session:
            return dao.find_listed(session, tenant_uuids, listing)


class PhonebookContactService:
    """The contacts of phonebooks. Every method raises `UnknownPhonebook` for one that the tenant does not have."""

    def __init__(self, database: Database, events: EventService) -> None:
        """Keep them in `database`, tell changes to `events`."""
        self._database = database
        self._events = events

    def create(self, tenant_uuid: str, phonebook_uuid: str, body: object) -> StoredContact:
        """Add a contact. Raises `InvalidData`, or `Conflict` for one that the phonebook has already."""
        contact = StoredContact(str(uuid4()), validator.contact_fields(body))
        with self._changing(tenant_uuid, phonebook_uuid) as (session, phonebook):
            if not dao.CONTACTS.add(session, phonebook.uuid, [contact]):
                raise duplicate()
            self._events.record(session, notifier.PhonebookContactCreated(phonebook, contact))
        return contact

    def update(self, tenant_uuid: str, phonebook_uuid: str, uuid: str, body: object) -> StoredContact:
        """Replace the fields of a contact. Raises `InvalidData`, `UnknownContact` or `Conflict`."""
        contact = StoredContact(uuid, validator.contact_fields(body))
        with self._changing(tenant_uuid, phonebook_uuid) as (session, phonebook):
            if not dao.CONTACTS.replace(session, phonebook.uuid, contact):
                raise UnknownContact(uuid)
            self._events.record(session, notifier.PhonebookContactUpdated(phonebook, contact))
        return contact

    def remove(self, tenant_uuid: str, phonebook_uuid: str, uuid: str) -> None:
        """Remove a contact. Raises `UnknownContact`."""
        with self._changing(tenant_uuid, phonebook_uuid) as (session, phonebook):
            contact = dao.CONTACTS.remove(session, phonebook.uuid, uuid)
            if contact is None:
                raise UnknownContact(uuid)
            self._events.record(session, notifier.PhonebookContactDeleted(phonebook, contact))

    def import_file(self, tenant_uuid: str, phonebook_uuid: str, upload: CsvUpload) -> CreatedContacts:
        """Add every contact of a CSV file, or none; answer those that are new. Raises `InvalidImport`."""
        validator.check_import(CsvTable(upload))
        rows = validator.imported_fields(CsvTable(upload))
        ids: list[str] = []
        with ExitStack() as unfinished:
            created = unfinished.enter_context(CreatedContacts())
            with self._changing(tenant_uuid, phonebook_uuid, large=True) as (session, phonebook):
                for some in chunked(rows, _IMPORTED_AT_ONCE):
                    contacts = [StoredContact(str(uuid4()), fields) for fields in some]
                    added = dao.CONTACTS.add(session, phonebook.uuid, contacts)
                    new = [contact for contact in contacts if contact.id in added]
                    created.extend(new)
                    ids.extend(contact.id for contact in new)
                dao.CONTACTS.settle(session, len(ids))
                self._events.record(session, *notifier.contacts_imported(phonebook, ids))
            unfinished.pop_all()
        return created

    def find(self, tenant_uuid: str, phonebook_uuid: str, uuid: str) -> StoredContact:
        """Find one contact. Raises `UnknownContact`."""
        with self._database.reading() as session:
            phonebook = _found(session, [tenant_uuid], phonebook_uuid)
            for contact in dao.CONTACTS.find(session, phonebook.uuid, [uuid]):
                return contact
        raise UnknownContact(uuid)

    def find_listed(
        self,
        tenant_uuid: str,
        phonebook_uuid: str,
        listing: Listing,
        folded_orders: Collection[str] = FOLDED_ORDERS,
    ) -> Page[StoredContact]:
        """Find the wanted part of the contacts; the search looks in every value and in the id."""
        with self._database.reading() as session:
            owner_uuid = _found(session, [tenant_uuid], phonebook_uuid).uuid
            total = dao.CONTACTS.count(session, owner_uuid)
            found = dao.CONTACTS.search_everywhere(session, owner_uuid, listing.search or "")
        order = listing.order
        if order is not None:
            found = ordered(
                found, lambda contact: contact.fields.get(order), listing.direction, order in folded_orders
            )
        return Page(cut(found, listing), total, len(found))

    def contacts_of(self, tenant_uuid: str, phonebook_uuid: str) -> StoredOwnerContacts:
        """Answer the contacts of a phonebook as a source needs them; it need not exist yet."""

        def check(session: Session) -> None:
            if dao.find(session, [tenant_uuid], phonebook_uuid) is None:
                raise SourceUnavailable(f"the tenant has no phonebook {phonebook_uuid}")

        return StoredOwnerContacts(self._database, dao.CONTACTS, phonebook_uuid, check)

    @contextmanager
    def _changing(
        self, tenant_uuid: str, phonebook_uuid: str, large: bool = False
    ) -> Iterator[tuple[Session, Phonebook]]:
        with self._database.changing(large) as session:
            yield session, _locked(session, tenant_uuid, phonebook_uuid)


def _found(session: Session, tenant_uuids: Collection[str], uuid: str) -> Phonebook:
    phonebook = dao.find(session, tenant_uuids, uuid)
    if phonebook is None:
        raise UnknownPhonebook(uuid)
    return phonebook


def _locked(session: Session, tenant_uuid: str, uuid: str) -> Phonebook:
    phonebook = dao.lock(session, tenant_uuid, uuid)
    if phonebook is None:
        raise UnknownPhonebook(uuid)
    return phonebook
