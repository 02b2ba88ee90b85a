"""Tests of the authenticator `wazo_auth` with user names and passwords."""

import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr

from password_refusals import PASSWORD, READ, refusal
from servers.auth_server import AnswerBody, AnswerStatus, AuthServer, DropEveryConnection, Fault, Hang
from waiting import TIMEOUT, wait_until
from xivo_dird.authenticator import AuthServerUnreachable, Caller
from xivo_dird.blocking import WaitingThreads, set_blocking_callback
from xivo_dird_authenticators.wazo_auth.auth_server import AuthServer as Client
from xivo_dird_authenticators.wazo_auth.authenticator import WazoAuthAuthenticator
from xivo_dird_authenticators.wazo_auth.password_tokens import PasswordTokens
from xivo_dird_authenticators.wazo_auth.settings import Account, WazoAuthSettings

Connect = Callable[..., WazoAuthAuthenticator]

TENANT = "11111111-1111-4111-8111-11111111111a"
CHILD = "22222222-2222-4222-8222-22222222222b"
USER = "55555555-5555-4555-8555-55555555555e"


@pytest.fixture
def authenticator(server: AuthServer, connect: Connect) -> WazoAuthAuthenticator:
    """Return an authenticator whose server has the user `ada`."""
    server.add_user("ada", PASSWORD, uuid=USER, tenant_uuid=TENANT, acl=("dird.#",))
    return connect(cache_ttl=TIMEOUT)


def test_a_password_identifies_the_user_by_a_token_of_limited_life(
    server: AuthServer, authenticator: WazoAuthAuthenticator
) -> None:
    caller = authenticator.authenticate_password("ada", PASSWORD, READ, None)
    assert caller == Caller(caller.token, TENANT, USER, TENANT)
    assert server.tokens[caller.token].user_uuid == USER
    (login,) = server.logins()
    assert login.credentials == f"ada:{PASSWORD}"
    assert json.loads(login.body) == {"expiration": 600}


def test_a_user_logs_in_once_for_many_requests(
    server: AuthServer, authenticator: WazoAuthAuthenticator
) -> None:
    server.add_tenant(CHILD, parent=TENANT)
    for tenant in (None, CHILD, None):
        authenticator.authenticate_password("ada", PASSWORD, READ, tenant)
        authenticator.authenticate_password("ada", PASSWORD, "dird.other.read", tenant)
    assert len(server.logins()) == 1


def test_simultaneous_requests_of_a_user_share_one_login(
    server: AuthServer, authenticator: WazoAuthAuthenticator
) -> None:
    waiting = WaitingThreads(limit=8)

    def request() -> bool:
        set_blocking_callback(lambda: None, waiting)
        try:
            return bool(authenticator.authenticate_password("ada", PASSWORD, READ, None))
        except AuthServerUnreachable:
            return False

    server.fault = Hang()
    with ThreadPoolExecutor(8) as pool:
        requests = [pool.submit(request) for _ in range(8)]
        wait_until(lambda: waiting.count == 8)
        wait_until(server.logins)
        assert len(server.logins()) == 1
        server.fault = None
        server.restart()
        for outcome in requests:
            outcome.result()
    authenticator.authenticate_password("ada", PASSWORD, READ, None)


def test_a_revoked_token_is_requested_again_once(
    server: AuthServer, authenticator: WazoAuthAuthenticator, connect: Connect
) -> None:
    uncached = connect()
    first = uncached.authenticate_password("ada", PASSWORD, READ, None)
    server.remove_token(first.token)
    second = uncached.authenticate_password("ada", PASSWORD, READ, None)
    assert second.token != first.token
    assert len(server.logins()) == 2


def test_a_changed_password_is_refused_once_its_token_is_revoked(
    server: AuthServer, connect: Connect
) -> None:
    server.add_user("ada", PASSWORD, uuid=USER, tenant_uuid=TENANT)
    uncached = connect()
    token = uncached.authenticate_password("ada", PASSWORD, READ, None).token
    server.add_user("ada", "new", uuid=USER, tenant_uuid=TENANT)
    server.remove_token(token)
    assert refusal(uncached)["reason"] == "invalid_username_or_password"
    uncached.authenticate_password("ada", "new", READ, None)


def test_a_token_is_requested_again_before_its_end(server: AuthServer) -> None:
    server.add_user("ada", PASSWORD, uuid=USER, tenant_uuid=TENANT)
    settings = WazoAuthSettings.model_validate({**server.settings(), "timeout": TIMEOUT})
    client = Client(settings)
    account = Account("ada", SecretStr(PASSWORD))
    tokens = PasswordTokens(client, cached_seconds=0.0)
    assert tokens.get(account) != tokens.get(account)
    client.close()


@pytest.mark.parametrize(("username", "password"), [("ada", "wrong"), ("eve", PASSWORD)])
def test_a_refused_login_names_the_user_and_is_not_cached(
    username: str, password: str, server: AuthServer, authenticator: WazoAuthAuthenticator
) -> None:
    assert refusal(authenticator, username, password) == {
        "username": username,
        "reason": "invalid_username_or_password",
        "required_access": READ,
    }
    server.add_user(username, password, uuid=USER, tenant_uuid=TENANT)
    authenticator.authenticate_password(username, password, READ, None)


@pytest.mark.parametrize(("acl", "tenant"), [("config.read", None), (READ, CHILD), (READ, "x\n\ud800")])
def test_a_missing_permission_names_the_user_and_no_token(
    acl: str, tenant: str | None, authenticator: WazoAuthAuthenticator
) -> None:
    assert refusal(authenticator, acl=acl, tenant=tenant) == {
        "username": "ada",
        "reason": "missing_permission_or_invalid_tenant",
        "required_access": acl,
        "tenant_uuid": tenant and tenant.encode("unicode_escape").decode(),
    }


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("", "x"),
        ("a:b", "x"),
        ("a\r\nb", "x"),
        ("ada", ""),
        ("ada", "a\0"),
        ("ada", "\ud800"),
        ("a" * 129, "x"),
    ],
)
def test_what_can_be_no_credentials_is_not_sent(
    username: str, password: str, server: AuthServer, authenticator: WazoAuthAuthenticator
) -> None:
    assert refusal(authenticator, username, password)["reason"] == "invalid_username_or_password"
    assert server.logins() == []


@pytest.mark.parametrize(
    "fault",
    [
        DropEveryConnection(),
        AnswerStatus(500),
        AnswerStatus(403),
        AnswerStatus(429),
        AnswerBody(b"{}"),
        AnswerBody(b'{"data": {"token": ""}}'),
        AnswerBody(b'{"data": {"token": "s3cret\\r\\n"}}'),
    ],
    ids=str,
)
def test_any_other_answer_to_a_login_is_an_outage(
    fault: Fault, server: AuthServer, authenticator: WazoAuthAuthenticator, caplog: pytest.LogCaptureFixture
) -> None:
    server.fault = fault
    with caplog.at_level(logging.DEBUG), pytest.raises(AuthServerUnreachable) as caught:
        authenticator.authenticate_password("ada", PASSWORD, READ, None)
    assert "s3cret" not in f"{caught.value} {caught.value.details} {caplog.text}"
    server.fault = None
    authenticator.authenticate_password("ada", PASSWORD, READ, None)
