"""Tests of the authenticator `wazo_auth`: the tenant of a user."""

from collections.abc import Callable

import pytest

from servers.auth_server import AnswerBody, AnswerStatus, AuthServer, DropEveryConnection, Fault
from waiting import TIMEOUT, wait_until
from xivo_dird.authenticator import AuthServerUnreachable
from xivo_dird_authenticators.wazo_auth.authenticator import WazoAuthAuthenticator

Connect = Callable[..., WazoAuthAuthenticator]

TENANT = "11111111-1111-4111-8111-11111111111a"
OTHER = "44444444-4444-4444-8444-44444444444d"
USER = "55555555-5555-4555-8555-55555555555e"
USER_CALL = f"GET /0.1/users/{USER}"


def connected(server: AuthServer, connect: Connect, **settings: object) -> WazoAuthAuthenticator:
    """Return an authenticator with a service token, whose server has `USER`."""
    server.add_user("ada", "s3cret", uuid=USER, tenant_uuid=TENANT)
    authenticator = connect(**settings)
    wait_until(authenticator.master_tenant)
    return authenticator


def outage(authenticator: WazoAuthAuthenticator) -> str:
    with pytest.raises(AuthServerUnreachable) as caught:
        authenticator.tenant_of_user(USER)
    return str(caught.value)


def test_the_tenant_is_requested_with_the_service_token(server: AuthServer, connect: Connect) -> None:
    authenticator = connected(server, connect)
    assert authenticator.tenant_of_user(USER.upper()) == TENANT
    (request,) = server.wait_for_requests(USER_CALL)
    assert server.tokens[request.headers["X-Auth-Token"]].user_uuid is None


@pytest.mark.parametrize(("settings", "count"), [({}, 2), ({"cache_ttl": TIMEOUT}, 1)])
def test_a_known_tenant_is_cached_like_a_token(
    settings: dict[str, object], count: int, server: AuthServer, connect: Connect
) -> None:
    authenticator = connected(server, connect, **settings)
    assert [authenticator.tenant_of_user(USER) for _ in range(2)] == [TENANT, TENANT]
    assert server.calls().count(USER_CALL) == count


def test_an_unknown_user_has_no_tenant_and_is_not_cached(server: AuthServer, connect: Connect) -> None:
    authenticator = connected(server, connect, cache_ttl=TIMEOUT)
    assert authenticator.tenant_of_user(OTHER) is None
    server.add_user("eve", "s3cret", uuid=OTHER, tenant_uuid=TENANT)
    assert authenticator.tenant_of_user(OTHER) == TENANT


@pytest.mark.parametrize(
    "text", ["", "..", f"{USER}/external/google", f"{USER}?x", f"{USER}\n", "\ud800", "7"]
)
def test_a_malformed_id_is_never_sent(text: str, server: AuthServer, connect: Connect) -> None:
    authenticator = connected(server, connect)
    assert authenticator.tenant_of_user(text) is None
    assert server.calls() == []


def test_a_lost_service_token_is_renewed(server: AuthServer, connect: Connect) -> None:
    authenticator = connected(server, connect)
    server.tokens.clear()
    assert authenticator.tenant_of_user(USER) == TENANT


def test_a_missing_right_of_the_service_account_is_named(server: AuthServer, connect: Connect) -> None:
    server.service_acl = ("auth.tenants.read",)
    assert "auth.users.{uuid}.read" in outage(connected(server, connect))


def test_without_a_service_account_the_tenant_is_unknown(server: AuthServer, connect: Connect) -> None:
    assert "no service account" in outage(connect(username=None))


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (DropEveryConnection(), ""),
        (AnswerStatus(403), "auth.users.{uuid}.read"),
        (AnswerStatus(500), "answered 500"),
        (AnswerBody(b'{"tenant_uuid": null}'), "unknown form"),
        (AnswerBody(b'{"tenant_uuid": ""}'), "unknown form"),
        (AnswerBody(b"[]"), "unknown form"),
    ],
    ids=str,
)
def test_any_other_answer_is_an_outage(fault: Fault, text: str, server: AuthServer, connect: Connect) -> None:
    authenticator = connected(server, connect)
    server.fault = fault
    assert text in outage(authenticator)
