"""The connections of one source, kept open between lookups."""

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
    entries_of,
)
from xivo_dird_backends.ldap.entries import RawEntry
from xivo_dird_backends.ldap.options import LdapServer

MAX_CONNECTIONS = 8
MAX_IDLE_SECONDS = 60.0
"""Seconds. Firewalls forget quiet connections without a word; a lookup should not be how we learn of it."""


class PooledConnection(Protocol):
    """What the pool needs of a connection."""

    def search(self, query: LdapSearch, deadline: Deadline) -> LdapResult:
        """Ask; raise `SourceUnavailable`."""

    def abort(self) -> None:
        """Make a running search fail, from another thread."""

    def close(self) -> None:
        """End the connection."""


Connect = Callable[[LdapServer, Deadline], PooledConnection]


class ConnectionPool:
    """Lends each search a connection of its own, the most recently used one first; opens them when needed."""

    def __init__(
        self, server: LdapServer, connect: Connect = LdapConnection, max_idle: float = MAX_IDLE_SECONDS
    ) -> None:
        """Open nothing yet."""
        self._server = server
        self._connect = connect
        self._max_idle = max_idle
        self._slots = BoundedSemaphore(MAX_CONNECTIONS)
        self._lock = Lock()
        self._idle: list[tuple[float, PooledConnection]] = []
        self._busy: set[PooledConnection] = set()
        self._closed = False

    def search(self, query: LdapSearch, deadline: Deadline) -> Sequence[RawEntry]:
        """Ask the server; a kept connection that fails before the deadline is replaced, once."""
        with self._slot(deadline):
            answer = self._ask_kept(query, deadline)
            if answer is None:
                answer = self._ask(self._open(deadline), query, deadline)
        return entries_of(answer, self._server)

    def close(self) -> None:
        """Close all connections; a running search fails at once."""
        with self._lock:
            self._closed = True
            for connection in self._busy:
                connection.abort()
        self._drop_idle()

    def _ask_kept(self, query: LdapSearch, deadline: Deadline) -> LdapResult | None:
        """Try a kept connection; None when there is none or when it turned out to be stale."""
        connection = self._take_idle()
        if connection is None:
            return None
        try:
            return self._ask(connection, query, deadline)
        except ConnectionLost:
            return None

    def _open(self, deadline: Deadline) -> PooledConnection:
        if self._closed:
            raise SourceUnavailable(f"{self._server.uri}: the source was closed")
        return self._connect(self._server, deadline)

    def _ask(self, connection: PooledConnection, query: LdapSearch, deadline: Deadline) -> LdapResult:
        """Use the connection, then keep it; one that failed is closed."""
        self._lend(connection)
        answered = False
        try:
            answer = connection.search(query, deadline)
            answered = True
        finally:
            self._take_back(connection, keep=answered)
        return answer

    @contextmanager
    def _slot(self, deadline: Deadline) -> Iterator[None]:
        if not self._slots.acquire(timeout=deadline.remaining()):
            raise SourceUnavailable(f"{self._server.uri}: all {MAX_CONNECTIONS} connections are busy")
        try:
            yield
        finally:
            self._slots.release()

    def _lend(self, connection: PooledConnection) -> None:
        with self._lock:
            if not self._closed:
                self._busy.add(connection)
                return
        connection.close()
        raise SourceUnavailable(f"{self._server.uri}: the source was closed")

    def _take_back(self, connection: PooledConnection, *, keep: bool) -> None:
        with self._lock:
            self._busy.discard(connection)
            keep = keep and not self._closed
            if keep:
                self._idle.append((time.monotonic(), connection))
        if not keep:
            connection.close()
            self._drop_idle()  # what happened to one, such as a restart of the server, happened to all

    def _take_idle(self) -> PooledConnection | None:
        self._drop_idle(older_than=self._max_idle)
        with self._lock:
            return self._idle.pop()[1] if self._idle else None

    def _drop_idle(self, older_than: float = 0.0) -> None:
        """Close the connections that have been idle for so many seconds."""
        latest = time.monotonic() - older_than
        with self._lock:
            dropped = [connection for since, connection in self._idle if since <= latest]
            if dropped:
                self._idle = self._idle[len(dropped) :]
        for connection in dropped:
            connection.close()
