"""The open connections of the server, and the selector that waits for their requests."""

import logging
import os
import select
import time
from collections import deque
from collections.abc import Callable, Collection
from contextlib import suppress
from socket import socket as Socket  # noqa: N812

from cheroot.server import HTTPConnection

from xivo_dird.threads.deadline import Deadline

POLL_SECONDS = 0.5
"""Longest duration of one `wait`, and the interval of the check for idle connections."""

ACCEPT_ERROR_PAUSE_SECONDS = 0.1
"""Pause after a client can't be accepted, for example because the process has no free file descriptors."""

ACCEPT_BATCH = 16
"""Number of clients that one `wait` accepts at most."""

logger = logging.getLogger(__name__)


class Connections:
    """Waits for all clients at once with epoll(7), in one thread at a time.

    A connection that this thread itself serves stays registered, because nothing polls in the meantime. One
    that another thread serves must be detached, and attached again afterwards.
    """

    def __init__(
        self, listening: Socket, accept: Callable[[Socket], HTTPConnection | None], idle_seconds: float
    ) -> None:
        """Create the selector.

        Args:
            listening: The listening socket.
            accept: Accepts a client from the listening socket; returns None if there is none, or no room for it.
            idle_seconds: Seconds without data from the client after which a connection is closed.
        """
        self._listening = listening
        self._accept = accept
        self._idle_seconds = idle_seconds
        self._open: dict[int, HTTPConnection] = {}
        self._detached: set[HTTPConnection] = set()
        self._next_idle_check = Deadline.after(POLL_SECONDS)
        self._epoll = select.epoll()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._epoll.register(self._wake, select.EPOLLIN)
        self._epoll.register(listening, select.EPOLLIN)

    def __len__(self) -> int:
        """Return the number of open connections."""
        return len(self._open)

    def wait(self) -> deque[HTTPConnection]:
        """Wait until a connection is readable; accept new clients, and close idle connections.

        Returns:
            The readable connections; none after `POLL_SECONDS`, after `wake`, or if only new clients came.
        """
        ready: deque[HTTPConnection] = deque()
        for descriptor, _ in self._epoll.poll(POLL_SECONDS):
            connection = self._open.get(descriptor)
            if connection is not None:
                ready.append(connection)
            elif descriptor == self._listening.fileno():
                self._accept_batch()
        self._close_idle(ready)
        return ready

    def wake(self) -> None:
        """Interrupt the current `wait` and every later one."""
        os.eventfd_write(self._wake, 1)

    def detach(self, connection: HTTPConnection) -> None:
        """Stop waiting for a connection until `attach`, because another thread serves it."""
        self._detached.add(connection)
        with suppress(OSError, ValueError):  # closed already
            self._epoll.unregister(connection.socket)

    def attach(self, connection: HTTPConnection) -> None:
        """Wait for a detached connection again."""
        self._detached.discard(connection)
        self._epoll.register(connection.socket, select.EPOLLIN)

    def close(self, connection: HTTPConnection) -> None:
        """Close a connection."""
        self.detach(connection)
        self._detached.discard(connection)
        self._open.pop(connection.socket.fileno(), None)
        with suppress(OSError):
            connection.close()

    def close_all(self, served: Collection[HTTPConnection]) -> None:
        """Close the selector and all connections except those in `served`; `wait` must not be called again."""
        for connection in [connection for connection in self._open.values() if connection not in served]:
            self.close(connection)
        self._epoll.close()
        os.close(self._wake)

    def _accept_batch(self) -> None:
        """Accept clients, but not so many that the open connections are delayed."""
        for _ in range(ACCEPT_BATCH):
            if not self._accept_one():
                return

    def _accept_one(self) -> bool:
        """Accept a client if there is one. Its first request is waited for in the selector, not in a thread.

        Returns:
            Whether a client was accepted.
        """
        try:
            connection = self._accept(self._listening)
        except OSError as error:
            logger.warning("A client can't be accepted: %s", error.strerror)
            time.sleep(ACCEPT_ERROR_PAUSE_SECONDS)
            return False
        if connection is None:
            return False
        connection.last_used = time.monotonic()
        self._open[connection.socket.fileno()] = connection
        self._epoll.register(connection.socket, select.EPOLLIN)
        return True

    def _close_idle(self, ready: Collection[HTTPConnection]) -> None:
        if not self._next_idle_check.is_expired:
            return
        self._next_idle_check = Deadline.after(POLL_SECONDS)
        idle_since = time.monotonic() - self._idle_seconds
        active = self._detached.union(ready)
        for connection in list(self._open.values()):
            if connection not in active and (connection.last_used or 0.0) < idle_since:
                self.close(connection)
