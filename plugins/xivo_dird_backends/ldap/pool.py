"""A pool of LDAP connections per source, kept open between lookups, to the first of its servers that works."""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock, Thread

from xivo_dird.backend import Deadline, QuestionRefused, SourceUnavailable
from xivo_dird_backends.ldap.connections import ConnectionLost
from xivo_dird_backends.ldap.credentials import CredentialsRejected
from xivo_dird_backends.ldap.entries import RawEntry
from xivo_dird_backends.ldap.options import LdapServer
from xivo_dird_backends.ldap.paging import PagedSearches
from xivo_dird_backends.ldap.pooled_connection import Connect, PooledConnection
from xivo_dird_backends.ldap.result_codes import LIMITS_EXCEEDED
from xivo_dird_backends.ldap.searches import LdapResult, LdapSearch, entries_from_result
from xivo_dird_backends.ldap.server_list import NewBackoff, ServerList, default_backoff

MAX_CONNECTIONS = 8
MAX_IDLE_SECONDS = 60.0
"""Seconds after which an idle connection is not reused.

Firewalls silently drop idle connections; a lookup must not have to time out to detect that.
"""

logger = logging.getLogger(__name__)


class ConnectionPool:
    """Gives each search its own connection, the most recently used one first; opens connections when needed.

    Connections are to the first server that works. A server that failed is tried again by a thread of its own, so that
    no search waits for it, unless no other server works.
    """

    def __init__(
        self,
        servers: Sequence[LdapServer],
        connect: Connect,
        *,
        is_paged: bool = False,
        max_idle: float = MAX_IDLE_SECONDS,
        new_backoff: NewBackoff = default_backoff,
    ) -> None:
        """Create an empty pool.

        Args:
            servers: The servers of one directory, in the order in which they are tried.
            connect: Opens a connection.
            is_paged: Whether searches are paged before the server was seen to need it.
            max_idle: Seconds after which an idle connection is closed.
            new_backoff: Returns the pauses before a server that failed is probed.
        """
        self._servers = ServerList(
            servers, new_backoff=new_backoff, probe_timeout=max(server.call_timeout for server in servers)
        )
        self._connect = connect
        self._searches = PagedSearches(is_paged=is_paged)
        self._max_idle = max_idle
        self._slots = BoundedSemaphore(MAX_CONNECTIONS)
        self._lock = Lock()
        self._idle: list[tuple[float, PooledConnection]] = []
        self._busy: set[PooledConnection] = set()
        self._closed = False
        self._has_logged_limit = False

    def search(self, request: LdapSearch, deadline: Deadline) -> Sequence[RawEntry]:
        """Search for entries; try each server once, and that of a reused connection that was lost once more.

        Raises:
            SourceUnavailable: No server can be queried in time, or the pool is closed.
            QuestionRefused: The server refuses this search.
        """
        with self._slot(deadline):
            self._start_probes()
            errors: dict[LdapServer, SourceUnavailable] = {}
            found = self._search_idle(request, deadline, errors)
            if found is None:
                found = self._search_new(request, deadline, errors)
        if found is None:
            raise SourceUnavailable("; ".join(error.message for error in errors.values()))
        return found

    def close(self) -> None:
        """Close all connections; a running search fails at once."""
        with self._lock:
            self._closed = True
            for connection in self._busy:
                connection.abort()
        self._close_idle()

    def _search_idle(
        self, request: LdapSearch, deadline: Deadline, errors: dict[LdapServer, SourceUnavailable]
    ) -> Sequence[RawEntry] | None:
        """Search on an idle connection; return None if there is none, if it was lost or if its server failed."""
        connection = self._pop_idle()
        if connection is None:
            return None
        try:
            return self._search_on(connection, request, deadline)
        except ConnectionLost:
            return None
        except SourceUnavailable as error:
            self._record_failure(connection.server, error, errors)
            return None

    def _search_new(
        self, request: LdapSearch, deadline: Deadline, errors: dict[LdapServer, SourceUnavailable]
    ) -> Sequence[RawEntry] | None:
        """Search on a new connection; return None if all servers failed that are not in `errors`.

        To connect, each server has an equal share of the remaining time.
        """
        candidates = self._servers.candidates(without=errors)
        for index, server in enumerate(candidates):
            if errors and deadline.is_expired:
                break
            share = deadline.within(deadline.remaining() / (len(candidates) - index))
            try:
                return self._search_on(self._open(server, share), request, deadline)
            except SourceUnavailable as error:
                self._record_failure(server, error, errors)
        return None

    def _record_failure(
        self,
        server: LdapServer,
        error: SourceUnavailable,
        errors: dict[LdapServer, SourceUnavailable],
    ) -> None:
        """Avoid the server and add its error, or raise the error if no server can do better."""
        if self._closed or isinstance(error, CredentialsRejected | QuestionRefused):
            raise error
        self._servers.record_failure(server, error)
        errors[server] = error

    def _start_probes(self) -> None:
        for server in self._servers.servers_to_probe():
            Thread(target=self._probe, args=[server], name="LDAP probe", daemon=True).start()

    def _probe(self, server: LdapServer) -> None:
        """Connect to a server that failed; if that works, the next search has the connection."""
        try:
            connection = self._open(server, Deadline.after(server.call_timeout))
        except SourceUnavailable:
            return
        self._servers.record_connected(server)
        self._check_in(connection, is_reusable=True)

    def _open(self, server: LdapServer, deadline: Deadline) -> PooledConnection:
        if self._closed:
            raise SourceUnavailable(f"{server.uri}: the source was closed")
        return self._connect(server, deadline)

    def _search_on(
        self, connection: PooledConnection, request: LdapSearch, deadline: Deadline
    ) -> Sequence[RawEntry]:
        """Search on a connection, then return it to the pool; a connection that failed is closed."""
        self._check_out(connection)
        has_succeeded = False
        try:
            result = self._searches.search(connection, request, deadline)
            has_succeeded = not connection.is_broken
        finally:
            self._check_in(connection, is_reusable=has_succeeded)
        entries = entries_from_result(result, connection.server, request)
        self._servers.record_success(connection.server)
        if result.code in LIMITS_EXCEEDED and not 0 < request.size_limit <= len(entries):
            self._log_limit(connection.server, result)
        return entries

    def _log_limit(self, server: LdapServer, result: LdapResult) -> None:
        """Log the first time that the server returns only a part; short terms then do so again and again."""
        if not self._has_logged_limit:
            self._has_logged_limit = True
            logger.warning("%s: an answer has only a part of the entries: %s", server.uri, result.description)

    @contextmanager
    def _slot(self, deadline: Deadline) -> Iterator[None]:
        if not self._slots.acquire(timeout=deadline.remaining()):
            raise SourceUnavailable(f"{self._servers.names}: all {MAX_CONNECTIONS} connections are busy")
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
        raise SourceUnavailable(f"{connection.server.uri}: the source was closed")

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
        """Return the idle connection used last; one to a server that is not the preferred one any more is closed."""
        self._close_idle(older_than=self._max_idle)
        while True:
            with self._lock:
                connection = self._idle.pop()[1] if self._idle else None
            if connection is None or self._servers.is_preferred(connection.server):
                return connection
            connection.close()

    def _close_idle(self, older_than: float = 0.0) -> None:
        """Close the connections that have been idle for at least `older_than` seconds."""
        cutoff = time.monotonic() - older_than
        with self._lock:
            expired = [connection for idle_since, connection in self._idle if idle_since <= cutoff]
            if expired:
                self._idle = self._idle[len(expired) :]
        for connection in expired:
            connection.close()
