"""The responses to HTTP requests of sources."""

import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus

import orjson
from urllib3 import BaseHTTPResponse

from xivo_dird.outgoing.errors import RequestFailed
from xivo_dird.outgoing.http_time import http_time
from xivo_dird.text.excerpt import printable_excerpt

_LONE_SURROGATE = re.compile(
    rb"(?<!\\)((?:\\\\)*)\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|[c-fC-F][0-9a-fA-F]{2}(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}))"
)
"""An escaped half of a character, as a program writes it that has cut a name in the middle of an emoji; the group has
the escaped backslashes before it."""

_NO_ENCODINGS = frozenset({"", "identity", "none", "utf-8", "utf8", "iso-8859-1", "windows-1252"})
"""Values of `Content-Encoding` of a body that is not encoded; programs take it for the header of the charset."""

MAX_HEAD_CHARACTERS = 65_536
"""Maximum size of the headers of a response; `http.client` would read a hundred of this size."""

MAX_TYPE_CHARACTERS = 1024
"""Maximum length of a `Content-Type` that is read: `email` takes quadratic time for its parameters."""

MAX_LONE_SURROGATES = 10_000
"""Maximum number of them in a body; one with more is no JSON."""


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
        """Return the parsed JSON body; an escaped half of a character is U+FFFD, a byte order mark is ignored.

        Raises:
            SourceUnavailable: It is no JSON (RFC 8259), or nested more than 1,024 levels deep.
        """
        body = self.body.removeprefix(BOM_UTF8)
        try:
            return _parsed(body)
        except orjson.JSONDecodeError as error:
            mended = _LONE_SURROGATE.sub(rb"\1\\ufffd", body, MAX_LONE_SURROGATES)
            with suppress(orjson.JSONDecodeError):
                if mended != body:
                    return _parsed(mended)
            kind = self.headers.get("Content-Type", "")
            named = f"Content-Type {kind[:100]!r}" if kind else "without a Content-Type"
            raise RequestFailed(self.server, f"answered no JSON ({named}): {error.msg}") from error

    def date(self) -> float | None:
        """Return when the server has sent it (header `Date`), as `time.time` counts; None if it does not say it."""
        return http_time(self.headers.get("Date", ""))

    def charset(self, default: str) -> str:
        """Return the charset that the header `Content-Type` names, in lower case; `default` if it names none."""
        message = Message()
        message["Content-Type"] = self.headers.get("Content-Type", "")[:MAX_TYPE_CHARACTERS]
        charset = message.get_content_charset()
        return charset or default


def check_head(server: str, response: BaseHTTPResponse) -> None:
    """Check the size of the headers, and that a body is decoded when it is read: or it would be taken for a text.

    Raises:
        SourceUnavailable: They are too large, or a success has an unknown encoding; the message names the server.
    """
    headers = response.headers
    if sum(len(name) + len(value) for name, value in headers.items()) > MAX_HEAD_CHARACTERS:
        raise RequestFailed(server, f"answered headers of more than {MAX_HEAD_CHARACTERS} bytes")
    known = {*_NO_ENCODINGS, *response.CONTENT_DECODERS}
    encodings = map(str.strip, headers.get("Content-Encoding", "").lower().split(","))
    unknown = [name for name in encodings if name not in known]
    transfer = headers.get("Transfer-Encoding", "chunked").lower()
    if transfer not in {"chunked", "identity"}:  # identity: RFC 2616 section 3.6
        unknown.append(transfer)
    if unknown and response.status < HTTPStatus.MULTIPLE_CHOICES:
        cause = f"answered in an encoding that was not asked for: {printable_excerpt(unknown[0])!r}"
        raise RequestFailed(server, cause)


def _parsed(body: bytes) -> object:
    parsed: object = orjson.loads(body)
    return parsed


def status_text(status: int) -> str:
    """Return a status and its usual phrase."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
