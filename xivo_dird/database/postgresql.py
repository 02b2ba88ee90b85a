"""The engine of a PostgreSQL database: pooled connections, and a time limit for whatever the server does."""

from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.rows import TupleRow
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.pool import ConnectionPoolEntry

from xivo_dird.database.limits import DatabaseLimits
from xivo_dird.threads.deadline import Deadline

POLL_SECONDS = 0.1

MARGIN_SECONDS = 5.0
"""How much longer than the time limit of the server a statement is waited for."""


class TimedConnection(psycopg.Connection[TupleRow]):
    """A connection that is closed when the server does not answer in time.

    The time limits of the server do not help when it hangs itself, and those of TCP not while its machine answers.

    Attributes:
        answer_seconds: Seconds that the server has for each statement.
    """

    answer_seconds: float

    def wait(self, gen: PQGen[RV], interval: float = POLL_SECONDS, timeout: float | None = None) -> RV:
        """Wait for the server."""
        seconds = self.answer_seconds if timeout is None else timeout
        deadline = Deadline.after(seconds)
        try:
            return super().wait(gen, interval, seconds)
        except psycopg.OperationalError as error:
            if not deadline.is_expired:
                raise
            self.pgconn.finish()
            raise psycopg.OperationalError(f"no answer within {seconds:g} s") from error


def create_postgresql_engine(url: URL, limits: DatabaseLimits) -> Engine:
    """Create an engine that pools connections, checks them before use, and never waits without a time limit."""
    connect_args = {
        "connect_timeout": limits.connect_seconds,
        "options": f"-c statement_timeout={limits.statement_seconds}s -c lock_timeout={limits.lock_seconds}s",
        "keepalives_idle": limits.connect_seconds,
        "tcp_user_timeout": limits.statement_seconds * 1000,
    }
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args=connect_args,
        hide_parameters=True,  # errors that are logged must not quote contacts and options
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=40,
        pool_timeout=limits.connect_seconds,
    )

    def connect(
        _dialect: Dialect, _entry: ConnectionPoolEntry, arguments: list[str], keywords: dict[str, Any]
    ) -> TimedConnection:
        connection = TimedConnection.connect(*arguments, **keywords)
        connection.answer_seconds = limits.connect_seconds
        return connection

    def limit_time(connection: Connection) -> None:
        changing = connection.get_execution_options().get("changing", False)
        raw_connection = connection.connection.dbapi_connection
        if isinstance(raw_connection, TimedConnection):
            read, change = limits.read_seconds, limits.statement_seconds + MARGIN_SECONDS
            raw_connection.answer_seconds = change if changing else read

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "begin", limit_time)
    return engine
