"""The caller of a request, created once per request by the authenticator and passed to services and backends."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of one request.

    Attributes:
        token: The authentication token.
        tenant_uuid: The tenant of the request: the `Wazo-Tenant` header, or else the token's own tenant.
        user_uuid: The user of the token; None for a token without a user.
        token_tenant_uuid: The token's own tenant.
    """

    token: str
    tenant_uuid: str
    user_uuid: str | None = None
    token_tenant_uuid: str | None = None

    def __repr__(self) -> str:
        """Return a text without the token, because callers appear in log lines."""
        return f"Caller(user_uuid={self.user_uuid!r}, tenant_uuid={self.tenant_uuid!r})"


@dataclass(frozen=True, slots=True)
class UserCaller:
    """The caller of a request that requires a token with a user."""

    tenant_uuid: str
    user_uuid: str
