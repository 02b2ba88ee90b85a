"""The HTTP server: only requests use threads, and malformed or oversized requests get a clear answer."""

import resource
import select
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from werkzeug import Request, Response

from servers.raw_http import GET, RawClient, echo, ignore_body, running_server
from waiting import TIMEOUT, assert_prompt, wait_until
from xivo_dird.blocking import notify_blocking
from xivo_dird.config.schema import RestApi
from xivo_dird.exceptions import InvalidConfiguration, Unavailable
from xivo_dird.server.server import HttpServer

POST = b"POST / HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with running_server(request_timeout=TIMEOUT) as server:
        yield server.port


def status_of(port: int, request: bytes) -> int:
    with RawClient(port) as client:
        return client.ask(request)[0]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_the_server_listens_on_ipv4_ipv6_and_names(host: str) -> None:
    with running_server(listen=host) as server, RawClient(server.port, host=host) as client:
        assert client.ask(GET)[2] == b"hello"


def test_two_colons_mean_every_address_of_ipv4_and_ipv6() -> None:
    with running_server(listen="::") as server:
        for host in ("127.0.0.1", "::1"):
            with RawClient(server.port, host=host) as client:
                assert client.ask(GET)[0] == 200


def test_a_port_in_use_is_reported_with_its_keys(port: int) -> None:
    with pytest.raises(Unavailable, match=rf"rest_api\.port {port}: Address already in use"):
        HttpServer(RestApi(port=port), echo).bind()


def test_an_invalid_address_is_reported_with_its_key() -> None:
    with pytest.raises(InvalidConfiguration, match=r"^rest_api\.listen: 'no address!' is not an address"):
        HttpServer(RestApi(listen="no address!", port=0), echo).bind()


def test_the_server_header_has_no_version(port: int) -> None:
    with RawClient(port) as client:
        assert client.ask(GET)[1]["server"] == "xivo-dird"


def test_a_connection_serves_many_requests(port: int) -> None:
    with RawClient(port) as client:
        assert [client.ask(GET)[2] for _ in range(50)] == [b"hello"] * 50


def test_pipelined_requests_are_answered_in_order(port: int) -> None:
    bodies = [b"one", b"two", b"three"]
    with RawClient(port) as client:
        client.send(b"".join(POST + b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies))
        assert [client.answer()[2] for _ in bodies] == bodies


def test_a_head_in_two_packets_is_put_together(port: int) -> None:
    with RawClient(port) as client:
        client.send(GET[:9])
        with RawClient(port) as other:
            other.ask(GET)
        client.send(GET[9:])
        assert client.answer()[0] == 200


def test_a_client_that_waits_for_100_continue_gets_it(port: int) -> None:
    with RawClient(port) as client:
        assert client.ask(POST + b"Content-Length: 4\r\nExpect: 100-continue\r\n\r\n")[0] == 100
        assert client.ask(b"body")[2] == b"body"


def test_an_http_1_0_connection_is_closed_after_its_answer(port: int) -> None:
    with RawClient(port) as client:
        assert client.ask(b"GET / HTTP/1.0\r\n\r\n")[0] == 200
        assert client.is_closed()


@pytest.mark.parametrize("connection", [b"close", b"Close", b"keep-alive, CLOSE", b"close,te"])
def test_a_client_may_end_its_connection_in_any_spelling(port: int, connection: bytes) -> None:
    with RawClient(port) as client:
        _, headers, _ = client.ask(GET[:-2] + b"Connection: " + connection + b"\r\n\r\n")
        assert headers["connection"] == "close"
        assert client.is_closed()


def test_threads_are_added_while_all_are_busy_up_to_the_limit() -> None:
    barrier = threading.Barrier(5, timeout=TIMEOUT)

    @Request.application
    def meet(request: Request) -> Response:
        if request.path == "/meet":
            barrier.wait()
        return Response("met")

    with running_server(meet, min_threads=1, max_threads=4) as server, ExitStack() as stack:
        clients = [stack.enter_context(RawClient(server.port)) for _ in range(4)]
        for client in clients:
            client.send(GET.replace(b"/ ", b"/meet "))
        extra = stack.enter_context(RawClient(server.port))
        extra.send(GET)
        barrier.wait()
        assert [client.answer()[2] for client in (*clients, extra)] == [b"met"] * 5


def test_a_blocked_request_delays_no_other_and_its_connection_goes_on() -> None:
    released = threading.Event()

    @Request.application
    def wait(request: Request) -> Response:
        if request.path == "/wait":
            notify_blocking()
            assert released.wait(TIMEOUT)
        return Response(request.path)

    with running_server(wait, min_threads=1, max_threads=2) as server, ExitStack() as stack:
        waiting, other = (stack.enter_context(RawClient(server.port)) for _ in range(2))
        waiting.send(GET.replace(b"/ ", b"/wait ") + GET.replace(b"/ ", b"/pipelined "))
        assert other.ask(GET)[2] == b"/"
        released.set()
        assert [waiting.answer()[2], waiting.answer()[2]] == [b"/wait", b"/pipelined"]
        assert waiting.ask(GET)[2] == b"/"
        assert other.ask(GET)[2] == b"/"


