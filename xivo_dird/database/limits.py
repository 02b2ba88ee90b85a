"""The time limits of the database."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DatabaseLimits:
    """The time limits of a database, in seconds.

    Attributes:
        busy_seconds: SQLite: maximum wait for another process; the threads of this process use `WriteLock`.
        write_seconds: SQLite: maximum wait of a change for the changes before it in the common queue.
        large_write_seconds: SQLite: maximum wait of a large change for other large changes, before the common queue.
        connect_seconds: PostgreSQL: maximum time to connect, and to wait for a pooled connection; also the idle
            time of a connection before the first keepalive probe.
        lock_seconds: PostgreSQL: maximum wait of a statement for a lock.
        read_seconds: PostgreSQL: maximum time to wait for a statement of a transaction that only reads.
        statement_seconds: PostgreSQL: maximum duration of a statement; also the maximum time that sent data stay
            unacknowledged (`tcp_user_timeout`).
    """

    busy_seconds: int = 60
    write_seconds: int = 60
    large_write_seconds: int = 600
    connect_seconds: int = 3
    lock_seconds: int = 10
    read_seconds: int = 10
    statement_seconds: int = 60


DEFAULT_LIMITS = DatabaseLimits()
