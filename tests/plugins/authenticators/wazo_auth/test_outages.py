"""The authenticator `wazo_auth` while its server is down, slow or strange."""

import logging
import socket
from collections.abc import Callable

import pytest

from servers.auth_server import (
    AnswerBody,
    AnswerStatus,
    AuthServer,
    DropEveryConnection,
    DropKeptConnections,
    Hang,
    Trickle,
)
from waiting import promptly
from xivo_dird.authenticator import AuthServerUnreachable, Caller
from xivo_dird_authenticators.wazo_auth.authenticator import WazoAuthAuthenticator

Connect = Callable[..., WazoAuthAuthenticator]

TENANT = "11111111-1111-4111-8111-11111111111a"
READ = "dird.status.read"
TOKEN = "s3cret-token"
LIMIT = 0.3


def outage(server: AuthServer, asked: WazoAuthAuthenticator) -> str:
    """Ask, expect the 503 error in time and without the token; answer its original error."""
    with promptly(), pytest.raises(AuthServerUnreachable) as caught:
        asked.authenticate(TOKEN, READ, None)
    details = caught.value.details
    assert caught.value.message == "Authentication server unreachable"
    assert (details["auth_server_host"], details["auth_server_port"]) == (server.host, server.port)
    assert TOKEN not in str(details)
    assert str(details["original_error"]).isprintable()
    return str(details["original_error"])


@pytest.fixture
def asked(server: AuthServer, connect: Connect) -> WazoAuthAuthenticator:
    """An authenticator whose server knows `TOKEN`."""
    server.add_token(TOKEN, tenant_uuid=TENANT)
    return connect()


@pytest.fixture
def hurried(server: AuthServer, connect: Connect) -> WazoAuthAuthenticator:
    """An authenticator with a short time limit; its server knows `TOKEN`."""
    server.add_token(TOKEN, tenant_uuid=TENANT)
    return connect(timeout=LIMIT)


def test_a_refused_connection_is_an_outage(server: AuthServer, asked: WazoAuthAuthenticator) -> None:
    server.stop()
    assert "refused" in outage(server, asked)


def test_a_hung_server_costs_at_most_the_timeout(server: AuthServer, hurried: WazoAuthAuthenticator) -> None:
    server.trouble = Hang()
    assert outage(server, hurried) == "no complete answer within 0.3 seconds"


def test_an_answer_byte_by_byte_costs_at_most_the_timeout(
    server: AuthServer, hurried: WazoAuthAuthenticator
) -> None:
    server.trouble = Trickle(pause=LIMIT / 3)
    assert outage(server, hurried) == "no complete answer within 0.3 seconds"


def test_a_body_byte_by_byte_costs_at_most_the_timeout(
    server: AuthServer, asked: WazoAuthAuthenticator, hurried: WazoAuthAuthenticator
) -> None:
    caller = asked.authenticate(TOKEN, READ, None)
    server.trouble = Trickle(pause=LIMIT / 60)
    with promptly(), pytest.raises(AuthServerUnreachable):
        hurried.visible_tenants(caller)


def test_a_server_that_accepts_nothing_costs_at_most_the_timeout(
    server: AuthServer, connect: Connect
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1) as deaf:
        server.stop()
        server.port = deaf.getsockname()[1]
        outage(server, connect(timeout=LIMIT, port=server.port))


@pytest.mark.parametrize("status", [200, 201, 301, 302, 400, 401, 405, 429, 500, 502, 503])
def test_any_other_status_is_an_outage(status: int, server: AuthServer, asked: WazoAuthAuthenticator) -> None:
    server.trouble = AnswerStatus(status)
    assert outage(server, asked) == f"answered {status} to a token check"


def test_a_redirection_is_not_followed(server: AuthServer, asked: WazoAuthAuthenticator) -> None:
    server.trouble = AnswerStatus(302, location=f"http://127.0.0.1:{server.port}/elsewhere")
    outage(server, asked)
    assert all("elsewhere" not in request.path for request in server.requests)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"null",
        b"{}",
        b'{"data": null}',
        b'{"data": {"metadata": {"tenant_uuid": 1}}}',
        b"[" * 100_000,
        b'{"data": 1e999}',
        b"\xff\xfe",
    ],
)
def test_a_body_of_unknown_form_is_an_outage(
    body: bytes, server: AuthServer, asked: WazoAuthAuthenticator
) -> None:
    server.trouble = AnswerBody(body)
    assert outage(server, asked) == "answered 200 with a body of unknown form"


def test_a_body_without_end_is_an_outage(
    server: AuthServer, asked: WazoAuthAuthenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xivo_dird_authenticators.wazo_auth.auth_server.MAX_BYTES", 1000)
    server.trouble = AnswerBody(b"x" * 1001)
    assert outage(server, asked) == "answered more than 1000 bytes"
    server.trouble = None
    assert asked.authenticate(TOKEN, READ, None).tenant_uuid == TENANT


def test_an_error_for_the_tenants_is_an_outage(server: AuthServer, asked: WazoAuthAuthenticator) -> None:
    caller = asked.authenticate(TOKEN, READ, None)
    server.trouble = AnswerStatus(500)
    with pytest.raises(AuthServerUnreachable):
        asked.visible_tenants(caller)
    server.trouble = None
    server.stop()
    with pytest.raises(AuthServerUnreachable):
        asked.visible_tenants(caller)


def test_a_stale_kept_connection_is_not_noticed(server: AuthServer, asked: WazoAuthAuthenticator) -> None:
    server.trouble = DropKeptConnections()
    for _ in range(3):
        assert asked.authenticate(TOKEN, READ, None).tenant_uuid == TENANT


def test_a_restarted_server_is_used_again_at_once(server: AuthServer, asked: WazoAuthAuthenticator) -> None:
    asked.authenticate(TOKEN, READ, None)
    server.restart()
    asked.authenticate(TOKEN, READ, None)
    server.stop()
    outage(server, asked)
    server.start()
    asked.authenticate(TOKEN, READ, None)


def test_a_server_that_drops_every_connection_is_asked_twice_and_then_unreachable(
    server: AuthServer, asked: WazoAuthAuthenticator
) -> None:
    server.trouble = DropEveryConnection()
    outage(server, asked)
    assert len(server.calls()) == 2


def test_cached_answers_survive_an_outage(server: AuthServer, connect: Connect) -> None:
    server.add_token(TOKEN, tenant_uuid=TENANT)
    asked = connect(cache_ttl=60)
    asked.authenticate(TOKEN, READ, None)
    server.stop()
    assert isinstance(asked.authenticate(TOKEN, READ, None), Caller)


def test_no_log_line_holds_a_token_or_password(
    server: AuthServer,
    asked: WazoAuthAuthenticator,
    hurried: WazoAuthAuthenticator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        asked.authenticate(TOKEN, READ, None)
        for trouble in (Hang(), AnswerStatus(500), DropEveryConnection()):
            server.trouble = trouble
            outage(server, hurried)
    assert TOKEN not in caplog.text
    assert str(server.settings()["password"]) not in caplog.text
