"""Connections to SQLite files: opened for reading, unable to open other files, with time limits."""

import os
import sqlite3
from typing import Any

from sqlalchemy import URL, Connection
from sqlalchemy.pool import NullPool, Pool

from xivo_dird.backend import MAX_BYTES, Deadline, InvalidSource
from xivo_dird_backends.sql.connectors import checked_parameters, host_file
from xivo_dird_backends.sql.options import SqlSettings

MAX_VALUE_BYTES = 16 * 1024 * 1024
"""Maximum size of a text or a row."""

STEPS_PER_CHECK = 50
"""Number of steps of the virtual machine of SQLite between two looks at the clock: those of a few rows.

A step that compares a large text may take a second, and can't be interrupted.
"""

MAX_PATTERN_BYTES = 514
"""Maximum length of the pattern of a LIKE: the time of one is the product of the lengths of text and pattern."""

SqliteValue = str | float | bytes | None

READING = frozenset(
    (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
)
HARMLESS = frozenset(
    (
        (sqlite3.SQLITE_PRAGMA, "data_version"),
        (sqlite3.SQLITE_PRAGMA, "read_uncommitted"),
        (sqlite3.SQLITE_UPDATE, "sqlite_master"),
    )
)
"""What opening a full-text table does, which changes nothing, and what SQLAlchemy asks a new connection."""


class TimedSqliteConnection(sqlite3.Connection):
    """A connection whose statements are interrupted at its deadline."""

    deadline = Deadline.after(0)

    def lower(self, value: SqliteValue) -> SqliteValue:
        """Return a text in lower case, since the function of SQLite knows only ASCII.

        Raises:
            TimeoutError: The deadline is over. Built statements call this before each comparison.
        """
        if self.deadline.is_expired:
            raise TimeoutError
        return value.lower() if isinstance(value, str) else value


class SqliteConnector:
    """Opens connections to one file. Opening it costs little, and a file that was replaced is noticed."""

    drivername = "sqlite+pysqlite"
    pool_class: type[Pool] = NullPool

    def __init__(self, url: URL, settings: SqlSettings, timeout: float) -> None:
        """Check the path; nothing is opened.

        Raises:
            InvalidSource: It is outside the allowed folders, or no path of a file.
        """
        checked_parameters(url, frozenset())
        path = url.database or ""
        if not path or path == ":memory:" or path.startswith("file:") or url.host:
            raise InvalidSource("uri: it names no file; it must look like sqlite:////folder/file")
        self._file = host_file(path, settings)
        self._timeout = timeout

    def __str__(self) -> str:
        """Return the path."""
        return str(self._file)

    def connect(self) -> TimedSqliteConnection:
        """Return a new connection."""
        with self._file.descriptor(MAX_BYTES, "the limit") as descriptor:
            path = os.path.realpath(
                f"/proc/self/fd/{descriptor}"
            )  # that was checked, whatever links lead to it
        connection = sqlite3.connect(
            f"file://{_quoted(path)}?mode=ro",
            uri=True,
            timeout=self._timeout,
            isolation_level=None,
            check_same_thread=False,
            factory=TimedSqliteConnection,
        )
        connection.execute("PRAGMA query_only = on")
        connection.execute("PRAGMA trusted_schema = off")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, MAX_PATTERN_BYTES)
        connection.create_function("lower", 1, connection.lower, deterministic=True)
        connection.set_authorizer(_authorize)
        self.limit(connection, self._timeout)
        connection.set_progress_handler(lambda: connection.deadline.is_expired, STEPS_PER_CHECK)
        return connection

    def begin_reading(self, connection: Connection, seconds: float) -> None:
        """Limit the statements; no statement of such a connection can change anything."""
        self.limit(connection.connection.dbapi_connection, seconds)

    def limit(self, connection: Any, seconds: float) -> None:
        """Set the time at which a running statement is interrupted."""
        if isinstance(connection, TimedSqliteConnection):
            connection.deadline = Deadline.after(seconds)


def _quoted(path: str) -> str:
    """Return a path as it is written in a URI of SQLite."""
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _authorize(action: int, name: str | None, *_rest: str | None) -> int:
    """Allow only what a SELECT does: no change, no other file (ATTACH, VACUUM INTO), no setting."""
    is_allowed = action in READING or (action, name) in HARMLESS
    return sqlite3.SQLITE_OK if is_allowed else sqlite3.SQLITE_DENY
