"""Tests of the authenticator `wazo_auth` against a real HTTP server: contract sections 1.2, 1.3 and 1.4."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from servers.auth_server import AuthServer
from xivo_dird.authenticator import Caller, Unauthorized
from xivo_dird_authenticators.wazo_auth.authenticator import WazoAuthAuthenticator

Connect = Callable[..., WazoAuthAuthenticator]

TENANT = "11111111-1111-4111-8111-11111111111a"
CHILD = "22222222-2222-4222-8222-22222222222b"
USER = "55555555-5555-4555-8555-55555555555e"
READ = "dird.status.read"


def refusal(
    authenticator: WazoAuthAuthenticator, token: str, acl: str = READ, tenant: str | None = None
) -> object:
    with pytest.raises(Unauthorized) as caught:
        authenticator.authenticate(token, acl, tenant)
    return caught.value.details


def test_a_valid_token_identifies_its_user_and_tenant(server: AuthServer, connect: Connect) -> None:
    server.add_token("good", tenant_uuid=TENANT, user_uuid=USER)
    assert connect().authenticate("good", READ, None) == Caller("good", TENANT, USER, TENANT)


def test_the_token_check_is_a_head_request_with_scope_and_token(server: AuthServer, connect: Connect) -> None:
    server.add_token("good", tenant_uuid=TENANT)
    connect().authenticate("good", "dird.directories.favorites.x_y.1_2.update", "")
    check = server.wait_for_requests("HEAD /0.1/token/good")[0]
    assert check.query == {"scope": "dird.directories.favorites.x_y.1_2.update"}
    assert check.headers["X-Auth-Token"] == "good"


def test_the_requested_tenant_is_sent_and_becomes_the_scope(server: AuthServer, connect: Connect) -> None:
    server.add_token("good", tenant_uuid=TENANT)
    server.add_tenant(CHILD, parent=TENANT)
    caller = connect().authenticate("good", READ, CHILD)
    assert server.wait_for_requests("HEAD /0.1/token/good")[0].query == {"scope": READ, "tenant": CHILD}
    assert (caller.tenant_uuid, caller.token_tenant_uuid) == (CHILD, TENANT)


def test_special_characters_in_the_scope_are_encoded(server: AuthServer, connect: Connect) -> None:
    server.add_token("good", tenant_uuid=TENANT)
    scope = "dird.lookup.a&tenant=b#c?d %2e\0\r\né\u202e.read"
    connect().authenticate("good", scope, None)
    assert server.wait_for_requests("HEAD /0.1/token/good")[0].query == {"scope": scope}


def test_a_scope_with_a_lone_surrogate_is_still_checked(server: AuthServer, connect: Connect) -> None:
    server.add_token("good", tenant_uuid=TENANT, acl=("dird.*.read",))
    connect().authenticate("good", "dird.\ud800.read", None)


def test_a_prefix_is_part_of_the_url(server: AuthServer, connect: Connect) -> None:
    server.prefix = "/api/auth"
    server.add_token("good", tenant_uuid=TENANT)
    connect().authenticate("good", READ, None)
    assert server.calls() == ["HEAD /api/auth/0.1/token/good", "GET /api/auth/0.1/token/good"]


def test_an_unknown_token_is_not_found(connect: Connect) -> None:
    assert refusal(connect(), "bad") == {
        "invalid_token": "bad",
        "reason": "not_found_or_expired",
        "required_access": READ,
    }


def test_access_outside_the_acl_is_a_missing_permission(server: AuthServer, connect: Connect) -> None:
    server.add_token("weak", tenant_uuid=TENANT, acl=("dird.#", "!dird.status.#"))
    assert refusal(connect(), "weak") == {
        "invalid_token": "weak",
        "reason": "missing_permission_or_invalid_tenant",
        "required_access": READ,
        "tenant_uuid": None,
    }


def test_an_unreachable_tenant_is_a_missing_permission(server: AuthServer, connect: Connect) -> None:
    server.add_tenant(TENANT)
    server.add_tenant(CHILD, parent=TENANT)
    server.add_token("child", tenant_uuid=CHILD)
    authenticator = connect(cache_ttl=60)
    authenticator.authenticate("child", READ, CHILD)
    assert refusal(authenticator, "child", READ, TENANT) == {
        "invalid_token": "child",
        "reason": "missing_permission_or_invalid_tenant",
        "required_access": READ,
        "tenant_uuid": TENANT,
    }


@pytest.mark.parametrize("tenant", ["x y", "\r\nX-Auth-Token: other", "\0", "é", "\ud800", "x" * 100_000])
def test_a_tenant_that_is_no_header_value_is_refused_without_a_request(
    tenant: str, server: AuthServer, connect: Connect
) -> None:
    server.add_token("good", tenant_uuid=TENANT)
    details = refusal(connect(), "good", READ, tenant)
    assert isinstance(details, dict)
    assert details["reason"] == "missing_permission_or_invalid_tenant"
    assert str(details["tenant_uuid"]).isprintable()
    assert server.calls() == []


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "../x?y",
        "a/b",
        "a\\b",
        "good\0",
        "good\r\nX: y",
        "gööd",
        "\ud800",
        " good",
        "x" * 1_000_000,
    ],
)
def test_a_malformed_token_is_not_found_without_a_request(
    token: str, server: AuthServer, connect: Connect
) -> None:
    details = refusal(connect(), token)
    assert isinstance(details, dict)
    assert details["reason"] == "not_found_or_expired"
    assert str(details["invalid_token"]).encode("utf-8").isascii()
    assert server.calls() == []


@pytest.mark.parametrize("token", ["a?tenant=b&scope=c", "a#b", "%2e%2e", "a%2Fb", "a.b", "a;b", "eyJ.e30."])
def test_special_characters_in_a_token_do_not_change_the_url(
    token: str, server: AuthServer, connect: Connect
) -> None:
    server.add_token(token, tenant_uuid=TENANT)
    assert connect().authenticate(token, READ, None).tenant_uuid == TENANT
    check = server.wait_for_requests("", 1)
    head = next(request for request in check if request.method == "HEAD")
    assert head.path.removeprefix("/0.1/token/").replace("%", "").replace("_", "").isalnum()
    assert head.query == {"scope": READ}


def test_a_token_without_user_is_a_caller_without_user(server: AuthServer, connect: Connect) -> None:
    server.add_token("internal", tenant_uuid=TENANT)
    assert connect().authenticate("internal", READ, None).user_uuid is None


def test_a_token_without_tenant_is_refused_without_the_header(server: AuthServer, connect: Connect) -> None:
    server.add_token("homeless", tenant_uuid=None)
    refusal(connect(), "homeless")


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_an_error_for_the_token_metadata_is_an_invalid_token(
    status: int, server: AuthServer, connect: Connect
) -> None:
    server.add_token("good", tenant_uuid=TENANT)
    server.details_status = status
    details = refusal(connect(), "good")
    assert isinstance(details, dict)
    assert details["reason"] == "not_found_or_expired"


def test_visible_tenants_are_the_scope_and_its_descendants(server: AuthServer, connect: Connect) -> None:
    server.add_token("good", tenant_uuid=TENANT)
    server.add_tenant(CHILD, parent=TENANT)
    server.add_tenant(USER, parent=CHILD)
    authenticator = connect()
    assert list(authenticator.visible_tenants(authenticator.authenticate("good", READ, None))) == [
        TENANT,
        CHILD,
        USER,
    ]
    assert list(authenticator.visible_tenants(authenticator.authenticate("good", READ, CHILD))) == [
        CHILD,
        USER,
    ]
    listing = server.wait_for_requests("GET /0.1/tenants", 2)[1]
    assert listing.headers["X-Auth-Token"] == "good"
    assert listing.headers["Wazo-Tenant"] == CHILD


def test_a_caller_who_can_not_list_tenants_sees_the_own_tenant(server: AuthServer, connect: Connect) -> None:
    server.add_token("user", tenant_uuid=TENANT, can_list_tenants=False)
    server.add_tenant(CHILD, parent=TENANT)
    authenticator = connect()
    assert list(authenticator.visible_tenants(authenticator.authenticate("user", READ, None))) == [TENANT]


def test_a_caller_who_can_not_list_tenants_is_refused_in_another_scope(
    server: AuthServer, connect: Connect
) -> None:
    server.add_token("user", tenant_uuid=TENANT, can_list_tenants=False)
    server.add_tenant(CHILD, parent=TENANT)
    authenticator = connect()
    caller = authenticator.authenticate("user", READ, CHILD)
    with pytest.raises(Unauthorized):
        authenticator.visible_tenants(caller)


def test_threads_share_pooled_connections(server: AuthServer, connect: Connect) -> None:
    server.add_token("good", tenant_uuid=TENANT)
    authenticator = connect()
    with ThreadPoolExecutor(4) as threads:
        callers = list(threads.map(lambda _: authenticator.authenticate("good", READ, None), range(80)))
    assert len(callers) == 80
    connections = {request.connection for request in server.requests}
    assert len(connections) <= 5, "four threads and the service token"
