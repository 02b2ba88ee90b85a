"""Errors of the servers that the daemon depends on, and of a daemon that is busy; each is a 503."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from xivo_dird.exceptions.base import DirdError


class Unavailable(DirdError):
    """A server that the daemon depends on does not answer."""


class AuthServerUnreachable(Unavailable):
    """The authentication server does not answer. `str()` returns the cause, for logs."""

    error_id = "authentication-server-unreachable"

    def __init__(self, host: str, port: int, original_error: str) -> None:
        """Create an error for a server and the error of the connection."""
        self._cause = f"{host}:{port}: {original_error}"
        super().__init__(
            "Authentication server unreachable",
            {"auth_server_host": host, "auth_server_port": port, "original_error": original_error},
        )

    def __str__(self) -> str:
        """Return the message and the cause."""
        return f"{self.message}: {self._cause}"


class TooBusy(Unavailable):
    """This process has no capacity left for such a request."""

    error_id = "too-busy"

    def __init__(self, message: str, retry_after: int) -> None:
        """Create an error that asks the client to wait for `retry_after` seconds."""
        super().__init__(message)
        self.retry_after = retry_after


class RequestAbandoned(Unavailable):
    """The client has gone, so the request ends; nobody reads the answer."""

    error_id = "request-abandoned"


class MasterTenantUnknown(Unavailable):
    """The master tenant is not known yet."""

    error_id = "matser-tenant-not-initiated"  # misspelled, but fixed by contract section 1.3


class ContactsUnavailable(Unavailable):
    """The contacts of a source can't be listed at present; its backend says why (contract section 2.10)."""

    error_id = "source-unavailable"

    def __init__(
        self, message: str, details: Mapping[str, object] | None = None, error_id: str | None = None
    ) -> None:
        """Create an error with the `error_id` of the contract, if it names one for this backend."""
        super().__init__(message, details)
        self.error_id = error_id or self.error_id


class BrokerUnavailable(Unavailable):
    """The broker of the bus does not answer or does not accept messages."""

    error_id = "broker-unavailable"


class TemporaryFilesUnavailable(Unavailable):
    """No temporary file can be written, mostly because the disk is full."""

    error_id = "temporary-files-unavailable"


class StoreUnavailable(Unavailable):
    """The database does not answer, or can't be used in its present state.

    `str()` returns the cause, for logs. It names hosts and files, so `message`, which clients see, does not contain it.
    """

    error_id = "store-unavailable"

    def __init__(self, cause: str, message: str = "the database does not answer") -> None:
        """Create an error with a cause that clients do not see."""
        super().__init__(cause)
        self.message = message


class StoreUnusable(StoreUnavailable):
    """The database can't be used until an administrator has repaired something, which `str()` names."""


@contextmanager
def translated_temporary_file_errors() -> Iterator[None]:
    """Raise errors of the files that are used in the block, which are temporary ones.

    Raises:
        TemporaryFilesUnavailable: A file can't be made or written.
    """
    try:
        yield
    except OSError as error:
        raise TemporaryFilesUnavailable(f"a temporary file can't be written: {error.strerror}") from error
