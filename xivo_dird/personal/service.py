"""What can be done with personal contacts. They follow their user, whatever the tenant."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from more_itertools import chunked

from xivo_dird.backend import SourceOptions
from xivo_dird.caller import Caller
from xivo_dird.contacts.csv_reader import CsvTable, CsvUpload
from xivo_dird.contacts.dao import duplicate
from xivo_dird.contacts.model import StoredContact
from xivo_dird.contacts.owned import StoredOwnerContacts
from xivo_dird.database.engine import Database, Session
from xivo_dird.directory.contact import Contact, ContactFormat
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import Conflict, InvalidContact, InvalidParameter, UnknownContact
from xivo_dird.listing import Listing, cut, ordered
from xivo_dird.personal import dao, notifier, validator
from xivo_dird.personal.model import AcceptedRow, FailedRow, ImportedPersonalContacts
from xivo_dird.sources.model import Source
from xivo_dird.sources.service import SourceService
from xivo_dird.tenants.service import TenantService

TAKEN = "A contact with this id exists already."
NO_ROW = "The file has no contact in it."

_AT_ONCE = 2000
"""Rows of a file that are stored together."""


class PersonalService:
    """The personal contacts of every user; nobody sees or changes those of another one."""

    def __init__(
        self,
        database: Database,
        tenants: TenantService,
        sources: SourceService,
        events: EventService,
        backends: Collection[str],
    ) -> None:
        """Keep them in `database`, tell changes to `events`.

        A tenant's `sources` of the personal `backends` say how they are shown.
        """
        self._database = database
        self._tenants = tenants
        self._sources = sources
        self._events = events
        self._backends = sorted(backends)

    def create(self, tenant_uuid: str, user_uuid: str, body: object) -> StoredContact:
        """Add a contact. Raises `InvalidContact` or `Conflict`."""
        contact = validator.new_contact(body)
        with self._adding(tenant_uuid, user_uuid) as session:
            if not dao.CONTACTS.add(session, user_uuid, [contact]):
                taken = dao.CONTACTS.taken(session, [contact.id])
                raise Conflict(TAKEN) if taken else duplicate()
            self._events.record(session, notifier.PersonalContactCreated(tenant_uuid, user_uuid, contact))
        return contact

    def update(self, tenant_uuid: str, user_uuid: str, uuid: str, body: object) -> StoredContact:
        """Replace the fields of a contact. Raises `InvalidContact`, `UnknownContact` or `Conflict`."""
        contact = validator.changed_contact(uuid, body)
        with self._changing(user_uuid) as session:
            if not dao.CONTACTS.replace(session, user_uuid, contact):
                raise UnknownContact(uuid)
            self._events.record(session, notifier.PersonalContactUpdated(tenant_uuid, user_uuid, contact))
        return contact

    def remove(self, tenant_uuid: str, user_uuid: str, uuid: str) -> None:
        """Remove a contact. Raises `UnknownContact`."""
        with self._changing(user_uuid) as session:
            contact = dao.CONTACTS.remove(session, user_uuid, uuid)
            if contact is None:
                raise UnknownContact(uuid)
            self._events.record(session, notifier.PersonalContactDeleted(tenant_uuid, user_uuid, contact))

    def remove_all(self, user_uuid: str, tenant_uuid: str | None = None) -> None:
        """Remove every contact of a user. `tenant_uuid` None: tell it to the tenant of the first contact."""
        with self._changing(user_uuid) as session:
            count = dao.CONTACTS.remove_all(session, user_uuid)
            if count:
                owner = tenant_uuid or dao.find_tenant(session, user_uuid)
                self._events.record(session, notifier.PersonalContactsPurged(owner, user_uuid, count))

    def import_file(self, tenant_uuid: str, user_uuid: str, upload: CsvUpload) -> ImportedPersonalContacts:
        """Add every good row of a CSV file. Raises `InvalidContact` if there is none, or `InvalidImport`."""
        table = CsvTable(upload)
        judged = (validator.imported_row(table.header, row) for row in table.rows())
        importing = _Import(user_uuid)
        with ExitStack() as unfinished:
            created = unfinished.enter_context(importing.imported.created)
            with self._adding(tenant_uuid, user_uuid, large=True) as session:
                for some in chunked(judged, _AT_ONCE):
                    importing.add(session, some)
                dao.CONTACTS.settle(session, len(created))
                self._events.record(session, *notifier.imported(tenant_uuid, user_uuid, importing.added))
            if not created:
                raise InvalidContact(importing.imported.failed or [NO_ROW])
            unfinished.pop_all()
        return importing.imported

    def find(self, user_uuid: str, uuid: str) -> StoredContact:
        """Find one contact. Raises `UnknownContact`."""
        with self._database.reading() as session:
            for contact in dao.CONTACTS.find(session, user_uuid, [uuid]):
                return contact
        raise UnknownContact(uuid)

    def find_listed(self, user_uuid: str, listing: Listing) -> Sequence[StoredContact]:
        """Find the wanted part of a user's contacts. Raises `InvalidParameter` for an order that none has."""
        contacts = self._find_all(user_uuid)
        order = listing.order
        if contacts and order is not None:
            if not any(order in contact.entry() for contact in contacts):
                raise InvalidParameter(f"order: column '{order}' was not found")
            contacts = ordered(contacts, lambda c: c.entry().get(order), listing.direction, ignore_case=True)
        return cut(contacts, listing)

    def find_contacts(self, caller: Caller) -> list[Contact]:
        """List all that the caller wrote down, as the first personal source of the tenant formats it."""
        source = self._first_source(caller.tenant_uuid)
        if source is None or caller.user_uuid is None:
            return []
        options = SourceOptions.model_validate(source.named_options())
        shown = ContactFormat(source.name, source.backend, "id", options.format_columns, is_personal=True)
        entries = [contact.entry() for contact in self._find_all(caller.user_uuid)]
        return [shown.contact({name: text for name, text in entry.items() if text}) for entry in entries]

    def contacts_of(self, user_uuid: str) -> StoredOwnerContacts:
        """Answer the contacts of a user as a source needs them."""
        return StoredOwnerContacts(self._database, dao.CONTACTS, user_uuid)

    def _first_source(self, tenant_uuid: str) -> Source | None:
        for backend in self._backends:
            for source in self._sources.find_listed([tenant_uuid], Listing(limit=1), backend).items:
                return source
        return None

    def _find_all(self, user_uuid: str) -> list[StoredContact]:
        with self._database.reading() as session:
            return dao.CONTACTS.find_all(session, user_uuid)

    @contextmanager
    def _changing(self, user_uuid: str) -> Iterator[Session]:
        with self._database.changing() as session:
            dao.lock(session, user_uuid)
            yield session

    @contextmanager
    def _adding(self, tenant_uuid: str, user_uuid: str, large: bool = False) -> Iterator[Session]:
        with self._database.changing(large) as session:
            if dao.record(session, user_uuid, tenant_uuid):
                self._tenants.record(session, tenant_uuid)
            yield session


