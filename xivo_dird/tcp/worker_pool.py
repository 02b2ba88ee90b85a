"""The threads that answer requests, by the leader/followers pattern.

One thread is the leader: it waits for the clients, and serves those that have sent something, one after the
other. So no request is passed from thread to thread, and no two threads compete for the interpreter lock (GIL),
which costs more than most requests do. As soon as the leader blocks (`xivo_dird.blocking`) or its request takes
long, a follower becomes the leader, and the former leader finishes its request in parallel.

The pool starts with a few threads. When all are busy, one more is started, up to a limit.
"""

import logging
import threading
import time
from collections import deque
from contextlib import suppress
from functools import partial
from itertools import count
from socket import SHUT_RDWR

from xivo_dird.blocking import WaitingThreads, end_work, set_blocking_callback
from xivo_dird.tcp.connection import ServedConnection
from xivo_dird.tcp.connections import Connections
from xivo_dird.tcp.long_work import LongWork
from xivo_dird.threads.deadline import Deadline, record_arrival

LEADER_TIMEOUT_SECONDS = 0.005
"""Duration of a request after which another thread becomes the leader, and interval of the watchdog."""

INSTANT_POLL_SECONDS = 0.0005
"""Longest duration of a poll whose clients are assumed to have been waiting before it."""

IDLE_CHECKS = 50
"""Number of checks of an idle leader after which the watchdog sleeps until the leader serves a request."""

WATCHDOG_SLEEP_SECONDS = 0.5
"""Longest sleep of the watchdog."""

IDLE_SECONDS = 30.0
"""Seconds after which a thread that has waited to lead ends, if there are more than at the start."""

logger = logging.getLogger(__name__)


