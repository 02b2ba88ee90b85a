"""The HTTP server: cheroot, with threads for requests only and clear errors for its settings."""

import logging
import resource
import socket
import threading
import time
from dataclasses import dataclass
from ssl import SSLContext
from wsgiref.types import WSGIApplication

from cheroot import wsgi
from cheroot.server import HTTPConnection

from xivo_dird.config.schema import RestApi
from xivo_dird.exceptions import InvalidConfiguration, Unavailable
from xivo_dird.server.chunked_body import ChunkedBodies
from xivo_dird.server.connection import Connection
from xivo_dird.server.connections import Connections
from xivo_dird.server.gateway import Gateway
from xivo_dird.server.tls import TlsAdapter, server_tls_context
from xivo_dird.server.worker_pool import WorkerPool

SERVER_NAME = "xivo-dird"  # no version: it would only help an attacker
BACKLOG = 1024
SHUTDOWN_SECONDS = 2.0
CROWD_SECONDS = 0.005
BREATH_SECONDS = 0.001
RESERVED_FILES = 512  # files and sockets that are no clients: store, sources, bus, log

_Address = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class HttpListener:
    """What only root may be able to open: the bound socket, and the TLS context with certificate and key."""

    sock: socket.socket
    tls: SSLContext | None

    @property
    def port(self) -> int:
        """The bound port, also when 0 was asked for."""
        port: int = self.sock.getsockname()[1]
        return port

    def start(self) -> None:
        """Let clients connect, though nobody accepts them yet: they wait, and are not refused."""
        self.sock.listen(BACKLOG)


def listen(settings: RestApi) -> HttpListener:
    """Bind the port and read the certificate; raise `InvalidConfiguration`, or `Unavailable` for a taken port."""
    tls = server_tls_context(settings)
    family, address = _address(settings)
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(settings.listen != "::"))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        sock.bind(address)
    except OSError as error:
        sock.close()
        where = f"rest_api.listen {settings.listen}, rest_api.port {settings.port}"
        raise Unavailable(f"Can't listen on {where}: {error.strerror}") from error
    return HttpListener(sock, tls)


def check_listening(settings: RestApi) -> None:
    """Check what `listen` needs without taking the port; raise `InvalidConfiguration`."""
    server_tls_context(settings)
    _address(settings)


def _address(settings: RestApi) -> tuple[socket.AddressFamily, _Address]:
    try:
        family, *_, address = socket.getaddrinfo(settings.listen, settings.port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        problem = f"{settings.listen!r} is no address of this machine"
        raise InvalidConfiguration(f"rest_api.listen: {problem}") from error
    return family, address


class HttpServer:
    """Serves one WSGI application until it is stopped."""

    def __init__(
        self, settings: RestApi, application: WSGIApplication, listener: HttpListener | None = None
    ) -> None:
        """Serve `application` on `listener`; without one, `bind` makes it."""
        self._settings = settings
        self._application = application
        self._listener = listener
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The bound port."""
        return self._bound().port

    def bind(self) -> None:
        """Take the port and read the certificate, once; see `listen`."""
        self._bound()

    def start(self) -> None:
        """Answer requests, in threads of its own."""
        self._server = _Server(self._settings, self._application, self._bound())
        self._server.prepare()
        self._thread = threading.Thread(target=self._server.serve, name="http", daemon=True)
        self._thread.start()
        logger.info("Listens on %s, port %d", self._settings.listen, self.port)

    def stop(self) -> None:
        """Accept nothing more, finish what runs for a short time, leave the rest behind."""
        if self._server is not None and self._thread is not None:
            self._server.stop()
            self._thread.join(SHUTDOWN_SECONDS)
        if self._listener is not None:
            self._listener.sock.close()

    def _bound(self) -> HttpListener:
        if self._listener is None:
            self._listener = listen(self._settings)
        return self._listener


class _Server(wsgi.Server):
    """cheroot's requests and answers, on a socket that is bound already, with our connections and our threads."""

    ConnectionClass = Connection

    def __init__(self, settings: RestApi, application: WSGIApplication, listener: HttpListener) -> None:
        whole = ChunkedBodies(application, settings.max_request_body)
        super().__init__(listener.sock.getsockname()[:2], whole, server_name=SERVER_NAME)
        self.software = SERVER_NAME
        self.timeout = settings.request_timeout
        self.max_request_header_size = settings.max_request_header
        self.max_request_body_size = settings.max_request_body
        self.gateway = lambda request: Gateway(request, whole)
        self.ssl_adapter = TlsAdapter(listener.tls) if listener.tls else None
        self._listener = listener
        self._shares_port = settings.workers > 1
        self._accepted_at = 0.0
        self._max_clients = _most_connections()
        self._clients = Connections(listener.sock, self._accept, settings.request_timeout)
        self._pool = WorkerPool(self._clients, settings.min_threads, settings.max_threads)

    @property
    def can_add_keepalive_connection(self) -> bool:
        """Whether a client may stay connected after its answer."""
        return self.ready and len(self._clients) < self._max_clients

    def prepare(self) -> None:
        """Listen and answer. Never wait for a client: where several processes accept, another one may have taken it."""
        self._listener.start()
        self._listener.sock.setblocking(False)
        self.ready = True
        self._pool.start()

    def serve(self) -> None:
        """Watch over the threads until `stop`."""
        self._pool.watch()

    def stop(self) -> None:
        """Accept nothing more, finish what runs for a short time, leave the rest behind."""
        if not self.ready:
            return
        self.ready = False
        self._listener.sock.close()
        self._pool.stop(SHUTDOWN_SECONDS)

    def _accept(self, listening: socket.socket) -> HTTPConnection | None:
        """Take a client; its TLS handshake waits for its first bytes. Raises `OSError`."""
        try:
            sock, (address, port, *_) = listening.accept()
        except (BlockingIOError, ConnectionError):
            return None
        if not self.can_add_keepalive_connection:
            sock.close()
            return None
        facts: dict[str, str] = {}
        if self.ssl_adapter is not None:
            try:
                sock, facts = self.ssl_adapter.wrap(sock)
            except OSError:  # it has gone again
                sock.close()
                return None
        connection = Connection(self, sock)
        connection.ssl_env = facts
        connection.remote_addr, connection.remote_port = address, port
        self._leave_next_to_others()
        return connection

    def _leave_next_to_others(self) -> None:
        """Of many clients that connect at once, let other workers have some: each keeps for long what it accepted."""
        now = time.monotonic()
        is_crowded = now - self._accepted_at < CROWD_SECONDS
        self._accepted_at = now
        if is_crowded and self._shares_port:
            time.sleep(BREATH_SECONDS)

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Write to our log instead of the terminal."""
        logger.log(level, "%s", msg, exc_info=traceback)


def _most_connections() -> int:
    """Allow this process all the files it may have, and answer how many of them may be clients."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = soft if hard == resource.RLIM_INFINITY else hard
    if soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(allowed - RESERVED_FILES, allowed // 2)
