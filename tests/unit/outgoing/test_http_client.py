"""Tests of HTTP requests: connections, headers, names and pauses."""

import logging
from collections.abc import Callable, Sequence

import pytest

from servers import http_faults
from servers.faulty_http import FaultyHttp, HttpAnswer, ReceivedRequest
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.outgoing import AllowedTargets, HttpClient, Outgoing, TargetNotAllowed, Throttled

Connect = Callable[..., HttpClient]


def ok(_request: ReceivedRequest) -> HttpAnswer:
    return HttpAnswer(body=b"[1]")


def test_requests_share_a_connection(connect: Connect) -> None:
    with FaultyHttp(ok) as server:
        client = connect(server.url)
        assert [client.get(f"{server.url}/people", query={"q": "é&"}).json() for _ in range(3)] == [[1]] * 3
        assert [(request.path, request.query) for request in server.requests] == [
            ("/people", (("q", "é&"),))
        ] * 3
        assert server.connections == 1


def test_idle_connections_that_were_closed_are_replaced(connect: Connect) -> None:
    with FaultyHttp(ok) as server:
        client = connect(server.url)
        for _ in range(3):
            client.get(server.url)
            server.stop()
            server.start()


def test_a_post_is_sent_only_once(connect: Connect) -> None:
    with FaultyHttp(ok) as server:
        server.fault = http_faults.close
        with pytest.raises(SourceUnavailable):
            connect(server.url).request("POST", server.url, body=b"{}")
        assert len(server.requests) == 1


def test_user_and_password_of_a_url_are_sent(connect: Connect) -> None:
    with FaultyHttp(ok) as server:
        url = server.url.replace("//", "//ada:pw@")
        connect(url).get(url)
        assert server.requests[0].headers["authorization"] == "Basic YWRhOnB3"


@pytest.mark.parametrize("status", [200, 204, 401, 404, 500])
def test_a_response_with_any_status_is_returned(connect: Connect, status: int) -> None:
    with FaultyHttp(lambda _request: HttpAnswer(status)) as server:
        assert connect(server.url).get(server.url).status == status


def test_only_a_success_is_accepted_where_one_is_required(connect: Connect) -> None:
    with FaultyHttp(lambda _request: HttpAnswer(403)) as server:
        response = connect(server.url).get(server.url)
    with pytest.raises(SourceUnavailable, match="403 Forbidden"):
        response.require_success()


def test_nothing_is_sent_during_a_pause(connect: Connect) -> None:
    with FaultyHttp(lambda _request: HttpAnswer(429, headers={"Retry-After": "60"})) as server:
        client = connect(server.url)
        assert client.get(server.url).status == 429
        with pytest.raises(Throttled):
            client.get(server.url)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[" * 100_000, b"[1e999]", b"[NaN]", b"\xff", b"[1] x"],
)
def test_a_body_that_is_no_json_is_an_error(connect: Connect, body: bytes) -> None:
    with FaultyHttp(lambda _request: HttpAnswer(200, body, "text/html")) as server:
        response = connect(server.url).get(server.url)
    with pytest.raises(SourceUnavailable, match=r"answered no JSON \(Content-Type 'text/html'\)"):
        response.json()


def test_a_link_to_another_server_is_not_followed(connect: Connect) -> None:
    with FaultyHttp(ok) as other, FaultyHttp(ok) as server:
        with pytest.raises(SourceUnavailable, match="not the configured server"):
            connect(server.url).get(f"{other.url}/page/2", headers={"X-Auth-Token": "s3cret"})
        assert other.requests == []


def test_a_name_is_resolved_once_for_a_connection(connect: Connect) -> None:
    resolved: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        resolved.append(host)
        return ("127.0.0.1",) if len(resolved) == 1 else ("10.0.0.1",)

    outgoing = Outgoing(AllowedTargets.parse(["crm.lan"]), resolve=resolve)
    with FaultyHttp(ok) as server:
        url = f"http://crm.lan:{server.port}"
        assert connect(url, outgoing=outgoing).get(url).status == 200
        assert server.requests[0].headers["host"] == f"crm.lan:{server.port}"
        assert resolved == ["crm.lan"]


def test_a_name_that_leads_to_a_private_address_is_refused(connect: Connect) -> None:
    outgoing = Outgoing(resolve=lambda _host, _port: ("127.0.0.1",))
    with FaultyHttp(ok) as server:
        url = f"http://rebound.example:{server.port}"
        with pytest.raises(TargetNotAllowed, match=r"rebound\.example"):
            connect(url, outgoing=outgoing).get(url)
        assert server.connections == 0


def test_no_log_line_has_a_url_or_a_header(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with FaultyHttp(ok) as server:
        connect(server.url).get(
            f"{server.url}/s3cret", query={"q": "s3cret"}, headers={"X-Auth-Token": "s3cret"}
        )
    assert "s3cret" not in caplog.text
