"""The authenticator `static`: tokens, and users with passwords, from the configuration or from files."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from typing_extensions import override

from xivo_dird.authenticator import (
    Authenticator,
    Caller,
    InvalidConfiguration,
    SignedIn,
    TenantTree,
    canonical_uuid,
    hash_token,
    invalid_password,
    invalid_token,
    missing_permission,
    missing_user_permission,
)
from xivo_dird_authenticators._identifiers import is_header_value, printable_excerpt
from xivo_dird_authenticators.static.first_token import write_first_token
from xivo_dird_authenticators.static.password_checks import PasswordChecks
from xivo_dird_authenticators.static.reloaded import ReloadedTable
from xivo_dird_authenticators.static.settings import (
    StaticSettings,
    StaticToken,
    read_token_file,
    read_user_file,
)
from xivo_dird_authenticators.static.tables import RightsRecord, TokenTable, UserTable

__all__ = ["StaticAuthenticator", "StaticSettings", "StaticToken", "hash_token"]


class StaticAuthenticator(Authenticator[StaticSettings]):
    """Checks tokens and passwords against hashes; both reach their own tenant and the tenants below it."""

    Settings = StaticSettings

    def __init__(
        self,
        settings: StaticSettings,
        tenants: TenantTree,
        clock: Callable[[], float] = time.monotonic,
        password_checks: PasswordChecks | None = None,
    ) -> None:
        """Read the files; until `first_start` creates a missing one, only the configured tokens are valid.

        Args:
            settings: The section `auth` of the configuration.
            tenants: The declared tenants.
            clock: Returns the time in seconds.
            password_checks: Limits the checks of passwords.

        Raises:
            InvalidConfiguration: A file can't be used.
        """
        super().__init__(settings, _canonical_tenants(tenants))
        self._descendants: dict[str, tuple[str, ...]] = {}
        self._password_checks = password_checks or PasswordChecks()
        configured = (lambda: TokenTable(settings.tokens)) if self._is_first_start() else None
        self._tokens = ReloadedTable(settings.token_file, self._load_tokens, configured, clock)
        self._users = ReloadedTable(settings.user_file, self._load_users, clock=clock)

    def authenticate(self, token: str, required_acl: str, tenant_uuid: str | None) -> Caller:
        """Check the token's hash, its access list and the tenant tree; the decision is cached."""
        if not is_header_value(token):
            raise invalid_token(printable_excerpt(token), required_acl)
        table = self._tokens.current()
        cached = table.grants.get(token, tenant_uuid, required_acl)
        if cached is not None:
            return cached
        caller = self._decide(table.find(token), token, required_acl, tenant_uuid or None)
        table.grants.put(caller, token, tenant_uuid, required_acl)
        return caller

    def authenticate_password(
        self, username: str, password: str, required_acl: str, tenant_uuid: str | None
    ) -> Caller:
        """Check the password, the user's access list and the tenant tree; a right password is cached.

        Raises:
            Unauthorized: The user is unknown, the password is wrong, or access is not allowed.
            TooBusy: Too many passwords are checked at once.
        """
        record = self._users.current().find(username, password, self._password_checks)
        return self._decide_for_user(record, username, required_acl, tenant_uuid)

    def identify(self, token: str) -> Caller:
        """Return the caller of a token in its own tenant."""
        record = self._tokens.current().find(token) if is_header_value(token) else None
        if record is None:
            raise invalid_token(printable_excerpt(token), "")
        return _caller(token, record.tenant_uuid, record)

    @property
    def accepts_passwords(self) -> bool:
        """Return whether there are users with a password."""
        return not self._users.current().is_empty

    @override
    def sign_in(self, username: str, password: str, seconds: int) -> SignedIn:
        """Check the password; a session ends early if the password is changed or the user is removed.

        Raises:
            Unauthorized: The user is unknown, or the password is wrong.
            TooBusy: Too many passwords are checked at once.
        """
        users = self._users.current()
        record = users.find(username, password, self._password_checks)
        if record is None:
            raise invalid_password(printable_excerpt(username), "")
        return SignedIn(users.session_credentials(username), record.user_uuid, record.tenant_uuid)

    def authenticate_signed_in(self, credentials: str, required_acl: str, tenant_uuid: str | None) -> Caller:
        """Check that the user has the same password as at the sign-in, the access list and the tenant tree."""
        username, record = self._users.current().find_signed_in(credentials)
        return self._decide_for_user(record, username, required_acl, tenant_uuid)

    def tenant_of_user(self, user_uuid: str) -> str | None:
        """Return the tenant of all tokens and entries of a user, None if there is none or they disagree."""
        user = canonical_uuid(user_uuid)
        tenants = self._tokens.current().tenants_of(user) | self._users.current().tenants_of(user)
        return next(iter(tenants)) if len(tenants) == 1 else None

    def visible_tenants(self, caller: Caller) -> Sequence[str]:
        """Return the scope tenant and all declared tenants below it."""
        return self._descendants_of(caller.tenant_uuid)

    def master_tenant(self) -> str | None:
        """Return the configured master tenant, otherwise the only declared tenant without a parent."""
        if self.settings.master_tenant_uuid is not None:
            return self.settings.master_tenant_uuid
        roots = [tenant for tenant, parent in self.tenants.parents.items() if parent is None]
        return roots[0] if len(roots) == 1 else None

    @contextmanager
    def first_start(self) -> Iterator[str | None]:
        """Create a missing token file, with a token that has all rights in the first declared tenant.

        The file is removed if the block fails.

        Yields:
            The token, None if the token file exists or none is configured.

        Raises:
            InvalidConfiguration: No tenant is declared, or the file can't be written.
        """
        path = self.settings.token_file
        if path is None or not self._is_first_start():
            yield None
            return
        tenant_uuid = next(iter(self.tenants.parents), None)
        if tenant_uuid is None:
            raise InvalidConfiguration("provisioning.tenants: the first token needs a tenant; declare one")
        token = write_first_token(path, tenant_uuid)
        try:
            self._tokens.reload()
            yield token
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def _is_first_start(self) -> bool:
        return self.settings.token_file is not None and not self.settings.token_file.exists()

    def _decide(
        self, record: RightsRecord | None, token: str, required_acl: str, tenant_uuid: str | None
    ) -> Caller:
        if record is None:
            raise invalid_token(token, required_acl)
        scope = self._scope(record, required_acl, tenant_uuid)
        if scope is None:
            requested = printable_excerpt(tenant_uuid) if tenant_uuid else None
            raise missing_permission(token, required_acl, requested)
        return _caller(token, scope, record)

    def _decide_for_user(
        self, record: RightsRecord | None, username: str, required_acl: str, tenant_uuid: str | None
    ) -> Caller:
        if record is None:
            raise invalid_password(printable_excerpt(username), required_acl)
        scope = self._scope(record, required_acl, tenant_uuid)
        if scope is None:
            requested = printable_excerpt(tenant_uuid) if tenant_uuid else None
            raise missing_user_permission(printable_excerpt(username), required_acl, requested)
        return _caller("", scope, record)

    def _scope(self, record: RightsRecord, required_acl: str, tenant_uuid: str | None) -> str | None:
        """Return the tenant of a request, by default that of the record; None if access is not allowed."""
        scope = canonical_uuid(tenant_uuid) if tenant_uuid else record.tenant_uuid
        is_allowed = record.access.allows(required_acl) and scope in self._descendants_of(record.tenant_uuid)
        return scope if is_allowed else None

    def _descendants_of(self, tenant_uuid: str) -> tuple[str, ...]:
        """Return a tenant and all tenants below it; cached, as the tree never changes.

        Only called for tenants of records and tenants that they can reach, so the cache is bounded.
        """
        if tenant_uuid not in self._descendants:
            self._descendants[tenant_uuid] = self.tenants.descendants(tenant_uuid)
        return self._descendants[tenant_uuid]

    def _load_tokens(self) -> TokenTable:
        from_file = read_token_file(self.settings.token_file) if self.settings.token_file else ()
        return TokenTable((*self.settings.tokens, *from_file))

    def _load_users(self) -> UserTable:
        path, configured = self.settings.user_file, self.settings.users
        return UserTable((*configured, *(read_user_file(path, configured) if path else ())))


def _caller(token: str, scope: str, record: RightsRecord) -> Caller:
    return Caller(
        token=token,
        tenant_uuid=scope,
        user_uuid=record.user_uuid,
        token_tenant_uuid=record.tenant_uuid,
    )


def _canonical_tenants(tenants: TenantTree) -> TenantTree:
    return TenantTree(
        {
            canonical_uuid(uuid): canonical_uuid(parent) if parent else None
            for uuid, parent in tenants.parents.items()
        },
        {canonical_uuid(uuid): name for uuid, name in tenants.names.items()},
    )
