"""CSV as clients import it (contract section 2.2), read as a stream: never is more than a line in memory."""

import csv
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Self

from xivo_dird.exceptions import BadEncoding, InvalidCsv

MAX_CELL_CHARACTERS = 128 * 1024
"""Characters; a longer one is most often a quotation mark that was left open."""

_BYTE_ORDER_MARK = "\ufeff"


class CsvUpload:
    """What a client sent: a file that can be read more than once. `with` ends it and leaves its `stream` open."""

    def __init__(self, stream: IO[bytes], charset: str = "utf-8") -> None:
        """Raises `BadEncoding` for an unknown charset."""
        self.charset = charset
        self.byte_count = stream.seek(0, os.SEEK_END)
        try:
            self._text = io.TextIOWrapper(stream, charset, newline="\n")
        except (LookupError, ValueError) as error:
            raise BadEncoding(charset, str(error)) from error

    def __enter__(self) -> Self:
        """Answer itself."""
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Let go of the stream."""
        self._text.detach()

    def lines(self) -> Iterator[str]:
        """Read from the start, cut at line feeds. Raises `UnicodeError`."""
        self._text.seek(0)
        for number, line in enumerate(self._text):
            yield (line.removeprefix(_BYTE_ORDER_MARK) if number == 0 else line).removesuffix("\n")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row of data. `index` counts rows from 0; `line` counts lines of the file from 1, the header's."""

    index: int
    line: int
    values: Sequence[str]


class CsvTable:
    """An upload, read from its start: the header at once, the rows as they are asked for.

    The text is cut at line feeds before anything else, so a quoted line break disappears from its value. Blank
    lines are skipped. Raises `BadEncoding` or `InvalidCsv`, at once or while rows are read.
    """

    def __init__(self, upload: CsvUpload) -> None:
        """Read the header; an empty file has an empty one."""
        self.byte_count = upload.byte_count
        self._charset = upload.charset
        self._reader = csv.reader(upload.lines())
        self._records = self._read()
        self.header: Sequence[str] = next(self._records, ())

    @property
    def line_count(self) -> int:
        """How many lines were read so far."""
        return self._reader.line_num

    def rows(self) -> Iterator[CsvRow]:
        """Read the rows; once only."""
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
