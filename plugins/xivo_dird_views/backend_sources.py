"""The sources of each backend: the same for all, with the backend's own fields (contract sections 2.8 and 2.9)."""

from collections.abc import Collection

from pydantic import create_model

from xivo_dird.backend import SourceOptions
from xivo_dird.sources.model import Source
from xivo_dird.view import (
    Listing,
    Page,
    RecursiveListQuery,
    Routes,
    Services,
    Storable,
    StoredResource,
    add_stored_resource,
)


class BackendSourcesQuery(RecursiveListQuery):
    """What part of the sources of a backend is wanted."""

    name: Storable | None = None
    uuid: Storable | None = None


class SourcesOfBackend:
    """The sources of one backend as a store of their own."""

    def __init__(self, services: Services, backend: str) -> None:
        """Keep them where all sources are kept."""
        self._sources = services.sources
        self._backend = backend

    def create(self, tenant_uuid: str, options: SourceOptions) -> Source:
        """Add a source to a tenant."""
        return self._sources.create(tenant_uuid, self._backend, options)

    def update(self, tenant_uuids: Collection[str], uuid: str, options: SourceOptions) -> None:
        """Replace the options of a source."""
        self._sources.update(tenant_uuids, self._backend, uuid, options)

    def remove(self, tenant_uuids: Collection[str], uuid: str) -> None:
        """Remove a source."""
        self._sources.remove(tenant_uuids, self._backend, uuid)

    def find(self, tenant_uuids: Collection[str], uuid: str) -> Source:
        """Find one source of these tenants."""
        return self._sources.find(tenant_uuids, self._backend, uuid)

    def find_listed(self, tenant_uuids: Collection[str], listing: Listing) -> Page[Source]:
        """Find the wanted part of the sources of these tenants."""
        return self._sources.find_listed(tenant_uuids, listing, self._backend)


def register(routes: Routes, services: Services) -> None:
    """Add the sources of every backend that is enabled and installed."""
    for backend, schema in services.sources.schemas.items():
        sources = StoredResource(
            noun=f"{backend} source",
            path=f"/backends/{backend}/sources",
            access=f"dird.backends.{backend}.sources",
            store=SourcesOfBackend(services, backend),
            draft=schema,
            null_is_empty=True,
            query=_query(schema),
            answer=_answer(backend, schema),
            shown=_shown,
            created=200,
        )
        add_stored_resource(routes, sources)


def _query(schema: type[SourceOptions]) -> type[BackendSourcesQuery]:
    class OrderedQuery(BackendSourcesQuery):
        orders = schema.orders

    return OrderedQuery


def _answer(backend: str, schema: type[SourceOptions]) -> type[SourceOptions]:
    return create_model(f"{backend}_source", __base__=schema, uuid=(str, ...), tenant_uuid=(str, ...))


def _shown(source: Source) -> dict[str, object]:
    return {
        "uuid": source.uuid,
        "tenant_uuid": source.tenant_uuid,
        "name": source.name,
        **source.options,
    }
