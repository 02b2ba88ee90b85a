"""Tests of the daemon's own token: contract sections 1.2 (last paragraphs) and 2.4."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from servers.auth_server import SERVICE_PASSWORD, SERVICE_TENANT, SERVICE_USERNAME, AnswerStatus, AuthServer
from waiting import wait_until
from xivo_dird.authenticator import AuthServerUnreachable, Caller, InvalidConfiguration
from xivo_dird_authenticators.wazo_auth import auth_server
from xivo_dird_authenticators.wazo_auth.authenticator import WazoAuthAuthenticator, WazoAuthSettings
from xivo_dird_authenticators.wazo_auth.service_token import ServiceToken
from xivo_dird_authenticators.wazo_auth.settings import Account

Connect = Callable[..., WazoAuthAuthenticator]

TENANT = "11111111-1111-4111-8111-11111111111a"
CHILD = "22222222-2222-4222-8222-22222222222b"
CALLER = Caller("any", SERVICE_TENANT)
ACCOUNT = Account(SERVICE_USERNAME, SecretStr(SERVICE_PASSWORD))


def wait_for_master_tenant(authenticator: WazoAuthAuthenticator) -> str:
    """Wait for the first service token and return its master tenant."""
    wait_until(lambda: authenticator.master_tenant() is not None)
    return str(authenticator.master_tenant())


def test_the_service_token_request_has_credentials_and_expiration(
    server: AuthServer, connect: Connect
) -> None:
    authenticator = connect()
    assert wait_for_master_tenant(authenticator) == SERVICE_TENANT
    request = server.wait_for_requests("POST /0.1/token")[0]
    assert json.loads(request.body) == {"expiration": 21600}
    assert request.headers["Authorization"].startswith("Basic ")


def test_a_configured_master_tenant_has_priority(server: AuthServer, connect: Connect) -> None:
    authenticator = connect(master_tenant_uuid=TENANT.upper())
    assert wait_for_master_tenant(authenticator) == TENANT


def test_start_up_does_not_wait_for_the_server(server: AuthServer, connect: Connect) -> None:
    server.stop()
    authenticator = connect()
    assert authenticator.master_tenant() is None
    with pytest.raises(AuthServerUnreachable):
        authenticator.tenants_named("x", CALLER)


def test_without_a_service_account_no_request_is_sent(server: AuthServer, connect: Connect) -> None:
    authenticator = connect(username=None, password=None)
    assert authenticator.master_tenant() is None
    with pytest.raises(AuthServerUnreachable) as caught:
        authenticator.tenants_named("x", CALLER)
    assert "service account" in str(caught.value.details)
    assert server.requests == []


def test_the_key_file_overrides_username_and_password(
    server: AuthServer, connect: Connect, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.yml"
    keys.write_text(f"service_id: {SERVICE_USERNAME}\nservice_key: {SERVICE_PASSWORD}\n", encoding="utf-8")
    authenticator = connect(username="other", password="other", key_file=str(keys))
    assert wait_for_master_tenant(authenticator) == SERVICE_TENANT


@pytest.mark.parametrize("content", [None, "s3cret", "service_id: s3cret", "service_id: [s3cret", "[]"])
def test_an_error_names_the_key_file_but_does_not_quote_it(
    content: str | None, server: AuthServer, connect: Connect, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.yml"
    if content is not None:
        keys.write_text(content)
    with pytest.raises(InvalidConfiguration) as caught:
        connect(key_file=str(keys))
    assert str(keys) in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_an_empty_key_file_setting_is_treated_as_absent() -> None:
    assert WazoAuthSettings.model_validate({"key_file": ""}).key_file is None


def renewal_pauses(server: AuthServer, successes: list[bool]) -> list[float]:
    """Run one renewal per item of `successes`, which succeeds or fails; return the pauses after them, in seconds."""
    pauses: list[float] = []

    def prepare_next_renewal() -> None:
        server.fault = None if successes[len(pauses)] else AnswerStatus(500)

    def wait(seconds: float) -> bool:
        pauses.append(seconds)
        if len(pauses) == len(successes):
            return True
        prepare_next_renewal()
        return False

    prepare_next_renewal()
    client = auth_server.AuthServer(WazoAuthSettings.model_validate(server.settings()))
    ServiceToken(client, ACCOUNT, wait).renew_until_stopped()
    client.close()
    return pauses


def test_the_token_is_renewed_at_80_percent_of_its_lifetime(server: AuthServer) -> None:
    assert renewal_pauses(server, [True, True, True]) == [17280, 17280, 17280]


def test_failures_are_retried_after_growing_pauses(server: AuthServer) -> None:
    assert renewal_pauses(server, [False] * 8) == [1, 2, 4, 8, 16, 32, 32, 32]


def test_after_a_success_the_pauses_start_over(server: AuthServer) -> None:
    assert renewal_pauses(server, [False, False, True, False, False]) == [1, 2, 17280, 1, 2]


def test_tenants_are_found_by_name_within_the_scope(server: AuthServer, connect: Connect) -> None:
    server.add_tenant(TENANT, name="Été & Söhne")
    server.add_tenant(CHILD, name="child", parent=TENANT)
    authenticator = connect()
    wait_for_master_tenant(authenticator)
    assert list(authenticator.tenants_named("Été & Söhne", Caller("any", TENANT))) == [TENANT]
    assert list(authenticator.tenants_named("Été & Söhne", Caller("any", CHILD))) == []
    assert list(authenticator.tenants_named("nobody", CALLER)) == []


def test_a_refused_service_token_is_renewed_at_once(server: AuthServer, connect: Connect) -> None:
    server.add_tenant(TENANT, name="main")
    authenticator = connect()
    wait_for_master_tenant(authenticator)
    server.tokens.clear()
    assert list(authenticator.tenants_named("main", CALLER)) == [TENANT]


def test_a_refused_service_account_is_an_outage(server: AuthServer, connect: Connect) -> None:
    authenticator = connect()
    wait_for_master_tenant(authenticator)
    server.fault = AnswerStatus(401)
    with pytest.raises(AuthServerUnreachable):
        authenticator.tenants_named("main", CALLER)
