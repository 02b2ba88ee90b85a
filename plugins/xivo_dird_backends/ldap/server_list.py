"""The servers of one source, and which of them to use: one that failed is avoided until it answers again."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from threading import Lock

from xivo_dird.backend import Backoff, Deadline, SourceUnavailable
from xivo_dird_backends.ldap.options import LdapServer

MAX_PAUSE_SECONDS = 30.0
"""Longest pause before a server that failed is probed again."""

NewBackoff = Callable[[], Backoff]


def default_backoff() -> Backoff:
    """Return the pauses before a server that failed is probed."""
    return Backoff(MAX_PAUSE_SECONDS)


logger = logging.getLogger(__name__)


@dataclass
class _Failure:
    """A server that failed and has not answered a search since.

    Attributes:
        backoff: The pauses before it is probed.
        retry: When it is probed next.
        is_avoided: False after a probe connected, so that the next search tries it.
    """

    backoff: Backoff
    retry: Deadline
    is_avoided: bool = True


class ServerList:
    """The servers in the order of the options; any thread may call the methods."""

    def __init__(
        self,
        servers: Sequence[LdapServer],
        *,
        new_backoff: NewBackoff = default_backoff,
        probe_timeout: float = 0.0,
    ) -> None:
        """Store the servers, at least one.

        Args:
            servers: The servers.
            new_backoff: Returns the pauses before a server that failed is probed.
            probe_timeout: Seconds that a probe takes at most; the next pause follows.
        """
        self._servers = tuple(servers)
        self._new_backoff = new_backoff
        self._probe_timeout = probe_timeout
        self._lock = Lock()
        self._failures: dict[LdapServer, _Failure] = {}
        self.names = ", ".join(server.uri for server in servers)

    def candidates(self, without: Collection[LdapServer] = ()) -> list[LdapServer]:
        """Return the servers in the order in which a new connection tries them: those that failed last.

        Args:
            without: Servers to omit.
        """
        return sorted(set(self._servers) - set(without), key=self._order)

    def is_preferred(self, server: LdapServer) -> bool:
        """Return True if a new connection would try this server first."""
        return server == min(self._servers, key=self._order)

    def record_failure(self, server: LdapServer, error: SourceUnavailable) -> None:
        """Avoid a server from now on. The only server of a source is never avoided."""
        if len(self._servers) == 1:
            return
        with self._lock:
            failure = self._failures.get(server)
            if failure is not None and failure.is_avoided:
                return
            backoff = failure.backoff if failure else self._new_backoff()
            self._failures[server] = _Failure(backoff, Deadline.after(backoff.next_pause()))
        if failure is None:
            logger.warning("%s; until it answers again, the other servers of the source are asked", error)

    def record_connected(self, server: LdapServer) -> None:
        """Use a server again in its turn; if it fails again, its next pause is longer."""
        with self._lock:
            failure = self._failures.get(server)
            if failure is not None:
                failure.is_avoided = False

    def record_success(self, server: LdapServer) -> None:
        """Record that the server answered a search."""
        if not self._failures:
            return
        with self._lock:
            failure = self._failures.pop(server, None)
        if failure is not None:
            logger.info("%s answers again", server.uri)

    def servers_to_probe(self) -> list[LdapServer]:
        """Return the avoided servers whose pause is over, and start their next pause.

        It is empty while all servers are avoided: each search then tries them all.
        """
        if not self._failures:
            return []
        with self._lock:
            avoided = [item for item in self._failures.items() if item[1].is_avoided]
            if len(avoided) == len(self._servers):
                return []
            due = [(server, failure) for server, failure in avoided if failure.retry.is_expired]
            for _, failure in due:
                failure.retry = Deadline.after(self._probe_timeout + failure.backoff.next_pause())
            return [server for server, _ in due]

    def _order(self, server: LdapServer) -> tuple[bool, int]:
        failure = self._failures.get(server)
        return failure is not None and failure.is_avoided, self._servers.index(server)
