"""Request bodies that arrive piece by piece, in memory while they are small and then in a temporary file."""

import threading
from collections import Counter
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import IO

from xivo_dird.server.chunks import ChunkDecoder, EndlessChunk, MalformedChunks

SMALL_BODY_BYTES = 64 * 1024
"""Size up to which a body is kept in memory, and received before the application is asked whether it wants it."""

OWNER_SHARE = 4
"""The bodies of one owner occupy at most this fraction of the room: one quarter."""

RETRY_AFTER_SECONDS = 10


class Refusal(Exception):
    """A request that is answered without the application, since its body can't be received or its turn does not come.

    Attributes:
        status: The status line of the answer.
        reason: A sentence for the client.
    """

    def __init__(self, status: str, reason: str) -> None:
        """Create the exception."""
        super().__init__(reason)
        self.status = status
        self.reason = reason

    @property
    def is_temporary(self) -> bool:
        """Return whether the client may try again later."""
        return self.status.startswith(("429", "503"))


def _too_large() -> Refusal:
    return Refusal("413 Request Entity Too Large", "The body is larger than rest_api.max_request_body.")


class BodyRoom:
    """The bytes on disk that all bodies of this process may occupy at the same time."""

    def __init__(self, max_bytes: int) -> None:
        """Create room for `max_bytes`, and for a fraction of that per owner (see `OWNER_SHARE`)."""
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._used: Counter[str] = Counter()

    def occupy(self, owner: str, count: int) -> None:
        """Occupy `count` more bytes.

        Raises:
            Refusal: The owner has too many bytes here, or all together have.
        """
        with self._lock:
            if self._used[owner] + count > self._max_bytes // OWNER_SHARE:
                raise Refusal("429 Too Many Requests", "Too many bodies of this user arrive at once.")
            if self._used.total() + count > self._max_bytes:
                raise Refusal("503 Service Unavailable", "Too many bodies arrive at once.")
            self._used[owner] += count

    def leave(self, owner: str, count: int) -> None:
        """Free `count` bytes."""
        with self._lock:
            self._used[owner] -= count
            if not self._used[owner]:
                del self._used[owner]


class RequestBody:
    """One body.

    Attributes:
        owner: Whose share of the room it occupies.
    """

    def __init__(self, length: int | None, max_bytes: int, room: BodyRoom) -> None:
        """Create a body of which nothing has arrived.

        Args:
            length: Its length in bytes; None: it is chunked.
            max_bytes: Size of the largest body; 0: no limit.
            room: The room on disk.
        """
        self._length = length
        self._max_bytes = max_bytes
        self._room = room
        self._decoder = ChunkDecoder() if length is None else None
        self._file = SpooledTemporaryFile(SMALL_BODY_BYTES)  # noqa: SIM115 - `close` closes it
        self._received = 0
        self._occupied = 0
        self.owner = ""

    @property
    def is_small(self) -> bool:
        """Return whether the body is known to need no file."""
        return self._length is not None and self._length <= SMALL_BODY_BYTES

    @property
    def is_complete(self) -> bool:
        """Return whether all bytes have arrived."""
        return self._decoder.is_complete if self._decoder else self._received == self._length

    def add(self, data: bytes) -> bytes:
        """Store the next bytes of the connection.

        Returns:
            The bytes after the body.

        Raises:
            Refusal: The body is malformed or too large, or there is no room for it.
        """
        if self._decoder:
            self._store(_decode(self._decoder, data))
            return b""  # the connection is closed after a chunked body
        missing = (self._length or 0) - self._received
        self._store(data[:missing])
        return data[missing:]

    def open(self) -> IO[bytes]:
        """Return the stored bytes as a file, at its start."""
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Delete the stored bytes, and free the room."""
        with suppress(OSError):  # of data that could not be written
            self._file.close()
        if self._occupied:
            self._room.leave(self.owner, self._occupied)
            self._occupied = 0

    def _store(self, data: bytes) -> None:
        self._received += len(data)
        if self._max_bytes and self._received > self._max_bytes:
            raise _too_large()
        if self._received > SMALL_BODY_BYTES and (count := self._received - self._occupied):
            self._room.occupy(self.owner, count)
            self._occupied += count
        try:
            self._file.write(data)
        except OSError as error:
            reason = f"The body can't be stored: {error.strerror}."
            raise Refusal("503 Service Unavailable", reason) from error


def _decode(decoder: ChunkDecoder, data: bytes) -> bytes:
    try:
        return decoder.decode(data)
    except EndlessChunk as error:
        raise _too_large() from error
    except MalformedChunks as error:
        raise Refusal("400 Bad Request", "The chunks of the body are malformed.") from error
