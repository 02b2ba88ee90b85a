"""Sockets with a total time limit: a server that sends one byte a second can't stretch it."""

import contextlib
import socket
import ssl

from xivo_dird.backend import Deadline

CHUNK = 16 * 1024
MAX_ANSWER_BYTES = 64 * 1024 * 1024


class DeadlineSocket:
    """A connected socket whose calls all share one deadline and one allowance of bytes.

    It has the methods that ldap3 uses of a socket. `abort` may be called by any thread.
    """

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        """Own the socket from now on."""
        self._socket = connected
        self._received = 0
        self.deadline = deadline

    def restart(self, deadline: Deadline) -> None:
        """Begin the next operation."""
        self.deadline = deadline
        self._received = 0

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Speak TLS from now on; the certificate must be `host`'s, if the context verifies it."""
        self._socket.settimeout(seconds_left(self.deadline))
        self._socket = context.wrap_socket(self._socket, server_hostname=host)

    def recv(self, _size: int) -> bytes:
        """Receive what is there; `b""` when the server closed."""
        self._socket.settimeout(seconds_left(self.deadline))
        data = self._socket.recv(CHUNK)
        self._received += len(data)
        if self._received > MAX_ANSWER_BYTES:
            raise OSError(f"the answer is larger than {MAX_ANSWER_BYTES} bytes")
        return data

    def sendall(self, data: bytes) -> None:
        """Send everything."""
        self._socket.settimeout(seconds_left(self.deadline))
        self._socket.sendall(data)

    def shutdown(self, how: int) -> None:
        """Shut the TCP connection down; a thread that waits in `recv` wakes up."""
        # Not SSLSocket.shutdown, which takes the TLS state away from the thread that uses it.
        socket.socket.shutdown(self._socket, how)

    def abort(self) -> None:
        """End the conversation without freeing the descriptor, which a running call still uses."""
        with contextlib.suppress(OSError):
            self.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the descriptor back."""
        self._socket.close()


def seconds_left(deadline: Deadline) -> float:
    """Return the seconds that are left, above 0. Raises `TimeoutError` when none are: 0 would mean not to wait."""
    seconds = deadline.remaining()
    if seconds <= 0:
        raise TimeoutError("timed out")
    return seconds
