"""An HTTP server whose answers a function decides, and which misbehaves on demand.

with FaultyHttp(lambda request: HttpAnswer(body=b"hello")) as server:
    ... server.port
    server.fault = http_faults.hang          # every request from now on
    server.fault = None                      # well again
    server.stop(); server.start()            # gone and back, on the same port
    assert len(server.requests) == 2 and server.connections == 1
"""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from servers.lifetime import ContextServer
from servers.ports import HOST, ReservedPort
from waiting import TIMEOUT


@dataclass(frozen=True)
class ReceivedRequest:
    """A request; the names of headers are in lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    connection: int


@dataclass(frozen=True)
class HttpAnswer:
    """A complete answer."""

    status: int = 200
    body: bytes = b""
    content_type: str | None = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        """Return the answer as it is sent."""
        kind = {} if self.content_type is None else {"Content-Type": self.content_type}
        headers = {"Content-Length": str(len(self.body)), **kind, **self.headers}
        lines = [f"HTTP/1.1 {self.status} Status", *(f"{name}: {text}" for name, text in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


class HttpPeer:
    """One client of the server, as a fault sees it."""

    def __init__(self, connection: socket.socket, number: int, stopped: threading.Event) -> None:
        """Serve `connection`; `stopped` is set when the server stops."""
        self.connection = connection
        self.is_closed = False
        self.stopped = stopped
        self._number = number
        self._received = b""

    def request(self) -> ReceivedRequest:
        """Read one request.

        Raises:
            ConnectionError: The client has closed the connection, or does not speak HTTP.
        """
        while b"\r\n\r\n" not in self._received:
            self._receive()
            if not self._received[:1].isalpha():
                raise ConnectionError("a TLS handshake, perhaps")
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): text.strip() for name, _, text in pairs}
        length = int(headers.get("content-length", "0"))
        while len(self._received) < length:
            self._receive()
        body, self._received = self._received[:length], self._received[length:]
        path, _, query = target.partition("?")
        parsed = tuple(parse_qsl(query, keep_blank_values=True))
        return ReceivedRequest(method, path, parsed, headers, body, self._number)

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self.connection.sendall(data)

    def send_slowly(self, data: bytes, pause: float) -> None:
        """Send bytes one by one, without end; the last one is repeated."""
        position = 0
        while not self.stopped.wait(pause):
            self.send(data[position : position + 1])
            position = min(position + 1, len(data) - 1)

    def send_endlessly(self, data: bytes) -> None:
        """Send the same bytes as fast as possible until the client closes or the server stops."""
        while not self.stopped.is_set():
            self.send(data)

    def hang(self) -> None:
        """Read without an answer until the client closes or the server stops."""
        while self.connection.recv(65536):
            pass
        self.is_closed = True

    def close(self) -> None:
        """End the connection after what was sent."""
        self.is_closed = True
        with suppress(OSError):
            socket.socket.shutdown(self.connection, socket.SHUT_WR)

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        self.is_closed = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _receive(self) -> None:
        data = self.connection.recv(65536)
        if not data:
            raise ConnectionError("the client closed")
        self._received += data


Respond = Callable[[ReceivedRequest], HttpAnswer]
Fault = Callable[[HttpPeer], None]


class FaultyHttp(ContextServer):
    """The server, with a thread per connection.

    Attributes:
        fault: What happens to each request instead of an answer; None: `respond` answers.
        faulty_path: The fault concerns requests whose path begins with this.
        is_silent: Whether new connections are accepted but never served, not even with a TLS handshake.
        requests: The requests that were received.
        connections: Number of accepted connections.
    """

    def __init__(self, respond: Respond, tls: ssl.SSLContext | None = None) -> None:
        """Reserve a free port; a context manager or `start` listens on it."""
        self._reserved = ReservedPort()
        self._respond = respond
        self._tls = tls
        self._lock = threading.Lock()
        self._listening: _Listening | None = None
        self.port = self._reserved.number
        self.fault: Fault | None = None
        self.faulty_path = "/"
        self.is_silent = False
        self.requests: list[ReceivedRequest] = []
        self.connections = 0

    def close(self) -> None:
        """Stop, and release the port."""
        self.stop()
        self._reserved.release()

    @property
    def url(self) -> str:
        """Return the URL of the server, without a path."""
        return f"{'http' if self._tls is None else 'https'}://{HOST}:{self.port}"

    def start(self) -> None:
        """Listen; after a stop, on the same port again."""
        self._listening = _Listening(self.port, self._tls, self._serve)

    def stop(self) -> None:
        """Refuse connections and drop the open ones."""
        if self._listening is not None:
            self._listening.stop()
        self._listening = None

    def _serve(self, connected: socket.socket, stopped: threading.Event) -> None:
        with self._lock:
            self.connections += 1
            number = self.connections
        if self.is_silent:
            stopped.wait()
            return
        if isinstance(connected, ssl.SSLSocket):
            connected.settimeout(TIMEOUT)
            connected.do_handshake()
            connected.settimeout(None)
        peer = HttpPeer(connected, number, stopped)
        while not peer.is_closed:
            self._serve_request(peer)

    def _serve_request(self, peer: HttpPeer) -> None:
        request = peer.request()
        with self._lock:
            self.requests.append(request)
        if self.fault is not None and request.path.startswith(self.faulty_path):
            self.fault(peer)
        else:
            peer.send(self._respond(request).encode())


class _Listening:
    """A listening socket, its connections and their threads."""

    def __init__(
        self,
        port: int,
        tls: ssl.SSLContext | None,
        serve: Callable[[socket.socket, threading.Event], None],
    ) -> None:
        self._tls = tls
        self._serve = serve
        self._stopped = threading.Event()
        self._open: list[socket.socket] = []
        self._socket = socket.create_server((HOST, port), backlog=128)
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def stop(self) -> None:
        self._stopped.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self._socket.close()
        for connected in self._open:
            with suppress(OSError):  # closed already
                socket.socket.shutdown(connected, socket.SHUT_RDWR)  # its thread may be reading, also TLS
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connected, _ = self._socket.accept()
            except OSError:
                return
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                connected = self._tls.wrap_socket(connected, server_side=True, do_handshake_on_connect=False)
            self._open.append(connected)
            thread = threading.Thread(target=self._run, args=(connected,))
            self._threads.append(thread)
            thread.start()

    def _run(self, connected: socket.socket) -> None:
        with connected, suppress(OSError):
            self._serve(connected, self._stopped)
