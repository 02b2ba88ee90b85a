"""Reads the lines of a CSV file: detects the encoding, limits the length, reads invalid UTF-8 as Latin-1."""

import codecs
import logging
import os
import re
from collections.abc import Iterator

from xivo_dird.backend import SourceUnavailable

logger = logging.getLogger(__name__)

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_UTF_16_BY_NULS: dict[tuple[bool, ...], str] = {
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}
"""Encodings by which of the first four bytes are NUL, for files without a byte order mark (as in RFC 4627)."""

_UNDECODED_BYTES = re.compile("[\udc80-\udcff]")


def read_lines(descriptor: int, name: str, max_characters: int) -> Iterator[str]:
    """Yield the lines of an open file, including their line ends, then close it.

    Args:
        descriptor: The file.
        name: The name of the file in messages.
        max_characters: Maximum length of a line, in characters.

    Raises:
        SourceUnavailable: A line is too long.
        OSError: The file can't be read.
    """
    encoding = _detect_encoding(os.pread(descriptor, 4, 0))
    errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
    is_warned = False
    with open(descriptor, encoding=encoding, errors=errors, newline="") as file:
        number = 0
        while line := file.readline(max_characters + 1):
            number += 1
            if len(line) > max_characters:
                raise SourceUnavailable(f"{name}, line {number}: longer than max_row_size ({max_characters})")
            if not line.isascii() and _UNDECODED_BYTES.search(line):
                line = _UNDECODED_BYTES.sub(_as_latin_1, line)
                is_warned = is_warned or _log_warning(name, number)
            yield line


def _detect_encoding(first_bytes: bytes) -> str:
    found = (encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if first_bytes.startswith(mark))
    without_mark = _UTF_16_BY_NULS.get(tuple(byte == 0 for byte in first_bytes), "utf-8")
    return next(found, without_mark)


def _as_latin_1(undecoded: re.Match[str]) -> str:
    """Return the Latin-1 character of a byte that `surrogateescape` has encoded."""
    return chr(ord(undecoded[0]) - 0xDC00)


def _log_warning(name: str, number: int) -> bool:
    """Log that a line is not UTF-8; return True."""
    logger.warning("%s, line %d: not UTF-8, read as Latin-1", name, number)
    return True
