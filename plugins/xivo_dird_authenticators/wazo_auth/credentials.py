"""Which texts can be credentials, and the caller of a token."""

from pydantic import SecretStr

from xivo_dird.authenticator import (
    Caller,
    UnusablePassword,
    canonical_uuid,
    invalid_password,
    invalid_token,
    prepare_password,
)
from xivo_dird_authenticators._identifiers import is_header_value, printable_excerpt
from xivo_dird_authenticators._usernames import canonical_username
from xivo_dird_authenticators.wazo_auth.auth_server import Metadata
from xivo_dird_authenticators.wazo_auth.settings import Account


def caller_of(token: str, metadata: Metadata, tenant_uuid: str | None, required_acl: str) -> Caller:
    """Return the caller of a token for a requested tenant, by default its own; raise if there is none."""
    scope = tenant_uuid or metadata.tenant_uuid
    if not scope:
        raise invalid_token(token, required_acl)
    return Caller(
        token=token,
        tenant_uuid=canonical_uuid(scope),
        user_uuid=canonical_uuid(metadata.uuid) if metadata.uuid else None,
        token_tenant_uuid=canonical_uuid(metadata.tenant_uuid) if metadata.tenant_uuid else None,
    )


def account_of(username: str, password: str, required_acl: str) -> Account:
    """Return an account; raise if no user can have this name and password: nothing else is sent to the server."""
    if not _can_be_credentials(username, password):
        raise invalid_password(printable_excerpt(username), required_acl)
    return Account(username, SecretStr(password))


def can_be_token(text: str) -> bool:
    """Return whether `text` fits into one path segment; the server can't have any other token."""
    return is_header_value(text) and "/" not in text and "\\" not in text and text.strip(".") != ""


def _can_be_credentials(username: str, password: str) -> bool:
    """Return whether a user can have this name and password."""
    try:
        prepare_password(password)
    except UnusablePassword:
        return False
    return canonical_username(username) is not None
