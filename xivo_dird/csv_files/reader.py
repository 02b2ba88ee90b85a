"""Reads a CSV text: skips what stands before the header, finds the separator, then yields the records."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from xivo_dird.csv_files.records import CsvRecords
from xivo_dird.csv_files.separator import choose_separator, declared_separator, is_empty_line

SAMPLE_LINES = 20
"""Number of lines in which a separator has to fit."""

MAX_SAMPLE_CHARACTERS = 64 * 1024
"""Maximum characters of these lines."""

_BYTE_ORDER_MARK = "\ufeff"


class CsvReader:
    """The header and the rows of a CSV text. The header is read immediately, the rows when they are iterated.

    Lines without text before the header (blank ones, `;;;;`) and a line `sep=;` are skipped.

    Attributes:
        header: The cells of the header, unchanged; empty for an empty text.
        separator: The separator that is used.
    """

    def __init__(
        self, lines: Iterable[str], separator: str, on_open_quote: Callable[[int, str], None]
    ) -> None:
        """Read the header.

        Args:
            lines: The lines, with their line ends if line breaks in cells are to be kept.
            separator: The configured separator; used if it splits the header, or if no other one does.
            on_open_quote: Called with number (from 1) and text of each line that is left out, because it opens a
                quotation mark that is not closed; the next line begins a new row.

        Raises:
            MalformedCsv: The header is not valid CSV.
        """
        self._lines = iter(lines)
        self._skipped = 0
        declared, first = self._skip_to_header(separator)
        sample = self._sample(first)
        preferred = [separator] if declared is None else [declared, separator]
        self.separator = choose_separator(preferred, sample) if sample else separator
        self._records = CsvRecords(
            chain(sample, self._lines), self.separator, on_open_quote, first_line=self._skipped + 1
        )
        self._rows = iter(self._records)
        self.header: Sequence[str] = next(self._rows, ())

    @property
    def line(self) -> int:
        """The number of lines read until now; while rows are iterated, the line that the last row ended in."""
        return self._records.line

    def rows(self) -> Iterator[list[str]]:
        """Yield the cells of each row; a blank line has none. The rows can be read only once.

        Raises:
            MalformedCsv: A cell is too long, or a line has a bare carriage return outside of quotation marks.
            Exception: Whatever iterating over `lines` raises.
        """
        return self._rows

    def _skip_to_header(self, separator: str) -> tuple[str | None, str | None]:
        """Return the declared separator and the first line of the header; None for what the text does not have."""
        declared = None
        for line in self._lines:
            text = line if self._skipped else line.removeprefix(_BYTE_ORDER_MARK)
            found = None if self._skipped else declared_separator(text)
            if found is None and not is_empty_line(text, separator):
                return declared, text
            declared = declared or found
            self._skipped += 1
        return declared, None

    def _sample(self, first: str | None) -> list[str]:
        """Return the first lines, beginning with `first`."""
        sample = [] if first is None else [first]
        characters = len(first or "")
        while sample and len(sample) < SAMPLE_LINES and characters < MAX_SAMPLE_CHARACTERS:
            line = next(self._lines, None)
            if line is None:
                break
            sample.append(line)
            characters += len(line)
        return sample
