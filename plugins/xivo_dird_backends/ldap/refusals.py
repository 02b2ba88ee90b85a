"""What the refusals of directory servers mean, in plain words, and what to do."""

import re

from xivo_dird_backends.ldap.result_codes import (
    ADMIN_LIMIT_EXCEEDED,
    CONFIDENTIALITY_REQUIRED,
    INAPPROPRIATE_AUTHENTICATION,
    INVALID_CREDENTIALS,
    OPERATIONS_ERROR,
    SIZE_LIMIT_EXCEEDED,
    STRONGER_AUTH_REQUIRED,
    TIME_LIMIT_EXCEEDED,
    UNWILLING_TO_PERFORM,
)

_DATA = re.compile(r"\bdata ([0-9a-f]{3,8})\b", re.IGNORECASE)
_ENCRYPT = "it accepts a password only on an encrypted connection: use ldaps:// or ldap_start_tls"
_SIGN_IN = "it answers nobody without an account: set ldap_username and ldap_password"

_ACTIVE_DIRECTORY = {
    "525": "there is no such account",
    "52e": "wrong password",
    "530": "the account may not log on at this time",
    "531": "the account may not log on from this machine",
    "532": "the password has expired",
    "533": "the account is disabled",
    "701": "the account has expired",
    "773": "the password must be changed first",
    "775": "the account is locked",
    "80090346": "it requires channel binding, which a simple bind does not have: allow it for LDAPS",
}
"""Sub-codes of invalidCredentials, in hexadecimal: `AcceptSecurityContext error, data 52e`."""

_BIND = {
    STRONGER_AUTH_REQUIRED: _ENCRYPT,
    CONFIDENTIALITY_REQUIRED: _ENCRYPT,
    INAPPROPRIATE_AUTHENTICATION: _SIGN_IN,
}
_SEARCH = {
    STRONGER_AUTH_REQUIRED: _ENCRYPT,
    CONFIDENTIALITY_REQUIRED: _ENCRYPT,
    INAPPROPRIATE_AUTHENTICATION: _SIGN_IN,
    UNWILLING_TO_PERFORM: "it may refuse filters on attributes without an index",
    ADMIN_LIMIT_EXCEEDED: "the filter makes it look at too many entries: raise the limit of the account",
    SIZE_LIMIT_EXCEEDED: "it returns only a part of the entries: raise the size limit of the account",
    TIME_LIMIT_EXCEEDED: "it takes longer than it may",
}


def bind_refusal(code: int, message: str) -> str:
    """Return what a refused bind means, with a colon behind it; empty if the name of the code says it.

    Args:
        code: The result code.
        message: The server's diagnostic message.
    """
    if code == INVALID_CREDENTIALS:
        found = _DATA.search(message)
        return _with_colon(_ACTIVE_DIRECTORY.get(found[1].lower(), "") if found else "")
    if code == UNWILLING_TO_PERFORM and "anonymous" in message.lower():
        return _with_colon(_SIGN_IN)
    return _with_colon(_BIND.get(code, ""))


def search_refusal(code: int, message: str) -> str:
    """Return what a refused or incomplete search means, with a colon behind it; empty if the code says it.

    Args:
        code: The result code.
        message: The server's diagnostic message.
    """
    if code == OPERATIONS_ERROR and "successful bind" in message.lower():
        return _with_colon(_SIGN_IN)
    return _with_colon(_SEARCH.get(code, ""))


def _with_colon(text: str) -> str:
    return f"{text}: " if text else ""
