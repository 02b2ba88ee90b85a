from collections.abc import Callable
from typing import Protocol

from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

from cheroot.server import HTTPRequest, HTTPServer

class Gateway_10:
    env: WSGIEnvironment
    remaining_bytes_out: int | None
    req: HTTPRequest
    start_response: StartResponse
    def __init__(self, req: HTTPRequest) -> None: ...
    def respond(self) -> None: ...
    def write(self, chunk: bytes) -> None: ...

class Responder(Protocol):
    def respond(self) -> None: ...

class Server(HTTPServer):
    gateway: Callable[[HTTPRequest], Responder]
    wsgi_app: WSGIApplication
    def __init__(
        self,
        bind_addr: tuple[str, int],
        wsgi_app: WSGIApplication,
        numthreads: int = ...,
        server_name: str | None = ...,
        max: int = ...,
        request_queue_size: int = ...,
        timeout: float = ...,
        shutdown_timeout: float = ...,
    ) -> None: ...
