"""Verification of a request's token or session, once per request (contract sections 1.2 and 1.3)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Protocol

from flask import g, request

from xivo_dird.acl import fill_acl
from xivo_dird.authenticator import MISSING_PERMISSION, AnyAuthenticator, invalid_token, without_token
from xivo_dird.blocking import begin_work_for
from xivo_dird.caller import Caller
from xivo_dird.exceptions import MasterTenantUnknown, Unauthorized, UnknownTenant
from xivo_dird.http.query import ListQuery, RecursiveListQuery
from xivo_dird.http.session_cookie import verified_session
from xivo_dird.sessions.service import SessionService

TOKEN_HEADER = "HTTP_X_AUTH_TOKEN"  # noqa: S105 - a name
"""Key of the WSGI environment with the token that the client has sent."""

Authenticate = Callable[[str, str | None], Caller]
"""Returns the caller of a request if it has an ACL and access to a tenant; raises `Unauthorized` if not."""


class Access:
    """The caller of a request, its permissions and the tenants that it can see."""

    def __init__(
        self,
        authenticator: AnyAuthenticator,
        caller: Caller,
        verify: Callable[[str], Caller],
        *,
        has_credentials: bool = True,
    ) -> None:
        """Initialize with a verified caller.

        Args:
            authenticator: Queried on demand.
            caller: The caller.
            verify: Returns the caller if the request is allowed for an ACL, too; raises `Unauthorized` if not.
            has_credentials: Whether the caller is identified by credentials, not by its network alone.
        """
        self._authenticator = authenticator
        self._verify = verify
        self._has_credentials = has_credentials
        self.caller = caller

    @property
    def owner(self) -> str:
        """Return for whom the request is: what is limited per owner is limited per user, if the token has one."""
        return self.caller.user_uuid or self.caller.token_tenant_uuid or self.caller.tenant_uuid

    def has_permission(self, acl: str) -> bool:
        """Return whether the caller also has the permission `acl` in its scope tenant; False without credentials.

        Raises:
            AuthServerUnreachable: The authentication server does not answer.
        """
        return self._has_credentials and self.is_allowed(acl)

    def is_allowed(self, acl: str) -> bool:
        """Return whether the request would be allowed if it required `acl`; by its network alone, it always is.

        Raises:
            AuthServerUnreachable: The authentication server does not answer.
        """
        try:
            self._verify(acl)
        except Unauthorized:
            return False
        return True

    def visible_tenants(self) -> Sequence[str]:
        """Return the scope tenant and all tenants below it.

        Raises:
            Unauthorized: The caller may not list the tenants of its scope.
            AuthServerUnreachable: The authentication server does not answer.
        """
        try:
            return self._authenticator.visible_tenants(self.caller)
        except Unauthorized as error:
            raise error if TOKEN_HEADER in request.environ else without_token(error) from error

    def listed_tenants(self, query: ListQuery) -> Collection[str]:
        """Return the tenants that a list covers: the scope tenant, with `recurse` also all below it.

        Raises:
            AuthServerUnreachable: The authentication server does not answer.
        """
        recurse = isinstance(query, RecursiveListQuery) and query.recurse
        return self.visible_tenants() if recurse else [self.caller.tenant_uuid]

    def find_tenant(self, name: str) -> str:
        """Return the uuid of the visible tenant with this name.

        Raises:
            UnknownTenant: No visible tenant has this name.
            AuthServerUnreachable: The authentication server does not answer.
        """
        for tenant_uuid in self._authenticator.tenants_named(name, self.caller):
            return tenant_uuid
        raise UnknownTenant(name)


class Verifier(Protocol):
    """Decides whether the current request is allowed."""

    def verify(self, acl_pattern: str, path_arguments: Mapping[str, object]) -> Access:
        """Return the access of the caller of the current request; see `Identity.verify`."""


class RequestToken:
    """The token of the current request, for an operation that finds out which permissions it needs."""

    def __init__(self, verifier: Verifier) -> None:
        """Verify nothing yet."""
        self._verifier = verifier

    def verify(self, acl: str, **arguments: str) -> Access:
        """Return the access of the caller, who has a permission in the tenant of the request.

        Args:
            acl: The permission, with `{name}` for arguments.
            arguments: The texts to fill in.

        Raises:
            Unauthorized: The token is missing or invalid, or lacks the ACL or access to the requested tenant.
            AuthServerUnreachable: The authentication server does not answer.
            TooManyRequests: Many long requests of this caller wait.
            TooBusy: Too many requests wait.
        """
        access = self._verifier.verify(acl, arguments)
        begin_work_for(access.owner)
        return access

    def has_permission(self, acl: str) -> bool:
        """Return whether the caller has the permission `acl` in the tenant of the request.

        Raises:
            Unauthorized: The token is missing or invalid.
            AuthServerUnreachable: The authentication server does not answer.
        """
        try:
            self._verifier.verify(acl, {})
        except Unauthorized as error:
            if error.details.get("reason") != MISSING_PERMISSION:
                raise
            return False
        return True


class Identity:
    """Verifies tokens with the configured authenticator, and the sessions of people who have signed in."""

    def __init__(self, authenticator: AnyAuthenticator, sessions: SessionService | None = None) -> None:
        """Initialize with the configured authenticator; without `sessions`, only tokens count."""
        self.authenticator = authenticator
        self._sessions = sessions

    def verify(self, acl_pattern: str, path_arguments: Mapping[str, object]) -> Access:
        """Verify the token of the current request for an ACL, without one its session.

        Args:
            acl_pattern: The required ACL; `{name}` is replaced with the path argument of that name, with
                underscores instead of its dots.
            path_arguments: The arguments that the method gets, so that both have the same spelling of an id.

        Raises:
            Unauthorized: The token is missing or invalid, or lacks the ACL or access to the requested tenant.
            AuthServerUnreachable: The authentication server does not answer.
        """
        environ = request.environ  # faster than `request.headers`
        token: str = environ.get(TOKEN_HEADER, "")
        required_acl = fill_acl(acl_pattern, path_arguments)
        authenticate = partial(self.authenticator.authenticate, token) if token else self._session()
        if authenticate is None:
            raise invalid_token(token, required_acl)
        tenant: str | None = environ.get("HTTP_WAZO_TENANT") or None

        def verify(acl: str) -> Caller:
            return authenticate(acl, tenant)

        return Access(self.authenticator, verify(required_acl), verify)

    def require_master_tenant(self, caller: Caller) -> None:
        """Check that the token belongs to the master tenant (contract section 1.3); the tenant header is ignored.

        Raises:
            MasterTenantUnknown: The master tenant is not known yet.
            Unauthorized: The token belongs to another tenant.
        """
        master_tenant = self.authenticator.master_tenant()
        if master_tenant is None:
            raise MasterTenantUnknown("The master tenant is not known yet")
        if caller.token_tenant_uuid != master_tenant:
            raise Unauthorized("Unauthorized", {"invalid_token": request.environ.get(TOKEN_HEADER, "")})

    def _session(self) -> Authenticate | None:
        """Return the function that authenticates the session of the current request, None if it has none.

        It is read once per request, which may need many permissions.
        """
        if self._sessions is None:
            return None
        if "browser_session" not in g:
            g.browser_session = verified_session(self._sessions)
        return None if g.browser_session is None else partial(self._sessions.authenticate, g.browser_session)
