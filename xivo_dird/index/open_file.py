"""An open index file: its lock, its connections, and what an error says about it."""

import os
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from xivo_dird.blocking import share_processor
from xivo_dird.exceptions import DirdError, SourceUnavailable
from xivo_dird.index.checksum import checksum_of
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline, DeadlinePassed

STEPS_PER_CHECK = 50_000
"""Number of steps of SQLite's virtual machine after which other requests may go on: some milliseconds."""

CACHE_KIBIBYTES = 8000
"""KiB of pages that each connection caches. Nearly all questions use one connection, see `tcp/worker_pool`."""

MAX_MAPPED_BYTES = 0
"""Bytes of the file that SQLite maps into memory. A file that is truncated while it is mapped ends the process."""

VERIFY_PAUSE_SECONDS = 60.0
"""Seconds after the verification of a file in which it is not verified again."""

PRIMARY_CODE = 0xFF
"""The bits of SQLite's extended error codes that have the primary one."""

DAMAGED_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
PASSING_CODES = (
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
)
"""Errors of the process or the system, which say nothing about the file."""


class IndexDamaged(Exception):
    """The file is not a usable index and has to be rebuilt."""


class IndexLost(Exception):
    """The file is no longer at its path, so that no further connection to it can be opened."""


class IndexUnreadable(SourceUnavailable):
    """SQLite can't read the file, perhaps only at present: its checksum decides whether it is damaged."""


def read_only_uri(path: Path) -> str:
    """Return the URI with which SQLite reads a file that nobody writes any more."""
    return f"file:{quote(os.fspath(path))}?mode=ro&immutable=1"


class OpenIndexFile:
    """One open index file, shared by threads."""

    def __init__(self, path: Path, descriptor: int, on_close: Callable[[], None]) -> None:
        """Open no connection yet.

        Args:
            path: The file, with its checksum at the end of its name.
            descriptor: A file descriptor on `path` whose lock prevents its removal; it is duplicated.
            on_close: Called once by `close`.

        Raises:
            OSError: The process has too many open files.
        """
        self.path = path
        self._uri = read_only_uri(path)
        self._descriptor = os.dup(descriptor)
        self._status = os.fstat(descriptor)
        self._on_close = on_close
        self._connections: deque[sqlite3.Connection] = deque()
        self._close_lock = threading.Lock()
        self._closed = False
        self._next_verification = Deadline.after(0.0)

    def close(self) -> None:
        """Close the file and the idle connections; a running question closes its own connection when it ends."""
        with self._close_lock:
            if self._closed:
                return
            self._closed = True
            os.close(self._descriptor)
        self._close_idle()
        self._on_close()

    def is_at_path(self) -> bool:
        """Return whether the file is still at its path."""
        try:
            return os.path.samestat(self._status, self.path.stat())
        except OSError:
            return False

    def is_damaged(self) -> bool:
        """Return whether the checksum of the file is wrong; False without a look if it was right a short time ago.

        Raises:
            OSError: The file can't be read at present.
        """
        with self._close_lock:
            if self._closed or not self._next_verification.is_expired:
                return False
            self._next_verification = Deadline.after(VERIFY_PAUSE_SECONDS)
            descriptor = os.dup(self._descriptor)  # `close` may be called while the file is read
        try:
            return not self.path.stem.endswith(checksum_of(descriptor))
        finally:
            os.close(descriptor)

    @contextmanager
    def connection(self, deadline: Deadline = NO_DEADLINE) -> Iterator[sqlite3.Connection]:
        """Yield a pooled connection for this thread. The pool grows to the number of concurrent questions.

        Args:
            deadline: When a statement is interrupted.

        Raises:
            DeadlinePassed: The deadline has passed.
            RequestAbandoned: The client has gone.
            TooBusy: The statement takes long, and too many requests do.
            IndexDamaged: SQLite finds the file damaged.
            IndexLost: The file is no longer at its path.
            IndexUnreadable: SQLite can't read the file for an unknown reason.
            SourceUnavailable: The result is too large, or the file can't be read at present.
        """
        try:
            connection = self._connections.pop()
        except IndexError:
            connection = self._new_connection()
        interruption = _Interruption(deadline)
        if deadline is not NO_DEADLINE:
            connection.set_progress_handler(interruption.is_due, STEPS_PER_CHECK)
        try:
            yield connection
            connection.set_progress_handler(None, 0)
        except sqlite3.Error as error:
            connection.close()
            raise interruption.reason or _translated(error) from error
        except BaseException:
            connection.close()
            raise
        self._connections.append(connection)
        if self._closed:
            self._close_idle()

    def _new_connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = None
        try:
            connection = sqlite3.connect(self._uri, uri=True, check_same_thread=False)
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
            connection.execute(f"PRAGMA mmap_size = {MAX_MAPPED_BYTES}")
        except sqlite3.Error as error:
            if connection is not None:
                connection.close()
            if not self.is_at_path():
                raise IndexLost(str(error)) from error
            raise _translated(error) from error
        return connection

    def _close_idle(self) -> None:
        while True:
            try:
                self._connections.pop().close()
            except IndexError:
                return


class _Interruption:
    """Interrupts a statement at a deadline, or if its request must not go on.

    Attributes:
        reason: Why the request must not go on; SQLite hides the error.
    """

    def __init__(self, deadline: Deadline) -> None:
        self.reason: DirdError | None = None
        self._deadline = deadline

    def is_due(self) -> bool:
        """Allow other requests to go on in the middle of a statement; return whether to interrupt it."""
        try:
            share_processor(self._deadline.remaining())
        except DirdError as error:
            self.reason = error
        return self.reason is not None or self._deadline.is_expired


def _translated(error: sqlite3.Error) -> Exception:
    """Return what an error of SQLite means: only its own word for damage says that the file is damaged."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & PRIMARY_CODE
    if code == sqlite3.SQLITE_INTERRUPT:
        return DeadlinePassed("the search in its index takes too long")
    if code in DAMAGED_CODES:
        return IndexDamaged(str(error))
    if isinstance(error, sqlite3.DataError):
        return SourceUnavailable(f"the answer is too large: {error}")
    if code in PASSING_CODES:
        return SourceUnavailable(f"its index can't be read at present: {error}")
    return IndexUnreadable(f"its index can't be read: {error}")
