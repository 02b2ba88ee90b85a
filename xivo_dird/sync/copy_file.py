"""The SQLite file of a copy: its schema, transactions, and what happens if it is damaged."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from xivo_dird.exceptions import SourceUnavailable

logger = logging.getLogger(__name__)

FILE_NAME = "sync.sqlite"
FORMAT_VERSION = 3
"""To be increased with every change of the schema; older files are then fetched anew."""

_SCHEMA = (
    "CREATE TABLE entry (number INTEGER PRIMARY KEY, id TEXT UNIQUE, row TEXT, left_out TEXT,"
    " full_run INTEGER NOT NULL, revision INTEGER NOT NULL)",
    "CREATE INDEX changed ON entry (revision)",
    "CREATE INDEX left_out ON entry (left_out) WHERE left_out IS NOT NULL",
    "CREATE TABLE removed (number INTEGER NOT NULL, revision INTEGER NOT NULL)",
    "CREATE TABLE run (cursor TEXT, fingerprint TEXT NOT NULL, full_at REAL NOT NULL, full_run INTEGER NOT NULL,"
    " incomplete TEXT, copy TEXT NOT NULL, revision INTEGER NOT NULL)",
    f"PRAGMA user_version = {FORMAT_VERSION}",
)


class CopyFile:
    """The file of one copy, in the folder of a source or of a user."""

    def __init__(self, folder: Path) -> None:
        """Open nothing yet."""
        self._path = folder / FILE_NAME

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection; the file is created if it is missing, damaged, or has another format.

        Raises:
            SourceUnavailable: The file can't be used.
        """
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

    def remove(self) -> None:
        """Remove the file.

        Raises:
            SourceUnavailable: It can't be removed.
        """
        try:
            for path in (self._path, self._path.with_name(f"{FILE_NAME}-journal")):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise SourceUnavailable(f"can't remove {self._path}: {error.strerror}") from error

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        for _ in range(2):
            connection = sqlite3.connect(self._path, isolation_level=None)
            try:
                version = connection.execute("PRAGMA user_version").fetchone()[0]
                if version == 0:
                    self._create(connection)
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

    def _create(self, connection: sqlite3.Connection) -> None:
        self._path.chmod(0o600)
        with transaction(connection):
            for statement in _SCHEMA:
                connection.execute(statement)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what is executed in the context, unless it raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
