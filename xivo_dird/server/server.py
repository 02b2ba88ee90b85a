"""The HTTP server: cheroot with our sockets, connections and worker pool."""

import logging
import socket
import threading
import time
from dataclasses import dataclass
from ssl import SSLContext
from wsgiref.types import WSGIApplication

from cheroot import wsgi

from xivo_dird.config.schema import RestApi
from xivo_dird.server.body import BodyRoom
from xivo_dird.server.connection import Connection
from xivo_dird.server.request import OnlyReads
from xivo_dird.server.serving import Serving
from xivo_dird.server.tls import TlsAdapter, https_context
from xivo_dird.server.turns import Turns
from xivo_dird.tcp.connections import Connections
from xivo_dird.tcp.file_limit import max_open_files
from xivo_dird.tcp.listening_socket import bind_listen_address, resolve_listen_address, start_listening
from xivo_dird.tcp.worker_pool import WorkerPool

SERVER_NAME = "xivo-dird"  # no version: it would only help an attacker
LISTEN_KEY = "rest_api.listen"

SHUTDOWN_SECONDS = 2.0
"""Seconds that running requests have to finish when the server stops."""

ACCEPT_BURST_SECONDS = 0.005
"""Interval between two accepted clients below which they count as a burst."""

ACCEPT_BURST_PAUSE_SECONDS = 0.001
"""Pause after each client of a burst."""

RESERVED_FILES = 512
"""Number of file descriptors kept free for everything but clients: store, sources, bus, log (at most half of all)."""

