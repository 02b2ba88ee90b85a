"""Tests of the cache of the authenticator `wazo_auth`: `auth.cache_ttl`."""

from collections.abc import Callable

import pytest

from servers.auth_server import AuthServer
from waiting import wait_until
from xivo_dird.authenticator import Unauthorized
from xivo_dird_authenticators.wazo_auth.authenticator import WazoAuthAuthenticator

Connect = Callable[..., WazoAuthAuthenticator]

TENANT = "11111111-1111-4111-8111-11111111111a"
CHILD = "22222222-2222-4222-8222-22222222222b"
USER = "55555555-5555-4555-8555-55555555555e"
READ = "dird.status.read"


def assert_refused(
    authenticator: WazoAuthAuthenticator, token: str, acl: str = READ, tenant: str | None = None
) -> None:
    with pytest.raises(Unauthorized):
        authenticator.authenticate(token, acl, tenant)


def test_without_a_cache_every_request_is_checked(server: AuthServer, connect: Connect) -> None:
    server.add_token("good", tenant_uuid=TENANT)
    authenticator = connect()
    authenticator.authenticate("good", READ, None)
    server.remove_token("good")
    assert_refused(authenticator, "good")


def test_with_a_cache_a_valid_token_is_checked_once(server: AuthServer, connect: Connect) -> None:
    server.add_token("good", tenant_uuid=TENANT, user_uuid=USER)
    authenticator = connect(cache_ttl=60)
    callers = [authenticator.authenticate("good", READ, None) for _ in range(3)]
    assert len(set(callers)) == 1
    assert server.calls() == ["HEAD /0.1/token/good", "GET /0.1/token/good"]


def test_other_rights_and_tenants_of_a_cached_token_are_checked(server: AuthServer, connect: Connect) -> None:
    server.add_token("good", tenant_uuid=TENANT, acl=(READ,))
    authenticator = connect(cache_ttl=60)
    authenticator.authenticate("good", READ, None)
    assert_refused(authenticator, "good", "dird.config.read")
    assert_refused(authenticator, "good", READ, CHILD)
    assert len(server.calls("HEAD")) == 3


def test_a_refusal_is_not_cached(server: AuthServer, connect: Connect) -> None:
    authenticator = connect(cache_ttl=60)
    assert_refused(authenticator, "late")
    server.add_token("late", tenant_uuid=TENANT)
    authenticator.authenticate("late", READ, None)


def test_a_cached_decision_expires(server: AuthServer, connect: Connect) -> None:
    server.add_token("good", tenant_uuid=TENANT)
    authenticator = connect(cache_ttl=0.05)
    authenticator.authenticate("good", READ, None)
    server.remove_token("good")

    def is_accepted() -> bool:
        try:
            return bool(authenticator.authenticate("good", READ, None))
        except Unauthorized:
            return False

    wait_until(lambda: not is_accepted())


def test_visible_tenants_are_cached_per_token_and_scope(server: AuthServer, connect: Connect) -> None:
    server.add_token("good", tenant_uuid=TENANT)
    server.add_tenant(CHILD, parent=TENANT)
    authenticator = connect(cache_ttl=60)
    for scope in (None, None, CHILD, CHILD):
        authenticator.visible_tenants(authenticator.authenticate("good", READ, scope))
    assert server.calls().count("GET /0.1/tenants") == 2
