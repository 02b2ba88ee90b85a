"""Who asks. Made once per request by the authenticator; handed down to services and backends."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """The asker of one request.

    `tenant_uuid` is the scope tenant of the request (the `Wazo-Tenant` header, else the token's own),
    `token_tenant_uuid` the token's own. `user_uuid` is None for a token without a user.
    """

    token: str
    tenant_uuid: str
    user_uuid: str | None = None
    token_tenant_uuid: str | None = None

    def __repr__(self) -> str:
        """Leave the token out: callers end up in log lines."""
        return f"Caller(user_uuid={self.user_uuid!r}, tenant_uuid={self.tenant_uuid!r})"


@dataclass(frozen=True, slots=True)
class UserCaller:
    """The asker of a request that only makes sense for a user."""

    tenant_uuid: str
    user_uuid: str
