"""The base class of all errors, and the error of the configuration."""

from collections.abc import Mapping


class DirdError(Exception):
    """The base class of all errors that the daemon raises on purpose.

    Attributes:
        error_id: The id of the error in responses.
        resource: The kind of the affected resource in responses.
        message: The text for people.
        details: The details in responses, a JSON-ready object.
        retry_after: Seconds after which the client should try again (the header `Retry-After`), if that is known.
    """

    error_id = "unexpected-error"
    resource: str | None = None
    retry_after: int | None = None

    def __init__(self, message: str, details: Mapping[str, object] | None = None) -> None:
        """Create an error; `details` is empty by default."""
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, object] = details or {}

    @property
    def reason(self) -> object:
        """Return the value of `reason` in legacy responses (contract section 1.4, shape L1)."""
        return [self.message]


class InvalidConfiguration(DirdError):
    """A configuration file is invalid; the message names the file and the key."""
