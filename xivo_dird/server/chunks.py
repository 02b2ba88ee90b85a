"""Decodes the chunked transfer coding strictly (RFC 9112 section 7.1)."""

import re
from enum import Enum, auto

MAX_LINE_BYTES = 4096
"""Length of the longest line: the size of a chunk with its extensions, or a trailer field."""

MAX_TRAILER_BYTES = 64 * 1024

_SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")
_LONG_SIZE = re.compile(rb"[0-9A-Fa-f]{16}")
_CRLF = b"\r\n"


class MalformedChunks(Exception):
    """The body is not chunked as RFC 9112 requires."""


class EndlessChunk(Exception):
    """A chunk announces more bytes than any body may have."""


class _Expected(Enum):
    """What comes next in a chunked body."""

    SIZE = auto()
    DATA = auto()
    END_OF_DATA = auto()
    TRAILER = auto()
    NOTHING = auto()


class ChunkDecoder:
    """Decodes a chunked body that arrives in pieces. Extensions and trailer fields are dropped."""

    def __init__(self) -> None:
        """Create a decoder at the start of a body."""
        self._expected = _Expected.SIZE
        self._piece = b""
        self._at = 0  # how much of the piece has been decoded
        self._missing = 0  # bytes of the current chunk that have not arrived
        self._trailer_bytes = 0

    @property
    def is_complete(self) -> bool:
        """Return whether the whole body has arrived."""
        return self._expected is _Expected.NOTHING

    def decode(self, piece: bytes) -> bytes:
        """Return the bytes of the body in the next piece.

        Raises:
            MalformedChunks: The coding is malformed.
            EndlessChunk: A chunk is too large.
        """
        self._piece, self._at = self._piece[self._at :] + piece, 0
        decoded = []
        while not self.is_complete:
            if self._expected is _Expected.DATA:
                decoded.append(self._take_data())
            elif not self._take_line():
                break
            if self._expected is _Expected.DATA and self._at == len(self._piece):
                break
        return b"".join(decoded)

    def _take_data(self) -> bytes:
        data = self._piece[self._at : self._at + self._missing]
        self._at += len(data)
        self._missing -= len(data)
        if not self._missing:
            self._expected = _Expected.END_OF_DATA
        return data

    def _take_line(self) -> bool:
        """Interpret the next line; return False if it has not arrived."""
        end = self._piece.find(b"\n", self._at) + 1
        line = self._piece[self._at : end or None]
        if len(line) > MAX_LINE_BYTES or not end:
            self._check_incomplete(line)
            return False
        self._at = end
        if not line.endswith(_CRLF):
            raise MalformedChunks
        self._interpret(line)
        return True

    def _check_incomplete(self, line: bytes) -> None:
        """Refuse a line whose end will not help."""
        if self._expected is _Expected.SIZE and _LONG_SIZE.match(line):
            raise EndlessChunk
        if len(line) > MAX_LINE_BYTES or (self._expected is _Expected.END_OF_DATA and line not in b"\r"):
            raise MalformedChunks

    def _interpret(self, line: bytes) -> None:
        if self._expected is _Expected.SIZE:
            self._missing = _chunk_size(line)
            self._expected = _Expected.DATA if self._missing else _Expected.TRAILER
        elif self._expected is _Expected.END_OF_DATA:
            if line != _CRLF:
                raise MalformedChunks
            self._expected = _Expected.SIZE
        else:
            self._trailer_bytes += len(line)
            if self._trailer_bytes > MAX_TRAILER_BYTES:
                raise MalformedChunks
            if line == _CRLF:
                self._expected = _Expected.NOTHING


def _chunk_size(line: bytes) -> int:
    """Return the size in the line that begins a chunk."""
    match = _SIZE_LINE.fullmatch(line)
    if match is None:
        raise EndlessChunk if _LONG_SIZE.match(line) else MalformedChunks
    return int(match[1], 16)
