"""The backends that a source can have (contract section 2.7)."""

from dataclasses import dataclass

from xivo_dird.view import (
    Api,
    Config,
    ErrorFamily,
    ListQuery,
    Operation,
    Response,
    ServiceResource,
    Services,
    json_response,
    operation,
)


class BackendsQuery(ListQuery):
    """What part of the backends is wanted."""

    orders = ("name",)

    name: str | None = None


@dataclass(frozen=True, slots=True)
class BackendAnswer:
    """A backend."""

    name: str


class BackendsResource(ServiceResource):
    """The backends that are enabled and installed, for any tenant."""

    errors = ErrorFamily.LEGACY

    @operation(
        Operation(
            "List the backends",
            "dird.backends.read",
            query=BackendsQuery,
            answer=BackendAnswer,
            page=True,
            errors=(400,),
        )
    )
    def get(self, query: BackendsQuery) -> Response:
        """Answer their names."""
        found = self._services.sources.find_backends(query.listing())
        return json_response(found.map(BackendAnswer))


def register(api: Api, services: Services, config: Config) -> None:  # noqa: ARG001
    """Add the list."""
    api.add_resource(
        BackendsResource, "/backends", endpoint="backends", resource_class_kwargs={"services": services}
    )
