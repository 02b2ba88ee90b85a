"""One connection to an LDAP server: the only place that talks through ldap3 and translates its errors."""

import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.core.results import (
    RESULT_ADMIN_LIMIT_EXCEEDED,
    RESULT_BUSY,
    RESULT_SIZE_LIMIT_EXCEEDED,
    RESULT_SUCCESS,
    RESULT_TIME_LIMIT_EXCEEDED,
    RESULT_UNAVAILABLE,
)

from xivo_dird.backend import Deadline, QuestionRefused, SourceUnavailable, client_tls_context
from xivo_dird_backends.ldap.entries import RawEntry
from xivo_dird_backends.ldap.options import LdapServer
from xivo_dird_backends.ldap.sockets import DeadlineSocket, seconds_left

SEARCH_RESULT_ENTRY = 4
START_TLS = "1.3.6.1.4.1.1466.20037"
LIMITS = {RESULT_ADMIN_LIMIT_EXCEEDED, RESULT_SIZE_LIMIT_EXCEEDED, RESULT_TIME_LIMIT_EXCEEDED}
OUT_OF_ORDER = {RESULT_BUSY, RESULT_UNAVAILABLE}

# A malformed answer makes ldap3's decoder raise whatever Python raises, and a socket that `close` took away
# while a call runs is an AttributeError to it.
LDAP3_ERRORS = (
    LDAPException,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
)


class ConnectionLost(SourceUnavailable):
    """The connection broke before its time was up: a new one may well work."""


@dataclass(frozen=True)
class LdapSearch:
    """One search below the source's base DN."""

    filter: str
    attributes: tuple[str, ...]
    size_limit: int = 0


@dataclass(frozen=True)
class LdapResult:
    """What the server said: entries, and how the search ended (RFC 4511 section 4.1.9)."""

    entries: Sequence[RawEntry]
    code: int
    outcome: str


class LdapConnection:
    """A bound connection, used by one thread at a time."""

    def __init__(self, server: LdapServer, deadline: Deadline) -> None:
        """Connect, secure and bind; raise `SourceUnavailable` when one of them fails."""
        self._server = server
        self._ldap = _connect(server, deadline)
        self._socket = DeadlineSocket(self._ldap.socket, deadline.within(server.operation_limit))
        self._ldap.socket = self._socket
        ready = False
        try:
            self._secure()
            self._bind()
            ready = True
        finally:
            if not ready:
                self.close()

    def search(self, query: LdapSearch, deadline: Deadline) -> LdapResult:
        """Ask the server; raise `SourceUnavailable` when it does not answer whole and in time."""
        self._socket.restart(deadline.within(self._server.operation_limit))
        with self._translated("search"):
            self._ldap.search(
                self._server.base_dn,
                query.filter,
                dereference_aliases=ldap3.DEREF_NEVER,
                attributes=query.attributes,
                size_limit=query.size_limit,
                time_limit=self._server.time_limit,
            )
            found = self._ldap.response or ()
            entries = [item["raw_attributes"] for item in found if item["type"] == "searchResEntry"]
            return LdapResult(entries, int(self._ldap.result["result"]), self._outcome())

    def abort(self) -> None:
        """Make the running call fail now; for other threads."""
        self._socket.abort()

    def close(self) -> None:
        """End the connection. No unbind request: closing says the same (RFC 4511 section 5.3), without waiting."""
        self._socket.abort()
        self._socket.close()

    def _secure(self) -> None:
        if self._server.tls == "none":
            return
        context = _context(self._server)
        with self._translated("TLS"):
            if self._server.tls == "start_tls":
                self._start_tls()
            self._socket.secure(context, self._server.host)

    def _start_tls(self) -> None:
        """Ask for TLS; a refusal ends the connection, nothing is ever sent in clear instead."""
        if not self._ldap.extended(START_TLS):
            raise SourceUnavailable(f"{self._server.uri} refuses StartTLS: {self._outcome()}")

    def _bind(self) -> None:
        name = printable(self._server.username or "anonymous")
        with self._translated(f"bind as {name}"):
            bound = self._ldap.bind(read_server_info=False)
        if not bound:
            raise SourceUnavailable(f"{self._server.uri} refuses the bind as {name}: {self._outcome()}")

    def _outcome(self) -> str:
        """Tell the result of the last operation, with the server's own words."""
        result = self._ldap.result
        return printable(f"{result['description']} {result['message']}")

    @contextmanager
    def _translated(self, action: str) -> Iterator[None]:
        """Turn ldap3's errors into ours."""
        try:
            yield
        except LDAP3_ERRORS as error:
            if self._socket.deadline.is_expired:
                raise SourceUnavailable(f"{self._server.uri}: {action} timed out") from error
            raise ConnectionLost(f"{self._server.uri}: {action} failed: {_reason(error)}") from error


