"""Reverse: the name behind a number (contract section 2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from xivo_dird.view import (
    Api,
    Config,
    ErrorFamily,
    Operation,
    Query,
    Response,
    ServiceResource,
    Services,
    current_caller,
    json_response,
    operation,
)


class ExtenQuery(Query):
    """The number to look for."""

    parsing_errors = True

    exten: str


@dataclass(frozen=True, slots=True)
class Reverse:
    """The contact with the number; nulls and no fields when nobody has it."""

    exten: str
    display: object = None
    fields: Mapping[str, object] = field(default_factory=dict)
    source: str | None = None


class ReverseResource(ServiceResource):
    """Looks up a number for the user of the path."""

    errors = ErrorFamily.LEGACY

    @operation(
        Operation(
            "Find who has a number",
            "dird.directories.reverse.{profile}.{user_uuid}.read",
            query=ExtenQuery,
            answer=Reverse,
            errors=(400, 404),
        )
    )
    def get(self, profile: str, user_uuid: str, query: ExtenQuery) -> Response:
        """Answer one contact, or nulls."""
        caller = replace(current_caller(), user_uuid=user_uuid)
        contact = self._services.reverse.find(caller, profile, query.exten)
        if contact is None:
            return json_response(Reverse(query.exten))
        display = contact.fields.get("reverse")
        return json_response(Reverse(query.exten, display, contact.fields, contact.source))


def register(api: Api, services: Services, config: Config) -> None:  # noqa: ARG001
    """Add the resource."""
    api.add_resource(
        ReverseResource,
        "/directories/reverse/<profile>/<user_uuid>",
        endpoint="reverse",
        resource_class_kwargs={"services": services},
    )
