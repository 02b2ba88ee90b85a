"""Why a lookup or a reverse lookup has a name, or none: what each source of the profile answers."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from xivo_dird.diagnosis.model import MAX_ASKED_CHARACTERS, ExplainedService, Explanation
from xivo_dird.view import (
    Access,
    Caller,
    ErrorFamily,
    Query,
    RequestToken,
    Resource,
    Routes,
    Services,
    canonical_uuid,
    operation,
)

MAX_USER_CHARACTERS = 512


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "Field may not be blank")
    return text


Asked = Annotated[str, Field(max_length=MAX_ASKED_CHARACTERS), AfterValidator(_not_blank)]


class ExplanationQuery(Query):
    """The query parameters of all explanations."""

    has_parsing_errors = True

    user_uuid: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=MAX_USER_CHARACTERS,
            description="Another user, on whose behalf the sources are asked. This also needs the ACL of the"
            " lookup, or of the reverse lookup, for this user.",
        ),
    ] = None


class LookupExplanationQuery(ExplanationQuery):
    """What a lookup looks for."""

    term: Annotated[Asked, Field(description="The text to look for.")]


class ReverseExplanationQuery(ExplanationQuery):
    """What a reverse lookup looks for."""

    exten: Annotated[Asked, Field(description="The number of the caller.")]


class LookupExplanationResource(Resource):
    """The explanation of a lookup."""

    error_family = ErrorFamily.LEGACY

    @operation("Explain a lookup", acl="dird.explanations.lookup.{profile}.read", errors=(400, 404))
    def get(
        self, access: Access, token: RequestToken, profile: str, query: LookupExplanationQuery
    ) -> Explanation:
        """Return what each source answers, and what may be the reason that there is no name."""
        caller = _caller(access, token, "lookup", profile, query)
        return self.services.explanations.lookup(caller, profile, query.term)


class ReverseExplanationResource(Resource):
    """The explanation of a reverse lookup."""

    error_family = ErrorFamily.LEGACY

    @operation("Explain a reverse lookup", acl="dird.explanations.reverse.{profile}.read", errors=(400, 404))
    def get(
        self, access: Access, token: RequestToken, profile: str, query: ReverseExplanationQuery
    ) -> Explanation:
        """Return what each source answers, and what may be the reason that there is no name."""
        caller = _caller(access, token, "reverse", profile, query)
        return self.services.explanations.reverse(caller, profile, query.exten)


def register(routes: Routes, services: Services) -> None:
    """Add the resources."""
    routes.add("/explanations/lookup/<profile>", LookupExplanationResource(services), "explain_lookup")
    routes.add("/explanations/reverse/<profile>", ReverseExplanationResource(services), "explain_reverse")


def _caller(
    access: Access, token: RequestToken, service: ExplainedService, profile: str, query: ExplanationQuery
) -> Caller:
    """Return the caller, for the user whom the query names; that needs the ACL of the service for the user.

    Raises:
        Unauthorized: The caller lacks the ACL for this user.
    """
    if query.user_uuid is None:
        return access.caller
    user_uuid = canonical_uuid(query.user_uuid)
    acl = f"dird.directories.{service}.{{profile}}.{{user_uuid}}.read"
    return token.verify(acl, profile=profile, user_uuid=user_uuid).caller.for_user(user_uuid)
