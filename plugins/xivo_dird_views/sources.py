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
    """What part of the sources of a profile is wanted."""

    orders = ("name", "backend")

    name: Storable | None = None
    uuid: Storable | None = None
    backend: Storable | None = None


class SourcesQuery(ProfileSourcesQuery, RecursiveListQuery):
    """What part of the sources is wanted."""


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """What all sources have."""

    uuid: str
    tenant_uuid: str
    name: str
    backend: str


class SourcesResource(Resource):
    """The sources of the scope tenant."""

    @operation("List the sources of all backends", acl="dird.sources.read", errors=(400,))
    def get(self, access: Access, query: SourcesQuery) -> Page[SourceAnswer]:
        """Return what all sources have; their options are found by backend."""
        found = self.services.sources.find_listed(access.listed_tenants(query), query.listing())
        return found.map(_shown)


class ProfileSourcesResource(Resource):
    """The sources of a profile."""

    @operation(
        "List the sources of a profile", acl="dird.directories.{profile}.sources.read", errors=(400, 404)
    )
    def get(self, caller: Caller, profile: str, query: ProfileSourcesQuery) -> Page[SourceAnswer]:
        """Return each source of any service once."""
        found = self.services.profiles.find_sources(caller.tenant_uuid, profile, query.listing())
        return found.map(_shown)


def register(routes: Routes, services: Services) -> None:
    """Add both lists."""
    routes.add("/sources", SourcesResource(services))
    routes.add("/directories/<profile>/sources", ProfileSourcesResource(services), "profile_sources")


def _shown(source: Source) -> SourceAnswer:
    return SourceAnswer(source.uuid, source.tenant_uuid, source.name, source.backend)
