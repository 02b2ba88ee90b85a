"""Headers: the columns of a profile's display, without any contact (contract section 2.1)."""

from dataclasses import dataclass

from xivo_dird.view import (
    Api,
    Config,
    ErrorFamily,
    Operation,
    Presentation,
    Response,
    ServiceResource,
    Services,
    current_caller,
    json_response,
    operation,
)


@dataclass(frozen=True, slots=True)
class Headers:
    """Title and type of each column."""

    column_headers: list[str | None]
    column_types: list[str | None]


class HeadersResource(ServiceResource):
    """The columns that a lookup will answer."""

    errors = ErrorFamily.LEGACY

    @operation(
        Operation(
            "List the columns of a profile",
            "dird.directories.lookup.{profile}.headers.read",
            answer=Headers,
            errors=(404,),
        )
    )
    def get(self, profile: str) -> Response:
        """Answer the columns."""
        found = self._services.lookup.find_profile(current_caller(), profile)
        presentation = Presentation(found.display)
        return json_response(Headers(presentation.column_headers, presentation.column_types))


def register(api: Api, services: Services, config: Config) -> None:  # noqa: ARG001
    """Add the resource."""
    api.add_resource(
        HeadersResource,
        "/directories/lookup/<profile>/headers",
        endpoint="headers",
        resource_class_kwargs={"services": services},
    )
