"""The engine of a PostgreSQL database: pooled connections, and a time limit for whatever the server does."""

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.pool import ConnectionPoolEntry

from xivo_dird.database.limits import DatabaseLimits
from xivo_dird.database.timed_connection import TimedConnection

MARGIN_SECONDS = 5.0
"""How much longer than the time limit of the server a statement is waited for."""


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
