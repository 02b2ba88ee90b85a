"""urllib3 connections to checked addresses, with a timeout for the whole response, even if it arrives byte by byte.

The timeout of a socket restarts with every received byte: a server that sends one byte per second could block its
client for hours. Here each read waits only for the rest of the request's timeout.
"""

import io
import logging
import socket
import ssl
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from xivo_dird.outgoing.targets import Target
from xivo_dird.threads.deadline import Deadline

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Connect = Callable[[Target, float], socket.socket]
"""Returns a socket that is connected to a target, given the seconds that this may take."""

NewTlsContext = Callable[[], ssl.SSLContext]

# The log of urllib3 has whole URLs, with terms, numbers and tokens.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


class _TimedReader(io.RawIOBase):
    """Reads from a socket; the socket's timeout is the limit of all reads together."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._raw = connected.makefile("rb", buffering=0)
        self._deadline = Deadline.after(connected.gettimeout() or 0.0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        if self._deadline.is_expired:
            raise TimeoutError("the time for the answer is used up")
        self._socket.settimeout(max(self._deadline.remaining(), 0.001))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _SizedReader(io.BufferedReader):
    def read(self, size: int | None = -1, /) -> bytes:
        """Read at most `size` bytes; without a size, raise an error: `http.client` reads a chunk of -1 bytes so."""
        if size is None or size < 0:
            raise HTTPException("a part of the response has a negative size")
        return super().read(size)


class _TimedResponse(HTTPResponse):
    def __init__(
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self.fp.close()
        self.fp = _SizedReader(_TimedReader(sock))

    def begin(self) -> None:
        """Read the head of the final response (RFC 9110 section 15.2); `http.client` skips status 100 only.

        An interim one must not end the request: the final one would answer the next request of the connection.
        """
        super().begin()
        while self.status < HTTPStatus.OK:
            vars(self).update(headers=None)  # or `begin` does nothing the next time
            super().begin()


class _CheckedHTTPConnection(HTTPConnection):
    response_class = _TimedResponse

    def __init__(self, *args: Any, connect: Connect, **options: Any) -> None:
        super().__init__(*args, **options)
        self._connect_to = connect

    def _new_conn(self) -> socket.socket:
        return self._connect_to(Target.of(self.host, self.port), self.timeout or 0.0)


class _CheckedHTTPSConnection(HTTPSConnection):
    response_class = _TimedResponse

    def __init__(self, *args: Any, connect: Connect, new_tls_context: NewTlsContext, **options: Any) -> None:
        super().__init__(*args, **options)
        self._connect_to = connect
        self._new_tls_context = new_tls_context

    def connect(self) -> None:
        self.ssl_context = self._new_tls_context()
        self.cert_reqs = self.ssl_context.verify_mode
        super().connect()

    def _new_conn(self) -> socket.socket:
        return self._connect_to(Target.of(self.host, self.port), self.timeout or 0.0)


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _CheckedHTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _CheckedHTTPSConnection


def new_pool(
    scheme: str, target: Target, connect: Connect, new_tls_context: NewTlsContext, max_idle: int
) -> HTTPConnectionPool:
    """Create the pool of the connections to a server; the first request opens one.

    Args:
        scheme: `http` or `https`.
        target: The server.
        connect: Opens a socket.
        new_tls_context: Returns the TLS context of a new connection.
        max_idle: Number of idle connections that are kept.
    """
    if scheme == "http":
        return _HTTPPool(target.host, target.port, maxsize=max_idle, connect=connect)
    return _HTTPSPool(
        target.host, target.port, maxsize=max_idle, connect=connect, new_tls_context=new_tls_context
    )
