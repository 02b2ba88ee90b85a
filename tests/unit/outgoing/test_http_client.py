"""Tests of HTTP requests to a server on a loopback port, which may misbehave in any way."""

import gzip
import logging
import socket
import ssl
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from threading import Event, Thread

import pytest
import trustme

from servers.scripted_http import Answer, HangUp, HttpRequest, ScriptedHttp, response
from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt
from xivo_dird.client_tls import client_tls_context
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.outgoing import AllowedTargets, HttpClient, HttpLimits, Outgoing, TargetNotAllowed, Throttled

SHORT_TIMEOUT = 0.3
MAX_BYTES = 100_000
TOKEN = {"Authorization": "Bearer s3cret", "X-Auth-Token": "s3cret", "Accept": "text/csv"}

Connect = Callable[..., HttpClient]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Yield a function that creates a client of a URL."""
    clients: list[HttpClient] = []

    def new_client(url: str, *, timeout: float = TIMEOUT, outgoing: Outgoing | None = None) -> HttpClient:
        door = outgoing or Outgoing(max_response_bytes=MAX_BYTES)
        clients.append(door.http_client({"url": url}, limits=HttpLimits(timeout=timeout)))
        return clients[-1]

    yield new_client
    for client in clients:
        client.close()


def always(*pieces: bytes) -> Answer:
    """Return an answer that is the same for all requests."""
    return lambda _request: pieces


def failure(client: HttpClient, url: str) -> str:
    """Return the text of the error of a request, which ends soon and names the server but no secret."""
    with assert_prompt(), pytest.raises(SourceUnavailable) as caught:
        client.get(f"{url}/hook-s3cret", query={"q": "s3cret"}, headers=TOKEN)
    assert "s3cret" not in caught.value.message
    assert "127.0.0.1" in caught.value.message
    return caught.value.message


def test_requests_share_a_connection(connect: Connect) -> None:
    with ScriptedHttp(always(response(200, b"[1]"))) as server:
        client = connect(server.url)
        assert [client.get(f"{server.url}/people", query={"q": "é"}).json() for _ in range(3)] == [[1]] * 3
        assert [request.target for request in server.requests] == ["/people?q=%C3%A9"] * 3
        assert server.connections == 1


def test_a_closed_idle_connection_is_replaced(connect: Connect) -> None:
    with ScriptedHttp(always(response(200, b"{}"))) as server:
        client = connect(server.url)
        for _ in range(3):
            client.get(server.url)
            server.drop_connections()


def test_a_post_is_sent_only_once(connect: Connect) -> None:
    def hang_up(_request: HttpRequest) -> Iterable[bytes]:
        raise HangUp

    with ScriptedHttp(hang_up) as server:
        with pytest.raises(SourceUnavailable):
            connect(server.url).request("POST", server.url, body=b"{}")
        assert len(server.requests) == 1


def test_user_and_password_of_a_url_are_sent(connect: Connect) -> None:
    with ScriptedHttp(always(response(200))) as server:
        url = server.url.replace("//", "//ada:pw@")
        connect(url).get(url)
        assert server.requests[0].headers["authorization"] == "Basic YWRhOnB3"


@pytest.mark.parametrize("status", [200, 204, 401, 404, 500])
def test_a_response_with_any_status_is_returned(connect: Connect, status: int) -> None:
    with ScriptedHttp(always(response(status))) as server:
        assert connect(server.url).get(server.url).status == status


def test_only_a_success_is_accepted_where_one_is_required(connect: Connect) -> None:
    with (
        ScriptedHttp(always(response(403))) as server,
        pytest.raises(SourceUnavailable, match="403 Forbidden"),
    ):
        connect(server.url).get(server.url).require_success()


def test_nothing_is_sent_during_a_pause(connect: Connect) -> None:
    with ScriptedHttp(always(response(429, Retry_After="60"))) as server:
        client = connect(server.url)
        assert client.get(server.url).status == 429
        with pytest.raises(Throttled):
            client.get(server.url)
        assert len(server.requests) == 1


def redirecting(location: str, status: int = 302) -> Answer:
    """Return an answer that redirects `/` to `location`."""

    def answer(request: HttpRequest) -> Iterable[bytes]:
        is_first = request.target.startswith("/?") or request.target == "/"
        return (response(status, Location=location) if is_first else response(200, request.method.encode()),)

    return answer


def test_a_redirect_on_the_same_server_keeps_the_headers(connect: Connect) -> None:
    with ScriptedHttp(redirecting("../people?page=2")) as server:
        assert connect(server.url).get(server.url, headers=TOKEN).status == 200
        assert server.requests[1].target == "/people?page=2"
        assert server.requests[1].headers["x-auth-token"] == "s3cret"


def test_a_redirect_to_another_server_gets_no_secret(connect: Connect) -> None:
    outgoing = Outgoing(AllowedTargets.parse(["127.0.0.0/8"]))
    with ScriptedHttp(always(response(200))) as other, ScriptedHttp(redirecting(f"{other.url}/x")) as server:
        connect(server.url, outgoing=outgoing).get(server.url, headers=TOKEN)
        assert other.requests[0].headers["accept"] == "text/csv"
        assert "s3cret" not in str(other.requests)


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
    with ScriptedHttp(redirecting("/there", status)) as server:
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
    ],
)
def test_a_redirect_to_what_is_not_allowed_is_an_error(connect: Connect, location: str) -> None:
    with ScriptedHttp(redirecting(location)) as server, pytest.raises(SourceUnavailable) as caught:
        connect(server.url).get(server.url)
    assert "no public address" in caught.value.message or "URL" in caught.value.message


def test_a_redirect_without_end_is_an_error(connect: Connect) -> None:
    with ScriptedHttp(redirecting("/")) as server:
        with pytest.raises(SourceUnavailable, match="redirects more than 5 times"):
            connect(server.url).get(server.url)
        assert len(server.requests) == 6


def test_a_link_to_another_server_is_not_followed(connect: Connect) -> None:
    with ScriptedHttp(always(response(200))) as other, ScriptedHttp(always()) as server:
        with pytest.raises(SourceUnavailable, match="not the configured server"):
            connect(server.url).get(f"{other.url}/page/2", headers=TOKEN)
        assert other.requests == []


def test_a_name_is_resolved_once_for_a_connection(connect: Connect) -> None:
    resolved: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        resolved.append(host)
        return ("127.0.0.1",) if len(resolved) == 1 else ("10.0.0.1",)

    outgoing = Outgoing(AllowedTargets.parse(["crm.lan"]), resolve=resolve)
    with ScriptedHttp(always(response(200))) as server:
        url = f"http://crm.lan:{server.port}"
        assert connect(url, outgoing=outgoing).get(url).status == 200
        assert server.requests[0].headers["host"] == f"crm.lan:{server.port}"
        assert resolved == ["crm.lan"]


def test_a_name_that_leads_to_a_private_address_is_refused(connect: Connect) -> None:
    outgoing = Outgoing(resolve=lambda _host, _port: ("127.0.0.1",))
    with ScriptedHttp(always(response(200))) as server:
        url = f"http://rebound.example:{server.port}"
        with pytest.raises(TargetNotAllowed, match=r"rebound\.example"):
            connect(url, outgoing=outgoing).get(url)
        assert server.connections == 0


def test_a_declared_source_may_reach_the_hosts_that_it_names(connect: Connect) -> None:
    outgoing = Outgoing(AllowedTargets(), trusts_options=True, resolve=lambda _host, _port: ("127.0.0.1",))
    with ScriptedHttp(redirecting("http://10.0.0.1/")) as server:
        url = f"http://crm.lan:{server.port}"
        with pytest.raises(TargetNotAllowed, match=r"10\.0\.0\.1"):
            connect(url, outgoing=outgoing).get(url)
        assert len(server.requests) == 1


def hanging(_request: HttpRequest) -> Iterable[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    Event().wait(LONG_TIMEOUT)


def trickling(_request: HttpRequest) -> Iterable[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
    while not Event().wait(SHORT_TIMEOUT / 20):
        yield b"x"


def trickling_head(_request: HttpRequest) -> Iterable[bytes]:
    yield b"HTTP/1.1 200 OK\r\nX-Long: "
    while not Event().wait(SHORT_TIMEOUT / 20):
        yield b"x"


@pytest.mark.parametrize("answer", [hanging, trickling, trickling_head])
def test_a_slow_response_ends_with_the_timeout(connect: Connect, answer: Answer) -> None:
    with ScriptedHttp(answer) as server:
        text = failure(connect(server.url, timeout=SHORT_TIMEOUT), server.url)
    assert "no complete answer within 0.3 s" in text


def endless(_request: HttpRequest) -> Iterable[bytes]:
    yield b"HTTP/1.1 200 OK\r\n\r\n"
    while True:
        yield b"x" * 10_000


def endless_headers(_request: HttpRequest) -> Iterable[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        yield b"X-More: x\r\n" * 1000


def truncated(_request: HttpRequest) -> Iterable[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"
    raise HangUp


def bomb(encoding: str, body: bytes) -> bytes:
    return response(200, body, Content_Encoding=encoding)


ZEROS = bytes(50_000_000)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (endless, "more than 100000 bytes"),
        (endless_headers, "no valid HTTP"),
        (always(response(200, b"x" * (MAX_BYTES + 1))), "more than 100000 bytes"),
        (always(bomb("gzip", gzip.compress(ZEROS))), "more than 100000 bytes"),
        (always(bomb("deflate", zlib.compress(ZEROS))), "more than 100000 bytes"),
        (always(bomb("gzip, gzip", gzip.compress(gzip.compress(ZEROS)))), "more than 100000 bytes"),
        (always(bomb(", ".join(["gzip"] * 50), b"")), "can't be decompressed"),
        (always(bomb("gzip", b"no gzip")), "can't be decompressed"),
        (truncated, "ends early"),
        (always(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "no valid HTTP"),
        (always(b"SSH-2.0-OpenSSH_9.6\r\n"), "no valid HTTP"),
        (always(b"\x00" * 1000 + b"\r\n\r\n"), "no valid HTTP"),
        (always(b"HTTP/1.1 20x OK\r\n\r\n"), "no valid HTTP"),
    ],
)
def test_a_response_that_is_broken_or_has_no_end_is_an_error(
    connect: Connect, answer: Answer, text: str
) -> None:
    with ScriptedHttp(answer) as server:
        assert text in failure(connect(server.url, timeout=2.0), server.url)


def test_a_response_without_a_length_ends_with_the_timeout(connect: Connect) -> None:
    with ScriptedHttp(always(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nbody")) as server:
        text = failure(connect(server.url, timeout=SHORT_TIMEOUT), server.url)
    assert "no complete answer within 0.3 s" in text


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[" * 100_000, b"[1e999]", b"[NaN]", b"\xff", b'{"a": "\\ud800"}', b"[1] x"],
)
def test_a_body_that_is_no_json_is_an_error(connect: Connect, body: bytes) -> None:
    with ScriptedHttp(always(response(200, body, Content_Type="text/html"))) as server:
        answered = connect(server.url).get(server.url)
        with pytest.raises(SourceUnavailable, match="answered no JSON, but 'text/html'"):
            answered.json()


def test_a_server_that_refuses_is_an_error(connect: Connect) -> None:
    with ScriptedHttp(always()) as server:
        url = server.url
    assert "refused" in failure(connect(url), url)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Return a certificate authority that no system trusts."""
    return trustme.CA()


