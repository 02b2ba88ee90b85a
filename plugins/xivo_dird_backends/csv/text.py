"""The text of a CSV file: its encoding found out, its lines limited, its broken bytes read as Latin-1."""

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
_ASCII_AS_UTF_16: dict[tuple[bool, ...], str] = {
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}
"""Where the NULs are in the first two letters, if there is no mark (RFC 4627 tells JSON's encodings apart so)."""

_UNDECODED = re.compile("[\udc80-\udcff]")


def read_lines(descriptor: int, name: str, max_line: int) -> Iterator[str]:
    """List the lines of an open file with their ends, then close it; `max_line` counts characters.

    Raises `SourceUnavailable` for a longer line; `name` is for messages.
    """
    encoding = _encoding(os.pread(descriptor, 4, 0))
    errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
    is_warned = False
    with open(descriptor, encoding=encoding, errors=errors, newline="") as file:
        number = 0
        while line := file.readline(max_line + 1):
            number += 1
            if len(line) > max_line:
                raise SourceUnavailable(f"{name}, line {number}: longer than max_row_size ({max_line})")
            if not line.isascii() and _UNDECODED.search(line):
                line = _UNDECODED.sub(_as_latin_1, line)
                is_warned = is_warned or _warn(name, number)
            yield line


def _encoding(beginning: bytes) -> str:
    found = (encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if beginning.startswith(mark))
    unmarked = _ASCII_AS_UTF_16.get(tuple(byte == 0 for byte in beginning), "utf-8")
    return next(found, unmarked)


def _as_latin_1(undecoded: re.Match[str]) -> str:
    """Read a byte that `surrogateescape` kept."""
    return chr(ord(undecoded[0]) - 0xDC00)


def _warn(name: str, number: int) -> bool:
    logger.warning("%s, line %d: not UTF-8, read as Latin-1", name, number)
    return True
