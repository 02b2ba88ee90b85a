"""The client library. This is the only module that imports ldap3, and it raises no errors of a source."""

import socket
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.operation.search import search_operation

from xivo_dird.backend import Deadline
from xivo_dird_backends.ldap.options import Dereference, LdapServer
from xivo_dird_backends.ldap.searches import LdapResult, LdapSearch
from xivo_dird_backends.ldap.sockets import DeadlineSocket

SEARCH_RESULT_ENTRY = 4
START_TLS_OID = "1.3.6.1.4.1.1466.20037"
PAGED_RESULTS_OID = "1.2.840.113556.1.4.319"
DEREFERENCE: Mapping[Dereference, Literal["NEVER", "SEARCH", "FINDING_BASE", "ALWAYS"]] = {
    "never": "NEVER",
    "search": "SEARCH",
    "find": "FINDING_BASE",
    "always": "ALWAYS",
}

# A malformed response makes ldap3's decoder raise any of Python's errors. A socket that `close` removes during a
# call makes it raise AttributeError.
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
        _disable_entry_decoding(self._ldap)
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
        return self._result()

    def bind(self) -> OperationResult:
        """Bind with the account of the server, or anonymously."""
        self._ldap.bind(read_server_info=False)
        return self._result()

    def search(self, request: LdapSearch) -> LdapResult:
        """Search for entries."""
        self._ldap.search(
            self._server.base_dn if request.entry_dn is None else request.entry_dn,
            request.filter,
            ldap3.SUBTREE if request.entry_dn is None else ldap3.BASE,
            dereference_aliases=DEREFERENCE[self._server.dereference],
            attributes=request.attributes,
            size_limit=request.size_limit,
            time_limit=self._server.time_limit,
            paged_size=request.page_size or None,
            paged_cookie=request.cookie or None,
        )
        response = self._ldap.response or ()
        entries = [item["raw_attributes"] for item in response if item["type"] == "searchResEntry"]
        return LdapResult(entries, *self._result(), self._next_cookie())

    def _next_cookie(self) -> bytes:
        """Return the cookie of the next page; empty if the last search has no more, or was not paged."""
        control = (self._ldap.result.get("controls") or {}).get(PAGED_RESULTS_OID)
        return bytes(control["value"]["cookie"] or b"") if control else b""

    def _result(self) -> OperationResult:
        result = self._ldap.result
        return OperationResult(int(result["result"]), f"{result['description']} {result['message']}")


def is_filter(text: str) -> bool:
    """Return True if a text is a filter (RFC 4515)."""
    try:
        search_operation("", text, ldap3.SUBTREE, ldap3.DEREF_NEVER, [], 0, 0, False, True, True)
    except (LDAPException, AttributeError, LookupError, RecursionError, ValueError):
        return False  # ldap3's parser raises the others for some malformed filters, such as "(!)"
    return True


def _disable_entry_decoding(connection: ldap3.Connection) -> None:
    """Leave values as bytes: decoding and formatting them in ldap3 takes a third of the time of a search."""
    decode = connection.strategy.decode_response_fast

    def decode_raw(message: dict[str, Any]) -> dict[str, Any]:
        if message["protocolOp"] != SEARCH_RESULT_ENTRY:
            return dict(decode(message))
        # A node of ldap3's BER decoder is (class, constructed, type, value); RFC 4511 section 4.5.2.
        attributes = (attribute[3] for attribute in message["payload"][1][3])
        raw = {
            name[3].decode(errors="replace"): [value[3] for value in values[3]] for name, values in attributes
        }
        return {"type": "searchResEntry", "raw_attributes": raw}

    connection.strategy.decode_response_fast = decode_raw
