"""Tests of servers that are slow, send too much, or send no HTTP."""

import gzip
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from itertools import count
from threading import Event, Thread

import pytest
import trustme

from servers import http_faults
from servers.faulty_http import Fault, FaultyHttp, HttpAnswer, HttpPeer
from waiting import TIMEOUT, assert_prompt
from xivo_dird.client_tls import client_tls_context
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.outgoing import HttpClient, Outgoing

SHORT_TIMEOUT = 0.3
MAX_BYTES = 100_000
ZEROS = bytes(50_000_000)
HEAD = b"HTTP/1.1 200 OK\r\n"

Connect = Callable[..., HttpClient]


@pytest.fixture
def server() -> Iterator[FaultyHttp]:
    """Yield a server whose answers are empty."""
    with FaultyHttp(lambda _request: HttpAnswer()) as server:
        yield server


def failure(client: HttpClient, url: str) -> str:
    """Return the text of the error of a request, which ends soon and names the server but no secret."""
    with assert_prompt(), pytest.raises(SourceUnavailable) as caught:
        client.get(f"{url}/hook-s3cret", query={"q": "s3cret"}, headers={"X-Auth-Token": "s3cret"})
    assert "s3cret" not in caught.value.message
    assert "127.0.0.1" in caught.value.message
    return caught.value.message


def raw(data: bytes) -> Fault:
    """Return a fault that sends these bytes."""
    return lambda peer: peer.send(data)


def compressed(encoding: str, body: bytes) -> Fault:
    return http_faults.answer(HttpAnswer(body=body, headers={"Content-Encoding": encoding}))


def endless(head: bytes, data: bytes | None = None) -> Fault:
    """Return a fault that sends bytes, then others without end; by default the same again."""

    def send(peer: HttpPeer) -> None:
        peer.send(head)
        peer.send_endlessly((data or head) * 1000)

    return send


def slow_head(peer: HttpPeer) -> None:
    peer.send_slowly(b"HTTP/1.1 200 OK\r\nX-Long: x", SHORT_TIMEOUT / 20)


def slow_body(peer: HttpPeer) -> None:
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    peer.send_slowly(b"x", SHORT_TIMEOUT / 20)


@pytest.mark.parametrize(
    "fault",
    [
        http_faults.hang,
        slow_head,
        slow_body,
        http_faults.endless_interim_answers,
        http_faults.endless_trailers,
        endless(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"),
        endless(HEAD + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"")),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nbody"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nbody"),
        raw(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"),
    ],
)
def test_a_response_without_end_ends_with_the_timeout(
    connect: Connect, server: FaultyHttp, fault: Fault
) -> None:
    server.fault = fault
    text = failure(connect(server.url, timeout=SHORT_TIMEOUT), server.url)
    assert "no complete answer within 0.3 s" in text


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (http_faults.endless_body, "more than 100000 bytes"),
        (http_faults.endless_chunks, "more than 100000 bytes"),
        (http_faults.endless_head, "no valid HTTP"),
        (http_faults.large_head, "headers of more than 65536 bytes"),
        (raw(HttpAnswer(body=b"x" * (MAX_BYTES + 1)).encode()), "more than 100000 bytes"),
        (compressed("gzip", gzip.compress(ZEROS)), "more than 100000 bytes"),
        (compressed("deflate", zlib.compress(ZEROS)), "more than 100000 bytes"),
        (compressed("x-gzip", gzip.compress(ZEROS)), "more than 100000 bytes"),
        (compressed("deflate", zlib.compress(ZEROS)[2:-4]), "more than 100000 bytes"),
        (compressed("gzip", gzip.compress(b"[]") + gzip.compress(ZEROS)), "more than 100000 bytes"),
        (compressed("gzip", gzip.compress(b"x") * (MAX_BYTES + 1)), "more than 100000 bytes"),
        (compressed("br", b"name\nAda\n"), "an encoding that was not asked for: 'br'"),
        (compressed("gzip, zstd", gzip.compress(b"name")), "an encoding that was not asked for: 'zstd'"),
        (
            raw(HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
            "not asked for: 'gzip, chu",
        ),
        (compressed("gzip, gzip", gzip.compress(gzip.compress(ZEROS))), "more than 100000 bytes"),
        (compressed(", ".join(["gzip"] * 50), b""), "can't be decompressed"),
        (compressed("gzip", b"no gzip"), "can't be decompressed"),
        (http_faults.truncated_body, "ends early"),
        (
            raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy"),
            "a header contradicts itself",
        ),
        (http_faults.endless_chunk_extension, "no valid HTTP"),
        (http_faults.negative_chunk, "no valid HTTP"),
        (http_faults.endless_status_line, "no valid HTTP"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "no valid HTTP"),
        (raw(b"SSH-2.0-OpenSSH_9.6\r\n"), "no valid HTTP"),
        (raw(b"\x00" * 1000 + b"\r\n\r\n"), "no valid HTTP"),
        (raw(b"HTTP/1.1 20x OK\r\n\r\n"), "no valid HTTP"),
    ],
)
def test_a_response_that_is_broken_or_too_large_is_an_error(
    connect: Connect, server: FaultyHttp, fault: Fault, text: str
) -> None:
    server.fault = fault
    assert text in failure(connect(server.url, timeout=TIMEOUT), server.url)


