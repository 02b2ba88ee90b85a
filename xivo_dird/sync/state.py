"""What a source has copied from a remote directory: the entries, and the cursor from which the next run continues.

They are in one SQLite file, so that they change in one transaction. A run that does not end normally changes nothing.
"""

import json
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.read_report import ReadReport, ReportedEntries
from xivo_dird.sync.full_runs import FullRuns
from xivo_dird.sync.pages import CursorRefused, FetchPages, LeftOut, RawEntry

logger = logging.getLogger(__name__)

MAX_FULL_AGE_SECONDS = 24 * 3600.0
"""Seconds after which everything is fetched again, since servers forget to report deletions."""

FILE_NAME = "sync.sqlite"
FORMAT_VERSION = 2
"""To be increased with every change of the schema; older files are then fetched anew."""

_SCHEMA = (
    "CREATE TABLE entry (id TEXT PRIMARY KEY, row TEXT, left_out TEXT, full_run INTEGER NOT NULL)",
    "CREATE INDEX left_out ON entry (left_out) WHERE left_out IS NOT NULL",
    "CREATE TABLE run (cursor TEXT, fingerprint TEXT NOT NULL, full_at REAL NOT NULL, number INTEGER NOT NULL,"
    " incomplete TEXT)",
    f"PRAGMA user_version = {FORMAT_VERSION}",
)
_PUT = (
    "INSERT INTO entry VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
    " SET row = excluded.row, left_out = excluded.left_out, full_run = excluded.full_run"
)
_LAST = "SELECT cursor, fingerprint, full_at, number, incomplete FROM run"
_COUNTS = "SELECT count(*), count(left_out) FROM entry"
_REASON = "SELECT left_out FROM entry WHERE left_out IS NOT NULL ORDER BY rowid LIMIT 1"


