"""Connections to PostgreSQL: to checked addresses, in transactions that only read, with time limits."""

import math
from typing import Any

from psycopg.types.string import TextLoader
from sqlalchemy import URL, Connection
from sqlalchemy.pool import Pool, QueuePool

from xivo_dird.backend import AllowedFolders, Deadline, HostFile, InvalidSource, Outgoing, TimedConnection
from xivo_dird_backends.sql.connectors import ServerAddress, checked_parameters, host_file
from xivo_dird_backends.sql.options import SqlSettings

PARAMETERS = frozenset(
    ("application_name", "channel_binding", "sslmode", "sslrootcert", "target_session_attrs")
)
SYSTEM_CERTIFICATES = "system"
NO_FILE = "/nonexistent/pgpass"
"""A password file that does not exist: the server of a source must not get a password of the daemon's user."""

MARGIN_SECONDS = 0.5
"""How much longer than the time limit of the server a statement is waited for, so that the connection survives."""

TIME_TYPES = ("date", "time", "timetz", "timestamp", "timestamptz", "interval")
"""Types that are read as texts: Python has no date after the year 9999, nor `infinity`."""


class PostgreSqlConnector:
    """Opens connections to one PostgreSQL server, or through a socket in an allowed folder."""

    drivername = "postgresql+psycopg"
    pool_class: type[Pool] = QueuePool

    def __init__(self, url: URL, settings: SqlSettings, outgoing: Outgoing, timeout: float) -> None:
        """Check the URI; nothing is opened.

        Raises:
            InvalidSource: The host, the socket or a parameter is not allowed.
        """
        self._outgoing, self._timeout = outgoing, timeout
        socket = url.query.get("host", "") if not url.host else ""
        if isinstance(socket, str) and socket.startswith("/"):
            host_file(socket, settings)
            url = url.difference_update_query(["host"])
            self._socket, self._server = socket, None
            self._name = f"{socket}/{url.database}"
        else:
            self._socket, self._server = "", ServerAddress(url, 5432, outgoing)
            self._name = str(self._server)
        parameters = dict(checked_parameters(url, PARAMETERS))
        certificates = parameters.get("sslrootcert", SYSTEM_CERTIFICATES)
        if certificates != SYSTEM_CERTIFICATES:
            allowed = AllowedFolders(settings.certificate_folders, "backends.sql.certificate_folders")
            parameters["sslrootcert"] = str(HostFile("uri", certificates, allowed))
        elif parameters.get("sslmode", "").startswith("verify-"):
            parameters["sslrootcert"] = SYSTEM_CERTIFICATES
        if not url.database:
            raise InvalidSource("uri: it names no database")
        self._arguments: dict[str, Any] = {
            "application_name": "xivo-dird",
            **parameters,
            "dbname": url.database,
            "user": url.username or "",
            "password": None if url.password is None else str(url.password),
            "passfile": NO_FILE,
            "sslcertmode": "disable",  # the certificate in the home of the daemon's user is not for this server
            "gssencmode": "disable",
            "client_encoding": "UTF8",
        }

    def __str__(self) -> str:
        """Return the server and the database."""
        return self._name

    def connect(self) -> TimedConnection:
        """Return a new connection to an allowed address of the server."""
        connection = TimedConnection.connect(**self._arguments, **self._place())
        connection.answer_seconds = self._timeout
        connection.prepare_threshold = None  # poolers such as PgBouncer mix up prepared statements
        for name in TIME_TYPES:
            connection.adapters.register_loader(name, TextLoader)
        return connection

    def begin_reading(self, connection: Connection, seconds: float) -> None:
        """Start a transaction that can't change anything, with a time limit of the server."""
        milliseconds = max(1, math.ceil(seconds * 1000))
        connection.exec_driver_sql(
            "SET TRANSACTION READ ONLY; SET LOCAL datestyle = 'ISO'; "
            f"SET LOCAL statement_timeout = {milliseconds}; SET LOCAL lock_timeout = {milliseconds}"
        )

    def limit(self, connection: Any, seconds: float) -> None:
        """Limit how long the connection waits, also for a server that does not keep its time limit."""
        if isinstance(connection, TimedConnection):
            connection.answer_seconds = seconds + MARGIN_SECONDS

    def _place(self) -> dict[str, Any]:
        """Return where to connect to: each allowed address gets a part of the time, but two seconds at least."""
        if self._server is None:
            return {"host": self._socket, "connect_timeout": math.ceil(self._timeout)}
        host, port = self._server.host, self._server.port
        addresses = self._outgoing.addresses(host, port, Deadline.after(self._timeout))
        return {
            "host": ",".join([host] * len(addresses)),
            "hostaddr": ",".join(addresses),
            "port": port,
            "connect_timeout": math.ceil(self._timeout / len(addresses)),
        }
