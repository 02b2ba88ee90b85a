"""Lookup: everybody with a text, as the profile's display shows them (contract section 2.1)."""

from dataclasses import dataclass, replace

from xivo_dird.view import (
    Api,
    Caller,
    Config,
    ErrorFamily,
    Operation,
    Query,
    Response,
    Result,
    ServiceResource,
    Services,
    current_caller,
    json_response,
    operation,
)
from xivo_dird_views.contact_list import contact_list


class TermQuery(Query):
    """The text to look for; an empty one matches everybody."""

    parsing_errors = True

    term: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a client gets."""

    term: str
    column_headers: list[str | None]
    column_types: list[str | None]
    results: list[Result]


class LookupResource(ServiceResource):
    """Looks up for the token's own user."""

    errors = ErrorFamily.LEGACY

    @operation(
        Operation(
            "Find people by text",
            "dird.directories.lookup.{profile}.read",
            query=TermQuery,
            answer=Lookup,
            errors=(400, 404),
        )
    )
    def get(self, profile: str, query: TermQuery) -> Response:
        """Answer who has the term."""
        return _lookup(self._services, current_caller(), profile, query.term)


class UserLookupResource(ServiceResource):
    """Looks up for the user of the path; the token stays the caller's."""

    errors = ErrorFamily.MODERN

    @operation(
        Operation(
            "Find people by text, for a user",
            "dird.directories.lookup.{profile}.{user_uuid}.read",
            query=TermQuery,
            answer=Lookup,
            errors=(400, 404),
        )
    )
    def get(self, profile: str, user_uuid: str, query: TermQuery) -> Response:
        """Answer who has the term."""
        caller = replace(current_caller(), user_uuid=user_uuid)
        return _lookup(self._services, caller, profile, query.term)


def register(api: Api, services: Services, config: Config) -> None:  # noqa: ARG001
    """Add both forms of the lookup."""
    arguments = {"services": services}
    api.add_resource(
        LookupResource, "/directories/lookup/<profile>", endpoint="lookup", resource_class_kwargs=arguments
    )
    api.add_resource(
        UserLookupResource,
        "/directories/lookup/<profile>/<user_uuid>",
        endpoint="lookup_user",
        resource_class_kwargs=arguments,
    )


def _lookup(services: Services, caller: Caller, profile: str, term: str) -> Response:
    answer = services.lookup.lookup(caller, profile, term)
    marks = services.favorites.marks(caller, answer.profile)
    listed = contact_list(answer.profile, answer.contacts, marks)
    return json_response(Lookup(term, listed.column_headers, listed.column_types, listed.results))
