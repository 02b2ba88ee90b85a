"""The database: one engine, transactions to read or to change in, and the schema's migration."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from xivo_dird.blocking import notify_blocking
from xivo_dird.database.schema import lock_schema, upgrade
from xivo_dird.database.write_lock import WriteLock
from xivo_dird.exceptions import InvalidConfiguration, StoreUnavailable

__all__ = ["Database", "Session", "after_commit", "sqlite_files"]

logger = logging.getLogger(__name__)

BUSY_SECONDS = 60
"""How long SQLite waits for another process; threads of this one take write_lock."""

MAX_WRITE_SECONDS = 60
MAX_LARGE_WRITE_SECONDS = 600
"""How long a change waits for those before it, a large one for other large ones."""

CACHE_KIBIBYTES = 16 * 1024
"""Pages of SQLite kept per connection; with its default of 2000 a large import writes most pages many times."""

SQLITE_FORM = "sqlite:///<path>"
POSTGRESQL_FORM = "postgresql+psycopg://<user>:<password>@<host>:<port>/<database>"

RELAY_LOCK_ENDING = ".relay"
"""Of the file beside an SQLite database by which one process is the active relay."""

CONNECT_SECONDS = 3
LOCK_SECONDS = 10
STATEMENT_SECONDS = 60


class Database:
    """The store. Every transaction is one `with` block; an exception inside rolls it back.

    Raises `StoreUnavailable` when the database does not answer; constraint violations pass as SQLAlchemy's
    `IntegrityError`, for the dao to translate.
    """

    def __init__(self, uri: str) -> None:
        """Connect lazily. `uri` is an SQLAlchemy URI, `sqlite:///<path>` or `postgresql+psycopg://...`.

        Raises `InvalidConfiguration` for any other.
        """
        try:
            self.engine = _engine(uri)
        except (
            ArgumentError,
            ImportError,
            ValueError,
        ) as error:  # they quote the URI, which may hold a password
            raise InvalidConfiguration(
                f"db_uri: it is neither {SQLITE_FORM} nor {POSTGRESQL_FORM}"
            ) from error
        self._closed_pools: list[Pool] = []
        self._is_embedded = self.engine.dialect.name == "sqlite"
        self._write_lock = (
            WriteLock(MAX_WRITE_SECONDS, MAX_LARGE_WRITE_SECONDS) if self._is_embedded else None
        )

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that changes nothing."""
        if not self._is_embedded:
            notify_blocking()
        with self._closing_behind(), _translated(), Session(self.engine) as session:
            yield session

    @contextmanager
    def changing(self, large: bool = False) -> Iterator[Session]:
        """Open a transaction that is committed at the end of the block.

        On SQLite there is one at a time; `large` ones, imports, let the others go first.
        """
        notify_blocking()
        engine = self.engine.execution_options(changing=True)
        turn = self._write_lock.taken(large) if self._write_lock else nullcontext()
        with self._closing_behind(), _translated(), turn, Session(engine) as session, session.begin():
            yield session

    def migrate(self) -> None:
        """Bring the schema to the newest version; several processes may do so at once."""
        changing = self.engine.execution_options(changing=True)
        with _translated(), changing.begin() as connection:
            lock_schema(connection)
            upgrade(connection)

    def ping(self) -> None:
        """Ask the database for nothing. Raises `StoreUnavailable`."""
        with self.reading() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close every pooled connection; one that a thread still uses is closed when it gives it back."""
        self._closed_pools.append(self.engine.pool)
        self.engine.dispose()

    @contextmanager
    def _closing_behind(self) -> Iterator[None]:
        try:
            yield
        finally:
            if self._closed_pools:
                for pool in (*self._closed_pools, self.engine.pool):
                    pool.dispose()


def after_commit(session: Session, act: Callable[[], None]) -> None:
    """Have `act` called once the transaction of `session` is committed, and never if it is not."""
    event.listen(session, "after_commit", lambda _session: act(), once=True)


def sqlite_files(uri: str) -> list[Path]:
    """List the files of an embedded database and the lock beside it, there or not; none for a server's."""
    try:
        url = make_url(uri)
    except ArgumentError:
        return []
    if url.get_backend_name() != "sqlite" or not url.database:
        return []
    return [Path(url.database + ending) for ending in ("", "-wal", "-shm", RELAY_LOCK_ENDING)]


def _engine(uri: str) -> Engine:
    url = make_url(uri)
    if url.get_backend_name() == "postgresql":
        return _postgresql_engine(url)
    if url.get_backend_name() != "sqlite":
        raise ValueError("a database of another kind")
    engine = create_engine(uri, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql_engine(url: URL) -> Engine:
    """Keep connections, look whether they live before use, and wait for no answer without end."""
    limits = {
        "connect_timeout": CONNECT_SECONDS,
        "options": f"-c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={LOCK_SECONDS}s",
        "keepalives_idle": CONNECT_SECONDS,
        "tcp_user_timeout": STATEMENT_SECONDS * 1000,
    }
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args=limits,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=40,
        pool_timeout=CONNECT_SECONDS,
    )


def _prepare_sqlite(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(text: str | None) -> str | None:
    """Do what PostgreSQL does: SQLite's own function knows ASCII only, and `ilike` is made of it."""
    return None if text is None else text.lower()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once where it will be needed: an upgrade halfway could only fail."""
    changing = connection.get_execution_options().get("changing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if changing else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise StoreUnavailable(f"the database does not answer: {_reason(error)}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StoreUnavailable(f"the database connection was lost: {_reason(error)}") from error
        raise


def _reason(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(cause).strip().partition("\n")[0]
