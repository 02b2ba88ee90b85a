"""A client that says exactly what a test wants on the wire, and a server on a free port around a small application."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self
from wsgiref.types import WSGIApplication

from werkzeug import Request, Response

from waiting import TIMEOUT
from xivo_dird.config.schema import RestApi
from xivo_dird.server.server import HttpServer

HOST = "127.0.0.1"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@Request.application
def echo(request: Request) -> Response:
    """Answer the body, or "hello" without one; `/header/NAME` answers a request header."""
    if request.path.startswith("/header/"):
        return Response(request.headers.get(request.path.rpartition("/")[2], "none"))
    return Response(request.get_data() or b"hello")


@Request.application
def deaf(_: Request) -> Response:
    """Answer without reading the body."""
    return Response("not read")


class RawClient:
    """One TCP (or TLS) connection."""

    def __init__(self, port: int, context: ssl.SSLContext | None = None, host: str = HOST) -> None:
        """Connect, with a time limit on everything."""
        plain = socket.create_connection((host, port), timeout=TIMEOUT)
        self.sock = context.wrap_socket(plain, server_hostname="localhost") if context else plain
        self._rest = b""

    def __enter__(self) -> Self:
        """Use the connection."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.sock.close()

    def send(self, data: bytes) -> None:
        """Send these bytes."""
        self.sock.sendall(data)

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Read one answer with a Content-Length: status, headers by lower-case name, body."""
        while b"\r\n\r\n" not in self._rest:
            self._receive()
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        length = int(headers.get("content-length", "0"))
        while len(self._rest) < length:
            self._receive()
        body, self._rest = self._rest[:length], self._rest[length:]
        return int(status.split()[1]), headers, body

    def ask(self, data: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send, then read the answer."""
        self.send(data)
        return self.answer()

    def is_closed(self) -> bool:
        """Wait until the server closes; False if it sends more instead."""
        try:
            return self.sock.recv(1) == b""
        except ConnectionError:
            return True

    def _receive(self) -> None:
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError(f"closed after {self._rest!r}")
        self._rest += data


@contextmanager
def served(application: WSGIApplication = echo, /, **settings: object) -> Iterator[HttpServer]:
    """Run a server on a free port, with these keys of `rest_api`."""
    options = RestApi.model_validate({"port": 0, **settings})
    server = HttpServer(options, application)
    server.start()
    try:
        yield server
    finally:
        server.stop()
