"""What a source has copied from a remote directory: the entries, and the cursor from which the next run continues.

They are in one SQLite file, so that they change in one transaction. A run that does not end normally changes nothing.
"""

import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.read_report import ReadReport
from xivo_dird.sync.copy_file import CopyFile, transaction
from xivo_dird.sync.full_runs import FullRuns
from xivo_dird.sync.pages import CursorRefused, FetchPages, LeftOut, RawEntry, SyncPage
from xivo_dird.sync.rows import MAX_LEVELS, entry_row
from xivo_dird.sync.small_work import check_small
from xivo_dird.sync.synced_entries import KEPT_REVISIONS, CopyRevision, SyncedEntries

MAX_FULL_AGE_SECONDS = 24 * 3600.0
"""Seconds after which everything is fetched again, since servers forget to report deletions."""

_PUT = (
    "INSERT INTO entry (id, row, left_out, full_run, revision) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
    " revision = iif(row IS excluded.row, revision, excluded.revision),"
    " row = excluded.row, left_out = excluded.left_out, full_run = excluded.full_run"
)
_REMOVE = "DELETE FROM entry WHERE id = ? RETURNING number"
_REMOVE_ABSENT = "DELETE FROM entry WHERE full_run <> ? RETURNING number"
_COUNTS = "SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM entry WHERE left_out IS NOT NULL)"
_REASON = "SELECT left_out FROM entry WHERE left_out IS NOT NULL ORDER BY number LIMIT 1"


class _Run(NamedTuple):
    """A run that ended normally.

    Attributes:
        cursor: Where the next run continues, None if it fetches everything.
        fingerprint: The options with which it was made.
        full_at: When everything was fetched, in seconds since the epoch.
        full_run: The number of times that everything was fetched.
        incomplete: Why the server has left out a part.
        revision: The state of the copy after it.
    """

    cursor: str | None
    fingerprint: str
    full_at: float
    full_run: int
    incomplete: str | None
    revision: CopyRevision


