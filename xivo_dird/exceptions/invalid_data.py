"""Errors in the data or the parameters that a client sent."""

from collections.abc import Sequence

from xivo_dird.exceptions.base import DirdError
from xivo_dird.exceptions.not_found import NotFound


class InvalidData(DirdError):
    """A client sent invalid data."""

    error_id = "invalid-data"


class NullBody(InvalidData):
    """The body is the JSON literal `null` (contract section 1.4)."""


class InvalidReference(InvalidData):
    """The body refers to a resource that does not exist in its tenant.

    The response has the same id and resource as the 404 of the missing resource (contract section 2.6).
    """

    def __init__(self, missing: NotFound) -> None:
        """Create the error from that of the missing resource."""
        super().__init__(missing.message, missing.details)
        self.error_id = missing.error_id
        self.resource = missing.resource


class InvalidQuery(InvalidData):
    """A list parameter is invalid (contract section 1.7)."""


class InvalidParameter(InvalidQuery):
    """A list parameter is invalid, in a resource whose responses have a plain text as reason (contract section 2.2)."""

    @property
    def reason(self) -> object:
        """Return the message as a text, where other errors return a list."""
        return self.message


class InvalidContact(InvalidData):
    """A personal contact is invalid, or every row of an imported file (contract section 2.2)."""

    def __init__(self, reasons: Sequence[object]) -> None:
        """Create an error with all `reasons`: texts, or one object per row."""
        more = f" ({len(reasons) - 1} more problems)" if len(reasons) > 1 else ""
        super().__init__(f"{reasons[0]}{more}", {"reasons": reasons})

    @property
    def reason(self) -> object:
        """Return all reasons."""
        return self.details["reasons"]


class InvalidArgument(DirdError):
    """A query argument is missing or malformed (contract section 1.4, shape P)."""

    error_id = "invalid-data"
