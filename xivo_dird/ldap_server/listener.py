"""The listeners of LDAP and LDAPS: accept clients, and answer them with few threads."""

import logging
import ssl
import threading
from dataclasses import dataclass
from socket import socket
from typing import Self

from xivo_dird.config.ldap_server import LdapServerSection
from xivo_dird.config.listen_address import HostAndPort
from xivo_dird.config.schema import Config
from xivo_dird.ldap_server.connection import LdapClientConnection
from xivo_dird.ldap_server.operations import FrontEnd
from xivo_dird.ldap_server.session import LdapSession
from xivo_dird.tcp.connections import Connections
from xivo_dird.tcp.file_limit import max_open_files
from xivo_dird.tcp.listening_socket import bind_listen_address, resolve_listen_address, start_listening
from xivo_dird.tcp.tls import server_tls_context
from xivo_dird.tcp.worker_pool import WorkerPool

MIN_THREADS = 1
MAX_THREADS = 64

FILES_SHARE = 8
"""Fraction of the files of the process that the connections of one port may have: an eighth."""

SHUTDOWN_SECONDS = 1.0
"""Seconds that running operations have to finish when the listener stops."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LdapListeners:
    """The bound sockets, and the TLS context with certificate and key. Opening them may require root."""

    plain: socket | None
    tls: socket | None
    context: ssl.SSLContext | None

    @classmethod
    def bind(cls, config: Config) -> Self:
        """Bind the ports and read the certificate. Until `LdapPorts.start` connections are refused.

        Raises:
            InvalidConfiguration: A host can't be resolved, or the certificate or the key can't be used.
            Unavailable: A port can't be bound, for example because it is in use.
        """
        context = _tls_context(config)
        plain, tls = (
            None
            if address is None
            else bind_listen_address(*address, key, f"{key} {address.host}:{address.port}")
            for key, address in _addresses(config.ldap_server)
        )
        return cls(plain, tls, context)


def check_ldap(config: Config) -> None:
    """Check the settings that `LdapListeners.bind` uses, without binding the ports.

    Raises:
        InvalidConfiguration: A host can't be resolved, or the certificate or the key can't be used.
    """
    _tls_context(config)
    for key, address in _addresses(config.ldap_server):
        if address is not None:
            resolve_listen_address(*address, key)


class LdapPorts:
    """Answers LDAP clients from `start` to `stop`. Several processes may share the sockets.

    Attributes:
        max_connections: The number of connections of all ports together.
    """

    def __init__(self, settings: LdapServerSection, front_end: FrontEnd, listeners: LdapListeners) -> None:
        """Create a server.

        Args:
            settings: The section `ldap_server` of the configuration.
            front_end: What answers the operations.
            listeners: The bound sockets.
        """
        per_port = min(settings.max_connections, max_open_files() // FILES_SHARE)
        listening = ((listeners.plain, False), (listeners.tls, True))
        self._ports = [
            _Port(settings, front_end, sock, listeners.context, per_port, has_tls=has_tls)
            for sock, has_tls in listening
            if sock is not None
        ]
        self.max_connections = per_port * len(self._ports)

    def start(self) -> None:
        """Start to listen and to answer clients, in background threads."""
        for port in self._ports:
            port.start()

    def stop(self) -> None:
        """Stop accepting clients, and wait up to `SHUTDOWN_SECONDS` for running operations; end the rest."""
        for port in self._ports:
            port.stop()


class _Port:
    """One listening socket with its connections and its threads."""

    def __init__(
        self,
        settings: LdapServerSection,
        front_end: FrontEnd,
        listening: socket,
        context: ssl.SSLContext | None,
        max_connections: int,
        *,
        has_tls: bool,
    ) -> None:
        self._settings = settings
        self._front_end = front_end
        self._listening = listening
        self._context = context
        self._has_tls = has_tls
        self._connections = Connections(listening, self._open_connection, max_connections)
        name = "ldaps" if has_tls else "ldap"
        self._pool = WorkerPool(self._connections, MIN_THREADS, MAX_THREADS, name)

    def start(self) -> None:
        start_listening(self._listening)
        self._pool.start()
        threading.Thread(target=self._pool.watch, name="ldap", daemon=True).start()
        listen = self._settings.listen_tls if self._has_tls else self._settings.listen
        logger.info("Answers LDAP%s clients at %s", "S" if self._has_tls else "", listen)

    def stop(self) -> None:
        self._connections.stop_accepting()
        self._listening.close()
        self._pool.stop(SHUTDOWN_SECONDS)

    def _open_connection(self, sock: socket, host: str, _port: int) -> LdapClientConnection:
        """Return the connection of an accepted socket."""
        session = LdapSession(self._front_end, host, is_encrypted=self._has_tls)
        connection = LdapClientConnection(sock, session, self._context, self._settings.idle_timeout)
        if self._has_tls:
            connection.begin_tls()
        return connection


def _tls_context(config: Config) -> ssl.SSLContext | None:
    """Return the TLS context, None without a listener or without a certificate."""
    certificate = config.ldap_certificate()
    if certificate is None or not any(address for _, address in _addresses(config.ldap_server)):
        return None
    return server_tls_context(*certificate)


def _addresses(settings: LdapServerSection) -> list[tuple[str, HostAndPort | None]]:
    return [
        ("ldap_server.listen", settings.address),
        ("ldap_server.listen_tls", settings.tls_address),
    ]
