"""The open connections, and which of them have something to read."""

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

LOOK_SECONDS = 0.5
"""How often connections are looked at that nobody uses any more."""

OUT_OF_FILES_SECONDS = 0.1
ADMITTED_AT_ONCE = 16

logger = logging.getLogger(__name__)


class Connections:
    """Waits for all clients at once with epoll(7). One thread waits at a time; the others set aside and take back.

    A connection stays registered while it is served by the thread that waits: nobody looks meanwhile. Only one that
    another thread serves has to be set aside.
    """

    def __init__(
        self, listening: Socket, accept: Callable[[Socket], HTTPConnection | None], idle_seconds: float
    ) -> None:
        """`accept` takes a client, None when there is none; one that is silent for `idle_seconds` is closed."""
        self._listening = listening
        self._accept = accept
        self._idle_seconds = idle_seconds
        self._open: dict[int, HTTPConnection] = {}
        self._aside: set[HTTPConnection] = set()
        self._next_look = Deadline.after(LOOK_SECONDS)
        self._epoll = select.epoll()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._epoll.register(self._wake, select.EPOLLIN)
        self._epoll.register(listening, select.EPOLLIN)

    def __len__(self) -> int:
        """Count them all."""
        return len(self._open)

    def wait(self) -> deque[HTTPConnection]:
        """Wait until some can be read, and answer these; none after a while, or when woken. New ones are accepted."""
        ready: deque[HTTPConnection] = deque()
        for descriptor, _ in self._epoll.poll(LOOK_SECONDS):
            connection = self._open.get(descriptor)
            if connection is not None:
                ready.append(connection)
            elif descriptor == self._listening.fileno():
                self._admit_some()
        self._close_silent(ready)
        return ready

    def wake(self) -> None:
        """End a `wait`, and every later one."""
        os.eventfd_write(self._wake, 1)

    def set_aside(self, connection: HTTPConnection) -> None:
        """Leave out a connection until it is taken back: a thread that does not wait serves it."""
        self._aside.add(connection)
        with suppress(OSError, ValueError):  # closed already
            self._epoll.unregister(connection.socket)

    def take_back(self, connection: HTTPConnection) -> None:
        """Wait for this one again."""
        self._aside.discard(connection)
        self._epoll.register(connection.socket, select.EPOLLIN)

    def close(self, connection: HTTPConnection) -> None:
        """Close one."""
        self.set_aside(connection)
        self._aside.discard(connection)
        self._open.pop(connection.socket.fileno(), None)
        with suppress(OSError):
            connection.close()

    def end(self, served: Collection[HTTPConnection]) -> None:
        """Close all but those that are served yet; nobody waits any more."""
        for connection in [connection for connection in self._open.values() if connection not in served]:
            self.close(connection)
        self._epoll.close()
        os.close(self._wake)

    def _admit_some(self) -> None:
        """Accept clients, not so many that others wait for it."""
        for _ in range(ADMITTED_AT_ONCE):
            if not self._admit():
                return

    def _admit(self) -> bool:
        """Accept a client, if there is one. Its first request is waited for here, not in a thread."""
        try:
            connection = self._accept(self._listening)
        except OSError as error:
            logger.warning("A client can't be accepted: %s", error.strerror)
            time.sleep(OUT_OF_FILES_SECONDS)
            return False
        if connection is None:
            return False
        connection.last_used = time.monotonic()
        self._open[connection.socket.fileno()] = connection
        self._epoll.register(connection.socket, select.EPOLLIN)
        return True

    def _close_silent(self, ready: Collection[HTTPConnection]) -> None:
        if not self._next_look.is_expired:
            return
        self._next_look = Deadline.after(LOOK_SECONDS)
        least = time.monotonic() - self._idle_seconds
        used = self._aside.union(ready)
        for connection in list(self._open.values()):
            if connection not in used and (connection.last_used or 0.0) < least:
                self.close(connection)
