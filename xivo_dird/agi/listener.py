"""The FastAGI listener: one thread accepts connections and ends those whose time is up, others answer the calls."""

import logging
import threading
from collections.abc import Iterable
from functools import partial
from socket import socket

from xivo_dird.agi.call import AgiCall
from xivo_dird.agi.model import CallOutcome
from xivo_dird.agi.service import CallerNames
from xivo_dird.client_address import parse_address
from xivo_dird.config.agi import AgiSection
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.listening_socket import bind_listen_address, resolve_listen_address
from xivo_dird.network_access import AuthorizedNetworks
from xivo_dird.threads.background import Background
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.tasks import TaskThreads
from xivo_dird.threads.worker_group import IDLE_SECONDS

LISTEN_KEY = "agi.listen"
BACKLOG = 1024

POLL_SECONDS = 0.25
"""Maximum time in seconds until the accepting thread notices that it has to stop."""

MIN_POLL_SECONDS = 0.001
"""Minimum time in seconds to wait for a connection; a socket with the timeout 0 does not wait at all."""

ACCEPT_ERROR_PAUSE_SECONDS = 0.1
"""Pause after a connection can't be accepted, for example because the process has no free file descriptors."""

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
        self._settings = names.settings
        self._listening = listening
        self._networks = AuthorizedNetworks(self._settings.authorized_subnets)
        self._background = Background("agi", self._accept_calls)
        self._threads = TaskThreads("agi-call", self._settings.max_connections, idle_seconds)
        self._changed = threading.Condition()
        self._running: set[AgiCall] = set()
        self._unexpired: dict[AgiCall, None] = {}  # in the order of their deadlines

    def start(self) -> None:
        """Start to listen and to answer calls, in background threads."""
        self._listening.listen(BACKLOG)
        self._background.start()
        logger.info("Answers FastAGI calls at %s", self._settings.listen)

    def stop(self) -> None:
        """Stop accepting calls, and wait up to `SHUTDOWN_SECONDS` for running ones; end the rest."""
        self._background.stop()
        self._listening.close()
        with self._changed:
            self._changed.wait_for(lambda: not self._running, SHUTDOWN_SECONDS)
            rest = list(self._running)
        _expire(rest)
        self._threads.close()

    def _accept_calls(self) -> None:
        while not self._background.is_stopping():
            self._listening.settimeout(self._seconds_to_wait())
            try:
                sock, (host, *_) = self._listening.accept()
            except (TimeoutError, ConnectionError):  # there is none, or it has ended already
                pass
            except OSError as error:
                problem = f"A FastAGI connection can't be accepted: {error.strerror}"
                self._names.log_problem(CallOutcome.BUSY, problem)
                self._background.wait(ACCEPT_ERROR_PAUSE_SECONDS)
            else:
                self._begin(sock, host)
            _expire(self._pop_expired())

    def _begin(self, sock: socket, host: str) -> None:
        """Start the call of a new connection on a thread of its own, or close the connection."""
        address = parse_address(host)
        subnet = self._networks.find(address)
        if subnet is None:
            problem = f"A FastAGI connection is closed: {address} is in no network of agi.authorized_subnets"
            self._refuse(sock, CallOutcome.DENIED, problem)
            return
        call = AgiCall(sock, subnet, self._names, Deadline.after(self._settings.timeout))
        with self._changed:
            is_busy = len(self._running) >= self._settings.max_connections
            if not is_busy:
                self._running.add(call)
                self._unexpired[call] = None
        if is_busy:
            problem = f"A FastAGI connection is closed: there are {self._settings.max_connections} already"
            self._refuse(sock, CallOutcome.BUSY, f"{problem} (agi.max_connections)")
            return
        try:
            self._threads.run(partial(self._run, call))
        except SourceUnavailable as error:  # the system refuses a first thread
            self._end(call)
            self._refuse(sock, CallOutcome.BUSY, f"A FastAGI connection is closed: {error}")

    def _refuse(self, sock: socket, outcome: CallOutcome, problem: str) -> None:
        self._names.count(outcome)
        self._names.log_problem(outcome, problem)
        sock.close()

    def _run(self, call: AgiCall) -> None:
        """Run a call, in a thread of its own. Once its connection is closed, it counts nowhere as running."""
        try:
            self._names.count(call.run())
        finally:
            self._end(call)
            call.close()

    def _end(self, call: AgiCall) -> None:
        with self._changed:
            self._running.discard(call)
            self._unexpired.pop(call, None)
            self._changed.notify_all()

    def _seconds_to_wait(self) -> float:
        """Return the seconds until the next deadline, at most `POLL_SECONDS`."""
        with self._changed:
            next_call = next(iter(self._unexpired), None)
        remaining = POLL_SECONDS if next_call is None else min(next_call.deadline.remaining(), POLL_SECONDS)
        return max(remaining, MIN_POLL_SECONDS)

    def _pop_expired(self) -> list[AgiCall]:
        """Remove the calls whose deadline has passed from those that wait for it, and return them."""
        expired: list[AgiCall] = []
        with self._changed:
            for call in self._unexpired:
                if not call.deadline.is_expired:
                    break
                expired.append(call)
            for call in expired:
                del self._unexpired[call]
        return expired


def _expire(calls: Iterable[AgiCall]) -> None:
    for call in calls:
        call.expire()
