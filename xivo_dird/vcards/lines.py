"""Splits vCard files into content lines, as bytes: a fold or a soft break may be inside of a character.

Only the lines of properties that a reader wants are kept, so a photo costs no memory, however large it is.
"""

import codecs
from collections.abc import Collection, Iterator
from typing import IO, NamedTuple

_CHUNK_BYTES = 64 * 1024
_BLANKS = (b" ", b"\t")
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_INNER_BYTES = frozenset(bytes((byte,)) for byte in range(0x80, 0xC0))
"""The bytes that are in a character of UTF-8 and begin none: a fold before them is inside of the character."""

_HEX = b"0123456789ABCDEFabcdef"

MAX_LINE_BYTES = 128 * 1024
"""Maximum length of a content line, in bytes; of a longer one only the start is kept."""


class ContentLine(NamedTuple):
    """One property of a card: its name and parameters, a colon and its value.

    Attributes:
        number: The number of its first physical line, from 1.
        data: The line, without folds and soft breaks.
        is_too_long: True if a part of the line is missing.
    """

    number: int
    data: bytes
    is_too_long: bool = False


def is_ascii_superset(encoding: str) -> bool:
    """Return True if an encoding is known and has ASCII characters as the same single bytes."""
    text = "BEGIN:VCARD" * 8  # longer than the parts of host names, which `idna` reads in quadratic time
    try:
        return text.encode(encoding) == text.encode()
    except (LookupError, ValueError):
        return False


def transcoded(file: IO[bytes], encoding: str | None) -> IO[bytes]:
    """Return a file as one whose line ends and colons are single bytes: one in UTF-16 is read as UTF-8.

    Args:
        file: The bytes; it must be seekable.
        encoding: Its encoding if it has no byte order mark; a known one.
    """
    start = file.tell()
    marked = _MARKS.get(file.read(2))
    file.seek(start)
    encoding = marked or encoding
    if encoding is None or is_ascii_superset(encoding):
        return file
    return codecs.EncodedFile(file, "utf-8", encoding, "replace")


def content_lines(file: IO[bytes], wanted: Collection[bytes]) -> Iterator[ContentLine]:
    """Yield the content lines of the properties with these names.

    - Lines end with CRLF, LF or CR.
    - A line of a quoted-printable value that ends with `=` goes on in the next line; libraries also add a blank.
    - A line that begins with a blank belongs to the one before; in version 2.1 the blank is a part of the text,
      unless it is inside of a character.

    Args:
        file: The bytes.
        wanted: Names of properties in upper case, with BEGIN, END and VERSION.
    """
    joiner = _LineJoiner(wanted)
    for number, line in _physical_lines(file):
        finished = joiner.add(number, line)
        if finished is not None:
            yield finished
    finished = joiner.finish()
    if finished is not None:
        yield finished


class _LineJoiner:
    """Joins physical lines to content lines."""

    def __init__(self, wanted: Collection[bytes]) -> None:
        self._wanted = wanted
        self._number = 0
        self._parts: list[bytes] | None = None
        self._length = 0
        self._has_soft_break = False
        self._is_quoted_printable = False
        self._keeps_blanks = False

    def add(self, number: int, line: bytes) -> ContentLine | None:
        """Add a line; return the content line that ends before it, if there is one that is wanted."""
        if self._has_soft_break and not _is_boundary(line):
            self._append(_without_added_blank(line))
            return None
        if line.startswith(_BLANKS) and self._number:
            self._append(line if self._keeps_blanks and line[1:2] not in _INNER_BYTES else line[1:])
            return None
        finished = self.finish()
        self._start(number, line)
        return finished

    def finish(self) -> ContentLine | None:
        """Return the current content line if it is wanted."""
        if self._parts is None:
            return None
        line = ContentLine(self._number, b"".join(self._parts), self._length > MAX_LINE_BYTES)
        self._parts = None
        start = line.data[:8].upper()
        if start == b"VERSION:":
            self._keeps_blanks = line.data[8:].strip() == b"2.1"
        elif start.startswith(b"BEGIN:"):
            self._keeps_blanks = False
        return line

    def _start(self, number: int, line: bytes) -> None:
        head = line.partition(b":")[0].upper()
        name = head.partition(b";")[0].rpartition(b".")[2].strip()
        self._number = number
        self._is_quoted_printable = b"QUOTED-PRINTABLE" in head
        self._has_soft_break = False
        self._length = 0
        self._parts = [] if name in self._wanted else None
        self._append(line)

    def _append(self, line: bytes) -> None:
        self._has_soft_break = self._is_quoted_printable and line.rstrip(b" \t").endswith(b"=")
        self._length += len(line)
        if self._parts is not None and self._length <= MAX_LINE_BYTES:
            self._parts.append(line.rstrip(b" \t")[:-1] if self._has_soft_break else line)


def _is_boundary(line: bytes) -> bool:
    """Return True for the line before or after a card, which no value has: a soft break before it is an error."""
    return line[:12].upper().startswith((b"BEGIN:VCARD", b"END:VCARD"))


def _without_added_blank(line: bytes) -> bytes:
    """Return the line after a soft break without the blank of a fold, which only encoded text is known to follow."""
    is_added = line[:1] in _BLANKS and line[1:2] == b"=" and line[2:3] in _HEX
    return line[1:] if is_added and len(line) > 2 else line


def _physical_lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the bytes of each line, without its end; of long lines only the start and the last byte."""
    number = 1
    rest = b""
    while chunk := file.read(_CHUNK_BYTES):
        lines = (rest + chunk).splitlines(keepends=True)
        rest = lines.pop() if not lines[-1].endswith(b"\n") else b""
        for line in lines:
            yield number, _without_mark(line.rstrip(b"\r\n"), number)
            number += 1
        if len(rest) > MAX_LINE_BYTES + 2:
            rest = rest[: MAX_LINE_BYTES + 1] + rest[-1:]  # the last byte may be the CR of a CRLF
    if rest:
        for line in rest.splitlines():
            yield number, _without_mark(line, number)


def _without_mark(line: bytes, number: int) -> bytes:
    return line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
