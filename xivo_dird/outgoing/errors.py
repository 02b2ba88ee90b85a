"""What the errors of urllib3 mean, in words for the administrator."""

import ssl
from collections.abc import Iterator

from urllib3.exceptions import DecodeError, IncompleteRead, InvalidHeader, ProtocolError
from urllib3.exceptions import TimeoutError as TimeoutExceeded

from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.text.excerpt import printable_excerpt

_MEANINGS: dict[type[BaseException], str] = {
    TimeoutExceeded: "no complete answer within {timeout:g} s",
    TimeoutError: "no complete answer within {timeout:g} s",
    ssl.SSLCertVerificationError: "its certificate is not accepted: {reason}",
    ssl.SSLError: "no TLS connection: {reason}",
    IncompleteRead: "the answer ends early",
    DecodeError: "the answer can't be decompressed",
    ConnectionError: "it closed the connection",
    ProtocolError: "it answered no valid HTTP, or closed the connection",
    InvalidHeader: "it answered no valid HTTP: a header contradicts itself",
}
"""The meaning of each type of error; the first that fits one of the causes counts."""


class RequestFailed(SourceUnavailable):
    """A request without a usable response.

    Attributes:
        cause: What happened, without the name of the server.
    """

    def __init__(self, server: object, cause: str) -> None:
        """Create an error for a server, as its origin is written."""
        super().__init__(f"{server}: {cause}")
        self.cause = cause


def describe_http_error(error: Exception, timeout: float) -> str:
    """Return what went wrong with a request, without its URL and headers.

    Args:
        error: The error.
        timeout: The timeout of the request, in seconds.
    """
    causes = list(_causes(error))
    for kind, meaning in _MEANINGS.items():
        for cause in causes:
            if isinstance(cause, kind):
                return meaning.format(timeout=timeout, reason=_reason(cause))
    return _reason(error)


def _reason(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return printable_excerpt(error.verify_message)
    if isinstance(error, ssl.SSLError) and error.reason:
        return printable_excerpt(error.reason)
    return printable_excerpt(str(error)) if type(error) in {ValueError, OSError} else type(error).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, its arguments and its causes, the outermost first."""
    pending: list[BaseException] = [error]
    seen: set[int] = set()
    while pending:
        cause = pending.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = (*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__)
        pending.extend(item for item in inner if isinstance(item, BaseException))
