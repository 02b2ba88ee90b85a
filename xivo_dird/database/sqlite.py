"""The engine of an SQLite database."""

import sqlite3
from contextlib import suppress
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import Dialect, ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from xivo_dird.database.errors import PRIMARY_CODE, stored_json
from xivo_dird.database.limits import DatabaseLimits
from xivo_dird.database.sqlite_file import SqliteFile

CACHE_KIBIBYTES = 16 * 1024
"""SQLite's page cache per connection, in KiB; with the default of 2000, a large import writes most pages many times."""

_ERRORS_OF_FILES = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_READONLY,
)


def create_sqlite_engine(url: URL, limits: DatabaseLimits, file: SqliteFile | None) -> Engine:
    """Create an engine whose connections are in WAL mode.

    Args:
        url: The URI of the database.
        limits: The time limits.
        file: The watch of its file: a connection is used only while it has that file open. None: it has no file.
    """
    engine = create_engine(
        url,
        connect_args={"timeout": limits.busy_seconds},
        hide_parameters=True,
        json_deserializer=stored_json,
    )
    if file is None:
        event.listen(engine, "connect", _configure)
    else:
        _watch(engine, file)
    event.listen(engine, "begin", _begin_transaction)
    event.listen(engine, "handle_error", _close_after)
    return engine


def _watch(engine: Engine, file: SqliteFile) -> None:
    def connect(
        _dialect: Dialect, _entry: ConnectionPoolEntry, _arguments: list[str], keywords: dict[str, Any]
    ) -> sqlite3.Connection:
        return file.connect(**keywords)

    def configure(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        try:
            file.check_schema(connection)  # before anything is written
            _configure(connection, entry)
        except BaseException:
            connection.close()
            file.remove(connection)
            raise

    def check(
        connection: sqlite3.Connection, _entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        file.check(connection)

    def remove(connection: sqlite3.Connection, _entry: ConnectionPoolEntry | None = None) -> None:
        file.remove(connection)

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "connect", configure)
    event.listen(engine, "checkout", check)
    event.listen(engine, "close", remove)


def _configure(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # _begin_transaction begins transactions, not the driver
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(text: str | None) -> str | None:
    """Return a text in lower case, as PostgreSQL does: SQLite's `lower`, which `ilike` uses, knows only ASCII."""
    return None if text is None else text.lower()


def _begin_transaction(connection: Connection) -> None:
    """Begin a transaction; one for changes takes SQLite's write lock now, since upgrading a read lock can fail."""
    changing = connection.get_execution_options().get("changing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if changing else "BEGIN")


def _close_after(context: ExceptionContext) -> None:
    """Close the connections after errors of the files, which new connections may not have.

    A connection to a file that could only be read keeps it open so.
    """
    error = context.original_exception
    if (
        isinstance(error, sqlite3.Error)
        and getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE in _ERRORS_OF_FILES
    ):
        _roll_back(context)
        context.is_disconnect = True


def _roll_back(context: ExceptionContext) -> None:
    """End the transaction now: a connection that is closed while an error refers to its cursor keeps its locks."""
    connection = context.connection.connection.dbapi_connection if context.connection is not None else None
    if isinstance(connection, sqlite3.Connection):
        with suppress(sqlite3.Error):
            connection.rollback()
