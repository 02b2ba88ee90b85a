"""The caller of a request, created once per request by the authenticator and passed to services and backends."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of one request.

    Attributes:
        token: The authentication token; empty for a caller without one, whom a password or a network identifies.
        tenant_uuid: The tenant of the request: the `Wazo-Tenant` header, or else the token's own tenant.
        user_uuid: The user of the token, or the one that the request names; None for a token without a user.
        token_tenant_uuid: The token's own tenant.
        is_other_user: True if the request names the user, and the token is not theirs. Their stored contacts may
            only be read if their tenant is the tenant of the request or below it.
    """

    token: str
    tenant_uuid: str
    user_uuid: str | None = None
    token_tenant_uuid: str | None = None
    is_other_user: bool = False

    def for_user(self, user_uuid: str) -> Self:
        """Return the caller of a request that names a user, any text, for whom it is answered."""
        return self if user_uuid == self.user_uuid else replace(self, user_uuid=user_uuid, is_other_user=True)

    def __repr__(self) -> str:
        """Return a text without the token, because callers appear in log lines."""
        return f"Caller(user_uuid={self.user_uuid!r}, tenant_uuid={self.tenant_uuid!r})"


@dataclass(frozen=True, slots=True)
class UserCaller:
    """The caller of a request that requires a token with a user.

    Attributes:
        tenant_uuid: The tenant of the request.
        user_uuid: The user of the token.
        token_tenant_uuid: The token's own tenant, which is that of the user.
    """

    tenant_uuid: str
    user_uuid: str
    token_tenant_uuid: str
