"""Notices that the files of an SQLite database are removed or replaced while connections have them open.

SQLite itself goes on with files that have no name any more, so that all that is written to them is lost.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

from sqlalchemy.exc import DisconnectionError

from xivo_dird.database.errors import StoreProblem, store_error
from xivo_dird.database.file_ids import DatabaseFileIds, FileId, PinnedFile, file_id_at
from xivo_dird.database.file_use import checkpoint, is_soon, is_unused
from xivo_dird.database.schema_revision import NEWEST_REVISION

GONE = "{} is gone"
SIDE_FILE_GONE = "a file beside {} is gone"
UNFIT = "{} was replaced by a file without the schema of this release"

OTHERS_SECONDS = 5.0
"""Seconds that the first connection waits while others have a database open whose files are gone: they close it."""

logger = logging.getLogger(__name__)


class SqliteFile:
    """The files of one database, and which of them the connections of this process have open. Threads may share it."""

    def __init__(self, path: str, on_recovery: Callable[[], None]) -> None:
        """Open nothing yet.

        Args:
            path: The database.
            on_recovery: Called when the file is used again, or another one from now on.
        """
        self._on_recovery = on_recovery
        self._may_create = False
        self._path = Path(path)
        self._side_files = (Path(f"{path}-wal"), Path(f"{path}-shm"))
        self._uri = f"file:{quote(str(self._path.absolute()))}?mode="
        self._lock = threading.Lock()
        self._opened: dict[int, DatabaseFileIds] = {}
        self._latest: DatabaseFileIds | None = None
        self._pin = PinnedFile()
        self._is_new_file = False
        self._has_lost_side_file = False
        self._reported: str | None = None

    @contextmanager
    def creating(self) -> Iterator[None]:
        """Create the database with the first connection in the block if it is missing."""
        is_missing = self._ids().database is None
        self._may_create = True
        try:
            yield
        finally:
            self._may_create = False
        if is_missing:
            logger.warning("There was no database %s: an empty one has been created", self._path)

    def connect(self, **arguments: Any) -> sqlite3.Connection:
        """Return a new connection, which must be given to `remove` when it is closed.

        Raises:
            StoreUnavailable: The database is gone, or connections to removed files must be closed before.
            sqlite3.Error: The database can't be opened.
        """
        with self._lock:
            now = self._ids()
            self._prepare(now)
            mode = "rwc" if self._may_create else "rw"
            connection: sqlite3.Connection = sqlite3.connect(self._uri + mode, uri=True, **arguments)
            # As it was before: if the file was replaced in between, `check` finds a difference.
            self._opened[id(connection)] = DatabaseFileIds(now.database, None, None)
            self._latest = self._latest or now
            self._pin.set(self._path, now.database)
        return connection

    def check_schema(self, connection: sqlite3.Connection) -> None:
        """Check that a file that has replaced the database has the schema of this release.

        Raises:
            StoreUnusable: It has not.
        """
        if not self._is_new_file:
            return
        with self._lock:
            if _revision(connection) != NEWEST_REVISION:
                self._refuse(
                    UNFIT, "put the right file there, or restart the daemon, which migrates an older one"
                )
            self._is_new_file = False
        self._on_recovery()

    def check(self, connection: sqlite3.Connection) -> None:
        """Check that the files that a connection has open are still at their path.

        Raises:
            DisconnectionError: The database was replaced: another connection is needed.
            StoreUnavailable: A file is gone.
        """
        now = self._ids()
        opened = self._opened.get(id(connection), now)
        if opened == now and self._reported is None:
            return
        with self._lock:
            opened = opened.completed(now)
            if opened != now:
                self._handle_difference(connection, opened, now)
            self._opened[id(connection)] = self._latest = now
            self._pin.set(self._path, now.database)
            self._report_recovery()

    def opened_by(self, connection: object) -> FileId | None:
        """Return the id of the database that a connection has open."""
        opened = self._opened.get(id(connection))
        return None if opened is None else opened.database

    def check_written(self, opened: FileId | None) -> None:
        """Check that what a connection to the database `opened` has committed is in the file at the path.

        Raises:
            StoreUnavailable: It is not, and is lost.
        """
        if opened is not None and file_id_at(self._path) != opened:
            problem = StoreProblem(GONE.format(self._path.name))
            raise store_error(problem, "it was removed or replaced during a change", str(self._path))

    def remove(self, connection: sqlite3.Connection) -> None:
        """Forget a connection that is closed."""
        with self._lock:
            self._opened.pop(id(connection), None)
            if not self._opened:
                self._pin.release_if_closing()

    def close(self) -> None:
        """Release the file once the last connection is closed."""
        with self._lock:
            self._pin.is_closing = True
            if not self._opened:
                self._pin.release_if_closing()

    def _prepare(self, now: DatabaseFileIds) -> None:
        """Check that a connection may be opened, and remove what would damage another database at the path."""
        if now.database is None:
            if self._may_create:
                return
            self._handle_loss(now)
        if self._latest is None:
            if not is_soon(self._is_openable, OTHERS_SECONDS):
                self._refuse(SIDE_FILE_GONE)
        elif now.database != self._latest.database:
            self._is_new_file = True
            self._has_lost_side_file = False
            self._remove_side_files(self._latest, now)
        elif self._has_lost_side_file:
            if self._opened or not self._is_openable():
                self._refuse(SIDE_FILE_GONE)
            self._has_lost_side_file = False

    def _handle_difference(
        self, connection: sqlite3.Connection, opened: DatabaseFileIds, now: DatabaseFileIds
    ) -> NoReturn:
        if now.database is None:
            self._handle_loss(now)
        if now.database != opened.database:
            raise DisconnectionError(f"{self._path} was replaced")
        self._has_lost_side_file = True
        if now.are_among(opened):
            checkpoint(connection)
        self._refuse(SIDE_FILE_GONE)

    def _handle_loss(self, now: DatabaseFileIds) -> NoReturn:
        if self._latest is not None:
            self._latest = self._latest.still(now)
        self._refuse(GONE, "put it back, restore a backup, or restart the daemon, which creates an empty one")

    def _remove_side_files(self, latest: DatabaseFileIds, now: DatabaseFileIds) -> None:
        """Remove the files beside the former database: SQLite would apply its changes to the new one."""
        for path, known, current in zip(self._side_files, latest[1:], now[1:], strict=True):
            if known is not None and known == current:
                path.unlink(missing_ok=True)

    def _is_openable(self) -> bool:
        """Return whether a connection would find the files of those that have the database open, or there are none."""
        now = self._ids()
        return (now.wal is not None and now.shm is not None) or is_unused(self._path)

    def _refuse(self, message: str, advice: str | None = None) -> NoReturn:
        """Log a new problem, and raise the error."""
        error = store_error(StoreProblem(message.format(self._path.name), advice), "", str(self._path))
        if self._reported != message:
            self._reported = message
            logger.error("%s", error)
        raise error

    def _report_recovery(self) -> None:
        if self._reported is not None:
            logger.warning("The database %s is used again", self._path)
            self._reported = None
            self._on_recovery()

    def _ids(self) -> DatabaseFileIds:
        return DatabaseFileIds(file_id_at(self._path), *map(file_id_at, self._side_files))


def _revision(connection: sqlite3.Connection) -> str | None:
    """Return the revision of the schema; None if there is none."""
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return None
    return None if row is None else str(row[0])
