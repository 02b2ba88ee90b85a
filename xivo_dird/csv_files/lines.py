"""Decodes a CSV file line by line, in bounded memory, also where bytes are not in the encoding of the file."""

import io
import re
from collections.abc import Callable, Iterator
from typing import IO

from xivo_dird.csv_files.names_in_encodings import DEFAULT_CODE_PAGE
from xivo_dird.exceptions import SourceUnavailable

_UNDECODED_BYTES = re.compile("[\udc80-\udcff]+")
_REPLACEMENT_CHARACTER = "\ufffd"


def read_lines(
    file: IO[bytes],
    name: str,
    encoding: str,
    max_characters: int,
    on_invalid: Callable[[int], None],
    limit: str = "max_row_size",
) -> Iterator[str]:
    """Yield the lines of a file, including their line ends: LF, CRLF or CR.

    In UTF-8, invalid bytes are read as Windows-1252; in another encoding, as the replacement character.

    Args:
        file: The bytes, from the first line on; the caller closes it.
        name: The name of the file in messages.
        encoding: The encoding of the file, the name of a Python codec.
        max_characters: Maximum length of a line, in characters.
        on_invalid: Called with the number (from 1) of each line that has bytes which are not in the encoding.
        limit: Name of `max_characters`, for the error.

    Raises:
        SourceUnavailable: A line is too long.
        OSError: The file can't be read.
    """
    is_utf_8 = encoding.startswith("utf-8")
    undecoded = _UNDECODED_BYTES if is_utf_8 else re.compile(_REPLACEMENT_CHARACTER)
    errors = "surrogateescape" if is_utf_8 else "replace"
    text = io.TextIOWrapper(file, encoding, errors, newline="")
    number = 0
    try:
        while line := text.readline(max_characters + 1):
            number += 1
            if len(line) > max_characters:
                raise SourceUnavailable(f"{name}, line {number}: longer than {limit} ({max_characters})")
            if not line.isascii() and undecoded.search(line):
                on_invalid(number)
                line = _UNDECODED_BYTES.sub(_as_default_code_page, line)
            yield line
    finally:
        if not file.closed:  # it is when a reader stops early
            text.detach()


def _as_default_code_page(undecoded: re.Match[str]) -> str:
    """Return the characters of bytes that `surrogateescape` has encoded."""
    return undecoded[0].encode("ascii", "surrogateescape").decode(DEFAULT_CODE_PAGE, "replace")
