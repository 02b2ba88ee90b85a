"""A client's connection and its requests: a slow client waits in the selector, never in a thread.

cheroot hands a connection to a thread as soon as it is readable. Here the thread only takes what has come; until a
head is whole the connection goes back to the selector, so thousands of slow or idle clients cost no thread.
"""

import logging
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

logger = logging.getLogger(__name__)


class Request(HTTPRequest):
    """A request with the strictness of RFC 9112 where lenience lets requests be smuggled."""

    header_reader = StrictHeaderReader()

    def __init__(self, server: HTTPServer, conn: "Connection") -> None:
        """Tell the connection, which must know at the end whether anything was left unread."""
        super().__init__(server, conn)
        self.connection = conn
        self.reader = conn.reader
        conn.request = self

    def read_request_headers(self) -> bool:
        """Read them; after a chunked body nothing more is read from the connection (RFC 9112 section 6.1)."""
        if not HTTPRequest.read_request_headers(self):
            return False
        if b"Transfer-Encoding" in self.inheaders:
            self.close_connection = True
        return True

    def send_headers(self) -> None:
        """Send them; when the body did not come in time, do not wait for the rest of it."""
        if self.reader.broken:
            self.close_connection = True
        self.outheaders.append((b"Date", _date(int(time.time()))))
        super().send_headers()

    def is_unread(self) -> bool:
        """Tell whether the client may still be sending this request."""
        if not self.ready or self.chunked_read:
            return True
        return isinstance(self.rfile, KnownLengthRFile) and self.rfile.remaining > 0


@lru_cache(maxsize=1)
def _date(second: int) -> bytes:
    """Write a moment as RFC 9110 section 5.6.7 has it; many answers leave in one second."""
    return formatdate(second, usegmt=True).encode("ascii")


class Connection(HTTPConnection):
    """A connection that never makes a thread wait for a head."""

    RequestHandlerClass = Request

    def __init__(self, server: HTTPServer, sock: Socket, makefile: object = None) -> None:  # noqa: ARG002
        """Take over the accepted socket; cheroot's slow pure Python files are not used."""
        self._channel = Channel(sock, server.timeout)
        self.writer = ResponseWriter(self._channel)
        self.reader = RequestReader(self._channel, self.writer, server.max_request_header_size)
        self.request: Request | None = None
        self._linger: Deadline | None = None
        self._head_is_begun = False
        super().__init__(server, sock, lambda _, mode, __: self.reader if "r" in mode else self.writer)

    def communicate(self) -> bool:
        """Answer a request if its head is here; True: keep the connection until more comes."""
        if self._linger is not None:
            return self.reader.discard() and not self._linger.is_expired
        if not self._head_is_begun:
            self._head_is_begun = True
            self._channel.begin()
        if not self.reader.receive_head():
            return self._is_in_time()
        self._head_is_begun = False
        self._channel.begin()
        keep: bool = HTTPConnection.communicate(self)
        self.writer.flush()
        return keep or self._is_lingering()

    def is_deserted(self) -> bool:
        """Tell whether the client will send nothing more; whoever waits for an answer keeps that way open."""
        return self._channel.is_ended()

    def _is_in_time(self) -> bool:
        if not self._channel.is_late():
            return True
        Request(self.server, self).simple_response("408 Request Timeout")
        self.writer.flush()
        return False

    def _is_lingering(self) -> bool:
        """Let a client that still sends read our answer: closing now would make the kernel throw it away."""
        if self.request is None or not self.request.is_unread():
            return False
        self.socket.shutdown(SHUT_WR)
        self._linger = Deadline.after(LINGER_SECONDS)
        return True
