"""A plugin with views for phones and with their authenticator, installed by `installed_phone_plugin`."""

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import invalidate_caches
from unittest.mock import patch

from stevedore import ExtensionManager

from xivo_dird.authenticator import (
    Authenticator,
    AuthenticatorSettings,
    AuthServerUnreachable,
    Caller,
    invalid_password,
    invalid_token,
    missing_permission,
)
from xivo_dird.view import Access, ErrorFamily, Query, Resource, UserCaller, named_user, operation

TENANT = "11111111-1111-4111-8111-111111111111"
OTHER = "33333333-3333-4333-8333-333333333333"
USER = "44444444-4444-4444-8444-444444444444"
OTHER_TENANT_USER = "66666666-6666-4666-8666-666666666666"
STORED_USER = "77777777-7777-4777-8777-777777777777"
"""A user with contacts whom the authenticator does not know."""

VIEWS = ("default", "network", "basic", "both", "bound", "either", "any", "url")
PASSWORDS = {"ada": "pässwörd: with a colon", "noright": "s3cret"}
TOKENS = {
    "ada-token": (TENANT, USER),
    "poor-token": (TENANT, USER),
    "stored-token": (TENANT, STORED_USER),
    "other-token": (OTHER, OTHER_TENANT_USER),
}
USERS = {USER: TENANT, OTHER_TENANT_USER: OTHER}


class PhoneAuthenticator(Authenticator):
    """Knows two users, three tokens and two passwords; remembers the ACL that was required last."""

    Settings = AuthenticatorSettings
    required_acl = ""
    attempts = 0

    def authenticate(self, token, required_acl, tenant_uuid):
        self._record(required_acl)
        if token not in TOKENS:
            raise invalid_token(token, required_acl)
        return self._scoped(token, *TOKENS[token], required_acl, tenant_uuid)

    def authenticate_password(self, username, password, required_acl, tenant_uuid):
        self._record(required_acl)
        if PASSWORDS.get(username) != password:
            raise invalid_password(username, required_acl)
        token = "poor-token" if username == "noright" else "ada-token"
        return self._scoped(token, TENANT, USER, required_acl, tenant_uuid)

    def tenant_of_user(self, user_uuid):
        if user_uuid == "unreachable":
            raise AuthServerUnreachable("auth.example.org", 9497, "refused")
        return USERS.get(user_uuid)

    def visible_tenants(self, caller):
        return self.tenants.descendants(caller.tenant_uuid)

    def master_tenant(self):
        return TENANT

    def _record(self, required_acl):
        PhoneAuthenticator.required_acl = required_acl
        PhoneAuthenticator.attempts += 1

    def _scoped(self, token, own_tenant, user_uuid, required_acl, tenant_uuid):
        if token == "poor-token" or (tenant_uuid or own_tenant) not in self.tenants.descendants(own_tenant):
            raise missing_permission(token, required_acl, tenant_uuid)
        return Caller(token, tenant_uuid or own_tenant, user_uuid, own_tenant)


class PhoneQuery(Query):
    term: str = ""
    xivo_user_uuid: str = ""


@dataclass(frozen=True)
class PhoneAnswer:
    """Who asks, and the names of the contacts that are found."""

    tenant: str
    user: str | None
    is_other_user: bool
    token: str
    names: list[str]


class PhoneLookup(Resource):
    has_configured_access = True

    def lookup(self, caller: Caller, profile: str, query: PhoneQuery) -> PhoneAnswer:
        found = self.services.lookup.lookup(caller, profile, query.term)
        names = sorted(str(contact.fields.get("name")) for contact in found.contacts)
        return PhoneAnswer(caller.tenant_uuid, caller.user_uuid, caller.is_other_user, caller.token, names)


class PathUserLookup(PhoneLookup):
    @operation("Look up", acl="dird.phones.{profile}.{user_uuid}.read")
    def get(self, caller: Caller, profile: str, user_uuid: str, query: PhoneQuery) -> PhoneAnswer:
        return self.lookup(caller.for_user(user_uuid), profile, query)


@dataclass(frozen=True)
class Own:
    user: str
    has_permission: bool


class OwnResource(Resource):
    """Requires a caller who is a user, and asks for another permission."""

    has_configured_access = True

    @operation("Return the user", acl="dird.phones.{profile}.{user_uuid}.own")
    def get(self, access: Access, user: UserCaller, profile: str, user_uuid: str) -> Own:
        return Own(user.user_uuid, access.has_permission("dird.phones.more"))


class QueryUserLookup(PhoneLookup):
    """The form whose query names the user; its errors have the legacy shape."""

    error_family = ErrorFamily.LEGACY

    @operation("Look up", acl="dird.phones.{profile}.{user_uuid}.read")
    def get(self, caller: Caller, profile: str, query: PhoneQuery) -> PhoneAnswer:
        return self.lookup(caller.for_user(named_user({}, query.xivo_user_uuid)), profile, query)


def _register(name, routes, services):
    routes.add(f"/{name}/<profile>/<id:user_uuid>", PathUserLookup(services))
    routes.add(f"/{name}/<profile>/<id:user_uuid>/own", OwnResource(services))
    routes.add(f"/{name}/<profile>", QueryUserLookup(services))


register = {name: partial(_register, name) for name in VIEWS}
globals().update({f"register_{name}": function for name, function in register.items()})


@contextmanager
def installed_phone_plugin(folder):
    """Install the plugin in a folder that is importable within the block."""
    metadata = folder / "phones-1.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: phones\nVersion: 1\n")
    views = "".join(f"{name}_view = api.phone_plugin:register_{name}\n" for name in VIEWS)
    authenticator = "phones = api.phone_plugin:PhoneAuthenticator\n"
    (metadata / "entry_points.txt").write_text(
        f"[xivo_dird.views]\n{views}\n[xivo_dird.authenticators]\n{authenticator}"
    )
    sys.path.insert(0, str(folder))
    invalidate_caches()
    try:
        with patch.object(ExtensionManager, "ENTRY_POINT_CACHE", {}):
            yield
    finally:
        sys.path.remove(str(folder))
