"""Operations on personal contacts, which belong to their user in any tenant."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from more_itertools import chunked

from xivo_dird.backend import SourceOptions
from xivo_dird.caller import Caller
from xivo_dird.contacts.csv_reader import CsvTable, CsvUpload
from xivo_dird.contacts.dao import duplicate_error
from xivo_dird.contacts.model import StoredContact
from xivo_dird.contacts.owned import StoredOwnerContacts
from xivo_dird.database.engine import Database, Session
from xivo_dird.directory.contact import Contact, ContactFormat
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import Conflict, InvalidContact, InvalidParameter, UnknownContact
from xivo_dird.listing import Listing, paginate, sorted_by_text
from xivo_dird.personal import dao, notifier, validator
from xivo_dird.personal.contact_import import ID_EXISTS, PersonalContactImport
from xivo_dird.personal.model import ImportedPersonalContacts
from xivo_dird.sources.model import Source
from xivo_dird.sources.service import SourceService
from xivo_dird.tenants.service import TenantService

NO_CONTACTS = "The file has no contact in it."

_BATCH_SIZE = 2000
"""Number of rows of a file that are stored together."""


class PersonalService:
    """The personal contacts of every user; a user can't see or change those of another user."""

    def __init__(
        self,
        database: Database,
        tenants: TenantService,
        sources: SourceService,
        events: EventService,
        backends: Collection[str],
    ) -> None:
        """Create the service.

        Args:
            database: Stores the contacts.
            tenants: Records the tenant of a new user.
            sources: The sources of every tenant; personal ones define how contacts are formatted.
            events: Records an event for each change.
            backends: The names of the personal backends.
        """
        self._database = database
        self._tenants = tenants
        self._sources = sources
        self._events = events
        self._backends = sorted(backends)

    def create(self, tenant_uuid: str, user_uuid: str, body: object) -> StoredContact:
        """Add a contact.

        Raises:
            InvalidContact: The body is invalid.
            Conflict: The id exists, or the user has a contact with the same fields.
        """
        contact = validator.new_contact(body)
        with self._adding(tenant_uuid, user_uuid) as session:
            if not dao.CONTACTS.add(session, user_uuid, [contact]):
                id_exists = dao.CONTACTS.existing_ids(session, [contact.id])
                raise Conflict(ID_EXISTS) if id_exists else duplicate_error()
            self._events.record(session, notifier.PersonalContactCreated(tenant_uuid, user_uuid, contact))
        return contact

    def update(self, tenant_uuid: str, user_uuid: str, uuid: str, body: object) -> StoredContact:
        """Replace the fields of a contact.

        Raises:
            InvalidContact: The body is invalid.
            UnknownContact: The user has no contact with this id.
            Conflict: The user has another contact with the same fields.
        """
        contact = validator.changed_contact(uuid, body)
        with self._changing(user_uuid) as session:
            if not dao.CONTACTS.replace(session, user_uuid, contact):
                raise UnknownContact(uuid)
            self._events.record(session, notifier.PersonalContactUpdated(tenant_uuid, user_uuid, contact))
        return contact

    def remove(self, tenant_uuid: str, user_uuid: str, uuid: str) -> None:
        """Remove a contact.

        Raises:
            UnknownContact: The user has no contact with this id.
        """
        with self._changing(user_uuid) as session:
            contact = dao.CONTACTS.remove(session, user_uuid, uuid)
            if contact is None:
                raise UnknownContact(uuid)
            self._events.record(session, notifier.PersonalContactDeleted(tenant_uuid, user_uuid, contact))

    def remove_all(self, user_uuid: str, tenant_uuid: str | None = None) -> None:
        """Remove every contact of a user.

        Args:
            user_uuid: The user.
            tenant_uuid: The tenant of the event; None for the tenant in which the user added the first contact.
        """
        with self._changing(user_uuid) as session:
            count = dao.CONTACTS.remove_all(session, user_uuid)
            if count:
                owner = tenant_uuid or dao.find_tenant(session, user_uuid)
                self._events.record(session, notifier.PersonalContactsPurged(owner, user_uuid, count))

    def import_file(self, tenant_uuid: str, user_uuid: str, upload: CsvUpload) -> ImportedPersonalContacts:
        """Add the contact of every valid row of a CSV file.

        Returns:
            The contacts and the failed rows; the caller must close `created`.

        Raises:
            InvalidContact: No row of the file could be imported.
            InvalidImport: The file is not valid CSV.
        """
        table = CsvTable(upload)
        validated = (validator.imported_row(table.header, row) for row in table.rows())
        importing = PersonalContactImport(dao.CONTACTS, user_uuid)
        with ExitStack() as on_error:
            created = on_error.enter_context(importing.result.created)
            with self._adding(tenant_uuid, user_uuid, large=True) as session:
                for batch in chunked(validated, _BATCH_SIZE):
                    importing.add(session, batch)
                dao.CONTACTS.finish_import(session, len(created))
                self._events.record(
                    session, *notifier.import_events(tenant_uuid, user_uuid, importing.new_ids)
                )
            if not created:
                raise InvalidContact(importing.result.failed or [NO_CONTACTS])
            on_error.pop_all()
        return importing.result

    def find(self, user_uuid: str, uuid: str) -> StoredContact:
        """Return one contact.

        Raises:
            UnknownContact: The user has no contact with this id.
        """
        with self._database.reading() as session:
            for contact in dao.CONTACTS.find(session, user_uuid, [uuid]):
                return contact
        raise UnknownContact(uuid)

    def find_listed(self, user_uuid: str, listing: Listing) -> Sequence[StoredContact]:
        """Return the requested part of a user's contacts.

        Raises:
            InvalidParameter: No contact has the field to sort by.
        """
        contacts = self._find_all(user_uuid)
        order = listing.order
        if contacts and order is not None:
            if not any(order in contact.entry() for contact in contacts):
                raise InvalidParameter(f"order: column '{order}' was not found")
            contacts = sorted_by_text(
                contacts, lambda contact: contact.entry().get(order), listing.direction, ignore_case=True
            )
        return paginate(contacts, listing)

    def find_contacts(self, caller: Caller) -> list[Contact]:
        """Return all contacts of the caller, formatted by the first personal source of the tenant."""
        source = self._first_source(caller.tenant_uuid)
        if source is None or caller.user_uuid is None:
            return []
        options = SourceOptions.model_validate(source.named_options())
        contact_format = ContactFormat(
            source.name, source.backend, "id", options.format_columns, is_personal=True
        )
        entries = [contact.entry() for contact in self._find_all(caller.user_uuid)]
        return [
            contact_format.format({name: text for name, text in entry.items() if text}) for entry in entries
        ]

    def contacts_of(self, user_uuid: str) -> StoredOwnerContacts:
        """Return the contacts of a user, for the backends."""
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
