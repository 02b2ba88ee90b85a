"""The vocabulary of LDAP (RFC 4511): result codes, operations, identifiers of controls and extended operations."""

from enum import IntEnum
from typing import NamedTuple

from xivo_dird.exceptions import DirdError

START_TLS_OID = "1.3.6.1.4.1.1466.20037"
WHO_AM_I_OID = "1.3.6.1.4.1.4203.1.11.3"
DISCONNECTION_OID = "1.3.6.1.4.1.1466.20036"


class ResultCode(IntEnum):
    """How an operation ended (RFC 4511 appendix A)."""

    SUCCESS = 0
    OPERATIONS_ERROR = 1
    PROTOCOL_ERROR = 2
    TIME_LIMIT_EXCEEDED = 3
    SIZE_LIMIT_EXCEEDED = 4
    AUTH_METHOD_NOT_SUPPORTED = 7
    ADMIN_LIMIT_EXCEEDED = 11
    UNAVAILABLE_CRITICAL_EXTENSION = 12
    CONFIDENTIALITY_REQUIRED = 13
    NO_SUCH_ATTRIBUTE = 16
    NO_SUCH_OBJECT = 32
    INVALID_DN_SYNTAX = 34
    INAPPROPRIATE_AUTHENTICATION = 48
    INVALID_CREDENTIALS = 49
    INSUFFICIENT_ACCESS_RIGHTS = 50
    BUSY = 51
    UNAVAILABLE = 52
    UNWILLING_TO_PERFORM = 53
    SORT_CONTROL_MISSING = 60
    OTHER = 80


class LdapOperation(IntEnum):
    """The tags of operations (RFC 4511 section 4.2 and following)."""

    BIND_REQUEST = 0x60
    BIND_RESPONSE = 0x61
    UNBIND_REQUEST = 0x42
    SEARCH_REQUEST = 0x63
    SEARCH_RESULT_ENTRY = 0x64
    SEARCH_RESULT_DONE = 0x65
    MODIFY_REQUEST = 0x66
    MODIFY_RESPONSE = 0x67
    ADD_REQUEST = 0x68
    ADD_RESPONSE = 0x69
    DELETE_REQUEST = 0x4A
    DELETE_RESPONSE = 0x6B
    MODIFY_DN_REQUEST = 0x6C
    MODIFY_DN_RESPONSE = 0x6D
    COMPARE_REQUEST = 0x6E
    COMPARE_RESPONSE = 0x6F
    ABANDON_REQUEST = 0x50
    EXTENDED_REQUEST = 0x77
    EXTENDED_RESPONSE = 0x78


RESPONSES = {
    LdapOperation.BIND_REQUEST: LdapOperation.BIND_RESPONSE,
    LdapOperation.SEARCH_REQUEST: LdapOperation.SEARCH_RESULT_DONE,
    LdapOperation.MODIFY_REQUEST: LdapOperation.MODIFY_RESPONSE,
    LdapOperation.ADD_REQUEST: LdapOperation.ADD_RESPONSE,
    LdapOperation.DELETE_REQUEST: LdapOperation.DELETE_RESPONSE,
    LdapOperation.MODIFY_DN_REQUEST: LdapOperation.MODIFY_DN_RESPONSE,
    LdapOperation.COMPARE_REQUEST: LdapOperation.COMPARE_RESPONSE,
    LdapOperation.EXTENDED_REQUEST: LdapOperation.EXTENDED_RESPONSE,
}
"""The response of each operation that has one."""


class Scope(IntEnum):
    """Which entries a search concerns (RFC 4511 section 4.5.1.2)."""

    BASE = 0
    ONE = 1
    SUBTREE = 2


class LdapFailure(DirdError):
    """An operation that ends with another result than success.

    Attributes:
        code: The result code.
        matched_dn: For an unknown object, the nearest existing one.
    """

    def __init__(self, code: ResultCode, message: str = "", matched_dn: str = "") -> None:
        """Create the failure; the message is sent to the client."""
        super().__init__(message)
        self.code = code
        self.matched_dn = matched_dn


class Control(NamedTuple):
    """An extension of a request (RFC 4511 section 4.1.11)."""

    oid: str
    is_critical: bool
    value: bytes


class LdapEntry(NamedTuple):
    """An entry: its DN, and the values of its attributes by their names in lower case."""

    dn: str
    values: dict[str, list[str]]
