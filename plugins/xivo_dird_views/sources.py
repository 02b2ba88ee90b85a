"""The sources of all backends together, and those of a profile (contract sections 2.7 and 2.11)."""

from dataclasses import dataclass

from xivo_dird.view import (
    Api,
    Config,
    ListQuery,
    Operation,
    RecursiveListQuery,
    Response,
    ServiceResource,
    Services,
    Source,
    Storable,
    current_caller,
    json_response,
    operation,
    scope_tenants,
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


class SourcesResource(ServiceResource):
    """The sources of the scope tenant."""

    @operation(
        Operation(
            "List the sources of all backends",
            "dird.sources.read",
            query=SourcesQuery,
            answer=SourceAnswer,
            page=True,
            errors=(400,),
        )
    )
    def get(self, query: SourcesQuery) -> Response:
        """Answer what all sources have; their options are found by backend."""
        found = self._services.sources.find_listed(scope_tenants(query), query.listing())
        return json_response(found.map(_shown))


class ProfileSourcesResource(ServiceResource):
    """The sources of a profile."""

    @operation(
        Operation(
            "List the sources of a profile",
            "dird.directories.{profile}.sources.read",
            query=ProfileSourcesQuery,
            answer=SourceAnswer,
            page=True,
            errors=(400, 404),
        )
    )
    def get(self, profile: str, query: ProfileSourcesQuery) -> Response:
        """Answer each source of any service once."""
        tenant_uuid = current_caller().tenant_uuid
        found = self._services.profiles.find_sources(tenant_uuid, profile, query.listing())
        return json_response(found.map(_shown))


def register(api: Api, services: Services, config: Config) -> None:  # noqa: ARG001
    """Add both lists."""
    arguments = {"services": services}
    api.add_resource(SourcesResource, "/sources", endpoint="sources", resource_class_kwargs=arguments)
    api.add_resource(
        ProfileSourcesResource,
        "/directories/<profile>/sources",
        endpoint="profile_sources",
        resource_class_kwargs=arguments,
    )


def _shown(source: Source) -> SourceAnswer:
    return SourceAnswer(source.uuid, source.tenant_uuid, source.name, source.backend)
