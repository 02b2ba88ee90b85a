"""Reads from and writes to a non-blocking socket, within a time limit."""

import errno
import select
import ssl
from socket import socket as Socket  # noqa: N812 - a class, despite its lower-case name

from xivo_dird.blocking import notify_blocking
from xivo_dird.threads.deadline import Deadline

MAX_RECORD_BYTES = 16 * 1024
"""Size of the largest TLS record. A read of this size leaves no data in the TLS library, hidden from `poll`."""

DISCARD_BATCH = 64
"""Number of records that one call of `RequestReader.discard` reads at most."""

WRITE_BUFFER_BYTES = 64 * 1024
MAX_LINE_BYTES = 64 * 1024

MIN_BYTES_PER_SECOND = 16 * 1024
"""Slowest transfer rate of a client that is considered slow and not hostile."""


class Channel:
    """A socket with a timeout, which each transferred byte extends according to `MIN_BYTES_PER_SECOND`."""

    def __init__(self, sock: Socket, timeout: float) -> None:
        """Create a channel.

        Args:
            sock: The connected socket, plain or TLS. It is made non-blocking.
            timeout: Seconds for one request or one `send`, before the extension.
        """
        sock.setblocking(False)
        self.sock = sock
        self._timeout = timeout
        self._base_deadline = Deadline.after(timeout)
        self._transferred = 0

    def restart_timeout(self) -> None:
        """Start the timeout of a request."""
        self._base_deadline = Deadline.after(self._timeout)
        self._transferred = 0

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
            return None
        except ssl.SSLError as error:
            raise ConnectionResetError(errno.ECONNRESET, f"TLS: {error.reason or error}") from error
        self._transferred += len(data)
        return data

    def wait_and_receive(self) -> bytes:
        """Wait for bytes and read them.

        Returns:
            The bytes; b"" if the peer has closed the connection.

        Raises:
            TimeoutError: The deadline has passed.
            ConnectionError: The connection failed.
        """
        while (data := self.receive()) is None:
            self._wait(select.POLLIN)
        return data

    def send(self, data: bytes) -> None:
        """Write all of `data`.

        Raises:
            TimeoutError: The deadline has passed.
            ConnectionError: The connection failed.
        """
        self.restart_timeout()
        unsent = memoryview(data)
        while unsent:
            sent = self._send_some(unsent)
            self._transferred += sent
            unsent = unsent[sent:]

    def _send_some(self, data: memoryview) -> int:
        try:
            return self.sock.send(data)
        except (BlockingIOError, ssl.SSLWantWriteError):
            self._wait(select.POLLOUT)
        except ssl.SSLWantReadError:
            self._wait(select.POLLIN)
        except ssl.SSLError as error:
            raise ConnectionResetError(errno.ECONNRESET, f"TLS: {error.reason or error}") from error
        return 0

    def _wait(self, event: int) -> None:
        notify_blocking()
        poll = select.poll()
        poll.register(self.sock, event)
        remaining = self._deadline().remaining()
        if remaining <= 0 or not poll.poll(remaining * 1000):
            raise TimeoutError("timed out")  # cheroot answers 408 for exactly this text

    def peer_closed(self) -> bool:
        """Return whether the peer has closed its sending side, even if earlier bytes are still unread."""
        poll = select.poll()
        poll.register(self.sock, select.POLLRDHUP)
        return bool(poll.poll(0))

    def is_timed_out(self) -> bool:
        """Return whether the deadline of the request has passed."""
        return self._deadline().is_expired

    def _deadline(self) -> Deadline:
        return self._base_deadline.extended(self._transferred / MIN_BYTES_PER_SECOND)


class ResponseWriter:
    """Buffers a response, so that its head and body are sent in one packet."""

    def __init__(self, channel: Channel) -> None:
        """Create a writer to `channel`."""
        self._channel = channel
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        """Buffer `data`, and send the buffer if it has reached `WRITE_BUFFER_BYTES`."""
        self._parts.append(data)
        self._size += len(data)
        if self._size >= WRITE_BUFFER_BYTES:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Send the buffer."""
        if self._parts:
            data = b"".join(self._parts)
            self._parts.clear()
            self._size = 0
            self._channel.send(data)


class RequestReader:
    """Reads requests: first the complete head, without waiting, then the body within the time limit.

    Attributes:
        closed: Whether `close` was called.
        body_incomplete: Whether the last wait for bytes failed: timeout, error or end of the connection.
    """

    def __init__(self, channel: Channel, writer: ResponseWriter, max_head_bytes: int) -> None:
        """Create a reader.

        Args:
            channel: Where the bytes come from.
            writer: Flushed before each wait, because the client may wait for what it holds ("100 Continue").
            max_head_bytes: Size above which a head is passed on incomplete, to be refused.
        """
        self._channel = channel
        self._writer = writer
        self._max_head_bytes = max_head_bytes
        self._buffer = b""
        self.closed = False
        self.body_incomplete = False

    def has_data(self) -> bool:
        """Return whether the buffer has a complete head, or more bytes than a head may have."""
        buffer = self._buffer
        return b"\n\r\n" in buffer or b"\n\n" in buffer or len(buffer) > self._max_head_bytes

    def receive_head(self) -> bool:
        """Read available bytes without waiting, up to the end of the head.

        Returns:
            Whether the head is complete.

        Raises:
            ConnectionError: The peer has closed the connection.
        """
        while not self.has_data():
            data = self._channel.receive()
            if data is None:
                return False
            if not data:
                raise ConnectionAbortedError(errno.ECONNABORTED, "the client has gone")
            self._buffer += data
        return True

    def readline(self, size: int | None = None) -> bytes:
        """Read a line including its line end, but at most `size` bytes (None: `MAX_LINE_BYTES`).

        Returns:
            The line, without a line end if it is longer than `size` or if the peer has closed the connection.

        Raises:
            TimeoutError: The deadline has passed.
            ConnectionError: The connection failed.
        """
        limit = MAX_LINE_BYTES if size is None else size
        end = self._buffer.find(b"\n", 0, limit) + 1
        while not end and len(self._buffer) < limit and self._fill():
            end = self._buffer.find(b"\n", 0, limit) + 1
        return self._take(end or limit)

    def read(self, size: int | None = None) -> bytes:
        """Read exactly `size` bytes; fewer only if the peer has closed the connection.

        Raises:
            ValueError: `size` is None or negative.
            TimeoutError: The deadline has passed.
            ConnectionError: The connection failed.
        """
        if size is None or size < 0:
            raise ValueError("a body is read by its length")
        parts = [self._take(size)]
        missing = size - len(parts[0])
        while missing and self._fill():
            parts.append(self._take(missing))
            missing -= len(parts[-1])
        return b"".join(parts)

    def close(self) -> None:
        """Close the reader and drop the buffer."""
        self.closed = True
        self._buffer = b""

    def discard(self) -> bool:
        """Read and drop available bytes, at most `DISCARD_BATCH` records.

        Returns:
            False if the peer has closed the connection.
        """
        self._buffer = b""
        for _ in range(DISCARD_BATCH):
            data = self._channel.receive()
            if data is None:
                return True
            if not data:
                return False
        return True

    def _take(self, size: int) -> bytes:
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def _fill(self) -> bool:
        self._writer.flush()
        self.body_incomplete = True
        data = self._channel.wait_and_receive()
        self.body_incomplete = not data
        self._buffer += data
        return bool(data)
