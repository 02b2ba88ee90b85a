"""One database of a source: a bounded pool of connections, and statements that only read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Select, create_engine
from sqlalchemy.pool import QueuePool

from xivo_dird.backend import Deadline, Environment, SourceUnavailable
from xivo_dird_backends.sql.connectors import Connector, parse_uri
from xivo_dird_backends.sql.errors import translated_errors
from xivo_dird_backends.sql.options import SqlOptions, SqlSettings
from xivo_dird_backends.sql.other_drivers import OtherConnector
from xivo_dird_backends.sql.postgresql import PostgreSqlConnector
from xivo_dird_backends.sql.sqlite import SqliteConnector
from xivo_dird_backends.sql.statements import SqlStatement

MAX_CONNECTIONS = 8
MAX_IDLE_CONNECTIONS = 2
MAX_CONNECTION_SECONDS = 300
"""Seconds after which a connection is replaced, so that an address that has changed is noticed."""

ROWS_PER_FETCH = 1000
"""Number of rows that are in memory at a time while a list of all entries is read."""

Row = Mapping[str, object]


def new_connector(options: SqlOptions, environment: Environment) -> Connector:
    """Return what opens the connections of a source; nothing is opened.

    Raises:
        InvalidSource: The URI is malformed, or names what is not allowed.
    """
    url, settings = parse_uri(options.uri), environment.settings_of(SqlSettings)
    kind = (url.get_backend_name(), url.get_driver_name())
    if kind == ("postgresql", "psycopg"):
        return PostgreSqlConnector(url, settings, environment.outgoing, options.timeout)
    if kind == ("sqlite", "pysqlite"):
        return SqliteConnector(url, settings, options.timeout)
    answer_seconds = options.list_timeout if options.mode == "snapshot" else options.timeout
    return OtherConnector(url, settings, environment.outgoing, (options.timeout, answer_seconds))


class SqlDatabase:
    """Runs statements; shared by threads."""

    def __init__(self, connector: Connector, timeout: float) -> None:
        """Create an empty pool.

        Args:
            connector: Opens the connections.
            timeout: Seconds to wait for a free connection.
        """
        self._connector = connector
        pool = {
            "pool_size": MAX_IDLE_CONNECTIONS,
            "max_overflow": MAX_CONNECTIONS - MAX_IDLE_CONNECTIONS,
            "pool_timeout": timeout,
            "pool_recycle": MAX_CONNECTION_SECONDS,
            "pool_pre_ping": True,
            "pool_use_lifo": True,
        }
        self._timeout = timeout
        self._engine = create_engine(
            f"{connector.drivername}://",
            creator=connector.connect,
            hide_parameters=True,
            poolclass=connector.pool_class,
            **(pool if connector.pool_class is QueuePool else {}),
        )
        self._is_closed = False

    def rows(
        self, statement: SqlStatement, parameters: Mapping[str, object], deadline: Deadline
    ) -> Sequence[Row]:
        """Return the rows of a statement.

        Raises:
            UnreadableValue: The database can't compare the parameters.
            SourceUnavailable: There is no complete answer by the deadline.
        """
        translated = translated_errors(str(self._connector), statement.option)
        with translated, self._reading(deadline.remaining()) as connection:
            result = connection.execute(statement.select, parameters)
            return list(_rows(tuple(result.keys()), result.fetchall()))

    def stream(
        self, statement: SqlStatement, parameters: Mapping[str, object], seconds: float
    ) -> Iterator[Row]:
        """Yield the rows of a statement, a part of which is in memory at a time.

        Args:
            statement: The statement.
            parameters: The values of its parameters.
            seconds: How long the database may take for each part.

        Raises:
            SourceUnavailable: The database does not answer in time, or the source is closed.
        """
        translated = translated_errors(str(self._connector), statement.option)
        with translated, self._reading(seconds) as connection:
            yield from self._partitions(connection, statement.select, parameters, seconds)

    def _partitions(
        self, connection: Connection, select: Select[Any], parameters: Mapping[str, object], seconds: float
    ) -> Iterator[Row]:
        streaming = connection.execution_options(stream_results=True, yield_per=ROWS_PER_FETCH)
        with streaming.execute(select, parameters) as result:
            names = tuple(result.keys())
            for rows in result.partitions():
                yield from _rows(names, rows)
                self._check_is_open()
                self._connector.limit(connection.connection.dbapi_connection, seconds)

    def close(self) -> None:
        """Close the idle connections; one in use is closed when its statement ends."""
        self._is_closed = True
        self._engine.pool.dispose()  # not the engine's, which would forget connections in use

    @contextmanager
    def _reading(self, seconds: float) -> Iterator[Connection]:
        """Yield a connection in a transaction that only reads, which is rolled back at the end."""
        self._check_is_open()
        try:
            with translated_errors(str(self._connector), "uri"):
                connection = self._engine.connect()
            with connection:
                raw_connection = connection.connection.dbapi_connection
                self._connector.limit(raw_connection, seconds)
                self._connector.begin_reading(connection, seconds)
                yield connection
                self._connector.limit(raw_connection, self._timeout)
        finally:
            if self._is_closed:
                self._engine.pool.dispose()

    def _check_is_open(self) -> None:
        if self._is_closed:
            raise SourceUnavailable(f"{self._connector}: the source was closed")


def _rows(names: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[Row]:
    return (dict(zip(names, row, strict=True)) for row in rows)
