"""What only one process per database may do at a time; the lock ends with the process, however it ends."""

from abc import ABC, abstractmethod
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from xivo_dird.database.engine import RELAY_LOCK_ENDING, Database
from xivo_dird.exceptions import StoreUnavailable

RELAY_LOCK = 948_900_200
"""The number of the advisory lock; any will do that no other program on the database uses."""


class Exclusive(ABC):
    """A lock over all processes of a database. Used by one thread at a time."""

    @abstractmethod
    def hold(self) -> bool:
        """Take the lock if it is free; tell whether we have it now. Never waits for it."""

    @abstractmethod
    def release(self) -> None:
        """Let it go."""


def relay_lock(database: Database) -> Exclusive:
    """Make the lock of the active relay. SQLite has a file beside the database, PostgreSQL an advisory lock."""
    if database.engine.dialect.name == "postgresql":
        return _AdvisoryLock(database.engine, RELAY_LOCK)
    return _FileLock(Path(f"{database.engine.url.database}{RELAY_LOCK_ENDING}"))


class _FileLock(Exclusive):
    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(path, mode=0o600, thread_local=False, fallback_to_soft=False)

    def hold(self) -> bool:
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


class _AdvisoryLock(Exclusive):
    """Belongs to a connection of its own: when that is lost the server frees the lock."""

    def __init__(self, engine: Engine, number: int) -> None:
        self._engine = engine
        self._number = number
        self._connection: Connection | None = None

    def hold(self) -> bool:
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
            return self._take()
        except SQLAlchemyError as error:
            self.release()
            raise StoreUnavailable(
                f"the database does not answer: {str(error).partition(chr(10))[0]}"
            ) from error

    def release(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _take(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            taken = connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": self._number})
        except SQLAlchemyError:
            connection.invalidate()
            connection.close()
            raise
        if taken:
            self._connection = connection
            return True
        connection.close()
        return False