class _Import:
    """One file on its way into a user's contacts, some rows at a time."""

    def __init__(self, user_uuid: str) -> None:
        self._user_uuid = user_uuid
        self._own: dict[str, StoredContact] = {}
        self.added: list[str] = []
        self.imported = ImportedPersonalContacts()

    def add(self, session: Session, rows: Sequence[AcceptedRow | FailedRow]) -> None:
        """Store the good rows; duplicates are listed, not stored."""
        accepted = self._accepted(session, rows)
        contacts = {row.contact.id: row.contact for row in accepted}
        added = dao.CONTACTS.add(session, self._user_uuid, self._in_one_order(contacts.values()))
        self.added.extend(uuid for uuid in contacts if uuid in added)
        left_out = [contact for contact in contacts.values() if contact.id not in added]
        same = dao.CONTACTS.find_same(session, self._user_uuid, left_out)
        for row in accepted:
            contact = row.contact if row.contact.id in added else same.get(row.contact.id)
            if contact is None:  # another user was faster with this id
                self.imported.failed.append(FailedRow(row.line, [TAKEN]))
            else:
                self.imported.created.extend([contact])

    def _accepted(self, session: Session, rows: Sequence[AcceptedRow | FailedRow]) -> list[AcceptedRow]:
        claimed = [row.claimed for row in rows if isinstance(row, AcceptedRow) and row.claimed]
        taken = dao.CONTACTS.taken(session, claimed)
        accepted: list[AcceptedRow] = []
        for row in rows:
            if isinstance(row, FailedRow):
                self.imported.failed.append(row)
            elif self._may_claim(row, taken):
                accepted.append(row)
            else:
                self.imported.failed.append(FailedRow(row.line, [TAKEN]))
        return accepted

    def _in_one_order(self, contacts: Iterable[StoredContact]) -> list[StoredContact]:
        """Sort by the chosen ids: users who choose the same ones wait for each other instead of deadlocking."""
        return sorted(contacts, key=lambda contact: contact.id if contact.id in self._own else "")

    def _may_claim(self, row: AcceptedRow, taken: Collection[str]) -> bool:
        """Tell whether the id of a row is free, or that of the same row before."""
        if row.claimed is None:
            return True
        earlier = self._own.get(row.claimed)
        if earlier is not None:
            return earlier.fields == row.contact.fields
        if row.claimed == row.contact.id:
            self._own[row.claimed] = row.contact
        return row.claimed not in taken
