"""The sources of all backends together, and those of a profile (contract sections 2.7 and 2.11)."""

from dataclasses import dataclass

from xivo_dird.sources.model import Source
from xivo_dird.view import (
    Access,
    Caller,
    ListQuery,
    Page,
    RecursiveListQuery,
    Resource,
    Routes,
    Services,
    Storable,
    operation,
)


class ProfileSourcesQuery(ListQuery):
    """The query parameters of the list of a profile's sources."""

    orders = ("name", "backend")

    name: Storable | None = None
    uuid: Storable | None = None
    backend: Storable | None = None


class SourcesQuery(ProfileSourcesQuery, RecursiveListQuery):
    """The query parameters of the list of sources."""


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """The fields that all sources have."""

    uuid: str
    tenant_uuid: str
    name: str
    backend: str


class SourcesResource(Resource):
    """The sources of the scope tenant."""

    @operation("List the sources of all backends", acl="dird.sources.read", errors=(400,))
    def get(self, access: Access, query: SourcesQuery) -> Page[SourceAnswer]:
        """Return the fields that all sources have; the resources of each backend have the options."""
        page = self.services.sources.find_listed(access.listed_tenants(query), query.listing())
        return page.map(_serialize)


class ProfileSourcesResource(Resource):
    """The sources of a profile."""

    @operation(
        "List the sources of a profile", acl="dird.directories.{profile}.sources.read", errors=(400, 404)
    )
    def get(self, caller: Caller, profile: str, query: ProfileSourcesQuery) -> Page[SourceAnswer]:
        """Return the sources of all services of the profile, each once."""
        page = self.services.profiles.find_sources(caller.tenant_uuid, profile, query.listing())
        return page.map(_serialize)


def register(routes: Routes, services: Services) -> None:
    """Add the resources."""
    routes.add("/sources", SourcesResource(services))
    routes.add("/directories/<profile>/sources", ProfileSourcesResource(services), "profile_sources")


def _serialize(source: Source) -> SourceAnswer:
    return SourceAnswer(source.uuid, source.tenant_uuid, source.name, source.backend)
