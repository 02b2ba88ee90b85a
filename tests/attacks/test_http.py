"""Clients without a token, and single users, that want to occupy the HTTP server alone."""

import select
import threading
from contextlib import ExitStack

import pytest
from werkzeug import Request, Response

from servers.limited_http import limited_server
from servers.raw_http import GET, RawClient, ignore_body, running_server
from waiting import TIMEOUT, assert_prompt, wait_until
from xivo_dird.blocking import notify_blocking
from xivo_dird.request_body import BODY_OWNER, BODY_PENDING

POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
LARGE = b"x" * 1_000_000

ANNOUNCED = [
    b"Content-Length: 100\r\n\r\n",
    b"Content-Length: 100\r\n\r\nbegun",
    b"Content-Length: 1000000\r\n\r\nbegun",
    b"Content-Length: 1000000\r\nExpect: 100-continue\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n1",
]


@Request.application
def large_answer(request: Request) -> Response:
    return Response(LARGE * 20) if request.path == "/large" else Response("small")


@Request.application
def large_stream(request: Request) -> Response:
    return Response(LARGE for _ in range(20)) if request.path == "/large" else Response("small")


def test_pipelined_requests_of_one_client_do_not_delay_the_others() -> None:
    served = []
    other_has_sent = threading.Event()

    @Request.application
    def record(request: Request) -> Response:
        served.append(request.path)
        if request.path == "/greedy":
            assert other_has_sent.wait(TIMEOUT)
        return Response("")

    with (
        running_server(record, min_threads=1, max_threads=1) as server,
        RawClient(server.port) as greedy,
        RawClient(server.port) as other,
    ):
        other.ask(GET)
        greedy.send(GET.replace(b"/ ", b"/greedy ") * 100)
        wait_until(lambda: "/greedy" in served)
        other.send(GET.replace(b"/ ", b"/other "))
        other_has_sent.set()
        for _ in range(100):
            assert greedy.answer()[0] == 200
        assert served.index("/other") - served.index("/greedy") <= 2


@pytest.mark.parametrize("announced", ANNOUNCED)
def test_bodies_that_do_not_come_occupy_no_thread(announced: bytes) -> None:
    with (
        running_server(min_threads=1, max_threads=1, request_timeout=TIMEOUT) as server,
        ExitStack() as stack,
    ):
        for _ in range(10):
            stack.enter_context(RawClient(server.port)).send(POST + announced)
        with assert_prompt(), RawClient(server.port) as client:
            assert client.ask(GET)[2] == b"hello"


@pytest.mark.parametrize("announced", ANNOUNCED[2:])
def test_a_large_body_that_nobody_wants_is_refused_before_it_comes(announced: bytes) -> None:
    with running_server(ignore_body, request_timeout=TIMEOUT) as server, RawClient(server.port) as client:
        _, headers, body = client.ask(POST + announced)
        assert (headers["connection"], body) == ("close", b"not read")
        assert client.is_closed()


@pytest.mark.parametrize("announced", ANNOUNCED)
def test_a_body_that_comes_too_slowly_is_a_408(announced: bytes) -> None:
    with running_server(request_timeout=1) as server, RawClient(server.port) as client:
        client.send(POST + announced)
        statuses = [client.answer()[0]]
        if statuses == [100]:
            statuses.append(client.answer()[0])
        assert statuses[-1] == 408
        assert client.is_closed()


def test_a_body_that_comes_evenly_ends_after_the_whole_time_too() -> None:
    with (
        running_server(request_timeout=TIMEOUT, max_transfer_seconds=1) as server,
        RawClient(server.port) as client,
    ):
        client.send(POST + b"Content-Length: 60000000\r\n\r\n")
        stopped = threading.Event()

        def drip() -> None:
            while not stopped.wait(0.01):
                try:
                    client.send(b"x" * 1000)
                except OSError:
                    return

        sender = threading.Thread(target=drip)
        sender.start()
        assert client.answer()[0] == 408
        stopped.set()
        sender.join()


@pytest.mark.parametrize("application", [large_answer, large_stream])
def test_answers_that_are_not_read_occupy_no_thread(application) -> None:
    with (
        running_server(application, min_threads=1, max_threads=1, request_timeout=TIMEOUT) as server,
        ExitStack() as stack,
    ):
        clients = [stack.enter_context(RawClient(server.port)) for _ in range(10)]
        for client in clients:
            client.send(GET.replace(b"/ ", b"/large "))
        with assert_prompt(), RawClient(server.port) as client:
            assert client.ask(GET)[2] == b"small"
        if application is large_answer:
            assert clients[-1].answer()[2] == LARGE * 20


def test_an_answer_that_is_not_read_is_given_up_and_closed() -> None:
    closed = threading.Event()

    @Request.application
    def stream(_: Request) -> Response:
        response = Response(LARGE for _ in range(20))
        response.call_on_close(closed.set)
        return response

    with running_server(stream, request_timeout=1) as server, RawClient(server.port) as client:
        client.send(GET)
        assert closed.wait(TIMEOUT)


