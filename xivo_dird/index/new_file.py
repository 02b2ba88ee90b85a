"""The connection to an index file that is being written, which nobody reads yet."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_PRAGMAS = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA cache_size = -16000",
    "PRAGMA threads = 2",
)


@contextmanager
def new_database(path: Path, schema: Sequence[str] = ()) -> Iterator[sqlite3.Connection]:
    """Open a file in a transaction that is committed at the end; used by one thread at a time.

    Args:
        path: The file, which is of no use if the context is left by an error.
        schema: The statements that create its tables.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        for statement in (*_PRAGMAS, *schema, "BEGIN"):
            connection.execute(statement)
        yield connection
        connection.execute("COMMIT")
    finally:
        connection.close()
