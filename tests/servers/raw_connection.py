"""A connection that sends raw bytes, whatever the protocol of its server."""

import socket
import ssl
from types import TracebackType
from typing import Self

from servers.ports import HOST
from waiting import TIMEOUT


class RawConnection:
    """One TCP or TLS connection.

    Attributes:
        sock: The socket.
        buffer: What has arrived and is not read yet.
    """

    def __init__(self, port: int, context: ssl.SSLContext | None = None, host: str = HOST) -> None:
        """Connect; every later operation has a timeout.

        Args:
            port: The port of the server.
            context: TLS context of the client; None: plain TCP.
            host: The address of the server.
        """
        self.sock: socket.socket = socket.create_connection((host, port), timeout=TIMEOUT)
        if context is not None:
            self.begin_tls(context)
        self.buffer = b""

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.sock.close()

    def send(self, data: bytes) -> None:
        """Send these bytes."""
        self.sock.sendall(data)

    def begin_tls(self, context: ssl.SSLContext) -> None:
        """Go on with TLS."""
        self.sock = context.wrap_socket(self.sock, server_hostname="localhost")

    def receive_more(self) -> None:
        """Add what arrives next to the buffer; raise `ConnectionError` if the server closes the connection."""
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError(f"closed after {self.buffer!r}")
        self.buffer += data
