"""PUBLIC: everything that the author of an authenticator imports.

An authenticator turns a token, or a user name and a password, with a required ACL and a tenant into a `Caller`, or
raises. It must wait for a server within `waiting_for(WaitsFor.AUTHENTICATION)`, so that other requests can be
answered. Register the class in the entry-point group `xivo_dird.authenticators` and select it with `auth.method` in the
configuration.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from xivo_dird.blocking import WaitsFor, waiting_for
from xivo_dird.bounds import Port, Seconds, SecondsOrZero
from xivo_dird.caller import Caller
from xivo_dird.client_tls import client_tls_context
from xivo_dird.config.masking import HIDDEN, HiddenText
from xivo_dird.exceptions import (
    AuthServerUnreachable,
    InvalidConfiguration,
    SourceUnavailable,
    TooBusy,
    Unauthorized,
)
from xivo_dird.outgoing import (
    HttpClient,
    HttpLimits,
    HttpResponse,
    Outgoing,
    RequestFailed,
    basic_authorization,
)
from xivo_dird.passwords import (
    NO_PASSWORD_HASH,
    PASSWORD_HASH,
    UnusablePassword,
    has_hash,
    hash_password,
    prepare_password,
)
from xivo_dird.refused_credentials import (
    MISSING_PERMISSION,
    invalid_password,
    invalid_token,
    missing_permission,
    missing_user_permission,
    without_token,
)
from xivo_dird.secret_yaml import ServiceKey, UnusableSecretFile, parse_secret_yaml
from xivo_dird.threads.background import Background
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.retry import Backoff
from xivo_dird.validation import canonical_uuid

__all__ = [
    "HASH_PREFIX",
    "HIDDEN",
    "MISSING_PERMISSION",
    "NO_PASSWORD_HASH",
    "PASSWORD_HASH",
    "TOKEN_USER",
    "AuthServerUnreachable",
    "Authenticator",
    "AuthenticatorSettings",
    "Background",
    "Backoff",
    "Caller",
    "Deadline",
    "HiddenText",
    "HttpClient",
    "HttpLimits",
    "HttpResponse",
    "InvalidConfiguration",
    "Outgoing",
    "Port",
    "RequestFailed",
    "Seconds",
    "SecondsOrZero",
    "ServiceKey",
    "SignedIn",
    "SourceUnavailable",
    "TenantTree",
    "TooBusy",
    "Unauthorized",
    "UnusablePassword",
    "UnusableSecretFile",
    "WaitsFor",
    "authenticate_user_or_token",
    "basic_authorization",
    "canonical_uuid",
    "client_tls_context",
    "has_hash",
    "hash_password",
    "hash_token",
    "invalid_password",
    "invalid_token",
    "missing_permission",
    "missing_user_permission",
    "parse_secret_yaml",
    "prepare_password",
    "waiting_for",
    "without_token",
]


HASH_PREFIX = "sha256:"
"""The prefix of a hashed token in a file."""

TOKEN_USER = "token"  # noqa: S105 - a user name
"""The user name of HTTP Basic that says that the password is a token; no user can have it."""

SESSION_ACL = "dird.session.create"
"""The permission to open a session with a token, where the authenticator has no rule of its own."""


class AuthenticatorSettings(BaseModel):
    """The schema of the section `auth` of the configuration, without its key `method`."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class TenantTree:
    """The tenants declared under `provisioning.tenants`, all by uuid.

    Attributes:
        parents: The parent of each tenant; None for a root.
        names: The name of each tenant; None if it has none.
    """

    parents: dict[str, str | None]
    names: dict[str, str | None] = field(default_factory=dict)

    def descendants(self, tenant_uuid: str) -> tuple[str, ...]:
        """Return the uuids of the tenant itself and of all tenants below it."""
        found = [tenant_uuid]
        for uuid in found:
            found.extend(
                child for child, parent in self.parents.items() if parent == uuid and child not in found
            )
        return tuple(found)

    def named(self, name: str, tenant_uuid: str) -> tuple[str, ...]:
        """Return the uuids of the tenants with this name among `tenant_uuid` and its descendants."""
        return tuple(uuid for uuid in self.descendants(tenant_uuid) if self.names.get(uuid) == name)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user who has signed in for a session.

    Attributes:
        credentials: What `Authenticator.authenticate_signed_in` recognizes the user by: any text. Sessions store it
            encrypted, and show it to nobody.
        user_uuid: The user.
        tenant_uuid: The user's own tenant.
    """

    credentials: str = field(repr=False)
    user_uuid: str | None
    tenant_uuid: str | None


SettingsT = TypeVar("SettingsT", bound=AuthenticatorSettings)


class Authenticator(ABC, Generic[SettingsT]):
    """Identifies the caller of a token and checks its permissions. One instance, shared by threads."""

    Settings: ClassVar[type[AuthenticatorSettings]]

    def __init__(self, settings: SettingsT, tenants: TenantTree) -> None:
        """Store the validated settings. Contact no server: an instance is also created to check a configuration."""
        self.settings = settings
        self.tenants = tenants

    @abstractmethod
    def authenticate(self, token: str, required_acl: str, tenant_uuid: str | None) -> Caller:
        """Return the caller of `token` if it has `required_acl` and access to the tenant.

        Args:
            token: The token of the request.
            required_acl: The permission that the request requires.
            tenant_uuid: The requested tenant; None for the token's own tenant.

        Raises:
            Unauthorized: Created by `invalid_token` or `missing_permission`.
            AuthServerUnreachable: The authentication server does not answer.
        """

    @abstractmethod
    def authenticate_password(
        self, username: str, password: str, required_acl: str, tenant_uuid: str | None
    ) -> Caller:
        """Return the caller with this user name and password if it has `required_acl` and access to the tenant.

        Args:
            username: The user name of the request.
            password: The password of the request.
            required_acl: The permission that the request requires.
            tenant_uuid: The requested tenant; None for the user's own tenant.

        Raises:
            Unauthorized: Created by `invalid_password` or `missing_user_permission`, without password and token.
            TooBusy: Too many passwords are checked at once.
            AuthServerUnreachable: The authentication server does not answer.
        """

    def identify(self, token: str) -> Caller:
        """Return the caller of `token` in its own tenant, who may open a session.

        By default, that is a token with the permission `dird.session.create`. Override it to return every caller, as a
        session has no rights but those of its token.

        Raises:
            Unauthorized: Created by `invalid_token` or `missing_permission`.
            AuthServerUnreachable: The authentication server does not answer.
        """
        return self.authenticate(token, SESSION_ACL, None)

    @property
    def accepts_passwords(self) -> bool:
        """Return whether users can sign in with a password."""
        return False

    def sign_in(self, username: str, password: str, seconds: int) -> SignedIn:
        """Return the user with this user name and password; only called if the authenticator `accepts_passwords`.

        Args:
            username: The user name.
            password: The password.
            seconds: Seconds after which the session ends.

        Raises:
            Unauthorized: Created by `invalid_password`, with an empty ACL.
            TooBusy: Too many passwords are checked at once.
            AuthServerUnreachable: The authentication server does not answer.
        """
        raise NotImplementedError

    def authenticate_signed_in(self, credentials: str, required_acl: str, tenant_uuid: str | None) -> Caller:
        """Return the caller whom `sign_in` gave these credentials; otherwise like `authenticate`.

        Their rights are those of today: who has been removed, or has another password, is refused.
        """
        return self.authenticate(credentials, required_acl, tenant_uuid)

    def sign_out(self, credentials: str) -> None:
        """Revoke credentials of `sign_in` where that is possible; their session has ended already."""

    @abstractmethod
    def tenant_of_user(self, user_uuid: str) -> str | None:
        """Return the uuid of the tenant of a user, None if the authenticator does not know the user.

        Args:
            user_uuid: Any text that a client sent.

        Raises:
            AuthServerUnreachable: The authentication server does not answer.
        """

    @abstractmethod
    def visible_tenants(self, caller: Caller) -> Sequence[str]:
        """Return the caller's tenant and all its descendants (contract section 1.3)."""

    @abstractmethod
    def master_tenant(self) -> str | None:
        """Return the uuid of the tenant that administers the installation, or None while it is unknown."""

    def tenants_named(self, name: str, caller: Caller) -> Sequence[str]:
        """Return the tenants with this name among the caller's tenant and its descendants (contract section 2.4)."""
        return self.tenants.named(name, caller.tenant_uuid)

    def first_start(self) -> AbstractContextManager[str | None]:
        """Return a context manager that prepares the very first start, and undoes it if the block raises.

        It yields a new token for the first requests. It yields None if no token was created, and at all later starts.
        """
        return nullcontext()

    def start(self) -> None:
        """Start background work, if any. Must not wait for a remote server."""

    def close(self) -> None:
        """Stop background work and release all resources. Also called if `start` never was."""


AnyAuthenticator = Authenticator[AuthenticatorSettings]
"""An authenticator with any settings."""


def authenticate_user_or_token(
    authenticator: AnyAuthenticator, username: str, password: str, required_acl: str, tenant_uuid: str | None
) -> Caller:
    """Return the caller with a user name and a password; that of `TOKEN_USER` is a token.

    Raises:
        Unauthorized: The credentials are wrong, or lack the ACL or access to the tenant.
        TooBusy: Too many passwords are checked at once.
        AuthServerUnreachable: The authentication server does not answer.
    """
    if username == TOKEN_USER:
        return authenticator.authenticate(password, required_acl, tenant_uuid)
    return authenticator.authenticate_password(username, password, required_acl, tenant_uuid)


def hash_token(token: str) -> str:
    """Return the form in which a token may be stored in a file: "sha256:" and 64 hexadecimal digits.

    Plain SHA-256 is secure only for long random texts: generate tokens, do not choose them like passwords.
    """
    return HASH_PREFIX + hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