def entries_of(answer: LdapResult, server: LdapServer) -> Sequence[RawEntry]:
    """Take the entries, also those found before a size or time limit.

    Raises `QuestionRefused` for any other result, `SourceUnavailable` when it is about the server and no question.
    """
    if answer.code == RESULT_SUCCESS or (answer.code in LIMITS and answer.entries):
        return answer.entries
    trouble = SourceUnavailable if answer.code in OUT_OF_ORDER else QuestionRefused
    raise trouble(f"{server.uri}: search below {server.base_dn!r} failed: {answer.outcome}")


def printable(text: str) -> str:
    """Make foreign text fit for one line of a log."""
    return "".join(letter if letter.isprintable() else "?" for letter in text.strip()[:200])


def _context(server: LdapServer) -> ssl.SSLContext:
    """Read the CA bundle anew for each connection, so that a renewed one is used without a restart."""
    try:
        return client_tls_context(server.verify_certificate)
    except (OSError, ValueError) as error:
        bundle = server.verify_certificate
        raise SourceUnavailable(
            f"ldap_verify_certificate: no CA bundle at {bundle!r}: {_reason(error)}"
        ) from error


def _connect(server: LdapServer, deadline: Deadline) -> ldap3.Connection:
    """Open a TCP connection to the first of the host's addresses that takes it."""
    failure = "the host has no address"
    for address in _addresses(server):
        try:
            return _open(server, address, deadline)
        except LDAP3_ERRORS as error:
            failure = _reason(error)
    raise SourceUnavailable(f"{server.uri}: can't connect: {failure}")


def _addresses(server: LdapServer) -> list[str]:
    try:
        found = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:  # ValueError: it can't be a host name at all
        raise SourceUnavailable(f"{server.uri}: can't connect: {_reason(error)}") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _open(server: LdapServer, address: str, deadline: Deadline) -> ldap3.Connection:
    limit = seconds_left(deadline.within(server.connect_limit))
    connection = _ldap3_connection(server, address, limit)
    try:
        connection.open(read_server_info=False)
    except LDAP3_ERRORS:
        if connection.socket is not None:
            connection.socket.close()  # ldap3 leaves it open
        raise
    return connection


def _ldap3_connection(server: LdapServer, address: str, connect_limit: float) -> ldap3.Connection:
    """Prepare a connection that does nothing on its own: no schema, no checks, no referrals, no more queries."""
    target = ldap3.Server(address, server.port, get_info=ldap3.NONE, connect_timeout=connect_limit)
    connection = ldap3.Connection(
        target,
        user=server.username,
        password=server.password.get_secret_value() if server.password else None,
        auto_referrals=False,
        auto_range=False,
        check_names=False,
        return_empty_attributes=False,
        read_only=True,
    )
    _keep_entries_raw(connection)
    return connection


def _keep_entries_raw(connection: ldap3.Connection) -> None:
    """Take entries as bytes: ldap3 would also decode and format each value, a third of a search's time."""
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


def _reason(error: BaseException) -> str:
    return printable(str(error)) or type(error).__name__
