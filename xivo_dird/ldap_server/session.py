"""The protocol of one connection (RFC 4511), without its socket: requests come in as bytes, responses leave as bytes.

Each operation is a generator that yields None whenever others may go on. So a search that waits for a source delays
neither an abandon nor the next search, which phones send at each key press. Only a bind and StartTLS, which change
what all later requests may do, begin after the operations before them, and end before those behind them.
"""

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass

from xivo_dird.exceptions import RequestAbandoned, TooBusy, TooManyRequests, Unavailable
from xivo_dird.ldap_server.accounts import Accounts, Client
from xivo_dird.ldap_server.ber import InvalidBer, message_size, read_integer
from xivo_dird.ldap_server.model import (
    RESPONSES,
    START_TLS_OID,
    WHO_AM_I_OID,
    Control,
    LdapFailure,
    Operation,
    ResultCode,
)
from xivo_dird.ldap_server.requests import (
    Message,
    decode_bind,
    decode_extended_name,
    decode_message,
    decode_search,
)
from xivo_dird.ldap_server.responses import encode_disconnection, encode_result
from xivo_dird.ldap_server.search import Searches

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

Steps = Generator[bytes | None, None, ResultCode]
"""The responses to a request, and None from time to time; returns how it ended."""

_EXCLUSIVE = frozenset((Operation.BIND_REQUEST, Operation.EXTENDED_REQUEST))

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class FrontEnd:
    """What all connections share.

    Attributes:
        accounts: Verifies binds.
        searches: Answers searches.
        count: Counts an operation by its name and its result.
        has_tls: Whether the server has a certificate.
    """

    accounts: Accounts
    searches: Searches
    count: Callable[[str, str], None]
    has_tls: bool


class Session:
    """The state of one connection.

    Attributes:
        has_had_request: Whether a complete request has arrived.
        is_ended: Whether the connection ends when everything is sent.
        wants_tls: Whether TLS begins when everything is sent.
    """

    def __init__(self, front_end: FrontEnd, address: str, *, is_encrypted: bool) -> None:
        """Begin without an account.

        Args:
            front_end: What all connections share.
            address: The address of the client.
            is_encrypted: Whether the connection has TLS.
        """
        self._front_end = front_end
        self._address = address
        self._is_encrypted = is_encrypted
        self._client: Client = front_end.accounts.without_account(address)
        self._buffer = bytearray()
        self._waiting: deque[Message] = deque()
        self._running: dict[int, Steps] = {}
        self._is_exclusive = False
        self.has_had_request = False
        self.is_ended = False
        self.wants_tls = False

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
        self.wants_tls = False
        self._is_encrypted = True
        self.has_had_request = False  # the handshake has the time of a first request
        self._client = self._front_end.accounts.without_account(self._address)

    def close(self) -> None:
        """End all operations."""
        self.is_ended = True
        self._waiting.clear()
        self._buffer.clear()
        for steps in self._running.values():
            steps.close()
        self._running.clear()

    def _accept(self, message: Message) -> None:
        self.has_had_request = True
        if message.tag == Operation.UNBIND_REQUEST:
            self.close()
        elif message.tag == Operation.ABANDON_REQUEST:
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
            self._running[message.message_id] = self._answer(message)

    def _parts(self, message_id: int, steps: Steps) -> list[bytes]:
        """Return the next responses of an operation: until it waits, ends or has enough."""
        sent: list[bytes] = []
        size = 0
        for part in steps:
            if part is None:
                return sent
            sent.append(part)
            size += len(part)
            if size >= MAX_SENT_BYTES:
                return sent
        self._running.pop(message_id, None)
        self._is_exclusive = False
        return sent

    def _answer(self, message: Message) -> Steps:
        operation = Operation(message.tag)
        try:
            code = yield from self._carry_out(operation, message)
        except RequestAbandoned:
            self.is_ended = True
            return ResultCode.OTHER
        except Exception as error:  # noqa: BLE001 - a request never ends the connection of others
            failure = _failure(error)
            yield encode_result(message.message_id, RESPONSES[operation], failure)
            code = failure.code
        self._front_end.count(operation.name.removesuffix("_REQUEST").lower(), code.name.lower())
        return code

    def _carry_out(self, operation: Operation, message: Message) -> Steps:
        if operation is Operation.SEARCH_REQUEST:
            request = decode_search(message.content)
            searches = self._front_end.searches
            return (yield from searches.answer(self._client, message.message_id, request, message.controls))
        if operation is Operation.BIND_REQUEST:
            return (yield from self._bind(message))
        if operation is Operation.EXTENDED_REQUEST:
            return (yield from self._extended(message))
        raise LdapFailure(ResultCode.UNWILLING_TO_PERFORM, "the directory can only be searched")

    def _bind(self, message: Message) -> Steps:
        accounts = self._front_end.accounts
        self._client = accounts.without_account(self._address)  # RFC 4513 section 4: also after a failure
        _refuse_critical(message.controls)
        request = decode_bind(message.content)
        self._client = accounts.bind(request, self._address, is_encrypted=self._is_encrypted)
        yield encode_result(message.message_id, Operation.BIND_RESPONSE)
        return ResultCode.SUCCESS

    def _extended(self, message: Message) -> Steps:
        _refuse_critical(message.controls)
        name = decode_extended_name(message.content)
        if name == WHO_AM_I_OID:
            identity = f"u:{self._client.name}" if self._client.name else ""
            yield encode_result(message.message_id, Operation.EXTENDED_RESPONSE, value=identity.encode())
        elif name == START_TLS_OID:
            yield from self._start_tls(message.message_id)
        else:
            raise LdapFailure(ResultCode.PROTOCOL_ERROR, "an unknown extended operation")
        return ResultCode.SUCCESS

    def _start_tls(self, message_id: int) -> Generator[bytes]:
        """Answer StartTLS (RFC 4511 section 4.14)."""
        if self._is_encrypted:
            raise LdapFailure(ResultCode.OPERATIONS_ERROR, "the connection has TLS already")
        if not self._front_end.has_tls:
            raise LdapFailure(ResultCode.PROTOCOL_ERROR, "the server has no certificate")
        if self._buffer or self._waiting:  # what is sent in the clear must not count as sent with TLS
            raise LdapFailure(ResultCode.OPERATIONS_ERROR, "requests behind StartTLS")
        self.wants_tls = True
        yield encode_result(message_id, Operation.EXTENDED_RESPONSE, name=START_TLS_OID)


def _refuse_critical(controls: Iterable[Control]) -> None:
    """Raise `LdapFailure` for a critical control: only searches have some (RFC 4511 section 4.1.11)."""
    if any(control.is_critical for control in controls):
        message = "only searches have critical controls"
        raise LdapFailure(ResultCode.UNAVAILABLE_CRITICAL_EXTENSION, message)


def _failure(error: Exception) -> LdapFailure:
    """Return how an operation with an error ends; an unexpected error is logged."""
    match error:
        case LdapFailure():
            return error
        case InvalidBer():
            return LdapFailure(ResultCode.PROTOCOL_ERROR, error.message)
        case TooBusy() | TooManyRequests():
            return LdapFailure(ResultCode.BUSY, error.message)
        case Unavailable():
            return LdapFailure(ResultCode.UNAVAILABLE, error.message)
        case _:
            logger.error("An LDAP operation failed", exc_info=error)
            return LdapFailure(ResultCode.OTHER, "an internal error, see the log of the server")
