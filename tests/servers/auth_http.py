"""The sockets of the fake authentication server, and how it injects faults."""

import json
import socket
import ssl
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qsl, urlsplit

from servers.auth_answers import answer
from servers.auth_faults import (
    AnswerBody,
    AnswerStatus,
    DropEveryConnection,
    DropReusedConnections,
    Hang,
    Trickle,
)
from servers.auth_state import AuthState, Request
from waiting import TIMEOUT


class ListeningServer:
    """A listening socket with a thread per connection; `stop` closes all connections."""

    def __init__(self, fake: AuthState, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        self._http = _Http((host, port), _Handler)
        self._http.fake = fake
        self._http.tls = tls
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._http.stopped.set()
        self._http.shutdown()
        self._thread.join()
        self._http.drop_connections()
        self._http.server_close()


class _Http(ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = False  # so that server_close() waits for the threads
    request_queue_size = 128
    fake: AuthState
    tls: ssl.SSLContext | None

    def __init__(self, address: tuple[str, int], handler: "type[_Handler]") -> None:
        self.stopped = threading.Event()
        self.connection_numbers = count(1)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, handler)

    def process_request_thread(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """Complete the TLS handshake in the connection's own thread, and track the open connections."""
        if isinstance(request, tuple):
            raise TypeError("not a stream socket")
        try:
            connected = self._with_tls(request)
        except OSError:
            request.close()
            return
        try:
            self._add_open(connected)
            self.finish_request(connected, client_address)
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(connected)
            self.shutdown_request(connected)

    def drop_connections(self) -> None:
        with self._lock:
            for connected in self._open:
                _shut_down(connected)

    def _with_tls(self, request: socket.socket) -> socket.socket:
        if self.tls is None:
            return request
        request.settimeout(TIMEOUT)
        connected = self.tls.wrap_socket(request, server_side=True)
        connected.settimeout(None)
        return connected

    def _add_open(self, connected: socket.socket) -> None:
        with self._lock:
            self._open.add(connected)
            if self.stopped.is_set():
                _shut_down(connected)


def _shut_down(connected: socket.socket) -> None:
    """End a connection from which another thread may be reading."""
    with suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Http

    def setup(self) -> None:
        super().setup()
        self._connection_number = next(self.server.connection_numbers)
        self._answer_count = 0

    def log_message(self, *_: object) -> None:
        """Log nothing: the requests are recorded."""

    def do_HEAD(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        url = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=url.path,
            query=dict(parse_qsl(url.query, keep_blank_values=True)),
            headers=dict(self.headers.items()),
            body=self.rfile.read(int(self.headers.get("Content-Length", 0))),
            connection=self._connection_number,
        )
        fake = self.server.fake
        fake.record(request)
        status, content = answer(fake, request)
        body = b"" if content is None else json.dumps(content).encode()
        match fake.fault:
            case Hang():
                self.server.stopped.wait()
                self.close_connection = True
            case DropEveryConnection():
                self.close_connection = True
            case DropReusedConnections() if self._answer_count:
                self.close_connection = True
            case AnswerStatus(forced, location):
                self._send(forced, b"{}", location)
            case AnswerBody(forced_body) if self.command != "HEAD":
                self._send(200, forced_body)
            case Trickle(pause):
                self._trickle(status, body, pause)
            case _:
                self._send(status, body)

    def _send(self, status: int, body: bytes, location: str | None = None) -> None:
        self._answer_count += 1
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        if status != 204:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status != 204:
            self.wfile.write(body)

    def _trickle(self, status: int, body: bytes, pause: float) -> None:
        answer = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        for position in range(len(answer)):
            self.wfile.write(answer[position : position + 1])
            if self.server.stopped.wait(pause):
                break
        self.close_connection = True
