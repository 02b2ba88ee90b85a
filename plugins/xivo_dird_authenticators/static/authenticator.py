"""The authenticator `static`: tokens that the administrator wrote into the configuration or a token file."""

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
    invalid_token,
    missing_permission,
)
from xivo_dird_authenticators._decision_cache import DecisionCache
from xivo_dird_authenticators._identifiers import canonical_uuid, is_header_text, shown
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

LOOK_INTERVAL = 1.0
"""Seconds between two looks at the token file."""


@dataclass(frozen=True, slots=True)
class _KnownToken:
    digest: bytes
    user_uuid: str | None
    tenant_uuid: str
    access: AccessList


class _TokenBook:
    """All known tokens, with the decisions made from them; replaced whole when the token file changes."""

    def __init__(self, tokens: Iterable[StaticToken | FileToken]) -> None:
        self._tokens = tuple(_known(token) for token in tokens)
        self.grants: DecisionCache[Caller] = DecisionCache(ttl=math.inf)

    def find(self, token: str) -> _KnownToken | None:
        """Compare with every known token, so that the time tells nothing about which one is near."""
        digest = _digest(hash_token(token))
        found = None
        for known in self._tokens:
            if hmac.compare_digest(known.digest, digest):
                found = known
        return found


class StaticAuthenticator(Authenticator[StaticSettings]):
    """Checks tokens against hashes; a token reaches its own tenant and the tenants below it."""

    Settings = StaticSettings

    def __init__(
        self, settings: StaticSettings, tenants: TenantTree, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Read the token file; raise `InvalidConfiguration` when it can't be used.

        One that does not exist holds no tokens: the first start makes it.
        """
        super().__init__(settings, _canonical(tenants))
        self._clock = clock
        self._descendants: dict[str, tuple[str, ...]] = {}
        self._next_look = clock() + LOOK_INTERVAL
        self._seen_version = self._version_on_disk()
        self._book = _TokenBook(settings.tokens) if self._is_first_start() else self._read_book()

    def authenticate(self, token: str, required_acl: str, tenant_uuid: str | None) -> Caller:
        """Check the token's hash, its access list and the tenant tree; answers are kept."""
        if not is_header_text(token):
            raise invalid_token(shown(token), required_acl)
        book = self._current_book()
        granted = book.grants.get(token, tenant_uuid, required_acl)
        if granted is not None:
            return granted
        caller = self._decide(book.find(token), token, required_acl, tenant_uuid or None)
        book.grants.put(caller, token, tenant_uuid, required_acl)
        return caller

    def visible_tenants(self, caller: Caller) -> Sequence[str]:
        """List the scope tenant and, from the declared tenants, all that are below it."""
        return self._below(caller.tenant_uuid)

    def master_tenant(self) -> str | None:
        """Answer the configured one, else the only declared tenant that has no parent."""
        if self.settings.master_tenant_uuid is not None:
            return self.settings.master_tenant_uuid
        roots = [tenant for tenant, parent in self.tenants.parents.items() if parent is None]
        return roots[0] if len(roots) == 1 else None

    @contextmanager
    def first_start(self) -> Iterator[str | None]:
        """Write a token with all rights in the first tenant into a token file that does not exist yet."""
        path = self.settings.token_file
        if path is None or not self._is_first_start():
            yield None
            return
        tenant_uuid = next(iter(self.tenants.parents), None)
        if tenant_uuid is None:
            raise InvalidConfiguration("provisioning.tenants: the first token needs a tenant; declare one")
        token = write_first_token(path, tenant_uuid)
        try:
            self._book = self._read_book()
            yield token
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def _is_first_start(self) -> bool:
        return self.settings.token_file is not None and not self.settings.token_file.exists()

    def _decide(
        self, known: _KnownToken | None, token: str, required_acl: str, tenant_uuid: str | None
    ) -> Caller:
        if known is None:
            raise invalid_token(token, required_acl)
        scope = canonical_uuid(tenant_uuid) if tenant_uuid else known.tenant_uuid
        if not known.access.allows(required_acl) or scope not in self._below(known.tenant_uuid):
            raise missing_permission(token, required_acl, shown(tenant_uuid) if tenant_uuid else None)
        return Caller(
            token=token,
            tenant_uuid=scope,
            user_uuid=known.user_uuid,
            token_tenant_uuid=known.tenant_uuid,
        )

    def _below(self, tenant_uuid: str) -> tuple[str, ...]:
        """Walk the tree once per tenant: it never changes. Asked for reachable tenants only, so bounded."""
        if tenant_uuid not in self._descendants:
            self._descendants[tenant_uuid] = self.tenants.descendants(tenant_uuid)
        return self._descendants[tenant_uuid]

    def _current_book(self) -> _TokenBook:
        """Read the token file again when it changed; a broken one leaves the last good tokens in force."""
        now = self._clock()
        if self.settings.token_file is None or now < self._next_look:
            return self._book
        self._next_look = now + LOOK_INTERVAL
        version = self._version_on_disk()
        if version == self._seen_version:
            return self._book
        self._seen_version = version
        try:
            self._book = self._read_book()
        except InvalidConfiguration as error:
            logger.error("Token file not reloaded, its last good tokens stay in force: %s", error)  # noqa: TRY400
        return self._book

    def _version_on_disk(self) -> FileVersion | None:
        return file_version(self.settings.token_file) if self.settings.token_file else None

    def _read_book(self) -> _TokenBook:
        from_file = read_token_file(self.settings.token_file) if self.settings.token_file else ()
        return _TokenBook((*self.settings.tokens, *from_file))


def _known(token: StaticToken | FileToken) -> _KnownToken:
    return _KnownToken(
        digest=_digest(token.hashed()),
        user_uuid=token.user_uuid,
        tenant_uuid=token.tenant_uuid,
        access=AccessList(token.acl),
    )


def _digest(hashed: str) -> bytes:
    return bytes.fromhex(hashed.removeprefix(HASH_PREFIX))


def _canonical(tenants: TenantTree) -> TenantTree:
    return TenantTree(
        {
            canonical_uuid(uuid): canonical_uuid(parent) if parent else None
            for uuid, parent in tenants.parents.items()
        },
        {canonical_uuid(uuid): name for uuid, name in tenants.names.items()},
    )