class SyncState:
    """The copy of one directory, or of the part that one user sees. One thread at a time uses it."""

    def __init__(
        self,
        folder: Path,
        fingerprint: str,
        max_full_age_seconds: float = MAX_FULL_AGE_SECONDS,
        full_runs: FullRuns | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            folder: The folder of the source, or the `user_folder` of a user.
            fingerprint: The options that decide what the server lists; with others, everything is fetched again.
            max_full_age_seconds: Seconds after which everything is fetched again.
            full_runs: Spreads out the full runs of the users of a source.
        """
        self._file = CopyFile(folder)
        self._fingerprint = fingerprint
        self._max_full_age_seconds = max_full_age_seconds
        self._full_runs = full_runs or FullRuns(0.0)

    def synchronized(self, fetch: FetchPages) -> SyncedEntries:
        """Fetch what has changed since the last run; return all entries, in the order in which they were first seen.

        Everything is fetched if there is no cursor, it is old, or the server refuses it. Entries are only removed by a
        run that ends normally, and those that a full list does not have only if it is complete. The report has the
        entries that were left out, and why the copy is incomplete.

        Raises:
            SourceUnavailable: The copy can't be read or written, or not a single entry can be used.
            LargeWork: There is more to fetch than fits between questions; see `small_work_only`.
            Exception: Whatever `fetch` raises; the copy is as before.
        """
        with self._file.open() as connection:
            last = self._last_run(connection)
            is_full = self._is_full_due(last)
            try:
                return self._run(connection, fetch, last, is_full=is_full)
            except CursorRefused as error:
                if is_full:
                    raise
                if not self._full_runs.may_start():
                    raise SourceUnavailable("it is to be fetched anew, and other users are first") from error
                return self._run(connection, fetch, last, is_full=True)

    def ids(self) -> frozenset[str]:
        """Return the ids of the entries of the copy, for a `fetch` that has to find out who is missing.

        Raises:
            SourceUnavailable: The copy can't be read.
        """
        with self._file.open() as connection:
            return frozenset(key for (key,) in connection.execute("SELECT id FROM entry"))

    def remove(self) -> None:
        """Forget the copy: the user no longer has the directory, or another one.

        Raises:
            SourceUnavailable: It can't be removed.
        """
        self._file.remove()

    def _last_run(self, connection: sqlite3.Connection) -> _Run | None:
        """Return the last run, None if there was none with these options."""
        row = connection.execute("SELECT * FROM run").fetchone()
        if row is None:
            return None
        cursor, fingerprint, full_at, full_run, incomplete, copy, revision = row
        last = _Run(cursor, fingerprint, full_at, full_run, incomplete, CopyRevision(copy, revision))
        return last if last.fingerprint == self._fingerprint else None

    def _is_full_due(self, last: _Run | None) -> bool:
        """Return True if everything is to be fetched now."""
        if last is None or last.cursor is None:
            return True
        is_old = not 0 <= time.time() - last.full_at < self._max_full_age_seconds
        return is_old and self._full_runs.may_start()

    def _run(
        self, connection: sqlite3.Connection, fetch: FetchPages, last: _Run | None, *, is_full: bool
    ) -> SyncedEntries:
        """Apply all pages and the new cursor in one transaction."""
        if is_full:
            check_small(connection.execute(_COUNTS).fetchone()[0])
        with transaction(connection):
            if last is None:
                last = self._new_copy(connection)
            changes = _Changes(connection, last.full_run + is_full, last.revision.number + 1)
            since = None if is_full else last.cursor
            cursor, incomplete = changes.apply(fetch(since))
            if is_full and incomplete is None:
                changes.remove_absent()
            report = _report(connection, incomplete)
            run = _Run(
                since if incomplete else cursor,
                self._fingerprint,
                time.time() if is_full else last.full_at,
                changes.full_run,
                incomplete,
                CopyRevision(last.revision.copy, changes.revision),
            )
            _store(connection, run)
        return SyncedEntries(self._file, run.revision, report)

    def _new_copy(self, connection: sqlite3.Connection) -> _Run:
        """Remove what was copied with other options, if anything was; return the run before the first one."""
        connection.execute("DELETE FROM entry")
        connection.execute("DELETE FROM removed")
        return _Run(None, self._fingerprint, 0.0, 0, None, CopyRevision(uuid4().hex, 0))


class _Changes:
    """Applies the changes of one run to the entries."""

    def __init__(self, connection: sqlite3.Connection, full_run: int, revision: int) -> None:
        self._connection = connection
        self.full_run = full_run
        self.revision = revision

    def apply(self, pages: Iterable[SyncPage]) -> tuple[str | None, str | None]:
        """Apply all pages; return the cursor, and why the server has left out a part."""
        cursor: str | None = None
        incomplete: str | None = None
        count = 0
        for page in pages:
            count += len(page.changes)
            check_small(count)
            for key, entry in page.changes:
                self._put(key, entry)
            cursor = page.cursor
            incomplete = incomplete or page.incomplete
        return cursor, incomplete

    def remove_absent(self) -> None:
        """Remove the entries that a complete full list does not have."""
        self._remember(self._connection.execute(_REMOVE_ABSENT, (self.full_run,)).fetchall())

    def _put(self, key: str, entry: RawEntry | LeftOut | None) -> None:
        if entry is None:
            self._remember(self._connection.execute(_REMOVE, (key,)).fetchall())
            return
        row, reason = _row_or_reason(entry)
        self._connection.execute(_PUT, (key, row, reason, self.full_run, self.revision))

    def _remember(self, removed: list[tuple[int]]) -> None:
        rows = [(number, self.revision) for (number,) in removed]
        self._connection.executemany("INSERT INTO removed VALUES (?, ?)", rows)


def _row_or_reason(entry: RawEntry | LeftOut) -> tuple[str | None, str | None]:
    """Return what is stored of an entry, or why it is left out."""
    if isinstance(entry, LeftOut):
        return None, entry.reason
    row = entry_row(entry)
    return row, None if row is not None else f"an entry is nested more than {MAX_LEVELS} levels deep"


def _store(connection: sqlite3.Connection, run: _Run) -> None:
    connection.execute("DELETE FROM removed WHERE revision <= ?", (run.revision.number - KEPT_REVISIONS,))
    connection.execute("DELETE FROM run")
    connection.execute("INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?)", (*run[:-1], *run.revision))


def _report(connection: sqlite3.Connection, incomplete: str | None) -> ReadReport:
    """Return what was read.

    Raises:
        SourceUnavailable: Not a single entry can be used: most likely it is our mistake.
    """
    rows, left_out = connection.execute(_COUNTS).fetchone()
    (reason,) = connection.execute(_REASON).fetchone() or (None,)
    if rows and rows == left_out:
        raise SourceUnavailable(f"none of {rows} entries can be used: {reason}")
    return ReadReport(rows, left_out, reason, incomplete)
