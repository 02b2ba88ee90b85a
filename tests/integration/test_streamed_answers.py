"""Streamed answers over the real server: each part is sent at once, and a disconnect ends the work."""

import json
import socket
import threading
from collections.abc import Iterator

import pytest
from werkzeug import Request, Response

from api.conftest import Daemon, configuration
from servers.ports import HOST
from servers.raw_http import GET, RawClient, running_server
from waiting import TIMEOUT
from xivo_dird.blocking import notify_blocking, share_processor
from xivo_dird.threads.deadline import Deadline

LOOKUP = b"GET /0.1/directories/lookup/default?term=stern HTTP/1.1\r\nHost: x\r\nX-Auth-Token: admin\r\n"
LINES = b"Accept: application/x-ndjson\r\n"


def text_until(client: RawClient, ending: bytes) -> bytes:
    received = b""
    while ending not in received:
        data = client.sock.recv(65536)
        assert data, received
        received += data
    return received


def chunk(text: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(text), text)


class SlowApplication:
    """Streams a part, then yields empty parts until `go_on` is set, then streams the last part."""

    def __init__(self) -> None:
        self.go_on, self.closed = threading.Event(), threading.Event()

    def parts(self) -> Iterator[bytes]:
        try:
            yield b"first\n"
            while not self.go_on.wait(0.01):
                yield b""
            yield b"last\n"
        finally:
            self.closed.set()

    def __call__(self, environ, start_response):
        return Request.application(lambda _: Response(self.parts()))(environ, start_response)


def test_a_part_is_sent_at_once_and_the_connection_stays_open() -> None:
    slow = SlowApplication()
    with running_server(slow) as server, RawClient(server.port) as client:
        client.send(GET)
        assert text_until(client, b"first").endswith(b"\r\n\r\n" + chunk(b"first\n"))
        slow.go_on.set()
        assert text_until(client, b"0\r\n\r\n") == chunk(b"last\n") + b"0\r\n\r\n"
        client.send(GET)
        assert b"first" in text_until(client, b"0\r\n\r\n")


def test_a_client_of_http_1_0_gets_parts_until_the_connection_ends() -> None:
    slow = SlowApplication()
    with running_server(slow) as server, RawClient(server.port) as client:
        client.send(b"GET / HTTP/1.0\r\n\r\n")
        assert text_until(client, b"first\n").endswith(b"\r\n\r\nfirst\n")
        slow.go_on.set()
        assert text_until(client, b"last\n") == b"last\n"
        assert client.is_closed()


def test_a_client_that_disconnects_ends_the_work() -> None:
    slow = SlowApplication()
    with running_server(slow) as server:
        with RawClient(server.port) as client:
            client.send(GET)
            text_until(client, b"first")
        assert slow.closed.wait(TIMEOUT)
    assert not slow.go_on.is_set()


def test_a_client_that_disconnects_ends_a_computation_without_an_error(caplog) -> None:
    closed, deadline = threading.Event(), Deadline.after(TIMEOUT)

    def parts() -> Iterator[bytes]:
        try:
            yield b"first\n"
            notify_blocking()  # from now on the request is a long one
            while not deadline.is_expired:
                share_processor(TIMEOUT)
        finally:
            closed.set()

    with running_server(Request.application(lambda _: Response(parts()))) as server:
        with RawClient(server.port) as client:
            client.send(GET)
            text_until(client, b"first")
        assert closed.wait(TIMEOUT)
    assert not deadline.is_expired
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_head_request_starts_no_work() -> None:
    slow = SlowApplication()
    with running_server(slow) as server, RawClient(server.port) as client:
        client.send(GET.replace(b"GET", b"HEAD"))
        assert b"first" not in text_until(client, b"\r\n\r\n")


@pytest.fixture
def port(tmp_path) -> Iterator[int]:
    """Serve a profile whose first source hangs: its server accepts connections and never answers."""
    with socket.create_server((HOST, 0)) as silent:
        hung = {
            "tenant": "main",
            "name": "hung",
            "backend": "ldap",
            "ldap_uri": f"ldap://{HOST}:{silent.getsockname()[1]}",
            "ldap_base_dn": "dc=example",
            "ldap_timeout": 3 * TIMEOUT,
            "searched_columns": ["cn"],
        }
        with (
            Daemon(configuration(tmp_path, [hung], ("hung", "crew"))) as daemon,
            running_server(daemon.controller.application) as server,
        ):
            yield server.port


def test_an_answer_is_shown_while_another_source_hangs(port) -> None:
    with RawClient(port) as client:
        client.send(LOOKUP + LINES + b"\r\n")
        head, _, body = text_until(client, b"}\n\r\n").partition(b"\r\n\r\n")
        assert b"content-type: application/x-ndjson" in head.lower()
        line = json.loads(body.partition(b"\r\n")[2].rpartition(b"\r\n")[0])
        assert (line["source"], line["backend"]) == ("crew", "csv")
        assert line["results"][0]["column_values"][0] == "Ada Stern"
