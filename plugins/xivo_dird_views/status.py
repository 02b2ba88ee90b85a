"""Status: what works and what does not (contract section 2.12)."""

from xivo_dird.view import (
    Api,
    Config,
    Operation,
    Response,
    ServiceResource,
    Services,
    StatusAnswer,
    current_caller,
    json_response,
    operation,
)


class StatusResource(ServiceResource):
    """The state of the daemon and of the caller's sources."""

    @operation(Operation("Show what works", "dird.status.read", answer=StatusAnswer))
    def get(self) -> Response:
        """Answer the state; always a 200."""
        return json_response(self._services.status.status(current_caller()))


def register(api: Api, services: Services, config: Config) -> None:  # noqa: ARG001
    """Add the resource."""
    api.add_resource(
        StatusResource, "/status", endpoint="status", resource_class_kwargs={"services": services}
    )
