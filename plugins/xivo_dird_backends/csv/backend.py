"""The CSV backend: the header of a file names the fields, every value is text (contract section 3.6)."""

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
from xivo_dird_backends.csv.path import CsvPath, file_version
from xivo_dird_backends.csv.text import read_lines

logger = logging.getLogger(__name__)

TIMESTAMP_RESOLUTION_SECONDS = 0.02
"""Seconds within which two changes of a file may get the same timestamp."""

MAX_QUOTED_CHARACTERS = 128 * 1024
"""Maximum characters of a cell that spans several lines; a longer one has an unclosed quotation mark."""


class CsvOptions(SourceOptions):
    """The options of a CSV source (contract section 2.9); a relative `file` is below the first allowed folder."""

    orders: ClassVar[tuple[str, ...]] = ("name", "file")

    file: Annotated[str, StringConstraints(min_length=1)]
    separator: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    unique_column: Column | None = None


class CsvSettings(BackendSettings):
    """Which files may be read.

    Attributes:
        folders: Folders that files must be in, directly or in a subfolder.
        max_file_size: Maximum size of a file, in bytes.
        max_row_size: Maximum length of a line, in characters.
    """

    folders: Annotated[tuple[Path, ...], Field(min_length=1)] = (
        Path("/var/lib/xivo-dird/csv"),
        Path("/etc/xivo-dird/csv"),
    )
    max_file_size: Annotated[int, Field(gt=0)] = 2 * 1024**3
    max_row_size: Annotated[int, Field(gt=0)] = 1024**2


class CsvBackend(SnapshotBackend[CsvOptions]):
    """Reads a CSV file; while the file is missing or unreadable, the source has no entries."""

    Options = CsvOptions
    Settings = CsvSettings
    check_interval: ClassVar[float] = 0.0
    text_match: ClassVar[TextMatch] = TextMatch.CASE_INSENSITIVE

    def __init__(self, options: CsvOptions, environment: Environment) -> None:
        """Check the options; the file itself is not opened yet.

        Raises:
            InvalidSource: The file is outside the allowed folders, or the separator can't separate cells.
        """
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
        """Return a text that changes with the file: its device, inode, size and times.

        Just after a change the current time is part of the text, so that the next question checks again: a second
        change could have the same timestamp (git calls such a file racily clean).
        """
        status = self._path.status()
        age = abs(time.time() - max(status.st_mtime, status.st_ctime))
        version = file_version(status)
        return f"{version} {time.time_ns()}" if age < TIMESTAMP_RESOLUTION_SECONDS else version

    def is_version_blocking(self) -> bool:
        """Return True unless the file is known to be on a local disk; it may be on a file server otherwise."""
        return not is_on_local_disk(self._path.path)

    def entries(self, caller: Caller | None) -> Iterator[Entry]:  # noqa: ARG002 - a file is the same for all
        """Yield the rows; blank lines are skipped, short rows lack fields, surplus cells are ignored."""
        descriptor = self._path.open(self._settings.max_file_size)
        yield from self._rows(read_lines(descriptor, str(self._path), self._settings.max_row_size))

    def _rows(self, lines: Iterator[str]) -> Iterator[Entry]:
        rows = self._read_cells(lines)
        header = next(rows, [])
        self._check_header(header)
        width = len(header)
        surplus = 0
        for row in rows:
            if len(row) > width:
                surplus += 1
            if row:
                yield dict(zip(header, row, strict=False))
        if surplus:
            logger.warning(
                "%s: %d rows have more cells than the header; the surplus cells are ignored",
                self._path,
                surplus,
            )

    def _read_cells(self, lines: Iterator[str]) -> Iterator[list[str]]:
        """Yield the cells of each row.

        Raises:
            SourceUnavailable: The file can't be read, or a quotation mark is left open.
        """
        csv.field_size_limit(max(csv.field_size_limit(), self._settings.max_row_size))  # of the whole process
        rows = csv.reader(lines, delimiter=self.options.separator)
        previous_line = 0
        try:
            for row in rows:
                if rows.line_num > previous_line + 1 and max(map(len, row)) > MAX_QUOTED_CHARACTERS:
                    raise csv.Error(
                        f"a cell over several lines is longer than {MAX_QUOTED_CHARACTERS} characters"
                    )
                previous_line = rows.line_num
                yield row
        except csv.Error as error:
            hint = "is a quotation mark left open?"
            raise SourceUnavailable(f"{self._path}, line {rows.line_num}: {error}; {hint}") from error
        except OSError as error:
            raise SourceUnavailable(f"{self._path}, line {rows.line_num}: {error.strerror}") from error

    def _check_header(self, header: list[str]) -> None:
        """Log a warning if the header lacks a configured column or has one more than once."""
        options = self.options
        if len(set(header)) < len(header):
            duplicates = sorted({name for name in header if header.count(name) > 1})
            logger.warning(
                "%s: the header has %s more than once; the last one is used", self._path, duplicates
            )
        required = {
            *options.searched_columns,
            *options.first_matched_columns,
            *filter(None, [self.unique_column]),
        }
        missing = sorted(required - set(header))
        if not missing:
            return
        hint = f"; is {options.separator!r} the separator?" if len(header) < 2 else ""
        logger.warning("%s: no column %s, the header has %s%s", self._path, missing, header, hint)
