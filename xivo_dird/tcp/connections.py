"""The open connections of the server, and the selector that waits for their clients."""

import heapq
import logging
import os
import select
import time
from collections import deque
from collections.abc import Callable, Collection
from contextlib import suppress
from operator import attrgetter
from socket import socket as Socket  # noqa: N812

from xivo_dird.tcp.connection import ServedConnection
from xivo_dird.threads.deadline import Deadline

POLL_SECONDS = 0.5
"""Longest duration of one `wait`, and the interval of the check for connections whose time is up."""

ACCEPT_ERROR_PAUSE_SECONDS = 0.1
"""Pause after a client can't be accepted, for example because the process has no free file descriptors."""

ACCEPT_BATCH = 16
"""Number of clients that one `wait` accepts at most."""

CLOSED_SHARE = 64
"""Fraction of the connections that is closed when there is no room for another one: one in 64."""

MAX_UNSENT_BYTES = 256 * 1024 * 1024
"""How much of all responses may wait for clients that read slowly; beyond that, the largest ones are given up."""

logger = logging.getLogger(__name__)


class Connections:
    """Waits for all clients at once with epoll(7), in one thread at a time.

    `wait` returns each connection at most once, so that no client is served twice before the others. A connection
    that this thread itself serves stays registered, because nothing polls in the meantime. One that another thread
    serves must be detached, and attached again afterwards.
    """

    def __init__(
        self,
        listening: Socket,
        open_connection: Callable[[Socket, str, int], ServedConnection | None],
        max_connections: int,
    ) -> None:
        """Create the selector.

        Args:
            listening: The listening socket, see `start_listening`.
            open_connection: Returns the connection of an accepted socket and its client's address and port; None if it
                has closed the socket.
            max_connections: How many connections may be open.
        """
        self._listening = listening
        self._open_connection = open_connection
        self._max_connections = max_connections
        self._open: dict[int, ServedConnection] = {}
        self._awaited: dict[
            ServedConnection, int
        ] = {}  # the registered event of every connection that is not detached
        self._next_check = Deadline.after(POLL_SECONDS)
        self._epoll = select.epoll()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._resumed: deque[ServedConnection] = deque()
        self._resume = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._epoll.register(self._wake, select.EPOLLIN)
        self._epoll.register(self._resume, select.EPOLLIN)
        self._epoll.register(listening, select.EPOLLIN)

    def __len__(self) -> int:
        """Return the number of open connections."""
        return len(self._open)

    def wait(self) -> deque[ServedConnection]:
        """Wait until connections can go on; accept new clients, and close connections whose time is up.

        Returns:
            The connections; none after `POLL_SECONDS`, after `wake`, or if only new clients came.
        """
        ready: deque[ServedConnection] = deque()
        for descriptor, _ in self._epoll.poll(POLL_SECONDS):
            connection = self._open.get(descriptor)
            if connection is not None:
                ready.append(connection)
            elif descriptor == self._listening.fileno():
                self._accept_batch(ready)
            elif descriptor == self._resume:
                self._take_resumed(ready)
        self._close_timed_out(ready)
        return ready

    def stop_accepting(self) -> None:
        """Accept no more clients. Any thread may call this, before the listening socket is closed."""
        self._epoll.unregister(self._listening)

    def wake(self) -> None:
        """Interrupt the current `wait` and every later one."""
        os.eventfd_write(self._wake, 1)

    def resume(self, connection: ServedConnection) -> None:
        """Return a connection from `wait` as if its event had come. Any thread may call this."""
        self._resumed.append(connection)
        with suppress(OSError):  # closed already
            os.eventfd_write(self._resume, 1)

    def detach(self, connection: ServedConnection) -> None:
        """Stop waiting for a connection until `attach`, because another thread serves it."""
        self._awaited.pop(connection, None)
        with suppress(OSError, ValueError):  # closed already
            self._epoll.unregister(connection.socket)

    def attach(self, connection: ServedConnection) -> None:
        """Wait again for a connection that was served, detached or not; close it if that is impossible."""
        awaited = connection.awaited_event
        registered = self._awaited.get(connection)
        self._awaited[connection] = awaited  # first: once registered, another thread may serve it
        try:
            if registered is None:
                self._epoll.register(connection.socket, awaited)
            elif registered != awaited:
                self._epoll.modify(connection.socket, awaited)
        except OSError as error:
            logger.warning("A connection is closed since it can't be waited for: %s", error.strerror)
            self.close(connection)

    def close(self, connection: ServedConnection) -> None:
        """Close a connection."""
        self.detach(connection)
        self._open.pop(connection.socket.fileno(), None)
        with suppress(OSError):
            connection.close()

    def close_all(self, served: Collection[ServedConnection]) -> None:
        """Close the selector and all connections except those in `served`; `wait` must not be called again."""
        for connection in [connection for connection in self._open.values() if connection not in served]:
            self.close(connection)
        self._epoll.close()
        os.close(self._wake)
        os.close(self._resume)

    def _take_resumed(self, ready: deque[ServedConnection]) -> None:
        """Add the resumed connections, except those that another thread has not attached yet; they are next."""
        os.eventfd_read(self._resume)
        for _ in range(len(self._resumed)):
            connection = self._resumed.popleft()
            if connection in self._awaited:
                if connection not in ready:
                    ready.append(connection)
            elif self._open.get(connection.socket.fileno()) is connection:
                self.resume(connection)

    def _accept_batch(self, ready: Collection[ServedConnection]) -> None:
        """Accept clients, but not so many that the open connections are delayed."""
        for _ in range(ACCEPT_BATCH):
            if len(self._open) >= self._max_connections:
                self._close_longest_idle(ready)
            if not self._accept_one(ready):
                return

    def _accept_one(self, ready: Collection[ServedConnection]) -> bool:
        """Accept a client if there is one. Its first request is waited for in the selector, not in a thread.

        Returns:
            Whether there was a client.
        """
        try:
            sock, (host, port, *_) = self._listening.accept()
            connection = self._open_connection(sock, host, port)
        except (BlockingIOError, ConnectionError):
            return False
        except OSError as error:
            logger.warning("A client can't be accepted: %s", error.strerror)
            self._close_longest_idle(ready)
            time.sleep(ACCEPT_ERROR_PAUSE_SECONDS)
            return False
        if connection is None:
            return True
        if len(self._open) >= self._max_connections:  # all others are at work
            connection.close()
            return True
        self._open[connection.socket.fileno()] = connection
        self.attach(connection)
        return True

    def _close_longest_idle(self, ready: Collection[ServedConnection]) -> None:
        """Close some of the connections that have sent no request for the longest time, to make room."""
        idle = [
            connection for connection in list(self._awaited) if connection.is_idle and connection not in ready
        ]
        count = len(self._open) // CLOSED_SHARE + 1
        for connection in heapq.nsmallest(count, idle, key=attrgetter("waiting_since")):
            self.close(connection)

    def _close_timed_out(self, ready: Collection[ServedConnection]) -> None:
        if not self._next_check.is_expired:
            return
        self._next_check = Deadline.after(POLL_SECONDS)
        for connection in list(self._awaited):
            if connection.is_timed_out() and connection not in ready:
                with suppress(OSError):
                    connection.send_timeout()
                self.close(connection)
        self._limit_unsent(ready)

    def _limit_unsent(self, ready: Collection[ServedConnection]) -> None:
        """Close the connections with the most unsent bytes while all together have too many."""
        unsent = {connection: connection.unsent for connection in list(self._awaited)}
        surplus = sum(unsent.values()) - MAX_UNSENT_BYTES
        for connection in sorted(unsent, key=unsent.__getitem__, reverse=True) if surplus > 0 else ():
            if surplus > 0 and connection not in ready:
                surplus -= unsent[connection]
                self.close(connection)
