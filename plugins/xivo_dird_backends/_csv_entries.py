"""Turns the rows of a CSV text into entries: the header names the fields, every value is text."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import islice

from xivo_dird.backend import (
    CsvReader,
    Entry,
    MalformedCsv,
    Placeholder,
    ReadReport,
    SourceOptions,
    SourceUnavailable,
    clean_name,
    parse_template,
    undo_guard,
)

logger = logging.getLogger(__name__)

Log = logging.Logger | logging.LoggerAdapter[logging.Logger]

MAX_NAMED_LINES = 10
"""Maximum number of lines that a warning names."""

MAX_NAME_CHARACTERS, MIN_SIMILARITY = 128, 0.75
"""Length up to which the name of a column is compared with a missing one, and the ratio of `difflib` from which the log
names it."""

MAX_COMPARED_NAMES, MAX_COMPARED_COLUMNS = 500, 20
"""Number of names of a header, and of missing columns, that are compared: each pair takes up to a millisecond."""


class CsvEntries:
    """Reads the entries of one text, once, and then reports which rows were left out.

    - A name in the header is used without what spreadsheets leave around it (`clean_name`), unless an option has it
      exactly as it is. Columns without a name are left out.
    - Cells are used without blanks (Unicode's White_Space) around them and without formula guards (`undo_guard`).
      Numbers (`first_matched_columns`) and ids (`unique_column`) stay as they are: they are compared exactly, and a
      favorite must still be found.
    - Rows without any text are ignored, short rows lack fields, surplus cells are ignored.
    """

    def __init__(
        self, name: str, options: SourceOptions, unique_column: str | None, log: Log = logger
    ) -> None:
        """Read nothing yet.

        Args:
            name: The name of the text in messages.
            options: The options of the source, which name columns.
            unique_column: The column of the ids.
            log: Gets the warnings.
        """
        self._name = name
        self._options = options
        self._unique_column = unique_column
        self._placeholders = [
            part
            for template in options.format_columns.values()
            for part in _parse(template)
            if isinstance(part, Placeholder)
        ]
        self._log = log
        self._rows = 0
        self._surplus = 0
        self._open_quotes = 0
        self._open_quote_lines: list[int] = []

    def read(self, lines: Iterable[str], separator: str, may_have_guards: bool) -> Iterator[Entry]:
        """Yield the entries, then log one warning for each kind of problem.

        Args:
            lines: The lines of the text, with their line ends.
            separator: The configured separator, used if it splits the header.
            may_have_guards: False if no cell has a formula guard.

        Raises:
            SourceUnavailable: A line is not CSV, or the text can't be read.
        """
        try:
            reader = CsvReader(lines, separator, self._add_open_quote)
            if reader.separator != separator:
                self._log.info("%s: the separator is %r, not %r", self._name, reader.separator, separator)
            yield from self._entries(reader, _clean_guarded if may_have_guards else str.strip)
        except MalformedCsv as error:
            raise SourceUnavailable(f"{self._name}, {error}") from error
        except OSError as error:
            raise SourceUnavailable(f"{self._name} can't be read: {error.strerror}") from error
        self._log_warnings()

    def report(self) -> ReadReport:
        """Return what was read until now."""
        return ReadReport(self._rows + self._open_quotes, self._open_quotes, self._skip_reason())

    def _entries(self, reader: CsvReader, clean: Callable[[str], str]) -> Iterator[Entry]:
        names = self._names(reader.header)
        self._check_header(names, reader.separator)
        usual_width = -1 if "" in names else len(names)
        exact = {*self._options.first_matched_columns, self._unique_column}
        exact_cells = [(index, name) for index, name in enumerate(names) if name in exact]
        for row in reader.rows():
            cells = [*map(clean, row)]
            if len(row) == usual_width and cells == row and any(row):
                entry = dict(zip(names, row, strict=True))
            else:
                entry = self._unusual_entry(names, row, cells, exact_cells)
            if entry:
                self._rows += 1
                yield entry

    def _unusual_entry(
        self,
        names: Sequence[str],
        row: Sequence[str],
        cells: Sequence[str],
        exact_cells: Iterable[tuple[int, str]],
    ) -> dict[str, str]:
        """Return the entry of a row with missing, surplus or unclean cells; an empty one for a row without text."""
        entry = dict(zip(names, cells, strict=False))
        entry.pop("", None)
        if not any(entry.values()):
            return {}
        entry.update({name: row[index] for index, name in exact_cells if index < len(row)})
        self._surplus += any(cells[len(names) :])
        return entry

    def _names(self, header: Sequence[str]) -> list[str]:
        """Return the names of the columns, without nameless ones at the end."""
        wanted = self._wanted_columns()
        names = [name if name in wanted else clean_name(name) for name in header]
        while names and not names[-1]:
            names.pop()
        return names

    def _wanted_columns(self) -> set[str]:
        return {*self._required_columns(), *(placeholder.text for placeholder in self._placeholders)}

    def _required_columns(self) -> set[str]:
        options = self._options
        unique = () if self._unique_column is None else (self._unique_column,)
        return {*options.searched_columns, *options.first_matched_columns, *unique}

    def _check_header(self, names: Sequence[str], separator: str) -> None:
        """Log a warning if the header lacks a column that the options name, or has one more than once.

        No other column is named: without a header, the first row is a contact.
        """
        counts = Counter(names)
        duplicates = sorted(name for name in self._wanted_columns() if counts[name] > 1)
        if duplicates:
            self._log.warning(
                "%s: the header has %s more than once; the last one is used", self._name, _quoted(duplicates)
            )
        known = {*counts, *self._options.format_columns}
        missing = {column for column in self._required_columns() if column not in counts}
        for text, name, *_ in self._placeholders:
            if text not in known and name not in known:
                missing.add(text)
        if missing:
            hint = f"; is {separator!r} the separator?" if len(names) < 2 else _similar_names(missing, names)
            number = f"{len(names)} column{'s' if len(names) > 1 else ''}"
            self._log.warning(
                "%s: no column %s, the header has %s%s", self._name, _quoted(sorted(missing)), number, hint
            )

    def _add_open_quote(self, line: int, _text: str) -> None:
        self._open_quotes += 1
        if len(self._open_quote_lines) < MAX_NAMED_LINES:
            self._open_quote_lines.append(line)

    def _skip_reason(self) -> str | None:
        if not self._open_quotes:
            return None
        named = self._open_quote_lines
        lines = f"{'line' if len(named) == 1 else 'lines'} {', '.join(map(str, named))}"
        more = f" and {self._open_quotes - len(named)} more" if self._open_quotes > len(named) else ""
        return f"a quotation mark is not closed in {lines}{more}"

    def _log_warnings(self) -> None:
        if self._open_quotes:
            self._log.warning(
                "%s: rows left out: %d, because %s: close it, or double it if it is text",
                *(self._name, self._open_quotes, self._skip_reason()),
            )
        if self._surplus:
            self._log.warning(
                "%s: %d rows have more cells than the header; the surplus cells are ignored",
                self._name,
                self._surplus,
            )


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def _similar_names(missing: Iterable[str], names: Iterable[str]) -> str:
    """Return a hint that names the columns whose names are almost those of missing ones; "" if there are none."""
    known = [name for name in islice(names, MAX_COMPARED_NAMES) if len(name) <= MAX_NAME_CHARACTERS]
    compared = sorted(missing)[:MAX_COMPARED_COLUMNS]
    similar = sorted(
        {name for column in compared for name in get_close_matches(column, known, 1, MIN_SIMILARITY)}
    )
    return f", one of them is {' or '.join(map(repr, similar))}" if similar else ""


def _clean_guarded(cell: str) -> str:
    return undo_guard(cell.strip())


def _parse(template: str) -> Sequence[str | Placeholder]:
    try:
        return list(parse_template(template))
    except ValueError:
        return ()  # the column is null; the core logs it
