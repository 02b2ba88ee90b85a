"""Operations on phonebooks and their contacts. The deprecated API shows the same phonebooks as the current one."""

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from uuid import uuid4

from more_itertools import consume

from xivo_dird.backend import SourceUnavailable
from xivo_dird.contacts.created import CreatedContacts
from xivo_dird.contacts.dao import duplicate_error
from xivo_dird.contacts.earlier_rows import EarlierRows
from xivo_dird.contacts.import_decisions import ImportDecisions, file_batches
from xivo_dird.contacts.model import ImportPreview, StoredContact
from xivo_dird.contacts.owned import StoredOwnerContacts
from xivo_dird.contacts.preview import preview_rows
from xivo_dird.contacts.search_dao import ContactSearch
from xivo_dird.contacts.store_state import read_state
from xivo_dird.contacts.upload import ContactUpload
from xivo_dird.database.engine import Database, Session
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import UnknownContact, UnknownPhonebook
from xivo_dird.listing import Listing, Page, paginate
from xivo_dird.phonebooks import dao, notifier, validator
from xivo_dird.phonebooks.contact_order import CachedOrders, OrderKey, read_row_ids, read_sorted
from xivo_dird.phonebooks.model import CASE_INSENSITIVE_ORDERS, Phonebook, PhonebookDraft
from xivo_dird.sources.service import rename_phonebook_sources
from xivo_dird.tenants.owned_store import Storage

MAX_PAGE_ROWS = 1000
"""Limit of a list up to which only its contacts are read if the order is known; longer lists are read whole."""


class PhonebookService:
    """The phonebooks of every tenant."""

    def __init__(self, storage: Storage) -> None:
        """Create the service; updating and removing a phonebook increment the revision of `storage`."""
        self._database = storage.database
        self._revision = storage.revision
        self._tenants = storage.tenants
        self._events = storage.events

    def create(self, tenant_uuid: str, draft: PhonebookDraft) -> Phonebook:
        """Add a phonebook to a tenant.

        Raises:
            Conflict: The tenant has a phonebook with this name.
        """
        with self._database.changing() as session:
            self._tenants.record(session, tenant_uuid)
            phonebook = dao.add(session, tenant_uuid, str(uuid4()), draft.name, draft.description)
            self._events.record(session, notifier.PhonebookCreated(phonebook))
        return phonebook

    def update(self, tenant_uuid: str, uuid: str, draft: PhonebookDraft) -> Phonebook:
        """Change the name and the description of a phonebook, and rename the sources that are based on it.

        An omitted description stays as it is.

        Raises:
            UnknownPhonebook: The tenant has no phonebook with this uuid.
            Conflict: The tenant has another phonebook with this name.
        """
        with self._revision.changing() as session:
            stored = _lock(session, tenant_uuid, uuid)
            phonebook = replace(stored, **draft.model_dump(exclude_unset=True))
            dao.update(session, tenant_uuid, phonebook)
            rename_phonebook_sources(session, tenant_uuid, phonebook.uuid, phonebook.name)
            self._events.record(session, notifier.PhonebookUpdated(phonebook))
        return phonebook

    def remove(self, tenant_uuid: str, uuid: str) -> None:
        """Remove a phonebook, its contacts and every source that is based on it.

        Raises:
            UnknownPhonebook: The tenant has no phonebook with this uuid.
        """
        with self._revision.changing() as session:
            phonebook = _lock(session, tenant_uuid, uuid)
            dao.remove(session, tenant_uuid, phonebook.uuid)
            self._events.record(session, notifier.PhonebookDeleted(phonebook))

    def find(self, tenant_uuids: Collection[str], uuid: str) -> Phonebook:
        """Return one phonebook of these tenants.

        Raises:
            UnknownPhonebook: The tenants have no phonebook with this uuid.
        """
        with self._database.reading() as session:
            return _find(session, tenant_uuids, uuid)

    def find_by_id(self, tenant_uuid: str, phonebook_id: int) -> Phonebook:
        """Return the phonebook of a tenant with this `id`.

        Raises:
            UnknownPhonebook: The tenant has no phonebook with this `id`.
        """
        with self._database.reading() as session:
            phonebook = dao.find_by_id(session, tenant_uuid, phonebook_id)
        if phonebook is None:
            raise UnknownPhonebook(str(phonebook_id))
        return phonebook

    def find_listed(self, tenant_uuids: Collection[str], listing: Listing) -> Page[Phonebook]:
        """Return the requested part of the phonebooks of these tenants."""
        with self._database.reading() as session:
            return dao.find_listed(session, tenant_uuids, listing)