def test_thousands_of_idle_keep_alive_connections_use_no_thread() -> None:
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = min(8000, (files - 1000) // 2)
    with (
        running_server(min_threads=1, max_threads=1, request_timeout=TIMEOUT) as server,
        ExitStack() as stack,
    ):
        for _ in range(count):
            assert stack.enter_context(RawClient(server.port)).ask(GET)[0] == 200
        assert status_of(server.port, GET) == 200


def test_silent_connections_and_incomplete_heads_use_no_thread() -> None:
    with (
        running_server(min_threads=1, max_threads=1, request_timeout=TIMEOUT) as server,
        ExitStack() as stack,
    ):
        for part in (b"", b"G", GET[:-2]) * 20:
            stack.enter_context(RawClient(server.port)).send(part)
        assert status_of(server.port, GET) == 200


def test_a_client_that_sends_byte_by_byte_gets_a_408_after_the_timeout() -> None:
    with running_server(request_timeout=1) as server, RawClient(server.port) as client:
        client.send(GET[:-2])
        while not select.select([client.sock], [], [], 0.05)[0]:
            with suppress(ConnectionError):  # the server has just closed; its answer can still be read
                client.send(b"X")
        assert client.answer()[0] == 408


def test_a_body_that_never_comes_frees_its_thread_after_the_timeout() -> None:
    with (
        running_server(min_threads=1, max_threads=1, request_timeout=1) as server,
        RawClient(server.port) as client,
    ):
        client.send(POST + b"Content-Length: 100\r\n\r\nabc")
        assert status_of(server.port, GET) == 200
        assert client.answer()[0] == 408
        assert client.is_closed()


def test_an_idle_connection_is_closed_after_the_timeout() -> None:
    with running_server(request_timeout=1) as server, RawClient(server.port) as client:
        client.ask(GET)
        assert client.is_closed()


def test_an_idle_connection_is_closed_also_while_others_are_busy() -> None:
    with (
        running_server(request_timeout=1) as server,
        RawClient(server.port) as silent,
        RawClient(server.port) as busy,
    ):
        assert silent.ask(GET)[0] == 200
        closed = threading.Event()

        def watch() -> None:
            if silent.is_closed():
                closed.set()

        watcher = threading.Thread(target=watch)
        watcher.start()
        wait_until(lambda: busy.ask(GET)[0] == 200 and closed.is_set())
        watcher.join()


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (GET[:-2] + b"X-Long: " + b"a" * 70_000 + b"\r\n\r\n", 413),
        (GET[:-2] + b"X-Many: a\r\n" * 7_000 + b"\r\n", 413),
        (POST + b"Content-Length: 1001\r\n\r\n" + b"a" * 1001, 413),
        (POST + b"Content-Length: 99999999999999999999\r\n\r\n", 413),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + b"a" * 1001 + b"\r\n0\r\n\r\n", 413),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 70_000, 413),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"3\r\naaa\r\n" * 334 + b"0\r\n\r\n", 413),
    ],
)
def test_a_request_that_is_too_large_gets_a_clear_status(request_bytes: bytes, status: int) -> None:
    with running_server(max_request_body=1000) as server:
        assert status_of(server.port, request_bytes) == status


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\nHost: x\n\n",
        b"GET / HTTP/x.y\r\n\r\n",
        b"GET / HTTP/+1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/01.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.0_1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX-Host: x\r\n\r\n",
        b"GET http://other/ HTTP/1.1\r\n\r\n",
        GET[:-2] + b"no colon\r\n\r\n",
        GET[:-2] + b"X-Folded: a\r\n b\r\n\r\n",
        GET[:-2] + b"Content-Length : 3\r\n\r\n",
        GET[:-2] + b"X-Nul: \0\r\n\r\n",
        GET[:-2] + b"Host: y\r\n\r\n",
        GET[:-2] + b"X-Auth-Token: a\r\nX-Auth-Token: b\r\n\r\n",
        POST + b"Content-Length: -5\r\n\r\n",
        POST + b"Content-Length: +5\r\n\r\n12345",
        POST + b"Content-Length: 5_0\r\n\r\n",
        POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        POST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"z" * 70_000,
        POST + b"Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n",
    ],
)
def test_a_malformed_request_is_a_400(port: int, request_bytes: bytes) -> None:
    assert status_of(port, request_bytes) == 400


