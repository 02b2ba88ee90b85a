from collections.abc import Callable
from socket import socket as Socket
from typing import Protocol

from cheroot.ssl import Adapter

class Reader(Protocol):
    closed: bool
    def read(self, size: int | None = ...) -> bytes: ...
    def readline(self, size: int | None = ...) -> bytes: ...
    def has_data(self) -> bool: ...
    def close(self) -> None: ...

class Writer(Protocol):
    def write(self, data: bytes) -> int: ...

class SizeCheckWrapper:
    def readline(self, size: int | None = ...) -> bytes: ...

class KnownLengthRFile:
    remaining: int

class HeaderReader:
    def __call__(
        self, rfile: SizeCheckWrapper, hdict: dict[bytes, bytes] | None = ...
    ) -> dict[bytes, bytes]: ...

class HTTPRequest:
    chunked_read: bool
    close_connection: bool
    header_reader: HeaderReader
    inheaders: dict[bytes, bytes]
    outheaders: list[tuple[bytes, bytes]]
    ready: bool
    rfile: object
    started_request: bool
    def __init__(self, server: HTTPServer, conn: HTTPConnection) -> None: ...
    def read_request_headers(self) -> bool: ...
    def ensure_headers_sent(self) -> None: ...
    def send_headers(self) -> None: ...
    def simple_response(self, status: str, msg: str = ...) -> None: ...

class HTTPConnection:
    RequestHandlerClass: type[HTTPRequest]
    last_used: float | None
    remote_addr: str | None
    remote_port: int | None
    ssl_env: dict[str, str] | None
    server: HTTPServer
    socket: Socket
    rfile: Reader
    wfile: Writer
    def __init__(
        self,
        server: HTTPServer,
        sock: Socket,
        makefile: Callable[[Socket, str, int], Reader | Writer] = ...,
    ) -> None: ...
    def communicate(self) -> bool: ...
    def close(self) -> None: ...

class HTTPServer:
    ConnectionClass: type[HTTPConnection]
    bind_addr: tuple[str, int]
    max_request_body_size: int
    max_request_header_size: int
    ready: bool
    software: str | None
    ssl_adapter: Adapter | None
    timeout: float
    @property
    def can_add_keepalive_connection(self) -> bool: ...
    def error_log(self, msg: str = ..., level: int = ..., traceback: bool = ...) -> None: ...
    def prepare(self) -> None: ...
    def serve(self) -> None: ...
    def stop(self) -> None: ...
