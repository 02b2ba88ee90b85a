from typing import Protocol

from _typeshed.wsgi import WSGIApplication

from cheroot.server import HTTPConnection, HTTPServer

class Pool(Protocol):
    min: int
    def get(self) -> HTTPConnection | None: ...
    def put(self, obj: HTTPConnection) -> None: ...
    def start(self) -> None: ...
    def stop(self, timeout: float = ...) -> None: ...

class Server(HTTPServer):
    requests: Pool
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
