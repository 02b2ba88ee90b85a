"""The client library, ldap3, but with our own requests of searches and our own BER. It raises no errors of a source."""

import socket
from typing import NamedTuple

import ldap3
from ldap3.core.exceptions import LDAPException, LDAPSessionTerminatedByServerError, LDAPSocketReceiveError
from ldap3.core.results import RESULT_CODES

from xivo_dird.backend import Deadline
from xivo_dird_backends.ldap.answers import (
    LdapMessage,
    flat_message,
    next_cookie,
    read_entry,
    read_message,
    read_result,
)
from xivo_dird_backends.ldap.ber import first_size
from xivo_dird_backends.ldap.entries import RawEntry
from xivo_dird_backends.ldap.options import LdapServer
from xivo_dird_backends.ldap.search_request import search_request
from xivo_dird_backends.ldap.searches import LdapResult, LdapSearch
from xivo_dird_backends.ldap.sockets import CHUNK_BYTES, DeadlineSocket

START_TLS_OID = "1.3.6.1.4.1.1466.20037"

# Protocol operations of the answer to a search (RFC 4511 sections 4.5.2 and 4.13).
SEARCH_ENTRY, SEARCH_DONE, SEARCH_REFERENCE, INTERMEDIATE = 0x64, 0x65, 0x73, 0x79
UNSOLICITED = 0
"""The message id of what a server sends unasked, such as the notice that it disconnects (RFC 4511 section 4.4)."""

MAX_MESSAGE_BYTES = 4 * 1024 * 1024
"""Maximum size of one entry. Decoded, one of empty values takes forty times as much memory."""

# A malformed response makes ldap3's decoder, and ours, raise any of Python's errors. A socket that `close` removes
# during a call makes ldap3 raise AttributeError.
CLIENT_ERRORS = (
    LDAPException,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
)


class OperationResult(NamedTuple):
    """How an operation ended: the result code, its name and the server's diagnostic message."""

    code: int
    description: str


class LdapClient:
    """A connection on which one operation runs at a time. What fails raises one of `CLIENT_ERRORS`."""

    def __init__(self, server: LdapServer, address: str, connect_timeout: float) -> None:
        """Open a TCP connection to an address of a server; nothing is sent.

        It sends no requests of its own: no schema, checks, referrals or range retrieval.
        """
        self._server = server
        target = ldap3.Server(address, server.port, get_info=ldap3.NONE, connect_timeout=connect_timeout)
        self._ldap = ldap3.Connection(
            target,
            user=server.username,
            password=server.password.get_secret_value() if server.password else None,
            auto_referrals=False,
            auto_range=False,
            check_names=False,
            return_empty_attributes=False,
            read_only=True,
        )
        self._received = bytearray()
        # What ldap3 receives: the answers to binds and StartTLS.
        self._ldap.strategy.receiving = lambda: [flat_message(self._next_message())]
        try:
            self._ldap.open(read_server_info=False)
            # Without it the bind waits 40 ms after a TLS handshake, for a delayed acknowledgement.
            self._ldap.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except CLIENT_ERRORS:
            if self._ldap.socket is not None:
                self._ldap.socket.close()  # ldap3 leaves it open
            raise

    def limit(self, deadline: Deadline) -> DeadlineSocket:
        """Set a deadline for the socket, and return it."""
        self._ldap.socket = limited = DeadlineSocket(self._ldap.socket, deadline)
        return limited

    def start_tls(self) -> OperationResult:
        """Request StartTLS (RFC 4511 section 4.14)."""
        self._ldap.extended(START_TLS_OID)
        if self._received:
            raise LDAPSocketReceiveError("the answer to StartTLS is followed by others")
        return self._result()

    def bind(self) -> OperationResult:
        """Bind with the account of the server, or anonymously."""
        self._ldap.bind(read_server_info=False)
        return self._result()

    def search(self, request: LdapSearch) -> LdapResult:
        """Search for entries."""
        message_id = self._ldap.server.next_message_id()
        self._ldap.socket.sendall(search_request(message_id, self._server, request))
        entries: list[RawEntry] = []
        while (answer := self._answer(message_id)).operation.tag != SEARCH_DONE:
            if answer.operation.tag == SEARCH_ENTRY:
                entries.append(read_entry(answer.operation))
            elif answer.operation.tag not in {SEARCH_REFERENCE, INTERMEDIATE}:
                raise LDAPSocketReceiveError("the answer to a search is of another operation")
        code, text = read_result(answer.operation)
        return LdapResult(entries, code, f"{RESULT_CODES[code]} {text}", next_cookie(answer))

    def _answer(self, message_id: int) -> LdapMessage:
        """Return the next message, which must be an answer to the request with this id."""
        message = read_message(self._next_message())
        if message.message_id == UNSOLICITED:
            _, reason = read_result(message.operation)
            raise LDAPSessionTerminatedByServerError(f"session terminated by server: {reason}")
        if message.message_id != message_id:
            raise LDAPSocketReceiveError("the answer has an unknown message id")
        return message

    def _next_message(self) -> bytes:
        """Receive until there is a whole message, and return it."""
        while (size := first_size(self._received)) is None or size > len(self._received):
            if size is not None and size > MAX_MESSAGE_BYTES:
                raise LDAPSocketReceiveError(f"a message is larger than {MAX_MESSAGE_BYTES} bytes")
            data = self._ldap.socket.recv(CHUNK_BYTES)
            if not data:
                raise LDAPSessionTerminatedByServerError("session terminated by server")
            self._received += data
        message = bytes(self._received[:size])
        del self._received[:size]
        return message

    def _result(self) -> OperationResult:
        result = self._ldap.result
        return OperationResult(int(result["result"]), f"{result['description']} {result['message']}")
