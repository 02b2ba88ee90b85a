"""What the fake authentication server knows, what it recorded, and how it decides."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from servers.auth_trouble import Trouble
from waiting import TIMEOUT
from xivo_dird_authenticators.static.acl import AccessList

SERVICE_TENANT = "5e4f1ce0-0000-4000-8000-000000000001"
SERVICE_USERNAME = "dird"
SERVICE_PASSWORD = "servicé:password"


@dataclass(frozen=True)
class Request:
    """One request as it arrived; `path` still percent-encoded, `query` and `json` decoded."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    connection: int

    @property
    def call(self) -> str:
        """Method and path, as in `HEAD /0.1/token/abc`."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class KnownToken:
    """A token, whom it belongs to and what it may."""

    text: str
    tenant_uuid: str | None
    user_uuid: str | None = None
    acl: tuple[str, ...] = ("#",)
    may_list_tenants: bool = True


@dataclass(frozen=True)
class KnownTenant:
    """A tenant and where it hangs in the tree."""

    uuid: str
    name: str
    parent: str | None


@dataclass
class AuthState:
    """Tokens, the tree of tenants below `SERVICE_TENANT`, recorded requests, and the switch for trouble."""

    prefix: str | None = None
    trouble: Trouble | None = None
    """Set it to make every request end so, until it is None again."""
    details_status: int = 200
    """The status of `GET token/<id>` for a known token."""
    requests: list[Request] = field(default_factory=list)
    tokens: dict[str, KnownToken] = field(default_factory=dict)
    tenants: dict[str, KnownTenant] = field(
        default_factory=lambda: {SERVICE_TENANT: KnownTenant(SERVICE_TENANT, "master", None)}
    )
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def add_tenant(self, uuid: str, name: str | None = None, parent: str = SERVICE_TENANT) -> str:
        """Know a tenant; without `parent` it hangs below the master tenant. Answers its UUID."""
        self.tenants[uuid] = KnownTenant(uuid, name or uuid, parent)
        return uuid

    def add_token(
        self,
        text: str | None = None,
        *,
        tenant_uuid: str | None,
        user_uuid: str | None = None,
        acl: tuple[str, ...] = ("#",),
        may_list_tenants: bool = True,
    ) -> str:
        """Know a token; answers its text, a new UUID if none is given. An unseen tenant is added."""
        known = KnownToken(text or str(uuid4()), tenant_uuid, user_uuid, acl, may_list_tenants)
        if tenant_uuid is not None and tenant_uuid not in self.tenants:
            self.add_tenant(tenant_uuid)
        self.tokens[known.text] = known
        return known.text

    def remove_token(self, text: str) -> None:
        """Revoke a token."""
        del self.tokens[text]

    def calls(self, method: str | None = None) -> list[str]:
        """List the recorded requests in short, less those for service tokens."""
        return [
            request.call
            for request in list(self.requests)
            if not request.call.endswith("/token") and method in (None, request.method)
        ]

    def record(self, request: Request) -> None:
        """Keep a request and wake those who wait for one."""
        with self.arrived:
            self.requests.append(request)
            self.arrived.notify_all()

    def wait_for_requests(self, call_end: str, count: int = 1) -> list[Request]:
        """Wait until `count` requests whose `call` ends with `call_end` arrived; answers them."""

        def found() -> list[Request]:
            return [request for request in self.requests if request.call.endswith(call_end)]

        with self.arrived:
            if not self.arrived.wait_for(lambda: len(found()) >= count, TIMEOUT):
                raise TimeoutError(f"{len(found())} of {count} requests {call_end!r} within {TIMEOUT} s")
            return found()

    def allows(self, token: KnownToken, acl: str, tenant_uuid: str | None) -> bool:
        """Tell whether a token holds an ACL and reaches a tenant."""
        return AccessList(token.acl).allows(acl) and self.reaches(token, tenant_uuid)

    def reaches(self, token: KnownToken, tenant_uuid: str | None) -> bool:
        """Tell whether a tenant (None: the token's own) is the token's or below it."""
        if tenant_uuid is None:
            return True
        return token.tenant_uuid is not None and tenant_uuid in self.tree_below(token.tenant_uuid)

    def tree_below(self, tenant_uuid: str) -> list[str]:
        """List a tenant, then all below it."""
        found = [tenant_uuid]
        for uuid in found:
            found.extend(tenant.uuid for tenant in self.tenants.values() if tenant.parent == uuid)
        return found
