"""A CSV file as a directory: the header names the fields, every value is text (contract section 3.6)."""

import csv
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from xivo_dird.backend import (
    BackendSettings,
    Caller,
    Column,
    Entry,
    Environment,
    InvalidSource,
    SnapshotBackend,
    SourceOptions,
    SourceUnavailable,
    TextMatch,
)
from xivo_dird_backends.csv.local_disk import is_on_local_disk
from xivo_dird_backends.csv.path import CsvPath, stamp_of
from xivo_dird_backends.csv.text import read_lines

logger = logging.getLogger(__name__)

RACY_SECONDS = 0.02
"""A file changed this recently may change again within the same tick of its time stamp."""


MAX_QUOTED_CHARACTERS = 128 * 1024
"""Characters of a cell over several lines: a longer one is a quotation mark that was left open."""


class CsvOptions(SourceOptions):
    """The fields of contract section 2.9; a relative `file` is below the first of the allowed folders."""

    orders: ClassVar[tuple[str, ...]] = ("name", "file")

    file: Annotated[str, StringConstraints(min_length=1)]
    separator: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    unique_column: Column | None = None


class CsvSettings(BackendSettings):
    """Which files may be read: those below `folders`, of at most `max_file_size` bytes.

    `max_row_size` is the longest line, in characters.
    """

    folders: Annotated[tuple[Path, ...], Field(min_length=1)] = (
        Path("/var/lib/xivo-dird/csv"),
        Path("/etc/xivo-dird/csv"),
    )
    max_file_size: Annotated[int, Field(gt=0)] = 2 * 1024**3
    max_row_size: Annotated[int, Field(gt=0)] = 1024**2


class CsvBackend(SnapshotBackend[CsvOptions]):
    """Lists a CSV file; a missing or unreadable file answers nothing until it is back."""

    Options = CsvOptions
    Settings = CsvSettings
    check_interval: ClassVar[float] = 0.0
    text_match: ClassVar[TextMatch] = TextMatch.CASE_INSENSITIVE

    def __init__(self, options: CsvOptions, environment: Environment) -> None:
        """Raises `InvalidSource` for a file outside the allowed folders or a separator that separates nothing."""
        super().__init__(options, environment)
        settings = environment.settings
        if not isinstance(settings, CsvSettings):
            raise InvalidSource(f"the csv backend was given {type(settings).__name__} as its settings")
        if options.separator in '\r\n"':
            raise InvalidSource(f"separator: {options.separator!r} can't separate the cells of a row")
        self.unique_column = options.unique_column
        self._settings = settings
        self._path = CsvPath(options.file, settings.folders)

    def version(self, caller: Caller | None) -> str:  # noqa: ARG002 - a file is the same for all
        """Answer what changes with the file: device, inode, size, times.

        Shortly after a change the clock is part of it, so that the next question looks again: a second change could
        have the same time stamp (git calls such a file racily clean).
        """
        status = self._path.status()
        is_racy = abs(time.time() - max(status.st_mtime, status.st_ctime)) < RACY_SECONDS
        return f"{stamp_of(status)} {time.time_ns()}" if is_racy else stamp_of(status)

    def version_waits(self) -> bool:
        """Tell whether the file is on a file server."""
        return not is_on_local_disk(self._path.path)

    def entries(self, caller: Caller | None) -> Iterator[Entry]:  # noqa: ARG002 - a file is the same for all
        """List the rows. Blank lines are skipped, short rows lack fields, surplus cells are left out."""
        descriptor = self._path.open(self._settings.max_file_size)
        yield from self._rows(read_lines(descriptor, str(self._path), self._settings.max_row_size))

    def _rows(self, lines: Iterator[str]) -> Iterator[Entry]:
        rows = self._cells(lines)
        header = next(rows, [])
        self._judge(header)
        width = len(header)
        surplus = 0
        for row in rows:
            if len(row) > width:
                surplus += 1
            if row:
                yield dict(zip(header, row, strict=False))
        if surplus:
            logger.warning(
                "%s: %d rows have more cells than the header; those are left out", self._path, surplus
            )

    def _cells(self, lines: Iterator[str]) -> Iterator[list[str]]:
        """List the cells of each row; a row that swallowed many lines is refused."""
        csv.field_size_limit(max(csv.field_size_limit(), self._settings.max_row_size))  # of the whole process
        rows = csv.reader(lines, delimiter=self.options.separator)
        before = 0
        try:
            for row in rows:
                if rows.line_num > before + 1 and max(map(len, row)) > MAX_QUOTED_CHARACTERS:
                    raise csv.Error(
                        f"a cell over several lines is longer than {MAX_QUOTED_CHARACTERS} characters"
                    )
                before = rows.line_num
                yield row
        except csv.Error as error:
            hint = "is a quotation mark left open?"
            raise SourceUnavailable(f"{self._path}, line {rows.line_num}: {error}; {hint}") from error
        except OSError as error:
            raise SourceUnavailable(f"{self._path}, line {rows.line_num}: {error.strerror}") from error

    def _judge(self, header: list[str]) -> None:
        """Warn of what makes a header useless or ambiguous."""
        options = self.options
        if len(set(header)) < len(header):
            twice = sorted({name for name in header if header.count(name) > 1})
            logger.warning("%s: the header has %s more than once; the last one counts", self._path, twice)
        wanted = {
            *options.searched_columns,
            *options.first_matched_columns,
            *filter(None, [self.unique_column]),
        }
        missing = sorted(wanted - set(header))
        if not missing:
            return
        hint = f"; is {options.separator!r} the separator?" if len(header) < 2 else ""
        logger.warning("%s: no column %s, the header has %s%s", self._path, missing, header, hint)
