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
from xivo_dird.sync.pages import CursorRefused, FetchPages, RawEntry

logger = logging.getLogger(__name__)

MAX_FULL_AGE_SECONDS = 24 * 3600.0
"""Seconds after which everything is fetched again, since servers forget to report deletions."""

FILE_NAME = "sync.sqlite"
FORMAT_VERSION = 1
"""To be increased with every change of the schema; older files are then fetched anew."""

_SCHEMA = (
    "CREATE TABLE entry (id TEXT PRIMARY KEY, row TEXT NOT NULL)",
    "CREATE TABLE cursor (text TEXT NOT NULL, fingerprint TEXT NOT NULL, full_at REAL NOT NULL)",
    f"PRAGMA user_version = {FORMAT_VERSION}",
)
_PUT = "INSERT INTO entry VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET row = excluded.row"


class _Cursor(NamedTuple):
    text: str
    full_at: float


class SyncState:
    """The copy of one directory, or of the part that one user sees. One thread at a time uses it."""

    def __init__(
        self, folder: Path, fingerprint: str, max_full_age_seconds: float = MAX_FULL_AGE_SECONDS
    ) -> None:
        """Open nothing yet.

        Args:
            folder: The folder of the source, or the `user_folder` of a user.
            fingerprint: The options that decide what the server lists; with others, everything is fetched again.
            max_full_age_seconds: Seconds after which everything is fetched again.
        """
        self._path = folder / FILE_NAME
        self._fingerprint = fingerprint
        self._max_full_age_seconds = max_full_age_seconds

    def synchronized(self, fetch: FetchPages) -> Iterator[RawEntry]:
        """Fetch what has changed since the last run, and yield all entries, in the order of the first full run.

        Everything is fetched if there is no cursor, it is old, or the server refuses it. Entries are only removed by a
        run that ends normally.

        Raises:
            SourceUnavailable: The copy can't be read or written.
            Exception: Whatever `fetch` raises; the copy is as before.
        """
        with self._open() as connection:
            cursor = self._cursor(connection)
            try:
                self._run(connection, fetch, cursor)
            except CursorRefused:
                if cursor is None:
                    raise
                self._run(connection, fetch, None)
            for (row,) in connection.execute("SELECT row FROM entry ORDER BY rowid"):
                entry: RawEntry = json.loads(row)
                yield entry

    def ids(self) -> frozenset[str]:
        """Return the ids of the entries of the copy, for a `fetch` that has to find out who is missing.

        Raises:
            SourceUnavailable: The copy can't be read.
        """
        with self._open() as connection:
            return frozenset(key for (key,) in connection.execute("SELECT id FROM entry"))

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

    def _run(self, connection: sqlite3.Connection, fetch: FetchPages, cursor: _Cursor | None) -> None:
        """Apply all pages and the new cursor in one transaction."""
        with _transaction(connection):
            if cursor is None:
                connection.execute("DELETE FROM entry")
            last: str | None = None
            for page in fetch(None if cursor is None else cursor.text):
                for key, entry in page.changes:
                    _put(connection, key, entry)
                last = page.cursor
            connection.execute("DELETE FROM cursor")
            if last is not None:
                full_at = time.time() if cursor is None else cursor.full_at
                connection.execute("INSERT INTO cursor VALUES (?, ?, ?)", (last, self._fingerprint, full_at))

    def _cursor(self, connection: sqlite3.Connection) -> _Cursor | None:
        """Return the cursor of the last run if it can be used."""
        row = connection.execute("SELECT text, full_at, fingerprint FROM cursor").fetchone()
        if row is None or row[2] != self._fingerprint:
            return None
        cursor = _Cursor(row[0], row[1])
        return cursor if 0 <= time.time() - cursor.full_at < self._max_full_age_seconds else None

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


def _put(connection: sqlite3.Connection, key: str, entry: RawEntry | None) -> None:
    if entry is None:
        connection.execute("DELETE FROM entry WHERE id = ?", (key,))
    else:
        connection.execute(_PUT, (key, json.dumps(entry)))


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
