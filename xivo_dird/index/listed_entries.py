"""Reads the entries that a plugin lists, within limits: a list may have no end, and an entry may be anything."""

import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from time import monotonic
from typing import NoReturn

from xivo_dird.backend import Entry, ReadReport, ReportedEntries, SourceUnavailable
from xivo_dird.exceptions import describe_error
from xivo_dird.index.disk_space import check_disk, check_files, free_bytes_of
from xivo_dird.index.limits import IndexLimits
from xivo_dird.index.plain_entry import UnusableEntry, plain_entry
from xivo_dird.sync import MAX_SMALL_ENTRIES, CopyRevision, SyncedEntries, check_small


class ListedEntries:
    """The entries of a directory while they are indexed."""

    def __init__(
        self,
        entries: Callable[[], Iterable[Entry]],
        is_aborted: Callable[[], bool],
        limits: IndexLimits,
        files: tuple[Path, ...],
    ) -> None:
        """Read nothing yet.

        Args:
            entries: Lists the entries.
            is_aborted: Checked before each entry; when it returns True, the build ends.
            limits: The limits of the build.
            files: The files that are built, in one folder.
        """
        self._entries = entries
        self._is_aborted = is_aborted
        self._limits = limits
        self._files = files
        self._ends_at = 0.0
        self._listed: Iterable[Entry] | None = None
        self._skipped = 0
        self._reason: str | None = None

    @property
    def listed(self) -> Iterable[Entry]:
        """Return what the plugin lists; the time that it has for all entries begins now, unless it has begun.

        Raises:
            SourceUnavailable: Listing failed with an error that would be taken for one of our own files.
            Exception: Whatever else the plugin raises.
        """
        if self._listed is None:
            self._ends_at = monotonic() + self._limits.max_build_seconds
            with _plugin_errors():
                self._listed = self._entries()
        return self._listed

    def read(self) -> Generator[tuple[int, Entry]]:
        """Yield the usable entries with ascending numbers, those of a copy with the numbers that it has given them.

        Close the iterator, so that what the plugin has opened is closed at once.

        Raises:
            SourceUnavailable: The build was aborted or has reached a limit, or listing failed with an error that would
                be taken for one of our own files.
            LargeWork: There are more entries than can be indexed between questions.
            Exception: Whatever the plugin raises.
        """
        listed = self.listed
        with _plugin_errors():
            if isinstance(listed, SyncedEntries):
                with closing(listed.numbered()) as numbered:
                    yield from self._usable(numbered)
                return
            rows = iter(listed)
            with closing(rows) if isinstance(rows, Generator) else nullcontext():
                yield from self._usable(enumerate(rows, 1))

    def raise_if_aborted(self) -> None:
        """Raise `SourceUnavailable` if the build was aborted."""
        if self._is_aborted():
            raise SourceUnavailable("the source is being closed")

    def check_files(self, free_bytes: Callable[[Path], int] = free_bytes_of) -> None:
        """Check the size of the files.

        Args:
            free_bytes: Returns the free bytes of the disk that has a folder.

        Raises:
            SourceUnavailable: They are too large, or leave too little of the disk to others.
        """
        check_files(self._files, self._limits, free_bytes)

    def check_copy(self, size: int, free_bytes: Callable[[Path], int] = free_bytes_of) -> None:
        """Check that the disk has room for a copy of a file of `size` bytes beside the files.

        Args:
            size: The size of the file.
            free_bytes: Returns the free bytes of the disk that has a folder.

        Raises:
            SourceUnavailable: It would leave too little of the disk to others.
        """
        check_disk(self._files[0].parent, size, size, free_bytes)

    @property
    def revision(self) -> CopyRevision | None:
        """Return the state of the copy that was listed, None if there is no copy, or if it had unusable entries."""
        listed = self._listed
        return listed.revision if isinstance(listed, SyncedEntries) and not self._skipped else None

    def report(self, count: int) -> ReadReport:
        """Return what was read, after the last entry; without a report of the plugin, every row is an entry.

        Args:
            count: The number of entries that were indexed.
        """
        if not isinstance(self._listed, ReportedEntries):
            return ReadReport(count + self._skipped, self._skipped, self._reason)
        report = self._listed.report()
        skipped, reason = report.skipped + self._skipped, report.reason or self._reason
        return ReadReport(report.rows, skipped, reason, report.incomplete)

    def _usable(self, rows: Iterator[tuple[int, Entry]]) -> Iterator[tuple[int, Entry]]:
        max_bytes, last, is_aborted = self._limits.max_entry_bytes, self._limits.max_entries, self._is_aborted
        ends_at = self._ends_at
        for position, (number, entry) in enumerate(rows, 1):
            if position > last or is_aborted() or monotonic() > ends_at:
                self._raise_limit(position)
            if position == MAX_SMALL_ENTRIES + 1:
                check_small(position)
            try:
                yield number, plain_entry(entry, max_bytes)
            except UnusableEntry as error:
                self._skipped += 1
                self._reason = self._reason or f"entry {position}: {error}"

    def _raise_limit(self, position: int) -> NoReturn:
        """Raise the error of the limit that is reached at this entry."""
        self.raise_if_aborted()
        limits = self._limits
        if position > limits.max_entries:
            raise SourceUnavailable(f"it lists more than {limits.max_entries} entries (index.max_entries)")
        raise SourceUnavailable(
            f"listing its entries takes more than {limits.max_build_seconds:g} s (index.max_build_seconds)"
        )


@contextmanager
def _plugin_errors() -> Iterator[None]:
    """Raise `SourceUnavailable` for errors of a plugin that would be taken for errors of our own files."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise SourceUnavailable(describe_error(error)) from error
