"""What a pool uses of a connection, which a test may replace by another one."""

from collections.abc import Callable
from typing import Protocol

from xivo_dird.backend import Deadline
from xivo_dird_backends.ldap.options import LdapServer
from xivo_dird_backends.ldap.searches import LdapResult, LdapSearch


class PooledConnection(Protocol):
    """What the pool uses of a connection."""

    @property
    def server(self) -> LdapServer:
        """Return the server at the other end."""

    @property
    def is_broken(self) -> bool:
        """Return True if a search failed in a way after which no other one is possible."""

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
