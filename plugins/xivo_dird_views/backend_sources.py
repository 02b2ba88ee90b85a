"""The sources of each backend, with the fields of that backend (contract sections 2.8 and 2.9)."""

from collections.abc import Collection
from functools import cache

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
    """The query parameters of the list of sources."""

    name: Storable | None = None
    uuid: Storable | None = None


class BackendSourceService:
    """The source service, limited to the sources of one backend."""

    def __init__(self, services: Services, backend: str) -> None:
        """Initialize with the name of the backend."""
        self._sources = services.sources
        self._backend = backend

    def serialize(self, source: Source) -> dict[str, object]:
        """Return a source as clients see it."""
        return {
            "uuid": source.uuid,
            "tenant_uuid": source.tenant_uuid,
            "name": source.name,
            **self._sources.shown_options(source),
        }

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
        """Return a source of one of these tenants."""
        return self._sources.find(tenant_uuids, self._backend, uuid)

    def find_listed(self, tenant_uuids: Collection[str], listing: Listing) -> Page[Source]:
        """Return the requested part of the sources of these tenants."""
        return self._sources.find_listed(tenant_uuids, listing, self._backend)


def register(routes: Routes, services: Services) -> None:
    """Add the resources of every backend that is enabled and installed."""
    for backend, schema in services.sources.schemas.items():
        service = BackendSourceService(services, backend)
        sources = StoredResource(
            noun=f"{backend} source",
            path=f"/backends/{backend}/sources",
            acl_prefix=f"dird.backends.{backend}.sources",
            service=service,
            draft=schema,
            null_is_empty=True,
            query=_query_model(schema),
            response=_response_model(backend, schema),
            serialize=service.serialize,
            created_status=200,
        )
        add_stored_resource(routes, sources)


@cache
def _query_model(schema: type[SourceOptions]) -> type[BackendSourcesQuery]:
    class OrderedQuery(BackendSourcesQuery):
        orders = schema.orders

    return OrderedQuery


@cache
def _response_model(backend: str, schema: type[SourceOptions]) -> type[SourceOptions]:
    return create_model(f"{backend}_source", __base__=schema, uuid=(str, ...), tenant_uuid=(str, ...))
