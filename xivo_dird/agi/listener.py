"""The FastAGI listener: accepts connections of the authorized networks, and answers them with few threads."""

import logging
import threading
from socket import socket

from xivo_dird.agi.connection import AgiConnection
from xivo_dird.agi.model import CallOutcome
from xivo_dird.agi.running_calls import RunningCalls
from xivo_dird.agi.service import CallerNames
from xivo_dird.client_address import parse_address
from xivo_dird.config.agi import AgiSection
from xivo_dird.network_access import AuthorizedNetworks
from xivo_dird.tcp.connections import Connections
from xivo_dird.tcp.listening_socket import bind_listen_address, resolve_listen_address, start_listening
from xivo_dird.tcp.worker_pool import IDLE_SECONDS, WorkerPool
from xivo_dird.threads.deadline import Deadline

LISTEN_KEY = "agi.listen"
MIN_THREADS = 1

SHUTDOWN_SECONDS = 1.0
"""Seconds that running calls have to finish when the listener stops."""

logger = logging.getLogger(__name__)


def bind_agi(settings: AgiSection) -> socket | None:
    """Return the bound socket, None if there is no listener. Until `AgiServer.start` connections are refused.

    Raises:
        InvalidConfiguration: The host can't be resolved.
        Unavailable: The port can't be bound, for example because it is in use.
    """
    if settings.address is None:
        return None
    return bind_listen_address(*settings.address, LISTEN_KEY, f"{LISTEN_KEY} {settings.listen}")


def check_agi(settings: AgiSection) -> None:
    """Check the settings that `bind_agi` uses, without binding the port.

    Raises:
        InvalidConfiguration: The host can't be resolved.
    """
    if settings.address is not None:
        resolve_listen_address(*settings.address, LISTEN_KEY)


class AgiServer:
    """Answers calls from `start` to `stop`. Several processes may share the socket."""

    def __init__(self, names: CallerNames, listening: socket, idle_seconds: float = IDLE_SECONDS) -> None:
        """Create a server.

        Args:
            names: The names of callers, with the settings.
            listening: The bound socket.
            idle_seconds: Seconds after which an idle thread ends.
        """
        self._names = names
        self._settings = settings = names.settings
        self._listening = listening
        self._networks = AuthorizedNetworks(settings.authorized_subnets)
        self._running = RunningCalls(settings.timeout)
        self._connections = Connections(listening, self._open_connection, settings.max_connections)
        self._pool = WorkerPool(self._connections, MIN_THREADS, settings.max_connections, "agi", idle_seconds)

    def start(self) -> None:
        """Start to listen and to answer calls, in background threads."""
        start_listening(self._listening)
        self._running.start()
        self._pool.start()
        threading.Thread(target=self._pool.watch, name="agi", daemon=True).start()
        logger.info("Answers FastAGI calls at %s", self._settings.listen)

    def stop(self) -> None:
        """Stop accepting calls, and wait up to `SHUTDOWN_SECONDS` for running ones; end the rest."""
        self._connections.stop_accepting()
        self._listening.close()
        self._running.end(SHUTDOWN_SECONDS)
        self._pool.stop(SHUTDOWN_SECONDS)
        self._running.stop()

    def _open_connection(self, sock: socket, host: str, _port: int) -> AgiConnection | None:
        """Return the connection of an accepted socket; None if it is closed at once."""
        address = parse_address(host)
        subnet = self._networks.find(address)
        if subnet is None:
            problem = f"{address} is in no network of agi.authorized_subnets"
            self._refuse(sock, CallOutcome.DENIED, problem)
            return None
        if len(self._running) >= self._settings.max_connections:
            problem = f"there are {self._settings.max_connections} already (agi.max_connections)"
            self._refuse(sock, CallOutcome.BUSY, problem)
            return None
        deadline = Deadline.after(self._settings.timeout)
        connection = AgiConnection(sock, subnet, self._names, deadline, self._running.remove)
        self._running.add(connection)
        return connection

    def _refuse(self, sock: socket, outcome: CallOutcome, problem: str) -> None:
        self._names.count(outcome)
        self._names.log_problem(outcome, f"A FastAGI connection is closed: {problem}")
        sock.close()
