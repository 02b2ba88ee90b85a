"""The query parameters of phones, and what they ask for."""

from typing import Annotated, NamedTuple

from pydantic import Field

from xivo_dird.http.named_user import MAX_NAME_CHARACTERS
from xivo_dird.view import NaturalNumber, Query

Term = Annotated[
    str, Field(max_length=256, description="The text to look for; an empty one matches all contacts.")
]
"""A text that a person types."""

Exten = Annotated[str, Field(max_length=256, description="The number of the caller.")]
"""The number of a caller; it may be the URI of a SIP phone, which is longer than the 15 digits of E.164."""


class Asked(NamedTuple):
    """What a phone asks for.

    Attributes:
        term: The text to look for; an empty one matches all contacts.
        limit: The maximum number of items, None or 0 for the default of the vendor.
        offset: The number of items before the first one.
        exten: The number to look for instead of the term, None for a search.
    """

    term: str
    limit: int | None = None
    offset: int = 0
    exten: str | None = None


class PhoneQuery(Query):
    """The query parameters of every document."""

    has_parsing_errors = True

    xivo_user_uuid: Annotated[
        str,
        Field(max_length=MAX_NAME_CHARACTERS, description="The user, in paths that do not name it."),
    ] = ""


class PhoneLookupQuery(PhoneQuery):
    """The query parameters of a lookup; a vendor whose phones send others has a subclass."""

    term: Term
    limit: NaturalNumber | None = None
    offset: NaturalNumber = 0

    def asked(self) -> Asked:
        """Return what the phone asks for."""
        return Asked(self.term, self.limit, self.offset)


class PhoneReverseQuery(PhoneQuery):
    """The query parameters of a reverse lookup."""

    exten: Exten
