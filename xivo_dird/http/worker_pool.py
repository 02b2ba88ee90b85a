"""The threads that answer requests: a few at start, one more whenever all are busy, up to a limit."""

import logging
import select
import threading
import time
from contextlib import suppress
from queue import SimpleQueue
from socket import SHUT_RDWR

from cheroot.server import HTTPConnection, HTTPServer

LINGER_SECONDS = 0.002
"""How long a thread stays with a client that may ask more: to hand it over and back costs both a part of that."""

logger = logging.getLogger(__name__)


class WorkerPool:
    """What cheroot asks of a pool: `min`, `get`, `put`, `start` and `stop`.

    cheroot's own never grows, and waits without end for a thread that hangs.
    """

    def __init__(self, server: HTTPServer, least: int, most: int) -> None:
        """Serve the connections of `server` with `least` to `most` threads."""
        self.min = least
        self._most = most
        self._server = server
        self._queue: SimpleQueue[HTTPConnection | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._workers: list[threading.Thread] = []
        self._served: dict[threading.Thread, HTTPConnection] = {}
        self._unfinished = 0  # connections waiting or being served

    @property
    def size(self) -> int:
        """The number of threads."""
        return len(self._workers)

    @property
    def idle(self) -> int:
        """The number of threads without work."""
        return max(0, len(self._workers) - self._unfinished)

    @property
    def qsize(self) -> int:
        """The number of connections that wait for a thread."""
        return self._queue.qsize()

    def get(self) -> HTTPConnection | None:
        """Wait for a connection to serve; None: stop."""
        return self._queue.get()

    def put(self, obj: HTTPConnection) -> None:
        """Have a connection served."""
        with self._lock:
            self._unfinished += 1
            if self._unfinished > len(self._workers) < self._most:
                self._add_worker()
        self._queue.put(obj)

    def start(self) -> None:
        """Start the first threads."""
        with self._lock:
            for _ in range(self.min):
                self._add_worker()

    def stop(self, timeout: float = 5) -> None:
        """Let the threads finish for `timeout` seconds, then cut their connections and leave them behind."""
        end = time.monotonic() + timeout
        for _ in self._workers:
            self._queue.put(None)
        for worker in self._workers:
            worker.join(max(0.0, end - time.monotonic()))
        for worker in [worker for worker in self._workers if worker.is_alive()]:
            logger.warning("%s is still busy and is left behind", worker.name)
            if connection := self._served.get(worker):
                with suppress(OSError):
                    connection.socket.shutdown(SHUT_RDWR)

    def _add_worker(self) -> None:
        name = f"http-{len(self._workers) + 1}"
        worker = threading.Thread(target=self._work, name=name, daemon=True)
        self._workers.append(worker)
        worker.start()

    def _work(self) -> None:
        this = threading.current_thread()
        while (connection := self.get()) is not None:
            self._served[this] = connection
            self._serve(connection)
            del self._served[this]
            with self._lock:
                self._unfinished -= 1

    def _may_linger(self) -> bool:
        """Whether nobody would miss this thread: the first ones are not all busy."""
        return self._unfinished <= self.min and self._queue.empty()

    def _serve(self, connection: HTTPConnection) -> None:
        keep = False
        try:
            keep = connection.communicate()
            while keep and self._may_linger() and _has_more(connection):
                keep = connection.communicate()
        except OSError as error:
            logger.debug("A client has gone: %s", error)
        except Exception:
            logger.exception("A connection failed")
        with suppress(OSError):
            if keep:
                self._server.put_conn(connection)
                return
            connection.close()


def _has_more(connection: HTTPConnection) -> bool:
    poll = select.poll()
    poll.register(connection.socket, select.POLLIN)
    return bool(poll.poll(LINGER_SECONDS * 1000))
