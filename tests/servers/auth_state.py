"""The state of the fake authentication server: tokens, tenants, recorded requests and the current fault."""

import threading
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from servers.auth_faults import Fault
from waiting import TIMEOUT
from xivo_dird_authenticators.static.acl import AccessList

SERVICE_TENANT = "5e4f1ce0-0000-4000-8000-000000000001"
SERVICE_USERNAME = "dird"
SERVICE_PASSWORD = "servicé:password"
SERVICE_CREDENTIALS = f"{SERVICE_USERNAME}:{SERVICE_PASSWORD}"


@dataclass(frozen=True)
class Request:
    """One request as it arrived: `path` is still percent-encoded, `query` is decoded."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    connection: int

    @property
    def call(self) -> str:
        """Return method and path, as in `HEAD /0.1/token/abc`."""
        return f"{self.method} {self.path}"

    @property
    def credentials(self) -> str | None:
        """Return user name and password of the header `Authorization`, None if it has none."""
        kind, _, credentials = self.headers.get("Authorization", "").partition(" ")
        return b64decode(credentials).decode() if kind == "Basic" else None


@dataclass(frozen=True)
class Token:
    """A token, its owner and its rights."""

    text: str
    tenant_uuid: str | None
    user_uuid: str | None = None
    acl: tuple[str, ...] = ("#",)
    can_list_tenants: bool = True


@dataclass(frozen=True)
class User:
    """A user with a password, whose tokens have the rights `acl`."""

    uuid: str
    tenant_uuid: str
    username: str
    password: str
    acl: tuple[str, ...]


@dataclass(frozen=True)
class Tenant:
    """A tenant and its parent in the tree of tenants."""

    uuid: str
    name: str
    parent: str | None


@dataclass
class AuthState:
    """Tokens, the tree of tenants below `SERVICE_TENANT`, recorded requests, and the current fault."""

    prefix: str | None = None
    fault: Fault | None = None
    """The fault in which every request ends; None: requests are answered."""
    details_status: int = 200
    """The status of `GET token/<id>` for a known token."""
    access_tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    """The access tokens of external accounts, by user and service."""
    requests: list[Request] = field(default_factory=list)
    tokens: dict[str, Token] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    """The users by UUID."""
    service_acl: tuple[str, ...] = ("#",)
    """The rights of new service tokens."""
    tenants: dict[str, Tenant] = field(
        default_factory=lambda: {SERVICE_TENANT: Tenant(SERVICE_TENANT, "master", None)}
    )
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def add_tenant(self, uuid: str, name: str | None = None, parent: str = SERVICE_TENANT) -> str:
        """Add a tenant, by default below the master tenant, and return its UUID."""
        self.tenants[uuid] = Tenant(uuid, name or uuid, parent)
        return uuid

    def add_token(
        self,
        text: str | None = None,
        *,
        tenant_uuid: str | None,
        user_uuid: str | None = None,
        acl: tuple[str, ...] = ("#",),
        can_list_tenants: bool = True,
    ) -> str:
        """Add a token, and its tenant if that is new; return its text (by default a new UUID)."""
        token = Token(text or str(uuid4()), tenant_uuid, user_uuid, acl, can_list_tenants)
        if tenant_uuid is not None and tenant_uuid not in self.tenants:
            self.add_tenant(tenant_uuid)
        self.tokens[token.text] = token
        return token.text

    def add_user(
        self, username: str, password: str, *, uuid: str, tenant_uuid: str, acl: tuple[str, ...] = ("#",)
    ) -> str:
        """Add a user, and their tenant if that is new; return their UUID."""
        self.users[uuid] = User(uuid, tenant_uuid, username, password, acl)
        if tenant_uuid not in self.tenants:
            self.add_tenant(tenant_uuid)
        return uuid

    def logins(self) -> list[Request]:
        """Return the recorded requests for tokens, except those of the service account."""
        return [
            request
            for request in list(self.requests)
            if request.call.endswith("POST /0.1/token") and request.credentials != SERVICE_CREDENTIALS
        ]

    def remove_token(self, text: str) -> None:
        """Remove a token, as if it were revoked."""
        del self.tokens[text]

    def calls(self, method: str | None = None) -> list[str]:
        """Return method and path of the recorded requests, except those for service tokens."""
        return [
            request.call
            for request in list(self.requests)
            if not request.call.endswith("/token") and method in (None, request.method)
        ]

    def record(self, request: Request) -> None:
        """Record a request and wake the threads that wait for one."""
        with self.arrived:
            self.requests.append(request)
            self.arrived.notify_all()

    def wait_for_requests(self, call_end: str, count: int = 1) -> list[Request]:
        """Wait until `count` requests whose `call` ends with `call_end` have arrived, and return them.

        Raises:
            TimeoutError: They have not arrived within `TIMEOUT` seconds.
        """

        def found() -> list[Request]:
            return [request for request in self.requests if request.call.endswith(call_end)]

        with self.arrived:
            if not self.arrived.wait_for(lambda: len(found()) >= count, TIMEOUT):
                raise TimeoutError(f"{len(found())} of {count} requests {call_end!r} within {TIMEOUT} s")
            return found()

    def allows(self, token: Token, acl: str, tenant_uuid: str | None) -> bool:
        """Return whether a token has an ACL and reaches a tenant."""
        return AccessList(token.acl).allows(acl) and self.reaches(token, tenant_uuid)

    def reaches(self, token: Token, tenant_uuid: str | None) -> bool:
        """Return whether a tenant is that of the token (None stands for it) or below it."""
        if tenant_uuid is None:
            return True
        return token.tenant_uuid is not None and tenant_uuid in self.tree_below(token.tenant_uuid)

    def tree_below(self, tenant_uuid: str) -> list[str]:
        """Return the UUIDs of a tenant and, after it, of all tenants below it."""
        found = [tenant_uuid]
        for uuid in found:
            found.extend(tenant.uuid for tenant in self.tenants.values() if tenant.parent == uuid)
        return found
