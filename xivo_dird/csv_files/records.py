"""Reads the records of a CSV text. A quotation mark that is left open costs one line, not the rest of the file.

RFC 4180 is the rule: a cell that begins with a quotation mark may run over line ends, and ends at a quotation mark
that is followed by a separator or a line end; a quotation mark inside it is doubled. Outside of such cells quotation
marks are text, as in Python's `csv`, which reads all records of one line. Only a record that runs over its line end is
checked:

- If its cell is never closed, or closed in the middle of text, its first line is left out and the next line begins a
  new record.
- The same holds if it is closed only by a stray quotation mark further down: the lines in between are rows, since
  they have as many cells as the header (see `_swallows_rows`).
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

MAX_READ_AHEAD = 1024**2
"""Maximum characters of a record that spans several lines."""

MAX_QUOTED_CHARACTERS = 128 * 1024
"""Maximum characters of a cell that spans several lines."""

MAX_VAIN_CHARACTERS, MAX_VAIN_RATIO = 32 * 1024**2, 8
"""How much may be read ahead for cells that are never closed: so many characters, and so many times the text."""

LINES_PER_CHUNK = 64
"""Lines that Python's reader gets at once, which is several times faster than one by one."""

MIN_SWALLOWED_SEPARATORS = 8
"""Separators inside a quoted cell, all where a row would have them, that show that the cell swallowed rows."""


class MalformedCsv(Exception):
    """A text is not CSV, not even with one line less.

    Attributes:
        line: The number of the line, from 1.
        reason: What is wrong with it.
    """

    def __init__(self, line: int, reason: str) -> None:
        """Create an error."""
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


