"""Connections to databases whose driver the administrator has installed and allowed, such as MySQL and MariaDB."""

import math
from typing import Any

from sqlalchemy import URL, Connection, create_engine
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.pool import Pool, QueuePool

from xivo_dird.backend import Deadline, InvalidSource, Outgoing
from xivo_dird_backends.sql.connectors import ServerAddress, checked_parameters
from xivo_dird_backends.sql.options import SqlSettings

PARAMETERS = frozenset(("charset",))

TIMEOUT_ARGUMENTS = {"pymysql": ("connect_timeout", "read_timeout")}
"""How a driver is given the seconds to connect, and to wait for an answer."""

DEFAULT_PORTS = {"mysql": 3306, "mariadb": 3306}

START_READING = {"mysql": "START TRANSACTION READ ONLY", "mariadb": "START TRANSACTION READ ONLY"}
"""What starts a transaction that can't change anything, by the dialect."""


class OtherConnector:
    """Opens connections with a driver that is given an address in place of the name of its host."""

    pool_class: type[Pool] = QueuePool

    def __init__(
        self, url: URL, settings: SqlSettings, outgoing: Outgoing, timeouts: tuple[float, float]
    ) -> None:
        """Check the URI and the driver; nothing is opened.

        Args:
            url: The URI.
            settings: The allowed drivers.
            outgoing: The allowed hosts.
            timeouts: Seconds to connect, and to wait for an answer.

        Raises:
            InvalidSource: The driver, the host or a parameter is not allowed, or the driver is not installed.
        """
        self.drivername = f"{url.get_backend_name()}+{url.get_driver_name()}"
        if not {url.drivername, self.drivername} & set(settings.drivers):
            raise InvalidSource(
                f"uri: sources may not use {self.drivername}; "
                "the administrator can install the driver, and add it to backends.sql.drivers"
            )
        checked_parameters(url, PARAMETERS)
        self._dialect = _dialect(url)
        port = url.port or DEFAULT_PORTS.get(url.get_backend_name())
        if port is None:
            raise InvalidSource("uri: it needs a port")
        self._server = ServerAddress(url, port, outgoing)
        self._url, self._outgoing, self._timeouts = url, outgoing, timeouts

    def __str__(self) -> str:
        """Return the server and the database."""
        return str(self._server)

    def connect(self) -> Any:
        """Return a new connection to the first allowed address of the server."""
        server = self._server
        addresses = self._outgoing.addresses(server.host, server.port, Deadline.after(self._timeouts[0]))
        positional, named = self._dialect.create_connect_args(
            self._url.set(host=addresses[0], port=server.port)
        )
        names, seconds = TIMEOUT_ARGUMENTS.get(self._dialect.driver, ()), map(math.ceil, self._timeouts)
        return self._dialect.connect(*positional, **named, **dict(zip(names, seconds, strict=False)))

    def begin_reading(self, connection: Connection, seconds: float) -> None:  # noqa: ARG002
        """Start a transaction that can't change anything, where the database has such transactions."""
        statement = START_READING.get(connection.dialect.name)
        if statement is not None:
            connection.exec_driver_sql(statement)

    def limit(self, connection: Any, seconds: float) -> None:
        """Leave the time limits that the driver got when it connected."""


def _dialect(url: URL) -> Dialect:
    try:
        return create_engine(url).dialect
    except ImportError:
        raise InvalidSource(f"uri: the driver {url.get_driver_name()} is not installed") from None
