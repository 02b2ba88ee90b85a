"""The tokens and the users that are known, and the cached decisions about them."""

import hmac
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xivo_dird.authenticator import (
    HASH_PREFIX,
    NO_PASSWORD_HASH,
    Caller,
    UnusablePassword,
    has_hash,
    hash_token,
    prepare_password,
)
from xivo_dird_authenticators._decision_cache import DecisionCache
from xivo_dird_authenticators._usernames import canonical_username
from xivo_dird_authenticators.static.acl import AccessList
from xivo_dird_authenticators.static.password_checks import PasswordChecks
from xivo_dird_authenticators.static.settings import FileToken, Rights, StaticToken, StaticUser


@dataclass(frozen=True, slots=True)
class RightsRecord:
    """What a token or a user may do."""

    user_uuid: str | None
    tenant_uuid: str
    access: AccessList


class TokenTable:
    """All tokens; immutable except for the cache."""

    def __init__(self, tokens: Iterable[StaticToken | FileToken]) -> None:
        """Create a table with an empty cache."""
        self._tokens = tuple((_digest(token.token_hash()), _record(token)) for token in tokens)
        self._tenants = _tenants_by_user(record for _, record in self._tokens)
        self.grants: DecisionCache[Caller] = DecisionCache(ttl=math.inf)

    def find(self, token: str) -> RightsRecord | None:
        """Return the record of a token; all hashes are compared, so the duration reveals nothing."""
        digest = _digest(hash_token(token))
        found = None
        for known, record in self._tokens:
            if hmac.compare_digest(known, digest):
                found = record
        return found

    def tenants_of(self, user_uuid: str) -> frozenset[str]:
        """Return the tenants of the tokens of a user."""
        return self._tenants.get(user_uuid, frozenset())


class UserTable:
    """All users with a password; immutable except for the cache."""

    def __init__(self, users: Iterable[StaticUser]) -> None:
        """Create a table with an empty cache."""
        self._users = {user.username: (user.password_hash, _record(user)) for user in users}
        self._tenants = _tenants_by_user(record for _, record in self._users.values())
        self._verified: DecisionCache[RightsRecord] = DecisionCache(ttl=math.inf)

    @property
    def is_empty(self) -> bool:
        """Return whether there is no user."""
        return not self._users

    def find(self, username: str, password: str, checks: PasswordChecks) -> RightsRecord | None:
        """Return the record of a user, None if the password is wrong; to check an unknown user takes as long.

        Raises:
            TooBusy: Too many passwords are checked at once.
        """
        name = canonical_username(username)
        if name is None or not self._users:
            return None
        try:
            prepared = prepare_password(password)
        except UnusablePassword:
            return None
        credentials = f"{name}:{password}"
        verified = self._verified.get(credentials)
        if verified is not None:
            return verified
        with checks.slot():
            return self._verified.get(credentials) or self._check(name, prepared, credentials)

    def session_credentials(self, username: str) -> str:
        """Return what recognizes a known user until the password is changed."""
        name = canonical_username(username) or ""
        password_hash, _ = self._users[name]
        return f"{hash_token(password_hash)} {name}"

    def find_signed_in(self, credentials: str) -> tuple[str, RightsRecord | None]:
        """Return the name of the user with these session credentials, and the record, None if they are not valid."""
        name = credentials.partition(" ")[2]
        if name not in self._users:
            return name, None
        expected = self.session_credentials(name)
        is_valid = hmac.compare_digest(expected.encode(), credentials.encode())
        return name, self._users[name][1] if is_valid else None

    def tenants_of(self, user_uuid: str) -> frozenset[str]:
        """Return the tenants of the entries of a user."""
        return self._tenants.get(user_uuid, frozenset())

    def _check(self, name: str, prepared: bytes, credentials: str) -> RightsRecord | None:
        password_hash, record = self._users.get(name, (NO_PASSWORD_HASH, None))
        if not has_hash(prepared, password_hash) or record is None:
            return None
        self._verified.put(record, credentials)
        return record


def _record(rights: Rights) -> RightsRecord:
    return RightsRecord(rights.user_uuid, rights.tenant_uuid, AccessList(rights.acl))


def _tenants_by_user(records: Iterable[RightsRecord]) -> Mapping[str, frozenset[str]]:
    tenants: dict[str, frozenset[str]] = {}
    for record in records:
        if record.user_uuid is not None:
            tenants[record.user_uuid] = tenants.get(record.user_uuid, frozenset()) | {record.tenant_uuid}
    return tenants


def _digest(token_hash: str) -> bytes:
    return bytes.fromhex(token_hash.removeprefix(HASH_PREFIX))
