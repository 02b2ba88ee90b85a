"""The servers of a process: HTTP, and FastAGI and LDAP if they are configured."""

from dataclasses import dataclass
from socket import socket
from typing import Self

from xivo_dird.agi.listener import AgiServer, bind_agi, check_agi
from xivo_dird.config.schema import Config
from xivo_dird.controller import Controller
from xivo_dird.ldap_server.listener import LdapListeners, LdapPorts, check_ldap
from xivo_dird.server.server import HttpListener, HttpServer, check_listening, listen


@dataclass(frozen=True)
class Listeners:
    """The bound sockets, which worker processes share. Opening them may require root."""

    http: HttpListener
    agi: socket | None
    ldap: LdapListeners

    @classmethod
    def bind(cls, config: Config) -> Self:
        """Bind the ports and read the certificate.

        Raises:
            InvalidConfiguration: An address, the certificate or the key can't be used.
            Unavailable: A port can't be bound, for example because it is in use.
        """
        return cls(listen(config.rest_api), bind_agi(config.agi), LdapListeners.bind(config))


def check_listeners(config: Config) -> None:
    """Check the settings that `Listeners.bind` uses, without binding the ports.

    Raises:
        InvalidConfiguration: An address, the certificate or the key can't be used.
    """
    check_listening(config.rest_api)
    check_agi(config.agi)
    check_ldap(config)


class Servers:
    """Serve clients from `start` to `stop`."""

    def __init__(self, config: Config, controller: Controller, listeners: Listeners) -> None:
        """Create the servers; the controller is started before `start`."""
        self._agi = AgiServer(controller.caller_names, listeners.agi) if listeners.agi else None
        self._ldap = LdapPorts(config.ldap_server, controller.ldap, listeners.ldap)
        self._http = HttpServer(
            config.rest_api,
            controller.application,
            listeners.http,
            controller.only_reads,
            self._ldap.max_connections,
        )

    def start(self) -> None:
        """Start to answer clients, in background threads."""
        if self._agi is not None:
            self._agi.start()
        self._ldap.start()
        self._http.start()

    def stop(self) -> None:
        """Stop accepting clients, and wait a limited time for those that are served."""
        if self._agi is not None:
            self._agi.stop()
        self._ldap.stop()
        self._http.stop()
