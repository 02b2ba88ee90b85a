"""Reads the heads and bodies of HTTP requests from a non-blocking socket."""

import errno

from xivo_dird.tcp.channel import Channel

DISCARD_BATCH = 16
"""Number of records that one call of `RequestReader.discard` reads at most."""

MAX_LINE_BYTES = 64 * 1024


class RequestReader:
    """Reads the heads of requests without waiting; cheroot parses a head once it is complete.

    Attributes:
        closed: Whether `close` was called.
    """

    def __init__(self, channel: Channel, max_head_bytes: int) -> None:
        """Create a reader.

        Args:
            channel: Where the bytes come from.
            max_head_bytes: Size above which a head is passed on incomplete, to be refused.
        """
        self._channel = channel
        self._max_head_bytes = max_head_bytes
        self._buffer = b""
        self.closed = False

    def has_head(self) -> bool:
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
        while not self.has_head():
            data = self.receive()
            if data is None:
                return False
            self._buffer += data
        return True

    def receive(self) -> bytes | None:
        """Read available bytes of a body without waiting; return None if there are none yet.

        Raises:
            ConnectionError: The peer has closed the connection.
        """
        data = self._channel.receive()
        if data == b"":
            raise ConnectionAbortedError(errno.ECONNABORTED, "the client has gone")
        return data

    def take_all(self) -> bytes:
        """Return the bytes that came with a head, and remove them from the buffer."""
        return self.read(len(self._buffer))

    def put_back(self, data: bytes) -> None:
        """Put bytes that belong to the next request into the empty buffer."""
        self._buffer = data

    def readline(self, size: int | None = None) -> bytes:
        """Return the next line of a head with its line end, but at most `size` bytes (None: `MAX_LINE_BYTES`)."""
        limit = MAX_LINE_BYTES if size is None else size
        return self.read((self._buffer.find(b"\n", 0, limit) + 1) or limit)

    def read(self, size: int) -> bytes:
        """Return the next `size` bytes of the buffer, fewer at its end."""
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

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
