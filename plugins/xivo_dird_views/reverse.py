"""Reverse lookup: the contact with a number (contract section 2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from xivo_dird.view import Caller, ErrorFamily, Resource, Routes, Services, operation
from xivo_dird_views._caller_name import CallerNameResource, ExtenQuery


@dataclass(frozen=True, slots=True)
class Reverse:
    """The contact with the number; nulls and no fields if there is none."""

    exten: str
    display: object = None
    fields: Mapping[str, object] = field(default_factory=dict)
    source: str | None = None


class ReverseResource(Resource):
    """The reverse lookup for the user in the path."""

    error_family = ErrorFamily.LEGACY

    @operation(
        "Find who has a number", acl="dird.directories.reverse.{profile}.{user_uuid}.read", errors=(400, 404)
    )
    def get(self, caller: Caller, profile: str, user_uuid: str, query: ExtenQuery) -> Reverse:
        """Return the contact with the number, or nulls."""
        contact = self.services.reverse.find(caller.for_user(user_uuid), profile, query.exten)
        if contact is None:
            return Reverse(query.exten)
        return Reverse(query.exten, contact.fields.get("reverse"), contact.fields, contact.source)


def register(routes: Routes, services: Services) -> None:
    """Add the resource, and the name alone for clients that prefer plain text."""
    routes.add(
        "/directories/reverse/<profile>/<id:user_uuid>",
        ReverseResource(services),
        "reverse",
        text=CallerNameResource(services),
    )
