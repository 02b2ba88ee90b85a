"""The responses to HTTP requests of sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus

import orjson

from xivo_dird.outgoing.errors import RequestFailed


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A complete response.

    Attributes:
        server: Scheme, host and port of the server, for messages: a path may have terms and tokens.
        status: The status.
        headers: The headers; names are compared without case.
        body: The decompressed body.
    """

    server: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def require_success(self) -> "HttpResponse":
        """Return the response itself.

        Raises:
            SourceUnavailable: Its status is not 2xx.
        """
        if not HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES:
            raise RequestFailed(self.server, f"answered {status_text(self.status)}")
        return self

    def json(self) -> object:
        """Return the parsed JSON body.

        Raises:
            SourceUnavailable: It is no JSON (RFC 8259), or nested more than 1,024 levels deep.
        """
        try:
            parsed: object = orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            kind = self.headers.get("Content-Type", "")
            named = f"Content-Type {kind[:100]!r}" if kind else "without a Content-Type"
            raise RequestFailed(self.server, f"answered no JSON ({named}): {error.msg}") from error
        return parsed

    def charset(self, default: str) -> str:
        """Return the charset that the header `Content-Type` names, in lower case; `default` if it names none."""
        message = Message()
        message["Content-Type"] = self.headers.get("Content-Type", "")
        charset = message.get_content_charset()
        return charset or default


def status_text(status: int) -> str:
    """Return a status and its usual phrase."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
