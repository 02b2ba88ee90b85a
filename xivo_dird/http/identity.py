"""From a request's token to its `Caller` (contract sections 1.2 and 1.3), once per request."""

import re
from collections.abc import Sequence

from flask import current_app, g, request

from xivo_dird.authenticator import Authenticator, AuthenticatorSettings, invalid_token
from xivo_dird.caller import Caller
from xivo_dird.exceptions import MasterTenantUnknown, Unauthorized, UnknownTenant

IDENTITY = "xivo_dird.identity"
"""Where the application keeps its `Identity`."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Identity:
    """Verifies tokens with the authenticator that the configuration chose."""

    def __init__(self, authenticator: Authenticator[AuthenticatorSettings]) -> None:
        """Ask `authenticator`."""
        self._authenticator = authenticator

    def verify(self, acl_pattern: str) -> Caller:
        """Make the caller of the present request, or raise `Unauthorized` or `AuthServerUnreachable`.

        `{name}` in the pattern stands for the path segment of that name, its dots turned to underscores.
        """
        headers = request.headers
        token = headers.get("X-Auth-Token", "")
        required = _PLACEHOLDER.sub(_path_value, acl_pattern)
        if not token:
            raise invalid_token(token, required)
        tenant = headers.get("Wazo-Tenant") or None
        caller = self._authenticator.authenticate(token, required, tenant)
        g.caller = caller
        return caller

    def tenants_named(self, name: str, caller: Caller) -> Sequence[str]:
        """List the tenants in the caller's scope and below it that have this name."""
        return self._authenticator.tenants_named(name, caller)

    def may(self, caller: Caller, acl: str) -> bool:
        """Tell whether the caller holds a further right in the scope of the request. Raises `AuthServerUnreachable`."""
        try:
            self._authenticator.authenticate(caller.token, acl, caller.tenant_uuid)
        except Unauthorized:
            return False
        return True

    def require_master_tenant(self, caller: Caller) -> None:
        """Let only tokens of the master tenant pass (contract section 1.3); the header plays no role.

        Raises `MasterTenantUnknown` or `Unauthorized`.
        """
        master_tenant = self._authenticator.master_tenant()
        if master_tenant is None:
            raise MasterTenantUnknown("The master tenant is not known yet")
        if caller.token_tenant_uuid != master_tenant:
            raise Unauthorized("Unauthorized", {"invalid_token": caller.token})

    def visible_tenants(self, caller: Caller) -> Sequence[str]:
        """List the caller's scope tenant and all below it. Raises `AuthServerUnreachable`."""
        return self._authenticator.visible_tenants(caller)


def _path_value(match: re.Match[str]) -> str:
    values = request.view_args or {}
    return str(values[match[1]]).replace(".", "_")


def current_caller() -> Caller:
    """Answer the caller of the present request; only where an ACL was required."""
    caller = g.caller
    if not isinstance(caller, Caller):
        raise TypeError("no caller was verified for this request")
    return caller


def caller_may(acl: str) -> bool:
    """Tell whether the caller of the present request holds a further right."""
    identity: Identity = current_app.extensions[IDENTITY]
    return identity.may(current_caller(), acl)


def visible_tenants() -> Sequence[str]:
    """List the scope tenant of the present request and all below it. Raises `AuthServerUnreachable`."""
    identity: Identity = current_app.extensions[IDENTITY]
    return identity.visible_tenants(current_caller())


def tenant_named(name: str) -> str:
    """Find the tenant of this name in the scope of the present request and below it. Raises `UnknownTenant`."""
    identity: Identity = current_app.extensions[IDENTITY]
    for tenant_uuid in identity.tenants_named(name, current_caller()):
        return tenant_uuid
    raise UnknownTenant(name)


def current_user() -> str:
    """Answer the user of a request that only makes sense for one. Raises `Unauthorized` without any."""
    user_uuid = current_caller().user_uuid
    if not user_uuid:
        raise Unauthorized("The token has no user")
    return user_uuid
