"""What the SQL backend needs of each kind of database, and the URI that selects it."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import Pool

from xivo_dird.backend import (
    AllowedFolders,
    HostFile,
    InvalidSource,
    Outgoing,
    printable_excerpt,
)
from xivo_dird_backends.sql.options import SqlSettings

MAX_PORT = 65535

_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+", re.IGNORECASE)


class Connector(Protocol):
    """Opens connections to one database that can only read."""

    drivername: str
    """The dialect and the driver, as SQLAlchemy names them."""

    pool_class: type[Pool]

    def __str__(self) -> str:
        """Return the database, for messages, without user and password."""

    def connect(self) -> Any:
        """Return a new connection of the driver.

        Raises:
            SourceUnavailable: The administrator has not allowed it, or the file is missing.
            Exception: Whatever the driver raises.
        """

    def begin_reading(self, connection: Connection, seconds: float) -> None:
        """Start a transaction that can't change anything, and limit its statements to `seconds` each."""

    def limit(self, connection: Any, seconds: float) -> None:
        """Limit how long a connection of the driver waits for the next rows."""


class ServerAddress:
    """A database server that an option names: its name, its port and the database."""

    def __init__(self, url: URL, default_port: int, outgoing: Outgoing) -> None:
        """Check the host.

        Raises:
            InvalidSource: There is no host, or one that is not allowed.
        """
        self.host, self.port = url.host or "", url.port or default_port
        if not _HOST.fullmatch(self.host):
            raise _invalid("it needs one host")
        if not 0 < self.port <= MAX_PORT:
            raise _invalid("its port is no port")
        outgoing.check_named("uri", self.host, self.port)
        self.database = url.database or ""

    def __str__(self) -> str:
        """Return the host, port and database."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}/{self.database}"


def parse_uri(uri: str) -> URL:
    """Return the parts of a URI.

    Raises:
        InvalidSource: It is none; the message has no part of it, which may be a password.
    """
    try:
        url = make_url(uri)
    except (ArgumentError, ValueError):
        raise _invalid("it is no database URI") from None
    try:
        url.get_dialect()
    except (ArgumentError, ImportError):
        raise _invalid(f"no driver for {printable_excerpt(url.drivername)}:// is installed") from None
    return url


def _invalid(reason: str) -> InvalidSource:
    return InvalidSource(
        f"uri: {reason}; it must look like postgresql://user:password@host/database or sqlite:////folder/file"
    )


def checked_parameters(url: URL, allowed: frozenset[str]) -> Mapping[str, str]:
    """Return the parameters behind the `?` of a URI.

    Raises:
        InvalidSource: One of them is not known to be harmless: others open files, or connect to other hosts.
    """
    for name, value in url.query.items():
        if name not in allowed or not isinstance(value, str):
            known = ", ".join(sorted(allowed)) or "none"
            raise InvalidSource(f"uri: the parameter {name!r} is not allowed; allowed: {known}")
    return {name: value for name, value in url.query.items() if isinstance(value, str)}


def host_file(path: str, settings: SqlSettings) -> HostFile:
    """Return a file or a socket's folder that the URI names.

    Raises:
        InvalidSource: It is outside the allowed folders.
    """
    return HostFile("uri", path, AllowedFolders(settings.folders, "backends.sql.folders"))
