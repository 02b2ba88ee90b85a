"""Tests of the authenticator `wazo_auth` with a server that is down, slow or faulty."""

import logging
import socket
from collections.abc import Callable

import pytest

from servers.auth_server import (
    AnswerBody,
    AnswerStatus,
    AuthServer,
    DropEveryConnection,
    DropReusedConnections,
    Hang,
    Trickle,
)
from waiting import assert_prompt
from xivo_dird.authenticator import AuthServerUnreachable, Caller
from xivo_dird_authenticators.wazo_auth.authenticator import WazoAuthAuthenticator

Connect = Callable[..., WazoAuthAuthenticator]

TENANT = "11111111-1111-4111-8111-11111111111a"
READ = "dird.status.read"
TOKEN = "s3cret-token"
SHORT_TIMEOUT = 0.3


def outage(server: AuthServer, authenticator: WazoAuthAuthenticator) -> str:
    """Expect a prompt 503 error that doesn't contain the token; return its original error."""
    with assert_prompt(), pytest.raises(AuthServerUnreachable) as caught:
        authenticator.authenticate(TOKEN, READ, None)
    details = caught.value.details
    assert caught.value.message == "Authentication server unreachable"
    assert (details["auth_server_host"], details["auth_server_port"]) == (server.host, server.port)
    assert TOKEN not in str(details)
    assert str(details["original_error"]).isprintable()
    return str(details["original_error"])


@pytest.fixture
def authenticator(server: AuthServer, connect: Connect) -> WazoAuthAuthenticator:
    """Return an authenticator whose server has `TOKEN`."""
    server.add_token(TOKEN, tenant_uuid=TENANT)
    return connect()


@pytest.fixture
def impatient(server: AuthServer, connect: Connect) -> WazoAuthAuthenticator:
    """Return an authenticator with a short timeout; its server has `TOKEN`."""
    server.add_token(TOKEN, tenant_uuid=TENANT)
    return connect(timeout=SHORT_TIMEOUT)


def test_a_refused_connection_is_an_outage(server: AuthServer, authenticator: WazoAuthAuthenticator) -> None:
    server.stop()
    assert "refused" in outage(server, authenticator)


def test_a_server_that_hangs_causes_a_timeout(server: AuthServer, impatient: WazoAuthAuthenticator) -> None:
    server.fault = Hang()
    assert outage(server, impatient) == "no complete answer within 0.3 s"


def test_a_header_sent_byte_by_byte_causes_a_timeout(
    server: AuthServer, impatient: WazoAuthAuthenticator
) -> None:
    server.fault = Trickle(pause=SHORT_TIMEOUT / 3)
    assert outage(server, impatient) == "no complete answer within 0.3 s"


def test_a_body_sent_byte_by_byte_causes_a_timeout(
    server: AuthServer, authenticator: WazoAuthAuthenticator, impatient: WazoAuthAuthenticator
) -> None:
    caller = authenticator.authenticate(TOKEN, READ, None)
    server.fault = Trickle(pause=SHORT_TIMEOUT / 60)
    with assert_prompt(), pytest.raises(AuthServerUnreachable):
        impatient.visible_tenants(caller)


def test_a_server_that_accepts_no_connection_causes_a_timeout(server: AuthServer, connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1) as listener:
        server.stop()
        server.port = listener.getsockname()[1]
        outage(server, connect(timeout=SHORT_TIMEOUT, port=server.port))


@pytest.mark.parametrize("status", [200, 201, 301, 302, 400, 401, 405, 429, 500, 502, 503])
def test_any_unexpected_status_is_an_outage(
    status: int, server: AuthServer, authenticator: WazoAuthAuthenticator
) -> None:
    server.fault = AnswerStatus(status)
    assert outage(server, authenticator) == f"answered {status} to a token check"


def test_a_redirection_is_not_followed(server: AuthServer, authenticator: WazoAuthAuthenticator) -> None:
    server.fault = AnswerStatus(302, location=f"http://127.0.0.1:{server.port}/elsewhere")
    outage(server, authenticator)
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
    body: bytes, server: AuthServer, authenticator: WazoAuthAuthenticator
) -> None:
    server.fault = AnswerBody(body)
    assert outage(server, authenticator) == "answered 200 with a body of unknown form"


def test_an_error_in_the_list_of_tenants_is_an_outage(
    server: AuthServer, authenticator: WazoAuthAuthenticator
) -> None:
    caller = authenticator.authenticate(TOKEN, READ, None)
    server.fault = AnswerStatus(500)
    with pytest.raises(AuthServerUnreachable):
        authenticator.visible_tenants(caller)
    server.fault = None
    server.stop()
    with pytest.raises(AuthServerUnreachable):
        authenticator.visible_tenants(caller)


def test_a_closed_pooled_connection_is_replaced(
    server: AuthServer, authenticator: WazoAuthAuthenticator
) -> None:
    server.fault = DropReusedConnections()
    for _ in range(3):
        assert authenticator.authenticate(TOKEN, READ, None).tenant_uuid == TENANT


def test_a_restarted_server_is_used_again_at_once(
    server: AuthServer, authenticator: WazoAuthAuthenticator
) -> None:
    authenticator.authenticate(TOKEN, READ, None)
    server.restart()
    authenticator.authenticate(TOKEN, READ, None)
    server.stop()
    outage(server, authenticator)
    server.start()
    authenticator.authenticate(TOKEN, READ, None)


def test_a_request_on_a_dropped_connection_is_retried_once(
    server: AuthServer, authenticator: WazoAuthAuthenticator
) -> None:
    server.fault = DropEveryConnection()
    outage(server, authenticator)
    assert len(server.calls()) == 2


def test_cached_decisions_are_used_during_an_outage(server: AuthServer, connect: Connect) -> None:
    server.add_token(TOKEN, tenant_uuid=TENANT)
    authenticator = connect(cache_ttl=60)
    authenticator.authenticate(TOKEN, READ, None)
    server.stop()
    assert isinstance(authenticator.authenticate(TOKEN, READ, None), Caller)


def test_no_log_line_contains_a_token_or_password(
    server: AuthServer,
    authenticator: WazoAuthAuthenticator,
    impatient: WazoAuthAuthenticator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        authenticator.authenticate(TOKEN, READ, None)
        for fault in (Hang(), AnswerStatus(500), DropEveryConnection()):
            server.fault = fault
            outage(server, impatient)
    assert TOKEN not in caplog.text
    assert str(server.settings()["password"]) not in caplog.text