@pytest.fixture
def tls_server(authority: trustme.CA) -> Iterator[ScriptedHttp]:
    """Yield an HTTPS server with a certificate of the authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with ScriptedHttp(always(response(200)), tls=context) as server:
        yield server


def test_a_certificate_of_an_unknown_authority_is_refused(connect: Connect, tls_server: ScriptedHttp) -> None:
    text = failure(connect(tls_server.url), tls_server.url)
    assert "certificate is not accepted: unable to get local issuer certificate" in text
    assert tls_server.requests == []


def test_a_certificate_for_another_host_is_refused(authority: trustme.CA, tls_server: ScriptedHttp) -> None:
    def trusted() -> ssl.SSLContext:
        context = client_tls_context(True)
        authority.configure_trust(context)
        return context

    url = tls_server.url.replace("127.0.0.1", "localhost")
    with (
        closing(Outgoing().http_client({"url": url}, new_tls_context=trusted)) as client,
        pytest.raises(SourceUnavailable, match="certificate is not accepted"),
    ):
        client.get(url)
    with closing(Outgoing().http_client({"url": tls_server.url}, new_tls_context=trusted)) as client:
        assert client.get(tls_server.url).status == 200


def test_a_handshake_sent_byte_by_byte_ends_with_the_timeout(connect: Connect) -> None:
    def trickle(listener: socket.socket) -> None:
        with listener.accept()[0] as connection, suppress(OSError):
            connection.sendall(b"\x16\x03\x03\x40\x00")  # the head of a TLS record with 16 KiB
            while not Event().wait(SHORT_TIMEOUT / 20):
                connection.sendall(b"\x02")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        Thread(target=trickle, args=(listener,), daemon=True).start()
        text = failure(connect(url, timeout=SHORT_TIMEOUT), url)
    assert "no complete answer within 0.3 s" in text


def test_no_log_line_has_a_url_or_a_header(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedHttp(redirecting("/there")) as server:
        connect(server.url).get(f"{server.url}/", query={"q": "s3cret"}, headers=TOKEN)
    assert "s3cret" not in caplog.text