class CsvRecords:
    """The records of a text. The first one, the header, sets the number of cells that others are expected to have."""

    def __init__(
        self,
        lines: Iterator[str],
        separator: str,
        on_open_quote: Callable[[int, str], None],
        first_line: int = 1,
    ) -> None:
        """Read nothing yet.

        Args:
            lines: The lines, with their line ends if line breaks in cells are to be kept.
            separator: Separates the cells.
            on_open_quote: Called with number and text of each line that is left out.
            first_line: The number of the first line.
        """
        self._lines = lines
        self._separator = separator
        self._on_open_quote = on_open_quote
        self._width: int | None = None
        self._row_end = ""
        self._buffer: list[str] = []
        self._position = 0
        """Of the next line in the buffer."""
        self._lines_before = first_line - 1
        """The number of lines before `_position`."""
        self._reader = csv.reader(())
        self._taken = self._vain = 0
        """The characters of the lines that were read, and those that were read ahead for cells never closed."""

    @property
    def line(self) -> int:
        """The number of the line that the last record ended in, or that has an error."""
        return self._lines_before + self._reader.line_num

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the cells of each record; a blank line has none. The records can be read only once.

        Raises:
            MalformedCsv: A cell is too long, a line has a bare carriage return, or the header has an open quote.
            Exception: Whatever iterating over `lines` raises.
        """
        while self._fill_buffer():
            chunk = self._buffer[self._position : self._position + LINES_PER_CHUNK]
            if self._width is None or any('"' in line for line in chunk):
                yield from self._read_quoted(chunk)
            else:
                yield from self._read_plain(chunk)

    def _read_plain(self, chunk: Sequence[str]) -> Iterator[list[str]]:
        """Yield the cells of lines without quotation marks: every line is a record."""
        self._reader = csv.reader(chunk, delimiter=self._separator)
        try:
            yield from self._reader
        except csv.Error as error:
            raise MalformedCsv(self.line, _reason_of(error)) from error
        self._advance(len(chunk))

    def _read_quoted(self, chunk: Sequence[str]) -> Iterator[list[str]]:
        """Yield the cells of the records of lines that may have quotation marks."""
        # The empty line is only read if a quotation mark is open at the end of the chunk.
        self._reader = reader = csv.reader([*chunk, ""], delimiter=self._separator)
        complete = 0
        try:
            for cells in reader:
                if reader.line_num > complete + 1 and not self._is_record(
                    cells, chunk[complete : reader.line_num]
                ):
                    break
                complete = reader.line_num
                if self._width is None:
                    self._set_shape(cells, chunk[complete - 1])
                yield cells
                if complete == len(chunk):
                    break
        except csv.Error as error:
            self._check_is_over_lines(complete, error)
        self._advance(complete)
        if complete < len(chunk):
            yield from self._read_over_lines()

    def _fill_buffer(self) -> bool:
        """Read more lines if none are left; return False at the end of the text."""
        if self._position >= len(self._buffer):
            self._buffer = list(islice(self._lines, LINES_PER_CHUNK))
            self._position = 0
            self._taken += sum(map(len, self._buffer))
        return bool(self._buffer)

    def _advance(self, lines: int) -> None:
        self._position += lines
        self._lines_before += lines
        self._reader = csv.reader(())

    def _set_shape(self, header: Sequence[str], last_line: str) -> None:
        self._width = len(header)
        self._row_end = _line_end(last_line)

    def _is_record(self, cells: Sequence[str], lines: Sequence[str]) -> bool:
        """Return True if several lines are one record, with these cells, according to RFC 4180."""
        try:
            if next(csv.reader(lines, delimiter=self._separator, strict=True)) != cells:
                return False
        except csv.Error:
            return False
        return max(map(len, cells)) <= MAX_QUOTED_CHARACTERS and not self._swallows_rows(cells, lines[1:])

    def _check_is_over_lines(self, complete: int, error: csv.Error) -> None:
        """Raise an error of the reader, unless it is due to a record that takes more lines than its own.

        Raises:
            MalformedCsv: The line itself is not CSV.
        """
        if self._reader.line_num <= complete + 1:
            raise MalformedCsv(self.line, _reason_of(error)) from error

    def _read_over_lines(self) -> Iterator[list[str]]:
        """Yield the cells of the next record, which may be longer than a chunk; or leave out its first line."""
        reader = csv.reader(self._read_ahead(), delimiter=self._separator, strict=True)
        try:
            cells = next(reader)
        except csv.Error:
            cells = []
        lines = self._buffer[self._position : self._position + reader.line_num]
        if cells and self._is_record(cells, lines):
            self._advance(len(lines))
            if self._width is None:
                self._set_shape(cells, lines[-1])
            yield cells
            return
        self._advance(1)
        if self._width is None:
            raise MalformedCsv(self.line, "the header has a quotation mark that is not closed")
        self._vain += sum(map(len, lines))
        if self._vain > MAX_VAIN_CHARACTERS + MAX_VAIN_RATIO * self._taken:
            raise MalformedCsv(self.line, "too many quotation marks are not closed")
        self._on_open_quote(self.line, lines[0])

    def _read_ahead(self) -> Iterator[str]:
        """Yield the next lines, which stay in the buffer."""
        characters = 0
        position = self._position
        while characters <= MAX_READ_AHEAD:
            if position == len(self._buffer):
                self._buffer.extend(islice(self._lines, 1))
            if position == len(self._buffer):
                return
            line = self._buffer[position]
            characters += len(line)
            position += 1
            yield line

    def _swallows_rows(self, cells: Sequence[str], following: Sequence[str]) -> bool:
        """Return True if lines after the first one of a record are rows of their own.

        A text in a cell may have separators, so a few of them show nothing if the record has the expected number of
        cells. Excel and LibreOffice end rows with CRLF, and lines in a cell with LF.
        """
        width = self._width
        if width is None or width < 2:
            return False
        if len(cells) != width:
            return any(self._is_row(line, width) for line in following)
        inner = following[:-1]
        has_many = len(inner) * (width - 1) >= MIN_SWALLOWED_SEPARATORS
        return has_many and all(self._is_row(line, width) for line in inner)

    def _is_row(self, line: str, width: int) -> bool:
        if line.count(self._separator) < width - 1 or _line_end(line) != self._row_end:
            return False
        try:
            return len(next(csv.reader((line,), delimiter=self._separator))) == width
        except csv.Error:
            return False


def _reason_of(error: csv.Error) -> str:
    """Return what is wrong in the words of `csv`, but for its limit, which each CSV source may raise."""
    text = str(error)
    if text.startswith("field larger than field limit"):
        return f"a cell has more than {csv.field_size_limit()} characters"
    return text


def _line_end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]