class WorkerPool:
    """Serves the clients of `Connections`. Its threads run from `start` to `stop`."""

    def __init__(
        self,
        connections: Connections,
        min_threads: int,
        max_threads: int,
        name: str,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        """Create a pool.

        Args:
            connections: The connections.
            min_threads: The number of threads at the start, and when there is nothing to do.
            max_threads: The maximum number of threads; those that wait (see `blocking`) do not count.
            name: The first part of the names of the threads.
            idle_seconds: Seconds after which an idle thread ends.
        """
        self._connections = connections
        self._name = name
        self._idle_seconds = idle_seconds
        self._min_threads = min_threads
        self._max_threads = max_threads
        self._waiting_threads = WaitingThreads(max_threads)
        self._long_work = LongWork(self._waiting_threads, self)
        self._changed = threading.Condition()
        self._workers: list[threading.Thread] = []
        self._numbers = count(1)
        self._served: dict[threading.Thread, ServedConnection] = {}
        self._followers = 0
        self._leader: threading.Thread | None = None
        self._ready: deque[ServedConnection] = deque()  # used only by the leader
        self._polled_at = time.monotonic()
        self._arrived_at = self._polled_at  # the earliest time at which the ready clients may have arrived
        self._serving_since: float | None = None  # when the leader started its current request
        self._is_watchdog_awake = False
        self._wake_watchdog = threading.Event()
        self._stopping = False

    def start(self) -> None:
        """Start the first threads."""
        with self._changed:
            for _ in range(self._min_threads):
                self._add_worker()

    def watch(self) -> None:
        """Run the watchdog, which replaces a leader whose request takes too long. Returns after `stop`."""
        idle_checks = 0
        while not self._stopping:
            serving_since = self._serving_since
            idle_checks = 0 if serving_since is not None else idle_checks + 1
            if serving_since is not None and time.monotonic() - serving_since > LEADER_TIMEOUT_SECONDS:
                self._replace_leader(serving_since)
            if idle_checks < IDLE_CHECKS:
                time.sleep(LEADER_TIMEOUT_SECONDS)
                continue
            self._wake_watchdog.clear()
            self._is_watchdog_awake = False
            if self._serving_since is None:
                self._wake_watchdog.wait(WATCHDOG_SLEEP_SECONDS)
            self._is_watchdog_awake = True

    def stop(self, timeout: float) -> None:
        """Wait for the threads, then shut down the connections that are still served, and close all others.

        Args:
            timeout: Seconds to wait for the threads. Those that are still busy then are abandoned.
        """
        deadline = Deadline.after(timeout)
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._wake_watchdog.set()
        self._connections.wake()
        for worker in self._workers:
            worker.join(deadline.remaining())
        for worker in [worker for worker in self._workers if worker.is_alive()]:
            logger.warning("The thread %s is still busy and is abandoned", worker.name)
            if connection := self._served.get(worker):
                with suppress(OSError):
                    connection.socket.shutdown(SHUT_RDWR)
        self._connections.close_all(set(self._served.values()))

    def is_short(self) -> bool:
        """Return whether the calling thread leads, so that its request is short until now."""
        return self._leader is threading.current_thread()

    def has_short_one(self) -> bool:
        """Return whether the leader serves a request."""
        return self._serving_since is not None

    def is_abandoned(self) -> bool:
        """Return whether the client of the calling thread has gone."""
        return self._served[threading.current_thread()].peer_closed()

    def _add_worker(self) -> None:
        name = f"{self._name}-{next(self._numbers)}"
        worker = threading.Thread(target=self._work, name=name, daemon=True)
        self._workers.append(worker)
        worker.start()

    def _work(self) -> None:
        worker = threading.current_thread()
        set_blocking_callback(
            partial(self._replace_if_leader, worker),
            self._waiting_threads,
            self._long_work,
        )
        while self._follow(worker):
            self._lead(worker)

    def _follow(self, worker: threading.Thread) -> bool:
        """Wait until there is no leader, and become the leader.

        Returns:
            False if the thread should end: the pool stops, or it has more threads than it needs.
        """
        with self._changed:
            self._followers += 1
            is_needed = self._has_room(0) and self._wait_to_lead()
            self._followers -= 1
            if self._stopping:
                return False
            if is_needed:
                self._leader = worker
            else:
                self._workers.remove(worker)
            return is_needed

    def _wait_to_lead(self) -> bool:
        """Wait until there is no leader; return False after `idle_seconds` if there are more threads than needed."""
        while self._is_led():
            was_notified = self._changed.wait(self._idle_seconds)
            if not was_notified and self._is_led() and len(self._workers) > self._min_threads:
                return False
        return True

    def _is_led(self) -> bool:
        """Return whether a follower has to wait."""
        return self._leader is not None and not self._stopping

    def _lead(self, worker: threading.Thread) -> None:
        while self._leader is worker:
            if self._ready:
                self._serve(worker, self._ready.popleft())
            elif self._stopping:
                self._leader = None
            else:
                self._poll()

    def _poll(self) -> None:
        """Wait for clients. Those that are found instantly may have arrived any time since the last poll."""
        started_at = time.monotonic()
        try:
            self._ready = self._connections.wait()
        except Exception:  # whatever the error is, the leader has to continue
            logger.exception("Waiting for clients failed")
            time.sleep(LEADER_TIMEOUT_SECONDS)
        now = time.monotonic()
        self._arrived_at = self._polled_at if now - started_at < INSTANT_POLL_SECONDS else now
        self._polled_at = now

    def _serve(self, worker: threading.Thread, connection: ServedConnection) -> None:
        self._served[worker] = connection
        self._serving_since = time.monotonic()
        record_arrival(self._arrived_at)
        if not self._is_watchdog_awake:
            self._wake_watchdog.set()
        keep_alive = _communicate(connection)
        end_work()
        with self._changed:
            if self._leader is worker:
                self._serving_since = None
        del self._served[worker]
        if keep_alive and not self._stopping:
            self._connections.attach(connection)
        else:
            self._connections.close(connection)

    def _replace_if_leader(self, worker: threading.Thread) -> None:
        if self._leader is worker:
            self._replace_leader(self._serving_since)

    def _replace_leader(self, serving_since: float | None) -> None:
        """Replace the leader if it still serves the request that it started at `serving_since`."""
        with self._changed:
            if serving_since is None or serving_since != self._serving_since or self._leader is None:
                return
            self._connections.detach(self._served[self._leader])
            self._leader = None
            self._serving_since = None
            if self._followers:
                self._changed.notify()
            elif self._has_room(1) and not self._stopping:
                self._add_worker()

    def _has_room(self, more: int) -> bool:
        """Return whether the pool may have so many more threads; those that wait do not count."""
        return len(self._workers) + more - self._waiting_threads.count <= self._max_threads


def _communicate(connection: ServedConnection) -> bool:
    """Serve a request.

    Returns:
        Whether to keep the connection open.
    """
    try:
        return connection.communicate()
    except OSError as error:
        logger.debug("A client has disconnected: %s", error)
    except BaseException:
        logger.exception("A connection failed")
    return False
