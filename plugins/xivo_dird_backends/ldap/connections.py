"""One connection to an LDAP server: the only module that connects through ldap3 and translates its errors."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.core.results import RESULT_INVALID_CREDENTIALS

from xivo_dird.backend import Deadline, Outgoing, SourceUnavailable, printable_excerpt
from xivo_dird_backends.ldap.options import LdapServer
from xivo_dird_backends.ldap.searches import LdapResult, LdapSearch, without_words_of
from xivo_dird_backends.ldap.sockets import DeadlineSocket, remaining_timeout

SEARCH_RESULT_ENTRY = 4
START_TLS_OID = "1.3.6.1.4.1.1466.20037"

# A malformed response makes ldap3's decoder raise any of Python's errors. A socket that `close` removes during a
# call makes it raise AttributeError.
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
    """The connection broke before the deadline; a new connection may work."""


class CredentialsRejected(SourceUnavailable):
    """The server rejects the password, as the other servers of the directory would.

    They are not tried: each try may count towards the lock of the account.
    """


class LdapConnection:
    """A bound connection, which only one thread may use at a time."""

    def __init__(self, outgoing: Outgoing, server: LdapServer, deadline: Deadline) -> None:
        """Connect, set up TLS and bind.

        Args:
            outgoing: Resolves the name of the server, and knows which addresses are allowed.
            server: The server.
            deadline: When to give up.

        Raises:
            SourceUnavailable: One of these steps failed or took too long.
        """
        self.server = server
        self._ldap = _connect(outgoing, server, deadline)
        self._socket = DeadlineSocket(self._ldap.socket, deadline.within(server.operation_timeout))
        self._ldap.socket = self._socket
        is_ready = False
        try:
            self._set_up_tls()
            self._bind()
            is_ready = True
        finally:
            if not is_ready:
                self.close()

    def search(self, request: LdapSearch, deadline: Deadline) -> LdapResult:
        """Search for entries.

        Raises:
            ConnectionLost: The connection broke before the deadline.
            SourceUnavailable: No complete response arrived in time.
        """
        self._socket.restart(deadline.within(self.server.operation_timeout))
        with self._translate_errors("search", request.filter):
            self._ldap.search(
                self.server.base_dn if request.entry_dn is None else request.entry_dn,
                request.filter,
                ldap3.SUBTREE if request.entry_dn is None else ldap3.BASE,
                dereference_aliases=ldap3.DEREF_NEVER,
                attributes=request.attributes,
                size_limit=request.size_limit,
                time_limit=self.server.time_limit,
            )
            response = self._ldap.response or ()
            entries = [item["raw_attributes"] for item in response if item["type"] == "searchResEntry"]
            description = without_words_of(request.filter, self._result_description())
            return LdapResult(entries, int(self._ldap.result["result"]), description)

    def abort(self) -> None:
        """Abort the running call; may be called by any thread."""
        self._socket.abort()

    def close(self) -> None:
        """Close without an unbind request, which could block; the effect is the same (RFC 4511 section 5.3)."""
        self._socket.abort()
        self._socket.close()

    def _set_up_tls(self) -> None:
        if self.server.tls == "none":
            return
        context = self.server.certificates.tls_context()
        with self._translate_errors("TLS"):
            if self.server.tls == "start_tls":
                self._start_tls()
            self._socket.secure(context, self.server.host)

    def _start_tls(self) -> None:
        """Request TLS; if the server refuses, fail rather than send anything unencrypted."""
        if not self._ldap.extended(START_TLS_OID):
            raise SourceUnavailable(f"{self.server.uri} refuses StartTLS: {self._result_description()}")

    def _bind(self) -> None:
        name = printable_excerpt(self.server.username or "anonymous")
        with self._translate_errors(f"bind as {name}"):
            is_bound = self._ldap.bind(read_server_info=False)
        if not is_bound:
            description = self._without_password(self._result_description())
            is_rejected = self._ldap.result["result"] == RESULT_INVALID_CREDENTIALS
            error_type = CredentialsRejected if is_rejected else SourceUnavailable
            raise error_type(f"{self.server.uri} refuses the bind as {name}: {description}")

    def _without_password(self, text: str) -> str:
        """Return a diagnostic message without the password; a server may quote the request."""
        if self.server.password is None:
            return text
        password = self.server.password.get_secret_value()
        return without_words_of(password, text.replace(password, "…"))

    def _result_description(self) -> str:
        """Return the result of the last operation, with the server's diagnostic message."""
        result = self._ldap.result
        return printable_excerpt(f"{result['description']} {result['message']}")

    @contextmanager
    def _translate_errors(self, action: str, search_filter: str = "") -> Iterator[None]:
        """Convert the errors of ldap3 into errors of the source, without the words of a filter."""
        try:
            yield
        except LDAP3_ERRORS as error:
            if self._socket.deadline.is_expired:
                raise SourceUnavailable(f"{self.server.uri}: {action} timed out") from error
            reason = without_words_of(search_filter, _reason(error))
            raise ConnectionLost(f"{self.server.uri}: {action} failed: {reason}") from error


def _connect(outgoing: Outgoing, server: LdapServer, deadline: Deadline) -> ldap3.Connection:
    """Open a TCP connection to the first of the host's addresses that accepts it."""
    failure = "the host has no address"
    for address in _addresses(outgoing, server, deadline):
        try:
            return _open_connection(server, address, deadline)
        except LDAP3_ERRORS as error:
            failure = _reason(error)
    raise SourceUnavailable(f"{server.uri}: can't connect: {failure}")


def _addresses(outgoing: Outgoing, server: LdapServer, deadline: Deadline) -> Sequence[str]:
    try:
        return outgoing.addresses(server.host, server.port, deadline)
    except (OSError, ValueError) as error:  # ValueError: not a valid host name
        raise SourceUnavailable(f"{server.uri}: can't connect: {_reason(error)}") from error


def _open_connection(server: LdapServer, address: str, deadline: Deadline) -> ldap3.Connection:
    timeout = remaining_timeout(deadline.within(server.connect_timeout))
    connection = _ldap3_connection(server, address, timeout)
    try:
        connection.open(read_server_info=False)
    except LDAP3_ERRORS:
        if connection.socket is not None:
            connection.socket.close()  # ldap3 leaves it open
        raise
    return connection


def _ldap3_connection(server: LdapServer, address: str, connect_timeout: float) -> ldap3.Connection:
    """Create a connection that sends no requests of its own: no schema, checks, referrals or range retrieval."""
    target = ldap3.Server(address, server.port, get_info=ldap3.NONE, connect_timeout=connect_timeout)
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
    _disable_entry_decoding(connection)
    return connection


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


def _reason(error: BaseException) -> str:
    return printable_excerpt(str(error)) or type(error).__name__