CHANGES_SHARE = 5
"""Fraction of the request threads that may handle changes: one fifth. A change may wait long, for a lock."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class HttpListener:
    """The bound socket and the TLS context with certificate and key. Opening them may require root."""

    sock: socket.socket
    tls: SSLContext | None

    @property
    def port(self) -> int:
        """Return the bound port, also if the configured port is 0."""
        port: int = self.sock.getsockname()[1]
        return port

    def start(self) -> None:
        """Start to listen. Clients that connect before the server accepts them wait and are not refused."""
        start_listening(self.sock)


def listen(settings: RestApi) -> HttpListener:
    """Bind the port and read the certificate.

    Raises:
        InvalidConfiguration: The address, the certificate or the key can't be used.
        Unavailable: The port can't be bound, for example because it is in use.
    """
    tls = https_context(settings)
    where = f"rest_api.listen {settings.listen}, rest_api.port {settings.port}"
    sock = bind_listen_address(settings.listen, settings.port, LISTEN_KEY, where)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return HttpListener(sock, tls)


def check_listening(settings: RestApi) -> None:
    """Check the settings that `listen` uses, without binding the port.

    Raises:
        InvalidConfiguration: The address, the certificate or the key can't be used.
    """
    https_context(settings)
    resolve_listen_address(settings.listen, settings.port, LISTEN_KEY)


class HttpServer:
    """Serves a WSGI application from `start` to `stop`."""

    def __init__(
        self,
        settings: RestApi,
        application: WSGIApplication,
        listener: HttpListener | None = None,
        only_reads: OnlyReads = lambda _method, _path: False,
        other_connections: int = 0,
    ) -> None:
        """Create a server.

        Args:
            settings: The section `rest_api` of the configuration.
            application: The WSGI application.
            listener: The bound socket; None: `bind` or `start` creates it.
            only_reads: Returns whether a request changes nothing, given a method that is not safe and its path.
            other_connections: How many connections other servers of the process may have open.
        """
        self._settings = settings
        self._application = application
        self._listener = listener
        self._only_reads = only_reads
        self._other_connections = other_connections
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """Return the bound port; bind it first if necessary."""
        return self._bound_listener().port

    def bind(self) -> None:
        """Bind the port and read the certificate, unless that is done already; see `listen`."""
        self._bound_listener()

    def start(self) -> None:
        """Start to answer requests, in background threads."""
        self._server = _Server(
            self._settings,
            self._application,
            self._bound_listener(),
            self._only_reads,
            self._other_connections,
        )
        self._server.prepare()
        self._thread = threading.Thread(target=self._server.serve, name="http", daemon=True)
        self._thread.start()
        logger.info("Listens on %s, port %d", self._settings.listen, self.port)

    def stop(self) -> None:
        """Stop accepting clients, and wait up to `SHUTDOWN_SECONDS` for running requests; abandon the rest."""
        if self._server is not None and self._thread is not None:
            self._server.stop()
            self._thread.join(SHUTDOWN_SECONDS)
        if self._listener is not None:
            self._listener.sock.close()

    def _bound_listener(self) -> HttpListener:
        if self._listener is None:
            self._listener = listen(self._settings)
        return self._listener


class _Server(wsgi.Server):
    """cheroot's HTTP implementation on an already bound socket, with our connections and worker pool."""

    def __init__(
        self,
        settings: RestApi,
        application: WSGIApplication,
        listener: HttpListener,
        only_reads: OnlyReads,
        other_connections: int,
    ) -> None:
        super().__init__(listener.sock.getsockname()[:2], application, server_name=SERVER_NAME)
        self.software = SERVER_NAME
        self.timeout = settings.request_timeout
        self.max_request_header_size = settings.max_request_header
        self.max_request_body_size = settings.max_request_body
        self.ssl_adapter = TlsAdapter(listener.tls) if listener.tls else None
        self._listener = listener
        self._shares_port = settings.workers > 1
        self._last_accept = 0.0
        self._clients = Connections(listener.sock, self._open_connection, _max_connections(other_connections))
        self._serving = Serving(
            application,
            room=BodyRoom(settings.max_received_bodies),
            turns=Turns(max(1, settings.max_threads // CHANGES_SHARE)),
            resume=self._clients.resume,
            timeout=settings.request_timeout,
            max_transfer_seconds=settings.max_transfer_seconds,
            only_reads=only_reads,
        )
        self._pool = WorkerPool(self._clients, settings.min_threads, settings.max_threads, "http")

    @property
    def can_add_keepalive_connection(self) -> bool:
        """Return whether connections stay open after their response; cheroot asks before each one."""
        return self.ready

    def prepare(self) -> None:
        """Start to listen and to answer requests."""
        self._listener.start()
        self.ready = True
        self._pool.start()

    def serve(self) -> None:
        """Run the watchdog of the worker pool until `stop`."""
        self._pool.watch()

    def stop(self) -> None:
        """Stop accepting clients, and wait up to `SHUTDOWN_SECONDS` for running requests; abandon the rest."""
        if not self.ready:
            return
        self.ready = False
        self._listener.sock.close()
        self._pool.stop(SHUTDOWN_SECONDS)

    def _open_connection(self, sock: socket.socket, host: str, port: int) -> Connection | None:
        """Return the connection of an accepted socket; None if the client has already disconnected.

        The TLS handshake takes place when its first bytes arrive.
        """
        tls_environ: dict[str, str] = {}
        if self.ssl_adapter is not None:
            try:
                sock, tls_environ = self.ssl_adapter.wrap(sock)
            except OSError:
                sock.close()
                return None
        connection = Connection(self, sock, self._serving)
        connection.ssl_env = tls_environ
        connection.remote_addr, connection.remote_port = host, port
        self._yield_to_other_processes()
        return connection

    def _yield_to_other_processes(self) -> None:
        """Pause during a burst of clients, so that other worker processes accept some of them.

        Connections last long, and a client stays with the process that accepted it.
        """
        now = time.monotonic()
        is_burst = now - self._last_accept < ACCEPT_BURST_SECONDS
        self._last_accept = now
        if is_burst and self._shares_port:
            time.sleep(ACCEPT_BURST_PAUSE_SECONDS)

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Write a message of cheroot to our log instead of the terminal."""
        logger.log(level, "%s", msg, exc_info=traceback)


def _max_connections(other_connections: int) -> int:
    """Return how many clients the limit of open files permits beside those of other servers."""
    max_files = max_open_files()
    return max(max_files - RESERVED_FILES - other_connections, max_files // 2)