def test_a_server_that_refuses_is_an_error(connect: Connect, server: FaultyHttp) -> None:
    server.stop()
    assert "refused" in failure(connect(server.url), server.url)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Return a certificate authority that no system trusts."""
    return trustme.CA()


@pytest.fixture
def tls_server(authority: trustme.CA) -> Iterator[FaultyHttp]:
    """Yield an HTTPS server with a certificate of the authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with FaultyHttp(lambda _request: HttpAnswer(), context) as server:
        yield server


def test_a_certificate_of_an_unknown_authority_is_refused(connect: Connect, tls_server: FaultyHttp) -> None:
    text = failure(connect(tls_server.url), tls_server.url)
    assert "certificate is not accepted: unable to get local issuer certificate" in text
    assert tls_server.requests == []


def test_a_certificate_for_another_host_is_refused(authority: trustme.CA, tls_server: FaultyHttp) -> None:
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


@pytest.mark.parametrize("interim", [b"100 Continue", b"102 Processing", b"103 Early Hints"])
def test_an_interim_response_is_not_the_answer(connect: Connect, interim: bytes) -> None:
    """The answer that follows it must not be that of the next request, which may be of another user."""
    numbers = count(1)

    def answer(peer: HttpPeer) -> None:
        peer.send(b"HTTP/1.1 " + interim + b"\r\nLink: </style.css>\r\n\r\n")
        peer.send(HttpAnswer(body=b"%d" % next(numbers)).encode())

    with FaultyHttp(lambda _request: HttpAnswer()) as server:
        server.fault = answer
        client = connect(server.url)
        assert [client.get(server.url).body for _ in range(3)] == [b"1", b"2", b"3"]
        assert server.connections == 1


@pytest.mark.parametrize("surplus", [b"more", HttpAnswer(body=b"of another user").encode()])
def test_what_follows_an_answer_is_no_answer(connect: Connect, surplus: bytes) -> None:
    """A server that counts characters instead of bytes sends more than it says."""
    with FaultyHttp(lambda _request: HttpAnswer(body=b"own")) as server:
        client = connect(server.url)
        for _ in range(3):
            server.fault = raw(HttpAnswer(body=b"own").encode() + surplus)
            assert client.get(server.url).body == b"own"
            server.fault = None
            assert client.get(server.url).body == b"own"


@pytest.mark.parametrize(
    "header", ["Content-Encoding: UTF-8", "Content-Encoding: none", "Transfer-Encoding: Identity"]
)
def test_a_header_without_an_encoding_is_no_encoding(
    connect: Connect, server: FaultyHttp, header: str
) -> None:
    server.fault = raw(HEAD + header.encode() + b"\r\nContent-Length: 3\r\n\r\nAda")
    assert connect(server.url).get(server.url).body == b"Ada"


def test_an_error_is_known_whatever_its_encoding_is(connect: Connect, server: FaultyHttp) -> None:
    server.fault = http_faults.answer(HttpAnswer(401, b"?", headers={"Content-Encoding": "br"}))
    assert connect(server.url).get(server.url).status == 401
