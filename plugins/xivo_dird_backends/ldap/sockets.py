"""Sockets with a deadline for whole operations, which a server can't extend by sending slowly."""

import contextlib
import socket
import ssl

from xivo_dird.backend import Deadline

CHUNK_BYTES = 16 * 1024
MAX_RESPONSE_BYTES = 64 * 1024 * 1024
"""Maximum number of bytes received during one operation."""


class DeadlineSocket:
    """A connected socket with one deadline and one limit of received bytes for all calls of an operation.

    It has the socket methods that ldap3 calls. `abort` may be called by any thread.
    """

    def __init__(
        self, connected: socket.socket, deadline: Deadline, max_response_bytes: int = MAX_RESPONSE_BYTES
    ) -> None:
        """Wrap a socket and own it.

        Args:
            connected: The socket.
            deadline: The deadline of the first operation.
            max_response_bytes: Maximum number of bytes received during one operation.
        """
        self._socket = connected
        self._received_bytes = 0
        self._max_response_bytes = max_response_bytes
        self.deadline = deadline

    def restart(self, deadline: Deadline) -> None:
        """Start the next operation, with its own deadline and byte limit."""
        self.deadline = deadline
        self._received_bytes = 0

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Set up TLS; if the context verifies certificates, the server must have one for `host`."""
        self._socket.settimeout(remaining_timeout(self.deadline))
        self._socket = context.wrap_socket(self._socket, server_hostname=host)

    def recv(self, _size: int) -> bytes:
        """Return the available data, or wait for some; `b""` if the server has closed the connection."""
        self._socket.settimeout(remaining_timeout(self.deadline))
        data = self._socket.recv(CHUNK_BYTES)
        self._received_bytes += len(data)
        if self._received_bytes > self._max_response_bytes:
            raise OSError(f"the answer is larger than {self._max_response_bytes} bytes")
        return data

    def sendall(self, data: bytes) -> None:
        """Send all of `data`."""
        self._socket.settimeout(remaining_timeout(self.deadline))
        self._socket.sendall(data)

    def shutdown(self, how: int) -> None:
        """Shut down the TCP connection, which wakes a thread that waits in `recv`."""
        # Not SSLSocket.shutdown, which removes the TLS state while another thread may use it.
        socket.socket.shutdown(self._socket, how)

    def abort(self) -> None:
        """Shut down the connection but keep the descriptor open, which a running call still uses."""
        with contextlib.suppress(OSError):
            self.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the descriptor."""
        self._socket.close()


def remaining_timeout(deadline: Deadline) -> float:
    """Return the remaining seconds, always above 0: a socket timeout of 0 would mean non-blocking.

    Raises:
        TimeoutError: The deadline has passed.
    """
    seconds = deadline.remaining()
    if seconds <= 0:
        raise TimeoutError("timed out")
    return seconds
