"""Bytes in and out of a socket that never blocks: what is read and written within a time limit, and no later."""

import errno
import select
import ssl
from socket import socket as Socket  # noqa: N812 - a class, though the library writes it small

from xivo_dird.blocking import notify_blocking
from xivo_dird.threads.deadline import Deadline

RECORD = 16 * 1024  # the largest TLS record: taking that much leaves nothing behind inside the TLS library
RECORDS_AT_ONCE = 64
WRITE_BUFFER = 64 * 1024
MAX_LINE_BYTES = 64 * 1024
MIN_BYTES_PER_SECOND = 16 * 1024  # bytes per second of a client that is slow, not hostile


class Channel:
    """A socket with patience: `patience` seconds, plus what the bytes moved so far take at the slowest rate."""

    def __init__(self, sock: Socket, patience: float) -> None:
        """Take over `sock`, plain or TLS."""
        sock.setblocking(False)
        self.sock = sock
        self._patience = patience
        self._begun = Deadline.after(patience)
        self._moved = 0

    def begin(self) -> None:
        """Start the clock of one request."""
        self._begun = Deadline.after(self._patience)
        self._moved = 0

    def receive(self) -> bytes | None:
        """Take what is there: None when nothing is yet, b"" when the peer has closed."""
        try:
            data = self.sock.recv(RECORD)
        except (BlockingIOError, ssl.SSLWantReadError):
            return None
        except ssl.SSLError as error:
            raise ConnectionResetError(errno.ECONNRESET, f"TLS: {error.reason or error}") from error
        self._moved += len(data)
        return data

    def receive_in_time(self) -> bytes:
        """Wait for bytes; b"" when the peer has closed. Raises `TimeoutError`."""
        while (data := self.receive()) is None:
            self._wait(select.POLLIN)
        return data

    def send(self, data: bytes) -> None:
        """Write all of `data`. Raises `TimeoutError`."""
        self.begin()
        rest = memoryview(data)
        while rest:
            sent = self._send_some(rest)
            self._moved += sent
            rest = rest[sent:]

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
        left = self._deadline().remaining()
        if left <= 0 or not poll.poll(left * 1000):
            raise TimeoutError("timed out")  # cheroot answers 408 for this very text

    def is_ended(self) -> bool:
        """Tell whether the peer has closed its way to us, whatever came before that and is unread."""
        poll = select.poll()
        poll.register(self.sock, select.POLLRDHUP)
        return bool(poll.poll(0))

    def is_late(self) -> bool:
        """Tell whether the time of the request is over."""
        return self._deadline().is_expired

    def _deadline(self) -> Deadline:
        return self._begun.extended(self._moved / MIN_BYTES_PER_SECOND)


class ResponseWriter:
    """Collects an answer, so that its head and body leave in one packet."""

    def __init__(self, channel: Channel) -> None:
        """Write to `channel`."""
        self._channel = channel
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        """Keep `data` for the next flush, or send at once what has become large."""
        self._parts.append(data)
        self._size += len(data)
        if self._size >= WRITE_BUFFER:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Send what was collected."""
        if self._parts:
            data = b"".join(self._parts)
            self._parts.clear()
            self._size = 0
            self._channel.send(data)


class RequestReader:
    """What a client sent: first the whole head without ever waiting, then the body within the time limit."""

    def __init__(self, channel: Channel, writer: ResponseWriter, max_head_seconds: int) -> None:
        """Read from `channel`; flush `writer` before waiting, since the client may wait for that."""
        self._channel = channel
        self._writer = writer
        self._max_head_seconds = max_head_seconds
        self._buffer = b""
        self.closed = False
        self.broken = False

    def has_data(self) -> bool:
        """Tell whether a whole head is here (or more than a head may be), ready to be parsed."""
        buffer = self._buffer
        return b"\n\r\n" in buffer or b"\n\n" in buffer or len(buffer) > self._max_head_seconds

    def has_part(self) -> bool:
        """Tell whether a head has begun."""
        return bool(self._buffer)

    def receive_head(self) -> bool:
        """Take what is there until a head is whole. Raises `ConnectionError` when the peer has gone."""
        while not self.has_data():
            data = self._channel.receive()
            if data is None:
                return False
            if not data:
                raise ConnectionAbortedError(errno.ECONNABORTED, "the client has gone")
            self._buffer += data
        return True

    def readline(self, size: int | None = None) -> bytes:
        """Take a line with its end, or `size` bytes of it."""
        limit = MAX_LINE_BYTES if size is None else size
        end = self._buffer.find(b"\n", 0, limit) + 1
        while not end and len(self._buffer) < limit and self._fill():
            end = self._buffer.find(b"\n", 0, limit) + 1
        return self._take(end or limit)

    def read(self, size: int | None = None) -> bytes:
        """Take exactly `size` bytes, fewer only when the peer has closed."""
        if size is None or size < 0:
            raise ValueError("a body is read by its length")
        parts = [self._take(size)]
        missing = size - len(parts[0])
        while missing and self._fill():
            parts.append(self._take(missing))
            missing -= len(parts[-1])
        return b"".join(parts)

    def close(self) -> None:
        """Forget what is left."""
        self.closed = True
        self._buffer = b""

    def discard(self) -> bool:
        """Throw away some of what is there; False when the peer has closed."""
        self._buffer = b""
        for _ in range(RECORDS_AT_ONCE):
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
        self.broken = True
        data = self._channel.receive_in_time()
        self.broken = not data
        self._buffer += data
        return bool(data)
