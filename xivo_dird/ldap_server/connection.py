"""One connection of an LDAP client, plain or with TLS, which never makes a thread wait for its client."""

import select
import ssl
import time
from enum import Enum, auto
from socket import socket as Socket  # noqa: N812 - a class, despite its lower-case name

from xivo_dird.ldap_server.session import LdapSession
from xivo_dird.tcp.channel import Channel, Writer

FIRST_REQUEST_SECONDS = 10.0
"""Seconds that a client has for its first request, and for the rest of one that has begun."""

SEND_SECONDS = 30.0
"""Seconds that a client has to begin to read an answer."""

MAX_SEND_SECONDS = 600.0
"""Seconds that a client has to read an answer."""

ROUNDS = 16
"""How often a connection that has more to do goes on before other clients are served."""


class ConnectionPhase(Enum):
    """What a connection waits for, or that it works."""

    REQUEST = auto()
    IDLE = auto()
    SEND = auto()
    WORK = auto()


class LdapClientConnection:
    """A connection, see `tcp.connection`.

    Attributes:
        waiting_since: When the last request ended or the client connected, as `time.monotonic` counts.
    """

    def __init__(
        self, sock: Socket, session: LdapSession, context: ssl.SSLContext | None, idle_timeout: float
    ) -> None:
        """Initialize.

        Args:
            sock: An accepted socket, with TLS for LDAPS.
            session: The state of the protocol.
            context: The TLS context for StartTLS, None without one.
            idle_timeout: Seconds that the connection may be idle.
        """
        self._channel = Channel(sock, FIRST_REQUEST_SECONDS)
        self._writer = Writer(self._channel)
        self._session = session
        self._context = context
        self._limits = {
            ConnectionPhase.REQUEST: (FIRST_REQUEST_SECONDS, FIRST_REQUEST_SECONDS),
            ConnectionPhase.IDLE: (idle_timeout, idle_timeout),
            ConnectionPhase.SEND: (SEND_SECONDS, MAX_SEND_SECONDS),
        }
        self._phase = ConnectionPhase.REQUEST
        self.waiting_since = time.monotonic()

    @property
    def socket(self) -> Socket:
        """Return the socket, which StartTLS replaces by one with the same descriptor."""
        return self._channel.sock

    @property
    def awaited_event(self) -> int:
        """What to wait for until the next `communicate`; a handshake of TLS may have to send."""
        return self._channel.awaited

    @property
    def is_idle(self) -> bool:
        """Return whether no complete request has arrived, and nothing is to be sent."""
        return not self._session.has_work and not self._writer.unsent

    @property
    def unsent(self) -> int:
        """Return the number of bytes that the client has not taken yet."""
        return self._writer.unsent

    def communicate(self) -> bool:
        """Read requests and answer them, until the client has to send or to read more; return whether it may."""
        for _ in range(ROUNDS):
            if not self._writer.flush():
                return self._wait_for(ConnectionPhase.SEND)
            if self._session.is_ended:
                return False
            if self._session.wants_tls:
                self.begin_tls()
                self._session.begin_tls()
            if self._session.has_room and not self._receive():
                return False
            if self._session.has_work:
                self._phase = ConnectionPhase.WORK  # its time does not count as that of the client
                self._writer.write(self._session.advance())
            elif not self._writer.unsent and not self._session.is_ended:
                return self._wait_for_request()
        self._channel.awaited = select.EPOLLOUT  # there is more to do, after the other clients
        return self._wait_for(ConnectionPhase.SEND)

    def begin_tls(self) -> None:
        """Go on with TLS."""
        if self._context is not None:
            self._channel.begin_tls(self._context)
            self._phase = ConnectionPhase.IDLE  # the handshake has the time of a first request

    def is_timed_out(self) -> bool:
        """Return whether the client had its time."""
        return self._channel.is_timed_out()

    def send_timeout(self) -> None:
        """Send nothing: a client whose idle connection is closed connects again."""

    def peer_closed(self) -> bool:
        """Return whether the client has gone."""
        return self._channel.peer_closed()

    def close(self) -> None:
        """Close the connection and end its operations."""
        self._session.close()
        self._channel.sock.close()

    def _receive(self) -> bool:
        """Read what has arrived; return whether the client may send more."""
        data = self._channel.receive()
        if data == b"":
            return False
        if data is not None:
            self._writer.write(self._session.receive(data))
        return True

    def _wait_for_request(self) -> bool:
        self.waiting_since = time.monotonic()
        is_within = self._session.has_begun_message or not self._session.has_had_request
        return self._wait_for(ConnectionPhase.REQUEST if is_within else ConnectionPhase.IDLE)

    def _wait_for(self, phase: ConnectionPhase) -> bool:
        """Limit the time in a phase from its beginning; each request ends an idle one.

        Returns:
            Whether the client still has time: the selector checks only clients that do nothing.
        """
        if phase is self._phase and phase is not ConnectionPhase.IDLE:
            return not self.is_timed_out()
        self._phase = phase
        self._channel.limit_time(*self._limits[phase])
        return True
