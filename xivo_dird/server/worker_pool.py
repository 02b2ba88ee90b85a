"""The threads that answer requests, as leader and followers.

One thread leads: it waits for the clients, and serves those that have sent something, one after the other. So nothing
is handed from thread to thread, and no two threads fight for the interpreter (the GIL), which costs more than most
requests do. As soon as the leader is held up, by what it waits for (`xivo_dird.blocking`) or by a request that takes
long, a follower leads in its place, and it ends its request beside it.

A few threads are there at start; one more comes whenever all are busy, up to a limit.
"""

import logging
import threading
import time
from collections import deque
from contextlib import suppress
from socket import SHUT_RDWR

from cheroot.server import HTTPConnection

from xivo_dird.blocking import set_blocking_callback
from xivo_dird.server.connections import Connections
from xivo_dird.threads.deadline import Deadline, note_arrival

HELD_UP_SECONDS = 0.005
"""A request that takes longer holds nobody up any more."""

AT_ONCE_SECONDS = 0.0005
"""A look that takes no longer has found somebody who was there before."""

QUIET_LOOKS = 50
"""Looks at an idle leader after which nobody looks any more, until it has something to do."""

WATCH_SECONDS = 0.5

logger = logging.getLogger(__name__)


class WorkerPool:
    """Serves what `connections` has. Its threads run from `start` to `stop`."""

    def __init__(self, connections: Connections, min_threads: int, max_threads: int) -> None:
        """Serve with `min_threads` to `max_threads` threads."""
        self._connections = connections
        self._min_threads = min_threads
        self._max_threads = max_threads
        self._changed = threading.Condition()
        self._workers: list[threading.Thread] = []
        self._served: dict[threading.Thread, HTTPConnection] = {}
        self._followers = 0
        self._leader: threading.Thread | None = None
        self._ready: deque[HTTPConnection] = deque()  # only the leader touches it
        self._looked = time.monotonic()
        self._came = self._looked  # since when those may have waited
        self._began: float | None = None  # when the leader began to serve
        self._is_watched = False
        self._watch_again = threading.Event()
        self._stopping = False

    def start(self) -> None:
        """Start the first threads."""
        with self._changed:
            for _ in range(self._min_threads):
                self._add_worker()

    def watch(self) -> None:
        """See to it that a leader who is held up leads no longer; returns after `stop`."""
        quiet_looks = 0
        while not self._stopping:
            began = self._began
            quiet_looks = 0 if began is not None else quiet_looks + 1
            if began is not None and time.monotonic() - began > HELD_UP_SECONDS:
                self._replace_leader_since(began)
            if quiet_looks < QUIET_LOOKS:
                time.sleep(HELD_UP_SECONDS)
                continue
            self._watch_again.clear()
            self._is_watched = False
            if self._began is None:
                self._watch_again.wait(WATCH_SECONDS)
            self._is_watched = True

    def stop(self, timeout: float) -> None:
        """Let the threads finish for `timeout` seconds, then cut what they serve and leave them behind.

        Every connection is closed then.
        """
        deadline = Deadline.after(timeout)
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._watch_again.set()
        self._connections.wake()
        for worker in self._workers:
            worker.join(deadline.remaining())
        for worker in [worker for worker in self._workers if worker.is_alive()]:
            logger.warning("%s is still busy and is left behind", worker.name)
            if connection := self._served.get(worker):
                with suppress(OSError):
                    connection.socket.shutdown(SHUT_RDWR)
        self._connections.end(set(self._served.values()))

    def _add_worker(self) -> None:
        name = f"http-{len(self._workers) + 1}"
        worker = threading.Thread(target=self._work, name=name, daemon=True)
        self._workers.append(worker)
        worker.start()

    def _work(self) -> None:
        this = threading.current_thread()
        set_blocking_callback(lambda: self._replace_if_leader(this))
        while self._follow(this):
            self._lead(this)

    def _follow(self, this: threading.Thread) -> bool:
        """Wait until nobody leads, and lead then; False: the end."""
        with self._changed:
            self._followers += 1
            while self._leader is not None and not self._stopping:
                self._changed.wait()
            self._followers -= 1
            if not self._stopping:
                self._leader = this
            return not self._stopping

    def _lead(self, this: threading.Thread) -> None:
        while self._leader is this:
            if self._ready:
                self._serve(this, self._ready.popleft())
            elif self._stopping:
                self._leader = None
            else:
                self._look()

    def _look(self) -> None:
        """Wait for clients. Those who are there at once may have come any time since the last look."""
        began = time.monotonic()
        try:
            self._ready = self._connections.wait()
        except Exception:  # whatever it is, somebody has to lead on
            logger.exception("Clients can't be waited for")
            time.sleep(HELD_UP_SECONDS)
        now = time.monotonic()
        self._came = self._looked if now - began < AT_ONCE_SECONDS else now
        self._looked = now

    def _serve(self, this: threading.Thread, connection: HTTPConnection) -> None:
        self._served[this] = connection
        self._began = time.monotonic()
        note_arrival(self._came)
        if not self._is_watched:
            self._watch_again.set()
        keep = _communicate(connection)
        with self._changed:
            leads = self._leader is this
            if leads:
                self._began = None
        if leads:
            if keep and connection.rfile.has_data():
                self._ready.append(connection)
        else:
            while keep and connection.rfile.has_data() and not self._stopping:
                keep = _communicate(connection)
        del self._served[this]
        if not keep or self._stopping:
            self._connections.close(connection)
        elif not leads:
            self._connections.take_back(connection)

    def _replace_if_leader(self, this: threading.Thread) -> None:
        if self._leader is this:
            self._replace_leader_since(self._began)

    def _replace_leader_since(self, began: float | None) -> None:
        """Have a follower lead, if the leader still serves whom it served then."""
        with self._changed:
            if began is None or began != self._began or self._leader is None:
                return
            self._connections.set_aside(self._served[self._leader])
            self._leader = None
            self._began = None
            if self._followers:
                self._changed.notify()
            elif len(self._workers) < self._max_threads and not self._stopping:
                self._add_worker()


def _communicate(connection: HTTPConnection) -> bool:
    """Answer a request; True: keep the connection."""
    try:
        keep: bool = connection.communicate()
    except OSError as error:
        logger.debug("A client has gone: %s", error)
        return False
    except BaseException:
        logger.exception("A connection failed")
        return False
    connection.last_used = time.monotonic()
    return keep