class PhonebookContactService:
    """The contacts of phonebooks.

    Raises:
        UnknownPhonebook: From every method but `contacts_of`, when the tenant does not have the phonebook.
    """

    def __init__(self, database: Database, events: EventService) -> None:
        """Create the service; `database` stores the contacts, `events` records an event for each change."""
        self._database = database
        self._events = events
        self._orders = CachedOrders()

    def create(self, tenant_uuid: str, phonebook_uuid: str, body: object) -> StoredContact:
        """Add a contact.

        Raises:
            InvalidData: The body is invalid.
            Conflict: The phonebook has a contact with the same fields.
        """
        contact = StoredContact(str(uuid4()), validator.contact_fields(body))
        with self._changing(tenant_uuid, phonebook_uuid) as (session, phonebook):
            if not dao.CONTACTS.add(session, phonebook.uuid, [contact]):
                raise duplicate_error()
            self._events.record(session, notifier.PhonebookContactCreated(phonebook, contact))
        return contact

    def update(self, tenant_uuid: str, phonebook_uuid: str, uuid: str, body: object) -> StoredContact:
        """Replace the fields of a contact.

        Raises:
            InvalidData: The body is invalid.
            UnknownContact: The phonebook has no contact with this id.
            Conflict: The phonebook has another contact with the same fields.
        """
        contact = StoredContact(uuid, validator.contact_fields(body))
        with self._changing(tenant_uuid, phonebook_uuid) as (session, phonebook):
            if not dao.CONTACTS.replace(session, phonebook.uuid, contact):
                raise UnknownContact(uuid)
            self._events.record(session, notifier.PhonebookContactUpdated(phonebook, contact))
        return contact

    def remove(self, tenant_uuid: str, phonebook_uuid: str, uuid: str) -> None:
        """Remove a contact.

        Raises:
            UnknownContact: The phonebook has no contact with this id.
        """
        with self._changing(tenant_uuid, phonebook_uuid) as (session, phonebook):
            contact = dao.CONTACTS.remove(session, phonebook.uuid, uuid)
            if contact is None:
                raise UnknownContact(uuid)
            self._events.record(session, notifier.PhonebookContactDeleted(phonebook, contact))

    def import_file(self, tenant_uuid: str, phonebook_uuid: str, upload: ContactUpload) -> CreatedContacts:
        """Add every contact of a file, or none.

        Returns:
            The contacts that are new; the caller must close it.

        Raises:
            InvalidImport: The file is invalid.
        """
        validator.check_import(upload.table())
        rows = validator.imported_rows(upload.table())
        ids: list[str] = []
        with ExitStack() as on_error, EarlierRows() as earlier:
            created = on_error.enter_context(CreatedContacts())
            with self._changing(tenant_uuid, phonebook_uuid, large=True) as (session, phonebook):
                decisions = ImportDecisions(dao.CONTACTS, phonebook.uuid, earlier)
                for batch in file_batches(rows):
                    new = [row.contact for row in decisions.decide(session, batch).new]
                    dao.CONTACTS.add(session, phonebook.uuid, new)
                    created.extend(new)
                    ids.extend(contact.id for contact in new)
                dao.CONTACTS.finish_import(session, len(ids))
                self._events.record(session, *notifier.import_events(phonebook, ids))
            on_error.pop_all()
            return created

    def preview_file(self, tenant_uuid: str, phonebook_uuid: str, upload: ContactUpload) -> ImportPreview:
        """Return what `import_file` would do if it left out the rows that fail; nothing is stored.

        Raises:
            InvalidImport: The file can't be read.
        """
        rows = validator.previewed_rows(upload.table())
        try:
            with self._database.reading() as session:
                owner_uuid = _find(session, [tenant_uuid], phonebook_uuid).uuid
        except UnknownPhonebook:
            consume(rows)  # a file that can't be read is reported first, as by an import
            raise
        with EarlierRows() as earlier:
            return preview_rows(self._database, ImportDecisions(dao.CONTACTS, owner_uuid, earlier), rows)

    def find(self, tenant_uuid: str, phonebook_uuid: str, uuid: str) -> StoredContact:
        """Return one contact.

        Raises:
            UnknownContact: The phonebook has no contact with this id.
        """
        with self._database.reading() as session:
            phonebook = _find(session, [tenant_uuid], phonebook_uuid)
            for contact in dao.CONTACTS.find(session, phonebook.uuid, [uuid]):
                return contact
        raise UnknownContact(uuid)

    def find_listed(
        self,
        tenant_uuid: str,
        phonebook_uuid: str,
        listing: Listing,
        case_insensitive_orders: Collection[str] = CASE_INSENSITIVE_ORDERS,
    ) -> Page[StoredContact]:
        """Return the requested part of the contacts; a search looks in every value and in the id.

        Sorting by a field in `case_insensitive_orders` ignores case.
        """
        with self._database.reading(snapshot=True) as session:
            owner_uuid = _find(session, [tenant_uuid], phonebook_uuid).uuid
            state = read_state(session, self._events.last_sequence, dao.CONTACTS, owner_uuid)
            total = state.contact_count
            ignore_case = listing.order in case_insensitive_orders
            key = OrderKey(owner_uuid, listing.search or "", listing.order, listing.direction, ignore_case)
            search = ContactSearch(session, dao.CONTACTS, owner_uuid)
            if listing.limit is None or listing.limit > MAX_PAGE_ROWS:
                found = read_sorted(search, key)
                return Page(paginate(found, listing), total, len(found))
            row_ids = self._orders.get(key, state, lambda: read_row_ids(search, key))
            items = dao.CONTACTS.find_rows(session, owner_uuid, paginate(row_ids, listing))
        return Page(items, total, len(row_ids))

    def contacts_of(self, tenant_uuid: str, phonebook_uuid: str) -> StoredOwnerContacts:
        """Return the contacts of a phonebook, for the backends; the phonebook need not exist yet.

        Each query of the contacts raises `SourceUnavailable` while the tenant does not have the phonebook.
        """

        def check(session: Session) -> None:
            if dao.find(session, [tenant_uuid], phonebook_uuid) is None:
                raise SourceUnavailable(f"the tenant has no phonebook {phonebook_uuid}")

        return StoredOwnerContacts(
            self._database, dao.CONTACTS, phonebook_uuid, self._events.last_sequence, check
        )

    @contextmanager
    def _changing(
        self, tenant_uuid: str, phonebook_uuid: str, large: bool = False
    ) -> Iterator[tuple[Session, Phonebook]]:
        with self._database.changing(large) as session:
            yield session, _lock(session, tenant_uuid, phonebook_uuid)


def _find(session: Session, tenant_uuids: Collection[str], uuid: str) -> Phonebook:
    phonebook = dao.find(session, tenant_uuids, uuid)
    if phonebook is None:
        raise UnknownPhonebook(uuid)
    return phonebook


def _lock(session: Session, tenant_uuid: str, uuid: str) -> Phonebook:
    phonebook = dao.lock(session, tenant_uuid, uuid)
    if phonebook is None:
        raise UnknownPhonebook(uuid)
    return phonebook
