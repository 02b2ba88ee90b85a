"""Operations on personal contacts, which belong to their user in any tenant.

The tenant of the user decides which other callers may read them and their events.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from xivo_dird.backend import OwnerContacts, SourceOptions
from xivo_dird.caller import Caller, UserCaller
from xivo_dird.contacts.dao import duplicate_error
from xivo_dird.contacts.earlier_rows import EarlierRows
from xivo_dird.contacts.import_decisions import ID_EXISTS, ImportDecisions, file_batches
from xivo_dird.contacts.model import ImportPreview, StoredContact
from xivo_dird.contacts.owned import EmptyContacts, StoredOwnerContacts
from xivo_dird.contacts.preview import preview_rows
from xivo_dird.contacts.upload import ContactUpload
from xivo_dird.database.engine import Database, Session
from xivo_dird.directory.contact import Contact, ContactFormat
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import (
    AuthServerUnreachable,
    Conflict,
    InvalidContact,
    InvalidParameter,
    QuestionRefused,
    Unauthorized,
    UnknownContact,
)
from xivo_dird.listing import Listing, paginate, sorted_by_text
from xivo_dird.personal import dao, notifier, validator
from xivo_dird.personal.contact_import import PersonalContactImport
from xivo_dird.personal.model import ImportedPersonalContacts
from xivo_dird.sources.model import Source
from xivo_dird.sources.service import SourceService
from xivo_dird.tenants.service import TenantService

NO_CONTACTS = "The file has no contact in it."


class PersonalService:
    """The personal contacts of every user; a user can't see or change those of another user."""

    def __init__(
        self,
        database: Database,
        tenants: TenantService,
        sources: SourceService,
        events: EventService,
        backends: Collection[str],
        visible_tenants: Callable[[Caller], Collection[str]],
    ) -> None:
        """Create the service.

        Args:
            database: Stores the contacts.
            tenants: Records the tenant of a user.
            sources: The sources of every tenant; personal ones define how contacts are formatted.
            events: Records an event for each change.
            backends: The names of the personal backends.
            visible_tenants: Returns the tenant of a request and those below it (`Authenticator.visible_tenants`).
        """
        self._database = database
        self._tenants = tenants
        self._sources = sources
        self._events = events
        self._backends = sorted(backends)
        self._visible_tenants = visible_tenants

    def create(self, caller: UserCaller, body: object) -> StoredContact:
        """Add a contact.

        Raises:
            InvalidContact: The body is invalid.
            Conflict: The id exists, or the user has a contact with the same fields.
        """
        contact = validator.new_contact(body)
        with self._writing(caller) as session:
            if not dao.CONTACTS.add(session, caller.user_uuid, [contact]):
                id_exists = dao.CONTACTS.existing_ids(session, [contact.id])
                raise Conflict(ID_EXISTS) if id_exists else duplicate_error()
            event = notifier.PersonalContactCreated(caller.token_tenant_uuid, caller.user_uuid, contact)
            self._events.record(session, event)
        return contact

    def update(self, caller: UserCaller, uuid: str, body: object) -> StoredContact:
        """Replace the fields of a contact.

        Raises:
            InvalidContact: The body is invalid.
            UnknownContact: The user has no contact with this id.
            Conflict: The user has another contact with the same fields.
        """
        contact = validator.changed_contact(uuid, body)
        with self._writing(caller) as session:
            if not dao.CONTACTS.replace(session, caller.user_uuid, contact):
                raise UnknownContact(uuid)
            event = notifier.PersonalContactUpdated(caller.token_tenant_uuid, caller.user_uuid, contact)
            self._events.record(session, event)
        return contact

    def remove(self, caller: UserCaller, uuid: str) -> None:
        """Remove a contact.

        Raises:
            UnknownContact: The user has no contact with this id.
        """
        with self._removing(caller.user_uuid) as session:
            contact = dao.CONTACTS.remove(session, caller.user_uuid, uuid)
            if contact is None:
                raise UnknownContact(uuid)
            event = notifier.PersonalContactDeleted(caller.token_tenant_uuid, caller.user_uuid, contact)
            self._events.record(session, event)

    def remove_all(self, user_uuid: str, tenant_uuid: str | None = None) -> None:
        """Remove every contact of a user.

        Args:
            user_uuid: The user.
            tenant_uuid: The tenant of the event; None for the tenant of the user.
        """
        with self._removing(user_uuid) as session:
            count = dao.CONTACTS.remove_all(session, user_uuid)
            if count:
                owner = tenant_uuid or dao.find_tenant(session, user_uuid)
                self._events.record(session, notifier.PersonalContactsPurged(owner, user_uuid, count))

    def import_file(self, caller: UserCaller, upload: ContactUpload) -> ImportedPersonalContacts:
        """Add the contact of every valid row of a CSV file, or card of a vCard file.

        Returns:
            The contacts and the failed rows; the caller must close `created`.

        Raises:
            InvalidContact: No row of the file could be imported.
            InvalidImport: The file can't be read.
        """
        rows = validator.imported_rows(upload.table())
        with ExitStack() as on_error, EarlierRows() as earlier:
            decisions = ImportDecisions(dao.CONTACTS, caller.user_uuid, earlier)
            importing = PersonalContactImport(dao.CONTACTS, caller.user_uuid, decisions)
            created = on_error.enter_context(importing.result.created)
            with self._writing(caller, large=True) as session:
                for batch in file_batches(rows):
                    importing.add(session, batch)
                dao.CONTACTS.finish_import(session, len(created))
                events = notifier.import_events(caller.token_tenant_uuid, caller.user_uuid, importing.new_ids)
                self._events.record(session, *events)
            if not created:
                raise InvalidContact(importing.result.failed.with_summary() or [NO_CONTACTS])
            on_error.pop_all()
            return importing.result

    def preview_file(self, caller: UserCaller, upload: ContactUpload) -> ImportPreview:
        """Return what `import_file` would do; nothing is stored.

        Raises:
            InvalidImport: The file can't be read.
        """
        rows = validator.imported_rows(upload.table())
        with EarlierRows() as earlier:
            decisions = ImportDecisions(dao.CONTACTS, caller.user_uuid, earlier)
            return preview_rows(self._database, decisions, rows)

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

    def contacts_of(self, caller: Caller) -> OwnerContacts:
        """Return the contacts of the user that a caller asks for, for the backends.

        There are none if there is no user, or another one whose tenant is neither that of the request nor below it.

        Raises:
            QuestionRefused: It is not known which tenants are below that of the request.
        """
        user_uuid = caller.user_uuid
        if user_uuid is None or (caller.is_other_user and not self._reaches(caller, user_uuid)):
            return EmptyContacts()
        return StoredOwnerContacts(self._database, dao.CONTACTS, user_uuid, self._events.last_sequence)

    def _reaches(self, caller: Caller, user_uuid: str) -> bool:
        """Return whether the tenant of a user is that of a request, or below it."""
        with self._database.reading() as session:
            tenant_uuid = dao.find_tenant(session, user_uuid)
        if tenant_uuid in (None, caller.tenant_uuid):
            return tenant_uuid is not None
        try:
            return tenant_uuid in self._visible_tenants(caller)
        except Unauthorized:  # a caller that may not list tenants sees the one of the request only
            return False
        except AuthServerUnreachable as error:
            raise QuestionRefused(f"whose contacts may be read is not known: {error}") from error

    def _first_source(self, tenant_uuid: str) -> Source | None:
        for backend in self._backends:
            for source in self._sources.find_listed([tenant_uuid], Listing(limit=1), backend).items:
                return source
        return None

    def _find_all(self, user_uuid: str) -> list[StoredContact]:
        with self._database.reading() as session:
            return dao.CONTACTS.find_all(session, user_uuid)

    @contextmanager
    def _removing(self, user_uuid: str) -> Iterator[Session]:
        with self._database.changing() as session:
            dao.lock(session, user_uuid)
            yield session

    @contextmanager
    def _writing(self, caller: UserCaller, large: bool = False) -> Iterator[Session]:
        """Open a transaction for new content; the user, and with them all contacts, is in the token's own tenant."""
        with self._database.changing(large) as session:
            if dao.record(session, caller.user_uuid, caller.token_tenant_uuid):
                self._tenants.record(session, caller.token_tenant_uuid)
            yield session
