"""The name of a caller as plain text, for PBXs that take each body for the name, whatever its status."""

from typing import Annotated

from pydantic import Field

from xivo_dird.view import (
    DEFAULT_CALLER_NAME_CHARACTERS,
    MAX_CALLER_NAME_CHARACTERS,
    PLAIN_DIGITS,
    Caller,
    ErrorFamily,
    Query,
    Resource,
    TextResponse,
    dialplan_name,
    operation,
)


class ExtenQuery(Query):
    """The number to look for."""

    has_parsing_errors = True

    exten: str


class CallerNameQuery(ExtenQuery):
    """The number to look for, and the form of the name."""

    exten: Annotated[str, Field(max_length=256, description="The number of the caller.")]
    max_characters: Annotated[
        int,
        Field(
            alias="max",
            ge=1,
            le=MAX_CALLER_NAME_CHARACTERS,
            description="Maximum characters of the name, as text.",
        ),
        PLAIN_DIGITS,
    ] = DEFAULT_CALLER_NAME_CHARACTERS
    is_ascii: Annotated[
        bool, Field(alias="ascii", description="Whether the name, as text, is transliterated to ASCII.")
    ] = False


class CallerNameResource(Resource):
    """The name alone: one line without a line end, empty if there is none; errors have no body."""

    error_family = ErrorFamily.EMPTY

    @operation(
        "Get the name of a caller",
        acl="dird.directories.reverse.{profile}.{user_uuid}.read",
        errors=(400, 404),
    )
    def get(self, caller: Caller, profile: str, user_uuid: str, query: CallerNameQuery) -> TextResponse:
        """Return the name of the contact with the number, without characters that are special in dialplans."""
        found = self.services.phones.caller_name(caller.for_user(user_uuid), profile, query.exten)
        return TextResponse(dialplan_name(found.name, query.max_characters, is_ascii=query.is_ascii))
