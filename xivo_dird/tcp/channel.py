"""Reads from and writes to a non-blocking socket, and measures how long that takes."""

import errno
import select
import ssl
from socket import socket as Socket  # noqa: N812 - a class, despite its lower-case name

from xivo_dird.threads.deadline import Deadline

MAX_RECORD_BYTES = 16 * 1024
"""Size of the largest TLS record. A read of this size leaves no data in the TLS library, hidden from `poll`."""

WRITE_BUFFER_BYTES = 64 * 1024

MIN_BYTES_PER_SECOND = 16 * 1024
"""Slowest transfer rate of a client that is considered slow and not hostile."""


class Channel:
    """A socket with a time limit, which each transferred byte extends according to `MIN_BYTES_PER_SECOND`.

    Attributes:
        sock: The socket, plain or TLS.
        awaited: What the last incomplete operation waits for: `EPOLLIN` or `EPOLLOUT`.
    """

    def __init__(self, sock: Socket, timeout: float) -> None:
        """Create a channel.

        Args:
            sock: The connected socket. It is made non-blocking.
            timeout: Seconds until the first time limit.
        """
        sock.setblocking(False)
        self.sock = sock
        self.awaited = select.EPOLLIN
        self.limit_time(timeout, timeout)

    def begin_tls(self, context: ssl.SSLContext) -> None:
        """Go on with TLS; the handshake takes place in the next reads, so a slow one delays no other client."""
        self.sock = context.wrap_socket(self.sock, server_side=True, do_handshake_on_connect=False)

    def limit_time(self, timeout: float, max_seconds: float) -> None:
        """Start a new time limit of `timeout` seconds, and of `max_seconds` however many bytes are transferred."""
        self._deadline = Deadline.after(timeout)
        self._last_deadline = Deadline.after(max_seconds)
        self._transferred = 0

    def is_timed_out(self) -> bool:
        """Return whether the time limit has passed."""
        extended = self._deadline.extended(self._transferred / MIN_BYTES_PER_SECOND)
        return extended.is_expired or self._last_deadline.is_expired

    def receive(self) -> bytes | None:
        """Read available bytes without waiting.

        Returns:
            The bytes; None if there are none yet, b"" if the peer has closed the connection.

        Raises:
            ConnectionError: The connection failed.
        """
        try:
            data = self.sock.recv(MAX_RECORD_BYTES)
        except (BlockingIOError, ssl.SSLWantReadError):
            self.awaited = select.EPOLLIN
            return None
        except ssl.SSLWantWriteError:
            self.awaited = select.EPOLLOUT
            return None
        except ssl.SSLError as error:
            raise _tls_failure(error) from error
        self._transferred += len(data)
        return data

    def send(self, data: memoryview) -> int:
        """Write as many bytes as possible without waiting.

        Returns:
            The number of bytes written, which may be 0.

        Raises:
            ConnectionError: The connection failed.
        """
        try:
            sent = self.sock.send(data)
        except (BlockingIOError, ssl.SSLWantWriteError):
            self.awaited = select.EPOLLOUT
            return 0
        except ssl.SSLWantReadError:
            self.awaited = select.EPOLLIN
            return 0
        except ssl.SSLError as error:
            raise _tls_failure(error) from error
        self._transferred += sent
        return sent

    def peer_closed(self) -> bool:
        """Return whether the peer has closed its sending side, even if earlier bytes are still unread."""
        poll = select.poll()
        poll.register(self.sock, select.POLLRDHUP)
        return bool(poll.poll(0))


def _tls_failure(error: ssl.SSLError) -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, f"TLS: {error.reason or error}")


class Writer:
    """Buffers what is sent, so that it leaves in few packets, and keeps what can't be sent yet."""

    def __init__(self, channel: Channel) -> None:
        """Create a writer to `channel`."""
        self._channel = channel
        self._parts: list[bytes | memoryview] = []
        self._size = 0

    @property
    def is_full(self) -> bool:
        """Return whether the buffer should be sent before more is written."""
        return self._size >= WRITE_BUFFER_BYTES

    @property
    def unsent(self) -> int:
        """Return the number of bytes in the buffer."""
        return self._size

    def write(self, data: bytes) -> int:
        """Buffer `data`."""
        self._parts.append(data)
        self._size += len(data)
        return len(data)

    def flush(self) -> bool:
        """Send as much of the buffer as possible without waiting.

        Returns:
            Whether the buffer is empty.

        Raises:
            ConnectionError: The connection failed.
        """
        if not self._parts:
            return True
        unsent = memoryview(b"".join(self._parts) if len(self._parts) > 1 else self._parts[0])
        while unsent and (sent := self._channel.send(unsent)):
            unsent = unsent[sent:]
        self._parts = [unsent] if unsent else []
        self._size = len(unsent)
        return not unsent
