"""Reads CSV files that clients import (contract section 2.2) as a stream: only one line at a time is in memory."""

import csv
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Self

from xivo_dird.exceptions import BadEncoding, InvalidCsv

MAX_CELL_CHARACTERS = 128 * 1024
"""Maximum length of a cell, in characters; a longer one usually results from an unclosed quotation mark."""

_BYTE_ORDER_MARK = "\ufeff"


class CsvUpload:
    """An uploaded file, which can be read several times.

    As a context manager, it detaches from its stream at the end of the block and leaves the stream open.
    """

    def __init__(self, stream: IO[bytes], charset: str = "utf-8") -> None:
        """Create an upload.

        Args:
            stream: The bytes of the file; it must be seekable.
            charset: The encoding of the file.

        Raises:
            BadEncoding: The charset is unknown.
        """
        self.charset = charset
        self.byte_count = stream.seek(0, os.SEEK_END)
        try:
            self._text = io.TextIOWrapper(stream, charset, newline="\n")
        except (LookupError, ValueError) as error:
            raise BadEncoding(charset, str(error)) from error

    def __enter__(self) -> Self:
        """Return this object."""
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Detach from the stream."""
        self._text.detach()

    def lines(self) -> Iterator[str]:
        """Yield the lines from the start of the file, split at line feeds, without byte order mark.

        Raises:
            UnicodeError: The bytes are invalid in the charset.
        """
        self._text.seek(0)
        for number, line in enumerate(self._text):
            yield (line.removeprefix(_BYTE_ORDER_MARK) if number == 0 else line).removesuffix("\n")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row of data. `index` counts rows from 0; `line` counts lines of the file from 1, which is the header."""

    index: int
    line: int
    values: Sequence[str]


class CsvTable:
    """The header and the rows of an upload. The header is read immediately, the rows when they are iterated.

    The text is split at line feeds before it is parsed, so a quoted line break is removed from its value.
    Blank lines are skipped.

    Raises:
        BadEncoding: From the constructor or while rows are read: the bytes are invalid in the charset.
        InvalidCsv: From the constructor or while rows are read: the CSV is malformed, or a cell is too long.
    """

    def __init__(self, upload: CsvUpload) -> None:
        """Read the header; it is empty for an empty file."""
        self.byte_count = upload.byte_count
        self._charset = upload.charset
        self._reader = csv.reader(upload.lines())
        self._records = self._read()
        self.header: Sequence[str] = next(self._records, ())

    @property
    def line_count(self) -> int:
        """Number of lines read until now."""
        return self._reader.line_num

    def rows(self) -> Iterator[CsvRow]:
        """Yield the rows; they can be read only once."""
        for index, values in enumerate(self._records):
            yield CsvRow(index, self._reader.line_num, values)

    def _read(self) -> Iterator[Sequence[str]]:
        try:
            for row in filter(None, self._reader):
                if max(map(len, row)) > MAX_CELL_CHARACTERS:
                    raise InvalidCsv(
                        self._reader.line_num, f"a cell has more than {MAX_CELL_CHARACTERS} characters"
                    )
                yield row
        except csv.Error as error:
            raise InvalidCsv(self._reader.line_num, str(error)) from error
        except UnicodeError as error:
            raise BadEncoding(self._charset, str(error)) from error
