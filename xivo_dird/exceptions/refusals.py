"""Errors for valid requests that are refused: a conflict, missing rights, or too many requests."""

from collections.abc import Mapping

from xivo_dird.exceptions.base import DirdError


class Conflict(DirdError):
    """A unique value is already in use."""

    error_id = "conflict"

    def __init__(
        self, message: str, details: Mapping[str, object] | None = None, resource: str | None = None
    ) -> None:
        """Create an error; `resource` is the kind of the resource that could not be written."""
        super().__init__(message, details)
        self.resource = resource


class ReadOnly(Conflict):
    """The resource is declared in the configuration."""

    def __init__(self, resource: str, name: str) -> None:
        """Create an error that says where the resource can be changed."""
        message = f"{name!r} is declared in the configuration, under provisioning.{resource}: change it there"
        super().__init__(message, resource=resource)


class Unauthorized(DirdError):
    """No valid token, a missing permission or an inaccessible tenant; always a 401 (contract section 1.2)."""

    error_id = "unauthorized"
    challenge: str | None = None
    """How the client can authenticate (the header `WWW-Authenticate`), if that is not only by a token."""


class TooManyRequests(DirdError):
    """The client has too many requests at the same time; a 429."""

    error_id = "too-many-requests"

    def __init__(self, message: str, retry_after: int) -> None:
        """Create an error that asks the client to wait for `retry_after` seconds."""
        super().__init__(message)
        self.retry_after = retry_after


class UnauthorizedNetwork(DirdError):
    """The request does not come from a phone in one of the networks that may use a view; a 403."""

    error_id = "unauthorized-network"

    def __init__(
        self,
        message: str = "The request does not come from an authorized network",
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Create an error that reveals no network."""
        super().__init__(message, details)


class UnknownHost(UnauthorizedNetwork):
    """The request names a host under which no phone uses the daemon; a page in a browser may have sent it.

    Attributes:
        name: The name, only for the log; None if it is malformed.
    """

    def __init__(self, name: str | None) -> None:
        """Create an error that says which keys of the configuration have the names of the daemon."""
        message = "The host name of the URL is unknown: set rest_api.public_url or rest_api.host_names"
        super().__init__(message, {"reason": "unknown_host"})
        self.name = name
