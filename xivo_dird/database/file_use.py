"""Which processes have an SQLite database open, and the checkpoint that the last one may not live to make."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from xivo_dird.threads.deadline import Deadline

_SHARED_START, _SHARED_BYTES = 0x40000002, 510
"""The bytes of a database on which each connection in WAL mode holds a lock (`SHARED_FIRST` in SQLite's source)."""

_FIRST_PAUSE, _MAX_PAUSE = 0.001, 0.05


def is_unused(path: Path) -> bool:
    """Return whether no process has a database open; only called while this process has not.

    Also True if it can't be opened: SQLite says why.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_BYTES, _SHARED_START)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def is_soon(condition: Callable[[], bool], seconds: float) -> bool:
    """Return whether a condition that other processes make true becomes so within some seconds."""
    deadline, pause = Deadline.after(seconds), _FIRST_PAUSE
    while not condition():
        if deadline.is_expired:
            return False
        time.sleep(pause)
        pause = min(2 * pause, _MAX_PAUSE)
    return True


def checkpoint(connection: sqlite3.Connection) -> None:
    """Write the committed changes in the write-ahead log that a connection has open into the database.

    SQLite does so when the last connection is closed. A process that is killed closes none, and if the log was removed,
    it ends with that process.
    """
    with suppress(sqlite3.Error):  # the next connection that is checked tries again
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
