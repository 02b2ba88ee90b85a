"""The CSV backend: the header of a file names the fields, every value is text (contract section 3.6)."""

import csv
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from xivo_dird.backend import (
    EXCLUDE_UNSET,
    MAX_BYTES,
    NO_BOOLEAN,
    AllowedFolders,
    BackendSettings,
    Caller,
    Column,
    Entry,
    Environment,
    HostFile,
    InvalidSource,
    ReportedEntries,
    SnapshotBackend,
    SourceOptions,
    TextMatch,
    TextSurvey,
    read_lines,
    survey_text,
)
from xivo_dird_backends._csv_entries import CsvEntries
from xivo_dird_backends._encoding import Encoding
from xivo_dird_backends._files import file_version, is_on_local_disk

logger = logging.getLogger(__name__)


class CsvOptions(SourceOptions):
    """The options of a CSV source (contract section 2.9), then `encoding`."""

    orders: ClassVar[tuple[str, ...]] = ("name", "file")

    file: Annotated[str, StringConstraints(min_length=1)]
    """The file. A relative path is below the first of `folders`, another one must be below one of them."""

    separator: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    """The sign between cells. Another one is found if this one does not split the header."""

    unique_column: Column | None = None
    """The field that identifies a row. Without it there are no favorites."""

    encoding: Annotated[Encoding | None, EXCLUDE_UNSET] = None
    """The encoding, by any name that Python knows. Without it, it is guessed."""


class CsvSettings(BackendSettings):
    """Which files may be read."""

    folders: Annotated[tuple[Path, ...], Field(min_length=1)] = (
        Path("/var/lib/xivo-dird/csv"),
        Path("/etc/xivo-dird/csv"),
    )
    """Folders that files must be in, directly or in a subfolder, after following links."""

    max_file_size: Annotated[int, Field(gt=0, le=MAX_BYTES), NO_BOOLEAN] = 2 * 1024**3
    """Maximum size of a file, in bytes."""

    max_row_size: Annotated[int, Field(gt=0, le=MAX_BYTES), NO_BOOLEAN] = 1024**2
    """Maximum length of a line, in characters."""


class CsvBackend(SnapshotBackend[CsvOptions]):
    """Reads a CSV file; while the file is missing or unreadable, the source has no entries."""

    Options = CsvOptions
    Settings = CsvSettings
    check_interval = 0.0
    text_match: ClassVar[TextMatch] = TextMatch.CASE_INSENSITIVE

    def __init__(self, options: CsvOptions, environment: Environment) -> None:
        """Check the options; the file itself is not opened yet.

        Raises:
            InvalidSource: The file is outside the allowed folders, or the separator can't separate cells.
        """
        super().__init__(options, environment)
        settings = environment.settings_of(CsvSettings)
        if options.separator in '\r\n"':
            raise InvalidSource(f"separator: {options.separator!r} can't separate the cells of a row")
        self.unique_column = options.unique_column
        self._settings = settings
        self._path = HostFile("file", options.file, AllowedFolders(settings.folders, "backends.csv.folders"))

    def version(self, caller: Caller | None) -> str:  # noqa: ARG002 - a file is the same for all
        """Return a text that changes with the file: its device, inode, size and times."""
        return file_version(self._path.status())

    def is_version_blocking(self) -> bool:
        """Return True unless the file is known to be on a local disk; it may be on a file server otherwise."""
        return not is_on_local_disk(self._path.path)

    def entries(self, caller: Caller | None) -> ReportedEntries:  # noqa: ARG002 - a file is the same for all
        """Return the rows, with a report of those that were left out because of an open quotation mark."""
        entries = CsvEntries(str(self._path), self.options, self.unique_column)
        return ReportedEntries(self._read(entries), entries.report)

    def _read(self, entries: CsvEntries) -> Iterator[Entry]:
        settings, options = self._settings, self.options
        csv.field_size_limit(max(csv.field_size_limit(), settings.max_row_size))  # of the whole process
        name = str(self._path)
        with self._path.open(settings.max_file_size, "max_file_size") as file:
            survey = survey_text(file, options.encoding)
            invalid = InvalidLines(name, survey)
            file.seek(0)
            lines = read_lines(file, name, survey.encoding, settings.max_row_size, invalid.add)
            yield from entries.read(lines, options.separator, survey.may_have_guards)
        invalid.log_warning()


class InvalidLines:
    """Counts the lines of a file that are not in its encoding."""

    def __init__(self, name: str, survey: TextSurvey) -> None:
        """Count no lines yet; `name` is the file in messages."""
        self._name = name
        self._survey = survey
        self._count = 0
        self._first = 0

    def add(self, line: int) -> None:
        """Count a line."""
        self._first = self._first or line
        self._count += 1

    def log_warning(self) -> None:
        """Log how the file was read, unless it is in its encoding or in UTF-8."""
        encoding = self._survey.encoding
        if self._survey.is_guess:
            hint = "if names are wrong, set `encoding`"
            logger.warning("%s: not UTF-8, read as %s, which is a guess: %s", self._name, encoding, hint)
        elif self._count and encoding.startswith("utf-8"):
            logger.warning(
                "%s, line %d: not UTF-8, read as Windows-1252 (lines: %d)",
                self._name,
                self._first,
                self._count,
            )
        elif self._count:
            logger.warning(
                "%s, line %d: not %s (lines: %d); is `encoding` right?",
                *(self._name, self._first, encoding, self._count),
            )
