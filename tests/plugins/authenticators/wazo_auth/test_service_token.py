"""The daemon's own token: contract sections 1.2 (last paragraphs) and 2.4."""

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
from xivo_dird_authenticators.wazo_auth.settings import ServiceAccount

Connect = Callable[..., WazoAuthAuthenticator]

TENANT = "11111111-1111-4111-8111-11111111111a"
CHILD = "22222222-2222-4222-8222-22222222222b"
CALLER = Caller("any", SERVICE_TENANT)
ACCOUNT = ServiceAccount(SERVICE_USERNAME, SecretStr(SERVICE_PASSWORD))


def eventual_master(asked: WazoAuthAuthenticator) -> str:
    """Answer the master tenant once the first service token is there."""
    wait_until(lambda: asked.master_tenant() is not None)
    return str(asked.master_tenant())


def test_the_service_token_is_asked_for_with_basic_and_expiration(
    server: AuthServer, connect: Connect
) -> None:
    asked = connect()
    assert eventual_master(asked) == SERVICE_TENANT
    request = server.wait_for_requests("POST /0.1/token")[0]
    assert json.loads(request.body) == {"expiration": 21600}
    assert request.headers["Authorization"].startswith("Basic ")


def test_a_configured_master_tenant_wins(server: AuthServer, connect: Connect) -> None:
    asked = connect(master_tenant_uuid=TENANT.upper())
    assert eventual_master(asked) == TENANT


def test_start_up_does_not_wait_for_the_server(server: AuthServer, connect: Connect) -> None:
    server.stop()
    asked = connect()
    assert asked.master_tenant() is None
    with pytest.raises(AuthServerUnreachable):
        asked.tenants_named("x", CALLER)


def test_without_a_service_account_nothing_is_asked(server: AuthServer, connect: Connect) -> None:
    asked = connect(username=None, password=None)
    assert asked.master_tenant() is None
    with pytest.raises(AuthServerUnreachable) as caught:
        asked.tenants_named("x", CALLER)
    assert "service account" in str(caught.value.details)
    assert server.requests == []


def test_the_key_file_overrides_username_and_password(
    server: AuthServer, connect: Connect, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.yml"
    keys.write_text(f"service_id: {SERVICE_USERNAME}\nservice_key: {SERVICE_PASSWORD}\n", encoding="utf-8")
    asked = connect(username="other", password="other", key_file=str(keys))
    assert eventual_master(asked) == SERVICE_TENANT


@pytest.mark.parametrize("content", [None, "s3cret", "service_id: s3cret", "service_id: [s3cret", "[]"])
def test_a_bad_key_file_is_named_and_not_quoted(
    content: str | None, server: AuthServer, connect: Connect, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.yml"
    if content is not None:
        keys.write_text(content)
    with pytest.raises(InvalidConfiguration) as caught:
        connect(key_file=str(keys))
    assert str(keys) in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_an_empty_key_file_setting_is_none() -> None:
    assert WazoAuthSettings.model_validate({"key_file": ""}).key_file is None


def waits(server: AuthServer, outcomes: list[bool]) -> list[float]:
    """Let the server answer each try as `outcomes` says; list the seconds waited for after each try."""
    waited: list[float] = []

    def prepare() -> None:
        server.trouble = None if outcomes[len(waited)] else AnswerStatus(500)

    def stopped(seconds: float) -> bool:
        waited.append(seconds)
        if len(waited) == len(outcomes):
            return True
        prepare()
        return False

    prepare()
    asked = auth_server.AuthServer(WazoAuthSettings.model_validate(server.settings()))
    ServiceToken(asked, ACCOUNT, stopped).keep_renewed()
    asked.close()
    return waited


def test_the_token_is_renewed_at_80_percent_of_its_life(server: AuthServer) -> None:
    assert waits(server, [True, True, True]) == [17280, 17280, 17280]


def test_failures_are_tried_again_after_growing_pauses(server: AuthServer) -> None:
    assert waits(server, [False] * 8) == [1, 2, 4, 8, 16, 32, 32, 32]


def test_after_a_success_the_pauses_begin_anew(server: AuthServer) -> None:
    assert waits(server, [False, False, True, False, False]) == [1, 2, 17280, 1, 2]


def test_tenants_are_found_by_name_below_the_scope(server: AuthServer, connect: Connect) -> None:
    server.add_tenant(TENANT, name="Été & Söhne")
    server.add_tenant(CHILD, name="child", parent=TENANT)
    asked = connect()
    eventual_master(asked)
    assert list(asked.tenants_named("Été & Söhne", Caller("any", TENANT))) == [TENANT]
    assert list(asked.tenants_named("Été & Söhne", Caller("any", CHILD))) == []
    assert list(asked.tenants_named("nobody", CALLER)) == []


def test_a_forgotten_service_token_is_replaced_at_once(server: AuthServer, connect: Connect) -> None:
    server.add_tenant(TENANT, name="main")
    asked = connect()
    eventual_master(asked)
    server.tokens.clear()
    assert list(asked.tenants_named("main", CALLER)) == [TENANT]


def test_a_refused_service_account_is_an_outage_of_the_server(server: AuthServer, connect: Connect) -> None:
    asked = connect()
    eventual_master(asked)
    server.trouble = AnswerStatus(401)
    with pytest.raises(AuthServerUnreachable):
        asked.tenants_named("main", CALLER)