@Request.application
def of_two_users(request: Request) -> Response:
    """Name the first segment of the path as the owner of the body."""
    if request.environ.get(BODY_PENDING):
        request.environ[BODY_OWNER] = request.path.split("/")[1]
        return Response(status=100)
    return Response(str(len(request.get_data())))


def test_the_bodies_of_one_user_leave_room_for_those_of_others() -> None:
    post = b"POST /ada HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n"
    with (
        running_server(of_two_users, max_received_bodies=1_000_000) as server,
        RawClient(server.port) as first,
        RawClient(server.port) as second,
        RawClient(server.port) as other,
    ):
        for client in (first, second):
            client.send(post + b"x" * 199_999)
        refused = first if select.select([first.sock, second.sock], [], [])[0] == [first.sock] else second
        accepted = second if refused is first else first
        status, headers, _ = refused.answer()
        assert (status, headers["retry-after"]) == (429, "10")
        assert other.ask(post.replace(b"ada", b"bob") + b"x" * 200_000)[2] == b"200000"
        assert accepted.ask(b"x")[2] == b"200000"
        with RawClient(server.port) as third:
            assert third.ask(post + b"x" * 200_000)[0] == 200


def test_a_body_for_which_the_disk_has_no_room_is_a_503() -> None:
    with limited_server({"RLIMIT_FSIZE": 200_000}) as port, RawClient(port) as client:
        assert client.ask(POST + b"Content-Length: 1000000\r\n\r\n" + LARGE)[0] == 503
        with RawClient(port) as other:
            assert other.ask(POST + b"Content-Length: 100000\r\n\r\n" + b"x" * 100_000)[0] == 200


def test_the_largest_of_too_many_responses_that_nobody_reads_are_given_up() -> None:
    ended = []

    @Request.application
    def answer(request: Request) -> Response:
        response = Response(LARGE * {"/modest": 20, "/greedy": 40}.get(request.path, 0))
        response.call_on_close(lambda: ended.append(request.path))
        return response

    with running_server(answer, request_timeout=TIMEOUT) as server, ExitStack() as stack:
        modest, *greedy, other = [stack.enter_context(RawClient(server.port)) for _ in range(10)]
        modest.send(GET.replace(b"/ ", b"/modest "))
        for client in greedy:
            client.send(GET.replace(b"/ ", b"/greedy "))
        wait_until(lambda: "/greedy" in ended)
        assert other.ask(GET)[0] == 200
        assert len(modest.answer()[2]) == len(LARGE) * 20
        assert ended.count("/greedy") < len(greedy)


def test_silent_connections_make_room_for_new_clients_when_files_run_out() -> None:
    with limited_server({"RLIMIT_NOFILE": 64}, request_timeout=TIMEOUT) as port, ExitStack() as stack:
        oldest = stack.enter_context(RawClient(port))
        for _ in range(100):
            stack.enter_context(RawClient(port))
        with assert_prompt(), RawClient(port) as client:
            assert client.ask(GET)[2] == b"hello"
            assert client.ask(GET)[2] == b"hello"
        assert oldest.is_closed()


def test_a_client_at_work_is_not_closed_to_make_room() -> None:
    with limited_server({"RLIMIT_NOFILE": 64}, request_timeout=TIMEOUT) as port, ExitStack() as stack:
        sending = stack.enter_context(RawClient(port))
        sending.send(POST + b"Content-Length: 10\r\n\r\nbegun")
        for _ in range(100):
            assert stack.enter_context(RawClient(port)).ask(GET)[0] == 200
        assert sending.ask(b"ended")[2] == b"begunended"


def test_the_body_of_an_application_that_fails_is_given_up() -> None:
    @Request.application
    def fail(_: Request) -> Response:
        raise OSError("the disk is gone")

    with running_server(fail) as server, RawClient(server.port) as client:
        assert client.ask(POST + b"Content-Length: 100\r\n\r\nbegun" + b"x" * 95)[0] == 500
        assert client.is_closed()


def test_changes_that_wait_leave_threads_for_requests_that_only_read() -> None:
    released = threading.Event()
    running: list[str] = []

    @Request.application
    def wait(request: Request) -> Response:
        if request.method == "POST":
            running.append(request.path)
            notify_blocking()
            assert released.wait(TIMEOUT)
        return Response(request.path)

    post = b"POST /%d HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
    with running_server(wait, min_threads=1, max_threads=10) as server, ExitStack() as stack:
        clients = [stack.enter_context(RawClient(server.port)) for _ in range(30)]
        for number, client in enumerate(clients):
            client.send(post % number)
        with assert_prompt(), RawClient(server.port) as client:
            assert client.ask(GET)[2] == b"/"
        wait_until(lambda: len(running) == 2)
        clients.pop().sock.close()
        released.set()
        for number, client in enumerate(clients):
            assert client.answer()[2] == b"/%d" % number
            assert client.ask(GET)[0] == 200
