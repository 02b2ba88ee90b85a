"""A client's connection and its requests; slow clients wait in the selector and occupy no thread.

cheroot assigns a connection to a thread as soon as it is readable. Here the thread only reads the available
bytes. Until the head of the request is complete the connection returns to the selector, so thousands of slow or
idle clients occupy no thread.
"""

import time
from email.utils import formatdate
from functools import lru_cache
from socket import SHUT_WR
from socket import socket as Socket  # noqa: N812

from cheroot.server import HTTPConnection, HTTPRequest, HTTPServer, KnownLengthRFile

from xivo_dird.server.channel import Channel, RequestReader, ResponseWriter
from xivo_dird.server.header_reader import StrictHeaderReader
from xivo_dird.threads.deadline import Deadline

LINGER_SECONDS = 2.0
"""Seconds for which a client that still sends may read the response before the connection is closed."""


class Request(HTTPRequest):
    """A request that is parsed strictly by RFC 9112 where leniency would permit request smuggling."""

    header_reader = StrictHeaderReader()

    def __init__(self, server: HTTPServer, conn: "Connection") -> None:
        """Create a request and register it with its connection, which checks at the end for unread bytes."""
        super().__init__(server, conn)
        self.connection = conn
        self.reader = conn.reader
        conn.request = self

    def read_request_headers(self) -> bool:
        """Read the headers; after a chunked body the connection is closed (RFC 9112 section 6.1).

        Returns:
            False if the request was refused.
        """
        if not HTTPRequest.read_request_headers(self):
            return False
        if b"Transfer-Encoding" in self.inheaders:
            self.close_connection = True
        return True

    def send_headers(self) -> None:
        """Send the headers, with the date.

        If the body has not arrived in time, the connection is closed instead of waiting for the rest.
        """
        if self.reader.body_incomplete:
            self.close_connection = True
        self.outheaders.append((b"Date", _http_date(int(time.time()))))
        super().send_headers()

    def has_unread_bytes(self) -> bool:
        """Return whether the client may still be sending this request."""
        if not self.ready or self.chunked_read:
            return True
        return isinstance(self.rfile, KnownLengthRFile) and self.rfile.remaining > 0


@lru_cache(maxsize=1)
def _http_date(timestamp: int) -> bytes:
    """Return a Unix time as an HTTP-date (RFC 9110 section 5.6.7), cached for all responses of one second."""
    return formatdate(timestamp, usegmt=True).encode("ascii")


class Connection(HTTPConnection):
    """A connection that never makes a thread wait for the head of a request."""

    RequestHandlerClass = Request

    def __init__(self, server: HTTPServer, sock: Socket, makefile: object = None) -> None:  # noqa: ARG002
        """Create a connection of an accepted socket, without cheroot's slow file objects in pure Python."""
        self._channel = Channel(sock, server.timeout)
        self.writer = ResponseWriter(self._channel)
        self.reader = RequestReader(self._channel, self.writer, server.max_request_header_size)
        self.request: Request | None = None
        self._linger: Deadline | None = None
        self._head_started = False
        super().__init__(server, sock, lambda _, mode, __: self.reader if "r" in mode else self.writer)

    def communicate(self) -> bool:
        """Serve a request if its head is complete; if the connection lingers, read and drop what has arrived.

        Returns:
            Whether to keep the connection open.
        """
        if self._linger is not None:
            return self.reader.discard() and not self._linger.is_expired
        if not self._head_started:
            self._head_started = True
            self._channel.restart_timeout()
        if not self.reader.receive_head():
            return self._check_timeout()
        self._head_started = False
        self._channel.restart_timeout()
        keep_alive: bool = HTTPConnection.communicate(self)
        self.writer.flush()
        return keep_alive or self._start_linger()

    def peer_closed(self) -> bool:
        """Return whether the client has closed its sending side, which a client that waits keeps open."""
        return self._channel.peer_closed()

    def _check_timeout(self) -> bool:
        """Return True while the head may still arrive; after the timeout, answer 408 and return False."""
        if not self._channel.is_timed_out():
            return True
        Request(self.server, self).simple_response("408 Request Timeout")
        self.writer.flush()
        return False

    def _start_linger(self) -> bool:
        """Start to linger if the client still sends, so that it can read the response.

        If the socket were closed with unread bytes, the kernel would reset the connection and drop the
        response.

        Returns:
            Whether the connection lingers.
        """
        if self.request is None or not self.request.has_unread_bytes():
            return False
        self.socket.shutdown(SHUT_WR)
        self._linger = Deadline.after(LINGER_SECONDS)
        return True
