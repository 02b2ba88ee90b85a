"""A pool of LDAP connections per source, kept open between lookups."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import Protocol

from xivo_dird.backend import Deadline, SourceUnavailable
from xivo_dird_backends.ldap.connections import (
    ConnectionLost,
    LdapConnection,
    LdapResult,
    LdapSearch,
    entries_from_result,
)
from xivo_dird_backends.ldap.entries import RawEntry
from xivo_dird_backends.ldap.options import LdapServer

MAX_CONNECTIONS = 8
MAX_IDLE_SECONDS = 60.0
"""Seconds after which an idle connection is not reused.

Firewalls silently drop idle connections; a lookup must not have to time out to detect that.
"""


class PooledConnection(Protocol):
    """The methods of a connection that the pool uses."""

    def search(self, request: LdapSearch, deadline: Deadline) -> LdapResult:
        """Search for entries.

        Raises:
            ConnectionLost: The connection broke before the deadline.
            SourceUnavailable: No complete response arrived in time.
        """

    def abort(self) -> None:
        """Abort the running search; called by another thread."""

    def close(self) -> None:
        """Close the connection."""


Connect = Callable[[LdapServer, Deadline], PooledConnection]


class ConnectionPool:
    """Gives each search its own connection, the most recently used one first; opens connections when needed."""

    def __init__(
        self, server: LdapServer, connect: Connect = LdapConnection, max_idle: float = MAX_IDLE_SECONDS
    ) -> None:
        """Create an empty pool.

        Args:
            server: The server to connect to.
            connect: Opens a connection.
            max_idle: Seconds after which an idle connection is closed.
        """
        self._server = server
        self._connect = connect
        self._max_idle = max_idle
        self._slots = BoundedSemaphore(MAX_CONNECTIONS)
        self._lock = Lock()
        self._idle: list[tuple[float, PooledConnection]] = []
        self._busy: set[PooledConnection] = set()
        self._closed = False

    def search(self, request: LdapSearch, deadline: Deadline) -> Sequence[RawEntry]:
        """Search for entries; if a reused connection is lost before the deadline, retry once on a new one.

        Raises:
            SourceUnavailable: The server can't be queried in time, or the pool is closed.
            QuestionRefused: The server refuses this search.
        """
        with self._slot(deadline):
            result = self._search_idle(request, deadline)
            if result is None:
                result = self._search_on(self._open(deadline), request, deadline)
        return entries_from_result(result, self._server)

    def close(self) -> None:
        """Close all connections; a running search fails at once."""
        with self._lock:
            self._closed = True
            for connection in self._busy:
                connection.abort()
        self._close_idle()

    def _search_idle(self, request: LdapSearch, deadline: Deadline) -> LdapResult | None:
        """Search on an idle connection; return None if there is none or if it turns out to be lost."""
        connection = self._pop_idle()
        if connection is None:
            return None
        try:
            return self._search_on(connection, request, deadline)
        except ConnectionLost:
            return None

    def _open(self, deadline: Deadline) -> PooledConnection:
        if self._closed:
            raise SourceUnavailable(f"{self._server.uri}: the source was closed")
        return self._connect(self._server, deadline)

    def _search_on(self, connection: PooledConnection, request: LdapSearch, deadline: Deadline) -> LdapResult:
        """Search on a connection, then return it to the pool; a connection that failed is closed."""
        self._check_out(connection)
        has_succeeded = False
        try:
            result = connection.search(request, deadline)
            has_succeeded = True
        finally:
            self._check_in(connection, is_reusable=has_succeeded)
        return result

    @contextmanager
    def _slot(self, deadline: Deadline) -> Iterator[None]:
        if not self._slots.acquire(timeout=deadline.remaining()):
            raise SourceUnavailable(f"{self._server.uri}: all {MAX_CONNECTIONS} connections are busy")
        try:
            yield
        finally:
            self._slots.release()

    def _check_out(self, connection: PooledConnection) -> None:
        with self._lock:
            if not self._closed:
                self._busy.add(connection)
                return
        connection.close()
        raise SourceUnavailable(f"{self._server.uri}: the source was closed")

    def _check_in(self, connection: PooledConnection, *, is_reusable: bool) -> None:
        with self._lock:
            self._busy.discard(connection)
            is_reusable = is_reusable and not self._closed
            if is_reusable:
                self._idle.append((time.monotonic(), connection))
        if not is_reusable:
            connection.close()
            self._close_idle()  # the cause, such as a restart of the server, affects them all

    def _pop_idle(self) -> PooledConnection | None:
        self._close_idle(older_than=self._max_idle)
        with self._lock:
            return self._idle.pop()[1] if self._idle else None

    def _close_idle(self, older_than: float = 0.0) -> None:
        """Close the connections that have been idle for at least `older_than` seconds."""
        cutoff = time.monotonic() - older_than
        with self._lock:
            expired = [connection for idle_since, connection in self._idle if idle_since <= cutoff]
            if expired:
                self._idle = self._idle[len(expired) :]
        for connection in expired:
            connection.close()
