"""The authenticator `wazo_auth`: queries an authentication server over REST (contract sections 1.2 and 1.3)."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from typing import TypeVar

from xivo_dird.authenticator import (
    MISSING_PERMISSION,
    Authenticator,
    AuthServerUnreachable,
    Caller,
    SignedIn,
    TenantTree,
    Unauthorized,
    canonical_uuid,
    invalid_password,
    invalid_token,
    missing_permission,
    missing_user_permission,
)
from xivo_dird_authenticators._decision_cache import DecisionCache
from xivo_dird_authenticators._identifiers import (
    is_header_value,
    is_uuid,
    printable_excerpt,
)
from xivo_dird_authenticators.wazo_auth.auth_server import AuthServer, Metadata, RefusedByAuthServer
from xivo_dird_authenticators.wazo_auth.credentials import account_of, caller_of, can_be_token
from xivo_dird_authenticators.wazo_auth.password_tokens import PasswordTokens
from xivo_dird_authenticators.wazo_auth.service_token import ServiceToken
from xivo_dird_authenticators.wazo_auth.settings import Account, WazoAuthSettings, service_account

__all__ = ["WazoAuthAuthenticator", "WazoAuthSettings"]

logger = logging.getLogger(__name__)

LISTING_ACL = "auth.tenants.read"
USER_ACL = "auth.users.{uuid}.read"

TOKEN_REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
"""The statuses by which the server says that a token is unknown; others tell nothing about it."""

AnswerT = TypeVar("AnswerT")


class WazoAuthAuthenticator(Authenticator[WazoAuthSettings]):
    """Queries the server for each request; positive answers are cached for `auth.cache_ttl` seconds."""

    Settings = WazoAuthSettings

    def __init__(self, settings: WazoAuthSettings, tenants: TenantTree) -> None:
        """Read the files named in the settings; no request is sent yet.

        Raises:
            InvalidConfiguration: The key file or the CA bundle can't be used.
        """
        super().__init__(settings, tenants)
        account = service_account(settings)
        self._server = AuthServer(settings)
        self._granted: DecisionCache[bool] = DecisionCache(settings.cache_ttl)
        self._metadata: DecisionCache[Metadata] = DecisionCache(settings.cache_ttl)
        self._visible: DecisionCache[tuple[str, ...]] = DecisionCache(settings.cache_ttl)
        self._user_tenants: DecisionCache[str] = DecisionCache(settings.cache_ttl)
        self._password_tokens = PasswordTokens(self._server)
        self._service_token = ServiceToken(self._server, account) if account else None
        if self._service_token is None:
            logger.warning("No service account: set auth.key_file, or auth.username and auth.password")

    def start(self) -> None:
        """Start to request the service token in the background."""
        if self._service_token is not None:
            self._service_token.start()

    def authenticate(self, token: str, required_acl: str, tenant_uuid: str | None) -> Caller:
        """Check the permission at the server, then get the token's user and tenant."""
        if not can_be_token(token):
            raise invalid_token(printable_excerpt(token), required_acl)
        if tenant_uuid and not is_header_value(tenant_uuid):
            raise missing_permission(token, required_acl, printable_excerpt(tenant_uuid))
        self._check_permission(token, required_acl, tenant_uuid or None)
        metadata = self._metadata_of(token, required_acl)
        return caller_of(token, metadata, tenant_uuid, required_acl)

    def authenticate_password(
        self, username: str, password: str, required_acl: str, tenant_uuid: str | None
    ) -> Caller:
        """Request a token for the user, or use the one that is cached, and check its permission.

        Raises:
            Unauthorized: The server refuses user name and password, or the permission.
            AuthServerUnreachable: The server does not answer, or has another error.
        """
        name = printable_excerpt(username)
        account = account_of(username, password, required_acl)
        try:
            with self._requesting_token(account, required_acl):
                return self._authenticate_account(account, required_acl, tenant_uuid)
        except Unauthorized as error:  # it may name the token
            if error.details["reason"] != MISSING_PERMISSION:
                raise invalid_password(name, required_acl) from None
            requested = printable_excerpt(tenant_uuid) if tenant_uuid else None
            raise missing_user_permission(name, required_acl, requested) from None

    def identify(self, token: str) -> Caller:
        """Return the user of a token and the user's own tenant, which the server says.

        Raises:
            Unauthorized: The server does not know the token, or it has no tenant.
            AuthServerUnreachable: The server does not answer, or has another error.
        """
        if not can_be_token(token):
            raise invalid_token(printable_excerpt(token), "")
        try:
            metadata = self._known_metadata(token)
        except RefusedByAuthServer as error:
            if error.status not in TOKEN_REFUSALS:
                raise self._server.unreachable_error(f"{error} to a question for a token") from error
            raise invalid_token(token, "") from None
        return caller_of(token, metadata, None, "")

    @property
    def accepts_passwords(self) -> bool:
        """Return True: the server knows users with passwords."""
        return True

    def sign_in(self, username: str, password: str, seconds: int) -> SignedIn:
        """Request a token of its own for a session, which ends with it.

        Raises:
            Unauthorized: The server refuses user name and password.
            AuthServerUnreachable: The server does not answer, or has another error.
        """
        account = account_of(username, password, "")
        with self._requesting_token(account, ""):
            issued = self._server.new_token(account, seconds)
        if not can_be_token(issued.token):
            raise self._server.unreachable_error("answered 200 with a body of unknown form")
        caller = caller_of(issued.token, issued.metadata, None, "")
        return SignedIn(issued.token, caller.user_uuid, caller.token_tenant_uuid)

    def sign_out(self, credentials: str) -> None:
        """Revoke the token of a session; if that fails, it remains valid until the session would have ended."""
        try:
            self._server.revoke_token(credentials)
        except AuthServerUnreachable as error:
            logger.warning("The token of a session that has ended is still valid: %s", error)

    def tenant_of_user(self, user_uuid: str) -> str | None:
        """Return the tenant of a user, which is requested with the service token.

        Raises:
            AuthServerUnreachable: There is no service token, it may not read users, or the server does not answer.
        """
        user = canonical_uuid(user_uuid)
        if not is_uuid(user):
            return None
        cached = self._user_tenants.get(user)
        if cached is not None:
            return cached
        try:
            tenant = canonical_uuid(self._ask(partial(self._server.user_tenant, user_uuid=user)))
        except RefusedByAuthServer as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            reason = f"{error} to a question for a user"
            if error.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
                reason += f": the service account needs the right {USER_ACL}"
            raise self._server.unreachable_error(reason) from error
        self._user_tenants.put(tenant, user)
        return tenant

    def visible_tenants(self, caller: Caller) -> Sequence[str]:
        """Return the tenants that the server lists for the caller's token (contract section 1.3).

        A caller without permission to list tenants sees only the token's own tenant.

        Raises:
            Unauthorized: The caller may not list tenants, and its scope is not the token's own tenant.
            AuthServerUnreachable: The server does not answer, or has another error.
        """
        cached = self._visible.get(caller.token, caller.tenant_uuid)
        if cached is not None:
            return cached
        visible = self._fetch_visible_tenants(caller)
        self._visible.put(visible, caller.token, caller.tenant_uuid)
        return visible

    def tenants_named(self, name: str, caller: Caller) -> Sequence[str]:
        """Return the tenants with this name that are visible from the caller's scope (contract section 2.4).

        They are requested with the service token.

        Raises:
            AuthServerUnreachable: There is no service token, or the server does not list the tenants.
        """
        try:
            return self._ask(partial(self._server.tenants, scope=caller.tenant_uuid, name=name))
        except RefusedByAuthServer as error:
            raise self._server.unreachable_error(f"{error} to a question for tenants") from error

    def master_tenant(self) -> str | None:
        """Return the configured master tenant, otherwise the tenant of the first service token."""
        if self.settings.master_tenant_uuid is not None:
            return self.settings.master_tenant_uuid
        return self._service_token.master_tenant() if self._service_token else None

    def close(self) -> None:
        """Stop the background renewal and close the connections."""
        if self._service_token is not None:
            self._service_token.stop()
        self._server.close()

    def _ask(self, question: Callable[[str], AnswerT]) -> AnswerT:
        """Return the answer to a question that is asked with the service token, the argument of `question`.

        Raises:
            RefusedByAuthServer: The server refuses the question also with a new token.
            AuthServerUnreachable: There is no service token, or the server does not answer.
        """
        if self._service_token is None:
            raise self._server.unreachable_error("no service account is configured to ask it with")
        token = self._service_token.current()
        try:
            return question(token)
        except RefusedByAuthServer as error:
            if error.status != HTTPStatus.UNAUTHORIZED:
                raise
        # The server may lose tokens before they expire, for example in a restart.
        return question(self._service_token.renew(refused=token))

    @contextmanager
    def _requesting_token(self, account: Account, required_acl: str) -> Iterator[None]:
        """Turn a refusal of a request for a token into the error of the caller."""
        try:
            yield
        except RefusedByAuthServer as error:
            if error.status != HTTPStatus.UNAUTHORIZED:
                raise self._server.unreachable_error(f"{error} to a request for a token") from error
            raise invalid_password(printable_excerpt(account.username), required_acl) from None

    def _authenticate_account(self, account: Account, required_acl: str, tenant_uuid: str | None) -> Caller:
        token = self._password_tokens.get(account)
        try:
            return self.authenticate(token, required_acl, tenant_uuid)
        except Unauthorized as error:
            if error.details["reason"] == MISSING_PERMISSION:
                raise
        token = self._password_tokens.get(account, refused=token)
        return self.authenticate(token, required_acl, tenant_uuid)

    def _check_permission(self, token: str, required_acl: str, tenant_uuid: str | None) -> None:
        if self._granted.get(token, tenant_uuid, required_acl):
            return
        status = self._server.check_token(token, required_acl, tenant_uuid)
        if status == HTTPStatus.NOT_FOUND:
            raise invalid_token(token, required_acl)
        if status == HTTPStatus.FORBIDDEN:
            raise missing_permission(token, required_acl, tenant_uuid)
        if status != HTTPStatus.NO_CONTENT:
            raise self._server.unreachable_error(f"answered {status} to a token check")
        self._granted.put(True, token, tenant_uuid, required_acl)

    def _metadata_of(self, token: str, required_acl: str) -> Metadata:
        try:
            return self._known_metadata(token)
        except RefusedByAuthServer as error:
            raise invalid_token(token, required_acl) from error

    def _known_metadata(self, token: str) -> Metadata:
        metadata = self._metadata.get(token)
        if metadata is None:
            metadata = self._server.token_metadata(token)
            self._metadata.put(metadata, token)
        return metadata

    def _fetch_visible_tenants(self, caller: Caller) -> tuple[str, ...]:
        scope = caller.tenant_uuid
        try:
            tenants = self._server.tenants(caller.token, scope)
        except RefusedByAuthServer as error:
            if error.status != HTTPStatus.UNAUTHORIZED:
                raise self._server.unreachable_error(f"{error} to a question for tenants") from error
            if scope != caller.token_tenant_uuid:
                raise missing_permission(caller.token, LISTING_ACL, scope) from error
            return (scope,)
        return tuple(dict.fromkeys((scope, *map(canonical_uuid, tenants))))