@pytest.mark.parametrize("method", [b"GET", b"POST", b"OPTIONS", b"CONNECT"])
@pytest.mark.parametrize(
    "target",
    [
        b"//[x]/",
        b"//[::1/",
        b"//::1]/",
        b"//[]",
        b"//]",
        b"//[1.2.3.4]/",
        b"//[v.x]/",
        b"http://[",
        b"http://[x]/",
        b"//\xe2\x84\x80/",
        b"/\xff",
    ],
)
def test_a_target_that_is_no_uri_is_a_400(port: int, method: bytes, target: bytes) -> None:
    request = method + b" " + target + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    assert status_of(port, request) == 400


@pytest.mark.parametrize("number", sorted({*range(0x20), 0x7F} - set(b"\t\r\n")))
def test_no_header_has_a_control_character(port: int, number: int) -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\nOrigin: http://a%cb\r\n\r\n" % number
    assert status_of(port, request) == 400


@pytest.mark.parametrize("value", [b"a\tb", b"\xe9", b"\xc3\xa9", b"\x80\xff", b"~!", b""])
def test_a_header_may_have_every_other_character(port: int, value: bytes) -> None:
    with RawClient(port) as client:
        status, _, body = client.ask(
            b"GET /header/X-Name HTTP/1.1\r\nHost: x\r\nX-Name: " + value + b"\r\n\r\n"
        )
        assert (status, body.decode().encode("latin-1")) == (200, value)


def test_a_chunked_body_is_read_whole(port: int) -> None:
    with RawClient(port) as client:
        body = b"3\r\nabc\r\n4;note=x\r\ndefg\r\n0\r\n\r\n"
        assert client.ask(POST + b"Transfer-Encoding: chunked\r\n\r\n" + body)[2] == b"abcdefg"


def test_no_request_can_be_smuggled_behind_a_chunked_one() -> None:
    smuggled = b"0\r\n\r\n" + GET
    with running_server(ignore_body) as server, RawClient(server.port) as client:
        client.send(POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled)
        assert client.answer()[2] == b"not read"
        assert client.is_closed()


def test_an_unread_body_is_not_read_as_the_next_request() -> None:
    with running_server(ignore_body) as server, RawClient(server.port) as client:
        assert client.ask(POST + b"Content-Length: %d\r\n\r\n%s" % (len(GET), GET))[2] == b"not read"
        assert client.ask(GET)[2] == b"not read"


def test_an_underscore_cannot_pass_for_a_hyphen_in_a_header_name(port: int) -> None:
    request = b"GET /header/X-Auth-Token HTTP/1.1\r\nHost: x\r\nX_Auth_Token: forged\r\n\r\n"
    with RawClient(port) as client:
        assert client.ask(request)[2] == b"none"


def test_a_large_answer_arrives_whole(port: int) -> None:
    body = bytes(range(256)) * 20_000
    with RawClient(port) as client:
        sender = threading.Thread(
            target=client.send, args=(POST + b"Content-Length: %d\r\n\r\n%s" % (len(body), body),)
        )
        sender.start()
        assert client.answer()[2] == body
        sender.join()


def test_a_client_that_disconnects_early_does_no_harm(port: int) -> None:
    for part in (GET[:7], GET, POST + b"Content-Length: 9\r\n\r\nabc"):
        with RawClient(port) as client:
            client.send(part)
    assert status_of(port, GET) == 200


def test_only_a_post_that_may_change_something_waits_for_a_change() -> None:
    started, released = threading.Event(), threading.Event()

    @Request.application
    def change_or_read(request: Request) -> Response:
        if request.path == "/change":
            notify_blocking()
            started.set()
            released.wait(TIMEOUT)
        return Response(request.path)

    def only_reads(method: str, path: str) -> bool:
        return (method, path) == ("POST", "/read")

    settings = {"min_threads": 5, "max_threads": 5}  # one change at a time
    with running_server(change_or_read, only_reads, **settings) as server, ExitStack() as clients:
        hanging, waiting, reading = (clients.enter_context(RawClient(server.port)) for _ in range(3))
        hanging.send(b"POST /change HTTP/1.1\r\nHost: x\r\n\r\n")
        assert started.wait(TIMEOUT)
        waiting.send(b"POST /other HTTP/1.1\r\nHost: x\r\n\r\n")
        assert reading.ask(b"POST /read?x=1 HTTP/1.1\r\nHost: x\r\n\r\n")[2] == b"/read"
        assert select.select([waiting.sock], [], [], 0)[0] == []
        released.set()
        assert [hanging.answer()[2], waiting.answer()[2]] == [b"/change", b"/other"]


def test_a_hanging_request_is_abandoned_at_the_stop() -> None:
    started, released = threading.Event(), threading.Event()

    @Request.application
    def hang(_: Request) -> Response:
        started.set()
        released.wait()
        return Response("late")

    with running_server(hang) as server, RawClient(server.port) as client:
        client.send(GET)
        assert started.wait(TIMEOUT)
        with assert_prompt():
            server.stop()
        released.set()


def test_a_stopped_server_refuses_connections() -> None:
    with running_server() as server:
        port = server.port
    with pytest.raises(ConnectionRefusedError):
        RawClient(port)
