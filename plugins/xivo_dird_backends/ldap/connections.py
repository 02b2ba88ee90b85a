"""One connection to an LDAP server, whose errors are those of a source."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace

from xivo_dird.backend import Deadline, Outgoing, SourceUnavailable, printable_excerpt
from xivo_dird_backends.ldap.client import CLIENT_ERRORS, LdapClient, OperationResult
from xivo_dird_backends.ldap.credentials import CredentialsRejected, PasswordGuard
from xivo_dird_backends.ldap.options import LdapServer
from xivo_dird_backends.ldap.refusals import bind_refusal, search_refusal
from xivo_dird_backends.ldap.result_codes import INVALID_CREDENTIALS, SUCCESS
from xivo_dird_backends.ldap.searches import LdapResult, LdapSearch, without_words_of
from xivo_dird_backends.ldap.sockets import remaining_timeout


class ConnectionLost(SourceUnavailable):
    """The connection broke before the deadline; a new connection may work."""


class LdapConnection:
    """A bound connection, which only one thread may use at a time; no longer once it `is_broken`."""

    def __init__(
        self, outgoing: Outgoing, credentials: PasswordGuard, server: LdapServer, deadline: Deadline
    ) -> None:
        """Connect, set up TLS and bind.

        Args:
            outgoing: Resolves the name of the server, and knows which addresses are allowed.
            credentials: Decides whether the password may be sent.
            server: The server.
            deadline: When to give up.

        Raises:
            SourceUnavailable: One of these steps failed or took too long.
        """
        self.server = server
        self.is_broken = False
        self._client = _connect(outgoing, server, deadline)
        self._socket = self._client.limit(deadline.within(server.operation_timeout))
        is_ready = False
        try:
            self._set_up_tls()
            with credentials.sending(deadline) if server.username else nullcontext():
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
            result = self._client.search(request)
            description = printable_excerpt(result.description)
            meaning = search_refusal(result.code, description)
            return replace(result, description=f"{meaning}{without_words_of(request.filter, description)}")

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
        result = self._client.start_tls()
        if result.code != SUCCESS:
            reason = printable_excerpt(result.description)
            raise SourceUnavailable(f"{self.server.uri} refuses StartTLS: {reason}")

    def _bind(self) -> None:
        name = printable_excerpt(self.server.username or "anonymous")
        with self._translate_errors(f"bind as {name}"):
            result = self._client.bind()
        if result.code != SUCCESS:
            error_type = CredentialsRejected if result.code == INVALID_CREDENTIALS else SourceUnavailable
            raise error_type(f"{self.server.uri} refuses the bind as {name}: {self._refusal(result)}")

    def _refusal(self, result: OperationResult) -> str:
        """Return what a refused bind means, without the password; a server may quote the request."""
        text = printable_excerpt(result.description)
        meaning = bind_refusal(result.code, text)
        if self.server.password is not None:
            password = self.server.password.get_secret_value()
            text = without_words_of(password, text.replace(password, "…"))
        return f"{meaning}{text}"

    @contextmanager
    def _translate_errors(self, action: str, search_filter: str = "") -> Iterator[None]:
        """Convert the errors of the client into errors of the source, without the words of a filter."""
        try:
            yield
        except CLIENT_ERRORS as error:
            self.is_broken = True
            if self._socket.deadline.is_expired:
                raise SourceUnavailable(f"{self.server.uri}: {action} timed out") from error
            reason = without_words_of(search_filter, _reason(error))
            raise ConnectionLost(f"{self.server.uri}: {action} failed: {reason}") from error


def _connect(outgoing: Outgoing, server: LdapServer, deadline: Deadline) -> LdapClient:
    """Open a TCP connection to the first of the host's addresses that accepts it."""
    failure = "the host has no address"
    for address in _addresses(outgoing, server, deadline):
        try:
            timeout = remaining_timeout(deadline.within(server.connect_timeout))
            return LdapClient(server, address, timeout)
        except CLIENT_ERRORS as error:
            failure = _reason(error)
    raise SourceUnavailable(f"{server.uri}: can't connect: {failure}")


def _addresses(outgoing: Outgoing, server: LdapServer, deadline: Deadline) -> Sequence[str]:
    try:
        return outgoing.addresses(server.host, server.port, deadline)
    except (OSError, ValueError) as error:  # ValueError: not a valid host name
        raise SourceUnavailable(f"{server.uri}: can't connect: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    return printable_excerpt(str(error)) or type(error).__name__
