"""Reads CSV files that clients import (contract section 2.2) as a stream: only a few lines at a time are in memory."""

import csv
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import IO

from typing_extensions import override

from xivo_dird.contacts.limits import MAX_FIELDS
from xivo_dird.contacts.upload import ContactRow, ContactUpload
from xivo_dird.csv_files.encoding import encoding_by_mark
from xivo_dird.csv_files.guards import undo_guard
from xivo_dird.csv_files.reader import CsvReader
from xivo_dird.csv_files.records import MalformedCsv
from xivo_dird.exceptions import BadEncoding, InvalidCsv

MAX_CELL_CHARACTERS = 128 * 1024
"""Maximum length of a cell, in characters."""

MAX_HEADER_LINES = 20
"""Maximum number of lines with names that have line breaks."""

DEFAULT_CHARSET = "utf-8"
SEPARATOR = ","
OPEN_QUOTE = "The row has a quotation mark that is not closed. Close it, or double it if it is text."


class CsvUpload(ContactUpload):
    """An uploaded CSV file."""

    def __init__(self, stream: IO[bytes], charset: str | None = None) -> None:
        """Create an upload.

        Args:
            stream: The bytes of the file; it must be seekable.
            charset: The encoding of the file. None: that of its byte order mark, else UTF-8.

        Raises:
            BadEncoding: The charset is unknown.
        """
        if charset is None:
            stream.seek(0)
            charset = encoding_by_mark(stream.read(4)) or DEFAULT_CHARSET
        self.charset = charset
        self.byte_count = stream.seek(0, os.SEEK_END)
        try:
            self._text = io.TextIOWrapper(stream, charset, newline="\n")
        except (LookupError, ValueError) as error:
            raise BadEncoding(charset, str(error)) from error

    @override
    def detach(self) -> None:
        self._text.detach()

    @override
    def table(self) -> "CsvTable":
        return CsvTable(self)

    def lines(self) -> Iterator[str]:
        """Yield the lines from the start of the file, split at line feeds.

        If the header ends with CRLF, the file is one of RFC 4180, such as an export of this daemon: the lines have
        their line ends, and line breaks in cells are kept. Else the line ends are removed, and with them the line
        breaks in cells, as the contract says.

        Raises:
            UnicodeError: The bytes are invalid in the charset.
        """
        self._text.seek(0)
        header = self._header_lines()
        lines = chain(header, self._text)
        if header and header[-1].endswith("\r\n"):
            yield from lines
        else:
            yield from (line.removesuffix("\n") for line in lines)

    def _header_lines(self) -> Sequence[str]:
        """Return the lines up to the first one that ends outside of quotation marks."""
        lines: list[str] = []
        for line in islice(self._text, MAX_HEADER_LINES):
            lines.append(line)
            if sum(line.count('"') for line in lines) % 2 == 0:
                break
        return lines


class CsvTable:
    """The header and the rows of an upload. The header is read immediately, the rows when they are iterated.

    Blank lines are skipped. Formula guards are undone: the export adds them to the texts that would be changed by this.

    Raises:
        BadEncoding: From the constructor or while rows are read: the bytes are invalid in the charset.
        InvalidCsv: From the constructor or while rows are read: the CSV is malformed, or a cell is too long.
    """

    def __init__(self, upload: CsvUpload) -> None:
        """Read the header; it is empty for an empty file."""
        self.byte_count = upload.byte_count
        self._charset = upload.charset
        self._open_quotes: list[tuple[int, str]] = []
        with self._translated_errors():
            self._reader = CsvReader(upload.lines(), SEPARATOR, self._add_open_quote)
        if len(self._reader.header) > MAX_FIELDS:
            raise InvalidCsv(self._reader.line, f"it has more than {MAX_FIELDS} columns")
        self.header: Sequence[str] = [undo_guard(name) for name in self._reader.header]

    @property
    def line_count(self) -> int:
        """Number of lines read until now."""
        return self._reader.line

    def rows(self) -> Iterator[ContactRow]:
        """Yield the rows; they can be read only once. A row with an open quotation mark has an `error`."""
        index = 0
        with self._translated_errors():
            for row in chain(filter(None, self._reader.rows()), [None]):
                for line, text in self._open_quotes:
                    yield ContactRow(index, line, _split_open_quote(text, self._reader.separator), OPEN_QUOTE)
                    index += 1
                self._open_quotes.clear()
                if row is not None:
                    yield ContactRow(index, self._reader.line, self._checked(row))
                    index += 1

    def records(self) -> Iterator[tuple[Sequence[str], ContactRow]]:
        """Yield the header with each row."""
        return ((self.header, row) for row in self.rows())

    def _checked(self, row: Sequence[str]) -> Sequence[str]:
        if max(map(len, row)) > MAX_CELL_CHARACTERS:
            raise InvalidCsv(self._reader.line, f"a cell has more than {MAX_CELL_CHARACTERS} characters")
        return [undo_guard(cell) for cell in row]

    def _add_open_quote(self, line: int, text: str) -> None:
        self._open_quotes.append((line, text))

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except MalformedCsv as error:
            raise InvalidCsv(error.line, error.reason) from error
        except UnicodeError as error:
            raise BadEncoding(self._charset, str(error)) from error


def _split_open_quote(text: str, separator: str) -> Sequence[str]:
    """Return the cells of a line as if its quotation marks were not there."""
    return next(csv.reader([text.replace('"', "")], delimiter=separator))
