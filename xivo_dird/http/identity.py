"""From a request's token to its `Caller` (contract sections 1.2 and 1.3), once per request."""

import re
from collections.abc import Collection, Sequence

from flask import request

from xivo_dird.authenticator import AnyAuthenticator, invalid_token
from xivo_dird.caller import Caller
from xivo_dird.exceptions import MasterTenantUnknown, Unauthorized, UnknownTenant
from xivo_dird.http.query import ListQuery, RecursiveListQuery

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Access:
    """The caller of a request, and what the authenticator knows about the caller's reach."""

    def __init__(self, authenticator: AnyAuthenticator, caller: Caller) -> None:
        """Ask `authenticator` about `caller`, when it is needed."""
        self._authenticator = authenticator
        self.caller = caller

    def may(self, acl: str) -> bool:
        """Return whether the caller holds a further right in its scope tenant. Raises `AuthServerUnreachable`."""
        try:
            self._authenticator.authenticate(self.caller.token, acl, self.caller.tenant_uuid)
        except Unauthorized:
            return False
        return True

    def visible_tenants(self) -> Sequence[str]:
        """Return the scope tenant and all below it. Raises `AuthServerUnreachable`."""
        return self._authenticator.visible_tenants(self.caller)

    def listed_tenants(self, query: ListQuery) -> Collection[str]:
        """Return the tenants that a list is about: the scope tenant, with `recurse` also all below it."""
        recurse = isinstance(query, RecursiveListQuery) and query.recurse
        return self.visible_tenants() if recurse else [self.caller.tenant_uuid]

    def tenant_named(self, name: str) -> str:
        """Return the tenant of this name among the visible ones. Raises `UnknownTenant`."""
        for tenant_uuid in self._authenticator.tenants_named(name, self.caller):
            return tenant_uuid
        raise UnknownTenant(name)


class Identity:
    """Verifies tokens with the authenticator that the configuration chose."""

    def __init__(self, authenticator: AnyAuthenticator) -> None:
        """Ask `authenticator`."""
        self._authenticator = authenticator

    def verify(self, acl_pattern: str) -> Access:
        """Return the access of the present request, or raise `Unauthorized` or `AuthServerUnreachable`.

        `{name}` in the pattern stands for the path segment of that name, its dots turned to underscores.
        """
        headers = request.headers
        token = headers.get("X-Auth-Token", "")
        required = _PLACEHOLDER.sub(_path_value, acl_pattern)
        if not token:
            raise invalid_token(token, required)
        tenant = headers.get("Wazo-Tenant") or None
        return Access(self._authenticator, self._authenticator.authenticate(token, required, tenant))

    def require_master_tenant(self, caller: Caller) -> None:
        """Let only tokens of the master tenant pass (contract section 1.3); the header plays no role.

        Raises `MasterTenantUnknown` or `Unauthorized`.
        """
        master_tenant = self._authenticator.master_tenant()
        if master_tenant is None:
            raise MasterTenantUnknown("The master tenant is not known yet")
        if caller.token_tenant_uuid != master_tenant:
            raise Unauthorized("Unauthorized", {"invalid_token": caller.token})


def _path_value(match: re.Match[str]) -> str:
    values = request.view_args or {}
    return str(values[match[1]]).replace(".", "_")
