"""What the authenticator `wazo_auth` remembers, and for how long: `auth.cache_ttl`."""

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


def refusal(asked: WazoAuthAuthenticator, token: str, acl: str = READ, tenant: str | None = None) -> None:
    with pytest.raises(Unauthorized):
        asked.authenticate(token, acl, tenant)


def test_without_a_cache_every_request_is_checked(server: AuthServer, connect: Connect) -> None:
    server.add_token("good", tenant_uuid=TENANT)
    asked = connect()
    asked.authenticate("good", READ, None)
    server.remove_token("good")
    refusal(asked, "good")


def test_with_a_cache_a_positive_answer_is_asked_once(server: AuthServer, connect: Connect) -> None:
    server.add_token("good", tenant_uuid=TENANT, user_uuid=USER)
    asked = connect(cache_ttl=60)
    callers = [asked.authenticate("good", READ, None) for _ in range(3)]
    assert len(set(callers)) == 1
    assert server.calls() == ["HEAD /0.1/token/good", "GET /0.1/token/good"]


def test_a_cached_token_is_still_asked_about_other_rights_and_tenants(
    server: AuthServer, connect: Connect
) -> None:
    server.add_token("good", tenant_uuid=TENANT, acl=(READ,))
    asked = connect(cache_ttl=60)
    asked.authenticate("good", READ, None)
    refusal(asked, "good", "dird.config.read")
    refusal(asked, "good", READ, CHILD)
    assert len(server.calls("HEAD")) == 3


def test_a_refusal_is_not_cached(server: AuthServer, connect: Connect) -> None:
    asked = connect(cache_ttl=60)
    refusal(asked, "late")
    server.add_token("late", tenant_uuid=TENANT)
    asked.authenticate("late", READ, None)


def test_a_cached_answer_ends_with_its_time(server: AuthServer, connect: Connect) -> None:
    server.add_token("good", tenant_uuid=TENANT)
    asked = connect(cache_ttl=0.05)
    asked.authenticate("good", READ, None)
    server.remove_token("good")

    def is_known() -> bool:
        try:
            return bool(asked.authenticate("good", READ, None))
        except Unauthorized:
            return False

    wait_until(lambda: not is_known())


def test_visible_tenants_are_cached_per_token_and_scope(server: AuthServer, connect: Connect) -> None:
    server.add_token("good", tenant_uuid=TENANT)
    server.add_tenant(CHILD, parent=TENANT)
    asked = connect(cache_ttl=60)
    for scope in (None, None, CHILD, CHILD):
        asked.visible_tenants(asked.authenticate("good", READ, scope))
    assert server.calls().count("GET /0.1/tenants") == 2
