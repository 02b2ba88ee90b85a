"""The source service."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from uuid import uuid4

from xivo_dird.backend import SourceOptions
from xivo_dird.database.engine import Session
from xivo_dird.exceptions import InvalidData, InvalidSource, PhonebookOutOfReach, UnknownSource
from xivo_dird.listing import Listing, Page, paginate, sorted_by_text
from xivo_dird.sources import dao
from xivo_dird.sources.kept_secrets import nested_details, with_kept_secrets
from xivo_dird.sources.model import Source
from xivo_dird.sources.notifier import source_lifecycle
from xivo_dird.sources.shown_options import Schemas, ShownOptions
from xivo_dird.tenants.owned_store import OwnedStore, Storage

_ANY_COLUMN = "name"


class SourceService:
    """Reads and writes the sources of all tenants."""

    def __init__(
        self,
        storage: Storage,
        schemas: Schemas,
        check: Callable[[Source], None],
        *,
        shows_secrets: bool = True,
    ) -> None:
        """Create the service.

        Args:
            storage: Where sources are stored.
            schemas: The schema of the options of each backend, by backend name.
            check: Raises `InvalidSource` if a source can never be opened.
            shows_secrets: Whether clients may read secrets, except those that are `WRITE_ONLY`.
        """
        self._check = check
        self._options = ShownOptions(schemas, shows_secrets=shows_secrets)
        self._database = storage.database
        self._revision = storage.revision
        self._store: OwnedStore[Source] = OwnedStore(
            "sources", dao, storage, source_lifecycle(self._options.masked), UnknownSource
        )
        self.schemas = schemas

    def find_backends(self, listing: Listing) -> Page[str]:
        """Return the requested page of the available backends.

        The search is case-sensitive. With a search, a filter by name or both, a backend matches if it satisfies one of
        them.
        """
        texts = [listing.search] if listing.search is not None else []
        names = [listing.filters["name"]] if "name" in listing.filters else []
        found = [
            backend
            for backend in self.schemas
            if not (texts or names) or backend in names or any(text in backend for text in texts)
        ]
        items = paginate(sorted_by_text(found, str, listing.direction), listing)
        return Page(items, len(self.schemas), len(found))

    def create(self, tenant_uuid: str, backend: str, options: SourceOptions) -> Source:
        """Add a source to a tenant; return it as stored.

        Raises:
            InvalidData: The source can never be opened, or has a mask instead of a secret.
            Conflict: The name is taken.
            PhonebookOutOfReach: The tenant does not have the phonebook of the options.
        """
        source = self._build(tenant_uuid, backend, options.name, with_kept_secrets(options, None))
        self._require_openable(source)
        with self._revision.changing() as session:
            return self._store.add(session, _with_phonebook_name(session, source))

    def get_or_create(
        self, tenant_uuid: str, backend: str, name: str, options: Mapping[str, object]
    ) -> Source:
        """Return a source of a tenant that has this name; add one if there is none.

        The options are stored and shown as given; the backend uses its defaults for omitted ones.

        Raises:
            PhonebookOutOfReach: The tenant does not have the phonebook of the options.
        """
        source = self._build(tenant_uuid, backend, name, options)
        with self._revision.changing() as session:
            for stored in dao.find_by_name(session, tenant_uuid, name):
                return stored
            return self._store.add(session, _with_phonebook_name(session, source))

    def update(self, tenant_uuids: Collection[str], backend: str, uuid: str, options: SourceOptions) -> None:
        """Replace the options of a source; a mask keeps the stored secret.

        Raises:
            InvalidData: The source can never be opened, or a mask can't keep a secret (see `with_kept_secrets`).
            UnknownSource: These tenants have no such source of this backend.
            ReadOnly: The source is declared in YAML.
            Conflict: The name is taken.
            PhonebookOutOfReach: The tenant does not have the phonebook of the options.
        """
        self._require_openable(self._draft(tenant_uuids, backend, uuid, options))
        with self._revision.changing() as session:
            stored = self._find_editable(session, tenant_uuids, backend, uuid)
            source = self._successor(stored, options)
            self._store.replace(session, _with_phonebook_name(session, replace(source, uuid=stored.uuid)))

    def remove(self, tenant_uuids: Collection[str], backend: str, uuid: str) -> None:
        """Remove a source, also from the profiles that use it.

        Raises:
            UnknownSource: These tenants have no such source of this backend.
            ReadOnly: The source is declared in YAML.
        """
        with self._revision.changing() as session:
            self._store.remove(session, self._find_editable(session, tenant_uuids, backend, uuid))

    def find(self, tenant_uuids: Collection[str], backend: str, uuid: str) -> Source:
        """Return the source of these tenants that has this uuid and backend.

        Raises:
            UnknownSource: There is none.
        """
        with self._database.reading() as session:
            return self._find(session, tenant_uuids, backend, uuid)

    def find_listed(
        self, tenant_uuids: Collection[str], listing: Listing, backend: str | None = None
    ) -> Page[Source]:
        """Return the requested page of the sources of these tenants, of one backend or (None) of all."""
        with self._database.reading() as session:
            return dao.find_listed(session, tenant_uuids, listing, backend)

    def find_many(self, tenant_uuid: str, uuids: Collection[str]) -> list[Source]:
        """Return the sources of a tenant that have these uuids; unknown uuids are ignored."""
        with self._database.reading() as session:
            return dao.find_many(session, tenant_uuid, uuids)

    def find_by_name(self, tenant_uuid: str, name: str) -> list[Source]:
        """Return the sources of a tenant that have this name.

        Raises:
            UnknownSource: There is none.
        """
        with self._database.reading() as session:
            sources = dao.find_by_name(session, tenant_uuid, name)
        if not sources:
            raise UnknownSource(name)
        return sources

    def require_all_exist(self, session: Session, tenant_uuid: str, uuids: Collection[str]) -> None:
        """Raise `UnknownSource` unless a tenant has these sources, in the transaction that refers to them."""
        existing = {source.uuid for source in dao.find_many(session, tenant_uuid, uuids)}
        for uuid in uuids:
            if uuid not in existing:
                raise UnknownSource(uuid)

    def find_all(self) -> list[Source]:
        """Return the sources of all tenants, for the registry."""
        with self._database.reading() as session:
            return dao.find_all(session)

    def provision(self, sources: Collection[Source]) -> None:
        """Write the sources that YAML declares; mark those that it no longer declares as editable."""
        self._store.provision(sources)

    def shown_options(self, source: Source) -> Mapping[str, object]:
        """Return the options of a source as clients see them that may read it."""
        return self._options.to_clients(source)

    def _draft(
        self, tenant_uuids: Collection[str], backend: str, uuid: str, options: SourceOptions
    ) -> Source:
        """Return what a source would become; if these tenants do not have it, a source without a tenant."""
        try:
            stored = self.find(tenant_uuids, backend, uuid)
        except UnknownSource:
            return self._build("", backend, options.name, options.stored())
        self._store.require_editable(stored)
        return self._successor(stored, options)

    def _successor(self, stored: Source, options: SourceOptions) -> Source:
        values = with_kept_secrets(options, self._options.parsed(stored))
        return self._build(stored.tenant_uuid, stored.backend, options.name, values)

    def _require_openable(self, source: Source) -> None:
        """Check that a source can be opened once it is stored.

        A source may be stored without columns (contract section 2.8), so one is checked as if it had a column.

        Raises:
            InvalidData: It can never be opened.
        """
        options = source.options
        if not options.get("searched_columns") and not options.get("first_matched_columns"):
            source = replace(source, options={**options, "searched_columns": [_ANY_COLUMN]})
        try:
            self._check(source)
        except InvalidSource as error:
            option = error.message.partition(": ")[0].removeprefix("option ")
            path = option.split(".") if option.partition(".")[0] in options else ["_schema"]
            details = nested_details(path, [error.message])
            raise InvalidData(f"The source is refused: {error.message}", details) from error

    def _find_editable(
        self, session: Session, tenant_uuids: Collection[str], backend: str, uuid: str
    ) -> Source:
        source = self._find(session, tenant_uuids, backend, uuid)
        self._store.require_editable(source)
        return source

    def _find(self, session: Session, tenant_uuids: Collection[str], backend: str, uuid: str) -> Source:
        source = self._store.find(session, tenant_uuids, uuid)
        if source.backend != backend:
            raise UnknownSource(uuid)
        return source

    def _build(self, tenant_uuid: str, backend: str, name: str, options: Mapping[str, object]) -> Source:
        """Return a new source; the phonebook in its options, if any, is not checked."""
        key = self.schemas[backend].phonebook_option if backend in self.schemas else None
        phonebook_uuid = options.get(key) if key is not None else None
        return Source(
            uuid=str(uuid4()),
            tenant_uuid=tenant_uuid,
            name=name,
            backend=backend,
            options=options,
            phonebook_uuid=phonebook_uuid if isinstance(phonebook_uuid, str) else None,
        )


def rename_phonebook_sources(session: Session, tenant_uuid: str, phonebook_uuid: str, name: str) -> None:
    """Rename the sources that use a phonebook, in the transaction that renames the phonebook."""
    dao.rename_phonebook_sources(session, tenant_uuid, phonebook_uuid, name)


def _with_phonebook_name(session: Session, source: Source) -> Source:
    """Return a source with the name of its phonebook; a source without a phonebook keeps its own.

    Raises:
        PhonebookOutOfReach: The tenant does not have the phonebook.
    """
    if source.phonebook_uuid is None:
        return source
    name = dao.find_phonebook_name(session, source.tenant_uuid, source.phonebook_uuid)
    if name is None:
        raise PhonebookOutOfReach(source.phonebook_uuid, source.tenant_uuid, source.backend)
    return replace(source, name=name)
