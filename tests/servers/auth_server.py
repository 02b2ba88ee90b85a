"""A fake of the authentication server: answers over real HTTP on a free loopback port.

    with AuthServer() as server:
        server.add_tenant(PARENT)
        server.add_tenant(CHILD, name="child", parent=PARENT)
        server.add_token("its-text", tenant_uuid=PARENT, user_uuid=USER, acl=("dird.#",))
        ... settings: {"method": "wazo_auth", **server.settings()}
        server.trouble = Hang()

Every request is recorded in `server.requests` before it is answered, also those that end in trouble.
"""

import ssl
from dataclasses import dataclass
from types import TracebackType

from servers.auth_http import ListeningServer
from servers.auth_state import SERVICE_PASSWORD, SERVICE_TENANT, SERVICE_USERNAME, AuthState
from servers.auth_trouble import (
    AnswerBody,
    AnswerStatus,
    DropEveryConnection,
    DropKeptConnections,
    Hang,
    Trickle,
)
from servers.ports import ReservedPort

__all__ = [
    "SERVICE_PASSWORD",
    "SERVICE_TENANT",
    "SERVICE_USERNAME",
    "AnswerBody",
    "AnswerStatus",
    "AuthServer",
    "DropEveryConnection",
    "DropKeptConnections",
    "Hang",
    "Trickle",
]


@dataclass
class AuthServer(AuthState):
    """The fake with its socket. Start and stop it as often as you like: the port and its knowledge stay."""

    host: str = "127.0.0.1"
    port: int = 0
    tls: ssl.SSLContext | None = None
    _listening: ListeningServer | None = None
    _reserved: ReservedPort | None = None

    def __enter__(self) -> "AuthServer":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._reserved is not None:
            self._reserved.release()

    def start(self) -> None:
        """Listen: first on a free port, later on the same one again."""
        if not self.port:
            self._reserved = ReservedPort()
            self.port = self._reserved.number
        self._listening = ListeningServer(self, self.host, self.port, self.tls)

    def stop(self) -> None:
        """Refuse connections and drop the open ones; what the server knows stays."""
        if self._listening is not None:
            self._listening.stop()
        self._listening = None

    def restart(self) -> None:
        """Stop, and listen on the same port again."""
        self.stop()
        self.start()

    def settings(self) -> dict[str, object]:
        """Answer the keys of the section `auth` that lead here, without `method`."""
        return {
            "host": self.host,
            "port": self.port,
            "prefix": self.prefix,
            "https": self.tls is not None,
            "username": SERVICE_USERNAME,
            "password": SERVICE_PASSWORD,
        }
