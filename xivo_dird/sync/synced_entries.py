"""The entries of a copy, with what has changed in them since an earlier revision."""

import json
from collections.abc import Callable, Generator, Mapping
from typing import NamedTuple

from xivo_dird.read_report import ReadReport, ReportedEntries
from xivo_dird.sync.copy_file import CopyFile
from xivo_dird.sync.pages import RawEntry

KEPT_REVISIONS = 100
"""Number of revisions for which it is known who was removed."""

_ENTRIES = "SELECT number, row FROM entry WHERE row IS NOT NULL ORDER BY number"
_CHANGED = "SELECT number, row FROM entry WHERE revision > ?"
_REMOVED = "SELECT number, NULL FROM removed WHERE revision > ?"

Convert = Callable[[RawEntry], RawEntry | None]
"""Returns an entry as its source shows it, None if the source does not show it."""


class CopyRevision(NamedTuple):
    """The state of a copy.

    Attributes:
        copy: Identifies the copy; another one has other numbers.
        number: Increases with every run.
    """

    copy: str
    number: int

    @classmethod
    def parse(cls, text: str) -> "CopyRevision":
        """Return the revision with this text."""
        copy, _, number = text.partition(" ")
        return cls(copy, int(number))

    def __str__(self) -> str:
        """Return the revision as a text without a line break."""
        return f"{self.copy} {self.number}"


class SyncedEntries(ReportedEntries):
    """The entries of a copy, in the order in which they were first seen.

    The index of a source that returns them is changed where they have changed, instead of built anew.

    Attributes:
        revision: The state of the copy.
    """

    def __init__(
        self, file: CopyFile, revision: CopyRevision, report: ReadReport, convert: Convert | None = None
    ) -> None:
        """Read nothing yet.

        Args:
            file: The file of the copy.
            revision: The state of the copy.
            report: What was read.
            convert: Returns an entry as its source shows it.
        """
        super().__init__((entry for _, entry in self.numbered()), lambda: report)
        self.revision = revision
        self._file = file
        self._report = report
        self._convert = convert

    def map(self, convert: Convert) -> "SyncedEntries":
        """Return the entries as `convert` returns them; those for which it returns None are not shown.

        What it returns must depend on the entry, and on options of the backend, only.
        """
        return SyncedEntries(self._file, self.revision, self._report, convert)

    def numbered(self) -> Generator[tuple[int, RawEntry]]:
        """Yield each entry with its number, in ascending order; it keeps the number as long as it is there.

        Raises:
            SourceUnavailable: The copy can't be read.
        """
        with self._file.open() as connection:
            for number, row in connection.execute(_ENTRIES):
                entry = self._shown(row)
                if entry is not None:
                    yield number, entry

    def changes_since(self, since: CopyRevision) -> Mapping[int, RawEntry | None] | None:
        """Return the numbers of the entries that have changed since a revision, and what they are now.

        Args:
            since: The revision.

        Returns:
            The entries, None for those that are no longer there or not shown; None if the revision is too old or of
            another copy.

        Raises:
            SourceUnavailable: The copy can't be read.
        """
        if since.copy != self.revision.copy or not 0 <= self.revision.number - since.number < KEPT_REVISIONS:
            return None
        with self._file.open() as connection:
            changes = connection.execute(_REMOVED, (since.number,)).fetchall()
            changes += connection.execute(_CHANGED, (since.number,)).fetchall()
        return {number: self._shown(row) for number, row in changes}

    def _shown(self, row: str | None) -> RawEntry | None:
        if row is None:
            return None
        entry: RawEntry = json.loads(row)
        return entry if self._convert is None else self._convert(entry)
