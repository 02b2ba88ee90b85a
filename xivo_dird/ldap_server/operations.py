"""The operations of one connection: how each request is answered."""

import logging
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass

from xivo_dird.exceptions import RequestAbandoned, TooBusy, TooManyRequests, Unavailable
from xivo_dird.ldap_server.accounts import Accounts, Client
from xivo_dird.ldap_server.ber import InvalidBer
from xivo_dird.ldap_server.model import (
    RESPONSES,
    START_TLS_OID,
    WHO_AM_I_OID,
    Control,
    LdapFailure,
    LdapOperation,
    ResultCode,
)
from xivo_dird.ldap_server.requests import RequestMessage, decode_bind, decode_extended_name, decode_search
from xivo_dird.ldap_server.responses import encode_result
from xivo_dird.ldap_server.search import LdapSearches

Steps = Generator[bytes | None, None, ResultCode]
"""The responses to a request, and None from time to time; returns how it ended."""

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
    searches: LdapSearches
    count: Callable[[str, str], None]
    has_tls: bool


class LdapOperations:
    """Answers the requests of one connection, and knows who its client is.

    Attributes:
        wants_tls: Whether TLS begins when everything is sent.
    """

    def __init__(
        self, front_end: FrontEnd, address: str, has_more: Callable[[], bool], *, is_encrypted: bool
    ) -> None:
        """Begin without an account.

        Args:
            front_end: What all connections share.
            address: The address of the client.
            has_more: Returns whether the client has sent anything behind the request that is answered.
            is_encrypted: Whether the connection has TLS.
        """
        self._front_end = front_end
        self._address = address
        self._has_more = has_more
        self._is_encrypted = is_encrypted
        self._client: Client = front_end.accounts.without_account(address)
        self.wants_tls = False

    def begin_tls(self) -> None:
        """Go on with TLS, as a client without an account."""
        self.wants_tls = False
        self._is_encrypted = True
        self._client = self._front_end.accounts.without_account(self._address)

    def answer(self, message: RequestMessage) -> Steps:
        """Yield the responses to a request, and None from time to time; return how it ended.

        Raises:
            RequestAbandoned: The client has gone.
        """
        operation = LdapOperation(message.tag)
        try:
            code = yield from self._carry_out(operation, message)
        except RequestAbandoned:
            raise
        except Exception as error:  # noqa: BLE001 - a request never ends the connection of others
            failure = _failure(error)
            yield encode_result(message.message_id, RESPONSES[operation], failure)
            code = failure.code
        self._front_end.count(operation.name.removesuffix("_REQUEST").lower(), code.name.lower())
        return code

    def _carry_out(self, operation: LdapOperation, message: RequestMessage) -> Steps:
        if operation is LdapOperation.SEARCH_REQUEST:
            request = decode_search(message.content)
            searches = self._front_end.searches
            return (yield from searches.answer(self._client, message.message_id, request, message.controls))
        if operation is LdapOperation.BIND_REQUEST:
            return (yield from self._bind(message))
        if operation is LdapOperation.EXTENDED_REQUEST:
            return (yield from self._extended(message))
        raise LdapFailure(ResultCode.UNWILLING_TO_PERFORM, "the directory can only be searched")

    def _bind(self, message: RequestMessage) -> Steps:
        accounts = self._front_end.accounts
        self._client = accounts.without_account(self._address)  # RFC 4513 section 4: also after a failure
        _refuse_critical(message.controls)
        request = decode_bind(message.content)
        self._client = accounts.bind(request, self._address, is_encrypted=self._is_encrypted)
        yield encode_result(message.message_id, LdapOperation.BIND_RESPONSE)
        return ResultCode.SUCCESS

    def _extended(self, message: RequestMessage) -> Steps:
        _refuse_critical(message.controls)
        name = decode_extended_name(message.content)
        if name == WHO_AM_I_OID:
            identity = f"u:{self._client.name}" if self._client.name else ""
            yield encode_result(message.message_id, LdapOperation.EXTENDED_RESPONSE, value=identity.encode())
        elif name == START_TLS_OID:
            yield from self._start_tls(message.message_id)
        else:
            raise LdapFailure(ResultCode.PROTOCOL_ERROR, "an unknown extended operation")
        return ResultCode.SUCCESS

    def _start_tls(self, message_id: int) -> Generator[bytes]:
        """Yield the response to StartTLS (RFC 4511 section 4.14)."""
        if self._is_encrypted:
            raise LdapFailure(ResultCode.OPERATIONS_ERROR, "the connection has TLS already")
        if not self._front_end.has_tls:
            raise LdapFailure(ResultCode.PROTOCOL_ERROR, "the server has no certificate")
        if self._has_more():  # what is sent in the clear must not count as sent with TLS
            raise LdapFailure(ResultCode.OPERATIONS_ERROR, "requests behind StartTLS")
        self.wants_tls = True
        yield encode_result(message_id, LdapOperation.EXTENDED_RESPONSE, name=START_TLS_OID)


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
