"""The HTTP server: threads are for requests only, and every malformed or oversized one gets a clear answer."""

import resource
import select
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from werkzeug import Request, Response

from servers.raw_http import GET, RawClient, deaf, echo, served
from waiting import TIMEOUT, promptly, wait_until
from xivo_dird.blocking import notify_blocking
from xivo_dird.config.schema import RestApi
from xivo_dird.exceptions import InvalidConfiguration, Unavailable
from xivo_dird.server.server import HttpServer

POST = b"POST / HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with served(request_timeout=TIMEOUT) as server:
        yield server.port


def status_of(port: int, request: bytes) -> int:
    with RawClient(port) as client:
        return client.ask(request)[0]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_it_listens_on_ipv4_ipv6_and_names(host: str) -> None:
    with served(listen=host) as server, RawClient(server.port, host=host) as client:
        assert client.ask(GET)[2] == b"hello"


def test_every_address_of_both_families_is_served_by_two_colons() -> None:
    with served(listen="::") as server:
        for host in ("127.0.0.1", "::1"):
            with RawClient(server.port, host=host) as client:
                assert client.ask(GET)[0] == 200


def test_a_taken_port_is_told_with_its_keys(port: int) -> None:
    with pytest.raises(Unavailable, match=rf"rest_api\.port {port}: Address already in use"):
        HttpServer(RestApi(port=port), echo).bind()


def test_an_address_that_is_none_names_its_key() -> None:
    with pytest.raises(InvalidConfiguration, match=r"^rest_api\.listen: 'no address!' is no address"):
        HttpServer(RestApi(listen="no address!", port=0), echo).bind()


def test_the_server_header_tells_no_version(port: int) -> None:
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


def test_threads_are_added_while_all_are_busy_and_no_further_than_the_limit() -> None:
    all_inside = threading.Barrier(5, timeout=TIMEOUT)

    @Request.application
    def meet(request: Request) -> Response:
        if request.path == "/meet":
            all_inside.wait()
        return Response("met")

    with served(meet, min_threads=1, max_threads=4) as server, ExitStack() as stack:
        clients = [stack.enter_context(RawClient(server.port)) for _ in range(4)]
        for client in clients:
            client.send(GET.replace(b"/ ", b"/meet "))
        late = stack.enter_context(RawClient(server.port))
        late.send(GET)
        all_inside.wait()
        assert [client.answer()[2] for client in (*clients, late)] == [b"met"] * 5


def test_a_request_that_says_that_it_waits_holds_nobody_up_and_its_client_is_served_on() -> None:
    let_go = threading.Event()

    @Request.application
    def wait(request: Request) -> Response:
        if request.path == "/wait":
            notify_blocking()
            assert let_go.wait(TIMEOUT)
        return Response(request.path)

    with served(wait, min_threads=1, max_threads=2) as server, ExitStack() as stack:
        waiting, other = (stack.enter_context(RawClient(server.port)) for _ in range(2))
        waiting.send(GET.replace(b"/ ", b"/wait ") + GET.replace(b"/ ", b"/pipelined "))
        assert other.ask(GET)[2] == b"/"
        let_go.set()
        assert [waiting.answer()[2], waiting.answer()[2]] == [b"/wait", b"/pipelined"]
        assert waiting.ask(GET)[2] == b"/"
        assert other.ask(GET)[2] == b"/"


def test_thousands_of_idle_keep_alive_connections_cost_no_thread() -> None:
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = min(8000, (files - 1000) // 2)
    with served(min_threads=1, max_threads=1, request_timeout=TIMEOUT) as server, ExitStack() as stack:
        for _ in range(count):
            assert stack.enter_context(RawClient(server.port)).ask(GET)[0] == 200
        assert status_of(server.port, GET) == 200


def test_connections_that_say_nothing_or_half_a_head_cost_no_thread() -> None:
    with served(min_threads=1, max_threads=1, request_timeout=TIMEOUT) as server, ExitStack() as stack:
        for part in (b"", b"G", GET[:-2]) * 20:
            stack.enter_context(RawClient(server.port)).send(part)
        assert status_of(server.port, GET) == 200


def test_a_client_that_sends_byte_by_byte_is_told_408_when_its_time_is_over() -> None:
    with served(request_timeout=1) as server, RawClient(server.port) as client:
        client.send(GET[:-2])
        while not select.select([client.sock], [], [], 0.05)[0]:
            with suppress(ConnectionError):  # it closed just now; what it said before is still there
                client.send(b"X")
        assert client.answer()[0] == 408


def test_a_body_that_never_comes_frees_its_thread_after_the_timeout() -> None:
    with (
        served(min_threads=1, max_threads=1, request_timeout=1) as server,
        RawClient(server.port) as client,
    ):
        client.send(POST + b"Content-Length: 100\r\n\r\nabc")
        assert status_of(server.port, GET) == 200
        assert client.answer()[0] == 408
        assert client.is_closed()


def test_an_idle_connection_is_closed_after_the_timeout() -> None:
    with served(request_timeout=1) as server, RawClient(server.port) as client:
        client.ask(GET)
        assert client.is_closed()


def test_a_silent_connection_is_closed_after_the_timeout_though_others_are_busy() -> None:
    with (
        served(request_timeout=1) as server,
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
def test_what_is_too_large_is_told_so(request_bytes: bytes, status: int) -> None:
    with served(max_request_body=1000) as server:
        assert status_of(server.port, request_bytes) == status


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\nHost: x\n\n",
        b"GET / HTTP/x.y\r\n\r\n",
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
        POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n",
    ],
)
def test_what_is_malformed_is_a_400(port: int, request_bytes: bytes) -> None:
    assert status_of(port, request_bytes) == 400


def test_a_chunked_body_is_read_whole(port: int) -> None:
    with RawClient(port) as client:
        body = b"3\r\nabc\r\n4;note=x\r\ndefg\r\n0\r\n\r\n"
        assert client.ask(POST + b"Transfer-Encoding: chunked\r\n\r\n" + body)[2] == b"abcdefg"


def test_nothing_is_read_after_a_chunked_request_so_that_none_can_be_smuggled() -> None:
    hidden = b"0\r\n\r\n" + GET
    with served(deaf) as server, RawClient(server.port) as client:
        client.send(POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + hidden)
        assert client.answer()[2] == b"not read"
        assert client.is_closed()


def test_a_body_that_the_application_leaves_unread_is_not_taken_for_a_request() -> None:
    with served(deaf) as server, RawClient(server.port) as client:
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


def test_a_client_that_goes_away_in_the_middle_costs_nothing(port: int) -> None:
    for part in (GET[:7], GET, POST + b"Content-Length: 9\r\n\r\nabc"):
        with RawClient(port) as client:
            client.send(part)
    assert status_of(port, GET) == 200


def test_a_request_that_hangs_for_ever_is_left_behind_at_the_stop() -> None:
    inside, let_go = threading.Event(), threading.Event()

    @Request.application
    def hang(_: Request) -> Response:
        inside.set()
        let_go.wait()
        return Response("late")

    with served(hang) as server, RawClient(server.port) as client:
        client.send(GET)
        assert inside.wait(TIMEOUT)
        with promptly():
            server.stop()
        let_go.set()


def test_a_stopped_server_refuses_connections() -> None:
    with served() as server:
        port = server.port
    with pytest.raises(ConnectionRefusedError):
        RawClient(port)
