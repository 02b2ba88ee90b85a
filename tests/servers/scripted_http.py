"""An HTTP server on a free loopback port that sends whatever a test wants, valid or not.

    def answer(request: HttpRequest) -> Iterable[bytes]:
        yield response(200, b"{}")

    with ScriptedHttp(answer) as server:
        ... server.url, server.requests, server.connections

The answer is sent piece by piece; an exception of the generator closes the connection at once.
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

MAX_HEAD_BYTES = 64 * 1024


@dataclass(frozen=True)
class HttpRequest:
    """A request; the names of headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


Answer = Callable[[HttpRequest], Iterable[bytes]]


class HangUp(Exception):
    """Raised by an answer: the connection is closed."""


def response(status: int, body: bytes = b"", **headers: str) -> bytes:
    """Return a complete response; `_` in the names of headers stands for `-`."""
    fields = {
        "Content-Length": str(len(body)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Text\r\n{head}\r\n".encode() + body


class ScriptedHttp:
    """The server; it serves each connection in a thread of its own."""

    def __init__(self, answer: Answer, tls: ssl.SSLContext | None = None) -> None:
        """Create a server that answers each request with the pieces of `answer`."""
        self.requests: list[HttpRequest] = []
        self.connections = 0
        self._answer = answer
        self._tls = tls
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))

    @property
    def port(self) -> int:
        """Return the port."""
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        """Return the URL of the server, without a path."""
        return f"{'http' if self._tls is None else 'https'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, name="scripted HTTP", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def drop_connections(self) -> None:
        """Close the open connections, as a server does with idle ones."""
        while self._open:
            connection = self._open.pop()
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                self._open.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, HangUp, ValueError), connection:
            served = connection if self._tls is None else self._tls.wrap_socket(connection, server_side=True)
            with served, served.makefile("rb") as reader:
                while (request := _read_request(reader.readline, reader.read)) is not None:
                    self.requests.append(request)
                    for piece in self._answer(request):
                        served.sendall(piece)


def _read_request(readline: Callable[[int], bytes], read: Callable[[int], bytes]) -> HttpRequest | None:
    first = readline(MAX_HEAD_BYTES).decode("latin-1").split()
    if len(first) != 3:
        return None
    headers: dict[str, str] = {}
    while line := readline(MAX_HEAD_BYTES).decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return HttpRequest(first[0], first[1], headers, read(int(headers.get("content-length", "0"))))
