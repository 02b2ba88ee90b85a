"""One request: parsed by cheroot, and strictly by RFC 9112 where leniency would permit request smuggling."""

import re
import time
from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING

from cheroot.server import HTTPRequest, HTTPServer, SizeCheckWrapper

from xivo_dird.server.body import RETRY_AFTER_SECONDS, BodyRoom, Refusal, RequestBody
from xivo_dird.server.header_reader import StrictHeaderReader

if TYPE_CHECKING:
    from xivo_dird.server.connection import Connection

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
SAFE_METHODS = frozenset({b"GET", b"HEAD", b"OPTIONS", b"TRACE"})
LAST_CHUNK = b"0\r\n\r\n"

OnlyReads = Callable[[str, str], bool]
"""Returns whether a request changes nothing, given a method that is not safe and the path."""

_read_fields = StrictHeaderReader()
_VERSION = re.compile(rb"HTTP/[0-9]\.[0-9]")


class Request(HTTPRequest):
    """A request, and the head of its response.

    Attributes:
        expects_continue: Whether the client waits for `100 Continue` before it sends the body.
        body: The body, None if there is none.
        has_failed: Whether the application failed.
    """

    def __init__(self, server: HTTPServer, connection: "Connection") -> None:
        """Create a request of a connection."""
        super().__init__(server, connection)
        self.connection = connection
        self.header_reader = self._read_fields
        self.expects_continue = False
        self.body: RequestBody | None = None
        self.has_failed = False

    def read_request_line(self) -> bool:
        """Read the request line; cheroot handles only some errors of `urlsplit`.

        Returns:
            False if the request was refused.
        """
        try:
            if not HTTPRequest.read_request_line(self):
                return False
        except ValueError:
            self.simple_response("400 Bad Request", "Malformed Request-URI")
            return False
        if not _VERSION.fullmatch(self.request_protocol):
            self.simple_response("400 Bad Request", "Malformed Request-Line: bad version")
            return False
        return True

    def read_request_headers(self) -> bool:
        """Read the header fields (RFC 9110 sections 7.2, 7.6.1 and 10.1.1; RFC 9112 sections 3.2 and 6.1).

        Returns:
            False if the request was refused.
        """
        if not HTTPRequest.read_request_headers(self):
            return False
        headers = self.inheaders
        is_http_1_1 = self.response_protocol == "HTTP/1.1"
        if is_http_1_1 and b"Host" not in headers:
            self.simple_response("400 Bad Request", "A request needs the header Host.")
            return False
        options = {option.strip().lower() for option in headers.get(b"Connection", b"").split(b",")}
        if b"Transfer-Encoding" in headers or b"close" in options:
            self.close_connection = True
        self.expects_continue &= is_http_1_1
        return True

    def _read_fields(self, rfile: SizeCheckWrapper, fields: dict[bytes, bytes]) -> dict[bytes, bytes]:
        """Read the header fields, without `Expect`, to which cheroot would respond before the token is verified."""
        _read_fields(rfile, fields)
        self.expects_continue = fields.pop(b"Expect", b"").lower() == b"100-continue"
        return fields

    def create_body(self, room: BodyRoom) -> None:
        """Create the body that the head announces, if any."""
        length = None if self.chunked_read else int(self.inheaders.get(b"Content-Length", 0))
        if length != 0:
            self.body = RequestBody(length, self.server.max_request_body_size, room)

    def is_change(self, only_reads: OnlyReads) -> bool:
        """Return whether it may change something: its method is not a safe one (RFC 9110 section 9.2.1).

        Args:
            only_reads: Returns whether it changes nothing all the same, given the method and the path.
        """
        if self.method in SAFE_METHODS:
            return False
        return not only_reads(self.method.decode("latin-1"), self.path.decode("latin-1"))

    def lacks_body(self) -> bool:
        """Return whether the client may still be sending this request."""
        return not self.ready or (self.body is not None and not self.body.is_complete)

    def refuse(self, refusal: Refusal) -> None:
        """Write the answer of the server itself; the connection is closed after it."""
        self.close_connection = self.sent_headers = True
        retry = f"Retry-After: {RETRY_AFTER_SECONDS}\r\n" if refusal.is_temporary else ""
        head = f"HTTP/1.1 {refusal.status}\r\nContent-Type: text/plain\r\nConnection: close\r\n{retry}"
        text = f"{head}Content-Length: {len(refusal.reason)}\r\n\r\n{refusal.reason}"
        self.connection.writer.write(text.encode("ascii", "replace"))

    def finish(self) -> None:
        """Write what is missing at the end of a complete response."""
        if self.has_failed:
            return
        self.ensure_headers_sent()
        if self.chunked_write:
            self.connection.writer.write(LAST_CHUNK)

    def fail(self) -> None:
        """Write a 500 if nothing was sent; the end of the connection shows that a response is incomplete."""
        self.close_connection = self.has_failed = True
        if not self.sent_headers:
            self.sent_headers = True
            self.simple_response("500 Internal Server Error")

    def send_headers(self) -> None:
        """Send the header fields, with the date; the connection is closed if the body has not arrived."""
        if self.lacks_body():
            self.close_connection = True
        self.outheaders.append((b"Date", _http_date(int(time.time()))))
        super().send_headers()


@lru_cache(maxsize=1)
def _http_date(timestamp: int) -> bytes:
    """Return a Unix time as an HTTP-date (RFC 9110 section 5.6.7), cached for all responses of one second."""
    return formatdate(timestamp, usegmt=True).encode("ascii")
