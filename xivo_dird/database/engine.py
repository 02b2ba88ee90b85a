"""The database: one engine, transactions for reading and for changes, and the migration of the schema."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from xivo_dird.blocking import WaitsFor, notify_blocking, waiting_for
from xivo_dird.database.limits import DEFAULT_LIMITS, DatabaseLimits
from xivo_dird.database.postgresql import create_postgresql_engine
from xivo_dird.database.schema import lock_schema, upgrade
from xivo_dird.database.timed_reads import TimedReads
from xivo_dird.database.write_lock import WriteLock
from xivo_dird.exceptions import InvalidConfiguration, StoreUnavailable, TooBusy, error_message
from xivo_dird.threads.deadline import Deadline

__all__ = ["Database", "Session", "after_commit", "sqlite_files"]

ValueT = TypeVar("ValueT")

CACHE_KIBIBYTES = 16 * 1024
"""SQLite's page cache per connection, in KiB; with the default of 2000, a large import writes most pages many times."""

SQLITE_URI_FORMAT = "sqlite:///<path>"
POSTGRESQL_URI_FORMAT = "postgresql+psycopg://<user>:<password>@<host>:<port>/<database>"

RELAY_LOCK_SUFFIX = ".relay"
"""Suffix of the lock file beside an SQLite database; the process that holds the lock is the active relay."""


class Database:
    """The database of the daemon. Every transaction is one `with` block; an exception in the block rolls it back.

    Constraint violations are raised as SQLAlchemy's `IntegrityError`, which the dao translates.

    Raises:
        StoreUnavailable: From any method that uses the database, when it does not answer.
    """

    def __init__(self, uri: str, limits: DatabaseLimits = DEFAULT_LIMITS) -> None:
        """Create the engine; connections are opened when they are needed.

        Args:
            uri: An SQLAlchemy URI, `sqlite:///<path>` or `postgresql+psycopg://...`.
            limits: The time limits.

        Raises:
            InvalidConfiguration: The URI is malformed or of another database.
        """
        try:
            self.engine = _create_engine(uri, limits)
        except (
            ArgumentError,
            ImportError,
            ValueError,
        ) as error:  # these errors quote the URI, which may contain a password
            raise InvalidConfiguration(
                f"db_uri: it is neither {SQLITE_URI_FORMAT} nor {POSTGRESQL_URI_FORMAT}"
            ) from error
        self._closed_pools: list[Pool] = []
        self._timed_reads = TimedReads(self.ping)
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        self._write_lock = (
            WriteLock(limits.write_seconds, limits.large_write_seconds) if self._is_sqlite else None
        )

    @property
    def is_remote(self) -> bool:
        """Return whether a statement may wait for another process: a database server."""
        return not self._is_sqlite

    @contextmanager
    def reading(self, snapshot: bool = False) -> Iterator[Session]:
        """Open a transaction for reading only.

        Args:
            snapshot: True if all statements must see the same state of the database, as on SQLite they always do.
        """
        engine = self.engine
        if snapshot and not self._is_sqlite:
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        waiting = nullcontext() if self._is_sqlite else waiting_for(WaitsFor.STORE)
        with self._disposing_closed_pools(), _translating_errors(), waiting, Session(engine) as session:
            yield session

    def read_by(self, deadline: Deadline, read: Callable[[], ValueT]) -> ValueT:
        """Return what `read` returns, which uses `reading`; do not wait longer for a server than until the deadline.

        Raises:
            StoreUnavailable: There was no answer by the deadline, or at once: there was none for others recently.
            Exception: Whatever `read` raises.
        """
        return self._timed_reads.read(read, deadline) if self.is_remote else read()

    @contextmanager
    def changing(self, large: bool = False) -> Iterator[Session]:
        """Open a transaction for changes, which is committed at the end of the block.

        On SQLite there is one such transaction at a time.

        Args:
            large: True for an import: on SQLite, small changes go first.
        """
        notify_blocking()
        engine = self.engine.execution_options(changing=True)
        write_lock = self._write_lock.hold(large) if self._write_lock else nullcontext()
        with (
            self._disposing_closed_pools(),
            _translating_errors(),
            write_lock,
            Session(engine) as session,
            session.begin(),
        ):
            yield session

    def migrate(self) -> None:
        """Upgrade the schema to the newest revision; several processes may do so at the same time."""
        changing = self.engine.execution_options(changing=True)
        with _translating_errors(), changing.begin() as connection:
            lock_schema(connection)
            upgrade(connection)

    def ping(self) -> None:
        """Check that the database answers.

        Raises:
            StoreUnavailable: It does not.
        """
        with self.reading() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close every pooled connection; a connection in use is closed when its thread returns it to the pool."""
        self._timed_reads.stop()
        self._closed_pools.append(self.engine.pool)
        self.engine.dispose()

    @contextmanager
    def _disposing_closed_pools(self) -> Iterator[None]:
        try:
            yield
        finally:
            if self._closed_pools:
                for pool in (*self._closed_pools, self.engine.pool):
                    pool.dispose()


def after_commit(session: Session, callback: Callable[[], None]) -> None:
    """Call `callback` once the transaction of `session` is committed, and never if it is not."""
    event.listen(session, "after_commit", lambda _session: callback(), once=True)


def sqlite_files(uri: str) -> list[Path]:
    """Return the files of an SQLite database and the lock file beside it, existing or not; none for PostgreSQL."""
    try:
        url = make_url(uri)
    except ArgumentError:
        return []
    if url.get_backend_name() != "sqlite" or not url.database:
        return []
    return [Path(url.database + suffix) for suffix in ("", "-wal", "-shm", RELAY_LOCK_SUFFIX)]


def _create_engine(uri: str, limits: DatabaseLimits) -> Engine:
    url = make_url(uri)
    if url.get_backend_name() == "postgresql":
        return create_postgresql_engine(url, limits)
    if url.get_backend_name() != "sqlite":
        raise ValueError("a database of another kind")
    engine = create_engine(uri, connect_args={"timeout": limits.busy_seconds}, hide_parameters=True)
    event.listen(engine, "connect", _configure_sqlite_connection)
    event.listen(engine, "begin", _begin_sqlite_transaction)
    return engine


def _configure_sqlite_connection(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # _begin_sqlite_transaction begins transactions, not the driver
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(text: str | None) -> str | None:
    """Return a text in lower case, as PostgreSQL does: SQLite's `lower`, which `ilike` uses, knows only ASCII."""
    return None if text is None else text.lower()


def _begin_sqlite_transaction(connection: Connection) -> None:
    """Begin a transaction; one for changes takes SQLite's write lock now, since upgrading a read lock can fail."""
    changing = connection.get_execution_options().get("changing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if changing else "BEGIN")


@contextmanager
def _translating_errors() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except (OperationalError, InterfaceError, PoolTimeout, TooBusy) as error:
        raise StoreUnavailable(f"the database does not answer: {_reason(error)}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StoreUnavailable(f"the database connection was lost: {_reason(error)}") from error
        raise


def _reason(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return error_message(cause).strip().partition("\n")[0]
