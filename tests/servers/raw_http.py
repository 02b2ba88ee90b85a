"""An HTTP client that sends raw bytes, and a context manager that runs our HTTP server on a free port."""

from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.types import WSGIApplication

from werkzeug import Request, Response

from servers.raw_connection import RawConnection
from xivo_dird.config.schema import RestApi
from xivo_dird.request_body import BODY_PENDING
from xivo_dird.server.request import OnlyReads
from xivo_dird.server.server import HttpServer

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@Request.application
def echo(request: Request) -> Response:
    """Return the request body, or "hello" without one; `/header/NAME` returns that request header."""
    if request.environ.get(BODY_PENDING):
        return Response(status=100)
    if request.path.startswith("/header/"):
        return Response(request.headers.get(request.path.rpartition("/")[2], "none"))
    return Response(request.get_data() or b"hello")


@Request.application
def ignore_body(_: Request) -> Response:
    """Return a response without reading the request body."""
    return Response("not read")


class RawClient(RawConnection):
    """A client of HTTP."""

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Read one answer with a Content-Length; return status, headers by lower-case name, and body."""
        while b"\r\n\r\n" not in self.buffer:
            self.receive_more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        length = int(headers.get("content-length", "0"))
        while len(self.buffer) < length:
            self.receive_more()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return int(status.split()[1]), headers, body

    def ask(self, data: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send a request and return its answer."""
        self.send(data)
        return self.answer()

    def is_closed(self) -> bool:
        """Wait until the server closes the connection; return False if it sends data instead."""
        try:
            return self.sock.recv(1) == b""
        except ConnectionError:
            return True


@contextmanager
def running_server(
    application: WSGIApplication = echo, only_reads: OnlyReads = lambda *_: False, /, **settings: object
) -> Iterator[HttpServer]:
    """Run an HTTP server on a free port for the length of the block.

    Args:
        application: The WSGI application.
        only_reads: As in `HttpServer`.
        settings: Keys of the configuration section `rest_api`.
    """
    options = RestApi.model_validate({"port": 0, **settings})
    server = HttpServer(options, application, only_reads=only_reads)
    server.start()
    try:
        yield server
    finally:
        server.stop()