class _Run(NamedTuple):
    """The last run that ended normally: its cursor, its options, and the full run that it is based on."""

    cursor: str | None
    fingerprint: str
    full_at: float
    number: int
    incomplete: str | None


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
        self._path = folder / FILE_NAME
        self._fingerprint = fingerprint
        self._max_full_age_seconds = max_full_age_seconds
        self._full_runs = full_runs or FullRuns(0.0)
        self._report = ReadReport(0)

    def synchronized(self, fetch: FetchPages) -> ReportedEntries:
        """Fetch what has changed since the last run; return all entries, in the order in which they were first seen.

        The run begins with the first entry that is read. Everything is fetched if there is no cursor, it is old, or the
        server refuses it. Entries are only removed by a run that ends normally, and those that a full list does not
        have only if it is complete. The report has the entries that were left out, and why the copy is incomplete.

        Raises:
            SourceUnavailable: The copy can't be read or written, or not a single entry can be used.
            Exception: Whatever `fetch` raises; the copy is as before.
        """
        return ReportedEntries(self._synchronized(fetch), lambda: self._report)

    def remove(self) -> None:
        """Forget the copy: the user no longer has the directory, or another one.

        Raises:
            SourceUnavailable: It can't be removed.
        """
        try:
            for path in (self._path, self._path.with_name(f"{FILE_NAME}-journal")):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise SourceUnavailable(f"can't remove {self._path}: {error.strerror}") from error

    def _synchronized(self, fetch: FetchPages) -> Iterator[RawEntry]:
        with self._open() as connection:
            last = self._last_run(connection)
            is_full = self._is_full_due(last)
            try:
                self._run(connection, fetch, last, is_full=is_full)
            except CursorRefused as error:
                if is_full:
                    raise
                if not self._full_runs.may_start():
                    raise SourceUnavailable("it is to be fetched anew, and other users are first") from error
                self._run(connection, fetch, last, is_full=True)
            self._report = _report(connection)
            for (row,) in connection.execute("SELECT row FROM entry WHERE row IS NOT NULL ORDER BY rowid"):
                entry: RawEntry = json.loads(row)
                yield entry

    def _is_full_due(self, last: _Run | None) -> bool:
        """Return True if everything is to be fetched now."""
        if last is None or last.cursor is None:
            return True
        is_old = not 0 <= time.time() - last.full_at < self._max_full_age_seconds
        return is_old and self._full_runs.may_start()

    def _run(
        self, connection: sqlite3.Connection, fetch: FetchPages, last: _Run | None, *, is_full: bool
    ) -> None:
        """Apply all pages and the new cursor in one transaction."""
        number = 0 if last is None else last.number + is_full
        since = last.cursor if last is not None and not is_full else None
        with _transaction(connection):
            if last is None:  # of other options, if there is anything
                connection.execute("DELETE FROM entry")
            cursor: str | None = None
            incomplete: str | None = None
            for page in fetch(since):
                for key, entry in page.changes:
                    _put(connection, key, entry, number)
                cursor = page.cursor
                incomplete = incomplete or page.incomplete
            if is_full and incomplete is None:
                connection.execute("DELETE FROM entry WHERE full_run <> ?", (number,))
            if incomplete is not None:
                cursor = since
            full_at = time.time() if is_full or last is None else last.full_at
            _raise_if_useless(connection)
            connection.execute("DELETE FROM run")
            run = _Run(cursor, self._fingerprint, full_at, number, incomplete)
            connection.execute("INSERT INTO run VALUES (?, ?, ?, ?, ?)", run)

    def _last_run(self, connection: sqlite3.Connection) -> _Run | None:
        """Return the last run, None if there was none with these options."""
        row = connection.execute(_LAST).fetchone()
        last = None if row is None else _Run(*row)
        return None if last is None or last.fingerprint != self._fingerprint else last

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._connect()
            try:
                yield connection
            finally:
                connection.close()
        except (OSError, sqlite3.Error) as error:
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
                with suppress(SourceUnavailable):  # it is damaged, so the next run begins anew
                    self.remove()
            raise SourceUnavailable(f"can't use the copy {self._path}: {error}") from error

    def _connect(self) -> sqlite3.Connection:
        """Open the file; create it anew if it is damaged or has another format."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        for _ in range(2):
            connection = sqlite3.connect(self._path, isolation_level=None)
            try:
                version = connection.execute("PRAGMA user_version").fetchone()[0]
                if version == 0:
                    _create(connection, self._path)
                    return connection
                if version == FORMAT_VERSION:
                    return connection
            except sqlite3.OperationalError:
                connection.close()
                raise
            except sqlite3.DatabaseError as error:
                logger.warning("%s is damaged and fetched anew: %s", self._path, error)
            connection.close()
            self.remove()
        raise SourceUnavailable(f"can't create {self._path}")


def _create(connection: sqlite3.Connection, path: Path) -> None:
    path.chmod(0o600)
    with _transaction(connection):
        for statement in _SCHEMA:
            connection.execute(statement)


def _put(connection: sqlite3.Connection, key: str, entry: RawEntry | LeftOut | None, full_run: int) -> None:
    if entry is None:
        connection.execute("DELETE FROM entry WHERE id = ?", (key,))
    elif isinstance(entry, LeftOut):
        connection.execute(_PUT, (key, None, entry.reason, full_run))
    else:
        connection.execute(_PUT, (key, json.dumps(entry), None, full_run))


def _report(connection: sqlite3.Connection) -> ReadReport:
    rows, left_out = connection.execute(_COUNTS).fetchone()
    reason = connection.execute(_REASON).fetchone()
    incomplete = connection.execute(_LAST).fetchone()[-1]
    return ReadReport(rows, left_out, None if reason is None else reason[0], incomplete)


def _raise_if_useless(connection: sqlite3.Connection) -> None:
    """Raise `SourceUnavailable` if there are entries, and none of them can be used: most likely it is our mistake."""
    rows, left_out = connection.execute(_COUNTS).fetchone()
    if rows and rows == left_out:
        reason = connection.execute(_REASON).fetchone()[0]
        raise SourceUnavailable(f"none of {rows} entries can be used: {reason}")


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what is executed in the context, unless it raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
