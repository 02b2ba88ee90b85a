"""PUBLIC: all that the author of an authenticator imports.

An authenticator turns (token, required ACL, tenant) into a `Caller`, or raises. It calls `notify_blocking` before it
waits for a server, so that other requests are answered meanwhile. Name the class in the
entry-point group `xivo_dird.authenticators` and choose it with `auth.method` in the configuration.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from xivo_dird.blocking import notify_blocking
from xivo_dird.caller import Caller
from xivo_dird.client_tls import client_tls_context
from xivo_dird.config.masking import HIDDEN, HiddenText
from xivo_dird.exceptions import AuthServerUnreachable, InvalidConfiguration, Unauthorized
from xivo_dird.threads.background import Background
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.retry import Backoff

__all__ = [
    "HASH_PREFIX",
    "HIDDEN",
    "AuthServerUnreachable",
    "Authenticator",
    "AuthenticatorSettings",
    "Background",
    "Backoff",
    "Caller",
    "Deadline",
    "HiddenText",
    "InvalidConfiguration",
    "TenantTree",
    "Unauthorized",
    "client_tls_context",
    "hash_token",
    "invalid_token",
    "missing_permission",
    "notify_blocking",
]


HASH_PREFIX = "sha256:"


class AuthenticatorSettings(BaseModel):
    """The schema of the section `auth` of the configuration, less its key `method`."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class TenantTree:
    """The tenants declared under `provisioning.tenants`: tenant -> its parent (None: a root), and its name if any."""

    parents: dict[str, str | None]
    names: dict[str, str | None] = field(default_factory=dict)

    def descendants(self, tenant_uuid: str) -> tuple[str, ...]:
        """List `tenant_uuid` itself, then all that are below it."""
        found = [tenant_uuid]
        for uuid in found:
            found.extend(
                child for child, parent in self.parents.items() if parent == uuid and child not in found
            )
        return tuple(found)

    def named(self, name: str, tenant_uuid: str) -> tuple[str, ...]:
        """List those of `tenant_uuid` and below it that have this name."""
        return tuple(uuid for uuid in self.descendants(tenant_uuid) if self.names.get(uuid) == name)


SettingsT = TypeVar("SettingsT", bound=AuthenticatorSettings)


class Authenticator(ABC, Generic[SettingsT]):
    """Says who a token is and what it may. One instance, shared by threads."""

    Settings: ClassVar[type[AuthenticatorSettings]]

    def __init__(self, settings: SettingsT, tenants: TenantTree) -> None:
        """Keep the validated settings, ask nobody: a configuration is only checked with it, too."""
        self.settings = settings
        self.tenants = tenants

    @abstractmethod
    def authenticate(self, token: str, required_acl: str, tenant_uuid: str | None) -> Caller:
        """Check that `token` holds `required_acl` and reaches `tenant_uuid` (None: the token's own tenant).

        Raises `Unauthorized` (made by `invalid_token` or `missing_permission`) or `AuthServerUnreachable`.
        """

    @abstractmethod
    def visible_tenants(self, caller: Caller) -> Sequence[str]:
        """List the caller's scope tenant and all its descendants (contract section 1.3)."""

    @abstractmethod
    def master_tenant(self) -> str | None:
        """Answer the tenant that administers the installation, None while it is not known."""

    def tenants_named(self, name: str, caller: Caller) -> Sequence[str]:
        """List the tenants in the caller's scope and below it that have this name (contract section 2.4)."""
        return self.tenants.named(name, caller.tenant_uuid)

    def first_start(self) -> AbstractContextManager[str | None]:
        """Prepare what only the very first start needs; take it back when the block fails.

        Yields a token that was made for it, so that somebody can ask something at once; None if none was, and at
        every later start.
        """
        return nullcontext()

    def start(self) -> None:
        """Begin background work; most have none. Start-up does not wait for a remote server."""

    def close(self) -> None:
        """Stop background work, which may never have begun; most hold nothing."""


AnyAuthenticator = Authenticator[AuthenticatorSettings]
"""An authenticator, whatever its settings."""


def hash_token(token: str) -> str:
    """Answer the form in which a token may stand in a file: "sha256:" and 64 hexadecimal digits.

    Plain SHA-256 is enough for what is random and long: choose tokens with a generator, not as a password.
    """
    return HASH_PREFIX + hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def invalid_token(token: str, required_acl: str) -> Unauthorized:
    """Make the error for an unknown or expired token (contract section 1.4)."""
    return Unauthorized(
        "Unauthorized",
        {"invalid_token": token, "reason": "not_found_or_expired", "required_access": required_acl},
    )


def missing_permission(token: str, required_acl: str, tenant_uuid: str | None) -> Unauthorized:
    """Make the error for a missing right or a tenant out of reach (contract section 1.4)."""
    return Unauthorized(
        "Unauthorized",
        {
            "invalid_token": token,
            "reason": "missing_permission_or_invalid_tenant",
            "required_access": required_acl,
            "tenant_uuid": tenant_uuid,
        },
    )
