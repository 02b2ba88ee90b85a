"""Tests of redirects, which are checked like the first URL."""

from collections.abc import Callable

import pytest

from servers.faulty_http import FaultyHttp, HttpAnswer, ReceivedRequest, Respond
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.outgoing import AllowedTargets, HttpClient, Outgoing, TargetNotAllowed

TOKEN = {"Authorization": "Bearer s3cret", "X-Auth-Token": "s3cret", "Accept": "text/csv"}

Connect = Callable[..., HttpClient]


def redirecting(location: str, status: int = 302) -> Respond:
    """Return an answer that redirects `/` to `location`."""

    def answer(request: ReceivedRequest) -> HttpAnswer:
        return HttpAnswer(status, headers={"Location": location}) if request.path == "/" else HttpAnswer()

    return answer


def test_a_redirect_on_the_same_server_keeps_the_headers(connect: Connect) -> None:
    with FaultyHttp(redirecting("../people?page=2")) as server:
        assert connect(server.url).get(server.url, headers=TOKEN).status == 200
        redirected = server.requests[1]
        assert (redirected.path, redirected.query) == ("/people", (("page", "2"),))
        assert redirected.headers["x-auth-token"] == "s3cret"


def test_a_redirect_to_another_server_gets_no_secret(connect: Connect) -> None:
    outgoing = Outgoing(AllowedTargets.parse(["127.0.0.0/8"]))
    with (
        FaultyHttp(lambda _request: HttpAnswer()) as other,
        FaultyHttp(redirecting(f"{other.url}/x")) as server,
    ):
        connect(server.url, outgoing=outgoing).get(server.url, headers=TOKEN)
        assert other.requests[0].headers["accept"] == "text/csv"
        assert "s3cret" not in str(other.requests)


def test_a_body_is_not_redirected_to_another_server(connect: Connect) -> None:
    outgoing = Outgoing(AllowedTargets.parse(["127.0.0.0/8"]))
    with (
        FaultyHttp(lambda _request: HttpAnswer()) as other,
        FaultyHttp(redirecting(f"{other.url}/x", 307)) as server,
    ):
        with pytest.raises(SourceUnavailable, match="redirects a POST to another server"):
            connect(server.url, outgoing=outgoing).request("POST", server.url, body=b"password=s3cret")
        assert other.requests == []


@pytest.mark.parametrize(
    ("method", "status", "expected"),
    [
        ("GET", 301, "GET"),
        ("HEAD", 303, "HEAD"),
        ("POST", 301, "GET"),
        ("POST", 303, "GET"),
        ("POST", 307, "POST"),
        ("PROPFIND", 301, "PROPFIND"),
        ("REPORT", 308, "REPORT"),
    ],
)
def test_a_redirect_keeps_the_method_unless_it_is_a_post(
    connect: Connect, method: str, status: int, expected: str
) -> None:
    with FaultyHttp(redirecting("/there", status)) as server:
        connect(server.url).request(method, server.url, body=b"x" if method != "HEAD" else None)
        assert server.requests[1].method == expected


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://127.0.0.1:1/",
        "http://localhost:1/",
        "//10.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http://www.example.org@127.0.0.1/",
        "http://[::1",
        "http://127.0.0.1:99999/",
        f"http://{'a' * 60_000}/",
    ],
)
def test_a_redirect_to_what_is_not_allowed_is_an_error(connect: Connect, location: str) -> None:
    with FaultyHttp(redirecting(location)) as server, pytest.raises(SourceUnavailable) as caught:
        connect(server.url).get(server.url)
    message = caught.value.message
    assert message.startswith(f"{server.url}: redirects to ")
    assert "no public address" in message or "URL" in message
    assert len(message) < 300


def test_a_redirect_without_end_is_an_error(connect: Connect) -> None:
    with FaultyHttp(redirecting("/")) as server:
        with pytest.raises(SourceUnavailable, match="redirects more than 5 times"):
            connect(server.url).get(server.url)
        assert len(server.requests) == 6


def test_a_declared_source_reaches_the_hosts_that_it_names_only(connect: Connect) -> None:
    outgoing = Outgoing(AllowedTargets(), trusts_options=True, resolve=lambda _host, _port: ("127.0.0.1",))
    with FaultyHttp(redirecting("http://10.0.0.1/")) as server:
        url = f"http://crm.lan:{server.port}"
        with pytest.raises(TargetNotAllowed, match=r"10\.0\.0\.1"):
            connect(url, outgoing=outgoing).get(url)
        assert len(server.requests) == 1
