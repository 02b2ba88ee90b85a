"""The authenticator `static`: tokens from the configuration or a token file."""

import hmac
import logging
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from xivo_dird.authenticator import (
    HASH_PREFIX,
    Authenticator,
    Caller,
    InvalidConfiguration,
    TenantTree,
    hash_token,
    invalid_password,
    invalid_token,
    missing_permission,
)
from xivo_dird_authenticators._decision_cache import DecisionCache
from xivo_dird_authenticators._identifiers import canonical_uuid, is_header_value, printable_excerpt
from xivo_dird_authenticators._secret_file import FileVersion, file_version
from xivo_dird_authenticators.static.acl import AccessList
from xivo_dird_authenticators.static.first_token import write_first_token
from xivo_dird_authenticators.static.settings import (
    FileToken,
    StaticSettings,
    StaticToken,
    read_token_file,
)

__all__ = ["StaticAuthenticator", "StaticSettings", "StaticToken", "hash_token"]

logger = logging.getLogger(__name__)

CHECK_INTERVAL_SECONDS = 1.0
"""Seconds between two checks of the token file for changes."""


@dataclass(frozen=True, slots=True)
class _TokenRecord:
    digest: bytes
    user_uuid: str | None
    tenant_uuid: str
    access: AccessList


class _TokenTable:
    """All tokens, and the cached decisions about them; replaced as a whole when the token file changes."""

    def __init__(self, tokens: Iterable[StaticToken | FileToken]) -> None:
        self._tokens = tuple(_token_record(token) for token in tokens)
        self.grants: DecisionCache[Caller] = DecisionCache(ttl=math.inf)

    def find(self, token: str) -> _TokenRecord | None:
        """Return the record of a token; all records are compared, so the duration reveals nothing."""
        digest = _digest(hash_token(token))
        found = None
        for record in self._tokens:
            if hmac.compare_digest(record.digest, digest):
                found = record
        return found


class StaticAuthenticator(Authenticator[StaticSettings]):
    """Checks tokens against hashes; a token reaches its own tenant and the tenants below it."""

    Settings = StaticSettings

    def __init__(
        self, settings: StaticSettings, tenants: TenantTree, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Read the token file; until `first_start` creates a missing one, only the configured tokens are valid.

        Args:
            settings: The section `auth` of the configuration.
            tenants: The declared tenants.
            clock: Returns the time in seconds.

        Raises:
            InvalidConfiguration: The token file can't be used.
        """
        super().__init__(settings, _canonical_tenants(tenants))
        self._clock = clock
        self._descendants: dict[str, tuple[str, ...]] = {}
        self._next_check_at = clock() + CHECK_INTERVAL_SECONDS
        self._last_version = self._current_version()
        self._table = _TokenTable(settings.tokens) if self._is_first_start() else self._load_tokens()

    def authenticate(self, token: str, required_acl: str, tenant_uuid: str | None) -> Caller:
        """Check the token's hash, its access list and the tenant tree; the decision is cached."""
        if not is_header_value(token):
            raise invalid_token(printable_excerpt(token), required_acl)
        table = self._current_table()
        cached = table.grants.get(token, tenant_uuid, required_acl)
        if cached is not None:
            return cached
        caller = self._decide(table.find(token), token, required_acl, tenant_uuid or None)
        table.grants.put(caller, token, tenant_uuid, required_acl)
        return caller

    def authenticate_password(
        self, username: str, password: str, required_acl: str, tenant_uuid: str | None
    ) -> Caller:
        """Refuse every password."""
        raise invalid_password(username, f"{required_acl}{password[:0]}{tenant_uuid or ''}")

    def tenant_of_user(self, user_uuid: str) -> str | None:
        """Know no user."""
        return user_uuid if user_uuid is None else None

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
            self._table = self._load_tokens()
            yield token
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def _is_first_start(self) -> bool:
        return self.settings.token_file is not None and not self.settings.token_file.exists()

    def _decide(
        self, record: _TokenRecord | None, token: str, required_acl: str, tenant_uuid: str | None
    ) -> Caller:
        if record is None:
            raise invalid_token(token, required_acl)
        scope = canonical_uuid(tenant_uuid) if tenant_uuid else record.tenant_uuid
        if not record.access.allows(required_acl) or scope not in self._descendants_of(record.tenant_uuid):
            requested = printable_excerpt(tenant_uuid) if tenant_uuid else None
            raise missing_permission(token, required_acl, requested)
        return Caller(
            token=token,
            tenant_uuid=scope,
            user_uuid=record.user_uuid,
            token_tenant_uuid=record.tenant_uuid,
        )

    def _descendants_of(self, tenant_uuid: str) -> tuple[str, ...]:
        """Return a tenant and all tenants below it; cached, as the tree never changes.

        Only called for tenants of tokens and tenants that they can reach, so the cache is bounded.
        """
        if tenant_uuid not in self._descendants:
            self._descendants[tenant_uuid] = self.tenants.descendants(tenant_uuid)
        return self._descendants[tenant_uuid]

    def _current_table(self) -> _TokenTable:
        """Return the tokens, reloaded if the file has changed; if it is invalid, the last valid ones remain."""
        now = self._clock()
        if self.settings.token_file is None or now < self._next_check_at:
            return self._table
        self._next_check_at = now + CHECK_INTERVAL_SECONDS
        version = self._current_version()
        if version == self._last_version:
            return self._table
        self._last_version = version
        try:
            self._table = self._load_tokens()
        except InvalidConfiguration as error:
            logger.error("Token file not reloaded; the last valid tokens remain in use: %s", error)  # noqa: TRY400
        return self._table

    def _current_version(self) -> FileVersion | None:
        return file_version(self.settings.token_file) if self.settings.token_file else None

    def _load_tokens(self) -> _TokenTable:
        from_file = read_token_file(self.settings.token_file) if self.settings.token_file else ()
        return _TokenTable((*self.settings.tokens, *from_file))


def _token_record(token: StaticToken | FileToken) -> _TokenRecord:
    return _TokenRecord(
        digest=_digest(token.token_hash()),
        user_uuid=token.user_uuid,
        tenant_uuid=token.tenant_uuid,
        access=AccessList(token.acl),
    )


def _digest(token_hash: str) -> bytes:
    return bytes.fromhex(token_hash.removeprefix(HASH_PREFIX))


def _canonical_tenants(tenants: TenantTree) -> TenantTree:
    return TenantTree(
        {
            canonical_uuid(uuid): canonical_uuid(parent) if parent else None
            for uuid, parent in tenants.parents.items()
        },
        {canonical_uuid(uuid): name for uuid, name in tenants.names.items()},
    )
