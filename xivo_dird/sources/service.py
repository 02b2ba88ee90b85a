"""What can be done with sources."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from uuid import uuid4

from pydantic import ValidationError

from xivo_dird.backend import SourceOptions
from xivo_dird.config.masking import masked
from xivo_dird.database.engine import Session
from xivo_dird.exceptions import PhonebookOutOfReach, UnknownSource
from xivo_dird.listing import Listing, Page, cut, ordered
from xivo_dird.sources import dao
from xivo_dird.sources.model import Source
from xivo_dird.sources.notifier import source_lifecycle
from xivo_dird.tenants.owned_store import OwnedStore, Storage

Schemas = Mapping[str, type[SourceOptions]]


class SourceService:
    """The configured directories of every tenant."""

    def __init__(self, storage: Storage, schemas: Schemas) -> None:
        """Keep them in `storage`; `schemas` are the options per backend."""
        self._database = storage.database
        self._revision = storage.revision
        self._store: OwnedStore[Source] = OwnedStore(
            "sources", dao, storage, source_lifecycle(self._masked), UnknownSource
        )
        self.schemas = schemas

    def find_backends(self, listing: Listing) -> Page[str]:
        """List the backends that a source can have; `search` is case-sensitive, and or-ed with `name`."""
        texts = [listing.search] if listing.search is not None else []
        names = [listing.filters["name"]] if "name" in listing.filters else []
        found = [
            backend
            for backend in self.schemas
            if not (texts or names) or backend in names or any(text in backend for text in texts)
        ]
        items = cut(ordered(found, str, listing.direction), listing)
        return Page(items, len(self.schemas), len(found))

    def create(self, tenant_uuid: str, backend: str, options: SourceOptions) -> Source:
        """Add a source to a tenant. Raises `Conflict` or `PhonebookOutOfReach`."""
        source = self._made(tenant_uuid, backend, options.name, options.stored())
        with self._revision.changing() as session:
            return self._store.add(session, _named(session, source))

    def create_missing(
        self, tenant_uuid: str, backend: str, name: str, options: Mapping[str, object]
    ) -> Source:
        """Add a source unless the tenant has one of this name; return which it has.

        The options are stored and shown as they are given: what they leave out is the backend's default.
        """
        source = self._made(tenant_uuid, backend, name, options)
        with self._revision.changing() as session:
            for stored in dao.find_named(session, tenant_uuid, name):
                return stored
            return self._store.add(session, _named(session, source))

    def update(self, tenant_uuids: Collection[str], backend: str, uuid: str, options: SourceOptions) -> None:
        """Replace the options of a source. Raises as `create` does, `UnknownSource` or `ReadOnly`."""
        with self._revision.changing() as session:
            stored = self._editable(session, tenant_uuids, backend, uuid)
            made = self._made(stored.tenant_uuid, backend, options.name, options.stored())
            self._store.replace(session, _named(session, replace(made, uuid=stored.uuid)))

    def remove(self, tenant_uuids: Collection[str], backend: str, uuid: str) -> None:
        """Remove a source, also from the profiles that use it. Raises `UnknownSource` or `ReadOnly`."""
        with self._revision.changing() as session:
            self._store.remove(session, self._editable(session, tenant_uuids, backend, uuid))

    def find(self, tenant_uuids: Collection[str], backend: str, uuid: str) -> Source:
        """Find one source of these tenants. Raises `UnknownSource`, also for one of another backend."""
        with self._database.reading() as session:
            return self._find(session, tenant_uuids, backend, uuid)

    def find_listed(
        self, tenant_uuids: Collection[str], listing: Listing, backend: str | None = None
    ) -> Page[Source]:
        """Find the wanted part of the sources of these tenants, of one backend or (None) of all."""
        with self._database.reading() as session:
            return dao.find_listed(session, tenant_uuids, listing, backend)

    def find_many(self, tenant_uuid: str, uuids: Collection[str]) -> list[Source]:
        """Find the sources with these uuids in a tenant; unknown ones are left out."""
        with self._database.reading() as session:
            return dao.find_many(session, tenant_uuid, uuids)

    def find_named(self, tenant_uuid: str, name: str) -> list[Source]:
        """Find the sources of a tenant that have this name, at least one. Raises `UnknownSource`."""
        with self._database.reading() as session:
            sources = dao.find_named(session, tenant_uuid, name)
        if not sources:
            raise UnknownSource(name)
        return sources

    def check_many(self, session: Session, tenant_uuid: str, uuids: Collection[str]) -> None:
        """Make sure, in the transaction of whoever refers to them, that a tenant's sources exist."""
        known = {source.uuid for source in dao.find_many(session, tenant_uuid, uuids)}
        for uuid in uuids:
            if uuid not in known:
                raise UnknownSource(uuid)

    def find_every(self) -> list[Source]:
        """List the sources of the whole installation, for the registry."""
        with self._database.reading() as session:
            return dao.find_every(session)

    def provision(self, sources: Collection[Source]) -> None:
        """Write the sources that YAML declares, and release those that it declares no longer."""
        self._store.provision(sources)

    def _editable(self, session: Session, tenant_uuids: Collection[str], backend: str, uuid: str) -> Source:
        source = self._find(session, tenant_uuids, backend, uuid)
        self._store.require_editable(source)
        return source

    def _find(self, session: Session, tenant_uuids: Collection[str], backend: str, uuid: str) -> Source:
        source = self._store.find(session, tenant_uuids, uuid)
        if source.backend != backend:
            raise UnknownSource(uuid)
        return source

    def _masked(self, source: Source) -> Mapping[str, object]:
        """Return the options of a source without its secrets; of an unknown backend, nothing but their names."""
        schema = self.schemas.get(source.backend)
        if schema is None:
            return masked(source.options, None)
        try:
            return masked(source.options, schema.model_validate(source.named_options()))
        except ValidationError:  # the backend takes others since they were written
            return masked(source.options, None)

    def _made(self, tenant_uuid: str, backend: str, name: str, options: Mapping[str, object]) -> Source:
        """Make a new source; the phonebook that its options may name is not looked for yet."""
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


def follow_phonebook(session: Session, tenant_uuid: str, phonebook_uuid: str, name: str) -> None:
    """Rename the sources that are based on a phonebook, in the transaction that renames it."""
    dao.rename_based_on(session, tenant_uuid, phonebook_uuid, name)


def _named(session: Session, source: Source) -> Source:
    """Name a source that is based on a phonebook after it. Raises `PhonebookOutOfReach`."""
    if source.phonebook_uuid is None:
        return source
    name = dao.find_phonebook_name(session, source.tenant_uuid, source.phonebook_uuid)
    if name is None:
        raise PhonebookOutOfReach(source.phonebook_uuid, source.tenant_uuid, source.backend)
    return replace(source, name=name)
