"""The protocol of one connection (RFC 4511), without its socket: requests come in as bytes, responses leave as bytes.

Each operation is a generator that yields None whenever others may go on. So a search that waits for a source delays
neither an abandon nor the next search, which phones send at each key press. Only a bind and StartTLS, which change
what all later requests may do, begin after the operations before them, and end before those behind them.
"""

import logging
from collections import deque

from xivo_dird.exceptions import RequestAbandoned
from xivo_dird.ldap_server.ber import InvalidBer, message_size, read_integer
from xivo_dird.ldap_server.model import (
    RESPONSES,
    LdapFailure,
    LdapOperation,
    ResultCode,
)
from xivo_dird.ldap_server.operations import FrontEnd, LdapOperations, Steps
from xivo_dird.ldap_server.requests import (
    RequestMessage,
    decode_message,
)
from xivo_dird.ldap_server.responses import encode_disconnection

MAX_MESSAGE_BYTES = 64 * 1024
"""Maximum size of a request; those of phones have some hundred bytes."""

MAX_RUNNING = 8
"""Number of operations of a connection that run at the same time."""

MAX_WAITING = 64
"""Number of requests that may wait in a connection before no more are read."""

MAX_WAITING_BYTES = 128 * 1024
"""How large the requests together may be that wait in a connection before no more are read."""

MAX_SENT_BYTES = 64 * 1024
"""How much an operation computes before it is sent."""

_EXCLUSIVE = frozenset((LdapOperation.BIND_REQUEST, LdapOperation.EXTENDED_REQUEST))

logger = logging.getLogger(__name__)


class LdapSession:
    """The state of one connection.

    Attributes:
        has_had_request: Whether a complete request has arrived.
        is_ended: Whether the connection ends when everything is sent.
    """

    def __init__(self, front_end: FrontEnd, address: str, *, is_encrypted: bool) -> None:
        """Begin without an account.

        Args:
            front_end: What all connections share.
            address: The address of the client.
            is_encrypted: Whether the connection has TLS.
        """
        self._address = address
        self._operations = LdapOperations(front_end, address, self._has_more, is_encrypted=is_encrypted)
        self._buffer = bytearray()
        self._waiting: deque[RequestMessage] = deque()
        self._running: dict[int, Steps] = {}
        self._is_exclusive = False
        self.has_had_request = False
        self.is_ended = False

    @property
    def wants_tls(self) -> bool:
        """Return whether TLS begins when everything is sent."""
        return self._operations.wants_tls

    @property
    def has_work(self) -> bool:
        """Return whether there are operations."""
        return bool(self._running or self._waiting)

    @property
    def has_room(self) -> bool:
        """Return whether more requests may be read."""
        size = sum(len(message.content) for message in self._waiting)
        return len(self._waiting) < MAX_WAITING and size < MAX_WAITING_BYTES

    @property
    def has_begun_message(self) -> bool:
        """Return whether a part of a request has arrived."""
        return bool(self._buffer)

    def receive(self, data: bytes) -> bytes:
        """Read requests from the bytes that a client has sent.

        Returns:
            What to send at once: if the bytes are no LDAP, the notice that the connection ends.
        """
        self._buffer += data
        try:
            while (size := message_size(self._buffer)) is not None:
                if size > MAX_MESSAGE_BYTES:
                    raise InvalidBer(f"a request of more than {MAX_MESSAGE_BYTES} bytes")
                if size > len(self._buffer) or self.is_ended:
                    break
                encoded = bytes(self._buffer[:size])
                del self._buffer[:size]
                self._accept(decode_message(encoded))
        except InvalidBer as error:
            logger.debug("%s sends %s", self._address, error)
            self.close()
            return encode_disconnection(LdapFailure(ResultCode.PROTOCOL_ERROR, error.message))
        return b""

    def advance(self) -> bytes:
        """Go on with the operations, and return what to send; at most a part of each answer."""
        self._begin_operations()
        sent: list[bytes] = []
        for message_id, steps in list(self._running.items()):
            sent += self._parts(message_id, steps)
        return b"".join(sent)

    def begin_tls(self) -> None:
        """Go on with TLS, as a client without an account."""
        self._operations.begin_tls()
        self.has_had_request = False  # the handshake has the time of a first request

    def close(self) -> None:
        """End all operations."""
        self.is_ended = True
        self._waiting.clear()
        self._buffer.clear()
        for steps in self._running.values():
            steps.close()
        self._running.clear()

    def _accept(self, message: RequestMessage) -> None:
        self.has_had_request = True
        if message.tag == LdapOperation.UNBIND_REQUEST:
            self.close()
        elif message.tag == LdapOperation.ABANDON_REQUEST:
            self._abandon(read_integer(message.content))
        elif message.tag not in RESPONSES:
            raise InvalidBer("an unknown operation")
        else:
            self._waiting.append(message)

    def _abandon(self, message_id: int) -> None:
        """End an operation without a response (RFC 4511 section 4.11)."""
        steps = self._running.pop(message_id, None)
        if steps is not None:
            steps.close()
        self._waiting = deque(
            message
            for message in self._waiting
            if message.message_id != message_id or message.tag in _EXCLUSIVE
        )

    def _begin_operations(self) -> None:
        while self._waiting and len(self._running) < MAX_RUNNING and not self._is_exclusive:
            is_exclusive = self._waiting[0].tag in _EXCLUSIVE
            if is_exclusive and self._running:
                return
            message = self._waiting.popleft()
            if message.message_id in self._running:
                self._waiting.appendleft(message)
                return
            self._is_exclusive = is_exclusive
            self._running[message.message_id] = self._operations.answer(message)

    def _parts(self, message_id: int, steps: Steps) -> list[bytes]:
        """Return the next responses of an operation: until it waits, ends or has enough."""
        sent: list[bytes] = []
        size = 0
        try:
            for part in steps:
                if part is None:
                    return sent
                sent.append(part)
                size += len(part)
                if size >= MAX_SENT_BYTES:
                    return sent
        except RequestAbandoned:
            self.close()
            return sent
        self._running.pop(message_id, None)
        self._is_exclusive = False
        return sent

    def _has_more(self) -> bool:
        return bool(self._buffer or self._waiting)
