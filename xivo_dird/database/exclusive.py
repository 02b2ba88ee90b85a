"""Locks that one process per database can hold; a lock is released when its process ends, however it ends."""

from abc import ABC, abstractmethod
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from xivo_dird.database.engine import RELAY_LOCK_SUFFIX, Database
from xivo_dird.exceptions import StoreUnavailable, error_message

RELAY_LOCK = 948_900_200
"""Number of the advisory lock; any number that no other program uses on this database would do."""


class ProcessLock(ABC):
    """A lock that one process per database can hold. Only one thread may use an instance at a time."""

    @abstractmethod
    def try_acquire(self) -> bool:
        """Acquire the lock if it is free, without waiting for it.

        Returns:
            True if this process holds the lock now.

        Raises:
            StoreUnavailable: The database does not answer, or the lock file can't be opened.
        """

    @abstractmethod
    def release(self) -> None:
        """Release the lock; do nothing if this process does not hold it."""


def relay_lock(database: Database) -> ProcessLock:
    """Return the lock of the active relay: a file beside an SQLite database, an advisory lock on PostgreSQL."""
    if database.engine.dialect.name == "postgresql":
        return _AdvisoryLock(database.engine, RELAY_LOCK)
    return _FileLock(Path(f"{database.engine.url.database}{RELAY_LOCK_SUFFIX}"))


class _FileLock(ProcessLock):
    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(path, mode=0o600, thread_local=False, fallback_to_soft=False)

    def try_acquire(self) -> bool:
        if self._lock.is_locked:
            return True
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            return False
        except OSError as error:
            raise StoreUnavailable(f"{self._path} can't be opened: {error.strerror}") from error
        return True

    def release(self) -> None:
        self._lock.release()


class _AdvisoryLock(ProcessLock):
    """An advisory lock on its own connection: when the connection is lost, the server releases the lock."""

    def __init__(self, engine: Engine, number: int) -> None:
        self._engine = engine
        self._number = number
        self._connection: Connection | None = None

    def try_acquire(self) -> bool:
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
            return self._lock_on_new_connection()
        except SQLAlchemyError as error:
            self.release()
            raise StoreUnavailable(f"the database does not answer: {error_message(error)}") from error

    def release(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _lock_on_new_connection(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            is_locked = connection.scalar(
                text("SELECT pg_try_advisory_lock(:number)"), {"number": self._number}
            )
        except SQLAlchemyError:
            connection.invalidate()
            connection.close()
            raise
        if is_locked:
            self._connection = connection
            return True
        connection.close()
        return False
