"""A fake of the authentication server, which answers over HTTP on a free loopback port.

    with AuthServer() as server:
        server.add_tenant(PARENT)
        server.add_tenant(CHILD, name="child", parent=PARENT)
        server.add_token("its-text", tenant_uuid=PARENT, user_uuid=USER, acl=("dird.#",))
        ... settings: {"method": "wazo_auth", **server.settings()}
        server.fault = Hang()

Every request is recorded in `server.requests` before it is answered, also those that end in a fault.
"""

import ssl
from dataclasses import dataclass

from servers.auth_faults import (
    AnswerBody,
    AnswerStatus,
    DropEveryConnection,
    DropReusedConnections,
    Fault,
    Hang,
    Trickle,
)
from servers.auth_http import ListeningServer
from servers.auth_state import SERVICE_PASSWORD, SERVICE_TENANT, SERVICE_USERNAME, AuthState
from servers.lifetime import ContextServer
from servers.ports import ReservedPort

__all__ = [
    "SERVICE_PASSWORD",
    "SERVICE_TENANT",
    "SERVICE_USERNAME",
    "AnswerBody",
    "AnswerStatus",
    "AuthServer",
    "DropEveryConnection",
    "DropReusedConnections",
    "Fault",
    "Hang",
    "Trickle",
]


@dataclass
class AuthServer(AuthState, ContextServer):
    """The fake server with its socket; a restart keeps its port, tokens and tenants."""

    host: str = "127.0.0.1"
    port: int = 0
    tls: ssl.SSLContext | None = None
    _listening: ListeningServer | None = None
    _reserved: ReservedPort | None = None

    def close(self) -> None:
        self.stop()
        if self._reserved is not None:
            self._reserved.release()

    def start(self) -> None:
        """Listen on a free port; after a stop, on the same port again."""
        if not self.port:
            self._reserved = ReservedPort()
            self.port = self._reserved.number
        self._listening = ListeningServer(self, self.host, self.port, self.tls)

    def stop(self) -> None:
        """Refuse connections and drop the open ones; keep tokens and tenants."""
        if self._listening is not None:
            self._listening.stop()
        self._listening = None

    def restart(self) -> None:
        """Stop, then listen on the same port again."""
        self.stop()
        self.start()

    def settings(self) -> dict[str, object]:
        """Return the keys of the configuration section `auth` for this server, without `method`."""
        return {
            "host": self.host,
            "port": self.port,
            "prefix": self.prefix,
            "https": self.tls is not None,
            "username": SERVICE_USERNAME,
            "password": SERVICE_PASSWORD,
        }
