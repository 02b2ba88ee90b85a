"""A small HTTP server on a loopback port, whose answers a function computes; the base of stand-ins for web services."""

import json
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from servers.lifetime import ContextServer


@dataclass(frozen=True)
class WebRequest:
    """A request as it arrived; names of headers are in lower case."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    form: Mapping[str, str] = field(default_factory=dict)
    """The body of a POST request."""


@dataclass(frozen=True)
class WebAnswer:
    """A status, a JSON value, and further headers."""

    status: int
    content: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


class WebServer(ContextServer):
    """Answers GET requests and POST requests of forms with JSON and records them, for the length of a context."""

    def __init__(self, answer: Callable[[WebRequest], WebAnswer], tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[WebRequest] = []
        self._answer = answer
        handler = type("WebHandler", (_Handler,), {"web": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        if tls is not None:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._http.server_port}"

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def answer(self, request: WebRequest) -> WebAnswer:
        """Record a request and return its answer."""
        self.requests.append(request)
        return self._answer(request)


class _Handler(BaseHTTPRequestHandler):
    web: WebServer

    def log_message(self, *_: object) -> None:
        """Log nothing: the requests are recorded."""

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        self._respond(dict(parse_qsl(self.rfile.read(length).decode())))

    def do_GET(self) -> None:
        self._respond({})

    def _respond(self, form: Mapping[str, str]) -> None:
        url = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        answer = self.web.answer(WebRequest(url.path, query, headers, form))
        body = answer.content if isinstance(answer.content, bytes) else json.dumps(answer.content).encode()
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
