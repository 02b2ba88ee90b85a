"""The database: one engine, transactions for reading and for changes, and the migration of the schema."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from xivo_dird.blocking import WaitsFor, notify_blocking, waiting_for
from xivo_dird.database.errors import translated_errors
from xivo_dird.database.file_ids import FileId
from xivo_dird.database.limits import DEFAULT_LIMITS, DatabaseLimits
from xivo_dird.database.postgresql import create_postgresql_engine
from xivo_dird.database.schema_revision import is_newest, lock_schema
from xivo_dird.database.sqlite import create_sqlite_engine
from xivo_dird.database.sqlite_file import SqliteFile
from xivo_dird.database.store_check import StoreProblems, check_store
from xivo_dird.database.timed_reads import TimedReads
from xivo_dird.database.write_lock import WriteLock
from xivo_dird.exceptions import InvalidConfiguration, StoreUnavailable
from xivo_dird.threads.deadline import Deadline

__all__ = ["Database", "Session", "after_commit", "sqlite_files"]

ValueT = TypeVar("ValueT")

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
        self._problems = StoreProblems()
        self._file: SqliteFile | None = None
        try:
            self.engine = self._create_engine(uri, limits)
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
        self._path = self.engine.url.database if self._is_sqlite else None
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
        with self._using(), waiting, Session(engine) as session:
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
            self._using(for_change=True),
            write_lock,
            Session(engine) as session,
        ):
            with session.begin():
                yield session
                opened = self._opened_file(session)
            if self._file is not None:
                self._file.check_written(opened)

    def migrate(self) -> None:
        """Upgrade the schema to the newest revision; several processes may do so at the same time.

        An SQLite database that is missing is created here, and nowhere else.

        Raises:
            StoreUnusable: The database is damaged, can't be written, or has the schema of a newer release.
        """
        changing = self.engine.execution_options(changing=True)
        creating = self._file.creating() if self._file is not None else nullcontext()
        with creating, self._using(for_change=True), changing.begin() as connection:
            lock_schema(connection)
            if not is_newest(connection):
                from xivo_dird.database.schema import upgrade  # noqa: PLC0415 - 110 ms, only to migrate

                upgrade(connection, place=self._path)

    def ping(self) -> None:
        """Check that the database answers, has all tables, and can be changed as far as is known.

        Raises:
            StoreUnavailable: It is not so.
        """
        with self.reading() as session:
            check_store(session, self._path)
        self._problems.raise_remembered()
        if self._problems.has_failed_change:
            with self.changing() as session:
                session.execute(text("UPDATE revision SET value = value"))

    def close(self) -> None:
        """Close every pooled connection; a connection in use is closed when its thread returns it to the pool."""
        self._timed_reads.stop()
        self._closed_pools.append(self.engine.pool)
        self.engine.dispose()
        if self._file is not None:
            self._file.close()

    @contextmanager
    def _using(self, for_change: bool = False) -> Iterator[None]:
        """Translate errors of a transaction, remember what they say about the store, and close what is to be closed."""
        try:
            with translated_errors(self._path):
                yield
        except StoreUnavailable as error:
            self._problems.add(error, for_change)
            raise
        else:
            if for_change:
                self._problems.change_worked()
        finally:
            if self._closed_pools:
                for pool in (*self._closed_pools, self.engine.pool):
                    pool.dispose()

    def _opened_file(self, session: Session) -> FileId | None:
        """Return the id of the file that a transaction changes; None: there is none."""
        if self._file is None:
            return None
        return self._file.opened_by(session.connection().connection.dbapi_connection)

    def _create_engine(self, uri: str, limits: DatabaseLimits) -> Engine:
        url = make_url(uri)
        if url.get_backend_name() == "postgresql":
            return create_postgresql_engine(url, limits)
        if url.get_backend_name() != "sqlite":
            raise ValueError("a database of another kind")
        if url.database and url.database != ":memory:" and "uri" not in url.query:
            self._file = SqliteFile(url.database, self._problems.forget)
        return create_sqlite_engine(url, limits, self._file)


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
